"""What every Alpaca device has in common, on the blocking side: its thread calls these."""

import logging
import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace
from time import monotonic
from typing import Any, TypeVar

from rigd.devices.events import DeviceReport, DeviceSeen, Event
from rigd.devices.identity import DeviceIdentity, DeviceKind, DeviceRef, WireProtocol
from rigd.errors import DeviceUnavailableError

from .alpyca_devices import NOT_CONNECTED, NOT_IMPLEMENTED, AlpacaDevice
from .transport import AnswerError, RejectedError

log = logging.getLogger(__name__)

FACTS_EVERY_S = 60.0
"""How often a device is asked again what it is: its owner may change a setting. A few requests
a minute burden no device."""

WATCHED_S = 30.0
"""So long after it was told a device that is not where it was told to go is looked at as often as
one that moves. Whether it has begun is not the driver's to judge. Our choice: about the longest
time that a client waits for a filter."""

FAILED_READS_UNTIL_FAULT = 3
"""So many reads in a row must fail before a device counts as faulty: one odd answer of a busy
device costs that one read."""
LARGEST = 2**31 - 1
"""ASCOM's integers end here."""
NAME_LIMIT = 64
"""What is kept of a filter's name."""

T = TypeVar("T")


class SenselessError(Exception):
    """A device answered something that cannot be its state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedDevice:
    """A device as its server's management lists it."""

    ref: DeviceRef
    kind: DeviceKind
    name: str
    unique_id: str | None
    number: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What a device said, and whether it should be asked again soon."""

    events: tuple[Event, ...]
    busy: bool = False


@dataclass(frozen=True, slots=True)
class Errand:
    """Where a device was told to go."""

    target: int
    told_at_s: float

    def is_open(self, position: int | None, now_s: float) -> bool:
        """Whether the device may still be on its way, whatever it says of itself."""
        return position != self.target and now_s - self.told_at_s < WATCHED_S


class PolledDevice(ABC):
    """One device: asks it what it is and how it stands. Every method blocks."""

    def __init__(
        self,
        listed: ListedDevice,
        device: AlpacaDevice,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._clock = clock
        self.ref = listed.ref
        self.device: AlpacaDevice = device
        self._asked_to_connect = False
        self._connected = False
        self._facts_due_s = -math.inf
        self._identity = DeviceIdentity(
            ref=listed.ref,
            protocol=WireProtocol.ALPACA,
            name=listed.name,
            kinds=frozenset({listed.kind}),
            unique_id=listed.unique_id,
        )
        self._missing: set[str] = set()
        self._failed_reads = 0
        """How many reads of its state in a row were answered by an error, or by no sense."""
        self._seen: DeviceIdentity | None = None
        self._told_connected: bool | None = None
        """What the log last said, or knew, of its connection to its hardware."""

    @property
    def name(self) -> str:
        """What a person calls it."""
        return self._identity.name

    @property
    def is_connected(self) -> bool:
        """Whether it said at the last poll that it is connected to its hardware."""
        return self._connected

    def poll(self) -> Reading:
        """Ask the device how it stands, and now and then what it is."""
        try:
            if not self._moving():
                connected = bool(self.device.Connected)
                if connected != self._connected or self._clock() >= self._facts_due_s:
                    self._connected = connected
                    self._tell_connection(connected=connected)
                    self._refresh_identity()
            if not self._connected:
                return self._read_disconnected()
            report, busy = self._read_state()
        except (AnswerError, SenselessError) as error:
            if isinstance(error, AnswerError) and error.number == NOT_CONNECTED:
                self._connected = False
                self._tell_connection(connected=False)
                return self._read_disconnected()
            self._failed_reads += 1
            if self._failed_reads < FAILED_READS_UNTIL_FAULT:
                return Reading((), busy=True)
            report, busy = self._make_fault_report(str(error)), False
        else:
            self._failed_reads = 0
        return self._make_reading(report, busy=busy)

    def _tell_connection(self, *, connected: bool) -> None:
        """Write that the device was connected to its hardware, or is so no more."""
        told, self._told_connected = self._told_connected, connected
        if told in {None, connected}:
            return
        if connected:
            log.info("%s is connected", self.name)
        else:
            log.warning("%s is not connected any more", self.name)

    def forget(self) -> None:
        """Forget what was known of the device: it was away, and may have changed meanwhile."""
        self._connected = False
        self._told_connected = None
        self._facts_due_s = -math.inf
        self._seen = None
        self._reset()

    def connect(self) -> None:
        """Ask the device to connect to its hardware."""
        if not bool(self.device.Connected):
            self._asked_to_connect = True
            self.device.connect_hardware()

    def _must_be_connected(self) -> None:
        if not self._connected:
            raise DeviceUnavailableError(f"{self.name}: not connected to its hardware")

    @abstractmethod
    def _read_state(self) -> tuple[DeviceReport, bool]:
        """How the connected device stands, and whether to look again soon."""

    @abstractmethod
    def _make_fault_report(self, fault: str | None, *, connected: bool = True) -> DeviceReport:
        """The report of a device that does not say how it stands."""

    @abstractmethod
    def _read_identity(self) -> DeviceIdentity:
        """The identity with what only the connected device knows."""

    def _moving(self) -> bool:
        """Whether it moved when it was last asked; then it is asked nothing else."""
        return False

    def _reset(self) -> None:  # noqa: B027 - not every device has something to forget
        """Forget what was known of the device's state."""

    def _optional(self, member: str, read: Callable[[Any], T]) -> T | None:
        """A member that the device need not have, or whose value may make no sense."""
        if member in self._missing:
            return None
        try:
            return read(getattr(self.device, member))
        except AnswerError as error:
            if error.number == NOT_CONNECTED:
                raise
            if error.number == NOT_IMPLEMENTED:
                self._missing.add(member)
        except (RejectedError, ValueError, TypeError):
            self._missing.add(member)
        return None

    def _refresh_identity(self) -> None:
        self._missing.clear()
        self._identity = replace(
            self._identity,
            driver=self._optional("DriverInfo", ", ".join),
            driver_version=self._optional("DriverVersion", str),
        )
        if self._connected:
            self._asked_to_connect = False
            self._identity = self._read_identity()
        self._facts_due_s = self._clock() + FACTS_EVERY_S

    def _read_disconnected(self) -> Reading:
        self._reset()
        fault = None
        if self._asked_to_connect:
            try:
                if self.device.has_connecting and self.device.is_still_connecting():
                    return self._make_reading(
                        self._make_fault_report(None, connected=False), busy=True
                    )
            except AnswerError as error:
                fault = str(error)
                self._asked_to_connect = False
        return self._make_reading(self._make_fault_report(fault, connected=False), busy=False)

    def _make_reading(self, report: DeviceReport, *, busy: bool) -> Reading:
        if self._identity == self._seen:
            return Reading((report,), busy)
        self._seen = self._identity
        seen = DeviceSeen(at_s=report.at_s, identity=self._identity)
        return Reading((seen, report), busy)


def parse_whole_number(value: Any) -> int:
    """An integer of the wire; true and 1.5 are none."""
    if isinstance(value, bool) or not parse_finite(value).is_integer():
        raise ValueError(f"{value!r} is not a whole number")
    return int(value)


def parse_finite(value: Any) -> float:
    """A number of the wire that can be one of a device."""
    try:
        number = float(value)
    except OverflowError as error:
        raise ValueError("a number beyond all that can be counted") from error
    if not math.isfinite(number):
        raise ValueError(f"{value!r} is not a finite number")
    if abs(number) > LARGEST:
        raise ValueError(f"{value!r} is beyond all that can be counted")
    return number


def parse_positive(value: Any) -> float:
    """A number of the wire that is only known if it is above 0."""
    number = parse_finite(value)
    if number <= 0:
        raise ValueError(f"{value!r} is not above 0")
    return number
