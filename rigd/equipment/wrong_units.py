"""Numbers of a profile that no such thing has: most are in another unit. Pure."""

from collections.abc import Iterator, Mapping
from typing import Final

from rigd.equipment.profile import EquipmentProfile
from rigd.equipment.profile_tables import ProfileTable
from rigd.files.model_keys import unit_of

_LIMITS: Final[Mapping[str, tuple[float, float]]] = {
    "optic.required_back_focus_mm": (1, 2000),
    "optic.focal_length_mm": (5, 100_000),
    "optic.focal_ratio": (0.5, 200),
    "camera.flange_distance_mm": (0.5, 500),
    "focuser.step_size_um": (0.0001, 2000),
    "thickness_mm": (0, 50),
    "band_centre_nm": (100, 30_000),
}
"""Wide: nothing that people image with lies outside."""


def find_wrong_units(profile: EquipmentProfile) -> tuple[str, ...]:
    """Return a sentence for each number that cannot be what its key says, the key first."""
    tables: dict[str, ProfileTable | None] = {
        "optic": profile.optic,
        "camera": profile.camera,
        "focuser": profile.focuser,
    }
    said = [one for name, table in tables.items() for one in _outside(name, name, table)]
    for key, table in profile.filters.items():
        said += _outside(f"filters.{key}", None, table)
    return tuple(said)


def _outside(name: str, kind: str | None, table: ProfileTable | None) -> Iterator[str]:
    for limited, (low, high) in _LIMITS.items():
        owner, _, key = limited.rpartition(".")
        if owner != (kind or "") or table is None:
            continue
        value = getattr(table, key)
        if value is None or low <= value <= high:
            continue
        unit = f" {unit_of(key)}" if unit_of(key) else ""
        yield f"{name}.{key}: {value:g}{unit} cannot be: it lies between {low:g} and {high:g}{unit}"
