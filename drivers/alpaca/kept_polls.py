"""What Alpaca devices answer, as it is kept in a recording and taken again from one.

A message is one poll: which device, and what it answered to each question, in their order. Asked
again with those answers, the same code reads the same of it.
"""

from collections.abc import Callable, Mapping, Sequence

from rigd.devices.driver import Message
from rigd.devices.events import DeviceGone, Event, ServerDown, ServerUp
from rigd.devices.identity import DeviceKind, DeviceRef

from .device import ListedDevice, PolledDevice
from .device_kinds import make_device
from .transport import AnswerError, RejectedError, Transport, UnansweredError

Keep = Callable[[float, Message], None]
Answer = tuple[str, str, object]
"""The member that was asked, what came (value, error, or rejected), and the answer itself."""


class KeptPolls:
    """Shows each poll to whoever records, if anybody does."""

    def __init__(self) -> None:
        self.keep: Keep | None = None

    def listen_to(self, transport: Transport) -> list[Answer]:
        """Collect what a transport's questions are answered; the list is the caller's to empty."""
        answers: list[Answer] = []
        if self.keep is not None:
            transport.heard = lambda path, what, said: answers.append(
                (path.rpartition("/")[2], what, said)
            )
        return answers

    def show_server(self, at_s: float, *, down: str | None) -> None:
        """Show that a server answers, or why none does."""
        if self.keep is not None:
            self.keep(at_s, {"what": "up"} if down is None else {"what": "down", "reason": down})

    def show_poll(self, at_s: float, listed: ListedDevice, answers: Sequence[Answer]) -> None:
        """Show what a device was asked and has answered."""
        if self.keep is not None:
            device = {
                "device": listed.ref.key,
                "kind": listed.kind.value,
                "name": listed.name,
                "unique_id": listed.unique_id,
                "number": listed.number,
            }
            asked = [list(one) for one in answers]
            self.keep(at_s, {"what": "polled", **device, "asked": asked})

    def show_gone(self, at_s: float, listed: ListedDevice) -> None:
        """Show that a device is gone."""
        if self.keep is not None:
            self.keep(at_s, {"what": "gone", "device": listed.ref.key})


class PlayedPolls:
    """Takes kept messages again."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._now_s = 0.0
        self._devices: dict[str, tuple[PolledDevice, _PlayedTransport]] = {}

    def events_of(self, message: Message, at_s: float) -> tuple[Event, ...]:
        """What follows from a message.

        Raises:
            LookupError, TypeError, ValueError: the message has been changed.
        """
        self._now_s = at_s
        match message["what"]:
            case "up":
                return (ServerUp(at_s=at_s, server=self._server),)
            case "down":
                return (ServerDown(at_s=at_s, server=self._server, reason=str(message["reason"])),)
            case "gone":
                key = str(message["device"])
                if key in self._devices:
                    self._devices[key][0].forget()
                return (DeviceGone(at_s=at_s, ref=DeviceRef(self._server, key)),)
            case "polled":
                device, transport = self._named(message)
                transport.take(message["asked"])
                return device.poll().events
            case _:
                return ()

    def _named(self, message: Message) -> "tuple[PolledDevice, _PlayedTransport]":
        key = str(message["device"])
        if key not in self._devices:
            unique_id = message["unique_id"]
            listed = ListedDevice(
                ref=DeviceRef(self._server, key),
                kind=DeviceKind(str(message["kind"])),
                name=str(message["name"]),
                unique_id=None if unique_id is None else str(unique_id),
                number=int(str(message["number"])),
            )
            transport = _PlayedTransport()
            self._devices[key] = make_device(listed, transport, lambda: self._now_s), transport
        return self._devices[key]


class _PlayedTransport(Transport):
    """Answers what was answered, and sends nothing."""

    def __init__(self) -> None:
        super().__init__("recording", 0, 1.0)
        self._coming: list[Answer] = []
        self._last: dict[str, Answer] = {}

    def take(self, asked: object) -> None:
        if not isinstance(asked, Sequence):
            raise TypeError(asked)
        self._coming = [(str(name), str(what), said) for name, what, said in asked]

    def get(self, path: str, fields: Mapping[str, object] | None = None) -> object:
        member = path.rpartition("/")[2]
        for number, answer in enumerate(self._coming):
            if answer[0] == member:
                del self._coming[number]
                self._last[member] = answer
                break
        else:
            # Questions that are asked once a minute may fall into the poll beside.
            if member not in self._last:
                raise UnansweredError(f"{member} was not asked")
            answer = self._last[member]
        _, what, said = answer
        if what == "error" and isinstance(said, Sequence):
            raise AnswerError(int(str(said[0])), str(said[1]))
        if what == "rejected":
            raise RejectedError(str(said))
        return said
