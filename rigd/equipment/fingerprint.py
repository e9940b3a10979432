"""What makes learnt focus offsets valid: a fingerprint of the light path, and of each filter.

An offset belongs to the light path, to the filter, and to the filter that it is counted from. When
in doubt the fingerprint differs: better no offset than another light path's.
"""

import hashlib
import json
from dataclasses import dataclass

from rigd.equipment.profile import EquipmentProfile
from rigd.equipment.profile_tables import DeviceAddress, FilterProfile
from rigd.equipment.wheel_slots import filters_of, wheel_slots
from rigd.errors import ConfigError
from rigd.optics.filter_offsets import SlotKind


@dataclass(frozen=True, slots=True, kw_only=True)
class OffsetKey:
    """What a learnt offset is filed under."""

    train: str
    filter: str
    reference: str | None
    """None where the profile names no reference filter: then no offset has a meaning."""


def train_fingerprint(profile: EquipmentProfile) -> str:
    """16 hexadecimal digits for the light path without its filters.

    In it are the optic, the devices in the train in their order, wheel and camera, and of the
    focuser whatever turns micrometres of focus into steps. Not in it are names (but an optic
    without catalog entry has nothing else), slots, limits, gates, the mount, and spacers owned.
    """
    return _digest(
        {
            "optic": _optic(profile),
            "devices": list(profile.train.devices),
            "wheel": _wheel(profile),
            "camera": _camera(profile),
            "focuser": _focuser(profile),
        }
    )


def filter_fingerprint(profile: EquipmentProfile, key: str) -> str:
    """16 hexadecimal digits for a physical filter, wherever it stands and however it is called.

    Of two filters behind each other (`lum+clear`), for the glass of both.

    Raises:
        ConfigError: the profile has no filter of that key.
    """
    glass = []
    for one in filters_of(key):
        part = profile.filters.get(one)
        if part is None:
            raise ConfigError(f"{profile.name}: there is no [filters.{one}]")
        glass.append(_filter_facts(one, part))
    return _digest(glass if len(glass) > 1 else glass[0])


def offset_key(profile: EquipmentProfile, key: str) -> OffsetKey:
    """Return what an offset of this filter is filed under while this profile is in force.

    Raises:
        ConfigError: the profile has no filter of that key.
    """
    return OffsetKey(
        train=train_fingerprint(profile),
        filter=filter_fingerprint(profile, key),
        reference=_reference(profile),
    )


def light_path(profile: EquipmentProfile) -> str:
    """16 hexadecimal digits for the light path and the filter that offsets are counted from.

    Runs and fits are filed under it; what is embodied has a meaning only within one.
    """
    return _digest([train_fingerprint(profile), _reference(profile)])


def filter_fingerprints(profile: EquipmentProfile) -> dict[str, str]:
    """Return the fingerprint of every filter, and of every pair of stacked ones, by key."""
    keys = dict.fromkeys((*profile.filters, *(slot.key for slot in wheel_slots(profile))))
    if profile.reference_filter is not None:
        keys[profile.reference_filter] = None
    return {key: filter_fingerprint(profile, key) for key in keys}


def has_contradiction(before: EquipmentProfile, after: EquipmentProfile) -> bool:
    """Return whether anything that was stated of the light path is stated otherwise, or no longer.

    What was unknown had no other value: to fill it in is no contradiction.
    """
    return bool(contradictions(before, after))


def contradictions(before: EquipmentProfile, after: EquipmentProfile) -> frozenset[str]:
    """Return the keys of what was stated of the light path and is stated otherwise now."""
    now = _stated_values(after)
    was = _stated_values(before)
    return frozenset(
        key for key, old in was.items() if old not in (None, []) and now.get(key) != old
    )


def _stated_values(profile: EquipmentProfile) -> dict[str, object]:
    """Return what is in the light path's fingerprint, by key of the profile."""
    optic, camera, focuser = profile.optic, profile.camera, profile.focuser
    stack = [(f"wheel.stack.{n}.id", one.id) for n, one in enumerate(profile.stacked, 1)]
    return {
        **dict(stack),
        "wheel.stack": [name for name, _ in stack],
        "optic.id": optic.id,
        "optic.name": _normalise(optic.name),
        "optic.focal_length_mm": optic.focal_length_mm,
        "optic.focal_ratio": optic.focal_ratio,
        "train.devices": list(profile.train.devices),
        "wheel.id": profile.wheel.id if profile.wheel else None,
        "camera.id": camera.id if camera else None,
        "camera.address": _place(camera.address) if camera else None,
        "camera.mount_configuration": camera.mount_configuration if camera else None,
        "camera.flange_distance_mm": camera.flange_distance_mm if camera else None,
        "focuser.id": focuser.id if focuser else None,
        "focuser.address": _place(focuser.address) if focuser else None,
        "focuser.moves": focuser.moves if focuser else None,
        "focuser.magnification": focuser.magnification if focuser else None,
        "focuser.step_size_um": focuser.step_size_um if focuser else None,
        "focuser.direction": focuser.direction if focuser else None,
        **_stated_reference(profile),
    }


def _stated_reference(profile: EquipmentProfile) -> dict[str, object]:
    key = profile.reference_filter
    stated: dict[str, object] = {"reference_filter": key}
    for one in () if key is None else filters_of(key):
        part = profile.filters[one]
        stated |= {
            f"reference.{one}.kind": None if part.kind is SlotKind.UNKNOWN else part.kind,
            f"reference.{one}.id": part.id,
            f"reference.{one}.size": part.size,
            f"reference.{one}.thickness_mm": part.thickness_mm,
            f"reference.{one}.glass": _normalise(part.glass),
            f"reference.{one}.band_centre_nm": part.band_centre_nm,
        }
    return stated


def _wheel(profile: EquipmentProfile) -> object:
    if profile.stacked:
        return [one.id for one in profile.stacked]
    return profile.wheel.id if profile.wheel else None


def _reference(profile: EquipmentProfile) -> str | None:
    key = profile.reference_filter
    return None if key is None else filter_fingerprint(profile, key)


def _optic(profile: EquipmentProfile) -> list[object]:
    optic = profile.optic
    name = None if optic.id is not None else _normalise(optic.name)
    return [optic.id, name, optic.focal_length_mm, optic.focal_ratio]


def _camera(profile: EquipmentProfile) -> list[object] | None:
    camera = profile.camera
    if camera is None:
        return None
    where = _place(camera.address) if camera.id is None else None
    return [camera.id, where, camera.mount_configuration, camera.flange_distance_mm]


def _focuser(profile: EquipmentProfile) -> list[object] | None:
    focuser = profile.focuser
    if focuser is None:
        return None
    # Two focusers of one model may count differently, so an entry does not replace the address.
    return [
        focuser.id,
        _place(focuser.address),
        focuser.moves,
        focuser.magnification,
        focuser.step_size_um,
        focuser.direction,
    ]


def _filter_facts(key: str, part: FilterProfile) -> list[object]:
    thickness = None if part.thickness_mm is None else part.thickness_mm + 0.0  # -0.0 is 0.0
    glass = _normalise(part.glass)
    facts: list[object] = [key, part.kind, part.id, thickness, glass, part.band_centre_nm]
    # Of one name there are several thicknesses; where no size is stated, nothing is added.
    return facts if part.size is None else [*facts, part.size]


def _place(address: DeviceAddress | None) -> list[str] | None:
    return [address.server, address.device] if address else None


def _normalise(text: str | None) -> str | None:
    return None if text is None else " ".join(text.split()).casefold()


def _digest(meaning: object) -> str:
    return hashlib.sha256(json.dumps(meaning, sort_keys=True).encode()).hexdigest()[:16]
