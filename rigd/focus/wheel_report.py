"""What a report of the real wheel shows: rigd's own change, a first sight, another's turn. Pure."""

from rigd.devices.events import WheelReport
from rigd.focus.adoption import note_filter_left, take_first_position
from rigd.focus.filter_change import (
    describe_wrong_filter,
    drop_pending,
    follow_later,
    follow_wheel,
)
from rigd.focus.filter_in_light import hand_limit_s, why_filter_unknown
from rigd.focus.state.effects import Step
from rigd.focus.state.requests import AnyEvent
from rigd.focus.state.rig import Change, Origin, Rig
from rigd.frozen import replace


def mark_baseline(rig: Rig, event: AnyEvent) -> AnyEvent:
    """Mark a position that comes after an unknown one as only learnt, and no turn.

    A wheel that was lost, in fault or defined anew may have turned home meanwhile, or not at all.
    """
    if not isinstance(event, WheelReport) or event.ref != rig.settings.wheel:
        return event
    if event.filter_position is None or rig.filter_position is not None:
        return event
    return event if event.baseline else replace(event, baseline=True)


def take_wheel_report(rig: Rig, report: WheelReport) -> Step:
    """Take in a report of the rig's wheel."""
    was_moving, doubtful = rig.wheel is not None and rig.wheel.moving, _is_doubtful(rig, report)
    # Turned to where it claimed to stand already, it has brought another filter into the light.
    before = None if rig.filter_doubtful and not doubtful else rig.filter_position
    has_left = rig.filter_position is not None and before != report.filter_position
    unproven, rig = _is_unproven(rig, report), replace(rig, wheel=report)
    there = report.connected and not report.fault
    if there and report.filter_position is not None:
        rig = replace(rig, turning_since_s=None, filter_position=report.filter_position)
        last = rig.filter_last if doubtful else report.filter_position
        rig = replace(rig, filter_last=last, filter_doubtful=doubtful, filter_unproven=unproven)
        # A baseline only says where the wheel was found: no filter has left the light by it.
        left = note_filter_left(rig) if has_left and not report.baseline else Step(rig)
        return left.then(_take_rest(left.rig, report, report.filter_position, before))
    if there and report.moving:
        return Step(_note_turning(rig, report.at_s, was_moving=was_moving))
    return _lose_filter(rig, report)


def _is_doubtful(rig: Rig, report: WheelReport) -> bool:
    """Whether a wheel that came back says that it stands elsewhere, and was not seen to turn.

    It may have turned home; or its driver starts with a slot of its own and never asks the wheel.
    """
    if rig.settings.stack or rig.settings.swap_limit_s is not None:
        return False
    said, wheel, change = report.filter_position, rig.wheel, rig.change
    back = wheel is None or not wheel.connected
    if wheel is not None and wheel.connected and wheel.moving:
        return False
    if change is not None and not back:
        return rig.filter_doubtful and said == rig.filter_position
    if report.baseline:
        return rig.filter_last not in {None, said}
    return rig.filter_doubtful and said == rig.filter_position


def _is_unproven(rig: Rig, report: WheelReport) -> bool:
    """Whether a wheel is found elsewhere than where it was last known to stand.

    At a start that is known of the filter whose focus rigd has left. The filter that the wheel
    names counts, but once it is asked for, the wheel is told to turn there all the same.
    """
    said, last, wheel = report.filter_position, rig.filter_last, rig.wheel
    if wheel is not None and wheel.connected and wheel.moving:
        return False
    if not report.baseline or rig.settings.swap_limit_s is not None:
        return rig.filter_unproven and said == rig.filter_position
    if last is not None:
        return rig.filter_unproven if said == last else bool(rig.settings.stack)
    key, slot = rig.ledger.embodied_filter, rig.slot(said)
    return key is not None and (slot is None or slot.key != key)


def settle_wheel(rig: Rig, now_s: float) -> Rig:
    """Take the wheel for settled once it has rested at its slot for long enough.

    Some wheels say that they are there while they still turn.
    """
    change = rig.change
    if change is not None and _has_had_time(rig, change, now_s):
        change = replace(change, wheel_arrived_at_s=now_s)
        rig = replace(rig, change=change, filter_position=change.to_position)
        rig = replace(rig, filter_last=change.to_position)
        rig = replace(rig, filter_doubtful=False, filter_unproven=False)
    if change is None or change.wheel_done or change.wheel_arrived_at_s is None:
        return rig
    if rig.wheel_turning or rig.filter_position != change.to_position:
        return rig
    # Nothing is to settle where a hand has put the filter in.
    by_hand = rig.settings.swap_limit_s is not None
    if not by_hand and now_s - change.wheel_arrived_at_s < rig.settings.times.settle_s:
        return rig
    return replace(rig, change=replace(change, wheel_done=True))


def _has_had_time(rig: Rig, change: Change, now_s: float) -> bool:
    """Whether a wheel that has claimed to be there already was told to go there long ago."""
    wheel, told_at_s = rig.wheel, change.wheel_told_at_s
    if not change.wheel_claims or told_at_s is None or change.wheel_arrived_at_s is not None:
        return False
    if wheel is None or not wheel.connected or wheel.fault or wheel.moving:
        return False
    there = wheel.filter_position == change.to_position
    return there and now_s - told_at_s > rig.settings.times.wheel_start_grace_s


def give_up_turn(rig: Rig, now_s: float) -> Step:
    """Call the filter unknown once the wheel has been turning for too long, nobody knows why."""
    since_s, settings = rig.turning_since_s, rig.settings
    limit_s = max(settings.times.deadline_s, hand_limit_s(rig) or 0.0)
    if rig.change is not None or since_s is None or now_s - since_s <= limit_s:
        return Step(rig)
    return drop_pending(forget_filter(rig), "the filter wheel does not come to rest", now_s)


def forget_filter(rig: Rig) -> Rig:
    """The rig without a known filter: what the wheel shows next is a baseline."""
    return replace(rig, filter_position=None, turning_since_s=None)


def _note_turning(rig: Rig, now_s: float, *, was_moving: bool) -> Rig:
    """Take in a wheel that turns, also one that turns on from where a change has ended."""
    # A turn that was given up stays so until the wheel has come to rest.
    if rig.turning_since_s is None and not was_moving:
        rig = replace(rig, turning_since_s=now_s)
    change = rig.change
    if change is None:
        return rig
    # One that says again that it turns has had its say when it began to.
    stayed = change.wheel_done or was_moving
    arrived_at_s = change.wheel_arrived_at_s if stayed else None
    change = replace(
        change, wheel_done=False, wheel_arrived_at_s=arrived_at_s, wheel_seen_moving=True
    )
    return replace(rig, change=change)


def _lose_filter(rig: Rig, report: WheelReport) -> Step:
    """Take in a wheel that is lost, in fault, or rests nobody knows where."""
    rig = forget_filter(rig)
    change = rig.change
    if change is not None:
        failed = change.wheel_failed or report.fault
        if not report.connected:
            failed = failed or "the filter wheel disconnected during the change"
        change = replace(change, wheel_done=False, wheel_arrived_at_s=None, wheel_failed=failed)
        rig = replace(rig, change=change)
    return drop_pending(rig, why_filter_unknown(rig) or "the filter is unknown", report.at_s)


def _take_rest(rig: Rig, report: WheelReport, position: int, before: int | None) -> Step:
    """Take in a wheel at rest: the end of rigd's change, a first sight, or somebody else's turn."""
    if rig.change is not None:
        # What the driver of a wheel that was lost says first does not end the turn.
        learnt = report.baseline and rig.filter_doubtful
        return Step(rig if learnt else _end_turn(rig, rig.change, position, report.at_s))
    if report.baseline:
        known_anew = drop_pending(rig, "where the filter wheel stands was learnt anew", report.at_s)
        return known_anew.then(take_first_position(known_anew.rig))
    return follow_wheel(rig, before, report.at_s) if position != before else Step(rig)


def _end_turn(rig: Rig, change: Change, position: int, now_s: float) -> Rig:
    """Take in where the wheel rests during a change."""
    if position == change.to_position:
        if change.wheel_claims and not change.wheel_seen_moving:
            return settle_wheel(rig, now_s)  # it said so before, too
        arrived_at_s = now_s if change.wheel_arrived_at_s is None else change.wheel_arrived_at_s
        # A late arrival is no fault.
        change = replace(change, wheel_arrived_at_s=arrived_at_s, wheel_failed=None)
        return settle_wheel(replace(rig, change=change), now_s)
    turned_on = change.wheel_arrived_at_s is not None
    # A wheel at rest that has not begun yet is given time to begin.
    told_at_s, grace_s = change.wheel_told_at_s, rig.settings.times.wheel_start_grace_s
    grace_is_over = told_at_s is not None and now_s - told_at_s > grace_s
    if not (turned_on or change.wheel_seen_moving or grace_is_over):
        return rig
    sentence = describe_wrong_filter(rig, change, position, turned_on=turned_on)
    if turned_on:
        rig = follow_later(rig, change, position, now_s)
    if change.origin is Origin.REACTIVE:
        # Nobody waits for it: the next filter's move takes its place.
        change = replace(change, wheel_done=True, focuser_waits=False, declined=sentence)
    else:
        change = replace(change, wheel_done=False, wheel_failed=sentence)
    return replace(rig, change=change)
