"""A focuser that says to stand far from where it stood, and was not seen to move there. Pure.

A driver that has lost its line, or a host that has only just started, may say for some seconds what
it has not read: most often 0. A whole travel would follow from it at the next filter change, so it
must go on saying so for about as long as a motor would have taken to get there.
"""

from rigd.devices.events import FocuserReport
from rigd.focus.foreign_commands import is_on_way_of_command
from rigd.focus.senseless_place import own_limits
from rigd.focus.state.effects import DiaryLine, Step
from rigd.focus.state.focuser import FocuserRole, FocuserState
from rigd.focus.state.rig import Gate, Rig
from rigd.frozen import replace

LEAP_SHARE = 0.1
"""So much of its travel no focuser crosses between two looks at it. Our choice: a hand controller
whose driver never says that it moves goes in smaller steps."""
LEAP_SHARE_TO_0 = 0.02
"""The same of a way to exactly 0, which most often is no reading. Our choice: more than the last
steps of a motion to there that a driver's Ok left out."""
TRAVEL_S = 60.0
"""How long a focuser takes for its whole travel. Our choice: about what the faster ones take."""
LONGEST_S = 30.0
"""So long what it says must last at most. Our choice: hosts that say 0 until they have first asked
their hardware were seen to do so for nine seconds."""


def is_leap(rig: Rig, role: FocuserRole, report: FocuserReport, position: int) -> bool:
    """Whether a focuser that rested, and rests, says a place that it was not seen to move to.

    Where all is unknown already nothing would follow from it.
    """
    focuser, near = rig.focuser_of(role), rig.settings.focuser_tolerance_steps(role)
    read = focuser.ledger.read_steps
    if read is None or focuser.ledger.embodied is None or abs(position - read) <= near:
        return False
    if role is FocuserRole.MAIN and is_on_way_of_command(rig, position):
        return False
    return is_far(focuser, report, position)


def is_far(focuser: FocuserState, report: FocuserReport, position: int) -> bool:
    """Whether a place lies so far from the last one that a motion to there would have been seen."""
    read = focuser.ledger.read_steps
    if read is None:
        return False
    most = LEAP_SHARE if position else LEAP_SHARE_TO_0
    return _share_of_travel(focuser, report, position, read) > most


def begin_leap(rig: Rig, role: FocuserRole, report: FocuserReport, position: int) -> Step:
    """Leave the ledger to be compared with that place once it is believed."""
    focuser = rig.focuser_of(role)
    unseen = replace(focuser, ledger_checked=False, watched=True, sighting=None, doubt=None)
    rig = rig.with_focuser(role, replace(unseen, unseen_way=True))
    which = "" if role is FocuserRole.MAIN else "guide "
    lasts_s = leap_lasts_s(focuser, report, position)
    line = (
        f"the {which}focuser says {position} steps and was not seen to move there from "
        f"{focuser.ledger.read_steps}: believed once it has said so for {lasts_s:.0f} s"
    )
    return Step(rig, (DiaryLine(sentence=line),))


def leap_lasts_s(focuser: FocuserState, report: FocuserReport, position: int) -> float:
    """How long a focuser must say a place that it was not seen to move to until it is believed."""
    read = focuser.ledger.read_steps
    if position == 0 or read is None:
        return LONGEST_S
    return min(LONGEST_S, TRAVEL_S * _share_of_travel(focuser, report, position, read))


def is_leaping(focuser: FocuserState) -> bool:
    """Whether the focuser says a place that it was not seen to move to, and is not believed."""
    return focuser.unseen_way and focuser.watched and not focuser.ledger_checked


def find_leap_gate(rig: Rig) -> Gate | None:
    """The gate of a main focuser that is not believed where it says that it stands."""
    leap = describe_leap(rig, FocuserRole.MAIN)
    if leap is None:
        return None
    sentence, ends_when = leap
    return Gate(
        name="leap",
        sentence=f"the focuser {sentence}",
        opens_by_itself=True,
        opens_when=ends_when,
    )


def describe_leap(rig: Rig, role: FocuserRole) -> tuple[str, str] | None:
    """Say that a focuser is not believed where it says that it stands, and what ends that."""
    focuser = rig.focuser_of(role)
    report, read = focuser.report, focuser.ledger.read_steps
    if not is_leaping(focuser) or report is None or report.position_steps is None:
        return None
    said = report.position_steps
    near = rig.settings.focuser_tolerance_steps(role)
    if read is None or abs(said - read) <= near:
        return None
    lasts_s = leap_lasts_s(focuser, report, said)
    return (
        f"says {said} steps and was not seen to move there from {read}",
        f"it has said so for {lasts_s:.0f} s, or says {read} steps again: rigd asks it",
    )


def _share_of_travel(
    focuser: FocuserState, report: FocuserReport, position: int, read: int
) -> float:
    """How much of its whole travel lies between two places, as far as its limits are known."""
    limits = own_limits(focuser, report)
    travel = limits[1] - limits[0] if limits else max(abs(position), abs(read))
    return abs(position - read) / max(travel, 1)
