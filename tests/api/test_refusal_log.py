"""The log of refused requests: who asked, once a minute, however many there are."""

import logging

import pytest

from rigd.api.http.refusal_log import LINE_EVERY_S, MOST_LINES, PATH_LIMIT, RefusalLog
from tests.api.live import live

WHY = "a change needs the token"


class Clock:
    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records]


def test_an_address_has_one_line_a_minute_that_counts_the_rest(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock = Clock()
    refusals = RefusalLog(clock)

    for _ in range(2750):
        refusals.note("192.168.1.9", "PUT /x", WHY)
    refusals.note("192.168.1.10", "GET /y", WHY)
    clock.now_s += LINE_EVERY_S
    refusals.note("192.168.1.9", "PUT /z", WHY)

    assert lines(caplog) == [
        f"PUT /x from 192.168.1.9 is refused: {WHY}",
        f"GET /y from 192.168.1.10 is refused: {WHY}",
        "2749 more requests from 192.168.1.9 were refused",
        f"PUT /z from 192.168.1.9 is refused: {WHY}",
    ]


def test_a_million_addresses_have_few_lines_and_take_no_room(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock = Clock()
    refusals = RefusalLog(clock)

    for n in range(5000):
        refusals.note(f"2001:db8::{n:x}", "PUT /x", WHY)
    clock.now_s += LINE_EVERY_S
    refusals.note("::1", "PUT /x", WHY)

    assert len(caplog.records) == MOST_LINES + 2
    assert f"{5000 - MOST_LINES} more requests from other addresses were refused" in lines(caplog)


def test_a_path_is_cut(caplog: pytest.LogCaptureFixture) -> None:
    RefusalLog(Clock()).note("::1", "GET /" + "x" * 60_000, WHY)

    assert len(lines(caplog)[0]) < PATH_LIMIT + 60


def test_the_line_of_a_refused_request_says_who_asked(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "rigd.api"), live() as server:
        server.ask("PUT", "/api/v1/focuser/0/move", headers={"origin": "http://evil.example"})

    assert lines(caplog)[-1] == (
        "PUT /api/v1/focuser/0/move from 127.0.0.1 is refused: "
        "a page of another origin may not change"
    )
