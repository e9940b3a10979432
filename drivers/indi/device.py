"""INDI properties folded into what rigd knows of a device. Pure: messages in, events out.

INDI counts filter slots from 1 (`FILTER_SLOT`), rigd from 0; the difference lives in this module.
"""

import math
from dataclasses import replace

from rigd.devices.events import (
    CameraReport,
    DeviceReport,
    DeviceSeen,
    Event,
    FocuserReport,
    MountReport,
    WheelReport,
)
from rigd.devices.identity import DeviceIdentity, DeviceKind, DeviceRef, WireProtocol
from rigd.units import s_from_ms

from .compensation import is_compensation, is_switched_on
from .driver_message import is_complaint, plain_sentence
from .first_reading import FirstReadings
from .identity import IDENTIFYING, identify
from .properties import IndiProperty, PropertySet

POSITION, TEMPERATURE = "ABS_FOCUS_POSITION", "FOCUS_TEMPERATURE"
TEMPERATURE_AGAIN_S = 30.0
"""A temperature not said for so long is asked for: well within what one counts as fresh."""
CONFIRMED = "CONFIRM_FILTER_SET"
"""By this switch a human says to INDI's manual wheel that the filter is in."""
_TURN_MESSAGE = "Setting current filter to slot"
"""INDI's filter interface logs this before a wheel turns; some drivers never go Busy."""
WORDS_LAST_S = 5.0
"""So old may a complaint be that explains an alert: a driver writes both in one go."""


class IndiDevice:
    """One device of an INDI server, as its messages describe it."""

    def __init__(self, server: str, name: str, place: str | None = None) -> None:
        """`place` is where the server really is."""
        self.ref = DeviceRef(server, name)
        self._properties = PropertySet()
        self._identity = DeviceIdentity(
            ref=self.ref, protocol=WireProtocol.INDI, name=name, place=place
        )
        self._last_reports: dict[type[DeviceReport], DeviceReport] = {}
        self._first = FirstReadings()
        self._slot_known = False
        self._turning = False
        self._focuser_commanded = False
        self._commanded_steps: float | None = None
        """Where rigd last told the focuser to move."""
        self._temperature_at_s: float | None = None
        self._complaint: tuple[float, str] | None = None
        """What the driver last complained of, and when."""
        self._words: dict[str, str] = {}
        """Why properties are in alert, in the driver's own words."""

    def find_property(self, name: str) -> IndiProperty | None:
        """A property of the device, None while it is not defined."""
        return self._properties.find(name)

    @property
    def kinds(self) -> frozenset[DeviceKind]:
        """What it is, as far as its driver has said."""
        return self._identity.kinds

    @property
    def unread_since_s(self) -> float | None:
        """Since when a value was defined that is not read yet; None if there is none."""
        return self._first.begun_at_s if self.connected else None

    @property
    def polling_s(self) -> float | None:
        """How often the driver looks at its hardware; None if it does not say."""
        period_ms = self._properties.positive("POLLING_PERIOD", "PERIOD_MS")
        return None if period_ms is None else s_from_ms(period_ms)

    def take_definition(self, changed: IndiProperty, at_s: float) -> list[Event]:
        """The device defines a property (again): its value is a baseline."""
        self._properties.put(changed)
        self._first.await_reading(changed.name, at_s)
        if changed.name == "CONNECTION":
            self._await_readings(at_s)
        if changed.name == "FILTER_SLOT":
            self._slot_known, self._turning = False, False
        if changed.name == POSITION:
            self._focuser_commanded = False
        self._note_alert(changed, at_s)
        return self._report_changes(changed.name, at_s, baseline=True, identifies=True)

    def take_update(self, changed: IndiProperty, at_s: float) -> list[Event]:
        """The device sets a property; one that it never defined is ignored."""
        before = self._properties.find(changed.name)
        if before is None:
            return []
        was_connected = self.connected
        self._properties.put(changed)
        if changed.name == "CONNECTION" and self.connected and not was_connected:
            self._await_readings(at_s)
        other_limits = changed.ranges != before.ranges
        # New limits are set together with whatever the driver holds for the value.
        if self.connected and not other_limits:
            self._first.take_set(before, changed)
        identifies = changed.name in IDENTIFYING or other_limits
        baseline = False
        if changed.name == "FILTER_SLOT":
            baseline = self._note_slot(changed.state)
        if changed.name == POSITION:
            self._focuser_commanded = False
        if changed.name == TEMPERATURE:
            known = changed.state != "Alert" and TEMPERATURE not in self._first
            self._temperature_at_s = at_s if known else None
        self._note_alert(changed, at_s)
        return self._report_changes(changed.name, at_s, baseline=baseline, identifies=identifies)

    def take_deletion(self, name: str, at_s: float) -> list[Event]:
        """The device takes a property back (INDI drivers do when they disconnect)."""
        self._first.take(name)
        if not self._properties.drop(name):
            return []
        return self._report_changes(name, at_s, baseline=False, identifies=True)

    def take_readings(self, position: float | None, at_s: float) -> list[Event]:
        """The driver has had the time to read: what it says now counts.

        Args:
            position: what it answered when it was asked once more; None if it was not asked.
            at_s: when.
        """
        held = self._properties.find(POSITION)
        if POSITION in self._first and held is not None and position is not None:
            elements = {**held.elements, "FOCUS_ABSOLUTE_POSITION": position}
            self._properties.put(replace(held, elements=elements))
        # A temperature that is defined and never set is known if the driver says that it is Ok.
        if TEMPERATURE in self._first and self._properties.state(TEMPERATURE) == "Ok":
            self._temperature_at_s = at_s
        for name in (POSITION, TEMPERATURE):
            self._first.take(name, seen=self._properties.state(name) != "Alert")
        return self._report_changes(POSITION, at_s, baseline=False, identifies=False)

    def take_answer(self, position: float, at_s: float) -> list[Event]:
        """The driver says, asked while the focuser rests, where it stands."""
        held = self._properties.find(POSITION)
        if held is None or held.state == "Busy" or self._focuser_commanded:
            return []
        elements = {**held.elements, "FOCUS_ABSOLUTE_POSITION": position}
        self._properties.put(replace(held, elements=elements))
        return self._report_changes(POSITION, at_s, baseline=False, identifies=False)

    def has_old_temperature(self, now_s: float) -> bool:
        """Whether a focuser at rest has not said for a while how warm it is, but once has."""
        said_at_s, place = self._temperature_at_s, self._properties.find(POSITION)
        if said_at_s is None or place is None or not self.connected:
            return False
        at_rest = place.state != "Busy" and not self._focuser_commanded
        return at_rest and now_s - said_at_s > TEMPERATURE_AGAIN_S

    def take_temperature(self, temperature_c: float, at_s: float) -> list[Event]:
        """The driver says, asked while the focuser rests, how warm it is."""
        held = self._properties.find(TEMPERATURE)
        if held is None or held.state == "Alert" or not self.has_old_temperature(at_s):
            return []
        self._properties.put(replace(held, elements={"TEMPERATURE": temperature_c}))
        self._temperature_at_s = at_s
        return self._report_changes(TEMPERATURE, at_s, baseline=False, identifies=False)

    def take_message(self, text: str, at_s: float) -> list[Event]:
        """The device's driver writes a line: the reason of an alert, or an early hint."""
        if _TURN_MESSAGE in text:
            self._turning = True
        if not is_complaint(text):
            return []
        self._complaint = (at_s, plain_sentence(text))
        events: list[Event] = []
        for known in self._properties:
            if known.state == "Alert" and known.name not in self._words:
                self._note_alert(known, at_s)
                events += self._report_changes(known.name, at_s, baseline=False, identifies=False)
        return events

    def mark_focuser_commanded(
        self, at_s: float, position_steps: float | None = None
    ) -> list[Event]:
        """The focuser was told to move: it counts as moving until it answers.

        Some drivers (INDI's simulator) say nothing between a command and the arrival.
        """
        self._focuser_commanded = True
        self._commanded_steps = position_steps
        self._complaint = None
        return self._report_changes(POSITION, at_s, baseline=False, identifies=False)

    def report_focuser_again(self, at_s: float) -> list[Event]:
        """The focuser's report once more, as known now."""
        report = self._focuser(at_s)
        return [] if report is None else [report]

    @property
    def is_off_target(self) -> bool:
        """Whether the focuser says that it is elsewhere than where rigd last sent it, if ever.

        Many drivers keep a change of a few steps to themselves, and their Ok may be that old.
        """
        said = self._properties.number(POSITION, "FOCUS_ABSOLUTE_POSITION")
        return said != self._commanded_steps

    @property
    def connected(self) -> bool | None:
        """Whether the device is connected to its hardware; None before it says."""
        connection = self._properties.find("CONNECTION")
        return bool(connection.elements.get("CONNECT")) if connection else None

    def _await_readings(self, at_s: float) -> None:
        """What was defined before the device connected is no reading either."""
        for known in self._properties:
            self._first.await_reading(known.name, at_s)

    def _note_slot(self, state: str) -> bool:
        """Take in that `FILTER_SLOT` was set; whether it only says where the wheel was found."""
        if state == "Busy":
            self._turning = True
            return False
        learnt = state != "Alert" and not (self._turning or self._slot_known)
        self._turning, self._slot_known = False, True
        return learnt

    def _note_alert(self, changed: IndiProperty, at_s: float) -> None:
        """Keep the words that belong to an alert: those of long ago belong to something else."""
        if changed.state != "Alert":
            self._words.pop(changed.name, None)
        elif self._complaint is not None and at_s - self._complaint[0] <= WORDS_LAST_S:
            self._words.setdefault(changed.name, self._complaint[1])

    def _report_changes(
        self, name: str, at_s: float, *, baseline: bool, identifies: bool
    ) -> list[Event]:
        events: list[Event] = []
        # Only where it may have changed: a mount or a focuser sets something every second.
        identity = identify(self._identity, self._properties) if identifies else self._identity
        if identity != self._identity:
            self._identity = identity
            events.append(DeviceSeen(at_s=at_s, identity=identity))
        reports: list[DeviceReport | None] = []
        every = name in {"CONNECTION", "DRIVER_INFO"}
        if every or name in {"FILTER_SLOT", "FILTER_NAME", CONFIRMED}:
            reports.append(self._wheel(at_s, baseline=baseline))
        if every or "FOCUS" in name or name == "POLLING_PERIOD" or is_compensation(name):
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

    def _wheel(self, at_s: float, *, baseline: bool) -> WheelReport | None:
        if DeviceKind.FILTERWHEEL not in self._identity.kinds or self.connected is None:
            return None
        slot = self._properties.find("FILTER_SLOT")
        if not self.connected:
            refusal = self._refusal("the filter wheel")
            return WheelReport(at_s=at_s, ref=self.ref, connected=False, fault=refusal)
        if slot is None:
            was = self._last_reports.get(WheelReport)
            gone = was is not None and was.connected
            return WheelReport(at_s=at_s, ref=self.ref, connected=False) if gone else None
        limits, number = slot.range("FILTER_SLOT_VALUE"), slot.number("FILTER_SLOT_VALUE")
        low, high = limits or (1, math.inf)
        known = number is not None and low <= number <= high and slot.state not in {"Busy", "Alert"}
        names = self._properties.find("FILTER_NAME")
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
            by_hand=CONFIRMED in self._properties,
            fault=self._fault_text(slot, "the filter wheel") if slot.state == "Alert" else None,
        )

    def _focuser(self, at_s: float) -> FocuserReport | None:
        if DeviceKind.FOCUSER not in self._identity.kinds or self.connected is None:
            return None
        if not self.connected:
            refusal = self._refusal("the focuser")
            return FocuserReport(at_s=at_s, ref=self.ref, connected=False, fault=refusal)
        position = self._properties.find(POSITION)
        if position is None:
            was = self._last_reports.get(FocuserReport)
            gone = was is not None and was.connected
            return FocuserReport(at_s=at_s, ref=self.ref, connected=False) if gone else None
        busy = "Busy" in {position.state, self._properties.state("REL_FOCUS_POSITION")}
        alert = position.state == "Alert" and not self._focuser_commanded
        unread = POSITION in self._first
        value = None if unread else position.number("FOCUS_ABSOLUTE_POSITION")
        limits = position.range("FOCUS_ABSOLUTE_POSITION")
        of = self._properties
        temperature_c = (
            None if TEMPERATURE in self._first else of.number(TEMPERATURE, "TEMPERATURE")
        )
        return FocuserReport(
            at_s=at_s,
            ref=self.ref,
            connected=True,
            position_steps=None if value is None else round(value),
            position_unread=unread,
            position_alert=position.state == "Alert" and not self._first.was_seen(POSITION),
            moving=busy or self._focuser_commanded,
            min_steps=math.ceil(limits[0]) if limits else None,
            max_steps=math.floor(limits[1]) if limits else None,
            temperature_c=temperature_c,
            temperature_at_s=self._temperature_at_s,
            temperature_compensation=self._compensation(),
            driver_backlash=self._backlash(),
            idle_backlash_steps=self._idle_backlash_steps(),
            reversed=of.switch("FOCUS_REVERSE_MOTION", "INDI_ENABLED"),
            can_halt="FOCUS_ABORT_MOTION" in of,
            poll_s=self.polling_s,
            fault=self._fault_text(position, "the focuser") if alert else None,
        )

    def _camera(self, at_s: float) -> CameraReport | None:
        if DeviceKind.CAMERA not in self._identity.kinds or self.connected is None:
            return None
        state = self._properties.state("CCD_EXPOSURE")
        busy = None if state is None else state == "Busy"
        return CameraReport(at_s=at_s, ref=self.ref, connected=self.connected, busy=busy)

    def _mount(self, at_s: float) -> MountReport | None:
        if DeviceKind.MOUNT not in self._identity.kinds or self.connected is None:
            return None
        of = self._properties
        pointing = of.state("EQUATORIAL_EOD_COORD")
        altitude = of.number("HORIZONTAL_COORD", "ALT")
        return MountReport(
            at_s=at_s,
            ref=self.ref,
            connected=self.connected,
            slewing=None if pointing is None else pointing == "Busy",
            altitude_deg=None if altitude is None else round(altitude, 1),
            focal_length_mm=of.positive("TELESCOPE_INFO", "TELESCOPE_FOCAL_LENGTH"),
            aperture_mm=of.positive("TELESCOPE_INFO", "TELESCOPE_APERTURE"),
        )

    def _compensation(self) -> bool | None:
        """Whether any switch of a temperature compensation is on; None if there is none."""
        said = [
            is_switched_on(known.elements)
            for known in self._properties
            if is_compensation(known.name)
        ]
        return True if True in said else (False if False in said else None)

    def _backlash(self) -> bool | None:
        """Whether the driver takes up backlash: switched on, by more than 0 steps."""
        steps = self._backlash_steps()
        return (
            False
            if steps == 0
            else self._properties.switch("FOCUS_BACKLASH_TOGGLE", "INDI_ENABLED")
        )

    def _idle_backlash_steps(self) -> int | None:
        """The steps of a backlash that the driver has and does not take up itself."""
        steps = self._backlash_steps()
        off = self._properties.switch("FOCUS_BACKLASH_TOGGLE", "INDI_ENABLED") is False
        return round(abs(steps)) if steps and off else None

    def _backlash_steps(self) -> float | None:
        return self._properties.number("FOCUS_BACKLASH_STEPS", "FOCUS_BACKLASH_VALUE")

    def _refusal(self, what: str) -> str | None:
        """Why the driver could not connect the device; None if it does not say that it could not.

        A client that disconnects it leaves `CONNECTION` idle, a driver that fails in alert.
        """
        connection = self._properties.find("CONNECTION")
        if connection is None or connection.state != "Alert":
            return None
        return self._fault_text(connection, what)

    def _fault_text(self, changed: IndiProperty, what: str) -> str:
        without = f"{what} {self.ref.key} reports a fault and does not say why"
        return self._words.get(changed.name, without)
