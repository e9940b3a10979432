"""What a fit leaves of each run: the data behind an offset."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from rigd.learning.estimator.fit import Fit


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResidual:
    """One run with what the fit explains of it."""

    filter: str
    time: datetime
    night: int
    position_steps: float
    level_steps: float
    """The position without the filter's offset: where the reference would have focused."""
    fitted_level_steps: float
    """The same without this run's own noise: night, temperature and drift."""
    residual_steps: float
    weight: float
    """How far the run was believed: 1 fully, 0 not at all."""


def residuals_of(fit: Fit, name: str | None = None) -> tuple[RunResidual, ...]:
    """Return the fitted runs in order of time; those of one filter only, if it is named."""
    table = fit.table
    size = len(table.filters)
    means, _ = fit.posterior.moments(np.eye(2 + size)[2:])
    found = []
    for at, index in enumerate(table.filter_index):
        filter_name = table.filters[index]
        if name is not None and filter_name != name:
            continue
        # Counted from the newest zero, so that all runs can be drawn in one picture.
        position = table.centred_steps[at] + table.positions_steps[-1] - table.centred_steps[-1]
        level = float(position - (means[index] - means[0]))
        residual = float(fit.posterior.residuals_steps[at])
        found.append(
            RunResidual(
                filter=filter_name,
                time=table.times[at],
                night=int(table.night_index[at]),
                position_steps=float(table.positions_steps[at]),
                level_steps=level,
                fitted_level_steps=level - residual,
                residual_steps=residual,
                weight=float(fit.posterior.run_weights[at]),
            )
        )
    return tuple(found)
