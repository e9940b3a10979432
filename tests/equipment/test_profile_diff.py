"""What changed between two profiles is one list of sentences."""

from rigd.equipment.profile import EquipmentProfile
from rigd.equipment.profile_diff import Change, profile_changes

BEFORE = EquipmentProfile.model_validate(
    {
        "name": "Esprit",
        "wheel": {"address": {"server": "indi", "device": "EFW"}, "slots": ["l", "ha"]},
        "filters": {"l": {"name": "L"}, "ha": {"name": "Ha", "thickness_mm": 3.0}},
    }
)


def changed(**tables: object) -> EquipmentProfile:
    return EquipmentProfile.model_validate({**BEFORE.model_dump(), **tables})


def test_the_same_profile_has_no_changes() -> None:
    assert profile_changes(BEFORE, changed()) == ()


def test_a_name_is_one_sentence() -> None:
    (change,) = profile_changes(BEFORE, changed(name="Winter"))

    assert change == Change(key="name", before="Esprit", after="Winter")
    assert str(change) == "name: Winter, was Esprit"


def test_swapped_slots_are_told_slot_by_slot() -> None:
    wheel = {"address": {"server": "indi", "device": "EFW"}, "slots": ["ha", "l"]}

    changes = profile_changes(BEFORE, changed(wheel=wheel))

    assert [str(change) for change in changes] == [
        "wheel.slots.1: ha, was l",
        "wheel.slots.2: l, was ha",
    ]


def test_what_is_new_or_gone_was_not_or_is_no_longer_stated() -> None:
    after = changed(
        reference_filter="l",
        filters={"l": {"name": "L"}, "ha": {"name": "Ha"}},
        train={"devices": ["oag", "wheel"]},
    )

    assert [str(change) for change in profile_changes(BEFORE, after)] == [
        "reference_filter: l, was not stated",
        "filters.ha.thickness_mm: no longer stated, was 3.0",
        "train.devices: oag, wheel, was not stated",
    ]


def test_the_changes_back_are_the_changes_turned_round() -> None:
    after = changed(name="Winter", gates={"reactive": False})

    there, back = profile_changes(BEFORE, after), profile_changes(after, BEFORE)

    assert [(c.key, c.before, c.after) for c in there] == [(c.key, c.after, c.before) for c in back]
    assert there[-1] == Change(key="gates.reactive", before="true", after="false")
