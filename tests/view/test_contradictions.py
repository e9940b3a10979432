"""What contradicts the profile is a question, with the command that settles it."""

from dataclasses import replace

from rigd.devices.events import DeviceSeen
from rigd.devices.identity import DeviceIdentity, DeviceKind, DeviceRef, WireProtocol
from rigd.focus.state.requests import TrainJudged
from rigd.view.contradictions import with_contradictions
from rigd.view.questions import AnswerKind, RigQuestions
from tests.focus.night import FOCUSER, Night

NONE = RigQuestions(rig="rig", questions=(), answers=())
LABELS = "the filter wheel's labels contradict profile 'A': ... `rigd profile confirm`"


def seen(key: str, name: str) -> DeviceSeen:
    identity = DeviceIdentity(
        ref=DeviceRef(FOCUSER.server, key),
        protocol=WireProtocol.ALPACA,
        name=name,
        kinds=frozenset({DeviceKind.FOCUSER}),
    )
    return DeviceSeen(at_s=0.0, identity=identity)


def test_labels_that_contradict_the_profile_are_asked_until_it_is_settled() -> None:
    night = Night().begin()
    night.feed(TrainJudged(at_s=night.now_s, mismatch=LABELS))

    (asked,) = with_contradictions(night.rig, NONE).questions
    night.feed(TrainJudged(at_s=night.now_s, mismatch=None))

    assert (asked.key, asked.text, asked.kind) == ("profile", LABELS, AnswerKind.COMMAND)
    assert with_contradictions(night.rig, NONE) is NONE


def test_a_name_that_two_devices_have_and_a_device_that_was_renamed_are_asked() -> None:
    ambiguous, renamed = Night(), Night()
    named = DeviceRef(FOCUSER.server, "EAF")
    for night in (ambiguous, renamed):
        night.rig = replace(night.rig, settings=replace(night.rig.settings, focuser=named))
    for key in ("uid-1", "uid-2"):
        ambiguous.feed(seen(key, "EAF"))
    renamed.feed(seen("EAF 1", "EAF 1"))

    (two,) = with_contradictions(ambiguous.rig, NONE).questions
    (other,) = with_contradictions(renamed.rig, NONE).questions

    assert two.key == other.key == "focuser.address"
    assert "by its UniqueID (uid-1 or uid-2) (`rigd profile edit`)" in two.text
    assert "was it renamed?" in other.text
