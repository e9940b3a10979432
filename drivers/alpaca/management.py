"""What a server says of itself and of its devices: Alpaca's management API."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from rigd.devices.identity import DeviceKind, DeviceRef

from .device import ListedDevice
from .transport import AnswerError, RejectedError, Transport, UnansweredError

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
        configured = transport.get("/management/v1/configureddevices")
        devices = tuple(_device(entry) for entry in configured if _kind(entry) is not None)
    except (AnswerError, RejectedError, ValueError, TypeError, KeyError, AttributeError) as error:
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
    return ServerSurvey(transport.host, transport.port, listed)


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    kind: DeviceKind
    number: int
    unique_id: str | None


def _kind(entry: Any) -> DeviceKind | None:
    return KINDS.get(str(entry["DeviceType"]).lower())


def _device(entry: Any) -> _Entry:
    return _Entry(
        name=str(entry["DeviceName"]),
        kind=KINDS[str(entry["DeviceType"]).lower()],
        number=int(entry["DeviceNumber"]),
        unique_id=str(entry.get("UniqueID") or "") or None,
    )


def _key(transport: Transport, device: _Entry, *, alone: bool) -> str:
    """The UniqueID; some firmware has none, or one for all its devices."""
    if device.unique_id is not None and alone:
        return device.unique_id
    return f"{device.unique_id or transport.place}/{device.kind}/{device.number}"
