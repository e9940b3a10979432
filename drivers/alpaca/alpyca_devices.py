"""The alpyca library: its device classes over a transport of rigd's own.

alpyca holds one lock for the whole process around each request, so that one dead device would
stall every other; its emulation of `Connect` and its `InterfaceVersion` hide failures. What is
kept are its members, names and meanings.
"""

from typing import Any

from alpaca.camera import Camera, CameraStates, SensorType
from alpaca.filterwheel import FilterWheel
from alpaca.focuser import Focuser
from alpaca.telescope import Telescope

from .transport import AnswerError, RejectedError, Transport

NOT_IMPLEMENTED = 0x400
NOT_CONNECTED = 0x407
"""Of ASCOM's error numbers."""

PLATFORM_7 = {"camera": 4, "filterwheel": 3, "focuser": 4, "telescope": 4}
"""`InterfaceVersion` from which on a device knows `Connect` and `Connecting`."""

BUSY_STATES = frozenset(
    {
        CameraStates.cameraWaiting,
        CameraStates.cameraExposing,
        CameraStates.cameraReading,
        CameraStates.cameraDownload,
    }
)
MONOCHROME = SensorType.Monochrome

CONNECT_LIMIT_S = 8.0
"""How long an older device may take for `Connected = True`, which answers when it is done;
less than the 10 s after which rigd gives a command up."""


class _TransportMixin:
    """Replaces alpyca's way to the wire; stands before an alpyca class."""

    transport: Transport
    device_type: str
    device_number: int
    interface_version: int | None = None

    def _get(self, attribute: str, tmo: float = 0, **fields: object) -> Any:
        return self.transport.get(self._path(attribute), fields)

    def _put(self, attribute: str, tmo: float = 0, **fields: object) -> Any:
        return self.transport.put(self._path(attribute), fields, tmo or None)

    @property
    def InterfaceVersion(self) -> int:  # noqa: N802 - ASCOM's name
        """The version of the interface; 1 only if the device says that it does not know."""
        if self.interface_version is None:
            try:
                self.interface_version = int(self._get("interfaceversion"))
            except AnswerError as error:
                if error.number != NOT_IMPLEMENTED:
                    raise
                self.interface_version = 1
            except RejectedError:
                self.interface_version = 1
        return self.interface_version

    def connect_hardware(self) -> None:
        """Ask for the hardware, the new way where there is one; nothing ever disconnects it."""
        if self.has_connecting:
            self._put("connect")
        else:
            self._put("connected", tmo=CONNECT_LIMIT_S, Connected=True)

    @property
    def has_connecting(self) -> bool:
        """Whether the device connects in the background and has `Connecting`."""
        return self.InterfaceVersion >= PLATFORM_7[self.device_type]

    def is_still_connecting(self) -> bool:
        """`Connecting`, which raises why the last `Connect` failed."""
        return bool(self._get("connecting"))

    def _path(self, attribute: str) -> str:
        return f"/api/v1/{self.device_type}/{self.device_number}/{attribute}"


class AlpacaWheel(_TransportMixin, FilterWheel):  # type: ignore[misc]  # alpyca has no types
    """A filter wheel."""

    def __init__(self, transport: Transport, number: int) -> None:
        super().__init__(transport.place, number)
        self.transport = transport


class AlpacaFocuser(_TransportMixin, Focuser):  # type: ignore[misc]  # alpyca has no types
    """A focuser."""

    def __init__(self, transport: Transport, number: int) -> None:
        super().__init__(transport.place, number)
        self.transport = transport


class AlpacaCamera(_TransportMixin, Camera):  # type: ignore[misc]  # alpyca has no types
    """A camera; only asked what it is and whether it is busy."""

    def __init__(self, transport: Transport, number: int) -> None:
        super().__init__(transport.place, number)
        self.transport = transport


class AlpacaTelescope(_TransportMixin, Telescope):  # type: ignore[misc]  # alpyca has no types
    """A mount; only read."""

    def __init__(self, transport: Transport, number: int) -> None:
        super().__init__(transport.place, number)
        self.transport = transport


AlpacaDevice = AlpacaWheel | AlpacaFocuser | AlpacaCamera | AlpacaTelescope
