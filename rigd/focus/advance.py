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
    OffsetsDeclared,
    ServerDown,
    ServerUp,
    WheelReport,
)
from rigd.devices.identity import DeviceRef
from rigd.focus.adoption import (
    ask_adopt,
    end_unknown_focus,
    note_filter_left,
    report_mismatch,
    take_first_position,
)
from rigd.focus.autofocus import end_searches, notice_searches
from rigd.focus.change_fault import keep_fault
from rigd.focus.declared_offsets import forget_answers, store_answer
from rigd.focus.early_exposure import note_early_exposure
from rigd.focus.filter_change import (
    ask_filter,
    focuser_may_begin,
    follow_wheel,
    settle_change,
    start_focuser,
    try_pending,
    wheel_is_late,
)
from rigd.focus.final_direction import learn_final_direction
from rigd.focus.focuser_report import check_progress, handle_command_failure, take_report
from rigd.focus.foreign_commands import take_echo
from rigd.focus.guide_focuser import (
    adopt_guide,
    check_guide_progress,
    follow_filter,
    halt_guide,
    handle_guide_failure,
    note_guide_found,
    redefine_guide,
    remember_guide,
    switch_guide_mode,
    take_guide_report,
)
from rigd.focus.guider_pause import (
    end_pause_wait,
    handle_guider_failure,
    resume_guiding,
    take_guider_report,
)
from rigd.focus.mode_switch import ask_mode
from rigd.focus.move import halt_overdue
from rigd.focus.move_time import measure_pace
from rigd.focus.profile_switch import (
    begin_profile_change,
    change_profile,
    judge_train,
    refuse_meanwhile,
)
from rigd.focus.stand_down import react_to_others
from rigd.focus.state.effects import (
    ConnectDevice,
    DiaryLine,
    Effect,
    HaltFocuser,
    Remember,
    RememberHold,
    Severity,
    Step,
)
from rigd.focus.state.ledger import forget_embodied
from rigd.focus.state.requests import (
    AdoptRequested,
    AutofocusReported,
    ConnectCommandFailed,
    ConnectRequested,
    FilterRequested,
    FocuserCommandFailed,
    GuiderCommandFailed,
    HaltRequested,
    HoldRequested,
    Inner,
    ModeRequested,
    MoveRequested,
    ProfileChanged,
    ProfileChangeRequested,
    ProfileKept,
    Remembered,
    Request,
    SlotsComputed,
    Tick,
    TrainJudged,
    TrimRequested,
    WheelCommandFailed,
)
from rigd.focus.state.rig import GuiderPause, Rig
from rigd.focus.step_meaning import check_step_meaning
from rigd.focus.temperature_move import compensate, read_thermometer, set_temperature_base
from rigd.focus.trim import ask_trim
from rigd.focus.virtual_focuser import ask_halt, ask_move, start_queued


def advance(rig: Rig, event: Event | Request | Inner) -> Step:
    """The rig after an event, with the effects in the order in which they must be done."""
    ended = learn_final_direction(
        end_unknown_focus(end_searches(read_thermometer(rig, event), event))
    )
    step = check_step_meaning(_handle(ended.rig, event))
    while step.refusal is None:
        after = _go_on(step.rig, event.at_s)
        step = Step(after.rig, step.effects + after.effects)
        if not after.effects:
            break
    noticed = notice_searches(ended.rig, event, step.rig)
    effects = ended.effects + step.effects + noticed.effects
    effects += report_mismatch(rig, noticed.rig)
    found = note_guide_found(noticed.rig)
    guided = resume_guiding(found.rig, event.at_s)
    effects += found.effects + guided.effects
    step = Step(guided.rig, effects, step.refusal, step.sentence)
    step = measure_pace(rig, set_temperature_base(rig, event, step), event.at_s)
    return keep_fault(
        rig, event, react_to_others(rig, note_early_exposure(rig, event, step), event.at_s)
    )


def _go_on(rig: Rig, now_s: float) -> Step:
    """What has become possible: the next part of a change, a queued or a pending move."""
    if rig.move is None and rig.change is not None and focuser_may_begin(rig, rig.change):
        return start_focuser(rig, now_s)
    if rig.move is None and rig.queued is not None:
        return start_queued(rig, now_s)
    guided = follow_filter(rig, now_s)
    if guided.effects:
        return guided
    rig = guided.rig
    if rig.change is not None:
        return settle_change(rig, now_s)
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
            return Step(take_guider_report(rig, event))
        case GuiderCommandFailed():
            return handle_guider_failure(rig, event)
        case OffsetsDeclared():
            return Step(store_answer(rig, event))
        case ServerUp():
            return _server(rig, event.server, None)
        case ServerDown():
            return _server(forget_answers(rig, event.server), event.server, event.reason)
        case FocuserCommanded() | EchoLost() | EchoHeard():
            return Step(take_echo(rig, event))
        case DeviceSeen():
            others = tuple(i for i in rig.identities if i.ref != event.identity.ref)
            rig = replace(rig, identities=(*others, event.identity))
            return _connect(rig, event.identity.ref, _connected(rig, event.identity.ref))
        case DeviceGone():
            return _gone(rig, event.ref, event.at_s)
        case (
            FilterRequested()
            | MoveRequested()
            | TrimRequested()
            | AdoptRequested()
            | ModeRequested()
        ) if rig.profile_by is not None:
            return refuse_meanwhile(rig, rig.profile_by)
        case ProfileChangeRequested():
            return begin_profile_change(rig, event)
        case ProfileChanged():
            return redefine_guide(rig, event, change_profile(rig, event))
        case TrainJudged():
            return judge_train(rig, event)
        case ProfileKept():
            return Step(replace(rig, profile_by=None))
        case FilterRequested():
            return ask_filter(rig, event)
        case MoveRequested():
            return ask_move(rig, event)
        case TrimRequested():
            return ask_trim(rig, event)
        case HaltRequested():
            return halt_guide(ask_halt(rig, event), f"halted by {event.client}")
        case HoldRequested():
            return _hold(rig, event)
        case AdoptRequested():
            return adopt_guide(ask_adopt(rig, event))
        case ModeRequested():
            return switch_guide_mode(rig, event, ask_mode(rig, event))
        case ConnectRequested():
            return _ask_connect(rig)
        case Remembered():
            return _remember(rig, event)
        case SlotsComputed():
            return redefine_guide(rig, event, _recomputed(rig, event))
        case ConnectCommandFailed():
            return Step(replace(rig, connect_asked=rig.connect_asked - {event.ref}))
        case WheelCommandFailed():
            return _wheel_not_told(rig, event.reason)
        case FocuserCommandFailed():
            mine = event.ref == rig.settings.guide_focuser
            return handle_guide_failure(rig, event) if mine else handle_command_failure(rig, event)
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
    left = Step(rig) if report.baseline else note_filter_left(rig, before)
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
        return take_first_position(rig)
    if position != before:
        return follow_wheel(rig, before, report.at_s)
    return Step(rig)


def _focuser(rig: Rig, report: FocuserReport) -> Step:
    if report.ref == rig.settings.guide_focuser:
        return _connect_after(take_guide_report(rig, report), report)
    if report.ref != rig.settings.focuser:
        return Step(rig)
    step = take_report(rig, report)
    return step if rig.move is not None else _connect_after(step, report)


def _connect_after(step: Step, report: FocuserReport) -> Step:
    after = _connect(step.rig, report.ref, report.connected)
    return replace(step, rig=after.rig, effects=step.effects + after.effects)


def _remember(rig: Rig, memory: Remembered) -> Step:
    rig = replace(rig, moves_begun=memory.moves_begun, fault=memory.fault)
    rig = replace(rig, hold_by=memory.hold_by, learnt_direction=memory.learnt_direction)
    rig = replace(rig, foreign_moves=replace(rig.foreign_moves, samples=memory.samples))
    rig = remember_guide(rig, memory)
    if memory.guider_paused:
        rig = replace(rig, guider_pause=GuiderPause(asked_at_s=memory.at_s, confirmed=True))
    if memory.ledger is None:
        return Step(rig)
    move = memory.move
    if move is not None:
        move = replace(move, lost=True, reads=0, read_steps=None, began_at_s=memory.at_s)
    return Step(replace(rig, ledger=memory.ledger, move=move, remembered=True))


def _recomputed(rig: Rig, computed: SlotsComputed) -> Step:
    """New offsets count from the next change on; with a new meaning of steps, embodied ones go."""
    settings, ledger = rig.settings, rig.ledger
    light_path_id = (
        settings.light_path_id if computed.light_path_id is None else computed.light_path_id
    )
    is_another = light_path_id != settings.light_path_id
    if is_another and computed.starts_over:
        rig = replace(rig, learnt_direction=None)
    rig = replace(
        rig, settings=replace(settings, slots=computed.slots, light_path_id=light_path_id)
    )
    effects: tuple[Effect, ...] = ()
    if is_another and rig.remembered:
        if computed.starts_over and ledger.embodied and ledger.embodied.total_steps != 0:
            because = "what gives the focuser's steps their meaning was answered differently"
            move = rig.move and replace(rig.move, terms=None, filter_key=None)
            rig = replace(
                rig, ledger=forget_embodied(ledger, ledger.read_steps, because), move=move
            )
            line = f"rigd moves nothing: {because}. Focus, and say so with `rigd adopt`"
            effects = (DiaryLine(sentence=line, severity=Severity.WARNING),)
        effects = (Remember(ledger=rig.ledger, move=rig.move), *effects)
    step = take_first_position(rig)
    return Step(step.rig, effects + step.effects, step.refusal, step.sentence)


def _hold(rig: Rig, asked: HoldRequested) -> Step:
    if not asked.hold:
        line = f"hold ended by {asked.client}"
        return Step(replace(rig, hold_by=None), (RememberHold(by=None), DiaryLine(sentence=line)))
    step = ask_halt(replace(rig, hold_by=asked.client), asked)
    step = halt_guide(step, f"hands off, said {asked.client}")
    told = (RememberHold(by=asked.client), DiaryLine(sentence=f"hands off, said {asked.client}"))
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
    waited = end_pause_wait(rig, now_s)
    rig, halts = halt_overdue(waited.rig, now_s)
    effects = waited.effects + halts
    change, move, limit_s = rig.change, rig.move, rig.settings.deadline_s
    wheel_limit_s = rig.settings.swap_limit_s or limit_s
    turning = change is not None and not change.wheel_done and change.wheel_failed is None
    if change is not None and now_s - change.began_at_s > (wheel_limit_s if turning else limit_s):
        if turning:
            failed = wheel_is_late(rig, change, wheel_limit_s)
            change = replace(change, wheel_failed=failed)
        if move is None and rig.focuser is not None and rig.focuser.moving:
            failed = f"something else was still moving the focuser after {limit_s:g} s"
            change = replace(change, focuser_failed=change.focuser_failed or failed)
        under_way = move is not None and not (move.halted or move.lost)
        if move is not None and under_way and rig.settings.focuser is not None:
            failed = f"the focuser did not reach {move.target_steps} steps within {limit_s:g} s"
            change = replace(change, focuser_failed=failed, focuser_waits=False)
            move = replace(move, halted=True, reads=0)
            effects += (HaltFocuser(ref=rig.settings.focuser),)
        rig = replace(rig, change=change, move=move)
        late = halt_guide(Step(rig), f"it did not arrive within {limit_s:g} s")
        rig, effects = late.rig, effects + late.effects
    looked = check_progress(rig, now_s)
    guided = check_guide_progress(looked.rig, now_s)
    return Step(guided.rig, effects + looked.effects + guided.effects)
