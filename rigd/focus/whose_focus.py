"""Of which filter the place where the focuser stands is the focus. Pure.

In `apply` it is the filter whose terms are embodied: others who move the focuser move the base.
In the other modes nobody applies through rigd, so the place is the focus of the filter with which
somebody else has last moved the focuser; and while nobody does, a filter that comes into the light
changes nothing of it. Once rigd begins to apply, that filter's offset is what the place holds.
Where the focuser was found elsewhere after a gap, nobody knows: it was moved, with some filter, or
was not moved at all and counts otherwise.
"""

from rigd.focus.second_applier import noise_of
from rigd.focus.state.effects import DiaryLine, Remember, Severity, Step
from rigd.focus.state.ledger import NOBODY_KNOWS, UNSEEN, Ledger, forget_embodied, take_for
from rigd.focus.state.requests import AdoptRequested, AnyEvent
from rigd.focus.state.rig import Rig
from rigd.focus.state.settings import Mode
from rigd.frozen import replace

WHOSE_IS_UNKNOWN = (
    "nobody knows whose focus it is where the focuser stands: it was moved out of sight or with a "
    "filter that the wheel only claims, or counts otherwise since"
)


def key_in_light(rig: Rig) -> str | None:
    """The key of the filter in the light; None on a rig without a wheel."""
    if rig.settings.wheel is None:
        return None
    if rig.wheel_turning or rig.filter_position is None:
        return UNSEEN
    if rig.filter_doubtful:
        return NOBODY_KNOWS
    slot = rig.slot(rig.filter_position)
    return slot.key if slot else f"slot {rig.filter_position + 1}"


def note_whose_focus(before: Rig, event: AnyEvent, step: Step) -> Step:
    """Note whose focus it is where rigd does not apply, and let it count once rigd does."""
    step = _note_first_seen(step)
    rig, light = step.rig, key_in_light(step.rig)
    old = rig.ledger.taken_for
    begins = rig.settings.mode is Mode.APPLY
    if light is None or not rig.remembered or (begins and old is None):
        return step
    moved = before.settings.mode is rig.settings.mode and _was_moved(before, rig, event.at_s)
    if not isinstance(event, AdoptRequested) and _was_found_elsewhere(before, rig):
        ledger = replace(rig.ledger, taken_for=NOBODY_KNOWS)
        step = _store(step, ledger, is_new=old != NOBODY_KNOWS)
    elif moved or old == UNSEEN or _has_moved_for_turn(before, rig):
        step = _store(step, replace(rig.ledger, taken_for=light), is_new=light != old)
    return step.then(_settle(step.rig)) if begins else step


def _note_first_seen(step: Step) -> Step:
    """Name the filter of a place that is lost for now, too: it is the first one seen, not a later.

    All is known again back there, and by then another filter may be in the light.
    """
    light, known = key_in_light(step.rig), step.rig.ledger.last_known
    if known is None or known.taken_for != UNSEEN or light in {None, UNSEEN}:
        return step
    known = replace(known, taken_for=light)
    return _store(step, replace(step.rig.ledger, last_known=known), is_new=True)


def begin_with(rig: Rig) -> Ledger | str:
    """The ledger with which rigd begins to apply, or why it cannot."""
    ledger, whose = rig.ledger, rig.ledger.taken_for
    if whose is None or ledger.embodied is None:
        return ledger
    if whose == UNSEEN:
        return "the focuser was moved while nobody knew which filter was in the light"
    if whose == NOBODY_KNOWS:
        return WHOSE_IS_UNKNOWN
    slot = next((one for one in rig.settings.slots if one.key == whose), None)
    if slot is None or slot.offset is None:
        name = slot.name if slot else whose
        return f"the focus is that of {name}, which has no known offset to begin from"
    return take_for(ledger, *slot.offset, slot.key)


def describe_other_focus(rig: Rig) -> str | None:
    """Say that the focus is not that of the filter in the light; None if it is, or is unknown."""
    slot = rig.filter_in_light
    if slot is None or rig.ledger.embodied is None or rig.is_in_focus_of(slot):
        return None
    who = "the filter wheel says" if rig.filter_doubtful else "the filter in the light is"
    return f"{who} {slot.name}, the focus is that of {name_focus(rig)}"


def name_focus(rig: Rig) -> str:
    """Of which filter the place where the focuser stands is the focus."""
    names = {slot.key: slot.name for slot in rig.settings.slots}
    return names.get(rig.ledger.embodied_filter or "", "no filter")


def _settle(rig: Rig) -> Step:
    """Let count what the focuser stands for, once it was read; without an offset it is unknown."""
    if not rig.ledger_checked or rig.move is not None:
        return Step(rig)
    ledger = begin_with(rig)
    if not isinstance(ledger, str):
        return _store(Step(rig), replace(ledger, taken_for=None), is_new=True)
    forgotten = forget_embodied(rig.ledger, rig.ledger.read_steps, ledger)
    line = f"rigd moves nothing: {ledger}. Focus, and say so with `rigd adopt`"
    told = DiaryLine(sentence=line, severity=Severity.WARNING)
    return _store(Step(rig), replace(forgotten, taken_for=None), is_new=True).also(told)


def _store(step: Step, ledger: Ledger, *, is_new: bool) -> Step:
    rig = replace(step.rig, main_focuser=replace(step.rig.main_focuser, ledger=ledger))
    step = replace(step, rig=rig)
    return step.also(Remember(ledger=ledger, move=rig.move)) if is_new else step


def _was_moved(before: Rig, after: Rig, now_s: float) -> bool:
    """Whether somebody else was seen to move the focuser."""
    in_sight = before.ledger_checked or before.main_focuser.watched
    # Two reports may be of one moment: that it moves, and where it rests.
    if in_sight and (after.foreign_at_s != before.foreign_at_s or after.foreign_at_s == now_s):
        # A driver that says "moving", also for ever, and is where it was has moved for nobody.
        return after.ledger.read_steps != before.ledger.read_steps
    move, now = before.move, after.ledger.raw_steps
    if move is None or not move.by_client or move.lost or after.move is not None or now is None:
        return False
    return abs(now - move.start_steps) > after.settings.tolerance_steps


def _was_found_elsewhere(before: Rig, after: Rig) -> bool:
    """Whether the focuser came into sight again, and what others make of the place had changed."""
    in_sight = before.ledger_checked or before.main_focuser.watched
    was, now = before.ledger.base_steps, after.ledger.base_steps
    if in_sight or not after.ledger_checked or before.ledger.embodied is None or now is None:
        return False
    return was is None or abs(now - was) > after.settings.tolerance_steps


def _has_moved_for_turn(before: Rig, after: Rig) -> bool:
    """Whether somebody has moved the focuser for the filter that has just come into the light.

    Some programs move first and turn the wheel then: by the difference of the two offsets.
    """
    turn = after.foreign_moves.turn
    if turn is None or turn == before.foreign_moves.turn:
        return False
    moves = after.foreign_moves.moves
    moved = sum(m.delta_steps for m in moves if turn.since_s <= m.ended_s <= turn.rest_s)
    offset = after.settings.difference_of(turn.from_key, turn.to_key)
    if offset is None or moved == 0:
        return False
    return abs(offset - moved) <= 2 * noise_of(after)
