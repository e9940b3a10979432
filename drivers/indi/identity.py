"""What an INDI device is, from its properties. Pure."""

from dataclasses import replace

from rigd.devices.identity import (
    ActiveDevices,
    DeviceIdentity,
    DeviceKind,
    SensorGeometry,
    is_own_name,
)

from .properties import PropertySet

IDENTIFYING = frozenset({"ACTIVE_DEVICES", "CCD_CFA", "CCD_INFO", "DRIVER_INFO"})
"""Properties whose values, not only their limits, say what a device is."""

_INTERFACE_BITS = (
    (1, DeviceKind.MOUNT),
    (2, DeviceKind.CAMERA),
    (8, DeviceKind.FOCUSER),
    (16, DeviceKind.FILTERWHEEL),
)
"""Bits of `DRIVER_INFO.DRIVER_INTERFACE`."""

_KIND_PROPERTIES = (
    ("EQUATORIAL_EOD_COORD", DeviceKind.MOUNT),
    ("CCD_INFO", DeviceKind.CAMERA),
    ("ABS_FOCUS_POSITION", DeviceKind.FOCUSER),
    ("FILTER_SLOT", DeviceKind.FILTERWHEEL),
)
"""Properties that tell a kind whatever the interface bits say."""


def identify(known: DeviceIdentity, properties: PropertySet) -> DeviceIdentity:
    """The identity as the properties have it now; what they no longer say stays as it was."""
    slots = properties.range("FILTER_SLOT", "FILTER_SLOT_VALUE")
    travel = properties.range("ABS_FOCUS_POSITION", "FOCUS_ABSOLUTE_POSITION")
    bits = _interface(properties)
    kinds = {kind for bit, kind in _INTERFACE_BITS if bits & bit}
    kinds |= {kind for name, kind in _KIND_PROPERTIES if name in properties}
    return replace(
        known,
        kinds=frozenset(kinds),
        driver=properties.text("DRIVER_INFO", "DRIVER_EXEC") or known.driver,
        driver_version=properties.text("DRIVER_INFO", "DRIVER_VERSION") or known.driver_version,
        sensor=_sensor(properties) or known.sensor,
        slots=int(slots[1]) if slots else known.slots,
        max_steps=int(travel[1]) if travel else known.max_steps,
        active=ActiveDevices(
            filterwheel=_active(properties, "ACTIVE_FILTER", known.active.filterwheel),
            focuser=_active(properties, "ACTIVE_FOCUSER", known.active.focuser),
            mount=properties.text("ACTIVE_DEVICES", "ACTIVE_TELESCOPE"),
        ),
    )


def _active(properties: PropertySet, name: str, before: str | None) -> str | None:
    """The device that a camera goes with; rigd's own stand for the real one that they hide."""
    said = properties.text("ACTIVE_DEVICES", name)
    return before if said is not None and is_own_name(said) else said


def _interface(properties: PropertySet) -> int:
    said = properties.text("DRIVER_INFO", "DRIVER_INTERFACE") or ""
    return int(said) if said.isascii() and said.isdigit() and len(said) <= 9 else 0


def _sensor(properties: PropertySet) -> SensorGeometry | None:
    if "CCD_INFO" not in properties:
        return None
    pixel = properties.positive("CCD_INFO", "CCD_PIXEL_SIZE")
    width, height = (properties.positive("CCD_INFO", f"CCD_MAX_{axis}") for axis in "XY")
    bits = properties.positive("CCD_INFO", "CCD_BITSPERPIXEL")
    return SensorGeometry(
        width_px=int(width) if width else None,
        height_px=int(height) if height else None,
        pixel_width_um=properties.positive("CCD_INFO", "CCD_PIXEL_SIZE_X") or pixel,
        pixel_height_um=properties.positive("CCD_INFO", "CCD_PIXEL_SIZE_Y") or pixel,
        bit_depth=int(bits) if bits else None,
        colour=True if "CCD_CFA" in properties else None,
    )
