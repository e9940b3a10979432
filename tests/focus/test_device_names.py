"""No sentence calls a device by its UniqueID: it goes by the name that it last had."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from rigd.devices.events import DeviceGone, DeviceSeen
from rigd.devices.identity import DeviceIdentity, DeviceKind, DeviceRef, WireProtocol
from rigd.focus.cautions import cautions
from rigd.focus.device_names import find_name
from rigd.focus.focuser_sharing import find_sharing, known_devices
from rigd.focus.obstacles import find_obstacles
from rigd.focus.release import ROLES
from rigd.focus.state.effects import Step
from rigd.focus.state.requests import ReleaseRequested, Remembered
from rigd.focus.state.settings import RigSettings, StackPart
from rigd.view.explanation import explain
from rigd.view.questions import RigQuestions
from rigd.view.status import summarise
from rigd.view.to_json import to_json
from tests.focus.gate_walks import MOUNT
from tests.focus.night import CAMERA, FOCUSER, GUIDE_FOCUSER, WHEEL, Night
from tests.focus.test_obstacles import STATES, State
from tests.focus.test_stacked_wheels import FIRST, SECOND, Stacked

CODES = {
    ref: DeviceRef("pier", f"7f1c2d3e-0000-4a5b-8c6d-{number:012x}")
    for number, ref in enumerate((WHEEL, FOCUSER, CAMERA, GUIDE_FOCUSER, MOUNT, FIRST, SECOND), 17)
}
KINDS = {WHEEL: "filterwheel", CAMERA: "camera", MOUNT: "mount"}


def identity(ref: DeviceRef) -> DeviceIdentity:
    """As an Alpaca host lists the device that goes by this name."""
    return DeviceIdentity(
        ref=CODES[ref],
        protocol=WireProtocol.ALPACA,
        name=f"My {ref.key}",
        kinds=frozenset({DeviceKind(KINDS.get(ref, "focuser"))}),
        unique_id=CODES[ref].key,
    )


def coded(settings: RigSettings) -> RigSettings:
    """The settings with UniqueIDs for names."""
    roles = {role: CODES.get(getattr(settings, role), getattr(settings, role)) for role in ROLES}
    stack = tuple(StackPart(ref=CODES[p.ref], slots=p.slots) for p in settings.stack)
    return replace(settings, stack=stack, **roles)


class CodedNight(Night):
    """A night whose devices are addressed by UniqueIDs; keeps all that was said."""

    def __init__(self, *, seen: bool, **settings: object) -> None:
        super().__init__(**settings)  # type: ignore[arg-type]  # as Night's
        self.rig = replace(self.rig, settings=coded(self.rig.settings))
        self.answers: list[str] = []
        for ref in CODES if seen else ():
            self.feed(DeviceSeen(at_s=self.now_s, identity=identity(ref)))

    def feed(self, event: object) -> Step:
        ref = getattr(event, "ref", None)
        step = super().feed(replace(event, ref=CODES[ref]) if ref in CODES else event)  # type: ignore[type-var]
        self.answers.append(step.sentence)
        return step


def sentences(night: Night) -> Iterator[str]:
    """All that is said of a rig as it is now, and was said on the way."""
    rig = night.rig
    obstacles = find_obstacles(rig, night.now_s)
    questions = RigQuestions(rig="rig", questions=(), answers=())
    yield json.dumps(to_json(summarise(rig, questions, None, obstacles)))
    yield json.dumps(to_json(explain(rig)))
    yield night.said
    yield from getattr(night, "answers", ())
    yield from (one or "" for one in find_sharing([rig.settings], known_devices([rig])).values())


def lose_all(night: Night) -> None:
    for ref in CODES.values():
        night.feed(DeviceGone(at_s=night.now_s, ref=ref))


def codes_in(said: Iterator[str]) -> set[str]:
    whole = "\n".join(said)
    return {code.key for code in CODES.values() if code.key in whole}


@pytest.mark.parametrize("seen", [True, False], ids=["seen before", "never seen"])
@pytest.mark.parametrize("state", STATES, ids=lambda s: f"{s.obstacle}: {s.enter.__name__}")
def test_in_no_state_is_a_unique_id_in_a_sentence(state: State, *, seen: bool) -> None:
    night = CodedNight(seen=seen, **dict(state.settings)).begin(30000)

    state.enter(night)
    there = codes_in(sentences(night))
    for role in ROLES:
        night.feed(ReleaseRequested(at_s=night.now_s, device=role, client="hand"))
    lose_all(night)
    night.ask(2)
    night.move(30100)
    gone = codes_in(sentences(night))

    assert there == set()
    assert gone == set()


def test_a_guide_focuser_that_does_not_follow_goes_by_its_name() -> None:
    night = CodedNight(seen=True, guide_focuser=GUIDE_FOCUSER)

    (said,) = [one for one in cautions(night.rig) if "guide focuser" in one]

    assert said.startswith("guide focuser My guide focuser never moves")


def test_a_device_that_is_away_keeps_its_name_also_over_a_restart() -> None:
    before, after = CodedNight(seen=True), CodedNight(seen=False)

    after.feed(
        Remembered(
            at_s=0.0,
            ledger=None,
            move=None,
            moves_begun=0,
            known_devices=before.rig.known_devices,
        )
    )
    said = after.ask(1).sentence

    assert said == "filter wheel My wheel is not connected"


def test_one_that_was_never_seen_is_said_to_be_at_its_server() -> None:
    assert CodedNight(seen=False).ask(1).sentence == "the filter wheel on pier is not connected"


def test_stacked_wheels_go_by_their_names() -> None:
    night = Stacked()
    night.rig = replace(night.rig, settings=coded(night.rig.settings))
    first, second = CODES[FIRST], CODES[SECOND]
    for ref in (FIRST, SECOND):
        night.feed(DeviceSeen(at_s=night.now_s, identity=identity(ref)))

    refused = night.ask(1).sentence
    night.says(first, None, fault="it is stuck", moving=False)
    night.says(second, 7)
    stuck = night.rig.wheel
    night.says(first, 0)
    beyond = night.rig.wheel

    assert refused == "filter wheel My EFW + My CFW is not connected"
    assert stuck is not None
    assert stuck.fault == "My EFW: it is stuck"
    assert beyond is not None
    assert beyond.fault == "My CFW stands at slot 8, and the profile names 3"


def test_rigs_that_share_a_focuser_name_it_and_its_server() -> None:
    rigs = [CodedNight(seen=True).rig.settings, CodedNight(seen=True).rig.settings]
    rigs[1] = replace(rigs[1], name="other")

    said = find_sharing(rigs, [identity(FOCUSER)])["rig"]

    assert said is not None
    assert "applies to focuser My focuser too (there it is My focuser on pier)" in said


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("Focuser Simulator", "Focuser Simulator"),
        ("ZWO EAF 1", "ZWO EAF 1"),
        ("{7F1C2D3E-0000-4A5B-8C6D-000000000011}", None),
        ("a4cf12d3e4f5", None),
        ("192.168.1.7:11111/focuser/0", None),
    ],
)
def test_an_address_that_reads_like_a_code_is_no_name(key: str, name: str | None) -> None:
    assert find_name((), DeviceRef("pier", key)) == name
