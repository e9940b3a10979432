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
    rig = step.rig
    if not isinstance(event, CameraReport) or event.ref != rig.settings.camera or not event.busy:
        return step
    if before.camera is not None and before.camera.busy:
        return step
    # Judged before the event: a move that it lets begin comes too late for this frame.
    late = _describe_early_frame(before)
    if late is None:
        return replace(step, rig=replace(rig, missed_gaps=0)) if rig.missed_gaps else step
    rig = replace(rig, missed_gaps=rig.missed_gaps + 1)
    step = replace(step, rig=rig).also(DiaryLine(sentence=late, severity=Severity.WARNING))
    if rig.missed_gaps == NO_GAP:
        advice = missed_gap_advice(rig) or ""
        step = step.also(DiaryLine(sentence=advice, severity=Severity.WARNING))
    return step


def missed_gap_advice(rig: Rig) -> str | None:
    """Advice about a client that leaves no gap for the focuser; None while it leaves some."""
    if rig.missed_gaps < NO_GAP:
        return None
    return (
        f"{rig.missed_gaps} frames in a row began before the focuser had followed the wheel: this "
        "client leaves no gap; let it ask rigd's wheel and focuser instead of the real ones"
    )


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
