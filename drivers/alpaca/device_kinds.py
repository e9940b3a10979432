"""The blocking side of each kind of Alpaca device."""

from collections.abc import Callable
from time import monotonic

from rigd.devices.identity import DeviceKind

from .alpyca_devices import AlpacaCamera, AlpacaFocuser, AlpacaTelescope, AlpacaWheel
from .camera_and_mount import PolledCamera, PolledMount
from .device import ListedDevice, PolledDevice
from .filter_wheel import PolledWheel
from .focuser import PolledFocuser
from .transport import Transport


def make_device(
    listed: ListedDevice, transport: Transport, clock: Callable[[], float] = monotonic
) -> PolledDevice:
    """The device that a server lists, asked over a transport."""
    match listed.kind:
        case DeviceKind.FILTERWHEEL:
            return PolledWheel(listed, AlpacaWheel(transport, listed.number), clock)
        case DeviceKind.FOCUSER:
            return PolledFocuser(listed, AlpacaFocuser(transport, listed.number), clock)
        case DeviceKind.CAMERA:
            return PolledCamera(listed, AlpacaCamera(transport, listed.number), clock)
        case DeviceKind.MOUNT:
            return PolledMount(listed, AlpacaTelescope(transport, listed.number), clock)
