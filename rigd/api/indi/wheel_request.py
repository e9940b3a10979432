"""What an INDI client's filter request has come to, and what FILTER_SLOT says meanwhile. Pure.

A capture program waits for FILTER_SLOT. Busy for as long as a change is under way, or a gate that
opens by itself is closed; Ok only once wheel and focuser rest and were read back. After Alert alone
Ekos waits for ever, and after Ok with another slot it asks again without end: so a failure is an
Alert, then Ok with the slot that is in the light once the next attempt may be served, later after
each failure, and after `MOST_FAILURES` in a row it stays an Alert.

Where the slot that was asked for is in the light, and only its focus is not, Ok would be taken for
success: then rigd asks for it once more itself, unless somebody stopped it. So it does with the
slot in the light where a change was cut off by rigd's own end: which one a client waits for is
forgotten by then, and a client that waits for another asks for that once it hears Ok.
"""

from dataclasses import dataclass, replace

from rigd.api.indi.vectors import State
from rigd.focus.state.rig import Result
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
    failed_position: int | None = None
    """The slot that was asked for when the newest failure came; None: rigd has forgotten it."""
    left_position: int | None = None
    """The slot that was in the light then."""
    was_halted: bool = False
    """Whether somebody stopped the motor in the middle of it."""
    had_fault: bool = False
    """Whether that failure is one of the rig's own, which the rig itself forgets again."""
    is_wanted: bool = True
    """Whether somebody still waits for it; whoever leaves does not."""
    told_fault: str | None = None
    """The rig's own fault that clients were told of although none of them waits."""
    inherits: bool = False
    """Whether clients had the wheel at rigd's start, and one may wait for a change of before."""
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
    asks_again: int | None = None
    """0-based: the slot that is to be asked for once more, on behalf of who waits for it."""


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
        is_wanted=True,
        inherits=False,
        is_freed=False,
    )


def withdraw(request: WheelRequest) -> WheelRequest:
    """The request once nobody waits for it: what rigd has begun with it still ends."""
    asked = request.asked_position if request.is_taken else None
    return replace(request, asked_position=asked, gate=None, is_wanted=False, inherits=False)


def await_again(request: WheelRequest) -> WheelRequest:
    """The request once whoever waited for it is in reach again."""
    return replace(request, is_wanted=True)


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
        failed_position=request.asked_position,
        left_position=request.shown_position,
        was_halted=False,
        had_fault=False,
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
            request = replace(request, was_halted=wheel.halted)
            return request, ShownWheel(
                state=State.ALERT, position=shown, sentence=sentence, is_alarm=is_alarm
            )
        request = replace(request, asked_position=None, failures=0)
        return request, ShownWheel(state=State.OK, position=shown)
    if request.reason is not None:
        return _show_failure(request, view, now_s)
    if wheel.fault is not None and not request.is_freed:
        return _show_fault(request, wheel.fault, now_s)
    request = replace(request, told_fault=None)
    if here is None:
        return replace(request, is_freed=False), ShownWheel(state=State.BUSY, position=shown)
    return replace(request, inherits=False), ShownWheel(state=State.OK, position=shown)


def _show_fault(request: WheelRequest, fault: str, now_s: float) -> tuple[WheelRequest, ShownWheel]:
    """The Alert of a change that another client asked for, or an INDI client before rigd's start.

    Who waited for it since before is answered like anybody whose change has failed.
    """
    if request.inherits:
        failed, sentence, is_alarm = fail(replace(request, inherits=False), fault, now_s)
        return failed, ShownWheel(
            state=State.ALERT,
            position=request.shown_position,
            sentence=sentence,
            is_alarm=is_alarm,
        )
    said = f"[ERROR] {fault}; the wheel stays in Alert until a filter is asked for"
    return replace(request, told_fault=fault), ShownWheel(
        state=State.ALERT,
        position=request.shown_position,
        sentence=None if request.told_fault == fault else said,
    )


def _show_failure(
    request: WheelRequest, view: RigView, now_s: float
) -> tuple[WheelRequest, ShownWheel]:
    """An Alert until something ends it: its time, somebody else's change, or one more request."""
    wheel, here, shown = view.wheel, view.wheel.filter_position, request.shown_position
    request = replace(request, had_fault=request.had_fault or wheel.fault is not None)
    alert = ShownWheel(state=State.ALERT, position=shown)
    if not is_at_rest(view):
        return request, alert
    is_due = request.free_at_s is not None and now_s >= request.free_at_s
    is_out_of_focus = view.summary.not_trusted_because is not None
    misleads = is_out_of_focus and request.failed_position in {None, here}
    # What the rig refused leaves no fault behind, so only another slot in the light ends that.
    gone = wheel.fault is None and (request.had_fault or here != request.left_position)
    if gone or (is_due and not misleads):
        request = replace(request, reason=None, free_at_s=None, is_freed=True)
        return request, ShownWheel(state=State.OK, position=shown)
    if not is_due:
        return request, alert
    request = replace(request, free_at_s=None)
    which = f"slot {shown + 1} is in the light, but the change to it has failed"
    if request.failed_position is None:
        which = f"slot {shown + 1} is in the light, and its focus is not"
    if request.is_wanted and not _is_stopped(request, view):
        said = f"[INFO] {which}: rigd asks for it once more"
        return request, replace(alert, sentence=said, asks_again=here)
    said = f"[WARNING] {which}: the wheel stays in Alert until a filter is asked for"
    return request, replace(alert, sentence=said)


def _is_stopped(request: WheelRequest, view: RigView) -> bool:
    """Whether the change failed because somebody stopped the motor.

    Whoever did that by saying hands off takes it back, and what is asked for meanwhile waits.
    """
    return request.was_halted and view.explain.hold_by is None


def is_changing(request: WheelRequest, view: RigView, slot: ShownWheel) -> bool:
    """Whether a filter change is under way, or one that has failed still moves the focuser.

    What waits behind a gate has not begun.
    """
    if slot.state is State.BUSY:
        last = view.summary.last_change
        is_under_way = last is not None and last.result is Result.UNDER_WAY
        return is_under_way or (request.asked_position is not None and request.is_taken)
    return slot.state is State.ALERT and view.explain.moving_to_steps is not None


def is_at_rest(view: RigView) -> bool:
    """Whether wheel and focuser rest, and where they do has been read back."""
    known = view.wheel.filter_position is not None and view.focuser.position_steps is not None
    still = not view.focuser.moving and view.explain.moving_to_steps is None
    return known and still and view.explain.focus_checked
