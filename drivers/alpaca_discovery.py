"""Finding Alpaca servers (UDP 32227) and listing their devices; rigd's own server is skipped.

alpyca's search takes 10 s where there is only a loopback interface, and its management calls
have no limit of time.
"""

import json
import socket
import time
from dataclasses import dataclass

from .alpaca_transport import AlpacaTransport, AlpacaTransportError

DISCOVERY_PORT = 32227
REQUEST = b"alpacadiscovery1"
ANSWER_S = 0.9
MAKER_OF_RIGD = "rigd"
TARGETS = ("255.255.255.255", "127.255.255.255", "127.0.0.1")


@dataclass(frozen=True, slots=True)
class Host:
    """Where an Alpaca server listens."""

    address: str
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One row of `configureddevices`, with where it was read."""

    host: Host
    name: str
    device_type: str
    number: int
    unique_id: str


def search(port: int = DISCOVERY_PORT, answer_s: float = ANSWER_S) -> frozenset[Host]:
    """All servers that answer within the time; one server is listed once per address."""
    found: set[Host] = set()
    until_s = time.monotonic() + answer_s
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
        asker.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        asker.bind(("", 0))
        for target in TARGETS:
            try:
                asker.sendto(REQUEST, (target, port))
            except OSError:  # no route for this broadcast: the others still count
                continue
        while (left_s := until_s - time.monotonic()) > 0:
            asker.settimeout(left_s)
            try:
                reply, (address, _) = asker.recvfrom(1024)
            except TimeoutError:
                break
            except OSError:  # an ICMP refusal of one target
                continue
            if (answered := _port_in(reply)) is not None:
                found.add(Host(address, answered))
    return frozenset(found)


def list_devices(host: Host, timeout_s: float) -> tuple[Listed, ...]:
    """The devices of one server; none if the server is rigd's own.

    Raises:
        AlpacaTransportError: The server gave no proper answer.
    """
    transport = AlpacaTransport(host.address, host.port, timeout_s)
    try:
        description = _value(transport, "/management/v1/description")
        if isinstance(description, dict) and description.get("Manufacturer") == MAKER_OF_RIGD:
            return ()
        rows = _value(transport, "/management/v1/configureddevices")
        if not isinstance(rows, list):
            raise AlpacaTransportError("no list of configured devices", sent=True)
        return tuple(
            Listed(
                host=host,
                name=str(row["DeviceName"]),
                device_type=str(row["DeviceType"]).lower(),
                number=int(row["DeviceNumber"]),
                unique_id=str(row["UniqueID"]),
            )
            for row in rows
        )
    except (KeyError, TypeError, ValueError) as error:
        raise AlpacaTransportError(f"malformed list of devices: {error}", sent=True) from error
    finally:
        transport.close()


def _value(transport: AlpacaTransport, path: str) -> object:
    status, answer = transport.call("GET", path, {}, again=True)
    if status != 200 or answer.get("ErrorNumber"):
        raise AlpacaTransportError(f"{path}: {status} {answer.get('ErrorMessage')}", sent=True)
    value: object = answer.get("Value")
    return value


def _port_in(reply: bytes) -> int | None:
    try:
        answered = json.loads(reply)["AlpacaPort"]
    except (ValueError, KeyError, TypeError):
        return None
    return answered if isinstance(answered, int) and 0 < answered < 65536 else None
