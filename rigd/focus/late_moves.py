"""Moves of rigd's that were closed elsewhere than at their target, and may still begin. Pure.

A sleepy focuser obeys seconds after it was given up, a deaf one after it was halted. Such a motion
is rigd's own: it is done where it ends at its target, and otherwise nobody can tell it from
another's. It is never a new base, until a later move has been read back; a restart in between
changes nothing of that, since they are kept in the ledger.
"""

from rigd.focus.state.focuser import FocuserMove
from rigd.focus.state.ledger import Ledger, UnendedMove, embody, rebase
from rigd.frozen import replace

MOST = 8
"""So many are kept; our choice: nobody has halted more of them before one was read back."""


def keep_unended(ledger: Ledger, move: FocuserMove) -> Ledger:
    """The ledger with a move that is closed elsewhere than at its target."""
    kept = UnendedMove(
        number=move.number,
        start_steps=move.start_steps,
        target_steps=move.target_steps,
        terms=move.terms,
        filter_key=move.filter_key,
        by_client=move.by_client,
        by=move.by,
    )
    return replace(ledger, unended=(*ledger.unended, kept)[-MOST:])


def drop_unended(ledger: Ledger, number: int) -> Ledger:
    """The ledger without a move of which the focuser was never told."""
    return replace(ledger, unended=tuple(m for m in ledger.unended if m.number != number))


def find_arrived(ledger: Ledger, position: int, near: int) -> UnendedMove | None:
    """The newest of those moves that has its target here; None if there is none.

    A motor carries out the newest order, and so the focuser got here by that one.
    """
    here = (m for m in reversed(ledger.unended) if abs(position - m.target_steps) <= near)
    return next(here, None)


def find_own_arrived(ledger: Ledger, position: int, near: int) -> UnendedMove | None:
    """The same if it is rigd's own."""
    move = find_arrived(ledger, position, near)
    return None if move is None or move.by_client else move


def may_be_rigds(ledger: Ledger) -> bool:
    """Whether a move of rigd's own may still begin, or go on."""
    return any(not move.by_client for move in ledger.unended)


def find_late_client(
    ledger: Ledger, start: int | None, position: int, near: int, *, rests: bool = False
) -> str | None:
    """Whose move goes on late in a motion that was seen to come by here; None if it is another's.

    It goes from where the focuser rested (`start`) to the target that the client asked for; beside
    a move of rigd's own nobody can tell before it rests there (`rests`).
    """
    here = find_arrived(ledger, position, near) if rests else None
    if here is not None and here.by_client:
        return here.by or None
    if start is None or may_be_rigds(ledger):
        return None
    for move in reversed(ledger.unended):
        ends = (start, move.target_steps)
        if move.by and min(ends) - near <= position <= max(ends) + near:
            return move.by
    return None


def drop_clients_moves(ledger: Ledger, client: str | None) -> Ledger:
    """The ledger once a motion of a client's, or of nobody known, has come to rest.

    A late move has had its part then: what moves the focuser after it, even towards the same
    target, is another's. A motion of nobody known sent the focuser elsewhere, and replaced all.
    """
    left = tuple(
        move for move in ledger.unended if not (move.by_client and client in {None, move.by})
    )
    return replace(ledger, unended=left)


def ledger_of_late_arrival(ledger: Ledger, position: int, near: int) -> Ledger | None:
    """The ledger once the newest such move, rigd's own, has arrived here; None if none has.

    Where somebody else has moved the focuser in between, its target is that of an old base.
    """
    move = find_own_arrived(ledger, position, near)
    if move is None or move.terms is None or not _counts_from_base(ledger, move):
        return None
    return embody(ledger, move.target_steps, position, move.terms, move.filter_key)


def late_targets(ledger: Ledger) -> tuple[int, ...]:
    """Where all is known again once a move of rigd's has arrived there late."""
    own = (move for move in ledger.unended if not move.by_client)
    return tuple(dict.fromkeys(m.target_steps for m in own if _counts_from_base(ledger, m)))


def _counts_from_base(ledger: Ledger, move: UnendedMove) -> bool:
    """Whether the target of such a move still belongs to the base that is known, or last was."""
    terms = move.terms
    if terms is None:
        return False
    return _base_before(ledger) == (move.target_steps - terms.total_steps, terms.against)


def ledger_of_late_client(ledger: Ledger, position: int, near: int) -> Ledger | None:
    """The ledger once the newest such move, a client's, has arrived here; None if none has.

    All the way here counts as that client's, and what was ordered before it begins no more.
    """
    move = find_arrived(ledger, position, near)
    if move is None or not move.by_client or ledger.embodied is None:
        return None
    arrived = embody(ledger, move.target_steps, position, ledger.embodied, ledger.embodied_filter)
    newer = ledger.unended[ledger.unended.index(move) + 1 :]
    return rebase(replace(arrived, unended=newer))


def note_other_base(ledger: Ledger) -> Ledger:
    """The ledger once another client was heard to move the focuser, whose base is not known.

    Where the targets of such moves are belongs to a base that was there before.
    """
    if ledger.embodied is not None or not ledger.unended:
        return ledger
    return replace(ledger, unended=tuple(replace(move, terms=None) for move in ledger.unended))


def is_on_a_late_way(ledger: Ledger, position: int, near: int) -> bool:
    """Whether a focuser that stands here may be on the way of such a move."""
    start = ledger.read_steps
    for move in ledger.unended:
        ends = [end for end in (move.start_steps, move.target_steps, start) if end is not None]
        if min(ends) - near <= position <= max(ends) + near:
            return True
    return False


def has_gone_late(ledger: Ledger, position: int, near: int) -> bool:
    """Whether a focuser that is seen here has left its place as such a move of rigd's own would."""
    start = ledger.read_steps
    if start is None or abs(position - start) <= near:
        return False
    ends = ((start, move.target_steps) for move in ledger.unended if not move.by_client)
    return any(min(way) - near <= position <= max(way) + near for way in ends)


def _base_before(ledger: Ledger) -> tuple[int, str | None] | None:
    """The base and whose focus it is, or what they were before they became unknown."""
    if ledger.base_steps is not None and ledger.embodied is not None:
        return ledger.base_steps, ledger.embodied.against
    known = ledger.last_known
    if known is None:
        return None
    return known.raw_steps - known.embodied.total_steps, known.embodied.against
