"""What to focus next."""

from datetime import UTC, datetime, timedelta

import pytest

from rigd.learning.estimator.fit import fit
from rigd.learning.run_plan import count_runs_needed, plan_loops, plan_next_runs, spot_checks
from tests.learning.estimator.night import night

TRUTH = {"L": 0.0, "R": 20.0, "G": 10.0}


@pytest.mark.parametrize(
    ("share", "runs"),
    [
        pytest.param(1 / 6, 1, id="sixth"),
        pytest.param(1 / 3, 2, id="third"),
        pytest.param(0.5, 5, id="half"),
        pytest.param(1.0, 18, id="whole"),
    ],
)
def test_runs_needed_grow_with_the_square_of_the_scatter(share: float, runs: int) -> None:
    # n >= 18 (s / zone)^2; exact shares are nudged below, so that rounding does not decide.
    assert count_runs_needed(share * 10 - 1e-9, 10) == runs


def test_loops_turn_round_so_that_drift_cancels() -> None:
    assert plan_loops("L", ["R", "G"], 2) == (("L", "R", "G"), ("G", "R", "L"))


def test_the_filter_with_fewest_runs_comes_next() -> None:
    result = plan_next_runs(fit(night([*"LRGLRLR"], TRUTH), "L"), 30)

    assert result.next_filter == "G"
    assert result.more_loops is not None
    assert result.more_loops >= 2


def test_well_known_offsets_need_no_more_runs() -> None:
    result = plan_next_runs(fit(night([*"LRGGRL"] * 4, TRUTH), "L"), 60)

    assert result.more_loops == 0
    assert result.order == ()


def test_a_hopeless_scatter_is_said() -> None:
    result = plan_next_runs(fit(night([*"LRGGRL"], TRUTH, noise_steps=30), "L"), 2)

    assert result.more_loops is None


def test_a_filter_unseen_for_nights_is_due_for_one_run() -> None:
    now = datetime(2024, 3, 10, tzinfo=UTC)
    last = {name: now - timedelta(days=days) for name, days in (("L", 0), ("R", 4), ("G", 9))}

    assert spot_checks(last, now) == ("G", "R")
