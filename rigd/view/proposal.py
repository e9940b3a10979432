"""Which equipment profile fits the devices that are there: what `rigd profile propose` shows."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileFit:
    """A profile with what speaks against it; nothing does if it fits."""

    name: str
    against: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileProposal:
    """What is proposed for a rig; nothing is ever switched by it."""

    in_force: str | None
    proposed: str | None
    """The one profile that fits, if the one in force does not."""
    sentence: str | None
    profiles: tuple[ProfileFit, ...]
