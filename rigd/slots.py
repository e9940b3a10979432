"""From an equipment profile to the terms of the core: settings, and the offset of every slot."""

from rigd.backlash import Backlash
from rigd.config import MANUAL, RigConfig
from rigd.devices import DeviceRef
from rigd.fingerprint import light_path
from rigd.lookup import FilterFacts
from rigd.offsets import (
    FocusOffset,
    SlotFilter,
    SlotKind,
    gain_of,
    predict_offsets,
)
from rigd.profile import DeviceAddress, EquipmentProfile, FilterProfile, WheelProfile
from rigd.rig import FilterSlot, Rig, RigSettings
from rigd.temperature import TemperatureSettings
from rigd.traincatalog import CatalogLookup

NOT_CHOSEN = DeviceRef("", "not chosen yet")
"""Of a wheel or a focuser that the rig has, while nobody knows which device it is."""


def settings_of(config: RigConfig, profile: EquipmentProfile) -> RigSettings:
    """The settings of a rig, its slots still without offsets."""
    focuser, guide, gates = profile.focuser, profile.guide_focuser, profile.gates
    addresses = [
        part.address
        for part in (profile.wheel, focuser, guide, profile.camera, profile.mount)
        if part is not None and part.address is not None
    ]
    by_hand = profile.wheel if profile.wheel and profile.wheel.manual else None
    return RigSettings(
        name=config.name,
        mode=config.mode,
        wheel=_wheel(config.name, profile.wheel),
        focuser=_ref(focuser.address) or NOT_CHOSEN if focuser else None,
        camera=_ref(profile.camera.address) if profile.camera else None,
        mount=_ref(profile.mount.address) if profile.mount else None,
        guider=_ref(profile.guider.address) if profile.guider and profile.guider.off_axis else None,
        guider_pause=profile.guider.pause if profile.guider else True,
        programs=config.programs,
        connect=frozenset(ref for a in addresses if a.connect and (ref := _ref(a)) is not None),
        epoch=light_path(profile),
        min_steps=focuser.min_steps if focuser else None,
        max_steps=focuser.max_steps if focuser else None,
        tolerance_steps=focuser.tolerance_steps if focuser else 0,
        dead_band_steps=focuser.dead_band_steps if focuser else 0,
        quiet_s=gates.quiet_s,
        autofocus_moves=gates.autofocus_moves,
        autofocus_quiet_s=gates.autofocus_quiet_s,
        deadline_s=gates.deadline_s,
        sequential=gates.sequential or by_hand is not None,
        swap_limit_s=by_hand.swap_limit_s if by_hand else None,
        reactive=gates.reactive or by_hand is not None,
        camera_gate_if_visible=gates.camera_gate == "if_visible",
        temperature=_temperature(profile),
        backlash=_backlash(profile),
        guide_focuser=_ref(guide.address) if guide else None,
        guide_steps_per_step=guide.steps_per_step if guide else None,
        guide_min_steps=guide.min_steps if guide else None,
        guide_max_steps=guide.max_steps if guide else None,
        guide_tolerance_steps=guide.tolerance_steps if guide else 0,
    )


def _backlash(profile: EquipmentProfile) -> Backlash | None:
    owned = profile.focuser.backlash if profile.focuser else None
    if owned is None or owned.owner != "rigd":
        return None
    if owned.steps is None:
        return None
    return Backlash(steps=owned.steps, final_direction=owned.final_direction)


def _temperature(profile: EquipmentProfile) -> TemperatureSettings | None:
    focuser = profile.focuser
    if focuser is None or focuser.temperature is None:
        return None
    term = focuser.temperature
    own = {
        key: part.temperature_steps_per_c
        for key, part in profile.filters.items()
        if part.temperature_steps_per_c is not None
    }
    dead_band_steps = term.dead_band_steps
    return TemperatureSettings(
        steps_per_c=term.steps_per_c,
        by_filter=tuple(sorted(own.items())),
        dead_band_steps=focuser.tolerance_steps if dead_band_steps is None else dead_band_steps,
        max_age_s=term.max_age_s,
        lasts_s=term.lasts_s,
    )


def slots_of(profile: EquipmentProfile, catalog: CatalogLookup, rig: Rig) -> tuple[FilterSlot, ...]:
    """Every slot of the wheel with the offset of the filter in it.

    An offset that the profile states wins; else it is modelled from glass and wavelength; where
    anything of that is unknown there is none, and the slot says what.
    """
    if profile.wheel is None:
        return ()
    keys = profile.wheel.slots
    offsets = modelled(profile, catalog, rig)
    return tuple(
        _slot(position, key, profile.filters[key], offsets[position])
        for position, key in enumerate(keys)
    )


def modelled(
    profile: EquipmentProfile, catalog: CatalogLookup, rig: Rig
) -> tuple[FocusOffset | str, ...]:
    """What glass and wavelength say of each slot's offset, or why they say nothing."""
    keys = profile.wheel.slots if profile.wheel else ()
    if profile.reference_filter is None:
        return ("the profile names no reference_filter",) * len(keys)
    glasses = [_glass(profile.filters[key], catalog) for key in keys]
    if profile.reference_filter in keys:
        reference = keys.index(profile.reference_filter)
    else:
        reference = len(keys)
        glasses.append(_glass(profile.filters[profile.reference_filter], catalog))
    focuser = profile.focuser
    reported = rig.focuser.step_size_um if rig.focuser else None
    return predict_offsets(
        glasses,
        reference=reference,
        focal_ratio=profile.optic.focal_ratio,
        gain=gain(profile),
        step_size_um=focuser.step_size_um or reported if focuser else None,
        direction=focuser.direction if focuser else None,
    )[: len(keys)]


def gain(profile: EquipmentProfile) -> float | None:
    """Defocus at the sensor for each µm that the focuser moves; None if that is not known."""
    focuser = profile.focuser
    if focuser is None or focuser.moves is None:
        return None
    return gain_of(focuser.moves, magnification=focuser.magnification)


def _glass(part: FilterProfile, catalog: CatalogLookup) -> SlotFilter:
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
    return _glass(part, catalog).band_centre_nm


def _slot(position: int, key: str, part: FilterProfile, modelled: FocusOffset | str) -> FilterSlot:
    given = part.focus_offset_steps
    if given is not None and part.kind in {SlotKind.FILTER, SlotKind.EMPTY}:
        return FilterSlot(
            filter_position=position,
            key=key,
            name=part.name,
            kind=part.kind,
            focus_offset_steps=given,
            focus_offset_um=None if isinstance(modelled, str) else modelled.focus_offset_um,
            state="given",
        )
    if isinstance(modelled, str):
        return FilterSlot(
            filter_position=position, key=key, name=part.name, kind=part.kind, reason=modelled
        )
    return FilterSlot(
        filter_position=position,
        key=key,
        name=part.name,
        kind=part.kind,
        focus_offset_steps=modelled.focus_offset_steps,
        focus_offset_um=modelled.focus_offset_um,
        state=modelled.state,
        reason=modelled.reason,
    )


def _wheel(rig: str, wheel: WheelProfile | None) -> DeviceRef | None:
    if wheel is not None and wheel.manual:
        return DeviceRef(MANUAL, rig)
    return _ref(wheel.address) or NOT_CHOSEN if wheel else None


def _ref(address: DeviceAddress | None) -> DeviceRef | None:
    return DeviceRef(address.server, address.device) if address else None
