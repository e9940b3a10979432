"""How rigd learns what is in a focuser's position: at first sight, after a gap, by a human's word.

All of it is pure, and none of it moves anything.
"""

from rigd.devices.events import WheelReport
from rigd.focus.filter_in_light import how_filter_is_known, why_filter_unsure
from rigd.focus.foreign_commands import describe_recount, name_mover
from rigd.focus.late_moves import drop_clients_moves, find_late_client, note_other_base
from rigd.focus.overdue import give_up
from rigd.focus.sighting import compare_ledger, describe_place, is_ordered_on, may_go_on
from rigd.focus.state.effects import (
    AutofocusEnded,
    DiaryLine,
    ReadFocuser,
    Refusal,
    Remember,
    Severity,
    Step,
)
from rigd.focus.state.focuser import FocuserRole, FocuserState
from rigd.focus.state.ledger import Ledger, adopt_position, embody, forget_embodied, rebase
from rigd.focus.state.requests import AdoptRequested, AnyEvent
from rigd.focus.state.rig import Origin, Result, Rig
from rigd.focus.state.settings import Mode
from rigd.focus.unknown_place import describe_motion
from rigd.focus.unread_place import find_unread_gate
from rigd.focus.whose_focus import describe_other_focus, key_in_light
from rigd.frozen import replace

_BY_WORD = "adopted by "


def take_first_position(rig: Rig) -> Step:
    """Compare the ledger with a focuser at rest after a gap; the very first time, adopt."""
    report = rig.focuser
    # While a move is open, the move is judged instead: it says where the focuser may be by now.
    if (
        rig.ledger_checked
        or rig.move is not None
        or report is None
        or not report.connected
        or report.moving
    ):
        return Step(rig)
    position = report.position_steps
    if position is None:
        return Step(rig)
    if not rig.remembered:
        return _adopt_at_start(rig, position)
    before = rig.main_focuser
    near = rig.settings.tolerance_steps
    on, ordered = may_go_on(rig, position), is_ordered_on(rig, position)
    focuser = compare_ledger(
        before, rig.settings, report, position, near, goes_on=on, ordered_on=ordered
    )
    rig, ledger = replace(rig, main_focuser=focuser), focuser.ledger
    if not focuser.ledger_checked:
        return Step(
            rig, () if before.sighting is focuser.sighting else (ReadFocuser(ref=report.ref),)
        )
    if rig.foreign_moves.command is not None and before.ledger.embodied is not None:
        ledger = note_other_base(ledger)
        rig = replace(rig, main_focuser=replace(focuser, ledger=ledger))
    remember = Remember(ledger=ledger, move=None)
    if ledger.base_steps != before.ledger.base_steps:
        late_by = find_late_client(
            before.ledger, before.ledger.read_steps, position, near, rests=True
        )
        if late_by is not None:
            ledger = drop_clients_moves(ledger, late_by)
            focuser, remember = replace(focuser, ledger=ledger), Remember(ledger=ledger, move=None)
        read = before.ledger.read_steps
        if ledger.embodied is not None and read is not None and abs(position - read) > near:
            # Also out of sight, and then nobody knows when: quiet counts from now.
            focuser = focuser.moved_by_others(report.at_s, late_by)
            rig, remember = replace(rig, main_focuser=focuser), replace(remember, by_another=True)
    if line := _describe_motion(rig, before, report.at_s):
        return Step(rig, (remember, DiaryLine(sentence=line)))
    if ledger.embodied is None:
        line = (
            f"the position of the focuser is unknown, so rigd moves nothing: "
            f"{ledger.unknown_because}. Focus on a known filter and say so with `rigd adopt`"
        )
        return Step(rig, (remember, DiaryLine(sentence=line, severity=Severity.WARNING)))
    return Step(rig, (remember, DiaryLine(sentence=describe_place(ledger))))


def _describe_motion(rig: Rig, before: FocuserState, now_s: float) -> str | None:
    """Say what a motion in sight was that might have been rigd's own; None if that is unknown."""
    ledger = rig.ledger
    if not before.watched or ledger.embodied is None:
        return None
    if ledger.base_steps != before.ledger.base_steps is not None:
        start, end = before.ledger.read_steps, ledger.read_steps
        if before.unseen_way and end is not None:
            anew = describe_recount(rig, before.foreign_at_s, now_s, start, end)
            if anew is not None:
                return anew
        return f"{name_mover(rig)} moved the focuser from {start} to {end} steps"
    if ledger.raw_steps == before.ledger.raw_steps:
        return None
    return f"the move to {ledger.raw_steps} steps that seemed to be over was made late, and is done"


def report_mismatch(before: Rig, _event: AnyEvent, step: Step) -> Step:
    """Warn, after a start or a gap, where the focus is not that of the filter in the light.

    Nothing moves because of it: the next filter change that is asked for puts it right.
    """
    rig = step.rig
    # Once for each gap: when both have just become known.
    if not _is_pair_known(rig) or _is_pair_known(before) or rig.settings.mode is not Mode.APPLY:
        return step
    # What is under way, or waits, puts it right.
    if rig.change is not None or rig.move is not None or rig.pending is not None:
        return step
    slot, other = rig.slot(rig.filter_position), describe_other_focus(rig)
    terms = rig.ledger.embodied
    # Of a filter that is only claimed the diary says that instead.
    if other is None or slot is None or terms is None or rig.filter_doubtful:
        return step
    if rig.settings.offset_of(slot, terms.against) is None:
        return step
    line = f"{other}: nothing moves by itself, the next filter change puts it right"
    return step.also(DiaryLine(sentence=line, severity=Severity.WARNING))


def _is_pair_known(rig: Rig) -> bool:
    """Whether both the focuser's position and the filter in the light are known."""
    return rig.ledger_checked and rig.filter_position is not None


def note_filter_left(rig: Rig) -> Step:
    """Make the focus unknown where the first filter left the light before it could be adopted.

    The focus belonged to that filter, whose offset may not be known; adopting for the next one
    would give it the wrong base.
    """
    if rig.remembered or rig.ledger.raw_steps is None:
        return Step(rig)
    because = "the filter was changed before the focus of the first one was known"
    ledger = forget_embodied(rig.ledger, rig.ledger.read_steps, because)
    rig = replace(rig, main_focuser=replace(rig.main_focuser, ledger=ledger, remembered=True))
    return Step(rig, (Remember(ledger=ledger, move=rig.move),))


def _adopt_at_start(rig: Rig, position: int) -> Step:
    """Adopt a rig at first sight: the focus belongs to the filter in the light."""
    if rig.settings.mode is not Mode.APPLY:
        # rigd has nothing in the position, so clients see the focuser's own counts.
        slot = rig.slot(rig.filter_position)
        ledger = adopt_position(position, 0, slot.key if slot else None, before=rig.ledger)
        ledger = replace(ledger, taken_for=key_in_light(rig))
        rig = replace(rig, main_focuser=_known(rig, ledger))
        return Step(rig, (Remember(ledger=ledger, move=None),))
    ledger = replace(rig.ledger, raw_steps=position, read_steps=position)
    rig = replace(rig, main_focuser=replace(rig.main_focuser, ledger=ledger))
    if rig.settings.wheel is not None and rig.filter_position is None:
        because = "the filter in the light is not known yet"
        ledger = replace(ledger, unknown_because=because)
        return Step(replace(rig, main_focuser=replace(rig.main_focuser, ledger=ledger)))
    before = rig.ledger.unknown_because
    step = _adopt_here(rig, position, f"first sight: {position} steps")
    if step.refusal is None:
        return step
    # Every report of the focuser comes by here until it is adopted; a reason is said once.
    if step.rig.ledger.unknown_because == before:
        return Step(step.rig)
    return Step(step.rig, (DiaryLine(sentence=step.sentence, severity=Severity.WARNING),))


def _adopt_here(rig: Rig, position: int, said: str) -> Step:
    """Take a position as the focus for the filter in the light; refuse without its offset.

    `said`: whose word it is, or what was seen, and the place: it goes on with "taken as".
    """
    slot = rig.slot(rig.filter_position)
    if rig.settings.wheel is None:
        offset, against, key, name = 0, None, None, "the fixed filter"
    elif slot is None or slot.offset is None:
        name = slot.name if slot else f"slot {(rig.filter_position or 0) + 1}"
        reason = (slot.reason if slot else None) or "it has no focus offset"
        because = f"the filter in the light is {name}, whose offset is unknown ({reason})"
        ledger = forget_embodied(rig.ledger, position, because)
        rig = replace(rig, main_focuser=replace(rig.main_focuser, ledger=ledger))
        return Step(rig, refusal=Refusal.GATE, sentence=f"cannot adopt: {because}")
    else:
        (offset, against), key, name = slot.offset, slot.key, slot.name
    if rig.settings.mode is not Mode.APPLY:
        offset, against = rig.ledger.shift_steps, None  # clients go on seeing what they saw
    known = rig.ledger.embodied
    trim = rig.ledger.lost_trim_steps if known is None else known.trim_steps
    ledger = adopt_position(position, offset, key, against=against, before=rig.ledger)
    if rig.settings.mode is not Mode.APPLY:
        ledger = replace(ledger, taken_for=key_in_light(rig))
    rig = replace(rig, main_focuser=_known(rig, ledger), fault=None)
    hidden = rig.settings.mode is not Mode.APPLY
    whose = "hidden from clients as before" if hidden else _name_offset(rig, against)
    line = f"{said} {_describe_taken(name, offset, whose)}"
    if trim:
        line += f"; the trim of {trim:+d} steps is part of the focus from now on"
    return Step(rig, (Remember(ledger=ledger, move=None), DiaryLine(sentence=line)))


def _describe_taken(name: str, offset_steps: int, whose: str) -> str:
    return f"taken as the focus for {name} ({offset_steps:+d} steps are {whose})"


def _name_offset(rig: Rig, against: str | None) -> str:
    counted = "" if against is None else f" against {rig.settings.name_filter(against)}"
    return f"its offset{counted}"


def _known(rig: Rig, ledger: Ledger) -> FocuserState:
    """The main focuser with a ledger that counts from now on."""
    known = replace(rig.main_focuser, ledger=ledger, ledger_checked=True, remembered=True)
    return replace(known, unseen_way=False)


def adopt_found_focus(_before: Rig, event: AnyEvent, step: Step) -> Step:
    """Take the place where an autofocus has found something for the focus of its filter.

    Whatever was embodied before: from now on it is what belongs to that filter. What waited for the
    autofocus to end is dropped, since the focus is right. The diary has one line for all of it.
    """
    for effect in step.effects:
        if isinstance(effect, AutofocusEnded):
            adopted = None
            if effect.proves_focus and effect.of_claimed_filter:
                adopted = _lose_whose(step.rig, effect)
            elif effect.proves_focus:
                adopted = _adopt_found(step.rig, effect, leaving=isinstance(event, WheelReport))
            over = _say_over(step.rig, effect)
            step = step.also(over) if adopted is None else step.then(adopted)
    return step


def _say_over(rig: Rig, ended: AutofocusEnded) -> DiaryLine:
    """Say that an autofocus is over of which nothing is taken for a focus."""
    if ended.is_cut_off and rig.settings.mode is Mode.APPLY:
        line = f"{ended.sentence}: it was given up before it had found the focus, which is unknown"
        return DiaryLine(sentence=line, severity=Severity.WARNING)
    return DiaryLine(sentence=ended.sentence + _describe_no_result(rig, ended))


def _describe_no_result(rig: Rig, ended: AutofocusEnded) -> str:
    """What becomes of a place that is not taken for a focus; nothing where all is unknown."""
    known = rig.settings.mode is Mode.APPLY and rig.ledger.embodied is not None
    if not known or ended.raw_steps is None or ended.proves_focus:
        return ""
    if not ended.is_result:
        return ", and has found nothing"
    return "; nobody knows whether that is a focus, so it counts like any other move"


def _adopt_found(rig: Rig, ended: AutofocusEnded, *, leaving: bool) -> Step | None:
    """Take what one autofocus has found and say so; None if there is nothing to take.

    `leaving`: the wheel turns to another filter by now.
    """
    slot = rig.slot(rig.filter_position)
    position = rig.focuser.position_steps if rig.focuser else None
    fixed = rig.settings.wheel is None
    # The search's filter must still be in the light, with nothing on its way to another.
    key = slot.key if slot else None
    known = rig.ledger_checked and (fixed or (slot is not None and key == ended.filter_key))
    if not known or rig.wheel_turning or rig.change is not None or position is None:
        return None
    if rig.ledger.embodied is None:
        after = _adopt_here(rig, position, f"{ended.sentence},")
        return None if after.refusal else _drop_pending(after, leaving=leaving)
    if rig.settings.mode is not Mode.APPLY:
        return None
    offset = (0, None) if fixed else slot.own_focus if slot else None
    if offset is None:
        return None
    terms = rig.ledger.embodied.with_filter(*offset)
    ledger = rig.ledger
    name = slot.name if slot else "the fixed filter"
    taken = _describe_taken(name, offset[0], _name_offset(rig, terms.against))
    line = DiaryLine(sentence=f"{ended.sentence}, {taken}")
    if terms == ledger.embodied and key == ledger.embodied_filter:
        return _drop_pending(Step(rig, (line,)), leaving=leaving)
    raw = position if ledger.raw_steps is None else ledger.raw_steps
    read = position if ledger.read_steps is None else ledger.read_steps
    ledger = rebase(embody(ledger, raw, read, terms, key))
    rig = replace(rig, main_focuser=replace(rig.main_focuser, ledger=ledger))
    over = Step(rig, (Remember(ledger=ledger, move=None), line))
    return _drop_pending(over, leaving=leaving)


def _lose_whose(rig: Rig, ended: AutofocusEnded) -> Step | None:
    """Make unknown what is in the position: it is the focus of one filter or of another.

    The wheel says that it stands elsewhere since it is back, and was not seen to turn.
    """
    ledger = rig.ledger
    if rig.settings.mode is not Mode.APPLY or ledger.embodied is None or not rig.ledger_checked:
        return None
    because = (
        "an autofocus has found the focus of a filter that nobody knows: the filter wheel was back "
        "and claimed another one than before"
    )
    ledger = forget_embodied(ledger, ledger.read_steps, because)
    rig = replace(rig, main_focuser=replace(rig.main_focuser, ledger=ledger))
    line = (
        f"{ended.sentence}; nobody knows with which filter, so what is in the focuser's position "
        "is unknown"
    )
    told = DiaryLine(sentence=line, severity=Severity.WARNING)
    return Step(rig, (Remember(ledger=ledger, move=rig.move), told))


def _drop_pending(step: Step, *, leaving: bool, by: str = "its autofocus") -> Step:
    """Drop the move that waited, where the focus was found or adopted meanwhile.

    With a guide focuser to follow the filter it goes on waiting, with nothing left to do for the
    main one.
    """
    rig, pending = step.rig, step.rig.pending
    follows = rig.settings.guide_focuser is not None and rig.settings.guide_steps_per_step
    if pending is None or follows:
        return step
    slot = rig.slot(pending.to_position)
    name = slot.name if slot else f"slot {pending.to_position + 1}"
    sentence = f"{name} in the light, focused at {rig.ledger.raw_steps} steps by {by}"
    outcome = rig.outcome
    if outcome is not None and not leaving:
        # The newest outcome may be that of a request which was refused meanwhile.
        outcome = replace(
            outcome,
            result=Result.DONE,
            sentence=sentence,
            origin=Origin.REACTIVE,
            from_position=pending.from_position,
            to_position=pending.to_position,
            waits_for=None,
        )
    return replace(step, rig=replace(rig, pending=None, outcome=outcome))


def describe_adoption(step: Step) -> str:
    """What was taken as the focus by a human's word, as it was said."""
    lines = [effect.sentence for effect in step.effects if isinstance(effect, DiaryLine)]
    return next((line for line in lines if line.startswith(_BY_WORD)), "")


def _why_no_filter(rig: Rig) -> str | None:
    """Why nothing can be adopted for the filter in the light, and what ends that; None if it can.

    A human who says that it is in focus goes by what the wheel says.
    """
    if rig.settings.wheel is None:
        return None
    if rig.wheel_turning:
        return "the filter wheel is turning"
    unsure = why_filter_unsure(rig)
    if unsure is None:
        return None
    return f"the filter in the light is not known ({unsure}); it is once {how_filter_is_known(rig)}"


def answer_adopt_request(rig: Rig, asked: AdoptRequested) -> Step:
    """Adopt by a human's word: the focuser is in focus for the filter in the light."""
    focuser = rig.focuser
    if unread := find_unread_gate(rig):
        # A human who sees that the focus is right knows no better where the focuser counts from.
        sentence = f"cannot adopt: {unread.sentence}; it can be once {unread.opens_when}"
        return Step(rig, refusal=Refusal.GATE, sentence=sentence)
    if focuser is None or not focuser.connected or focuser.position_steps is None:
        sentence = "cannot adopt: the focuser is not connected or does not say where it is"
        if focuser is not None and focuser.fault:
            sentence += f": {focuser.fault}"
        return Step(rig, refusal=Refusal.UNAVAILABLE, sentence=sentence)
    limit_s = rig.settings.times.deadline_s
    if (rig.is_moving_own and not (rig.move and rig.move.halted)) or rig.change is not None:
        sentence = f"cannot adopt: a move is under way; it ends within {limit_s:g} s, or by a halt"
        return Step(rig, refusal=Refusal.GATE, sentence=sentence)
    if focuser.moving:
        # What it says meanwhile may be old: a driver that died in mid-move says so for ever.
        motion = describe_motion(rig)
        sentence = f"cannot adopt: {motion.sentence}; it is read again once {motion.opens_when}"
        return Step(rig, refusal=Refusal.GATE, sentence=sentence)
    if no_filter := _why_no_filter(rig):
        return Step(rig, refusal=Refusal.GATE, sentence=f"cannot adopt: {no_filter}")
    # A move that was halted or lost, and not read back since, is over by a human's word.
    given_up = Step(rig)
    if rig.move is not None:
        because = f"the move to {rig.move.target_steps} steps is given up, said {asked.client}"
        given_up = give_up(rig, FocuserRole.MAIN, rig.move, because)
    said = f"{_BY_WORD}{asked.client}: {focuser.position_steps} steps"
    adopted = _adopt_here(given_up.rig, focuser.position_steps, said)
    step = given_up.then(_drop_pending(adopted, leaving=False, by="a human's word"))
    # A refused request leaves the rig as it was, what was known of it included.
    return Step(rig, (), step.refusal, step.sentence) if step.refusal else step
