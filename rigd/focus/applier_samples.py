"""Taking down what others do to the focuser when filters change, one sample a change. Pure."""

from collections.abc import Sequence

from rigd.focus.foreign_commands import (
    MOVES,
    is_by_other_rig,
    is_command_carried_out,
    note_caused_motion,
    settle_command,
)
from rigd.focus.second_applier import is_move_needed, noise_of
from rigd.focus.state.foreign_moves import ForeignMove, ForeignMoves, Sample, WheelTurn
from rigd.focus.state.rig import Origin, Rig
from rigd.frozen import replace

BEFORE_S = 15.0
AFTER_S = 15.0
"""How long before the wheel turns and after it rests a move may belong to the change. Our choice:
programs move within seconds of the wheel, and wait for each device's reports in between."""
ONE_MOVE_S = 2.0
"""Readings that change within this time are one move. Our choice: two polls of a driver."""
NEXT_IS_NEARER = 3.0
"""Between two changes a move belongs to the second one if it is so many times nearer to it. Our
choice: most programs move after the wheel, so the first change has the better claim."""
AUTOFOCUS_MOVES = 3
"""So many moves around one change are a search for focus, not an offset: as many as make an
autofocus by `RigSettings.autofocus_moves`."""
AUTOFOCUS_GAP_S = 45.0
"""Moves that follow one another within this time may be one search for focus. Our choice: an
exposure of half a minute, and its download."""
SAMPLES = 40
"""So many are kept. Our choice: a night's filter changes, so that one odd change is outnumbered."""
PROMPT_S = 2.0
"""A command heard so soon after the wheel came to rest is part of the change. Our choice: Ekos
commands within 0.05 s, a hand or a compensation hardly ever within so little."""


def observe(before: Rig, after: Rig, now_s: float) -> ForeignMoves:
    """Add what one step of the rig shows of others to what was seen so far."""
    seen = after.foreign_moves
    if not after.ledger_checked and seen.turn is not None:
        seen = replace(seen, turn=None)
    seen = _note_moves(seen, before, after, now_s)
    # Only then is a command forgotten: it said whose the motion was that was looked at.
    seen = settle_command(seen, before, after, now_s)
    if seen.turn is not None and _is_told_ready(before, after):
        seen = replace(seen, turn=replace(seen.turn, ready_s=now_s))
    turning = after.wheel_turning and not before.wheel_turning
    old, new = before.slot(before.filter_position), after.slot(after.filter_position)
    turned = before.filter_position != after.filter_position
    # The next turn ends the time of the one before, so that is closed before a new one is opened.
    if turning or (turned and seen.turning_since_s is None):
        seen = _close_turn(seen, after, until_s=now_s)
        seen = replace(seen, turning_since_s=now_s)
    elif seen.turn is not None and _is_over(seen, after, now_s):
        seen = _close_turn(seen, after, until_s=None)
    if (
        turned
        and old is not None
        and new is not None
        and old.key != new.key
        and after.ledger_checked
    ):
        began_s = now_s if seen.turning_since_s is None else seen.turning_since_s
        last_s = began_s - BEFORE_S
        turn = WheelTurn(
            from_key=old.key,
            to_key=new.key,
            began_s=began_s,
            rest_s=now_s,
            ready_s=now_s,
            since_s=last_s,
        )
        seen = replace(seen, turn=turn)
    if not after.wheel_turning and seen.turning_since_s is not None:
        seen = replace(seen, turning_since_s=None)
    return seen


def _is_told_ready(before: Rig, after: Rig) -> bool:
    """Whether a client of rigd's wheel is told just now that its filter change is over."""
    change = before.change
    if change is None or after.change is not None or change.from_position == change.to_position:
        return False
    return change.origin is Origin.IN_PATH


def _note_moves(seen: ForeignMoves, before: Rig, after: Rig, now_s: float) -> ForeignMoves:
    """Add the move of a base that changed: by others, since rigd's own moves leave it as it is."""
    if not (before.ledger_checked and after.ledger_checked):
        return seen
    old, new = before.ledger, after.ledger
    if old.raw_steps == new.raw_steps or old.logical_steps is None or new.logical_steps is None:
        return seen
    move = before.move
    # Where the position becomes known or unknown, the base jumps although nothing moved, and what
    # was seen cannot be compared with what comes. What was heard can.
    if (old.embodied is None) != (new.embodied is None):
        heard_moves = tuple(m for m in seen.moves if m.heard)
        turn = seen.turn
        known = turn is not None and any(m.ended_s >= turn.since_s for m in heard_moves)
        return replace(seen, moves=heard_moves, turn=turn if known else None)
    delta = new.logical_steps - old.logical_steps
    if delta == 0:
        return seen
    if move is not None and move.by_client:
        theirs = ForeignMove(began_s=move.began_at_s, ended_s=now_s, delta_steps=delta, by=move.by)
        return replace(seen, moves=(*seen.moves[-MOVES:], theirs), command=None)
    stirred = before.foreign_at_s != after.foreign_at_s
    late_by = after.main_focuser.late_by if stirred else None
    if seen.command is not None and seen.command.counted:
        return note_caused_motion(seen, now_s)
    heard = is_command_carried_out(before, new.read_steps or 0)
    by_other_rig = is_by_other_rig(after, now_s)
    # A motor on its way is read several times: what goes on in one direction is one move.
    last = seen.moves[-1] if seen.moves else None
    if last is not None and last.by == late_by and last.delta_steps * delta > 0:
        moving = before.focuser is not None and before.focuser.moving
        if moving or now_s - last.ended_s <= ONE_MOVE_S:
            whole = replace(
                last,
                ended_s=now_s,
                delta_steps=last.delta_steps + delta,
                heard=last.heard or heard,
                by_other_rig=last.by_other_rig or by_other_rig,
            )
            return replace(seen, moves=(*seen.moves[:-1], whole))
    theirs = ForeignMove(
        began_s=now_s,
        ended_s=now_s,
        delta_steps=delta,
        heard=heard,
        by=late_by,
        by_other_rig=by_other_rig,
    )
    return replace(seen, moves=(*seen.moves[-MOVES:], theirs))


def _is_over(seen: ForeignMoves, rig: Rig, now_s: float) -> bool:
    """Whether nothing that is still to come can belong to the open turn."""
    turn = seen.turn
    if turn is None or now_s - turn.ready_s < AFTER_S or rig.move is not None:
        return False
    if rig.change is not None and rig.change.origin is Origin.IN_PATH:
        return False  # its client waits for the end of it, and moves only then
    if rig.focuser is not None and rig.focuser.moving:
        return False
    moves = [m for m in seen.moves if m.ended_s >= turn.since_s]
    return not moves or now_s - moves[-1].ended_s >= AUTOFOCUS_GAP_S


def _close_turn(seen: ForeignMoves, rig: Rig, *, until_s: float | None) -> ForeignMoves:
    """Make a sample of the open turn; `until_s` is when the next one began, if it did."""
    noise = noise_of(rig)
    turn = seen.turn
    if turn is None:
        if until_s is not None:
            oldest_s = until_s - 4 * AUTOFOCUS_GAP_S
            seen = replace(seen, moves=tuple(m for m in seen.moves if m.ended_s >= oldest_s))
        return seen
    mine = [m for m in seen.moves if _is_part_of(m, turn, until_s)]
    left = [m for m in seen.moves if m not in mine and m.began_s > turn.ready_s]
    search = _with_neighbours(seen.moves, mine)
    seen = replace(seen, turn=None, moves=tuple(left))
    # What another rig orders is no program's offset, and yet somebody has moved the focuser.
    others = any(m.by_other_rig for m in mine)
    if others or sum(abs(m.delta_steps) > noise for m in search) >= AUTOFOCUS_MOVES:
        return replace(seen, unapplied=0)
    sample = Sample(
        from_key=turn.from_key,
        to_key=turn.to_key,
        delta_steps=sum(m.delta_steps for m in mine),
        by=tuple(dict.fromkeys(m.by for m in mine if m.by is not None)),
        heard=bool(mine) and all(m.heard for m in mine),
        beside=any(m.beside for m in mine),
        prompt=bool(mine) and all(_is_prompt(m, turn) for m in mine),
    )
    unapplied = seen.unapplied
    if abs(sample.delta_steps) > 2 * noise:
        unapplied = 0
    elif is_move_needed(rig, sample, noise):
        unapplied += 1
    samples = (*seen.samples, sample)[-SAMPLES:]
    return replace(seen, samples=samples, unapplied=unapplied)


def _is_part_of(move: ForeignMove, turn: WheelTurn, next_s: float | None) -> bool:
    """Whether a move belongs to a turn, and not to the next one that began at `next_s`."""
    if move.ended_s < turn.since_s or move.began_s > turn.ready_s + AFTER_S:
        return False
    if next_s is None or move.began_s <= turn.ready_s or next_s - move.ended_s > BEFORE_S:
        return True
    return NEXT_IS_NEARER * (next_s - move.ended_s) >= move.began_s - turn.ready_s


def _is_prompt(move: ForeignMove, turn: WheelTurn) -> bool:
    """Whether a move was commanded while the wheel turned, or as soon as its client was told."""
    is_known = move.heard or move.by is not None
    return is_known and turn.began_s <= move.began_s <= turn.ready_s + PROMPT_S


def _with_neighbours(
    moves: Sequence[ForeignMove], mine: Sequence[ForeignMove]
) -> list[ForeignMove]:
    """The moves of a change, with those that came close before or after them."""
    if not mine:
        return []
    first, last = moves.index(mine[0]), moves.index(mine[-1])
    while first > 0 and moves[first].began_s - moves[first - 1].ended_s <= AUTOFOCUS_GAP_S:
        first -= 1
    while (
        last + 1 < len(moves) and moves[last + 1].began_s - moves[last].ended_s <= AUTOFOCUS_GAP_S
    ):
        last += 1
    return list(moves[first : last + 1])
