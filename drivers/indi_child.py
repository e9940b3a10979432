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

from .indi_properties import WATCHED

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
        case "number":
            client.sendNewNumber(
                command["device"], command["name"], command["element"], command["value"]
            )
        case "switch":
            device = client.getDevice(command["device"])
            vector = device.getSwitch(command["name"])
            if not vector.isValid():
                return
            for index in range(vector.count()):
                on = vector.at(index).getName() == command["element"]
                vector.at(index).setState(_states()[on])
            client.sendNewSwitch(vector)
        case "ping":
            client.sendPingRequest(command["id"])


def _states() -> dict[bool, int]:
    import PyIndi  # noqa: PLC0415 - the one place

    return {True: PyIndi.ISS_ON, False: PyIndi.ISS_OFF}


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


class _Swift:
    """Keeps a TCP connection free of the kernel's waits: without it a command takes 44 ms.

    libindi and indiserver both write in small pieces without TCP_NODELAY. Ours can be set; for
    the server's, every received piece is acknowledged at once (Linux forgets that option, so it
    is set again after each message).
    """

    def __init__(self) -> None:
        self._wire: socket.socket | None = None

    def take(self, wire: socket.socket | None) -> None:
        """Look after this connection from now on."""
        self._wire = wire
        if wire is not None:
            wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.again()

    def again(self) -> None:
        """Acknowledge at once what came and what comes next."""
        if self._wire is not None:
            with suppress(OSError, AttributeError):
                self._wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)


_swift = _Swift()


def _die_with_parent() -> None:
    """Ask Linux to kill this process when its parent dies (PR_SET_PDEATHSIG)."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)


if __name__ == "__main__":
    main()
