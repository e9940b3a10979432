"""The real drivers of Debian's indi-bin take the emulated controllers for theirs."""

from pathlib import Path

import pytest

from tests.live.controllers.families import FOCUSERS, WHEELS
from tests.live.controllers.moonlite import MoonLite
from tests.live.controllers.serial_line import Controller
from tests.live.indiserver import IndiServer, RawListener

pytestmark = pytest.mark.live

POSITION, SLOT = "ABS_FOCUS_POSITION", "FILTER_SLOT"


async def connect(wire: RawListener, controller: Controller) -> None:
    device = controller.device
    await wire.wait(lambda: wire.latest(device, "CONNECTION") is not None, "the device")
    wire.set_switch(device, "CONNECTION", "CONNECT")


@pytest.mark.parametrize("family", FOCUSERS)
async def test_a_driver_reads_the_position_and_moves_the_motor(family: str, tmp_path: Path) -> None:
    with FOCUSERS[family](tmp_path) as focuser:
        start, target = focuser.motor.place, focuser.motor.place + 120
        with IndiServer(tmp_path, (focuser.executable,)) as server:
            async with RawListener(server.port) as wire:
                await connect(wire, focuser)
                await wire.until(focuser.device, POSITION, start)

                wire.set_number(focuser.device, POSITION, "FOCUS_ABSOLUTE_POSITION", target)
                await wire.until(focuser.device, POSITION, target)

                assert focuser.motor.place == target
                assert [what for _, what, _ in focuser.motor.orders] == ["go"]


@pytest.mark.parametrize("family", WHEELS)
async def test_a_driver_turns_the_wheel(family: str, tmp_path: Path) -> None:
    with WHEELS[family](tmp_path) as wheel, IndiServer(tmp_path, (wheel.executable,)) as server:
        async with RawListener(server.port) as wire:
            await connect(wire, wheel)
            await wire.until(wheel.device, SLOT, 1)

            wire.set_number(wheel.device, SLOT, "FILTER_SLOT_VALUE", 3)
            await wire.until(wheel.device, SLOT, 3)

            assert wheel.slot == 3
            assert wire.latest(wheel.device, "FILTER_NAME").values["FILTER_SLOT_NAME_3"] == "Ha"


async def test_a_pulled_line_comes_back_and_the_old_alert_stays_until_the_next_move(
    tmp_path: Path,
) -> None:
    with MoonLite(tmp_path) as focuser, IndiServer(tmp_path, (focuser.executable,)) as server:
        device = focuser.device
        async with RawListener(server.port) as wire:
            await connect(wire, focuser)
            await wire.until(device, POSITION, focuser.start_steps)

            focuser.unplug()
            said = sum(heard.what == "message" for heard in wire.history)
            await wire.wait(
                lambda: sum(heard.what == "message" for heard in wire.history) > said, "an error"
            )
            wire.set_number(device, POSITION, "FOCUS_ABSOLUTE_POSITION", focuser.start_steps + 50)
            await wire.wait(
                lambda: wire.latest(device, POSITION).state == "Alert", "the driver notices"
            )
            wire.set_switch(device, "CONNECTION", "DISCONNECT")
            await wire.wait(lambda: wire.latest(device, "CONNECTION").state == "Idle", "it is off")
            focuser.plug_in()
            again = len(wire.history)
            wire.set_switch(device, "CONNECTION", "CONNECT")
            await wire.wait(
                lambda: any(h.name == POSITION for h in wire.history[again:]), "the position"
            )

            assert wire.number(device, POSITION) == focuser.start_steps
            assert wire.latest(device, POSITION).state == "Alert"
            wire.set_number(device, POSITION, "FOCUS_ABSOLUTE_POSITION", focuser.start_steps + 50)
            await wire.until(device, POSITION, focuser.start_steps + 50)
