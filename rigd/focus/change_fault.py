"""What a restart must not forget of a filter change: that it failed, or was cut off. Pure.

Position errors until the next accepted request, whoever was killed meanwhile: otherwise a client
that polls would find the filter in the light and expose out of its focus.
"""

from rigd.focus.state.effects import RememberFault, Step
from rigd.focus.state.requests import AnyEvent, Remembered
from rigd.focus.state.rig import Origin, Rig


def keep_fault(before: Rig, event: AnyEvent, step: Step) -> Step:
    """A step with the fault that a restart would begin with, if it is another one now."""
    old, new = _after_restart(before), _after_restart(step.rig)
    if new == old or isinstance(event, Remembered):
        return step
    return step.also(RememberFault(sentence=new))


def _after_restart(rig: Rig) -> str | None:
    """What Position must say if rigd ended now; a move under way is judged by where it is found."""
    change = rig.change
    if change is None:
        return rig.fault
    failed = "; ".join(f for f in (change.wheel_failed, change.focuser_failed) if f)
    if failed:
        return failed
    by_hand = rig.settings.swap_limit_s is not None
    if not change.focuser_waits or by_hand or change.origin is not Origin.IN_PATH:
        return None
    slot = rig.slot(change.to_position)
    name = slot.name if slot else f"slot {change.to_position + 1}"
    return f"the change to {name} was cut off before the focuser could follow"
