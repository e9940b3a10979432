"""What a server says of itself and of its devices: Alpaca's management API."""

import logging
from collections import Counter
from dataclasses import dataclass
from typing import Any

from rigd.devices.identity import DeviceKind, DeviceRef

from .device import ListedDevice
from .transport import (
    DEVICES,
    AnotherDeviceError,
    AnswerError,
    RejectedError,
    Transport,
    UnansweredError,
)

log = logging.getLogger(__name__)

LARGEST_NUMBER = 2**32 - 1
"""Alpaca's device numbers are unsigned words."""
NAME_LIMIT = 256
"""What is kept of a name."""
MOST_LISTED = 256
"""So many entries of a server's list are looked at."""
MOST_DEVICES = 50
"""So many of a server's devices are taken: each is polled by a thread of its own. No observatory
has as many cameras, wheels, focusers and mounts behind one server."""
KINDS = {
    "camera": DeviceKind.CAMERA,
    "filterwheel": DeviceKind.FILTERWHEEL,
    "focuser": DeviceKind.FOCUSER,
    "telescope": DeviceKind.MOUNT,
}
OURSELVES = "rigd"
"""`Manufacturer` of rigd's own virtual devices, which it must never adopt as hardware."""


@dataclass(frozen=True, slots=True)
class ServerSurvey:
    """One server's devices of the kinds that matter here."""

    host: str
    port: int
    devices: tuple[ListedDevice, ...]
    listed: int = 0
    """How many entries its list has."""

    @property
    def is_cut(self) -> bool:
        """Whether it may list devices that were not taken."""
        return self.listed > MOST_LISTED or len(self.devices) >= MOST_DEVICES


def survey(server: str, transport: Transport) -> ServerSurvey:
    """Ask a server for its devices; blocks.

    Raises:
        NotSentError: no connection.
        UnansweredError: no answer that can be read.
        RejectedError: the server is rigd itself.
    """
    try:
        description = transport.get("/management/v1/description")
    except (AnswerError, RejectedError):
        description = {}
    if isinstance(description, dict) and description.get("Manufacturer") == OURSELVES:
        raise RejectedError(f"{transport.place}: is rigd itself, no hardware")
    try:
        configured = transport.get(DEVICES)
        devices = read_list(configured)
    except (AnswerError, RejectedError, TypeError) as error:
        raise UnansweredError(f"{transport.place}: configureddevices: {error}") from error
    unique = Counter(device.unique_id for device in devices)
    listed = tuple(
        ListedDevice(
            ref=DeviceRef(server, _key(transport, device, alone=unique[device.unique_id] == 1)),
            kind=device.kind,
            name=device.name,
            unique_id=device.unique_id,
            number=device.number,
        )
        for device in devices
    )
    return ServerSurvey(transport.host, transport.port, listed, len(configured))


@dataclass(frozen=True, slots=True)
class ListEntry:
    """A device in a server's list."""

    name: str
    kind: DeviceKind
    number: int
    unique_id: str | None


def read_list(configured: object) -> tuple[ListEntry, ...]:
    """The devices of the kinds that matter here; an entry that makes no sense is left out.

    Raises:
        TypeError: it is no list.
    """
    if not isinstance(configured, list):
        msg = f"{type(configured).__name__} is no list of devices"
        raise TypeError(msg)
    found: list[ListEntry] = []
    for entry in configured[:MOST_LISTED]:
        if len(found) == MOST_DEVICES:
            break
        try:
            kind = KINDS.get(str(entry["DeviceType"]).lower())
            if kind is not None:
                found.append(_read_entry(entry, kind))
        except (ArithmeticError, LookupError, TypeError, ValueError, AttributeError) as odd:
            log.warning("a device that makes no sense is left out: %.200r (%r)", entry, odd)
    return tuple(found)


def check_place(listed: ListedDevice, configured: object) -> None:
    """See that a server still has a device under the number that it had.

    Raises:
        AnotherDeviceError: another one has its number, or none.
    """
    try:
        entries = read_list(configured)
    except TypeError as odd:
        raise AnotherDeviceError(str(odd)) from odd
    for entry in entries:
        if (entry.kind, entry.number) == (listed.kind, listed.number):
            known_by_id = listed.unique_id is not None and listed.ref.key == listed.unique_id
            same_name = known_by_id or entry.name == listed.name
            if entry.unique_id == listed.unique_id and same_name:
                return
            msg = f"{listed.kind.words} {entry.number} is {entry.name} now, another device"
            raise AnotherDeviceError(msg)
    raise AnotherDeviceError(f"there is no {listed.kind.words} {listed.number} any more")


def _read_entry(entry: Any, kind: DeviceKind) -> ListEntry:
    number = int(entry["DeviceNumber"])
    if not 0 <= number <= LARGEST_NUMBER:
        msg = f"DeviceNumber {number}"
        raise ValueError(msg)
    return ListEntry(
        name=str(entry["DeviceName"])[:NAME_LIMIT].strip() or f"{kind.words} {number}",
        kind=kind,
        number=number,
        unique_id=str(entry.get("UniqueID") or "")[:NAME_LIMIT] or None,
    )


def _key(transport: Transport, device: ListEntry, *, alone: bool) -> str:
    """The UniqueID; some firmware has none, or one for all its devices."""
    if device.unique_id is not None and alone:
        return device.unique_id
    return f"{device.unique_id or transport.place}/{device.kind}/{device.number}"
