"""The devices of one INDI server, and when their first readings count."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from time import monotonic

from rigd.devices.events import Event
from rigd.devices.identity import DeviceRef
from rigd.errors import DeviceUnavailableError

from .device import POSITION, TEMPERATURE, IndiDevice
from .echo import IndiEcho
from .first_reading import POLL_S, POLLS
from .properties import IndiProperty

log = logging.getLogger(__name__)

SENSELESS_LIMIT = 100
"""So many properties with a senseless value are named in the log, and no more."""


class DeviceTable:
    """What a server's devices have said, while one connection to it lasts."""

    def __init__(self, server: str, emit: Callable[[Event], None], echo: IndiEcho) -> None:
        self._server = server
        self._emit = emit
        self._echo = echo
        self.place: str | None = None
        """Where the server really is; None while that is not known."""
        self.is_replayed = False
        """Whether what comes is a recording: what time brought about is part of it."""
        self.unanswered: Callable[[float, str], None] = lambda *_: None
        """Hears that a driver was asked where its focuser stands, by name, and has not answered."""
        self._devices: dict[str, IndiDevice] = {}
        self._due: dict[str, asyncio.TimerHandle] = {}
        """When a device's first readings are looked for, by its name."""
        self._polled_at_s: dict[str, float] = {}
        """When a device has surely looked at its hardware since it said what is unread, by name."""
        self._asked: dict[str, asyncio.Event] = {}
        """Focusers that were asked where they stand, by name: set when the answer has come."""
        self._said_senseless: set[tuple[str, str]] = set()
        """Devices and properties of which a senseless value was written to the log."""

    def named(self, name: str) -> IndiDevice:
        """The device of a name, a new one if there is none."""
        known = self._devices.get(name)
        if known is None:
            known = self._devices[name] = IndiDevice(self._server, name, self.place)
        return known

    def find(self, ref: DeviceRef, needs: str) -> IndiDevice:
        """A device that has a property.

        Raises:
            DeviceUnavailableError: it is not there, or has no such property.
        """
        device = self._devices.get(ref.key)
        if device is None:
            msg = f"{ref.key}: not on INDI server {self._server}"
            raise DeviceUnavailableError(msg)
        if device.find_property(needs) is None:
            msg = f"{ref.key}: has no {needs} (is it connected?)"
            raise DeviceUnavailableError(msg)
        return device

    def forget(self, name: str) -> bool:
        """Drop a device; whether there was one."""
        due = self._due.pop(name, None)
        if due is not None:
            due.cancel()
        self._polled_at_s.pop(name, None)
        return self._devices.pop(name, None) is not None

    def clear(self) -> tuple[DeviceRef, ...]:
        """Drop all of them and return which there were."""
        gone = tuple(device.ref for device in self._devices.values())
        for ref in gone:
            self.forget(ref.key)
        return gone

    def take_definition(self, name: str, said: IndiProperty, now_s: float) -> list[Event]:
        """A device defines a property."""
        device = self.named(name)
        events = device.take_definition(said, now_s)
        self._await_reading(device, now_s)
        return events

    def take_update(self, name: str, said: IndiProperty, now_s: float) -> list[Event]:
        """A device sets a property."""
        device = self.named(name)
        events = device.take_update(said, now_s)
        self._await_reading(device, now_s)
        return events

    async def ask_position(self, name: str) -> None:
        """Ask a driver where its focuser stands, and wait for the answer, but not for long."""
        answered = self._asked.setdefault(name, asyncio.Event())
        if self._echo.ask(name, POSITION):
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL_S):
                    await answered.wait()

    def ask_temperatures(self) -> None:
        """Ask for every temperature that was not said for a while.

        Many drivers say one only when it has changed: without being asked, a steady temperature
        would count as one that nobody reads any more.
        """
        now_s = monotonic()
        for name, device in self._devices.items():
            if device.has_old_temperature(now_s):
                self._echo.ask(name, TEMPERATURE)

    def take_answer(self, name: str, asked: str, value: float, now_s: float) -> None:
        """A driver has answered where its focuser stands, or how warm it is."""
        device = self._devices.get(name)
        if asked == TEMPERATURE:
            if device is not None:
                for event in device.take_temperature(value, now_s):
                    self._emit(event)
            return
        self._take_place(name, device, value, now_s)

    def _take_place(
        self, name: str, device: IndiDevice | None, position: float, now_s: float
    ) -> None:
        if name in self._asked:
            self._asked.pop(name).set()
        if device is None:
            return
        if device.unread_since_s is not None:
            # Asked for another reason before its first polls, it says what it began with.
            if now_s >= self._polled_at_s.get(name, now_s):
                self._take_readings(device, position, now_s)
            return
        for event in device.take_answer(position, now_s):
            self._emit(event)

    def name_senseless(self, device: str, said: IndiProperty, too_long_bytes: int | None) -> None:
        """Write once what a property says that cannot be; it counts as not known."""
        odd = said.find_senseless()
        if too_long_bytes is not None:
            odd = f"{said.name}, {too_long_bytes} bytes long,"
        key = (device, said.name)
        if odd is None:
            self._said_senseless.discard(key)
        elif key not in self._said_senseless and len(self._said_senseless) < SENSELESS_LIMIT:
            self._said_senseless.add(key)
            log.warning("%s: %s makes no sense and is ignored", device, odd)

    def _await_reading(self, device: IndiDevice, now_s: float) -> None:
        if device.unread_since_s == now_s:
            polls_s = POLLS * (device.polling_s or POLL_S)
            self._polled_at_s[device.ref.key] = now_s + polls_s
            self._look_later(device, polls_s, self._ask_again)

    def _look_later(
        self, device: IndiDevice, in_s: float, then: Callable[[IndiDevice], None]
    ) -> None:
        due = self._due.pop(device.ref.key, None)
        if due is not None:
            due.cancel()
        if self.is_replayed:
            return
        self._due[device.ref.key] = asyncio.get_running_loop().call_later(in_s, then, device)

    def _ask_again(self, device: IndiDevice) -> None:
        """The driver has polled its focuser: ask what it says now, even if it has said nothing.

        Some drivers keep a small change to themselves.
        """
        if device.unread_since_s is None:
            return
        if self._echo.ask(device.ref.key, POSITION):
            self._look_later(device, POLL_S, self._give_up_asking)
        else:
            self._give_up_asking(device)

    def _give_up_asking(self, device: IndiDevice) -> None:
        now_s = monotonic()
        if device.unread_since_s is not None:
            self.unanswered(now_s, device.ref.key)
        self.take_unanswered(device.ref.key, now_s)

    def take_unanswered(self, name: str, now_s: float) -> None:
        """A driver was asked where its focuser stands, and has not answered."""
        device = self._devices.get(name)
        if device is not None and device.unread_since_s is not None:
            self._take_readings(device, None, now_s)

    def _take_readings(self, device: IndiDevice, position: float | None, now_s: float) -> None:
        for event in device.take_readings(position, now_s):
            self._emit(event)
