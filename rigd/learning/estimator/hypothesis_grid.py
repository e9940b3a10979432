"""The posterior, averaged over a grid of hypotheses instead of trusting the best one.

Outliers get less weight by variational EM on the noise mixture: each run has a probability of
being good, ordinary or wild, from its expected squared residual (Bishop, Pattern Recognition and
Machine Learning, chapter 10). Noise scale, prior widths, drift and night levels are summed over
with their evidence (Bayesian model averaging). EM finds one fixed point for each start, and several
may explain the runs: each is kept with the weight of its evidence.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rigd.learning.estimator.model import MAD_TO_SD, Covariances, LinearModel
from rigd.learning.estimator.noise import CALM, ROUGH, NoiseClasses, weigh_runs
from rigd.learning.estimator.posterior import Posterior
from rigd.learning.estimator.table import Floats

PRIOR_FREEDOM = 4.0
"""Degrees of freedom of a filter's prior. Our choice: tails heavy enough that a prior for the wrong
glass loses against the runs, and still a finite variance.
"""
STEPS = 12
"""Most rounds of EM from one start; on bench/offsets.py most starts settle in four to nine."""
SETTLED = 0.01
"""EM has settled when no weight of a run changes by more; our choice."""
PRUNE = 1e-4
"""Hypotheses below this share of the best are not evaluated any further; our choice."""
MODE_SHARE = 0.01
"""Fixed points of EM that explain the runs with a smaller probability are dropped; our choice."""
SAME_MODE = 0.1
"""Two fixed points are one if no run's weight differs by more; our choice."""
FEW_RUNS = 5
"""Of so few runs of one filter the majority may be wild, which EM cannot see from other starts."""
WILD_WEIGHT = 0.02
"""With which such a start begins: between those of the two wild classes, 1 / 25 and 1 / 225."""
PLAIN_STARTS = 3
"""Of the starts, those that do not suspect all runs of a filter; `CALM` needs no others."""
SCATTER_RUNS = 20.0
"""How many runs the assumption is worth that all filters scatter alike. Our choice: a filter's own
scatter counts for half once it has as many.
"""
NOISE_GRID = 2.0 ** np.arange(-4.0, 2.01, 0.5)
"""Candidates for the noise, as multiples of the rough guess, a factor of sqrt(2) apart. They reach
farther down than up because drift and wild runs inflate the guess.
"""
LEAST_INFORMATION = 0.05
"""Share of a run's weight that Louis' correction leaves at least: information stays positive."""
HUBER = 1.5
"""In a start, residuals above so many standard deviations count less (Huber, 1964; usual values
are 1.3 to 1.5).
"""


def solve(
    linear: LinearModel, hypotheses: Covariances, relative_noise: Floats, scale_steps: float
) -> Posterior:
    """Compute the posterior of the coefficients; deterministic.

    Args:
        linear: The model's columns, response and priors; n runs, p coefficients.
        hypotheses: About drift and night levels, each an n x n covariance in units of the noise.
        relative_noise: Standard deviation of each run as a multiple of the typical one; n.
        scale_steps: A rough guess of the typical noise, that the grid is centred on.
    """
    grid = _Grid(
        linear=linear,
        matrices=hypotheses.matrices,
        log_weights=hypotheses.log_weights,
        variances=relative_noise**2,
        noise=scale_steps * NOISE_GRID,
        centred=linear.response - linear.columns @ linear.mean,
        classes=ROUGH,
    )
    starts = _starts(linear, relative_noise)
    modes = _distinct([_climb(grid, *start) for start in starts])
    calm = replace(grid, classes=CALM)
    modes += _distinct([_climb(calm, *start) for start in starts[:PLAIN_STARTS]])
    heights = np.array([mode.bound + np.log(mode.classes.expected) for mode in modes])
    odds = np.exp(heights - heights.max())
    odds /= odds.sum()
    kept = [(mode, share) for mode, share in zip(modes, odds, strict=True) if share > MODE_SHARE]
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
        residuals_steps=_residuals(_narrow(grid, best.kept, best.variances), best),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mode:
    """One fixed point of the EM."""

    classes: NoiseClasses
    weights: Floats
    """Expected precision of each run, in units of the typical one."""
    belief: Floats
    """How far the prior of each coefficient is believed; 1 is fully."""
    squares: Floats
    """Expected squared noise of each run, in units of its ordinary variance."""
    variances: Floats
    """Of each run, relative, with what was learnt of each filter's scatter."""
    fit: "_Evaluation"
    kept: NDArray[np.bool_]
    """Hypotheses about drift and nights that are worth evaluating."""
    bound: float
    """Lower bound of the log evidence, by which modes are weighed."""


def _climb(grid: "_Grid", weights: Floats, belief: Floats) -> _Mode:
    """Run EM from one start until the weights of the runs settle."""
    kept = np.ones(len(grid.matrices), dtype=bool)
    member = grid.linear.columns[:, 2:]
    scatter = np.ones(member.shape[1])
    prior_cost = run_cost = scatter_cost = 0.0
    for step in range(STEPS):
        variances = grid.variances * (member @ scatter)
        part = _narrow(grid, kept, variances)
        fit = _evaluate(part, weights, belief)
        squares = _expected_squares(part, fit, weights)
        bound = fit.log_evidence - run_cost - prior_cost - scatter_cost
        before = weights
        weights, _, run_cost = weigh_runs(squares, grid.classes)
        belief, prior_cost = _weigh_priors(fit, grid.linear)
        # At least four rounds: scatter and beliefs follow the weights one round later.
        if step == STEPS - 1 or (step > 2 and np.abs(weights - before).max() < SETTLED):
            break
        kept[kept] = fit.by_matrix > PRUNE * fit.by_matrix.max()
        seen = scatter * ((weights * squares) @ member)
        scatter = (SCATTER_RUNS + seen) / (SCATTER_RUNS + member.sum(axis=0))
        scatter_cost = SCATTER_RUNS / 2 * float((np.log(scatter) + 1 / scatter).sum())
    return _Mode(
        classes=grid.classes,
        weights=before,  # those that `fit` was evaluated with
        belief=belief,
        squares=squares,
        variances=variances,
        fit=fit,
        kept=kept,
        bound=bound,
    )


def _narrow(grid: "_Grid", kept: NDArray[np.bool_], variances: Floats) -> "_Grid":
    return replace(
        grid,
        matrices=grid.matrices[kept],
        log_weights=grid.log_weights[kept],
        variances=variances,
    )


def _distinct(modes: list[_Mode]) -> list[_Mode]:
    """Return the modes without repetitions: those that believe the same runs are one."""
    found: list[_Mode] = []
    for mode in sorted(modes, key=lambda mode: -mode.bound):
        if all(np.abs(mode.weights - other.weights).max() > SAME_MODE for other in found):
            found.append(mode)
    return found


def _residuals(grid: "_Grid", mode: _Mode) -> Floats:
    """Return the expected noise of each run in steps, in one mode."""
    by_matrix = mode.fit.by_matrix
    inner = mode.fit.shares / np.maximum(by_matrix, 1e-300)[:, None, None]
    means = np.einsum("hsj,hsjp->hp", inner, mode.fit.means)
    left = grid.centred - means @ grid.linear.columns.T
    noise = np.einsum("hij,hj->hi", mode.fit.inverses, left) * grid.variances / mode.weights
    result: Floats = by_matrix @ noise
    return result


def _components(grid: "_Grid", mode: _Mode, share: float) -> tuple[Floats, Floats, Floats]:
    """Return the normals of one mode: shares, means, and covariances.

    The covariances are evaluated with smaller weights than the means: which class a run belongs to
    is itself uncertain, and EM alone would give intervals that are too narrow.
    """
    part = _narrow(grid, mode.kept, mode.variances)
    weights, spread, _ = weigh_runs(mode.squares, mode.classes)
    # Observed information (Louis, J. R. Stat. Soc. B 44, 226, 1982): the weight of a run less what
    # its class is unsure about.
    reduced = np.maximum(weights - spread * mode.squares, LEAST_INFORMATION * weights)
    wide = _evaluate(part, reduced, mode.belief)
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

    linear: LinearModel
    matrices: Floats
    log_weights: Floats
    """Of the matrices."""
    variances: Floats
    """Of each run, relative."""
    noise: Floats
    """Candidate noise scales in steps."""
    centred: Floats
    """Response less what the prior means predict."""
    classes: NoiseClasses


@dataclass(frozen=True, slots=True, kw_only=True)
class _Evaluation:
    """Every hypothesis evaluated.

    Axes: covariance hypothesis h, noise scale s, prior-width hypothesis j (, coefficients p, q).
    """

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
    """Compute evidence and posterior of every hypothesis, the weights of the runs given.

    Bayesian linear regression with known covariance: A = X' V^-1 X / s^2 + P is the posterior
    precision, A^-1 X' V^-1 y / s^2 its mean, and the evidence is the normal density of y (Bishop,
    section 3.5). V depends on h alone, s^2 is a factor: one inverse serves all noise scales. So do
    the eigenvalues l and eigenvectors U of P^-1/2 X' V^-1 X P^-1/2, P being diagonal: then A^-1 is
    P^-1/2 U (1 + l / s^2)^-1 U' P^-1/2 (Golub and Van Loan, Matrix Computations, section 8.7).
    """
    x, y = grid.linear.columns, grid.centred
    full = grid.matrices + np.diag(grid.variances / weights)
    inverses = np.linalg.inv(full)
    log_dets: Floats = np.linalg.slogdet(full)[1]
    whitened = inverses @ x
    data = x.T @ whitened
    cross = np.einsum("hip,i->hp", whitened, y)
    square = np.einsum("i,hij,j->h", y, inverses, y)
    variances = grid.noise**2
    root = np.sqrt(belief / grid.linear.variances)
    values, vectors = np.linalg.eigh(data[:, None] / (root[:, :, None] * root[:, None, :]))
    values = np.maximum(values, 0.0)[:, None] / variances[None, :, None, None]
    axes = (vectors / root[None, :, :, None])[:, None]
    along = np.einsum("hjpk,hp->hjk", axes[:, 0], cross)[:, None] / variances[:, None, None]
    shrunk = along / (1 + values)
    means = (axes @ shrunk[..., None])[..., 0]
    covariances: Floats = (axes / (1 + values)[..., None, :]) @ axes.swapaxes(-1, -2)
    log_evidence = (
        -0.5 * len(y) * np.log(variances)[None, :, None]
        - 0.5 * log_dets[:, None, None]
        - 0.5 * np.log1p(values).sum(axis=-1)
        - 0.5 * square[:, None, None] / variances[None, :, None]
        + 0.5 * (along * shrunk).sum(axis=-1)
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
    """Return the expected squared noise of each run, in units of its ordinary variance.

    For each covariance hypothesis: the squared residual, what the coefficients are uncertain by
    (`known`), and what the split between drift and noise is uncertain by (`unknown`).
    """
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
            continue  # cannot change a weight visibly
        residual = scaled * (fit.inverses[h] @ (y - x @ mean[h]))
        lever = scaled[:, None] * (fit.inverses[h] @ x)
        known = np.einsum("ip,pq,iq->i", lever, covariance[h], lever) + residual**2
        unknown = scaled - scaled**2 * np.diag(fit.inverses[h])
        total += share * (known * precision[h] + unknown) / grid.variances
    return total


def _weigh_priors(fit: _Evaluation, linear: LinearModel) -> tuple[Floats, float]:
    """Return how far each filter's prior is believed, and what that costs the bound.

    The weight of a Student t in EM, (f + 1) / (f + r^2), with f degrees of freedom and the expected
    squared deviation r^2 (Lange, Little and Taylor, J. Am. Stat. Assoc. 84, 881, 1989).
    """
    squares = fit.means**2 + np.diagonal(fit.covariances, axis1=-2, axis2=-1)
    ratio = np.einsum("hsj,hsjp->p", fit.shares, squares / linear.variances[None, None])
    ratio = ratio[linear.uncertain > 0]
    belief = np.ones(linear.columns.shape[1])
    belief[linear.uncertain > 0] = (PRIOR_FREEDOM + 1) / (PRIOR_FREEDOM + ratio)
    rate = (PRIOR_FREEDOM + ratio) / 2
    cost = PRIOR_FREEDOM / 2 * np.log(rate) + (PRIOR_FREEDOM + 1) / 2 * PRIOR_FREEDOM / 2 / rate
    return belief, float(cost.sum())


def _starts(linear: LinearModel, relative_noise: Floats) -> list[tuple[Floats, Floats]]:
    """Return where EM begins, as weights of runs and beliefs in priors.

    From what the runs say alone (a robust regression), from what the priors say, and with each
    small filter suspected as a whole.
    """
    x, y = linear.columns, linear.response
    weights: Floats = np.ones(len(y))
    beta: Floats = np.zeros(x.shape[1])
    for _ in range(10):  # a start only: EM goes on from wherever this stands
        root = np.sqrt(weights) / relative_noise
        beta[:] = np.linalg.lstsq(x * root[:, None], y * root, rcond=None)[0]
        residual = np.abs(y - x @ beta) / relative_noise
        scale = max(MAD_TO_SD * float(np.median(residual)), 1e-9)
        weights = np.minimum(1.0, HUBER * scale / np.maximum(residual, 1e-12))
    surprise = beta - linear.mean
    surprise[2:] -= np.median(surprise[2:])  # the level is not determined, only differences
    ratio = surprise**2 / np.median(linear.variances, axis=0)
    belief = (PRIOR_FREEDOM + 1) / (PRIOR_FREEDOM + ratio)
    belief = np.where(linear.uncertain > 0, belief, 1.0)
    weights = np.clip(weights, 0.01, 1.0)  # a run with no weight at all could never come back
    believing = np.ones_like(belief)
    starts = [(weights, belief), (weights, believing), (np.ones_like(weights), believing)]
    starts.extend(
        (np.where(column > 0, WILD_WEIGHT, weights), believing)
        for column in x.T[2:]
        if 0 < column.sum() <= FEW_RUNS
    )
    return starts
