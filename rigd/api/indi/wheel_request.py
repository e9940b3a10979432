"""What an INDI client's filter request has come to, and what FILTER_SLOT says meanwhile. Pure.

A capture program waits for FILTER_SLOT. Busy for as long as a change is under way, or a gate that
opens by itself is closed; Ok only once wheel and focuser rest and were read back. After Alert alone
Ekos waits for ever, and after Ok with another slot it asks again without end: so a failure is an
Alert, then Ok with the slot that is in the light once the next attempt may be served, later after
each failure, and after `MOST_FAILURES` in a row it stays an Alert.
"""

from dataclasses import dataclass, replace

from rigd.api.indi.vectors import State
from rigd.view.rig import RigView

MOST_FAILURES = 5
"""After so many failures in a row the wheel stays in Alert. Our choice, like the delays."""
FIRST_DELAY_S = 1.0
"""How long the first failure stays an Alert; each further one twice as long as the one before."""
LONGEST_WAIT_S = 600.0
"""How long a request waits behind a gate; whoever asked may be gone by then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WheelRequest:
    """The newest request of INDI clients for a rig's wheel, and the failures before it."""

    asked_position: int | None = None
    """0-based; None: none is under way."""
    is_taken: bool = False
    """Whether rigd has begun with it; until then it waits for its turn, or for a gate."""
    gate: str | None = None
    """The gate that it waits for, in its own words."""
    since_s: float = 0.0
    failures: int = 0
    """In a row."""
    reason: str | None = None
    """Of the newest failure, as long as FILTER_SLOT is in Alert for it."""
    free_at_s: float | None = None
    """When that ends, if wheel and focuser rest by then; None: a request or a human ends it."""
    is_freed: bool = False
    """A failure was answered with Ok: the rig's own fault is shown no more until the next one."""
    shown_position: int = 0
    """The slot that was shown last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownWheel:
    """What FILTER_SLOT says now, and what is to be said once."""

    state: State
    position: int
    sentence: str | None = None
    is_alarm: bool = False
    """Whether the sentence is one that a human should hear of elsewhere too."""


def ask_wheel(request: WheelRequest, position: int, now_s: float) -> WheelRequest:
    """The request after a client has asked for a slot; FILTER_SLOT is Busy from here on."""
    return replace(
        request,
        asked_position=position,
        is_taken=False,
        gate=None,
        since_s=now_s,
        reason=None,
        free_at_s=None,
        is_freed=False,
    )


def wait_for_gate(request: WheelRequest, sentence: str) -> WheelRequest:
    """The request behind a gate that opens by itself."""
    return replace(request, gate=sentence)


def take(request: WheelRequest) -> WheelRequest:
    """The request once rigd has begun with it."""
    return replace(request, is_taken=True, gate=None)


def fail(request: WheelRequest, reason: str, now_s: float) -> tuple[WheelRequest, str, bool]:
    """The request after a failure, what is to be said of it, and whether that is an alarm."""
    failures = request.failures + 1
    gives_up = failures >= MOST_FAILURES
    free_at_s = None if gives_up else now_s + FIRST_DELAY_S * 2 ** (failures - 1)
    failed = replace(
        request,
        asked_position=None,
        gate=None,
        failures=failures,
        reason=reason,
        free_at_s=free_at_s,
    )
    if not gives_up:
        return failed, f"[ERROR] {reason}", False
    sentence = (
        f"{reason}; that was failure {failures} in a row, so the wheel stays in Alert until a "
        "filter is asked for once more and succeeds"
    )
    return failed, f"[ERROR] {sentence}", True


def show_wheel(
    request: WheelRequest, view: RigView, now_s: float
) -> tuple[WheelRequest, ShownWheel]:
    """What FILTER_SLOT says of a rig now."""
    wheel, here = view.wheel, view.wheel.filter_position
    if here is not None:
        request = replace(request, shown_position=here)
    shown = request.shown_position
    if not wheel.connected:
        return request, ShownWheel(state=State.ALERT, position=shown)
    if request.asked_position is not None:
        if not request.is_taken or (here is None and wheel.fault is None):
            return request, ShownWheel(state=State.BUSY, position=shown)
        if wheel.fault is not None:
            request, sentence, is_alarm = fail(request, wheel.fault, now_s)
            return request, ShownWheel(
                state=State.ALERT, position=shown, sentence=sentence, is_alarm=is_alarm
            )
        request = replace(request, asked_position=None, failures=0)
        return request, ShownWheel(state=State.OK, position=shown)
    if request.reason is not None:
        freed = request.free_at_s is not None and now_s >= request.free_at_s
        healed = wheel.fault is None and here is not None and request.free_at_s is None
        if not ((freed or healed) and is_at_rest(view)):
            return request, ShownWheel(state=State.ALERT, position=shown)
        request = replace(request, reason=None, free_at_s=None, is_freed=True)
        return request, ShownWheel(state=State.OK, position=shown)
    if wheel.fault is not None and not request.is_freed:
        return request, ShownWheel(state=State.ALERT, position=shown)
    if here is None:
        return replace(request, is_freed=False), ShownWheel(state=State.BUSY, position=shown)
    return request, ShownWheel(state=State.OK, position=shown)


def is_at_rest(view: RigView) -> bool:
    """Whether wheel and focuser rest, and where they do has been read back."""
    known = view.wheel.filter_position is not None and view.focuser.position_steps is not None
    still = not view.focuser.moving and view.explain.moving_to_steps is None
    return known and still and view.explain.focus_checked
