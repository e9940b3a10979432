"""Focuser moves of rigd's, main and guide alike: how one begins and how it is closed. Pure."""

from rigd.focus.state.effects import (
    DiaryLine,
    JournalIntent,
    JournalOutcome,
    MoveFocuser,
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
    rebase,
)
from rigd.focus.state.requests import FocuserTold
from rigd.focus.state.rig import Rig
from rigd.frozen import replace

ARRIVED = frozenset({"done", "turned"})
"""The results of a move that was read back at its target."""


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
    moving = replace(focuser, move=move, moves_begun=move.number)
    return Step(
        rig.with_focuser(role, moving),
        (
            JournalIntent(move=move, ledger=focuser.ledger, role=role),
            MoveFocuser(ref=ref, position_steps=move.target_steps, number=move.number),
        ),
    )


def start_second_leg(
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
        told_at_s=None,
        second_leg=None,
        seen_moving=False,
        reads=0,
        read_steps=None,
        rest_at_s=None,
    )
    return step.then(_command(step.rig, role, back))


def note_told(rig: Rig, told: FocuserTold) -> Rig:
    """Note when the focuser was told of the open move: its time to begin counts from then."""
    for role in FocuserRole:
        focuser = rig.focuser_of(role)
        move = focuser.move
        if told.ref == rig.settings.focuser_ref(role) and move and move.number == told.number:
            moving = replace(focuser, move=replace(move, told_at_s=told.at_s))
            return rig.with_focuser(role, moving)
    return rig


def base_ahead(rig: Rig) -> int | None:
    """The base once the open move, if there is one, has arrived; None while unknown."""
    if rig.move is None:
        return rig.ledger.base_steps
    goal = rig.move.goal
    return None if goal.terms is None else goal.target_steps - goal.terms.total_steps


def ledger_after(ledger: Ledger, move: FocuserMove, read_steps: int) -> Ledger:
    """The ledger once a move has arrived."""
    return embody(ledger, move.target_steps, read_steps, move.terms, move.filter_key)


def close(
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
    if result in ARRIVED:
        # Once a move has been read back at its target, no earlier one begins any more.
        ledger = replace(ledger, unended=())
    focuser = replace(focuser, move=None, ledger=ledger, ledger_checked=True)
    return Step(
        rig.with_focuser(role, replace(focuser, watched=True, unseen_way=False, sighting=None)),
        (
            JournalOutcome(number=move.number, result=result, raw_steps=raw_steps, role=role),
            Remember(ledger=ledger, move=None, role=role),
        ),
    )


def fail_move(step: Step, role: FocuserRole, move: FocuserMove, sentence: str) -> Step:
    """Fail the change that a move belonged to; without one the rig has a fault, and says so.

    A crash may have made rigd forget the change: the fault then stands in for it. The guide focuser
    fails no change.
    """
    line = DiaryLine(sentence=sentence, severity=Severity.WARNING, result="failed")
    if role is FocuserRole.GUIDE:
        why_not = step.rig.guide_fault or sentence
        return replace(step, rig=replace(step.rig, guide_fault=why_not)).also(line)
    change = step.rig.change
    if change is not None and move.lost and (change.focuser_waits or change.declined is not None):
        return step.also(line)  # the change that it belonged to has failed; this is the next one
    outcome = step.rig.outcome
    if change is None and move.part is Part.FILTER and outcome and outcome.outlives(move):
        return step.also(line)
    if change is not None:
        first = change.focuser_failed
        failed = f"{first}; {sentence}" if first and first != sentence else sentence
        return replace(step, rig=replace(step.rig, change=replace(change, focuser_failed=failed)))
    # A client's own move has no change to fail: the client itself sees where it ended.
    of_a_change = step.rig.fault is not None and step.rig.fault_part is Part.FILTER
    if move.by_client or (of_a_change and move.part is not Part.FILTER):
        return step.also(line)
    # Nobody asked the wheel for a trim or the temperature: the next change that is done ends it.
    asked = move.part is Part.FILTER
    rig = replace(step.rig, fault=sentence, fault_part=move.part, fault_asked=asked)
    rig = replace(rig, fault_halted=False)
    return replace(step, rig=rig).also(line)
