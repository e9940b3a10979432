"""One client that asks too much is turned away; the others are served in their turn.

Every address of 127.0.0.0/8 reaches the server, so two of them are two clients.
"""

import base64
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from itertools import pairwise

import pytest

from rigd.api.http import bounded_http
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


def change_with_token(server: LiveServer, token: str) -> int:
    word = base64.b64encode(f"rigd:{token}".encode()).decode()
    headers = {"authorization": f"Basic {word}"}
    return server.ask("POST", "/rigd/v1/rigs/rig0/hold", '{"hold": true}', headers).status


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


@pytest.mark.parametrize(
    ("whole", "begun"),
    [
        pytest.param(b"", b"", id="nothing"),
        pytest.param(b"", b"GET / HTTP/1.1\r\nHost: local", id="the-first"),
        pytest.param(GET % 1, b"GET / HTTP/1.1\r\nHost: local", id="a-later-one"),
    ],
)
def test_a_head_that_does_not_come_holds_no_connection(
    whole: bytes, begun: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded_http, "HEAD_LIMIT_S", 0.05)
    with live() as server, dial(server, POLITE) as slow:
        slow.sendall(whole)
        if whole:
            read_until(slow, is_reply)
        slow.sendall(begun)
        rest = read_until(slow, lambda found: False)

    assert rest == b""


def test_after_some_wrong_tokens_none_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    budget = Limits(SETTINGS, Clock()).request(LAN)
    for _ in range(limits.WRONG_TOKENS_PER_S):
        budget.check_tokens()
        budget.note_wrong_token()

    with pytest.raises(TooManyRequestsError, match="5 wrong tokens per second"):
        budget.check_tokens()


def test_wrong_tokens_are_looked_at_again_after_a_while() -> None:
    clock = Clock()
    budget = Limits(SETTINGS, clock).request(LAN)
    for _ in range(limits.WRONG_TOKENS_PER_S):
        budget.note_wrong_token()
    clock.now_s += 1.0 / limits.WRONG_TOKENS_PER_S

    budget.check_tokens()
    budget.note_wrong_token()
    with pytest.raises(TooManyRequestsError):
        budget.check_tokens()


def test_a_guessed_token_is_not_looked_at_among_many_wrong_ones() -> None:
    guesses = [f"guess-{n}" for n in range(limits.WRONG_TOKENS_PER_S)]
    settings = replace(SETTINGS, token="right-token")  # noqa: S106 - of this test
    with live(settings=settings) as server:
        wrong = [change_with_token(server, one) for one in guesses]
        right = change_with_token(server, "right-token")
        read = server.get("/rigd/v1/rigs").status

    assert wrong == [401] * len(guesses)
    assert right in {200, 429}  # 200 only where the bucket has refilled meanwhile
    assert read == 200


def test_refused_requests_count_against_the_rate_like_all_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "PAUSE_S", 0.0)
    foreign = {"host": "evil.example"}
    with live(settings=replace(SETTINGS, loopback_per_s=1)) as server:
        first = server.ask("GET", "/rigd/v1/rigs", headers=foreign).status
        second = server.ask("GET", "/rigd/v1/rigs", headers=foreign).status

    assert (first, second) == (403, 429)


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
