"""Evidence and posterior of many hypotheses at once: the linear algebra under the grid.

A case is one covariance of drift and night levels in one start of EM. All cases of all starts go
through the same few array operations, since a fit's matrices are small and many.
"""

from dataclasses import dataclass

import numpy as np

from rigd.learning.estimator.model import LinearModel
from rigd.learning.estimator.table import Floats, Ints

AT_ONCE = 2**18
"""Elements of the covariances that are inverted at a time: 2 MiB stay in a processor's cache."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """What stays the same while weights are found."""

    linear: LinearModel
    matrices: Floats
    """Unit-noise covariances; h x n x n."""
    log_weights: Floats
    """Of the matrices."""
    noise: Floats
    """Candidate noise scales in steps."""
    centred: Floats
    """Response less what the prior means predict."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cases:
    """Which covariances are looked at in which starts, in order of the starts."""

    start: Ints
    matrix: Ints

    @property
    def first(self) -> Ints:
        """Where each start's cases begin."""
        result: Ints = np.flatnonzero(np.diff(self.start, prepend=-1))
        return result


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """Every case evaluated.

    Axes: case c, prior-width hypothesis j, noise scale s, coefficient p, its eigenvalue k, run i.
    """

    cases: Cases
    scaled: Floats
    """Variance of each run in units of the noise; c x i."""
    log_evidence: Floats
    """Of each start, summed over its cases."""
    shares: Floats
    """Of each hypothesis among those of its start; c x j x s."""
    axes: Floats
    """The columns that diagonalise each posterior covariance; c x j x p x k."""
    gains: Floats
    """Its diagonal in these axes; c x j x s x k."""
    shrunk: Floats
    """The posterior mean in them; c x j x s x k."""

    @property
    def by_case(self) -> Floats:
        """The share of each case."""
        result: Floats = self.shares.sum(axis=(1, 2))
        return result

    @property
    def means(self) -> Floats:
        """Posterior means; c x j x s x p."""
        result: Floats = self.shrunk @ self.axes.swapaxes(-1, -2)
        return result

    def moments(self) -> tuple[Floats, Floats]:
        """Return the mean of each case, c x p, and its share's second moments, c x j x p x p."""
        inner = self.shares / np.maximum(self.by_case, 1e-300)[:, None, None]
        weighted = inner[..., None] * self.shrunk
        means = (self.axes @ weighted.sum(axis=2)[..., None])[..., 0].sum(axis=1)
        middle = weighted.swapaxes(-1, -2) @ self.shrunk
        at = np.arange(middle.shape[-1])
        middle[..., at, at] += (inner[..., None, :] @ self.gains)[..., 0, :]
        return means, self.axes @ middle @ self.axes.swapaxes(-1, -2)

    def covariances(self, picked: tuple[Ints, ...]) -> Floats:
        """Return the posterior covariances of some hypotheses (their c, j and s)."""
        axes = self.axes[picked[0], picked[1]]
        result: Floats = (axes * self.gains[picked][:, None, :]) @ axes.swapaxes(-1, -2)
        return result


def evaluate(grid: Grid, cases: Cases, scaled: Floats, belief: Floats) -> Evaluation:
    """Compute evidence and posterior of every case.

    Bayesian linear regression with known covariance: A = X' V^-1 X / s^2 + P is the posterior
    precision, A^-1 X' V^-1 y / s^2 its mean, and the evidence is the normal density of y (Bishop,
    section 3.5). V depends on the case alone, s^2 is a factor: one inverse serves all noise scales.
    So do the eigenvalues l and eigenvectors U of P^-1/2 X' V^-1 X P^-1/2, P being diagonal: then
    A^-1 is P^-1/2 U (1 + l / s^2)^-1 U' P^-1/2 (Golub and Van Loan, Matrix Computations, 8.7).

    Args:
        grid: The hypotheses.
        cases: Those to look at, c of them.
        scaled: Variance of each run in units of the noise, in each start.
        belief: How far the prior of each coefficient is believed, in each start.
    """
    own = scaled[cases.start]
    products, log_dets = _find_products(grid, cases.matrix, own)
    data, cross, square = products[:, :-1, :-1], products[:, :-1, -1:], products[:, -1, -1]
    variances = grid.noise**2
    root = np.sqrt(belief[:, None] / grid.linear.variances)[cases.start]
    values, vectors = np.linalg.eigh(data[:, None] / (root[..., :, None] * root[..., None, :]))
    inflated = 1 + np.maximum(values, 0.0)[:, :, None] / variances[:, None]
    axes = vectors / root[..., :, None]
    along = (axes.swapaxes(-1, -2) @ cross[:, None])[..., 0][:, :, None] / variances[:, None]
    gains = 1 / inflated
    shrunk = along * gains
    ones = np.ones(values.shape[-1])  # a product with it is the fastest sum over a short axis
    log_evidence = 0.5 * ((along * shrunk - np.log(inflated)) @ ones)
    log_evidence -= 0.5 * square[:, None, None] / variances
    log_evidence -= 0.5 * (len(grid.centred) * np.log(variances) + log_dets[:, None, None])
    log_evidence += grid.linear.log_weights[:, None] + grid.log_weights[cases.matrix, None, None]
    highest = np.maximum.reduceat(log_evidence.max(axis=(1, 2)), cases.first)
    shares = np.exp(log_evidence - highest[cases.start][:, None, None])
    total = np.add.reduceat(shares.sum(axis=(1, 2)), cases.first)
    return Evaluation(
        cases=cases,
        scaled=own,
        log_evidence=highest + np.log(total),
        shares=shares / total[cases.start][:, None, None],
        axes=axes,
        gains=gains,
        shrunk=shrunk,
    )


def find_expected_squares(
    grid: Grid, found: Evaluation, means: Floats, seconds: Floats, *, least_share: float
) -> Floats:
    """Return the expected squared noise of each run in each start, in units of the noise.

    For each case: the squared residual, what the coefficients are uncertain by (`known`), and what
    the split between drift and noise is uncertain by (`unknown`). Cases of less than the least
    share cannot change a weight visibly, and are not looked at.
    """
    by_case = found.by_case
    picked = np.flatnonzero(by_case >= least_share)
    lever, diagonal = _find_levers(grid, found, picked)
    means, seconds, share = means[picked], seconds[picked], by_case[picked]
    precision = found.shares[picked].sum(axis=1) @ grid.noise**-2.0 / share
    covariance = seconds.sum(axis=1) - means[:, :, None] * means[:, None, :]
    residual = lever[..., -1] - (lever[..., :-1] @ means[..., None])[..., 0]
    known = ((lever[..., :-1] @ covariance) * lever[..., :-1]).sum(axis=-1) + residual**2
    unknown = found.scaled[picked] - diagonal
    total = share[:, None] * (known * precision[:, None] + unknown)
    first = np.flatnonzero(np.diff(found.cases.start[picked], prepend=-1))
    result: Floats = np.add.reduceat(total, first, axis=0)
    return result


def find_residuals(grid: Grid, found: Evaluation) -> Floats:
    """Return the expected noise of each run in steps, over all cases of one start."""
    means, _ = found.moments()
    lever, _ = _find_levers(grid, found, np.arange(len(means)))
    result: Floats = found.by_case @ (lever[..., -1] - (lever[..., :-1] @ means[..., None])[..., 0])
    return result


def _find_products(grid: Grid, at: Ints, diagonals: Floats) -> tuple[Floats, Floats]:
    """Return Z' V^-1 Z and log det V for each V = K + D, where Z are the columns and the response.

    One Cholesky factor of V bordered by Z gives both: below that of V, L, it has (L^-1 Z)' (Golub
    and Van Loan, section 4.2.9). The corner only has to be large enough for the whole to be
    positive.

    Args:
        grid: The covariances K.
        at: Which of them each case takes; c.
        diagonals: The D; c x n.
    """
    right = np.column_stack([grid.linear.columns, grid.centred])
    n, width = right.shape
    corner = 1 + (1 / diagonals) @ np.square(right).sum(axis=1)
    products, log_dets = np.empty((len(at), width, width)), np.empty(len(at))
    runs, border = np.arange(n), np.arange(n, n + width)
    size = max(1, AT_ONCE // (n + width) ** 2)
    for first in range(0, len(at), size):
        part = slice(first, first + size)
        bordered = np.zeros((len(at[part]), n + width, n + width))
        bordered[:, :n, :n] = grid.matrices[at[part]]
        bordered[:, runs, runs] += diagonals[part]
        bordered[:, n:, :n] = right.T
        bordered[:, border, border] = corner[part, None]
        factor = np.linalg.cholesky(bordered)
        log_dets[part] = 2 * np.log(factor[:, runs, runs]).sum(axis=1)
        below = factor[:, n:, :n]
        products[part] = below @ below.swapaxes(-1, -2)
    return products, log_dets


def _find_levers(grid: Grid, found: Evaluation, picked: Ints) -> tuple[Floats, Floats]:
    """Return D V^-1 Z and the diagonal of D V^-1 D for some cases of V = K + D.

    Z are the columns and, last, the response.
    """
    right = np.column_stack([grid.linear.columns, grid.centred])
    n = len(right)
    levers, diagonals = np.empty((len(picked), *right.shape)), np.empty((len(picked), n))
    runs, size = np.arange(n), max(1, AT_ONCE // n**2)
    for first in range(0, len(picked), size):
        part = slice(first, first + size)
        own = found.scaled[picked[part]]
        full = grid.matrices[found.cases.matrix[picked[part]]]
        full[:, runs, runs] += own
        inverse = np.linalg.inv(full)
        levers[part] = own[..., None] * (inverse @ right)
        diagonals[part] = own**2 * inverse[:, runs, runs]
    return levers, diagonals
