"""Commands that other INDI clients were heard to give to the focuser, and what came of them. Pure.

If the focuser moves by a command, the move is certainly that client's. A command heard during a
move of rigd's own may ask for the same place, so that nothing more is seen to move: then the
command alone shows that the client applies the same offsets. Or it leads the focuser elsewhere:
then nobody can tell whose steps are whose. A command is counted once: as itself, or as the motion
that it caused.
"""

from dataclasses import replace
from typing import assert_never

from rigd.devices.events import Echo, EchoHeard, EchoLost, FocuserCommanded
from rigd.focus.state.focuser import FocuserMove
from rigd.focus.state.foreign_moves import ForeignMove, ForeignMoves, HeardCommand, OwnMove
from rigd.focus.state.rig import Rig

FRESH_S = 45.0
"""A command of which nothing came for so long was not carried out. Our choice: longer than any
focuser takes to begin, shorter than an exposure between two changes."""
CROSSED_S = 2.0
"""A command up to this old when a move of rigd's begins may be carried out beside it. Our choice:
twice what a report takes by polling (INDI's POLLING_PERIOD is 1 s or less as a rule)."""


def take_echo(rig: Rig, event: Echo) -> Rig:
    """Take in a command that was heard, or that commands are or are not heard any more."""
    match event:
        case FocuserCommanded():
            return _note_command(rig, event) if event.ref == rig.settings.focuser else rig
        case EchoLost() | EchoHeard():
            return _note_echo(rig, event)
        case _:
            assert_never(event)


def _note_command(rig: Rig, event: FocuserCommanded) -> Rig:
    """Keep a command until it is known what came of it; one repeated in a loop counts once."""
    stood = rig.ledger.read_steps if event.stood_steps is None else event.stood_steps
    command = HeardCommand(at_s=event.at_s, stood_steps=stood, target_steps=event.target_steps)
    if rig.move is not None:
        before = find_command_during(rig, rig.move)
        if before is not None and before.target_steps == command.target_steps:
            return rig
    elif command.target_steps == stood is not None:
        return rig  # the focuser is there already: nothing can come of it
    return replace(rig, foreign_moves=replace(rig.foreign_moves, command=command))


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


def find_command_during(rig: Rig, move: FocuserMove) -> HeardCommand | None:
    """The command that may have led a move of rigd's elsewhere; None if none was heard."""
    command = rig.foreign_moves.command
    own = rig.foreign_moves.own
    began_s = move.began_at_s if own is None else own.began_s
    return command if command and command.at_s >= began_s - CROSSED_S else None


def describe_command(command: HeardCommand | None) -> str | None:
    """Say what another client was heard to command."""
    if command is None:
        return None
    where = "to move" if command.target_steps is None else f"to go to {command.target_steps} steps"
    return f"another INDI client told it {where} meanwhile"


def settle_command(
    seen: ForeignMoves, before: Rig, after: Rig, now_s: float, noise: int
) -> ForeignMoves:
    """Decide what came of the command that was heard, if a step shows it."""
    move, own = before.move, after.move
    ended = move is not None and not move.by_client and not _is_same_move(move, own)
    if ended and move is not None and seen.own is not None:
        seen = _judge_command(seen, before, after, move, noise)
    if own is None or own.by_client:
        seen = replace(seen, own=None)
    elif seen.own is None or ended:
        seen = replace(seen, own=OwnMove(start_steps=own.start_steps, began_s=own.began_at_s))
    command = seen.command
    if command is None:
        return seen
    at_rest = own is None and not (after.focuser is not None and after.focuser.moving)
    # Out of sight the focuser may have done anything: the command then proves nothing.
    blind = not after.ledger_checked or (own is not None and own.lost)
    if blind or (at_rest and now_s - command.at_s > FRESH_S):
        return replace(seen, command=None)
    return seen


def _is_same_move(move: FocuserMove, after: FocuserMove | None) -> bool:
    """Whether it is the same move, or the second part of one that turns."""
    if after is None or after.by_client:
        return False
    turned = move.second_leg is not None and move.second_leg.target_steps == after.target_steps
    return after.number == move.number or turned


def _judge_command(
    seen: ForeignMoves, before: Rig, after: Rig, move: FocuserMove, noise: int
) -> ForeignMoves:
    """Count a command as another's move if a move of rigd's own, now ended, came beside it."""
    command, own = find_command_during(before, move), seen.own
    position, goal = after.ledger.read_steps, move.goal.target_steps
    if command is None or own is None or position is None:
        return seen
    target, stood = command.target_steps, command.stood_steps
    if target is None or stood is None or abs(position - target) > noise:
        return seen
    there = abs(target - stood) <= 2 * noise
    if after.ledger.embodied is not None and abs(target - goal) <= noise:
        delta, beside = goal - own.start_steps, True  # both asked for the same: it moved once
    elif after.ledger.embodied is None:
        delta, beside = target - stood, False  # it went where the other client wanted
    else:
        return seen
    seen = replace(seen, command=None)
    if there or delta == 0:
        return seen
    theirs = ForeignMove(
        began_s=command.at_s, ended_s=command.at_s, delta_steps=delta, heard=True, beside=beside
    )
    return replace(seen, moves=(*seen.moves, theirs))
