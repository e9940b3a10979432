"""The offset of every slot, predicted from the glass that the equipment profile states. Pure."""

from collections.abc import Sequence

from rigd.catalog.train_parts import CatalogLookup
from rigd.equipment.profile import EquipmentProfile
from rigd.equipment.profile_tables import FilterProfile
from rigd.equipment.wheel_slots import WheelSlot, filters_of, wheel_slots
from rigd.focus.state.rig import Rig
from rigd.focus.state.settings import FilterSlot
from rigd.frozen import replace
from rigd.learning.peer_offsets import Difference
from rigd.optics.filter_offsets import (
    FocusOffset,
    SlotKind,
    add_offsets,
    predict_offsets,
)
from rigd.setup.filter_glass import share_series, slot_filter
from rigd.setup.focus_zones import focal_ratio_of, focus_zones_steps
from rigd.setup.focuser_steps import gain, step_size_um, steps_per_um

_LIT = {SlotKind.FILTER, SlotKind.EMPTY}


def slots_of(profile: EquipmentProfile, catalog: CatalogLookup, rig: Rig) -> tuple[FilterSlot, ...]:
    """Every slot of the wheel with the offset of the filter in it.

    An offset that the profile states wins, then what another program had; else it is modelled from
    glass and wavelength; where
    anything of that is unknown there is none, and the slot says what. Of two filters behind each
    other the offsets add. Whether an offset is sure enough to count is not judged here.
    """
    profile = share_series(profile, catalog)
    slots, per_um = wheel_slots(profile), steps_per_um(profile, catalog, rig)
    zones = focus_zones_steps(profile, catalog, rig)
    parts = _by_wheel(profile, catalog, rig)
    return tuple(
        replace(
            _slot(profile, position, slot, offsets, per_um),
            focus_zone_steps=zones.get(slot.key),
        )
        for position, (slot, offsets) in enumerate(zip(slots, parts, strict=True))
    )


def model_offsets(
    profile: EquipmentProfile, catalog: CatalogLookup, rig: Rig
) -> tuple[FocusOffset | str, ...]:
    """What glass and wavelength say of each slot's offset, or why they say nothing."""
    return _model_offsets(share_series(profile, catalog), catalog, rig)


def _model_offsets(
    profile: EquipmentProfile, catalog: CatalogLookup, rig: Rig
) -> tuple[FocusOffset | str, ...]:
    """The same for a profile in which each series has its glass already."""
    slots, per_um = wheel_slots(profile), steps_per_um(profile, catalog, rig)
    return tuple(
        offsets if isinstance(offsets, str) else _sum(position, slot, offsets, per_um)
        for position, (slot, offsets) in enumerate(
            zip(slots, _by_wheel(profile, catalog, rig), strict=True)
        )
    )


def model_differences(
    profile: EquipmentProfile, catalog: CatalogLookup, rig: Rig
) -> dict[tuple[str, str], Difference]:
    """What glass and wavelength say of each slot's offset against each other one."""
    profile = share_series(profile, catalog)  # which has nothing to do with the reference
    per_um, slots = steps_per_um(profile, catalog, rig), wheel_slots(profile)
    found: dict[tuple[str, str], Difference] = {}
    for one in slots:
        against = profile.model_copy(update={"reference_filter": one.key})
        for other, offset in zip(slots, _model_offsets(against, catalog, rig), strict=True):
            if isinstance(offset, str) or offset.focus_offset_steps is None:
                continue
            error = _error_steps(offset, per_um)
            if error is not None:
                found[one.key, other.key] = Difference(offset.focus_offset_steps, error)
    return found


def _by_wheel(
    profile: EquipmentProfile, catalog: CatalogLookup, rig: Rig
) -> tuple[tuple[FocusOffset, ...] | str, ...]:
    """Of every slot, the modelled offset of each filter in it, relative to its own wheel's."""
    slots = wheel_slots(profile)
    if profile.reference_filter is None:
        return ("the profile names no reference_filter",) * len(slots)
    known: dict[str, FocusOffset] = {}
    for number, reference in enumerate(filters_of(profile.reference_filter)):
        keys = list(dict.fromkeys([*(slot.filters[number] for slot in slots), reference]))
        known |= zip(keys, _predict(profile, catalog, rig, keys, reference), strict=True)
    return tuple(tuple(known[key] for key in slot.filters) for slot in slots)


def _predict(
    profile: EquipmentProfile,
    catalog: CatalogLookup,
    rig: Rig,
    keys: Sequence[str],
    reference: str,
) -> tuple[FocusOffset, ...]:
    focuser = profile.focuser
    return predict_offsets(
        [slot_filter(profile.filters[key], catalog) for key in keys],
        reference=keys.index(reference),
        focal_ratio=focal_ratio_of(profile, catalog),
        gain=gain(profile),
        step_size_um=step_size_um(profile, catalog, rig),
        direction=focuser.direction if focuser else None,
    )


def _sum(
    position: int, slot: WheelSlot, offsets: Sequence[FocusOffset], per_um: float | None
) -> FocusOffset:
    if len(offsets) > 1:
        return add_offsets(slot.name, position, offsets, per_um)
    return replace(offsets[0], filter_position=position)


def _slot(
    profile: EquipmentProfile,
    position: int,
    slot: WheelSlot,
    offsets: Sequence[FocusOffset] | str,
    per_um: float | None,
) -> FilterSlot:
    bare = FilterSlot(filter_position=position, key=slot.key, name=slot.name, kind=slot.kind)
    model = offsets if isinstance(offsets, str) else _sum(position, slot, offsets, per_um)
    model_um = None if isinstance(model, str) or not model.glass_known else model.focus_offset_um
    given = [_find_given(profile.filters[key]) for key in slot.filters]
    rest = [number for number, steps in enumerate(given) if steps is None]
    if len(rest) == len(given):
        imported = _find_imported(profile, slot)
        if imported is not None:
            return replace(
                bare, focus_offset_steps=imported, focus_offset_um=model_um, state="imported"
            )
        if isinstance(model, str):
            return replace(bare, reason=model)
        return replace(
            bare,
            focus_offset_steps=model.focus_offset_steps,
            focus_offset_um=model_um,
            se_steps=_error_steps(model, per_um),
            state=model.state,
            reason=model.reason,
        )
    steps, state, error = sum(one for one in given if one is not None), "given", None
    if rest:  # one of two filters behind each other
        if isinstance(offsets, str):
            return replace(bare, reason=offsets)
        other = offsets[rest[0]]
        if other.focus_offset_steps is None:
            return replace(bare, focus_offset_um=model_um, reason=other.reason)
        steps += other.focus_offset_steps
        if slot.filters[rest[0]] not in filters_of(profile.reference_filter or ""):
            state, error = other.state, _error_steps(other, per_um)
    return replace(
        bare, focus_offset_steps=steps, focus_offset_um=model_um, se_steps=error, state=state
    )


def _error_steps(offset: FocusOffset, per_um: float | None) -> float | None:
    """Standard error of a predicted offset; None without steps, 0 of the reference."""
    if offset.focus_offset_steps is None or offset.sd_um is None:
        return None
    return offset.sd_um * abs(per_um or 0.0)


def _find_imported(profile: EquipmentProfile, slot: WheelSlot) -> int | None:
    """An offset that another program had of a filter that stands alone."""
    if len(slot.filters) > 1 or slot.key == profile.reference_filter:
        return None
    part = profile.filters[slot.key]
    return part.imported_offset_steps if part.kind in _LIT else None


def _find_given(part: FilterProfile) -> int | None:
    """An offset that the profile states of something that light goes through."""
    return part.focus_offset_steps if part.kind in _LIT else None
