"""What simulated devices say of themselves: identities and reports."""

from rigd.devices.events import CameraReport, FocuserReport, MountReport, WheelReport
from rigd.devices.identity import (
    DeviceIdentity,
    DeviceKind,
    DeviceRef,
    SensorGeometry,
    WireProtocol,
)

from .devices import SimulatedCamera, SimulatedFocuser, SimulatedMount, SimulatedWheel
from .options import SimulatedOptions


def identities(server: str, options: SimulatedOptions) -> tuple[DeviceIdentity, ...]:
    """Camera, wheel, focuser and mount of a simulated server."""
    sensor = SensorGeometry(
        width_px=options.width_px,
        height_px=options.height_px,
        pixel_width_um=options.pixel_size_um,
        pixel_height_um=options.pixel_size_um,
        bit_depth=options.bit_depth,
        colour=options.colour,
    )
    return (
        _identity(server, options.camera_name, DeviceKind.CAMERA, sensor=sensor),
        _identity(
            server, options.wheel_name, DeviceKind.FILTERWHEEL, slots=len(options.filter_names)
        ),
        _identity(
            server,
            options.focuser_name,
            DeviceKind.FOCUSER,
            max_steps=options.max_steps,
            step_size_um=options.step_size_um,
        ),
        _identity(server, options.mount_name, DeviceKind.MOUNT),
    )


def wheel_report(
    wheel: SimulatedWheel, ref: DeviceRef, now_s: float, *, baseline: bool
) -> WheelReport:
    """A wheel now."""
    return WheelReport(
        at_s=now_s,
        ref=ref,
        connected=wheel.connected,
        filter_position=wheel.filter_position if wheel.at_rest else None,
        moving=wheel.connected and wheel.travel is not None,
        baseline=baseline,
        names=wheel.names,
        slots=len(wheel.names),
        fault=wheel.fault,
    )


def focuser_report(focuser: SimulatedFocuser, ref: DeviceRef, now_s: float) -> FocuserReport:
    """A focuser now; its position is what it says, which may be a lie."""
    return FocuserReport(
        at_s=now_s,
        ref=ref,
        connected=focuser.connected,
        position_steps=focuser.reported_steps if focuser.connected else None,
        moving=focuser.connected and focuser.travel is not None,
        min_steps=focuser.min_steps,
        max_steps=focuser.max_steps,
        temperature_c=focuser.temperature_c if focuser.connected else None,
        temperature_at_s=now_s if focuser.connected else None,
        temperature_compensation=False,
        driver_backlash=False,
        step_size_um=focuser.step_size_um,
        can_halt=True,
        fault=focuser.fault,
    )


def camera_report(camera: SimulatedCamera, ref: DeviceRef, now_s: float) -> CameraReport:
    """A camera now."""
    busy = camera.busy if camera.connected else None
    return CameraReport(at_s=now_s, ref=ref, connected=camera.connected, busy=busy)


def mount_report(mount: SimulatedMount, ref: DeviceRef, now_s: float) -> MountReport:
    """A mount now."""
    return MountReport(
        at_s=now_s,
        ref=ref,
        connected=mount.connected,
        slewing=mount.slewing if mount.connected else None,
        altitude_deg=mount.altitude_deg if mount.connected else None,
        focal_length_mm=mount.focal_length_mm,
        aperture_mm=mount.aperture_mm,
    )


def _identity(
    server: str,
    name: str,
    kind: DeviceKind,
    *,
    sensor: SensorGeometry | None = None,
    slots: int | None = None,
    max_steps: int | None = None,
    step_size_um: float | None = None,
) -> DeviceIdentity:
    return DeviceIdentity(
        ref=DeviceRef(server, name),
        protocol=WireProtocol.SIMULATED,
        name=name,
        kinds=frozenset({kind}),
        driver="rigd simulated",
        sensor=sensor,
        slots=slots,
        max_steps=max_steps,
        step_size_um=step_size_um,
    )
