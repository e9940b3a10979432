"""How large a sensor is: by its sides, its pixels, or the name of its format."""

from rigd.catalog.models.camera import Sensor, SensorFormatName
from rigd.optics.vignetting import diagonal_of
from rigd.train.question import USUAL_DIAGONAL_MM, SensorFormat
from rigd.units import mm_from_um

FORMAT_DIAGONALS_MM = {
    SensorFormatName.FULL_FRAME: diagonal_of(36.0, 24.0),
    SensorFormatName.APS_C: USUAL_DIAGONAL_MM,
    SensorFormatName.FOUR_THIRDS: diagonal_of(17.3, 13.0),
}
"""Of the formats by name; single sensors are a little smaller or larger."""


def format_of(name: SensorFormatName) -> SensorFormat:
    """Return a format with its diagonal."""
    return SensorFormat(name=name.value, diagonal_mm=FORMAT_DIAGONALS_MM[name])


def diagonal_mm_of(sensor: Sensor | None) -> float | None:
    """Return the sensor's diagonal; of its pixels, where nobody states its size."""
    if sensor is None:
        return None
    if sensor.width_mm and sensor.height_mm:
        return diagonal_of(sensor.width_mm, sensor.height_mm)
    if sensor.width_px and sensor.height_px and sensor.pixel_um:
        return mm_from_um(diagonal_of(sensor.width_px, sensor.height_px) * sensor.pixel_um)
    return None
