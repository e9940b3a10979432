"""What is known of each filter's glass, from the profile, the catalog and its series. Pure."""

from collections.abc import Sequence

from rigd.catalog.train_parts import CatalogLookup
from rigd.equipment.profile import EquipmentProfile
from rigd.equipment.profile_tables import FilterProfile
from rigd.optics.filter_offsets import SlotFilter, SlotKind
from rigd.train.part_facts import FilterFacts


def share_series(profile: EquipmentProfile, catalog: CatalogLookup) -> EquipmentProfile:
    """Return the profile with what is known of one filter's glass filled in for its whole series.

    A series has one glass and one thickness; where its filters are stated to differ, nothing is
    filled in.
    """
    filters = dict(profile.filters)
    for keys in filter_series(profile, catalog).values():
        known = [slot_filter(profile.filters[key], catalog) for key in keys]
        glasses = {(one.glass, one.index) for one in known} - {(None, None)}
        thicknesses = {one.thickness_mm for one in known} - {None}
        for key, one in zip(keys, known, strict=True):
            update: dict[str, object] = {}
            if one.thickness_mm is None and len(thicknesses) == 1:
                update["thickness_mm"] = next(iter(thicknesses))
            # An index that the catalog gives has no name under which a profile could state it.
            if (one.glass, one.index) == (None, None) and len(glasses) == 1:
                update["glass"] = next(iter(glasses))[0]
            filters[key] = filters[key].model_copy(update=update)
    return profile.model_copy(update={"filters": filters})


def filter_series(profile: EquipmentProfile, catalog: CatalogLookup) -> dict[str, tuple[str, ...]]:
    """Return the keys of the filters of each series, in the profile's order."""
    found: dict[str, tuple[str, ...]] = {}
    for key, part in profile.filters.items():
        series = series_of(part, catalog)
        if series is not None and part.kind is SlotKind.FILTER:
            found[series] = (*found.get(series, ()), key)
    return found


def series_of(part: FilterProfile, catalog: CatalogLookup) -> str | None:
    """Return the maker's series that a filter is of; None if nobody says it."""
    if part.series is not None:
        return " ".join(part.series.split()).casefold()
    facts = catalog.filter(part.id) if part.id is not None else None
    return facts.series if facts else None


def slot_filter(part: FilterProfile, catalog: CatalogLookup) -> SlotFilter:
    """What is known of a filter's glass: the profile's own word wins over the catalog's."""
    facts = catalog.filter(part.id) if part.id is not None else None
    facts = facts or FilterFacts(name=part.name)
    own = part.thickness_mm
    known_mm = facts.thickness_mm
    if part.size is not None:
        known_mm = facts.thickness_by_size.get(part.size, known_mm)
    return SlotFilter(
        name=part.name,
        kind=part.kind,
        thickness_mm=known_mm if own is None else own,
        glass=part.glass or facts.glass,
        index=facts.index if part.glass is None else None,
        band_centre_nm=part.band_centre_nm or facts.band_centre_nm,
        series=series_of(part, catalog),
    )


def band_centre_nm(part: FilterProfile, catalog: CatalogLookup) -> float | None:
    """Centre of a filter's pass band, from the profile or the catalog."""
    return slot_filter(part, catalog).band_centre_nm


def names_of_filters(profile: EquipmentProfile, keys: Sequence[str]) -> str:
    """Say which filters: R, G and B."""
    *most, last = [profile.filters[key].name for key in keys]
    return f"{', '.join(most)} and {last}" if most else last
