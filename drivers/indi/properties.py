"""INDI properties as plain values, and which of them rigd reads. Pure.

A device may say anything: numbers that are none (`inf`, `nan`, 1e19), limits without a sense. Here
such a value is unknown, so that it costs that value and nothing else.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .compensation import is_compensation

Value = float | str | bool

WATCHED = frozenset(
    {
        "ABS_FOCUS_POSITION",
        "ACTIVE_DEVICES",
        "CCD_CFA",
        "CCD_EXPOSURE",
        "CCD_INFO",
        "CONFIRM_FILTER_SET",
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
    }
)
"""The properties that rigd reads, beside the switches of a temperature compensation; the rest of
the traffic stays in the child process."""

STATE_ONLY = frozenset({"EQUATORIAL_EOD_COORD"})
"""Properties that rigd reads only the state of: a tracking mount sets its coordinates several times
a second, night and day, and each time would wake the daemon."""

LARGEST = 2**31 - 1
"""No number of a device that rigd reads comes near this; ASCOM's integers end here."""


def is_watched(name: str) -> bool:
    """Whether rigd reads a property of this name."""
    return name in WATCHED or is_compensation(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class IndiProperty:
    """One property as last defined or set."""

    name: str
    state: str
    """Idle, Ok, Busy, or Alert."""
    elements: Mapping[str, Value] = field(default_factory=dict)
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """Minimum and maximum of number elements."""

    def text(self, element: str) -> str | None:
        """A text, None if it is empty."""
        value = self.elements.get(element)
        return value.strip() or None if isinstance(value, str) else None

    def switch(self, element: str) -> bool | None:
        """Whether a switch is on."""
        value = self.elements.get(element)
        return value if isinstance(value, bool) else None

    def number(self, element: str) -> float | None:
        """A number that can be one."""
        value = self.elements.get(element)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        return float(value) if _is_sane(value) else None

    def range(self, element: str) -> tuple[float, float] | None:
        """The limits of a number, if both can be limits."""
        low, high = self.ranges.get(element, (math.nan, math.nan))
        return (low, high) if _is_sane(low) and _is_sane(high) and low <= high else None

    def find_senseless(self) -> str | None:
        """Name the first number or limit that can be none; None if all make sense."""
        for element, value in self.elements.items():
            number = isinstance(value, int | float) and not isinstance(value, bool)
            if number and self.number(element) is None:
                return f"{self.name}.{element} = {value:g}"
        for element, (low, high) in self.ranges.items():
            if self.range(element) is None:
                return f"{self.name}.{element} from {low:g} to {high:g}"
        return None


def _is_sane(value: float) -> bool:
    return math.isfinite(value) and abs(value) <= LARGEST


class PropertySet:
    """The properties that a device has now, and what they say."""

    def __init__(self) -> None:
        self._known: dict[str, IndiProperty] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._known

    def __iter__(self) -> Iterator[IndiProperty]:
        return iter(self._known.values())

    def find(self, name: str) -> IndiProperty | None:
        """A property, None while it is not defined."""
        return self._known.get(name)

    def put(self, changed: IndiProperty) -> None:
        """Take a property as it was defined or set."""
        self._known[changed.name] = changed

    def drop(self, name: str) -> bool:
        """Take a property out; whether there was one."""
        return self._known.pop(name, None) is not None

    def state(self, name: str) -> str | None:
        """Idle, Ok, Busy or Alert."""
        known = self._known.get(name)
        return known.state if known else None

    def text(self, name: str, element: str) -> str | None:
        """A text, None if it is empty."""
        known = self._known.get(name)
        return known.text(element) if known else None

    def switch(self, name: str, element: str) -> bool | None:
        """Whether a switch is on."""
        known = self._known.get(name)
        return known.switch(element) if known else None

    def number(self, name: str, element: str) -> float | None:
        """A number that can be one."""
        known = self._known.get(name)
        return known.number(element) if known else None

    def positive(self, name: str, element: str) -> float | None:
        """A number that is only known if it is above 0."""
        value = self.number(name, element)
        return value if value is not None and value > 0 else None

    def range(self, name: str, element: str) -> tuple[float, float] | None:
        """The limits of a number, if both can be limits."""
        known = self._known.get(name)
        return known.range(element) if known else None


def read_property(message: Mapping[str, Any]) -> IndiProperty:
    """The property of a line of the child process."""
    elements = message["elements"]
    return IndiProperty(
        name=message["name"],
        state=message["state"],
        elements={element[0]: element[1] for element in elements},
        ranges={element[0]: (element[2], element[3]) for element in elements if len(element) == 4},
    )
