"""A focuser that is zeroed anew: levels are not mixed, offsets stay what they were."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from rigd.autofocus_logs.run import AutofocusRun
from rigd.learning.estimator.fit import Fit, fit
from tests.learning.estimator.night import START, night

TRUTH = {"L": 0.0, "R": 30.0, "Ha": 240.0}
LOOPS = [*"LR", "Ha", "Ha", *"RL"] * 4


def shifted(runs: Sequence[AutofocusRun], start: int, steps: float) -> list[AutofocusRun]:
    """The same runs, with a new zero from one of them on."""
    return [
        one if at < start else replace(one, position_steps=(one.position_steps or 0) + steps)
        for at, one in enumerate(runs)
    ]


def offsets(result: Fit) -> dict[str, float]:
    return {one.filter: one.focus_offset_steps or 0.0 for one in result.offsets}


def test_a_new_zero_in_the_night_leaves_offsets_as_they_were() -> None:
    runs = night(LOOPS, TRUTH, drift_steps=60)
    plain = fit(runs, "L")

    for steps in (400.0, 25_000.0, -49_000.0):
        result = fit(shifted(runs, 11, steps), "L")

        (zero,) = result.table.zeros
        assert zero.before == runs[11].time
        assert zero.jump_steps == pytest.approx(steps, abs=30)
        assert offsets(result) == pytest.approx(offsets(plain), abs=3)
        assert result.noise_steps == pytest.approx(plain.noise_steps, rel=0.3)
        assert result.nights == 1


def test_intervals_across_a_new_zero_are_honest() -> None:
    held, away = [], []
    for seed in range(40):
        runs = shifted(night(LOOPS, TRUTH, seed=seed, drift_steps=40), 13, 25_000)
        for one in fit(runs, "L").offsets:
            held.append((one.low_steps or 0) <= TRUTH[one.filter] <= (one.high_steps or 0))
            away.append((one.focus_offset_steps or 0) - TRUTH[one.filter])

    assert np.mean(held) >= 0.88  # of 80; 95 % less three standard errors
    assert np.sqrt(np.mean(np.square(away))) < 2


def test_a_new_zero_between_nights_is_no_common_level() -> None:
    first = night(LOOPS[:12], TRUTH, seed=1)
    second = night(LOOPS[:12], TRUTH, seed=2, start=START + timedelta(days=1))

    result = fit([*first, *shifted(second, 0, 45_000)], "L")

    assert [zero.before for zero in result.table.zeros] == [second[0].time]
    assert offsets(result) == pytest.approx({"R": 30, "Ha": 240}, abs=4)


def test_the_first_run_after_a_new_zero_disturbs_nothing() -> None:
    runs = night([*LOOPS, "L"], TRUTH)

    result = fit(shifted(runs, len(LOOPS), 25_000), "L")

    assert offsets(result) == pytest.approx(offsets(fit(runs[:-1], "L")), abs=0.5)


def test_there_and_back_are_two_points() -> None:
    runs = night(LOOPS, TRUTH)

    result = fit(shifted(shifted(runs, 8, 25_000), 16, -25_000), "L")

    assert [zero.before for zero in result.table.zeros] == [runs[8].time, runs[16].time]
    assert offsets(result) == pytest.approx({"R": 30, "Ha": 240}, abs=4)


@pytest.mark.parametrize(
    "runs",
    [
        pytest.param(night(LOOPS, TRUTH, drift_steps=300), id="fast-cooling"),
        pytest.param(
            [
                replace(one, position_steps=9000.0) if at == 9 else one
                for at, one in enumerate(night(LOOPS, TRUTH))
            ],
            id="a-wild-run",
        ),
        pytest.param(night([*"LLLLL", *["Ha"] * 5], TRUTH), id="blocks-of-filters"),
        pytest.param(
            [
                *night(LOOPS[:12], TRUTH, seed=1),
                *shifted(night(LOOPS[:12], TRUTH, seed=2, start=START + timedelta(days=1)), 0, 150),
            ],
            id="another-level-in-another-night",
        ),
        pytest.param(night(["L"], TRUTH), id="one-run"),
    ],
)
def test_what_is_no_new_zero(runs: list[AutofocusRun]) -> None:
    assert fit(runs, "L").table.zeros == ()


def test_a_filter_beyond_a_new_zero_is_linked_through_one_that_was_there_before() -> None:
    runs = night([*"LRLRLR", *["Ha", "R"] * 4], TRUTH)

    narrow = fit(shifted(runs, 6, 25_000), "L").offset("Ha")

    assert narrow is not None
    assert narrow.focus_offset_steps == pytest.approx(240, abs=6)
