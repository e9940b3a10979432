"""Focuser moves of rigd's, main and guide alike: how one begins, is followed, and ends. Pure."""

from dataclasses import replace

from rigd.devices.events import FocuserReport
from rigd.focus.foreign_commands import describe_command, find_command_during
from rigd.focus.state.effects import (
    DiaryLine,
    HaltFocuser,
    JournalIntent,
    JournalOutcome,
    MoveFocuser,
    ReadFocuser,
    Remember,
    Severity,
    Step,
)
from rigd.focus.state.focuser import FocuserMove, FocuserRole, MoveLeg
from rigd.focus.state.ledger import (
    Ledger,
    Part,
    Terms,
    embody,
    embody_where_stopped,
    forget_embodied,
    rebase,
    resume_after_move,
)
from rigd.focus.state.rig import Rig

READS = 2
"""Reads at rest that must agree before a position is believed: a single one may be older than the
move's end, since many drivers' Ok carries the position before it."""
OTHERS_S = 300.0
"""So long after a foreign move another program may well move the focuser again. Our choice: a
program that moves it for one filter moves it for the next within minutes."""


def start_move(
    rig: Rig,
    role: FocuserRole = FocuserRole.MAIN,
    *,
    target_steps: int,
    terms: Terms | None,
    filter_key: str | None,
    now_s: float,
    by: str,
    by_client: bool,
    part: Part = Part.FILTER,
) -> Step:
    """Begin a move: the intent goes into the journal, then the focuser is told.

    A move against the final direction goes beyond its target first, as a move of its own. What it
    overshoots by is part of the terms like any other until the focuser has come back, so that the
    ledger is exact wherever a crash or a halt leaves it.
    """
    focuser = rig.focuser_of(role)
    start_steps = focuser.ledger.raw_steps
    if start_steps is None:
        msg = "a move needs a focuser that says where it is"
        raise ValueError(msg)
    goal = MoveLeg(target_steps=target_steps, terms=terms, filter_key=filter_key)
    first, second_leg = goal, None
    # The guide focuser takes up no backlash: nobody has stated any for it.
    main = role is FocuserRole.MAIN
    turn_steps = _turning_point(rig, start_steps, target_steps) if main else target_steps
    if turn_steps != target_steps:
        second_leg = goal
        beyond = turn_steps - target_steps
        first = replace(goal, target_steps=turn_steps)
        if terms is not None and not by_client:
            # Beyond its target the focus is no filter's.
            key = None if part is Part.FILTER else filter_key
            first = replace(first, terms=terms.plus(part, beyond), filter_key=key)
    move = FocuserMove(
        number=focuser.moves_begun + 1,
        start_steps=start_steps,
        target_steps=first.target_steps,
        terms=first.terms,
        filter_key=first.filter_key,
        began_at_s=now_s,
        by=by,
        by_client=by_client,
        part=part,
        second_leg=second_leg,
    )
    return _command(rig, role, move)


def _turning_point(rig: Rig, start_steps: int, target_steps: int) -> int:
    """Where a move turns back to take up backlash: its target, if it need not or has no room."""
    backlash = rig.backlash
    turn_steps = backlash.overshoot_steps(start_steps, target_steps) if backlash else None
    high = rig.max_steps
    if turn_steps is None or high is None or not rig.min_steps <= turn_steps <= high:
        return target_steps
    return turn_steps


def _command(rig: Rig, role: FocuserRole, move: FocuserMove) -> Step:
    focuser, ref = rig.focuser_of(role), rig.settings.focuser_ref(role)
    if ref is None:
        msg = "a move needs a focuser"
        raise ValueError(msg)
    moving = replace(focuser, move=move, moves_begun=move.number, stopped_short_move=None)
    return Step(
        rig.with_focuser(role, moving),
        (
            JournalIntent(move=move, ledger=focuser.ledger, role=role),
            MoveFocuser(ref=ref, position_steps=move.target_steps, number=move.number),
        ),
    )


def _start_second_leg(
    step: Step, role: FocuserRole, move: FocuserMove, leg: MoveLeg, now_s: float
) -> Step:
    """Begin the second leg of a move, which ends in the final direction."""
    back = replace(
        move,
        number=move.number + 1,
        start_steps=move.target_steps,
        target_steps=leg.target_steps,
        terms=leg.terms,
        filter_key=leg.filter_key,
        began_at_s=now_s,
        second_leg=None,
        seen_moving=False,
        reads=0,
        read_steps=None,
    )
    return step.then(_command(step.rig, role, back))


def base_ahead(rig: Rig) -> int | None:
    """The base once the open move, if there is one, has arrived; None while unknown."""
    if rig.move is None:
        return rig.ledger.base_steps
    goal = rig.move.goal
    return None if goal.terms is None else goal.target_steps - goal.terms.total_steps


def ledger_after(ledger: Ledger, move: FocuserMove, read_steps: int) -> Ledger:
    """The ledger once a move has arrived."""
    return embody(ledger, move.target_steps, read_steps, move.terms, move.filter_key)


def follow_move(rig: Rig, role: FocuserRole, move: FocuserMove, report: FocuserReport) -> Step:
    """Take in what a report says of the move that is open."""
    focuser = rig.focuser_of(role)
    position = report.position_steps
    if not report.connected or position is None:
        return lose_sight(rig, role, move, "the connection to the focuser was lost during the move")
    if report.moving:
        moving = replace(focuser, move=replace(move, seen_moving=True, reads=0))
        return Step(rig.with_focuser(role, moving))
    # A focuser at rest that has not begun yet is not at its end: it is given time to begin.
    began = move.seen_moving or report.at_s - move.began_at_s > rig.settings.start_grace_s
    there = position == move.target_steps
    if not (there or began or move.halted or report.fault):
        return Step(rig)
    tolerance_steps = rig.settings.focuser_tolerance_steps(role)
    reads = move.reads + 1 if _is_same_read(move, position, tolerance_steps) else 1
    move = replace(move, reads=reads, read_steps=position)
    rig = rig.with_focuser(role, replace(focuser, move=move))
    # A driver's cached value repeated would be one read: the second one is asked of the device.
    if reads < READS:
        return Step(rig, (ReadFocuser(ref=report.ref),))
    if move.lost:
        return _judge_lost_move(rig, role, move, position)
    if abs(position - move.target_steps) <= tolerance_steps:
        ledger = ledger_after(focuser.ledger, move, position)
        if move.second_leg is None:
            return _close(rig, role, move, ledger=ledger, result="done", raw_steps=position)
        # Two moves in the journal, not one with two targets: a crash between the legs finds the
        # first one done, and the overshoot in the ledger.
        step = _close(rig, role, move, ledger=ledger, result="turned", raw_steps=position)
        if move.halted:
            return _fail(step, role, move, _describe_unfinished(move, "halted"))
        return _start_second_leg(step, role, move, move.second_leg, report.at_s)
    heard = _describe_foreign_command(rig, role, move)
    because = report.fault or ("halted" if move.halted else heard or "it stopped there by itself")
    sentence = (
        f"the focuser stands at {position} steps instead of {move.target_steps} steps: {because}"
    )
    ledger = _ledger_where_stopped(rig, role, move, position, sentence)
    result = "failed" if ledger.embodied is not None else "unknown"
    rig = _remember_stopped_short(rig, role, move, position)
    step = _close(rig, role, move, ledger=ledger, result=result, raw_steps=position)
    return _fail(step, role, move, sentence)


def _describe_foreign_command(rig: Rig, role: FocuserRole, move: FocuserMove) -> str | None:
    """Say what another client was heard to command during a move; the guide focuser's is not."""
    main = role is FocuserRole.MAIN
    return describe_command(find_command_during(rig, move)) if main else None


def _remember_stopped_short(rig: Rig, role: FocuserRole, move: FocuserMove, position: int) -> Rig:
    """Keep a move of rigd's that stopped on its way by itself: it may go on all the same."""
    ours = not (move.by_client or move.halted) and move.terms is not None
    if not (ours and _is_on_its_way(move, position, rig.settings.focuser_tolerance_steps(role))):
        return rig
    stopped = replace(move, start_steps=position)
    return rig.with_focuser(role, replace(rig.focuser_of(role), stopped_short_move=stopped))


def why_begun_late(rig: Rig, role: FocuserRole, position: int, now_s: float) -> str | None:
    """Why a motion seems to be a late part of rigd's own move; None if it is another's."""
    move = rig.focuser_of(role).stopped_short_move
    # One deadline for the move, one more for a motor that was slow to begin.
    if move is None or now_s - move.began_at_s > 2 * rig.settings.deadline_s:
        return None
    if abs(position - move.target_steps) > rig.settings.focuser_tolerance_steps(role):
        return None
    return (
        f"the move to {move.target_steps} steps seemed to be over at {move.start_steps} "
        f"steps, and then the focuser moved there, to {position} steps"
    )


def _is_on_its_way(move: FocuserMove, position: int, near: int) -> bool:
    """Whether a position lies between start and target, ends included, within the tolerance."""
    ends = (move.start_steps, move.target_steps)
    return min(ends) - near <= position <= max(ends) + near


def _is_same_read(move: FocuserMove, position: int, near: int) -> bool:
    """Whether a read confirms the one before; near the target an encoder may tremble."""
    last = move.read_steps
    if last is None or position == last:
        return last is not None
    target = move.target_steps
    return abs(position - target) <= near and abs(last - target) <= near


def _ledger_where_stopped(
    rig: Rig, role: FocuserRole, move: FocuserMove, position: int, sentence: str
) -> Ledger:
    """The ledger after a move that ended elsewhere than at its target.

    A move of rigd's that fails or is halted ends on its way. Anywhere else somebody else has moved
    the focuser too; and where another program has been at work, its move cannot be told from a
    failure of rigd's.
    """
    # A client's own move changes the base and nothing of rigd's, wherever it ends.
    focuser = rig.focuser_of(role)
    ledger = focuser.ledger
    if move.terms is None or move.by_client:
        return embody(ledger, position, position, None, None)
    if heard := _describe_foreign_command(rig, role, move):
        because = sentence if sentence.endswith(heard) else f"{sentence}; {heard}"
        return forget_embodied(ledger, position, because)
    on_its_way = _is_on_its_way(move, position, rig.settings.focuser_tolerance_steps(role))
    foreign_at_s = focuser.foreign_at_s
    others_s = None if foreign_at_s is None else move.began_at_s - foreign_at_s
    if on_its_way and not move.halted and others_s is not None and others_s < OTHERS_S:
        because = f"{sentence}, {others_s:.0f} s after something else had moved it"
        return forget_embodied(ledger, position, because)
    if on_its_way:
        base = move.target_steps - move.terms.total_steps
        return embody_where_stopped(ledger, position, base, move.part)
    because = f"{sentence}; that is not on its way from {move.start_steps} steps"
    return forget_embodied(ledger, position, because)


def lose_sight(rig: Rig, role: FocuserRole, move: FocuserMove, sentence: str) -> Step:
    """Leave a move that cannot be watched any more to be judged by where the focuser is found.

    What waited for its end is dropped: nothing moves because a connection came back.
    """
    waited = False
    if role is FocuserRole.MAIN:  # nothing waits for the guide focuser but the end of the change
        change = rig.change
        waited = rig.queued is not None or (change is not None and change.focuser_waits)
        if change is not None:
            change = replace(change, focuser_waits=False)
        rig = replace(rig, queued=None, change=change)
    if move.lost and not waited:
        return Step(rig)
    lost = replace(move, lost=True, reads=0, read_steps=None)
    rig = rig.with_focuser(role, replace(rig.focuser_of(role), move=lost))
    return _fail(Step(rig), role, move, sentence)


def halt_overdue(rig: Rig, now_s: float) -> Step:
    """Halt a move of temperature or trim past its deadline; a change has a deadline of its own."""
    move, ref = rig.move, rig.settings.focuser
    if move is None or ref is None or move.part is Part.FILTER:
        return Step(rig)
    if move.halted or move.lost:
        return Step(rig)
    if now_s - move.began_at_s <= rig.settings.deadline_s:
        return Step(rig)
    halted = replace(rig.main_focuser, move=replace(move, halted=True, reads=0))
    return Step(replace(rig, main_focuser=halted), (HaltFocuser(ref=ref),))


def give_up(
    rig: Rig, role: FocuserRole, move: FocuserMove, sentence: str, *, ledger: Ledger, result: str
) -> Step:
    """End a move that cannot be followed any more."""
    step = _close(rig, role, move, ledger=ledger, result=result, raw_steps=None)
    return _fail(step, role, move, sentence)


def _judge_lost_move(rig: Rig, role: FocuserRole, move: FocuserMove, position: int) -> Step:
    """End a move that was out of sight: done, never begun, or unknown."""
    before = rig.focuser_of(role).ledger
    ledger = resume_after_move(
        before,
        position,
        start_steps=move.start_steps,
        landed=ledger_after(before, move, position),
        tolerance_steps=rig.settings.focuser_tolerance_steps(role),
    )
    if ledger.embodied is None and before.embodied is not None:
        result = "unknown"
    elif ledger.raw_steps == move.target_steps:
        result = "done"
    else:
        result, rig = "not started", _remember_stopped_short(rig, role, move, position)
    step = _close(rig, role, move, ledger=ledger, result=result, raw_steps=position)
    # Nothing begins because a focuser came back, so the second leg is not made up for.
    if result == "done" and move.second_leg is not None:
        return _fail(step, role, move, _describe_unfinished(move, "cut off"))
    if result == "done":
        sentence = f"the move to {move.target_steps} steps that was cut off had been completed"
        return step.also(DiaryLine(sentence=sentence))
    sentence = ledger.unknown_because or (
        f"the move to {move.target_steps} steps never began; the focuser stands at {position}"
    )
    return _fail(step, role, move, sentence)


def _describe_unfinished(move: FocuserMove, how: str) -> str:
    return (
        f"the move to {move.goal.target_steps} steps was {how} where it turns, at "
        f"{move.target_steps} steps"
    )


def _close(
    rig: Rig,
    role: FocuserRole,
    move: FocuserMove,
    *,
    ledger: Ledger,
    result: str,
    raw_steps: int | None,
) -> Step:
    """End a move with this ledger; the journal gets its outcome before the ledger is stored."""
    focuser = rig.focuser_of(role)
    if move.by_client and ledger.raw_steps != focuser.ledger.raw_steps:
        ledger = rebase(ledger)
    return Step(
        rig.with_focuser(role, replace(focuser, move=None, ledger=ledger, ledger_checked=True)),
        (
            JournalOutcome(number=move.number, result=result, raw_steps=raw_steps, role=role),
            Remember(ledger=ledger, move=None, role=role),
        ),
    )


def _fail(step: Step, role: FocuserRole, move: FocuserMove, sentence: str) -> Step:
    """Fail the change that a move belonged to; without one the rig has a fault, and says so.

    A crash may have made rigd forget the change: the fault then stands in for it. The guide focuser
    fails no change.
    """
    line = DiaryLine(sentence=sentence, severity=Severity.WARNING, result="failed")
    if role is FocuserRole.GUIDE:
        why_not = step.rig.guide_fault or sentence
        return replace(step, rig=replace(step.rig, guide_fault=why_not)).also(line)
    change = step.rig.change
    if change is not None:
        first = change.focuser_failed
        failed = f"{first}; {sentence}" if first and first != sentence else sentence
        return replace(step, rig=replace(step.rig, change=replace(change, focuser_failed=failed)))
    # A client's own move has no change to fail: the client itself sees where it ended.
    fault = step.rig.fault if move.by_client else step.rig.fault or sentence
    return replace(step, rig=replace(step.rig, fault=fault)).also(line)
