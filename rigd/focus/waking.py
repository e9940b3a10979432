"""A time in which rigd did not run: nothing begins on what it heard before. Pure.

A machine that froze, a stalled card, a stopped process: what devices said meanwhile comes in the
order in which it was said, and each piece of it is old until the last one has been read.
"""

from rigd.focus.state.focuser import FocuserMove, FocuserRole
from rigd.focus.state.requests import Woke
from rigd.focus.state.rig import Gate, Rig
from rigd.frozen import replace

CATCH_UP_S = 3.0
"""How long it takes until all is read that devices said meanwhile, and those that are asked in turn
were asked again."""
READS_NEWS = "rigd did not run for a while, and still reads what devices said meanwhile"


def wake(rig: Rig, woke: Woke) -> Rig:
    """The rig once rigd runs again; the time in which it did not counts towards no deadline."""
    rig = replace(rig, woke_at_s=woke.at_s)

    def after(at_s: float | None) -> float | None:
        return None if at_s is None else min(at_s + woke.slept_s, woke.at_s)

    if (change := rig.change) is not None:
        began_at_s = min(change.began_at_s + woke.slept_s, woke.at_s)
        rig = replace(rig, change=replace(change, began_at_s=began_at_s))
    for role in FocuserRole:
        if (move := (focuser := rig.focuser_of(role)).move) is not None:
            told, cut_off = after(move.told_at_s), after(move.cut_off_at_s)
            move = replace(move, told_at_s=told, cut_off_at_s=cut_off)
            rig = rig.with_focuser(role, replace(focuser, move=move))
    return rig


def is_catching_up(rig: Rig, now_s: float) -> bool:
    """Whether what devices said while rigd did not run may not have been read to the end."""
    return rig.woke_at_s is not None and now_s - rig.woke_at_s < CATCH_UP_S


def find_news_gate(rig: Rig, now_s: float) -> Gate | None:
    """The gate of moves of rigd's own accord meanwhile; a client's change waits with its move."""
    if not is_catching_up(rig, now_s):
        return None
    return Gate(
        name="news",
        sentence=READS_NEWS,
        opens_by_itself=True,
        opens_when=f"it has run for {CATCH_UP_S:g} s",
    )


def why_too_old(rig: Rig, move: FocuserMove) -> str | None:
    """Why a move that was not told yet does not count any more; None if it does.

    Where a client sends its focuser does not hang on what rigd has heard.
    """
    if move.by_client or rig.woke_at_s is None or move.began_at_s >= rig.woke_at_s:
        return None
    return "rigd did not run for a while before it was told"
