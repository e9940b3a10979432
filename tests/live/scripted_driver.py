"""What scripted INDI drivers have in common: the XML, the life of a driver, and its log."""

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
