"""Does what the devices and the frames say of the focal length fit the profile in force? Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from rigd.equipment.profile import EquipmentProfile
from rigd.focus.state.rig import Rig

TOLERANCE = 0.05
"""Of a focal length. Makers' figures and a corrector's distance are within some per cent; a reducer
that was forgotten changes it by ten or more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What somebody says of the focal length."""

    source: str
    """mount: it was typed in there; frames: measured on the sky."""
    focal_length_mm: float


def evidence_of(rig: Rig, solved_mm: float | None) -> tuple[Evidence, ...]:
    """What is said now; a simulator's word is about no telescope.

    Args:
        rig: with its mount.
        solved_mm: what a solved frame gave, made with the light path in force.
    """
    found = [] if solved_mm is None else [Evidence(source="frames", focal_length_mm=solved_mm)]
    mount = rig.mount
    if mount is not None and mount.focal_length_mm is not None:
        drivers = [one.driver or "" for one in rig.identities if one.ref == mount.ref]
        if not any("simulator" in driver.casefold() for driver in drivers):
            found.append(Evidence(source="mount", focal_length_mm=mount.focal_length_mm))
    return tuple(found)


def find_contradictions(
    profile: EquipmentProfile, said: Iterable[Evidence], confirmed: Iterable[Evidence]
) -> tuple[Evidence, ...]:
    """What contradicts the profile and was not confirmed."""
    stated_mm = profile.optic.focal_length_mm
    if stated_mm is None:
        return ()
    known = tuple(confirmed)
    return tuple(
        one
        for one in said
        if not _is_near(one.focal_length_mm, stated_mm)
        and not any(
            one.source == old.source and _is_near(one.focal_length_mm, old.focal_length_mm)
            for old in known
        )
    )


def mismatch(profile: EquipmentProfile, against: Iterable[Evidence]) -> str | None:
    """The sentence of a closed gate; None if nothing contradicts the profile."""
    said = " and ".join(
        f"{'solved frames' if one.source == 'frames' else 'the mount'} "
        f"say{'' if one.source == 'frames' else 's'} {one.focal_length_mm:.0f} mm"
        for one in against
    )
    if not said:
        return None
    return (
        f"train mismatch: profile {profile.name!r} says {profile.optic.focal_length_mm:g} mm of "
        f"focal length, {said}. `rigd profile switch NAME`, `rigd profile edit`, or, if the "
        "profile is right, `rigd profile confirm`"
    )


def _is_near(one_mm: float, other_mm: float) -> bool:
    return abs(one_mm - other_mm) <= TOLERANCE * other_mm
