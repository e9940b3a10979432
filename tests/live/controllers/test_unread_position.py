"""A driver whose question for the position is not answered says 0 for ever, and asks no more."""

import asyncio
from pathlib import Path

import pytest

from tests.limits import LIMIT_S
from tests.live.controllers.rig import POSITION, driver_rig
from tests.live.controllers.serial_line import FocuserController
from tests.live.indiserver import RawListener

pytestmark = pytest.mark.live

ASKS = {"robofocus": b"FG000000", "lakeside": b"?P#"}
"""How each driver asks its focuser where it stands."""


class Mute:
    """Answers no question for the position while it is on."""

    def __init__(self, focuser: FocuserController, question: bytes) -> None:
        self.on = False
        self._question, self._answer = question, focuser.answer
        focuser.answer = self.answer  # type: ignore[method-assign] - one line that is disturbed

    def answer(self, command: bytes) -> bytes | None:
        if self.on and command.startswith(self._question):
            return None
        return self._answer(command)


@pytest.mark.parametrize("kind", ASKS)
async def test_what_it_did_not_read_is_no_place_to_move_from(tmp_path: Path, kind: str) -> None:
    async with driver_rig(tmp_path, kind, "xagyl") as rig:
        mute, motor = Mute(rig.focuser, ASKS[kind]), rig.focuser.motor
        await asyncio.to_thread(rig.server.kill)
        mute.on, orders = True, len(motor.orders)
        await asyncio.to_thread(rig.server.start)
        async with RawListener(rig.server.port) as rig.wire:
            await rig.until_obstacle("unread")
            mute.on = False
            said = rig.wire.latest(rig.focuser.device, POSITION)
            async with asyncio.timeout(LIMIT_S):
                while (await rig.change_in_path("R")).blocked:  # noqa: ASYNC110 - rigd looks
                    await asyncio.sleep(0.5)
            unmoved = motor.orders[orders:] == []

            rig.wire.set_switch(rig.focuser.device, "CONNECTION", "DISCONNECT")
            await rig.until_obstacle("unread", gone=True)
            rig.wire.set_switch(rig.focuser.device, "CONNECTION", "CONNECT")
            await rig.known()
            await rig.exposed()  # with the filter of before, as every client waits for it
            change = await rig.change_in_path("R")

            assert said is not None
            assert float(said.values["FOCUS_ABSOLUTE_POSITION"]) == 0
            assert unmoved
            assert change.blocked is None
            assert rig.is_right("R")
