"""From an equipment profile to what a fit of its runs must know: names, priors, focus zones."""

from rigd.catalog.train_parts import CatalogLookup
from rigd.equipment.profile import EquipmentProfile
from rigd.equipment.wheel_slots import WheelSlot, slot_names, wheel_slots
from rigd.files.text import comparable_name
from rigd.focus.state.rig import Rig
from rigd.learning.estimator.prior import Prior
from rigd.learning.fit_input import FitInput
from rigd.optics.filter_offsets import FocusOffset, SlotKind
from rigd.optics.glass import index_interval, plate_shift_um
from rigd.setup.focus_zones import focus_zones_steps
from rigd.setup.focuser_steps import steps_per_um
from rigd.setup.settings import NOT_CHOSEN
from rigd.setup.slot_offsets import model_offsets

_LIT = {SlotKind.FILTER, SlotKind.EMPTY}
LEAST_SD_STEPS = 0.5
"""A position is a whole number of steps: no prediction is surer than that."""


def fit_input_of(profile: EquipmentProfile, catalog: CatalogLookup, rig: Rig) -> FitInput:
    """What is known before any run; a filter whose glass is unknown has no prior."""
    return FitInput(
        reference=profile.reference_filter,
        names=names_of(profile),
        priors=_priors(profile, catalog, rig),
        zones_steps=focus_zones_steps(profile, catalog, rig),
        filters=_filters(profile),
        steps_per_mm_glass=_steps_per_mm_glass(profile, catalog, rig),
        focuser=None if rig.settings.focuser in {None, NOT_CHOSEN} else rig.settings.focuser.key,
    )


def _filters(profile: EquipmentProfile) -> tuple[str, ...]:
    return tuple(slot.key for slot in _lit(profile))


def _lit(profile: EquipmentProfile) -> list[WheelSlot]:
    return [slot for slot in wheel_slots(profile) if slot.kind in _LIT]


def _steps_per_mm_glass(
    profile: EquipmentProfile, catalog: CatalogLookup, rig: Rig
) -> float | None:
    """Of any filter glass: its indices differ by a few per cent of this."""
    per_um = steps_per_um(profile, catalog, rig)
    return None if per_um is None else per_um * plate_shift_um(1.0, index_interval(None).middle)


def names_of(profile: EquipmentProfile) -> dict[str, str]:
    """Keys of filters by every name that a log may use; one that two filters share means none.

    CCDciel's log has numbers of slots alone; of two stacked wheels nobody knows whose they are.
    """
    names: dict[str, str] = {}
    shared: set[str] = set()
    for said, key in slot_names(profile):
        name = comparable_name(said)
        if names.setdefault(name, key) != key:
            shared.add(name)
    if not profile.stacked:
        for number, slot in enumerate(wheel_slots(profile), 1):
            names.setdefault(comparable_name(f"slot {number}"), slot.key)
    return {name: key for name, key in names.items() if name not in shared}


def _priors(profile: EquipmentProfile, catalog: CatalogLookup, rig: Rig) -> dict[str, Prior]:
    per_um = steps_per_um(profile, catalog, rig)
    if per_um is None:
        return {}
    predicted = zip(wheel_slots(profile), model_offsets(profile, catalog, rig), strict=True)
    return {
        slot.key: Prior(
            mean_steps=offset.focus_offset_um * per_um,
            sd_steps=max(offset.sd_um * abs(per_um), LEAST_SD_STEPS),
        )
        for slot, offset in predicted
        if isinstance(offset, FocusOffset)
        and slot.key != profile.reference_filter
        and offset.focus_offset_steps is not None
        and offset.focus_offset_um is not None
        and offset.sd_um is not None
    }
