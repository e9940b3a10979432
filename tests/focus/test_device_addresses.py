"""Which devices are a rig's: those with its addresses, and those that a profile gives by name."""

from dataclasses import replace

import pytest

from rigd.devices.events import DeviceGone, DeviceSeen, FocuserReport, ServerDown
from rigd.devices.identity import DeviceIdentity, DeviceKind, DeviceRef, WireProtocol
from rigd.focus.cautions import cautions
from rigd.focus.device_addresses import is_concerned
from rigd.focus.obstacles import find_obstacles
from rigd.focus.state.settings import StackPart
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


def test_an_edit_of_the_profile_does_not_lead_a_name_to_another_device() -> None:
    night = laden()
    stack = (StackPart(ref=DeviceRef("sim", "Front"), slots=2),)
    night.rig = replace(night.rig, settings=replace(night.rig.settings, focuser=NAMED, stack=stack))
    for name, first, second in (
        (NAMED.key, FOCUSER, DeviceRef("sim", "its twin")),
        ("Front", DeviceRef("sim", "front"), DeviceRef("sim", "front's twin")),
    ):
        night.feed(seen(first, name))
        night.feed(DeviceGone(at_s=0.0, ref=first))
        night.feed(seen(second, name))

    night.feed(changed(Night(), focuser=NAMED, stack=stack))

    assert (night.rig.settings.focuser, night.rig.settings.stack) == (NAMED, stack)
    asked = next(line for line in cautions(night.rig) if "which of them is this rig's?" in line)
    assert f"by its UniqueID ({FOCUSER.key} or its twin)" in asked


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


def stand_named(night: Night) -> None:
    """The rig's focuser is found by its name and stands."""
    night.feed(seen(FOCUSER, NAMED.key))
    night.begin(30000)


def test_a_second_device_of_one_name_makes_it_nobodys_until_the_owner_says() -> None:
    night = by_name()
    stand_named(night)
    twin = DeviceRef(NAMED.server, "its twin")

    night.feed(seen(twin, NAMED.key))
    night.feed(FocuserReport(at_s=night.now_s, ref=twin, connected=True, position_steps=41000))
    night.ask(1)

    assert night.rig.settings.focuser == NAMED
    assert night.moves == []
    said = cautions(night.rig)
    assert any(
        "which of them is this rig's?" in line and twin.key in line and FOCUSER.key in line
        for line in said
    )


def test_a_device_that_is_away_is_not_replaced_by_another_of_its_name() -> None:
    night = by_name()
    stand_named(night)
    twin = DeviceRef(NAMED.server, "its twin")
    night.feed(DeviceGone(at_s=night.now_s, ref=FOCUSER))

    night.feed(seen(twin, NAMED.key))

    assert night.rig.settings.focuser == NAMED


@pytest.mark.parametrize("names", [("ZWO EAF 1", "ZWO EAF 2"), ("ASI EAF",)])
def test_a_renamed_device_is_asked_for_with_the_names_that_are_there(
    names: tuple[str, ...],
) -> None:
    night = Night()
    renamed = DeviceRef("indi", "ZWO EAF")
    night.rig = replace(night.rig, settings=replace(night.rig.settings, focuser=renamed))

    without = cautions(night.rig)
    for name in names:
        night.feed(seen(DeviceRef("indi", name), name))

    assert not any("was it renamed" in line for line in without)
    asked = next(line for line in cautions(night.rig) if "was it renamed" in line)
    assert f"there is no focuser ZWO EAF on indi, but {' and '.join(names)}" in asked
    assert night.moves == []


def test_a_role_that_nobody_fills_yet_says_so_and_what_ends_it() -> None:
    night, unchosen = Night(), DeviceRef("", "not chosen yet")
    settings = replace(night.rig.settings, focuser=unchosen, wheel=unchosen)
    night.rig = replace(night.rig, settings=settings)
    none_there = {one.name: one for one in find_obstacles(night.rig, 0.0)}

    for name in ("EAF", "MoonLite"):
        night.feed(seen(DeviceRef("pier", name), name))
    two_there = {one.name: one for one in find_obstacles(night.rig, 0.0)}

    assert none_there["focuser"].sentence == "no focuser is there that could be this rig's"
    assert none_there["focuser"].ends_when == "one is connected"
    assert two_there["focuser"].sentence == (
        "which focuser is this rig's is not known yet (EAF or MoonLite)"
    )
    assert "`rigd answer focuser.address ...` (`rigd questions`)" in two_there["focuser"].ends_when
    assert "not chosen" not in f"{none_there}{two_there}"
