"""Focus offsets from autofocus runs: `fit` is the estimator's entry.

The table of runs (`table`) and the statistical model (`model`) give the posterior
(`hypothesis_grid`); `verdict` decides how far each offset may be trusted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from rigd.autofocus_logs.run import AutofocusRun
from rigd.errors import RefusedError
from rigd.learning.estimator.error_limits import find_least_error, find_scatter_limit
from rigd.learning.estimator.filter_offset import FilterOffset, modelled_offset, refused_offset
from rigd.learning.estimator.hypothesis_grid import solve
from rigd.learning.estimator.model import (
    MAD_TO_SD,
    LinearModel,
    build_covariances,
    build_linear_model,
)
from rigd.learning.estimator.night_contrasts import find_contradictions
from rigd.learning.estimator.posterior import Posterior
from rigd.learning.estimator.prior import Prior
from rigd.learning.estimator.table import (
    Floats,
    LeftOut,
    RunTable,
    tabulate,
)
from rigd.learning.estimator.two_focusers import find_two_focusers
from rigd.learning.estimator.verdict import (
    OffsetState,
    Support,
    assess_support,
    find_implausible,
    find_objection,
    grade_offset,
)
from rigd.learning.estimator.wild_runs import find_few_believed
from rigd.learning.sureness import MIN_RUNS

COVERAGE = 0.95
"""Of the intervals that are reported; bench/offsets.py counts how many hold the truth."""
DOUBTED = 4.0
"""So many of its errors a prior is from what it is held for with its first runs; our choice. With
runs that agree it is about one.
"""
LEARNT_SHARE = 0.5
"""A slope is known once its error is this share of what was possible before; our choice."""
LEAST_SCATTER_STEPS = 0.25
"""A run cannot be known better: rounding to whole steps alone scatters 1 / sqrt(12) = 0.29."""
LEAST_SCATTER_SHARE = 0.002
"""The same as a share of the range of all positions; our choice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """The offsets that the runs give, and how each run was used."""

    reference: str
    offsets: tuple[FilterOffset, ...]
    """In order of the filters' names, without the reference."""
    noise_steps: float
    """Standard deviation of one ordinary run."""
    scatter_limit_steps: float
    """The same, as far as the curves of the runs support it: what an error may be to be applied."""
    contradictions: Mapping[str, str]
    """Filters whose nights contradict each other, with the sentence that says so."""
    slope_steps_per_c: float | None
    """None: the runs say nothing of it, as where no temperature was logged or none differed."""
    slope_se_steps_per_c: float | None
    drift_share: float
    """Probability that focus drifted beyond what temperature explains."""
    nights: int
    fitted: int
    last_run: datetime
    """Of those fitted, UTC."""
    left_out: tuple[LeftOut, ...]
    table: RunTable
    posterior: Posterior

    def offset(self, name: str) -> FilterOffset | None:
        """Return the offset of one filter; None if it was neither fitted nor predicted."""
        return next((offset for offset in self.offsets if offset.filter == name), None)


def fit(
    runs: Sequence[AutofocusRun],
    reference: str,
    priors: Mapping[str, Prior] | None = None,
    *,
    slope: Prior | None = None,
    focus_zone_steps: Mapping[str, float] | float | None = None,
) -> Fit:
    """Learn the focus offset of every filter from the runs; pure and deterministic.

    Args:
        runs: In any order; those that cannot be fitted come back in `left_out`.
        reference: The filter that offsets are counted from.
        priors: Offsets expected from glass, in steps from the reference. If the reference has an
            entry too, its spread is its own error, shared by all offsets.
        slope: What is known of the steps per kelvin, from other nights.
        focus_zone_steps: Critical focus zone (full width), of each filter or of all.

    Raises:
        RefusedError: No run can be fitted, or none of the reference; or the runs are of two
            focusers.
    """
    priors = dict(priors or {})
    if (two := find_two_focusers(runs)) is not None:
        raise RefusedError(two)
    table, left_out = tabulate(runs, reference)
    if table is None:
        reasons = sorted({out.reason for out in left_out})
        msg = f"no run of {len(runs)} can be fitted: {'; '.join(reasons) or 'there is none'}"
        raise RefusedError(msg)
    if not (contradictions := find_contradictions(table)):
        return _fit_table(table, left_out, priors, slope, focus_zone_steps)
    rest = fit(
        [run for run in runs if run.filter not in contradictions],
        reference,
        {name: prior for name, prior in priors.items() if name not in contradictions},
        slope=slope,
        focus_zone_steps=focus_zone_steps,
    )
    return _with_refused(rest, runs, table, contradictions)


def _fit_table(
    table: RunTable,
    left_out: tuple[LeftOut, ...],
    priors: Mapping[str, Prior],
    slope: Prior | None,
    focus_zone_steps: Mapping[str, float] | float | None,
) -> Fit:
    """Fit the runs of a table.

    Raises:
        RefusedError: none is of the reference.
    """
    reference = table.filters[0]
    supports = [assess_support(table, index) for index in range(len(table.filters))]
    if supports[0].runs == 0:
        msg = f"no run of the reference filter {reference}: runs are of {_names(table)}"
        raise RefusedError(msg)
    scale_steps = rough_noise_steps(table)
    model = build_linear_model(table, priors, slope, scale_steps)
    posterior = solve(model, build_covariances(table), table.relative_noise, scale_steps)
    slope_steps, slope_se = _find_slope(posterior, model)
    scatter_limit_steps = find_scatter_limit(table, posterior.noise_steps)
    return Fit(
        reference=reference,
        offsets=_offsets(table, posterior, supports, priors, focus_zone_steps),
        noise_steps=posterior.noise_steps,
        scatter_limit_steps=scatter_limit_steps,
        contradictions={},
        slope_steps_per_c=slope_steps,
        slope_se_steps_per_c=slope_se,
        drift_share=posterior.drift_share,
        nights=table.nights,
        fitted=len(table.positions_steps),
        last_run=table.times[-1],
        left_out=left_out,
        table=table,
        posterior=posterior,
    )


def _find_slope(posterior: Posterior, model: LinearModel) -> tuple[float | None, float | None]:
    """Return the temperature slope with its error; None where the runs hardly bound it."""
    mean, covariance = posterior.moments(np.eye(len(model.mean))[1:2])
    error = float(np.sqrt(covariance[0, 0]))
    is_learnt = error < LEARNT_SHARE * float(np.sqrt(model.variances[0, 1]))
    return (float(mean[0]), error) if is_learnt else (None, None)


def _with_refused(
    rest: Fit,
    runs: Sequence[AutofocusRun],
    table: RunTable,
    contradictions: Mapping[str, str],
) -> Fit:
    """Return the fit of the other filters with those refused whose nights contradict each other.

    What their runs scatter would count as the scatter of a run, and spoil the other offsets.
    """
    refused = [
        refused_offset(name, assess_support(table, table.filters.index(name)), why)
        for name, why in contradictions.items()
    ]
    out = [
        LeftOut(run=run, reason="the nights of its filter contradict each other")
        for run in runs
        if run.filter in contradictions
    ]
    return replace(
        rest,
        offsets=tuple(sorted((*rest.offsets, *refused), key=lambda one: one.filter)),
        contradictions={**rest.contradictions, **contradictions},
        left_out=(*rest.left_out, *out),
    )


def contrast(table: RunTable, index: int) -> Floats:
    """Return the combination of coefficients that is a filter's offset from the reference.

    Coefficients are those of `LinearModel`: level, slope, then one for each filter, the
    reference first.
    """
    row = np.zeros(2 + len(table.filters))
    row[2 + index] += 1
    row[2] -= 1
    return row


def rough_noise_steps(table: RunTable) -> float:
    """Guess the scatter of one run in steps: what a regression on filters and levels leaves.

    It scales the grid of hypotheses and the vague priors; the posterior finds the noise itself.
    """
    columns = [
        (table.filter_index[:, None] == np.arange(len(table.filters))[None, :]).astype(float)
    ]
    for level in range(table.levels):
        here = table.level_index == level
        columns.append(np.where(here, 1.0, 0.0)[:, None])
        if here.sum() >= 3:  # with fewer, a slope would take up all that they scatter
            columns.append(np.where(here, table.hours, 0.0)[:, None])
    design = np.concatenate(columns, axis=1)
    beta, _, rank, _ = np.linalg.lstsq(design, table.centred_steps, rcond=None)
    residual = np.abs(table.centred_steps - design @ beta)
    freedom = max(1, len(residual) - int(rank))
    guess = MAD_TO_SD * float(np.median(residual)) * np.sqrt(len(residual) / freedom)
    least = LEAST_SCATTER_SHARE * np.ptp(table.centred_steps)
    return float(max(guess, least, LEAST_SCATTER_STEPS))


def _offsets(
    table: RunTable,
    posterior: Posterior,
    supports: Sequence[Support],
    priors: Mapping[str, Prior],
    focus_zone_steps: Mapping[str, float] | float | None,
) -> tuple[FilterOffset, ...]:
    """Return the offset of every filter that has runs or a prior, in order of their names."""
    measured = {
        name: _offset(
            table=table,
            posterior=posterior,
            index=index,
            supports=supports,
            prior=priors.get(name),
            zone=_zone(focus_zone_steps, name),
        )
        for index, name in enumerate(table.filters)
        if index > 0
    }
    for name in priors.keys() - measured.keys() - {table.filters[0]}:
        nothing = Support(runs=0, passes=0, inflation=None)
        measured[name] = modelled_offset(name, priors[name], nothing, "no runs yet")
    return tuple(measured[name] for name in sorted(measured))


def _offset(
    *,
    table: RunTable,
    posterior: Posterior,
    index: int,
    supports: Sequence[Support],
    prior: Prior | None,
    zone: float | None,
) -> FilterOffset:
    name, own = table.filters[index], supports[index]
    why = find_objection(name, table.filters[0], own, supports[0])
    if why is not None:
        # Three runs that say nothing are a fault worth showing; fewer are only a beginning.
        if prior is not None and own.runs < MIN_RUNS:
            said = _doubtful_offset(table, posterior, index, prior, own)
            return said or modelled_offset(name, prior, own, why)
        return refused_offset(name, own, why)
    row = contrast(table, index)
    mean, se = _moments(posterior, row)
    why = find_few_believed(table, posterior, index) or find_implausible(table, index, mean)
    if why is not None:
        return refused_offset(name, own, why)
    low, high = posterior.interval(row, COVERAGE)
    least = find_least_error(table, index)
    if se < least:
        low, high = (mean + (end - mean) * least / se for end in (low, high))
        se = least
    limit = find_scatter_limit(table, posterior.noise_steps)
    state, reason = grade_offset(se, run_scatter_steps=limit, focus_zone_steps=zone)
    if state is OffsetState.REFUSED and prior is not None:
        state = OffsetState.MODELLED
    return FilterOffset(
        filter=name,
        state=state,
        reason=reason,
        focus_offset_steps=mean,
        se_steps=se,
        low_steps=low,
        high_steps=high,
        runs=own.runs,
        passes=own.passes,
        inflation=own.inflation,
        inside_focus_zone=_inside(low, high, zone),
    )


def _moments(posterior: Posterior, row: Floats) -> tuple[float, float]:
    means, covariance = posterior.moments(row[None, :])
    return float(means[0]), float(np.sqrt(covariance[0, 0]))


def _doubtful_offset(
    table: RunTable, posterior: Posterior, index: int, prior: Prior, own: Support
) -> FilterOffset | None:
    """Return the offset of a few runs that speak against its prior, refused; None if they do not.

    They are too few to be believed, and enough for the prior not to be either.
    """
    row = contrast(table, index)
    mean, se = _moments(posterior, row)
    away = float(np.hypot(mean - prior.mean_steps, se))
    if own.inflation is None or away <= DOUBTED * prior.sd_steps:
        return None
    low, high = posterior.interval(row, COVERAGE)
    return FilterOffset(
        filter=table.filters[index],
        state=OffsetState.REFUSED,
        reason=f"too few runs: {own.runs} of {MIN_RUNS}, and they speak against what glass says, "
        f"{prior.mean_steps:+.0f} ± {prior.sd_steps:.0f} steps",
        focus_offset_steps=mean,
        se_steps=se,
        low_steps=low,
        high_steps=high,
        runs=own.runs,
        passes=own.passes,
        inflation=own.inflation,
    )


def _zone(zones: Mapping[str, float] | float | None, name: str) -> float | None:
    return zones.get(name) if isinstance(zones, Mapping) else zones


def _inside(low: float, high: float, zone: float | None) -> bool | None:
    """Return what `FilterOffset.inside_focus_zone` means; None if the interval does not tell."""
    if zone is None:
        return None
    if max(-low, high) < zone / 2:
        return True
    return False if abs(low + high) / 2 > zone / 2 else None


def _names(table: RunTable) -> str:
    return ", ".join(name for name in table.filters[1:])
