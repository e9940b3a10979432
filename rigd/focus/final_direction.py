"""The direction in which this rig's autofocus ends; moves of rigd's end in the same one. Pure.

It counts where backlash is rigd's to take up and the profile does not state the direction. Until an
autofocus was seen to end, moves go straight.
"""

from rigd.focus.state.backlash import FinalDirection
from rigd.focus.state.effects import AutofocusEnded, DiaryLine, RememberFinalDirection, Step
from rigd.focus.state.requests import AnyEvent
from rigd.focus.state.rig import Rig
from rigd.frozen import replace


def learn_final_direction(_before: Rig, _event: AnyEvent, step: Step) -> Step:
    """Learn the direction in which the autofocus runs that have just ended made their last move."""
    for effect in step.effects:
        if not isinstance(effect, AutofocusEnded) or effect.ends_up is None:
            continue
        # A failed run ends on its way back to its start, which says nothing.
        found = effect.is_result and effect.ends_between
        direction = FinalDirection.UP if effect.ends_up else FinalDirection.DOWN
        if not found or direction is step.rig.learnt_direction:
            continue
        rig = replace(step.rig, learnt_direction=direction)
        step = replace(step, rig=rig).also(RememberFinalDirection(direction=direction))
        owned = rig.settings.backlash
        if owned is not None and owned.final_direction is None:
            line = f"the autofocus of this rig ends counting {direction}: rigd's moves will, too"
            step = step.also(DiaryLine(sentence=line))
    return step


def is_final_direction_unknown(rig: Rig) -> bool:
    """Whether backlash is rigd's, and the direction in which moves must end is not known yet."""
    owned = rig.settings.backlash
    return owned is not None and owned.final_direction is None and rig.learnt_direction is None
