"""What is known after the runs: a mixture of normals."""

import math
from dataclasses import dataclass

import numpy as np

from rigd.learning.estimator.table import Floats

NORMAL_95 = 1.96
"""Half the 95 % interval of a normal in standard deviations: where a search of it begins."""
MOST_STEPS = 100
"""So many halvings end below the last bit of a double; Newton's method takes about five steps."""
EXACT = 1e-9
"""A quantile is found once it moves by less, in standard deviations: the distribution function is
no more exact.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posterior:
    """A mixture of m normals over the p coefficients of `LinearModel`."""

    weights: Floats
    """m, of sum 1."""
    means: Floats
    """m x p, in steps."""
    covariances: Floats
    """m x p x p."""
    noise_steps: float
    """Typical standard deviation of one run."""
    drift_share: float
    """Probability that the focus drifted beyond what temperature explains."""
    run_weights: Floats
    """How far each run was believed, at most 1."""
    residuals_steps: Floats
    """What is left of each run after offset, temperature, night and drift."""

    def moments(self, contrast: Floats) -> tuple[Floats, Floats]:
        """Return mean and covariance of `contrast @ coefficients`; `contrast` is k x p."""
        means = self.means @ contrast.T
        mean = self.weights @ means
        away = means - mean
        inside = np.einsum("m,ai,mij,bj->ab", self.weights, contrast, self.covariances, contrast)
        return mean, inside + np.einsum("m,ma,mb->ab", self.weights, away, away)

    def interval(self, contrast: Floats, coverage: float) -> tuple[float, float]:
        """Return the equal-tailed interval of one combination of coefficients; `contrast` is p."""
        means = self.means @ contrast
        sds = np.sqrt(np.einsum("i,mij,j->m", contrast, self.covariances, contrast))
        tail = (1 - coverage) / 2
        return (
            _quantile(self.weights, means, sds, tail),
            _quantile(self.weights, means, sds, 1 - tail),
        )


def _quantile(weights: Floats, means: Floats, sds: Floats, share: float) -> float:
    """Return a quantile of a mixture of normals, by Newton's method inside a bracket.

    12 standard deviations hold every quantile that is asked for; a step that leaves the bracket
    halves it instead.
    """
    low, high = float((means - 12 * sds).min()), float((means + 12 * sds).max())
    middle = float(weights @ means)
    width = float(np.sqrt(weights @ (sds**2 + (means - middle) ** 2)))
    at = middle + width * (NORMAL_95 if share > 0.5 else -NORMAL_95)
    for _ in range(MOST_STEPS):
        z = (at - means) / sds
        excess = float(weights @ _normal_cdf(z)) - share
        low, high = (at, high) if excess < 0 else (low, at)
        density = float((weights / sds) @ np.exp(-(z**2) / 2)) / math.sqrt(2 * math.pi)
        after = at - excess / density if density > 0 else math.inf
        after = after if low < after < high else (low + high) / 2
        if abs(after - at) < EXACT * width:
            return after
        at = after
    return at


def _normal_cdf(z: Floats) -> Floats:
    """Return the distribution function (Abramowitz and Stegun 26.2.17, absolute error < 7.5e-8).

    NumPy has none, and SciPy would be a large dependency for one function.
    """
    t = 1 / (1 + 0.2316419 * np.abs(z))
    poly = t * (
        0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429)))
    )
    upper = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi) * poly
    result: Floats = np.where(z > 0, 1 - upper, upper)
    return result
