"""What is read out of each program's file, and what is left."""

from datetime import date
from pathlib import Path

import pytest

from rigd.equipment.imports.imported import Imported, ImportedOffset, ImportedServer
from rigd.equipment.imports.reader import read_bytes, read_path
from rigd.equipment.profile_tables import DeviceAddress
from rigd.errors import InvalidValueError
from rigd.optics.filter_offsets import SlotKind
from tests.equipment.imports.files import FIXTURES, database, fixture

WRITTEN = date(2025, 10, 4)


def imported(name: str, *changes: tuple[bytes, bytes]) -> Imported:
    content = fixture(name)
    for before, after in changes:
        assert before in content
        content = content.replace(before, after)
    return read_bytes(content, name, WRITTEN)


def steps(result: Imported) -> dict[str, int]:
    return {o.filter: o.focus_offset_steps for o in result.trains[0].offsets}


def test_nina_gives_filters_by_position_with_offsets_and_telescope() -> None:
    result = imported("nina.profile")

    profile = result.train(None).profile
    assert profile.name == "Esprit 100"
    assert profile.wheel is not None
    assert profile.wheel.slots == ("l", "ha-3nm", "dark")
    assert profile.reference_filter == "l"
    assert (profile.optic.focal_length_mm, profile.optic.focal_ratio) == (550.0, 5.5)
    assert profile.mount is None
    assert result.train(None).offsets[1] == ImportedOffset(
        filter="ha-3nm",
        focus_offset_steps=-31,
        reference="l",
        source="N.I.N.A. nina.profile",
        date=date(2025, 9, 30),  # its LastUsed: the file is a later copy
    )


def test_nina_keeps_back_what_it_cannot_say() -> None:
    result = imported("nina.profile")

    profile = result.trains[0].profile
    assert profile.focuser is not None
    assert profile.focuser.moves is None
    assert profile.focuser.step_size_um is None
    assert profile.filters["ha-3nm"].thickness_mm is None
    assert result.not_understood == (
        "focuser: BacklashOut 120 steps",
        "settings not read: ApplicationSettings",
    )
    assert any("UseFilterWheelOffsets is on" in line for line in result.warnings)


def test_nina_s_devices_are_sought_on_an_alpaca_server() -> None:
    result = imported("nina.profile")

    profile = result.trains[0].profile
    assert profile.wheel is not None
    assert profile.wheel.address == DeviceAddress(server="alpaca", device="ZWO EFW")
    assert profile.focuser is not None
    assert profile.focuser.address.device == "2f6f4a1e-1111-4222-8333-444455556666"
    assert result.trains[0].servers == (
        ImportedServer(name="alpaca", driver="alpaca", host="192.168.1.20"),
    )
    assert any("reaches it as 'ASCOM.EFW2.FilterWheel'" in line for line in result.warnings)


def test_nina_s_manual_wheel_is_changed_by_hand() -> None:
    result = imported("nina.profile", (b"ASCOM.EFW2.FilterWheel", b"Manual Filter Wheel"))

    wheel = result.trains[0].profile.wheel
    assert wheel is not None
    assert wheel.manual
    assert wheel.slots == ("l", "ha-3nm", "dark")
    assert not any("no wheel" in line for line in result.warnings)


@pytest.mark.parametrize("said", [b"<LastUsed/>", b"<LastUsed>soon</LastUsed>", b""])
def test_without_a_last_use_nina_s_offsets_are_as_old_as_the_file(said: bytes) -> None:
    stated = b"<LastUsed>2025-09-30T19:12:44.1+02:00</LastUsed>"
    result = imported("nina.profile", (stated, said))

    assert {offset.date for offset in result.trains[0].offsets} == {WRITTEN}


def test_a_static_alpaca_address_has_no_unique_id() -> None:
    static = (b"2f6f4a1e-1111-4222-8333-444455556666", b"75ABC27F-85F6-4993-B42C-C66E1F5726E3")
    result = imported("nina.profile", static)

    focuser = result.trains[0].profile.focuser
    assert focuser is not None
    assert focuser.address.device == "ZWO EAF"


def test_many_settings_that_are_not_read_are_one_short_line() -> None:
    many = "".join(f"<S{number}/>" for number in range(50)).encode()
    result = imported("nina.profile", (b"<Description />", many))

    assert result.not_understood[-1].endswith("S18 and 31 more")


def test_a_slot_that_may_have_no_glass_is_of_unknown_kind() -> None:
    result = imported("nina.profile")

    assert result.trains[0].profile.filters["dark"].kind is SlotKind.UNKNOWN
    assert "dark" not in steps(result)
    assert any("slot 3 (Dark): state its kind" in line for line in result.warnings)


def test_a_hole_in_nina_s_positions_is_a_slot_of_unknown_kind() -> None:
    result = imported("nina.profile", (b"<a:_position>2<", b"<a:_position>3<"))

    wheel = result.trains[0].profile.wheel
    assert wheel is not None
    assert wheel.slots == ("l", "ha-3nm", "slot-3", "dark")


def test_an_unset_focal_length_stays_unknown() -> None:
    result = imported("nina.profile", (b">550<", b">NaN<"), (b">5.5<", b">NaN<"))

    assert result.trains[0].profile.optic.focal_length_mm is None
    assert result.trains[0].profile.optic.focal_ratio is None


def test_without_a_wheel_the_filters_stand_in_no_slots() -> None:
    result = imported("nina.profile", (b"ASCOM.EFW2.FilterWheel", b"No_Device"))

    assert result.trains[0].profile.wheel is None
    assert list(result.trains[0].profile.filters) == ["l", "ha-3nm", "dark"]
    assert any("their order was l, ha-3nm, dark" in line for line in result.warnings)


def test_offsets_that_are_all_zero_were_never_set() -> None:
    result = imported("nina.profile", (b">-31<", b">0<"))

    assert steps(result) == {}
    assert result.trains[0].profile.reference_filter is None
    assert any("every offset is 0" in line for line in result.warnings)


def test_offsets_without_a_zero_have_no_reference() -> None:
    result = imported("nina.profile", (b"_focusOffset>0<", b"_focusOffset>9<"))

    assert steps(result) == {}
    assert any("counted from is unknown" in line for line in result.warnings)


@pytest.mark.parametrize("offset", [b"12.5", b"many", b"1e9"])
def test_an_offset_that_is_no_step_count_is_not_understood(offset: bytes) -> None:
    result = imported("nina.profile", (b">-31<", b">" + offset + b"<"))

    assert "ha-3nm" not in steps(result)
    assert any("is no step count" in line for line in result.not_understood)


def test_ccdciel_gives_filters_offsets_and_indi_devices() -> None:
    result = imported("ccdciel.conf")

    profile = result.trains[0].profile
    assert profile.wheel is not None
    assert profile.wheel.slots == ("lum", "red", "o-iii")
    assert profile.wheel.address == DeviceAddress(server="indi", device="ZWO EFW")
    assert profile.optic.focal_length_mm == 1000.0
    assert profile.mount is None
    assert "focuser: FocuserBacklash 100 steps" in result.not_understood


def test_a_second_zero_may_never_have_been_set() -> None:
    result = imported("ccdciel.conf")

    assert steps(result) == {"lum": 0, "o-iii": 18}
    assert any(line.endswith("so not taken: red") for line in result.warnings)


def test_ccdciel_s_focal_length_from_the_mount_is_not_the_file_s() -> None:
    result = imported(
        "ccdciel.conf", (b'FocaleFromTelescope="False"', b'FocaleFromTelescope="True"')
    )

    assert result.trains[0].profile.optic.focal_length_mm is None


def test_ekos_gives_a_profile_for_every_optical_train() -> None:
    result = read_bytes(database(), "userdb.sqlite", WRITTEN)

    profile = result.train("Primary").profile
    assert [train.profile.name for train in result.trains] == ["Pier/Primary", "Pier/Guide"]
    assert profile.wheel is not None
    assert profile.wheel.slots == ("luminance", "h-alpha")
    assert profile.filters["h-alpha"].band_centre_nm == 656.0
    assert profile.filters["luminance"].band_centre_nm is None
    assert steps(result) == {"luminance": 0, "h-alpha": -25}


SECOND_PRIMARY = (
    "INSERT INTO opticaltrains SELECT 3, 2, name, mount, dustcap, lightbox, scope, reducer, "
    "rotator, focuser, filterwheel, camera, guider FROM opticaltrains WHERE id = 1"
)


def test_every_ekos_profile_may_have_a_primary_train_on_a_server_of_its_own() -> None:
    result = read_bytes(database(SECOND_PRIMARY), "userdb.sqlite", WRITTEN)

    assert result.train("Travel/Primary").servers == (
        ImportedServer(name="indi", driver="indi", host="192.168.4.7", port=7625),
    )
    assert result.train("Pier/Primary").servers[0].port == 7624
    with pytest.raises(InvalidValueError, match="more than one train is called 'Primary'"):
        result.train("Primary")


def test_a_train_of_no_profile_keeps_its_own_name() -> None:
    result = read_bytes(database("DROP TABLE profile"), "userdb.sqlite", WRITTEN)

    assert [train.profile.name for train in result.trains] == ["Primary", "Guide"]
    assert result.trains[0].servers == (ImportedServer(name="indi", driver="indi"),)


def test_a_filter_that_ekos_focuses_after_each_change_is_said() -> None:
    result = read_bytes(database(), "userdb.sqlite", WRITTEN)

    assert any("after each change to Luminance (UseAutoFocus)" in w for w in result.warnings)


@pytest.mark.parametrize(
    ("changes", "reference"),
    [
        # Ha stands first and was never measured; what others focus with counts.
        (
            (
                "UPDATE filter SET Color = 'OIII', Offset = -31 WHERE id = 1",
                "UPDATE filter SET Offset = 0, LockedFilter = '--' WHERE id = 2",
                "INSERT INTO filter VALUES "
                "(4, 'ZWO EFW', '', '', 'R', 1, 0, 0, '--', 0, 0, 0, 0, 0, 0, 500)",
                "UPDATE filter SET LockedFilter = 'R' WHERE id = 1",
            ),
            "r",
        ),
        # Nobody says which, and one is the luminance.
        (
            (
                "UPDATE filter SET Color = 'Ha', LockedFilter = '--' WHERE id = 1",
                "UPDATE filter SET Color = 'Lum', Offset = 0, LockedFilter = '--' WHERE id = 2",
                "INSERT INTO filter VALUES "
                "(4, 'ZWO EFW', '', '', 'R', 1, 7, 0, '--', 0, 0, 0, 0, 0, 0, 500)",
            ),
            "lum",
        ),
        # Nothing tells the two apart.
        (
            (
                "UPDATE filter SET Color = 'Ha', LockedFilter = '--' WHERE id = 1",
                "UPDATE filter SET Color = 'R', Offset = 0, LockedFilter = '--' WHERE id = 2",
                "INSERT INTO filter VALUES "
                "(4, 'ZWO EFW', '', '', 'OIII', 1, 7, 0, '--', 0, 0, 0, 0, 0, 0, 500)",
            ),
            None,
        ),
    ],
)
def test_of_two_zeros_only_one_that_something_names_is_the_reference(
    changes: tuple[str, ...], reference: str | None
) -> None:
    result = read_bytes(database(*changes), "userdb.sqlite", WRITTEN)

    train = result.train("Primary")
    assert train.profile.reference_filter == reference
    assert bool(train.offsets) == (reference is not None)
    if reference is None:
        assert any("several filters have the offset 0 (ha, r)" in w for w in result.warnings)


def test_ekos_s_reducer_is_in_the_focal_length_and_its_side_is_asked() -> None:
    result = read_bytes(database(), "userdb.sqlite", WRITTEN)

    optic = result.trains[0].profile.optic
    assert optic.name == "Askar 71F"
    assert optic.focal_length_mm == 367.5  # 490 mm x 0.75
    assert optic.focal_ratio == 5.1761  # 367.5 / 71
    assert any("whether it rides on the focuser" in line for line in result.warnings)


def test_ekos_s_scope_without_a_row_has_a_name_and_no_figures() -> None:
    result = read_bytes(database(), "userdb.sqlite", WRITTEN)

    optic = result.train("Guide").profile.optic
    assert (optic.name, optic.focal_length_mm) == ("Gone 300@F/6.0", None)
    assert "filters of Old Wheel: no optical train uses this wheel" in result.not_understood


def test_a_focal_length_that_cannot_be_is_unknown() -> None:
    content = database(
        "UPDATE telescope SET FocalLength = 1e-9 WHERE Vendor = 'Askar'",
        "UPDATE opticaltrains SET scope = 'Askar 71F 0@F/0.0'",
    )

    optic = read_bytes(content, "userdb.sqlite").trains[0].profile.optic

    assert optic.name == "Askar 71F"
    assert (optic.focal_length_mm, optic.focal_ratio) == (None, None)


def test_an_ekos_database_without_trains_gives_its_wheels() -> None:
    result = read_bytes(database("DROP TABLE opticaltrains"), "userdb.sqlite", WRITTEN)

    assert [train.profile.name for train in result.trains] == ["ZWO EFW", "Old Wheel"]


def test_reading_leaves_the_database_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "userdb.sqlite"
    path.write_bytes(database())

    read_path(path)

    assert path.read_bytes() == database()
    assert list(tmp_path.iterdir()) == [path]


def test_indi_s_camera_names_its_focuser_and_mount() -> None:
    result = imported("camera_config.xml")

    profile = result.trains[0].profile
    assert profile.camera is not None
    assert profile.camera.address == DeviceAddress(server="indi", device="QHY CCD 268M")
    assert profile.focuser is not None
    assert profile.focuser.address.device == "Moonlite"
    assert profile.mount is not None
    assert any("filter wheel QHYCFW3" in line for line in result.not_understood)


def test_a_simulator_that_nobody_chose_is_no_device() -> None:
    result = imported("camera_config.xml", (b"Moonlite", b"Focuser Simulator"))

    assert result.trains[0].profile.focuser is None
    assert any("ACTIVE_FOCUSER: Focuser Simulator" in line for line in result.not_understood)


def test_two_filters_of_one_name_have_two_keys() -> None:
    result = imported("wheel_config.xml")

    wheel = result.trains[0].profile.wheel
    assert wheel is not None
    assert wheel.slots == ("luminance", "luminance-2")


def test_the_date_is_that_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "ccdciel.conf"
    path.write_bytes((FIXTURES / "ccdciel.conf").read_bytes())

    offset = read_path(path).trains[0].offsets[0]

    assert offset.date is not None
    assert offset.as_json()["date"] == offset.date.isoformat()
