"""The filters and other glass of a train file, resolved."""

from collections.abc import Sequence

from rigd.optics.back_focus import Plate
from rigd.train.file_format import FilterEntry, GlassEntry
from rigd.train.part_facts import FilterFacts, Lookup
from rigd.train.question import Wheel
from rigd.train.resolve_steps import require_known

SOME_WHEEL = "wheel"
"""Device of a filter that names none."""
USUAL_THICKNESS_MM = (1.85, 2.0, 3.0)
"""Thinnest, most common and thickest of usual filters: nine in ten of the catalog's lie between."""


def plates_of(name: str, entries: Sequence[GlassEntry]) -> tuple[Plate, ...]:
    """Glass that is always in the light, under the name of what holds it."""
    return tuple(
        Plate(name=name, thickness_mm=one.thickness_mm, glass=one.glass, index=one.index)
        for one in entries
    )


def resolve_wheels(
    entries: Sequence[FilterEntry], holders: Sequence[str], lookup: Lookup
) -> tuple[Wheel, ...]:
    """The filters by what holds them; a holder without any is taken to hold a usual one.

    Glass that nobody mentions is glass all the same, and it pushes the focus back.

    Args:
        entries: What the file says of filters.
        holders: Ids of the wheels and drawers of the train.
        lookup: Knows the ids.

    Raises:
        TrainError: an id that the catalog does not know.
    """
    slots: dict[str, list[Plate]] = {}
    for number, entry in enumerate(entries):
        slots.setdefault(entry.device, []).append(_plate(f"filters[{number}]", entry, lookup))
    wheels = [Wheel(name=name, slots=tuple(plates)) for name, plates in slots.items()]
    if SOME_WHEEL not in slots:
        wheels += [
            Wheel(name=holder, slots=(_assume_plate(f"a filter in {holder}"),))
            for holder in holders
            if holder not in slots
        ]
    return tuple(wheels)


def _assume_plate(name: str, known: FilterFacts | None = None) -> Plate:
    thinnest_mm, common_mm, thickest_mm = USUAL_THICKNESS_MM
    return Plate(
        name=name,
        thickness_mm=common_mm,
        thickness_range_mm=(thinnest_mm, thickest_mm),
        glass=known.glass if known else None,
        index=known.index if known else None,
        band_centre_nm=known.band_centre_nm if known else None,
    )


def _plate(where: str, entry: FilterEntry, lookup: Lookup) -> Plate:
    if entry.empty:
        return Plate(name=entry.name or "empty", thickness_mm=0.0, index=1.0)
    known = None
    if entry.id is not None:
        known = require_known(
            where, entry.id, lookup.filter(entry.id), spelt_out=entry.thickness_mm is not None
        )
    name = entry.name or (known.name if known else entry.id) or f"filter {where[8:-1]}"
    known = known or FilterFacts(name=name)
    own_glass = entry.glass
    thickness_mm = known.thickness_mm if entry.thickness_mm is None else entry.thickness_mm
    if thickness_mm is None:
        return _assume_plate(name, known)
    return Plate(
        name=name,
        thickness_mm=thickness_mm,
        glass=known.glass if own_glass is None else own_glass,
        index=known.index if entry.index is None and own_glass is None else entry.index,
        band_centre_nm=entry.band_centre_nm or known.band_centre_nm,
    )
