"""Commands that other INDI clients were heard to give to the focuser. Pure.

What a client commands is what it means: the difference of its target from where the focuser stood
is its move, whatever the focuser then did. rigd may be moving it at the same time, to the same
place, or elsewhere and last. The motion that a command causes is not counted again.
"""

from typing import assert_never

from rigd.devices.events import (
    Echo,
    EchoHeard,
    EchoLost,
    FocuserCommanded,
    FocuserRenumbered,
    FocuserStopped,
)
from rigd.focus.state.focuser import FocuserMove, FocuserRole, OthersOrder
from rigd.focus.state.foreign_moves import (
    HEARD,
    ForeignMove,
    ForeignMoves,
    HeardCommand,
    OwnMove,
)
from rigd.focus.state.other_rig import OtherRigsMove
from rigd.focus.state.rig import Rig
from rigd.frozen import replace

FRESH_S = 45.0
"""A command of which nothing came for so long was not carried out. Our choice: longer than any
focuser takes to begin, shorter than an exposure between two changes."""
MOVES = 50
"""So many moves are kept that belong to no filter change. Our choice: more than a search makes."""
CROSSED_S = 2.0
"""A command up to this old when a move of rigd's begins may be carried out beside it. Our choice:
twice what a report takes by polling (INDI's POLLING_PERIOD is 1 s or less as a rule)."""
LATE_S = 5.0
"""So long after another rig has read its move back, the same motion may still be reported to this
one: by another connection, which polls in its own time. Our choice: as `CROSSED_S`, and a slow
answer."""


def take_echo(rig: Rig, event: Echo) -> Rig:
    """Take in a command that was heard, or that commands are or are not heard any more."""
    match event:
        case FocuserCommanded():
            return _note_command(rig, event) if event.ref == rig.settings.focuser else rig
        case FocuserStopped():
            if event.ref != rig.settings.focuser:
                return rig
            return _note_stop(rig, event.at_s, HEARD)
        case FocuserRenumbered():
            if event.ref != rig.settings.focuser:
                return rig
            return _note_renumbering(rig, event)
        case EchoLost() | EchoHeard():
            return _note_echo(rig, event)
        case _:
            assert_never(event)


def note_other_rigs_order(rig: Rig, role: FocuserRole, move: OtherRigsMove, now_s: float) -> Rig:
    """Take in that another rig has told one of the rig's focusers to move."""
    ordered = OthersOrder(
        by=move.by, target_steps=move.target_steps, at_s=now_s, may_search=move.may_search
    )
    rig = rig.with_focuser(role, replace(rig.focuser_of(role), ordered=ordered))
    if role is FocuserRole.GUIDE:
        return rig
    seen, command = rig.foreign_moves, rig.foreign_moves.command
    if command is not None and command.target_steps == move.target_steps:
        # Through a second connection to the server its echo may be quicker.
        moves = seen.moves
        if moves and moves[-1].heard and now_s - command.at_s <= CROSSED_S:
            moves = (*moves[:-1], replace(moves[-1], by_other_rig=True))
        named = replace(command, by=move.by)
        return replace(rig, foreign_moves=replace(seen, command=named, moves=moves))
    return _note_order(rig, now_s, rig.ledger.read_steps, move.target_steps, move.by)


def note_other_rigs_stop(rig: Rig, by: str, now_s: float) -> Rig:
    """Take in that another rig has told the rig's main focuser to stop."""
    return _note_stop(rig, now_s, by)


def _note_stop(rig: Rig, now_s: float, by: str) -> Rig:
    seen = rig.foreign_moves
    is_echo = by == HEARD != seen.stopped_by and _is_just_now(seen.stopped_at_s, now_s)
    if is_echo:
        return rig
    return replace(rig, foreign_moves=replace(seen, stopped_at_s=now_s, stopped_by=by))


def _is_just_now(at_s: float | None, now_s: float) -> bool:
    return at_s is not None and now_s - at_s <= CROSSED_S


def _note_command(rig: Rig, event: FocuserCommanded) -> Rig:
    """Take in what another INDI client was heard to command."""
    target, ordered = event.target_steps, rig.main_focuser.ordered
    is_same = ordered is not None and ordered.target_steps == target
    if ordered is not None and is_same and _is_just_now(ordered.at_s, event.at_s):
        return rig  # that of another rig, heard by a second connection to the server
    stood = rig.ledger.read_steps if event.stood_steps is None else event.stood_steps
    seen = replace(rig.foreign_moves, heard_at_s=event.at_s)
    return _note_order(replace(rig, foreign_moves=seen), event.at_s, stood, target, HEARD)


def _note_order(rig: Rig, now_s: float, stood: int | None, target: int | None, by: str) -> Rig:
    """Take a command for a move of its client's; one repeated in a loop counts once."""
    seen, before = rig.foreign_moves, rig.foreign_moves.command
    own = rig.move if rig.move is not None and not rig.move.by_client else None
    if before is not None and target is not None and before.target_steps == target:
        return rig  # a client that polls until the focuser is there
    if own is None and target == stood is not None:
        return rig  # the focuser is there already: nothing can come of it
    delta = _commanded_steps(rig, own, stood, target)
    command = HeardCommand(
        at_s=now_s, stood_steps=stood, target_steps=target, counted=delta is not None, by=by
    )
    seen = replace(seen, command=command)
    if delta:
        theirs = ForeignMove(
            began_s=now_s,
            ended_s=now_s,
            delta_steps=delta,
            heard=True,
            beside=own is not None,
            by_other_rig=by != HEARD,
        )
        seen = replace(seen, moves=(*seen.moves[-MOVES:], theirs))
    return replace(rig, foreign_moves=seen)


def _commanded_steps(
    rig: Rig, own: FocuserMove | None, stood: int | None, target: int | None
) -> int | None:
    """How far a client wants the focuser to go; None if that is not known."""
    if stood is None or target is None:
        return None
    if own is None:
        return target - stood
    noise = max(rig.settings.tolerance_steps, 1)
    start = own.start_steps if rig.foreign_moves.own is None else rig.foreign_moves.own.start_steps
    # On its way by rigd's doing: a program whose offsets are zero still sends a move, to where the
    # focuser stands or stood; and one with rigd's own table wants to go as far as rigd.
    if min(abs(target - stood), abs(target - start)) <= 2 * noise:
        return 0
    if abs(target - own.goal.target_steps) <= noise:
        return own.goal.target_steps - start
    return target - stood


def _note_renumbering(rig: Rig, event: FocuserRenumbered) -> Rig:
    """Take in that the focuser counts anew: no number of before shows a place any more."""
    renumbered = replace(rig.foreign_moves, renumbered_at_s=event.at_s)
    ledger = replace(rig.ledger, last_known=None, set_aside=())
    focuser = replace(rig.main_focuser, ledger=ledger, sighting=None)
    return replace(rig, foreign_moves=renumbered, main_focuser=focuser)


def _note_echo(rig: Rig, event: EchoLost | EchoHeard) -> Rig:
    lost = tuple(entry for entry in rig.echoes_lost if entry[0] != event.server)
    if isinstance(event, EchoLost):
        lost = (*lost, (event.server, event.reason))
    return replace(rig, echoes_lost=lost)


def why_unheard(rig: Rig) -> str | None:
    """Why other clients' commands to this rig's focuser are not heard; None if they may be."""
    focuser = rig.settings.focuser
    return None if focuser is None else dict(rig.echoes_lost).get(focuser.server)


def is_command_carried_out(rig: Rig, position_steps: int) -> bool:
    """Whether the focuser is where another client was heard to send it."""
    command = rig.foreign_moves.command
    if command is None:
        return False
    target = command.target_steps
    return target is None or abs(position_steps - target) <= rig.settings.tolerance_steps


def is_on_way_of_command(rig: Rig, position_steps: int) -> bool:
    """Whether a focuser that is seen here may be going where another client was heard to send it.

    Of two orders the newest counts: it takes the place of one that was given up before.
    """
    command, read = rig.foreign_moves.command, rig.ledger.read_steps
    if command is None or command.target_steps is None or read is None:
        return is_command_carried_out(rig, position_steps)
    near, stood = rig.settings.tolerance_steps, command.stood_steps
    ends = (read, read if stood is None else stood, command.target_steps)
    return min(ends) - near <= position_steps <= max(ends) + near


def name_mover(rig: Rig, role: FocuserRole = FocuserRole.MAIN) -> str:
    """Name who moved a focuser last: one program goes by one name, heard before it moved or not.

    A fast focuser has arrived before its command is heard.
    """
    return _find_mover(rig, role) or "something else"


def name_searcher(rig: Rig, client: str | None) -> str:
    """Name who searches for focus: a client of rigd's, else whoever moved the focuser last."""
    return client or _find_mover(rig, FocuserRole.MAIN) or "another program"


def is_by_other_rig(rig: Rig, now_s: float) -> bool:
    """Whether the main focuser moves now by the order of another rig."""
    ordered, heard_s = rig.main_focuser.ordered, rig.foreign_moves.heard_at_s
    newer = ordered is not None and heard_s is not None and heard_s > ordered.at_s
    return ordered is not None and not newer and _is_of_order(ordered, now_s)


def _find_mover(rig: Rig, role: FocuserRole) -> str | None:
    """Who moved a focuser last, as far as anything was heard of it."""
    ordered, moved_s = rig.focuser_of(role).ordered, rig.focuser_of(role).foreign_at_s
    heard_s = rig.foreign_moves.heard_at_s if role is FocuserRole.MAIN else None
    newer = ordered is not None and heard_s is not None and heard_s > ordered.at_s
    if ordered is not None and not newer and _is_of_order(ordered, moved_s):
        return ordered.by
    return HEARD if role is FocuserRole.MAIN and _is_heard(rig) else None


def _is_of_order(ordered: OthersOrder, moved_s: float | None) -> bool:
    """Whether a motion that was last seen then is that of another rig's order."""
    if moved_s is None:
        return ordered.until_s is None
    over = ordered.until_s is not None and moved_s > ordered.until_s + LATE_S
    return moved_s >= ordered.at_s - CROSSED_S and not over


def _is_heard(rig: Rig) -> bool:
    heard_s, moved_s = rig.foreign_moves.heard_at_s, rig.foreign_at_s
    return heard_s is not None and (moved_s is None or moved_s - heard_s <= FRESH_S)


def note_caused_motion(seen: ForeignMoves, now_s: float) -> ForeignMoves:
    """Take motion for that of the open command: it lasts longer, and is no move of its own."""
    last = seen.moves[-1] if seen.moves else None
    if last is None or not last.heard:
        return seen
    return replace(seen, moves=(*seen.moves[:-1], replace(last, ended_s=now_s)))


def find_command_during(rig: Rig, move: FocuserMove) -> HeardCommand | None:
    """The command that may have led a move of rigd's elsewhere; None if none was heard.

    Not one of before that had been carried out where the move begins.
    """
    command = rig.foreign_moves.command
    own = rig.foreign_moves.own
    began_s = move.began_at_s if own is None else own.began_s
    if command is None or command.at_s < began_s - CROSSED_S:
        return None
    over = command.at_s < began_s and command.target_steps is not None
    return None if over and is_command_carried_out(rig, move.start_steps) else command


def describe_stop(rig: Rig, move: FocuserMove) -> str | None:
    """Say that another client was heard to stop the focuser during a move, and after any order."""
    stopped_at_s, command = rig.foreign_moves.stopped_at_s, find_command_during(rig, move)
    if stopped_at_s is None or stopped_at_s < move.began_at_s:
        return None
    if command is not None and command.at_s > stopped_at_s:
        return None
    return f"{rig.foreign_moves.stopped_by} told it to stop"


def describe_renumbering(rig: Rig, move: FocuserMove) -> str | None:
    """Say that another client was heard to set the focuser's count during a move.

    What it says from then on is no place on the way from where the move began, the target neither.
    """
    at_s, own = rig.foreign_moves.renumbered_at_s, rig.foreign_moves.own
    began_s = move.began_at_s if own is None else own.began_s
    if at_s is None or at_s < began_s:
        return None
    return f"{HEARD} set its count anew during the move (FOCUS_SYNC)"


def describe_recount(
    rig: Rig, foreign_at_s: float | None, now_s: float, start: int | None, position: int
) -> str | None:
    """Say that another client set the count of a focuser at rest anew; None if it may have moved.

    Args:
        rig: as it is now.
        foreign_at_s: when somebody else last moved it before, or set its count.
        now_s: when it is read at the new place.
        start: where it was read before.
        position: where it is read now.
    """
    seen = rig.foreign_moves
    at_s = seen.renumbered_at_s
    if at_s is None or start is None or now_s - at_s > FRESH_S:
        return None
    ordered_s = rig.main_focuser.ordered.at_s if rig.main_focuser.ordered else None
    later = (one for one in (foreign_at_s, seen.heard_at_s, ordered_s) if one is not None)
    if any(one >= at_s for one in later):
        return None  # what was set is read already, or it was told to move since
    return (
        f"{HEARD} set the focuser's count anew (FOCUS_SYNC), from {start} to {position} steps: "
        "it has not moved, and the base follows"
    )


def describe_command(command: HeardCommand | None) -> str | None:
    """Say what another was heard to command."""
    if command is None:
        return None
    where = "to move" if command.target_steps is None else f"to go to {command.target_steps} steps"
    return f"{command.by} told it {where} meanwhile"


def settle_command(seen: ForeignMoves, before: Rig, after: Rig, now_s: float) -> ForeignMoves:
    """Follow rigd's own move, and forget a command of which nothing more can come."""
    move, own = before.move, after.move
    ended = move is not None and not move.by_client and not _is_same_move(move, own)
    if own is None or own.by_client:
        seen = seen if seen.own is None else replace(seen, own=None)
    elif seen.own is None or ended:
        seen = replace(seen, own=OwnMove(start_steps=own.start_steps, began_s=own.began_at_s))
        seen = _note_crossing(seen, own)
    command = seen.command
    if command is None:
        return seen
    at_rest = own is None and not (after.focuser is not None and after.focuser.moving)
    read = after.ledger.read_steps
    there = read is not None and read != command.stood_steps and is_command_carried_out(after, read)
    # Out of sight the focuser may have done anything: the command then explains nothing.
    unseen = after.focuser is None or not after.focuser.connected
    blind = unseen or (own is not None and own.lost)
    if blind or (at_rest and (there or now_s - command.at_s > FRESH_S)):
        return replace(seen, command=None)
    return seen


def _note_crossing(seen: ForeignMoves, own: FocuserMove) -> ForeignMoves:
    """Mark the last command as beside rigd's move if it came just before that began."""
    last = seen.moves[-1] if seen.moves else None
    crossed = seen.command is not None and seen.command.at_s >= own.began_at_s - CROSSED_S
    if last is None or not (last.heard and crossed):
        return seen
    return replace(seen, moves=(*seen.moves[:-1], replace(last, beside=True)))


def _is_same_move(move: FocuserMove, after: FocuserMove | None) -> bool:
    """Whether it is the same move, or the second part of one that turns."""
    if after is None or after.by_client:
        return False
    turned = move.second_leg is not None and move.second_leg.target_steps == after.target_steps
    return after.number == move.number or turned
