"""Which values of a device were read from its hardware, and which only defined. Pure.

Many drivers define a property before they have asked their hardware: 0, or what they last knew
before they were disconnected. The true value comes with their first poll, as a `set`, if it differs
from what they have said. A driver that says nothing for two polls has nothing else to say.

An alert may be one of a move that failed, beside a place that is read all the same; or one of the
reading itself, and then the place is what the driver began with, or 0. So in alert only a place is
read that is another one than before, and not 0.
"""

from .properties import IndiProperty

POLL_S = 1.0
"""`POLLING_PERIOD` of a driver that does not say it: INDI's own default."""
POLLS = 2
"""The first poll begins one period after the device is connected; the second one has ended then."""

READ_LATE = frozenset({"ABS_FOCUS_POSITION", "FOCUS_TEMPERATURE"})
"""Properties that this is about."""


class FirstReadings:
    """What of a device's properties is still to be read."""

    def __init__(self) -> None:
        self._unread: set[str] = set()
        self._seen: set[str] = set()
        self.begun_at_s: float | None = None
        """When the newest of them was defined; None while none is to be read."""

    def __contains__(self, name: str) -> bool:
        return name in self._unread

    def await_reading(self, name: str, at_s: float) -> None:
        """A property was defined, or its device has just connected: its value counts later."""
        if name in READ_LATE:
            self._unread.add(name)
            self._seen.discard(name)
            self.begun_at_s = at_s

    def was_seen(self, name: str) -> bool:
        """Whether the driver was seen to read it, since it was defined or its device connected."""
        return name in self._seen

    def take_set(self, before: IndiProperty, now: IndiProperty) -> None:
        """The driver has set a property."""
        if now.state != "Alert":
            self.take(now.name)
        elif now.name == "ABS_FOCUS_POSITION" and now.elements != before.elements:
            if any(now.elements.values()):
                self.take(now.name)
            else:
                self._seen.discard(now.name)

    def take(self, name: str, *, seen: bool = True) -> None:
        """The driver has said what it read, or nothing else (not `seen`); or it has gone."""
        if seen:
            self._seen.add(name)
        self._unread.discard(name)
        if not self._unread:
            self.begun_at_s = None
