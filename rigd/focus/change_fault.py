"""The fault of a filter change, kept through a restart: that it failed, or was cut off. Pure.

The wheel's `Position` is an error until the next accepted request, even if rigd was killed in
between: otherwise a client that polls would find the filter in the light and expose out of focus.
What failed is kept too: past a temperature or a trim that did not arrive no focus is trusted.
"""

from rigd.focus.state.effects import RememberFault, Step
from rigd.focus.state.ledger import Part
from rigd.focus.state.requests import AnyEvent, Remembered
from rigd.focus.state.rig import Origin, Rig


def keep_fault(before: Rig, event: AnyEvent, step: Step) -> Step:
    """Store the fault that a restart would begin with, if it is another one now."""
    old, new = _fault_after_restart(before), _fault_after_restart(step.rig)
    if new == old or isinstance(event, Remembered):
        return step
    return step.also(new)


def name_failed(rig: Rig) -> str:
    """What it is that has failed: the newest filter change, or a move for another part."""
    if rig.fault_part is not Part.FILTER:
        return f"the last move for the {rig.fault_part}"
    return "the last filter change" + (" that was asked of rigd's wheel" if rig.fault_asked else "")


def how_fault_ends(rig: Rig) -> str:
    """What ends the fault, as the end of a sentence that begins with "it ends when"."""
    if rig.fault_asked:
        return "a filter is asked of rigd's wheel, the same one too, and arrives"
    trim = "the trim is set again, " if rig.fault_part is Part.TRIM else ""
    return f"{trim}a filter change is done, or you say `rigd adopt` with the filter in focus"


def _fault_after_restart(rig: Rig) -> RememberFault:
    """The fault that `Position` must show if rigd ended now; none if it may show the filter."""
    change, none = rig.change, RememberFault(sentence=None)
    if change is None:
        return none if rig.fault is None else RememberFault(sentence=rig.fault, part=rig.fault_part)
    if change.failed is not None:
        return RememberFault(sentence=change.failed)
    # A move under way is judged by where it is found after the restart; one that still waits would
    # be forgotten. A reactive change has no client that polls, and a filter that is still to be
    # swapped by hand is asked for again.
    by_hand = rig.settings.swap_limit_s is not None and not change.wheel_done
    if not change.focuser_waits or by_hand or change.origin is not Origin.IN_PATH:
        return none
    slot = rig.slot(change.to_position)
    name = slot.name if slot else f"slot {change.to_position + 1}"
    cut_off = f"the change to {name} was cut off before the focuser could follow"
    return RememberFault(sentence=cut_off)
