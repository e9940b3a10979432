"""The posterior, averaged over a grid of hypotheses instead of trusting the best one.

Outliers are weighed down by variational EM on the noise mixture: each run has a probability of
being good, ordinary or wild, from its expected squared residual. Noise scale, prior widths,
drift and night levels are summed over with their evidence.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rigd.estimator.model import Covariances, Linear
from rigd.estimator.table import Floats

NOISE_VARIANCES = np.array([0.5, 1.0, 2.0, 5.0, 25.0, 225.0])
"""Classes of runs, from good to wild, as multiples of the typical variance."""
NOISE_SHARES = np.array([0.25, 0.3, 0.25, 0.13, 0.05, 0.02])
PRIOR_FREEDOM = 4.0
"""Degrees of freedom of a filter's prior: heavy tails let a wrong prior lose."""
STEPS = 12
PRUNE = 1e-4
NOISE_GRID = 2.0 ** np.arange(-4.0, 2.01, 0.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Posterior:
    """A mixture of normals over the coefficients of `Linear`."""

    weights: Floats
    means: Floats
    covariances: Floats
    noise_steps: float
    """Typical standard deviation of one run."""
    drift_share: float
    """Probability that the focus drifted beyond what temperature explains."""
    run_weights: Floats
    """How far each run was believed, at most 1."""

    def moments(self, contrast: Floats) -> tuple[Floats, Floats]:
        """Mean and covariance of `contrast @ coefficients`."""
        means = self.means @ contrast.T
        mean = self.weights @ means
        away = means - mean
        inside = np.einsum("m,ai,mij,bj->ab", self.weights, contrast, self.covariances, contrast)
        return mean, inside + np.einsum("m,ma,mb->ab", self.weights, away, away)

    def interval(self, contrast: Floats, coverage: float) -> tuple[float, float]:
        """Equal-tailed interval of one combination of coefficients."""
        means = self.means @ contrast
        sds = np.sqrt(np.einsum("i,mij,j->m", contrast, self.covariances, contrast))
        tail = (1 - coverage) / 2
        return (
            _quantile(self.weights, means, sds, tail),
            _quantile(self.weights, means, sds, 1 - tail),
        )


def solve(
    linear: Linear, hypotheses: Covariances, relative_noise: Floats, scale_steps: float
) -> Posterior:
    """The posterior of the coefficients; deterministic, a few hundred milliseconds at most."""
    grid = _Grid(
        linear=linear,
        matrices=hypotheses.matrices,
        variances=relative_noise**2,
        noise=scale_steps * NOISE_GRID,
        centred=linear.response - linear.columns @ linear.mean,
    )
    weights = _first_weights(linear, relative_noise)
    belief = np.ones(linear.columns.shape[1])
    for step in range(STEPS):
        fit = _evaluate(grid, weights, belief)
        before = weights
        weights, _ = _mixture(_expected_squares(grid, fit, weights))
        belief = _belief(fit, linear)
        keep = fit.by_matrix > PRUNE * fit.by_matrix.max()
        grid = replace(grid, matrices=grid.matrices[keep])
        if step > 2 and np.abs(weights - before).max() < 0.01:
            break
    fit = _evaluate(grid, weights, belief)
    squares = _expected_squares(grid, fit, weights)
    weights, spread = _mixture(squares)
    # Louis: the information of a run is its weight less what its class is unsure about.
    honest = np.maximum(weights - spread * squares, 0.05 * weights)
    wide = _evaluate(grid, honest, belief)
    shares = fit.shares.ravel()
    best = shares > PRUNE * shares.max()
    size = linear.columns.shape[1]
    return Posterior(
        weights=shares[best] / shares[best].sum(),
        means=fit.means.reshape(-1, size)[best] + linear.mean,
        covariances=wide.covariances.reshape(-1, size, size)[best],
        noise_steps=float(np.exp(fit.by_noise @ np.log(grid.noise))),
        drift_share=float(1 - fit.by_matrix[_still(grid.matrices)].sum()),
        run_weights=np.minimum(weights, 1.0),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grid:
    """What stays the same while weights are found."""

    linear: Linear
    matrices: Floats
    variances: Floats
    """Of each run, relative."""
    noise: Floats
    """Candidate noise scales in steps."""
    centred: Floats
    """Response less what the prior means predict."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Evaluation:
    """Axes: covariance hypothesis, noise scale, width hypothesis (, coefficient)."""

    shares: Floats
    means: Floats
    covariances: Floats
    inverses: Floats

    @property
    def by_matrix(self) -> Floats:
        result: Floats = self.shares.sum(axis=(1, 2))
        return result

    @property
    def by_noise(self) -> Floats:
        result: Floats = self.shares.sum(axis=(0, 2))
        return result


def _evaluate(grid: _Grid, weights: Floats, belief: Floats) -> _Evaluation:
    """Evidence and posterior of every hypothesis, the weights of the runs given."""
    x, y = grid.linear.columns, grid.centred
    full = grid.matrices + np.diag(grid.variances / weights)
    inverses = np.linalg.inv(full)
    log_dets: Floats = np.linalg.slogdet(full)[1]
    whitened = inverses @ x
    data = np.einsum("ip,hiq->hpq", x, whitened)
    cross = np.einsum("hip,i->hp", whitened, y)
    square = np.einsum("i,hij,j->h", y, inverses, y)
    variances = grid.noise**2
    prior = belief / grid.linear.variances
    precision = data[:, None, None] / variances[None, :, None, None, None]
    precision = precision + prior[None, None, :, :, None] * np.eye(x.shape[1])
    right = cross[:, None, None] / variances[None, :, None, None]
    right = np.broadcast_to(right, precision.shape[:4])
    covariances: Floats = np.linalg.inv(precision)
    means = np.einsum("hsjpq,hsjq->hsjp", covariances, right)
    log_evidence = (
        -0.5 * len(y) * np.log(variances)[None, :, None]
        - 0.5 * log_dets[:, None, None]
        - 0.5 * np.linalg.slogdet(precision)[1]
        + 0.5 * np.log(prior).sum(axis=1)[None, None, :]
        - 0.5 * square[:, None, None] / variances[None, :, None]
        + 0.5 * np.einsum("hsjp,hsjp->hsj", means, right)
        + grid.linear.log_weights[None, None, :]
    )
    shares = np.exp(log_evidence - log_evidence.max())
    return _Evaluation(
        shares=shares / shares.sum(),
        means=means,
        covariances=covariances,
        inverses=np.asarray(inverses, dtype=np.float64),
    )


def _expected_squares(grid: _Grid, fit: _Evaluation, weights: Floats) -> Floats:
    """Expected squared noise of each run, in units of its ordinary variance."""
    x, y = grid.linear.columns, grid.centred
    scaled = grid.variances / weights
    total = np.zeros(len(y))
    inner = fit.shares / np.maximum(fit.by_matrix, 1e-300)[:, None, None]
    precision = np.einsum("hsj,s->h", inner, grid.noise**-2.0)
    mean = np.einsum("hsj,hsjp->hp", inner, fit.means)
    away = fit.means - mean[:, None, None]
    covariance = np.einsum("hsj,hsjpq->hpq", inner, fit.covariances)
    covariance += np.einsum("hsj,hsjp,hsjq->hpq", inner, away, away)
    for h, share in enumerate(fit.by_matrix):
        if share < PRUNE:
            continue
        residual = scaled * (fit.inverses[h] @ (y - x @ mean[h]))
        lever = scaled[:, None] * (fit.inverses[h] @ x)
        known = np.einsum("ip,pq,iq->i", lever, covariance[h], lever) + residual**2
        unknown = scaled - scaled**2 * np.diag(fit.inverses[h])
        total += share * (known * precision[h] + unknown) / grid.variances
    return total


def _mixture(squares: Floats) -> tuple[Floats, Floats]:
    """Expected precision of each run and the variance of that, over the classes of runs."""
    log_odds = (
        np.log(NOISE_SHARES)
        - 0.5 * np.log(NOISE_VARIANCES)
        - 0.5 * squares[:, None] / NOISE_VARIANCES
    )
    odds = np.exp(log_odds - log_odds.max(axis=1, keepdims=True))
    odds /= odds.sum(axis=1, keepdims=True)
    mean = odds @ (1 / NOISE_VARIANCES)
    return mean, odds @ (1 / NOISE_VARIANCES**2) - mean**2


def _belief(fit: _Evaluation, linear: Linear) -> Floats:
    """How far each filter's prior is believed (weight of a Student-t, by EM)."""
    squares = fit.means**2 + np.diagonal(fit.covariances, axis1=-2, axis2=-1)
    ratio = np.einsum("hsj,hsjp->p", fit.shares, squares / linear.variances[None, None])
    weight = (PRIOR_FREEDOM + 1) / (PRIOR_FREEDOM + ratio)
    result: Floats = np.where(linear.uncertain > 0, weight, 1.0)
    return result


def _first_weights(linear: Linear, relative_noise: Floats) -> Floats:
    """Huber weights of a plain regression: a start from which EM finds the right mode."""
    x, y = linear.columns, linear.response
    weights = np.ones(len(y))
    for _ in range(10):
        root = np.sqrt(weights) / relative_noise
        beta = np.linalg.lstsq(x * root[:, None], y * root, rcond=None)[0]
        residual = np.abs(y - x @ beta) / relative_noise
        scale = max(1.4826 * float(np.median(residual)), 1e-9)
        weights = np.minimum(1.0, 1.5 * scale / np.maximum(residual, 1e-12))
    return np.clip(weights, 0.01, 1.0)


def _still(matrices: Floats) -> NDArray[np.bool_]:
    """Which hypotheses have no drift: their covariance is constant inside each night."""
    return np.array([np.unique(np.round(m[m > 0], 9)).size <= 1 for m in matrices])


def _quantile(weights: Floats, means: Floats, sds: Floats, share: float) -> float:
    low, high = float((means - 12 * sds).min()), float((means + 12 * sds).max())
    for _ in range(60):
        middle = (low + high) / 2
        if weights @ _normal_cdf((middle - means) / sds) < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _normal_cdf(z: Floats) -> Floats:
    """Abramowitz and Stegun 26.2.17, absolute error below 7.5e-8."""
    t = 1 / (1 + 0.2316419 * np.abs(z))
    poly = t * (
        0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429)))
    )
    upper = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi) * poly
    result: Floats = np.where(z > 0, 1 - upper, upper)
    return result
