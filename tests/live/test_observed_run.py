"""An autofocus that rigd has seen is a run to learn from, once, whoever tells of it later."""

import asyncio
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alpaca.filterwheel import FilterWheel
from alpaca.focuser import Focuser

from tests.limits import LIMIT_S
from tests.live.daemon import Daemon, rigd
from tests.live.indiserver import FOCUSER_START_STEPS, IndiServer, RawListener
from tests.live.test_autofocus import expose, move
from tests.live.test_main_job import OFFSETS, change, ready, said

pytestmark = pytest.mark.live

RED, SII = OFFSETS[1], OFFSETS[5]
POSITIONS = (80, 50, 20, -10, -40, 12)
"""Steps from the start; the last lies between the others: there the focus was found."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[IndiServer]:
    with IndiServer(tmp_path) as running:
        yield running


async def runs(daemon: Daemon) -> list[dict[str, object]]:
    listed = await asyncio.to_thread(rigd, daemon, "runs", "list", "--json")
    found = json.loads(listed.stdout)["runs"]
    assert isinstance(found, list)
    return found


async def kept(daemon: Daemon) -> dict[str, object]:
    """The one run, as soon as it is there."""
    async with asyncio.timeout(LIMIT_S):
        while not (found := await runs(daemon)):  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.1)
    (one,) = found
    return one


async def test_somebodys_autofocus_becomes_a_run(server: IndiServer, tmp_path: Path) -> None:
    with Daemon(tmp_path, server) as daemon:
        async with RawListener(server.port) as wire:
            await ready(wire)
            await said(daemon, "first sight")
            for steps in POSITIONS:
                await move(wire, FOCUSER_START_STEPS + steps)
                await expose(wire)

            await change(wire, 2)

            run = await kept(daemon)
            assert run["source"] == "live: autofocus of another program"
            assert run["position_steps"] == FOCUSER_START_STEPS + POSITIONS[-1]
            assert (run["frame"], run["accepted"], run["se_steps"]) == ("raw", True, None)
            assert run["filter"] == "red"


async def test_an_autofocus_that_restores_its_start_is_no_result(
    server: IndiServer, tmp_path: Path
) -> None:
    with Daemon(tmp_path, server) as daemon:
        async with RawListener(server.port) as wire:
            await ready(wire)
            await said(daemon, "first sight")
            for steps in (*POSITIONS[:-1], 0):
                await move(wire, FOCUSER_START_STEPS + steps)
                await expose(wire)

            await change(wire, 2)

            run = await kept(daemon)
            assert run["accepted"] is False
            assert "went back to its start" in str(run["reason"])


async def test_a_log_of_logical_positions_tells_of_the_same_run(
    server: IndiServer, tmp_path: Path
) -> None:
    with Daemon(tmp_path, server) as daemon:
        async with RawListener(server.port) as wire:
            await ready(wire)
            await said(daemon, "first sight")
            wheel, focuser = FilterWheel(daemon.url, 0), Focuser(daemon.url, 0)
            for device in (wheel, focuser):
                await asyncio.to_thread(setattr, device, "Connected", True)
            await asyncio.to_thread(setattr, wheel, "Position", 4)
            await until(lambda: wheel.Position == 4)
            shown = await asyncio.to_thread(lambda: focuser.Position)
            assert shown == FOCUSER_START_STEPS - RED
            for steps in POSITIONS:
                await asyncio.to_thread(focuser.Move, shown + steps)
                await until(lambda target=shown + steps: focuser.Position == target)  # type: ignore[misc]
                await expose(wire)
            ended = datetime.now(UTC)
            name = (await asyncio.to_thread(lambda: wheel.Names))[4]

            await asyncio.to_thread(setattr, wheel, "Position", 0)

            run = await kept(daemon)
            assert str(run["source"]).startswith("live: autofocus of ")
            assert run["position_steps"] == FOCUSER_START_STEPS - RED + SII + POSITIONS[-1]
            log = tmp_path / "night.csv"
            log.write_text(
                "filter,position,temperature,time\n"
                f"{name},{shown + POSITIONS[-1]},10.0,{ended.isoformat()}\n"
            )
            words = ("runs", "import", str(log), "--frame", "logical")
            said_of_it = await asyncio.to_thread(rigd, daemon, *words)
            assert "another source tells of the same run" in said_of_it.stdout
            assert [row["accepted"] for row in await runs(daemon)].count(True) == 1


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(LIMIT_S):
        while not await asyncio.to_thread(true):  # noqa: ASYNC110 - polled over HTTP
            await asyncio.sleep(0.05)
