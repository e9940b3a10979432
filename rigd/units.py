"""Conversions between units, the one rounding rule of rigd, and times as a person reads them."""

import math
from datetime import UTC, datetime

UM_PER_MM = 1000
NM_PER_UM = 1000
MM_PER_M = 1000
MM_PER_CM = 10
MM_PER_INCH = 25.4
MS_PER_S = 1000


def um_from_mm(length_mm: float) -> int:
    """Return whole micrometres of a length in millimetres, half away from zero."""
    return round_half_away(length_mm * UM_PER_MM)


def mm_from_um(length_um: float) -> float:
    """Return millimetres of a length in micrometres."""
    return length_um / UM_PER_MM


def mm_from_cm(length_cm: float) -> float:
    """Return millimetres of a length in centimetres."""
    return length_cm * MM_PER_CM


def mm_from_inches(length_inches: float) -> float:
    """Return millimetres of a length in inches."""
    return length_inches * MM_PER_INCH


def mm_from_m(length_m: float) -> float:
    """Return millimetres of a length in metres."""
    return length_m * MM_PER_M


def um_from_nm(wavelength_nm: float) -> float:
    """Return micrometres of a wavelength in nanometres."""
    return wavelength_nm / NM_PER_UM


def s_from_ms(time_ms: float) -> float:
    """Return seconds of a time in milliseconds."""
    return time_ms / MS_PER_S


ARCSEC_PER_RADIAN = 648_000 / math.pi


def focal_length_mm(pixel_size_um: float, scale_arcsec: float) -> float:
    """Focal length from a pixel's edge and the angle of sky that it sees (small angles)."""
    return mm_from_um(pixel_size_um) * ARCSEC_PER_RADIAN / scale_arcsec


def round_half_away(value: float) -> int:
    """Return the nearest integer; halves go away from zero, so that f(-x) == -f(x)."""
    return int(math.copysign(math.floor(abs(value) + 0.5), value))


def local_time(moment: datetime | str) -> str:
    """Return a moment in the zone of this machine with its offset; without a zone it is UTC."""
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.astimezone().isoformat(" ", "seconds")
