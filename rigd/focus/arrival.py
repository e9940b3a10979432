"""When a move of the focuser has ended, and what the ledger holds then. Pure."""

from rigd.devices.events import FocuserReport
from rigd.focus.foreign_commands import (
    describe_command,
    describe_renumbering,
    describe_stop,
    find_command_during,
    is_command_carried_out,
    name_mover,
)
from rigd.focus.late_moves import (
    find_own_arrived,
    is_on_a_late_way,
    keep_unended,
    ledger_of_late_arrival,
    note_other_base,
)
from rigd.focus.move import close, fail_move, ledger_after
from rigd.focus.second_leg import describe_unfinished, turn_back
from rigd.focus.sighting import settled_after_s
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
    follow_foreign_move,
    forget_embodied,
    resume_after_move,
)
from rigd.focus.state.rig import Rig
from rigd.frozen import replace

READS = 2
"""Reads at rest that must agree before a position is believed: a single one may be older than the
move's end, since many drivers' Ok carries the position before it."""
OTHERS_S = 300.0
"""So long after a foreign move another program may well move the focuser again. Our choice: a
program that moves it for one filter moves it for the next within minutes."""


def follow_move(rig: Rig, role: FocuserRole, move: FocuserMove, report: FocuserReport) -> Step:
    """Take in what a report says of the move that is open."""
    focuser, position = rig.focuser_of(role), report.position_steps
    if not report.connected:
        sentence = "the connection to the focuser was lost during the move"
        return lose_sight(rig, role, move, sentence, report.at_s)
    if position is None:
        return Step(rig)  # one senseless read costs that read; the deadline ends a silence
    if report.moving:
        moving = replace(move, seen_moving=True, reads=0, read_steps=None)
        return Step(rig.with_focuser(role, replace(focuser, move=moving)))
    # A focuser at rest that has not begun yet is not at its end: it is given time to begin. Before
    # it was told, a motion may be anybody's: it is judged once the move is told, or cannot be.
    told = move.told_at_s is not None
    graced = move.is_told_for(rig.settings.times.start_grace_s, report.at_s)
    began = graced or (told and move.seen_moving)
    there = position == move.target_steps
    complains = told and report.fault is not None
    if not (there or began or move.halted or complains):
        return Step(rig)
    move = _take_read(rig, role, move, report, position)
    rig = rig.with_focuser(role, replace(focuser, move=move))
    if move.reads >= READS:
        return _end_move(rig, role, move, report, position)
    # The first one is repeated at once; later ones with the ticks.
    return Step(rig, (ReadFocuser(ref=report.ref),) if move.rest_at_s == report.at_s else ())


def _take_read(
    rig: Rig, role: FocuserRole, move: FocuserMove, report: FocuserReport, here: int
) -> FocuserMove:
    """Count a read at rest; one that repeats the last is another only if the device was asked.

    At the target that is taken for granted, and so it is where another client was heard to send the
    focuser meanwhile: that client has taken the move over. Elsewhere the driver must have had the
    time to look again: many a driver says that a move is over with the position of a moment before.
    """
    settings, near = rig.settings, rig.settings.focuser_tolerance_steps(role)
    if not _is_same_read(move, here, near):
        return replace(move, reads=1, read_steps=here, rest_at_s=report.at_s)
    waited_s = 0.0 if move.rest_at_s is None else report.at_s - move.rest_at_s
    expected = abs(here - move.target_steps) <= near
    settled = waited_s >= settled_after_s(settings, report, expected=expected)
    asked = here in {move.target_steps, _led_to(rig, role, move)} or settled
    return replace(move, reads=READS if asked else 1, read_steps=here)


def _led_to(rig: Rig, role: FocuserRole, move: FocuserMove) -> int | None:
    """Where another client was heard to send the focuser during a move; None if nowhere."""
    heard = find_command_during(rig, move) if role is FocuserRole.MAIN else None
    return heard.target_steps if heard else None


def _end_move(
    rig: Rig, role: FocuserRole, move: FocuserMove, report: FocuserReport, position: int
) -> Step:
    """End a move that has been read back."""
    main = role is FocuserRole.MAIN
    if main and not move.by_client and (renumbered := describe_renumbering(rig, move)):
        return _end_renumbered(rig, move, position, renumbered)
    if move.lost:
        return _judge_lost_move(rig, role, move, position)
    if abs(position - move.target_steps) <= rig.settings.focuser_tolerance_steps(role):
        ledger = ledger_after(rig.focuser_of(role).ledger, move, position)
        if move.second_leg is None:
            return close(rig, role, move, ledger=ledger, result="done", raw_steps=position)
        # Two moves in the journal, not one with two targets: a crash between the legs finds the
        # first one done, and the overshoot in the ledger.
        step = close(rig, role, move, ledger=ledger, result="turned", raw_steps=position)
        return step.then(turn_back(step.rig, move, move.second_leg, report.at_s))
    sentence = (
        f"the focuser stood at {position} steps instead of {move.target_steps} steps: "
        f"{_why_elsewhere(rig, role, move, report)}"
    )
    ledger = _ledger_where_stopped(rig, role, move, position, sentence)
    result = "failed" if ledger.embodied is not None else "unknown"
    ledger = keep_unended(ledger, move)  # it may begin, or go on, all the same
    step = close(rig, role, move, ledger=ledger, result=result, raw_steps=position)
    return fail_move(step, role, move, sentence)


def _end_renumbered(rig: Rig, move: FocuserMove, position: int, because: str) -> Step:
    """End a move of rigd's during which the main focuser's counts have come to mean another place.

    Wherever it stands by them, nobody can tell how much of the way it has come; nor does it arrive
    any more.
    """
    sentence = f"the focuser says {position} steps, and {because}"
    ledger = keep_unended(rig.ledger, replace(move, terms=None, filter_key=None))
    ledger = note_other_base(forget_embodied(ledger, position, sentence))
    role = FocuserRole.MAIN
    step = close(rig, role, move, ledger=ledger, result="unknown", raw_steps=position)
    return fail_move(step, role, move, sentence)


def _why_elsewhere(rig: Rig, role: FocuserRole, move: FocuserMove, report: FocuserReport) -> str:
    if report.fault or move.halted:
        return report.fault or "halted"
    if role is FocuserRole.MAIN and (stopped := describe_stop(rig, move)):
        return stopped
    if heard := _describe_foreign_command(rig, role, move):
        return heard
    near = rig.settings.focuser_tolerance_steps(role)
    still = move.read_steps is not None and abs(move.read_steps - move.start_steps) <= near
    if still and move.seen_moving:
        return "it said that it moved, and stood where it began"
    if still:
        return f"it did not begin to move within {rig.settings.times.start_grace_s:g} s"
    return "it stopped there by itself"


def _describe_foreign_command(rig: Rig, role: FocuserRole, move: FocuserMove) -> str | None:
    """Say what another client was heard to command during a move; the guide focuser's is not."""
    main = role is FocuserRole.MAIN
    return describe_command(find_command_during(rig, move)) if main else None


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
    focuser = rig.focuser_of(role)
    ledger = focuser.ledger
    if move.terms is None or move.by_client:
        return _ledger_of_client_where_stopped(rig, role, move, position, sentence)
    if heard := _describe_foreign_command(rig, role, move):
        because = sentence if sentence.endswith(heard) else f"{sentence}; {heard}"
        return forget_embodied(ledger, position, because)
    near = rig.settings.focuser_tolerance_steps(role)
    if late := ledger_of_late_arrival(ledger, position, near):
        return late
    # It never left the place where it was last read: nothing has become unknown by that.
    slack = 0 if move.seen_moving else near
    if ledger.read_steps is not None and abs(position - ledger.read_steps) <= slack:
        return follow_foreign_move(ledger, position)
    on_its_way = _is_on_its_way(move, position, near)
    others_at_s = focuser.others_at_s
    others_s = None if others_at_s is None else move.began_at_s - others_at_s
    if on_its_way and not move.halted and others_s is not None and others_s < OTHERS_S:
        because = f"{sentence}, {others_s:.0f} s after {name_mover(rig)} had moved it"
        return forget_embodied(ledger, position, because)
    if on_its_way:
        base = move.target_steps - move.terms.total_steps
        return embody_where_stopped(ledger, position, base, move.part)
    because = f"{sentence}; that was not on its way from {move.start_steps} steps"
    if is_on_a_late_way(ledger, position, near):
        because += ", and an earlier move may have begun late, or something else moved the focuser"
    return forget_embodied(ledger, position, because)


def _ledger_of_client_where_stopped(
    rig: Rig, role: FocuserRole, move: FocuserMove, position: int, sentence: str
) -> Ledger:
    """The ledger after a client's own move that ended elsewhere than at its target.

    It changes the base and nothing of rigd's, unless it ended where an earlier one of rigd's was to
    end: that has begun late, then; but not where another client was heard to send it there.
    """
    ledger, near = rig.focuser_of(role).ledger, rig.settings.focuser_tolerance_steps(role)
    heard = find_command_during(rig, move) if role is FocuserRole.MAIN else None
    if heard and is_command_carried_out(rig, position):
        return note_other_base(embody(ledger, position, position, None, None))
    moved = ledger.read_steps is None or abs(position - ledger.read_steps) > near
    late = find_own_arrived(ledger, position, near) if moved else None
    if late is None or ledger.embodied is None:
        return embody(ledger, position, position, None, None)
    because = f"{sentence}, where an earlier move of rigd's was to end"
    unknown = forget_embodied(ledger, position, because, heals=True, led_away=True)
    return ledger_of_late_arrival(ledger, position, near) or unknown


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
    cut_off_at_s = now_s if move.cut_off_at_s is None else move.cut_off_at_s
    lost = replace(move, lost=True, told_at_s=told_at_s, cut_off_at_s=cut_off_at_s)
    lost = replace(lost, reads=0, read_steps=None)
    unseen = replace(rig.focuser_of(role), move=lost, ledger_checked=False, watched=False)
    return fail_move(Step(rig.with_focuser(role, unseen)), role, move, sentence)


def lose_at_start(move: FocuserMove, now_s: float) -> FocuserMove:
    """A move that the store remembers as open: its times count from rigd's start."""
    move = replace(move, lost=True, reads=0, read_steps=None)
    return replace(move, began_at_s=now_s, told_at_s=now_s, cut_off_at_s=now_s)


def _judge_lost_move(rig: Rig, role: FocuserRole, move: FocuserMove, position: int) -> Step:
    """End a move that was out of sight: done, never begun, or unknown."""
    before = rig.focuser_of(role).ledger
    if move.by_client:
        return _judge_lost_client(rig, role, move, position)
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
        result = "not started"
    if result != "done":
        ledger = keep_unended(ledger, move)
    step = close(rig, role, move, ledger=ledger, result=result, raw_steps=position)
    # Nothing begins because a focuser came back, so the second leg is not made up for.
    if result == "done" and move.second_leg is not None:
        return fail_move(step, role, move, describe_unfinished(move, "was cut off"))
    if result == "done":
        sentence = f"the move to {move.target_steps} steps that was cut off had been completed"
        return step.also(DiaryLine(sentence=sentence))
    sentence = ledger.unknown_because or (
        f"the move to {move.target_steps} steps never began; the focuser was found at {position}"
    )
    return fail_move(step, role, move, sentence)


def _judge_lost_client(rig: Rig, role: FocuserRole, move: FocuserMove, position: int) -> Step:
    """End a client's own move that was out of sight: it changes the base and nothing of rigd's.

    At its target it is done: no earlier move begins any more, whatever its own target was.
    """
    ledger = rig.focuser_of(role).ledger
    near = rig.settings.focuser_tolerance_steps(role)
    if abs(position - move.target_steps) > near:
        ledger = keep_unended(embody(ledger, position, position, None, None), move)
        result, how = "cut off", f"was cut off at {position} steps"
    else:
        terms, key = ledger.embodied, ledger.embodied_filter
        ledger = embody(ledger, move.target_steps, position, terms, key)
        result, how = "done", "that was cut off had been completed"
        if move.second_leg is not None:
            result, how = "turned", f"was cut off where it turns, at {position} steps"
    step = close(rig, role, move, ledger=ledger, result=result, raw_steps=position)
    return step.also(DiaryLine(sentence=f"the move of {move.by} {how}"))
