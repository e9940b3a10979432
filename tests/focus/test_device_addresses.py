"""Which devices are a rig's: those with its addresses, and those that a profile gives by name."""

from dataclasses import replace

import pytest

from rigd.devices.events import DeviceGone, DeviceSeen, FocuserReport, ServerDown
from rigd.devices.identity import DeviceIdentity, DeviceKind, DeviceRef, WireProtocol
from rigd.focus.device_addresses import is_concerned
from tests.focus.night import FOCUSER, Night
from tests.focus.test_profile_switch import changed, laden

NAMED = DeviceRef(FOCUSER.server, "Focuser by Name")
OTHER = DeviceRef("another server", "another rig's")


def seen(ref: DeviceRef, name: str) -> DeviceSeen:
    identity = DeviceIdentity(
        ref=ref,
        protocol=WireProtocol.ALPACA,
        name=name,
        kinds=frozenset({DeviceKind.FOCUSER}),
    )
    return DeviceSeen(at_s=0.0, identity=identity)


def by_name() -> Night:
    night = Night()
    night.rig = replace(
        night.rig,
        settings=replace(night.rig.settings, focuser=NAMED, connect=frozenset({NAMED})),
    )
    return night


def test_a_name_becomes_the_address_of_the_device_that_has_it() -> None:
    night = by_name()

    night.feed(seen(FOCUSER, NAMED.key))

    assert night.rig.settings.focuser == FOCUSER
    assert night.rig.settings.connect == {FOCUSER}


def test_of_two_devices_of_one_name_neither_is_taken() -> None:
    night = by_name()
    twin = DeviceRef(NAMED.server, "its twin")
    night.rig = replace(night.rig, identities=(seen(twin, NAMED.key).identity,))

    night.feed(seen(FOCUSER, NAMED.key))

    assert night.rig.settings.focuser == NAMED


def test_a_profile_that_names_the_same_device_keeps_what_is_embodied() -> None:
    night = laden()
    night.feed(seen(FOCUSER, NAMED.key))
    ledger = night.rig.ledger

    night.feed(changed(night, focuser=NAMED))

    assert night.rig.settings.focuser == FOCUSER
    assert night.rig.ledger == ledger


def test_another_rigs_device_is_listed_and_nothing_else() -> None:
    night = laden()
    before = night.rig

    night.feed(seen(OTHER, "another rig's"))
    listed = night.rig
    night.feed(DeviceGone(at_s=0.0, ref=OTHER))

    assert [one.ref for one in listed.identities] == [OTHER]
    assert replace(listed, identities=()) == before
    assert night.rig == before


@pytest.mark.parametrize("ref", [FOCUSER, OTHER])
def test_a_rig_is_concerned_by_its_own_devices_and_by_every_server(ref: DeviceRef) -> None:
    rig = Night().rig

    own = is_concerned(rig, FocuserReport(at_s=0.0, ref=ref, connected=True))

    assert own == (ref == FOCUSER)
    assert is_concerned(rig, ServerDown(at_s=0.0, server=ref.server, reason="gone"))
