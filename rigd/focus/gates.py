"""Gates: what must be so before rigd moves a focuser or accepts a filter change.

A gate that opens by itself makes a reactive move wait; a standing one refuses it.
"""

from rigd.focus.move_time import fastest_steps_s, predicted_s
from rigd.focus.state.ledger import Part
from rigd.focus.state.rig import Gate, Origin, Rig


def closed_for_change(
    rig: Rig, origin: Origin, now_s: float, client: str | None = None
) -> Gate | None:
    """The first closed gate for a filter change in `apply`, its focuser move not yet considered."""
    return (
        held_by_human(rig)
        or _profile(rig)
        or _train(rig)
        or _autofocus(rig, client, now_s)
        or _camera(rig, origin)
        or _mount(rig)
        or _guiding(rig)
        or _own_move(rig, origin)
        or _mover(rig, origin, now_s)
    )


def closed_for_move(rig: Rig) -> Gate | None:
    """The first closed gate for moving the focuser at all: can it be told, is it known."""
    return _focuser(rig) or _compensation(rig) or _ledger(rig)


def closed_for_target(rig: Rig, target_steps: int, name: str) -> Gate | None:
    """Whether a raw target lies outside the focuser's limits, or too far to be reached in time."""
    low, high = rig.min_steps, rig.max_steps
    if high is None:
        return Gate(
            name="limits",
            sentence="the focuser's maximum is not known (neither the device nor the profile says)",
            opens_by_itself=False,
        )
    if not low <= target_steps <= high:
        return Gate(
            name="limits",
            sentence=f"filter {name} needs focuser position {target_steps} steps, outside the "
            f"limits {low} to {high} steps",
            opens_by_itself=False,
        )
    return closed_for_turn(rig, target_steps) or _pace(rig, target_steps, name)


def _pace(rig: Rig, target_steps: int, name: str) -> Gate | None:
    """Whether even the focuser's fastest pace cannot bring it there before rigd's own deadline."""
    raw, limit_s = rig.ledger.raw_steps, rig.settings.deadline_s
    takes_s = None if raw is None else predicted_s(rig, target_steps - raw)
    if takes_s is None or takes_s <= limit_s:
        return None
    return Gate(
        name="pace",
        sentence=f"filter {name} needs focuser position {target_steps} steps, {takes_s:.0f} s away "
        f"at {fastest_steps_s(rig):.0f} steps/s; a change must end within {limit_s:g} s",
        opens_by_itself=False,
    )


def closed_for_turn(rig: Rig, target_steps: int) -> Gate | None:
    """Whether the focuser has no room to take up backlash on the way to a target."""
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
    )


def held_by_human(rig: Rig) -> Gate | None:
    """Whether somebody said hands off, which counts in every mode."""
    if rig.hold_by is None:
        return None
    return Gate(name="hold", sentence=f"hands off: held by {rig.hold_by}", opens_by_itself=True)


def _profile(rig: Rig) -> Gate | None:
    if rig.profile_by is None:
        return None
    sentence = f"{rig.profile_by} is changing the equipment profile"
    return Gate(name="profile", sentence=sentence, opens_by_itself=True)


def _train(rig: Rig) -> Gate | None:
    if rig.mismatch is None:
        return None
    return Gate(name="train", sentence=rig.mismatch, opens_by_itself=False)


def _autofocus(rig: Rig, client: str | None, now_s: float) -> Gate | None:
    enough = rig.settings.autofocus_moves
    others = (
        s for s in rig.searches if s.moves >= enough and (client is None or client != s.client)
    )
    search = next(others, None)
    if search is None:
        return None
    return Gate(
        name="autofocus",
        sentence=f"{search.client or 'another program'} is focusing: {search.moves} moves with "
        f"exposures between them, the last {now_s - search.last_at_s:.0f} s ago; it ends with its "
        f"next filter change or after {rig.settings.autofocus_quiet_s:.0f} s of quiet",
        opens_by_itself=True,
    )


def _camera(rig: Rig, origin: Origin) -> Gate | None:
    if rig.camera is not None and rig.camera.connected and rig.camera.busy:
        return Gate(
            name="camera", sentence="the camera is exposing or downloading", opens_by_itself=True
        )
    visible = rig.camera is not None and rig.camera.connected and rig.camera.busy is not None
    if visible or origin is Origin.IN_PATH or rig.settings.camera_gate_if_visible:
        return None
    return Gate(
        name="camera",
        sentence="the camera cannot be seen, so an exposure may be running "
        '(camera_gate = "if_visible" in the profile allows it)',
        opens_by_itself=False,
    )


def _mount(rig: Rig) -> Gate | None:
    if rig.mount is not None and rig.mount.connected and rig.mount.slewing:
        return Gate(name="mount", sentence="the mount is slewing", opens_by_itself=True)
    return None


def _guiding(rig: Rig) -> Gate | None:
    """Guiding through an off-axis guider, unless it can be paused."""
    guider = rig.guider
    if guider is None or not guider.connected or not guider.guiding:
        return None
    if rig.settings.guider_pause and not guider.calibrating:
        return None
    what = "is calibrating" if guider.calibrating else "is guiding"
    return Gate(
        name="guiding",
        sentence=f"{guider.ref.key} {what} through an off-axis guider, which a move of the focuser "
        "would disturb",
        opens_by_itself=True,
    )


def _own_move(rig: Rig, origin: Origin) -> Gate | None:
    move = rig.move
    if move is None:
        return None
    short = move.by_client or (move.part is not Part.FILTER and not move.lost)
    if origin is Origin.IN_PATH and short:
        return None
    return Gate(
        name="own_move",
        sentence=f"the focuser is still on its way to {move.goal.target_steps} steps",
        opens_by_itself=True,
    )


def _mover(rig: Rig, origin: Origin, now_s: float) -> Gate | None:
    if rig.focuser is not None and rig.focuser.moving and rig.move is None:
        return Gate(
            name="mover", sentence="something else is moving the focuser", opens_by_itself=True
        )
    if origin is Origin.IN_PATH or rig.foreign_at_s is None:
        return None
    ago_s = now_s - rig.foreign_at_s
    if ago_s >= rig.settings.quiet_s:
        return None
    return Gate(
        name="mover",
        sentence=f"something else moved the focuser {ago_s:.0f} s ago; quiet is "
        f"{rig.settings.quiet_s:.0f} s without motion",
        opens_by_itself=True,
    )


def _focuser(rig: Rig) -> Gate | None:
    focuser = rig.focuser
    if rig.settings.focuser is None:
        return Gate(name="focuser", sentence="this rig has no focuser", opens_by_itself=False)
    if focuser is None or not focuser.connected:
        return Gate(
            name="focuser",
            sentence=f"focuser {rig.settings.focuser.key} is not connected",
            opens_by_itself=False,
        )
    if focuser.position_steps is None:
        return Gate(
            name="focuser",
            sentence=f"focuser {rig.settings.focuser.key} does not say where it is",
            opens_by_itself=False,
        )
    return None


def _compensation(rig: Rig) -> Gate | None:
    if rig.focuser is not None and rig.focuser.temperature_compensation:
        return Gate(
            name="temperature_compensation",
            sentence="the focuser's own temperature compensation is on",
            opens_by_itself=False,
        )
    return None


def _ledger(rig: Rig) -> Gate | None:
    if rig.ledger.embodied is not None and rig.checked:
        return None
    because = rig.ledger.unknown_because or "the focuser was not seen at rest since it came back"
    return Gate(
        name="ledger",
        sentence=f"what is in the focuser's position is unknown: {because}. Focus on a known "
        "filter and say so with `rigd adopt`",
        opens_by_itself=False,
    )
