"""rigd's own REST API under `/rigd/v1/`; one table of routes drives routing and document."""

import asyncio
import hashlib
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from rigd.api.envelope import HTTP_STATUS, NotUnderstoodError
from rigd.api.reply import read_body
from rigd.api.settings import ServerSettings
from rigd.errors import InvalidValueError, RigdError
from rigd.view import Client, Json, Observatory, RigView

log = logging.getLogger(__name__)

JSON_MEDIA = "application/json"
PROBLEM_MEDIA = "application/problem+json"
STREAM_MEDIA = "text/event-stream"
KEEP_ALIVE_S = 15.0
"""A quiet event stream says so this often: proxies close what never speaks."""


class HoldBody(BaseModel):
    """Body of `POST /rigd/v1/rigs/{rig}/hold`."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    hold: bool = Field(description="true: hands off now, the motor stops; false: go on.")


@dataclass(frozen=True, slots=True, kw_only=True)
class RestRoute:
    """One route: how it is reached, what it does, and what its document says."""

    path: str
    summary: str
    answer: Callable[["RestApi", Request], Awaitable[Response]]
    method: str = "GET"
    body: type[BaseModel] | None = None
    media: str = JSON_MEDIA


class NotThereError(InvalidValueError):
    """Remedy: name something that is there."""


class RestApi:
    """Answers rigd's own API out of the observatory's views."""

    def __init__(
        self, observatory: Observatory, settings: ServerSettings, closing: asyncio.Event
    ) -> None:
        self._observatory = observatory
        self._settings = settings
        self._closing = closing
        self._streams = 0
        self.app = Starlette(
            routes=[
                Route(route.path, self._endpoint(route), methods=[route.method], name=route.summary)
                for route in ROUTES
            ],
            exception_handlers={
                HTTPException: _http_problem,
                RigdError: _problem,
                Exception: _internal_problem,
            },
        )
        self.app.router.redirect_slashes = False

    def _endpoint(self, route: RestRoute) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            return await route.answer(self, request)

        return endpoint

    async def rigs(self, request: Request) -> Response:
        """Every rig in short."""
        rigs = [_in_short(rig) for rig in self._observatory.rigs()]
        return _json(request, {"rigs": rigs})

    async def rig(self, request: Request) -> Response:
        """One rig's summary."""
        rig = self._rig(request)
        return _json(request, {**_in_short(rig), **rig.summary})

    async def match(self, request: Request) -> Response:
        """What its devices are in the catalog."""
        return _json(request, self._rig(request).match)

    async def train(self, request: Request) -> Response:
        """Its imaging train."""
        return _json(request, self._rig(request).train)

    async def train_svg(self, request: Request) -> Response:
        """A drawing of the best stack."""
        rig = self._rig(request)
        if rig.train_svg is None:
            msg = f"rig {rig.name} has no stack of spacers to draw"
            raise NotThereError(msg)
        return Response(rig.train_svg, media_type="image/svg+xml")

    async def offsets(self, request: Request) -> Response:
        """Its filters' focus offsets."""
        return _json(request, self._rig(request).offsets)

    async def explain(self, request: Request) -> Response:
        """Why its focuser is where it is."""
        return _json(request, self._rig(request).explain)

    async def history(self, request: Request) -> Response:
        """The newest lines of its diary."""
        rig = self._rig(request)
        return _json(request, {"history": await self._observatory.history(rig.name)})

    async def adopt(self, request: Request) -> Response:
        """A human's word that the focus is right."""
        rig = self._rig(request)
        await self._body(request)
        await self._observatory.request_adopt(rig.name, _client(request))
        return _json(request, {"adopted": True})

    async def hold(self, request: Request) -> Response:
        """Hands off, or the end of it."""
        rig = self._rig(request)
        try:
            asked = HoldBody.model_validate_json(await self._body(request))
        except ValidationError:
            msg = 'the body must be {"hold": true} or {"hold": false}'
            raise InvalidValueError(msg) from None
        await self._observatory.request_hold(rig.name, _client(request), hold=asked.hold)
        return _json(request, {"hold": asked.hold})

    async def events(self, request: Request) -> Response:
        """The diary as server-sent events, until the client or rigd ends it."""
        headers = {"cache-control": "no-store"}
        if request.method == "HEAD":
            return Response(media_type=STREAM_MEDIA, headers=headers)
        limit = self._settings.event_streams
        if self._streams >= limit:
            msg = f"{limit} clients follow the event stream already"
            raise NotUnderstoodError(msg, HTTPStatus.SERVICE_UNAVAILABLE)
        return StreamingResponse(self._stream(), media_type=STREAM_MEDIA, headers=headers)

    async def document(self, request: Request) -> Response:
        """The OpenAPI document of this API."""
        return _json(request, openapi(self._settings.version))

    def _rig(self, request: Request) -> RigView:
        name = request.path_params["rig"]
        rigs = self._observatory.rigs()
        for rig in rigs:
            if rig.name == name:
                return rig
        known = ", ".join(rig.name for rig in rigs) or "none"
        msg = f"no rig is named {name!r} (there are: {known})"
        raise NotThereError(msg)

    async def _body(self, request: Request) -> bytes:
        return await read_body(
            request.scope,
            request.receive,
            limit_bytes=self._settings.body_limit_bytes,
            limit_s=self._settings.body_limit_s,
        )

    async def _stream(self) -> AsyncIterator[bytes]:
        self._streams += 1
        happenings = aiter(self._observatory.happenings())
        closing = asyncio.ensure_future(self._closing.wait())
        following = asyncio.ensure_future(anext(happenings))
        try:
            yield b": rigd\n\n"
            while not self._closing.is_set():
                await asyncio.wait(
                    {following, closing},
                    timeout=KEEP_ALIVE_S,
                    return_when=asyncio.FIRST_COMPLETED,
                )
                if not following.done():
                    yield b": still here\n\n"
                    continue
                try:
                    line = following.result()
                except StopAsyncIteration:
                    return
                yield b"data: " + json.dumps(line, allow_nan=False).encode() + b"\n\n"
                following = asyncio.ensure_future(anext(happenings))
        finally:
            self._streams -= 1
            for task in (following, closing):
                task.cancel()
            await asyncio.gather(following, closing, return_exceptions=True)


ROUTES: tuple[RestRoute, ...] = (
    RestRoute(
        path="/rigd/v1/rigs/{rig}/history",
        summary="The newest lines of the diary, newest first",
        answer=RestApi.history,
    ),
    RestRoute(path="/rigd/v1/rigs", summary="Every rig, by number", answer=RestApi.rigs),
    RestRoute(path="/rigd/v1/rigs/{rig}", summary="One rig as it is now", answer=RestApi.rig),
    RestRoute(
        path="/rigd/v1/rigs/{rig}/match",
        summary="What the devices are in the catalog, with the evidence",
        answer=RestApi.match,
    ),
    RestRoute(
        path="/rigd/v1/rigs/{rig}/train",
        summary="The imaging train and its back focus",
        answer=RestApi.train,
    ),
    RestRoute(
        path="/rigd/v1/rigs/{rig}/train.svg",
        summary="A scale drawing of the best stack of spacers",
        answer=RestApi.train_svg,
        media="image/svg+xml",
    ),
    RestRoute(
        path="/rigd/v1/rigs/{rig}/offsets",
        summary="The focus offset of each filter",
        answer=RestApi.offsets,
    ),
    RestRoute(
        path="/rigd/v1/rigs/{rig}/explain",
        summary="Why the focuser is where it is, term by term",
        answer=RestApi.explain,
    ),
    RestRoute(
        path="/rigd/v1/rigs/{rig}/adopt",
        method="POST",
        summary="A human's word: the focuser stands in focus for the filter in the light",
        answer=RestApi.adopt,
    ),
    RestRoute(
        path="/rigd/v1/rigs/{rig}/hold",
        method="POST",
        summary="Hands off now (the motor stops), or the end of it",
        answer=RestApi.hold,
        body=HoldBody,
    ),
    RestRoute(
        path="/rigd/v1/events",
        summary="What happens, as server-sent events",
        answer=RestApi.events,
        media=STREAM_MEDIA,
    ),
    RestRoute(path="/rigd/v1/openapi.json", summary="This document", answer=RestApi.document),
)

_PROBLEM_SCHEMA: Json = {
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


def openapi(version: str) -> Json:
    """The OpenAPI document, out of the table of routes."""
    paths: dict[str, dict[str, Json]] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {"title": "rigd", "version": version, "license": {"name": "GPL-3.0-or-later"}},
        "paths": paths,
        "components": {"schemas": {"Problem": _PROBLEM_SCHEMA}},
    }


def _operation(route: RestRoute) -> Json:
    schema = {"type": "string"} if route.media != JSON_MEDIA else {"type": "object"}
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
    if "{rig}" in route.path:
        rig = {"name": "rig", "in": "path", "required": True, "schema": {"type": "string"}}
        operation["parameters"] = [rig]
    if route.body is not None:
        body = {JSON_MEDIA: {"schema": route.body.model_json_schema()}}
        operation["requestBody"] = {"required": True, "content": body}
    return operation


def _problems(route: RestRoute) -> tuple[HTTPStatus, ...]:
    """What else a route may answer."""
    found = [HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS]
    if "{rig}" in route.path:
        found.append(HTTPStatus.NOT_FOUND)
    if route.media == STREAM_MEDIA:
        found.append(HTTPStatus.SERVICE_UNAVAILABLE)
    if route.method != "GET":
        found += [status for _, status in HTTP_STATUS]
        found += [HTTPStatus.UNAUTHORIZED, HTTPStatus.REQUEST_TIMEOUT]
        found.append(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return tuple(sorted(found))


def _in_short(rig: RigView) -> dict[str, object]:
    return {
        "name": rig.name,
        "number": rig.number,
        "mode": rig.mode,
        "wheel": {
            "name": rig.wheel.name,
            "connected": rig.wheel.connected,
            "filter_position": rig.wheel.filter_position,
            "fault": rig.wheel.fault,
        },
        "focuser": {
            "name": rig.focuser.name,
            "connected": rig.focuser.connected,
            "position_steps": rig.focuser.position_steps,
            "moving": rig.focuser.moving,
            "fault": rig.focuser.fault,
        },
    }


def _client(request: Request) -> Client:
    return Client(name=request.client.host if request.client else "local")


def _json(request: Request, content: Json) -> Response:
    body = json.dumps(content, allow_nan=False, ensure_ascii=False).encode()
    etag = f'"{hashlib.blake2s(body, digest_size=12).hexdigest()}"'
    headers = {"etag": etag, "cache-control": "no-cache"}
    if request.method == "GET" and request.headers.get("if-none-match") == etag:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(body, media_type=JSON_MEDIA, headers=headers)


def problem_body(status: HTTPStatus, detail: str) -> bytes:
    """A problem as RFC 9457 writes it."""
    problem: Mapping[str, object] = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": detail,
    }
    return json.dumps(problem, ensure_ascii=False).encode()


def _status_of(error: RigdError) -> HTTPStatus:
    if isinstance(error, NotUnderstoodError):
        return error.status
    if isinstance(error, NotThereError):
        return HTTPStatus.NOT_FOUND
    for kind, status in HTTP_STATUS:
        if isinstance(error, kind):
            return status
    return HTTPStatus.INTERNAL_SERVER_ERROR


async def _problem(_: Request, error: Exception) -> Response:
    if not isinstance(error, RigdError):
        raise error
    status = _status_of(error)
    body = problem_body(status, str(error))
    return Response(body, status_code=status, media_type=PROBLEM_MEDIA)


async def _http_problem(_: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    status = HTTPStatus(error.status_code)
    body = problem_body(status, error.detail)
    return Response(
        body, status_code=status, media_type=PROBLEM_MEDIA, headers=error.headers or None
    )


async def _internal_problem(_: Request, __: Exception) -> Response:
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    body = problem_body(status, "internal error, see rigd's log")
    return Response(body, status_code=status, media_type=PROBLEM_MEDIA)
