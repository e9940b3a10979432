"""Devices that the profile does not name: found by ACTIVE_DEVICES, or asked."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from alpaca.filterwheel import FilterWheel
from alpaca.focuser import Focuser

from tests.live.daemon import Daemon, rigd
from tests.live.indiserver import FOCUSER_START_STEPS, IndiServer, RawListener
from tests.live.test_main_job import OFFSETS, change, commanded, ready, said

pytestmark = pytest.mark.live

FOCUSER = 'address = { server = "simulators", device = "Focuser Simulator", connect = true }\n'
WHEEL = 'address = { server = "simulators", device = "Filter Simulator", connect = true }\n'


@pytest.fixture
def server(tmp_path: Path) -> Iterator[IndiServer]:
    with IndiServer(tmp_path) as running:
        yield running


def connect(daemon: Daemon) -> None:
    """A client connects what nobody else does."""
    FilterWheel(daemon.url, 0).Connected = True
    Focuser(daemon.url, 0).Connected = True


async def test_the_cameras_focuser_is_the_rigs_and_stays_so_after_a_restart(
    server: IndiServer, tmp_path: Path
) -> None:
    daemon = Daemon(tmp_path, server)
    daemon.change_profile(FOCUSER, "")
    with daemon:
        async with RawListener(server.port) as wire:
            await said(
                daemon,
                "focuser.address is simulators/Focuser Simulator: "
                "ACTIVE_DEVICES of CCD Simulator says so",
            )
            await asyncio.to_thread(connect, daemon)
            await ready(wire)
            await said(daemon, "first sight")
            await change(wire, 4)
            await said(daemon, "H_Alpha: done")
            up = FOCUSER_START_STEPS + OFFSETS[4] - OFFSETS[1]
            await wire.caught_up()
            assert commanded(wire) == [FOCUSER_START_STEPS, up]

    daemon.log.write_text("")
    with daemon:
        await said(daemon, f"focuser at {up} steps")
        shown = json.loads(rigd(daemon, "explain", "--json").stdout)

    assert "focuser.address is" not in daemon.said()
    assert shown["raw_steps"] == up


async def test_of_two_wheels_the_owner_says_which(server: IndiServer, tmp_path: Path) -> None:
    daemon = Daemon(tmp_path, server)
    daemon.change_profile(WHEEL, "")
    with daemon:
        async with RawListener(server.port) as wire:
            await said(daemon, "camera CCD Simulator is not in the catalog")
            asked = json.loads(rigd(daemon, "questions", "--json").stdout)["questions"]
            none = rigd(daemon, "answer", "wheel.address", "simulators/Third")
            done = rigd(daemon, "answer", "wheel.address", "simulators/Filter Simulator")
            await said(daemon, "wheel.address is simulators/Filter Simulator, said")
            await asyncio.to_thread(connect, daemon)
            await ready(wire)
            await said(daemon, "first sight")
            await change(wire, 4)
            await said(daemon, "H_Alpha: done")

            assert [(one["key"], one["changes"]) for one in asked] == [
                ("wheel.address", ["device"])
            ]
            assert [one["value"] for one in asked[0]["options"]] == [
                "simulators/CCD Simulator",
                "simulators/Filter Simulator",
            ]
            assert "is not one of: simulators/CCD Simulator; simulators/Filter Simul" in none.stderr
            assert done.returncode == 0
            up = FOCUSER_START_STEPS + OFFSETS[4] - OFFSETS[1]
            await wire.caught_up()
            assert commanded(wire) == [FOCUSER_START_STEPS, up]
