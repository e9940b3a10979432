"""What to focus next."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from rigd.learning.agenda import plan_loops, spot_checks
from rigd.learning.estimator.fit import fit
from rigd.learning.run_plan import plan_next_runs
from tests.learning.estimator.night import night

TRUTH = {"L": 0.0, "R": 20.0, "G": 10.0}


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


def test_a_scatter_is_never_hopeless_since_one_run_is_as_good() -> None:
    result = plan_next_runs(fit(night([*"LRGGRL"], TRUTH, noise_steps=30), "L"), 2)

    assert result.more_loops in {1, 2}


def test_curves_that_promise_less_than_the_runs_show_are_said() -> None:
    runs = [replace(run, se_steps=90.0) for run in night([*"LRGGRL"] * 2, TRUTH, noise_steps=1)]

    assert plan_next_runs(fit(runs, "L"), 2).more_loops is None


@pytest.mark.parametrize("zone", [None, 30.0], ids=["no-zone", "a-zone"])
def test_runs_of_the_reference_alone_make_a_plan(zone: float | None) -> None:
    result = plan_next_runs(fit(night([*"LLLL"], TRUTH), "L"), zone, unseen=["R"])

    assert (result.next_filter, result.more_loops) == ("R", 3)


def test_a_filter_unseen_for_nights_is_due_for_one_run() -> None:
    now = datetime(2024, 3, 10, tzinfo=UTC)
    last = {name: now - timedelta(days=days) for name, days in (("L", 0), ("R", 4), ("G", 9))}

    assert spot_checks(last, now) == ("G", "R")
