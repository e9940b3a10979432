"""rigd's own REST API under `/rigd/v1/`; one table of routes drives routing and document."""

import asyncio
import hashlib
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from rigd.api.envelope import NotUnderstoodError, shorten
from rigd.api.openapi import JSON_MEDIA, STREAM_MEDIA, Described, Parameter, openapi
from rigd.api.problem import NotThereError, http_problem, internal_problem, problem
from rigd.api.reply import read_body
from rigd.api.runs import RUNS_LIMIT_BYTES, RunsBody, read_runs
from rigd.api.settings import ServerSettings
from rigd.errors import InvalidValueError, RigdError
from rigd.mode import Mode
from rigd.view import Client, Json, Observatory, RigView

log = logging.getLogger(__name__)

MOST_ENTRIES = 500
MOST_OFFSET = 1_000_000
KEEP_ALIVE_S = 15.0
"""A quiet event stream says so this often: proxies close what never speaks."""


class AnswerBody(BaseModel):
    """Body of `POST /rigd/v1/rigs/{rig}/answers`."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    key: str = Field(min_length=1, max_length=120, description="The key of the question.")
    value: str | float | dict[str, int] | None = Field(
        description="A choice, a number, parts with their counts; null takes the answer back."
    )


class HoldBody(BaseModel):
    """Body of `POST /rigd/v1/rigs/{rig}/hold`."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    hold: bool = Field(description="true: hands off now, the motor stops; false: go on.")


class ModeBody(BaseModel):
    """Body of `POST /rigd/v1/rigs/{rig}/mode`."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    mode: Mode = Field(strict=False, description="apply, publish, or observe.")
    confirm: bool = Field(default=False, description="Switch although a client may be misled.")


@dataclass(frozen=True, slots=True, kw_only=True)
class RestRoute(Described):
    """One route: how it is reached, what it does, and what its document says."""

    answer: Callable[["RestApi", Request], Awaitable[Response]]


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
                HTTPException: http_problem,
                RigdError: problem,
                Exception: internal_problem,
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

    async def why(self, request: Request) -> Response:
        """What an offset was learnt from."""
        name = request.query_params.get("filter")
        return _json(request, self._observatory.why(self._rig(request).name, name))

    async def why_svg(self, request: Request) -> Response:
        """The runs behind the offsets, as a picture."""
        rig, name = self._rig(request), request.query_params.get("filter")
        picture = self._observatory.why_svg(rig.name, name)
        if picture is None:
            msg = f"rig {rig.name} has no fit of runs to draw"
            raise NotThereError(msg)
        return Response(picture, media_type="image/svg+xml")

    async def runs(self, request: Request) -> Response:
        """The autofocus runs that were imported."""
        return _json(request, await self._observatory.runs(self._rig(request).name))

    async def import_runs(self, request: Request) -> Response:
        """Take autofocus runs in."""
        rig = self._rig(request)
        body = await read_body(
            request.scope,
            request.receive,
            limit_bytes=RUNS_LIMIT_BYTES,
            limit_s=self._settings.body_limit_s,
        )
        runs = await asyncio.to_thread(read_runs, body)
        return _json(
            request, await self._observatory.request_runs(rig.name, runs, _client(request))
        )

    async def explain(self, request: Request) -> Response:
        """Why its focuser is where it is."""
        return _json(request, self._rig(request).explain)

    async def history(self, request: Request) -> Response:
        """The newest lines of its diary."""
        rig = self._rig(request)
        return _json(request, {"history": await self._observatory.history(rig.name)})

    async def questions(self, request: Request) -> Response:
        """What only its owner can say, and what was answered."""
        return _json(request, self._rig(request).questions)

    async def answers(self, request: Request) -> Response:
        """The owner's answer to a question."""
        rig = self._rig(request)
        try:
            given = AnswerBody.model_validate_json(await self._body(request))
        except ValidationError:
            msg = 'the body must be {"key": "a key of a question", "value": its answer, or null}'
            raise InvalidValueError(msg) from None
        await self._observatory.request_answer(rig.name, given.key, given.value, _client(request))
        return _json(request, self._rig(request).questions)

    async def catalog(self, request: Request) -> Response:
        """A page of the catalog."""
        query = request.query_params
        return _json(
            request,
            self._observatory.catalog_page(
                words=query.get("search", ""),
                kind=query.get("kind"),
                offset=_whole(query.get("offset"), "offset", 0, 0, MOST_OFFSET),
                limit=_whole(query.get("limit"), "limit", 50, 1, MOST_ENTRIES),
            ),
        )

    async def entry(self, request: Request) -> Response:
        """An entry of the catalog."""
        kind, entry_id = request.path_params["kind"], request.path_params["id"]
        found = self._observatory.catalog_entry(kind, entry_id)
        if found is None:
            msg = f"the catalog has no {shorten(kind)} with the id {shorten(entry_id)!r}"
            raise NotThereError(msg)
        return _json(request, found)

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

    async def mode(self, request: Request) -> Response:
        """Switch the mode while running."""
        rig = self._rig(request)
        try:
            asked = ModeBody.model_validate_json(await self._body(request))
        except ValidationError:
            msg = 'the body must be {"mode": "apply" | "publish" | "observe"}, "confirm" if needed'
            raise InvalidValueError(msg) from None
        client = _client(request)
        await self._observatory.request_mode(rig.name, asked.mode, client, confirmed=asked.confirm)
        return _json(request, {"mode": asked.mode})

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
        return _json(request, openapi(self._settings.version, ROUTES))

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
        path="/rigd/v1/rigs/{rig}/offsets/why",
        summary="What offsets were learnt from: prior, data, posterior (of one: ?filter=NAME)",
        answer=RestApi.why,
    ),
    RestRoute(
        path="/rigd/v1/rigs/{rig}/offsets/why.svg",
        summary="The runs behind the offsets (one filter filled: ?filter=NAME)",
        answer=RestApi.why_svg,
        media="image/svg+xml",
    ),
    RestRoute(
        path="/rigd/v1/rigs/{rig}/runs",
        summary="The newest autofocus runs with what became of them",
        answer=RestApi.runs,
    ),
    RestRoute(
        path="/rigd/v1/rigs/{rig}/runs",
        method="POST",
        summary="Take autofocus runs in, each once; offsets are learnt from them soon",
        answer=RestApi.import_runs,
        body=RunsBody,
    ),
    RestRoute(
        path="/rigd/v1/rigs/{rig}/explain",
        summary="Why the focuser is where it is, term by term",
        answer=RestApi.explain,
    ),
    RestRoute(
        path="/rigd/v1/rigs/{rig}/questions",
        summary="What only the owner can say and what it changes, and the answers given",
        answer=RestApi.questions,
    ),
    RestRoute(
        path="/rigd/v1/rigs/{rig}/answers",
        method="POST",
        summary="The owner's answer to a question; nothing moves",
        answer=RestApi.answers,
        body=AnswerBody,
    ),
    RestRoute(
        path="/rigd/v1/catalog",
        summary="The catalog, a page at a time",
        answer=RestApi.catalog,
        query=(
            Parameter("kind", "One kind of entry, such as camera or part."),
            Parameter("search", "Words of the id, maker, model or names; every one must be there."),
            Parameter("offset", "Entries to leave out at the start.", (0, MOST_OFFSET)),
            Parameter("limit", "Most entries of the page.", (1, MOST_ENTRIES)),
        ),
    ),
    RestRoute(
        path="/rigd/v1/catalog/{kind}/{id}",
        summary="An entry of the catalog with its sources",
        answer=RestApi.entry,
    ),
    RestRoute(
        path="/rigd/v1/rigs/{rig}/adopt",
        method="POST",
        summary="A human's word: the focuser stands in focus for the filter in the light",
        answer=RestApi.adopt,
    ),
    RestRoute(
        path="/rigd/v1/rigs/{rig}/mode",
        summary="Switch the mode while running; nothing moves",
        answer=RestApi.mode,
        method="POST",
        body=ModeBody,
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


def _whole(text: str | None, what: str, default: int, least: int, most: int) -> int:
    if text is None:
        return default
    if text.isascii() and text.isdigit() and len(text) < 10 and least <= int(text) <= most:
        return int(text)
    msg = f"{what} {shorten(text)!r} is not a whole number from {least} to {most}"
    raise InvalidValueError(msg)
