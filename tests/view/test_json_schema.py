"""The schemas of the views say what `to_json` writes, and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import jsonschema_rs
import pytest

from rigd.api.rest.app import ROUTES
from rigd.api.rest.openapi import JSON_MEDIA
from rigd.view.json_schema import SchemaBook
from rigd.view.to_json import MERGED, to_json
from tests.view.test_replies import KEPT

ROOT = "#/$defs/"
REPLIES = {
    route.path.rpartition("/")[2]: route.reply
    for route in ROUTES
    if route.method == "GET" and route.path.startswith("/rigd/v1/rigs/")
}


def errors(kind: Any, reply: object) -> list[str]:
    book = SchemaBook(ROOT)
    schema = {**book.schema_of(kind), "$defs": book.schemas}
    return [error.message for error in jsonschema_rs.validator_for(schema).iter_errors(reply)]


@pytest.mark.parametrize("state", KEPT)
@pytest.mark.parametrize("part", ["{rig}", "match", "train", "offsets", "explain", "questions"])
def test_every_reply_fits_its_schema(state: str, part: str) -> None:
    assert errors(REPLIES[part], KEPT[state][part.strip("{}")]) == []


@dataclass(frozen=True, slots=True, kw_only=True)
class Inner:
    """What is merged."""

    height_mm: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """The other of two."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outer:
    """A view."""

    name: str
    inner: Inner | Other = field(metadata=MERGED)
    counts: Mapping[str, int]
    sizes: tuple[int, ...]


def outer(inner: Inner | Other) -> dict[str, Any]:
    return to_json(Outer(name="x", inner=inner, counts={"a": 1}, sizes=(1, 2)))


def test_a_merged_view_stands_in_the_place_of_its_field() -> None:
    assert outer(Inner(height_mm=None)) == {
        "name": "x",
        "height_mm": None,
        "counts": {"a": 1},
        "sizes": [1, 2],
    }
    assert list(outer(Other(reason="none"))) == ["name", "reason", "counts", "sizes"]


@pytest.mark.parametrize("inner", [Inner(height_mm=1.5), Inner(height_mm=None), Other(reason="x")])
def test_either_of_two_merged_views_fits(inner: Inner | Other) -> None:
    assert errors(Outer, outer(inner)) == []


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"more": 1}, id="a further key"),
        pytest.param({"height_mm": "1"}, id="another type"),
        pytest.param({"counts": {"a": 1.5}}, id="not a whole number"),
        pytest.param({"sizes": [None]}, id="a null"),
        pytest.param({"reason": "both"}, id="both of two"),
    ],
)
def test_what_is_not_written_does_not_fit(change: dict[str, object]) -> None:
    assert errors(Outer, {**outer(Inner(height_mm=1.0)), **change}) != []


def test_a_view_without_a_field_does_not_fit() -> None:
    reply = outer(Inner(height_mm=1.0))
    del reply["height_mm"]

    assert errors(Outer, reply) != []


def test_two_views_of_one_name_are_refused() -> None:
    book = SchemaBook()
    book.schema_of(Inner)

    with pytest.raises(TypeError, match="two views are called Inner"):
        book.schema_of(dataclass(type("Inner", (), {"__annotations__": {}})))


@pytest.mark.parametrize("value", [object(), {1, 2}, b"bytes"])
def test_what_has_no_place_in_json_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="has no place in JSON"):
        to_json({"key": value})


def test_every_route_that_answers_json_says_with_what() -> None:
    silent = [
        route.path
        for route in ROUTES
        if route.media == JSON_MEDIA and route.reply is None and "openapi" not in route.path
    ]

    assert silent == []
