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
    at_steps: int | None = None
    """Where the focuser stood when the last one began; None: it moved, or nobody knows."""
    searched: bool = False
    """Whether somebody moved the focuser between frames before these: he was focusing."""

    @property
    def own_count(self) -> int:
        """How many there are without those of a search: its last one is at the place it found."""
        return self.count - 1 if self.searched else self.count
