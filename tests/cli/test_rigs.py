"""Commands that ask the daemon about a rig, in words and in JSON."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from rigd.cli.app import app
from rigd.cli.offsets_fit import _plan_lines
from tests.api.live import LiveServer, live
from tests.api.test_bodies import JSON


@pytest.fixture
def server() -> Iterator[LiveServer]:
    with live() as one:
        yield one


def rigd(server: LiveServer, *words: str) -> str:
    result = CliRunner().invoke(app, [*words, "--url", server.address])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_that_nothing_is_there_is_a_sentence(server: LiveServer) -> None:
    views = server.observatory.views
    one = views["rig0"]
    views["rig0"] = replace(one, summary=replace(one.summary, devices=()))

    assert rigd(server, "runs", "list").startswith("no run is imported yet")
    assert rigd(server, "devices").startswith("no device is seen")


def test_mode_and_trim_are_said_as_json_too(server: LiveServer) -> None:
    mode = json.loads(rigd(server, "mode", "--json"))
    trim = json.loads(rigd(server, "trim", "--json"))
    after = json.loads(rigd(server, "trim", "-5", "--json"))

    assert list(mode) == ["mode", "mode_chosen_by", "mode_chosen_at"]
    assert list(trim) == ["trim_steps"]
    assert after == {"trim_steps": -5}


def fill_the_disk(server: LiveServer) -> None:
    views = server.observatory.views
    one = views["rig0"]
    views["rig0"] = replace(one, summary=replace(one.summary, not_stored="disk full"))


def test_what_is_said_on_a_full_disk_is_answered_with_that_it_is_not_stored(
    server: LiveServer,
) -> None:
    fill_the_disk(server)

    for words in (["hold"], ["hold", "off"], ["adopt"], ["mode", "observe", "--confirm"]):
        result = CliRunner().invoke(app, [*words, "--url", server.address])
        assert result.exit_code == 0, result.output
        assert "not stored yet, so a restart would not know of it: disk full" in result.stderr
    for path, body in (("hold", '{"hold": true}'), ("adopt", "{}"), ("mode", '{"mode": "apply"}')):
        answer = server.ask("POST", f"/rigd/v1/rigs/rig0/{path}", body, JSON)
        assert answer.json["not_stored"] == "disk full"


def test_a_trim_that_did_not_move_is_not_answered_as_done(server: LiveServer) -> None:
    fill_the_disk(server)

    result = CliRunner().invoke(app, ["trim", "9", "--url", server.address])

    assert result.exit_code == 1
    assert "the trim is not +9 steps: disk full" in result.output + str(result.exception)


def test_train_is_for_people_and_json_where_that_is_asked(server: LiveServer) -> None:
    unknown = json.loads(rigd(server, "train", "--json"))["unknown"]

    assert rigd(server, "train").strip() == unknown


def test_a_plan_says_that_its_lines_are_loops() -> None:
    plan = {"next_filter": "R", "more_loops": 2, "order": [["L", "R"], ["R", "L"]]}

    assert _plan_lines(plan) == [
        "next: R",
        "loops to run, in this order, with one autofocus run on each filter:",
        "  1: L R",
        "  2: R L",
    ]


def test_a_trim_beyond_any_focuser_is_refused_in_the_words_of_the_command_line(
    server: LiveServer,
) -> None:
    number = "99999999999999999999"

    result = CliRunner().invoke(app, ["trim", number, "--url", server.address])

    assert result.exit_code == 2
    assert f"a trim of {number} steps: no focuser has more" in " ".join(result.output.split())
    assert server.observatory.asked == []
