"""Moves that take too long: halted first, then given up. No move is open for ever. Pure."""

from rigd.focus.late_moves import keep_unended
from rigd.focus.move import close, fail_move
from rigd.focus.sighting import may_go_on
from rigd.focus.state.effects import Effect, HaltFocuser, ReadFocuser, Step
from rigd.focus.state.focuser import FocuserMove, FocuserRole
from rigd.focus.state.ledger import forget_embodied
from rigd.focus.state.light_paths import stands_where_last_known
from rigd.focus.state.rig import Rig
from rigd.frozen import replace


def check_progress(rig: Rig, role: FocuserRole, now_s: float) -> Step:
    """Read back a focuser that is silent; halt a move that is overdue, and give it up at last."""
    step = Step(rig, _read_back_if_silent(rig, role, now_s))
    step = step.then(_halt_overdue(step.rig, role, now_s))
    return step.then(_give_up_cut_off(step.rig, role, now_s))


def give_up(rig: Rig, role: FocuserRole, move: FocuserMove, sentence: str) -> Step:
    """End a move that cannot be followed any more: where the focuser is found is judged then."""
    ledger = rig.focuser_of(role).ledger
    if not move.by_client and ledger.embodied is not None:
        # Stored so: a restart must not take where such a move ends for a new base.
        ledger = forget_embodied(ledger, None, sentence, heals=True, led_away=not move.lost)
    ledger = keep_unended(ledger, move)
    step = close(rig, role, move, ledger=ledger, result="given up", raw_steps=None)
    report = rig.focuser_of(role).report
    moving = report is not None and report.connected and report.moving
    focuser = replace(step.rig.focuser_of(role), ledger_checked=False, watched=False)
    # A driver that died in mid-move says for ever that it moves.
    focuser = replace(focuser, motion_given_up=moving)
    return fail_move(replace(step, rig=step.rig.with_focuser(role, focuser)), role, move, sentence)


def describe_late_focuser(rig: Rig, move: FocuserMove, limit_s: float) -> str:
    """Say how far a move has come that did not end in time."""
    report, target = rig.focuser, move.target_steps
    seen = None if report is None else report.position_steps
    if report is None or seen is None:
        return f"the focuser did not say within {limit_s:g} s that it was at {target} steps"
    if seen != target:
        return f"the focuser was at {seen} steps and not yet at {target} steps after {limit_s:g} s"
    moves = "still said that it moved" if report.moving else "was not read back"
    return f"the focuser was at {target} steps, but {moves} after {limit_s:g} s"


def _halt_overdue(rig: Rig, role: FocuserRole, now_s: float) -> Step:
    """Halt a move past its deadline; most moves for a change are halted by that of the change."""
    focuser, ref = rig.focuser_of(role), rig.settings.focuser_ref(role)
    move, times = focuser.move, rig.settings.times
    if move is None or ref is None or move.halted or move.lost:
        return Step(rig)
    limit_s = times.client_move_s if move.by_client else times.deadline_s
    if not move.is_told_for(limit_s, now_s):
        return Step(rig)
    halted = replace(focuser, move=replace(move, halted=True, reads=0))
    return Step(rig.with_focuser(role, halted), (HaltFocuser(ref=ref),))


def _give_up_cut_off(rig: Rig, role: FocuserRole, now_s: float) -> Step:
    """Give up a move that was halted or lost some time ago, and was not read back since."""
    focuser, times = rig.focuser_of(role), rig.settings.times
    move = focuser.move
    if move is None or not (move.halted or move.lost):
        return Step(rig)
    if move.cut_off_at_s is None:
        waits = replace(focuser, move=replace(move, cut_off_at_s=now_s))
        return Step(rig.with_focuser(role, waits))
    limit_s = times.deadline_s if move.lost else times.stop_s
    if now_s - move.cut_off_at_s <= limit_s:
        return Step(rig)
    target = move.goal.target_steps
    if move.lost:
        sentence = f"the focuser did not come back within {limit_s:g} s of a move to {target} steps"
    else:
        sentence = f"the focuser never came to rest after the move to {target} steps"
    return give_up(rig, role, move, sentence)


def _read_back_if_silent(rig: Rig, role: FocuserRole, now_s: float) -> tuple[Effect, ...]:
    """Ask a silent focuser where it is: some report no move of a few steps (an EAF over INDI)."""
    focuser = rig.focuser_of(role)
    move, report = focuser.move, focuser.report
    if report is None or not report.connected or report.moving:
        return ()
    if move is None:
        seen, near = focuser.sighting, rig.settings.focuser_tolerance_steps(role)
        at = seen.steps if seen else focuser.ledger.read_steps
        # What was given up is judged by where it is found: a driver may have nothing new to say.
        # Nor one that stands where all is known again, as soon as another light path is in force.
        found = seen is not None or stands_where_last_known(focuser.ledger, near)
        waits = found or not focuser.ledger_checked
        if found and at is not None and role is FocuserRole.MAIN and focuser.ledger_checked:
            waits = not may_go_on(rig, at)
    else:
        begun = move.is_told_for(rig.settings.times.start_grace_s, now_s)
        waits = move.halted or begun or move.reads > 0
    return (ReadFocuser(ref=report.ref),) if waits else ()
