"""The offset of every slot, predicted from the glass that the equipment profile states. Pure."""

from collections.abc import Sequence
from dataclasses import replace

from rigd.catalog.train_parts import CatalogLookup
from rigd.equipment.profile import EquipmentProfile
from rigd.equipment.profile_tables import FilterProfile
from rigd.equipment.wheel_slots import WheelSlot, filters_of, wheel_slots
from rigd.focus.state.rig import Rig
from rigd.focus.state.settings import FilterSlot
from rigd.optics.filter_offsets import (
    Direction,
    FocusOffset,
    SlotFilter,
    SlotKind,
    add_offsets,
    gain_of,
    predict_offsets,
)
from rigd.train.part_facts import FilterFacts

_LIT = {SlotKind.FILTER, SlotKind.EMPTY}


def slots_of(profile: EquipmentProfile, catalog: CatalogLookup, rig: Rig) -> tuple[FilterSlot, ...]:
    """Every slot of the wheel with the offset of the filter in it.

    An offset that the profile states wins; else it is modelled from glass and wavelength; where
    anything of that is unknown there is none, and the slot says what. Of two filters behind each
    other the offsets add.
    """
    slots, per_um = wheel_slots(profile), steps_per_um(profile, rig)
    parts = _by_wheel(profile, catalog, rig)
    return tuple(
        _slot(profile, position, slot, offsets, per_um)
        for position, (slot, offsets) in enumerate(zip(slots, parts, strict=True))
    )


def model_offsets(
    profile: EquipmentProfile, catalog: CatalogLookup, rig: Rig
) -> tuple[FocusOffset | str, ...]:
    """What glass and wavelength say of each slot's offset, or why they say nothing."""
    slots, per_um = wheel_slots(profile), steps_per_um(profile, rig)
    return tuple(
        offsets if isinstance(offsets, str) else _sum(position, slot, offsets, per_um)
        for position, (slot, offsets) in enumerate(
            zip(slots, _by_wheel(profile, catalog, rig), strict=True)
        )
    )


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
        focal_ratio=profile.optic.focal_ratio,
        gain=gain(profile),
        step_size_um=_step_size_um(profile, rig),
        direction=focuser.direction if focuser else None,
    )


def _sum(
    position: int, slot: WheelSlot, offsets: Sequence[FocusOffset], per_um: float | None
) -> FocusOffset:
    if len(offsets) > 1:
        return add_offsets(slot.name, position, offsets, per_um)
    return replace(offsets[0], filter_position=position)


def steps_per_um(profile: EquipmentProfile, rig: Rig) -> float | None:
    """Steps for each µm at the sensor, with the focuser's sign; None if that is not known."""
    focuser, defocus, step_size_um = profile.focuser, gain(profile), _step_size_um(profile, rig)
    if focuser is None or focuser.direction is None or defocus is None or step_size_um is None:
        return None
    return (1.0 if focuser.direction is Direction.OUTWARD else -1.0) / (defocus * step_size_um)


def _step_size_um(profile: EquipmentProfile, rig: Rig) -> float | None:
    reported = rig.focuser.step_size_um if rig.focuser else None
    return profile.focuser.step_size_um or reported if profile.focuser else None


def gain(profile: EquipmentProfile) -> float | None:
    """Defocus at the sensor for each µm that the focuser moves; None if that is not known."""
    focuser = profile.focuser
    if focuser is None or focuser.moves is None:
        return None
    return gain_of(focuser.moves, magnification=focuser.magnification)


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


def _slot(
    profile: EquipmentProfile,
    position: int,
    slot: WheelSlot,
    offsets: Sequence[FocusOffset] | str,
    per_um: float | None,
) -> FilterSlot:
    bare = FilterSlot(filter_position=position, key=slot.key, name=slot.name, kind=slot.kind)
    model = offsets if isinstance(offsets, str) else _sum(position, slot, offsets, per_um)
    model_um = None if isinstance(model, str) else model.focus_offset_um
    given = [_find_given(profile.filters[key]) for key in slot.filters]
    rest = [number for number, steps in enumerate(given) if steps is None]
    if len(rest) == len(given):
        if isinstance(model, str):
            return replace(bare, reason=model)
        return replace(
            bare,
            focus_offset_steps=model.focus_offset_steps,
            focus_offset_um=model_um,
            state=model.state,
            reason=model.reason,
        )
    steps, state = sum(one for one in given if one is not None), "given"
    if rest:  # one of two filters behind each other
        if isinstance(offsets, str):
            return replace(bare, reason=offsets)
        other = offsets[rest[0]]
        if other.focus_offset_steps is None:
            return replace(bare, focus_offset_um=model_um, reason=other.reason)
        steps += other.focus_offset_steps
        if slot.filters[rest[0]] not in filters_of(profile.reference_filter or ""):
            state = other.state
    return replace(bare, focus_offset_steps=steps, focus_offset_um=model_um, state=state)


def _find_given(part: FilterProfile) -> int | None:
    """An offset that the profile states of something that light goes through."""
    return part.focus_offset_steps if part.kind in _LIT else None
