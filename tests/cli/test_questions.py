"""`rigd questions`, `rigd answer` and `rigd match` ask the daemon; errors name key and value."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from typer.testing import CliRunner, Result

from rigd.catalog.matching import Status
from rigd.cli.app import app
from rigd.devices.identity import DeviceKind
from rigd.errors import RefusedError
from rigd.view.device_matches import DeviceMatches, MatchedDevice, MatchReport, UnseenDevice
from rigd.view.questions import Affected, AnswerKind, RigAnswer, RigQuestion, RigQuestions
from rigd.view.to_json import to_json
from tests.api.live import LiveServer, live

QUESTION = RigQuestion(
    key="focuser.step_size_um",
    text="How far for one step?",
    kind=AnswerKind.NUMBER,
    unit="µm",
    above=0.0,
    at_most=1000.0,
    changes=(Affected.OFFSETS,),
    why="it changes the focus offsets in steps",
)
ANSWER = RigAnswer(
    key="train.owned",
    value={"zwo_t2_ring_11": 2},
    at="2026-01-01T20:00:00.000+00:00",
    by="owner",
    device=None,
    entry=None,
    in_effect=False,
)
DEVICE = MatchedDevice(
    kind=DeviceKind.FOCUSER,
    device="ZWO EAF",
    server="pier",
    name="ZWO EAF",
    match=MatchReport(
        status=Status.MATCH,
        id="zwo_eaf",
        candidates=("zwo_eaf",),
        evidence=("name: exactly that of ZWO EAF",),
        question=None,
    ),
    stated=None,
)


@pytest.fixture
def server() -> Iterator[LiveServer]:
    with live() as one:
        views = one.observatory.views
        views["rig0"] = replace(
            views["rig0"],
            questions=RigQuestions(rig="rig0", questions=(QUESTION,), answers=(ANSWER,)),
            match=DeviceMatches(
                rig="rig0", devices=(DEVICE, replace(DEVICE, kind=DeviceKind.CAMERA))
            ),
        )
        yield one


def rigd(server: LiveServer, *words: str) -> Result:
    return CliRunner().invoke(app, [*words, "--url", server.address])


def test_questions_say_what_they_change_and_how_to_answer(server: LiveServer) -> None:
    shown = rigd(server, "questions").stdout

    assert shown.startswith("works already: the focus offsets of ")
    assert "\n1 question:\n" in shown
    assert "focuser.step_size_um: How far for one step?" in shown
    assert "it changes the focus offsets in steps" in shown
    assert "above 0 and at most 1000 µm" in shown
    assert "rigd answer focuser.step_size_um VALUE" in shown
    assert "train.owned: zwo_t2_ring_11=2 (2026-01-01" in shown
    assert "not in effect" in shown


def test_questions_as_json_are_those_of_the_daemon(server: LiveServer) -> None:
    shown = json.loads(rigd(server, "questions", "--json").stdout)

    assert shown == to_json(server.observatory.views["rig0"].questions)


def test_an_answer_and_its_end_are_handed_on(server: LiveServer) -> None:
    given = rigd(server, "answer", "focuser.direction", "inward")
    forgotten = rigd(server, "answer", "focuser.direction", "--forget")

    assert given.exit_code == forgotten.exit_code == 0
    assert "still asked: focuser.step_size_um" in given.stdout
    assert server.observatory.asked == [
        ("answer", "rig0", "focuser.direction", "inward"),
        ("answer", "rig0", "focuser.direction", None),
    ]


@pytest.mark.parametrize("words", [("inward", "--forget"), ()], ids=["both", "neither"])
def test_an_answer_is_a_value_or_its_end(server: LiveServer, words: tuple[str, ...]) -> None:
    result = rigd(server, "answer", "focuser.direction", *words)

    assert result.exit_code == 2
    assert server.observatory.asked == []


def test_what_the_daemon_refuses_is_said_in_its_words(server: LiveServer) -> None:
    result = rigd(server, "answer", "focuser.colour", "red")

    assert isinstance(result.exception, RefusedError)
    assert str(result.exception) == "focuser.colour: nothing is asked under this key"


def test_match_without_facts_is_about_the_live_devices(server: LiveServer) -> None:
    every = rigd(server, "match").stdout
    focuser = json.loads(rigd(server, "match", "--kind", "focuser", "--json").stdout)

    assert every.count("match: zwo_eaf") == 2
    assert "name: exactly that of ZWO EAF" in every
    assert [row["kind"] for row in focuser["devices"]] == ["focuser"]


def test_a_device_that_is_not_connected_is_no_failed_match(server: LiveServer) -> None:
    unseen = UnseenDevice(
        kind=DeviceKind.FOCUSER,
        device="ZWO EAF",
        server="pier",
        status=Status.NONE,
        evidence=("the device was not seen",),
        stated=None,
    )
    views = server.observatory.views
    views["rig0"] = replace(views["rig0"], match=DeviceMatches(rig="rig0", devices=(unseen,)))

    assert rigd(server, "match").stdout == "focuser ZWO EAF\nnot connected\n"


def test_facts_without_a_kind_are_not_understood(server: LiveServer) -> None:
    result = rigd(server, "match", "--slots", "7")

    assert result.exit_code == 2
    assert "--kind is needed" in result.output
