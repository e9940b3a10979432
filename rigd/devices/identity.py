"""What a device is, and what it says of itself."""

from dataclasses import dataclass, field
from enum import StrEnum

OWN_PREFIX = "rigd "
"""How the names of rigd's own virtual devices begin."""


def is_own_name(name: str) -> bool:
    """Whether a device is one of rigd's own virtual ones, which are never hardware."""
    return name.startswith(OWN_PREFIX)


class DeviceKind(StrEnum):
    """What a device can do; one device may be several (an INDI camera with a built-in wheel)."""

    CAMERA = "camera"
    FILTERWHEEL = "filterwheel"
    FOCUSER = "focuser"
    MOUNT = "mount"

    @property
    def words(self) -> str:
        """What a person calls it."""
        return "filter wheel" if self is DeviceKind.FILTERWHEEL else self.value


class WireProtocol(StrEnum):
    """How a device is reached."""

    INDI = "indi"
    ALPACA = "alpaca"
    SIMULATED = "simulated"


@dataclass(frozen=True, slots=True, order=True)
class DeviceRef:
    """The address of a device: the configured server's name and the device's own key on it.

    The key is the INDI device name, the Alpaca UniqueID, or the simulated device's name.
    """

    server: str
    key: str

    def __str__(self) -> str:
        return f"{self.server}/{self.key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorGeometry:
    """What a camera says of its sensor; None is unknown."""

    width_px: int | None = None
    height_px: int | None = None
    pixel_width_um: float | None = None
    pixel_height_um: float | None = None
    bit_depth: int | None = None
    colour: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActiveDevices:
    """A camera's own association with other devices (INDI `ACTIVE_DEVICES`); None is not said."""

    filterwheel: str | None = None
    focuser: str | None = None
    mount: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceIdentity:
    """All that a device says of what it is; grows as the device is defined, None is unknown."""

    ref: DeviceRef
    protocol: WireProtocol
    name: str
    kinds: frozenset[DeviceKind] = frozenset()
    driver: str | None = None
    """INDI `DRIVER_EXEC`, Alpaca `DriverInfo`."""
    driver_version: str | None = None
    unique_id: str | None = None
    place: str | None = None
    """Where its server really is, host and port, under whichever name it was reached."""
    sensor: SensorGeometry | None = None
    slots: int | None = None
    max_steps: int | None = None
    step_size_um: float | None = None
    active: ActiveDevices = field(default_factory=ActiveDevices)
