"""Numbers of a profile that cannot be right, or not both. Pure.

A profile that is stored already is read all the same, since a daemon must start: so this is no part
of reading one, but of taking one in, and of `rigd check`.
"""

from rigd.equipment.profile import EquipmentProfile
from rigd.equipment.wrong_units import find_wrong_units

_WITHIN_DEADLINE = ("start_grace_s", "wheel_start_grace_s", "settle_s", "late_value_s", "reading_s")


def find_contradicting_numbers(profile: EquipmentProfile) -> tuple[str, ...]:
    """Return a sentence for each number that cannot be, and for each two that contradict."""
    return (
        *find_wrong_units(profile),
        *_limits(profile),
        *_times(profile),
        *_temperatures(profile),
    )


def _temperatures(profile: EquipmentProfile) -> list[str]:
    term = profile.focuser.temperature if profile.focuser else None
    if term is None or term.lowest_c < term.highest_c:
        return []
    return [
        f"focuser.temperature.lowest_c = {term.lowest_c:g} is not below "
        f"focuser.temperature.highest_c = {term.highest_c:g}"
    ]


def _limits(profile: EquipmentProfile) -> list[str]:
    said: list[str] = []
    for table, focuser in (("focuser", profile.focuser), ("guide_focuser", profile.guide_focuser)):
        if focuser is None or focuser.max_steps is None:
            continue
        low, high = focuser.min_steps or 0, focuser.max_steps
        if low >= high:
            said.append(f"{table}.min_steps = {low} is not below {table}.max_steps = {high}")
            continue
        for key, steps in _distances(profile, table):
            if steps >= high - low:
                said.append(
                    f"{table}.{key} = {steps} leaves no room between {table}.min_steps = {low} "
                    f"and {table}.max_steps = {high}"
                )
    return said


def _distances(profile: EquipmentProfile, table: str) -> list[tuple[str, int]]:
    """What must fit between the limits of a focuser."""
    if table == "guide_focuser":
        guide = profile.guide_focuser
        return [("tolerance_steps", guide.tolerance_steps)] if guide else []
    focuser = profile.focuser
    if focuser is None:
        return []
    found = [
        ("tolerance_steps", focuser.tolerance_steps),
        ("dead_band_steps", focuser.dead_band_steps),
    ]
    if focuser.temperature and focuser.temperature.dead_band_steps is not None:
        found.append(("temperature.dead_band_steps", focuser.temperature.dead_band_steps))
    if focuser.backlash and focuser.backlash.steps is not None:
        found.append(("backlash.steps", focuser.backlash.steps))
    return found


def _times(profile: EquipmentProfile) -> list[str]:
    """What is stated of both; a default that a stated number leaves behind says nothing."""
    times = profile.times
    pairs = [(key, "deadline_s") for key in _WITHIN_DEADLINE] + [("start_grace_s", "client_move_s")]
    return [
        f"times.{part} = {getattr(times, part):g} is not below times.{whole} = "
        f"{getattr(times, whole):g}"
        for part, whole in pairs
        if {part, whole} <= times.model_fields_set and getattr(times, part) >= getattr(times, whole)
    ]
