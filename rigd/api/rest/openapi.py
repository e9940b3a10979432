"""The OpenAPI document of rigd's own REST API, out of its table of routes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel

from rigd.api.http.errors import HTTP_STATUS
from rigd.api.rest.problem import PROBLEM_MEDIA
from rigd.view.json_schema import SchemaBook

JSON_MEDIA = "application/json"
STREAM_MEDIA = "text/event-stream"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a query; none is required."""

    name: str
    description: str
    limits: tuple[int, int] | None = None
    """Of a whole number; None: it is text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """What the document says of a route."""

    path: str
    summary: str
    method: str = "GET"
    body: type[BaseModel] | None = None
    reply: Any = None
    """The view, or the union of views, that it answers with; None if that is no JSON."""
    media: str = JSON_MEDIA
    query: tuple[Parameter, ...] = ()
    if_match: bool = False
    """Whether the ETag of what was looked at may be sent along, against lost updates."""
    also: tuple[HTTPStatus, ...] = ()
    """Further statuses that it may answer."""


_PROBLEM_SCHEMA: dict[str, object] = {
    "type": "object",
    "description": "A problem as in RFC 9457.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    },
}


def openapi(version: str, routes: Sequence[Described]) -> dict[str, object]:
    """The OpenAPI document, out of the table of routes."""
    book = SchemaBook()
    paths: dict[str, dict[str, object]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, book)
    return {
        "openapi": "3.1.0",
        "info": {"title": "rigd", "version": version, "license": {"name": "GPL-3.0-or-later"}},
        "paths": paths,
        "components": {"schemas": {"Problem": _PROBLEM_SCHEMA, **book.schemas}},
    }


def _operation(route: Described, book: SchemaBook) -> dict[str, object]:
    schema = {"type": "object"} if route.reply is None else book.schema_of(route.reply)
    if route.media != JSON_MEDIA:
        schema = {"type": "string"}
    problem = {
        "description": "What is wrong, and the remedy.",
        "content": {PROBLEM_MEDIA: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    responses: dict[str, object] = {
        "200": {"description": route.summary, "content": {route.media: {"schema": schema}}},
        **{str(status.value): problem for status in _problems(route)},
    }
    operation: dict[str, object] = {"summary": route.summary, "responses": responses}
    if route.method == "GET" and route.media == JSON_MEDIA:
        responses["304"] = {"description": "It is still what If-None-Match names."}
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)}", route.path)
    ]
    parameters += [_describe(parameter) for parameter in route.query]
    if route.if_match:
        parameters.append(
            {
                "name": "If-Match",
                "in": "header",
                "description": "ETag of what was looked at: 412 if it was changed meanwhile.",
                "schema": {"type": "string"},
            }
        )
    if parameters:
        operation["parameters"] = parameters
    if route.body is not None:
        body = {JSON_MEDIA: {"schema": route.body.model_json_schema()}}
        operation["requestBody"] = {"required": True, "content": body}
    return operation


def _describe(parameter: Parameter) -> dict[str, object]:
    schema: dict[str, object] = {"type": "string"}
    if parameter.limits is not None:
        least, most = parameter.limits
        schema = {"type": "integer", "minimum": least, "maximum": most}
    return {
        "name": parameter.name,
        "in": "query",
        "description": parameter.description,
        "schema": schema,
    }


def _problems(route: Described) -> tuple[HTTPStatus, ...]:
    """What else a route may answer."""
    found = {HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS, *route.also}
    if "{" in route.path:
        found.add(HTTPStatus.NOT_FOUND)
    if route.query:
        found.add(HTTPStatus.BAD_REQUEST)
    if route.if_match:
        found |= {HTTPStatus.PRECONDITION_FAILED, HTTPStatus.PRECONDITION_REQUIRED}
    if route.media == STREAM_MEDIA:
        found.add(HTTPStatus.SERVICE_UNAVAILABLE)
    if route.method != "GET":
        found |= {status for _, status in HTTP_STATUS}
        found |= {HTTPStatus.UNAUTHORIZED, HTTPStatus.REQUEST_TIMEOUT}
        found.add(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return tuple(sorted(found))
