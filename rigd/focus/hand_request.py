"""What a human was asked to put in is asked for until he has, over a restart too. Pure.

A client that polls `Position` finds the wheel on its way as before. Without this it would find the
filter that was there before the request, and begin its frames through that.
"""

from rigd.focus.filter_change import show_under_way
from rigd.focus.filter_in_light import how_to_swap, name_filter
from rigd.focus.state.asked_filter import AskedFilter
from rigd.focus.state.effects import (
    DiaryLine,
    RememberAsked,
    RememberFault,
    Severity,
    Step,
    TurnWheel,
)
from rigd.focus.state.requests import AnyEvent, Remembered
from rigd.focus.state.rig import Change, Origin, Result, Rig
from rigd.focus.state.settings import FilterSlot
from rigd.frozen import replace


def keep_asked(before: Rig, event: AnyEvent, step: Step) -> Step:
    """Store what a human is asked for, if it is something else now."""
    asked = asked_of(step.rig)
    if asked == asked_of(before) or isinstance(event, Remembered):
        return step
    return step.also(RememberAsked(asked=asked))


def asked_of(rig: Rig) -> AskedFilter | None:
    """What a human is asked to put in; None: nothing."""
    change = rig.change
    if rig.settings.swap_limit_s is None or change is None:
        return None
    slot = rig.slot(change.to_position)
    if slot is None or change.wheel_done or change.wheel_failed is not None:
        return None
    return AskedFilter(slot.key, change.client)


def ask_on(rig: Rig, asked: AskedFilter, now_s: float) -> Step:
    """Go on to ask for a filter after a restart; where no hand can put it in, its change failed."""
    ref = rig.settings.wheel
    slot = next((one for one in rig.settings.slots if one.key == asked.filter_key), None)
    if slot is None or ref is None or rig.settings.swap_limit_s is None:
        name = slot.name if slot else asked.filter_key
        fault = f"the change to {name} was cut off, and the profile is another one since"
        forgotten = (RememberAsked(asked=None), RememberFault(sentence=fault))
        return Step(replace(rig, fault=fault, fault_asked=True, fault_halted=False), forgotten)
    change = Change(
        origin=Origin.IN_PATH,
        client=asked.client,
        from_position=None,
        to_position=slot.filter_position,
        began_at_s=now_s,
        focuser_waits=True,
    )
    rig = show_under_way(replace(rig, change=change, fault=None, fault_asked=True), change, now_s)
    said = f"{asked.client} has asked for {slot.name}: {how_to_swap(rig, slot.filter_position)}"
    turn = TurnWheel(ref=ref, filter_position=slot.filter_position)
    return Step(rig, (turn, DiaryLine(sentence=said, severity=Severity.WARNING)))


def asks_for_focus(rig: Rig, slot: FilterSlot) -> bool:
    """Whether a human who names this filter asks for its focus: it is in the light already."""
    stands = rig.change is None and rig.pending is None and rig.filter_in_light == slot
    return stands and not rig.is_in_focus_of(slot)


def describe_swap(before: Rig, after: Rig, name: str) -> str:
    """What came of a human's word that this filter is in the light."""
    said, outcome, asked = f"{name} is in the light", after.outcome, before.change
    if outcome is None or outcome is before.outcome:
        return said
    match outcome.result:
        case Result.FAILED if asked is not None:
            wanted = name_filter(after, asked.to_position)
            failed = f"that change has failed: {outcome.sentence}"
            return f"{said}; {asked.client} has asked for {wanted}, and {failed}"
        case Result.DECLINED | Result.REFUSED:
            return f"{said}; the focuser stays: {outcome.sentence}"
        case Result.WAITING:
            return f"{said}; the focuser waits: {outcome.sentence}"
        case _ if after.move is not None:
            return f"{said}; the focuser goes to {after.move.goal.target_steps} steps"
        case _:
            return said
