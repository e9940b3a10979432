"""A daemon that does not run for a while in the middle of a change: a machine that freezes."""

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from alpaca.filterwheel import FilterWheel

from tests.live.daemon import Daemon
from tests.live.indiserver import IndiServer, RawListener
from tests.live.test_main_job import FOCUSER, FOCUSER_START_STEPS, ready, said

pytestmark = [pytest.mark.live, pytest.mark.slow]

DEADLINE_S = 6
H_ALPHA, H_ALPHA_STEPS = 3, FOCUSER_START_STEPS + 65


@pytest.fixture
def server(tmp_path: Path) -> Iterator[IndiServer]:
    with IndiServer(tmp_path) as running:
        yield running


async def test_a_change_that_ends_while_the_daemon_sleeps_is_done(
    server: IndiServer, tmp_path: Path
) -> None:
    daemon = Daemon(tmp_path, server)
    with daemon.profile.open("a", encoding="utf-8") as profile:
        profile.write(f"\n[times]\ndeadline_s = {DEADLINE_S}\n")
    with daemon:
        async with RawListener(server.port) as wire:
            await ready(wire)
            await said(daemon, "first sight")

            wheel = FilterWheel(daemon.url, 0)
            await asyncio.to_thread(setattr, wheel, "Connected", True)
            await asyncio.to_thread(setattr, wheel, "Position", H_ALPHA)
            os.kill(daemon.pid, signal.SIGSTOP)
            try:
                await asyncio.sleep(DEADLINE_S + 1)
            finally:
                os.kill(daemon.pid, signal.SIGCONT)

            await said(daemon, "rigd did not run for")
            await said(daemon, "H_Alpha: done")
            assert "failed" not in daemon.said()
            assert await wire.number_now(FOCUSER, "ABS_FOCUS_POSITION") == H_ALPHA_STEPS
            assert await asyncio.to_thread(getattr, wheel, "Position") == H_ALPHA
