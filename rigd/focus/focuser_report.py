"""What a report of a real focuser shows: rigd's own move, a first sight, another's move. Pure."""

from dataclasses import replace

from rigd.devices.events import FocuserReport
from rigd.focus.adoption import take_first_position
from rigd.focus.arrival import follow_move, lose_sight, why_begun_late
from rigd.focus.foreign_commands import is_command_carried_out
from rigd.focus.move import give_up
from rigd.focus.state.effects import DiaryLine, Effect, ReadFocuser, Remember, Severity, Step
from rigd.focus.state.focuser import FocuserRole, FocuserState
from rigd.focus.state.ledger import follow_foreign_move, forget_embodied, rebase
from rigd.focus.state.requests import FocuserCommandFailed
from rigd.focus.state.rig import Rig


def take_report(rig: Rig, role: FocuserRole, report: FocuserReport) -> Step:
    """Take in a report of one of the rig's focusers."""
    focuser = rig.focuser_of(role)
    was_moving = focuser.report is not None and focuser.report.moving
    focuser = replace(focuser, report=report)
    rig = rig.with_focuser(role, focuser)
    # While rigd has a move of its own open, whatever the focuser does is judged as part of it.
    if focuser.move is not None:
        return follow_move(rig, role, focuser.move, report)
    if not report.connected:
        return Step(rig.with_focuser(role, replace(focuser, ledger_checked=False)))
    position = report.position_steps
    if position is None:
        return Step(rig)
    if not focuser.ledger_checked:
        # The guide focuser is adopted beside a main one that is known, at the end of each step.
        later = report.moving or role is FocuserRole.GUIDE
        return Step(rig) if later else take_first_position(rig)
    ledger = focuser.ledger
    read = ledger.read_steps
    moved = report.moving or was_moving
    if read == position and not moved:
        return Step(rig)
    heard = role is FocuserRole.MAIN and is_command_carried_out(rig, position)
    # Inside the tolerance at rest an encoder trembles: the base follows, but nobody moved it.
    tolerance_steps = rig.settings.focuser_tolerance_steps(role)
    near = read is not None and abs(position - read) <= tolerance_steps
    by_another = moved or heard or not near
    ledger = follow_foreign_move(ledger, position)
    if by_another:
        ledger = rebase(ledger)
        focuser = replace(focuser, foreign_at_s=report.at_s)
    focuser = replace(focuser, ledger=ledger)
    if report.moving:
        return Step(rig.with_focuser(role, focuser))
    # A sleepy focuser may begin a move that was given up already: that is no new base.
    late = why_begun_late(rig, role, position, report.at_s) if by_another else None
    if by_another:
        focuser = replace(focuser, stopped_short_move=None)
    if late is not None:
        ledger = forget_embodied(ledger, position, late)
        rig = rig.with_focuser(role, replace(focuser, ledger=ledger))
        line = f"rigd moves nothing: {late}. Focus, and say so with `rigd adopt`"
        told = DiaryLine(sentence=line, severity=Severity.WARNING)
        return Step(rig, (Remember(ledger=ledger, move=None, role=role), told))
    rig = rig.with_focuser(role, focuser)
    step = Step(rig, (Remember(ledger=ledger, move=None, role=role),))
    # The moves of an autofocus are told as one, when it begins and when it is over.
    if by_another and not rig.is_focusing:
        start = "" if read in {None, position} else f" from {read}"
        who = "another INDI client" if heard else "something else"
        line = f"{who} moved the focuser{start} to {position} steps"
        step = step.also(DiaryLine(sentence=line))
    return step


def handle_command_failure(rig: Rig, role: FocuserRole, failed: FocuserCommandFailed) -> Step:
    """End a move whose command failed, or judge it if the command may have arrived all the same."""
    focuser = rig.focuser_of(role)
    move, ledger = focuser.move, focuser.ledger
    if move is None or move.number != failed.number:
        return Step(rig)
    if failed.may_have_arrived:
        return lose_sight(rig, role, move, failed.reason, failed.at_s)
    sentence = f"focuser not moved: {failed.reason}"
    return give_up(rig, role, move, sentence, ledger=ledger, result="not started")


def check_progress(rig: Rig, role: FocuserRole, now_s: float) -> Step:
    """Read back a focuser that is silent; give up a move that never comes to rest."""
    focuser = rig.focuser_of(role)
    move = focuser.move
    looked = Step(rig, _read_back_if_silent(rig, focuser, now_s))
    # One deadline for the move itself, and as long again for the motor to stop once it was halted.
    old = move is not None and now_s - move.began_at_s > 2 * rig.settings.times.deadline_s
    if move is not None and old and move.halted and not (move.lost or move.by_client):
        sentence = f"the focuser never came to rest after the move to {move.target_steps} steps"
        ledger = forget_embodied(focuser.ledger, None, sentence)
        given_up = give_up(rig, role, move, sentence, ledger=ledger, result="unknown")
        step = looked.then(given_up)
        unseen = replace(step.rig.focuser_of(role), ledger_checked=False)
        return replace(step, rig=step.rig.with_focuser(role, unseen))
    return looked


def _read_back_if_silent(rig: Rig, focuser: FocuserState, now_s: float) -> tuple[Effect, ...]:
    """Ask a silent focuser where it is: some report no move of a few steps (an EAF over INDI)."""
    move, report = focuser.move, focuser.report
    if move is None or report is None or not report.connected or report.moving:
        return ()
    waited = move.halted or move.is_told_for(rig.settings.times.start_grace_s, now_s)
    return (ReadFocuser(ref=report.ref),) if waited else ()
