"""Which runs would make the offsets of a fit sure, and in which order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rigd.learning.agenda import plan_loops
from rigd.learning.estimator.error_limits import find_least_error
from rigd.learning.estimator.fit import Fit
from rigd.learning.sureness import MIN_RUNS, MOST_MORE_RUNS, find_largest_error


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPlan:
    """What to focus next."""

    next_filter: str
    """The run that lowers the summed uncertainty most, each as a share of what may be applied."""
    more_loops: int | None
    """Until every offset is sure enough to be applied; None if `MOST_MORE_RUNS` are not enough."""
    order: tuple[tuple[str, ...], ...]
    """The loops, reference first and last, alternately reversed: a steady drift cancels."""
    runs_have: Mapping[str, int]


def plan_next_runs(
    fit: Fit,
    focus_zone_steps: Mapping[str, float] | float | None = None,
    unseen: Sequence[str] = (),
) -> RunPlan:
    """Return what to measure next; closed form, from the posterior covariance.

    Args:
        fit: What is known.
        focus_zone_steps: Critical focus zone (full width), of each filter or of all, if known.
        unseen: Filters without any run: they come first.
    """
    names = fit.table.filters
    size = len(names)
    zones = focus_zone_steps
    largest = np.array(
        [
            find_largest_error(
                fit.scatter_limit_steps, zones.get(name) if isinstance(zones, Mapping) else zones
            )
            for name in names
        ],
        dtype=np.float64,
    )
    _, covariance = fit.posterior.moments(np.eye(2 + size)[2:])
    offsets = np.eye(size)[1:] - np.eye(size)[0]
    scaled = offsets / largest[1:, None]
    noise = fit.noise_steps**2
    have = {name: int((fit.table.filter_index == index).sum()) for index, name in enumerate(names)}
    gains = [_gain(covariance, scaled, index, noise) for index in range(size)]
    short = [name for name in names if have[name] < MIN_RUNS]
    candidates = short or list(names)
    best = max(candidates, key=lambda name: gains[names.index(name)])
    more = _count_loops(fit, covariance, offsets, largest[1:], have)
    if unseen and more is not None:
        more = max(more, MIN_RUNS)
    ordered = [*unseen, *sorted(names[1:], key=lambda name: -gains[names.index(name)])]
    return RunPlan(
        next_filter=unseen[0] if unseen else best,
        more_loops=more,
        order=plan_loops(names[0], ordered, MOST_MORE_RUNS if more is None else more),
        runs_have=have | dict.fromkeys(unseen, 0),
    )


def _gain(
    covariance: NDArray[np.float64], scaled: NDArray[np.float64], index: int, noise: float
) -> float:
    """Return how much one run lowers the summed variance of the offsets, scaled as they are.

    The run is compared with a loop of the other filters, which takes the drift out: rank-one update
    of a covariance, C - C r r' C / (r' C r + s^2) (Sherman and Morrison).
    """
    size = len(covariance)
    if size == 1:
        return 0.0  # of the reference alone no run tells an offset
    row = np.full(size, -1 / (size - 1))
    row[index] = 1
    towards = covariance @ row
    spread = float(row @ towards) + noise * size / (size - 1)
    return float(((scaled @ towards) ** 2).sum()) / spread


def _count_loops(
    fit: Fit,
    covariance: NDArray[np.float64],
    offsets: NDArray[np.float64],
    largest: NDArray[np.float64],
    have: Mapping[str, int],
) -> int | None:
    size = len(covariance)
    # A loop tells differences only: its own level is spent on the drift.
    loop = (np.eye(size) - 1 / size) / fit.noise_steps**2
    precision = np.linalg.pinv(covariance)
    fewest = max(0, MIN_RUNS - min(have.values()))
    for count in range(fewest, MOST_MORE_RUNS + 1):
        after = np.linalg.pinv(precision + count * loop)
        spread = np.sqrt(np.einsum("ij,jk,ik->i", offsets, after, offsets))
        least = [find_least_error(fit.table, index, more_runs=count) for index in range(1, size)]
        if (np.maximum(spread, least) <= largest).all():
            return count
    return None
