"""A daemon on real drivers and emulated controllers, and filter changes judged from outside.

What is right is judged by the controllers themselves, which know where the motor is, and by a raw
listener on the wire; never by what rigd says. rigd is asked only whether it is still at it.
"""

import asyncio
import json
import urllib.request
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from time import monotonic
from typing import Any

from tests.limits import LIMIT_S
from tests.live.controllers.families import FOCUSERS, WHEELS
from tests.live.controllers.serial_line import (
    FocuserController,
    WheelController,
    label_settings,
    save_settings,
)
from tests.live.indiserver import CAMERA, IndiServer, RawListener
from tests.live.offset_rig import OFFSETS, OffsetRig

POSITION, SLOT = "ABS_FOCUS_POSITION", "FILTER_SLOT"
FILTERS = ("L", "R", "Ha")
"""The filters with an offset, in the order of their slots."""
CHANGE_LIMIT_S = 30.0
"""How long a change may take before it counts as blocked."""
POLL_S = 0.05
HAND_S = 0.2
"""How long a hand takes to put a filter in."""
MANUAL = "Manual Filter"


@dataclass(frozen=True)
class Change:
    """How one filter change went."""

    wanted: str
    took_s: float
    blocked: str | None = None
    """Why it did not end, in rigd's words if it gave any."""
    early: bool = False
    """In-path: rigd said that it was ready while the wheel or the motor was not."""
    off_steps: int = 0
    """How far from its focus the motor stands afterwards."""


class DriverRig:
    """One rig: an emulated focuser, an emulated wheel (None is INDI's manual one), a daemon."""

    def __init__(
        self,
        focuser: FocuserController,
        wheel: WheelController | None,
        daemon: OffsetRig,
        server: IndiServer,
    ) -> None:
        self.focuser, self.wheel, self.daemon, self.server = focuser, wheel, daemon, server
        self.base = focuser.start_steps
        self.wire: RawListener

    @property
    def wheel_device(self) -> str:
        return MANUAL if self.wheel is None else self.wheel.device

    @property
    def slot(self) -> int | None:
        """The slot in the light, as the wheel knows it; None while it turns."""
        if self.wheel is not None:
            return self.wheel.slot
        heard = self.wire.latest(MANUAL, SLOT)
        if heard is None or heard.state == "Busy":
            return None
        return int(float(heard.values["FILTER_SLOT_VALUE"]))

    def target(self, name: str) -> int:
        """Where a filter is in focus."""
        return self.base + OFFSETS[name]

    def is_right(self, name: str) -> bool:
        """Whether wheel and motor both rest where a filter is in focus."""
        motor = self.focuser.motor
        there = motor.place == self.target(name) and not motor.is_ordered
        return there and self.slot == FILTERS.index(name) + 1

    def explain(self) -> dict[str, Any]:
        """The ledger as rigd tells it."""
        url = f"http://{self.daemon.url}/rigd/v1/rigs/demo/explain"
        with urllib.request.urlopen(url, timeout=LIMIT_S) as reply:
            return json.loads(reply.read())  # type: ignore[no-any-return]

    async def known(self) -> None:
        """Wait until rigd knows the focus."""
        async with asyncio.timeout(LIMIT_S):
            while not await asyncio.to_thread(self._is_known):  # noqa: ASYNC110 - rigd looks
                await asyncio.sleep(0.1)

    async def until_obstacle(self, name: str, *, gone: bool = False) -> None:
        """Wait until status names an obstacle, or names it no more."""
        url = f"http://{self.daemon.url}/rigd/v1/rigs/demo"

        def is_named() -> bool:
            with urllib.request.urlopen(url, timeout=LIMIT_S) as reply:
                return name in {one["name"] for one in json.loads(reply.read())["obstacles"]}

        async with asyncio.timeout(LIMIT_S):
            while await asyncio.to_thread(is_named) is gone:  # noqa: ASYNC110 - rigd looks
                await asyncio.sleep(0.1)

    def _is_known(self) -> bool:
        told = self.explain()
        return bool(told["focus_checked"]) and told["embodied_steps"] is not None

    async def settled(self, name: str) -> None:
        """Wait until rigd has seen the devices, and nothing of its own is under way."""
        async with asyncio.timeout(LIMIT_S):
            while True:
                with suppress(OSError, HTTPException):
                    told = await asyncio.to_thread(self.explain)
                    idle = told["moving_to_steps"] is None and told["raw_steps"] is not None
                    if idle and told["focus_checked"] and told["filter_in_light"] == name:
                        return
                await asyncio.sleep(POLL_S)

    async def change_in_path(self, name: str) -> Change:
        """Ask rigd's wheel, as an Alpaca client that exposes as soon as it may."""
        began_s = monotonic()
        slot = FILTERS.index(name)
        answer = await self.put("filterwheel", "position", Position=slot)
        if answer["ErrorNumber"]:
            return Change(name, 0.0, blocked=answer["ErrorMessage"])
        while monotonic() < began_s + CHANGE_LIMIT_S:
            answer = await self.get("filterwheel", "position")
            right = self.is_right(name)  # after the answer: what is right then was right before
            took_s = monotonic() - began_s
            if answer["ErrorNumber"]:
                return Change(name, took_s, answer["ErrorMessage"], off_steps=self._off(name))
            if answer["Value"] != -1:
                self.expose()
                return Change(name, took_s, early=not right, off_steps=self._off(name))
            await asyncio.sleep(POLL_S)
        return Change(name, CHANGE_LIMIT_S, "-1 for ever", off_steps=self._off(name))

    async def change_reactive(self, name: str) -> Change:
        """Turn the real wheel, as an INDI client does, and let rigd follow."""
        began_s = monotonic()
        orders = len(self.focuser.motor.orders)
        self.wire.set_number(self.wheel_device, SLOT, "FILTER_SLOT_VALUE", FILTERS.index(name) + 1)
        right_s: float | None = None
        while monotonic() < began_s + CHANGE_LIMIT_S:
            if right_s is None and self.is_right(name):
                right_s = monotonic()
            told = await asyncio.to_thread(self.explain)
            if right_s and told["moving_to_steps"] is None and told["filter_in_light"] == name:
                return Change(name, right_s - began_s)
            await asyncio.sleep(POLL_S)
        moved = len(self.focuser.motor.orders) > orders
        why = "rigd never came to an end" if moved else "no move was ordered"
        return Change(name, CHANGE_LIMIT_S, why, off_steps=self._off(name))

    def expose(self) -> None:
        """Begin an exposure, which no change may be under way for."""
        self.wire.set_number(CAMERA, "CCD_EXPOSURE", "CCD_EXPOSURE_VALUE", 0.01)

    async def exposed(self) -> None:
        """Wait until no exposure is under way."""
        await self.wire.caught_up()
        await self.wire.wait(
            lambda: (
                (heard := self.wire.latest(CAMERA, "CCD_EXPOSURE")) is None or heard.state != "Busy"
            ),
            "the end of the exposure",
        )

    async def put(self, kind: str, member: str, **fields: object) -> dict[str, Any]:
        """PUT a member of a virtual device."""
        body = "&".join(f"{key}={value}" for key, value in (fields | {"ClientID": 7}).items())
        url = f"http://{self.daemon.url}/api/v1/{kind}/0/{member}"
        return await asyncio.to_thread(
            _answer, urllib.request.Request(url, body.encode(), method="PUT")
        )

    async def get(self, kind: str, member: str) -> dict[str, Any]:
        """GET a member of a virtual device."""
        url = f"http://{self.daemon.url}/api/v1/{kind}/0/{member}?ClientID=7"
        return await asyncio.to_thread(_answer, urllib.request.Request(url))

    async def be_the_hand(self) -> None:
        """Put in what INDI's manual wheel asks for, and say so, again and again."""
        while True:
            await self.wire.wait(lambda: self.slot is None, "a request", limit_s=1e9)
            await asyncio.sleep(HAND_S)
            self.wire.set_switch(MANUAL, "CONFIRM_FILTER_SET", "FILTER_SET")
            await self.wire.wait(lambda: self.slot is not None, "the confirmation")

    def _off(self, name: str) -> int:
        return self.focuser.motor.place - self.target(name)


def _answer(request: urllib.request.Request) -> dict[str, Any]:
    with urllib.request.urlopen(request, timeout=LIMIT_S) as reply:  # noqa: S310 - loopback
        return json.loads(reply.read())  # type: ignore[no-any-return]


@asynccontextmanager
async def driver_rig(
    directory: Path, focuser: str, wheel: str, mode: str = "apply", *, unplugged: bool = False
) -> AsyncIterator[DriverRig]:
    """Start everything, with L in the light, and wait until rigd has connected and looked.

    The names are those of `families`, and "manual" for INDI's manual wheel. With `unplugged` the
    focuser's line is not there at first, nothing is waited for, and no client connects.
    """
    async with AsyncExitStack() as stack:
        controller = stack.enter_context(FOCUSERS[focuser](directory))
        if unplugged:
            controller.unplug()
        turner = stack.enter_context(WHEELS[wheel](directory)) if wheel in WHEELS else None
        if turner is None:
            save_settings(directory, MANUAL, label_settings(MANUAL, WheelController.labels))
        drivers = (
            "indi_simulator_ccd",
            "indi_manual_wheel" if turner is None else turner.executable,
            controller.executable,
        )
        server = stack.enter_context(IndiServer(directory, drivers))
        daemon = OffsetRig(
            directory,
            server,
            wheel=MANUAL if turner is None else turner.device,
            focuser=controller.device,
            mode=mode,
            slots=5 if turner is None else turner.slots,
        )
        rig = DriverRig(controller, turner, stack.enter_context(daemon), server)
        rig.wire = await stack.enter_async_context(RawListener(server.port))
        if not unplugged:
            await rig.settled("L")
            await rig.put("filterwheel", "connected", Connected="true")
        tasks = [] if turner else [asyncio.create_task(rig.be_the_hand())]
        try:
            yield rig
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
