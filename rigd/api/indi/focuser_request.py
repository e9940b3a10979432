"""What an INDI client's move has come to, and what ABS_FOCUS_POSITION says meanwhile. Pure."""

from dataclasses import dataclass, replace

from rigd.api.indi.vectors import State
from rigd.view.rig import FocuserView


@dataclass(frozen=True, slots=True, kw_only=True)
class FocuserRequest:
    """The newest move of INDI clients for a rig's focuser."""

    target_steps: int | None = None
    """Logical; None: none is under way."""
    reason: str | None = None
    """Why the newest was refused or failed, until the next one."""
    inward: bool = False
    """The direction that a relative move takes."""
    shown_steps: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFocuser:
    """What ABS_FOCUS_POSITION says now, and what is to be said once."""

    state: State
    position_steps: int
    sentence: str | None = None


def move_to(request: FocuserRequest, target_steps: int) -> FocuserRequest:
    """The request after a client has asked for a position."""
    return replace(request, target_steps=target_steps, reason=None)


def refuse_move(request: FocuserRequest, reason: str) -> FocuserRequest:
    """The request after a refusal; nothing moved."""
    return replace(request, target_steps=None, reason=reason)


def end_move(request: FocuserRequest) -> FocuserRequest:
    """The request after a client has stopped the motor: wherever it stands is no failure."""
    return replace(request, target_steps=None, reason=None)


def show_focuser(
    request: FocuserRequest, focuser: FocuserView, *, is_changing: bool = False
) -> tuple[FocuserRequest, ShownFocuser]:
    """What ABS_FOCUS_POSITION says now; a filter change keeps it Busy until all have settled.

    Ekos' autofocus takes a frame 3 ms after any Ok of it, also where it has moved nothing.
    """
    here = focuser.position_steps
    if here is not None:
        request = replace(request, shown_steps=here)
    shown = request.shown_steps
    if not focuser.connected or focuser.fault is not None or (here is None and not focuser.moving):
        return request, ShownFocuser(state=State.ALERT, position_steps=shown)
    if focuser.moving or is_changing:
        return request, ShownFocuser(state=State.BUSY, position_steps=shown)
    if request.target_steps is not None:
        target = request.target_steps
        request = replace(request, target_steps=None)
        if here != target:
            reason = f"the focuser stopped at {here} instead of {target} steps"
            request = replace(request, reason=reason)
            sentence = f"[ERROR] {reason}"
            return request, ShownFocuser(state=State.ALERT, position_steps=shown, sentence=sentence)
    state = State.OK if request.reason is None else State.ALERT
    return request, ShownFocuser(state=state, position_steps=shown)
