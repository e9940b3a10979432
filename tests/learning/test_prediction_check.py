"""A clear disagreement between measured and predicted offsets is explained, not hidden."""

import pytest

from rigd.learning.estimator.fit import fit
from rigd.learning.estimator.prior import Prior
from rigd.learning.prediction_check import find_disagreements
from tests.learning.estimator.night import night

LOOPS = [*"LRGB", *"BGRL"] * 3
PREDICTED = {"R": 20.0, "G": 60.0, "B": -40.0}
PRIORS = {name: Prior(mean_steps=mean, sd_steps=4) for name, mean in PREDICTED.items()}


def found(truth: dict[str, float], steps_per_mm_glass: float | None = None) -> list[str]:
    measured = fit(night(LOOPS, {"L": 0.0, **truth}), "L")
    return [
        item.text
        for item in find_disagreements(measured, PRIORS, steps_per_mm_glass=steps_per_mm_glass)
    ]


def test_offsets_as_predicted_say_nothing() -> None:
    assert found(PREDICTED) == []


def test_swapped_filters_are_named() -> None:
    texts = found({**PREDICTED, "R": 60.0, "G": 20.0})

    assert texts == ["G and R look swapped: each has the offset predicted for the other"]


def test_a_missing_millimetre_of_glass_is_named() -> None:
    texts = found({**PREDICTED, "R": 20.0 - 110}, steps_per_mm_glass=112)

    assert len(texts) == 1
    assert texts[0].endswith("its glass looks 1 mm thinner than stated")


@pytest.mark.parametrize(
    ("factor", "cause"),
    [
        pytest.param(2.0, "a reducer?", id="gain"),
        pytest.param(-1.0, "direction of the focuser is the other one", id="direction"),
    ],
)
def test_a_common_factor_is_one_cause(factor: float, cause: str) -> None:
    texts = found({name: factor * mean for name, mean in PREDICTED.items()})

    assert len(texts) == 1
    assert cause in texts[0]


def test_without_direction_no_thickness_is_guessed() -> None:
    texts = found({**PREDICTED, "R": 20.0 - 110})

    assert len(texts) == 1
    assert "mm" not in texts[0]
