"""A serial line that is pulled: the change fails, and the night goes on without a human."""

import asyncio
from pathlib import Path

import pytest

from tests.limits import LIMIT_S
from tests.live.controllers.rig import POSITION, DriverRig, driver_rig

pytestmark = pytest.mark.live


async def connect_again(rig: DriverRig) -> None:
    """What the owner's capture program or a watchdog does with a device that is in alert."""
    wire, device = rig.wire, rig.focuser.device
    wire.set_switch(device, "CONNECTION", "DISCONNECT")
    await wire.wait(lambda: wire.latest(device, "CONNECTION").state == "Idle", "it is off")
    begin = len(wire.history)
    wire.set_switch(device, "CONNECTION", "CONNECT")
    await wire.wait(lambda: any(h.name == POSITION for h in wire.history[begin:]), "it is on")


async def test_a_line_that_is_pulled_is_said_before_anything_moves_and_so_is_its_return(
    tmp_path: Path,
) -> None:
    async with driver_rig(tmp_path, "moonlite", "quantum") as rig:
        rig.focuser.unplug()
        log = tmp_path / "rigd.log"
        async with asyncio.timeout(LIMIT_S):
            while "MoonLite does not answer its driver: " not in log.read_text():  # noqa: ASYNC110 - a short file
                await asyncio.sleep(0.2)
            await rig.until_obstacle("focuser_silent")
            rig.focuser.plug_in()
            await connect_again(rig)
            while "MoonLite answers its driver again" not in log.read_text():  # noqa: ASYNC110 - a short file
                await asyncio.sleep(0.2)
            await rig.until_obstacle("focuser_silent", gone=True)

        assert log.read_text().count("does not answer its driver") == 1


@pytest.mark.parametrize("family", ["moonlite", "celestron"])
async def test_after_a_pulled_line_the_next_change_ends_in_focus(
    family: str, tmp_path: Path
) -> None:
    async with driver_rig(tmp_path, family, "quantum") as rig:
        rig.focuser.unplug()
        lost = await rig.change_in_path("R")
        rig.focuser.plug_in()
        await connect_again(rig)
        # Until the focuser has been read at rest again, the wheel turns and the focuser stays.
        await rig.known()
        async with asyncio.timeout(LIMIT_S):
            while (change := await rig.change_in_path("Ha")).blocked:  # noqa: ASYNC110 - rigd looks
                await asyncio.sleep(0.5)

        assert lost.blocked is not None
        assert not change.early
        assert rig.is_right("Ha")
