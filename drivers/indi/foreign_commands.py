"""Whose command was that? Tells what other clients told a focuser from what rigd did. Pure.

`indiserver` passes every `new...Vector` on to all other clients that asked for the property, in the
one order in which it gets them; rigd's own come back too, since it listens on another connection.
They are counted, not guessed: of equal commands as many are rigd's as rigd has sent. A command of
rigd's that was never passed on is known by pings: once the server has answered a ping that rigd
sent after it, and then one that the listener sent after that answer, its echo cannot come any more.
"""

import math
from dataclasses import dataclass

from rigd.devices.events import FocuserCommanded, FocuserRenumbered, FocuserStopped
from rigd.devices.identity import DeviceRef

from .properties import LARGEST
from .xml_stream import Message

POSITION, RELATIVE, DIRECTION = "ABS_FOCUS_POSITION", "REL_FOCUS_POSITION", "FOCUS_MOTION"
STOP, SYNC = "FOCUS_ABORT_MOTION", "FOCUS_SYNC"
HEARD_PROPERTIES = (POSITION, RELATIVE, DIRECTION, STOP, SYNC)
"""The properties of a focuser that have to be listened to."""
_STATES = ("def", "set")


@dataclass(frozen=True, slots=True, kw_only=True)
class _SentCommand:
    """A command of rigd's whose echo is still to come."""

    number: int
    device: str
    position_steps: int | None
    """None: to stop."""


class ForeignCommandFinder:
    """What is heard of the focusers of one server."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._unconfirmed: list[_SentCommand] = []
        self.sent = 0
        """How many commands rigd has sent."""
        self._positions: dict[str, int] = {}
        self._directions: dict[str, bool] = {}

    def note_sent(self, device: str, position_steps: int | None) -> None:
        """Rigd sends a command of its own (`ABS_FOCUS_POSITION`; None: `FOCUS_ABORT_MOTION`)."""
        self.sent += 1
        own = _SentCommand(number=self.sent, device=device, position_steps=position_steps)
        self._unconfirmed.append(own)

    def confirm_passed(self, number: int) -> None:
        """The echo of rigd's first `number` commands has come, or never will."""
        self._unconfirmed = [own for own in self._unconfirmed if own.number > number]

    def forget_positions(self) -> None:
        """Nobody listened for a while: where focusers stand must be heard anew."""
        self._positions.clear()
        self._directions.clear()

    def find_foreign(
        self, message: Message, at_s: float
    ) -> FocuserCommanded | FocuserRenumbered | FocuserStopped | None:
        """Take a message in; the command in it if it is another client's."""
        kind, device = message.tag[:3], message.device
        match message.name:
            case "ABS_FOCUS_POSITION":
                value = read_number(message, "FOCUS_ABSOLUTE_POSITION")
                if kind == "new":
                    return self._absolute(device, value, at_s)
                if kind in _STATES and value is not None:
                    self._positions[device] = round(value)
            case "FOCUS_MOTION":
                outward = _is_outward(message)
                if outward is not None:
                    self._directions[device] = outward
            case "REL_FOCUS_POSITION" if kind == "new":
                value = read_number(message, "FOCUS_RELATIVE_POSITION")
                return self._relative(device, value, at_s)
            case "FOCUS_ABORT_MOTION" if kind == "new" and not self._is_own(device, None):
                return FocuserStopped(at_s=at_s, ref=DeviceRef(self._server, device))
            case "FOCUS_SYNC" if kind == "new":  # rigd never sends it
                return FocuserRenumbered(at_s=at_s, ref=DeviceRef(self._server, device))
            case _:
                pass
        return None

    def _is_own(self, device: str, value: float | None) -> bool:
        """Whether it is the echo of a command of rigd's, which is then counted off."""
        for own in self._unconfirmed:
            if own.device == device and own.position_steps == value:
                self._unconfirmed.remove(own)
                return True
        return False

    def _absolute(self, device: str, value: float | None, at_s: float) -> FocuserCommanded | None:
        if value is not None and self._is_own(device, value):
            return None
        return self._command(device, None if value is None else round(value), at_s)

    def _relative(self, device: str, value: float | None, at_s: float) -> FocuserCommanded:
        stood, outward = self._positions.get(device), self._directions.get(device)
        target = None
        if value is not None and stood is not None and outward is not None:
            target = stood + round(value) if outward else stood - round(value)
        return self._command(device, target, at_s)

    def _command(self, device: str, target: int | None, at_s: float) -> FocuserCommanded:
        return FocuserCommanded(
            at_s=at_s,
            ref=DeviceRef(self._server, device),
            target_steps=target,
            stood_steps=self._positions.get(device),
        )


def read_number(message: Message, element: str) -> float | None:
    """A number of a message, None if it is none or beyond all that a focuser counts."""
    try:
        value = float(message.elements.get(element, ""))
    except ValueError:
        return None
    return value if math.isfinite(value) and abs(value) <= LARGEST else None


def _is_outward(message: Message) -> bool | None:
    """`FOCUS_INWARD` counts down, `FOCUS_OUTWARD` up."""
    on = [element for element, value in message.elements.items() if value == "On"]
    match on:
        case ["FOCUS_OUTWARD"]:
            return True
        case ["FOCUS_INWARD"]:
            return False
        case _:
            return None
