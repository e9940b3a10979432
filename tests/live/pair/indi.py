"""rigd's pair as a raw INDI client has it: plain XML on a socket to a real indiserver."""

import socket
from collections.abc import Callable
from time import monotonic
from typing import NamedTuple
from xml.etree.ElementTree import XMLPullParser

from tests.limits import LIMIT_S
from tests.live.pair.door import RefusedError

WHEEL, FOCUSER = "rigd demo wheel", "rigd demo focuser"
SLOT, POSITION = "FILTER_SLOT", "ABS_FOCUS_POSITION"


class Told(NamedTuple):
    """A property as it was told."""

    device: str
    name: str
    state: str
    """As INDI names it, or `gone`."""
    values: dict[str, str]


class IndiPair:
    """A client that is told."""

    clamps = False
    waits = True

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), LIMIT_S)
        self._parser = XMLPullParser(["end"])
        self._parser.feed("<wire>")
        self._told: list[Told] = []
        self._sentences: list[str] = []
        self._socket.sendall(b"<getProperties version='1.7'/>\n")

    def close(self) -> None:
        self._socket.close()

    def connect(self) -> None:
        for device in (WHEEL, FOCUSER):
            self._until(lambda device=device: self._latest(device, "CONNECTION") is not None)
            self._send("Switch", device, "CONNECTION", CONNECT="On")
        self._until(lambda: self._state(WHEEL, SLOT) == self._state(FOCUSER, POSITION) == "Ok")

    def disconnect(self) -> None:
        for device in (WHEEL, FOCUSER):
            self._answered("Switch", device, "CONNECTION", DISCONNECT="On")
            assert self._latest(device, "CONNECTION").values["CONNECT"] == "Off"

    def names(self) -> list[str]:
        return list(self._latest(WHEEL, "FILTER_NAME").values.values())

    def filter_position(self) -> int | None:
        self._catch_up()
        return _shown(self._latest(WHEEL, SLOT))

    def change_filter(self, position: int) -> list[int | None]:
        began = self._answered("Number", WHEEL, SLOT, FILTER_SLOT_VALUE=position + 1)
        self._rest(WHEEL, SLOT)
        return [_shown(one) for one in self._told[began:] if one[:2] == (WHEEL, SLOT)]

    def begin_change(self, position: int) -> None:
        self._answered("Number", WHEEL, SLOT, FILTER_SLOT_VALUE=position + 1)
        assert self._state(WHEEL, SLOT) == "Busy"

    def sentence(self) -> str:
        self._catch_up()
        return self._sentences[-1]

    def await_filter(self) -> int:
        self._rest(WHEEL, SLOT)
        position = _shown(self._latest(WHEEL, SLOT))
        assert position is not None
        return position

    def focuser_steps(self) -> int:
        self._catch_up()
        return self._steps()

    def most_steps(self) -> int:
        return int(self._latest(FOCUSER, "FOCUS_MAX").values["FOCUS_MAX_VALUE"])

    def temperature_c(self) -> float:
        return float(self._latest(FOCUSER, "FOCUS_TEMPERATURE").values["TEMPERATURE"])

    def move(self, steps: int) -> int:
        self._answered("Number", FOCUSER, POSITION, FOCUS_ABSOLUTE_POSITION=steps)
        self._rest(FOCUSER, POSITION)
        return self._steps()

    def begin_move(self, steps: int) -> None:
        self._answered("Number", FOCUSER, POSITION, FOCUS_ABSOLUTE_POSITION=steps)
        assert self._state(FOCUSER, POSITION) == "Busy"

    def halt(self) -> int:
        self._answered("Switch", FOCUSER, "FOCUS_ABORT_MOTION", ABORT="On")
        self._rest(FOCUSER, POSITION)
        return self._steps()

    def _steps(self) -> int:
        return int(self._latest(FOCUSER, POSITION).values["FOCUS_ABSOLUTE_POSITION"])

    def _rest(self, device: str, name: str) -> None:
        """Wait until a property is Busy no more.

        Raises:
            RefusedError: it is in Alert.
        """
        self._until(lambda: self._state(device, name) != "Busy")
        if self._state(device, name) == "Alert":
            raise RefusedError(self._sentences[-1])

    def _answered(self, kind: str, device: str, name: str, **values: object) -> int:
        """Send a command and wait for the answer; return where what was told since begins.

        Raises:
            RefusedError: the answer is an error.
        """
        self._catch_up()
        began, said = len(self._told), len(self._sentences)
        self._send(kind, device, name, **values)

        def errors() -> list[str]:
            return [one for one in self._sentences[said:] if one.startswith("[ERROR]")]

        self._until(
            lambda: errors() or any(one[:2] == (device, name) for one in self._told[began:])
        )
        if errors():
            raise RefusedError(errors()[0])
        return began

    def _catch_up(self) -> None:
        """Read what the driver has said by now: it answers in order."""
        began = len(self._told)
        self._socket.sendall(
            f"<getProperties version='1.7' device='{WHEEL}' name='DRIVER_INFO'/>\n".encode()
        )
        self._until(lambda: any(one.name == "DRIVER_INFO" for one in self._told[began:]))

    def _send(self, kind: str, device: str, name: str, **values: object) -> None:
        inner = "".join(
            f"<one{kind} name='{key}'>{value}</one{kind}>" for key, value in values.items()
        )
        self._socket.sendall(
            f"<new{kind}Vector device='{device}' name='{name}'>{inner}</new{kind}Vector>\n".encode()
        )

    def _latest(self, device: str, name: str) -> Told | None:
        return next((one for one in reversed(self._told) if one[:2] == (device, name)), None)

    def _state(self, device: str, name: str) -> str | None:
        latest = self._latest(device, name)
        return latest and latest.state

    def _until(self, true: Callable[[], object]) -> None:
        end_s = monotonic() + LIMIT_S
        while not true():
            assert monotonic() < end_s, (self._told[-5:], self._sentences[-5:])
            self._parser.feed(self._socket.recv(1 << 16))
            for _, element in self._parser.read_events():
                if element.tag == "message":
                    self._sentences.append(element.get("message", ""))
                elif element.tag == "delProperty" or element.tag.startswith(("def", "set")):
                    values = {one.get("name", ""): (one.text or "").strip() for one in element}
                    where = (element.get("device", ""), element.get("name", ""))
                    state = "gone" if element.tag == "delProperty" else element.get("state", "")
                    self._told.append(Told(*where, state, values))


def _shown(told: Told) -> int | None:
    """The filter that a told FILTER_SLOT shows; None while it changes."""
    return int(told.values["FILTER_SLOT_VALUE"]) - 1 if told.state == "Ok" else None
