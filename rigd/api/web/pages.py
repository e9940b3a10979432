"""The page's addresses: `/`, `/rig/NAME`, its rooms, its events, and what goes with them."""

import asyncio
import importlib
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.responses import StreamingResponse

from rigd.api.http import page_token
from rigd.api.http.errors import NotUnderstoodError
from rigd.api.http.reply import App, Headers, Receive, Scope, Send, reply
from rigd.api.http.settings import ServerSettings
from rigd.api.web.address import address_of, own_address, split_address
from rigd.api.web.forms import HTML, came_from, read_form, read_query, send_on
from rigd.api.web.live import live_events
from rigd.api.web.rest import Rest
from rigd.api.web.room import Action, Asked, Part, Room, Visit
from rigd.api.web.rooms import tonight
from rigd.api.web.static_files import send_static
from rigd.api.web.table import BEGIN, HOUSE, ROOMS, TONIGHT, room_of
from rigd.api.web.told import Told, ToldForms
from rigd.errors import RigdError
from rigd.view.alerts import Alerts
from rigd.view.diary import DiaryEvent, DiaryRow
from rigd.view.first_run import FirstRun
from rigd.view.observatory import Observatory
from rigd.view.rig import RigView

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
LIVE = "live"
TOKEN = Room(slug="token", title="Token", template="token.html")
TOKEN_PATH = address_of(None, TOKEN)
"""Where a browser gives the token, or forgets it: this form alone needs none."""
_OWN = frozenset({"", "favicon.ico", "rig", "web", TOKEN.slug, *(one.slug for one in HOUSE)})


@dataclass(frozen=True, slots=True)
class _Place:
    """What an address means."""

    rig: str | None
    room: Room
    rest: Action | Part | None = None
    tail: str = ""


class WebPages:
    """Answers what belongs to the page."""

    def __init__(
        self,
        observatory: Observatory,
        settings: ServerSettings,
        closing: asyncio.Event,
        rest: App,
        alerts: Alerts | None = None,
        *,
        first_run: FirstRun | None = None,
    ) -> None:
        self._observatory = observatory
        self._settings = settings
        self._closing = closing
        self._rest = rest
        self._alerts = alerts
        self._first_run = first_run
        self._streams = 0
        self._told = ToldForms()
        self._now: dict[str, tuple[RigView, str]] = {}
        """What was last shown of each rig: many pages look at the same."""

    @staticmethod
    def serves(path: str) -> bool:
        """Whether an address belongs to the page."""
        return path[1:].partition("/")[0] in _OWN

    @staticmethod
    def verbs(path: str) -> bytes:
        """How an address is asked for."""
        try:
            is_form = isinstance(_place(path).rest, Action)
        except NotUnderstoodError:
            is_form = False
        return b"POST" if is_form else b"GET, HEAD"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request.

        Raises:
            NotUnderstoodError: there is no such page, or it is not asked for like that.
        """
        path: str = scope["path"]
        if path.startswith("/web/") or path == "/favicon.ico":
            _expect(scope, "GET", "HEAD")
            await send_static(scope, send, "icon.svg" if path == "/favicon.ico" else path[5:])
            return
        # Most rigs are never looked at: the templates are read when somebody does.
        await asyncio.to_thread(_templates)
        place = _place(path)
        if path == "/":
            rigs = self._observatory.rigs()
            place = _Place(rigs[0].name, TONIGHT) if rigs else _Place(None, BEGIN)
        rig = None if place.rig is None else self._rig(place.rig)
        if rig is not None and place.room is TONIGHT and place.tail == LIVE:
            await self._stream(scope, receive, send, rig)
            return
        visit = Visit(
            observatory=self._observatory,
            rest=Rest(self._rest, _address_of_client(scope)),
            alerts=self._alerts,
            first_run=self._first_run,
            of_rig=rig,
            query=read_query(scope),
            tail=place.tail,
        )
        if isinstance(place.rest, Action):
            _expect(scope, "POST")
            form = await read_form(scope, receive, self._settings)
            asked = Asked(visit=visit, form=form)
            await send_on(send, await self._act(place.rest, place.room, asked, came_from(scope)))
        elif isinstance(place.rest, Part):
            _expect(scope, "GET", "HEAD")
            await _send_part(send, place.rest, visit)
        else:
            _expect(scope, "GET", "HEAD")
            await self._show(scope, send, place.room, visit)

    async def ask_token(self, scope: Scope, send: Send) -> None:
        """Send a browser on to where it gives the token: its form has asked for nothing."""
        wrong = page_token.given_cookie(scope) is not None
        sentence = "The token that this browser kept is not the one any more." if wrong else None
        more = (page_token.forget_token(scope),) if wrong else ()
        await self._send_to_token(send, came_from(scope), sentence, more)

    async def take_token(self, scope: Scope, receive: Receive, send: Send) -> bool:
        """Answer a request for `/token`; whether no wrong token was given.

        Raises:
            NotUnderstoodError: it is not asked for like that.
        """
        _expect(scope, "GET", "HEAD", "POST")
        await asyncio.to_thread(_templates)
        token = self._settings.token
        if scope["method"] != "POST":
            back = read_query(scope).get("back", "/")
            visit = Visit(observatory=self._observatory, rest=Rest(self._rest, ""))
            await self._show(scope, send, TOKEN, visit, back=own_address(back))
            return True
        form = await read_form(scope, receive, self._settings)
        back = own_address(form.get("back", ("/",))[0])
        if "forget" in form or token is None:
            await send_on(send, back, (page_token.forget_token(scope),))
            return True
        if not page_token.is_token(form.get("token", ("",))[0], token):
            await self._send_to_token(send, back, "That is not the token.")
            return False
        told = Told(sentence="This browser keeps the token now.", is_done=True)
        address = _with_told(back, self._told.keep(told))
        await send_on(send, address, (page_token.keep_token(scope, token),))
        return True

    async def _send_to_token(
        self, send: Send, back: str, sentence: str | None, more: Headers = ()
    ) -> None:
        sentence = sentence or "A change needs the token; nothing was changed."
        number = self._told.keep(Told(sentence=sentence, is_done=False))
        query = urlencode({"back": back, "told": number})
        await send_on(send, f"{TOKEN_PATH}?{query}", tuple(more))

    def _rig(self, name: str) -> RigView:
        rig = next((one for one in self._observatory.rigs() if one.name == name), None)
        if rig is None:
            raise _not_there(f"no rig is named {name[:64]!r}")
        return rig

    async def _show(
        self, scope: Scope, send: Send, room: Room, visit: Visit, **more: object
    ) -> None:
        rig = visit.of_rig
        values: dict[str, Any] = {
            "rigs": self._observatory.rigs(),
            "rig": rig,
            "room": room,
            "query": visit.query,
            "told": self._told.find(read_query(scope).get("told")),
            "token": self._token_state(scope),
            "here": scope["path"],
            **more,
            **await room.show(visit),
        }
        if room is TONIGHT and rig is not None:
            values["now"] = self._show_now(rig)
        page = _templates().render(room.template, **values)
        await reply(send, HTTPStatus.OK.value, HTML, page.encode(), LIMITS)

    def _token_state(self, scope: Scope) -> str:
        """Whether changes need the token, and this browser has it: free, given, or needed."""
        token = self._settings.token
        if token is None:
            return "free"
        has = page_token.is_of_token(page_token.given_cookie(scope), token)
        return "given" if has else "needed"

    async def _act(self, action: Action, room: Room, asked: Asked, came_from: str) -> str:
        """Do what a form asks for; the address that shows what came of it."""
        rig = asked.visit.of_rig
        home = address_of(None if rig is None else rig.name, room)
        try:
            done = await action.do(asked)
        except RigdError as error:
            told = Told(sentence=str(error), is_done=False, form=asked.form)
            where = came_from if urlsplit(came_from).path in {home, "/"} else home
            return _with_told(where, self._told.keep(told))
        address = done.to or home
        if done.said is None:
            return address
        told = Told(sentence=done.said, is_done=True, undo=done.undo)
        return _with_told(address, self._told.keep(told))

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
            return self._observatory.newest_lines(rig.name, tonight.DIARY_LINES)

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


@cache
def _templates() -> Any:
    return importlib.import_module("rigd.api.web.templates")


def _show_lines(lines: Sequence[DiaryEvent | DiaryRow]) -> str:
    html: str = _templates().render("lines.html", lines=lines)
    return html


def _place(path: str) -> _Place:
    """What an address means.

    Raises:
        NotUnderstoodError: nothing.
    """
    if path == "/":
        return _Place(None, BEGIN)
    if path.startswith("/rig/"):
        rig, rest = split_address(path)
        rooms = ROOMS
    else:
        rig, rest, rooms = None, path[1:], HOUSE
    slug, _, tail = rest.partition("/")
    room = room_of(rooms, slug)
    if room is None and rig is not None:
        room, tail = TONIGHT, rest
    if room is not None:
        found = room.action(tail) or room.part(tail)
        is_live = room is TONIGHT and tail == LIVE
        if found is not None or not tail or room.has_tails or is_live:
            return _Place(rig, room, found, "" if found is not None else tail)
    raise _not_there(f"{path[:80]!r} is no page")


def _expect(scope: Scope, *methods: str) -> None:
    if scope["method"] not in methods:
        msg = f"{scope['method']}: this page answers {' and '.join(methods)}"
        raise NotUnderstoodError(msg, HTTPStatus.METHOD_NOT_ALLOWED)


def _not_there(sentence: str) -> NotUnderstoodError:
    return NotUnderstoodError(sentence, HTTPStatus.NOT_FOUND)


async def _send_part(send: Send, part: Part, visit: Visit) -> None:
    try:
        found = await part.make(visit)
    except RigdError as error:
        raise _not_there(str(error)) from error
    more: Headers = LIMITS
    if found.name is not None:
        more = (*LIMITS, (b"content-disposition", f'attachment; filename="{found.name}"'.encode()))
    await reply(send, HTTPStatus.OK.value, found.kind, found.body, more)


def _address_of_client(scope: Scope) -> str:
    client = scope.get("client")
    return str(client[0]) if client else "this computer"


def _with_told(address: str, number: str) -> str:
    """An address that shows what came of a form, and nothing of an earlier one."""
    parts = urlsplit(address)
    kept = [one for one in parse_qsl(parts.query) if one[0] != "told"]
    return parts._replace(query=urlencode([*kept, ("told", number)])).geturl()
