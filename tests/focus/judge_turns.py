"""Where the wheel was turned to, by an account of its own."""

from rigd.devices.events import WheelReport
from rigd.focus.state.requests import Tick
from rigd.focus.state.rig import Rig


class Turns:
    """An account of its own of where the wheel was seen to be turned to, from a known slot.

    A wheel that was lost, in fault, defined anew, at no slot or busy for too long says where it is,
    and nothing more: that is no turn.
    """

    def __init__(self) -> None:
        self._at: int | None = None
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
        self._busy_since_s = None
        here, was = event.filter_position, self._at
        self._at = here
        if here is None or was is None or event.baseline:
            self.to = None
        elif here != was:
            self.to = here
            return True
        return False
