"""A body that makes no sense is refused with 400: the field and its value are named."""

import pytest

from tests.api.live import LiveServer

JSON = {"content-type": "application/json"}
RIG = "/rigd/v1/rigs/rig0"


def refuse(server: LiveServer, method: str, path: str, body: str) -> str:
    answer = server.ask(method, path, body, JSON)

    assert answer.status == 400, answer.body
    detail: str = answer.json["detail"]
    return detail


@pytest.mark.parametrize("path", [f"{RIG}/adopt", f"{RIG}/profile/confirm", f"{RIG}/recompute"])
@pytest.mark.parametrize("body", ["x", "[1]", "null", "1", '"adopt"'])
def test_a_humans_word_is_no_broken_request(server: LiveServer, path: str, body: str) -> None:
    said = refuse(server, "POST", path, body)

    assert "the body must be empty, or {}" in said
    assert server.observatory.asked == []


@pytest.mark.parametrize("path", [f"{RIG}/adopt", f"{RIG}/profile/confirm", f"{RIG}/recompute"])
def test_a_field_that_is_none_is_refused_by_name(server: LiveServer, path: str) -> None:
    said = refuse(server, "POST", path, '{"filter": "Red"}')

    assert said.startswith("'filter' is no field of the body")
    assert server.observatory.asked == []


@pytest.mark.parametrize("body", ["", "{}", " {} "])
def test_nothing_and_an_empty_object_say_the_same(server: LiveServer, body: str) -> None:
    answer = server.ask("POST", f"{RIG}/adopt", body, JSON)

    assert answer.status == 200, answer.body
    assert [asked[0] for asked in server.observatory.asked] == ["adopt"]


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        ("trim", '{"trim_steps": 4.5}', "trim_steps: a whole number is needed (given: 4.5)"),
        ("trim", '{"trim_steps": "4"}', "trim_steps: a whole number is needed (given: '4')"),
        (
            "trim",
            '{"trim_steps": 1, "steps": 2}',
            "'steps' is no field of the body (there are: trim_steps)",
        ),
        ("trim", "{}", 'trim_steps: is needed; the body must be {"trim_steps": 40}'),
        ("trim", "4", 'the body must be {"trim_steps": 40} (given: 4)'),
        ("trim", "{", 'the body must be {"trim_steps": 40} (this one is no JSON)'),
        ("hold", '{"hold": "yes"}', "hold: true or false is needed (given: 'yes')"),
        (
            "mode",
            '{"mode": "auto"}',
            "mode: must be 'apply', 'publish' or 'observe' (given: 'auto')",
        ),
        ("release", '{"device": ""}', "device: at least 1 character (given: '')"),
        ("swap", '{"filter": 3}', "filter: a text is needed (given: 3)"),
        (
            "answers",
            '{"key": "a", "value": true}',
            "value: is none of these: A choice, a number, parts with their counts; null takes the "
            "answer back (given: true)",
        ),
        ("solved", '{"scale_arcsec": 1.0}', "pixel_size_um: is needed"),
        (
            "answers",
            "null",
            'the body must be {"key": "a key of a question", "value": its answer, or '
            "null} (given: null)",
        ),
        (
            "adopt",
            '{"a": 1}',
            "'a' is no field of the body (this request takes no fields: the body "
            "must be empty, or {})",
        ),
        ("runs/forget", '{"key": 7}', "key: a text is needed (given: 7)"),
    ],
)
def test_the_field_and_its_value_are_named(
    server: LiveServer, path: str, body: str, said: str
) -> None:
    assert refuse(server, "POST", f"{RIG}/{path}", body) == said


@pytest.mark.parametrize(
    ("method", "path", "body", "said"),
    [
        ("PUT", f"{RIG}/profile", '{"name": "Fake"}', "'name' is no field of the body"),
        ("PATCH", "/rigd/v1/profiles/Fake", '{"archived": 1}', "archived: true or false is needed"),
        ("DELETE", "/rigd/v1/profiles/Fake", '{"sure": true}', "'sure' is no field of the body"),
        ("POST", "/rigd/v1/profile-changes", '{"undo": "last"}', "undo: a whole number is needed"),
    ],
)
def test_so_is_that_of_a_profile(
    server: LiveServer, method: str, path: str, body: str, said: str
) -> None:
    assert said in refuse(server, method, path, body)


def test_every_wrong_field_is_named_at_once(server: LiveServer) -> None:
    body = '{"optics": "Esprit 100", "wheel": 3, "own": "ring"}'

    said = refuse(server, "POST", "/rigd/v1/trains", body)

    assert said.startswith("'optics' is no field of the body")
    assert "; camera: is needed; the body must be {" in said
    assert "; wheel: a text is needed (given: 3); own: a list is needed (given: 'ring')" in said
