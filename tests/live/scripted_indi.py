"""An INDI driver under the stock indiserver that misbehaves as a test tells it to.

indiserver starts a small relay (`indi_relay.py`); what the driver says is decided here, in the
test's process, so a test sets any attribute at any time and reads back what came in. The hardware
lives here too: it outlives a driver that dies, as real hardware does.

    focuser, wheel = ScriptedFocuser(tmp_path, "EAF"), ScriptedWheel(tmp_path, "EFW")
    with focuser, wheel, IndiServer(tmp_path, (wheel.executable, focuser.executable)) as server:
        focuser.motor.start_delay_s = 0.8
        focuser.ok_steps_behind = 3
        ...
        assert focuser.commands("ABS_FOCUS_POSITION") == [30040]
        assert focuser.motor.place == 30040
"""

import queue
import re
import socket
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Self
from xml.etree.ElementTree import Element, XMLPullParser
from xml.sax.saxutils import escape, quoteattr

from tests.limits import LIMIT_S
from tests.motor import Motor

_RELAY = Path(__file__).with_name("indi_relay.py")


@dataclass(frozen=True)
class Received:
    """One command as it reached the driver, by the driver's own clock."""

    at_s: float
    what: str
    """"newNumberVector", "getProperties" ..."""
    name: str
    values: dict[str, str]


def vector(
    kind: str,
    device: str,
    name: str,
    values: dict[str, str],
    state: str = "Ok",
    *,
    define: bool = False,
    limits: tuple[str, str] = ("0", "100"),
) -> str:
    """The XML of a property: kind is Number, Switch, Text or Light."""
    tag, one = (f"def{kind}", f"def{kind}") if define else (f"set{kind}", f"one{kind}")
    head = f"<{tag}Vector device={quoteattr(device)} name={quoteattr(name)} state='{state}'"
    extra = ""
    if define:
        head += f" label={quoteattr(name)} group='Main'" + ("" if kind == "Light" else " perm='rw'")
        head += " timeout='60'" if kind != "Light" else ""
        head += " rule='OneOfMany'" if kind == "Switch" else ""
        if kind == "Number":
            extra = f" format='%g' min='{limits[0]}' max='{limits[1]}' step='1'"
    body = "".join(
        f"<{one} name={quoteattr(key)}{f' label={quoteattr(key)}' + extra if define else ''}>"
        f"{escape(value)}</{one}>"
        for key, value in values.items()
    )
    return f"{head}>{body}</{tag}Vector>\n"


class ScriptedDriver:
    """A driver of one device; subclasses say what the device is."""

    interface = 0
    """`DRIVER_INTERFACE`: 8 is a focuser, 16 a wheel."""

    def __init__(self, directory: Path, name: str) -> None:
        self.name = name
        self.poll_s = 0.1
        """`POLLING_PERIOD`: how often it looks at its hardware."""
        self.connects = True
        """Whether connecting succeeds; False answers with an alert."""
        self.is_connected = False
        self.is_silent = False
        """Hears nothing, says nothing: a driver that hangs."""
        self.dies_after_s: float | None = None
        """How long after the next command the driver dies; indiserver starts it again."""
        self.more: list[str] = []
        """XML that it defines besides when it connects (see `vector`)."""
        self.received: list[Received] = []
        self.starts = 0
        """How often indiserver has started it."""
        self._wire: socket.socket | None = None
        self._jobs: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._dies_at_s: float | None = None
        self._open = True
        self._door = socket.create_server(("127.0.0.1", 0))
        slug = re.sub(r"\W+", "_", f"scripted_{name}")
        path = directory / slug
        port = self._door.getsockname()[1]
        path.write_text(f"#!/bin/sh\nexec '{sys.executable}' -I -S '{_RELAY}' {port}\n")
        path.chmod(0o755)
        self.executable = str(path)
        """What indiserver starts."""
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open = False
        with suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self.die()
        self._thread.join(LIMIT_S)
        self._door.close()

    def send(self, xml: str) -> None:
        """Say anything."""
        self._jobs.put(xml)

    def say(self, text: str) -> None:
        """Write a message, as a driver's log line."""
        self.send(f"<message device={quoteattr(self.name)} message={quoteattr(text)}/>\n")

    def set(self, kind: str, name: str, values: dict[str, str], state: str = "Ok") -> None:
        """Set a property to a value that it need not have."""
        self.send(vector(kind, self.name, name, values, state))

    def define(self, kind: str, name: str, values: dict[str, str], state: str = "Ok") -> None:
        """Define a property, again or for the first time."""
        self.send(vector(kind, self.name, name, values, state, define=True))

    def delete(self, name: str | None = None) -> None:
        """Take a property back, or the whole device."""
        which = "" if name is None else f" name={quoteattr(name)}"
        self.send(f"<delProperty device={quoteattr(self.name)}{which}/>\n")

    def rename(self, name: str) -> None:
        """The device goes and comes back under another name, still connected."""
        self.delete()
        self.name = name
        self.send(self._introduction())
        if self.is_connected:
            self.send(self._definitions())

    def die(self) -> None:
        """The driver dies; the hardware goes on."""
        wire = self._wire
        if wire is not None:
            with suppress(OSError):
                wire.shutdown(socket.SHUT_RDWR)

    def commands(self, name: str) -> list[float]:
        """The numbers that clients sent to a property, in order."""
        sent = [r for r in self.received if r.what == "newNumberVector" and r.name == name]
        return [float(next(iter(r.values.values()))) for r in sent]

    def switched(self, name: str) -> int:
        """How often clients set a switch (FOCUS_ABORT_MOTION, for instance)."""
        return sum(r.what == "newSwitchVector" and r.name == name for r in self.received)

    # What a subclass says.

    def definitions(self) -> str:
        """The XML of what it defines when it connects."""
        raise NotImplementedError

    def names(self) -> tuple[str, ...]:
        """The properties that go when it disconnects."""
        raise NotImplementedError

    def obey(self, command: Received) -> None:
        """Carry out a command of a client's."""
        raise NotImplementedError

    def look(self) -> None:
        """Look at the hardware, once a poll, and say what is new."""
        raise NotImplementedError

    # The driver's life.

    def _run(self) -> None:
        while self._open:
            try:
                self._wire, _ = self._door.accept()
            except OSError:
                return
            self.starts += 1
            self.is_connected, self._dies_at_s = False, None
            with self._wire, suppress(OSError):
                self._wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._live(self._wire)
            self._wire = None

    def _live(self, wire: socket.socket) -> None:
        parser = XMLPullParser(["end"])
        parser.feed("<wire>")
        look_at_s = monotonic()
        while True:
            wire.settimeout(0.01)
            try:
                data = wire.recv(1 << 16)
            except TimeoutError:
                data = None
            if data == b"" or (self._dies_at_s is not None and monotonic() >= self._dies_at_s):
                return
            wire.settimeout(LIMIT_S)
            if data:
                parser.feed(data)
                for _, element in parser.read_events():
                    self._take(element)
            if self.is_connected and monotonic() >= look_at_s and not self.is_silent:
                look_at_s = monotonic() + self.poll_s
                self.look()
            while not self._jobs.empty():
                wire.sendall(self._jobs.get().encode())

    def _take(self, element: Element) -> None:
        if element.tag.startswith("one") or element.tag == "pingReply":
            return
        values = {child.get("name", ""): (child.text or "").strip() for child in element}
        command = Received(monotonic(), element.tag, element.get("name", ""), values)
        device = element.get("device")
        if device not in {None, self.name} or not element.tag.startswith(("new", "get")):
            return
        self.received.append(command)
        if self.is_silent:
            return
        if command.what == "getProperties":
            self.send(self._introduction())
            if self.is_connected:
                self.send(self._definitions())
        elif command.name == "CONNECTION":
            self._connect(values.get("CONNECT") == "On")
        elif command.name == "POLLING_PERIOD":
            self.set("Number", "POLLING_PERIOD", values)
        elif self.is_connected:
            if self.dies_after_s is not None:
                self._dies_at_s, self.dies_after_s = monotonic() + self.dies_after_s, None
            self.obey(command)

    def _connect(self, wanted: bool) -> None:
        connects = wanted and self.connects
        switch = {"CONNECT": "On" if connects else "Off", "DISCONNECT": "Off" if connects else "On"}
        if connects == self.is_connected and connects == wanted:
            self.set("Switch", "CONNECTION", switch)
            return
        if connects:
            self.set("Switch", "CONNECTION", switch)
            self.send(self._definitions())
        else:
            for name in self.names() if self.is_connected else ():
                self.delete(name)
            self.set("Switch", "CONNECTION", switch, "Ok" if not wanted else "Alert")
        self.is_connected = connects

    def _introduction(self) -> str:
        on, off = ("On", "Off") if self.is_connected else ("Off", "On")
        info = {
            "DRIVER_NAME": "Scripted",
            "DRIVER_EXEC": "indi_scripted",
            "DRIVER_VERSION": "1.0",
            "DRIVER_INTERFACE": str(self.interface),
        }
        period = {"PERIOD_MS": f"{self.poll_s * 1000:g}"}
        return (
            vector(
                "Switch", self.name, "CONNECTION", {"CONNECT": on, "DISCONNECT": off}, define=True
            )
            + vector("Text", self.name, "DRIVER_INFO", info, define=True)
            + vector(
                "Number", self.name, "POLLING_PERIOD", period, define=True, limits=("10", "600000")
            )
        )

    def _definitions(self) -> str:
        return self.definitions() + "".join(self.more)


class ScriptedFocuser(ScriptedDriver):
    """An absolute focuser; its motor's own faults are set at `motor`."""

    interface = 8

    def __init__(self, directory: Path, name: str, motor: Motor | None = None) -> None:
        self.motor = motor or Motor()
        self.minimum, self.maximum = "0", "100000"
        """Text: "inf" and "nan" too."""
        self.first_value: str | None = None
        """What the definition says instead of the position; the true one comes with a poll."""
        self.says_busy = True
        """Whether it says Busy when it is told to move."""
        self.waits_for_start = False
        """Whether it stays Busy until a motor that begins late has moved, or says Ok before."""
        self.ok_steps_behind = 0
        """How many steps before its place the Ok says it is."""
        self.truth_after_polls: int | None = 1
        """How many polls after such an Ok the true place comes; None tells it never, unless it is
        farther off than `hides_steps`: many drivers tell changes of more than 5 steps only."""
        self.ends = "Ok"
        """How a move ends: "Ok", "Alert" (without words), or "Busy" for ever."""
        self.answers: str | None = None
        """What it says instead of its position: "1e19", "nan", a huge text."""
        self.hides_steps = 0
        """Changes of so many steps or fewer are not told while it is at rest."""
        self.temperature: str | None = None
        self._state = "Idle"
        self._told: str | None = None
        self._truth_in: int | None = None
        super().__init__(directory, name)

    @property
    def reading(self) -> str:
        return self.answers if self.answers is not None else str(self.motor.place)

    def names(self) -> tuple[str, ...]:
        return ("ABS_FOCUS_POSITION", "FOCUS_ABORT_MOTION", "FOCUS_TEMPERATURE")

    def definitions(self) -> str:
        self._state, self._truth_in = "Idle", None
        first = self.reading if self.first_value is None else self.first_value
        self._told = first
        xml = vector(
            "Number",
            self.name,
            "ABS_FOCUS_POSITION",
            {"FOCUS_ABSOLUTE_POSITION": first},
            "Idle",
            define=True,
            limits=(self.minimum, self.maximum),
        )
        xml += vector(
            "Switch", self.name, "FOCUS_ABORT_MOTION", {"ABORT": "Off"}, "Idle", define=True
        )
        if self.temperature is not None:
            xml += vector(
                "Number",
                self.name,
                "FOCUS_TEMPERATURE",
                {"TEMPERATURE": self.temperature},
                define=True,
                limits=("-100", "100"),
            )
        return xml

    def obey(self, command: Received) -> None:
        if command.name == "ABS_FOCUS_POSITION":
            self.motor.go(round(float(command.values["FOCUS_ABSOLUTE_POSITION"])))
            self._state, self._truth_in = "Busy", None
            if self.says_busy:
                self._tell(self.reading)
        elif command.name == "FOCUS_ABORT_MOTION":
            self.motor.halt()
            self.set("Switch", "FOCUS_ABORT_MOTION", {"ABORT": "Off"})

    def look(self) -> None:
        if self.temperature is not None:
            self.set("Number", "FOCUS_TEMPERATURE", {"TEMPERATURE": self.temperature})
        moving = self.motor.is_ordered if self.waits_for_start else self.motor.is_moving
        if self._state == "Busy" and not moving and self.ends != "Busy":
            self._state = self.ends
            behind = self.ok_steps_behind if self.ends == "Ok" else 0
            self._truth_in = self.truth_after_polls if behind else None
            forward = self.motor.target >= float(self._told or 0)
            self._tell(str(self.motor.place - (behind if forward else -behind)) if behind else None)
        elif self._truth_in is not None:
            self._truth_in -= 1
            if self._truth_in == 0:
                self._truth_in = None
                self._tell(self.reading)
        elif self._is_news() or (self._state == "Busy" and self.says_busy):
            self._tell(self.reading)

    def _is_news(self) -> bool:
        if self.reading == self._told:
            return False
        try:
            return (
                not abs(float(self.reading) - float(self._told or 0)) <= self.hides_steps
            )  # nan too
        except ValueError:
            return True

    def _tell(self, position: str | None) -> None:
        self._told = self.reading if position is None else position
        self.set(
            "Number", "ABS_FOCUS_POSITION", {"FOCUS_ABSOLUTE_POSITION": self._told}, self._state
        )


class ScriptedWheel(ScriptedDriver):
    """A filter wheel; slots count from 1, as INDI's do."""

    interface = 16

    def __init__(
        self, directory: Path, name: str, labels: tuple[str, ...] = ("L", "R", "G", "B", "Ha")
    ) -> None:
        self.labels = labels
        self.turn_s = 0.2
        self.first_value: str | None = None
        """What the definition says instead of the slot; the true one comes with a poll."""
        self.says_busy = True
        self.start_delay_s = 0.0
        """How long it says nothing (and stands) after a command."""
        self.ok_early_s = 0.0
        """How long before it stands it says Ok."""
        self.ends = "Ok"
        """How a turn ends: "Ok", "Alert" (without words), or "Busy" for ever."""
        self.stops_at: int | None = None
        """Where a turn ends instead of at its slot."""
        self.rehomes_to: int | None = None
        """The slot to which it turns when it connects."""
        self.answers: str | None = None
        """What it says instead of its slot."""
        self._slot = self._from = 1
        self._ends_s = 0.0
        self._state = "Ok"
        self._told: str | None = None
        super().__init__(directory, name)

    @property
    def slot(self) -> int | None:
        """The slot in the light; None while it turns."""
        return None if monotonic() < self._ends_s else self._slot

    def turn_by_hand(self, slot: int) -> None:
        self._slot = self._from = slot

    def relabel(self, *labels: str) -> None:
        """Define other labels."""
        self.labels = labels
        if self.is_connected:
            self.send(self._labels())

    @property
    def reading(self) -> str:
        return self.answers if self.answers is not None else str(self._slot)

    def names(self) -> tuple[str, ...]:
        return ("FILTER_SLOT", "FILTER_NAME")

    def definitions(self) -> str:
        if self.rehomes_to is not None:
            self.turn_by_hand(self.rehomes_to)
        self._state = "Idle"
        first = self._told = self.reading if self.first_value is None else self.first_value
        return (
            vector(
                "Number",
                self.name,
                "FILTER_SLOT",
                {"FILTER_SLOT_VALUE": first},
                "Idle",
                define=True,
                limits=("1", str(len(self.labels))),
            )
            + self._labels()
        )

    def obey(self, command: Received) -> None:
        if command.name != "FILTER_SLOT":
            return
        wanted = round(float(command.values["FILTER_SLOT_VALUE"]))
        self._from = self._slot
        self._slot = wanted if self.stops_at is None else self.stops_at
        self._ends_s = monotonic() + self.start_delay_s + self.turn_s
        self._state = "Busy"
        if self.says_busy and not self.start_delay_s:
            self._tell(str(self._from))

    def look(self) -> None:
        now = monotonic()
        if self._state == "Busy":
            if now >= self._ends_s - self.ok_early_s and self.ends != "Busy":
                self._state = self.ends
                self._tell(str(self._from) if self.ends == "Alert" else self.reading)
            elif self.says_busy and now >= self._ends_s - self.turn_s:
                self._tell(str(self._from))
        elif self.reading != self._told:
            self._state = "Ok"
            self._tell(self.reading)

    def _labels(self) -> str:
        labels = {f"FILTER_SLOT_NAME_{n}": label for n, label in enumerate(self.labels, start=1)}
        return vector("Text", self.name, "FILTER_NAME", labels, define=True)

    def _tell(self, slot: str) -> None:
        self._told = slot
        self.set("Number", "FILTER_SLOT", {"FILTER_SLOT_VALUE": slot}, self._state)
