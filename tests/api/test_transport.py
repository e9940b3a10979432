"""HTTP as real clients speak it: old, rude, slow, silent, in a hurry, and many."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace

import pytest

from rigd.api.server import _listen, loop_factory
from tests.api.live import SETTINGS, LiveServer, live
from tests.api.observatory import FakeObservatory
from tests.limits import LIMIT_S

GET = b"GET /api/v1/focuser/0/position HTTP/1.1\r\nHost: localhost\r\n"


@contextmanager
def dial(server: LiveServer) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", server.port), LIMIT_S) as sock:
        yield sock


def read_reply(sock: socket.socket) -> bytes:
    """One reply with its body, by its Content-Length."""
    found = b""
    while b"\r\n\r\n" not in found:
        chunk = sock.recv(4096)
        assert chunk, found
        found += chunk
    head, _, body = found.partition(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1])
        for line in head.lower().split(b"\r\n")
        if line.startswith(b"content-length")
    )
    while len(body) < length:
        chunk = sock.recv(4096)
        assert chunk, found
        body += chunk
    assert len(body) == length
    return head + b"\r\n\r\n" + body


def read_all(sock: socket.socket) -> bytes:
    found = b""
    while chunk := sock.recv(65536):
        found += chunk
    return found


def put(body: bytes, *headers: bytes) -> bytes:
    lines = [
        b"PUT /api/v1/focuser/0/move HTTP/1.1",
        b"Host: localhost",
        b"Content-Type: application/x-www-form-urlencoded",
        b"Content-Length: %d" % len(body),
        *headers,
    ]
    return b"\r\n".join(lines) + b"\r\n\r\n"


def test_accepted_connections_send_without_delay() -> None:
    listener = _listen(SETTINGS)

    with listener:
        assert listener.proto == socket.IPPROTO_TCP


def test_http_1_0_is_answered_and_closed(server: LiveServer) -> None:
    with dial(server) as sock:
        sock.sendall(b"GET /api/v1/focuser/0/position HTTP/1.0\r\n\r\n")

        answer = read_all(sock)

    assert b" 200 " in answer
    assert b'"Value":30000' in answer


def test_connection_close_is_kept(server: LiveServer) -> None:
    with dial(server) as sock:
        sock.sendall(GET + b"Connection: close\r\n\r\n")

        answer = read_all(sock)

    assert b"connection: close" in answer.lower()
    assert b'"Value":30000' in answer


def test_a_kept_connection_serves_many_requests(server: LiveServer) -> None:
    with dial(server) as sock:
        for _ in range(100):
            sock.sendall(GET + b"\r\n")
            assert b'"Value":30000' in read_reply(sock)


def test_expect_100_continue_gets_its_continue(server: LiveServer) -> None:
    body = b"Position=12"
    with dial(server) as sock:
        sock.sendall(put(body, b"Expect: 100-continue"))
        interim = sock.recv(4096)
        sock.sendall(body)
        answer = read_reply(sock)

    assert interim == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert b'"ErrorNumber":0' in answer
    assert server.observatory.asked == [("move", "rig0", 12, None)]


def test_a_refused_expectation_closes_since_the_body_may_never_come(server: LiveServer) -> None:
    with dial(server) as sock:
        sock.sendall(put(b"Position=12", b"Expect: 100-continue", b"Origin: http://evil.example"))
        answer = read_all(sock)

    assert answer.startswith(b"HTTP/1.1 403")
    assert b"connection: close" in answer


def test_pipelined_requests_are_answered_in_order(server: LiveServer) -> None:
    with dial(server) as sock:
        paths = [b"position", b"maxstep", b"ismoving", b"absolute"]
        sock.sendall(
            b"".join(
                b"GET /api/v1/focuser/0/%s?ClientTransactionID=%d HTTP/1.1\r\n\r\n" % (path, number)
                for number, path in enumerate(paths)
            )
            + GET
            + b"Connection: close\r\n\r\n"
        )
        answer = read_all(sock)

    found = [answer.index(b'"ClientTransactionID":%d,' % n) for n in range(len(paths))]
    assert found == sorted(found)
    assert answer.count(b"HTTP/1.1 200") == 5


def test_many_pipelined_changes_are_made_in_order(server: LiveServer) -> None:
    count = 300
    requests = b"".join(
        put(b"Position=%d" % n) + b"Position=%d" % n for n in range(1000, 1000 + count)
    )
    with dial(server) as sock:
        sock.sendall(requests + GET + b"Connection: close\r\n\r\n")
        answer = read_all(sock)

    assert answer.count(b"HTTP/1.1 200") == count + 1
    assert [asked[2] for asked in server.observatory.asked] == list(range(1000, 1000 + count))


def test_a_flood_that_reads_no_answer_starves_nobody(server: LiveServer) -> None:
    with ExitStack() as stack:
        for _ in range(8):
            flood = stack.enter_context(dial(server))
            flood.setblocking(False)
            with suppress(BlockingIOError):
                flood.send((GET + b"\r\n") * 20000)

        for _ in range(20):
            assert server.get("/api/v1/focuser/0/position").json["Value"] == 30000


def test_a_request_in_pieces_is_one_request(server: LiveServer) -> None:
    whole = put(b"Position=12") + b"Position=12"
    with dial(server) as sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for n in range(len(whole)):
            sock.sendall(whole[n : n + 1])
        answer = read_reply(sock)

    assert b'"ErrorNumber":0' in answer
    assert server.observatory.asked == [("move", "rig0", 12, None)]


def test_a_chunked_form_is_read(server: LiveServer) -> None:
    with dial(server) as sock:
        sock.sendall(
            b"PUT /api/v1/focuser/0/move HTTP/1.1\r\nHost: localhost\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n"
            b"5\r\nPosit\r\n7\r\nion=345\r\n0\r\n\r\n"
        )
        answer = read_reply(sock)

    assert b'"ErrorNumber":0' in answer
    assert server.observatory.asked == [("move", "rig0", 345, None)]


def test_256_silent_connections_do_not_keep_others_out(server: LiveServer) -> None:
    with ExitStack() as stack:
        for _ in range(256):
            stack.enter_context(dial(server))

        assert server.get("/api/v1/focuser/0/position").json["Value"] == 30000


def test_256_kept_connections_are_all_served(server: LiveServer) -> None:
    with ExitStack() as stack:
        socks = [stack.enter_context(dial(server)) for _ in range(256)]
        for _ in range(2):
            for sock in socks:
                sock.sendall(GET + b"\r\n")
            for sock in socks:
                assert b'"Value":30000' in read_reply(sock)


@pytest.mark.parametrize(
    "rubbish",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"HELLO\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /" + b"\x00" * 10 + b" HTTP/1.1\r\n\r\n",
        b"PUT / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"PUT / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"PUT / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"<getProperties version='1.7'/>",
    ],
    ids=["tls", "word", "version", "nul", "negative", "two lengths", "smuggle", "indi"],
)
def test_what_is_no_http_is_turned_away(server: LiveServer, rubbish: bytes) -> None:
    with dial(server) as sock:
        sock.sendall(rubbish)
        sock.shutdown(socket.SHUT_WR)
        answer = read_all(sock)

    assert answer == b"" or b" 4" in answer.partition(b"\r\n")[0]
    assert b"Traceback" not in answer
    assert server.get("/api/v1/focuser/0/position").json["Value"] == 30000
    assert server.observatory.asked == []


def test_a_body_beyond_the_limit_is_refused_unread(server: LiveServer) -> None:
    with dial(server) as sock:
        sock.sendall(
            b"PUT /api/v1/focuser/0/move HTTP/1.1\r\nHost: localhost\r\n"
            b"Content-Length: 99999999999\r\n\r\n"
        )
        answer = read_all(sock)

    assert answer.startswith(b"HTTP/1.1 413")


def test_a_chunked_body_beyond_the_limit_is_refused(server: LiveServer) -> None:
    with dial(server) as sock:
        sock.sendall(
            b"PUT /api/v1/focuser/0/move HTTP/1.1\r\nHost: localhost\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n"
            + b"FFFF\r\n"
            + b"a" * 0xFFFF
            + b"\r\n"
            + b"FF\r\n"
            + b"a" * 0xFF
            + b"\r\n"
        )
        answer = sock.recv(4096)

    assert answer.startswith(b"HTTP/1.1 413")


def test_a_path_or_header_beyond_reason_is_turned_away(server: LiveServer) -> None:
    with dial(server) as sock:
        sock.sendall(b"GET /api/v1/" + b"a" * 60000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n")
        answer = sock.recv(4096)

    assert answer.startswith(b"HTTP/1.1 4")
    assert len(answer) < 1000


def test_a_head_that_never_ends_is_turned_away(server: LiveServer) -> None:
    with dial(server) as sock:
        sock.sendall(GET + b"X-Endless: ")
        with pytest.raises(ConnectionError):
            sock.sendall(b"a" * 50_000_000)


def test_large_heads_do_not_add_up_over_a_kept_connection(server: LiveServer) -> None:
    with dial(server) as sock:
        for _ in range(5):
            sock.sendall(GET + b"X-Large: " + b"a" * 30000 + b"\r\n\r\n")
            assert b'"Value":30000' in read_reply(sock)


def test_the_faster_event_loop_serves_as_well() -> None:
    factory = loop_factory()

    with live(loop=factory() if factory else None) as server:
        for _ in range(3):
            assert server.get("/management/apiversions").json["Value"] == [1]


def test_a_body_that_never_comes_ends_in_time() -> None:
    settings = replace(SETTINGS, body_limit_s=0.05)
    with live(settings=settings) as server, dial(server) as sock:
        sock.sendall(put(b"Position=12"))
        answer = read_all(sock)

    assert answer.startswith(b"HTTP/1.1 408")


def test_a_client_that_leaves_in_the_middle_harms_nobody(server: LiveServer) -> None:
    for _ in range(20):
        with dial(server) as sock:
            sock.sendall(put(b"Position=12"))

    assert server.get("/api/v1/focuser/0/position").json["Value"] == 30000
    assert server.observatory.asked == []


def test_the_keep_alive_outlasts_dotnet_clients() -> None:
    assert SETTINGS.keep_alive_s >= 130


def test_a_request_under_way_is_answered_before_the_server_ends() -> None:
    observatory = FakeObservatory(connects=None)
    observatory.change("rig0", focuser={"connected": False})
    with live(observatory) as server, dial(server) as sock:
        sock.sendall(
            b"PUT /api/v1/focuser/0/connected HTTP/1.1\r\nHost: localhost\r\n"
            b"Content-Length: 14\r\n\r\nConnected=true"
        )
        server.wait_until(lambda: bool(observatory.asked))
        server.stop()
        server.on_loop(observatory.change, "rig0", focuser={"connected": True})
        answer = read_all(sock)

    assert b'"ErrorNumber":0' in answer


def test_clients_that_never_end_do_not_hold_up_the_end() -> None:
    settings = replace(SETTINGS, stop_limit_s=1.0)
    observatory = FakeObservatory(connects=None)
    observatory.change("rig0", focuser={"connected": False})
    with live(observatory, settings) as server, ExitStack() as stack:
        silent = stack.enter_context(dial(server))
        waiting = stack.enter_context(dial(server))
        waiting.sendall(
            b"PUT /api/v1/focuser/0/connected HTTP/1.1\r\nHost: localhost\r\n"
            b"Content-Length: 14\r\n\r\nConnected=true"
        )
        stream = stack.enter_context(dial(server))
        stream.sendall(b"GET /rigd/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        server.wait_until(lambda: bool(observatory.asked) and bool(observatory.listeners))
        server.stop()
        server.join()

        assert silent.recv(1) == b""
        assert b"text/event-stream" in read_all(stream)
