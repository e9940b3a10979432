"""What is known of each filter's glass, from the profile and the catalog. Pure."""

from rigd.catalog.train_parts import CatalogLookup
from rigd.equipment.profile_tables import FilterProfile
from rigd.optics.filter_offsets import SlotFilter
from rigd.train.part_facts import FilterFacts


def slot_filter(part: FilterProfile, catalog: CatalogLookup) -> SlotFilter:
    """What is known of a filter's glass: the profile's own word wins over the catalog's."""
    facts = catalog.filter(part.id) if part.id is not None else None
    facts = facts or FilterFacts(name=part.name)
    own = part.thickness_mm
    return SlotFilter(
        name=part.name,
        kind=part.kind,
        thickness_mm=facts.thickness_mm if own is None else own,
        glass=part.glass or facts.glass,
        index=facts.index if part.glass is None else None,
        band_centre_nm=part.band_centre_nm or facts.band_centre_nm,
    )


def band_centre_nm(part: FilterProfile, catalog: CatalogLookup) -> float | None:
    """Centre of a filter's pass band, from the profile or the catalog."""
    return slot_filter(part, catalog).band_centre_nm
