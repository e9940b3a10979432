"""A daemon beside PHD2: guiding is paused for rigd's own moves and goes on afterwards."""

import asyncio
import json
from pathlib import Path

import pytest

from tests.drivers.phd2_server import Phd2Server
from tests.limits import LIMIT_S
from tests.live.simulated import SimulatedDaemon

pytestmark = pytest.mark.live

SERVER = '\n[[servers]]\nname = "phd2"\ndriver = "phd2"\nhost = "127.0.0.1"\nport = {port}\n'
GUIDER = '\n[guider]\naddress = { server = "phd2", device = "PHD2" }\noff_axis = true\n'
FORM = {"content-type": "application/x-www-form-urlencoded"}


def prepared(directory: Path, server: Phd2Server, more: str = "") -> SimulatedDaemon:
    daemon = SimulatedDaemon(directory, "apply", more_servers=SERVER.format(port=server.port))
    profile = directory / "demo.toml"
    profile.write_text(profile.read_text(encoding="utf-8") + GUIDER + more, encoding="utf-8")
    return daemon


def turned(daemon: SimulatedDaemon, filter_position: int) -> dict[str, object]:
    body = f"Position={filter_position}"
    _, answer = daemon.ask("PUT", "/api/v1/filterwheel/0/position", body, FORM)
    found: dict[str, object] = json.loads(answer)
    return found


async def ready(daemon: SimulatedDaemon) -> None:
    """Wait until rigd knows the focus and PHD2."""
    await asyncio.to_thread(daemon.connect)
    async with asyncio.timeout(LIMIT_S):
        while True:
            rig = await asyncio.to_thread(daemon.read, "/rigd/v1/rigs/demo")
            if rig["focus_known"] and "PHD2 is not connected" not in str(rig["cautions"]):
                return
            await asyncio.sleep(0.05)


async def test_guiding_is_paused_for_the_move_and_goes_on(tmp_path: Path) -> None:
    async with Phd2Server("Guiding") as phd2:
        with prepared(tmp_path, phd2) as daemon:
            await ready(daemon)
            start = daemon.raw_steps()

            answer = await asyncio.to_thread(turned, daemon, 3)
            await phd2.until(lambda: len(phd2.pauses) == 2)
            moved = await asyncio.to_thread(daemon.raw_steps)

    assert answer["ErrorNumber"] == 0
    assert phd2.pauses == [[True, "full"], [False]]
    assert moved != start
    assert phd2.state == "Guiding"


async def test_without_leave_to_pause_the_change_is_refused(tmp_path: Path) -> None:
    async with Phd2Server("Guiding") as phd2:
        with prepared(tmp_path, phd2, "pause = false\n") as daemon:
            await ready(daemon)

            answer = await asyncio.to_thread(turned, daemon, 3)

    assert answer["ErrorNumber"] == 0x40B
    assert "PHD2 is guiding through an off-axis guider" in str(answer["ErrorMessage"])
    assert phd2.pauses == []


async def test_a_daemon_killed_while_phd2_is_paused_lets_it_go_on(tmp_path: Path) -> None:
    async with Phd2Server("Guiding") as phd2:
        with prepared(tmp_path, phd2) as daemon:
            await ready(daemon)
            slow = asyncio.create_task(asyncio.to_thread(turned, daemon, 3))
            await phd2.until(lambda: phd2.pauses)
            daemon.__exit__()
            await asyncio.gather(slow, return_exceptions=True)
        phd2.requests.clear()
        if phd2.state != "Paused":
            phd2.become("Paused")
        with daemon:
            await phd2.until(lambda: phd2.pauses)

    assert phd2.pauses == [[False]]
