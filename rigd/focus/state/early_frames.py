"""Frames that began too early, as far as they were told. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyFrames:
    """Frames of one filter that began before the focuser had followed: told once, and summed up."""

    name: str
    """Of the filter."""
    count: int
    off_steps: int | None
    """How far the focuser was from its focus when the last one began; None if that is unknown."""
    untold: bool = False
    """Whether nothing is said of them yet: not until no autofocus can have begun with them."""
    since_s: float = 0.0
    """When the first one began."""
