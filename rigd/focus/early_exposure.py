"""Frames that begin before the focuser has followed to their filter. Pure.

A program that changes the real wheel and exposes at once leaves no gap in which rigd could follow.
"""

from dataclasses import replace

from rigd.devices.events import CameraReport
from rigd.focus.change_plan import Plan, plan
from rigd.focus.state.effects import DiaryLine, Severity, Step
from rigd.focus.state.requests import AnyEvent
from rigd.focus.state.rig import Origin, Rig

NO_GAP = 2
"""Once may be chance, twice in a row is how the client works. Our choice."""


def note_early_exposure(before: Rig, event: AnyEvent, step: Step) -> Step:
    """Warn of a frame that this event begins out of focus."""
    step = _await_first_frame(before, step)
    rig = step.rig
    if not isinstance(event, CameraReport) or event.ref != rig.settings.camera or not event.busy:
        return step
    if before.camera is not None and before.camera.busy:
        return step
    # Judged before the event: a move that it lets begin comes too late for this frame.
    late = _describe_early_frame(before)
    if late is not None:
        step = step.also(DiaryLine(sentence=late, severity=Severity.WARNING))
    return _count_gap(step, is_missed=late is not None) if rig.first_frame_due else step


def missed_gap_advice(rig: Rig) -> str | None:
    """Advice about a client that leaves no gap for the focuser; None while it leaves some."""
    if rig.missed_gaps < NO_GAP:
        return None
    return (
        f"at {rig.missed_gaps} filter changes in a row the first frame began before the focuser "
        "had followed the wheel: this client leaves no gap; let it ask rigd's wheel and focuser "
        "instead of the real ones"
    )


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


def _describe_early_frame(rig: Rig) -> str | None:
    """The warning of a frame that begins now, out of focus; None if it is in focus."""
    change, move, pending = rig.change, rig.move, rig.pending
    slot = rig.slot(rig.filter_position)
    name = slot.name if slot else "an unknown filter"
    if change is not None and change.origin is Origin.REACTIVE and move is not None:
        read = rig.focuser.position_steps if rig.focuser else None
        off = None if read is None else move.goal.target_steps - read
        return f"a frame with {name} began while the focuser was {_distance(off)} from its focus"
    if pending is None:
        return None
    planned = plan(rig, pending.to_position)
    raw = rig.ledger.raw_steps
    off = planned.target_steps - raw if isinstance(planned, Plan) and raw is not None else None
    because = rig.outcome.sentence if rig.outcome else "a gate is closed"
    return f"a frame with {name} began {_distance(off)} from its focus, which waits: {because}"


def _distance(steps: int | None) -> str:
    return "an unknown way" if steps is None else f"{abs(steps)} steps"
