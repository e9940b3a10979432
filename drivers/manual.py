"""Driver for wheels that a human turns: drawers, and filters screwed in by hand.

A change is asked of the human: the wheel counts as turning until somebody says which filter is in
the light.
"""

import asyncio
from collections.abc import Callable
from time import monotonic
from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from rigd.devices.driver import ManualWheelDriver, ServerAddress
from rigd.devices.events import Event, WheelReport
from rigd.devices.identity import DeviceRef
from rigd.errors import DeviceUnavailableError


class ManualOptions(BaseModel):
    """There is nothing to set."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ManualDriver:
    """Every hand-turned wheel of this computer; they are always connected."""

    Options: ClassVar[type[BaseModel]] = ManualOptions

    def __init__(self, address: ServerAddress, emit: Callable[[Event], None]) -> None:
        del address
        self._emit = emit

    async def run(self) -> None:
        """Nothing comes of itself."""
        await asyncio.Event().wait()

    async def connect(self, ref: DeviceRef) -> None:
        """It is connected."""

    async def set_filter(self, ref: DeviceRef, filter_position: int) -> None:
        """From now on the wheel is on its way: a human was asked."""
        del filter_position
        self._emit(WheelReport(at_s=monotonic(), ref=ref, connected=True, moving=True))

    def confirm(
        self, ref: DeviceRef, filter_position: int | None, *, baseline: bool = False
    ) -> None:
        """A human says which filter is in the light; None: nobody has said it yet."""
        report = WheelReport(
            at_s=monotonic(),
            ref=ref,
            connected=True,
            filter_position=filter_position,
            baseline=baseline,
        )
        self._emit(report)

    async def move_focuser(self, ref: DeviceRef, position_steps: int) -> None:
        """There is none."""
        raise _no_focuser(ref, f"move to {position_steps} steps")

    async def halt_focuser(self, ref: DeviceRef) -> None:
        """There is none."""
        raise _no_focuser(ref, "halt")

    async def read_focuser(self, ref: DeviceRef) -> None:
        """There is none."""
        raise _no_focuser(ref, "read")


def _no_focuser(ref: DeviceRef, what: str) -> DeviceUnavailableError:
    return DeviceUnavailableError(f"{ref.key}: cannot {what}: a hand-turned wheel is no focuser")


_conforms: type[ManualWheelDriver] = ManualDriver
