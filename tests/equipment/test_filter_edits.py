"""Changes of a profile's filters keep what belongs to the same glass, and nothing else."""

import pytest

from rigd.equipment.filter_edits import (
    put_filter,
    put_new_filter,
    recognise_filter,
    rename_filter,
    slot_keys,
    spare_keys,
    state_offset,
)
from rigd.equipment.profile import EquipmentProfile
from rigd.equipment.profile_toml import parse_profile, profile_text
from rigd.errors import ConfigError
from rigd.optics.filter_offsets import SlotKind

TEXT = """name = "Demo"
reference_filter = "l"
[wheel]
address = { server = "sim", device = "Simulated Wheel" }
slots = ["l", "ha"]
[filters.l]
name = "L"
[filters.ha]
name = "Ha"
thickness_mm = 3.0
glass = "N-BK7"
band_centre_nm = 656.3
size = "36 mm"
focus_offset_steps = 40
[filters.spare]
name = "OIII"
"""


@pytest.fixture
def profile() -> EquipmentProfile:
    return parse_profile(TEXT, "demo")


def test_a_filter_that_is_recognised_keeps_its_offset_and_leaves_to_the_catalog_what_it_knows(
    profile: EquipmentProfile,
) -> None:
    told = ("thickness_mm", "band_centre_nm")
    after = recognise_filter(profile, "ha", "antlia-3nm-ha", told)

    said = after.filters["ha"]
    assert (said.id, said.name, said.focus_offset_steps) == ("antlia-3nm-ha", "Ha", 40)
    assert (said.thickness_mm, said.glass, said.band_centre_nm) == (None, "N-BK7", None)
    assert said.size == profile.filters["ha"].size
    assert slot_keys(after) == ("l", "ha")


def test_another_filter_in_a_slot_has_nothing_of_the_one_before(profile: EquipmentProfile) -> None:
    after = put_new_filter(profile, 1, "Ha 3nm", "antlia-3nm-ha")

    key = slot_keys(after)[1]
    assert (after.filters[key].name, after.filters[key].id) == ("Ha 3nm", "antlia-3nm-ha")
    assert after.filters[key].focus_offset_steps is None
    assert set(spare_keys(after)) == {"ha", "spare"}
    assert after.filters["ha"] == profile.filters["ha"]


def test_filters_change_places(profile: EquipmentProfile) -> None:
    assert slot_keys(put_filter(profile, 0, "ha")) == ("ha", "l")
    assert spare_keys(put_filter(profile, 1, "spare")) == ("ha",)


def test_without_the_reference_filter_in_the_wheel_none_is_named(profile: EquipmentProfile) -> None:
    assert put_filter(profile, 0, "spare").reference_filter is None
    assert put_filter(profile, 0, "ha").reference_filter == "l"


def test_what_is_called_empty_has_no_glass(profile: EquipmentProfile) -> None:
    after = put_new_filter(profile, 1, "empty", None)

    assert after.filters[slot_keys(after)[1]].kind is SlotKind.EMPTY


def test_an_offset_is_stated_and_taken_back(profile: EquipmentProfile) -> None:
    assert state_offset(profile, "l", -7).filters["l"].focus_offset_steps == -7
    assert state_offset(profile, "ha", None).filters["ha"].focus_offset_steps is None


def test_no_two_filters_have_one_name(profile: EquipmentProfile) -> None:
    with pytest.raises(ConfigError, match="another filter is called 'ha'"):
        rename_filter(profile, "l", "ha")
    with pytest.raises(ConfigError, match="another filter is called 'l'"):
        put_new_filter(profile, 1, "l", None)
    assert rename_filter(profile, "ha", "HA").filters["ha"].name == "HA"


@pytest.mark.parametrize("slot", [-1, 2])
def test_a_slot_that_is_not_there_is_refused(profile: EquipmentProfile, slot: int) -> None:
    with pytest.raises(ConfigError, match="there is no slot"):
        put_filter(profile, slot, "spare")


def test_what_is_changed_reads_back_the_same(profile: EquipmentProfile) -> None:
    after = put_new_filter(recognise_filter(profile, "ha", "x", ()), 0, "R", "y")

    assert parse_profile(profile_text(after), "again") == after
