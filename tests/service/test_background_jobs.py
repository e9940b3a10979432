"""Ticks and replies go on whatever the store does, and a store that fails ends nothing."""

import asyncio
import logging
from dataclasses import replace
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any

import pytest

from rigd.devices.events import DeviceSeen
from rigd.errors import StoreError
from rigd.focus.state.requests import Tick
from rigd.service import profile_edits, sleep_watch
from rigd.service.dispatcher import Dispatcher
from rigd.service.running_rig import RunningRig
from tests.limits import LIMIT_S
from tests.service.live import Live, living

TICKS = 4


class Ticks:
    """Counts the ticks that reach a rig."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._more = asyncio.Event()
        feed = Dispatcher.feed

        def counting(dispatcher: Dispatcher, running: Any, event: Any) -> Any:
            if isinstance(event, Tick):
                self._more.set()
            return feed(dispatcher, running, event)

        monkeypatch.setattr(Dispatcher, "feed", counting)

    async def wait(self, number: int) -> None:
        """Return after so many more."""
        for _ in range(number):
            self._more.clear()
            await self._more.wait()


def learn_more_of_the_focuser(live: Live, version: str) -> None:
    """The focuser says another driver version: what follows from its identity is asked for anew."""
    identities = live.observatory.snapshot("one").identities
    focuser = next(one for one in identities if one.ref == live.driver.focuser_ref)
    live.observatory.emit(
        DeviceSeen(at_s=monotonic(), identity=replace(focuser, driver_version=version))
    )


async def test_ticks_come_and_deadlines_count_while_a_query_takes_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with asyncio.timeout(LIMIT_S), living(tmp_path, monkeypatch) as live:
        ticks, goes_on, asked = Ticks(monkeypatch), Event(), Event()

        def slow(store: Any) -> Any:
            asked.set()
            goes_on.wait(LIMIT_S)
            return ()

        monkeypatch.setattr(profile_edits, "list_profiles", slow)
        try:
            learn_more_of_the_focuser(live, "2")
            assert await asyncio.to_thread(asked.wait, LIMIT_S)

            await ticks.wait(TICKS)
            rigs = await live.ask("/rigs")
        finally:
            goes_on.set()

    assert rigs["rigs"]


async def test_after_a_sleep_a_rig_hears_of_it_before_anything_that_a_device_said_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with asyncio.timeout(LIMIT_S), living(tmp_path, monkeypatch) as live:
        await Ticks(monkeypatch).wait(1)
        heard: list[str] = []
        advance = RunningRig.advance

        def listening(running: RunningRig, event: Any) -> Any:
            heard.append(type(event).__name__)
            return advance(running, event)

        monkeypatch.setattr(RunningRig, "advance", listening)
        monkeypatch.setattr(sleep_watch, "monotonic", lambda: monotonic() + 60)
        learn_more_of_the_focuser(live, "2")

    assert heard[:2] == ["Woke", "DeviceSeen"]
    assert "rigd did not run for" in caplog.text


async def test_a_proposal_that_the_store_fails_is_one_line_and_made_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with asyncio.timeout(LIMIT_S), living(tmp_path, monkeypatch) as live:
        asked = asyncio.Semaphore(0)
        loop = asyncio.get_running_loop()
        fails = True

        def listed(store: Any) -> Any:
            failing = fails  # before the test hears of it, which then ends the failure
            loop.call_soon_threadsafe(asked.release)
            if failing:
                raise StoreError("the disk is full")
            return ()

        monkeypatch.setattr(profile_edits, "list_profiles", listed)
        with caplog.at_level(logging.WARNING):
            learn_more_of_the_focuser(live, "2")
            for _ in range(3):
                await asked.acquire()
            fails = False
            await asked.acquire()
            rigs = await live.ask("/rigs")

    assert rigs["rigs"]
    said = [record.getMessage() for record in caplog.records if "disk" in record.getMessage()]
    assert said == ["one: proposal put off: the disk is full"]


async def test_an_announcement_that_the_store_fails_ends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with asyncio.timeout(LIMIT_S), living(tmp_path, monkeypatch) as live:
        ticks = Ticks(monkeypatch)
        run = live.observatory._archive.run

        async def failing(work: Any) -> Any:
            del work
            raise StoreError("the disk is full")

        with caplog.at_level(logging.WARNING):
            monkeypatch.setattr(live.observatory._archive, "run", failing)
            learn_more_of_the_focuser(live, "2")
            await ticks.wait(TICKS)
            rigs = await live.ask("/rigs")
            monkeypatch.setattr(live.observatory._archive, "run", run)

    assert rigs["rigs"]
    assert "Traceback" not in caplog.text
    assert "not stored: the disk is full" in caplog.text
