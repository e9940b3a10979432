"""The posterior, averaged over a grid of hypotheses instead of trusting the best one.

Outliers get less weight by variational EM on the noise mixture: each run has a probability of
being good, ordinary or wild, from its expected squared residual (Bishop, Pattern Recognition and
Machine Learning, chapter 10). Noise scale, prior widths, drift and night levels are summed over
with their evidence (Bayesian model averaging). EM finds one fixed point for each start, and several
may explain the runs: each is kept with the weight of its evidence.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from rigd.learning.estimator.grid_evaluation import (
    Cases,
    Evaluation,
    Grid,
    evaluate,
    find_expected_squares,
    find_residuals,
)
from rigd.learning.estimator.model import MAD_TO_SD, Covariances, LinearModel
from rigd.learning.estimator.noise import CALM, ROUGH, NoiseClasses, weigh_runs
from rigd.learning.estimator.posterior import Posterior
from rigd.learning.estimator.table import Floats, Ints

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
    grid = Grid(
        linear=linear,
        matrices=hypotheses.matrices,
        log_weights=hypotheses.log_weights,
        noise=scale_steps * NOISE_GRID,
        centred=linear.response - linear.columns @ linear.mean,
    )
    starts = _starts(linear, relative_noise)
    climbed = _climb(grid, relative_noise**2, starts)
    modes = _distinct(climbed[: len(starts)]) + _distinct(climbed[len(starts) :])
    heights = np.array([mode.bound + np.log(mode.classes.expected) for mode in modes])
    odds = np.exp(heights - heights.max())
    odds /= odds.sum()
    kept = [(mode, share) for mode, share in zip(modes, odds, strict=True) if share > MODE_SHARE]
    fits = [_evaluate_mode(grid, mode, mode.weights, mode.believed) for mode, _ in kept]
    parts = [
        _components(grid, mode, fit, share) for (mode, share), fit in zip(kept, fits, strict=True)
    ]
    by_noise = sum(
        share * fit.shares.sum(axis=(0, 1)) for (_, share), fit in zip(kept, fits, strict=True)
    ) / sum(share for _, share in kept)
    at = int(np.argmax([share for _, share in kept]))
    best, fit = kept[at][0], fits[at]
    weights = np.concatenate([part[0] for part in parts])
    return Posterior(
        weights=weights / weights.sum(),
        means=np.concatenate([part[1] for part in parts]) + linear.mean,
        covariances=np.concatenate([part[2] for part in parts]),
        noise_steps=float(np.exp(by_noise @ np.log(grid.noise))),
        drift_share=float(1 - fit.by_case[hypotheses.still[best.kept]].sum()),
        run_weights=np.minimum(best.weights, 1.0),
        residuals_steps=find_residuals(grid, fit),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mode:
    """One fixed point of the EM."""

    classes: NoiseClasses
    weights: Floats
    """Expected precision of each run, in units of the typical one."""
    believed: Floats
    """How far the prior of each coefficient is believed with these weights; 1 is fully."""
    belief: Floats
    """The same once these weights are known."""
    squares: Floats
    """Expected squared noise of each run, in units of its ordinary variance."""
    variances: Floats
    """Of each run, relative, with what was learnt of each filter's scatter."""
    kept: NDArray[np.bool_]
    """Hypotheses about drift and nights that are worth evaluating."""
    bound: float
    """Lower bound of the log evidence, by which modes are weighed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Climbers:
    """Where EM stands from each start; the first axis of every array is the start's."""

    number: Ints
    is_calm: NDArray[np.bool_]
    """Whether runs scatter by `CALM`; else by `ROUGH`."""
    weights: Floats
    belief: Floats
    scatter: Floats
    """Variance of each filter's runs, as a multiple of what their curves say."""
    kept: NDArray[np.bool_]
    costs: Floats
    """What the weights, the beliefs and the scatter cost the bound."""

    def take(self, at: Ints | NDArray[np.bool_]) -> Self:
        """Return some of them, perhaps one several times."""
        return replace(self, **{one.name: getattr(self, one.name)[at] for one in fields(self)})


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    """What the climbers see from where they stand."""

    variances: Floats
    squares: Floats
    """As in `_Mode`."""
    bounds: Floats
    by_matrix: Floats
    """Share of each covariance hypothesis; 0 of those not kept."""
    surprise: Floats
    """Expected squared deviation of each coefficient from its prior, in units of its variance."""

    def take(self, at: Ints | NDArray[np.bool_]) -> Self:
        """Return that of some climbers, perhaps of one several times."""
        return replace(self, **{one.name: getattr(self, one.name)[at] for one in fields(self)})


def _climb(grid: Grid, relative: Floats, starts: Sequence[tuple[Floats, Floats]]) -> list[_Mode]:
    """Run EM from every start until the weights of the runs settle, all side by side.

    Returns the modes of `ROUGH` from all starts, then those of `CALM` from the plain ones.
    """
    count = len(starts)
    member = grid.linear.columns[:, 2:]
    climbers = _Climbers(
        number=np.arange(count),
        is_calm=np.zeros(count, dtype=bool),
        weights=np.array([weights for weights, _ in starts]),
        belief=np.array([belief for _, belief in starts]),
        scatter=np.ones((count, member.shape[1])),
        kept=np.ones((count, len(grid.matrices)), dtype=bool),
        costs=np.zeros(count),
    )
    modes: dict[int, _Mode] = {}
    for step in range(STEPS):
        view = _look(grid, relative, climbers)
        if step == 0:  # what is seen from a start does not depend on the classes yet
            both = np.concatenate([np.arange(count), np.arange(PLAIN_STARTS)])
            view, climbers = view.take(both), climbers.take(both)
            number = np.arange(len(both))
            climbers = replace(climbers, number=number, is_calm=number >= count)
        weights, run_costs = _weigh_runs(view.squares, climbers.is_calm)
        belief, prior_costs = _weigh_priors(view.surprise, grid.linear)
        # At least four rounds: scatter and beliefs follow the weights one round later.
        has_settled = np.abs(weights - climbers.weights).max(axis=1) < SETTLED
        ends = has_settled & (step > 2) | (step == STEPS - 1)
        for at in np.flatnonzero(ends):
            modes[int(climbers.number[at])] = _mode(climbers, view, belief, int(at))
        if ends.all():
            break
        seen = climbers.scatter * ((weights * view.squares) @ member)
        scatter = (SCATTER_RUNS + seen) / (SCATTER_RUNS + member.sum(axis=0))
        scatter_costs = SCATTER_RUNS / 2 * (np.log(scatter) + 1 / scatter).sum(axis=1)
        climbers = replace(
            climbers,
            weights=weights,
            belief=belief,
            scatter=scatter,
            kept=view.by_matrix > PRUNE * view.by_matrix.max(axis=1, keepdims=True),
            costs=run_costs + prior_costs + scatter_costs,
        ).take(~ends)
    return [modes[number] for number in sorted(modes)]


def _mode(climbers: _Climbers, view: _View, belief: Floats, at: int) -> _Mode:
    return _Mode(
        classes=CALM if climbers.is_calm[at] else ROUGH,
        weights=climbers.weights[at],
        believed=climbers.belief[at],
        belief=belief[at],
        squares=view.squares[at],
        variances=view.variances[at],
        kept=climbers.kept[at],
        bound=float(view.bounds[at]),
    )


def _look(grid: Grid, relative: Floats, climbers: _Climbers) -> _View:
    """Evaluate the hypotheses that each climber keeps."""
    variances = relative * (climbers.scatter @ grid.linear.columns[:, 2:].T)
    start, matrix = np.nonzero(climbers.kept)
    cases = Cases(start=start, matrix=matrix)
    found = evaluate(grid, cases, variances / climbers.weights, climbers.belief)
    means, seconds = found.moments()
    squares = find_expected_squares(grid, found, means, seconds, least_share=PRUNE)
    by_case = found.by_case
    by_matrix = np.zeros(climbers.kept.shape)
    by_matrix[start, matrix] = by_case
    away = (np.diagonal(seconds, axis1=-2, axis2=-1) / grid.linear.variances).sum(axis=1)
    return _View(
        variances=variances,
        squares=squares / variances,
        bounds=found.log_evidence - climbers.costs,
        by_matrix=by_matrix,
        surprise=np.add.reduceat(by_case[:, None] * away, cases.first, axis=0),
    )


def _weigh_runs(squares: Floats, is_calm: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Return the expected precision of the runs of each start, and what they cost the bound."""
    weights, costs = np.empty_like(squares), np.empty(len(squares))
    for classes, here in ((ROUGH, ~is_calm), (CALM, is_calm)):
        weights[here], _, costs[here] = weigh_runs(squares[here], classes)
    return weights, costs


def _distinct(modes: Sequence[_Mode]) -> list[_Mode]:
    """Return the modes without repetitions: those that believe the same runs are one."""
    found: list[_Mode] = []
    for mode in sorted(modes, key=lambda mode: -mode.bound):
        if all(np.abs(mode.weights - other.weights).max() > SAME_MODE for other in found):
            found.append(mode)
    return found


def _evaluate_mode(grid: Grid, mode: _Mode, weights: Floats, belief: Floats) -> Evaluation:
    """Evaluate the hypotheses that a mode keeps."""
    matrix = np.flatnonzero(mode.kept)
    cases = Cases(start=np.zeros_like(matrix), matrix=matrix)
    return evaluate(grid, cases, (mode.variances / weights)[None], belief[None])


def _components(
    grid: Grid, mode: _Mode, fit: Evaluation, share: float
) -> tuple[Floats, Floats, Floats]:
    """Return the normals of one mode: shares, means, and covariances.

    The covariances are evaluated with smaller weights than the means: which class a run belongs to
    is itself uncertain, and EM alone would give intervals that are too narrow.
    """
    weights, spread, _ = weigh_runs(mode.squares, mode.classes)
    # Observed information (Louis, J. R. Stat. Soc. B 44, 226, 1982): the weight of a run less what
    # its class is unsure about.
    reduced = np.maximum(weights - spread * mode.squares, LEAST_INFORMATION * weights)
    wide = _evaluate_mode(grid, mode, reduced, mode.belief)
    best = np.nonzero(fit.shares > PRUNE * fit.shares.max())
    return share * fit.shares[best], fit.means[best], wide.covariances(best)


def _weigh_priors(surprise: Floats, linear: LinearModel) -> tuple[Floats, Floats]:
    """Return how far each filter's prior is believed in each start, and what that costs the bound.

    The weight of a Student t in EM, (f + 1) / (f + r^2), with f degrees of freedom and the expected
    squared deviation r^2 (Lange, Little and Taylor, J. Am. Stat. Assoc. 84, 881, 1989).
    """
    is_uncertain = linear.uncertain > 0
    belief = np.where(is_uncertain, (PRIOR_FREEDOM + 1) / (PRIOR_FREEDOM + surprise), 1.0)
    rate = (PRIOR_FREEDOM + surprise[:, is_uncertain]) / 2
    cost = PRIOR_FREEDOM / 2 * np.log(rate) + (PRIOR_FREEDOM + 1) / 2 * PRIOR_FREEDOM / 2 / rate
    return belief, cost.sum(axis=1)


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
