"""What a report of the real focuser shows: rigd's own move, a first sight, another's move. Pure."""

from dataclasses import replace

from rigd.devices.events import FocuserReport
from rigd.focus.adoption import take_first_position
from rigd.focus.foreign_commands import is_command_carried_out
from rigd.focus.move import follow, give_up, lose_sight, why_begun_late
from rigd.focus.state.effects import DiaryLine, Effect, ReadFocuser, Remember, Severity, Step
from rigd.focus.state.ledger import follow_foreign_move, forget_embodied, rebase
from rigd.focus.state.requests import FocuserCommandFailed
from rigd.focus.state.rig import Rig


def take_report(rig: Rig, report: FocuserReport) -> Step:
    """Take in a report of the rig's focuser."""
    was_moving = rig.focuser is not None and rig.focuser.moving
    rig = replace(rig, focuser=report)
    # While rigd has a move of its own open, whatever the focuser does is judged as part of it.
    if rig.move is not None:
        return follow(rig, rig.move, report)
    if not report.connected:
        return Step(replace(rig, ledger_checked=False))
    position = report.position_steps
    if position is None:
        return Step(rig)
    if not rig.ledger_checked:
        return Step(rig) if report.moving else take_first_position(rig)
    read = rig.ledger.read_steps
    moved = report.moving or was_moving
    if read == position and not moved:
        return Step(rig)
    heard = is_command_carried_out(rig, position)
    # Inside the tolerance at rest an encoder trembles: the base follows, but nobody moved it.
    near = read is not None and abs(position - read) <= rig.settings.tolerance_steps
    by_another = moved or heard or not near
    rig = replace(rig, ledger=follow_foreign_move(rig.ledger, position))
    if by_another:
        rig = replace(rig, ledger=rebase(rig.ledger), foreign_at_s=report.at_s)
    if report.moving:
        return Step(rig)
    # A sleepy focuser may begin a move that was given up already: that is no new base.
    if by_another and (late := why_begun_late(rig, position, report.at_s)):
        rig = replace(
            rig, ledger=forget_embodied(rig.ledger, position, late), stopped_short_move=None
        )
        line = f"rigd moves nothing: {late}. Focus, and say so with `rigd adopt`"
        told = DiaryLine(sentence=line, severity=Severity.WARNING)
        return Step(rig, (Remember(ledger=rig.ledger, move=None), told))
    step = Step(rig, (Remember(ledger=rig.ledger, move=None),))
    if by_another:
        step = replace(step, rig=replace(rig, stopped_short_move=None))
        start = "" if read in {None, position} else f" from {read}"
        who = "another INDI client" if heard else "something else"
        line = f"{who} moved the focuser{start} to {position} steps"
        step = step.also(DiaryLine(sentence=line))
    return step


def handle_command_failure(rig: Rig, failed: FocuserCommandFailed) -> Step:
    """End a move whose command failed, or judge it if the command may have arrived all the same."""
    move = rig.move
    if move is None or move.number != failed.number:
        return Step(rig)
    if failed.may_have_arrived:
        return lose_sight(rig, move, failed.reason)
    return give_up(rig, move, rig.ledger, "not started", f"focuser not moved: {failed.reason}")


def check_progress(rig: Rig, now_s: float) -> Step:
    """Read back a focuser that is silent; give up a move that never comes to rest."""
    move = rig.move
    looked = Step(rig, _read_back_if_silent(rig, now_s))
    # One deadline for the move itself, and as long again for the motor to stop once it was halted.
    old = move is not None and now_s - move.began_at_s > 2 * rig.settings.deadline_s
    if move is not None and old and move.halted and not (move.lost or move.by_client):
        sentence = f"the focuser never came to rest after the move to {move.target_steps} steps"
        ledger = forget_embodied(rig.ledger, None, sentence)
        step = looked.then(give_up(rig, move, ledger, "unknown", sentence))
        return replace(step, rig=replace(step.rig, ledger_checked=False))
    return looked


def _read_back_if_silent(rig: Rig, now_s: float) -> tuple[Effect, ...]:
    """Ask a silent focuser where it is: some report no move of a few steps (an EAF over INDI)."""
    move, focuser = rig.move, rig.focuser
    if move is None or focuser is None or not focuser.connected or focuser.moving:
        return ()
    waited = move.halted or now_s - move.began_at_s > rig.settings.start_grace_s
    return (ReadFocuser(ref=focuser.ref),) if waited else ()
