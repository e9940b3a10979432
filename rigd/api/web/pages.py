"""The page's addresses: `/`, `/rig/NAME`, its rooms, its events, and what goes with them."""

import asyncio
import hashlib
import importlib
from collections.abc import Awaitable, Sequence
from functools import cache
from http import HTTPStatus
from importlib.resources import files
from typing import Any
from urllib.parse import parse_qs

from starlette.responses import StreamingResponse

from rigd.api.http.errors import NotUnderstoodError
from rigd.api.http.reply import Receive, Scope, Send, header, read_body, reply
from rigd.api.http.settings import ServerSettings
from rigd.api.web.live import live_events
from rigd.api.web.rooms import DIARY_LINES, ROOMS, TONIGHT, Room, address_of, split_address
from rigd.errors import RigdError
from rigd.view.diary import DiaryEvent, DiaryRow
from rigd.view.observatory import Observatory
from rigd.view.rig import Client, RigView

HTML = b"text/html; charset=utf-8"
KINDS = {
    "css": b"text/css; charset=utf-8",
    "js": b"text/javascript; charset=utf-8",
    "svg": b"image/svg+xml",
}
LIMITS = (
    (
        b"content-security-policy",
        b"default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
        b"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (b"referrer-policy", b"same-origin"),  # with none at all a form would say `Origin: null`
    (b"cache-control", b"no-cache"),
)
"""A page runs nothing but what rigd serves beside it, and sends nothing to anybody else."""


class WebPages:
    """Answers what belongs to the page."""

    def __init__(
        self, observatory: Observatory, settings: ServerSettings, closing: asyncio.Event
    ) -> None:
        self._observatory = observatory
        self._settings = settings
        self._closing = closing
        self._streams = 0
        self._now: dict[str, tuple[RigView, str]] = {}
        """What was last shown of each rig: many pages look at the same."""

    @staticmethod
    def serves(path: str) -> bool:
        """Whether an address belongs to the page."""
        return path in {"/", "/favicon.ico"} or path.startswith(("/rig/", "/web/"))

    @staticmethod
    def verbs(path: str) -> bytes:
        """How an address is asked for."""
        return b"POST" if path.endswith("/hold") else b"GET, HEAD"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request.

        Raises:
            NotUnderstoodError: there is no such page, or it is not asked for like that.
        """
        path: str = scope["path"]
        if path.startswith("/web/") or path == "/favicon.ico":
            await _send_static(scope, send, "icon.svg" if path == "/favicon.ico" else path[5:])
            return
        # Most rigs are never looked at: the templates are read when somebody does.
        await asyncio.to_thread(_templates)
        rigs = self._observatory.rigs()
        if path == "/":
            await self._show(scope, send, rigs[0] if rigs else None, TONIGHT)
            return
        name, rest = split_address(path)
        rig = next((one for one in rigs if one.name == name), None)
        if rig is None:
            raise _not_there(f"no rig is named {name[:64]!r}")
        room = next((one for one in ROOMS if one.slug == rest), None)
        if rest == "live":
            await self._stream(scope, receive, send, rig)
        elif rest == "hold":
            await self._hold(scope, receive, send, rig)
        elif room is not None:
            await self._show(scope, send, rig, room)
        else:
            raise _not_there(f"{path[:80]!r} is no page")

    async def _show(self, scope: Scope, send: Send, rig: RigView | None, room: Room) -> None:
        _expect(scope, "GET", "HEAD")
        rigs = self._observatory.rigs()
        values: dict[str, Any] = {"rigs": rigs, "rig": rig, "room": room}
        if rig is None:
            page = _templates().render("no_rig.html", **values)
        else:
            if room is TONIGHT:
                diary = await self._observatory.newest_lines(rig.name, DIARY_LINES)
                values |= {"diary": _show_lines(diary), "now": self._show_now(rig)}
            page = _templates().render(f"{room.slug or 'tonight'}.html", **values)
        await reply(send, HTTPStatus.OK.value, HTML, page.encode(), LIMITS)

    def _show_now(self, rig: RigView) -> str:
        known = self._now.get(rig.name)
        if known is not None and known[0] is rig:
            return known[1]
        html: str = _templates().render("now.html", rig=rig)
        self._now[rig.name] = (rig, html)
        return html

    async def _stream(self, scope: Scope, receive: Receive, send: Send, rig: RigView) -> None:
        _expect(scope, "GET")
        limit = self._settings.event_streams
        if self._streams >= limit:
            msg = f"{limit} pages are open already"
            raise NotUnderstoodError(msg, HTTPStatus.SERVICE_UNAVAILABLE)

        def find() -> RigView | None:
            rigs = self._observatory.rigs()
            return next((one for one in rigs if one.name == rig.name), None)

        def read_diary() -> Awaitable[Sequence[DiaryEvent | DiaryRow]]:
            return self._observatory.newest_lines(rig.name, DIARY_LINES)

        self._streams += 1
        try:
            events = live_events(
                self._observatory,
                find,
                self._show_now,
                read_diary,
                _show_lines,
                closing=self._closing,
            )
            response = StreamingResponse(
                events, media_type="text/event-stream", headers={"cache-control": "no-store"}
            )
            await response(scope, receive, send)
        finally:
            self._streams -= 1

    async def _hold(self, scope: Scope, receive: Receive, send: Send, rig: RigView) -> None:
        """Hands off, or go on; then back to the page, so that a reload asks for nothing again."""
        _expect(scope, "POST")
        body = await read_body(scope, receive, limit_bytes=1024, limit_s=10.0)
        asked = parse_qs(body.decode("ascii", "replace")).get("hold", [""])[0]
        if asked not in {"on", "off"}:
            msg = "hold: on or off"
            raise NotUnderstoodError(msg, HTTPStatus.BAD_REQUEST)
        client = scope.get("client")
        who = Client(name=f"the page at {client[0] if client else 'this computer'}")
        try:
            await self._observatory.request_hold(rig.name, who, hold=asked == "on")
        except RigdError as error:
            values = {"rigs": self._observatory.rigs(), "rig": rig, "room": TONIGHT}
            page: str = _templates().render("refused.html", sentence=str(error), **values)
            await reply(send, HTTPStatus.CONFLICT.value, HTML, page.encode(), LIMITS)
            return
        back = (b"location", address_of(rig.name).encode())
        await reply(send, HTTPStatus.SEE_OTHER.value, HTML, b"", (back,))


@cache
def _templates() -> Any:
    return importlib.import_module("rigd.api.web.templates")


def _show_lines(lines: Sequence[DiaryEvent | DiaryRow]) -> str:
    html: str = _templates().render("lines.html", lines=lines)
    return html


def _expect(scope: Scope, *methods: str) -> None:
    if scope["method"] not in methods:
        msg = f"{scope['method']}: this page answers {' and '.join(methods)}"
        raise NotUnderstoodError(msg, HTTPStatus.METHOD_NOT_ALLOWED)


def _not_there(sentence: str) -> NotUnderstoodError:
    return NotUnderstoodError(sentence, HTTPStatus.NOT_FOUND)


async def _send_static(scope: Scope, send: Send, name: str) -> None:
    _expect(scope, "GET", "HEAD")
    found = _static().get(name)
    if found is None:
        raise _not_there(f"{name[:80]!r} is no part of the page")
    body, etag = found
    kind = KINDS[name.rpartition(".")[2]]
    # Asked for each time, and sent once: after an upgrade no old part is beside a new page.
    more = ((b"cache-control", b"no-cache"), (b"etag", etag))
    if header(scope, b"if-none-match") == etag:
        await reply(send, HTTPStatus.NOT_MODIFIED.value, kind, b"", more)
        return
    await reply(send, HTTPStatus.OK.value, kind, body, more)


@cache
def _static() -> dict[str, tuple[bytes, bytes]]:
    """Each part of the page with its ETag, by name."""
    found = {}
    for one in (files("rigd.api.web") / "static").iterdir():
        body = one.read_bytes()
        etag = f'"{hashlib.blake2s(body, digest_size=12).hexdigest()}"'
        found[one.name] = (body, etag.encode())
    return found
