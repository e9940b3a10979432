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
from contextlib import suppress
from pathlib import Path
from typing import Any

from .properties import WATCHED
from .tcp import Swift

LOST = 3
"""Exit status: the server went away."""

_lock = threading.Lock()


def say(what: str, **facts: object) -> None:
    """Write one line to the parent."""
    line = json.dumps({"what": what, **facts}).encode() + b"\n"
    with _lock:
        while line:
            line = line[os.write(1, line) :]


def main() -> None:
    """Connect to the server named on the command line: HOST PORT UNIX_SOCKET."""
    _die_with_parent()
    host, port, unix_socket = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    try:
        import PyIndi  # noqa: PLC0415 - the one place; missing on some machines
    except ImportError as missing:
        say("refused", reason=f"pyindi-client is not installed: {missing}")
        os._exit(LOST)
    client = _client(PyIndi)
    if not _connect(client, host, port, unix_socket):
        say("refused", reason=f"no INDI server answers at {host}:{port}")
        os._exit(LOST)
    for line in sys.stdin.buffer:
        _obey(client, json.loads(line))
    os._exit(0)


def _connect(client: Any, host: str, port: int, unix_socket: str) -> bool:
    if unix_socket:
        client.setServer(f"localhost:{unix_socket}", port)
        if client.connectServer():
            say("up", through="unix socket")
            return True
    client.setServer(host, port)
    if not client.connectServer():
        return False
    _swift.take(_find_wire(port))
    say("up", through="tcp")
    return True


def _obey(client: Any, command: dict[str, Any]) -> None:
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


def _client(pyindi: Any) -> Any:  # PyIndi has no types
    states = {
        pyindi.IPS_IDLE: "Idle",
        pyindi.IPS_OK: "Ok",
        pyindi.IPS_BUSY: "Busy",
        pyindi.IPS_ALERT: "Alert",
    }
    readers: dict[int, Any] = {
        pyindi.INDI_NUMBER: lambda p: [
            (w.getName(), w.getValue(), w.getMin(), w.getMax()) for w in p.getNumber()
        ],
        pyindi.INDI_TEXT: lambda p: [(w.getName(), w.getText() or "") for w in p.getText()],
        pyindi.INDI_SWITCH: lambda p: [
            (w.getName(), w.getState() == pyindi.ISS_ON) for w in p.getSwitch()
        ],
    }

    def tell(what: str, changed: Any) -> None:
        name = changed.getName()
        read = readers.get(changed.getType())
        if name in WATCHED and read is not None:
            say(
                what,
                device=changed.getDeviceName(),
                name=name,
                state=states.get(changed.getState(), "Idle"),
                elements=read(changed),
            )

    class Client(pyindi.BaseClient):  # type: ignore[misc]  # PyIndi has no types
        """Copies plain values out of every callback; an exception in one would leave it deaf."""

        def newDevice(self, device: Any) -> None:  # noqa: N802 - libindi's name
            _guarded(lambda: say("device", device=device.getDeviceName()))

        def removeDevice(self, device: Any) -> None:  # noqa: N802
            _guarded(lambda: say("device gone", device=device.getDeviceName()))

        def newProperty(self, changed: Any) -> None:  # noqa: N802
            _guarded(lambda: tell("defined", changed))

        def updateProperty(self, changed: Any) -> None:  # noqa: N802
            _guarded(lambda: tell("set", changed))

        def removeProperty(self, changed: Any) -> None:  # noqa: N802
            _guarded(lambda: say("deleted", device=changed.getDeviceName(), name=changed.getName()))

        def newMessage(self, device: Any, number: int) -> None:  # noqa: N802
            _guarded(
                lambda: say(
                    "message", device=device.getDeviceName(), text=device.messageQueue(number)
                )
            )

        def newPingReply(self, uid: str) -> None:  # noqa: N802
            _guarded(lambda: say("pong", id=uid))

        def serverDisconnected(self, _code: int) -> None:  # noqa: N802
            os._exit(LOST)

    return Client()


def _guarded(tell: Any) -> None:
    try:
        _swift.again()
        tell()
    except BaseException:  # noqa: BLE001 - an exception here would silence the client for ever
        os._exit(LOST)


def _find_wire(port: int) -> socket.socket | None:
    """The TCP socket of libindi, found by its peer's port: the library does not hand it out."""
    for entry in Path("/proc/self/fd").iterdir():
        with suppress(OSError, ValueError):
            number = os.dup(int(entry.name))
            try:
                wire = socket.socket(fileno=number)
            except OSError:
                os.close(number)
                continue
            with suppress(OSError):
                if wire.family == socket.AF_INET and wire.getpeername()[1] == port:
                    return wire
            wire.close()
    return None


_swift = Swift()


def _die_with_parent() -> None:
    """Ask Linux to kill this process when its parent dies (PR_SET_PDEATHSIG)."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)


if __name__ == "__main__":
    main()
