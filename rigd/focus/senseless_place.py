"""A place that a focuser cannot stand at by its own limits, which is no reading. Pure."""

from rigd.devices.events import FocuserReport
from rigd.focus.state.effects import DiaryLine, Severity, Step
from rigd.focus.state.focuser import FocuserRole, FocuserState
from rigd.focus.state.rig import Gate, Rig
from rigd.frozen import replace

ENDS_WHEN = (
    "it says a position inside its own limits: look at its power and its cable, then connect its "
    "driver anew"
)


def drop_senseless_place(
    rig: Rig, role: FocuserRole, report: FocuserReport
) -> tuple[Step, FocuserReport]:
    """The report without a place outside the focuser's own limits; the first one is warned of.

    Only the device's own limits count: what the profile allows says nothing of where it stands. Nor
    do limits that were narrowed since it was last read there, of which a start knows nothing.
    """
    focuser, near = rig.focuser_of(role), rig.settings.focuser_tolerance_steps(role)
    said, before = report.position_steps, focuser.senseless_steps
    if not report.connected:
        return Step(rig.with_focuser(role, replace(focuser, senseless_steps=None))), report
    if said is None:
        return Step(rig), report
    limits, read = own_limits(focuser, report), focuser.ledger.read_steps
    stays = read is not None and abs(said - read) <= near
    if limits is None or stays or limits[0] <= said <= limits[1] + near:
        return Step(rig.with_focuser(role, replace(focuser, senseless_steps=None))), report
    rig = rig.with_focuser(role, replace(focuser, senseless_steps=said))
    told: tuple[DiaryLine, ...] = ()
    if before is None:
        which = "" if role is FocuserRole.MAIN else "guide "
        line = f"the {which}focuser {_describe(said, limits)}: what it says is not believed"
        told = (DiaryLine(sentence=line, severity=Severity.WARNING),)
    return Step(rig, told), replace(report, position_steps=None)


def own_limits(focuser: FocuserState, report: FocuserReport) -> tuple[int, int] | None:
    """The focuser's own limits where they make sense; None where they do not.

    A maximum that was lowered leaves it where it stands: the highest one counts.
    """
    low, high = report.min_steps, report.max_steps
    if low is None or high is None or not low < high:
        return None
    return low, max(high, focuser.highest_max_steps or high)


def find_senseless_gate(rig: Rig) -> Gate | None:
    """The gate of a main focuser that says no sensible place: nothing can be counted from there."""
    senseless = describe_senseless_place(rig, FocuserRole.MAIN)
    if senseless is None:
        return None
    return Gate(
        name="focuser",
        sentence=f"the focuser {senseless}",
        opens_by_itself=False,
        opens_when=ENDS_WHEN,
    )


def describe_senseless_place(rig: Rig, role: FocuserRole) -> str | None:
    """Say that a focuser says no sensible place; None if it does not say such a one."""
    focuser = rig.focuser_of(role)
    if focuser.senseless_steps is None or focuser.report is None:
        return None
    limits = own_limits(focuser, focuser.report)
    # The limits may have gone since; what was said is no better for that.
    if limits is None:
        return f"says no sensible position ({focuser.senseless_steps} steps)"
    return _describe(focuser.senseless_steps, limits)


def _describe(said: int, limits: tuple[int, int]) -> str:
    low, high = limits
    return f"says no sensible position ({said} steps; its own limits are {low} to {high} steps)"
