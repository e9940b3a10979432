"""The fold: a rig and what happens to it make the next rig and what is to be done. Pure.

A night is `functools.reduce` of `advance` over its events: the same events give the same night.
"""

from dataclasses import replace
from typing import assert_never

from rigd.devices.events import (
    CameraReport,
    DeviceGone,
    DeviceSeen,
    EchoHeard,
    EchoLost,
    Event,
    FocuserCommanded,
    FocuserReport,
    GuiderReport,
    MountReport,
    OffsetsTold,
    ServerDown,
    ServerUp,
    WheelReport,
)
from rigd.devices.identity import DeviceRef
from rigd.focus.adoption import ask_adopt, filter_left, first_sight, focused, mismatch_found
from rigd.focus.autofocus import ended_searches, noticed_searches
from rigd.focus.change_fault import fault_kept
from rigd.focus.declared_offsets import heard, silent
from rigd.focus.early_exposure import exposed
from rigd.focus.filter_change import (
    ask_filter,
    focuser_is_free,
    focuser_may_begin,
    settle,
    try_pending,
    wheel_is_late,
    wheel_turned,
)
from rigd.focus.final_direction import approached
from rigd.focus.focuser_report import looked_after, not_told, reported
from rigd.focus.foreign_commands import echoed
from rigd.focus.guide_focuser import (
    follow_filter,
    guide_adopted,
    guide_found,
    guide_halted,
    guide_looked_after,
    guide_mode_switched,
    guide_not_told,
    guide_redefined,
    guide_remembered,
    guide_reported,
)
from rigd.focus.guider_pause import go_on_guiding, guider_not_told, guider_seen, wait_over
from rigd.focus.mode_switch import ask_mode
from rigd.focus.move import halt_overdue
from rigd.focus.move_time import paced
from rigd.focus.profile_switch import ask_profile, change_profile, judge_train, not_meanwhile
from rigd.focus.stand_down import heeded
from rigd.focus.state.effects import (
    ConnectDevice,
    Effect,
    HaltFocuser,
    Remember,
    RememberHold,
    Step,
    Tell,
    Weight,
)
from rigd.focus.state.ledger import unknown
from rigd.focus.state.requests import (
    AdoptAsked,
    AutofocusReported,
    ConnectAsked,
    ConnectNotTold,
    FilterAsked,
    FocuserNotTold,
    GuiderNotTold,
    HaltAsked,
    HoldAsked,
    Inner,
    ModeAsked,
    MoveAsked,
    ProfileAsked,
    ProfileChanged,
    ProfileKept,
    Remembered,
    Request,
    SlotsComputed,
    Tick,
    TrainJudged,
    TrimAsked,
    WheelNotTold,
)
from rigd.focus.state.rig import GuiderPause, Rig
from rigd.focus.step_meaning import sensed
from rigd.focus.temperature_move import base_set, compensate, thermometer_read
from rigd.focus.trim import ask_trim
from rigd.focus.virtual_focuser import ask_halt, ask_move, fly_queued


def advance(rig: Rig, event: Event | Request | Inner) -> Step:
    """The rig after an event, with the effects in the order in which they must be done."""
    ended = approached(focused(ended_searches(thermometer_read(rig, event), event)))
    step = sensed(_handle(ended.rig, event))
    while step.refusal is None:
        after = _go_on(step.rig, event.at_s)
        step = Step(after.rig, step.effects + after.effects)
        if not after.effects:
            break
    noticed = noticed_searches(ended.rig, event, step.rig)
    effects = ended.effects + step.effects + noticed.effects
    effects += mismatch_found(rig, noticed.rig)
    found = guide_found(noticed.rig)
    guided = go_on_guiding(found.rig, event.at_s)
    effects += found.effects + guided.effects
    step = Step(guided.rig, effects, step.refusal, step.sentence)
    step = paced(rig, base_set(rig, event, step), event.at_s)
    return fault_kept(rig, event, heeded(rig, exposed(rig, event, step), event.at_s))


def _go_on(rig: Rig, now_s: float) -> Step:
    """What has become possible: the next part of a change, a queued or a pending move."""
    if rig.flight is None and rig.change is not None and focuser_may_begin(rig, rig.change):
        return focuser_is_free(rig, now_s)
    if rig.flight is None and rig.queued is not None:
        return fly_queued(rig, now_s)
    guided = follow_filter(rig, now_s)
    if guided.effects:
        return guided
    rig = guided.rig
    if rig.change is not None:
        return settle(rig, now_s)
    step = try_pending(rig, now_s)
    return step if step.effects else compensate(step.rig, now_s)


def _handle(rig: Rig, event: Event | Request | Inner) -> Step:  # noqa: PLR0912 - one per event
    match event:
        case WheelReport():
            return _wheel(rig, event)
        case FocuserReport():
            return _focuser(rig, event)
        case CameraReport():
            mine = event.ref == rig.settings.camera
            return _connect(replace(rig, camera=event) if mine else rig, event.ref, event.connected)
        case MountReport():
            mine = event.ref == rig.settings.mount
            return _connect(replace(rig, mount=event) if mine else rig, event.ref, event.connected)
        case GuiderReport():
            return Step(guider_seen(rig, event))
        case GuiderNotTold():
            return guider_not_told(rig, event)
        case OffsetsTold():
            return Step(heard(rig, event))
        case ServerUp():
            return _server(rig, event.server, None)
        case ServerDown():
            return _server(silent(rig, event.server), event.server, event.reason)
        case FocuserCommanded() | EchoLost() | EchoHeard():
            return Step(echoed(rig, event))
        case DeviceSeen():
            others = tuple(i for i in rig.identities if i.ref != event.identity.ref)
            rig = replace(rig, identities=(*others, event.identity))
            return _connect(rig, event.identity.ref, _connected(rig, event.identity.ref))
        case DeviceGone():
            return _gone(rig, event.ref, event.at_s)
        case FilterAsked() | MoveAsked() | TrimAsked() | AdoptAsked() | ModeAsked() if (
            rig.profile_by is not None
        ):
            return not_meanwhile(rig, rig.profile_by)
        case ProfileAsked():
            return ask_profile(rig, event)
        case ProfileChanged():
            return guide_redefined(rig, event, change_profile(rig, event))
        case TrainJudged():
            return judge_train(rig, event)
        case ProfileKept():
            return Step(replace(rig, profile_by=None))
        case FilterAsked():
            return ask_filter(rig, event)
        case MoveAsked():
            return ask_move(rig, event)
        case TrimAsked():
            return ask_trim(rig, event)
        case HaltAsked():
            return guide_halted(ask_halt(rig, event), f"halted by {event.client}")
        case HoldAsked():
            return _hold(rig, event)
        case AdoptAsked():
            return guide_adopted(ask_adopt(rig, event))
        case ModeAsked():
            return guide_mode_switched(rig, event, ask_mode(rig, event))
        case ConnectAsked():
            return _ask_connect(rig)
        case Remembered():
            return _remember(rig, event)
        case SlotsComputed():
            return guide_redefined(rig, event, _recomputed(rig, event))
        case ConnectNotTold():
            return Step(replace(rig, connect_asked=rig.connect_asked - {event.ref}))
        case WheelNotTold():
            return _wheel_not_told(rig, event.reason)
        case FocuserNotTold():
            mine = event.ref == rig.settings.guide_focuser
            return guide_not_told(rig, event) if mine else not_told(rig, event)
        case Tick():
            return _tick(rig, event.at_s)
        case AutofocusReported():
            return Step(rig)
        case _:
            assert_never(event)


def _wheel(rig: Rig, report: WheelReport) -> Step:
    if report.ref != rig.settings.wheel:
        return _connect(rig, report.ref, report.connected)
    before = rig.filter_position
    rig = replace(rig, wheel=report)
    if not report.connected or report.fault:
        rig = replace(rig, filter_position=None, wheel_turning=False)
        if rig.change is not None and not rig.change.wheel_done:
            failed = report.fault or "the filter wheel disconnected during the change"
            rig = replace(rig, change=replace(rig.change, wheel_failed=failed))
        return _connect(rig, report.ref, report.connected)
    if report.filter_position is None:
        rig = replace(rig, wheel_turning=report.moving)
        if rig.change is not None and report.moving:
            rig = replace(rig, change=replace(rig.change, wheel_seen_moving=True))
        return Step(rig)
    rig = replace(rig, wheel_turning=False, filter_position=report.filter_position)
    left = Step(rig) if report.baseline else filter_left(rig, before)
    step = _wheel_at_rest(left.rig, report, report.filter_position, before)
    return Step(step.rig, left.effects + step.effects)


def _wheel_at_rest(rig: Rig, report: WheelReport, position: int, before: int | None) -> Step:
    change = rig.change
    if change is not None and not change.wheel_done:
        if position == change.to_position:
            return Step(replace(rig, change=replace(change, wheel_done=True, wheel_failed=None)))
        grace_over = report.at_s - change.began_at_s > rig.settings.start_grace_s
        if change.wheel_seen_moving or grace_over:
            failed = f"the wheel stopped at slot {position + 1} instead of {change.to_position + 1}"
            return Step(replace(rig, change=replace(change, wheel_failed=failed)))
        return Step(rig)
    if report.baseline:
        return first_sight(rig)
    if position != before:
        return wheel_turned(rig, before, report.at_s)
    return Step(rig)


def _focuser(rig: Rig, report: FocuserReport) -> Step:
    if report.ref == rig.settings.guide_focuser:
        return _connect_after(guide_reported(rig, report), report)
    if report.ref != rig.settings.focuser:
        return Step(rig)
    step = reported(rig, report)
    return step if rig.flight is not None else _connect_after(step, report)


def _connect_after(step: Step, report: FocuserReport) -> Step:
    after = _connect(step.rig, report.ref, report.connected)
    return replace(step, rig=after.rig, effects=step.effects + after.effects)


def _remember(rig: Rig, memory: Remembered) -> Step:
    rig = replace(rig, flights=memory.flights, fault=memory.fault)
    rig = replace(rig, hold_by=memory.hold_by, approach=memory.approach)
    rig = replace(rig, sightings=replace(rig.sightings, samples=memory.samples))
    rig = guide_remembered(rig, memory)
    if memory.guider_paused:
        rig = replace(rig, guider_pause=GuiderPause(asked_at_s=memory.at_s, confirmed=True))
    if memory.ledger is None:
        return Step(rig)
    flight = memory.flight
    if flight is not None:
        flight = replace(flight, lost=True, reads=0, read_steps=None, began_at_s=memory.at_s)
    return Step(replace(rig, ledger=memory.ledger, flight=flight, remembered=True))


def _recomputed(rig: Rig, computed: SlotsComputed) -> Step:
    """New offsets count from the next change on; with a new meaning of steps, embodied ones go."""
    settings, ledger = rig.settings, rig.ledger
    epoch = settings.epoch if computed.epoch is None else computed.epoch
    new_epoch = epoch != settings.epoch
    if new_epoch and computed.starts_over:
        rig = replace(rig, approach=None)
    rig = replace(rig, settings=replace(settings, slots=computed.slots, epoch=epoch))
    effects: tuple[Effect, ...] = ()
    if new_epoch and rig.remembered:
        if computed.starts_over and ledger.embodied and ledger.embodied.total_steps != 0:
            because = "what gives the focuser's steps their meaning was answered differently"
            flight = rig.flight and replace(rig.flight, terms=None, filter_key=None)
            rig = replace(rig, ledger=unknown(ledger, ledger.read_steps, because), flight=flight)
            line = f"rigd moves nothing: {because}. Focus, and say so with `rigd adopt`"
            effects = (Tell(sentence=line, weight=Weight.WARNING),)
        effects = (Remember(ledger=rig.ledger, flight=rig.flight), *effects)
    step = first_sight(rig)
    return Step(step.rig, effects + step.effects, step.refusal, step.sentence)


def _hold(rig: Rig, asked: HoldAsked) -> Step:
    if not asked.hold:
        line = f"hold ended by {asked.client}"
        return Step(replace(rig, hold_by=None), (RememberHold(by=None), Tell(sentence=line)))
    step = ask_halt(replace(rig, hold_by=asked.client), asked)
    step = guide_halted(step, f"hands off, said {asked.client}")
    told = (RememberHold(by=asked.client), Tell(sentence=f"hands off, said {asked.client}"))
    return Step(step.rig, (*step.effects, *told))


def _ask_connect(rig: Rig) -> Step:
    refs = [
        ref
        for ref, report in ((rig.settings.wheel, rig.wheel), (rig.settings.focuser, rig.focuser))
        if ref is not None and (report is None or not report.connected)
    ]
    return Step(rig, tuple(ConnectDevice(ref=ref) for ref in refs))


def _connect(rig: Rig, ref: DeviceRef, connected: bool) -> Step:
    """Connect a device once each time it appears, if its profile says so."""
    if connected or ref not in rig.settings.connect or ref in rig.connect_asked:
        return Step(rig)
    rig = replace(rig, connect_asked=rig.connect_asked | {ref})
    return Step(rig, (ConnectDevice(ref=ref),))


def _connected(rig: Rig, ref: DeviceRef) -> bool:
    guide = rig.guide_focuser.focuser if rig.guide_focuser else None
    reports = (rig.wheel, rig.focuser, guide, rig.camera, rig.mount)
    return all(r.connected for r in reports if r is not None and r.ref == ref)


def _gone(rig: Rig, ref: DeviceRef, now_s: float) -> Step:
    rig = replace(
        rig,
        connect_asked=rig.connect_asked - {ref},
        identities=tuple(i for i in rig.identities if i.ref != ref),
    )
    step = Step(rig)
    if ref == rig.settings.wheel and rig.wheel is not None:
        step = _wheel(rig, WheelReport(at_s=now_s, ref=ref, connected=False))
    if ref == rig.settings.guide_focuser or (ref == rig.settings.focuser and rig.focuser):
        step = _focuser(step.rig, FocuserReport(at_s=now_s, ref=ref, connected=False))
    rig = step.rig
    if ref == rig.settings.camera:
        rig = replace(rig, camera=None)
    if ref == rig.settings.mount:
        rig = replace(rig, mount=None)
    if ref == rig.settings.guider:
        rig = replace(rig, guider=None)
    return Step(replace(rig, connect_asked=rig.connect_asked - {ref}))


def _server(rig: Rig, server: str, reason: str | None) -> Step:
    down = tuple(entry for entry in rig.servers_down if entry[0] != server)
    if reason is not None:
        down = (*down, (server, reason))
    lost = tuple(entry for entry in rig.echoes_lost if entry[0] != server)
    return Step(replace(rig, servers_down=down, echoes_lost=lost))


def _wheel_not_told(rig: Rig, reason: str) -> Step:
    if rig.change is None:
        return Step(rig)
    return Step(replace(rig, change=replace(rig.change, wheel_failed=reason)))


def _tick(rig: Rig, now_s: float) -> Step:
    waited = wait_over(rig, now_s)
    rig, halts = halt_overdue(waited.rig, now_s)
    effects = waited.effects + halts
    change, flight, limit_s = rig.change, rig.flight, rig.settings.deadline_s
    wheel_limit_s = rig.settings.swap_limit_s or limit_s
    turning = change is not None and not change.wheel_done and change.wheel_failed is None
    if change is not None and now_s - change.began_at_s > (wheel_limit_s if turning else limit_s):
        if turning:
            failed = wheel_is_late(rig, change, wheel_limit_s)
            change = replace(change, wheel_failed=failed)
        if flight is None and rig.focuser is not None and rig.focuser.moving:
            failed = f"something else was still moving the focuser after {limit_s:g} s"
            change = replace(change, focuser_failed=change.focuser_failed or failed)
        in_the_air = flight is not None and not (flight.halted or flight.lost)
        if flight is not None and in_the_air and rig.settings.focuser is not None:
            failed = f"the focuser did not reach {flight.target_steps} steps within {limit_s:g} s"
            change = replace(change, focuser_failed=failed, focuser_waits=False)
            flight = replace(flight, halted=True, reads=0)
            effects += (HaltFocuser(ref=rig.settings.focuser),)
        rig = replace(rig, change=change, flight=flight)
        late = guide_halted(Step(rig), f"it did not arrive within {limit_s:g} s")
        rig, effects = late.rig, effects + late.effects
    looked = looked_after(rig, now_s)
    guided = guide_looked_after(looked.rig, now_s)
    return Step(guided.rig, effects + looked.effects + guided.effects)
