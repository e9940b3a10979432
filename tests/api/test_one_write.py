"""A whole reply leaves in one write; a stream's head leaves at once; errors end as before."""

import asyncio
import logging
import socket
from collections.abc import Callable
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from rigd.api.http.bounded_http import BoundedHttpProtocol
from rigd.api.http.reply import App, Message, Receive, Scope, Send
from tests.api.live import LiveServer

GET = b"GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n"
TYPE = (b"content-type", b"text/plain")


class CountingTransport(asyncio.Transport):
    """A transport that keeps each write apart."""

    def __init__(self) -> None:
        super().__init__({"peername": ("127.0.0.1", 1), "sockname": ("127.0.0.1", 2)})
        self.writes: list[bytes] = []
        self.closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.writes.append(bytes(data))

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True

    def pause_reading(self) -> None:
        """Nothing comes by itself."""

    def resume_reading(self) -> None:
        """Nothing comes by itself."""


def start(*headers: tuple[bytes, bytes], status: int = 200) -> Message:
    return {"type": "http.response.start", "status": status, "headers": list(headers)}


def length(number: int) -> tuple[bytes, bytes]:
    return (b"content-length", b"%d" % number)


def body(data: bytes, *, more: bool = False) -> Message:
    return {"type": "http.response.body", "body": data, "more_body": more}


def sends(*messages: Message) -> App:
    async def app(_: Scope, __: Receive, send: Send) -> None:
        for message in messages:
            await send(message)

    return app


def serve(app: Any, *requests: bytes, after: Callable[[Any], None] | None = None) -> Any:
    """What an app's replies to these requests made of the transport."""

    async def job() -> CountingTransport:
        config = uvicorn.Config(
            app, http=BoundedHttpProtocol, ws="none", lifespan="off", interface="asgi3",
            log_config=None, access_log=False,
        )  # fmt: skip
        config.load()
        state = ServerState()
        state.default_headers = [(b"server", b"rigd/0")]
        protocol = BoundedHttpProtocol(config, state, {})
        transport = CountingTransport()
        protocol.connection_made(transport)
        if after is not None:
            after(protocol)
        for request in requests:
            protocol.data_received(request)
            for _ in range(20):
                await asyncio.sleep(0)
        closed = transport.closed
        protocol.connection_lost(None)  # ends what still waits
        await asyncio.sleep(0)
        transport.closed = closed
        return transport

    return asyncio.run(job())


def test_head_and_body_of_a_whole_reply_are_one_write() -> None:
    transport = serve(sends(start(TYPE, length(5)), body(b"hello")), GET, GET)

    reply = (
        b"HTTP/1.1 200 OK\r\nserver: rigd/0\r\ncontent-type: text/plain\r\n"
        b"content-length: 5\r\n\r\nhello"
    )
    assert transport.writes == [reply, reply]
    assert not transport.closed


def test_an_empty_reply_is_one_write() -> None:
    transport = serve(sends(start(length(0), status=403), body(b"")), GET)

    assert len(transport.writes) == 1
    assert transport.writes[0].startswith(b"HTTP/1.1 403 Forbidden\r\n")
    assert transport.writes[0].endswith(b"content-length: 0\r\n\r\n")


@pytest.mark.parametrize(
    ("request_bytes", "headers"),
    [
        pytest.param(b"GET / HTTP/1.0\r\n\r\n", (), id="http-1.0"),
        pytest.param(b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n", (), id="client"),
        pytest.param(GET, ((b"connection", b"close"),), id="app"),
    ],
)
def test_a_reply_that_ends_the_connection_says_so_once_and_closes(
    request_bytes: bytes, headers: tuple[tuple[bytes, bytes], ...]
) -> None:
    transport = serve(sends(start(length(2), *headers), body(b"ok")), request_bytes)

    (reply,) = transport.writes
    assert reply.count(b"connection: close\r\n") == 1
    assert transport.closed


def test_head_gets_the_head_alone() -> None:
    request = GET.replace(b"GET", b"HEAD")

    transport = serve(sends(start(length(5)), body(b"hello")), request)

    (reply,) = transport.writes
    assert reply.endswith(b"content-length: 5\r\n\r\n")


def test_the_head_of_a_stream_leaves_before_its_first_part() -> None:
    async def app(_: Scope, __: Receive, send: Send) -> None:
        await send(start(TYPE))
        await asyncio.Event().wait()

    (head,) = serve(app, GET).writes

    assert b"transfer-encoding: chunked\r\n" in head


def test_the_parts_of_a_stream_leave_as_they_come() -> None:
    messages = (start(), body(b"one", more=True), body(b"two", more=True), body(b""))

    _, *parts = serve(sends(*messages), GET).writes

    assert parts == [b"3\r\none\r\n", b"3\r\ntwo\r\n", b"0\r\n\r\n"]


def test_a_body_in_parts_of_a_stated_length_is_whole_in_the_end() -> None:
    messages = (start(length(6)), body(b"one", more=True), body(b"two"))

    transport = serve(sends(*messages), GET, GET)

    assert b"".join(transport.writes).count(b"\r\n\r\nonetwo") == 2
    assert not transport.closed


@pytest.mark.parametrize("stated", [3, 9])
def test_a_body_of_another_length_than_stated_ends_the_connection(
    stated: int, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.CRITICAL, "uvicorn.error"):
        transport = serve(sends(start(length(stated)), body(b"hello")), GET)

    assert transport.closed


def test_a_header_with_a_line_end_is_never_sent(caplog: pytest.LogCaptureFixture) -> None:
    bad = (b"x-name", b"a\r\nset-cookie: b")

    with caplog.at_level(logging.CRITICAL, "uvicorn.error"):
        transport = serve(sends(start(length(2), bad), body(b"ok")), GET)

    reply = b"".join(transport.writes)
    assert reply.startswith(b"HTTP/1.1 500 ")
    assert b"set-cookie" not in reply


def test_a_failure_between_head_and_body_can_still_be_answered() -> None:
    async def app(_: Scope, __: Receive, send: Send) -> None:
        await send(start(length(2)))
        await send(start(length(5), status=500))
        await send(body(b"sorry"))

    (reply,) = serve(app, GET).writes

    assert reply.startswith(b"HTTP/1.1 500 ")
    assert reply.endswith(b"\r\n\r\nsorry")


def test_a_client_that_takes_nothing_is_waited_for() -> None:
    transport = serve(
        sends(start(length(2)), body(b"ok")), GET, after=lambda protocol: protocol.pause_writing()
    )

    assert transport.writes == []


def test_a_reply_arrives_in_one_piece(server: LiveServer) -> None:
    with socket.create_connection(("127.0.0.1", server.port), 5.0) as sock:
        for _ in range(20):
            sock.sendall(b"GET /api/v1/focuser/0/position HTTP/1.1\r\nHost: localhost\r\n\r\n")
            first = sock.recv(65536)
            assert first.endswith(b"}")
            assert b"\r\n\r\n{" in first
