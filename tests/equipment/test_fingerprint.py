"""Offsets are filed under exactly the light path and the filter that they were learnt with."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rigd.equipment.fingerprint import OffsetKey, filter_fingerprint, offset_key, train_fingerprint
from rigd.equipment.profile import EquipmentProfile
from rigd.errors import ConfigError

KEYS = ("l", "r", "ha", "oiii")


def tables() -> dict[str, Any]:
    return {
        "name": "Esprit",
        "reference_filter": "l",
        "optic": {"id": "esprit-100", "focal_length_mm": 550.0, "focal_ratio": 5.5},
        "camera": {"id": "asi2600mm", "mount_configuration": "bare"},
        "wheel": {
            "address": {"server": "indi", "device": "EFW"},
            "id": "efw-7x36",
            "slots": list(KEYS),
        },
        "focuser": {
            "address": {"server": "indi", "device": "EAF"},
            "moves": "drawtube",
            "step_size_um": 4.0,
            "direction": "outward",
        },
        "filters": {
            "l": {"name": "L", "thickness_mm": 2.0},
            "r": {"name": "R", "thickness_mm": 2.0},
            "ha": {"name": "Ha", "thickness_mm": 3.0, "glass": "N-BK7", "band_centre_nm": 656.3},
            "oiii": {"name": "OIII", "thickness_mm": 3.0},
        },
        "train": {"devices": ["flattener", "oag"]},
    }


def profile(**changes: object) -> EquipmentProfile:
    """The profile with some values changed: `optic__id="x"`."""
    data = tables()
    for path, value in changes.items():
        *above, last = path.split("__")
        table = data
        for key in above:
            table = table.setdefault(key, {})
        table[last] = value
    return EquipmentProfile.model_validate(data)


@pytest.mark.parametrize(
    "change",
    [
        {"name": "The refractor"},
        {"optic__name": "my telescope"},
        {"filters__ha__name": "H-alpha 3 nm"},
        {"filters__ha__focus_offset_steps": 12},
        {"mount": {"address": {"server": "indi", "device": "EQ6"}}},
        {"focuser__max_steps": 60000},
        {"focuser__tolerance_steps": 9},
        {"focuser__address__connect": True},
        {"gates__quiet_s": 5.0},
        {"train__owned": {"m48-10": 2}},
        {"reference_filter": "ha"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_cosmetic_edit_keeps_the_fingerprints(change: dict[str, object]) -> None:
    edited = profile(**change)

    assert train_fingerprint(edited) == train_fingerprint(profile())
    assert filter_fingerprint(edited, "ha") == filter_fingerprint(profile(), "ha")


@pytest.mark.parametrize(
    "change",
    [
        {"optic__id": "edge-8"},
        {"optic__focal_length_mm": 407.0},
        {"optic__focal_ratio": 4.1},
        {"camera__id": "asi6200mm"},
        {"camera__mount_configuration": "with-ring"},
        {"camera__flange_distance_mm": 17.5},
        {"camera": None},
        {"wheel__id": "efw-8x31"},
        {"focuser": None},
        {"focuser__id": "eaf"},
        {"focuser__address__device": "Moonlite"},
        {"focuser__address__server": "alpaca"},
        {"focuser__moves": "riding_reducer"},
        {"focuser__magnification": 0.74},
        {"focuser__step_size_um": 2.0},
        {"focuser__step_size_um": None},
        {"focuser__direction": "inward"},
        {"train__devices": ["oag", "flattener"]},
        {"train__devices": ["flattener"]},
    ],
    ids=str,
)
def test_any_change_of_the_light_path_changes_the_fingerprint(change: dict[str, object]) -> None:
    assert train_fingerprint(profile(**change)) != train_fingerprint(profile())


@pytest.mark.parametrize(
    "change",
    [
        {"filters__ha__id": "maker-ha"},
        {"filters__ha__thickness_mm": 2.0},
        {"filters__ha__thickness_mm": None},
        {"filters__ha__glass": "fused silica"},
        {"filters__ha__band_centre_nm": 672.0},
        {"filters__ha__kind": "empty"},
    ],
    ids=str,
)
def test_another_glass_is_another_filter_in_the_same_train(change: dict[str, object]) -> None:
    assert filter_fingerprint(profile(**change), "ha") != filter_fingerprint(profile(), "ha")
    assert train_fingerprint(profile(**change)) == train_fingerprint(profile())


def test_two_filters_of_the_same_kind_are_two_things() -> None:
    assert filter_fingerprint(profile(), "l") != filter_fingerprint(profile(), "r")


def test_an_optic_without_entry_is_known_by_its_name() -> None:
    one = profile(optic__id=None, optic__name="Esprit  100")
    same = profile(optic__id=None, optic__name="esprit 100")
    other = profile(optic__id=None, optic__name="EdgeHD 8")

    assert train_fingerprint(one) == train_fingerprint(same)
    assert train_fingerprint(one) != train_fingerprint(other)


def test_an_offset_counted_from_another_filter_is_another_offset() -> None:
    before, after = (offset_key(profile(reference_filter=key), "ha") for key in ("l", "r"))

    assert (before.train, before.filter) == (after.train, after.filter)
    assert before.reference != after.reference


def test_without_a_reference_filter_the_key_has_none() -> None:
    assert offset_key(profile(reference_filter=None), "ha").reference is None


def test_a_filter_that_the_profile_lacks_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"there is no \[filters\.sii\]"):
        filter_fingerprint(profile(), "sii")


def test_a_thickness_of_minus_nothing_is_nothing() -> None:
    one, other = profile(filters__l__thickness_mm=0.0), profile(filters__l__thickness_mm=-0.0)

    assert filter_fingerprint(one, "l") == filter_fingerprint(other, "l")


@settings(deadline=None)
@given(order=st.permutations(KEYS), left_out=st.integers(0, 3), name=st.text(min_size=1))
def test_slots_and_names_never_matter(order: list[str], left_out: int, name: str) -> None:
    swapped = profile(wheel__slots=order[: 4 - left_out], name=name, filters__ha__name=name)

    assert [offset_key(swapped, key) for key in KEYS] == [offset_key(profile(), k) for k in KEYS]


LIGHT_PATH = {
    "optic__id": st.sampled_from(["esprit-100", "edge-8"]),
    "optic__focal_length_mm": st.sampled_from([550.0, 407.0]),
    "camera__id": st.sampled_from(["asi2600mm", "asi6200mm"]),
    "focuser__address__device": st.sampled_from(["EAF", "Moonlite"]),
    "focuser__moves": st.sampled_from(["drawtube", "riding_reducer"]),
    "focuser__magnification": st.sampled_from([None, 0.74]),
    "focuser__step_size_um": st.sampled_from([None, 4.0, 2.0]),
    "focuser__direction": st.sampled_from([None, "outward", "inward"]),
    "train__devices": st.permutations(["reducer", "oag"]),
}
SAME_LIGHT = {
    "name": st.text(min_size=1),
    "wheel__slots": st.permutations(KEYS),
    "focuser__max_steps": st.none() | st.integers(1, 60000),
}


@settings(deadline=None)
@given(
    path=st.fixed_dictionaries(LIGHT_PATH),
    other=st.fixed_dictionaries(LIGHT_PATH),
    look=st.fixed_dictionaries(SAME_LIGHT),
    other_look=st.fixed_dictionaries(SAME_LIGHT),
)
def test_keys_agree_exactly_if_the_light_paths_do(
    path: dict[str, object],
    other: dict[str, object],
    look: dict[str, object],
    other_look: dict[str, object],
) -> None:
    one, two = profile(**path, **look), profile(**other, **other_look)

    assert (train_fingerprint(one) == train_fingerprint(two)) is (path == other)


def test_a_year_never_lends_an_offset_to_another_light_path() -> None:
    learnt: dict[OffsetKey, int] = {}

    def learn(night: EquipmentProfile, **steps: int) -> None:
        learnt.update({offset_key(night, key): value for key, value in steps.items()})

    def in_force(night: EquipmentProfile) -> dict[str, int | None]:
        slots = night.wheel.slots if night.wheel else ()
        return {key: learnt.get(offset_key(night, key)) for key in slots}

    nothing = dict.fromkeys(KEYS)
    edge: dict[str, object] = {
        "name": "EdgeHD",
        "optic": {"id": "edge-8", "focal_length_mm": 2032.0, "focal_ratio": 10.0},
        "focuser__address__device": "Celestron SCT",
        "focuser__moves": "primary",
    }

    # January: the refractor, for the first time; nobody knows anything.
    january = profile()
    assert in_force(january) == nothing
    learn(january, l=0, r=4, ha=-31, oiii=-28)

    # February: the filters move to other slots, and the profile gets another name.
    february = profile(name="Winter", wheel__slots=["oiii", "l", "ha", "r"])
    assert in_force(february) == {"oiii": -28, "l": 0, "ha": -31, "r": 4}

    # March: the other telescope, with the same wheel and camera.
    assert in_force(profile(**edge)) == nothing
    learn(profile(**edge), l=0, ha=110)

    # April: a reducer comes, and rides on the drawtube.
    reduced: dict[str, object] = {
        "optic__focal_length_mm": 407.0,
        "optic__focal_ratio": 4.1,
        "train__devices": ["reducer", "oag"],
        "focuser__moves": "riding_reducer",
        "focuser__magnification": 0.74,
    }
    assert in_force(profile(**reduced)) == nothing
    learn(profile(**reduced), l=0, ha=-57)

    # May: it goes again, and the old offsets are back.
    assert in_force(profile()) == {"l": 0, "r": 4, "ha": -31, "oiii": -28}

    # June: the other camera on the refractor.
    june = profile(camera__id="asi6200mm")
    assert in_force(june) == nothing

    # August: back on the long telescope; only what was learnt there, then.
    assert in_force(profile(**edge)) == {"l": 0, "r": None, "ha": 110, "oiii": None}

    # September: a new H-alpha filter in the old one's place and under its name.
    september = profile(filters__ha__thickness_mm=2.0)
    assert in_force(september) == {"l": 0, "r": 4, "ha": None, "oiii": -28}

    # October: a new reference filter; steps counted from the old one say nothing.
    assert in_force(profile(reference_filter="r")) == nothing

    # November: the focuser is replaced by one with finer steps.
    november = profile(focuser__address__device="Moonlite", focuser__step_size_um=0.7)
    assert in_force(november) == nothing

    # December: everything as it was in January.
    assert in_force(profile()) == {"l": 0, "r": 4, "ha": -31, "oiii": -28}
