"""One client that asks too much is turned away; the others are served in their turn.

Every address of 127.0.0.0/8 reaches the server, so two of them are two clients.
"""

import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from itertools import pairwise

import pytest

from rigd.api.http import rate_limits as limits
from rigd.api.http.rate_limits import CLIENTS_LIMIT, Limits, TooManyRequestsError
from tests.api.live import LIMIT_S, SETTINGS, LiveServer, live

LAN, OTHER = "192.168.1.20", "192.168.1.21"
GREEDY, POLITE = "127.0.0.2", "127.0.0.3"
GET = b"GET /api/v1/focuser/0/position?ClientTransactionID=%d HTTP/1.1\r\nHost: localhost\r\n\r\n"


class Clock:
    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@contextmanager
def dial(server: LiveServer, source: str) -> Iterator[socket.socket]:
    with socket.create_connection(
        ("127.0.0.1", server.port), LIMIT_S, source_address=(source, 0)
    ) as sock:
        yield sock


def read_until(sock: socket.socket, done: Callable[[bytes], bool]) -> bytes:
    found = b""
    while not done(found):
        chunk = sock.recv(65536)
        if not chunk:
            break
        found += chunk
    return found


def is_reply(found: bytes) -> bool:
    head, complete, body = found.partition(b"\r\n\r\n")
    length = head.partition(b"content-length: ")[2].partition(b"\r\n")[0]
    return bool(complete) and len(body) >= int(length)


def spent(budgets: Limits, address: str) -> int:
    count = 0
    while True:
        with budgets.request(address) as allowed:
            if not allowed:
                return count
        count += 1


def test_ten_devices_polled_ten_times_a_second_are_far_below_the_limit() -> None:
    assert SETTINGS.client_per_s >= 5 * 10 * 10
    assert SETTINGS.loopback_per_s > SETTINGS.client_per_s


def test_the_rate_is_per_address_and_refills() -> None:
    clock = Clock()
    budgets = Limits(replace(SETTINGS, client_per_s=100), clock)

    first, other = spent(budgets, LAN), spent(budgets, OTHER)
    clock.now_s += 0.5
    half = spent(budgets, LAN)
    clock.now_s += 3600.0
    rested = spent(budgets, LAN)

    assert (first, other, half, rested) == (100, 100, 50, 100)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
def test_this_computer_has_a_budget_of_its_own(address: str) -> None:
    budgets = Limits(replace(SETTINGS, client_per_s=3, loopback_per_s=7), Clock())

    assert spent(budgets, address) == 7


def test_requests_under_way_are_limited_per_address() -> None:
    budgets = Limits(replace(SETTINGS, client_under_way=4), Clock())

    with ExitStack() as under_way:
        for _ in range(4):
            under_way.enter_context(budgets.request(LAN))
        with pytest.raises(TooManyRequestsError, match="4 requests of this address"):
            under_way.enter_context(budgets.request(LAN))
        assert under_way.enter_context(budgets.request(OTHER))

    with budgets.request(LAN) as allowed:
        assert allowed


def test_a_flood_of_addresses_is_forgotten_but_not_those_that_wait() -> None:
    budgets = Limits(SETTINGS, Clock())

    with budgets.request(LAN):
        for n in range(2 * CLIENTS_LIMIT):
            with budgets.request(f"10.0.{n // 256}.{n % 256}"):
                pass

        assert len(budgets._budgets) <= CLIENTS_LIMIT
        assert budgets._budgets[LAN].under_way == 1


def test_over_its_rate_a_client_is_told_and_another_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PAUSE_S", 0.0)
    with (
        live(settings=replace(SETTINGS, loopback_per_s=1)) as server,
        dial(server, GREEDY) as greedy,
        dial(server, POLITE) as polite,
    ):
        greedy.sendall(GET % 1)
        first = read_until(greedy, is_reply)
        greedy.sendall(GET % 2)
        second = read_until(greedy, is_reply)
        polite.sendall(GET % 3)
        other = read_until(polite, is_reply)

    assert first.startswith(b"HTTP/1.1 200")
    assert second.startswith(b"HTTP/1.1 429")
    assert b"retry-after: 1" in second
    assert second.endswith(b"more than 1 requests per second from this address: ask less often")
    assert other.startswith(b"HTTP/1.1 200")


def test_a_refusal_of_rigds_own_api_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PAUSE_S", 0.0)
    with live(settings=replace(SETTINGS, loopback_per_s=1)) as server:
        server.get("/rigd/v1/rigs")
        answer = server.get("/rigd/v1/rigs")

    assert answer.status == 429
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_flood_of_one_client_delays_another_by_no_more_than_its_turn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By order, not by time: how many of the flood are taken between two of the other client."""
    connections, each, asked = 16, 400, 100
    order: list[str] = []
    taken = Limits.request

    def recorded(budgets: Limits, address: str) -> AbstractContextManager[bool]:
        order.append(address)
        return taken(budgets, address)

    monkeypatch.setattr(Limits, "request", recorded)
    with live() as server, ExitStack() as stack:
        flood = [stack.enter_context(dial(server, GREEDY)) for _ in range(connections)]
        polite = stack.enter_context(dial(server, POLITE))
        for sock in flood:
            sock.sendall(b"".join(GET % n for n in range(each)))
        polite.sendall(b"".join(GET % n for n in range(asked)))
        read_until(polite, lambda found: found.count(b'"ErrorNumber":') == asked)
        for sock in flood:
            read_until(sock, lambda found: found.count(b'"ErrorNumber":') == each)

    turns = [n for n, address in enumerate(order) if address == POLITE]
    gaps = sorted(after - before - 1 for before, after in pairwise(turns))
    assert len(turns) == asked
    assert len(order) == connections * each + asked
    assert gaps[len(gaps) * 99 // 100] <= 2 * connections


def test_one_address_cannot_take_every_connection() -> None:
    settings = replace(SETTINGS, max_connections=16)
    with live(settings=settings) as server, ExitStack() as stack:
        greedy = [stack.enter_context(dial(server, GREEDY)) for _ in range(13)]
        last = read_until(greedy[-1], lambda found: False)
        polite = stack.enter_context(dial(server, POLITE))
        polite.sendall(GET % 1)
        other = read_until(polite, is_reply)

    assert last.startswith(b"HTTP/1.1 429")
    assert is_reply(last)
    assert other.startswith(b"HTTP/1.1 200")
