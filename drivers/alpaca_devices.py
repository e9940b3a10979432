"""alpyca's device classes on a transport of our own; the one module that imports alpyca.

Stock alpyca holds one process-wide lock across each HTTP call (`Device._ctid_lock`), so that a
dead device would stall all others, and its `Connect` emulation works once only.
"""

from typing import Any

from alpaca.camera import Camera
from alpaca.device import Device
from alpaca.exceptions import (
    ActionNotImplementedException,
    AlpacaRequestException,
    DriverException,
    InvalidOperationException,
    InvalidValueException,
    NotConnectedException,
    NotImplementedException,
    OperationCancelledException,
    ParkedException,
    SlavedException,
    ValueNotSetException,
)
from alpaca.filterwheel import FilterWheel
from alpaca.focuser import Focuser
from alpaca.telescope import Telescope

from .alpaca_transport import AlpacaTransport, AlpacaTransportError

NotConnected = NotConnectedException
NotImplementedByDevice = NotImplementedException
AlpacaDevice = Device
REFUSALS: tuple[type[Exception], ...] = (
    ActionNotImplementedException,
    AlpacaRequestException,
    DriverException,
    InvalidOperationException,
    InvalidValueException,
    NotConnectedException,
    NotImplementedException,
    OperationCancelledException,
    ParkedException,
    SlavedException,
    ValueNotSetException,
)
"""What a device answers with when it answered, and the answer is a fault."""

_BY_NUMBER: dict[int, type[Exception]] = {
    0x400: NotImplementedException,
    0x401: InvalidValueException,
    0x402: ValueNotSetException,
    0x407: NotConnectedException,
    0x408: ParkedException,
    0x409: SlavedException,
    0x40B: InvalidOperationException,
    0x40C: ActionNotImplementedException,
    0x40E: OperationCancelledException,
}
_CLASSES: dict[str, type[Device]] = {
    "camera": Camera,
    "filterwheel": FilterWheel,
    "focuser": Focuser,
    "telescope": Telescope,
}
DEVICE_TYPES = tuple(_CLASSES)
PLATFORM_7 = {"camera": 4, "filterwheel": 3, "focuser": 4, "telescope": 4}
"""From which `InterfaceVersion` on `Connect` and `Connecting` exist."""


class _OwnTransport:
    """Mixed in before an alpyca class: replaces `_get` and `_put`."""

    transport: AlpacaTransport
    device_type: str
    device_number: int

    def _get(self, attribute: str, tmo: float = 0.0, **data: Any) -> Any:  # noqa: ARG002, RUF100
        answer = self._call("GET", attribute, data)
        if "Value" not in answer:
            raise AlpacaTransportError(f"no Value in the reply to {attribute}", sent=True)
        return answer["Value"]

    def _put(self, attribute: str, tmo: float = 0.0, **data: Any) -> Any:  # noqa: ARG002, RUF100
        return self._call("PUT", attribute, data)

    def _call(self, verb: str, attribute: str, data: dict[str, Any]) -> dict[str, Any]:
        path = f"/api/v1/{self.device_type}/{self.device_number}/{attribute}"
        # Each PUT that rigd sends may repeat: Connect, Halt, absolute Position and Move.
        status, answer = self.transport.call(verb, path, data, again=True)
        message = str(answer.get("ErrorMessage") or "")
        if status != 200:
            raise AlpacaRequestException(status, message)
        number = answer.get("ErrorNumber")
        if not isinstance(number, int):
            raise AlpacaTransportError(f"no ErrorNumber in the reply to {attribute}", sent=True)
        if number in _BY_NUMBER:
            raise _BY_NUMBER[number](message)
        if number:
            raise DriverException(number, message)
        return answer


def open_device(
    device_type: str, number: int, host: str, port: int, transport: AlpacaTransport
) -> Any:
    """An alpyca device of this type whose calls go through the transport."""
    stock = _CLASSES[device_type]
    own = type(f"Own{stock.__name__}", (_OwnTransport, stock), {})
    device = own(f"{host}:{port}", number)
    device.rqs.close()
    device.transport = transport
    return device


def interface_version(device: Any) -> int:
    """The real `InterfaceVersion`; stock alpyca turns each failure into 1 and keeps it."""
    return int(device._get("interfaceversion"))  # noqa: SLF001 (the override is ours)


def ask_to_connect(device: Any) -> None:
    """Connect by `Connect` from Platform 7 on, else by `Connected = True`; never disconnects."""
    if interface_version(device) >= PLATFORM_7[device.device_type]:
        device._put("connect")  # noqa: SLF001 (the override is ours)
    else:
        device._put("connected", Connected="True")  # noqa: SLF001 (the override is ours)


def fault_words(error: Exception) -> str:
    """A device's complaint as one sentence."""
    return str(error) or type(error).__name__
