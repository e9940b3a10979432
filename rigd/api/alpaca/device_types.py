"""Every type of device that rigd serves, in the order in which clients see them."""

from collections.abc import Iterator

from rigd.api.alpaca.filter_wheel import FILTERWHEEL
from rigd.api.alpaca.focuser import FOCUSER
from rigd.api.alpaca.members import DeviceType
from rigd.api.alpaca.safety_monitor import SAFETYMONITOR
from rigd.view.rig import DeviceView, RigView

DEVICE_TYPES: tuple[DeviceType, ...] = (FILTERWHEEL, FOCUSER, SAFETYMONITOR)


def devices(rigs: tuple[RigView, ...]) -> Iterator[tuple[DeviceType, RigView, DeviceView]]:
    """Every device that is served now."""
    for rig in rigs:
        for device_type in DEVICE_TYPES:
            device = device_type.device(rig)
            if device is not None:
                yield device_type, rig, device
