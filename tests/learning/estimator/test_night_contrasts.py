"""Nights that contradict each other: neither their mean nor what they scatter is applied."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from rigd.autofocus_logs.run import AutofocusRun
from rigd.learning.estimator.fit import fit
from rigd.learning.estimator.night_contrasts import find_contradictions
from rigd.learning.estimator.table import tabulate
from rigd.learning.fit_input import FitInput
from rigd.learning.fit_job import learn
from tests.learning.estimator.night import START, night

TRUTH = {"L": 0.0, "R": 40.0, "Ha": -120.0}
LOOPS = ["L", "R", "Ha", "Ha", "R", "L"] * 2
CALM_SETS = 100
"""Of nights without a contradiction."""


def nights(
    *truths: Mapping[str, float],
    order: Sequence[str] = LOOPS,
    seed: int = 1,
    drift_steps: float = 0,
) -> list[AutofocusRun]:
    """A night a week, each with its own offsets."""
    return [
        run
        for number, truth in enumerate(truths)
        for run in night(
            [name for name in order if name in truth],
            truth,
            seed=100 * seed + number,
            start=START + timedelta(days=7 * number),
            drift_steps=drift_steps,
        )
    ]


def contradicted(runs: Sequence[AutofocusRun]) -> dict[str, str]:
    table, _ = tabulate(runs, "L")
    assert table is not None
    return find_contradictions(table)


@pytest.mark.parametrize("then", [50.0, -160.0], ids=["far", "near"])
def test_a_filter_that_was_exchanged_is_refused_and_spoils_no_other(then: float) -> None:
    runs = nights(TRUTH, {"L": 0.0, "Ha": then})

    learnt = fit(runs, "L")

    refused, red = learnt.offset("Ha"), learnt.offset("R")
    assert refused is not None
    assert (refused.state, refused.focus_offset_steps) == ("refused", None)
    assert "its nights contradict each other" in str(refused.reason)
    assert "was another filter put in?" in str(refused.reason)
    assert red is not None
    assert red.focus_offset_steps == pytest.approx(40, abs=6)
    assert learnt.noise_steps < 6
    assert {out.run.filter for out in learnt.left_out} == {"Ha"}


def test_a_new_night_against_two_old_ones_is_no_wild_run() -> None:
    learnt = fit(nights(TRUTH, TRUTH, {**TRUTH, "Ha": 50.0}), "L")

    refused = learnt.offset("Ha")
    assert refused is not None
    assert refused.focus_offset_steps is None
    assert refused.runs == 12


def test_an_exchanged_reference_contradicts_all() -> None:
    assert set(contradicted(nights(TRUTH, {**TRUTH, "L": 90.0}))) == {"R", "Ha"}


def test_a_contradiction_is_a_warning_of_its_filter() -> None:
    rig = FitInput(
        reference="L", names={name.lower(): name for name in TRUTH}, filters=tuple(TRUTH)
    )

    result = learn(rig, tuple(nights(TRUTH, {"L": 0.0, "Ha": 50.0}))).result

    warnings = result["warnings"]
    assert isinstance(warnings, list)
    assert [warning["filters"] for warning in warnings] == [["Ha"]]


@pytest.mark.parametrize("drift_steps", [0.0, 60.0], ids=["still", "drifting"])
@pytest.mark.parametrize("wild", [False, True], ids=["ordinary", "a-wild-run"])
def test_nights_of_one_truth_do_not_contradict_each_other(drift_steps: float, wild: bool) -> None:
    found = 0
    for seed in range(CALM_SETS):
        runs = nights(TRUTH, TRUTH, seed=seed, drift_steps=drift_steps)
        if wild:
            at = int(np.random.default_rng(seed).integers(len(runs)))
            runs[at] = replace(runs[at], position_steps=(runs[at].position_steps or 0) + 60)
        found += bool(contradicted(runs))

    assert found <= 1


def test_one_block_each_tells_no_contradiction() -> None:
    order = ["L"] * 4 + ["Ha"] * 4

    assert contradicted(nights(TRUTH, {**TRUTH, "Ha": -90.0}, order=order)) == {}
