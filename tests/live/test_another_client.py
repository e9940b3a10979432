"""The main job beside an INDI client whose commands rigd hears."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.daemon import Daemon, rigd
from tests.live.indiserver import FOCUSER, FOCUSER_START_STEPS, IndiServer, RawListener
from tests.live.test_main_job import OFFSETS, change, ready, said

pytestmark = pytest.mark.live

ANOTHER = "another INDI client"
FOCUS = {1: FOCUSER_START_STEPS, 4: FOCUSER_START_STEPS + OFFSETS[4] - OFFSETS[1]}
"""Where the focuser belongs with each filter: the client knows it as well as rigd does."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[IndiServer]:
    with IndiServer(tmp_path) as running:
        yield running


def told(wire: RawListener, steps: int) -> None:
    wire.set_number(FOCUSER, "ABS_FOCUS_POSITION", "FOCUS_ABSOLUTE_POSITION", steps)


async def begun(daemon: Daemon, wire: RawListener) -> None:
    await ready(wire)
    await said(daemon, "first sight")


async def test_a_client_that_makes_rigds_own_moves_is_named_and_rigd_stands_down(
    server: IndiServer, tmp_path: Path
) -> None:
    with Daemon(tmp_path, server) as daemon:
        async with RawListener(server.port) as wire:
            await begun(daemon, wire)

            for number, slot in enumerate((4, 1), start=1):
                await change(wire, slot)
                told(wire, FOCUS[slot])
                await said(daemon, ": done:", times=number)
                await wire.until(FOCUSER, "ABS_FOCUS_POSITION", FOCUS[slot])
            # Its second command is rigd's own move again: known when the wheel turns once more.
            await change(wire, 4)
            await said(daemon, "rigd stands down to observe")
            told(wire, FOCUS[4])
            await said(daemon, "rigd does not move the focuser of its own accord")

            assert f"{ANOTHER} tells the focuser to move by about" in daemon.said()
            assert "while rigd makes the same move" in daemon.said()
            await wire.until(FOCUSER, "ABS_FOCUS_POSITION", FOCUS[4])
            asked = rigd(daemon, "status")
            assert f"other programs    {ANOTHER} tells the focuser" in asked.stdout


@pytest.mark.slow
async def test_rigd_alone_is_never_taken_for_another_nor_after_a_restart(
    server: IndiServer, tmp_path: Path
) -> None:
    with Daemon(tmp_path, server) as daemon:
        async with RawListener(server.port) as wire:
            await begun(daemon, wire)

            for number, slot in enumerate((4, 1, 8) * 10, start=1):
                if number == 16:
                    daemon.kill()
                    daemon.start()
                    await said(daemon, "are rigd's")
                await change(wire, slot)
                await said(daemon, ": done:", times=number)

            assert "stands down" not in daemon.said()
            assert ANOTHER not in daemon.said()
            assert "are not heard" not in daemon.said()
            assert "none moved the focuser around" in rigd(daemon, "status").stdout


async def test_after_a_killed_server_the_main_job_goes_on_and_others_are_heard_again(
    server: IndiServer, tmp_path: Path
) -> None:
    with Daemon(tmp_path, server) as daemon:
        async with RawListener(server.port) as wire:
            await begun(daemon, wire)
            told(wire, 50100)
            await said(daemon, f"{ANOTHER} moved the focuser from 50000 to 50100 steps")

        server.kill()
        await said(daemon, "was lost")
        server.start()
        async with RawListener(server.port) as wire:
            await ready(wire)
            await said(daemon, "is unknown, so rigd moves nothing")
            told(wire, 50200)
            await said(daemon, f"{ANOTHER} moved the focuser from 50000 to 50200 steps")
            assert rigd(daemon, "adopt").returncode == 0
            await change(wire, 4)
            await said(daemon, f"waiting: {ANOTHER} moved the focuser")

            assert daemon.said().count("was lost") == 1
            assert "are not heard" not in daemon.said()
            assert daemon.running
