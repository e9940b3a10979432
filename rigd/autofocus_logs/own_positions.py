"""Which runs are the rig's own, by their positions: two focusers may share a log without names."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rigd.autofocus_logs.run import AutofocusRun

POSITIONS_HELP = "is no range of positions; write for example 9000-11000"


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionRange:
    """The positions at which a focuser finds its focus."""

    low_steps: int
    high_steps: int

    def __str__(self) -> str:
        """As `parse_positions` reads it."""
        return f"{self.low_steps}-{self.high_steps}"

    def holds(self, position_steps: float | None) -> bool:
        """Return whether a position lies in the range or at its ends; an unknown one does not."""
        return position_steps is not None and self.low_steps <= position_steps <= self.high_steps


def parse_positions(text: str) -> PositionRange | None:
    """Return the range that is written so, as `9000-11000`; None if it is none."""
    found = re.fullmatch(r"\s*(-?\d{1,9})\s*-\s*(-?\d{1,9})\s*", text, re.ASCII)
    if found is None:
        return None
    low, high = (int(one) for one in found.groups())
    return PositionRange(low_steps=low, high_steps=high) if low <= high else None


def choose_own_runs(
    runs: Sequence[AutofocusRun], own: PositionRange | None
) -> tuple[AutofocusRun, ...]:
    """Return the runs that ended in the range; without one, all.

    A run without a position, as some failed ones are, may be anybody's.
    """
    return tuple(run for run in runs if own is None or own.holds(run.position_steps))
