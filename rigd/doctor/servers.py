"""The servers that devices live on: whether they answer, and what INDI's drivers say."""

import json
import socket
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from typing import Any

from rigd.config import ServerConfig
from rigd.daemon.driver_plugins import find_driver
from rigd.devices.identity import DeviceRef
from rigd.doctor.finding import Finding, fault, ok, warning
from rigd.doctor.indi_wire import HeardDevice, NotIndiError, hear
from rigd.doctor.installation import Installation
from rigd.equipment.profile import EquipmentProfile
from rigd.errors import ConfigError
from rigd.setup.wheel_labels import describe_contradiction, find_contradicting_wheels

ANSWER_S = 3.0
_ALPACA_IDS = "ClientID=1&ClientTransactionID=1"
SLOW_POLL_MS = 2000
"""`POLLING_PERIOD`: beyond it a filter change waits for the driver's next look."""


def check_servers(there: Installation) -> Iterator[Finding]:
    """Check every server of the configuration."""
    if there.loaded is None:
        return
    for server in there.loaded.config.servers:
        with suppress(ConfigError):  # said of the configuration
            options = find_driver(server)[1].options
            host, port = getattr(options, "host", None), getattr(options, "port", None)
            if isinstance(host, str) and isinstance(port, int):
                if server.driver == "indi":
                    yield from _check_indi(there, server, host, port)
                elif server.driver == "alpaca":
                    yield from _check_alpaca(there, server, host, port)
                else:
                    yield _check_port(server, host, port)


def _check_indi(
    there: Installation, server: ServerConfig, host: str, port: int
) -> Iterator[Finding]:
    where = f"server {server.name}"
    try:
        devices = hear(host, port)
    except NotIndiError:
        remedy = f"see what has that port: `ss -ltnp sport = :{port}`"
        yield fault("servers", f"{where}: what answers at {host}:{port} is no INDI server", remedy)
        return
    except OSError as error:
        why = error.strerror or str(error)
        remedy = "start it (from Ekos, or `indiserver DRIVER …`), or mend its host and port"
        yield fault("servers", f"{where}: no INDI server answers at {host}:{port}: {why}", remedy)
        return
    names = ", ".join(sorted(devices)) or "no device"
    yield ok("servers", f"{where}: {host}:{port} has {names}")
    yield from _name_missing(there, server, devices)
    for rig, profile in there.profiles.items():
        for role, device in _devices_at(profile, server).items():
            if device in devices:
                yield from _check_device(rig, role, device, devices[device])
        if there.daemon is None:  # else it says so itself, and knows what was confirmed
            confirmed = there.confirmed_labels.get(rig, frozenset())
            yield from _check_labels(rig, profile, server.name, devices, confirmed)


def _devices_at(profile: EquipmentProfile, server: ServerConfig) -> dict[str, str]:
    """The devices of a profile that live on a server, by their role."""
    return {
        role: address.device
        for role, address in profile.addresses()
        if address.server == server.name and address.device is not None
    }


def _name_missing(
    there: Installation, server: ServerConfig, names: Iterable[str]
) -> Iterator[Finding]:
    """Name the devices of the rigs that a server does not have."""
    known = set(names)
    for rig, profile in there.profiles.items():
        for role, device in _devices_at(profile, server).items():
            if device not in known:
                others = ", ".join(sorted(known)) or "none"
                yield fault(
                    "devices",
                    f"rig {rig}: {role} {device} is not there (there are: {others})",
                    "start its driver, or correct its name with `rigd profile edit`",
                )


def _check_device(rig: str, role: str, device: str, heard: HeardDevice) -> Iterator[Finding]:
    if heard.value("CONNECTION", "CONNECT") == "Off":
        yield warning(
            "devices",
            f"rig {rig}: {role} {device} is not connected to its hardware",
            "connect it in the program that you image with, or set `connect = true` in its address",
        )
    period = heard.value("POLLING_PERIOD", "PERIOD_MS")
    with suppress(ValueError):
        if period is not None and float(period) > SLOW_POLL_MS:
            yield warning(
                "polling",
                f"rig {rig}: the driver of {device} looks at it every {float(period) / 1e3:g} s",
                f"set its polling period to 1000 ms or less (Options; "
                f'`indi_setprop "{device}.POLLING_PERIOD.PERIOD_MS=1000"`)',
            )


def _check_labels(
    rig: str,
    profile: EquipmentProfile,
    server: str,
    devices: Mapping[str, HeardDevice],
    confirmed: frozenset[str],
) -> Iterator[Finding]:
    """Compare the names that wheels give their slots with the profile."""
    wheels = [
        DeviceRef(address.server, address.device)
        for role, address in profile.addresses()
        if role.startswith("wheel") and address.server == server and address.device is not None
    ]
    labels = {
        ref: tuple(devices[ref.key].properties.get("FILTER_NAME", {}).values())
        for ref in wheels
        if ref.key in devices
    }
    contradicting = find_contradicting_wheels(profile, labels, wheels, confirmed)
    said = describe_contradiction(profile, contradicting)
    if said is not None:
        sentence, _, remedy = said.partition(" Which is right? ")
        yield warning("labels", f"rig {rig}: {sentence}", remedy)


def _check_alpaca(
    there: Installation, server: ServerConfig, host: str, port: int
) -> Iterator[Finding]:
    where = f"server {server.name}: {host}:{port}"
    remedy = "start it, or mend host and port in its [[servers]] table"
    try:
        listed = _get(host, port, f"/management/v1/configureddevices?{_ALPACA_IDS}")["Value"]
        names = [str(one["DeviceName"]) for one in listed]
        unique_ids = [str(one["UniqueID"]) for one in listed if one.get("UniqueID")]
    except (HTTPException, ValueError, LookupError, TypeError, AttributeError):
        yield fault("servers", f"{where} is no Alpaca server", remedy)
        return
    except OSError as error:
        why = error.strerror or str(error)
        yield fault("servers", f"{where}: no Alpaca server answers: {why}", remedy)
        return
    yield ok("servers", f"{where} has {', '.join(names[:20]) or 'no device'}")
    yield from _name_missing(there, server, (*names, *unique_ids))


def _get(host: str, port: int, path: str) -> Any:
    connection = HTTPConnection(host, port, timeout=ANSWER_S)
    try:
        connection.request("GET", path)
        return json.loads(connection.getresponse().read(1 << 20))
    finally:
        connection.close()


def _check_port(server: ServerConfig, host: str, port: int) -> Finding:
    where = f"server {server.name} ({server.driver})"
    try:
        socket.create_connection((host, port), ANSWER_S).close()
    except OSError as error:
        why = error.strerror or str(error)
        remedy = f"start {server.driver} there, or mend host and port in its [[servers]] table"
        return warning("servers", f"{where}: nobody answers at {host}:{port}: {why}", remedy)
    return ok("servers", f"{where} answers at {host}:{port}")
