"""What a step of the focuser does to the focus, as profile and driver say it. Pure."""

from rigd.equipment.profile import EquipmentProfile
from rigd.focus.state.rig import Rig
from rigd.optics.filter_offsets import Direction, gain_of


def steps_per_um(profile: EquipmentProfile, rig: Rig) -> float | None:
    """Steps for each µm at the sensor, with the focuser's sign; None if that is not known."""
    focuser, defocus, step = profile.focuser, gain(profile), step_size_um(profile, rig)
    if focuser is None or focuser.direction is None or defocus is None or step is None:
        return None
    return (1.0 if focuser.direction is Direction.OUTWARD else -1.0) / (defocus * step)


def step_size_um(profile: EquipmentProfile, rig: Rig) -> float | None:
    """Travel for one step: the profile's word, else the driver's; None if neither says it."""
    reported = rig.focuser.step_size_um if rig.focuser else None
    return profile.focuser.step_size_um or reported if profile.focuser else None


def gain(profile: EquipmentProfile) -> float | None:
    """Defocus at the sensor for each µm that the focuser moves; None if that is not known."""
    focuser = profile.focuser
    if focuser is None or focuser.moves is None:
        return None
    return gain_of(focuser.moves, magnification=focuser.magnification)
