"""The fold: a rig and what happens to it make the next rig and what is to be done. Pure.

A night is `functools.reduce` of `advance` over its events: the same events give the same night.
"""

from collections.abc import Callable
from typing import assert_never

from rigd.devices.events import DeviceGone, DeviceSeen, Event
from rigd.focus.adoption import adopt_found_focus, answer_adopt_request, report_mismatch
from rigd.focus.change_end import settle_change
from rigd.focus.change_fault import keep_fault
from rigd.focus.connecting import begin_anew
from rigd.focus.device_addresses import is_concerned, list_device
from rigd.focus.device_events import handle_device_event
from rigd.focus.early_exposure import note_early_exposure
from rigd.focus.filter_change import (
    answer_filter_request,
    may_start_focuser,
    start_focuser,
    try_pending,
)
from rigd.focus.filter_in_light import tell_filter
from rigd.focus.final_direction import learn_final_direction
from rigd.focus.focusing_client import note_focus_after_turn, note_turn
from rigd.focus.guide_focuser import (
    adopt_guide,
    follow_filter,
    halt_guide,
    note_guide_found,
    switch_guide_mode,
)
from rigd.focus.guider_pause import resume_guiding
from rigd.focus.hand_request import keep_asked
from rigd.focus.inner_events import handle_inner_event
from rigd.focus.mode_switch import answer_mode_request
from rigd.focus.move_time import measure_pace
from rigd.focus.profile_switch import begin_profile_change, refuse_meanwhile
from rigd.focus.published_offsets import tell_zeros
from rigd.focus.release import answer_release_request
from rigd.focus.search_end import end_searches
from rigd.focus.search_moves import notice_searches
from rigd.focus.stand_down import react_to_others
from rigd.focus.state.effects import ConnectDevice, DiaryLine, RememberHold, Severity, Step
from rigd.focus.state.focuser import FocuserRole
from rigd.focus.state.requests import (
    AdoptRequested,
    AnyEvent,
    ConnectRequested,
    FilterRequested,
    HaltRequested,
    HoldRequested,
    ModeRequested,
    MoveRequested,
    ProfileChangeRequested,
    ReleaseRequested,
    Request,
    TrimRequested,
)
from rigd.focus.state.rig import Rig
from rigd.focus.step_meaning import check_step_meaning
from rigd.focus.temperature_move import (
    follow_temperature,
    judge_thermometer,
    read_thermometer,
    set_temperature_base,
)
from rigd.focus.trim import answer_trim_request
from rigd.focus.virtual_focuser import (
    answer_halt_request,
    answer_move_request,
    describe_motor_out_of_reach,
    start_queued,
)
from rigd.focus.wheel_report import mark_baseline
from rigd.focus.whose_focus import note_whose_focus
from rigd.frozen import replace

Stage = Callable[[Rig, AnyEvent, Step], Step]
"""The rig as the event found it, the event, and the step so far make the step with this added."""


def advance(rig: Rig, event: AnyEvent) -> Step:
    """The rig after an event, with the effects in the order in which they must be done."""
    if isinstance(event, DeviceSeen | DeviceGone) and not is_concerned(rig, event):
        # A device of another rig is listed, and nothing follows from it: with many rigs, all that
        # the stages look at would be looked at for each device of each rig. Time passes at ticks.
        return Step(list_device(rig, event))
    event, step = mark_baseline(rig, event), Step(rig)
    for stage in STAGES:
        step = stage(rig, event, step)
    return step


def _respond(_before: Rig, event: AnyEvent, step: Step) -> Step:
    """Take in the event itself, then begin what it has made possible."""
    cleared = step.rig
    step = step.then(_handle(cleared, event))
    # A focuser that counts otherwise now must be found out before the next move is planned.
    step = check_step_meaning(step, FocuserRole.MAIN, event.at_s)
    # A T_base that was put back, by the end of a search above or by this event, comes first too.
    step = replace(step, rig=judge_thermometer(step.rig))
    # What begins may make more possible: a change that ends lets a queued move begin. A refused
    # request changes nothing, so nothing goes on because of it.
    while step.refusal is None:
        after = _go_on(step.rig, event.at_s)
        step = step.then(after)
        if not after.effects:
            break
    # Compared with the rig without the searches that this event has just ended: the first move
    # after the end of one is the first of another.
    return step.then(notice_searches(cleared, event, step.rig))


STAGES: tuple[Stage, ...] = (
    # First, because all that plans or forbids a move below goes by what is believed now.
    read_thermometer,
    # Before the event is handled: the request that ends a search must not be refused by it.
    end_searches,
    # Needs the searches that have just ended; a request in this event then finds a known focus.
    adopt_found_focus,
    # Needs them too; a move that begins in this event already ends in the direction learnt here.
    learn_final_direction,
    # Before the wheel is followed: whether the focuser is left to a program hangs on it.
    note_turn,
    # The event itself. All that follows looks at what it has done.
    _respond,
    # What is an autofocus is known now.
    note_focus_after_turn,
    # First what is in the light, then what follows from it.
    tell_filter,
    # After all that may make filter and focus known: before it, half of the pair is missing.
    report_mismatch,
    # Adopts only beside a known main focuser at rest, so the main one goes first.
    note_guide_found,
    # Only when no move is left and none has begun: guiding goes on when all is still.
    resume_guiding,
    # Once a move has ended; whatever closed it is above.
    measure_pace,
    # Once no stage above sets a new base any more: the temperature of now belongs to it.
    set_temperature_base,
    # A frame that begins by this event is judged by the rig before it, and only said.
    note_early_exposure,
    # Stands down only where nothing is under way, so after everything that begins a move.
    react_to_others,
    # Goes by the moves that were just counted towards the filter change.
    note_whose_focus,
    # After whatever may switch the mode.
    tell_zeros,
    # Last: what a restart must not forget is what holds when all is done.
    keep_asked,
    keep_fault,
)


def _go_on(rig: Rig, now_s: float) -> Step:
    """Begin what has become possible: the next part of a change, a queued or a pending move.

    A change goes first, since its client waits for both devices; then a client's own move; then
    what rigd does by itself.
    """
    if rig.change is not None and may_start_focuser(rig, rig.change, now_s):
        return start_focuser(rig, now_s)
    if rig.move is None and rig.queued is not None:
        ended = settle_change(rig, now_s)
        return ended if ended.effects else start_queued(rig, now_s)
    guided = follow_filter(rig, now_s)
    if guided.effects:
        return guided
    rig = guided.rig
    if rig.change is not None:
        return settle_change(rig, now_s)
    step = try_pending(rig, now_s)
    return step if step.effects else follow_temperature(step.rig, now_s)


def _handle(rig: Rig, event: AnyEvent) -> Step:
    if isinstance(event, Event):
        return handle_device_event(rig, event)
    if isinstance(event, Request):
        return _handle_request(rig, event)
    return handle_inner_event(rig, event)


def _handle_request(rig: Rig, request: Request) -> Step:
    match request:
        # Not halt and hold: the motor can be stopped at any time.
        case (
            FilterRequested()
            | MoveRequested()
            | TrimRequested()
            | AdoptRequested()
            | ModeRequested()
        ) if rig.profile_by is not None:
            return refuse_meanwhile(rig, rig.profile_by)
        case FilterRequested():
            return answer_filter_request(rig, request)
        case MoveRequested():
            return answer_move_request(rig, request)
        case TrimRequested():
            return answer_trim_request(rig, request)
        case HaltRequested():
            return halt_guide(answer_halt_request(rig, request), f"halted by {request.client}")
        case HoldRequested():
            return _answer_hold_request(rig, request)
        case AdoptRequested():
            return adopt_guide(answer_adopt_request(rig, request))
        case ModeRequested():
            return switch_guide_mode(rig, request, answer_mode_request(rig, request))
        case ReleaseRequested():
            return answer_release_request(rig, request)
        case ConnectRequested():
            return _answer_connect_request(rig, request.at_s)
        case ProfileChangeRequested():
            return begin_profile_change(rig, request)
        case _:
            assert_never(request)


def _answer_hold_request(rig: Rig, asked: HoldRequested) -> Step:
    """Begin a hold and stop the motor, or end the hold."""
    if not asked.hold:
        if rig.hold_by is None:
            return Step(rig)
        line = f"hold ended by {asked.client}"
        return Step(replace(rig, hold_by=None), (RememberHold(by=None), DiaryLine(sentence=line)))
    line = f"hands off, said {asked.client}"
    unreachable = describe_motor_out_of_reach(rig)
    if rig.focuser is not None and rig.focuser.connected and not rig.is_moving_own:
        unreachable = unreachable if rig.focuser.moving else None
    said = DiaryLine(
        sentence=f"{line}; {unreachable}" if unreachable else line,
        severity=Severity.WARNING if unreachable else Severity.INFO,
    )
    # The motor stops before the hold is stored: a slow disk must not delay it.
    step = halt_guide(answer_halt_request(replace(rig, hold_by=asked.client), asked), line)
    return step.also(RememberHold(by=asked.client), said)


def _answer_connect_request(rig: Rig, now_s: float) -> Step:
    """Connect the wheel and the main focuser, as far as they are not."""
    refs = [
        ref
        for ref, report in ((rig.settings.wheel, rig.wheel), (rig.settings.focuser, rig.focuser))
        if ref is not None and (report is None or not report.connected)
    ]
    asked = tuple(ConnectDevice(ref=ref) for ref in refs)
    for ref in (*refs, *(part.ref for part in rig.settings.stack)):
        rig = begin_anew(rig, ref, now_s)
    return Step(rig, asked)
