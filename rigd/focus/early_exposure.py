"""Frames that begin before the focuser has followed to their filter. Pure.

A program that changes the real wheel and exposes at once leaves no gap in which rigd could follow.
The first such frame of a filter is a warning at once; how many there were is said when the focuser
has followed. The frames of an autofocus are none, nor is one that began as near as focusers come.
"""

from dataclasses import dataclass

from rigd.devices.events import CameraReport
from rigd.focus.change_plan import Plan, plan
from rigd.focus.client_advice import advise_on_missing_gap
from rigd.focus.filter_change import describe_wait
from rigd.focus.state.early_frames import EarlyFrames
from rigd.focus.state.effects import DiaryLine, Severity, Step
from rigd.focus.state.ledger import Part
from rigd.focus.state.requests import AnyEvent
from rigd.focus.state.rig import Origin, Rig
from rigd.focus.state.settings import Mode
from rigd.frozen import replace
from rigd.optics.filter_offsets import SlotKind

NO_GAP = 2
"""Once may be chance, twice in a row is how the client works. Our choice."""
JUST_BEFORE_S = 0.5
"""Our choice: Ekos turns the wheel 0.06 s after its move has ended."""


def note_early_exposure(before: Rig, event: AnyEvent, step: Step) -> Step:
    """Warn of a frame that this event begins out of focus; sum up when the focuser has followed."""
    step = _await_first_frame(before, _sum_up(before, _tell_late(before, event, step)))
    rig = step.rig
    if not isinstance(event, CameraReport) or event.ref != rig.settings.camera or not event.busy:
        return step
    if (before.camera is not None and before.camera.busy) or before.is_focusing:
        return step
    # Judged before the event: a move that it lets begin comes too late for this frame.
    early = _find_early_frame(before)
    if early is not None:
        told = rig.early_frames
        step = replace(step, rig=_count_frame(rig, told, early, event.at_s))
        if told is None and not early.is_unknown:
            severity = Severity.INFO if before.may_begin_to_focus else Severity.WARNING
            step = step.also(DiaryLine(sentence=early.sentence, severity=severity))
    is_missed = early is not None and early.is_after_turn and not _has_moved_by_itself(before)
    return _count_gap(step, is_missed=is_missed) if rig.first_frame_due else step


def _count_frame(rig: Rig, told: EarlyFrames | None, early: "_EarlyFrame", now_s: float) -> Rig:
    """The rig with a frame counted with those before it.

    On an unknown focus rigd moves nothing: whoever moves the focuser between frames is focusing,
    though rigd may have come too late to see all of it, and only what follows can be more.
    """
    focuser = rig.focuser
    there = focuser is not None and focuser.connected
    moving = focuser is not None and there and focuser.moving
    stands = focuser.position_steps if focuser is not None and there and not moving else None
    one = EarlyFrames(
        name=early.name,
        count=1,
        off_steps=early.off_steps,
        untold=early.is_unknown,
        since_s=now_s,
        at_steps=stands,
        searched=early.is_unknown and moving,
    )
    if told is None:
        return replace(rig, early_frames=one)
    stood, near = told.at_steps, rig.settings.tolerance_steps
    away = stood is not None and stands is not None and abs(stands - stood) > near
    if early.is_unknown and told.off_steps is None and (moving or away):
        return replace(rig, early_frames=replace(one, searched=True))
    frames = replace(told, count=told.count + 1, off_steps=early.off_steps, name=early.name)
    return replace(rig, early_frames=frames if stands is None else replace(frames, at_steps=stands))


def missed_gap_advice(rig: Rig) -> str | None:
    """Advice about a client that leaves no gap for the focuser; None while it leaves some."""
    if rig.missed_gaps < NO_GAP:
        return None
    return (
        f"at {rig.missed_gaps} filter changes in a row the first frame began before the focuser "
        f"had followed the wheel: this client leaves no gap; {advise_on_missing_gap(rig)}"
    )


def _tell_late(before: Rig, event: AnyEvent, step: Step) -> Step:
    """Say what was held back, once no autofocus has begun with it for so long that none will."""
    held, rig = before.early_frames, step.rig
    if held is None or not (held.untold and held.own_count) or rig.is_focusing:
        return step
    if not _is_unknown(rig):
        return step
    turned = before.filter_position != rig.filter_position
    if turned or event.at_s - held.since_s < rig.settings.autofocus_quiet_s:
        return step  # once it is turned or known, all of them are summed up
    line = DiaryLine(sentence=_describe_unknown(held), severity=Severity.WARNING)
    return replace(step, rig=replace(rig, early_frames=replace(held, untold=False))).also(line)


def _describe_unknown(frames: EarlyFrames) -> str:
    how_many = "a frame" if frames.own_count == 1 else f"{frames.own_count} frames"
    return f"{how_many} with {frames.name} began while nobody knew where its focus is"


def _sum_up(before: Rig, step: Step) -> Step:
    """Say how many frames began too early, once the focuser has followed or the filter changes."""
    told, rig = before.early_frames, step.rig
    if told is not None and rig.is_focusing:  # they were the first frames of an autofocus
        return replace(step, rig=replace(rig, early_frames=None))
    turned = before.filter_position != rig.filter_position
    waits = rig.pending is not None or rig.change is not None
    lasts = waits or _is_following_temperature(rig) or _is_unknown(rig)
    if told is None or (not turned and lasts):
        return step
    step = replace(step, rig=replace(rig, early_frames=None))
    if told.own_count == 0 or (told.own_count == 1 and not told.untold):
        return step
    if told.off_steps is None:
        line = _describe_unknown(told)
    else:
        line = (
            f"{told.count} frames with {told.name} began before the focuser had followed, the last "
            f"one {_distance(told.off_steps)}"
        )
    return step.also(DiaryLine(sentence=line, severity=Severity.WARNING))


def _await_first_frame(before: Rig, step: Step) -> Step:
    """Note that the filter has changed: how its first frame begins says whether there was a gap."""
    old, new = before.filter_position, step.rig.filter_position
    if None in {old, new} or old == new:
        return step
    return replace(step, rig=replace(step.rig, first_frame_due=True))


def _count_gap(step: Step, *, is_missed: bool) -> Step:
    """Count a filter change by its first frame; further frames of the same filter say nothing."""
    missed_gaps = step.rig.missed_gaps + 1 if is_missed else 0
    rig = replace(step.rig, missed_gaps=missed_gaps, first_frame_due=False)
    step = replace(step, rig=rig)
    if missed_gaps != NO_GAP:
        return step
    return step.also(DiaryLine(sentence=missed_gap_advice(rig) or "", severity=Severity.WARNING))


def _seems_to_begin_a_search(rig: Rig) -> bool:
    """Whether somebody moved the focuser just before the wheel turned: so an autofocus begins.

    Its first frames come before it can be told from anything else (Ekos moves twice, turns to its
    filter, and exposes).
    """
    turn, moves = rig.foreign_moves.turn, rig.foreign_moves.moves
    return turn is not None and any(
        turn.began_s - JUST_BEFORE_S <= move.ended_s < turn.began_s for move in moves
    )


def _has_moved_by_itself(rig: Rig) -> bool:
    """Whether somebody else has moved the focuser since the wheel turned: it left time enough."""
    turn, moves = rig.foreign_moves.turn, rig.foreign_moves.moves
    return turn is not None and any(move.ended_s >= turn.began_s for move in moves)


@dataclass(frozen=True, slots=True, kw_only=True)
class _EarlyFrame:
    name: str
    off_steps: int | None
    sentence: str
    """What is said of it at once."""
    is_after_turn: bool = True
    """Whether the focuser was to follow the wheel: otherwise no gap was missed."""
    is_unknown: bool = False
    """Whether nobody knows the focus: then an autofocus is most likely what begins."""


def _find_early_frame(rig: Rig) -> _EarlyFrame | None:
    """Return the frame that begins now, if it is out of focus because the focuser is to follow."""
    change, move, pending = rig.change, rig.move, rig.pending
    slot = rig.slot(rig.filter_position)
    name = slot.name if slot else "an unknown filter"
    after_turn, unknown = True, False
    warming = _is_following_temperature(rig)
    if move is not None and (warming or (change and change.origin is Origin.REACTIVE)):
        after_turn = not warming
        read = rig.focuser.position_steps if rig.focuser else None
        turned_on = change is not None and change.to_position != rig.filter_position
        goal = _focus_of(rig, rig.filter_position) if turned_on else move.goal.target_steps
        off = None if read is None or goal is None else goal - read
        sentence = f"a frame with {name} began while the focuser was {_distance(off)}"
    elif pending is not None:
        if _seems_to_begin_a_search(rig):
            return None
        goal, raw = _focus_of(rig, pending.to_position), rig.ledger.raw_steps
        off = None if goal is None or raw is None else goal - raw
        if _has_moved_by_itself(rig):
            off = None  # whether it applied the filter's offset, or something else, is not known
        where = f" {_distance(off)}" if off is not None else f", and {_distance(off)}"
        sentence = f"a frame with {name} began{where}; the move there waits: {describe_wait(rig)}"
    elif slot is not None and slot.kind is not SlotKind.OPAQUE and _is_unknown(rig):
        off, after_turn, unknown, sentence = None, False, True, ""
    else:
        return None
    zone = slot.focus_zone_steps if slot else None
    near = max(rig.settings.tolerance_steps, rig.settings.dead_band_steps, (zone or 0.0) / 4)
    if off is not None and abs(off) <= near:
        return None
    return _EarlyFrame(
        name=name,
        off_steps=off,
        sentence=sentence,
        is_after_turn=after_turn,
        is_unknown=unknown,
    )


def _focus_of(rig: Rig, filter_position: int | None) -> int | None:
    """Where a filter is in focus; None where nobody knows."""
    planned = None if filter_position is None else plan(rig, filter_position)
    return planned.target_steps if isinstance(planned, Plan) else None


def _is_following_temperature(rig: Rig) -> bool:
    """Whether the focuser is on its way after the temperature, beyond its target or before it."""
    return rig.move is not None and rig.move.part is Part.TEMPERATURE and not rig.move.by_client


def _is_unknown(rig: Rig) -> bool:
    """Whether nobody can say where the focus is, in the mode in which rigd answers for it."""
    there = rig.focuser is not None and rig.focuser.connected
    known = there and rig.ledger.embodied is not None
    return rig.remembered and rig.settings.mode is Mode.APPLY and not known


def _distance(steps: int | None) -> str:
    if steps is None:
        return "nobody knows how far from its focus"
    return f"{abs(steps)} steps from its focus"
