"""What a step of the focuser does to the focus, as profile and driver say it. Pure."""

from rigd.catalog.train_parts import CatalogLookup
from rigd.equipment.profile import EquipmentProfile
from rigd.focus.state.rig import Rig
from rigd.optics.filter_offsets import Direction, Moves, gain_of

_BY_DRAWTUBE = (None, Moves.DRAWTUBE, Moves.RIDING_REDUCER)


def steps_per_um(profile: EquipmentProfile, catalog: CatalogLookup, rig: Rig) -> float | None:
    """Steps for each µm at the sensor, with the focuser's sign; None if that is not known."""
    focuser, defocus = profile.focuser, gain(profile)
    step = step_size_um(profile, catalog, rig)
    if focuser is None or focuser.direction is None or defocus is None or step is None:
        return None
    return (1.0 if focuser.direction is Direction.OUTWARD else -1.0) / (defocus * step)


def step_size_um(
    profile: EquipmentProfile, catalog: CatalogLookup | None, rig: Rig
) -> float | None:
    """Travel for one step: the profile's word, else the driver's, else the catalog's.

    The catalog has it of few focusers: of those whose step is the same on every telescope.
    """
    focuser = profile.focuser
    if focuser is None:
        return None
    reported = rig.focuser.step_size_um if rig.focuser else None
    told = focuser.step_size_um or reported
    if told is not None or catalog is None or focuser.id is None:
        return told
    if focuser.moves not in _BY_DRAWTUBE:
        return None
    return catalog.step_size_um(focuser.id)


def gain(profile: EquipmentProfile) -> float | None:
    """Defocus at the sensor for each µm that the focuser moves; None if that is not known."""
    focuser = profile.focuser
    if focuser is None or focuser.moves is None:
        return None
    return gain_of(focuser.moves, magnification=focuser.magnification)
