"""`rigd offsets --why` says why nothing is learnt, and how many runs of which filter are needed."""

import pytest

from rigd.cli.offsets_why import (
    learning_note,
    no_fit_lines,
    nothing_learnt,
    slope,
    unfitted_lines,
    why_lines,
)
from rigd.learning.fit_record import FIT_UNDER_WAY

PLAN = {"reference": "l", "reason": None}
WAITS = {"accepted": False, "reason": "its frame is unknown"}
COUNTS = {"accepted": True, "reason": None}
ELSEWHERE = {"accepted": True, "reason": "it belongs to another light path"}


@pytest.mark.parametrize(
    ("runs", "name", "said"),
    [
        pytest.param(
            [],
            "ha",
            [
                "no fit yet: no run is kept; import some with `rigd runs import`",
                "needed at least: 3 runs of l and 3 of ha",
            ],
            id="no-run",
        ),
        pytest.param(
            [WAITS] * 11 + [ELSEWHERE],
            None,
            [
                "no fit yet: 12 runs are kept, none counts: `rigd runs list` says why",
                "needed at least: 3 runs of l and 3 of each other filter",
            ],
            id="none-counts",
        ),
        pytest.param(
            [COUNTS, WAITS],
            "ha",
            ["no fit yet: 2 runs are kept, 1 of them could be fitted"],
            id="some-count",
        ),
    ],
)
def test_it_says_why_nothing_is_learnt(
    runs: list[dict[str, object]], name: str | None, said: list[str]
) -> None:
    assert no_fit_lines(runs, PLAN, name) == said


def test_it_says_why_runs_that_count_could_not_be_fitted() -> None:
    diary = ["mode is apply", "no offsets learnt: no run of l", "no offsets learnt: before that"]

    lines = no_fit_lines([COUNTS], PLAN, None, diary)

    assert lines == [
        "no fit yet: 1 run is kept, 1 of them could be fitted",
        "no offsets learnt: no run of l",
    ]


def test_beside_a_fit_it_names_the_runs_of_the_filter_that_do_not_count() -> None:
    run = {"time": None, "filter": "ha", "reason": "4 moves, a search has 5"}
    others = [{**run, "filter": "l"}, {**run, "reason": None}]

    lines = unfitted_lines([run, *others], "ha")

    assert lines == ["not fitted: the run of unknown time: 4 moves, a search has 5"]
    assert unfitted_lines([run], None) == []


def test_without_a_reference_it_asks_for_one() -> None:
    plan = {"reference": None, "reason": "the profile names no reference_filter"}

    assert no_fit_lines([COUNTS], plan, None)[-1] == "the profile names no reference_filter"


def why(name: str, posterior: dict[str, object] | None) -> list[str]:
    fit = {
        "reference": "l",
        "at": "2026-01-01T00:00:00+00:00",
        "fitted": 8,
        "nights": 1,
        "noise_steps": 4.0,
        "slope_steps_per_c": 1.0,
        "slope_se_steps_per_c": 0.5,
        "cause": "asked",
        "focus_zone_steps": {"ha": 8.0},
        "left_out": [],
    }
    return why_lines({"fit": fit, "filter": name, "posterior": posterior, "runs": []})


def offset(se_steps: float | None, runs: int) -> dict[str, object]:
    return {
        "focus_offset_steps": None if se_steps is None else 40.0,
        "se_steps": se_steps,
        "low_steps": 30.0,
        "high_steps": 50.0,
        "runs": runs,
        "state": "provisional",
        "reason": None,
    }


@pytest.mark.parametrize(
    ("posterior", "needed"),
    [
        pytest.param(None, "about three more runs of ha, in turn with l", id="never-focused"),
        pytest.param(offset(None, 1), "about two more runs of ha, in turn with l", id="one-run"),
        # 2 * 4² * (1/4² - 1/8²) = 1.5
        pytest.param(offset(8.0, 4), "about two more runs of ha, in turn with l", id="unsure"),
        # 2 * 4² * (1/4² - 1/400²) = 2, but 2 * 40² * (1/4² - 1/40²) = 198
        pytest.param(offset(400.0, 4), "about two more runs of ha, in turn with l", id="wild"),
        pytest.param(offset(2.0, 4), None, id="sure"),
        pytest.param(
            offset(None, 6) | {"reason": "never interleaved: all 6 runs of ha are one block"},
            "runs of ha and l in turn: `rigd offsets plan` says how many",
            id="in-blocks",
        ),
    ],
)
def test_it_says_how_many_runs_of_the_filter_are_needed(
    posterior: dict[str, object] | None, needed: str | None
) -> None:
    lines = [line for line in why("ha", posterior) if line.startswith("  needed")]

    assert lines == ([] if needed is None else [f"  needed     {needed}"])


@pytest.mark.parametrize(
    ("because", "said"),
    [("thickness of filter 'Ha' not known", "none: thickness of filter 'Ha' not known")],
)
def test_without_a_prior_it_says_what_of_it_is_not_known(because: str, said: str) -> None:
    answer = {"fit": None, "filter": "ha", "prior": None, "no_prior_because": because}

    assert why_lines(answer)[1] == f"  prior      {said}"


def test_a_slope_has_its_error() -> None:
    assert slope(1.26, 0.54) == "+1.3 ± 0.5 steps per °C"
    assert slope(0.0, 0.0) == slope(1.0, None) == "nothing known of the temperature"


def test_the_reference_lacks_nothing() -> None:
    lines = why("l", None)

    assert "  prior      none is needed: offsets are counted from this filter" in lines
    assert not any("needed     " in line for line in lines)


@pytest.mark.parametrize(
    ("learning", "shown"),
    [
        pytest.param(None, False, id="nobody-asked"),
        pytest.param("offsets learnt from 8 runs of 1 night", False, id="learnt"),
        pytest.param("no offsets learnt: the runs are of several focusers", True, id="nothing"),
    ],
)
def test_why_nothing_is_learnt_is_shown_beside_the_offsets(
    learning: str | None, shown: bool
) -> None:
    assert nothing_learnt({"learning": learning}) == (learning if shown else None)
    assert learning_note({"learning": learning}) == (learning if shown else None)


def test_a_fit_that_is_under_way_is_shown_and_is_no_reason_yet() -> None:
    assert learning_note({"learning": FIT_UNDER_WAY}) == FIT_UNDER_WAY
    assert nothing_learnt({"learning": FIT_UNDER_WAY}) is None
