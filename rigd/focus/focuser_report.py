"""What a report of a real focuser shows: rigd's own move, a first sight, another's move. Pure."""

from rigd.devices.events import FocuserReport
from rigd.focus.adoption import take_first_position
from rigd.focus.arrival import follow_move
from rigd.focus.foreign_commands import (
    describe_recount,
    is_command_carried_out,
    is_on_way_of_command,
    name_mover,
)
from rigd.focus.late_moves import (
    drop_clients_moves,
    drop_unended,
    find_late_client,
    has_gone_late,
    may_be_rigds,
    note_other_base,
)
from rigd.focus.leap import begin_leap, is_far, is_leap
from rigd.focus.move import close, fail_move, note_told
from rigd.focus.own_accord import wait_for_gate
from rigd.focus.senseless_place import drop_senseless_place
from rigd.focus.sighting import describe_place, know_again, may_go_on, settled_after_s
from rigd.focus.state.effects import DiaryLine, ReadFocuser, Remember, Step
from rigd.focus.state.focuser import Doubt, FocuserRole, Sighting
from rigd.focus.state.ledger import (
    Ledger,
    follow_foreign_move,
    note_motion,
    note_unseen_way,
    rebase,
)
from rigd.focus.state.requests import FocuserCommandFailed, FocuserTold
from rigd.focus.state.rig import Rig
from rigd.focus.step_meaning import take_recount
from rigd.focus.unread_place import drop_unread_place
from rigd.frozen import replace


def take_report(rig: Rig, role: FocuserRole, report: FocuserReport) -> Step:
    """Take in a report of one of the rig's focusers."""
    step, report = drop_senseless_place(rig, role, report)
    read, report = drop_unread_place(step.rig, role, report)
    step = step.then(read)
    return step.then(_take_sensible(step.rig, role, report))


def _take_sensible(rig: Rig, role: FocuserRole, report: FocuserReport) -> Step:
    """Take in a report whose position, if it has one, can be where the focuser stands."""
    focuser = rig.focuser_of(role)
    was_moving = focuser.report is not None and focuser.report.moving
    said = [n for n in (focuser.highest_max_steps, report.max_steps) if n is not None]
    given_up = focuser.motion_given_up and report.connected and report.moving
    highest = max(said, default=None)
    focuser = replace(focuser, report=report, motion_given_up=given_up, highest_max_steps=highest)
    rig = rig.with_focuser(role, focuser)
    # While rigd has a move of its own open, whatever the focuser does is judged as part of it.
    if focuser.move is not None:
        return follow_move(rig, role, focuser.move, report)
    if not report.connected:
        unseen = replace(focuser, ledger_checked=False, watched=False, sighting=None)
        unseen = replace(unseen, unseen_way=True)
        return Step(rig.with_focuser(role, unseen))
    position = report.position_steps
    if position is None:
        return Step(rig)
    rig = _weigh_doubt(rig, role, report, position)
    focuser = rig.focuser_of(role)
    if not focuser.ledger_checked:
        return _compare_at_rest(rig, role, report)
    ledger, read = focuser.ledger, focuser.ledger.read_steps
    moved = report.moving or was_moving
    if read == position and not moved:
        waits = focuser.sighting is not None or ledger.last_known is not None
        return _know_again(rig, role, report, position) if waits else Step(rig)
    heard = role is FocuserRole.MAIN and is_command_carried_out(rig, position)
    recount = None if moved or heard else take_recount(rig, role, report, position)
    if recount is not None:
        return recount.then(_know_again(recount.rig, role, report, position))
    if not moved and _leaps(rig, role, report, position):
        return _begin_leap(rig, role, report, position)
    near = rig.settings.focuser_tolerance_steps(role)
    # Inside the tolerance at rest an encoder trembles: the base follows, but nobody moved it.
    by_another = moved or heard or read is None or abs(position - read) > near
    # Where all is unknown already there is nothing to doubt: an autofocus must be seen to go on.
    if by_another and may_be_rigds(ledger) and not heard and ledger.embodied is not None:
        return _doubt_motion(rig, role, report, position)
    told = role is FocuserRole.MAIN and is_on_way_of_command(rig, position)
    # As a whole: of a slow motion each report is within the tolerance of the one before.
    rested = focuser.left_steps if was_moving else read
    start = read if rested is None else rested
    late_by = None if told else find_late_client(ledger, start, position, near)
    anew = _describe_recount(rig, role, report, position, moved=moved)
    jumped = not (moved or told) and is_far(focuser, report, position)
    ledger = _follow(ledger, position, by_another=by_another, jumped=jumped, heard=heard)
    if by_another:
        focuser = replace(focuser.moved_by_others(report.at_s, late_by), sighting=None)
    if report.moving:
        focuser = replace(focuser, ledger=ledger, left_steps=rested)
        return Step(rig.with_focuser(role, focuser))
    ledger = drop_clients_moves(ledger, late_by) if by_another else ledger
    rig = rig.with_focuser(role, replace(focuser, ledger=ledger, left_steps=None))
    step = Step(rig, (Remember(ledger=ledger, move=None, role=role, by_another=by_another),))
    # The moves of an autofocus are told as one, when it begins and when it is over.
    if by_another and not rig.is_focusing:
        step = step.also(anew or _describe_motion(rig, role, late_by, rested, position))
    return step.then(_know_again(step.rig, role, report, position))


def _leaps(rig: Rig, role: FocuserRole, report: FocuserReport, position: int) -> bool:
    """Whether a focuser at rest says a place that nobody saw it move to.

    Its driver may only now tell where a motion has ended that it said was over, and a late move of
    rigd's own is doubted as such.
    """
    focuser = rig.focuser_of(role)
    late_s = settled_after_s(rig.settings, report, expected=False)
    if focuser.foreign_at_s is not None and report.at_s - focuser.foreign_at_s <= late_s:
        return False
    return not may_be_rigds(focuser.ledger) and is_leap(rig, role, report, position)


def _begin_leap(rig: Rig, role: FocuserRole, report: FocuserReport, position: int) -> Step:
    leap = begin_leap(rig, role, report, position)
    return leap.then(_compare_at_rest(leap.rig, role, report))


def _compare_at_rest(rig: Rig, role: FocuserRole, report: FocuserReport) -> Step:
    """Compare the ledger with a focuser at rest; the guide one, at the end of each step.

    It is adopted beside a main one that is known.
    """
    if report.moving:
        return Step(rig.with_focuser(role, replace(rig.focuser_of(role), unseen_way=False)))
    return Step(rig) if role is FocuserRole.GUIDE else take_first_position(rig)


def _describe_recount(
    rig: Rig, role: FocuserRole, report: FocuserReport, position: int, *, moved: bool
) -> DiaryLine | None:
    """Say that the main focuser's count was set anew where it rests; None if it was not."""
    if role is not FocuserRole.MAIN or moved:
        return None
    read = rig.ledger.read_steps
    sentence = describe_recount(rig, rig.foreign_at_s, report.at_s, read, position)
    return DiaryLine(sentence=sentence) if sentence else None


def _describe_motion(
    rig: Rig, role: FocuserRole, late_by: str | None, rested: int | None, position: int
) -> DiaryLine:
    """Who moved the focuser from where it rested, and where to."""
    whence = "" if rested in {None, position} else f" from {rested}"
    who = name_mover(rig, role)
    who = f"late, the move of {late_by} has taken" if late_by else f"{who} moved"
    return DiaryLine(sentence=f"{who} the focuser{whence} to {position} steps")


def _know_again(rig: Rig, role: FocuserRole, report: FocuserReport, position: int) -> Step:
    """Know what is in the position again, once it is seen to rest at a place that rigd knows."""
    before = rig.focuser_of(role)
    if role is FocuserRole.MAIN and before.ledger.embodied is None and may_go_on(rig, position):
        here, seen = Sighting(steps=position, since_s=report.at_s), before.sighting
        waits = replace(before, sighting=seen if seen and seen.steps == position else here)
        return Step(rig.with_focuser(role, waits))
    near = rig.settings.focuser_tolerance_steps(role)
    focuser = know_again(before, rig.settings, report, position, near)
    rig, ledger = rig.with_focuser(role, focuser), focuser.ledger
    if ledger == before.ledger:
        new = focuser.sighting is not None and focuser.sighting is not before.sighting
        return Step(rig, (ReadFocuser(ref=report.ref),) if new else ())
    line = DiaryLine(sentence=describe_place(ledger))
    return Step(rig, (Remember(ledger=ledger, move=None, role=role), line))


def _weigh_doubt(rig: Rig, role: FocuserRole, report: FocuserReport, position: int) -> Rig:
    """The rig with what is seen of a motion in doubt: another's if it began and ended so."""
    doubt = _follow_doubt(rig, role, position)
    focuser = replace(rig.focuser_of(role), doubt=doubt)
    ends = not report.moving and doubt is not None and not doubt.began_late
    if ends and _is_ordered(rig, role) and is_command_carried_out(rig, position):
        focuser = replace(focuser, ledger_checked=True, sighting=None, doubt=None)
    return rig.with_focuser(role, focuser)


def _is_ordered(rig: Rig, role: FocuserRole) -> bool:
    """Whether another client was heard to order something; the guide focuser's is not."""
    return role is FocuserRole.MAIN and rig.foreign_moves.command is not None


def _follow_doubt(rig: Rig, role: FocuserRole, position: int) -> Doubt | None:
    """What is known of the motion in doubt, now that it is seen here; None if none is."""
    focuser = rig.focuser_of(role)
    doubt = focuser.doubt
    if doubt is None or focuser.ledger_checked or not focuser.watched:
        return None
    ordered, near = _is_ordered(rig, role), rig.settings.focuser_tolerance_steps(role)
    led = ordered and is_on_way_of_command(rig, position)
    late = has_gone_late(focuser.ledger, position, near) and not led
    return replace(doubt, began_late=doubt.began_late or late or (ordered and not doubt.ordered))


def _follow(
    ledger: Ledger, position: int, *, by_another: bool, jumped: bool, heard: bool
) -> Ledger:
    """The ledger of a focuser that moved, or was read otherwise, without rigd's telling it."""
    if by_another:
        followed = rebase(follow_foreign_move(ledger, position))
        if position != ledger.read_steps:
            followed = note_unseen_way(followed) if jumped else note_motion(followed)
        return note_other_base(followed) if heard else followed
    raw, read = ledger.raw_steps, ledger.read_steps
    if raw is not None and read is not None and abs(position - raw) < abs(read - raw):
        # The driver has looked again: it is nearer to where it was sent than it first said.
        return replace(ledger, read_steps=position)
    return follow_foreign_move(ledger, position)


def _doubt_motion(rig: Rig, role: FocuserRole, report: FocuserReport, position: int) -> Step:
    """Take in a motion that may be a late one of rigd's: once at rest, the ledger is compared."""
    focuser = replace(rig.focuser_of(role), ledger_checked=False, watched=True, sighting=None)
    focuser = replace(focuser, unseen_way=False)
    doubted = replace(focuser, doubt=Doubt(ordered=_is_ordered(rig, role)))
    doubt = _follow_doubt(rig.with_focuser(role, doubted), role, position)
    rig = rig.with_focuser(role, replace(doubted, doubt=doubt))
    return _compare_at_rest(rig, role, report)


def handle_command_failure(rig: Rig, role: FocuserRole, failed: FocuserCommandFailed) -> Step:
    """End a move whose command failed; it goes on if the command may have arrived all the same."""
    focuser = rig.focuser_of(role)
    move, ledger = focuser.move, focuser.ledger
    if move is None or move.number != failed.number:
        never = ledger if failed.may_have_arrived else drop_unended(ledger, failed.number)
        if never == ledger:
            return Step(rig)
        rig = rig.with_focuser(role, replace(focuser, ledger=never))
        return Step(rig, (Remember(ledger=never, move=move, role=role),))
    if failed.may_have_arrived:
        # One lost answer fails no move: what the focuser does now shows whether it was told.
        told = FocuserTold(at_s=failed.at_s, ref=failed.ref, number=failed.number)
        return Step(note_told(rig, told))
    step = close(rig, role, move, ledger=ledger, result="not started", raw_steps=None)
    # Nor was it read meanwhile where all that it says is a place at which nobody has read it.
    unread = focuser.unread_steps is not None
    if move.lost or unread:
        unseen = replace(step.rig.focuser_of(role), ledger_checked=False, watched=False)
        unseen = replace(unseen, unseen_way=unread)
        step = replace(step, rig=step.rig.with_focuser(role, unseen))
    if focuser.report is not None:
        # What it did meanwhile was no part of that move, and it may have nothing more to say.
        step = step.then(take_report(step.rig, role, focuser.report))
    main = role is FocuserRole.MAIN
    waiting = wait_for_gate(step.rig, move, failed.at_s) if main else None
    if waiting is not None:
        return replace(step, rig=waiting)
    return fail_move(step, role, move, f"focuser not moved: {failed.reason}")
