"""Numbers of a profile that contradict each other are named, both of them."""

from pathlib import Path
from typing import Any

import pytest

from rigd.equipment.contradicting_numbers import find_contradicting_numbers
from rigd.equipment.profile import EquipmentProfile
from rigd.equipment.profile_toml import read_profile
from rigd.errors import ConfigError

GUIDE = {"server": "indi", "device": "Guide"}
LIMITS = {"min_steps": 100, "max_steps": 300}


def profile(**tables: Any) -> EquipmentProfile:
    return EquipmentProfile.model_validate({"name": "Esprit", **tables})


@pytest.mark.parametrize(
    ("tables", "sentence"),
    [
        pytest.param(
            {"focuser": {"min_steps": 500, "max_steps": 100}},
            "focuser.min_steps = 500 is not below focuser.max_steps = 100",
            id="limits crossed",
        ),
        pytest.param(
            {"focuser": {"min_steps": 500, "max_steps": 500}},
            "focuser.min_steps = 500 is not below focuser.max_steps = 500",
            id="no room",
        ),
        pytest.param(
            {"guide_focuser": {"address": GUIDE, "min_steps": 9, "max_steps": 8}},
            "guide_focuser.min_steps = 9 is not below guide_focuser.max_steps = 8",
            id="guide focuser",
        ),
        pytest.param(
            {"focuser": {**LIMITS, "tolerance_steps": 200}},
            "focuser.tolerance_steps = 200 leaves no room between focuser.min_steps = 100 and "
            "focuser.max_steps = 300",
            id="tolerance",
        ),
        pytest.param(
            {"focuser": {"max_steps": 60, "dead_band_steps": 60}},
            "focuser.dead_band_steps = 60 leaves no room between focuser.min_steps = 0 and "
            "focuser.max_steps = 60",
            id="dead-band",
        ),
        pytest.param(
            {"focuser": {**LIMITS, "temperature": {"steps_per_c": 1.0, "dead_band_steps": 900}}},
            "focuser.temperature.dead_band_steps = 900 leaves no room between "
            "focuser.min_steps = 100 and focuser.max_steps = 300",
            id="dead-band of the temperature",
        ),
        pytest.param(
            {"focuser": {**LIMITS, "backlash": {"owner": "rigd", "steps": 250}}},
            "focuser.backlash.steps = 250 leaves no room between focuser.min_steps = 100 and "
            "focuser.max_steps = 300",
            id="backlash",
        ),
        pytest.param(
            {"times": {"start_grace_s": 30.0, "deadline_s": 20.0}},
            "times.start_grace_s = 30 is not below times.deadline_s = 20",
            id="start of the focuser",
        ),
        pytest.param(
            {"times": {"wheel_start_grace_s": 20.0, "deadline_s": 20.0}},
            "times.wheel_start_grace_s = 20 is not below times.deadline_s = 20",
            id="start of the wheel",
        ),
        pytest.param(
            {"times": {"settle_s": 25.5, "deadline_s": 20.0}},
            "times.settle_s = 25.5 is not below times.deadline_s = 20",
            id="settling",
        ),
        pytest.param(
            {"times": {"start_grace_s": 9.0, "client_move_s": 5.0}},
            "times.start_grace_s = 9 is not below times.client_move_s = 5",
            id="a client's move",
        ),
    ],
)
def test_two_numbers_that_contradict_each_other_are_named(
    tables: dict[str, Any], sentence: str
) -> None:
    assert find_contradicting_numbers(profile(**tables)) == (sentence,)


@pytest.mark.parametrize(
    "tables",
    [
        pytest.param({}, id="nothing stated"),
        pytest.param(
            {"focuser": {**LIMITS, "backlash": {"owner": "rigd", "steps": 199}}}, id="fits"
        ),
        pytest.param({"focuser": {"min_steps": 500}}, id="the device says its maximum"),
        pytest.param({"times": {"deadline_s": 5.0}}, id="a default is not stated"),
    ],
)
def test_what_does_not_contradict_is_no_error(tables: dict[str, Any]) -> None:
    assert find_contradicting_numbers(profile(**tables)) == ()


def test_a_file_with_contradicting_numbers_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "p.toml"
    path.write_text('name = "E"\n[focuser]\nmin_steps = 500\nmax_steps = 100\n', encoding="utf-8")

    with pytest.raises(
        ConfigError, match=r"p\.toml, line 3: focuser\.min_steps = 500 is not below"
    ):
        read_profile(path)
