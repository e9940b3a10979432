"""What another profile would change on a rig: known before it is in force."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedChange:
    """A value of the profile that would be another one; null: it is not stated."""

    key: str
    """As in the file: `filters.ha.thickness_mm`; a slot is `wheel.slots.2`, counted from 1."""
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterEffect:
    """What becomes of a slot of the wheel."""

    filter_position: int
    name_before: str | None
    """Null: there is no such slot."""
    name_after: str | None
    steps_before: int | None
    """Its focus offset; null: none counts."""
    steps_after: int | None
    state_before: str | None
    """How the offset is known: given, imported, modelled, provisional, trusted, ..., none."""
    state_after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileEffect:
    """What another profile would change. Nothing moves by it: offsets count at filter changes."""

    rig: str
    profile: str
    changes: tuple[StatedChange, ...]
    """What is stated; nothing if both say the same."""
    filters: tuple[FilterEffect, ...]
    """The slots whose name or offset would be another one."""
    other_light_path: bool
    """Whether what autofocus runs taught does not go along: it is of other glass or devices."""
