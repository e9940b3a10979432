"""The light cone in front of the sensor: how much light of a corner an opening lets through.

Distances run from the sensor towards the telescope. With the exit pupil at infinity
(telecentric) the cone of a corner stays over that corner: the demanding case.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rigd.errors import TrainError
from rigd.units import mm_from_um

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_EDGE_MM = 1e-9
"""Below this two circles that touch inside are one within the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cone:
    """The light that goes to the corner of a sensor."""

    diagonal_mm: float
    focal_ratio: float
    exit_pupil_mm: float | None = None
    """Distance from the sensor; None for telecentric light, the demanding case."""

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        _check(self.diagonal_mm, self.focal_ratio, self.exit_pupil_mm)

    def share_of_light(self, distance_um: int, aperture_um: int) -> float:
        """Return the share of the corner's light that passes an opening at a distance."""
        return illumination(
            mm_from_um(distance_um),
            mm_from_um(aperture_um),
            height_mm=self.diagonal_mm / 2.0,
            focal_ratio=self.focal_ratio,
            exit_pupil_mm=self.exit_pupil_mm,
        )

    def shares_of_light(
        self, distances_um: npt.NDArray[np.int64], aperture_um: int
    ) -> npt.NDArray[np.float64]:
        """`lit` for many distances at once."""
        import numpy as np  # noqa: PLC0415 - a search without apertures starts faster without it

        distance = distances_um * mm_from_um(1)
        shrink = 1.0 if self.exit_pupil_mm is None else 1.0 - distance / self.exit_pupil_mm
        offset = np.abs(self.diagonal_mm / 2.0 * shrink) + np.zeros_like(distance)
        cone = distance / (2.0 * self.focal_ratio)
        opening = mm_from_um(aperture_um) / 2.0
        with np.errstate(divide="ignore", invalid="ignore"):
            a = (offset**2 + cone**2 - opening**2) / (2.0 * offset * cone)
            b = (offset**2 + opening**2 - cone**2) / (2.0 * offset * opening)
            root = (
                (-offset + cone + opening)
                * (offset + cone - opening)
                * (offset - cone + opening)
                * (offset + cone + opening)
            )
            area = (
                cone**2 * np.arccos(np.clip(a, -1.0, 1.0))
                + opening**2 * np.arccos(np.clip(b, -1.0, 1.0))
                - 0.5 * np.sqrt(np.clip(root, 0.0, None))
            )
            shares: npt.NDArray[np.float64] = np.select(
                [
                    offset + cone <= opening + _EDGE_MM,
                    offset >= opening + cone,
                    cone >= offset + opening,
                ],
                [np.ones_like(cone), np.zeros_like(cone), (opening / cone) ** 2],
                area / (np.pi * cone**2),
            )
        return shares


def diagonal_of(width_mm: float, height_mm: float) -> float:
    """Return the diagonal of a sensor."""
    return math.hypot(width_mm, height_mm)


def clear_diameter_mm(
    distance_mm: float, *, diagonal_mm: float, focal_ratio: float, exit_pupil_mm: float | None
) -> float:
    """Return the opening that lights the corner fully: diagonal (1 - d/E) + d/N; no E: infinity."""
    _check(diagonal_mm, focal_ratio, exit_pupil_mm)
    centre = 1.0 if exit_pupil_mm is None else 1.0 - distance_mm / exit_pupil_mm
    return diagonal_mm * abs(centre) + distance_mm / focal_ratio


def illumination(
    distance_mm: float,
    aperture_mm: float,
    *,
    height_mm: float,
    focal_ratio: float,
    exit_pupil_mm: float | None = None,
) -> float:
    """Return the share of light at an image height that a round opening passes (two circles)."""
    shrink = 1.0 if exit_pupil_mm is None else 1.0 - distance_mm / exit_pupil_mm
    offset = abs(height_mm * shrink)
    cone = distance_mm / (2.0 * focal_ratio)
    opening = aperture_mm / 2.0
    if offset + cone <= opening + _EDGE_MM:
        return 1.0
    if offset >= opening + cone:
        return 0.0
    if cone >= offset + opening:
        return (opening / cone) ** 2
    a = (offset**2 + cone**2 - opening**2) / (2.0 * offset * cone)
    b = (offset**2 + opening**2 - cone**2) / (2.0 * offset * opening)
    root = (
        (-offset + cone + opening)
        * (offset + cone - opening)
        * (offset - cone + opening)
        * (offset + cone + opening)
    )
    area = (
        cone**2 * math.acos(max(-1.0, min(1.0, a)))
        + opening**2 * math.acos(max(-1.0, min(1.0, b)))
        - 0.5 * math.sqrt(max(0.0, root))
    )
    return area / (math.pi * cone**2)


def _check(size_mm: float, focal_ratio: float, exit_pupil_mm: float | None) -> None:
    if not size_mm > 0.0:
        raise TrainError(f"sensor size: {size_mm:g} mm is not above 0")
    if not focal_ratio > 0.0:
        raise TrainError(f"focal ratio: {focal_ratio:g} is not above 0")
    if exit_pupil_mm is not None and not exit_pupil_mm > 0.0:
        raise TrainError(f"exit pupil distance: {exit_pupil_mm:g} mm is not above 0")
