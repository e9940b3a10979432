"""Another rig that has one of this rig's focusers too: what this one must know of it."""

from dataclasses import dataclass

from rigd.focus.state.focuser import FocuserRole


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherRigsMove:
    """A move of the focuser of which another rig has told it."""

    role: FocuserRole
    """Which of that rig's own focusers it is."""
    number: int
    by: str
    """Who moves it, as sentences name it."""
    target_steps: int
    may_search: bool
    """Whether it may be a part of a search that this rig sees too: a client's, with one camera."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherRig:
    """Another rig with the same focuser, as far as it concerns this one."""

    name: str
    role: FocuserRole
    """Which of this rig's focusers it is."""
    exposing: bool = False
    """Whether a camera whose light goes through the focuser exposes, or is read out."""
    guiding: bool = False
    """Whether a guider whose light goes through the focuser guides."""
    focusing: tuple[str, ...] = ()
    """The clients of its focuser that it takes to be focusing, with a camera of its own."""
    move: OtherRigsMove | None = None
    """None while it waits for no move of the focuser."""
