"""An Alpaca filter wheel."""

from collections.abc import Callable
from dataclasses import replace
from time import monotonic
from typing import Any

from rigd.devices.events import DeviceReport, WheelReport
from rigd.devices.identity import DeviceIdentity
from rigd.errors import InvalidValueError

from .alpyca_devices import AlpacaWheel
from .device import (
    NAME_LIMIT,
    Errand,
    ListedDevice,
    PolledDevice,
    Reading,
    SenselessError,
    parse_whole_number,
)

MOST_SLOTS = 99
"""No wheel has so many."""


class PolledWheel(PolledDevice):
    """The blocking side of a filter wheel."""

    device: AlpacaWheel

    def __init__(
        self,
        listed: ListedDevice,
        device: AlpacaWheel,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        super().__init__(listed, device, clock)
        self._names: tuple[str, ...] = ()
        self._learnt = False
        self._turning = False
        self._errand: Errand | None = None

    def turn(self, filter_position: int) -> Reading:
        """Turn to a position.

        Raises:
            InvalidValueError: the wheel has no such position; it was not asked.
        """
        self._must_be_connected()
        last = len(self._names) - 1
        if self._names and not 0 <= filter_position <= last:
            raise InvalidValueError(
                f"{self.name}: filter position {filter_position} outside 0 to {last}"
            )
        self.device.Position = filter_position
        self._learnt = True
        self._errand = Errand(filter_position, self._clock())
        return Reading((), busy=True)

    def _read_state(self) -> tuple[DeviceReport, bool]:
        try:
            position = parse_whole_number(self.device.Position)
        except (ValueError, TypeError) as error:
            raise SenselessError(f"Position {error}") from error
        self._turning = position < 0
        if self._turning:
            return self._report(None), True
        if self._errand is not None and not self._errand.is_open(position, self._clock()):
            self._errand = None
        report = self._report(position)
        self._learnt = True
        return report, self._errand is not None

    def _report(self, position: int | None) -> WheelReport:
        return WheelReport(
            at_s=self._clock(),
            ref=self.ref,
            connected=True,
            filter_position=position,
            moving=position is None,
            baseline=not self._learnt,
            names=self._names,
            slots=len(self._names) or None,
        )

    def _make_fault_report(self, fault: str | None, *, connected: bool = True) -> WheelReport:
        self._turning = False
        return WheelReport(
            at_s=self._clock(),
            ref=self.ref,
            connected=connected,
            names=self._names,
            slots=len(self._names) or None,
            fault=fault,
        )

    def _read_identity(self) -> DeviceIdentity:
        names = self._optional("Names", _parse_names)
        self._names = names or ()
        return replace(self._identity, slots=len(self._names) or None)

    def _moving(self) -> bool:
        return self._turning

    def _reset(self) -> None:
        self._learnt = self._turning = False
        self._errand = None


def _parse_names(value: Any) -> tuple[str, ...]:
    names = tuple(str(name or "")[:NAME_LIMIT] for name in value)
    if len(names) > MOST_SLOTS:
        msg = f"{len(names)} names are no filter wheel's"
        raise ValueError(msg)
    return names
