"""uvicorn's HTTP protocol with three limits that llhttp does not have.

A client that never ends a header would fill the memory; one that sends thousands of requests
without reading an answer would hold up all others while they are parsed in one go; one that opens
every connection there is would leave none to the others.
"""

import asyncio
from typing import Any

from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from rigd.api.http.one_write import OneWriteSender
from rigd.api.http.rate_limits import is_loopback

HEAD_LIMIT_BYTES = 65536
SLICE_BYTES = 2048
"""What is parsed in one go while answers are outstanding."""
HELD_LIMIT_BYTES = 1_048_576
CLIENT_SHARE, LOOPBACK_SHARE = 0.25, 0.75
"""How much of all connections one address may hold."""

_FULL = (
    b"HTTP/1.1 429 Too Many Requests\r\ncontent-type: text/plain; charset=utf-8\r\n"
    b"connection: close\r\ncontent-length: 49\r\n\r\n"
    b"this address has too many connections open to us\n"
)


class BoundedHttpProtocol(HttpToolsProtocol):
    """Turns away a head that does not end; parses no further than answers are given."""

    _head_bytes = 0
    _in_body = False
    _held = b""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as the parent
        """Serve a new connection, unless its address holds its share of them already."""
        super().connection_made(transport)
        most = self.limit_concurrency
        if self.client is None or most is None:
            return
        address = self.client[0]
        share = LOOPBACK_SHARE if is_loopback(address) else CLIENT_SHARE
        if sum(_address(one) == address for one in self.connections) > most * share:
            transport.write(_FULL)
            transport.close()

    def data_received(self, data: bytes) -> None:
        """Parse what came, or hold it until what came before is answered."""
        if not self._held:
            self._parse(data)
            return
        self._held += data
        self.flow.pause_reading()
        if len(self._held) > HELD_LIMIT_BYTES:
            self.transport.abort()

    def on_headers_complete(self) -> None:
        """The head has ended in time."""
        self._in_body, self._head_bytes = True, 0
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The next head may begin."""
        self._in_body, self._head_bytes = False, 0
        super().on_message_complete()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        """Let the application's replies leave in one write each."""
        sender: Any = OneWriteSender(cycle)
        super()._start_asgi_task(cycle, lambda scope, receive, _: app(scope, receive, sender.send))

    def on_response_complete(self) -> None:
        """Go on with what was held, once nothing before it waits."""
        super().on_response_complete()
        if not self._held:
            return
        self.flow.pause_reading()
        if not self.pipeline:
            self.loop.call_soon(self._go_on)

    def _go_on(self) -> None:
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


def _address(connection: object) -> str | None:
    client: tuple[str, int] | None = getattr(connection, "client", None)
    return client[0] if client else None
