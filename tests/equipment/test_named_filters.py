"""Filters go by the names that people write; each gets a key that stays the same."""

from rigd.equipment.profile import EquipmentProfile
from rigd.equipment.profile_toml import parse_profile, profile_text
from rigd.optics.filter_offsets import SlotKind


def profile(slots: str, more: str = "") -> EquipmentProfile:
    return parse_profile(f'name = "x"\n[wheel]\nslots = {slots}\n{more}', "x.toml")


def keys(found: EquipmentProfile) -> tuple[str, ...]:
    assert found.wheel is not None
    return found.wheel.slots


def names(found: EquipmentProfile) -> list[str]:
    return [found.filters[key].name for key in keys(found)]


def test_a_name_is_enough_for_a_filter() -> None:
    found = profile('["L", "R", "Ha 3nm", "O III", "H\N{GREEK SMALL LETTER ALPHA}", "UV/IR"]')

    assert keys(found) == ("l", "r", "ha-3nm", "o-iii", "ha", "uv-ir")
    assert names(found) == ["L", "R", "Ha 3nm", "O III", "H\N{GREEK SMALL LETTER ALPHA}", "UV/IR"]


def test_a_key_follows_from_the_name_whatever_slot_the_filter_is_in() -> None:
    one, other = (
        profile('["L", "H\N{GREEK SMALL LETTER ALPHA}", "Ha", "赤"]'),
        profile('["赤", "Ha", "L", "H\N{GREEK SMALL LETTER ALPHA}"]'),
    )

    by_name = dict(zip(names(one), keys(one), strict=True))

    assert len(set(by_name.values())) == 4
    assert by_name["赤"].startswith("filter-")
    assert by_name == dict(zip(names(other), keys(other), strict=True))


def test_what_has_no_glass_is_said_by_its_name() -> None:
    found = profile('["L", "Empty", "empty", "Dark", "Black"]')

    assert [found.filters[key].kind for key in keys(found)] == [
        SlotKind.FILTER,
        SlotKind.EMPTY,
        SlotKind.EMPTY,
        SlotKind.OPAQUE,
        SlotKind.UNKNOWN,
    ]
    assert names(found)[1:3] == ["Empty", "empty 2"]


def test_a_table_describes_the_filter_that_a_slot_names_by_key_or_name() -> None:
    found = profile(
        '["L", "ha", "Oiii 3nm"]',
        '[filters.L]\nid = "baader_l"\n[filters.ha]\nname = "Ha 3nm"\n'
        '[filters."OIII 3nm"]\nthickness_mm = 2.0\n',
    )

    assert keys(found) == ("l", "ha", "oiii-3nm")
    assert names(found) == ["L", "Ha 3nm", "OIII 3nm"]
    assert found.filters["l"].id == "baader_l"
    assert found.filters["oiii-3nm"].thickness_mm == 2.0


def test_a_table_without_a_name_goes_by_its_key() -> None:
    found = profile(
        '["red"]', '[filters.red]\nid = "baader_r"\n[filters.spare]\nthickness_mm = 2.0'
    )

    assert found.filters["red"].name == "red"
    assert found.filters["spare"].name == "spare"


def test_the_reference_goes_by_name_too() -> None:
    found = parse_profile(
        'name = "x"\nreference_filter = "Ha 3nm"\n[wheel]\nslots = ["L", "Ha 3nm"]', "x.toml"
    )

    assert found.reference_filter == "ha-3nm"


def test_a_profile_of_names_reads_back_as_it_was_written() -> None:
    found = profile('["L", "Empty", "empty", "Dark", "赤"]')

    assert parse_profile(profile_text(found), "again.toml") == found
