"""An autofocus made past rigd: no client of rigd's changes the filter in the middle of it."""

import asyncio
import json
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alpaca.exceptions import InvalidOperationException
from alpaca.filterwheel import FilterWheel

from tests.limits import LIMIT_S
from tests.live.daemon import Daemon
from tests.live.indiserver import CAMERA, FOCUSER, FOCUSER_START_STEPS, IndiServer, RawListener
from tests.live.test_main_job import change, ready, said

pytestmark = pytest.mark.live


@pytest.fixture
def server(tmp_path: Path) -> Iterator[IndiServer]:
    with IndiServer(tmp_path) as running:
        yield running


async def move(wire: RawListener, steps: int) -> None:
    wire.set_number(FOCUSER, "ABS_FOCUS_POSITION", "FOCUS_ABSOLUTE_POSITION", steps)
    await wire.until(FOCUSER, "ABS_FOCUS_POSITION", steps)


async def expose(wire: RawListener) -> None:
    def state(wanted: str) -> bool:
        latest = wire.latest(CAMERA, "CCD_EXPOSURE")
        return latest is not None and latest.state == wanted

    wire.set_number(CAMERA, "CCD_EXPOSURE", "CCD_EXPOSURE_VALUE", 0.3)
    await wire.wait(lambda: state("Busy"), "the exposure begins")
    await wire.wait(lambda: state("Ok"), "the exposure ends")


def report(daemon: Daemon, position_steps: int) -> None:
    """A program hands its autofocus run in."""
    run = {
        "filter": "Red",
        "position_steps": float(position_steps),
        "source": "a program's report",
        "ok": True,
        "frame": "raw",
        "time": datetime.now(UTC).isoformat(),
    }
    request = urllib.request.Request(
        f"http://{daemon.url}/rigd/v1/rigs/demo/runs",
        json.dumps({"runs": [run]}).encode(),
        {"content-type": "application/json"},
    )
    urllib.request.urlopen(request, timeout=LIMIT_S).close()  # noqa: S310 - loopback


async def test_a_programs_report_ends_its_autofocus_at_once(
    server: IndiServer, tmp_path: Path
) -> None:
    with Daemon(tmp_path, server) as daemon:
        async with RawListener(server.port) as wire:
            await ready(wire)
            await said(daemon, "first sight")
            for steps in (60, 30, -10):
                await move(wire, FOCUSER_START_STEPS + steps)
                await expose(wire)
            await said(daemon, "another INDI client is focusing")

            await asyncio.to_thread(report, daemon, FOCUSER_START_STEPS - 10)

            await said(daemon, "the autofocus of another INDI client is over (it was reported)")


async def test_a_filter_change_during_somebodys_autofocus_is_refused(
    server: IndiServer, tmp_path: Path
) -> None:
    with Daemon(tmp_path, server) as daemon:
        async with RawListener(server.port) as wire:
            await ready(wire)
            await said(daemon, "first sight")
            wheel = FilterWheel(daemon.url, 0)
            await asyncio.to_thread(setattr, wheel, "Connected", True)

            for steps in (60, 30, -10):
                await move(wire, FOCUSER_START_STEPS + steps)
                await expose(wire)
            await said(daemon, "another INDI client is focusing")
            with pytest.raises(InvalidOperationException, match="another INDI client is focusing"):
                await asyncio.to_thread(setattr, wheel, "Position", 3)
            await change(wire, 2)
            await said(
                daemon, "the autofocus of another INDI client is over (the filter wheel turns)"
            )

            line = f"from {FOCUSER_START_STEPS} to {FOCUSER_START_STEPS - 10} steps"
            await said(daemon, line)
