"""A whole reply in one write.

uvicorn writes the head of a reply and its body apart: two calls of the transport, and two buffers
take the event loop's slow path. Here a head that states the length of its body waits for the body.
The head of a stream states none and leaves at once. An access log would miss these replies; rigd
has uvicorn's switched off.
"""

from typing import Any

from uvicorn.protocols.http.httptools_impl import (
    HEADER_RE,
    HEADER_VALUE_RE,
    STATUS_LINE,
    RequestResponseCycle,
)

from rigd.api.http.reply import Headers, Message


class OneWriteSender:
    """The `send` of one request; whatever is no whole reply is left to uvicorn's."""

    __slots__ = ("_cycle", "_head", "_length")

    def __init__(self, cycle: RequestResponseCycle) -> None:
        self._cycle = cycle
        self._head: Message | None = None
        self._length: int | None = None
        """The stated length of the body whose head is held."""

    async def send(self, message: Message) -> None:
        """Send one ASGI message.

        Raises:
            RuntimeError: a header is invalid, or the messages are in no order that ASGI allows.
        """
        head = self._head
        if message["type"] == "http.response.start":
            # A head that is still held is replaced: its application has failed and begins anew.
            if self._may_wait(message):
                self._head = message
                return
            head = None
        self._head = None
        if head is None:
            await self._uvicorn(message)
        elif self._is_whole(message):
            self._write(head, message.get("body", b""))
        else:
            await self._uvicorn(head)
            await self._uvicorn(message)

    def _may_wait(self, head: Message) -> bool:
        """Whether a head states the length of a body, which then follows at once."""
        cycle = self._cycle
        if cycle.response_started or cycle.scope["method"] == "HEAD":
            return False
        self._length = _stated_length(head.get("headers", ()))
        return self._length is not None

    def _is_whole(self, body: Message) -> bool:
        """Whether the reply can leave now: it is complete, and the client takes data."""
        cycle = self._cycle
        return (
            len(body.get("body", b"")) == self._length
            and not body.get("more_body", False)
            and not cycle.flow.write_paused
            and not cycle.disconnected
        )

    def _write(self, head: Message, body: bytes) -> None:
        """Write a reply and end it, as uvicorn's `send` does with the last part of a body."""
        cycle = self._cycle
        lines = [STATUS_LINE[head["status"]], _default_lines.of(cycle.default_headers)]
        closes = False
        for name, value in head["headers"]:
            lines.append(_line(name, value))
            if name == b"connection":
                closes = b"close" in [word.strip() for word in value.lower().split(b",")]
                cycle.keep_alive = cycle.keep_alive and not closes
        if not cycle.keep_alive and not closes:
            lines.append(b"connection: close\r\n")
        lines += (b"\r\n", body)
        cycle.response_started, cycle.waiting_for_100_continue = True, False
        cycle.transport.write(b"".join(lines))
        cycle.response_complete = True
        cycle.message_event.set()
        if not cycle.keep_alive:
            cycle.transport.close()
        cycle.on_response()

    async def _uvicorn(self, message: Any) -> None:
        await self._cycle.send(message)


class _DefaultLines:
    """The headers of every reply as bytes; uvicorn makes them anew once a second, for the date."""

    def __init__(self) -> None:
        self._headers: Headers | None = None
        self._lines = b""

    def of(self, headers: Headers) -> bytes:
        if headers is not self._headers:
            self._lines = b"".join(_line(name, value) for name, value in headers)
            self._headers = headers
        return self._lines


_default_lines = _DefaultLines()


def _line(name: bytes, value: bytes) -> bytes:
    if HEADER_RE.search(name):
        raise RuntimeError("Invalid HTTP header name.")
    if HEADER_VALUE_RE.search(value):
        raise RuntimeError("Invalid HTTP header value.")
    return b"%s: %s\r\n" % (name, value)


def _stated_length(headers: Headers) -> int | None:
    """The Content-Length, if the head states one and nothing else about the body's framing."""
    length = None
    for name, value in headers:
        if name == b"content-length" and length is None:
            length = int(value)
        elif name in {b"content-length", b"transfer-encoding"}:
            return None
    return length
