"""What changed of a rig since last night began: what `rigd changes` shows."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class NightChange:
    """A change of a device or of the profile."""

    at: str
    what: str
    """device or profile."""
    key: str
    before: str | None
    after: str | None
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NightChanges:
    """Every change since local noon before last night, oldest first."""

    rig: str
    since: str
    changes: tuple[NightChange, ...]
