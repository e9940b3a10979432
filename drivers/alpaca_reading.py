"""What an Alpaca device says, as rigd's identity and reports. Blocking: for a worker thread."""

import time
from collections.abc import Callable
from typing import Any, TypeVar

from rigd.devices import DeviceIdentity, DeviceKind, DeviceRef, SensorGeometry, WireProtocol
from rigd.events import CameraReport, DeviceReport, FocuserReport, MountReport, WheelReport
from rigd.units import mm_from_m

from .alpaca_devices import REFUSALS, NotConnected, fault_words
from .alpaca_discovery import Listed

KINDS = {
    "camera": DeviceKind.CAMERA,
    "filterwheel": DeviceKind.FILTERWHEEL,
    "focuser": DeviceKind.FOCUSER,
    "telescope": DeviceKind.MOUNT,
}
EXPOSING, READING, DOWNLOAD, ERROR = 2, 3, 4, 5
T = TypeVar("T")


def read_connected(device: Any) -> bool:
    """`Connected`."""
    return bool(device.Connected)


def read_identity(device: Any, listed: Listed, ref: DeviceRef) -> DeviceIdentity:
    """All that the device says of what it is; what it refuses to say is None."""
    kind = KINDS[listed.device_type]
    names = _said(lambda: device.Names) if kind is DeviceKind.FILTERWHEEL else None
    focuser = kind is DeviceKind.FOCUSER
    return DeviceIdentity(
        ref=ref,
        protocol=WireProtocol.ALPACA,
        name=listed.name,
        kinds=frozenset({kind}),
        driver=_said(lambda: device.DriverInfo),
        driver_version=_said(lambda: device.DriverVersion),
        unique_id=listed.unique_id,
        sensor=_sensor(device) if kind is DeviceKind.CAMERA else None,
        slots=len(names) if names else None,
        max_steps=_said(lambda: int(device.MaxStep)) if focuser else None,
        step_size_um=_positive(_said(lambda: device.StepSize)) if focuser else None,
    )


def read_names(device: Any) -> tuple[str, ...]:
    """The wheel's labels; empty if it says none."""
    return tuple(str(name) for name in _said(lambda: device.Names) or ())


def read_report(
    device: Any, identity: DeviceIdentity, names: tuple[str, ...], *, connected: bool
) -> DeviceReport:
    """All that is known of the device now."""
    ref = identity.ref
    (kind,) = identity.kinds
    match kind:
        case DeviceKind.FILTERWHEEL:
            return _wheel(device, ref, names, connected=connected)
        case DeviceKind.FOCUSER:
            return _focuser(device, identity, connected=connected)
        case DeviceKind.CAMERA:
            state = _said(lambda: int(device.CameraState)) if connected else None
            busy = None if state in {None, ERROR} else state in {EXPOSING, READING, DOWNLOAD}
            return CameraReport(at_s=time.monotonic(), ref=ref, connected=connected, busy=busy)
        case DeviceKind.MOUNT:
            return _mount(device, ref, connected=connected)


def _wheel(device: Any, ref: DeviceRef, names: tuple[str, ...], *, connected: bool) -> WheelReport:
    position: int | None = None
    fault: str | None = None
    if connected:
        try:
            position = int(device.Position)
        except NotConnected:
            connected = False
        except REFUSALS as error:
            fault = fault_words(error)
    return WheelReport(
        at_s=time.monotonic(),
        ref=ref,
        connected=connected,
        filter_position=position if position is not None and position >= 0 else None,
        moving=position == -1,
        names=names,
        slots=len(names) or None,
        fault=fault,
    )


def _focuser(device: Any, identity: DeviceIdentity, *, connected: bool) -> FocuserReport:
    position: int | None = None
    moving = False
    fault: str | None = None
    temperature_c: float | None = None
    compensation: bool | None = None
    if connected:
        try:
            moving = bool(device.IsMoving)
            if device.Absolute:
                position = int(device.Position)
        except NotConnected:
            connected = False
        except REFUSALS as error:
            fault = fault_words(error)
    if connected:
        temperature_c = _said(lambda: float(device.Temperature))
        compensation = _said(lambda: bool(device.TempComp))
    return FocuserReport(
        at_s=time.monotonic(),
        ref=identity.ref,
        connected=connected,
        position_steps=position,
        moving=moving,
        min_steps=0,  # Focuser.Position runs from 0 to MaxStep
        max_steps=identity.max_steps,
        temperature_c=temperature_c,
        temperature_compensation=compensation,
        step_size_um=identity.step_size_um,
        fault=fault,
    )


def _mount(device: Any, ref: DeviceRef, *, connected: bool) -> MountReport:
    if not connected:
        return MountReport(at_s=time.monotonic(), ref=ref, connected=False)
    focal_m = _positive(_said(lambda: device.FocalLength))
    aperture_m = _positive(_said(lambda: device.ApertureDiameter))
    return MountReport(
        at_s=time.monotonic(),
        ref=ref,
        connected=True,
        slewing=_said(lambda: bool(device.Slewing)),
        altitude_deg=_said(lambda: float(device.Altitude)),
        focal_length_mm=None if focal_m is None else mm_from_m(focal_m),
        aperture_mm=None if aperture_m is None else mm_from_m(aperture_m),
    )


def _sensor(device: Any) -> SensorGeometry:
    max_adu = _said(lambda: int(device.MaxADU))
    whole = max_adu is not None and max_adu > 0 and max_adu & (max_adu + 1) == 0
    sensor_type = _said(lambda: int(device.SensorType))
    return SensorGeometry(
        width_px=_said(lambda: int(device.CameraXSize)),
        height_px=_said(lambda: int(device.CameraYSize)),
        pixel_width_um=_positive(_said(lambda: device.PixelSizeX)),
        pixel_height_um=_positive(_said(lambda: device.PixelSizeY)),
        bit_depth=max_adu.bit_length() if max_adu is not None and whole else None,
        colour=None if sensor_type is None else sensor_type != 0,
    )


def _said(ask: Callable[[], T]) -> T | None:
    try:
        return ask()
    except REFUSALS:
        return None
    except (TypeError, ValueError):  # an answer of another type is no answer
        return None


def _positive(value: Any) -> float | None:
    return float(value) if value is not None and value > 0 else None
