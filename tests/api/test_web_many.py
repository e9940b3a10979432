"""Many open pages, and one that does not read: bounded, and in nobody's way."""

import json
import socket
from dataclasses import replace

import pytest

from rigd.api.web import live as live_page
from tests.api.live import SETTINGS, LiveServer, live
from tests.api.observatory import FakeObservatory
from tests.api.test_web import FORM, Stream
from tests.limits import LIMIT_S

PAGES = 32
CHANGES = 300
FILLING = "x" * 100_000
"""So long a name that all changes together are far more than any buffer on the way."""


def show_filter(server: LiveServer, name: str) -> None:
    def change() -> None:
        rig = server.observatory.views["rig0"]
        summary = replace(rig.summary, filter=name)
        server.observatory.views["rig0"] = replace(rig, summary=summary)
        server.observatory.tell()

    server.on_loop(change)


def slow_page(server: LiveServer) -> socket.socket:
    """A page that asks for its events and does not read them."""
    one = socket.socket()
    one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    one.settimeout(LIMIT_S)
    one.connect(("127.0.0.1", server.port))
    one.sendall(b"GET /rig/rig0/live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    assert one.recv(12) == b"HTTP/1.1 200"
    return one


def test_a_page_that_does_not_read_holds_up_nobody_and_gets_what_is_then_the_newest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(live_page, "TOGETHER_S", 0.0)
    with live(FakeObservatory(), replace(SETTINGS, event_streams=PAGES + 1)) as server:
        slow = slow_page(server)
        pages = [Stream(server) for _ in range(PAGES)]
        for page in pages:
            assert [page.next()[0], page.next()[0]] == ["diary", "now"]
        follower = pages[0]
        for one in pages[1:]:
            one.close()

        for number in range(CHANGES):
            show_filter(server, f"{FILLING}{number}.")
            assert f"{number}." in follower.next()[1]  # it has been sent to whoever reads
        for action, wanted in (("connected", "Connected=True"), ("position", "Position=3")):
            path = f"/api/v1/filterwheel/0/{action}"
            answer = server.ask("PUT", path, f"ClientID=7&{wanted}", FORM)
            assert json.loads(answer.body)["ErrorNumber"] == 0, answer.text
        assert ("filter", "rig0", 3) in [one[:3] for one in server.observatory.asked]

        came, events = b"", 0
        while f"{CHANGES - 1}.".encode() not in came:
            chunk = slow.recv(1 << 20)
            assert chunk, "the stream ended"
            events += chunk.count(b"event: now")
            came = came[-1000:] + chunk
        slow.close()
        follower.close()

    assert events < CHANGES / 2, "what nobody reads is not kept"
