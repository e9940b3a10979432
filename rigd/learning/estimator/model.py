"""The statistical model: what a focus position is a sum of.

y = level + k (T - mean T) + c[filter] + night[n] + drift_n(t) + noise, where night levels are
normal, the drift inside a night is a Matern-3/2 process, and the noise is a scale mixture of
normals (most runs, poor runs, wild runs). Offsets are differences of c.

The grids of hypotheses are our choice: coarse, because they are averaged over, and wide, because
a drift that no hypothesis allows would be taken for an offset.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rigd.learning.estimator.prior import Prior
from rigd.learning.estimator.table import Floats, Ints, RunTable

DRIFT_RATIOS = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
"""Standard deviation of the drift as a multiple of the noise."""
DRIFT_HOURS = (0.5, 1.5, 4.0)
"""Time scale of the drift: settling of a mirror, lag of a tube, cooling through a night."""
NIGHT_RATIOS = (0.3, 3.0, 30.0, 3000.0)
"""Standard deviation of the night levels as a multiple of the noise: from a train that nobody
touches to one that is rebuilt (3000 leaves each night a level of its own).
"""
STILL_WEIGHT = 0.2
"""Prior probability that nothing drifts beyond what temperature explains; our choice."""
SHARED_DRIFT = 0.5
"""Share of the drift's variance that all nights have in common. Our choice: nights cool alike, but
no two are the same.
"""
PRIOR_SCALES = (1.0, 2.0, 4.0)
"""The stated widths of the priors may be too narrow; too wide ones only cost runs. Hence no factor
below 1.
"""
PRIOR_SCALE_WEIGHTS = (0.4, 0.4, 0.2)
"""Our choice: a stated width is as likely right as too small by a factor of 2."""
LEVEL_WIDTH = 100
"""Width of the level's prior as a multiple of the spread of the positions: as good as none."""
SLOPE_WIDTH = 2
"""The same of the slope, of what would explain the whole spread by temperature."""
LEAST_RANGE_C = 2.0
"""Temperatures that differ by less do not bound the slope."""
PINNED = 1e-6
"""Width of a coefficient that is 0 by definition, in units of the noise: a number, not 0, because
its inverse is needed.
"""
MAD_TO_SD = 1.4826
"""Standard deviation of a normal over its median absolute deviation: 1 / 0.6745."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearModel:
    """The linear part of the model, for n runs and f filters.

    The 2 + f coefficients are the level, the temperature slope, then one for each filter, the
    reference first.
    """

    columns: Floats
    """n x (2 + f)."""
    response: Floats
    """Centred positions in steps; n."""
    mean: Floats
    """Prior mean of each coefficient."""
    variances: Floats
    """Prior variances, one row for each hypothesis about the widths."""
    log_weights: Floats
    """Of those hypotheses."""
    uncertain: Floats
    """1 for coefficients whose prior may be plainly wrong (a filter 1 mm off), else 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Covariances:
    """Unit-noise covariances of drift and night levels, one for each hypothesis."""

    matrices: Floats
    log_weights: Floats
    still: NDArray[np.bool_]
    """Which of them have no drift."""


def build_linear_model(
    table: RunTable, priors: Mapping[str, Prior], slope: Prior | None, scale_steps: float
) -> LinearModel:
    """Build the linear part for these runs; `scale_steps` is a rough noise, for vague priors."""
    n, filters = len(table.positions_steps), len(table.filters)
    temperature = np.where(np.isfinite(table.temperatures_c), table.temperatures_c, np.nan)
    known = np.isfinite(temperature)
    temperature = np.where(
        known, temperature - (temperature[known].mean() if known.any() else 0.0), 0.0
    )
    columns = np.zeros((n, 2 + filters))
    columns[:, 0] = 1
    columns[:, 1] = temperature
    columns[np.arange(n), 2 + table.filter_index] = 1
    spread = float(np.ptp(table.centred_steps)) + scale_steps
    mean = np.zeros(2 + filters)
    sd = np.zeros(2 + filters)
    sd[0] = LEVEL_WIDTH * spread
    if slope is None:
        sd[1] = SLOPE_WIDTH * spread / max(float(np.ptp(temperature)), LEAST_RANGE_C)
    else:
        mean[1], sd[1] = slope.mean_steps, slope.sd_steps
    stated = np.zeros(2 + filters, dtype=bool)
    for index, name in enumerate(table.filters):
        if name in priors:
            stated[2 + index] = True
            mean[2 + index] = priors[name].mean_steps
            sd[2 + index] = priors[name].sd_steps
    pinned = np.zeros(2 + filters, dtype=bool)
    if priors and table.filters[0] not in priors:
        pinned[2] = True  # the priors are then stated relative to the reference itself
    vague = ~stated & ~pinned
    vague[:2] = False
    rows, weights = [], []
    widths = _vague_widths(table, scale_steps) if vague.any() else (1.0,)
    scales = zip(PRIOR_SCALES, PRIOR_SCALE_WEIGHTS, strict=True) if stated.any() else ((1.0, 1.0),)
    for scale, weight in scales:
        for width in widths:
            row = sd**2
            row[stated] *= scale**2
            row[vague] = width**2
            row[pinned] = (PINNED * scale_steps) ** 2
            rows.append(row)
            weights.append(np.log(weight))
    uncertain = (stated | vague).astype(np.float64)
    return LinearModel(
        columns=columns,
        response=table.centred_steps,
        mean=mean,
        variances=np.array(rows),
        log_weights=np.array(weights),
        uncertain=uncertain,
    )


def build_covariances(table: RunTable) -> Covariances:
    """Build every hypothesis about drift and night levels, in units of the noise variance.

    Matern-3/2 covariance of the drift over a lag d with the time scale l: (1 + sqrt(3) d / l)
    exp(-sqrt(3) d / l) (Rasmussen and Williams, Gaussian Processes for Machine Learning, eq. 4.17).
    Smoother than a random walk, rougher than a parabola: as focus drifts.
    """
    same = _alike(table.night_index)
    lag = np.abs(table.clock_hours[:, None] - table.clock_hours[None, :])
    # Nights cool alike: half of the drift is expected to come back every night.
    share = same if table.nights == 1 else (1 - SHARED_DRIFT) * same + SHARED_DRIFT
    drifts = [np.zeros_like(same)]
    for ratio in DRIFT_RATIOS[1:]:
        for length in DRIFT_HOURS:
            scaled = np.sqrt(3) * lag / length
            drifts.append(ratio**2 * share * (1 + scaled) * np.exp(-scaled))
    level = _alike(table.level_index)
    levels = [ratio**2 * level for ratio in NIGHT_RATIOS] if table.nights > 1 else [0 * same]
    if table.zeros:
        # Whatever levels have in common ends where the focuser is zeroed anew.
        levels = [one + NIGHT_RATIOS[-1] ** 2 * _alike(table.zero_index) for one in levels]
    weights = [STILL_WEIGHT, *[(1 - STILL_WEIGHT) / (len(drifts) - 1)] * (len(drifts) - 1)]
    return Covariances(
        matrices=np.array([d + one for one in levels for d in drifts]),
        log_weights=np.log(np.tile(weights, len(levels))),
        still=np.tile(np.arange(len(drifts)) == 0, len(levels)),
    )


def _alike(index: Ints) -> Floats:
    result: Floats = (index[:, None] == index[None, :]).astype(np.float64)
    return result


def _vague_widths(table: RunTable, scale_steps: float) -> Floats:
    """Return candidate widths, in steps, for the filters that nobody predicted.

    From the noise to three times the spread of the filters' medians, at least eight times the
    noise: with few runs the medians may lie together by chance.
    """
    medians = [
        float(np.median(table.centred_steps[table.filter_index == index]))
        for index in range(len(table.filters))
        if (table.filter_index == index).any()
    ]
    widest = max(8 * scale_steps, 3 * float(np.ptp(medians)))
    result: Floats = np.geomspace(scale_steps, widest, 4)
    return result
