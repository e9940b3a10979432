"""A night of twelve hours in some minutes: real driver, cooling tube, restarts, a crash, a loss.

One command: `./dev bench night [MINUTES]`. INDI's MoonLite driver on an emulated controller, a
Quantum wheel, and a client that does what Ekos was seen to do (autofocus every two hours, moving
first and turning to its focus filter then; frames half a second after the wheel's Ok). The tube
cools by ten degrees. The INDI server is restarted three times, rigd is killed once in the middle
of a filter change, and the focuser's USB cable is pulled once. Nobody says a word to rigd. Each
frame is judged by the motor itself against the true focus; the last filter must end in focus. The
log of the night is printed, to be read.
"""

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from tests.live.controllers.families import FOCUSERS, WHEELS
from tests.live.controllers.rig import FILTERS, POSITION, SLOT, DriverRig
from tests.live.indiserver import CAMERA, IndiServer, RawListener
from tests.live.offset_rig import OFFSETS, OffsetRig

MINUTES = 8.0
HOURS = 12.0
WARM_C, COLD_C = 12.5, 2.5
STEPS_PER_C = 8.0
TRUE_FOCUS = 30057
"""Where L is in focus when it is warm; the focuser starts at 30000."""
GOOD_STEPS = 8
"""A frame farther from its focus than this is soft: the thermometer tells half degrees."""
FRAME_S, GAP_S = 2.0, 0.5
FOCUS_EVERY_H = 2.0
TERM = f"""
[focuser.temperature]
steps_per_c = {STEPS_PER_C}
dead_band_steps = 3
lasts_s = 0.0
"""


@dataclass(frozen=True)
class Frame:
    """One frame of the sequence, as the motor had it when it began."""

    hour: float
    filter: str
    off_steps: int
    moving: bool


class Night:
    """The sky, the client, and what goes wrong, by the hours of the night."""

    def __init__(self, rig: DriverRig, minutes: float) -> None:
        self.rig, self.minutes = rig, minutes
        self.frames: list[Frame] = []
        self.began_s = monotonic()
        self.focus_at_h = 0.0

    @property
    def hour(self) -> float:
        """The hour of the night, from 0 to 12."""
        return (monotonic() - self.began_s) / 60 / self.minutes * HOURS

    @property
    def celsius(self) -> float:
        """How warm the tube is; the focus follows it at once."""
        return WARM_C + (COLD_C - WARM_C) * min(self.hour / HOURS, 1.0)

    def truth(self, name: str) -> int:
        """Where a filter is in focus by now."""
        return round(TRUE_FOCUS + OFFSETS[name] + STEPS_PER_C * (self.celsius - WARM_C))

    def tell(self, what: str) -> None:
        """Print what happens, with the hour of the night."""
        print(f"{self.hour:5.2f} h  {what}")

    async def cool(self) -> None:
        """Have the thermometer of the focuser follow the night."""
        while True:
            self.rig.focuser.temperature_c = self.celsius
            await asyncio.sleep(0.2)

    async def run(self) -> None:
        """Image until the morning, whatever happens."""
        wrong = [(1.9, self.restart_server), (3.5, self.crash), (5.2, self.restart_server)]
        wrong += [(7.0, self.lose_usb), (9.0, self.restart_server)]
        turn = 0
        while self.hour < HOURS:
            if self.hour >= self.focus_at_h:
                self.focus_at_h += FOCUS_EVERY_H
                await self.keep_at(lambda: self.focus("L"))
            turn += 1
            name = FILTERS[turn % len(FILTERS)]
            if wrong and self.hour >= wrong[0][0]:
                await wrong.pop(0)[1](name)
            await self.keep_at(lambda name=name: self.image(name))
        await self.keep_at(lambda: self.image("L"))

    async def keep_at(self, what: Callable[[], Awaitable[None]]) -> None:
        """Do it, again if a device was away meanwhile: what a scheduler does."""
        for _ in range(5):
            with suppress(AssertionError, OSError):
                await what()
                return
            self.tell("the client tries again")
            await self.reconnect()
        msg = "the client gave up"
        raise AssertionError(msg)

    async def image(self, name: str) -> None:
        """Turn to a filter and take two frames, as Ekos does."""
        await self.turn(name)
        for _ in range(2):
            await asyncio.sleep(GAP_S)
            motor = self.rig.focuser.motor
            off = motor.place - self.truth(name)
            moving = motor.is_ordered or self.rig.slot is None
            self.frames.append(Frame(self.hour, name, off, moving))
            await self.expose(FRAME_S)

    async def focus(self, name: str) -> None:
        """Focus as Ekos 3.6 does: it moves first, and turns to its focus filter then."""
        self.tell(f"the client focuses on {name}")
        start = round(await self.position())
        for steps in (80, 40):
            await self.move(start + steps)
        await self.turn(name)
        best = self.truth(name)
        for steps in (40, 30, 20, 10, 0, -10, -20):
            await self.expose(0.3)
            await self.move(best + steps)
        await self.expose(0.3)
        await self.move(best + 30)
        await self.move(best)
        await self.expose(0.3)
        self.tell(f"the client has found the focus of {name} at {best}")

    async def restart_server(self, _: str) -> None:
        """The INDI server is restarted between two frames."""
        self.tell("the INDI server is killed and started again")
        self.rig.server.kill()
        await asyncio.sleep(2)
        self.rig.server.start()
        await self.reconnect()

    async def crash(self, name: str) -> None:
        """Rigd is killed just after the wheel was told to turn, and started again by systemd."""
        self.tell(f"rigd is killed (-9) in the change to {name}")
        self.command_slot(name)
        await asyncio.sleep(0.1)
        self.rig.daemon.kill()
        await asyncio.sleep(2)
        self.rig.daemon.start()

    async def lose_usb(self, name: str) -> None:
        """The focuser's cable is out for some seconds; a watchdog connects the device again."""
        self.tell(f"the USB cable of the focuser is pulled in the change to {name}")
        self.command_slot(name)
        await asyncio.sleep(0.1)
        self.rig.focuser.unplug()
        await asyncio.sleep(5)
        self.rig.focuser.plug_in()
        self.tell("the cable is back, and the focuser is connected again")
        device = self.rig.focuser.device
        self.rig.wire.set_switch(device, "CONNECTION", "DISCONNECT")
        await asyncio.sleep(1)
        self.rig.wire.set_switch(device, "CONNECTION", "CONNECT")

    # What the client says on the wire.

    async def reconnect(self) -> None:
        """Open the wire anew, and wait until every device is connected."""
        await self.rig.wire.__aexit__()
        wire = self.rig.wire = await RawListener(self.rig.server.port).__aenter__()
        for device, name in (
            (self.rig.focuser.device, POSITION),
            (self.rig.wheel_device, SLOT),
            (CAMERA, "CCD_EXPOSURE"),
        ):
            await wire.wait(lambda d=device: wire.latest(d, "CONNECTION"), f"{device} is there")
            wire.set_switch(device, "CONNECTION", "CONNECT")
            await wire.wait(lambda d=device, n=name: wire.latest(d, n), f"{device} is connected")

    def command_slot(self, name: str) -> None:
        """Tell the wheel to turn."""
        number = FILTERS.index(name) + 1
        self.rig.wire.set_number(self.rig.wheel_device, SLOT, "FILTER_SLOT_VALUE", number)

    async def turn(self, name: str) -> None:
        """Turn the wheel, if it must, and wait for its Ok."""
        device = self.rig.wheel_device
        if self.rig.wire.number(device, SLOT) != FILTERS.index(name) + 1:
            self.command_slot(name)
        await self.rig.wire.until(device, SLOT, FILTERS.index(name) + 1, 30)

    async def position(self) -> float:
        """Where the focuser says that it is."""
        return await self.rig.wire.number_now(self.rig.focuser.device, POSITION) or 0.0

    async def move(self, steps: int) -> None:
        """Move the focuser, and wait for its Ok at whatever place."""
        wire, device = self.rig.wire, self.rig.focuser.device
        begin = len(wire.history)
        wire.set_number(device, POSITION, "FOCUS_ABSOLUTE_POSITION", steps)

        def ended() -> bool:
            news = [h for h in wire.history[begin:] if (h.device, h.name) == (device, POSITION)]
            return bool(news) and news[-1].state == "Ok"

        await wire.wait(ended, "the move", 30)

    async def expose(self, seconds: float) -> None:
        """Take a frame."""
        wire = self.rig.wire
        begin = len(wire.history)
        wire.set_number(CAMERA, "CCD_EXPOSURE", "CCD_EXPOSURE_VALUE", seconds)

        def ended() -> bool:
            news = [h for h in wire.history[begin:] if h.name == "CCD_EXPOSURE"]
            return bool(news) and news[-1].state == "Ok"

        await wire.wait(ended, "the frame", 60)


async def spend(minutes: float) -> tuple[Night, str]:
    """Spend the night; rigd's log with it."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        with (
            FOCUSERS["moonlite"](directory) as focuser,
            WHEELS["quantum"](directory) as wheel,
            IndiServer(
                directory, ("indi_simulator_ccd", wheel.executable, focuser.executable)
            ) as server,
            OffsetRig(
                directory,
                server,
                wheel=wheel.device,
                focuser=focuser.device,
                slots=wheel.slots,
                more=TERM,
            ) as daemon,
        ):
            focuser.latency_s = 0.02
            rig = DriverRig(focuser, wheel, daemon, server)
            rig.wire = await RawListener(server.port).__aenter__()
            night = Night(rig, minutes)
            cooling = asyncio.create_task(night.cool())
            try:
                await night.reconnect()
                await rig.settled("L")
                await night.run()
                await asyncio.sleep(3)
            except AssertionError as problem:
                night.tell(f"THE NIGHT STOPS: {problem}")
            finally:
                cooling.cancel()
                await asyncio.gather(cooling, return_exceptions=True)
                await rig.wire.__aexit__()
            night.frames.append(
                Frame(night.hour, "L", focuser.motor.place - night.truth("L"), moving=False)
            )
            return night, daemon.said()


async def main() -> None:
    """Print the night; exit 1 if it stopped or did not end in focus."""
    night, log = await spend(float(sys.argv[1]) if len(sys.argv) > 1 else MINUTES)
    last, frames = night.frames[-1], night.frames[:-1]
    soft = [frame for frame in frames if abs(frame.off_steps) > GOOD_STEPS or frame.moving]
    print("\n--- rigd's log ---\n" + log + "---")
    for frame in soft:
        print(f"{frame.hour:5.2f} h  {frame.filter}: {frame.off_steps:+d} steps", frame.moving)
    print(f"{len(frames)} frames, {len(soft)} out of focus or while something moved")
    print(f"the night ends at {night.hour:.1f} h, L {last.off_steps:+d} steps from its focus")
    sys.exit(night.hour < HOURS or abs(last.off_steps) > GOOD_STEPS)


if __name__ == "__main__":
    asyncio.run(main())
