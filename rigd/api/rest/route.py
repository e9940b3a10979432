"""One route of rigd's own API: how it is reached, what it does, what its document says."""

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

from rigd.api.http.errors import shorten
from rigd.api.http.reply import read_body
from rigd.api.http.settings import ServerSettings
from rigd.api.rest.body import B, EmptyBody, read_as
from rigd.api.rest.openapi import JSON_MEDIA, Described
from rigd.api.rest.problem import NotThereError
from rigd.errors import InvalidValueError
from rigd.view.alerts import Alerts
from rigd.view.first_run import FirstRun
from rigd.view.observatory import Observatory
from rigd.view.publishing import Publishing
from rigd.view.rig import Client, RigView
from rigd.view.to_json import to_json


@dataclass(slots=True, kw_only=True)
class RestApi:
    """What every route answers from."""

    observatory: Observatory
    settings: ServerSettings
    closing: asyncio.Event
    alerts: Alerts | None = None
    publishing: Publishing | None = None
    first_run: FirstRun | None = None
    """What makes the first configuration; None: there is a rig."""
    streams: int = 0
    """Clients that follow the event stream now."""

    def rig(self, request: Request) -> RigView:
        """The rig that the path names.

        Raises:
            NotThereError: there is none of that name.
        """
        name = request.path_params["rig"]
        rigs = self.observatory.rigs()
        for rig in rigs:
            if rig.name == name:
                return rig
        known = ", ".join(rig.name for rig in rigs) or "none"
        msg = f"no rig is named {name!r} (there are: {known})"
        raise NotThereError(msg)

    async def body(self, request: Request, limit_bytes: int | None = None) -> bytes:
        """The whole body, within the limits."""
        return await read_body(
            request.scope,
            request.receive,
            limit_bytes=limit_bytes or self.settings.body_limit_bytes,
            limit_s=self.settings.body_limit_s,
        )

    async def read_request(self, request: Request, kind: type[B], example: str | None = None) -> B:
        """What the body asks for.

        Raises:
            InvalidValueError: it is none such; names the field that is wrong, and its value.
        """
        return read_as(kind, await self.body(request), example)

    async def expect_no_fields(self, request: Request) -> None:
        """Read the body of a request that says all with its path.

        Raises:
            InvalidValueError: it says anything.
        """
        await self.read_request(request, EmptyBody)


@dataclass(frozen=True, slots=True, kw_only=True)
class RestRoute(Described):
    """One route."""

    answer: Callable[[RestApi, Request], Awaitable[Response]]


def client_of(request: Request) -> Client:
    """Who asks."""
    return Client(name=request.client.host if request.client else "local")


def json_response(request: Request, view: object, etag: str | None = None) -> Response:
    """A view as JSON, with an ETag of its own or of the text; 304 if the client has it already."""
    return bytes_response(request, json_bytes(view), etag)


def json_bytes(view: object) -> bytes:
    """A view as the text of a reply."""
    return json.dumps(to_json(view), allow_nan=False, ensure_ascii=False).encode()


def bytes_response(request: Request, body: bytes, etag: str | None = None) -> Response:
    """The same of a text that is there already."""
    etag = etag or f'"{hashlib.blake2s(body, digest_size=12).hexdigest()}"'
    headers = {"etag": etag, "cache-control": "no-cache"}
    if request.method == "GET" and request.headers.get("if-none-match") == etag:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(body, media_type=JSON_MEDIA, headers=headers)


def whole_number(text: str | None, what: str, default: int, least: int, most: int) -> int:
    """A whole number of a query.

    Raises:
        InvalidValueError: it is none, or beyond the limits.
    """
    if text is None:
        return default
    if text.isascii() and text.isdigit() and len(text) < 10 and least <= int(text) <= most:
        return int(text)
    msg = f"{what} {shorten(text)!r} is not a whole number from {least} to {most}"
    raise InvalidValueError(msg)
