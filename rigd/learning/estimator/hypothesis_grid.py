"""The posterior, averaged over a grid of hypotheses instead of trusting the best one.

Outliers are weighed down by variational EM on the noise mixture: each run has a probability of
being good, ordinary or wild, from its expected squared residual. Noise scale, prior widths,
drift and night levels are summed over with their evidence.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rigd.learning.estimator.model import Covariances, Linear
from rigd.learning.estimator.posterior import Posterior
from rigd.learning.estimator.table import Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Tails:
    """What runs scatter like: classes from good to wild."""

    variances: Floats
    """As multiples of the typical variance."""
    shares: Floats
    expected: float
    """Prior probability."""


ROUGH = Tails(
    expected=0.8,
    variances=np.array([0.5, 1.0, 2.0, 5.0, 25.0, 225.0]),
    shares=np.array([0.25, 0.3, 0.25, 0.13, 0.05, 0.02]),
)
CALM = Tails(
    expected=0.2,
    variances=np.array([1.0, 9.0, 225.0]),
    shares=np.array([0.97, 0.02, 0.01]),
)
"""On a calm night nearly all runs are equally good: to suspect them costs precision. If one run in
twenty is wild, one table of 25 in four has none.
"""
PRIOR_FREEDOM = 4.0
"""Degrees of freedom of a filter's prior: heavy tails let a wrong prior lose."""
STEPS = 12
PRUNE = 1e-4
FEW_RUNS = 5
PLAIN_STARTS = 3
"""Of those that EM begins from: without whole filters of wild runs."""
SCATTER_RUNS = 20.0
"""How many runs the assumption is worth that all filters scatter alike."""
NOISE_GRID = 2.0 ** np.arange(-4.0, 2.01, 0.5)


def solve(
    linear: Linear, hypotheses: Covariances, relative_noise: Floats, scale_steps: float
) -> Posterior:
    """The posterior of the coefficients; deterministic, a few hundred milliseconds at most."""
    grid = _Grid(
        linear=linear,
        matrices=hypotheses.matrices,
        log_weights=hypotheses.log_weights,
        variances=relative_noise**2,
        noise=scale_steps * NOISE_GRID,
        centred=linear.response - linear.columns @ linear.mean,
        tails=ROUGH,
    )
    starts = _starts(linear, relative_noise)
    modes = _distinct([_climb(grid, *start) for start in starts])
    calm = replace(grid, tails=CALM)
    modes += _distinct([_climb(calm, *start) for start in starts[:PLAIN_STARTS]])
    heights = np.array([mode.bound + np.log(mode.tails.expected) for mode in modes])
    odds = np.exp(heights - heights.max())
    odds /= odds.sum()
    kept = [(mode, share) for mode, share in zip(modes, odds, strict=True) if share > 0.01]
    parts = [_components(grid, mode, share) for mode, share in kept]
    by_noise = sum(share * mode.fit.by_noise for mode, share in kept) / sum(s for _, s in kept)
    best = modes[int(odds.argmax())]
    weights = np.concatenate([part[0] for part in parts])
    return Posterior(
        weights=weights / weights.sum(),
        means=np.concatenate([part[1] for part in parts]) + linear.mean,
        covariances=np.concatenate([part[2] for part in parts]),
        noise_steps=float(np.exp(by_noise @ np.log(grid.noise))),
        drift_share=float(1 - best.fit.by_matrix[hypotheses.still[best.kept]].sum()),
        run_weights=np.minimum(best.weights, 1.0),
        residuals_steps=_residuals(_narrowed(grid, best.kept, best.variances), best),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mode:
    """One fixed point of the EM."""

    tails: Tails
    weights: Floats
    belief: Floats
    squares: Floats
    variances: Floats
    """Of each run, relative, with what was learnt of each filter's scatter."""
    fit: "_Evaluation"
    kept: NDArray[np.bool_]
    """Hypotheses about drift and nights that are worth evaluating."""
    bound: float
    """Lower bound of the log evidence, by which modes are weighed."""


def _climb(grid: "_Grid", weights: Floats, belief: Floats) -> _Mode:
    kept = np.ones(len(grid.matrices), dtype=bool)
    member = grid.linear.columns[:, 2:]
    scatter = np.ones(member.shape[1])
    prior_cost = run_cost = scatter_cost = 0.0
    for step in range(STEPS):
        variances = grid.variances * (member @ scatter)
        part = _narrowed(grid, kept, variances)
        fit = _evaluate(part, weights, belief)
        squares = _expected_squares(part, fit, weights)
        bound = fit.log_evidence - run_cost - prior_cost - scatter_cost
        before = weights
        weights, _, run_cost = _mixture(squares, grid.tails)
        belief, prior_cost = _belief(fit, grid.linear)
        if step == STEPS - 1 or (step > 2 and np.abs(weights - before).max() < 0.01):
            break
        kept[kept] = fit.by_matrix > PRUNE * fit.by_matrix.max()
        seen = scatter * ((weights * squares) @ member)
        scatter = (SCATTER_RUNS + seen) / (SCATTER_RUNS + member.sum(axis=0))
        scatter_cost = SCATTER_RUNS / 2 * float((np.log(scatter) + 1 / scatter).sum())
    return _Mode(
        tails=grid.tails,
        weights=before,
        belief=belief,
        squares=squares,
        variances=variances,
        fit=fit,
        kept=kept,
        bound=bound,
    )


def _narrowed(grid: "_Grid", kept: NDArray[np.bool_], variances: Floats) -> "_Grid":
    return replace(
        grid,
        matrices=grid.matrices[kept],
        log_weights=grid.log_weights[kept],
        variances=variances,
    )


def _distinct(modes: list[_Mode]) -> list[_Mode]:
    """Modes that believe the same runs are one."""
    found: list[_Mode] = []
    for mode in sorted(modes, key=lambda mode: -mode.bound):
        if all(np.abs(mode.weights - other.weights).max() > 0.1 for other in found):
            found.append(mode)
    return found


def _residuals(grid: "_Grid", mode: _Mode) -> Floats:
    """Expected noise of each run in one mode."""
    by_matrix = mode.fit.by_matrix
    inner = mode.fit.shares / np.maximum(by_matrix, 1e-300)[:, None, None]
    means = np.einsum("hsj,hsjp->hp", inner, mode.fit.means)
    left = grid.centred - means @ grid.linear.columns.T
    noise = np.einsum("hij,hj->hi", mode.fit.inverses, left) * grid.variances / mode.weights
    result: Floats = by_matrix @ noise
    return result


def _components(grid: "_Grid", mode: _Mode, share: float) -> tuple[Floats, Floats, Floats]:
    """The normals of one mode: shares, means, and covariances with honest weights."""
    part = _narrowed(grid, mode.kept, mode.variances)
    weights, spread, _ = _mixture(mode.squares, mode.tails)
    # Louis: the information of a run is its weight less what its class is unsure about.
    honest = np.maximum(weights - spread * mode.squares, 0.05 * weights)
    wide = _evaluate(part, honest, mode.belief)
    shares = mode.fit.shares.ravel()
    best = shares > PRUNE * shares.max()
    size = grid.linear.columns.shape[1]
    return (
        share * shares[best],
        mode.fit.means.reshape(-1, size)[best],
        wide.covariances.reshape(-1, size, size)[best],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grid:
    """What stays the same while weights are found."""

    linear: Linear
    matrices: Floats
    log_weights: Floats
    """Of the matrices."""
    variances: Floats
    """Of each run, relative."""
    noise: Floats
    """Candidate noise scales in steps."""
    centred: Floats
    """Response less what the prior means predict."""
    tails: Tails


@dataclass(frozen=True, slots=True, kw_only=True)
class _Evaluation:
    """Axes: covariance hypothesis, noise scale, width hypothesis (, coefficient)."""

    log_evidence: float
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
        + grid.log_weights[:, None, None]
    )
    highest = float(log_evidence.max())
    shares = np.exp(log_evidence - highest)
    return _Evaluation(
        log_evidence=highest + float(np.log(shares.sum())),
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


def _mixture(squares: Floats, tails: Tails) -> tuple[Floats, Floats, float]:
    """Expected precision of each run and its variance, over the classes; and the bound's cost."""
    log_odds = (
        np.log(tails.shares)
        - 0.5 * np.log(tails.variances)
        - 0.5 * squares[:, None] / tails.variances
    )
    odds = np.exp(log_odds - log_odds.max(axis=1, keepdims=True))
    odds /= odds.sum(axis=1, keepdims=True)
    mean = odds @ (1 / tails.variances)
    away = odds @ np.log(np.sqrt(tails.variances) / tails.shares)
    away += (odds * np.log(np.maximum(odds, 1e-300))).sum(axis=1)
    cost = float((away + 0.5 * np.log(mean)).sum())
    return mean, odds @ (1 / tails.variances**2) - mean**2, cost


def _belief(fit: _Evaluation, linear: Linear) -> tuple[Floats, float]:
    """How far each filter's prior is believed (weight of a Student-t, by EM); the bound's cost."""
    squares = fit.means**2 + np.diagonal(fit.covariances, axis1=-2, axis2=-1)
    ratio = np.einsum("hsj,hsjp->p", fit.shares, squares / linear.variances[None, None])
    ratio = ratio[linear.uncertain > 0]
    belief = np.ones(linear.columns.shape[1])
    belief[linear.uncertain > 0] = (PRIOR_FREEDOM + 1) / (PRIOR_FREEDOM + ratio)
    rate = (PRIOR_FREEDOM + ratio) / 2
    cost = PRIOR_FREEDOM / 2 * np.log(rate) + (PRIOR_FREEDOM + 1) / 2 * PRIOR_FREEDOM / 2 / rate
    return belief, float(cost.sum())


def _starts(linear: Linear, relative_noise: Floats) -> list[tuple[Floats, Floats]]:
    """Where EM begins: from what the runs say alone, and from what the priors say."""
    x, y = linear.columns, linear.response
    weights: Floats = np.ones(len(y))
    beta: Floats = np.zeros(x.shape[1])
    for _ in range(10):
        root = np.sqrt(weights) / relative_noise
        beta[:] = np.linalg.lstsq(x * root[:, None], y * root, rcond=None)[0]
        residual = np.abs(y - x @ beta) / relative_noise
        scale = max(1.4826 * float(np.median(residual)), 1e-9)
        weights = np.minimum(1.0, 1.5 * scale / np.maximum(residual, 1e-12))
    surprise = beta - linear.mean
    surprise[2:] -= np.median(surprise[2:])  # the level is not determined, only differences
    ratio = surprise**2 / np.median(linear.variances, axis=0)
    belief = (PRIOR_FREEDOM + 1) / (PRIOR_FREEDOM + ratio)
    belief = np.where(linear.uncertain > 0, belief, 1.0)
    weights = np.clip(weights, 0.01, 1.0)
    believing = np.ones_like(belief)
    starts = [(weights, belief), (weights, believing), (np.ones_like(weights), believing)]
    starts.extend(
        (np.where(column > 0, 0.02, weights), believing)
        for column in x.T[2:]
        if 0 < column.sum() <= FEW_RUNS  # a majority of them may be wild
    )
    return starts
