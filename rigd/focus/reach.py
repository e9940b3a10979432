"""Where a client may send the focuser, and why not farther. Pure.

The virtual focuser runs from 0 to `MaxStep`, the real one between its limits. A wish beyond them is
cut short in the direction that was asked for, never beyond where the focuser stands.
"""

from rigd.focus.state.focuser import FocuserRole
from rigd.focus.state.rig import Rig
from rigd.focus.unread_place import is_unread


def fit_to_limits(rig: Rig, wanted_steps: int, shift: int) -> int:
    """The logical position nearest to the wanted one that can be reached.

    Args:
        rig: whose focuser stands between its limits, as far as anybody knows.
        wanted_steps: the logical position that a client asks for.
        shift: what raw positions have beyond logical ones when the move begins.
    """
    low, high, raw = rig.min_steps, rig.max_steps, _raw_ahead(rig)
    base = max(wanted_steps, low - shift, 0)
    if high is not None:
        base = min(base, high - shift, high)
    if raw is None:
        return base
    stands = raw - shift
    if wanted_steps == stands:
        return stands
    return max(base, stands) if wanted_steps > stands else min(base, stands)


def describe_outside(rig: Rig) -> str | None:
    """Say that the focuser stands outside its limits; None if it does not, or nobody knows."""
    low, high, raw = rig.min_steps, rig.max_steps, _raw_ahead(rig)
    near = rig.settings.tolerance_steps  # a step that the device hid may lie beyond its limit
    if raw is None or high is None or low - near <= raw <= high + near:
        return None
    stands = "stands at" if rig.move is None else "is on its way to"
    return (
        f"the focuser {stands} {raw} steps, outside its limits {low} to {high} steps"
        f"{describe_limit_cause(rig)}: put them right, or move it back by its own program"
    )


def describe_out_of_reach(
    rig: Rig, target_steps: int, role: FocuserRole = FocuserRole.MAIN
) -> str | None:
    """Say that a focuser must not be sent to a target; None if it may be."""
    low, high = rig.min_steps_of(role), rig.max_steps_of(role)
    if high is None:
        return "the focuser's maximum is not known any more"
    if low <= target_steps <= high:
        return None
    cause = describe_limit_cause(rig) if role is FocuserRole.MAIN else ""
    return f"{target_steps} steps lie outside its limits {low} to {high} steps{cause}"


def describe_limit_cause(rig: Rig) -> str:
    """Say in brackets which limit was lowered, if one was since the focuser was first seen."""
    report, was = rig.focuser, rig.main_focuser.highest_max_steps
    now = report.max_steps if report else None
    if now is None or was is None or now >= was or rig.max_steps != now:
        return ""
    return f" (its maximum was lowered from {was} to {now} steps)"


def _raw_ahead(rig: Rig) -> int | None:
    """Where the focuser stands, or will when its open move ends; None if nobody has read it there.

    Of one that was not read the ledger has only the place where it was read before.
    """
    if rig.move is not None:
        return rig.move.goal.target_steps
    return None if is_unread(rig.main_focuser) else rig.ledger.raw_steps
