"""How long the train must be: the back focus that the optic demands, and the glass behind it.

Glass moves the focus away from the optic, so it adds to the required mechanical length.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from rigd.errors import TrainError
from rigd.optics.glass import focus_shift_um, index_interval
from rigd.units import round_half_away


@dataclass(frozen=True, slots=True, kw_only=True)
class Plate:
    """A plane-parallel plate behind the last powered element."""

    name: str
    thickness_mm: float
    glass: str | None = None
    index: float | None = None
    band_centre_nm: float | None = None
    thickness_range_mm: tuple[float, float] | None = None
    """The least and the most, where the thickness is assumed; None where it is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Length:
    """A length in µm with the limits that unknown glass leaves to it."""

    low_um: int
    middle_um: int
    high_um: int

    @property
    def exact(self) -> bool:
        """Whether one number is known."""
        return self.low_um == self.high_um


def glass_term(plates: Sequence[Plate], focal_ratio: float | None = None) -> Length:
    """Return what all plates together add to the required mechanical length."""
    low = middle = high = 0.0
    for plate in plates:
        if plate.index is not None:
            indices = (plate.index,) * 3
        else:
            interval = index_interval(plate.glass, plate.band_centre_nm)
            indices = (interval.low, interval.middle, interval.high)
        thinnest_mm, thickest_mm = plate.thickness_range_mm or (plate.thickness_mm,) * 2
        thicknesses_mm = (thinnest_mm, plate.thickness_mm, thickest_mm)
        try:
            shifts = [
                focus_shift_um(thickness_mm, n, focal_ratio)
                for thickness_mm, n in zip(thicknesses_mm, indices, strict=True)
            ]
        except TrainError as error:
            raise TrainError(f"{plate.name}: {error}") from error
        low, middle, high = low + shifts[0], middle + shifts[1], high + shifts[2]
    return Length(
        low_um=round_half_away(low),
        middle_um=round_half_away(middle),
        high_um=round_half_away(high),
    )


def required_path_length(
    back_focus_um: int,
    plates: Sequence[Plate],
    *,
    focal_ratio: float | None = None,
    design_plates: Sequence[Plate] = (),
) -> Length:
    """Return the mechanical length from the optic's reference plane to the focused sensor.

    Args:
        back_focus_um: what the optic demands, in air, from its stated reference plane.
        plates: glass behind the last powered element.
        focal_ratio: of the beam; below f/4 the glass term is that of the fast beam.
        design_plates: glass that the stated back focus already includes.
    """
    if back_focus_um <= 0:
        raise TrainError(f"back_focus_um: {back_focus_um} is not above 0")
    added = glass_term(plates, focal_ratio)
    included = glass_term(design_plates, focal_ratio)
    return Length(
        low_um=back_focus_um + added.low_um - included.high_um,
        middle_um=back_focus_um + added.middle_um - included.middle_um,
        high_um=back_focus_um + added.high_um - included.low_um,
    )


def back_focus_error_um(path_length_um: int, required_um: int) -> int:
    """Given minus required: positive is too long, which no spacer cures."""
    return path_length_um - required_um


def guide_camera_distance(main_from_prism_um: int, plates_behind_prism: Sequence[Plate]) -> Length:
    """Return how far from an off-axis guider's prism the guide camera's sensor must sit.

    The main camera's mechanical distance from the prism, less what the glass between the prism
    and the main sensor moved its focus back. Both distances run along the axis of the light.
    """
    glass = glass_term(plates_behind_prism)
    return Length(
        low_um=main_from_prism_um - glass.high_um,
        middle_um=main_from_prism_um - glass.middle_um,
        high_um=main_from_prism_um - glass.low_um,
    )
