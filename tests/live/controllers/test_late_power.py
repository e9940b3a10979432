"""A controller that has no power yet when rigd connects it: it is connected when it has."""

import asyncio
from pathlib import Path

import pytest

from tests.limits import LIMIT_S
from tests.live.controllers.rig import driver_rig

pytestmark = pytest.mark.live


async def test_a_controller_that_comes_up_late_is_connected_and_the_next_change_ends_in_focus(
    tmp_path: Path,
) -> None:
    async with driver_rig(tmp_path, "moonlite", "quantum", unplugged=True) as rig:
        log = tmp_path / "rigd.log"
        async with asyncio.timeout(LIMIT_S):
            while "MoonLite could not be connected: " not in log.read_text():  # noqa: ASYNC110 - a short file
                await asyncio.sleep(0.1)
        await rig.until_obstacle("focuser")

        rig.focuser.plug_in()
        await rig.until_obstacle("focuser", gone=True)
        await rig.settled("L")
        await rig.put("filterwheel", "connected", Connected="true")
        change = await rig.change_in_path("R")

        assert (change.blocked, change.early, change.off_steps) == (None, False, 0)
        assert log.read_text().count("could not be connected") == 1
        assert "Failed to connect to port" in log.read_text()
