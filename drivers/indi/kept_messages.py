"""What an INDI server says, as it is kept in a recording and taken again from one.

The lines of the child process are kept as they come. What comes in other ways is made a message of
the same kind: the answers that drivers give, the commands of other clients, and what time brought
about: an answer that never came, a server that was lost.
"""

from collections.abc import Callable

from rigd.devices.driver import Message
from rigd.devices.events import (
    Echo,
    EchoHeard,
    EchoLost,
    FocuserCommanded,
    FocuserRenumbered,
    FocuserStopped,
)
from rigd.devices.identity import DeviceRef

Keep = Callable[[float, Message], None]


class KeptMessages:
    """Shows each message to whoever records, if anybody does."""

    def __init__(self) -> None:
        self.keep: Keep | None = None

    def show(self, at_s: float, what: str, **facts: object) -> None:
        """Show a message."""
        if self.keep is not None:
            self.keep(at_s, {"what": what, **facts})

    def show_line(self, at_s: float, line: Message) -> None:
        """Show a line of the child process; a ping's answer says nothing of a device."""
        if self.keep is not None and line["what"] != "pong":
            self.keep(at_s, line)

    def show_echo(self, event: Echo) -> None:
        """Show what was heard of other clients' commands."""
        match event:
            case FocuserCommanded():
                self.show(
                    event.at_s,
                    "commanded",
                    device=event.ref.key,
                    target_steps=event.target_steps,
                    stood_steps=event.stood_steps,
                )
            case FocuserStopped():
                self.show(event.at_s, "stopped", device=event.ref.key)
            case FocuserRenumbered():
                self.show(event.at_s, "renumbered", device=event.ref.key)
            case EchoLost():
                self.show(event.at_s, "echo lost", reason=event.reason)
            case EchoHeard():
                self.show(event.at_s, "echo heard")


def read_echo(message: Message, server: str, at_s: float) -> Echo | None:
    """The event of a kept message on other clients' commands; None if it is about something else.

    Raises:
        LookupError, TypeError, ValueError: the message has been changed.
    """
    match message["what"]:
        case "commanded":
            return FocuserCommanded(
                at_s=at_s,
                ref=DeviceRef(server, str(message["device"])),
                target_steps=_steps(message["target_steps"]),
                stood_steps=_steps(message["stood_steps"]),
            )
        case "stopped":
            return FocuserStopped(at_s=at_s, ref=DeviceRef(server, str(message["device"])))
        case "renumbered":
            return FocuserRenumbered(at_s=at_s, ref=DeviceRef(server, str(message["device"])))
        case "echo lost":
            return EchoLost(at_s=at_s, server=server, reason=str(message["reason"]))
        case "echo heard":
            return EchoHeard(at_s=at_s, server=server)
        case _:
            return None


def _steps(value: object) -> int | None:
    return None if value is None else int(str(value))
