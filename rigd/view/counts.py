"""What a rig has done since rigd started, counted: what only grows. Frozen."""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import accumulate

from rigd.focus.state.rig import Result

COUNTED = (Result.DONE, Result.WAITING, Result.DECLINED, Result.REFUSED, Result.FAILED)
"""What is counted of filter changes; one that waited and was made counts as both."""
CHANGE_BOUNDS_S = (0.5, 1.0, 2.0, 3.0, 5.0, 8.0, 12.0, 20.0, 30.0, 60.0, 120.0, 300.0)
COMMAND_BOUNDS_S = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
QUEUE_BOUNDS = (0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """How often a value was up to each bound; the last count is of those above all of them."""

    bounds: tuple[float, ...]
    counts: tuple[int, ...]
    total: float = 0.0
    """The sum of all values."""

    @classmethod
    def empty(cls, bounds: tuple[float, ...]) -> "Distribution":
        """One that has counted nothing yet; `bounds` ascend."""
        return cls(bounds=bounds, counts=(0,) * (len(bounds) + 1))

    def with_value(self, value: float) -> "Distribution":
        """The same with one value more."""
        place = bisect_left(self.bounds, value)
        counts = (*self.counts[:place], self.counts[place] + 1, *self.counts[place + 1 :])
        return replace(self, counts=counts, total=self.total + value)

    @property
    def cumulative(self) -> tuple[int, ...]:
        """How many values were at most each bound; the last: how many there are."""
        return tuple(accumulate(self.counts))


@dataclass(frozen=True, slots=True, kw_only=True)
class RigCounts:
    """What one rig has done since rigd started."""

    changes: Mapping[Result, int] = field(default_factory=lambda: dict.fromkeys(COUNTED, 0))
    """Filter changes by how they ended."""
    early_frames: int = 0
    """Frames that began before the focuser stood in the focus of their filter."""
    change_s: Distribution = field(default_factory=partial(Distribution.empty, CHANGE_BOUNDS_S))
    """How long filter changes took that were done or failed, from request or turn to the end."""
    command_s: Distribution = field(default_factory=partial(Distribution.empty, COMMAND_BOUNDS_S))
    """How long it took from a decision until its driver had the command, storing included."""
    queued: Distribution = field(default_factory=partial(Distribution.empty, QUEUE_BOUNDS))
    """How many batches of work stood ahead of each new one."""
