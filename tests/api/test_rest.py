"""rigd's own REST API over real HTTP."""

import json
from dataclasses import replace

import pytest

from rigd.view.night import NightFacts
from rigd.view.to_json import to_json
from tests.api.live import SETTINGS, LiveServer, live
from tests.limits import LIMIT_S
from tests.view.nights import sample

QUERIES = {
    **dict.fromkeys(("trains", "trains.svg"), "?optic=55%20mm&camera=ASI2600MM%20Pro"),
    "names": "?field=camera&words=2600",
}
JSON = {"content-type": "application/json"}


def test_the_rigs_are_listed_by_name(server: LiveServer) -> None:
    answer = server.get("/rigd/v1/rigs")

    assert answer.status == 200
    assert answer.json["rigs"][0]["name"] == "rig0"
    assert answer.json["rigs"][0]["mode"] == "publish"


def test_a_rig_says_what_it_is(server: LiveServer) -> None:
    answer = server.get("/rigd/v1/rigs/rig0")

    assert answer.json["focus_known"] is True
    assert answer.json["focuser"]["position_steps"] == 30000


@pytest.mark.parametrize("part", ["match", "train", "offsets", "explain", "questions"])
def test_each_part_is_handed_out_as_it_is(server: LiveServer, part: str) -> None:
    answer = server.get(f"/rigd/v1/rigs/rig0/{part}")

    assert answer.status == 200
    assert answer.json == to_json(getattr(server.observatory.views["rig0"], part))


def test_an_unknown_rig_is_a_problem_that_names_those_there_are(server: LiveServer) -> None:
    answer = server.get("/rigd/v1/rigs/nobody/explain")

    assert answer.status == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json["status"] == 404
    assert "rig0" in answer.json["detail"]


def test_an_unknown_path_is_a_problem(server: LiveServer) -> None:
    answer = server.get("/rigd/v1/nothing")

    assert answer.status == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_wrong_verb_is_a_problem(server: LiveServer) -> None:
    answer = server.ask("DELETE", "/rigd/v1/rigs")

    assert answer.status == 405
    assert answer.headers["content-type"] == "application/problem+json"


def test_hold_takes_a_boolean_and_nothing_else(server: LiveServer) -> None:
    good = server.ask("POST", "/rigd/v1/rigs/rig0/hold", '{"hold": true}', JSON)
    bad = server.ask("POST", "/rigd/v1/rigs/rig0/hold", '{"hold": "yes"}', JSON)

    assert good.json == {"hold": True, "not_stored": None}
    assert bad.status == 400
    assert server.observatory.asked == [("hold", "rig0", True)]


@pytest.mark.parametrize("value", ["inward", 4.5, {"zwo_t2_ring_11": 1}, None])
def test_an_answer_is_handed_on_and_the_questions_come_back(
    server: LiveServer, value: object
) -> None:
    body = json.dumps({"key": "focuser.direction", "value": value})

    answer = server.ask("POST", "/rigd/v1/rigs/rig0/answers", body, JSON)

    assert answer.json == to_json(server.observatory.views["rig0"].questions)
    assert server.observatory.asked == [("answer", "rig0", "focuser.direction", value)]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param('{"key": "focuser.direction"}', id="no value"),
        pytest.param('{"key": 3, "value": 4}', id="key is a number"),
        pytest.param('{"key": "focuser.direction", "value": NaN}', id="not a number"),
        pytest.param('{"key": "focuser.direction", "value": [1]}', id="a list"),
        pytest.param('{"key": "focuser.colour", "value": "red"}', id="unknown key"),
    ],
)
def test_a_wrong_answer_is_a_problem(server: LiveServer, body: str) -> None:
    answer = server.ask("POST", "/rigd/v1/rigs/rig0/answers", body, JSON)

    assert answer.status == 400
    assert answer.headers["content-type"] == "application/problem+json"


def test_the_catalog_comes_in_pages(server: LiveServer) -> None:
    first = server.get("/rigd/v1/catalog", kind="camera", search="zwo", limit=3).json
    second = server.get("/rigd/v1/catalog", kind="camera", search="zwo", limit=3, offset=3).json

    assert len(first["entries"]) == len(second["entries"]) == 3
    assert first["total"] == second["total"] > 6
    ids = {row["id"] for row in (*first["entries"], *second["entries"])}
    assert len(ids) == 6
    assert {row["kind"] for row in first["entries"]} == {"camera"}


def test_an_entry_of_the_catalog_has_its_sources(server: LiveServer) -> None:
    entry = server.get("/rigd/v1/catalog/camera/zwo_asi585mc").json

    assert entry["sources"]["nightcrate_camera"]["kind"] == "generated"
    assert entry["confidence"] == "low"


@pytest.mark.parametrize("path", ["camera/nobodys", "part/zwo_asi585mc", "toaster/zwo_asi585mc"])
def test_an_unknown_entry_is_a_problem_that_names_it(server: LiveServer, path: str) -> None:
    answer = server.get(f"/rigd/v1/catalog/{path}")

    assert answer.status == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert path.partition("/")[2] in answer.json["detail"]


@pytest.mark.parametrize(
    ("query", "limit"),
    [
        pytest.param({"limit": 0}, "1 to 500", id="nothing"),
        pytest.param({"limit": 501}, "1 to 500", id="too much"),
        pytest.param({"offset": -1}, "0 to ", id="before the start"),
        pytest.param({"limit": "all"}, "1 to 500", id="a word"),
        pytest.param({"kind": "toaster"}, "one of standard, ", id="no such kind"),
    ],
)
def test_a_page_outside_the_limits_names_them(
    server: LiveServer, query: dict[str, object], limit: str
) -> None:
    answer = server.get("/rigd/v1/catalog", **query)

    assert answer.status == 400
    assert limit in answer.json["detail"]


def test_the_document_describes_the_catalogs_parameters(server: LiveServer) -> None:
    paths = server.get("/rigd/v1/openapi.json").json["paths"]

    listed = paths["/rigd/v1/catalog"]["get"]["parameters"]
    entry = paths["/rigd/v1/catalog/{kind}/{id}"]["get"]["parameters"]
    assert [p["name"] for p in listed] == ["kind", "search", "offset", "limit"]
    assert [(p["name"], p["in"]) for p in entry] == [("kind", "path"), ("id", "path")]


def test_a_train_is_asked_for_by_names(server: LiveServer) -> None:
    asked = {"optic": "Esprit 100", "camera": "ASI2600MM Pro", "oag": "OAG-L", "shop": False}
    body = json.dumps({**asked, "wheel": "EFW 7x36", "filters": ["3 mm"]}).encode()

    answer = server.ask("POST", "/rigd/v1/trains", body, JSON)

    assert answer.status == 200
    assert answer.json["train"]["stacks"][0]["path_length_mm"] == 55.0
    assert answer.json["file"]["camera"] == {"id": "zwo_asi2600mm_pro"}
    assert answer.json["remarks"] == [
        "'OAG-L' is taken to be ZWO OAG-L (12x12 mm prism): the camera is ZWO's too"
    ]


def test_a_train_in_an_address_is_answered_and_drawn(server: LiveServer) -> None:
    asked = "optic=Esprit%20100&camera=ASI2600MM%20Pro&filters=3%20mm&filters=2%20mm&shop=false"

    posted = {"optic": "Esprit 100", "camera": "ASI2600MM Pro", "filters": ["3 mm", "2 mm"]}
    body = json.dumps({**posted, "shop": False, "drawing": True}).encode()
    answer = server.ask("POST", "/rigd/v1/trains", body, JSON)
    linked = server.get(f"/rigd/v1/trains?{asked}")
    drawn = server.get(f"/rigd/v1/trains.svg?{asked}")

    assert linked.json == {**answer.json, "drawing": None}
    assert drawn.body.decode() == answer.json["drawing"]
    assert drawn.headers["content-type"] == "image/svg+xml"


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("optic=Esprit%20100", "camera: is needed"),
        ("optic=a&optic=b&camera=c", "optic: is there 2 times"),
        ("optic=a&camera=b&lens=c", "'lens' is no field"),
        ("optic=a&camera=b&shop=perhaps", "shop:"),
        ("optic=a&camera=b&adjust=female", "write it as FIELD=VALUE"),
    ],
)
def test_an_address_that_names_no_train_says_what_is_wrong(
    server: LiveServer, query: str, says: str
) -> None:
    for path in ("trains", "trains.svg"):
        answer = server.get(f"/rigd/v1/{path}?{query}")

        assert answer.status == 400
        assert says in answer.json["detail"]


def test_words_of_a_train_that_mean_no_single_thing_are_a_problem(server: LiveServer) -> None:
    body = b'{"optic": "Esprit 100", "camera": "ASI"}'

    answer = server.ask("POST", "/rigd/v1/trains", body, JSON)

    assert answer.status == 400
    assert "'ASI' is no single entry of the catalog; is it one of" in answer.json["detail"]


def test_words_that_leave_something_open_are_answered_once_for_each(server: LiveServer) -> None:
    asked = {"optic": "Esprit 100", "camera": "QHY268C", "filters": ["none"]}

    answer = server.ask("POST", "/rigd/v1/trains", json.dumps(asked).encode(), JSON)
    drawn = server.get("/rigd/v1/trains.svg?optic=Esprit%20100&camera=QHY268C&filters=none")

    fronts = ["SBFL since 2023", "standard"]
    settled = [{"camera.mount_configuration": front} for front in fronts]
    assert [one["settled_by"] for one in answer.json["readings"]] == settled
    assert all(one["train"]["stacks"] for one in answer.json["readings"])
    assert drawn.status == 400
    assert "adjust=camera.mount_configuration=standard" in drawn.json["detail"]


def test_adopt_refused_by_a_gate_is_a_conflict(server: LiveServer) -> None:
    server.observatory.gate = "the focuser moves"

    answer = server.ask("POST", "/rigd/v1/rigs/rig0/adopt")

    assert answer.status == 409
    assert answer.json["detail"] == "the focuser moves"


def test_recompute_answers_with_the_new_offsets_and_moves_nothing(server: LiveServer) -> None:
    answer = server.ask("POST", "/rigd/v1/rigs/rig0/recompute")

    assert answer.json["published_zeros_because"] == "recomputed"
    assert server.observatory.asked == [("recompute", "rig0", "127.0.0.1")]


def test_what_has_not_changed_is_not_sent_again(server: LiveServer) -> None:
    etag = server.get("/rigd/v1/rigs").headers["etag"]

    answer = server.ask("GET", "/rigd/v1/rigs", headers={"if-none-match": etag})

    assert answer.status == 304
    assert answer.body == b""


def test_the_document_names_every_route(server: LiveServer) -> None:
    server.on_loop(setattr, server.observatory, "facts", NightFacts(samples=(sample(0, 5),)))
    document = server.get("/rigd/v1/openapi.json").json

    assert document["openapi"].startswith("3.1")
    assert "post" in document["paths"]["/rigd/v1/rigs/{rig}/hold"]
    for path, operations in document["paths"].items():
        if "get" in operations and "events" not in path:
            named = path.replace("{rig}", "rig0").replace("{name}", "Fake")
            named = named.replace("{kind}/{id}", "camera/zwo_asi585mc")
            named = named.replace("{night}", "2026-11-30")
            named += QUERIES.get(path.rpartition("/")[2], "")
            assert server.get(named).status == 200


def test_an_internal_fault_shows_nothing_of_the_inside(server: LiveServer) -> None:
    server.observatory.crash = True

    answers = [server.get("/rigd/v1/rigs"), server.get("/api/v1/filterwheel/0/position")]
    server.observatory.crash = False

    for answer in answers:
        assert answer.status == 500
        assert "secret" not in answer.text
        assert "Traceback" not in answer.text


def test_the_event_stream_tells_what_happens_and_ends_with_the_server(server: LiveServer) -> None:
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=LIMIT_S)
    connection.request("GET", "/rigd/v1/events")
    response = connection.getresponse()
    server.wait_until(lambda: bool(server.observatory.listeners))

    server.on_loop(server.observatory.say, {"sentence": "filter 3 is in the light"})
    lines = [response.readline() for _ in range(3)]
    connection.close()
    response.close()

    assert response.getheader("content-type").startswith("text/event-stream")
    assert json.loads(lines[2].removeprefix(b"data: ")) == {"sentence": "filter 3 is in the light"}


def test_only_so_many_may_follow_the_events() -> None:
    with live(settings=replace(SETTINGS, event_streams=0)) as server:
        answer = server.get("/rigd/v1/events")

    assert answer.status == 503
    assert "0 clients" in answer.json["detail"]


def test_head_of_the_events_ends(server: LiveServer) -> None:
    assert server.ask("HEAD", "/rigd/v1/events").status == 200
