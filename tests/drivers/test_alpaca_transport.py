import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from rigd.drivers.alpaca.transport import (
    AnswerError,
    NotSentError,
    RejectedError,
    Transport,
    UnansweredError,
)

from tests.limits import LIMIT_S

OK = b'{"Value": 7, "ErrorNumber": 0, "ErrorMessage": ""}'


def http(body: bytes, status: str = "200 OK", headers: str = "") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{headers}\r\n".encode() + body


@contextmanager
def scripted(*connections: tuple[bytes, ...]) -> Iterator[tuple[int, list[bytes]]]:
    """A server that sends on each connection so many answers and then closes it."""
    requests: list[bytes] = []
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()
        door.settimeout(LIMIT_S)

        def serve() -> None:
            for answers in connections:
                client, _ = door.accept()
                with client, client.makefile("rb") as lines:
                    for answer in answers:
                        requests.append(_request(lines))
                        client.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield int(door.getsockname()[1]), requests
        thread.join(5)


def _request(lines: object) -> bytes:
    first: bytes = lines.readline()  # type: ignore[attr-defined]  # a socket's file
    length = 0
    for line in iter(lines.readline, b"\r\n"):  # type: ignore[attr-defined]  # a socket's file
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    lines.read(length)  # type: ignore[attr-defined]  # a socket's file
    return first


@contextmanager
def transport(port: int, timeout_s: float = 5.0) -> Iterator[Transport]:
    client = Transport("127.0.0.1", port, timeout_s)
    try:
        yield client
    finally:
        client.close()


def test_a_value_is_read_over_one_kept_connection() -> None:
    with scripted((http(OK), http(OK))) as (port, requests), transport(port) as client:
        assert client.get("/x") == 7
        assert client.get("/x") == 7

    assert len(requests) == 2


@pytest.mark.parametrize("verb", ["get", "put"])
def test_a_connection_dropped_between_two_requests_is_made_again(verb: str) -> None:
    with scripted((http(OK),), (http(OK),)) as (port, requests), transport(port) as client:
        client.get("/x")

        getattr(client, verb)("/x")

    assert len(requests) == 2


def test_a_first_request_that_is_dropped_is_not_sent_again() -> None:
    with (
        scripted((b"",)) as (port, requests),
        transport(port) as client,
        pytest.raises(UnansweredError, match="dropped"),
    ):
        client.put("/x")

    assert len(requests) == 1


def test_two_drops_are_no_answer() -> None:
    with scripted((http(OK), b""), (b"",)) as (port, requests), transport(port) as client:
        client.get("/x")

        with pytest.raises(UnansweredError, match="dropped"):
            client.get("/x")

    assert len(requests) == 3


def test_an_answer_without_length_ends_with_the_connection() -> None:
    old = b"HTTP/1.0 200 OK\r\n\r\n" + OK
    with scripted((old,), (old,)) as (port, _), transport(port) as client:
        assert client.get("/x") == 7
        assert client.get("/x") == 7


@pytest.mark.parametrize(
    ("answer", "error", "complaint"),
    [
        pytest.param(
            http(b"no such device", "400 Bad Request"),
            RejectedError,
            "HTTP 400: no such",
            id="rejected",
        ),
        pytest.param(http(b"oops", "500 Oops"), UnansweredError, "HTTP 500: oops", id="broken"),
        pytest.param(http(b"<html>"), UnansweredError, "unreadable: <html>", id="not-json"),
        pytest.param(http(b"[]"), UnansweredError, "unreadable", id="not-an-object"),
        pytest.param(http(b"{}"), UnansweredError, "no Value", id="no-value"),
        pytest.param(
            http(b'{"ErrorNumber": 1025, "ErrorMessage": "bad"}'),
            AnswerError,
            r"bad \(0x401\)",
            id="error-number",
        ),
        pytest.param(
            http(b'{"ErrorNumber": 1280, "ErrorMessage": null}'),
            AnswerError,
            "error without a message",
            id="error-without-message",
        ),
    ],
)
def test_what_is_no_value_says_what_it_is(
    answer: bytes, error: type[Exception], complaint: str
) -> None:
    with (
        scripted((answer,)) as (port, _),
        transport(port) as client,
        pytest.raises(error, match=complaint),
    ):
        client.get("/x")


def test_nobody_listening_is_not_sent() -> None:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        with (
            transport(door.getsockname()[1]) as client,
            pytest.raises(NotSentError, match="no connection"),
        ):
            client.put("/x")


def test_silence_ends_with_the_limit() -> None:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()
        with (
            transport(door.getsockname()[1], timeout_s=0.05) as client,
            pytest.raises(UnansweredError, match=r"no answer within 0\.05 s"),
        ):
            client.get("/x")


def test_an_ended_transport_sends_nothing() -> None:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()
        with transport(door.getsockname()[1]) as client:
            client.end()

            with pytest.raises(NotSentError, match="rigd stops"):
                client.get("/x")
