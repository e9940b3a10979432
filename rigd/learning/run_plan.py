"""What a rig should focus next: by its newest fit, and which filters lack a run for nights."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from rigd.learning.estimator.error_limits import find_least_error
from rigd.learning.estimator.fit import Fit
from rigd.learning.fit_input import FitInput
from rigd.learning.sureness import MIN_RUNS, MOST_MORE_RUNS, find_largest_error


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """What a rig should focus next, or why there is no plan."""

    rig: str
    reference: str | None
    next_filter: str | None = None
    more_loops: int | None = None
    order: tuple[tuple[str, ...], ...] = ()
    runs_have: Mapping[str, int] = field(default_factory=dict)
    reason: str | None = None
    """Why there is no plan."""
    spot_checks: tuple[str, ...] = ()
    """Filters that are due for one run, so that learning does not starve."""


def agenda(
    rig: str, fit_input: FitInput, result: Mapping[str, object] | None, now: datetime
) -> Agenda:
    """Return the plan of the newest fit, and the filters that are due for a run.

    Args:
        rig: The rig's name.
        fit_input: What is known without runs.
        result: What the newest fit says; None if there is none.
        now: The time, with its zone.
    """
    bare = Agenda(rig=rig, reference=fit_input.reference)
    if result is None:
        return _first_plan(bare, fit_input)
    bare = replace(bare, spot_checks=spot_checks(_last_runs(result), now))
    plan = result.get("plan")
    if not isinstance(plan, dict):
        return replace(bare, reason="no plan was made of the newest fit")
    return replace(
        bare,
        next_filter=plan.get("next_filter"),
        more_loops=plan.get("more_loops"),
        order=tuple(tuple(loop) for loop in plan.get("order", ())),
        runs_have=plan.get("runs_have", {}),
        reason=plan.get("reason"),
    )


def _first_plan(bare: Agenda, fit_input: FitInput) -> Agenda:
    """Without any run: loops over all filters, the reference first and last."""
    if fit_input.reference is None:
        reason = "the profile names no reference_filter, so no offset can be learnt from runs"
        return replace(bare, reason=reason)
    others = [key for key in fit_input.filters if key != fit_input.reference]
    if not others:
        return replace(bare, reason="the wheel has no filter beside the reference")
    return replace(
        bare,
        next_filter=fit_input.reference,
        more_loops=MIN_RUNS,
        order=plan_loops(fit_input.reference, others, MIN_RUNS),
        runs_have=dict.fromkeys((fit_input.reference, *others), 0),
    )


def _last_runs(result: Mapping[str, object]) -> dict[str, datetime]:
    last: dict[str, datetime] = {}
    runs = result.get("runs")
    for run in runs if isinstance(runs, list) else []:
        time = datetime.fromisoformat(run["time"])
        last[run["filter"]] = max(time, last.get(run["filter"], time))
    return last


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


def plan_loops(reference: str, others: Sequence[str], count: int) -> tuple[tuple[str, ...], ...]:
    """Return loops over all filters, every second one backwards: so a steady drift cancels."""
    forward = (reference, *others)
    return tuple(forward if turn % 2 == 0 else forward[::-1] for turn in range(count))


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


def spot_checks(
    last_run: Mapping[str, datetime], now: datetime, *, every_nights: int = 4
) -> tuple[str, ...]:
    """Return the filters that are due for one run, the longest without one first.

    A trusted offset needs no run for its own sake; one every few nights shows that it still holds.
    """
    limit = timedelta(days=every_nights)
    due = [name for name, seen in last_run.items() if now - seen >= limit]
    return tuple(sorted(due, key=lambda name: (last_run[name], name)))
