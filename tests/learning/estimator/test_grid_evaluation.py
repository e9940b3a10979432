"""Evidence and posterior of many hypotheses at once, against the textbook formula for each."""

import numpy as np
import pytest

from rigd.learning.estimator import grid_evaluation
from rigd.learning.estimator.grid_evaluation import (
    Cases,
    Grid,
    evaluate,
    find_expected_squares,
    find_residuals,
)
from rigd.learning.estimator.model import LinearModel
from rigd.learning.estimator.posterior import Posterior
from rigd.learning.estimator.table import Floats

RUNS, COEFFICIENTS, MATRICES, STARTS = 9, 5, 3, 2


@pytest.fixture
def grid() -> Grid:
    rng = np.random.default_rng(5)
    columns = np.zeros((RUNS, COEFFICIENTS))
    columns[:, 0], columns[:, 1] = 1, rng.normal(size=RUNS)
    columns[np.arange(RUNS), 2 + np.arange(RUNS) % 3] = 1
    roots = rng.normal(size=(MATRICES, RUNS, RUNS))
    return Grid(
        linear=LinearModel(
            columns=columns,
            response=np.zeros(RUNS),
            mean=np.zeros(COEFFICIENTS),
            variances=rng.uniform(1, 50, (2, COEFFICIENTS)),
            log_weights=np.log([0.7, 0.3]),
            uncertain=np.ones(COEFFICIENTS),
        ),
        matrices=roots @ roots.swapaxes(1, 2),
        log_weights=np.log([0.2, 0.3, 0.5]),
        noise=np.array([0.5, 1.0, 2.0]),
        centred=rng.normal(0, 5, RUNS),
    )


CASES = Cases(start=np.array([0, 0, 1, 1, 1]), matrix=np.array([0, 2, 0, 1, 2]))
SCALED = np.random.default_rng(6).uniform(0.5, 3, (STARTS, RUNS))
BELIEF = np.random.default_rng(7).uniform(0.5, 1, (STARTS, COEFFICIENTS))


def _one(grid: Grid, at: int, j: int, s: int) -> tuple[float, Floats, Floats, Floats]:
    """Return log evidence, mean and covariance of one hypothesis, and its expected squares.

    The response is normal with the covariance s^2 V + X P^-1 X' (Bishop, equation 3.57 and 2.115),
    without what does not depend on the hypothesis.
    """
    start, matrix = CASES.start[at], CASES.matrix[at]
    x, y, s2 = grid.linear.columns, grid.centred, grid.noise[s] ** 2
    prior = np.diag(grid.linear.variances[j] / BELIEF[start])
    noise = np.diag(SCALED[start])
    inner = s2 * (grid.matrices[matrix] + noise)
    whole = inner + x @ prior @ x.T
    log_evidence = -0.5 * (np.linalg.slogdet(whole)[1] + y @ np.linalg.solve(whole, y))
    log_evidence += grid.linear.log_weights[j] + grid.log_weights[matrix]
    covariance = np.linalg.inv(x.T @ np.linalg.solve(inner, x) + np.linalg.inv(prior))
    mean = covariance @ x.T @ np.linalg.solve(inner, y)
    # The noise given the response is normal too: of the covariance s^2 D, seen through `whole`.
    gain = s2 * noise @ np.linalg.inv(whole)
    squares = (gain @ y) ** 2 + np.diag(s2 * noise - gain @ (s2 * noise))
    return float(log_evidence), mean, covariance, squares / s2


def test_evidence_and_moments_are_those_of_the_formula(grid: Grid) -> None:
    found = evaluate(grid, CASES, SCALED, BELIEF)

    for start in range(STARTS):
        logs = {
            (at, j, s): _one(grid, int(at), j, s)[0]
            for at in np.flatnonzero(CASES.start == start)
            for j in range(2)
            for s in range(3)
        }
        top = max(logs.values())
        total = sum(np.exp(log - top) for log in logs.values())
        assert found.log_evidence[start] == pytest.approx(top + np.log(total), abs=1e-9)
        for one, log in logs.items():
            assert found.shares[one] == pytest.approx(np.exp(log - top) / total, rel=1e-9)
    picked = np.nonzero(found.shares)
    covariances = found.covariances(picked)
    for at, (case, j, s) in enumerate(zip(*picked, strict=True)):
        _, mean, covariance, _ = _one(grid, int(case), int(j), int(s))
        np.testing.assert_allclose(found.means[case, j, s], mean, rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(covariances[at], covariance, rtol=1e-9, atol=1e-9)


def test_expected_noise_is_that_of_the_formula(grid: Grid) -> None:
    found = evaluate(grid, CASES, SCALED, BELIEF)
    inner = found.shares / found.by_case[:, None, None]

    squares = find_expected_squares(grid, found, *found.moments(), least_share=0.0)

    for start in range(STARTS):
        expected = np.zeros(RUNS)
        for at in np.flatnonzero(CASES.start == start):
            # As the fit does it: the moments of a case count, with its mean precision.
            one = [(_one(grid, int(at), j, s), inner[at, j, s], s) for j, s in np.ndindex(2, 3)]
            mean = sum(share * part[1] for part, share, _ in one)
            second = sum(
                share * (part[2] + np.outer(part[1] - mean, part[1] - mean))
                for part, share, _ in one
            )
            precision = sum(share / grid.noise[s] ** 2 for _, share, s in one)
            noise = np.diag(SCALED[start])
            inverse = np.linalg.inv(grid.matrices[CASES.matrix[at]] + noise)
            lever = noise @ inverse @ grid.linear.columns
            left = noise @ inverse @ (grid.centred - grid.linear.columns @ mean)
            known = np.diag(lever @ second @ lever.T) + left**2
            expected += found.by_case[at] * (
                known * precision + np.diag(noise - noise @ inverse @ noise)
            )
        np.testing.assert_allclose(squares[start], expected, rtol=1e-9)


def test_one_hypothesis_alone_gives_the_expected_squares_of_a_normal(grid: Grid) -> None:
    alone = Grid(
        linear=grid.linear,
        matrices=grid.matrices,
        log_weights=grid.log_weights,
        noise=grid.noise[1:2],
        centred=grid.centred,
    )
    found = evaluate(alone, Cases(start=np.array([0]), matrix=np.array([0])), SCALED[:1], BELIEF)
    likelier = found.shares[0, :, 0]

    squares = find_expected_squares(alone, found, *found.moments(), least_share=0.0)

    each = [_one(grid, 0, j, 1)[3] for j in range(2)]
    np.testing.assert_allclose(squares[0], likelier @ np.array(each), rtol=1e-9)


def test_it_does_not_matter_how_many_cases_are_taken_at_a_time(
    grid: Grid, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = evaluate(grid, CASES, SCALED, BELIEF)
    monkeypatch.setattr(grid_evaluation, "AT_ONCE", 1)

    singly = evaluate(grid, CASES, SCALED, BELIEF)

    np.testing.assert_allclose(singly.shares, whole.shares, rtol=1e-12)
    np.testing.assert_allclose(
        find_residuals(grid, singly), find_residuals(grid, whole), rtol=1e-12
    )


def test_the_interval_of_a_mixture_holds_its_share() -> None:
    found = Posterior(
        weights=np.array([0.6, 0.4]),
        means=np.array([[0.0], [10.0]]),
        covariances=np.array([[[1.0]], [[4.0]]]),
        noise_steps=1.0,
        drift_share=0.0,
        run_weights=np.ones(1),
        residuals_steps=np.zeros(1),
    )

    low, high = found.interval(np.array([1.0]), 0.95)

    # 0.6 Phi(low) + 0.4 Phi((low - 10) / 2) = 0.025, by the tables of the normal distribution:
    # Phi(-1.7317) = 0.041667; above, 0.4 (1 - Phi(z)) = 0.025 at z = 1.5341.
    assert low == pytest.approx(-1.7317, abs=2e-4)
    assert high == pytest.approx(10 + 2 * 1.5341, abs=4e-4)


def test_the_interval_of_a_narrow_and_a_far_part_is_found() -> None:
    found = Posterior(
        weights=np.array([0.98, 0.02]),
        means=np.array([[0.0], [1000.0]]),
        covariances=np.array([[[1e-6]], [[1.0]]]),
        noise_steps=1.0,
        drift_share=0.0,
        run_weights=np.ones(1),
        residuals_steps=np.zeros(1),
    )

    low, high = found.interval(np.array([1.0]), 0.95)

    assert abs(low) < 0.01
    assert 0 < high < 0.01
