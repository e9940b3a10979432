"""Scripted replicas of what real clients do, as read in their sources."""

import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.api.live import FORM, LiveServer
from tests.api.observatory import NAMES, OFFSETS
from tests.limits import LIMIT_S

POLLS = 5000


def poll(read: Callable[[], object], done: Callable[[object], bool]) -> object:
    for _ in range(POLLS):
        value = read()
        if done(value):
            return value
    pytest.fail("it did not happen")


class Nina:
    """N.I.N.A. 3: a random ClientID, kept connections, Connected and DeviceState, then polls."""

    def __init__(self, server: LiveServer) -> None:
        self.server = server
        self.transaction = 0

    def ids(self) -> dict[str, int]:
        self.transaction += 1
        return {"ClientID": 54321, "ClientTransactionID": self.transaction}

    def get(self, path: str) -> object:
        found = self.server.get(f"/api/v1/{path}", **self.ids()).json
        assert found["ClientTransactionID"] == self.transaction
        assert found["ErrorNumber"] == 0, found
        return found["Value"]

    def put(self, path: str, **form: object) -> int:
        found = self.server.put(f"/api/v1/{path}", **form, **self.ids()).json
        assert found["ClientTransactionID"] == self.transaction
        return found["ErrorNumber"]


def test_nina_changes_the_filter_and_moves_the_focuser_at_once(server: LiveServer) -> None:
    nina = Nina(server)
    for device in ("filterwheel/0", "focuser/0"):
        assert nina.put(f"{device}/connected", Connected="True") == 0
        assert nina.get(f"{device}/connected") is True
        assert nina.get(f"{device}/devicestate")
    assert nina.get("filterwheel/0/names") == list(NAMES)
    assert nina.get("filterwheel/0/focusoffsets") == list(OFFSETS)
    start = nina.get("focuser/0/position")

    # Its own offset move is started before the wheel and runs beside it.
    assert nina.put("focuser/0/move", Position=start + OFFSETS[1]) == 0
    assert nina.put("filterwheel/0/position", Position=1) == 0
    there = poll(lambda: nina.get("filterwheel/0/position"), lambda found: found != -1)

    assert there == 1
    poll(lambda: nina.get("focuser/0/ismoving"), lambda moving: not moving)
    assert nina.get("focuser/0/position") == start + OFFSETS[1]


def test_nina_moves_until_the_position_is_its_target(server: LiveServer) -> None:
    nina = Nina(server)
    nina.put("focuser/0/connected", Connected=True)
    target, moves = 31234, 0

    while nina.get("focuser/0/position") != target:
        assert nina.put("focuser/0/move", Position=target) == 0
        poll(lambda: nina.get("focuser/0/ismoving"), lambda moving: not moving)
        moves += 1

    assert moves == 1


def once(server: LiveServer, request: str) -> bytes:
    """One request on a connection of its own, read to its end."""
    with socket.create_connection(("127.0.0.1", server.port), LIMIT_S) as sock:
        sock.sendall(request.encode())
        return b"".join(iter(lambda: sock.recv(65536), b""))


def test_ccdciel_dials_anew_for_each_call(server: LiveServer) -> None:
    def call(verb: str, path: str, form: str = "") -> bytes:
        head = f"{verb} /api/v1/{path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
        kind = f"Content-Type: {FORM['content-type']}\r\nContent-Length: {len(form)}\r\n"
        return once(server, head + "Connection: close\r\n" + kind + "\r\n" + form)

    assert b'"Value":3,' in call("GET", "filterwheel/0/interfaceversion?ClientID=2")
    assert b'"ErrorNumber":0' in call("PUT", "filterwheel/0/connect", "ClientID=2")
    connecting = lambda: call("GET", "filterwheel/0/connecting")  # noqa: E731 - one short poll
    poll(connecting, lambda found: b'"Value":false' in found)
    assert b'"ErrorNumber":0' in call("PUT", "filterwheel/0/position", "Position=2&ClientID=2")
    poll(
        lambda: call("GET", "filterwheel/0/position?ClientID=2"),
        lambda found: b'"Value":2,' in found,
    )


def test_cpp_httplib_sends_ids_last_and_reads_until_the_length(server: LiveServer) -> None:
    form = "Position=3&ClientID=1&ClientTransactionID=1"
    answer = once(
        server,
        "PUT /api/v1/filterwheel/0/position HTTP/1.1\r\n"
        f"Host: localhost:{server.port}\r\nAccept: */*\r\nConnection: close\r\n"
        f"User-Agent: cpp-httplib/0.15.3\r\nContent-Length: {len(form)}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\n\r\n{form}",
    )

    head, _, body = answer.partition(b"\r\n\r\n")
    assert f"content-length: {len(body)}".encode() in head.lower()
    assert b"transfer-encoding" not in head.lower()
    assert server.observatory.asked == [("filter", "rig0", 3, 1)]


def test_a_retried_put_with_a_new_transaction_has_no_second_effect(server: LiveServer) -> None:
    server.observatory.motion_s = None
    nina = Nina(server)
    nina.put("filterwheel/0/connected", Connected=True)

    first = nina.put("filterwheel/0/position", Position=2)
    again = nina.put("filterwheel/0/position", Position=2)
    server.on_loop(server.observatory.finish)

    assert (first, again) == (0, 0)
    assert nina.get("filterwheel/0/position") == 2


def test_many_pollers_at_once_all_get_their_own_answer(server: LiveServer) -> None:
    def work(client: int) -> bool:
        head = "Host: localhost\r\nConnection: close\r\n\r\n"
        path = f"/api/v1/focuser/0/position?ClientID={client}&ClientTransactionID={client}"
        return f'"ClientTransactionID":{client},'.encode() in once(
            server, f"GET {path} HTTP/1.1\r\n{head}"
        )

    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(work, range(1, 400)))
