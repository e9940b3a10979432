"""A rig without hardware: the driver contract over simulated devices."""

import asyncio
import time
from collections.abc import Callable
from typing import ClassVar

from pydantic import BaseModel

from rigd.devices.driver import Driver, ServerAddress
from rigd.devices.events import DeviceGone, DeviceSeen, Event, ServerDown, ServerUp
from rigd.devices.identity import DeviceRef
from rigd.errors import DeviceError, DeviceUnavailableError, InvalidValueError

from .devices import SimulatedCamera, SimulatedFocuser, SimulatedMount, SimulatedWheel
from .options import SimulatedOptions
from .reports import camera_report, focuser_report, identities, mount_report, wheel_report

SimulatedDevice = SimulatedCamera | SimulatedFocuser | SimulatedMount | SimulatedWheel


class SimulatedDriver:
    """One simulated server with a camera, a wheel, a focuser and a mount.

    Besides the contract it has faults to set at run time and a foreign hand: the devices obey
    them whether or not rigd is connected.
    """

    Options: ClassVar[type[BaseModel]] = SimulatedOptions

    def __init__(self, address: ServerAddress, emit: Callable[[Event], None]) -> None:
        options = address.options
        if not isinstance(options, SimulatedOptions):
            raise TypeError(f"{address.name}: options of another driver: {type(options).__name__}")
        self._server = address.name
        self._options = options
        self._emit = emit
        self._up = False
        self._wheel_learnt = False
        self._lost: str | None = None
        self._refusal: str | None = None
        self._wake = asyncio.Event()
        self.camera_ref = DeviceRef(address.name, options.camera_name)
        self.wheel_ref = DeviceRef(address.name, options.wheel_name)
        self.focuser_ref = DeviceRef(address.name, options.focuser_name)
        self.mount_ref = DeviceRef(address.name, options.mount_name)
        self._camera = SimulatedCamera(connected=options.connected)
        self._wheel = SimulatedWheel(
            names=options.filter_names,
            filter_position=options.filter_position,
            s_per_slot=options.wheel_s_per_slot,
            connected=options.connected,
        )
        self._focuser = SimulatedFocuser(
            position_steps=options.position_steps,
            min_steps=options.min_steps,
            max_steps=options.max_steps,
            steps_per_s=options.focuser_steps_per_s,
            temperature_c=options.temperature_c,
            step_size_um=options.step_size_um,
            connected=options.connected,
        )
        self._mount = SimulatedMount(
            altitude_deg=options.altitude_deg,
            focal_length_mm=options.focal_length_mm,
            aperture_mm=options.aperture_mm,
            connected=options.connected,
        )

    async def run(self) -> None:
        """Emit events while devices move or faults are set, until cancelled."""
        try:
            while True:
                self._wake.clear()
                self._come_up()
                self._let_time_pass()
                try:
                    async with asyncio.timeout(self._pause_s()):
                        await self._wake.wait()
                except TimeoutError:
                    continue
        finally:
            self._up = False

    async def connect(self, ref: DeviceRef) -> None:
        """Ask the device to connect to its hardware."""
        device = self._commandable(ref)
        if device.connected:
            return
        device.connected = True
        if ref == self.wheel_ref:
            self._wheel_learnt = False
        self._report(ref)

    async def set_filter(self, ref: DeviceRef, filter_position: int) -> None:
        """Turn the wheel to a 0-based position."""
        wheel = self._commandable(ref)
        if not isinstance(wheel, SimulatedWheel):
            raise DeviceError(f"{ref.key}: is no filter wheel")
        self._must_be_connected(ref, wheel)
        last = len(wheel.names) - 1
        if not 0 <= filter_position <= last:
            raise InvalidValueError(
                f"{ref.key}: filter position {filter_position} outside 0 to {last}"
            )
        self._wheel_learnt = True
        self._turn(filter_position)

    async def move_focuser(self, ref: DeviceRef, position_steps: int) -> None:
        """Move the focuser to an absolute position."""
        focuser = self._connected_focuser(ref)
        if position_steps > focuser.max_steps:
            raise InvalidValueError(
                f"{ref.key}: position {position_steps} steps above maximum "
                f"{focuser.max_steps} steps"
            )
        if position_steps < focuser.min_steps:
            raise InvalidValueError(
                f"{ref.key}: position {position_steps} steps below minimum "
                f"{focuser.min_steps} steps"
            )
        self._move(position_steps)

    async def halt_focuser(self, ref: DeviceRef) -> None:
        """Stop the focuser's motor."""
        focuser = self._connected_focuser(ref)
        focuser.halt(time.monotonic())
        self._report(ref)

    async def read_focuser(self, ref: DeviceRef) -> None:
        """Emit a fresh `FocuserReport`."""
        focuser = self._commandable(ref)
        if not isinstance(focuser, SimulatedFocuser):
            raise DeviceError(f"{ref.key}: is no focuser")
        focuser.step(time.monotonic())
        self._report(ref)

    def jam_wheel(self, *, jammed: bool = True) -> None:
        """Fault: the wheel turns and never arrives; a fault is reported instead."""
        self._wheel.jammed = jammed

    def stall_focuser(self, at_steps: int | None) -> None:
        """Fault: the focuser stops at a position when it reaches it; None ends the fault."""
        self._focuser.stall_at_steps = at_steps

    def lie_within(self, tolerance_steps: int) -> None:
        """Fault: a move of so few steps is made, but the old position is still reported."""
        self._focuser.lie_within_steps = tolerance_steps
        if tolerance_steps == 0:
            self._focuser.shown_steps = None

    def lose_server(self, reason: str = "the simulated server was ended") -> None:
        """Fault: the connection is lost; devices keep what they are and go on moving."""
        self._lost = reason
        if self._up:
            self._go_down(reason)

    def find_server(self) -> None:
        """The connection can be made again."""
        self._lost = None
        self._wake.set()

    def refuse_commands(self, reason: str | None) -> None:
        """Fault: each command is refused with this sentence; None ends the fault."""
        self._refusal = reason

    def set_temperature(self, temperature_c: float | None) -> None:
        """Another temperature at the focuser."""
        self._focuser.temperature_c = temperature_c
        self._report(self.focuser_ref)

    def hand_turns_wheel(self, filter_position: int) -> None:
        """A foreign program turns the wheel."""
        if not 0 <= filter_position < len(self._wheel.names):
            raise InvalidValueError(
                f"{self.wheel_ref}: filter position {filter_position} outside 0 to "
                f"{len(self._wheel.names) - 1}"
            )
        self._turn(filter_position)

    def hand_moves_focuser(self, position_steps: int) -> None:
        """A foreign program moves the focuser; like real ones it stops at the limits."""
        focuser = self._focuser
        self._move(min(max(position_steps, focuser.min_steps), focuser.max_steps))

    def expose(self, *, busy: bool) -> None:
        """A foreign program begins to expose, or has downloaded the frame."""
        self._camera.busy = busy
        self._report(self.camera_ref)

    def slew(self, *, slewing: bool, altitude_deg: float | None = None) -> None:
        """A foreign program slews the mount, or ends the slew."""
        self._mount.slewing = slewing
        if altitude_deg is not None:
            self._mount.altitude_deg = altitude_deg
        self._report(self.mount_ref)

    def _devices(self) -> dict[DeviceRef, SimulatedDevice]:
        return {
            self.camera_ref: self._camera,
            self.wheel_ref: self._wheel,
            self.focuser_ref: self._focuser,
            self.mount_ref: self._mount,
        }

    def _commandable(self, ref: DeviceRef) -> SimulatedDevice:
        device = self._devices().get(ref)
        if device is None:
            raise DeviceUnavailableError(f"{ref.key}: no such device on {self._server}")
        if not self._up:
            raise DeviceUnavailableError(
                f"{ref.key}: {self._lost or 'the server is not connected'}"
            )
        if self._refusal is not None:
            raise DeviceError(f"{ref.key}: {self._refusal}")
        return device

    def _must_be_connected(self, ref: DeviceRef, device: SimulatedDevice) -> None:
        if not device.connected:
            raise DeviceUnavailableError(f"{ref.key}: not connected to its hardware")

    def _connected_focuser(self, ref: DeviceRef) -> SimulatedFocuser:
        focuser = self._commandable(ref)
        if not isinstance(focuser, SimulatedFocuser):
            raise DeviceError(f"{ref.key}: is no focuser")
        self._must_be_connected(ref, focuser)
        return focuser

    def _turn(self, filter_position: int) -> None:
        self._wheel.turn(filter_position, time.monotonic())
        self._report(self.wheel_ref)
        self._wake.set()

    def _move(self, position_steps: int) -> None:
        self._focuser.move(position_steps, time.monotonic())
        self._report(self.focuser_ref)
        self._wake.set()

    def _pause_s(self) -> float | None:
        now_s = time.monotonic()
        moves = [t.ends_s for t in (self._wheel.travel, self._focuser.travel) if t is not None]
        if not moves:
            return None
        return min(self._options.report_s, max(0.0, min(moves) - now_s))

    def _come_up(self) -> None:
        now_s = time.monotonic()
        if self._lost is None and not self._up:
            self._up = True
            self._wheel_learnt = False
            self._emit(ServerUp(at_s=now_s, server=self._server))
            for identity in identities(self._server, self._options):
                self._emit(DeviceSeen(at_s=now_s, identity=identity))
            for ref in self._devices():
                self._report(ref)

    def _go_down(self, reason: str) -> None:
        self._up = False
        now_s = time.monotonic()
        for ref in self._devices():
            self._emit(DeviceGone(at_s=now_s, ref=ref))
        self._emit(ServerDown(at_s=now_s, server=self._server, reason=reason))

    def _let_time_pass(self) -> None:
        now_s = time.monotonic()
        parts: tuple[tuple[DeviceRef, SimulatedWheel | SimulatedFocuser], ...] = (
            (self.wheel_ref, self._wheel),
            (self.focuser_ref, self._focuser),
        )
        for ref, device in parts:
            if device.travel is not None:
                device.step(now_s)
                self._report(ref)

    def _report(self, ref: DeviceRef) -> None:
        if not self._up:
            return
        now_s = time.monotonic()
        match self._devices()[ref]:
            case SimulatedWheel() as wheel:
                baseline = not self._wheel_learnt
                self._wheel_learnt |= wheel.at_rest
                self._emit(wheel_report(wheel, ref, now_s, baseline=baseline))
            case SimulatedFocuser() as focuser:
                self._emit(focuser_report(focuser, ref, now_s))
            case SimulatedCamera() as camera:
                self._emit(camera_report(camera, ref, now_s))
            case SimulatedMount() as mount:
                self._emit(mount_report(mount, ref, now_s))


_conforms: type[Driver] = SimulatedDriver
