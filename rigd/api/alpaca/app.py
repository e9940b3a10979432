"""The Alpaca API as a plain ASGI application: `/api/v1/…` and `/management/…`."""

import asyncio
import logging
import re
from http import HTTPStatus
from typing import NamedTuple

from rigd.api.alpaca.connections import Connections
from rigd.api.alpaca.device_types import DEVICE_TYPES
from rigd.api.alpaca.envelope import (
    AlpacaError,
    Envelopes,
    ErrorNumber,
    error_number,
    fields,
    query_fields,
    uint32,
)
from rigd.api.alpaca.management import MANAGEMENT
from rigd.api.alpaca.members import Call, Changing, DeviceType, Member, Reading, Verb
from rigd.api.http.errors import JSON_TYPE, NotUnderstoodError, shorten
from rigd.api.http.reply import (
    ClientGoneError,
    Receive,
    Scope,
    Send,
    header,
    is_gone,
    read_body,
    reply,
)
from rigd.api.http.settings import ServerSettings
from rigd.errors import RigdError
from rigd.view.observatory import Observatory
from rigd.view.rig import DeviceView, RigView

log = logging.getLogger(__name__)

_PRODUCT = re.compile(rb"[A-Za-z][A-Za-z0-9._+-]{0,31}")
"""The first word of a User-Agent, without its version."""
_MOVES = frozenset({"position", "move"})
"""What is done for nobody who has gone: what came in while rigd did not run may be the wish of one
who has long given it up. A halt waits for nothing."""
FORM_TYPE = b"application/x-www-form-urlencoded"


class _Route(NamedTuple):
    """What a path names."""

    device_type: DeviceType
    number: str
    member: Member


class AlpacaApp:
    """Answers requests of the Alpaca device and management APIs from the observatory's views."""

    def __init__(self, observatory: Observatory, settings: ServerSettings) -> None:
        self._observatory = observatory
        self._settings = settings
        self._envelopes = Envelopes()
        self.connections = Connections(observatory, settings)
        self._types: dict[str, DeviceType] = {t.segment: t for t in DEVICE_TYPES}
        self._members: dict[tuple[str, str, str], Member] = {
            (t.segment, member.name, str(member.verb)): member
            for t in DEVICE_TYPES
            for member in t.members
        }
        self._names = {(segment, name) for segment, name, _ in self._members}
        self._routes: dict[tuple[str, str], _Route] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; `NotUnderstoodError` is left to the caller."""
        verb, path = scope["method"], scope["path"]
        if verb not in {"GET", "PUT"}:
            msg = f"{verb} is not used by Alpaca: only GET and PUT"
            raise NotUnderstoodError(msg, HTTPStatus.METHOD_NOT_ALLOWED)
        if path.startswith("/management"):
            body = self._manage(scope, path)
        else:
            route = self._routes.get((verb, path)) or self._find_route(verb, path)
            rig, device = self._device(route.device_type, route.number)
            is_reading = verb == "GET"
            found = (
                query_fields(scope["query_string"])
                if is_reading
                else await self._read_form(scope, receive)
            )
            moves = not is_reading and route.member.name in _MOVES
            if moves and await self._observatory.catch_up(rig.name):
                if await is_gone(receive):
                    raise ClientGoneError
                rig, device = self._device(route.device_type, route.number)
            client_id, transaction = _ids(found, is_reading=is_reading)
            client = self.connections.name(_program(scope), client_id)
            member = route.member
            call = Call(
                observatory=self._observatory,
                connections=self.connections,
                settings=self._settings,
                device_type=route.device_type,
                rig=rig,
                device=device,
                client=client,
                arguments={p.name: p.read(found) for p in member.parameters},
            )
            body = await self._answer(call, member, transaction)
            log.debug("%s %s from %s, transaction %s", verb, path, client, transaction)
        await reply(send, 200, JSON_TYPE, body)

    def _find_route(self, verb: str, path: str) -> _Route:
        """Find what a path names, and remember it: there are as many as devices have members.

        Raises:
            NotUnderstoodError: no such version, device type, device or member is served.
        """
        match path.split("/"):
            case ["", "api", "v1", segment, number, name]:
                pass
            case ["", "api", version, *_] if version != "v1":
                msg = f"API version {shorten(version)!r}: only v1 is served"
                raise NotUnderstoodError(msg)
            case _:
                msg = f"path {shorten(path)!r}: not /api/v1/{{device_type}}/{{number}}/{{member}}"
                raise NotUnderstoodError(msg)
        device_type = self._types.get(segment)
        if device_type is None:
            known = ", ".join(self._types)
            msg = f"device type {shorten(segment)!r} is not served: there are {known}"
            raise NotUnderstoodError(msg)
        self._device(device_type, number)
        member = self._members.get((segment, name, verb))
        if member is None:
            what = "cannot be used with " + verb if (segment, name) in self._names else "is unknown"
            msg = f"{segment} member {shorten(name)!r} {what}"
            raise NotUnderstoodError(msg)
        route = _Route(device_type, number, member)
        self._routes[verb, path] = route
        return route

    def _device(self, device_type: DeviceType, number: str) -> tuple[RigView, DeviceView]:
        for rig in self._observatory.rigs():
            if str(rig.number) == number:
                device = device_type.device(rig)
                if device is not None:
                    return rig, device
        msg = f"{device_type.segment} number {shorten(number)!r} is not served"
        raise NotUnderstoodError(msg)

    async def _read_form(self, scope: Scope, receive: Receive) -> dict[str, str]:
        """The fields of a form; their casing counts.

        Raises:
            NotUnderstoodError: the body is no form, or it is beyond the limits.
        """
        body = await read_body(
            scope,
            receive,
            limit_bytes=self._settings.body_limit_bytes,
            limit_s=self._settings.body_limit_s,
        )
        content_type = header(scope, b"content-type")
        if body and content_type is not None:
            stated = content_type.partition(b";")[0].strip().lower()
            if stated != FORM_TYPE:
                msg = f"the body must be {FORM_TYPE.decode()}"
                raise NotUnderstoodError(msg)
        return fields(body)

    async def _answer(self, call: Call, member: Member, transaction: int) -> bytes:
        """Read or change a member and return the reply; an error of the device is a reply, too."""
        try:
            is_reading = isinstance(member, Reading)
            if member.needs_connection or (is_reading and member.name == "connected"):
                is_open = self.connections.is_open(call.device, call.client)
                if not (is_open and call.device.connected):
                    await self._find_hardware(call, member, is_open=is_open)
            if isinstance(member, Reading):
                value = member.read(call)
            else:
                value = await self._change(call, member)
        except NotUnderstoodError:
            raise
        except RigdError as error:
            number = error_number(error, connected=call.device.connected)
            return self._envelopes.error(number, str(error), transaction, member.empty)
        if value is None:
            return self._envelopes.done(transaction)
        return self._envelopes.value(value, transaction)

    async def _change(self, call: Call, member: Changing) -> object:
        limit_s = self._settings.request_limit_s
        try:
            async with asyncio.timeout(limit_s):
                return await member.change(call)
        except TimeoutError:
            msg = f"{call.device.name}: {member.name} had no answer within {limit_s:g} s"
            raise AlpacaError(ErrorNumber.DEVICE_FAULT, msg) from None

    async def _find_hardware(self, call: Call, member: Member, *, is_open: bool) -> None:
        """Wait for hardware that is not there yet, if the client has the device open.

        Raises:
            AlpacaError: the member needs the device open and its hardware there, and it is not.
        """
        needed = member.needs_connection
        if not is_open:
            if needed:
                msg = f"{call.device.name} is not connected"
                raise AlpacaError(ErrorNumber.NOT_CONNECTED, msg)
            return

        def read_device() -> DeviceView:
            call.rig, call.device = self._device(call.device_type, str(call.rig.number))
            return call.device

        back = await self.connections.recover(read_device)
        if needed and not back:
            msg = f"{call.device.name}: its hardware is not connected"
            raise AlpacaError(ErrorNumber.NOT_CONNECTED, msg)

    def _manage(self, scope: Scope, path: str) -> bytes:
        answer = MANAGEMENT.get(path)
        if answer is None:
            msg = f"path {shorten(path)!r}: not one of {', '.join(MANAGEMENT)}"
            raise NotUnderstoodError(msg)
        if scope["method"] != Verb.GET:
            msg = f"{path} can only be read"
            raise NotUnderstoodError(msg)
        try:
            transaction = uint32(query_fields(scope["query_string"]), "clienttransactionid") or 0
        except NotUnderstoodError:
            transaction = 0  # the management API has no 400 for IDs: 0 says that none was valid
        value = answer(self._observatory, self._settings)
        return self._envelopes.value(value, transaction)


def _ids(found: dict[str, str], *, is_reading: bool) -> tuple[int | None, int]:
    """The ClientID, and the number that the reply repeats."""
    if is_reading:
        return uint32(found, "clientid"), uint32(found, "clienttransactionid") or 0
    return uint32(found, "ClientID"), uint32(found, "ClientTransactionID") or 0


def _program(scope: Scope) -> str:
    """The product in the User-Agent, if there is one, and the address."""
    client = scope.get("client")
    address = client[0] if client else "local"
    product = _PRODUCT.match(header(scope, b"user-agent") or b"")
    return f"{product[0].decode()} at {address}" if product else address
