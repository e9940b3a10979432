"""Runs of several focusers in one log: those of the rig's own count."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from rigd.autofocus_logs.run import AutofocusRun
from rigd.errors import RefusedError
from rigd.learning.fit_input import FitInput
from rigd.learning.fit_job import learn
from tests.learning.estimator.night import night

TRUTH = {"L": 0.0, "Ha": 40.0}
TURNS = "AABB" * 4


def two_trains(first: str | None, second: str | None) -> tuple[AutofocusRun, ...]:
    """The runs of a night with two telescopes; the other one's Ha lies 300 steps on."""
    runs = night(["L", "Ha", "Ha", "L"] * 4, TRUTH)
    return tuple(
        replace(run, focuser=first)
        if turn == "A"
        else replace(run, focuser=second, position_steps=15_000 + 300 * (run.filter == "Ha"))
        for run, turn in zip(runs, TURNS, strict=True)
    )


def learn_from(runs: Sequence[AutofocusRun], focuser: str | None) -> dict[str, object]:
    rig = FitInput(
        reference="L", names={"l": "L", "ha": "Ha"}, filters=("L", "Ha"), focuser=focuser
    )
    return dict(learn(rig, tuple(runs)).result)


@pytest.mark.parametrize("own", ["ZWO EAF", "zwo eaf"])
def test_the_runs_of_the_rigs_own_focuser_count(own: str) -> None:
    result = learn_from(two_trains("ZWO EAF", "MoonLite"), own)

    offsets = result["offsets"]
    assert isinstance(offsets, dict)
    assert offsets["Ha"]["focus_offset_steps"] == pytest.approx(40, abs=4)
    assert result["fitted"] == 8
    assert result["left_out"] == [
        {"source": "8 runs", "reason": "of another focuser, MoonLite"},
    ]


def test_runs_without_a_name_are_of_the_rigs_own() -> None:
    runs = [run for run in two_trains(None, "MoonLite") if run.focuser is None]
    runs[0] = replace(runs[0], focuser="ZWO EAF")

    assert learn_from(runs, "ZWO EAF")["fitted"] == 8


def test_one_name_alone_is_the_rigs_whatever_it_is() -> None:
    runs = [run for run in two_trains("Focuser of rigd", "MoonLite") if run.focuser != "MoonLite"]

    assert learn_from(runs, "ZWO EAF")["fitted"] == 8


@pytest.mark.parametrize(
    ("own", "said"),
    [
        pytest.param("EAF 2", "the rig's is called EAF 2", id="another-name"),
        pytest.param(None, "the rig's is not known", id="no-name"),
    ],
)
def test_of_several_names_none_is_guessed(own: str | None, said: str) -> None:
    with pytest.raises(RefusedError, match=rf"several focusers: MoonLite \(8\), ZWO .*{said}"):
        learn_from(two_trains("ZWO EAF", "MoonLite"), own)


def test_runs_that_hardly_count_are_a_warning_of_their_filter() -> None:
    runs = night(["L", "Ha", "Ha", "L"] * 3, TRUTH)
    runs[1] = replace(runs[1], position_steps=(runs[1].position_steps or 0.0) + 700)

    assert learn_from(runs, None)["warnings"] == [
        {
            "kind": "far_off",
            "filters": ["Ha"],
            "text": "1 of 6 runs of Ha lies far off and hardly counts: "
            "`rigd offsets --why` shows which",
        }
    ]


@pytest.mark.parametrize("order", ["L", "LH", "LHL", "LHLH"])
def test_with_one_or_two_runs_of_a_filter_none_lies_far_off(order: str) -> None:
    names = ["L" if letter == "L" else "Ha" for letter in order]
    runs = night(names, TRUTH)
    runs[-1] = replace(runs[-1], position_steps=(runs[-1].position_steps or 0.0) + 700)

    assert learn_from(runs, None)["warnings"] == []
