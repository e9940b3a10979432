"""Connecting a device to its hardware: how often rigd asked, and what its driver said. Pure."""

from dataclasses import dataclass

from rigd.devices.identity import DeviceRef

FIRST_PAUSE_S = 5.0
"""Then a device is asked again; doubled each time. Our choice: a driver that read a focuser's late
word as its answer connects at the second attempt."""
LONGEST_PAUSE_S = 60.0
"""So often it is asked at least. Our choice: what has no power yet is found within a minute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connecting:
    """A device that rigd is to connect, since it appeared."""

    ref: DeviceRef
    attempts: int = 0
    asked_at_s: float = 0.0
    refusal: str | None = None
    """Why it could not be connected, in its driver's words."""
    was_connected: bool = False
    """Whether it was connected since it appeared, and its driver has not failed since: whoever
    disconnects it then has meant it."""

    def is_due(self, now_s: float) -> bool:
        """Whether it is to be asked now."""
        if self.was_connected:
            return False
        if self.attempts == 0:
            return True
        pause_s: float = FIRST_PAUSE_S * 2 ** min(self.attempts - 1, 10)
        return now_s - self.asked_at_s >= min(pause_s, LONGEST_PAUSE_S)
