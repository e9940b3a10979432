"""The settings of a rig's core, from its configuration and its equipment profile. Pure."""

from collections.abc import Mapping

from rigd.config import MANUAL, STACKED, RigConfig
from rigd.devices.identity import DeviceRef
from rigd.equipment.fingerprint import light_path
from rigd.equipment.profile import EquipmentProfile
from rigd.equipment.profile_tables import DeviceAddress
from rigd.equipment.wheel_slots import wheel_slots
from rigd.focus.state.backlash import Backlash
from rigd.focus.state.settings import RigSettings, StackPart
from rigd.focus.state.temperature import TemperatureSettings
from rigd.focus.state.times import Times

NOT_CHOSEN = DeviceRef("", "not chosen yet")
"""Of a wheel or a focuser that the rig has, while nobody knows which device it is."""


def settings_of(config: RigConfig, profile: EquipmentProfile) -> RigSettings:
    """The settings of a rig, its slots still without offsets."""
    focuser, guide, gates = profile.focuser, profile.guide_focuser, profile.gates
    addresses = [address for role, address in profile.addresses() if role != "guider"]
    by_hand = profile.wheel if profile.wheel and profile.wheel.manual else None
    return RigSettings(
        name=config.name,
        mode=config.mode,
        wheel=_wheel(config.name, profile),
        stack=tuple(StackPart(ref=_place(w.address), slots=len(w.slots)) for w in profile.stacked),
        focuser=_ref(focuser.address) or NOT_CHOSEN if focuser else None,
        camera=_ref(profile.camera.address) if profile.camera else None,
        mount=_ref(profile.mount.address) if profile.mount else None,
        guider=_ref(profile.guider.address) if profile.guider and profile.guider.off_axis else None,
        guider_pause=profile.guider.pause if profile.guider else True,
        programs=config.programs,
        connect=frozenset(_place(address) for address in addresses if address.connect),
        light_path_id=light_path(profile),
        min_steps=focuser.min_steps if focuser else None,
        max_steps=focuser.max_steps if focuser else None,
        tolerance_steps=focuser.tolerance_steps if focuser else 0,
        dead_band_steps=focuser.dead_band_steps if focuser else 0,
        quiet_s=gates.quiet_s,
        autofocus_moves=gates.autofocus_moves,
        autofocus_quiet_s=gates.autofocus_quiet_s,
        times=Times(**profile.times.model_dump()),
        sequential=gates.sequential or by_hand is not None,
        swap_limit_s=by_hand.swap_limit_s if by_hand else None,
        reactive=gates.reactive or by_hand is not None,
        camera_gate_if_visible=gates.camera_gate == "if_visible",
        unknown_refuses=gates.unknown == "refuse",
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
    if profile.stacked:
        own = _of_pairs(profile, own, term.steps_per_c)
    dead_band_steps = term.dead_band_steps
    return TemperatureSettings(
        steps_per_c=term.steps_per_c,
        by_filter=tuple(sorted(own.items())),
        dead_band_steps=focuser.tolerance_steps if dead_band_steps is None else dead_band_steps,
        max_age_s=term.max_age_s,
        lasts_s=term.lasts_s,
        jump_c=term.jump_c,
        jump_c_per_minute=term.jump_c_per_minute,
        lowest_c=term.lowest_c,
        highest_c=term.highest_c,
    )


def _of_pairs(
    profile: EquipmentProfile, own: Mapping[str, float], steps_per_c: float
) -> dict[str, float]:
    """Of two filters behind each other: what each has beyond the focuser's own adds."""
    return {
        slot.key: steps_per_c + sum(own[key] - steps_per_c for key in slot.filters if key in own)
        for slot in wheel_slots(profile)
        if any(key in own for key in slot.filters)
    }


def _wheel(rig: str, profile: EquipmentProfile) -> DeviceRef | None:
    wheel = profile.wheel
    if wheel is None:
        return None
    if wheel.manual:
        return DeviceRef(MANUAL, rig)
    if wheel.stack:
        names = " + ".join(one.address.device for one in wheel.stack)
        return DeviceRef(STACKED, f"{names} of {rig}")
    return _ref(wheel.address) or NOT_CHOSEN


def _place(address: DeviceAddress) -> DeviceRef:
    return DeviceRef(address.server, address.device)


def _ref(address: DeviceAddress | None) -> DeviceRef | None:
    return _place(address) if address else None
