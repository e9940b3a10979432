"""A driver that goes on complaining about a device that does not answer: said once. Pure.

Many drivers tell of a lost serial line by nothing but a line of their log at each poll: no property
goes to alert (INDI's `moonlite.cpp:readPosition`). A single line may be about anything.
"""

from dataclasses import dataclass, field

from .driver_message import is_complaint, plain_sentence

OFTEN = 6
"""So many complaints without a value between them are an outage. Our choice: MoonLite's driver
writes three at each poll."""


@dataclass(slots=True)
class Complaints:
    """The complaints of each device since it last said a value."""

    _of: dict[str, int] = field(default_factory=dict)

    def take_message(self, device: str, text: str) -> str | None:
        """Count a line; return the sentence of an outage when it is noticed."""
        if not is_complaint(text):
            return None
        self._of[device] = self._of.get(device, 0) + 1
        return plain_sentence(text) if self._of[device] == OFTEN else None

    def take_value(self, device: str) -> bool:
        """Begin anew, as the device says something; return whether that ends an outage."""
        return self._of.pop(device, 0) >= OFTEN
