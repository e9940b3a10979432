"""What changed between two equipment profiles, as one list of sentences."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rigd.equipment.profile import EquipmentProfile


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One value that differs; None is unknown or absent."""

    key: str
    """As in the file: `filters.ha.thickness_mm`; a slot is `wheel.slots.2`, counted from 1, and
    of two stacked wheels `wheel.stack.1.slots.2`.
    """
    before: str | None
    after: str | None

    def __str__(self) -> str:
        if self.before is None:
            return f"{self.key}: {self.after}, was not stated"
        if self.after is None:
            return f"{self.key}: no longer stated, was {self.before}"
        return f"{self.key}: {self.after}, was {self.before}"


def profile_changes(before: EquipmentProfile, after: EquipmentProfile) -> tuple[Change, ...]:
    """Return what differs, in the order of the file; nothing if the profiles say the same."""
    old, new = _values(before), _values(after)
    keys = [*old, *(key for key in new if key not in old)]
    changed = [
        Change(key=key, before=old.get(key), after=new.get(key))
        for key in keys
        if old.get(key) != new.get(key)
    ]
    order = {name: rank for rank, name in enumerate(EquipmentProfile.model_fields)}
    return tuple(sorted(changed, key=lambda change: order[change.key.partition(".")[0]]))


def _values(profile: EquipmentProfile) -> dict[str, str]:
    return dict(_flat("", profile.model_dump(mode="json", exclude_none=True)))


def _flat(prefix: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(f"{prefix}.{key}" if prefix else str(key), inner)
    elif isinstance(value, list) and prefix.startswith("wheel."):
        for number, inner in enumerate(value, 1):
            yield from _flat(f"{prefix}.{number}", inner)
    elif isinstance(value, list):
        if value:
            yield prefix, ", ".join(str(inner) for inner in value)
    elif isinstance(value, bool):
        yield prefix, "true" if value else "false"
    else:
        yield prefix, str(value)
