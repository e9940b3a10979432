"""What comes of a command to the focuser that another INDI client was heard to give. Pure.

A command makes the focuser move: then the move is the client's, without a guess. During a move of
rigd's own it may ask for the same place, and nothing more is seen to move: then the command alone
shows that the client applies the same offsets. Or it leads the focuser elsewhere: then nobody can
tell which steps are whose. It is counted once, as a command or as the motion that it caused.
"""

from dataclasses import replace
from typing import assert_never

from rigd.devices.events import Echo, EchoHeard, EchoLost, FocuserCommanded
from rigd.focus.state.foreign_moves import ForeignMove, ForeignMoves, HeardCommand, OwnMove
from rigd.focus.state.rig import FocuserMove, Rig

FRESH_S = 45.0
"""A command of which nothing came for so long was not carried out."""
CROSSED_S = 2.0
"""Before a move of rigd's begins a command may be so old and be carried out beside it."""


def take_echo(rig: Rig, event: Echo) -> Rig:
    """What the echo of other clients' commands brings."""
    match event:
        case FocuserCommanded():
            return _commanded(rig, event) if event.ref == rig.settings.focuser else rig
        case EchoLost() | EchoHeard():
            return _changed(rig, event)
        case _:
            assert_never(event)


def _commanded(rig: Rig, event: FocuserCommanded) -> Rig:
    """Another client told the focuser to move. What it repeats in a loop is one command."""
    stood = rig.ledger.read_steps if event.stood_steps is None else event.stood_steps
    command = HeardCommand(at_s=event.at_s, stood_steps=stood, target_steps=event.target_steps)
    if rig.move is not None:
        before = commands_during(rig, rig.move)
        if before is not None and before.target_steps == command.target_steps:
            return rig
    elif command.target_steps == stood is not None:
        return rig  # it is there
    return replace(rig, foreign_moves=replace(rig.foreign_moves, command=command))


def _changed(rig: Rig, event: EchoLost | EchoHeard) -> Rig:
    lost = tuple(entry for entry in rig.echoes_lost if entry[0] != event.server)
    if isinstance(event, EchoLost):
        lost = (*lost, (event.server, event.reason))
    return replace(rig, echoes_lost=lost)


def why_unheard(rig: Rig) -> str | None:
    """Why other clients' commands to this rig's focuser are not heard; None if they may be."""
    focuser = rig.settings.focuser
    return None if focuser is None else dict(rig.echoes_lost).get(focuser.server)


def carry_out_command(rig: Rig, position_steps: int) -> bool:
    """Whether the focuser is where another client was heard to send it."""
    command = rig.foreign_moves.command
    if command is None:
        return False
    target = command.target_steps
    return target is None or abs(position_steps - target) <= rig.settings.tolerance_steps


def commands_during(rig: Rig, move: FocuserMove) -> HeardCommand | None:
    """A command that may have led a move of rigd's elsewhere."""
    command = rig.foreign_moves.command
    own = rig.foreign_moves.own
    began_s = move.began_at_s if own is None else own.began_s
    return command if command and command.at_s >= began_s - CROSSED_S else None


def sentence_of(command: HeardCommand | None) -> str | None:
    """What another client was heard to say."""
    if command is None:
        return None
    where = "to move" if command.target_steps is None else f"to go to {command.target_steps} steps"
    return f"another INDI client told it {where} meanwhile"


def account_for(
    seen: ForeignMoves, before: Rig, after: Rig, now_s: float, noise: int
) -> ForeignMoves:
    """What was seen, once a step has shown what came of the command."""
    move, own = before.move, after.move
    ended = move is not None and not move.by_client and not _goes_on(move, own)
    if ended and move is not None and seen.own is not None:
        seen = _ended(seen, before, after, move, noise)
    if own is None or own.by_client:
        seen = replace(seen, own=None)
    elif seen.own is None or ended:
        seen = replace(seen, own=OwnMove(start_steps=own.start_steps, began_s=own.began_at_s))
    command = seen.command
    if command is None:
        return seen
    at_rest = own is None and not (after.focuser is not None and after.focuser.moving)
    blind = not after.checked or (own is not None and own.lost)
    if blind or (at_rest and now_s - command.at_s > FRESH_S):
        return replace(seen, command=None)
    return seen


def _goes_on(move: FocuserMove, after: FocuserMove | None) -> bool:
    """Whether it is the same move, or the second part of one that turns."""
    if after is None or after.by_client:
        return False
    turned = move.second_leg is not None and move.second_leg.target_steps == after.target_steps
    return after.number == move.number or turned


def _ended(
    seen: ForeignMoves, before: Rig, after: Rig, move: FocuserMove, noise: int
) -> ForeignMoves:
    command, own = commands_during(before, move), seen.own
    position, goal = after.ledger.read_steps, move.goal.target_steps
    if command is None or own is None or position is None:
        return seen
    target, stood = command.target_steps, command.stood_steps
    if target is None or stood is None or abs(position - target) > noise:
        return seen
    there = abs(target - stood) <= 2 * noise
    if after.ledger.embodied is not None and abs(target - goal) <= noise:
        delta, beside = goal - own.start_steps, True
    elif after.ledger.embodied is None:
        delta, beside = target - stood, False
    else:
        return seen
    seen = replace(seen, command=None)
    if there or delta == 0:
        return seen
    theirs = ForeignMove(
        began_s=command.at_s, ended_s=command.at_s, delta_steps=delta, heard=True, beside=beside
    )
    return replace(seen, moves=(*seen.moves, theirs))
