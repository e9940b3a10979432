"""From an equipment profile to what a fit of its runs must know: names, priors, focus zones."""

from rigd.estimator.model import Prior
from rigd.fitting import Study, spelled
from rigd.focuszone import critical_focus_zone_um
from rigd.glass import MID_VISIBLE_NM, index_interval, plate_shift_um
from rigd.offsets import Direction, FocusOffset, SlotKind
from rigd.profile import EquipmentProfile
from rigd.rig import Rig
from rigd.slots import band_centre_nm, gain, modelled
from rigd.traincatalog import CatalogLookup

LEAST_SD_STEPS = 0.5
"""A position is a whole number of steps: no prediction is surer than that."""


def study_of(profile: EquipmentProfile, catalog: CatalogLookup, rig: Rig) -> Study:
    """What is known before any run; a filter whose glass is unknown has no prior."""
    return Study(
        reference=profile.reference_filter,
        names=names_of(profile),
        priors=_priors(profile, catalog, rig),
        zones_steps=_zones(profile, catalog, rig),
        filters=_filters(profile),
        steps_per_mm_glass=_steps_per_mm_glass(profile, rig),
    )


def _filters(profile: EquipmentProfile) -> tuple[str, ...]:
    slots = profile.wheel.slots if profile.wheel else ()
    lit = {SlotKind.FILTER, SlotKind.EMPTY}
    return tuple(dict.fromkeys(key for key in slots if profile.filters[key].kind in lit))


def _steps_per_mm_glass(profile: EquipmentProfile, rig: Rig) -> float | None:
    """Of any filter glass: its indices differ by a few per cent of this."""
    per_um = _steps_per_um(profile, rig)
    return None if per_um is None else per_um * plate_shift_um(1.0, index_interval(None).middle)


def names_of(profile: EquipmentProfile) -> dict[str, str]:
    """Keys of filters by every name that a log may use; one that two filters share means none."""
    names: dict[str, str] = {}
    shared: set[str] = set()
    for key, part in profile.filters.items():
        for name in {spelled(key), spelled(part.name)}:
            if names.setdefault(name, key) != key:
                shared.add(name)
    return {name: key for name, key in names.items() if name not in shared}


def _priors(profile: EquipmentProfile, catalog: CatalogLookup, rig: Rig) -> dict[str, Prior]:
    per_um = _steps_per_um(profile, rig)
    if per_um is None or profile.wheel is None:
        return {}
    predicted = zip(profile.wheel.slots, modelled(profile, catalog, rig), strict=True)
    return {
        key: Prior(
            mean_steps=offset.focus_offset_um * per_um,
            sd_steps=max(offset.sd_um * abs(per_um), LEAST_SD_STEPS),
        )
        for key, offset in predicted
        if isinstance(offset, FocusOffset)
        and key != profile.reference_filter
        and offset.focus_offset_steps is not None
        and offset.focus_offset_um is not None
        and offset.sd_um is not None
    }


def _zones(profile: EquipmentProfile, catalog: CatalogLookup, rig: Rig) -> dict[str, float]:
    per_um, focal_ratio = _steps_per_um(profile, rig), profile.optic.focal_ratio
    if per_um is None or focal_ratio is None:
        return {}
    return {
        key: abs(per_um)
        * critical_focus_zone_um(focal_ratio, band_centre_nm(part, catalog) or MID_VISIBLE_NM)
        for key, part in profile.filters.items()
        if part.kind in {SlotKind.FILTER, SlotKind.EMPTY}
    }


def _steps_per_um(profile: EquipmentProfile, rig: Rig) -> float | None:
    """Steps for each µm at the sensor, with the focuser's sign."""
    focuser, defocus = profile.focuser, gain(profile)
    if focuser is None or focuser.direction is None or defocus is None:
        return None
    step_size_um = focuser.step_size_um or (rig.focuser.step_size_um if rig.focuser else None)
    if step_size_um is None:
        return None
    return (1.0 if focuser.direction is Direction.OUTWARD else -1.0) / (defocus * step_size_um)
