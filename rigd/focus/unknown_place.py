"""Why what is in the focuser's position is not known, and what ends that. Pure."""

from rigd.focus.device_names import name_focuser
from rigd.focus.filter_in_light import (
    how_filter_is_known,
    why_filter_unknown,
    why_filter_unsure,
)
from rigd.focus.leap import find_leap_gate
from rigd.focus.sighting import is_known_again_soon, may_be_known_where_found
from rigd.focus.state.rig import Gate, Rig
from rigd.focus.step_meaning import way_back


def find_place_gate(rig: Rig) -> Gate | None:
    """The gate of a focuser of which nobody can say what is in its position."""
    if rig.ledger.embodied is not None and rig.ledger_checked:
        return find_motion_gate(rig)
    if is_read_soon(rig) or is_known_again_soon(rig):
        return find_leap_gate(rig) or _reading_gate(rig)
    if motion := find_motion_gate(rig):
        return motion
    because = rig.ledger.unknown_because or "the focuser was not seen at rest since"
    unseen = why_filter_unknown(rig)
    if unseen and not rig.remembered:
        return Gate(
            name="ledger",
            sentence=f"what is in the focuser's position is unknown: {because} ({unseen})",
            opens_by_itself=False,
            opens_when="the filter in the light is known: where the focuser stands then counts as "
            "its focus",
        )
    back = way_back(rig.ledger)
    if why_filter_unsure(rig):
        more = "; nor is it known which filter is in the light"
        first = f"; for both the filter in the light must be known: {how_filter_is_known(rig)}"
    else:
        more, first = ". Focus on a known filter and say so with `rigd adopt`", ""
    return Gate(
        name="ledger",
        sentence=f"what is in the focuser's position is unknown: {because}{more}",
        opens_by_itself=False,
        opens_when=f"{back}an autofocus on a known filter succeeds or you say `rigd adopt`{first}",
    )


def find_motion_gate(rig: Rig) -> Gate | None:
    """The gate of a motion that was given up."""
    return describe_motion(rig) if rig.main_focuser.motion_given_up else None


def describe_motion(rig: Rig) -> Gate:
    """A focuser that says that it moves, and what ends that; where it stands nobody can say."""
    given_up = rig.main_focuser.motion_given_up
    though = "still says that it moves, though its move was given up" if given_up else "moves"
    return Gate(
        name="motion",
        sentence=f"the focuser {though}",
        opens_by_itself=False,
        opens_when="it says that it stands still, or it is connected anew",
    )


def is_read_soon(rig: Rig) -> bool:
    """Whether the focuser, which is there, has only to be read at rest for all to be known."""
    if rig.ledger_checked:
        return False
    if rig.ledger.embodied is not None:
        return not rig.is_focuser_lost
    return may_be_known_where_found(rig)


def _reading_gate(rig: Rig) -> Gate:
    """The gate of a focuser that has come back, or moved, and was not read at rest since."""
    return Gate(
        name="reading",
        sentence=f"{name_focuser(rig)} has still to be read at rest",
        opens_by_itself=True,
        opens_when="it has been read at rest: what is in its position is known then, or said to be "
        "unknown",
    )
