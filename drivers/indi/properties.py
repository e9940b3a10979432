"""INDI properties folded into what rigd knows of a device. Pure: messages in, events out.

INDI counts filter slots from 1 (`FILTER_SLOT`), rigd from 0; the difference lives in this module.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from rigd.devices.events import (
    CameraReport,
    DeviceReport,
    DeviceSeen,
    Event,
    FocuserReport,
    MountReport,
    WheelReport,
)
from rigd.devices.identity import (
    ActiveDevices,
    DeviceIdentity,
    DeviceKind,
    DeviceRef,
    SensorGeometry,
    WireProtocol,
)
from rigd.units import s_from_ms

Value = float | str | bool

WATCHED = frozenset(
    {
        "ABS_FOCUS_POSITION",
        "ACTIVE_DEVICES",
        "CCD_CFA",
        "CCD_EXPOSURE",
        "CCD_INFO",
        "CONNECTION",
        "DRIVER_INFO",
        "EQUATORIAL_EOD_COORD",
        "FILTER_NAME",
        "FILTER_SLOT",
        "FOCUS_ABORT_MOTION",
        "FOCUS_BACKLASH_STEPS",
        "FOCUS_BACKLASH_TOGGLE",
        "FOCUS_REVERSE_MOTION",
        "FOCUS_TEMPERATURE",
        "HORIZONTAL_COORD",
        "POLLING_PERIOD",
        "REL_FOCUS_POSITION",
        "SCOPE_INFO",
        "TELESCOPE_INFO",
        "TEMPC_SWITCH",
        "TEMP_COMPENSATION",
    }
)
"""The properties that rigd reads; the rest of the traffic stays in the child process."""

STATE_ONLY = frozenset({"EQUATORIAL_EOD_COORD"})
"""Properties that rigd reads only the state of: a tracking mount sets its coordinates several times
a second, night and day, and each time would wake the daemon."""

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

_IDENTIFYING = frozenset({"ACTIVE_DEVICES", "CCD_CFA", "CCD_INFO", "DRIVER_INFO"})
"""Properties whose values, not only their limits, say what a device is."""

_TURN_MESSAGE = "Setting current filter to slot"
"""INDI's filter interface logs this before a wheel turns; some drivers never go Busy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndiProperty:
    """One property as last defined or set."""

    name: str
    state: str
    """Idle, Ok, Busy, or Alert."""
    elements: Mapping[str, Value] = field(default_factory=dict)
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """Minimum and maximum of number elements."""


class IndiDevice:
    """One device of an INDI server, as its messages describe it."""

    def __init__(self, server: str, name: str) -> None:
        self.ref = DeviceRef(server, name)
        self._properties: dict[str, IndiProperty] = {}
        self._identity = DeviceIdentity(ref=self.ref, protocol=WireProtocol.INDI, name=name)
        self._last_reports: dict[type[DeviceReport], DeviceReport] = {}
        self._slot_known = False
        self._turning = False
        self._focuser_commanded = False
        self._temperature_at_s: float | None = None
        self._message: str | None = None

    def find_property(self, name: str) -> IndiProperty | None:
        """A property of the device, None while it is not defined."""
        return self._properties.get(name)

    def take_definition(self, changed: IndiProperty, at_s: float) -> list[Event]:
        """The device defines a property (again): its value is a baseline."""
        self._properties[changed.name] = changed
        if changed.name == "FILTER_SLOT":
            self._slot_known, self._turning = False, False
        if changed.name == "ABS_FOCUS_POSITION":
            self._focuser_commanded = False
        if changed.name == "FOCUS_TEMPERATURE":
            # Some drivers define it with a 0 before their first reading: that is Idle, not Ok.
            self._temperature_at_s = at_s if changed.state == "Ok" else None
        return self._report_changes(changed.name, at_s, baseline=True, identifies=True)

    def take_update(self, changed: IndiProperty, at_s: float) -> list[Event]:
        """The device sets a property; one that it never defined is ignored."""
        before = self._properties.get(changed.name)
        if before is None:
            return []
        self._properties[changed.name] = changed
        identifies = changed.name in _IDENTIFYING or changed.ranges != before.ranges
        baseline = False
        if changed.name == "FILTER_SLOT":
            if changed.state == "Busy":
                self._turning = True
            elif changed.state == "Alert":
                self._turning, self._slot_known = False, True
            else:
                baseline = not (self._turning or self._slot_known)
                self._turning, self._slot_known = False, True
        if changed.name == "ABS_FOCUS_POSITION":
            self._focuser_commanded = False
        if changed.name == "FOCUS_TEMPERATURE":
            self._temperature_at_s = None if changed.state == "Alert" else at_s
        return self._report_changes(changed.name, at_s, baseline=baseline, identifies=identifies)

    def take_deletion(self, name: str, at_s: float) -> list[Event]:
        """The device takes a property back (INDI drivers do when they disconnect)."""
        if self._properties.pop(name, None) is None:
            return []
        return self._report_changes(name, at_s, baseline=False, identifies=True)

    def take_message(self, text: str) -> None:
        """The device's driver writes a line: the reason of a later Alert, or an early hint."""
        self._message = text
        if _TURN_MESSAGE in text:
            self._turning = True

    def mark_focuser_commanded(self, at_s: float) -> list[Event]:
        """The focuser was told to move: it counts as moving until it answers.

        Some drivers (INDI's simulator) say nothing between a command and the arrival.
        """
        self._focuser_commanded = True
        return self._report_changes("ABS_FOCUS_POSITION", at_s, baseline=False, identifies=False)

    def report_focuser_again(self, at_s: float) -> list[Event]:
        """The focuser's report once more, as known now."""
        report = self._focuser(at_s)
        return [] if report is None else [report]

    @property
    def connected(self) -> bool | None:
        """Whether the device is connected to its hardware; None before it says."""
        connection = self._properties.get("CONNECTION")
        return bool(connection.elements.get("CONNECT")) if connection else None

    def _report_changes(
        self, name: str, at_s: float, *, baseline: bool, identifies: bool
    ) -> list[Event]:
        events: list[Event] = []
        # Only where it may have changed: a mount or a focuser sets something every second.
        identity = self._identify() if identifies else self._identity
        if identity != self._identity:
            self._identity = identity
            events.append(DeviceSeen(at_s=at_s, identity=identity))
        reports: list[DeviceReport | None] = []
        every = name in {"CONNECTION", "DRIVER_INFO"}
        if every or name in {"FILTER_SLOT", "FILTER_NAME"}:
            reports.append(self._wheel(at_s, baseline=baseline))
        if every or "FOCUS" in name or "TEMP" in name or name == "POLLING_PERIOD":
            reports.append(self._focuser(at_s))
        if every or name == "CCD_EXPOSURE":
            reports.append(self._camera(at_s))
        if every or "COORD" in name or name == "TELESCOPE_INFO":
            reports.append(self._mount(at_s))
        for report in reports:
            if report is not None and self._is_news(report):
                self._last_reports[type(report)] = report
                events.append(report)
        return events

    def _is_news(self, report: DeviceReport) -> bool:
        said = self._last_reports.get(type(report))
        return said is None or replace(said, at_s=report.at_s) != report

    def _identify(self) -> DeviceIdentity:
        info = self._text("DRIVER_INFO", "DRIVER_INTERFACE")
        bits = int(info) if info and info.isdigit() else 0
        kinds = {kind for bit, kind in _INTERFACE_BITS if bits & bit}
        kinds |= {kind for name, kind in _KIND_PROPERTIES if name in self._properties}
        slots = self._range("FILTER_SLOT", "FILTER_SLOT_VALUE")
        travel = self._range("ABS_FOCUS_POSITION", "FOCUS_ABSOLUTE_POSITION")
        known = self._identity
        return replace(
            known,
            kinds=frozenset(kinds),
            driver=self._text("DRIVER_INFO", "DRIVER_EXEC") or known.driver,
            driver_version=self._text("DRIVER_INFO", "DRIVER_VERSION") or known.driver_version,
            sensor=self._sensor() or known.sensor,
            slots=int(slots[1]) if slots else known.slots,
            max_steps=int(travel[1]) if travel else known.max_steps,
            active=ActiveDevices(
                filterwheel=self._text("ACTIVE_DEVICES", "ACTIVE_FILTER"),
                focuser=self._text("ACTIVE_DEVICES", "ACTIVE_FOCUSER"),
                mount=self._text("ACTIVE_DEVICES", "ACTIVE_TELESCOPE"),
            ),
        )

    def _sensor(self) -> SensorGeometry | None:
        if "CCD_INFO" not in self._properties:
            return None
        pixel = self._positive("CCD_INFO", "CCD_PIXEL_SIZE")
        width, height = (self._positive("CCD_INFO", f"CCD_MAX_{axis}") for axis in "XY")
        bits = self._positive("CCD_INFO", "CCD_BITSPERPIXEL")
        return SensorGeometry(
            width_px=int(width) if width else None,
            height_px=int(height) if height else None,
            pixel_width_um=self._positive("CCD_INFO", "CCD_PIXEL_SIZE_X") or pixel,
            pixel_height_um=self._positive("CCD_INFO", "CCD_PIXEL_SIZE_Y") or pixel,
            bit_depth=int(bits) if bits else None,
            colour=True if "CCD_CFA" in self._properties else None,
        )

    def _wheel(self, at_s: float, *, baseline: bool) -> WheelReport | None:
        if DeviceKind.FILTERWHEEL not in self._identity.kinds or self.connected is None:
            return None
        slot = self._properties.get("FILTER_SLOT")
        if not self.connected:
            return WheelReport(at_s=at_s, ref=self.ref, connected=False)
        if slot is None:
            was = self._last_reports.get(WheelReport)
            gone = was is not None and was.connected
            return WheelReport(at_s=at_s, ref=self.ref, connected=False) if gone else None
        limits = self._range("FILTER_SLOT", "FILTER_SLOT_VALUE")
        number = self._number("FILTER_SLOT", "FILTER_SLOT_VALUE")
        known = number is not None and limits is not None and limits[0] <= number <= limits[1]
        known = known and slot.state not in {"Busy", "Alert"}
        names = self._properties.get("FILTER_NAME")
        labels = tuple(str(v) for v in names.elements.values()) if names else ()
        return WheelReport(
            at_s=at_s,
            ref=self.ref,
            connected=True,
            filter_position=round(number) - 1 if known and number is not None else None,
            moving=slot.state == "Busy",
            baseline=baseline,
            names=labels,
            slots=int(limits[1]) if limits else None,
            fault=self._fault_text("FILTER_SLOT") if slot.state == "Alert" else None,
        )

    def _focuser(self, at_s: float) -> FocuserReport | None:
        if DeviceKind.FOCUSER not in self._identity.kinds or self.connected is None:
            return None
        if not self.connected:
            return FocuserReport(at_s=at_s, ref=self.ref, connected=False)
        position = self._properties.get("ABS_FOCUS_POSITION")
        if position is None:
            was = self._last_reports.get(FocuserReport)
            gone = was is not None and was.connected
            return FocuserReport(at_s=at_s, ref=self.ref, connected=False) if gone else None
        relative = self._properties.get("REL_FOCUS_POSITION")
        busy = position.state == "Busy" or (relative is not None and relative.state == "Busy")
        alert = position.state == "Alert" and not self._focuser_commanded
        value = self._number("ABS_FOCUS_POSITION", "FOCUS_ABSOLUTE_POSITION")
        limits = self._range("ABS_FOCUS_POSITION", "FOCUS_ABSOLUTE_POSITION")
        return FocuserReport(
            at_s=at_s,
            ref=self.ref,
            connected=True,
            position_steps=None if value is None else round(value),
            moving=busy or self._focuser_commanded,
            min_steps=math.ceil(limits[0]) if limits else None,
            max_steps=math.floor(limits[1]) if limits else None,
            temperature_c=self._number("FOCUS_TEMPERATURE", "TEMPERATURE"),
            temperature_at_s=self._temperature_at_s,
            temperature_compensation=self._compensation(),
            driver_backlash=self._backlash(),
            reversed=self._switch("FOCUS_REVERSE_MOTION", "INDI_ENABLED"),
            can_halt="FOCUS_ABORT_MOTION" in self._properties,
            poll_s=self._poll_s(),
            fault=self._fault_text("ABS_FOCUS_POSITION") if alert else None,
        )

    def _camera(self, at_s: float) -> CameraReport | None:
        if DeviceKind.CAMERA not in self._identity.kinds or self.connected is None:
            return None
        exposure = self._properties.get("CCD_EXPOSURE")
        busy = None if exposure is None else exposure.state == "Busy"
        return CameraReport(at_s=at_s, ref=self.ref, connected=self.connected, busy=busy)

    def _mount(self, at_s: float) -> MountReport | None:
        if DeviceKind.MOUNT not in self._identity.kinds or self.connected is None:
            return None
        pointing = self._properties.get("EQUATORIAL_EOD_COORD")
        altitude = self._number("HORIZONTAL_COORD", "ALT")
        return MountReport(
            at_s=at_s,
            ref=self.ref,
            connected=self.connected,
            slewing=None if pointing is None else pointing.state == "Busy",
            altitude_deg=None if altitude is None else round(altitude, 1),
            focal_length_mm=self._positive("TELESCOPE_INFO", "TELESCOPE_FOCAL_LENGTH"),
            aperture_mm=self._positive("TELESCOPE_INFO", "TELESCOPE_APERTURE"),
        )

    def _compensation(self) -> bool | None:
        for name in ("TEMPC_SWITCH", "TEMP_COMPENSATION"):
            switch = self._properties.get(name)
            if switch is not None:
                return any(
                    value is True and "DIS" not in element.upper() and "OFF" not in element.upper()
                    for element, value in switch.elements.items()
                )
        return None

    def _poll_s(self) -> float | None:
        """How often the driver looks at its device, in seconds."""
        period_ms = self._positive("POLLING_PERIOD", "PERIOD_MS")
        return None if period_ms is None else s_from_ms(period_ms)

    def _backlash(self) -> bool | None:
        """Whether the driver takes up backlash: switched on, by more than 0 steps."""
        steps = self._number("FOCUS_BACKLASH_STEPS", "FOCUS_BACKLASH_VALUE")
        return False if steps == 0 else self._switch("FOCUS_BACKLASH_TOGGLE", "INDI_ENABLED")

    def _fault_text(self, name: str) -> str:
        return self._message or f"{self.ref.key} reports an alert on {name}"

    def _text(self, name: str, element: str) -> str | None:
        known = self._properties.get(name)
        value = known.elements.get(element) if known else None
        return value.strip() or None if isinstance(value, str) else None

    def _switch(self, name: str, element: str) -> bool | None:
        known = self._properties.get(name)
        value = known.elements.get(element) if known else None
        return value if isinstance(value, bool) else None

    def _number(self, name: str, element: str) -> float | None:
        known = self._properties.get(name)
        value = known.elements.get(element) if known else None
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        return float(value) if math.isfinite(value) else None

    def _positive(self, name: str, element: str) -> float | None:
        value = self._number(name, element)
        return value if value is not None and value > 0 else None

    def _range(self, name: str, element: str) -> tuple[float, float] | None:
        known = self._properties.get(name)
        return known.ranges.get(element) if known else None
