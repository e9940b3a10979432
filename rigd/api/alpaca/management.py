"""The Alpaca management API: which versions, what server, which devices."""

from collections.abc import Callable

from rigd.api.alpaca.device_types import devices
from rigd.api.http.settings import ServerSettings
from rigd.view.observatory import Observatory

API_VERSIONS = [1]
MANUFACTURER = "the rigd authors"

Answer = Callable[[Observatory, ServerSettings], object]


def _api_versions(_: Observatory, __: ServerSettings) -> object:
    return API_VERSIONS


def _description(_: Observatory, settings: ServerSettings) -> object:
    return {
        "ServerName": settings.server_name,
        "Manufacturer": MANUFACTURER,
        "ManufacturerVersion": settings.version,
        "Location": settings.location,
    }


def _configured_devices(observatory: Observatory, _: ServerSettings) -> object:
    return [
        {
            "DeviceName": device.name,
            "DeviceType": device_type.name,
            "DeviceNumber": rig.number,
            "UniqueID": device.unique_id,
        }
        for device_type, rig, device in devices(observatory.rigs())
    ]


MANAGEMENT: dict[str, Answer] = {
    "/management/apiversions": _api_versions,
    "/management/v1/description": _description,
    "/management/v1/configureddevices": _configured_devices,
}
