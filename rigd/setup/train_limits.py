"""Figures of a profile that no train has: the spacer search is not asked about them. Pure."""

from collections.abc import Iterator

from rigd.equipment.profile import EquipmentProfile
from rigd.errors import TrainError
from rigd.optics.filter_offsets import SlotKind

LONGEST_MM = 10_000.0
MOST_PARTS = 1000
"""Of one kind at hand."""
FASTEST_RATIO, SLOWEST_RATIO = 0.5, 200.0
SHORTEST_NM, LONGEST_NM = 300.0, 1100.0
"""What passes glass and is seen by a silicon sensor."""


def check_limits(profile: EquipmentProfile) -> None:
    """Check every figure that the train takes from a profile.

    Raises:
        TrainError: names each key whose value lies outside its limits.
    """
    wrong = [
        f"{key}: {value:g} is not from {least:g} to {most:g}"
        for key, value, least, most in _figures(profile)
        if value is not None and not least <= value <= most
    ]
    if wrong:
        raise TrainError("; ".join(wrong))


def _figures(profile: EquipmentProfile) -> Iterator[tuple[str, float | None, float, float]]:
    optic, camera = profile.optic, profile.camera
    yield "optic.required_back_focus_mm", optic.required_back_focus_mm, 0.0, LONGEST_MM
    yield "optic.focal_length_mm", optic.focal_length_mm, 0.0, LONGEST_MM
    yield "optic.focal_ratio", optic.focal_ratio, FASTEST_RATIO, SLOWEST_RATIO
    if camera is not None:
        yield "camera.flange_distance_mm", camera.flange_distance_mm, 0.0, LONGEST_MM
    placed = profile.wheel.placed if profile.wheel else ()
    for key in dict.fromkeys(placed):
        part = profile.filters[key]
        if part.kind is SlotKind.FILTER:
            yield f"filters.{key}.thickness_mm", part.thickness_mm, 0.0, LONGEST_MM
            yield f"filters.{key}.band_centre_nm", part.band_centre_nm, SHORTEST_NM, LONGEST_NM
    for id, count in profile.train.owned.items():
        yield f"train.owned.{id}", count, 0, MOST_PARTS
