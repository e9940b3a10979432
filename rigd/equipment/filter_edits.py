"""Changes of a profile's filters: what stands in a slot, and what is said of it. Pure."""

from collections.abc import Collection

from pydantic import ValidationError

from rigd.equipment.named_filters import kind_of_name
from rigd.equipment.profile import EquipmentProfile
from rigd.equipment.profile_tables import FilterProfile
from rigd.errors import ConfigError
from rigd.files.names import derive_name
from rigd.optics.filter_offsets import SlotKind


def slot_keys(profile: EquipmentProfile) -> tuple[str, ...]:
    """The key of the filter in each slot of one wheel; none of two stacked ones."""
    return profile.wheel.slots if profile.wheel else ()


def spare_keys(profile: EquipmentProfile) -> tuple[str, ...]:
    """The filters that stand in no slot."""
    placed = profile.wheel.placed if profile.wheel else ()
    return tuple(key for key in profile.filters if key not in placed)


def rename_filter(profile: EquipmentProfile, key: str, name: str) -> EquipmentProfile:
    """The profile with another name for a filter, which stays the same glass.

    Raises:
        ConfigError: another filter has that name, or it is none.
    """
    taken = [one.name for other, one in profile.filters.items() if other != key]
    if name.casefold() in {other.casefold() for other in taken}:
        msg = f"another filter is called {name!r}"
        raise ConfigError(msg)
    return _with_filter(profile, key, _filter(profile, key).model_copy(update={"name": name}))


def state_offset(profile: EquipmentProfile, key: str, steps: int | None) -> EquipmentProfile:
    """The profile with a stated offset of a filter, or with none."""
    said = _filter(profile, key).model_copy(update={"focus_offset_steps": steps})
    return _with_filter(profile, key, said)


def recognise_filter(
    profile: EquipmentProfile, key: str, entry_id: str, told: Collection[str]
) -> EquipmentProfile:
    """The profile in which a filter is known to be this one of the catalog.

    It is the same glass as before: its name, its offsets and what runs taught of it stay.

    Args:
        profile: the profile.
        key: of the filter.
        entry_id: of the catalog.
        told: fields of the filter that the catalog knows better from now on; what it does not
            know stays as it is stated.
    """
    said = _filter(profile, key).model_dump(exclude=set(told))
    return _with_filter(profile, key, FilterProfile.model_validate({**said, "id": entry_id}))


def put_new_filter(
    profile: EquipmentProfile, slot: int, name: str, entry_id: str | None
) -> EquipmentProfile:
    """The profile with another filter in a slot; the one before is kept without a slot.

    Args:
        profile: the profile.
        slot: counted from 0.
        name: what it is called.
        entry_id: what it is in the catalog; None: nothing is known of it.

    Raises:
        ConfigError: there is no such slot, or another filter has that name.
    """
    if name.casefold() in {one.name.casefold() for one in profile.filters.values()}:
        msg = f"another filter is called {name!r}: give this one a name of its own"
        raise ConfigError(msg)
    key, number = derive_name(name) or "filter", 2
    first = key
    while key in profile.filters:
        key, number = f"{first}-{number}", number + 1
    kind = (kind_of_name(name) if entry_id is None else None) or SlotKind.FILTER
    added = _with_filter(profile, key, FilterProfile(name=name, kind=kind, id=entry_id))
    return put_filter(added, slot, key)


def put_filter(profile: EquipmentProfile, slot: int, key: str) -> EquipmentProfile:
    """The profile with one of its filters in a slot; the two change places if both have one.

    What was there before is kept without a slot if nothing more than a name is known of it.

    Raises:
        ConfigError: there is no such slot, or no such filter.
    """
    wheel = profile.wheel
    if wheel is None or not 0 <= slot < len(wheel.slots):
        msg = f"there is no slot {slot + 1}"
        raise ConfigError(msg)
    _filter(profile, key)
    slots = list(wheel.slots)
    before = slots[slot]
    if key in slots:
        slots[slots.index(key)] = before
    slots[slot] = key
    data = profile.model_dump()
    data["wheel"]["slots"] = slots
    if profile.reference_filter == before and before not in slots:
        data["reference_filter"] = None
    return _checked(data)


def _filter(profile: EquipmentProfile, key: str) -> FilterProfile:
    found = profile.filters.get(key)
    if found is None:
        msg = f"the profile has no filter {key!r}"
        raise ConfigError(msg)
    return found


def _with_filter(profile: EquipmentProfile, key: str, said: FilterProfile) -> EquipmentProfile:
    data = profile.model_dump()
    data["filters"] = {**data["filters"], key: said.model_dump()}
    return _checked(data)


def _checked(data: object) -> EquipmentProfile:
    try:
        return EquipmentProfile.model_validate(data)
    except ValidationError as failure:
        raise ConfigError("; ".join(str(one["msg"]) for one in failure.errors())) from failure
