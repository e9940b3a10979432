"""Refuses a client's move that the focuser's limits would cut short, where that must not be. Pure.

INDI and HTTP have a word for "out of range"; Alpaca has none, and its clients expect the clamp.
"""

from rigd.errors import InvalidValueError
from rigd.focus.reach import describe_outside, fit_to_limits
from rigd.focus.state.rig import Rig
from rigd.focus.virtual_focuser import shift_ahead


def refuse_out_of_reach(rig: Rig, wanted_steps: int) -> None:
    """Let a logical position pass that can be reached whole, or that is refused anyway.

    Raises:
        InvalidValueError: it would be cut short; says how far the focuser can go.
    """
    high = rig.max_steps
    connected = rig.focuser is not None and rig.focuser.connected
    if high is None or not connected or describe_outside(rig):
        return
    shift = shift_ahead(rig)
    if fit_to_limits(rig, wanted_steps, shift) == wanted_steps:
        return
    most = min(high, high - shift)
    msg = f"position {wanted_steps} is outside {max(0, rig.min_steps - shift)} to {most} steps"
    if shift:
        msg += f": {rig.min_steps} to {high} are the focuser's own, with {shift:+d} of rigd's"
    raise InvalidValueError(msg)
