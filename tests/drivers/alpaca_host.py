"""A small Alpaca device host: real HTTP on loopback, devices that move in time and misbehave.

A test sets the attributes of its devices at any time, and reads back `log` and `motor.orders`.
Two devices may have one name; `AlpacaHost.restart` is back at once with other device numbers.
"""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.motor import Motor

NOT_IMPLEMENTED = 0x400
INVALID_VALUE = 0x401
NOT_CONNECTED = 0x407


class FaultError(Exception):
    def __init__(self, number: int, message: str) -> None:
        super().__init__(message)
        self.number = number


@dataclass
class Device:
    """Keeps state; a member is a method that answers a GET, or one with a value for a PUT."""

    kind: str
    name: str
    unique_id: str
    interface_version: int
    connected: bool = True
    faults: dict[str, FaultError] = field(default_factory=dict)
    """Faults by member."""
    silent: set[str] = field(default_factory=set)
    """Members that do what they are asked and never answer."""
    blocks_s: dict[str, float] = field(default_factory=dict)
    """Members that do what they are asked and answer so much later."""
    answers: dict[str, Any] = field(default_factory=dict)
    """What members answer instead of what is so: -1, 1e19, NaN, None."""
    connect_fault: FaultError | None = None
    log: list[str] = field(default_factory=list)
    _failures: dict[str, list[FaultError]] = field(default_factory=dict)

    def fail_next(self, member: str, times: int = 1, number: int = 0x500) -> None:
        """Have the next reads of a member end in an error."""
        self._failures[member] = [FaultError(number, f"{member} cannot be read")] * times

    def get(self, member: str) -> Any:
        self.log.append(f"GET {member}")
        if member in self.faults:
            raise self.faults[member]
        if self._failures.get(member):
            raise self._failures[member].pop()
        if member in self.answers:
            return self.answers[member]
        common = {
            "connected": self.connected,
            "interfaceversion": self.interface_version,
            "driverinfo": f"{self.kind} of the test host",
            "driverversion": "1.2",
            "name": self.name,
        }
        if member in common:
            return common[member]
        if member == "connecting":
            if self.connect_fault is not None:
                raise self.connect_fault
            return False
        return self.read(member, self.must_be_connected)

    def put(self, member: str, fields: dict[str, str]) -> None:
        self.log.append(f"PUT {member}")
        if member in self.faults:
            raise self.faults[member]
        if member == "connect":
            self.connected = self.connect_fault is None
        elif member == "connected":
            self.connected = fields["Connected"].lower() == "true"
        else:
            self.must_be_connected()
            self.write(member, fields)

    def must_be_connected(self) -> None:
        if not self.connected:
            raise FaultError(NOT_CONNECTED, "not connected")

    def read(self, member: str, check: Any) -> Any:
        check()
        values = self.values()
        if member not in values:
            raise FaultError(NOT_IMPLEMENTED, f"{member} is not implemented")
        return values[member]

    def values(self) -> dict[str, Any]:
        return {}

    def write(self, member: str, fields: dict[str, str]) -> None:
        raise FaultError(NOT_IMPLEMENTED, f"{member} is not implemented")


@dataclass
class Wheel(Device):
    names: tuple[str, ...] = ("L", "R", "G", "B", "Ha")
    position: int = 0
    """Where it stands, or will when its turn ends."""
    turn_s: float = 0.05
    start_delay_s: float = 0.0
    """How long it stands and says so after it was told to turn."""
    says_turning: bool = True
    """Whether it says -1 while it turns; False says its old position until it has arrived."""
    stops_at: int | None = None
    """Where a turn ends instead of where it should."""
    came_from: int = 0
    ends_s: float = 0.0

    def values(self) -> dict[str, Any]:
        left_s = self.ends_s - time.monotonic()
        position = self.position
        if left_s > 0:
            begun = left_s <= self.turn_s
            position = -1 if begun and self.says_turning else self.came_from
        return {
            "names": list(self.names),
            "focusoffsets": [0] * len(self.names),
            "position": position,
        }

    def write(self, member: str, fields: dict[str, str]) -> None:
        if member != "position":
            super().write(member, fields)
        position = int(fields["Position"])
        if not 0 <= position < len(self.names):
            raise FaultError(INVALID_VALUE, f"Position {position} is out of range")
        self.came_from = self.position
        self.position = position if self.stops_at is None else self.stops_at
        self.ends_s = time.monotonic() + self.start_delay_s + self.turn_s


@dataclass
class Focuser(Device):
    """Its motor's own faults (late start, deaf halt, endless, stall) are set at `motor`."""

    motor: Motor = field(default_factory=lambda: Motor(steps=25000))
    max_step: int = 60000
    move_s: float | None = 0.05
    """How long a move of any length takes; None leaves it to the speed of the motor."""
    temperature: float | None = 8.5
    step_size: float | None = 4.0
    temperature_compensation: bool | None = None
    """`TempComp`; None has none."""
    ends_s: float = 0.0
    says_steps: int | None = None
    """What `Position` answers instead of where the motor is; None answers the truth."""

    def values(self) -> dict[str, Any]:
        values = {
            "absolute": True,
            "ismoving": self.motor.is_moving,
            "position": self.motor.place if self.says_steps is None else self.says_steps,
            "maxstep": self.max_step,
            "maxincrement": self.max_step,
            "tempcomp": self.temperature_compensation or False,
            "tempcompavailable": self.temperature_compensation is not None,
            "temperature": self.temperature,
            "stepsize": self.step_size,
        }
        return {name: value for name, value in values.items() if value is not None}

    def write(self, member: str, fields: dict[str, str]) -> None:
        if member == "halt":
            self.motor.halt()
            self.ends_s = 0.0
        elif member == "move":
            target = min(max(int(fields["Position"]), 0), self.max_step)
            way = abs(target - self.motor.place)
            if self.move_s is not None and way:
                self.motor.steps_per_s = way / self.move_s
            self.motor.go(target)
            lasts_s = self.motor.start_delay_s + way / self.motor.steps_per_s
            self.ends_s = time.monotonic() + lasts_s
        elif member == "tempcomp" and self.temperature_compensation is not None:
            self.temperature_compensation = fields["TempComp"].lower() == "true"
        else:
            super().write(member, fields)


@dataclass
class Camera(Device):
    state: int = 0
    max_adu: int = 65535

    def values(self) -> dict[str, Any]:
        return {
            "camerastate": self.state,
            "cameraxsize": 6248,
            "cameraysize": 4176,
            "pixelsizex": 3.76,
            "pixelsizey": 3.76,
            "maxadu": self.max_adu,
            "sensortype": 0,
        }


@dataclass
class Telescope(Device):
    slewing: bool = False

    def values(self) -> dict[str, Any]:
        return {
            "slewing": self.slewing,
            "altitude": 45.5,
            "focallength": 0.48,
            "aperturediameter": 0.08,
        }


class AlpacaHost:
    """One server with its devices; its connections end with it."""

    def __init__(self, *devices: Device, manufacturer: str = "somebody", port: int = 0) -> None:
        self.devices = list(devices)
        self.manufacturer = manufacturer
        self.drops_idle = False
        """Whether a connection is closed after each answer without saying so."""
        self.connections: set[socket.socket] = set()
        self.accepted = 0
        self._serve(port)

    def restart(self, *devices: Device, away_s: float = 0.0) -> None:
        """End, and be back at the same port with these devices, numbered in this order."""
        self.stop()
        time.sleep(away_s)
        self.devices = list(devices)
        self._serve(self.port)

    def _serve(self, port: int) -> None:
        self._server = _Server(("127.0.0.1", port), _handler_of(self))
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """End at once, as a killed process does."""
        if not self._thread.is_alive():
            return
        self._server.shutdown()
        self._server.server_close()
        for connection in tuple(self.connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._thread.join(2)

    def answer(self, verb: str, path: str, fields: dict[str, str]) -> dict[str, Any] | None:
        """The JSON of an answer without the IDs; None never answers. KeyError is HTTP 400."""
        parts = path.strip("/").split("/")
        try:
            if parts[0] == "management":
                return {"Value": self._management(parts[-1])}
            _, _, kind, number, member = parts
            device = [d for d in self.devices if d.kind.lower() == kind][int(number)]
            if verb == "GET":
                value = device.get(member)
                time.sleep(device.blocks_s.get(member, 0.0))
                return None if member in device.silent else {"Value": value}
            device.put(member, fields)
        except FaultError as fault:
            return {"ErrorNumber": fault.number, "ErrorMessage": str(fault)}
        except IndexError:
            raise KeyError(path) from None
        time.sleep(device.blocks_s.get(member, 0.0))
        return None if member in device.silent else {}

    def _management(self, page: str) -> Any:
        if page == "description":
            return {"ServerName": "test host", "Manufacturer": self.manufacturer}
        return [
            {
                "DeviceName": device.name,
                "DeviceType": device.kind,
                "DeviceNumber": sum(d.kind == device.kind for d in self.devices[:index]),
                "UniqueID": device.unique_id,
            }
            for index, device in enumerate(self.devices)
        ]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is none of the host's business."""


def _handler_of(host: AlpacaHost) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def setup(self) -> None:
            host.connections.add(self.request)
            host.accepted += 1
            super().setup()

        def finish(self) -> None:
            host.connections.discard(self.request)
            super().finish()

        def do_GET(self) -> None:
            url = urlsplit(self.path)
            self.reply("GET", url.path, dict(parse_qsl(url.query)))

        def do_PUT(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.reply("PUT", self.path, dict(parse_qsl(body.decode())))

        def reply(self, verb: str, path: str, fields: dict[str, str]) -> None:
            try:
                answer = host.answer(verb, path, fields)
            except KeyError:
                self.send(400, b"no such device")
                return
            if answer is None:
                self.rfile.read(1)  # until the client gives up
                return
            ids = {
                "ClientTransactionID": int(fields["ClientTransactionID"]),
                "ServerTransactionID": 1,
            }
            full = {"ErrorNumber": 0, "ErrorMessage": "", **ids, **answer}
            self.send(200, json.dumps(full).encode())
            self.close_connection = host.drops_idle

        def send(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    return Handler


def equipment() -> tuple[Wheel, Focuser, Camera, Telescope]:
    """One device of each kind, of Platform 7."""
    return (
        Wheel("FilterWheel", "Wheel", "uid-wheel", 3),
        Focuser("Focuser", "Focuser", "uid-focuser", 4),
        Camera("Camera", "Camera", "uid-camera", 4),
        Telescope("Telescope", "Mount", "uid-mount", 4),
    )


@contextmanager
def hosting(
    *devices: Device, manufacturer: str = "somebody", port: int = 0
) -> Iterator[AlpacaHost]:
    host = AlpacaHost(*devices, manufacturer=manufacturer, port=port)
    try:
        yield host
    finally:
        host.stop()
