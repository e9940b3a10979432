"""A focuser has one applier, whatever it is called: compared by what the device is."""

from dataclasses import replace

import pytest

from rigd.devices.events import DeviceGone, DeviceSeen
from rigd.devices.identity import DeviceIdentity, DeviceRef, WireProtocol
from rigd.devices.network_place import resolve_place
from rigd.focus.advance import advance
from rigd.focus.focuser_sharing import find_sharing, known_devices
from rigd.focus.state.effects import Refusal
from rigd.focus.state.requests import ProfileChanged, Remembered, SharingJudged
from rigd.focus.state.rig import Rig
from rigd.focus.state.settings import Mode, RigSettings
from tests.focus.night import Night


def rig(name: str, focuser: DeviceRef | None, guide: DeviceRef | None = None) -> RigSettings:
    return RigSettings(name=name, mode=Mode.APPLY, wheel=None, focuser=focuser, guide_focuser=guide)


def alpaca(key: str, name: str = "EAF", server: str = "lan") -> DeviceIdentity:
    return DeviceIdentity(
        ref=DeviceRef(server, key), protocol=WireProtocol.ALPACA, name=name, unique_id=key
    )


def indi(server: str, place: str | None) -> DeviceIdentity:
    return DeviceIdentity(
        ref=DeviceRef(server, "EAF"), protocol=WireProtocol.INDI, name="EAF", place=place
    )


BY_NAME, BY_ID = DeviceRef("lan", "EAF"), DeviceRef("lan", "uid-1")


@pytest.mark.parametrize(
    ("one", "another", "seen"),
    [
        pytest.param(BY_ID, BY_ID, (), id="one address"),
        pytest.param(BY_NAME, BY_ID, (alpaca("uid-1"),), id="by name and by UniqueID"),
        pytest.param(
            BY_ID,
            DeviceRef("other", "uid-1"),
            (alpaca("uid-1"), alpaca("uid-1", server="other")),
            id="one Alpaca device through two servers",
        ),
        pytest.param(
            DeviceRef("a", "EAF"),
            DeviceRef("b", "EAF"),
            (indi("a", "this computer:7624"), indi("b", "this computer:7624")),
            id="one INDI server under two names",
        ),
    ],
)
def test_two_rigs_on_one_focuser_are_found_under_any_names(
    one: DeviceRef, another: DeviceRef, seen: tuple[DeviceIdentity, ...]
) -> None:
    said = find_sharing((rig("a", one), rig("b", another)), seen)
    as_guide = find_sharing((rig("a", one), rig("b", None, another)), seen)
    observing = find_sharing((rig("a", one), replace(rig("b", another), mode=Mode.OBSERVE)), seen)

    assert "rig b applies to focuser" in (said["a"] or "")
    assert "rig a applies to focuser" in (said["b"] or "")
    assert "rig b applies to focuser" in (as_guide["a"] or "")
    assert observing == {"a": None, "b": None}


@pytest.mark.parametrize(
    ("one", "another", "seen"),
    [
        pytest.param(BY_NAME, BY_ID, (), id="not seen yet"),
        pytest.param(
            DeviceRef("a", "EAF"),
            DeviceRef("b", "EAF"),
            (indi("a", "this computer:7624"), indi("b", "192.0.2.7:7624")),
            id="two INDI servers",
        ),
        pytest.param(
            BY_ID, DeviceRef("lan", "uid-2"), (alpaca("uid-1"), alpaca("uid-2")), id="of one name"
        ),
        pytest.param(
            DeviceRef("", "not chosen yet"), DeviceRef("", "not chosen yet"), (), id="not chosen"
        ),
    ],
)
def test_two_rigs_with_a_focuser_each_share_nothing(
    one: DeviceRef, another: DeviceRef, seen: tuple[DeviceIdentity, ...]
) -> None:
    assert find_sharing((rig("a", one), rig("b", another)), seen) == {"a": None, "b": None}


def begun(settings: RigSettings, *seen: DeviceIdentity) -> Rig:
    """A rig that has seen these devices."""
    rig = Rig(settings=settings)
    for one in seen:
        rig = advance(rig, DeviceSeen(at_s=0.0, identity=one)).rig
    return rig


def said_of(*rigs: Rig) -> dict[str, str | None]:
    return find_sharing((one.settings for one in rigs), known_devices(rigs))


@pytest.mark.parametrize(
    ("one", "another", "seen"),
    [
        pytest.param(
            rig("a", BY_NAME),
            rig("b", DeviceRef("other", "uid-1")),
            (alpaca("uid-1"), alpaca("uid-1", server="other")),
            id="by name and by UniqueID",
        ),
        pytest.param(
            rig("a", BY_NAME),
            rig("b", None, DeviceRef("other", "uid-1")),
            (alpaca("uid-1"), alpaca("uid-1", server="other")),
            id="a guide focuser",
        ),
        pytest.param(
            rig("a", DeviceRef("a", "EAF")),
            rig("b", DeviceRef("b", "EAF")),
            (indi("a", "this computer:7624"), indi("b", "this computer:7624")),
            id="an INDI server that is ended",
        ),
    ],
)
def test_a_lost_connection_and_a_restart_make_no_focuser_another_one(
    one: RigSettings, another: RigSettings, seen: tuple[DeviceIdentity, ...]
) -> None:
    rigs = [begun(settings, *seen) for settings in (one, another)]

    for identity in seen:
        rigs = [advance(each, DeviceGone(at_s=1.0, ref=identity.ref)).rig for each in rigs]
        assert None not in said_of(*rigs).values()
    restarted = [
        advance(
            Rig(settings=settings),
            Remembered(
                at_s=0.0, ledger=None, move=None, moves_begun=0, known_devices=known.known_devices
            ),
        ).rig
        for settings, known in zip((one, another), rigs, strict=True)
    ]
    renamed = ProfileChanged(
        at_s=2.0,
        settings=replace(another, focuser=DeviceRef("lan", "mine"), guide_focuser=None),
        starts_over=True,
        sentence="another profile",
    )
    rigs[1] = advance(rigs[1], renamed).rig

    assert None not in said_of(*restarted).values()
    assert said_of(*rigs) == {"a": None, "b": None}
    assert rigs[1].known_devices == ()


def test_a_name_that_several_devices_have_may_be_each_of_them() -> None:
    rigs = [
        begun(settings, alpaca("uid-1"), alpaca("uid-2"))
        for settings in (rig("a", BY_NAME), rig("b", BY_ID), rig("c", DeviceRef("lan", "uid-3")))
    ]
    without = [advance(one, DeviceGone(at_s=1.0, ref=BY_ID)).rig for one in rigs]

    assert said_of(*rigs) == said_of(*without)
    assert "rig b may apply to focuser EAF too (there it is EAF on lan)" in (
        said_of(*rigs)["a"] or ""
    )
    assert "rig a may apply to focuser EAF too (there it is EAF on lan)" in (
        said_of(*rigs)["b"] or ""
    )
    assert said_of(*rigs)["c"] is None


def test_a_driver_that_starts_again_under_another_unique_id_frees_nobody() -> None:
    before, after = alpaca("uid-1"), alpaca("uid-2")
    rigs = [begun(rig("a", BY_NAME), before), begun(rig("b", BY_ID), before)]

    for event in (DeviceGone(at_s=1.0, ref=BY_ID), DeviceSeen(at_s=2.0, identity=after)):
        rigs = [advance(one, event).rig for one in rigs]

    assert None not in said_of(*rigs).values()


def test_a_guide_focuser_that_is_the_main_one_is_found() -> None:
    said = find_sharing((rig("a", BY_NAME, BY_ID),), (alpaca("uid-1"),))

    assert "the main and the guide focuser are one device (EAF on lan)" in (said["a"] or "")


def test_a_shared_focuser_closes_a_gate_until_it_is_ones_own() -> None:
    night = Night().begin()
    why = "rig b applies to focuser EAF too (there it is EAF on other); a focuser has one applier"

    night.feed(SharingJudged(at_s=night.now_s, sentence=why))
    refused = night.ask(1)
    night.feed(SharingJudged(at_s=night.now_s, sentence=None))
    night.ask(1)

    assert (refused.refusal, refused.sentence) == (Refusal.GATE, why)
    assert night.moves == [30040]


def test_a_computer_is_one_place_under_all_of_its_names() -> None:
    assert resolve_place("localhost", 7624) == resolve_place("127.0.0.1", 7624)
    assert resolve_place("127.0.0.1", 7624) == resolve_place("127.0.0.2", 7624)
    assert resolve_place("127.0.0.1", 7624) != resolve_place("127.0.0.1", 7625)
    assert resolve_place("192.0.2.7", 7624) == "192.0.2.7:7624"
    assert resolve_place("no.such.host.invalid", 1) == "no.such.host.invalid:1"
