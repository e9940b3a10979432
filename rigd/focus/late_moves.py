"""Moves of rigd's that were closed elsewhere than at their target, and may still begin. Pure.

A sleepy focuser obeys seconds after it was given up, a deaf one after it was halted. Such a motion
is rigd's own: it is done where it ends at its target, and otherwise nobody can tell it from
another's. It is never a new base, until a later move has been read back.
"""

from dataclasses import replace

from rigd.focus.move import ledger_after
from rigd.focus.state.focuser import FocuserMove, FocuserState
from rigd.focus.state.ledger import Ledger

MOST = 8
"""So many are kept; our choice: nobody has halted more of them before one was read back."""


def keep_unended(focuser: FocuserState, move: FocuserMove) -> FocuserState:
    """Keep a move that was closed elsewhere than at its target."""
    return replace(focuser, unended=(*focuser.unended, move)[-MOST:])


def drop_unended(focuser: FocuserState, number: int) -> FocuserState:
    """Drop a move of which the focuser was never told."""
    return replace(focuser, unended=tuple(m for m in focuser.unended if m.number != number))


def find_arrived(focuser: FocuserState, position: int, near: int) -> FocuserMove | None:
    """The newest of those moves that has its target here; None if there is none."""
    here = (
        move
        for move in reversed(focuser.unended)
        if not move.by_client and abs(position - move.target_steps) <= near
    )
    return next(here, None)


def ledger_of_late_arrival(focuser: FocuserState, position: int, near: int) -> Ledger | None:
    """The ledger once such a move has arrived after all; None if it has not.

    Where somebody else has moved the focuser in between, its target is that of an old base.
    """
    move = find_arrived(focuser, position, near)
    if move is None or move.terms is None:
        return None
    base = _base_before(focuser.ledger)
    if base is None or base != move.target_steps - move.terms.total_steps:
        return None
    return ledger_after(focuser.ledger, move, position)


def is_on_a_late_way(focuser: FocuserState, position: int, near: int) -> bool:
    """Whether a focuser that stands here may be on the way of such a move."""
    start = focuser.ledger.read_steps
    for move in focuser.unended:
        ends = [end for end in (move.start_steps, move.target_steps, start) if end is not None]
        if min(ends) - near <= position <= max(ends) + near:
            return True
    return False


def _base_before(ledger: Ledger) -> int | None:
    """The base, or what it was before where the focuser was found made it unknown."""
    if ledger.base_steps is not None:
        return ledger.base_steps
    known = ledger.last_known
    return None if known is None else known.raw_steps - known.embodied.total_steps
