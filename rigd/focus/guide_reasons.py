"""Why the guide focuser does not follow a filter. Pure."""

from rigd.focus.state.focuser import FocuserRole, FocuserState
from rigd.focus.state.rig import Rig

AGAIN = "focus the guide camera and say so with `rigd adopt`"
"""What ends an unknown position."""


def why_unable(guide: FocuserState) -> str | None:
    """Why it cannot move at all now; None if it can."""
    report = guide.report
    if report is None or not report.connected:
        return "it is not connected"
    if report.position_steps is None:
        return "it does not say where it is"
    if guide.move is not None:
        return f"its move to {guide.move.target_steps} steps has not been read back yet"
    if guide.ledger.embodied is None:
        because = guide.ledger.unknown_because
        return f"its position was not known when the filter was changed: {because}"
    if not guide.ledger_checked:
        return "it was not read at rest before the filter was changed"
    if report.temperature_compensation:
        return "its own temperature compensation is on"
    if report.moving:
        return "something else is moving it"
    return None


def why_of_another_group(rig: Rig, guide: FocuserState) -> str | None:
    """Why its filter steps cannot be compared with those of the main focuser; None if they can.

    The main one's base is the focus of another filter by now, and nobody knows how far that is.
    """
    own, main = guide.ledger.embodied, rig.ledger.embodied
    if own is None or main is None or own.against == main.against:
        return None
    name = rig.settings.name_filter
    return (
        f"its focus counts from that of {name(own.against)}, the main focuser's from that of "
        f"{name(main.against)}; {AGAIN}"
    )


def why_out_of_reach(rig: Rig, target_steps: int) -> str | None:
    """Why it may not move to a target; None if it may."""
    low, high = rig.min_steps_of(FocuserRole.GUIDE), rig.max_steps_of(FocuserRole.GUIDE)
    if high is None:
        return "its maximum is not known (neither the device nor the profile says)"
    if low <= target_steps <= high:
        return None
    return f"it would have to go to {target_steps} steps, outside its limits {low} to {high} steps"
