"""What a person is told who changes a profile."""

from rigd.cli.profile_changes import edit_lines
from rigd.equipment.profile import EquipmentProfile
from rigd.equipment.profile_tables import FilterProfile, OpticProfile, WheelProfile


def profile(*, focal_ratio: float | None = 6.0, thickness_mm: float = 2.0) -> EquipmentProfile:
    return EquipmentProfile(
        name="Pier",
        reference_filter="l",
        optic=OpticProfile(name="scope", focal_length_mm=480.0, focal_ratio=focal_ratio),
        wheel=WheelProfile(slots=("l", "ha")),
        filters={
            "l": FilterProfile(name="L", thickness_mm=2.0),
            "ha": FilterProfile(name="Ha", thickness_mm=thickness_mm),
        },
    )


def test_an_edit_that_makes_runs_count_no_longer_says_so_and_how_they_count_again() -> None:
    told = edit_lines(profile(), profile(focal_ratio=5.0))

    assert told[0] == "optic.focal_ratio: 5.0, was 6.0"
    assert told[1].startswith("optic.focal_ratio: another light path, in which the runs")
    assert "`rigd profile undo`" in told[1]
    assert "`rigd runs restate KEY --frame raw`" in told[1]
    assert len(told) == 2


def test_what_was_unknown_before_makes_no_run_count_less() -> None:
    assert len(edit_lines(profile(focal_ratio=None), profile())) == 1


def test_another_filter_in_a_slot_is_said_to_have_an_offset_of_its_own() -> None:
    told = edit_lines(profile(), profile(thickness_mm=3.0))

    assert told[1:] == ["ha is another filter: it has an offset of its own"]
