"""The filters and other glass of a train file, resolved."""

from collections.abc import Sequence

from rigd.errors import TrainError
from rigd.optics.back_focus import Plate
from rigd.train.file_format import FilterEntry, GlassEntry
from rigd.train.part_facts import FilterFacts, Lookup
from rigd.train.question import Wheel
from rigd.train.resolve_steps import require_known


def plates_of(name: str, entries: Sequence[GlassEntry]) -> tuple[Plate, ...]:
    """Glass that is always in the light, under the name of what holds it."""
    return tuple(
        Plate(name=name, thickness_mm=one.thickness_mm, glass=one.glass, index=one.index)
        for one in entries
    )


def resolve_wheels(entries: Sequence[FilterEntry], lookup: Lookup) -> tuple[Wheel, ...]:
    """The filters by what holds them.

    Raises:
        TrainError: an id that the catalog does not know, or a thickness that nobody gives.
    """
    slots: dict[str, list[Plate]] = {}
    for number, entry in enumerate(entries):
        slots.setdefault(entry.device, []).append(_plate(f"filters[{number}]", entry, lookup))
    return tuple(Wheel(name=name, slots=tuple(plates)) for name, plates in slots.items())


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
        raise TrainError(f"{where}.thickness_mm: not known for {name!r}; measure it or ask")
    return Plate(
        name=name,
        thickness_mm=thickness_mm,
        glass=known.glass if own_glass is None else own_glass,
        index=known.index if entry.index is None and own_glass is None else entry.index,
        band_centre_nm=entry.band_centre_nm or known.band_centre_nm,
    )
