"""What things of a kind measure in the catalog: most of them the same."""

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from rigd.catalog.catalog import Catalog
from rigd.catalog.models.camera import Camera
from rigd.catalog.models.filter_wheel import FilterWheel
from rigd.catalog.models.part import Part, PartKind
from rigd.train.connection import Coupling
from rigd.train.usual_length import UsualLength
from rigd.units import um_from_mm

KINDS: Final = {
    PartKind.OAG: "off-axis guiders",
    PartKind.FILTER_DRAWER: "filter drawers",
    PartKind.ROTATOR: "rotators",
    PartKind.TILTER: "tilters",
}
"""The devices that have a place in a train, as several."""
LEAST_COUNT = 2
"""A length that one thing alone has is not usual."""


@lru_cache(maxsize=64)
def usual_length(catalog: Catalog, kind: PartKind | None) -> UsualLength | None:
    """Return what parts of a kind usually measure, or wheels (no kind); None if they differ."""
    if kind is None:
        wheels = [one.optical_length_mm for one in catalog.all(FilterWheel)]
        return _usual([mm for mm in wheels if mm is not None], "filter wheels")
    if kind not in KINDS:
        return None
    parts = [one.optical_length_mm for one in catalog.all(Part) if one.kind is kind]
    return _usual([mm for mm in parts if mm is not None], KINDS[kind])


@lru_cache(maxsize=16)
def usual_distance(catalog: Catalog) -> UsualLength | None:
    """Return how far the sensor of an astronomy camera usually is behind its front."""
    return _usual(list(_distances_mm(catalog)), "astronomy cameras")


def _distances_mm(catalog: Catalog) -> Iterator[float]:
    """Yield the distance of each camera as it is sold; bodies with a lens mount have their own."""
    for camera in catalog.all(Camera):
        ways = sorted(camera.mount_configurations, key=lambda way: not way.as_shipped)
        known = ((way.flange_distance_mm, way.end) for way in ways if not way.counted_devices)
        first = next(((mm, end) for mm, end in known if mm is not None), None)
        if first and not (first[1] and first[1].coupling is Coupling.BAYONET):
            yield first[0]


def _usual(lengths_mm: list[float], what: str) -> UsualLength | None:
    ranked = Counter(lengths_mm).most_common(2)
    if not ranked or ranked[0][1] < LEAST_COUNT or len({n for _, n in ranked}) < len(ranked):
        return None
    return UsualLength(
        length_um=um_from_mm(ranked[0][0]),
        least_um=um_from_mm(min(lengths_mm)),
        most_um=um_from_mm(max(lengths_mm)),
        what=what,
    )
