"""rigd's own data through Alpaca Actions on the wheel."""

import json

import pytest

from rigd.view.to_json import to_json
from tests.api.live import LiveServer

PATH = "/api/v1/filterwheel/0/action"


def run(server: LiveServer, action: str, parameters: str = "") -> dict[str, object]:
    return server.put(PATH, Action=action, Parameters=parameters).json


TAKES = {
    "rigd:hold": '{"hold": false}',
    "rigd:release": '{"device": "focuser"}',
    "rigd:swap": '{"filter": "Ha"}',
    "rigd:trim": '{"trim_steps": -40}',
}


def test_every_listed_action_is_known(server: LiveServer) -> None:
    listed = server.get("/api/v1/filterwheel/0/supportedactions").json["Value"]

    for action in listed:
        parameters = TAKES.get(action, "")
        assert run(server, action, parameters)["ErrorNumber"] == 0
    assert len(listed) >= 10


@pytest.mark.parametrize("part", ["offsets", "explain", "match", "train", "profile"])
def test_an_action_returns_json(server: LiveServer, part: str) -> None:
    answer = run(server, f"RIGD:{part.capitalize()}")

    assert json.loads(answer["Value"]) == to_json(getattr(server.observatory.views["rig0"], part))


def test_missing_parameters_are_empty(server: LiveServer) -> None:
    assert server.put(PATH, Action="rigd:explain").json["ErrorNumber"] == 0


def test_an_unknown_action_names_those_there_are(server: LiveServer) -> None:
    answer = run(server, "rigd:open-pod-bay-doors")

    assert answer["ErrorNumber"] == 0x40C
    assert "rigd:explain" in answer["ErrorMessage"]


def test_a_device_without_actions_implements_none(server: LiveServer) -> None:
    answer = server.put("/api/v1/focuser/0/action", Action="rigd:explain", Parameters="").json

    assert answer["ErrorNumber"] == 0x400
    assert server.get("/api/v1/focuser/0/supportedactions").json["Value"] == []


@pytest.mark.parametrize(
    "parameters", ["", "true", "[]", "{", '{"hold": 1}', '{"hold": true, "x": 1}', "[" * 9999]
)
def test_hold_takes_one_boolean(server: LiveServer, parameters: str) -> None:
    answer = run(server, "rigd:hold", parameters)

    assert answer["ErrorNumber"] == 0x401
    assert server.observatory.asked == []


def test_hold_reaches_the_rig(server: LiveServer) -> None:
    answer = run(server, "rigd:hold", '{"hold": true}')

    assert json.loads(answer["Value"]) == {"hold": True, "not_stored": None}
    assert server.observatory.asked == [("hold", "rig0", True)]


def test_a_refused_action_is_an_invalid_operation(server: LiveServer) -> None:
    server.observatory.gate = "the focuser moves"

    answer = run(server, "rigd:adopt")

    assert answer["ErrorNumber"] == 0x40B
    assert answer["ErrorMessage"] == "the focuser moves"


def test_spacers_are_the_train_answer(server: LiveServer) -> None:
    answer = run(server, "rigd:spacers")

    assert json.loads(answer["Value"]) == to_json(server.observatory.views["rig0"].train)


def test_the_mode_is_read_and_says_where_it_changes(server: LiveServer) -> None:
    found = json.loads(run(server, "rigd:mode")["Value"])
    asked = run(server, "rigd:mode", '{"mode": "apply"}')

    assert found["mode"] == "publish"
    assert found["modes"] == ["apply", "publish", "observe"]
    assert "rigd mode" in found["changed_by"]
    assert asked["ErrorNumber"] == 0x401


def test_recompute_answers_with_the_new_offsets_and_moves_nothing(server: LiveServer) -> None:
    found = json.loads(run(server, "rigd:recompute")["Value"])

    assert found["published_zeros_because"] == "recomputed"
    assert server.observatory.asked == [("recompute", "rig0", "127.0.0.1")]


def test_profiles_are_listed_and_switched_through_actions(server: LiveServer) -> None:
    listed = json.loads(run(server, "rigd:profiles", "")["Value"])["profiles"]
    switched = run(server, "rigd:profile", '{"switch": "Fake"}')
    unknown = run(server, "rigd:profile", '{"switch": "Other"}')

    assert [one["name"] for one in listed] == ["Fake"]
    assert json.loads(switched["Value"]) == {"profile": "Fake"}
    assert unknown["ErrorNumber"] == 0x401
    assert "no profile is named 'Other'" in unknown["ErrorMessage"]
