"""Where the wheel was turned to, by an account of its own."""

from rigd.devices.events import WheelReport
from rigd.focus.state.requests import Tick
from rigd.focus.state.rig import Rig


class Turns:
    """An account of its own of where the wheel was seen to be turned to, from a known slot.

    A wheel that was lost, in fault, defined anew, at no slot or busy for too long says where it is,
    and nothing more: that is no turn. Where it says another slot than before, it may not stand
    there: seen to turn there, it was turned, though it says the same as before.
    """

    def __init__(self) -> None:
        self._at: int | None = None
        self._surely_at: int | None = None
        """Where it stood when that was last known for certain."""
        self._busy_since_s: float | None = None
        self.to: int | None = None
        """Where somebody has turned it to since it was last known anew."""

    def step(self, event: object, rig: Rig) -> bool:
        """After every event; whether the wheel was turned by it."""
        change = rig.change is not None and not rig.change.wheel_done
        if isinstance(event, Tick):
            since_s = self._busy_since_s
            if since_s is not None and event.at_s - since_s > rig.settings.times.deadline_s:
                self._at = self.to = None
        if not isinstance(event, WheelReport):
            return False
        if event.connected and event.moving:
            if self._busy_since_s is None or change:
                self._busy_since_s = event.at_s
            return False
        was_busy, self._busy_since_s = self._busy_since_s is not None, None
        here, was = event.filter_position, self._at
        self._at = here
        if here is None or was is None or event.baseline:
            self.to = None
            if here is not None and self._surely_at is None:
                self._surely_at = here
            return False
        in_doubt = self._surely_at != was
        if here != was or was_busy:
            self._surely_at = here
        if here != was or (in_doubt and was_busy):
            self.to = here
            return True
        return False
