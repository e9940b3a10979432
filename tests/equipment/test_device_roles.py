"""Open roles: the profile's word, then the camera's, then the only device; else a question."""

from dataclasses import replace
from importlib.resources import as_file, files
from typing import Any

import pytest

from rigd.devices.identity import ActiveDevices, DeviceIdentity, DeviceKind, DeviceRef, WireProtocol
from rigd.equipment.device_roles import KINDS, RoleAssignment, assign_role, candidates, open_roles
from rigd.equipment.profile import EquipmentProfile
from rigd.equipment.profile_tables import GuideFocuserProfile
from rigd.equipment.profile_toml import read_profile


def profile(**addresses: str | None) -> EquipmentProfile:
    """The demo's profile with other addresses: `focuser="Second"`; None leaves the role open."""
    with as_file(files("rigd.profiles") / "examples" / "demo.toml") as path:
        whole = read_profile(path)
    tables: dict[str, Any] = {}
    for role, device in addresses.items():
        part = getattr(whole, role)
        address = None if device is None else part.address.model_copy(update={"device": device})
        tables[role] = part.model_copy(update={"address": address})
    return whole.model_copy(update=tables)


def device(
    role: str, name: str, server: str = "simulators", **active: str | None
) -> DeviceIdentity:
    return DeviceIdentity(
        ref=DeviceRef(server, name),
        protocol=WireProtocol.INDI,
        name=name,
        kinds=frozenset({KINDS[role]}),
        active=ActiveDevices(**active),
    )


CAMERA = device("camera", "CCD Simulator")
FOCUSER = device("focuser", "Focuser Simulator")
SECOND = device("focuser", "Second")


def found(one: RoleAssignment | None) -> tuple[str, str] | None:
    return None if one is None else (one.key, one.value)


def test_the_profiles_word_wins() -> None:
    camera = device("camera", "CCD Simulator", focuser="Second")

    assert open_roles(profile()) == ()
    assert assign_role(profile(), (camera, FOCUSER, SECOND), all_seen=True) is None


def test_the_cameras_word_beats_being_the_only_one() -> None:
    camera = device("camera", "CCD Simulator", focuser="Second")

    one = assign_role(profile(focuser=None), (camera, FOCUSER, SECOND), all_seen=False)

    assert found(one) == ("focuser.address", "simulators/Second")
    assert one is not None
    assert one.because == "ACTIVE_DEVICES of CCD Simulator says so"


def test_the_only_device_is_taken_once_all_were_seen() -> None:
    open_focuser = profile(focuser=None)

    assert assign_role(open_focuser, (CAMERA, FOCUSER), all_seen=False) is None
    one = assign_role(open_focuser, (CAMERA, FOCUSER), all_seen=True)
    assert found(one) == ("focuser.address", "simulators/Focuser Simulator")


def test_two_candidates_are_not_guessed() -> None:
    assert assign_role(profile(focuser=None), (CAMERA, FOCUSER, SECOND), all_seen=True) is None


def test_a_camera_is_known_by_the_devices_that_it_names() -> None:
    guide = device("camera", "Guide Simulator")
    main = device("camera", "CCD Simulator", filterwheel="Filter Simulator")

    one = assign_role(profile(camera=None), (guide, main), all_seen=False)

    assert found(one) == ("camera.address", "simulators/CCD Simulator")


def test_two_cameras_that_name_the_same_wheel_are_not_guessed() -> None:
    both = [device("camera", name, filterwheel="Filter Simulator") for name in ("One", "Two")]

    assert assign_role(profile(camera=None), both, all_seen=True) is None


def test_another_cameras_word_does_not_count() -> None:
    guide = device("camera", "Guide Simulator", focuser="Second")

    assert (
        assign_role(profile(focuser=None), (CAMERA, guide, FOCUSER, SECOND), all_seen=True) is None
    )


def test_a_camera_that_names_itself_as_its_wheel_decides_nothing() -> None:
    camera = replace(
        device("camera", "CCD Simulator", filterwheel="CCD Simulator"),
        kinds=frozenset({DeviceKind.CAMERA, DeviceKind.FILTERWHEEL}),
    )
    wheel = device("wheel", "Filter Simulator")

    assert assign_role(profile(wheel=None), (camera, wheel), all_seen=True) is None
    alone = assign_role(profile(wheel=None), (camera,), all_seen=False)
    assert found(alone) == ("wheel.address", "simulators/CCD Simulator")


@pytest.mark.parametrize(
    "named",
    [
        pytest.param("Absent", id="a device that is not there"),
        pytest.param("CCD Simulator", id="a device of another kind"),
    ],
)
def test_the_cameras_word_must_name_such_a_device(named: str) -> None:
    camera = device("camera", "CCD Simulator", focuser=named)

    assert assign_role(profile(focuser=None), (camera, FOCUSER), all_seen=False) is None


def test_a_device_of_another_rig_or_another_server_is_no_candidate() -> None:
    open_focuser = profile(focuser=None)
    elsewhere = device("focuser", "Focuser Simulator", server="other")
    taken = frozenset({FOCUSER.ref})

    assert candidates(open_focuser, "focuser", (elsewhere,)) == ()
    assert assign_role(open_focuser, (CAMERA, FOCUSER), taken, all_seen=True) is None


def test_a_mount_may_be_shared() -> None:
    mount = device("mount", "Telescope Simulator")

    one = assign_role(profile(mount=None), (mount,), frozenset({mount.ref}), all_seen=True)

    assert found(one) == ("mount.address", "simulators/Telescope Simulator")


def test_a_wheel_turned_by_hand_is_no_open_role() -> None:
    whole = profile(wheel=None)
    assert whole.wheel is not None
    by_hand = whole.model_copy(update={"wheel": whole.wheel.model_copy(update={"manual": True})})

    assert open_roles(whole) == ("wheel",)
    assert open_roles(by_hand) == ()


def test_a_guide_cameras_focuser_is_not_the_rigs() -> None:
    address = profile().focuser.address.model_copy(update={"device": "Second"})  # type: ignore[union-attr]
    guided = profile(focuser=None).model_copy(
        update={"guide_focuser": GuideFocuserProfile(address=address)}
    )

    one = assign_role(guided, (FOCUSER, SECOND), all_seen=True)

    assert found(one) == ("focuser.address", "simulators/Focuser Simulator")
