"""The child process that speaks INDI: PyIndi lives here and nowhere else.

It reads commands and writes what happens, one JSON object a line. It never reconnects: when the
server is lost or anything is wrong it ends, and its parent starts another. So no freeze, leak or
crash of the client library reaches the daemon.
"""

import ctypes
import json
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from .properties import STATE_ONLY, is_watched
from .tcp import PromptConnection

LOST = 3
"""Exit status: the server went away. 0 is an end by rigd, 1 and 2 are Python's own failures."""

LINE_LIMIT = 1 << 18
"""Longest line to the parent: a property has some hundred bytes, a long one thousands."""
NAME_LIMIT = 256
"""Longest name of a device or property: INDI's own library allows 64 bytes."""
MESSAGE_LIMIT = 1000
"""What is kept of a message that a driver writes to its users."""

MOST_DEVICES = 200
MOST_PROPERTIES = 20_000
"""More than any observatory has; what defines more is broken, and libindi would keep all of it."""
MEMORY_LIMIT_BYTES = 512 << 20
"""Of this process: with one camera, one wheel and one focuser it takes about a tenth of it."""

_lock = threading.Lock()


def write_line(what: str, **facts: object) -> None:
    """Write one line to the parent; of a property that is too long for it, only that it is there.

    One device that says too much must not cost the parent the others.
    """
    if any(len(str(facts.get(key, ""))) > NAME_LIMIT for key in ("device", "name")):
        return
    line = json.dumps({"what": what, **facts}).encode() + b"\n"
    if len(line) > LINE_LIMIT:
        short = {**facts, "elements": [], "too_long_bytes": len(line)}
        line = json.dumps({"what": what, **short}).encode() + b"\n"
    with _lock:
        while line:
            line = line[os.write(1, line) :]


def main() -> None:
    """Connect to the server named on the command line: HOST PORT UNIX_SOCKET."""
    _die_with_parent()
    _limit_memory()
    host, port, unix_socket = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    try:
        import PyIndi  # noqa: PLC0415 - the one place; missing on some machines
    except ImportError as missing:
        write_line("refused", reason=f"pyindi-client is not installed: {missing}")
        os._exit(LOST)
    client = _make_client(PyIndi)
    if not _connect(client, host, port, unix_socket):
        write_line("refused", reason=f"no INDI server answers at {host}:{port}")
        os._exit(LOST)
    for line in sys.stdin.buffer:
        _carry_out(client, json.loads(line))
    os._exit(0)


def _connect(client: Any, host: str, port: int, unix_socket: str) -> bool:
    if unix_socket:
        client.setServer(f"localhost:{unix_socket}", port)
        if client.connectServer():
            write_line("up", through="unix socket")
            return True
    client.setServer(host, port)
    if not client.connectServer():
        return False
    _connection.attach(_find_socket(port))
    write_line("up", through="tcp")
    return True


def _carry_out(client: Any, command: dict[str, Any]) -> None:
    """Carry out a command of the parent's."""
    match command["do"]:
        case "number" | "switch":
            _send(client, command)
        case "ping":
            client.sendPingRequest(command["id"])


def _send(client: Any, command: dict[str, Any]) -> None:
    """Send one element of a property, in a vector of its own.

    libindi's own copy is not used: its receiving thread writes what the device says into it, and
    that would now and then be sent instead of what was commanded.
    """
    import PyIndi  # noqa: PLC0415 - the one place

    number = command["do"] == "number"
    device = client.getDevice(command["device"])
    known = (device.getNumber if number else device.getSwitch)(command["name"])
    if not known.isValid():
        return
    vector = (PyIndi.PropertyNumber if number else PyIndi.PropertySwitch)(1)
    vector.setDeviceName(command["device"])
    vector.setName(command["name"])
    vector[0].setName(command["element"])
    if number:
        vector[0].setValue(command["value"])
        client.sendNewNumber(vector)
    else:
        vector[0].setState(PyIndi.ISS_ON)
        client.sendNewSwitch(vector)


class TooMuchError(Exception):
    """The server has defined more than any observatory has."""


class PropertyReader:
    """Copies plain values out of libindi's properties, of those that rigd reads."""

    def __init__(self, pyindi: Any) -> None:  # PyIndi has no types
        self._states = {
            pyindi.IPS_IDLE: "Idle",
            pyindi.IPS_OK: "Ok",
            pyindi.IPS_BUSY: "Busy",
            pyindi.IPS_ALERT: "Alert",
        }
        self._elements_of: dict[int, Callable[[Any], list[tuple[object, ...]]]] = {
            pyindi.INDI_NUMBER: lambda p: [
                (w.getName(), w.getValue(), w.getMin(), w.getMax()) for w in p.getNumber()
            ],
            pyindi.INDI_TEXT: lambda p: [(w.getName(), w.getText() or "") for w in p.getText()],
            pyindi.INDI_SWITCH: lambda p: [
                (w.getName(), w.getState() == pyindi.ISS_ON) for w in p.getSwitch()
            ],
        }
        self._last_states: dict[tuple[str, str], str] = {}
        """What was written last of each property that rigd reads only the state of."""
        self._properties: dict[str, set[str]] = {}
        """The names of all properties, by device."""
        self._count = 0

    def note_device(self, name: str) -> None:
        """Write that there is a device.

        Raises:
            TooMuchError: it is one too many.
        """
        self._properties.setdefault(name, set())
        if len(self._properties) > MOST_DEVICES:
            raise TooMuchError(f"it has more than {MOST_DEVICES} devices")
        write_line("device", device=name)

    def note_device_gone(self, name: str) -> None:
        """Write that a device is gone."""
        self._count -= len(self._properties.pop(name, ()))
        write_line("device gone", device=name)

    def note_deletion(self, device: str, name: str) -> None:
        """Write that a property is deleted."""
        names = self._properties.get(device, set())
        self._count -= name in names
        names.discard(name)
        write_line("deleted", device=device, name=name)

    def write_defined(self, changed: Any) -> None:
        """Write a property that a device defines, if rigd reads it.

        Raises:
            TooMuchError: it is one too many.
        """
        names = self._properties.setdefault(changed.getDeviceName(), set())
        self._count += changed.getName() not in names
        names.add(changed.getName())
        if self._count > MOST_PROPERTIES:
            raise TooMuchError(f"its devices have more than {MOST_PROPERTIES} properties")
        self._last_states.pop((changed.getDeviceName(), changed.getName()), None)
        self._write("defined", changed)

    def write_set(self, changed: Any) -> None:
        """Write a property that a device sets, if rigd reads it."""
        self._write("set", changed)

    def _write(self, what: str, changed: Any) -> None:
        name = changed.getName()
        elements_of = self._elements_of.get(changed.getType())
        if elements_of is None or not is_watched(name):
            return
        device = changed.getDeviceName()
        state = self._states.get(changed.getState(), "Idle")
        elements: list[tuple[object, ...]] = []
        if name not in STATE_ONLY:
            elements = elements_of(changed)
        elif self._last_states.get((device, name)) == state:
            return
        else:
            self._last_states[device, name] = state
        write_line(what, device=device, name=name, state=state, elements=elements)


def _make_client(pyindi: Any) -> Any:  # PyIndi has no types
    reader = PropertyReader(pyindi)

    class Client(pyindi.BaseClient):  # type: ignore[misc]  # PyIndi has no types
        """Copies plain values out of every callback; an exception in one would leave it deaf."""

        def newDevice(self, device: Any) -> None:  # noqa: N802 - libindi's name
            _guarded(lambda: reader.note_device(device.getDeviceName()))

        def removeDevice(self, device: Any) -> None:  # noqa: N802
            _guarded(lambda: reader.note_device_gone(device.getDeviceName()))

        def newProperty(self, changed: Any) -> None:  # noqa: N802
            _guarded(lambda: reader.write_defined(changed))

        def updateProperty(self, changed: Any) -> None:  # noqa: N802
            _guarded(lambda: reader.write_set(changed))

        def removeProperty(self, changed: Any) -> None:  # noqa: N802
            _guarded(lambda: reader.note_deletion(changed.getDeviceName(), changed.getName()))

        def newMessage(self, device: Any, number: int) -> None:  # noqa: N802
            _guarded(
                lambda: write_line(
                    "message",
                    device=device.getDeviceName(),
                    text=device.messageQueue(number)[:MESSAGE_LIMIT],
                )
            )

        def newPingReply(self, uid: str) -> None:  # noqa: N802
            _guarded(lambda: write_line("pong", id=uid))

        def serverDisconnected(self, _code: int) -> None:  # noqa: N802
            os._exit(LOST)

    return Client()


def _guarded(write: Callable[[], None]) -> None:
    try:
        _connection.acknowledge()
        write()
    except TooMuchError as error:
        write_line("refused", reason=f"the server is given up: {error}")
        os._exit(LOST)
    except BaseException:  # noqa: BLE001 - an exception here would silence the client for ever
        os._exit(LOST)


def _find_socket(port: int) -> socket.socket | None:
    """The TCP socket of libindi, found by its peer's port: the library does not hand it out."""
    for entry in Path("/proc/self/fd").iterdir():
        with suppress(OSError, ValueError):
            number = os.dup(int(entry.name))
            try:
                found = socket.socket(fileno=number)
            except OSError:
                os.close(number)
                continue
            with suppress(OSError):
                if found.family == socket.AF_INET and found.getpeername()[1] == port:
                    return found
            found.close()
    return None


_connection = PromptConnection()


def _die_with_parent() -> None:
    """Ask Linux to kill this process when its parent dies (PR_SET_PDEATHSIG)."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def _limit_memory() -> None:
    """End this process, not the computer, when a server makes libindi keep too much."""
    if sys.platform == "linux":
        import resource  # noqa: PLC0415 - not on Windows

        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_LIMIT_BYTES, MEMORY_LIMIT_BYTES))


if __name__ == "__main__":
    main()
