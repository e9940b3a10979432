"""How autofocus runs scatter: a scale mixture of normals, from good runs to wild ones."""

from dataclasses import dataclass

import numpy as np

from rigd.learning.estimator.table import Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class NoiseClasses:
    """A scale mixture of normals for the noise of a run: classes from good to wild."""

    variances: Floats
    """As multiples of the typical variance."""
    shares: Floats
    """Prior probability of each class."""
    expected: float
    """Prior probability that a table of runs scatters like this."""


ROUGH = NoiseClasses(
    expected=0.8,
    variances=np.array([0.5, 1.0, 2.0, 5.0, 25.0, 225.0]),
    shares=np.array([0.25, 0.3, 0.25, 0.13, 0.05, 0.02]),
)
"""A Student t with three degrees of freedom, cut into six classes, gives the shares 0.24, 0.31,
0.27, 0.15, 0.03 and 0.002. Our choice is to raise the last two: a run that found the wrong star is
wilder than any t (15 standard deviations instead of 5).
"""
CALM = NoiseClasses(
    expected=0.2,
    variances=np.array([1.0, 9.0, 225.0]),
    shares=np.array([0.97, 0.02, 0.01]),
)
"""On a calm night nearly all runs are equally good, and suspecting them costs precision. If one run
in twenty is wild, one table of 25 in four has none (0.95 ** 25 = 0.28): hence `expected`.
"""


def weigh_runs(squares: Floats, classes: NoiseClasses) -> tuple[Floats, Floats, Floats]:
    """Return the expected precision of each run, its variance, and what they cost the bound.

    The runs are those of the last axis; each row of the others has a cost of its own.
    """
    log_odds = (
        np.log(classes.shares)
        - 0.5 * np.log(classes.variances)
        - 0.5 * squares[..., None] / classes.variances
    )
    odds = np.exp(log_odds - log_odds.max(axis=-1, keepdims=True))
    odds /= odds.sum(axis=-1, keepdims=True)
    mean = odds @ (1 / classes.variances)
    away = odds @ np.log(np.sqrt(classes.variances) / classes.shares)
    away += (odds * np.log(np.maximum(odds, 1e-300))).sum(axis=-1)
    cost: Floats = (away + 0.5 * np.log(mean)).sum(axis=-1)
    return mean, odds @ (1 / classes.variances**2) - mean**2, cost
