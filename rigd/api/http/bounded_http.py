"""uvicorn's HTTP protocol with four limits that its parser llhttp does not have.

Without them a client that never ends a header fills the memory, or holds its connection for ever;
one that sends thousands of requests without reading a reply holds up all others while they are
parsed in one go; and one that opens every connection leaves none for the others.
"""

import asyncio
from typing import Any

from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from rigd.api.http.one_write import OneWriteSender
from rigd.api.http.rate_limits import is_loopback

HEAD_LIMIT_BYTES = 65536
"""Largest head of a request; browsers and proxies stay far below it."""
HEAD_LIMIT_S = 30.0
"""How long a new connection may take until its first request's head has come, and every head that
has begun until it is complete."""
SLICE_BYTES = 2048
"""How much is parsed in one go: a few requests, after which the others have their turn."""
HELD_LIMIT_BYTES = 1_048_576
"""How much a client may send ahead of its replies; beyond it the connection is dropped."""
CLIENT_SHARE, LOOPBACK_SHARE = 0.25, 0.75
"""The share of all connections that one address may hold; all local programs have one address."""

_TOO_MANY_CONNECTIONS = (
    b"HTTP/1.1 429 Too Many Requests\r\ncontent-type: text/plain; charset=utf-8\r\n"
    b"connection: close\r\ncontent-length: 49\r\n\r\n"
    b"this address has too many connections open to us\n"
)


class BoundedHttpProtocol(HttpToolsProtocol):
    """Refuses a head that does not end, and parses no further ahead than it has replied."""

    _head_bytes = 0
    _in_body = False
    _held = b""
    _late: asyncio.TimerHandle | None = None
    """What ends the connection if a head does not come."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as the parent
        """Serve a new connection, unless its address already holds its share of them."""
        super().connection_made(transport)
        most = self.limit_concurrency
        if self.client is None or most is None:
            return
        address = self.client[0]
        share = LOOPBACK_SHARE if is_loopback(address) else CLIENT_SHARE
        if sum(_address(one) == address for one in self.connections) > most * share:
            transport.write(_TOO_MANY_CONNECTIONS)
            transport.close()
        else:
            self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing more."""
        self._note_head()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse what came, or hold it until the requests before it are answered."""
        if not self._held:
            self._parse(data)
            return
        self._held += data
        self.flow.pause_reading()
        if len(self._held) > HELD_LIMIT_BYTES:
            self.transport.abort()

    def on_headers_complete(self) -> None:
        """Count from zero again: this head has ended within the limit."""
        self._in_body, self._head_bytes = True, 0
        self._note_head()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Count what follows as the next head."""
        self._in_body, self._head_bytes = False, 0
        super().on_message_complete()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        """Run the application with a `send` that writes each reply at once."""
        sender: Any = OneWriteSender(cycle)
        super()._start_asgi_task(cycle, lambda scope, receive, _: app(scope, receive, sender.send))

    def on_response_complete(self) -> None:
        """Go on with what was held, once no earlier request is waiting."""
        super().on_response_complete()
        if not self._held:
            return
        self.flow.pause_reading()
        if not self.pipeline:
            self.loop.call_soon(self._parse_held)

    def _parse_held(self) -> None:
        held, self._held = self._held, b""
        if held and not self.transport.is_closing():
            self.flow.resume_reading()
            self._parse(held)

    def _parse(self, data: bytes) -> None:
        for start in range(0, len(data), SLICE_BYTES):
            if self.pipeline:
                self._held = data[start:]
                self.flow.pause_reading()
                return
            self._take(data[start : start + SLICE_BYTES])
            if self.transport.is_closing():
                return

    def _take(self, data: bytes) -> None:
        self._head_bytes += len(data)
        super().data_received(data)
        if self._in_body:
            self._head_bytes = 0
        elif self._head_bytes > HEAD_LIMIT_BYTES and not self.transport.is_closing():
            self.send_400_response("The request's head is too large.")
        elif self._head_bytes and self._late is None:
            self._await_head()

    def _await_head(self) -> None:
        self._late = self.loop.call_later(HEAD_LIMIT_S, self._end_late)

    def _note_head(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _end_late(self) -> None:
        """End a connection whose head has not come in time; without words, as for an idle one."""
        self._late = None
        if not self.transport.is_closing():
            self.transport.close()


def _address(connection: object) -> str | None:
    client: tuple[str, int] | None = getattr(connection, "client", None)
    return client[0] if client else None
