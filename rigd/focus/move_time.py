"""How fast the focuser is, as measured, and how long a move will take. Pure."""

from rigd.focus.state.effects import Step
from rigd.focus.state.requests import AnyEvent
from rigd.focus.state.rig import Rig
from rigd.frozen import replace

LONG_ENOUGH_S = 5.0
"""Shorter moves say more about how a move begins and ends than about the motor. Our choice: with
reports one second apart the error of the pace is then a fifth at most."""
KEPT = 20
"""Long moves that are remembered. Our choice: about those of one night."""
ENOUGH = 3
"""So many long moves are needed, since the report of an arrival may be late. Our choice."""


def measure_pace(before: Rig, event: AnyEvent, step: Step) -> Step:
    """Measure the focuser's pace by a long move that has just ended at its target."""
    move, rig = before.move, step.rig
    ended = move is not None and (rig.move is None or rig.move.number != move.number)
    if move is None or not ended or move.lost or move.halted:
        return step
    took_s = event.at_s - move.began_at_s
    if took_s < LONG_ENOUGH_S or rig.ledger.raw_steps != move.target_steps:
        return step
    measured = abs(move.target_steps - move.start_steps) / took_s
    return replace(step, rig=replace(rig, paces_steps_s=(*rig.paces_steps_s, measured)[-KEPT:]))


def fastest_steps_s(rig: Rig) -> float | None:
    """Steps per second of the fastest long move; None while too few were seen."""
    return max(rig.paces_steps_s) if len(rig.paces_steps_s) >= ENOUGH else None


def predicted_s(rig: Rig, steps: int) -> float | None:
    """The least time that a move of so many steps takes; None while that is not known."""
    fastest = fastest_steps_s(rig)
    return abs(steps) / fastest if fastest else None
