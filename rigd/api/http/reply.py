"""Plain ASGI: reading a request's body within limits, and sending a whole reply."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from http import HTTPStatus
from typing import Any

from rigd.api.http.errors import TEXT_TYPE, NotUnderstoodError

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = Sequence[tuple[bytes, bytes]]


class ClientGoneError(Exception):
    """The client closed the connection before its request was complete; nobody awaits a reply."""


def header(scope: Scope, name: bytes) -> bytes | None:
    """The first header of this (lower-case) name."""
    for key, value in scope["headers"]:
        if key == name:
            return bytes(value)
    return None


async def read_body(scope: Scope, receive: Receive, *, limit_bytes: int, limit_s: float) -> bytes:
    """The whole body.

    Raises:
        NotUnderstoodError: it is larger or slower than the limits.
        ClientGoneError: the client went away.
    """
    stated = header(scope, b"content-length")
    if stated is not None and stated.isdigit() and int(stated[:19]) > limit_bytes:
        raise _too_large(limit_bytes)
    try:
        async with asyncio.timeout(limit_s):
            return await _read(receive, limit_bytes)
    except TimeoutError:
        msg = f"the request's body did not arrive within {limit_s:g} s"
        raise NotUnderstoodError(msg, HTTPStatus.REQUEST_TIMEOUT) from None


async def _read(receive: Receive, limit_bytes: int) -> bytes:
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGoneError
        chunk: bytes = message.get("body", b"")
        body += chunk
        if len(body) > limit_bytes:
            raise _too_large(limit_bytes)
        if not message.get("more_body", False):
            return body


async def is_gone(receive: Receive) -> bool:
    """Whether the client has closed the connection after its whole request was read."""
    try:
        async with asyncio.timeout(0):
            message = await receive()
    except TimeoutError:
        return False
    return bool(message["type"] == "http.disconnect")


def _too_large(limit_bytes: int) -> NotUnderstoodError:
    msg = f"the request's body is larger than {limit_bytes} bytes"
    return NotUnderstoodError(msg, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


async def reply(
    send: Send, status: int, content_type: bytes, body: bytes, more: Headers = ()
) -> None:
    """Send one whole reply."""
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [
                (b"content-type", content_type),
                (b"content-length", b"%d" % len(body)),
                *more,
            ],
        }
    )
    await send({"type": "http.response.body", "body": body})


async def reply_text(send: Send, status: HTTPStatus, text: str, more: Headers = ()) -> None:
    """Send a sentence in plain text."""
    await reply(send, status.value, TEXT_TYPE, text.encode(), more)
