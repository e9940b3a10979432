"""What comes from rigd itself: from its store and setup, of failed commands, of time. Pure."""

from typing import assert_never

from rigd.focus.adoption import take_first_position
from rigd.focus.arrival import lose_at_start
from rigd.focus.connecting import ask_again, note_refusal
from rigd.focus.filter_change import describe_late_wheel
from rigd.focus.filter_in_light import hand_limit_s
from rigd.focus.focuser_report import handle_command_failure
from rigd.focus.focuser_sharing import of_its_devices, take_sharing
from rigd.focus.foreign_commands import find_command_during, name_mover
from rigd.focus.guide_focuser import (
    halt_guide,
    redefine_guide,
    remember_guide,
    speak_for_guide,
)
from rigd.focus.guider_pause import end_pause_wait, handle_guider_failure, note_guider_told
from rigd.focus.hand_request import ask_on
from rigd.focus.lost_clients import take_lost_clients
from rigd.focus.move import note_told
from rigd.focus.other_rigs import take_other_rigs
from rigd.focus.overdue import check_progress, describe_late_focuser
from rigd.focus.profile_switch import change_profile, set_mismatch
from rigd.focus.state.effects import DiaryLine, HaltFocuser, Remember, Severity, Step
from rigd.focus.state.focuser import FocuserRole
from rigd.focus.state.ledger import Part
from rigd.focus.state.light_paths import change_light_path
from rigd.focus.state.requests import (
    Answer,
    AutofocusReported,
    ClientsJudged,
    ConnectCommandFailed,
    FocuserCommandFailed,
    FocuserTold,
    GuiderCommandFailed,
    GuiderTold,
    Inner,
    OtherRigsJudged,
    ProfileChanged,
    ProfileKept,
    Remembered,
    SharingJudged,
    SlotsComputed,
    StoreJudged,
    Tick,
    TrainJudged,
    WheelCommandFailed,
    WheelTold,
    Woke,
)
from rigd.focus.state.rig import GuiderPause, Rig
from rigd.focus.waking import wake
from rigd.focus.wheel_report import forget_filter, give_up_turn, settle_wheel
from rigd.frozen import replace


def handle_inner_event(rig: Rig, event: Inner) -> Step:
    """Take in what comes from rigd itself."""
    match event:
        case Tick():
            step = _check_deadlines(rig, event.at_s)
            return step.then(ask_again(step.rig, event.at_s))
        case Woke():
            return Step(wake(rig, event))
        case Remembered():
            restored = _restore(rig, event)
            if event.asked is None:
                return restored
            return restored.then(ask_on(restored.rig, event.asked, event.at_s))
        case SlotsComputed():
            return redefine_guide(rig, event, _use_slots(rig, event))
        case ProfileChanged():
            return redefine_guide(rig, event, change_profile(rig, event))
        case ProfileKept():
            return Step(replace(rig, profile_by=None))
        case OtherRigsJudged():
            return Step(take_other_rigs(rig, event))
        case SharingJudged() | StoreJudged() | TrainJudged() | ClientsJudged():
            return _take_judgement(rig, event)
        case AutofocusReported():
            return Step(rig)  # `end_searches` has seen to it
        case _:
            return _take_answer(rig, event)


def _take_judgement(
    rig: Rig, judged: SharingJudged | StoreJudged | TrainJudged | ClientsJudged
) -> Step:
    """Take in what was found out beside the core."""
    match judged:
        case SharingJudged():
            return take_sharing(rig, judged)
        case ClientsJudged():
            return take_lost_clients(rig, judged)
        case StoreJudged():
            return _note_store(rig, judged)
        case TrainJudged():
            return set_mismatch(rig, judged)


def _note_store(rig: Rig, judged: StoreJudged) -> Step:
    if judged.reason == rig.not_stored:
        return Step(rig)
    rig = replace(rig, not_stored=judged.reason)
    if judged.reason is None:
        return Step(rig, (DiaryLine(sentence="what was to be remembered is stored again"),))
    line = (
        f"what rigd is to remember cannot be stored: {judged.reason}; filter changes fail until "
        "it can, and a restart would not know what was said meanwhile"
    )
    return Step(rig, (DiaryLine(sentence=line, severity=Severity.WARNING),))


def _take_answer(rig: Rig, answer: Answer) -> Step:
    """Take in what became of a command."""
    match answer:
        case WheelTold():
            return Step(_note_wheel_told(rig, answer.at_s))
        case FocuserTold():
            return Step(note_told(rig, answer))
        case WheelCommandFailed():
            return Step(_fail_wheel(rig, answer.reason))
        case FocuserCommandFailed():
            return _fail_move(rig, answer)
        case GuiderTold():
            return Step(note_guider_told(rig, answer))
        case GuiderCommandFailed():
            return handle_guider_failure(rig, answer)
        case ConnectCommandFailed():
            return note_refusal(rig, answer.ref, answer.reason)
        case _:
            assert_never(answer)


def _restore(rig: Rig, memory: Remembered) -> Step:
    """Take over what the store knows; a move that was open is judged when the focuser is seen."""
    before_s = memory.foreign_at_s
    focuser = replace(rig.main_focuser, moves_begun=memory.moves_begun)
    focuser = replace(focuser, foreign_before_s=before_s, others_at_s=before_s)
    rig = replace(rig, main_focuser=focuser, fault=memory.fault, fault_part=memory.fault_part)
    rig = replace(rig, fault_asked=memory.fault_part is Part.FILTER)
    rig = replace(rig, hold_by=memory.hold_by, learnt_direction=memory.learnt_direction)
    rig = replace(rig, foreign_moves=replace(rig.foreign_moves, samples=memory.samples))
    rig = replace(rig, known_devices=of_its_devices(rig.settings, memory.known_devices))
    rig = remember_guide(rig, memory)
    if memory.guider_paused:
        rig = replace(rig, guider_pause=GuiderPause(confirmed=True))
    if memory.ledger is None:
        return Step(rig)
    move = memory.move
    if move is not None:
        move = lose_at_start(move, memory.at_s)
    focuser = replace(focuser, ledger=memory.ledger, move=move, remembered=True)
    return Step(replace(rig, main_focuser=focuser))


def _use_slots(rig: Rig, computed: SlotsComputed) -> Step:
    """Take new offsets, which count from the next change on; nothing moves.

    Where steps meant something else before, what is embodied becomes unknown.
    """
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
    if not (is_another and rig.remembered):
        return take_first_position(rig)
    lines: tuple[DiaryLine, ...] = ()
    because = "what gives the focuser's steps their meaning was answered differently"
    if computed.starts_over:
        now = change_light_path(ledger, settings.light_path_id, light_path_id, because)
        rig = replace(rig, main_focuser=replace(rig.main_focuser, ledger=now))
    if ledger.embodied is not None and rig.ledger.embodied is None:
        move = rig.move and replace(rig.move, terms=None, filter_key=None)
        rig = replace(rig, main_focuser=replace(rig.main_focuser, move=move))
        because = rig.ledger.unknown_because or because
        line = f"rigd moves nothing: {because}. Focus, and say so with `rigd adopt`"
        lines = (DiaryLine(sentence=line, severity=Severity.WARNING),)
    remember = Remember(ledger=rig.ledger, move=rig.move)
    return Step(rig, (remember, *lines)).then(take_first_position(rig))


def _note_wheel_told(rig: Rig, now_s: float) -> Rig:
    """Begin the wheel's time to leave its slot; of two stacked wheels the later one counts."""
    if rig.change is None:
        return rig
    return replace(rig, change=replace(rig.change, wheel_told_at_s=now_s))


def _fail_wheel(rig: Rig, reason: str) -> Rig:
    """Fail the wheel's part of the change under way, if there is one."""
    if rig.change is None:
        return rig
    return replace(rig, change=replace(rig.change, wheel_failed=reason))


def _fail_move(rig: Rig, failed: FocuserCommandFailed) -> Step:
    """End the move, of the main or the guide focuser, whose command failed."""
    if failed.ref != rig.settings.guide_focuser:
        return handle_command_failure(rig, FocuserRole.MAIN, failed)
    return speak_for_guide(rig, handle_command_failure(rig, FocuserRole.GUIDE, failed))


def _check_deadlines(rig: Rig, now_s: float) -> Step:
    """End what has waited too long: a pause of the guider, a move, a change."""
    # The guider first: giving up on it lets the change that waits for it fail in the same tick.
    step = end_pause_wait(settle_wheel(rig, now_s), now_s)
    step = step.then(give_up_turn(step.rig, now_s))
    rig = step.rig
    change, move, limit_s = rig.change, rig.move, rig.settings.times.deadline_s
    # A hand that changes filters may take longer than a motor; the focuser's part never may.
    wheel_limit_s = hand_limit_s(rig) or limit_s
    turning = change is not None and not change.wheel_done and change.wheel_failed is None
    if change is not None and now_s - change.began_at_s > (wheel_limit_s if turning else limit_s):
        if turning:
            failed = describe_late_wheel(rig, change, wheel_limit_s)
            rig, change = forget_filter(rig), replace(change, wheel_failed=failed)
        if move is None and rig.focuser is not None and rig.focuser.moving:
            failed = f"{name_mover(rig)} was still moving the focuser after {limit_s:g} s"
            change = replace(change, focuser_failed=change.focuser_failed or failed)
        under_way = move is not None and not (move.halted or move.lost)
        if move is not None and under_way and rig.settings.focuser is not None:
            failed = describe_late_focuser(rig, move, limit_s)
            change = replace(change, focuser_failed=failed, focuser_waits=False)
            # Halted and read back, so that the ledger knows where it stands; it is not forgotten.
            move = replace(move, halted=True, reads=0)
            # What another client has sent it after rigd is that client's motion to stop.
            if find_command_during(rig, move) is None:
                step = step.also(HaltFocuser(ref=rig.settings.focuser))
        focuser = replace(rig.main_focuser, move=move)
        step = replace(step, rig=replace(rig, change=change, main_focuser=focuser))
        step = halt_guide(step, f"it did not arrive within {limit_s:g} s")
    step = step.then(check_progress(step.rig, FocuserRole.MAIN, now_s))
    guided = check_progress(step.rig, FocuserRole.GUIDE, now_s)
    return step.then(speak_for_guide(step.rig, guided))
