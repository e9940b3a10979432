"""Every type of device that rigd serves, in the order in which clients see them."""

from collections.abc import Iterator

from rigd.api.filterwheel import FILTERWHEEL
from rigd.api.focuser import FOCUSER
from rigd.api.members import DeviceType
from rigd.api.safetymonitor import SAFETYMONITOR
from rigd.view import DeviceView, RigView

DEVICE_TYPES: tuple[DeviceType, ...] = (FILTERWHEEL, FOCUSER, SAFETYMONITOR)


def devices(rigs: tuple[RigView, ...]) -> Iterator[tuple[DeviceType, RigView, DeviceView]]:
    """Every device that is served now."""
    for rig in rigs:
        for device_type in DEVICE_TYPES:
            device = device_type.device(rig)
            if device is not None:
                yield device_type, rig, device
