"""The runs that can be fitted, as arrays; the others, each with the reason."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from rigd.autofocus_logs.run import AutofocusRun, Coordinates
from rigd.learning.estimator.run_limit import MAX_RUNS
from rigd.learning.estimator.zero_point import ZeroPoint, zero_points, zero_starts
from rigd.optics.v_curve import ROUNDING_STEPS

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

LEAST_ERROR_STEPS = ROUNDING_STEPS / 3
"""However exactly a curve fits, its points, some nine, stand at positions rounded to steps."""
ERROR_SPREAD = 0.29
"""Standard deviation of the logarithm of a curve's error: 1 / sqrt(2 f) with the f = 6 degrees of
freedom that 9 points leave to a curve of 3 parameters.
"""
UNCHECKED = 2.0
"""Scatter of a run without a curve, as a multiple of that of its filter's others; our choice."""
MAX_RATIO = 10.0
"""No curve's error counts as more than so many typical ones; our choice."""
NIGHT_GAP = timedelta(hours=6)
"""A longer pause than this starts a new night, in any time zone. Our choice: longer than most
clouds stay, shorter than from one night's darkness to the next at 60 degrees of latitude.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A run that was not fitted, and why."""

    run: AutofocusRun
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunTable:
    """Runs in order of time, as arrays of one length."""

    filters: tuple[str, ...]
    """The names that `filter_index` points into; the reference is first."""
    filter_index: Ints
    night_index: Ints
    hours: Floats
    """Since the night's first run."""
    clock_hours: Floats
    """The same with one zero for all nights: what cooling has in common from night to night."""
    positions_steps: Floats
    centred_steps: Floats
    """The same, counted from the middle of the runs with the same zero."""
    zero_index: Ints
    zeros: tuple[ZeroPoint, ...]
    """Where the focuser was zeroed anew."""
    level_index: Ints
    """Runs with one level: a night, cut where the focuser was zeroed anew."""
    temperatures_c: Floats
    """Missing ones are interpolated in the night; in a night without any they are NaN."""
    times: tuple[datetime, ...]
    """UTC."""
    relative_noise: Floats
    """Standard deviation of a run as a multiple of the typical one."""
    stated_errors_steps: Floats
    """What the curve of each run says of its error; NaN where it says nothing."""
    sweeps_steps: Floats
    """From the first to the last point of each run's curve; NaN where it has none."""

    @property
    def nights(self) -> int:
        """How many nights there are."""
        return int(self.night_index[-1]) + 1

    @property
    def levels(self) -> int:
        """How many levels there are."""
        return int(self.level_index[-1]) + 1


def reason_to_leave_out(run: AutofocusRun) -> str | None:
    """Return the reason that forbids fitting a run; None if there is none."""
    if not run.ok:
        return run.reason or "the run failed"
    if not run.filter:
        return "its filter is unknown"
    if run.position_steps is None:
        return "its position is unknown"
    if run.time is None:
        return "its time is unknown"
    if run.coordinates is None:
        return "its frame is unknown: say whether positions are raw or logical"
    if run.coordinates is Coordinates.LOGICAL:
        return "its position is logical: turn it into raw with the journal first"
    return None


def tabulate(
    runs: Sequence[AutofocusRun], reference: str
) -> tuple[RunTable | None, tuple[LeftOut, ...]]:
    """Sort the runs into a table, None if none can be fitted, and a list of those left out."""
    left_out = []
    kept = []
    seen = set()
    for run in runs:
        reason = reason_to_leave_out(run)
        if reason is None and run.key in seen:
            reason = "the same run came twice"
        if reason is not None:
            left_out.append(LeftOut(run=run, reason=reason))
            continue
        seen.add(run.key)
        kept.append(run)
    kept.sort(key=lambda run: (run.time, run.filter, run.position_steps))
    old = f"older than the newest {MAX_RUNS} runs"
    left_out.extend(LeftOut(run=run, reason=old) for run in kept[:-MAX_RUNS])
    kept = kept[-MAX_RUNS:]
    if not kept:
        return None, tuple(left_out)
    return _arrays(kept, reference), tuple(left_out)


def _arrays(runs: Sequence[AutofocusRun], reference: str) -> RunTable:
    names = {run.filter for run in runs if run.filter}
    filters = (reference, *sorted(names - {reference}))
    times = [run.time for run in runs if run.time is not None]  # all have one by now
    nights, hours, clock = [], [], []
    first = last = times[0]
    night = 0
    for time in times:
        if time - last > NIGHT_GAP:
            night += 1
            first = time
        last = time
        nights.append(night)
        hours.append((time - first).total_seconds() / 3600)
        since = (time - times[0]).total_seconds() / 3600
        clock.append(
            (since + 6) % 24
        )  # the first run of all at 6: later nights may begin 6 h earlier
    night_index = np.array(nights, dtype=np.intp)
    positions = np.array([run.position_steps for run in runs], dtype=np.float64)
    filter_index = np.array([filters.index(run.filter or "") for run in runs], dtype=np.intp)
    hour_array = np.array(hours)
    starts = zero_starts(positions, filter_index, night_index, _least_scatter(runs))
    zero_index = np.zeros(len(runs), dtype=np.intp)
    for start, _ in starts:
        zero_index[start:] += 1
    cuts = np.concatenate([[0], np.diff(night_index) + np.diff(zero_index) > 0])
    zeros = range(len(starts) + 1)
    middles = np.array([np.median(positions[zero_index == zero]) for zero in zeros])
    return RunTable(
        filters=filters,
        filter_index=filter_index,
        night_index=night_index,
        times=tuple(times),
        hours=hour_array,
        clock_hours=np.array(clock),
        positions_steps=positions,
        centred_steps=positions - middles[zero_index],
        zero_index=zero_index,
        zeros=zero_points(starts, times),
        level_index=np.cumsum(cuts, dtype=np.intp),
        temperatures_c=_temperatures(runs, night_index, hour_array),
        relative_noise=_relative_noise(runs, filter_index),
        stated_errors_steps=_stated_errors(runs),
        sweeps_steps=np.array([_sweep(run) for run in runs], dtype=np.float64),
    )


def find_resolution(table: RunTable) -> float:
    """Return the steps between which no position lies: 1, or more of a coarse focuser.

    Runs that agree to the step seem to be coarse too: they do not show what they scatter.
    """
    whole = np.unique(np.round(table.positions_steps)).astype(np.int64)
    if np.abs(table.positions_steps - np.round(table.positions_steps)).max() > 0:
        return 0.0
    return float(max(1, math.gcd(*(int(step) for step in np.diff(whole)))))


def _sweep(run: AutofocusRun) -> float:
    positions = [point.position_steps for point in run.points]
    return max(positions) - min(positions) if len(positions) > 1 else math.nan


def _stated_errors(runs: Sequence[AutofocusRun]) -> Floats:
    stated = np.array([run.se_steps or math.nan for run in runs], dtype=np.float64)
    known = np.isfinite(stated) & (stated > 0)
    result: Floats = np.where(known, np.maximum(stated, LEAST_ERROR_STEPS), math.nan)
    return result


def _least_scatter(runs: Sequence[AutofocusRun]) -> float:
    """Return what one run scatters at least, in steps: one step, or what curves typically say."""
    stated = [run.se_steps for run in runs if run.se_steps]
    return max(1.0, float(np.median(stated)) if stated else 0.0)


def _temperatures(runs: Sequence[AutofocusRun], nights: Ints, hours: Floats) -> Floats:
    """Return the temperature of each run, interpolated inside its night where none was logged."""
    values = np.array(
        [math.nan if run.temperature_c is None else run.temperature_c for run in runs]
    )
    for night in range(int(nights[-1]) + 1):
        here = nights == night
        known = here & np.isfinite(values)
        if known.any() and not known[here].all():
            values[here] = np.interp(hours[here], hours[known], values[known])
    return values


def _relative_noise(runs: Sequence[AutofocusRun], filter_index: Ints) -> Floats:
    """Return the noise of each run from its curve's own error, as a multiple of the typical one.

    The error of a curve of nine points is itself known to a third only. So the errors of one
    filter's runs are drawn towards their median as far as chance explains how they differ (`real`
    is the share of their spread that it does not explain); what goes beyond two standard deviations
    of chance counts in full. Where others have curves, a run without one counts as twice as rough
    as its filter's others: nobody could check it.
    """
    stated = _stated_errors(runs)
    known = np.isfinite(stated)
    if not known.any():
        return np.ones(len(runs))
    overall = float(np.median(stated[known]))
    typical = np.full(len(runs), overall)
    for index in np.unique(filter_index[known]):
        here = filter_index == index
        typical[here] = np.median(stated[here & known])
    away = np.log(np.where(known, stated, typical) / typical)
    spread = float(np.mean(away[known] ** 2))
    real = max(0.0, 1 - ERROR_SPREAD**2 / spread) if spread else 0.0
    chance = np.clip(away, -2 * ERROR_SPREAD, 2 * ERROR_SPREAD)
    away = np.where(known, real * chance + (away - chance), np.log(UNCHECKED))
    ratio = typical * np.exp(away) / overall
    # A quarter of the variance is common to all (our choice): however good the curve, runs repeat
    # no better than the focuser and the air do.
    result: Floats = np.sqrt((3 * np.clip(ratio, 0, MAX_RATIO) ** 2 + 1) / 4)
    return result
