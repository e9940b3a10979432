"""An Alpaca focuser."""

from collections.abc import Callable
from dataclasses import replace
from time import monotonic

from rigd.devices.events import DeviceReport, FocuserReport
from rigd.devices.identity import DeviceIdentity
from rigd.errors import DeviceError, InvalidValueError

from .alpyca_devices import NOT_IMPLEMENTED, AlpacaFocuser
from .device import (
    Errand,
    ListedDevice,
    PolledDevice,
    Reading,
    SenselessError,
    parse_finite,
    parse_positive,
    parse_whole_number,
)
from .transport import AnswerError, Transport

MIN_STEPS = 0
"""`Focuser.Position` runs from 0 to `MaxStep`."""


class PolledFocuser(PolledDevice):
    """The blocking side of a focuser."""

    device: AlpacaFocuser

    def __init__(
        self,
        listed: ListedDevice,
        device: AlpacaFocuser,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        super().__init__(listed, device, clock)
        self._absolute: bool | None = None
        self._max_steps: int | None = None
        self._step_size_um: float | None = None
        self._temperature_c: float | None = None
        self._temperature_at_s: float | None = None
        self._temperature_compensation: bool | None = None
        self._can_halt: bool | None = None
        self._running = False
        self._errand: Errand | None = None

    def move(self, position_steps: int) -> Reading:
        """Move to an absolute position.

        Raises:
            InvalidValueError: it lies outside the limits; the focuser was not asked.
            DeviceError: the focuser knows no absolute positions; it was not asked.
        """
        self._must_be_connected()
        if self._absolute is not True:
            raise DeviceError(f"{self.name}: knows no absolute positions")
        if position_steps < MIN_STEPS:
            raise InvalidValueError(
                f"{self.name}: position {position_steps} steps below minimum {MIN_STEPS} steps"
            )
        if self._max_steps is not None and position_steps > self._max_steps:
            raise InvalidValueError(
                f"{self.name}: position {position_steps} steps above maximum "
                f"{self._max_steps} steps"
            )
        self.device.Move(position_steps)
        self._errand = Errand(position_steps, self._clock())
        return Reading((), busy=True)

    def halt(self, through: Transport) -> None:
        """Stop the motor, by a way of its own: a device may answer a move only when it is done."""
        self._must_be_connected()
        try:
            AlpacaFocuser(through, self.device.device_number).Halt()
        except AnswerError as error:
            if error.number == NOT_IMPLEMENTED:
                self._can_halt = False
            raise
        self._can_halt = True
        self._errand = None

    def _read_state(self) -> tuple[DeviceReport, bool]:
        try:
            moving = bool(self.device.IsMoving)
            position = parse_whole_number(self.device.Position) if self._absolute else None
        except (ValueError, TypeError) as error:
            raise SenselessError(f"Position {error}") from error
        now_s = self._clock()
        if not moving and not self._running:
            self._temperature_c = self._optional("Temperature", parse_finite)
            self._temperature_at_s = None if self._temperature_c is None else now_s
            self._temperature_compensation = self._optional("TempComp", bool)
        self._running = moving
        if self._errand is not None and not (moving or self._errand.is_open(position, now_s)):
            self._errand = None
        return self._report(position, moving=moving), moving or self._errand is not None

    def _report(self, position: int | None, *, moving: bool) -> FocuserReport:
        return FocuserReport(
            at_s=self._clock(),
            ref=self.ref,
            connected=True,
            position_steps=position,
            moving=moving,
            min_steps=MIN_STEPS if self._absolute else None,
            max_steps=self._max_steps,
            temperature_c=self._temperature_c,
            temperature_at_s=self._temperature_at_s,
            temperature_compensation=self._temperature_compensation,
            step_size_um=self._step_size_um,
            can_halt=self._can_halt,
        )

    def _make_fault_report(self, fault: str | None, *, connected: bool = True) -> FocuserReport:
        self._running = False
        return FocuserReport(
            at_s=self._clock(),
            ref=self.ref,
            connected=connected,
            max_steps=self._max_steps,
            step_size_um=self._step_size_um,
            fault=fault,
        )

    def _read_identity(self) -> DeviceIdentity:
        self._absolute = self._optional("Absolute", bool)
        self._max_steps = self._optional("MaxStep", parse_whole_number)
        self._step_size_um = self._optional("StepSize", parse_positive)
        return replace(self._identity, max_steps=self._max_steps, step_size_um=self._step_size_um)

    def _moving(self) -> bool:
        return self._running

    def _reset(self) -> None:
        self._running = False
        self._errand = None
        self._temperature_c = self._temperature_at_s = self._temperature_compensation = None
