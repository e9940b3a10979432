"""When a move of the focuser has ended, and what the ledger holds then. Pure."""

from dataclasses import replace

from rigd.devices.events import FocuserReport
from rigd.focus.foreign_commands import describe_command, find_command_during
from rigd.focus.move import close, fail_move, ledger_after, start_second_leg
from rigd.focus.state.effects import (
    DiaryLine,
    ReadFocuser,
    Step,
)
from rigd.focus.state.focuser import FocuserMove, FocuserRole
from rigd.focus.state.ledger import (
    Ledger,
    embody,
    embody_where_stopped,
    forget_embodied,
    resume_after_move,
)
from rigd.focus.state.rig import Rig

READS = 2
"""Reads at rest that must agree before a position is believed: a single one may be older than the
move's end, since many drivers' Ok carries the position before it."""
OTHERS_S = 300.0
"""So long after a foreign move another program may well move the focuser again. Our choice: a
program that moves it for one filter moves it for the next within minutes."""


def follow_move(rig: Rig, role: FocuserRole, move: FocuserMove, report: FocuserReport) -> Step:
    """Take in what a report says of the move that is open."""
    focuser = rig.focuser_of(role)
    position = report.position_steps
    if not report.connected or position is None:
        sentence = "the connection to the focuser was lost during the move"
        return lose_sight(rig, role, move, sentence, report.at_s)
    if report.moving:
        moving = replace(focuser, move=replace(move, seen_moving=True, reads=0))
        return Step(rig.with_focuser(role, moving))
    # A focuser at rest that has not begun yet is not at its end: it is given time to begin.
    began = move.seen_moving or move.is_told_for(rig.settings.times.start_grace_s, report.at_s)
    there = position == move.target_steps
    complains = move.told_at_s is not None and report.fault is not None
    if not (there or began or move.halted or complains):
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
            return close(rig, role, move, ledger=ledger, result="done", raw_steps=position)
        # Two moves in the journal, not one with two targets: a crash between the legs finds the
        # first one done, and the overshoot in the ledger.
        step = close(rig, role, move, ledger=ledger, result="turned", raw_steps=position)
        if move.halted:
            return fail_move(step, role, move, _describe_unfinished(move, "halted"))
        return start_second_leg(step, role, move, move.second_leg, report.at_s)
    heard = _describe_foreign_command(rig, role, move)
    because = report.fault or ("halted" if move.halted else heard or "it stopped there by itself")
    sentence = (
        f"the focuser stands at {position} steps instead of {move.target_steps} steps: {because}"
    )
    ledger = _ledger_where_stopped(rig, role, move, position, sentence)
    result = "failed" if ledger.embodied is not None else "unknown"
    rig = _remember_stopped_short(rig, role, move, position)
    step = close(rig, role, move, ledger=ledger, result=result, raw_steps=position)
    return fail_move(step, role, move, sentence)


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
    if move is None or now_s - move.began_at_s > 2 * rig.settings.times.deadline_s:
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


def lose_sight(rig: Rig, role: FocuserRole, move: FocuserMove, sentence: str, now_s: float) -> Step:
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
    # Whether it was told may be unknown: it counts as told when it went out of sight.
    told_at_s = now_s if move.told_at_s is None else move.told_at_s
    lost = replace(move, lost=True, told_at_s=told_at_s, reads=0, read_steps=None)
    rig = rig.with_focuser(role, replace(rig.focuser_of(role), move=lost))
    return fail_move(Step(rig), role, move, sentence)


def lose_at_start(move: FocuserMove, now_s: float) -> FocuserMove:
    """A move that the store remembers as open: its times count from rigd's start."""
    move = replace(move, lost=True, reads=0, read_steps=None)
    return replace(move, began_at_s=now_s, told_at_s=now_s)


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
    step = close(rig, role, move, ledger=ledger, result=result, raw_steps=position)
    # Nothing begins because a focuser came back, so the second leg is not made up for.
    if result == "done" and move.second_leg is not None:
        return fail_move(step, role, move, _describe_unfinished(move, "cut off"))
    if result == "done":
        sentence = f"the move to {move.target_steps} steps that was cut off had been completed"
        return step.also(DiaryLine(sentence=sentence))
    sentence = ledger.unknown_because or (
        f"the move to {move.target_steps} steps never began; the focuser stands at {position}"
    )
    return fail_move(step, role, move, sentence)


def _describe_unfinished(move: FocuserMove, how: str) -> str:
    return (
        f"the move to {move.goal.target_steps} steps was {how} where it turns, at "
        f"{move.target_steps} steps"
    )
