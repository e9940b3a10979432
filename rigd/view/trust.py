"""Whether the focus can be trusted at this moment, which the SafetyMonitor says too. Pure."""

from rigd.focus.change_fault import name_failed
from rigd.focus.filter_in_light import why_filter_unproven, why_filter_unsure
from rigd.focus.stand_down import missing_applier
from rigd.focus.state.ledger import Part
from rigd.focus.state.rig import Result, Rig
from rigd.focus.state.settings import Mode
from rigd.focus.unread_place import find_unread_gate
from rigd.focus.whose_focus import describe_other_focus
from rigd.view.explanation import why_not_applied


def why_not_trusted(rig: Rig) -> str | None:
    """Why the focus cannot be trusted now, None if it can."""
    if alarm := missing_applier(rig):
        return alarm
    if rig.settings.mode is not Mode.APPLY:
        return f"mode {rig.settings.mode}: rigd does not keep the focus"
    if rig.clients_lost is not None:
        return rig.clients_lost
    if wrong := _describe_focuser(rig) or _describe_motion(rig):
        return wrong
    if rig.fault is not None and rig.fault_part is not Part.FILTER:
        # A temperature or a trim that is not there: the filter's offset may be.
        return f"{name_failed(rig)} failed: {rig.fault}"
    return _describe_filter(rig)


def _describe_focuser(rig: Rig) -> str | None:
    """Why it is not known what is in the focuser's position."""
    if rig.focuser is None or not rig.focuser.connected:
        return "the focuser is not connected"
    if rig.focuser_silent is not None:
        return f"the focuser does not answer its driver: {rig.focuser_silent}"
    if unread := find_unread_gate(rig):
        return unread.sentence
    if rig.ledger.embodied is None or not rig.ledger_checked:
        return rig.ledger.unknown_because or "the focuser was not seen at rest since it came back"
    return None


def _describe_motion(rig: Rig) -> str | None:
    """What is moving, or is about to: a frame that begins now would be spoilt."""
    change, outcome = rig.change, rig.outcome
    if change is not None:
        under_way = outcome is not None and outcome.result is Result.UNDER_WAY
        said = outcome.sentence if outcome and under_way else "a filter change is under way"
        return change.wheel_failed or change.focuser_failed or said
    if rig.wheel_turning:
        return "the filter wheel is turning"
    moves = rig.move is not None or rig.queued is not None
    if moves or (rig.focuser is not None and rig.focuser.moving):
        return "the focuser is moving"
    return "a filter's offset waits to be applied" if rig.pending is not None else None


def _describe_filter(rig: Rig) -> str | None:
    """Why the focus may not be that of the filter in the light."""
    if rig.mismatch is not None:
        return rig.mismatch
    if rig.sharing is not None:
        return rig.sharing
    if unknown := why_filter_unsure(rig):
        return unknown
    slot = rig.filter_in_light
    if rig.settings.wheel is not None and (slot is None or not rig.is_in_focus_of(slot)):
        name = slot.name if slot else "the filter in the light"
        other = describe_other_focus(rig) or f"the focus is not that of {name}"
        if rig.ledger.embodied_filter is None and rig.fault is not None:
            return f"{other}: {name_failed(rig)} failed: {rig.fault}"
        return why_not_applied(rig) or other
    return why_filter_unproven(rig)
