"""Backlash has one owner: if it is rigd, every move ends in one direction, by overshoot. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class FinalDirection(StrEnum):
    """Which way positions count in the last part of a move."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlash:
    """The backlash that rigd takes up."""

    steps: int
    final_direction: FinalDirection | None = None
    """None: the direction in which this rig's autofocus ends, once that was seen."""

    def overshoot_steps(self, start_steps: int, target_steps: int) -> int | None:
        """Where a move must turn to end in the final direction; None if it need not."""
        if self.final_direction is None:
            return None
        rises = target_steps > start_steps
        if rises == (self.final_direction is FinalDirection.UP):
            return None
        return target_steps + (self.steps if rises else -self.steps)
