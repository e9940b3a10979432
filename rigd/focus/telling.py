"""Whether a device may still be told what was commanded: storing it may have taken long. Pure.

A disk that is locked for seconds holds a command up, and the gates, the limits and the focuser are
not then what they were when it was planned.
"""

from rigd.focus.foreign_commands import find_command_during
from rigd.focus.own_accord import why_gated
from rigd.focus.reach import describe_out_of_reach
from rigd.focus.state.effects import MoveFocuser, TurnWheel
from rigd.focus.state.focuser import FocuserMove, FocuserRole
from rigd.focus.state.rig import Rig
from rigd.focus.waking import why_too_old
from rigd.frozen import replace

OVER = "it was over before it was told"
"""What was closed, halted or lost meanwhile."""


def why_not_tell(rig: Rig, command: MoveFocuser | TurnWheel, now_s: float) -> str | None:
    """Why a device must not be told any more what was commanded; None if it may be."""
    if isinstance(command, TurnWheel):
        change = rig.change
        wanted = change is not None and not change.wheel_done and change.wheel_failed is None
        return None if wanted else OVER
    for role in FocuserRole:
        move = rig.focuser_of(role).move
        if command.ref != rig.settings.focuser_ref(role) or move is None:
            continue
        if move.number != command.number or move.halted or move.lost:
            return OVER
        if outside := describe_out_of_reach(rig, move.target_steps, role):
            return outside
        if role is FocuserRole.MAIN and find_command_during(rig, move):
            # Where another client was heard to send it meanwhile, both orders stand: whose motion
            # that is is judged by where it ends.
            rig = _as_at_rest(rig)
        too_old = why_too_old(rig, move)
        return too_old or _why_moved(rig, role, move) or why_gated(rig, move, now_s)
    return OVER


def _why_moved(rig: Rig, role: FocuserRole, move: FocuserMove) -> str | None:
    """Why a move of rigd's own would not count from where the focuser is; None if it would.

    Where a client sends its focuser does not hang on where that stood.
    """
    report, near = rig.focuser_of(role).report, rig.settings.focuser_tolerance_steps(role)
    if move.by_client or report is None or report.position_steps is None:
        return None
    if not report.moving and abs(report.position_steps - move.start_steps) <= near:
        return None
    return f"something else has moved it from {move.start_steps} steps meanwhile"


def _as_at_rest(rig: Rig) -> Rig:
    """The rig as it would be if the main focuser still stood where its open move begins."""
    focuser, move = rig.main_focuser, rig.move
    if focuser.report is None or move is None:
        return rig
    report = replace(focuser.report, moving=False, position_steps=move.start_steps)
    return replace(rig, main_focuser=replace(focuser, report=report))
