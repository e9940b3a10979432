"""Gates: what forbids rigd to move a focuser or to accept a filter change, for now or at all. Pure.

A closed gate refuses a change that a client asks for. A reactive move waits until it opens: by
itself, or by a word of somebody's that leaves the plan as it was. It is refused where there is no
plan as things are.
"""

from rigd.devices.identity import DeviceKind
from rigd.focus.autofocus import describe_autofocus
from rigd.focus.connecting import describe_connecting
from rigd.focus.device_addresses import describe_missing, describe_unchosen
from rigd.focus.device_names import name_device, name_focuser
from rigd.focus.focusing_client import find_habit_gate
from rigd.focus.foreign_commands import name_mover
from rigd.focus.move_time import fastest_steps_s, predicted_s
from rigd.focus.other_rigs import find_light_gate, find_order_gate, find_search_gate
from rigd.focus.reach import describe_limit_cause
from rigd.focus.senseless_place import find_senseless_gate
from rigd.focus.state.ledger import Part
from rigd.focus.state.rig import Gate, Origin, Rig
from rigd.focus.state.search import Search
from rigd.focus.unknown_place import find_motion_gate, find_place_gate, is_read_soon
from rigd.focus.unread_place import find_unread_gate
from rigd.focus.waking import find_news_gate


def find_gate_for_change(
    rig: Rig, origin: Origin, now_s: float, client: str | None = None
) -> Gate | None:
    """The first closed gate for a filter change in `apply`, whatever its focuser move will be.

    Args:
        rig: as it is now.
        origin: reactive moves are rigd's own doing, and pass fewer gates.
        now_s: for what ends by itself after some time.
        client: who asks: its own autofocus does not refuse it.
    """
    # The order is that of what the human or the client can do about it: a human's word first, then
    # what concerns the whole rig, then what passes by itself. Only the first one is said.
    return (
        find_hold(rig)
        or _profile_gate(rig)
        or _train_gate(rig)
        or _sharing_gate(rig)
        or _autofocus_gate(rig, client, now_s)
        or find_search_gate(rig, client)
        or _camera_gate(rig, origin)
        or find_light_gate(rig)
        or _mount_gate(rig)
        or _guiding_gate(rig)
        or _own_move_gate(rig, origin)
        or find_order_gate(rig)
        or _mover_gate(rig, origin, now_s)
        or _beginning_gate(rig, origin, now_s)
        or (find_news_gate(rig, now_s) if origin is Origin.REACTIVE else None)
    )


def find_gate_for_move(rig: Rig) -> Gate | None:
    """The first closed gate for moving the focuser at all, wherever to."""
    return _focuser_gate(rig) or find_compensation_gate(rig) or find_place_gate(rig)


def find_unknown_gate(rig: Rig) -> Gate | None:
    """The gate of a focuser of which nobody can say where it is, or what is in its position."""
    return _focuser_gate(rig) or find_place_gate(rig)


def is_to_be_read(rig: Rig) -> bool:
    """Whether all is known again as soon as the focuser, which is there, was read at rest."""
    gate = find_unknown_gate(rig)
    return gate is not None and gate.opens_by_itself


def find_gate_for_target(rig: Rig, target_steps: int, name: str) -> Gate | None:
    """The gate of a raw target outside the focuser's limits, or too far to be reached in time."""
    low, high = rig.min_steps, rig.max_steps
    # A focuser without a stop may turn its drawtube out of the thread: no limit is no permission.
    if high is None:
        return Gate(
            name="limits",
            sentence="the focuser's maximum is not known (neither the device nor the profile says)",
            opens_by_itself=False,
            opens_when="the focuser says its maximum, or the profile has max_steps",
        )
    if not low <= target_steps <= high:
        return Gate(
            name="limits",
            sentence=f"filter {name} needs focuser position {target_steps} steps, outside the "
            f"limits {low} to {high} steps{describe_limit_cause(rig)}",
            opens_by_itself=False,
            opens_when=f"the focus of {name} lies between {low} and {high} steps: move the focus "
            "of the whole train, or widen the limits if the drawtube allows it",
        )
    return find_gate_for_overshoot(rig, target_steps) or _pace_gate(rig, target_steps, name)


def _pace_gate(rig: Rig, target_steps: int, name: str) -> Gate | None:
    """The gate of a target that the focuser cannot reach before rigd's own deadline.

    It counts with the fastest pace measured, so that it closes only where it is certain.
    """
    raw, limit_s = rig.ledger.raw_steps, rig.settings.times.deadline_s
    takes_s = None if raw is None else predicted_s(rig, target_steps - raw)
    if takes_s is None or takes_s <= limit_s:
        return None
    return Gate(
        name="pace",
        sentence=f"filter {name} needs focuser position {target_steps} steps, {takes_s:.0f} s away "
        f"at {fastest_steps_s(rig):.0f} steps/s; a change must end within {limit_s:g} s",
        opens_by_itself=False,
        opens_when="the focuser stands nearer to it, or deadline_s is longer",
    )


def find_gate_for_overshoot(rig: Rig, target_steps: int) -> Gate | None:
    """The gate of a target beyond which there is no room to take up backlash."""
    low, high = rig.min_steps, rig.max_steps
    backlash, start_steps = rig.backlash, rig.ledger.raw_steps
    if backlash is None or high is None or start_steps in {None, target_steps}:
        return None
    turn_steps = backlash.overshoot_steps(start_steps or 0, target_steps)
    if turn_steps is None or low <= turn_steps <= high:
        return None
    return Gate(
        name="limits",
        sentence=f"to take up backlash on the way to {target_steps} steps the focuser would turn "
        f"at {turn_steps} steps, outside the limits {low} to {high} steps",
        opens_by_itself=False,
        opens_when="there is room to turn inside the limits, or the profile's backlash is less",
    )


def find_hold(rig: Rig) -> Gate | None:
    """The gate of a human's hands off, which counts in every mode."""
    if rig.hold_by is None:
        return None
    return Gate(
        name="hold",
        sentence=f"hands off: held by {rig.hold_by}",
        opens_by_itself=True,
        opens_when="somebody says `rigd hold off`",
    )


def _profile_gate(rig: Rig) -> Gate | None:
    if rig.profile_by is None:
        return None
    return Gate(
        name="profile",
        sentence=f"{rig.profile_by} is changing the equipment profile",
        opens_by_itself=True,
        opens_when="the change of the profile is stored or has failed",
    )


def _train_gate(rig: Rig) -> Gate | None:
    if rig.mismatch is None:
        return None
    return Gate(
        name="train",
        sentence=rig.mismatch,
        opens_by_itself=True,
        opens_when="the profile and what is there agree, or you say `rigd profile confirm`",
    )


def _sharing_gate(rig: Rig) -> Gate | None:
    # Two rigs on one focuser would put their offsets on top of each other.
    if rig.sharing is None:
        return None
    return Gate(
        name="sharing",
        sentence=rig.sharing,
        opens_by_itself=False,
        opens_when="only one of the two applies to it: switch the other to observe or publish with "
        "`rigd mode`, or give it its own focuser",
    )


def _autofocus_gate(rig: Rig, client: str | None, now_s: float) -> Gate | None:
    # Who focuses may turn to its focus filter: the search is its own, and so is the gap.
    others = (s for s in rig.autofocuses if client is None or client != s.client)
    search = next(others, None)
    return None if search is None else _search_gate(rig, search, now_s)


def _beginning_gate(rig: Rig, origin: Origin, now_s: float) -> Gate | None:
    # A client that has turned to the filter in the middle of its search will find the focus itself.
    if origin is Origin.IN_PATH:
        return None
    search = next((s for s in rig.searches if s.owns_filter), None)
    return _search_gate(rig, search, now_s) if search else find_habit_gate(rig, now_s)


def _search_gate(rig: Rig, search: Search, now_s: float) -> Gate:
    return Gate(
        name="autofocus",
        sentence=describe_autofocus(rig, search, now_s),
        opens_by_itself=True,
        opens_when="it asks for a filter, reports its result, or rests for "
        f"{rig.settings.autofocus_quiet_s:.0f} s",
    )


def _camera_gate(rig: Rig, origin: Origin) -> Gate | None:
    if rig.camera is not None and rig.camera.connected and rig.camera.busy:
        return Gate(
            name="camera",
            sentence="the camera is exposing or downloading",
            opens_by_itself=True,
            opens_when="the exposure and its download are over, or, where the camera answers no "
            "more, you say `rigd release camera`",
        )
    # Many programs use the camera maker's own library, past INDI and Alpaca. A client that asks
    # for a filter owns its exposures; before a move of rigd's own accord nobody can know.
    visible = rig.camera is not None and rig.camera.connected and rig.camera.busy is not None
    if visible or origin is Origin.IN_PATH or rig.settings.camera_gate_if_visible:
        return None
    if rig.camera is not None and rig.camera.connected:
        return Gate(
            name="camera",
            sentence="the camera has not said whether it exposes since it was found or released",
            opens_by_itself=True,
            opens_when="the camera next says something, with its next exposure at the latest",
        )
    return Gate(
        name="camera",
        sentence="the camera cannot be seen, so an exposure may be running "
        '(camera_gate = "if_visible" in the profile allows it)',
        opens_by_itself=False,
        opens_when='the camera is connected where rigd sees it, or camera_gate is "if_visible"',
    )


def _mount_gate(rig: Rig) -> Gate | None:
    if rig.mount is not None and rig.mount.connected and rig.mount.slewing:
        return Gate(
            name="mount",
            sentence="the mount is slewing",
            opens_by_itself=True,
            opens_when="the mount has arrived",
        )
    return None


def _guiding_gate(rig: Rig) -> Gate | None:
    """The gate of guiding through an off-axis guider, unless it can be paused."""
    guider = rig.guider
    if guider is None or not guider.connected or not guider.guiding:
        return None
    # A calibration measures motions of the mount: a pause in between would spoil it.
    if rig.settings.guider_pause and not guider.calibrating:
        return None
    what = "is calibrating" if guider.calibrating else "is guiding"
    return Gate(
        name="guiding",
        sentence=f"{name_device(rig, guider.ref)} {what} through an off-axis guider, which a move "
        "of the focuser would disturb",
        opens_by_itself=True,
        opens_when="guiding stops" if not guider.calibrating else "the calibration is over",
    )


def _own_move_gate(rig: Rig, origin: Origin) -> Gate | None:
    move = rig.move
    # One that is out of sight makes the position unknown, until it is found or given up.
    if move is None or (move.lost and origin is Origin.IN_PATH):
        return None
    # A change waits for a client's own move, or a short one of rigd's; only in path, where the
    # client sees the wheel on its way meanwhile.
    short = move.by_client or (move.part is not Part.FILTER and not move.lost)
    if origin is Origin.IN_PATH and short:
        return None
    return Gate(
        name="own_move",
        sentence=f"the focuser is still on its way to {move.goal.target_steps} steps",
        opens_by_itself=True,
        opens_when="it has arrived, or its deadline has passed",
    )


def _mover_gate(rig: Rig, origin: Origin, now_s: float) -> Gate | None:
    lost = origin is Origin.IN_PATH and rig.is_focuser_lost
    if not lost and (given_up := find_motion_gate(rig)):
        return given_up
    if rig.focuser is not None and rig.focuser.moving and rig.move is None and not lost:
        return Gate(
            name="mover",
            sentence=f"{name_mover(rig)} is moving the focuser",
            opens_by_itself=True,
            opens_when="the focuser stands still",
        )
    # Somebody who has just moved the focuser may go on. A client that asks has looked itself.
    # An autofocus that its client has let end is no reason to wait: nothing more comes of it.
    if origin is Origin.IN_PATH or rig.disturbed_at_s is None:
        return None
    ago_s = now_s - rig.disturbed_at_s
    if ago_s >= rig.settings.quiet_s:
        return None
    return Gate(
        name="mover",
        sentence=f"{name_mover(rig)} moved the focuser {ago_s:.0f} s ago; quiet is "
        f"{rig.settings.quiet_s:.0f} s without motion",
        opens_by_itself=True,
        opens_when=f"it has stood still for {rig.settings.quiet_s:.0f} s",
    )


def _focuser_gate(rig: Rig) -> Gate | None:
    focuser = rig.focuser
    if rig.settings.focuser is None:
        return Gate(
            name="focuser",
            sentence="this rig has no focuser",
            opens_by_itself=False,
            opens_when="the profile names a focuser",
        )
    if unchosen := describe_unchosen(rig, "focuser", DeviceKind.FOCUSER):
        sentence, ends_when = unchosen
        # The one that it could be may be another rig's.
        return _sharing_gate(rig) or Gate(
            name="focuser", sentence=sentence, opens_by_itself=False, opens_when=ends_when
        )
    if focuser is None or not focuser.connected:
        missing = describe_missing(rig, rig.settings.focuser, DeviceKind.FOCUSER)
        tried, ends_when = describe_connecting(rig, rig.settings.focuser)
        return Gate(
            name="focuser",
            sentence=missing or f"{name_focuser(rig)} is not connected{tried}",
            opens_by_itself=False,
            opens_when=ends_when if missing is None else "the profile names the right one",
        )
    if senseless := find_senseless_gate(rig):
        return senseless
    if unread := find_unread_gate(rig):
        return unread
    if focuser.position_steps is None and (focuser.fault or not is_read_soon(rig)):
        because, then = "", ""
        if focuser.fault:
            because, then = f": {focuser.fault}", "; look at its cable and connect its driver anew"
        return Gate(
            name="focuser",
            sentence=f"{name_focuser(rig)} does not say where it is{because}",
            opens_by_itself=False,
            opens_when=f"it says its position{then}",
        )
    return None


def find_compensation_gate(rig: Rig) -> Gate | None:
    """The gate of a firmware that moves the focuser by the temperature."""
    # The firmware would move the focuser during and after rigd's moves: no read-back would hold.
    if rig.focuser is not None and rig.focuser.temperature_compensation:
        return Gate(
            name="temperature_compensation",
            sentence="the focuser's own temperature compensation is on",
            opens_by_itself=False,
            opens_when="it is switched off in the focuser's driver",
        )
    return None
