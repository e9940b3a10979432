"""Behind every offset stand its runs: what was believed, and what was left over."""

import dataclasses
import xml.etree.ElementTree as ET
from datetime import timedelta

import pytest

from rigd.learning.estimator.fit import Fit, fit
from rigd.learning.estimator.run_residuals import residuals_of
from rigd.learning.fit_plot import runs_svg
from tests.learning.estimator.night import START, night

TRUTH = {"L": 0.0, "R": 20.0, "<G>": -10.0}
LOOP = ["L", "R", "<G>", "<G>", "R", "L"]


def two_nights() -> Fit:
    runs = night(LOOP * 3, TRUTH, drift_steps=80)
    runs += night(LOOP * 2, TRUTH, seed=1, start=START + timedelta(days=1))
    wild = dataclasses.replace(runs[7], position_steps=5400.0)
    return fit([*runs[:7], wild, *runs[8:]], "L")


def test_a_run_is_level_plus_offset_and_level_is_drift_plus_residual() -> None:
    result = two_nights()

    for reading in residuals_of(result):
        offset = result.offset(reading.filter)
        steps = 0.0 if offset is None else (offset.focus_offset_steps or 0.0)
        assert reading.position_steps == pytest.approx(reading.level_steps + steps)
        assert reading.level_steps == pytest.approx(
            reading.fitted_level_steps + reading.residual_steps
        )


def test_the_wild_run_stands_out_and_is_not_believed() -> None:
    worst = max(residuals_of(two_nights()), key=lambda reading: abs(reading.residual_steps))

    assert worst.position_steps == 5400
    assert worst.residual_steps > 300
    assert worst.weight < 0.05


def test_readings_of_one_filter_are_its_own() -> None:
    assert {reading.filter for reading in residuals_of(two_nights(), "R")} == {"R"}


def test_the_plot_is_well_formed_and_shows_every_run() -> None:
    result = two_nights()

    root = ET.fromstring(runs_svg(result, "R"))  # noqa: S314 - our own text

    names = [element.tag.rpartition("}")[2] for element in root.iter()]
    assert names.count("circle") == result.fitted
    assert names.count("polyline") == 2
