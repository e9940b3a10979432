"""Moves of rigd's own accord: none begins behind a gate, at whatever moment that closes. Pure.

They follow a change at the real wheel, or the temperature. Each order to the motor counts: that
with which a move begins, which may be told long after it was planned where storing takes its time,
and that with which it turns back. Behind a gate the move waits, and is planned again.
"""

from rigd.focus.gates import find_compensation_gate, find_gate_for_change
from rigd.focus.guider_pause import must_pause_guider
from rigd.focus.state.focuser import FocuserMove
from rigd.focus.state.ledger import Part
from rigd.focus.state.rig import Change, Origin, Rig
from rigd.focus.waking import why_too_old
from rigd.frozen import replace


def wait_for_gate(rig: Rig, move: FocuserMove, now_s: float) -> Rig | None:
    """The rig in which what such a move was for waits; None if nothing is in its way.

    Args:
        rig: without the move, which is over.
        move: that has not begun, or has come to where it turns.
        now_s: for gates that open after some time.
    """
    if (change := rig.change) is not None and move.part is Part.FILTER and why_too_old(rig, move):
        # Also one that a client asked for: it is planned again once all has been read.
        failed = change.declined or change.failed
        return None if failed else replace(rig, change=replace(change, focuser_waits=True))
    change = _change_followed(rig, move)
    if change is not None and (change.declined or change.wheel_failed):
        return rig  # its filter has left the light, so there is nothing to wait for
    if change is not None and not change.wheel_done:
        return replace(rig, change=replace(change, focuser_waits=True))
    if why_gated(rig, move, now_s) is None:
        return None
    if change is not None:
        return replace(rig, change=replace(change, focuser_waits=True))
    return rig  # the temperature is followed again once that is over


def why_gated(rig: Rig, move: FocuserMove, now_s: float) -> str | None:
    """Why such a move may not begin now; None if it may, or if somebody asked for it."""
    follows_temperature = move.part is Part.TEMPERATURE and not move.by_client
    if not follows_temperature and _change_followed(rig, move) is None:
        return None
    idle = replace(rig, main_focuser=replace(rig.main_focuser, move=None))
    gate = find_compensation_gate(idle) or find_gate_for_change(idle, Origin.REACTIVE, now_s)
    if gate is not None:
        return gate.sentence
    return "the guider guides again" if must_pause_guider(idle) else None


def _change_followed(rig: Rig, move: FocuserMove) -> Change | None:
    """The change at the real wheel that a move follows; None if it follows none."""
    change = rig.change
    if change is None or change.origin is not Origin.REACTIVE:
        return None
    return change if move.part is Part.FILTER and not move.by_client else None
