"""The filters and other glass of a train file, resolved."""

from collections.abc import Iterator, Sequence

from rigd.optics.back_focus import Plate
from rigd.train.file_format import FilterEntry, GlassEntry
from rigd.train.filter_size import FilterOpening, FilterSize, opening_of
from rigd.train.part_facts import FilterFacts, Lookup
from rigd.train.question import SOME_WHEEL, Device, Wheel
from rigd.train.resolve_steps import require_known, um

USUAL_THICKNESS_MM = (1.85, 2.0, 3.0)
"""Thinnest, most common and thickest of usual filters: nine in ten of the catalog's lie between."""


def plates_of(name: str, entries: Sequence[GlassEntry]) -> tuple[Plate, ...]:
    """Glass that is always in the light, under the name of what holds it."""
    return tuple(
        Plate(name=name, thickness_mm=one.thickness_mm, glass=one.glass, index=one.index)
        for one in entries
    )


def resolve_wheels(
    entries: Sequence[FilterEntry], holders: Sequence[Device], lookup: Lookup
) -> tuple[Wheel, ...]:
    """The filters by what holds them; a holder without any is taken to hold a usual one.

    Glass that nobody mentions is glass all the same, and it pushes the focus back. Filters of which
    nobody says what holds them are in the only holder that takes their size, if each has one; then,
    as where they are taken one at a time, a holder without any is empty.

    Args:
        entries: What the file says of filters.
        holders: The wheels and drawers of the train.
        lookup: Knows the ids.

    Raises:
        TrainError: an id that the catalog does not know.
    """
    slots: dict[str, list[Plate]] = {}
    openings: dict[str, list[FilterOpening]] = {}
    is_open = any(entry.device == SOME_WHEEL for entry in entries)
    for number, entry in enumerate(_place_by_size(entries, holders)):
        where = f"filters[{number}]"
        known = _look_up(where, entry, lookup)
        sizes = [entry.size] if entry.size else _sizes_in(entry.device, holders)
        plate = _plate(where, entry, known, sizes)
        slots.setdefault(entry.device, []).append(plate)
        openings.setdefault(entry.device, []).extend(_openings(entry, known))
    wheels = [
        Wheel(name=name, slots=tuple(plates), openings=tuple(dict.fromkeys(openings[name])))
        for name, plates in slots.items()
    ]
    if not is_open:
        wheels += [
            Wheel(name=one.part.id, slots=(_assume_plate(f"a filter in {one.part.label}"),))
            for one in holders
            if one.part.id not in slots
        ]
    return tuple(wheels)


def _place_by_size(
    entries: Sequence[FilterEntry], holders: Sequence[Device]
) -> Sequence[FilterEntry]:
    """The filters in what alone takes their size; as they are, if that is not sure for each."""
    placed: list[FilterEntry] = []
    for entry in entries:
        if entry.device != SOME_WHEEL or entry.empty:
            placed.append(entry)
            continue
        taking = [
            one.part.id
            for one in holders
            if not one.filter_openings
            or entry.size in [opening.size for opening in one.filter_openings]
        ]
        if entry.size is None or len(taking) != 1:
            return entries
        placed.append(entry.model_copy(update={"device": taking[0]}))
    return placed


def _look_up(where: str, entry: FilterEntry, lookup: Lookup) -> FilterFacts | None:
    if entry.id is None or entry.empty:
        return None
    return require_known(
        where, entry.id, lookup.filter(entry.id), spelt_out=entry.thickness_mm is not None
    )


def _sizes_in(device: str, holders: Sequence[Device]) -> list[FilterSize]:
    """Every size that the holder of a filter takes."""
    named = [one for one in holders if device in (SOME_WHEEL, one.part.id)]
    return [
        opening.size for one in named for opening in one.filter_openings if opening.size is not None
    ]


def _openings(entry: FilterEntry, known: FilterFacts | None) -> Iterator[FilterOpening]:
    """Yield the opening that a filter is stated to have, by its clear width or its size."""
    width_um = um(entry.clear_aperture_mm)
    if width_um is None and known is not None:
        width_um = known.clear_aperture_um
    if width_um is not None:
        yield FilterOpening(size=entry.size, opening_um=width_um, is_nominal=False)
    elif entry.size is not None:
        yield opening_of(entry.size)


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


def _plate(
    where: str, entry: FilterEntry, known: FilterFacts | None, sizes: Sequence[FilterSize]
) -> Plate:
    if entry.empty:
        return Plate(name=entry.name or "empty", thickness_mm=0.0, index=1.0)
    name = entry.name or (known.name if known else entry.id) or f"filter {where[8:-1]}"
    known = known or FilterFacts(name=name)
    own_glass = entry.glass
    by_size = {known.thickness_by_size.get(size, known.thickness_mm) for size in sizes}
    known_mm = by_size.pop() if len(by_size) == 1 else known.thickness_mm
    thickness_mm = known_mm if entry.thickness_mm is None else entry.thickness_mm
    if thickness_mm is None:
        return _assume_plate(name, known)
    return Plate(
        name=name,
        thickness_mm=thickness_mm,
        glass=known.glass if own_glass is None else own_glass,
        index=known.index if entry.index is None and own_glass is None else entry.index,
        band_centre_nm=entry.band_centre_nm or known.band_centre_nm,
    )
