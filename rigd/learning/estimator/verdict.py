"""What a table of runs can support at all, and how far a filter's offset may be trusted."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from rigd.learning.estimator.table import Floats, RunTable
from rigd.learning.sureness import MIN_RUNS, find_largest_error

MIN_PASSES = 2
"""With one block of runs only, a filter cannot be told from the time of that block."""
MAX_INFLATION = 5.0
"""Largest variance inflation by a smooth drift; beyond it, filter and time are one. Textbooks warn
of factors from 5 on (James et al., An Introduction to Statistical Learning, 3.3.3).
"""


MAX_SWEEPS = 5.0
"""No filter moves the focus by so many sweeps. Our choice: a sweep sees some focus zones on either
side, and from the thickest filter to none the focus moves by about one of them.
"""


class OffsetState(StrEnum):
    """How much an offset is worth."""

    MODELLED = "modelled"
    """Predicted; runs have not decided anything yet."""
    PROVISIONAL = "provisional"
    """Measured, but its standard error is not below a sixth of the focus zone."""
    TRUSTED = "trusted"
    """Measured, and its standard error is below a sixth of the focus zone."""
    REFUSED = "refused"
    """The runs do not support an answer, or none that is sure enough; the reason says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """What number and order of the runs allow to say about one filter."""

    runs: int
    passes: int
    """Returns to the filter: stretches of its runs, cut by another filter, by a night's end or by
    a new zero of the focuser.
    """
    inflation: float | None
    """Variance of the offset with an unknown smooth drift, over that without; None: the filter
    shares no night with the reference.
    """


def assess_support(table: RunTable, index: int) -> Support:
    """Return the support of one filter beside the reference (index 0)."""
    return Support(
        runs=int((table.filter_index == index).sum()),
        passes=_passes(table, index),
        inflation=_inflation(table, index),
    )


def find_objection(name: str, reference: str, own: Support, other: Support) -> str | None:
    """Return why these runs cannot tell this filter's offset; None if they can."""
    found = []
    for who, what in ((name, own), (reference, other)):
        if what.runs < MIN_RUNS:
            found.append(f"too few runs: {what.runs} of {MIN_RUNS} for {who}")
        if what.passes < MIN_PASSES and what.runs > 1:
            found.append(f"never interleaved: all {what.runs} runs of {who} are one block in time")
    if own.runs and own.inflation is None:
        found.append(f"aliased with the night: {name} shares no night with {reference}")
    elif own.inflation is not None and own.inflation > MAX_INFLATION:
        found.append(
            f"aliased with time: an unknown drift would inflate the variance of {name} - "
            f"{reference} by {_figure(own.inflation)}, the limit is {MAX_INFLATION:g}"
        )
    return "; ".join(found) or None


def find_implausible(table: RunTable, index: int, offset_steps: float) -> str | None:
    """Return why an offset can hardly be that of a filter; None if nothing speaks against it."""
    sweeps = table.sweeps_steps[np.isin(table.filter_index, (0, index))]
    known = sweeps[np.isfinite(sweeps)]
    sweep = float(np.median(known)) if len(known) else 0.0
    if not sweep or abs(offset_steps) <= MAX_SWEEPS * sweep:
        return None
    return (
        f"{offset_steps:+.0f} steps is {abs(offset_steps) / sweep:.0f} times as far as an "
        f"autofocus sweeps here ({sweep:.0f} steps): rather another telescope's runs than a "
        "filter's offset; take those back (`rigd runs forget --positions LOW-HIGH`), or state the "
        "offset in the profile"
    )


def grade_offset(
    se_steps: float, *, run_scatter_steps: float, focus_zone_steps: float | None
) -> tuple[OffsetState, str | None]:
    """Return the state of a measured offset whose runs raise no objection, and why no better one.

    Half the focus zone is three standard errors wide at a sixth of the zone (trusted).
    """
    largest = find_largest_error(run_scatter_steps, focus_zone_steps)
    if largest is not None and se_steps > largest:
        return (
            OffsetState.REFUSED,
            f"too unsure: standard error {se_steps:.1f} steps above {largest:.1f}, the larger of "
            "what one run scatters (as far as curves support it) and a quarter of the focus zone",
        )
    if focus_zone_steps is None:
        return OffsetState.PROVISIONAL, "the focus zone in steps is unknown"
    sixth = focus_zone_steps / 6
    if se_steps < sixth:
        return OffsetState.TRUSTED, None
    return (
        OffsetState.PROVISIONAL,
        f"standard error {se_steps:.1f} steps above a sixth of the focus zone, {sixth:.1f}",
    )


def _passes(table: RunTable, index: int) -> int:
    """Count the stretches of a filter's runs, as `Support.passes` defines them."""
    here = table.filter_index == index
    fresh = np.ones(len(here), dtype=bool)
    fresh[1:] = ~here[:-1] | (table.level_index[1:] != table.level_index[:-1])
    return int((here & fresh).sum())


def _inflation(table: RunTable, index: int) -> float | None:
    """Return the ratio of the offset's variances with and without a polynomial in time per level.

    A parabola where a level has six runs, a line where it has three: no more coefficients than
    half the runs, or the drift would explain everything.
    """
    if index == 0:
        return 1.0
    present = [i for i in range(1, len(table.filters)) if (table.filter_index == i).any()]
    if index not in present:
        return None
    filters = (table.filter_index[:, None] == np.array(present)[None, :]).astype(np.float64)
    plain, drifting = [filters], [filters]
    for one in range(table.levels):
        here = table.level_index == one
        level = here.astype(np.float64)
        plain.append(level[:, None])
        hours = np.where(here, table.hours - table.hours[here].mean(), 0.0)
        hours = hours / max(float(np.abs(hours).max()), 1e-9)
        order = 2 if here.sum() >= 6 else 1 if here.sum() >= 3 else 0
        drifting.append(np.stack([np.where(here, hours**p, 0.0) for p in range(order + 1)], 1))
    at = present.index(index)
    still = _variance(np.concatenate(plain, axis=1), at)
    moving = _variance(np.concatenate(drifting, axis=1), at)
    if still is None:
        return None
    return np.inf if moving is None else moving / still


def _variance(columns: Floats, at: int) -> float | None:
    """Return the unit-noise variance of one least-squares coefficient; None if not determined.

    1 / (squared length of its column outside the space of the others), by Frisch, Waugh and Lovell.
    """
    rest = np.delete(columns, at, axis=1)
    own = columns[:, at]
    left = own - rest @ np.linalg.lstsq(rest, own, rcond=None)[0]
    square = float(left @ left)
    # 1e-8: what rounding leaves of a column that lies in the space of the others.
    return None if square < 1e-8 * float(own @ own) else 1 / square


def _figure(value: float) -> str:
    return "without limit" if value > 1000 else f"{value:.1f}"
