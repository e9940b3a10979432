"""Runs of two optical trains in one log: nothing is learnt of them."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest

from rigd.autofocus_logs.own_positions import choose_own_runs, parse_positions
from rigd.autofocus_logs.run import AutofocusRun
from rigd.errors import RefusedError
from rigd.learning.estimator.fit import fit
from rigd.learning.estimator.two_focusers import find_two_focusers
from rigd.learning.estimator.verdict import OffsetState
from tests.learning.estimator.night import START, night

TRUTH = {"L": 0.0, "Ha": 40.0}
LOOPS = ["L", "Ha", "Ha", "L"] * 4
TWICE = ["L", "R", "G", "B"] * 2
BROADBAND = {"L": 0.0, "R": 20.0, "G": -10.0, "B": 30.0}


def mixed(turns: str) -> list[AutofocusRun]:
    """A night's runs, those at a B with another focuser's positions."""
    return [
        one if turn == "A" else replace(one, position_steps=(one.position_steps or 0) - 15_000)
        for one, turn in zip(night(LOOPS, TRUTH, drift_steps=30), turns, strict=True)
    ]


@pytest.mark.parametrize("turns", ["AABB" * 4, "AABABBABAABABBAB", "AAAABBBBAAAABBBB"])
def test_the_runs_of_two_trains_teach_nothing(turns: str) -> None:
    with pytest.raises(RefusedError, match="as those of two focusers in one log") as refused:
        fit(mixed(turns), "L")

    told = re.findall(r"-?\d+--?\d+(?=[`,)])", str(refused.value))
    for own in map(parse_positions, told):
        (offset,) = fit(choose_own_runs(mixed(turns), own), "L").offsets
        assert offset.focus_offset_steps == pytest.approx(40, abs=10)
    assert len(told) == 2


def test_the_runs_of_one_train_of_two_teach_its_offset() -> None:
    runs = [one for one, turn in zip(mixed("AABB" * 4), "AABB" * 4, strict=True) if turn == "A"]

    (offset,) = fit(runs, "L").offsets

    assert offset.focus_offset_steps == pytest.approx(40, abs=4)


def test_places_that_each_filter_tells_apart_are_two_though_their_filters_lie_far_apart() -> None:
    truth = {"L": 0.0, "Ha": 500.0}
    runs = [
        replace(one, se_steps=3.0, position_steps=(one.position_steps or 0) + 1500 * (turn == "B"))
        for one, turn in zip(night(LOOPS, truth), "AABABBABAABABBAB", strict=True)
    ]

    assert find_two_focusers(runs) is not None
    assert find_two_focusers([replace(one, se_steps=60.0) for one in runs]) is not None


@pytest.mark.parametrize(
    ("turns", "apart"),
    [
        pytest.param("AAAABAABAAAAAAAA", {"L": 700, "Ha": 710}, id="two-runs-of-sixteen"),
        pytest.param("AABBABBA" * 2, {"L": 120, "Ha": 20}, id="far-apart-behind-one-filter-only"),
        pytest.param("ABABBABA" * 2, {"L": 90, "Ha": 80}, id="nearer-than-the-filters"),
    ],
)
def test_two_places_close_together_are_two_focusers_though_one_fit_would_take_them(
    turns: str, apart: dict[str, int]
) -> None:
    runs = [
        replace(
            one,
            se_steps=3.0,
            position_steps=(one.position_steps or 0) + apart[one.filter or ""] * (turn == "B"),
        )
        for one, turn in zip(
            night(LOOPS, TRUTH | {"Ha": 200.0}, drift_steps=10), turns, strict=True
        )
    ]

    with pytest.raises(RefusedError, match=r"two focusers in one log: .*`rigd runs forget "):
        fit(runs, "L")


@pytest.mark.parametrize(
    ("apart", "truth"),
    [
        pytest.param({"L": 120, "Ha": 120}, 40.0, id="one-range-each"),
        pytest.param({"L": 90, "Ha": 80}, 200.0, id="beside-one-another-filter-by-filter"),
        pytest.param({"L": 300, "Ha": 100}, 500.0, id="each-filter-tells-it-alone"),
    ],
)
def test_the_advice_takes_back_all_runs_of_one_focuser_and_no_other(
    apart: dict[str, int], truth: float
) -> None:
    turns = "ABABBABA" * 2
    first = night(LOOPS, {"L": 0.0, "Ha": truth}, drift_steps=10)
    runs = [
        replace(
            one, se_steps=3.0, position_steps=(one.position_steps or 0) + apart[one.filter or ""]
        )
        if turn == "B"
        else replace(one, se_steps=3.0)
        for one, turn in zip(first, turns, strict=True)
    ]

    said = find_two_focusers(runs) or ""

    ranges = [
        parse_positions(text) for text in re.findall(r"\d+-\d+(?=[`,) ])", said.split("forget")[1])
    ]
    seconds = [turn == "B" for turn in turns]
    held = [[one is not None and one.holds(run.position_steps) for run in runs] for one in ranges]
    # Each range holds runs of one focuser only, and together they hold all.
    for one in held:
        assert len({second for second, is_in in zip(seconds, one, strict=True) if is_in}) == 1
    assert all(any(column) for column in zip(*held, strict=True))


TURNS = "ABABBABA"


def with_second(
    nights: int, apart: float, shift: float, *, se_steps: float = 3.0
) -> tuple[list[AutofocusRun], list[bool]]:
    """Runs of nights of which each lies elsewhere, and whose each run is."""
    runs = [
        replace(
            one,
            se_steps=se_steps,
            position_steps=(one.position_steps or 0) + apart * (turn == "B") + shift * day,
        )
        for day in range(nights)
        for one, turn in zip(
            night(TWICE, BROADBAND, seed=day, start=START + timedelta(days=day)), TURNS, strict=True
        )
    ]
    return runs, [turn == "B" for turn in TURNS * nights]


def test_where_places_move_from_night_to_night_the_advice_is_for_one_night() -> None:
    runs, seconds = with_second(3, apart=90, shift=60)

    said = find_two_focusers(runs) or ""

    command = said.split("`")[1]
    since, until = (
        datetime.fromisoformat(time) for time in re.findall(r"--(?:since|until) (\S+)", command)
    )
    told = re.findall(r"\d+-\d+(?=[`,) ])", said.split("--positions")[1])
    held = [
        {
            is_second
            for run, is_second in zip(runs, seconds, strict=True)
            if run.time is not None
            and since <= run.time <= until
            and own is not None
            and own.holds(run.position_steps)
        }
        for own in map(parse_positions, told)
    ]
    assert len(held) >= 2
    assert all(len(whose) == 1 for whose in held)
    assert until - since < timedelta(hours=2)


def test_where_places_stay_apart_the_advice_is_for_all_nights_at_once() -> None:
    runs, seconds = with_second(3, apart=2000, shift=60)

    said = find_two_focusers(runs) or ""

    assert "--since" not in said
    ranges = [parse_positions(text) for text in re.findall(r"\d+-\d+(?=[`,)])", said)]
    for own, is_high in zip(ranges, (False, True), strict=True):
        assert [own is not None and own.holds(run.position_steps) for run in runs] == [
            is_second is is_high for is_second in seconds
        ]


def test_what_runs_scatter_beyond_their_curves_excuses_no_offsets_error() -> None:
    runs = [replace(one, se_steps=2.0) for one in night(LOOPS[:8], TRUTH, noise_steps=40.0)]

    learnt = fit(runs, "L")

    (offset,) = learnt.offsets
    assert learnt.noise_steps > 20
    assert learnt.scatter_limit_steps <= 10
    assert offset.state is OffsetState.REFUSED
    assert (offset.reason or "").startswith("too unsure: standard error")


def test_curves_that_fit_exactly_make_no_offset_too_unsure() -> None:
    runs = [replace(one, se_steps=0.001) for one in night(LOOPS, TRUTH, noise_steps=2.0)]
    still = [replace(one, se_steps=0.001) for one in night(LOOPS, TRUTH, noise_steps=0.01)]

    (few,), (many,) = fit(runs, "L").offsets, fit(still, "L").offsets

    assert few.state is OffsetState.PROVISIONAL
    assert many.state is OffsetState.PROVISIONAL
    assert fit(still, "L").scatter_limit_steps >= 0.28


@pytest.mark.parametrize("seed", [55, 237, 425, 840, 1028])
def test_two_runs_of_each_filter_that_agree_by_chance_are_no_two_focusers(seed: int) -> None:
    one = night(TWICE, BROADBAND, seed=seed, drift_steps=10)
    later = [night(TWICE, BROADBAND, seed=n, start=START + timedelta(days=n)) for n in (1, 2, 3)]

    assert find_two_focusers([*one, *(run for runs in later for run in runs)]) is None


SEASON = 25
"""Nights of two runs of each filter: as many runs as a fit takes."""


def season(seed: int, se_steps: float | None) -> list[AutofocusRun]:
    """Runs of one focuser that scatter by six steps, whatever their curves say."""
    return [
        replace(run, se_steps=se_steps)
        for day in range(SEASON)
        for run in night(
            TWICE,
            BROADBAND,
            seed=1000 * seed + day,
            noise_steps=6.0,
            drift_steps=10,
            start=START + timedelta(days=day),
        )
    ]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    "se_steps",
    [
        pytest.param(None, id="no-errors"),
        pytest.param(5.0, id="right-errors"),
        pytest.param(0.3, id="errors-of-curves-twenty-times-too-small"),
    ],
)
def test_a_season_of_one_focuser_is_not_of_two(seed: int, se_steps: float | None) -> None:
    assert find_two_focusers(season(seed, se_steps)) is None


@pytest.mark.parametrize("se_steps", [None, 5.0, 0.3])
def test_a_season_of_two_focusers_is_told_whatever_its_curves_say(se_steps: float | None) -> None:
    turns = np.random.default_rng(7).random(SEASON * len(TWICE)) < 0.5
    runs = [
        replace(one, position_steps=(one.position_steps or 0) + 300 * bool(is_second))
        for one, is_second in zip(season(0, se_steps), turns, strict=True)
    ]

    assert find_two_focusers(runs) is not None


@pytest.mark.parametrize(
    ("nights", "se_steps", "is_found"),
    [
        pytest.param(2, None, True, id="two-nights"),
        pytest.param(1, None, False, id="one-night-may-be-chance"),
        pytest.param(1, 3.0, True, id="one-night-of-sure-curves"),
    ],
)
def test_two_runs_of_each_filter_tell_two_focusers_in_two_nights_or_by_their_errors(
    nights: int, se_steps: float | None, *, is_found: bool
) -> None:
    runs = [
        replace(
            one, se_steps=se_steps, position_steps=(one.position_steps or 0) + 90 * (turn == "B")
        )
        for day in range(nights)
        for one, turn in zip(
            night(TWICE, BROADBAND, seed=day, start=START + timedelta(days=day)),
            "ABABBABA",
            strict=True,
        )
    ]

    assert (find_two_focusers(runs) is not None) is is_found


def test_one_run_with_another_filters_name_is_no_second_focuser() -> None:
    runs = night(LOOPS, TRUTH | {"Ha": 400.0})
    runs[1] = replace(runs[1], filter="L")

    assert find_two_focusers(runs) is None


@pytest.mark.parametrize(
    "turns",
    [
        pytest.param("A" * 16, id="one-focuser"),
        pytest.param("AAAAAABBBBBBBBBB", id="a-new-zero"),
        pytest.param("AAAAABBBBBAAAAAA", id="there-and-back"),
        pytest.param("AABAAAAAAAABAAAA", id="wild-runs"),
        pytest.param("ABBA" * 4, id="a-large-offset"),
    ],
)
def test_what_is_no_second_focuser(turns: str) -> None:
    assert find_two_focusers(mixed(turns)) is None


def test_no_run_is_of_no_focuser() -> None:
    assert find_two_focusers([]) is None
