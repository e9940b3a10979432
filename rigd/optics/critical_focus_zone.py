"""The critical focus zone: how far the focus may be off before the picture shows it.

Every zone here is a full width, not the half range on one side.
"""

import math

from rigd.errors import TrainError
from rigd.optics.glass import MID_VISIBLE_NM
from rigd.units import um_from_nm

DEAD_BAND_FRACTION = 0.1
"""Of the zone. Our choice: a tenth cannot be seen, and every move costs time and backlash."""


def critical_focus_zone_um(focal_ratio: float, wavelength_nm: float = MID_VISIBLE_NM) -> float:
    """Return the classic zone in µm, 4.88 L N^2: the Airy disc's width times twice the ratio."""
    _positive("focal ratio", focal_ratio)
    _positive("wavelength_nm", wavelength_nm)
    return 4.88 * um_from_nm(wavelength_nm) * focal_ratio**2


def wavefront_zone_um(focal_ratio: float, wavelength_nm: float = MID_VISIBLE_NM) -> float:
    """Return the zone of a quarter wave at its ends, 4 L N^2 (Hopkins)."""
    _positive("focal ratio", focal_ratio)
    _positive("wavelength_nm", wavelength_nm)
    return 4.0 * um_from_nm(wavelength_nm) * focal_ratio**2


def seeing_zone_um(
    focal_ratio: float, *, aperture_mm: float, seeing_arcsec: float, tolerance_percent: float
) -> float:
    """Return Goldman's zone, 0.00225 * seeing * sqrt(tolerance) * aperture * N^2 (goldastro.com).

    Args:
        focal_ratio: N of the whole optic.
        aperture_mm: diameter of the optic.
        seeing_arcsec: FWHM of a star in focus.
        tolerance_percent: how much wider a star may become.
    """
    _positive("focal ratio", focal_ratio)
    _positive("aperture_mm", aperture_mm)
    _positive("seeing_arcsec", seeing_arcsec)
    _positive("tolerance_percent", tolerance_percent)
    return 0.00225 * seeing_arcsec * math.sqrt(tolerance_percent) * aperture_mm * focal_ratio**2


def dead_band_um(zone_um: float, step_um: float) -> float:
    """Below this a move is not worth making: a tenth of the zone, and never less than a step."""
    _positive("critical focus zone (µm)", zone_um)
    _positive("defocus of one step (µm)", step_um)
    return max(step_um, DEAD_BAND_FRACTION * zone_um)


def _positive(what: str, value: float) -> None:
    if not (value > 0.0 and math.isfinite(value)):
        raise TrainError(f"{what}: {value:g} is not above 0")
