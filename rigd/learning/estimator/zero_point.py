"""Where a focuser was zeroed anew: from there on every filter's focus has moved by one amount.

Steps before and after have no common origin, so levels are never compared across such a point;
differences between filters, which is what offsets are, remain what they were. A point that is found
wrongly costs a level, never an offset.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

# The limits are our choice. They may be cautious: a missed small jump is absorbed as a drift or as
# a night's level, and a wrongly found one costs a level only.
JUMP = 20.0
"""So many times the scatter of a filter's successive runs is no drift any more."""
JUMP_OVERNIGHT = 300.0
"""From night to night levels may differ a lot: a refocused, rebuilt telescope."""
AGREE = 0.25
"""Share of the jump by which the filters may differ."""
NEAR = 3
"""So many runs of a filter on each side are compared: their median survives one wild run."""
MOST = 12
"""Most zero points of one table: each costs a level, and the search time."""
_QUARTILE = 0.3186
"""First quartile of the absolute value of a normal variable: the 0.625 quantile of a normal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ZeroPoint:
    """A new zero, with what it added to every position."""

    before: datetime
    """The first run that counts from it."""
    jump_steps: float


def zero_starts(
    positions: Floats, filters: Ints, nights: Ints, least_scatter: float
) -> list[tuple[int, float]]:
    """Find the runs that begin with a new zero: their indices, and the jump in steps before each.

    Args:
        positions: Of the runs, in order of time.
        filters: The filter of each.
        nights: The night of each.
        least_scatter: What one run scatters at least.
    """
    steps = np.concatenate(
        [np.abs(np.diff(positions[filters == name])) for name in np.unique(filters)]
    )
    if not len(steps):
        return []
    # Even if most steps span a jump, a quarter of them does not. Two runs differ by sqrt(2) times
    # what one scatters.
    quartile = float(np.quantile(steps, 0.25))
    scatter = max(quartile / _QUARTILE / np.sqrt(2), least_scatter)
    found: list[tuple[int, float]] = []
    stretches = [(0, len(positions))]
    while stretches and len(found) < MOST:
        first, last = stretches.pop()
        split = _split(positions[first:last], filters[first:last], JUMP * scatter)
        if split is None:
            continue
        at, jump = first + split[0], split[1]
        stretches += [(first, at), (at, last)]
        if nights[at] == nights[at - 1] or abs(jump) > JUMP_OVERNIGHT * scatter:
            found.append((at, jump))
    return sorted(found)


def _split(positions: Floats, filters: Ints, least: float) -> tuple[int, float] | None:
    """Return where all filters of a stretch jump alike, and by how much; None if they do not.

    Of several such places the one with the least unrest beside it: there the jump is cleanest.
    """
    best: tuple[float, int, float] | None = None
    # Lists: for three numbers at a time an array costs ten times as much.
    runs = [np.flatnonzero(filters == name) for name in np.unique(filters)]
    places = [(here.tolist(), positions[here].tolist()) for here in runs]
    for at in range(1, len(positions)):
        jumps, unrest = _jumps(places, at)
        jump = median(jumps) if jumps else 0.0
        if abs(jump) < least or any(abs(one - jump) > AGREE * abs(jump) for one in jumps):
            continue
        if best is None or unrest < best[0]:
            best = (unrest, at, jump)
    return None if best is None else best[1:]


def _jumps(
    places: Sequence[tuple[Sequence[int], Sequence[float]]], at: int
) -> tuple[Sequence[float], float]:
    """Return each filter's jump across a place, and by how much its nearest runs differ there."""
    jumps, unrest = [], 0.0
    for runs, positions in places:
        split = bisect_left(runs, at)
        before, after = positions[max(0, split - NEAR) : split], positions[split : split + NEAR]
        for side in (before[-2:], after[:2]):
            unrest += max(side) - min(side) if side else 0.0
        if before and after:
            jumps.append(median(after) - median(before))
    return jumps, unrest


def zero_points(
    starts: Sequence[tuple[int, float]], times: Sequence[datetime]
) -> tuple[ZeroPoint, ...]:
    """Return the starts of `zero_starts` with the times of their runs."""
    return tuple(ZeroPoint(before=times[at], jump_steps=jump) for at, jump in starts)
