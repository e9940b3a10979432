"""A focuser's ledger while light paths are changed for each other. Pure.

What rigd has in a position has a meaning only in the light path in which it was put there. It is
set aside while another one is in force: whoever changes back, since the change was a mistake or
since the other equipment is on the telescope again, finds it known where the focuser stood then.
"""

from rigd.focus.state.ledger import Ledger, SetAside, forget_meaning, what_is_known
from rigd.frozen import replace

MOST_SET_ASIDE = 16
"""Of more light paths than these the one left longest ago is forgotten."""
BACK_AGAIN = "this light path is in force again, and when it was last the focuser stood at"
"""The sentence of an unknown position after a change back, up to the place."""


def change_light_path(ledger: Ledger, left: str, taken: str, because: str) -> Ledger:
    """The ledger under another light path, in which what is embodied means nothing.

    Args:
        ledger: in the light path that is left.
        left: that light path.
        taken: the one that is in force from now on.
        because: why all is unknown, in a sentence; without steps of rigd's in it, it is not.
    """
    if left == taken:
        return forget_meaning(ledger, because)
    now = _set_aside(ledger, left)
    there = next((one for one in now.set_aside if one.light_path_id == taken), None)
    now = forget_meaning(now, because)
    if there is None:
        return now
    now = replace(now, set_aside=tuple(one for one in now.set_aside if one != there))
    known = there.known
    if now.embodied is not None and known.embodied.total_steps == 0:
        return now  # neither has anything of rigd's in it
    return replace(
        now,
        embodied=None,
        embodied_filter=None,
        unknown_because=f"{BACK_AGAIN} {known.read_steps} steps",
        last_known=known,
        step_meaning=there.step_meaning,
        temperature_base=there.temperature_base,
    )


def _set_aside(ledger: Ledger, light_path_id: str) -> Ledger:
    """The ledger with what is known in the light path that it is for."""
    others = tuple(one for one in ledger.set_aside if one.light_path_id != light_path_id)
    known = what_is_known(ledger)
    if known is not None and ledger.embodied is not None:
        known = replace(known, led_away=True)  # what moves it from now on is seen
    # A move that may still begin would be nobody's once another focuser was this rig's.
    if known is not None and known.led_away and not ledger.unended:
        here = SetAside(
            light_path_id=light_path_id,
            known=known,
            step_meaning=ledger.step_meaning,
            temperature_base=ledger.temperature_base,
        )
        others = (*others, here)
    return replace(ledger, set_aside=others[-MOST_SET_ASIDE:])


def stands_where_last_known(ledger: Ledger, tolerance_steps: int) -> bool:
    """Whether a focuser, unknown for now, was last read where it will be known again."""
    known, read = ledger.last_known, ledger.read_steps
    if known is None or read is None:
        return False
    return abs(read - known.read_steps) <= tolerance_steps
