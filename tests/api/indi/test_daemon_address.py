"""Where the driver looks for its daemon."""

import socket
from threading import Event

import pytest

from rigd.api.indi import daemon_address
from rigd.api.indi.daemon_address import DaemonAddress
from tests.limits import LIMIT_S

STREAM = (socket.SOCK_STREAM, 6, "")
FOUND = [
    (socket.AF_INET6, *STREAM, ("::1", 7625, 0, 0)),
    (socket.AF_INET, *STREAM, ("127.0.0.1", 7625)),
]


def test_each_address_of_a_name_is_tried_and_then_it_is_looked_up_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # localhost is ::1 first, where a daemon on 127.0.0.1 never answers.
    monkeypatch.setattr(daemon_address, "LOOKUP_S", LIMIT_S)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: FOUND)
    place = DaemonAddress("localhost:7625")
    tried = [place.next() for _ in range(3)]
    assert [one and one.address for one in tried] == [
        ("::1", 7625, 0, 0),
        ("127.0.0.1", 7625),
        ("::1", 7625, 0, 0),
    ]


def test_a_name_that_takes_long_holds_nothing_up(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = Event()

    def look_up(*_: object, **__: object) -> list[object]:
        assert answers.wait(LIMIT_S)
        return list(FOUND)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(daemon_address, "LOOKUP_S", 0.0)
    place = DaemonAddress("observatory:7625")
    meanwhile = place.next()
    answers.set()
    monkeypatch.setattr(daemon_address, "LOOKUP_S", LIMIT_S)
    there = place.next()
    assert meanwhile is None
    assert there is not None


@pytest.mark.parametrize("place", ["observatory", "observatory:", ":x", ":7625", "127.0.0.1:70000"])
def test_what_is_no_place_is_none(place: str) -> None:
    assert not DaemonAddress(place).is_place
    assert DaemonAddress(place).next() is None
