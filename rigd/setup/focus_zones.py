"""The critical focus zone of each filter in the focuser's own steps. Pure."""

from rigd.catalog.train_parts import CatalogLookup
from rigd.equipment.profile import EquipmentProfile
from rigd.equipment.wheel_slots import wheel_slots
from rigd.focus.state.rig import Rig
from rigd.optics.critical_focus_zone import critical_focus_zone_um
from rigd.optics.filter_offsets import SlotKind
from rigd.optics.glass import MID_VISIBLE_NM
from rigd.setup.filter_glass import band_centre_nm
from rigd.setup.focuser_steps import steps_per_um

_LIT = {SlotKind.FILTER, SlotKind.EMPTY}


def focus_zones_steps(
    profile: EquipmentProfile, catalog: CatalogLookup, rig: Rig
) -> dict[str, float]:
    """Return full widths by key, none if step size, direction or focal ratio is not known.

    Of two filters behind each other it is the smaller zone.
    """
    per_um = steps_per_um(profile, catalog, rig)
    focal_ratio = focal_ratio_of(profile, catalog)
    if per_um is None or focal_ratio is None:
        return {}
    lit = {slot.key: slot.filters for slot in wheel_slots(profile) if slot.kind in _LIT}
    if not profile.stacked:
        lit = {key: (key,) for key, part in profile.filters.items() if part.kind in _LIT}
    return {
        key: abs(per_um) * critical_focus_zone_um(focal_ratio, _band_nm(profile, catalog, filters))
        for key, filters in lit.items()
    }


def focal_ratio_of(profile: EquipmentProfile, catalog: CatalogLookup) -> float | None:
    """Return the profile's own word, else the catalog's on its optic; None if neither says it."""
    optic = profile.optic
    if optic.focal_ratio is not None or optic.id is None:
        return optic.focal_ratio
    known = catalog.optic(optic.id)
    return known.focal_ratio if known else None


def _band_nm(profile: EquipmentProfile, catalog: CatalogLookup, filters: tuple[str, ...]) -> float:
    bands = [band_centre_nm(profile.filters[key], catalog) for key in filters]
    return min((band for band in bands if band is not None), default=MID_VISIBLE_NM)
