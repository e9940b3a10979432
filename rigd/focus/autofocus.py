"""What is taken for an autofocus, and what is said of it. Pure.

An autofocus shows itself by three or more moves of one client with exposures between them. Some
programs move the focuser first and then turn to the filter that they focus on: what is asked for
before the first exposure belongs to the search.
"""

from rigd.focus.foreign_commands import name_searcher
from rigd.focus.state.rig import Rig
from rigd.focus.state.search import Search

FIRST_MOVES = 2
"""So many moves may a search need before its first exposure: one to where it starts, one to take up
backlash. Our choice."""


def describe_autofocus(rig: Rig, search: Search, now_s: float) -> str:
    """Say in a sentence who is taken to be focusing."""
    who, ago = name_searcher(rig, search.client), f"the last {now_s - search.last_at_s:.0f} s ago"
    if not search.is_autofocus(rig.settings.autofocus_moves):
        return f"{who} moved the focuser and then turned the wheel: it may be focusing"
    if search.again and search.moves == 0:
        return f"{who} was focusing and may go on: it has not moved since"
    return f"{who} is focusing: {search.moves} moves with exposures between them, {ago}"


def is_beginning(rig: Rig, search: Search, now_s: float) -> bool:
    """Whether a search has only begun: a filter that its client asks for now belongs to it."""
    if search.frames and search.is_autofocus(rig.settings.autofocus_moves):
        return False
    fresh = now_s - search.last_at_s <= rig.settings.quiet_s
    return fresh and not search.exposed and 0 < search.fresh_moves <= FIRST_MOVES


def is_wheel_asked(rig: Rig) -> bool:
    """Whether the wheel is on its way to a filter that rigd was asked for."""
    return rig.change is not None and not rig.change.wheel_done
