"""What rigd waits for or refuses at this moment, and what ends each. Pure.

No state is without an exit, and nobody should have to read the source to find it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from rigd.devices.identity import DeviceKind
from rigd.focus.change_fault import how_fault_ends, name_failed
from rigd.focus.change_plan import describe_missing_offset, plan
from rigd.focus.connecting import describe_connecting
from rigd.focus.declared_offsets import declared_applier
from rigd.focus.device_addresses import describe_unchosen
from rigd.focus.device_names import describe_device
from rigd.focus.filter_in_light import (
    hand_limit_s,
    how_filter_is_known,
    how_to_swap,
    say_swap,
    why_filter_unproven,
    why_filter_unsure,
)
from rigd.focus.gates import (
    find_gate_for_change,
    find_gate_for_move,
    find_hold,
    find_unknown_gate,
    is_to_be_read,
)
from rigd.focus.guider_pause import is_pausing
from rigd.focus.leap import describe_leap
from rigd.focus.lost_clients import ENDS_WHEN as CLIENTS_COME_BACK_WHEN
from rigd.focus.senseless_place import ENDS_WHEN, describe_senseless_place
from rigd.focus.state.focuser import FocuserRole
from rigd.focus.state.ledger import NOBODY_KNOWS
from rigd.focus.state.rig import Change, Gate, Origin, Rig
from rigd.focus.state.settings import Mode
from rigd.focus.state.thermometer import what_ends_refusal, why_refused
from rigd.focus.step_meaning import says_again
from rigd.focus.unread_place import describe_unread_place
from rigd.focus.whose_focus import WHOSE_IS_UNKNOWN, describe_other_focus, name_focus


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """Something that rigd waits for, or because of which it refuses."""

    name: str
    sentence: str
    ends_when: str
    """The end of a sentence that begins with "it ends when"."""


def find_obstacles(rig: Rig, now_s: float) -> tuple[Obstacle, ...]:
    """All that rigd waits for or refuses now, each once, the most urgent first."""
    found: dict[str, Obstacle] = {}
    for one in _search(rig, now_s):
        found.setdefault(one.name, one)
    return tuple(found.values())


def _search(rig: Rig, now_s: float) -> Iterator[Obstacle]:
    yield from _of_devices(rig)
    yield from _of_what_is_under_way(rig, now_s)
    yield from _of_what_is_wrong(rig)
    yield from _of_focus(rig)
    yield from _of_gates(rig, now_s)
    yield from _of_other_programs(rig)
    yield from _of_guide_focuser(rig)


def _of_devices(rig: Rig) -> Iterator[Obstacle]:
    for server, reason in rig.servers_down:
        yield Obstacle(
            name=f"server {server}",
            sentence=f"server {server} is down: {reason}",
            ends_when="it answers: rigd tries again by itself",
        )
    if rig.focuser_silent is not None:
        yield Obstacle(
            name="focuser_silent",
            sentence=f"the focuser does not answer its driver: {rig.focuser_silent}",
            ends_when="it answers again: look at its power and its cable, then connect its driver "
            "anew",
        )
    ref = rig.settings.wheel
    if ref is not None and (rig.wheel is None or not rig.wheel.connected):
        wheel = describe_device(rig, "filter wheel", ref)
        tried, ends_when = describe_connecting(rig, ref)
        sentence = f"{wheel} is not connected{tried}"
        if unchosen := describe_unchosen(rig, "wheel", DeviceKind.FILTERWHEEL):
            sentence, ends_when = unchosen
        yield Obstacle(
            name="wheel",
            sentence=f"{sentence}: a filter change is refused",
            ends_when=ends_when,
        )
    elif not rig.wheel_turning and (why := why_filter_unsure(rig)) is not None:
        yield Obstacle(
            name="filter",
            sentence=f"the filter in the light is not known: {why}",
            ends_when=how_filter_is_known(rig),
        )


def _of_what_is_under_way(rig: Rig, now_s: float) -> Iterator[Obstacle]:
    change, move, settings = rig.change, rig.move, rig.settings
    if change is not None:
        slot = rig.slot(change.to_position)
        name = slot.name if slot else f"slot {change.to_position + 1}"
        yield _of_change(rig, change, name)
    if move is not None and change is None:
        whose = f"{move.by}'s move" if move.by_client else "rigd's move"
        limit_s = settings.times.client_move_s if move.by_client else settings.times.deadline_s
        yield Obstacle(
            name="own_move",
            sentence=f"{whose} of the focuser to {move.goal.target_steps} steps is under way",
            ends_when=f"it has arrived or goes out of sight, at the latest {limit_s:g} s after its "
            "driver was told",
        )
    if rig.queued is not None:
        yield Obstacle(
            name="queued",
            sentence=f"{rig.queued.client}'s move of the focuser waits",
            ends_when="what is under way has ended: then it begins",
        )
    if rig.pending is not None:
        yield from _of_pending(rig, now_s)


def _of_change(rig: Rig, change: Change, name: str) -> Obstacle:
    settings, by_hand = rig.settings, rig.settings.swap_limit_s
    if by_hand is not None and not change.wheel_done:
        return Obstacle(
            name="change",
            sentence=f"{change.client} waits for {name}: {how_to_swap(rig, change.to_position)}",
            ends_when=f"you have said so, or {by_hand:g} s after it was asked for",
        )
    if hand_limit_s(rig) is not None and not change.wheel_done:
        return Obstacle(
            name="change",
            sentence=f"the change to {name} waits for the wheel, whose driver asks a human to put "
            f"{name} in",
            ends_when="somebody has put it in and confirmed it at that driver (INDI: "
            f"CONFIRM_FILTER_SET), or {hand_limit_s(rig):g} s after it was asked for",
        )
    waits = [] if change.wheel_done else ["the wheel"]
    if is_pausing(rig):
        waits.append("the guider to pause")
    if change.focuser_waits and is_to_be_read(rig):
        waits.append("the focuser to be read at rest")
    elif change.focuser_waits or rig.move is not None or rig.queued is not None:
        waits.append("the focuser")
    what = " and ".join(waits) or "the focuser to rest"
    return Obstacle(
        name="change",
        sentence=f"the change to {name} waits for {what}",
        ends_when=f"all have arrived, or one goes out of sight, at the latest "
        f"{settings.times.deadline_s:g} s after their drivers were told",
    )


def _of_pending(rig: Rig, now_s: float) -> Iterator[Obstacle]:
    gate = _gate_of_pending(rig, now_s)
    because = gate.sentence if gate else "what is under way has not ended"
    ends_when = gate.opens_when if gate else "that is over"
    yield Obstacle(
        name="pending",
        sentence=f"a filter's offset waits to be applied: {because}",
        ends_when=f"{ends_when}; or the filter is changed again",
    )


def _gate_of_pending(rig: Rig, now_s: float) -> Gate | None:
    """What the offset that waits to be applied waits for."""
    if rig.pending is None:
        return None
    gate = find_gate_for_change(rig, Origin.REACTIVE, now_s) or find_unknown_gate(rig)
    planned = None if gate else plan(rig, rig.pending.to_position)
    return planned if isinstance(planned, Gate) else gate


def _of_what_is_wrong(rig: Rig) -> Iterator[Obstacle]:
    if rig.not_stored is not None:
        yield Obstacle(
            name="store",
            sentence=f"what rigd is to remember cannot be stored: {rig.not_stored}; filter changes "
            "fail, and a restart would not know what was said meanwhile",
            ends_when="the database can be written again: rigd tries every few seconds",
        )
    if rig.fault is not None:
        yield Obstacle(
            name="fault",
            sentence=f"{name_failed(rig)} failed: {rig.fault}",
            ends_when=how_fault_ends(rig),
        )
    temperature = rig.settings.temperature
    if temperature is not None and (refused := why_refused(temperature, rig.thermometer)):
        yield Obstacle(
            name="thermometer",
            sentence=f"the temperature is not followed: {refused}",
            ends_when=what_ends_refusal(temperature, rig.thermometer),
        )
    if rig.wheel is not None and rig.wheel.connected and rig.wheel.fault:
        yield Obstacle(
            name="wheel_fault",
            sentence=f"the filter wheel has a fault: {rig.wheel.fault}",
            ends_when="the wheel reports none: ask for a filter, or connect it anew",
        )


def _of_focus(rig: Rig) -> Iterator[Obstacle]:
    if rig.ledger.taken_for == NOBODY_KNOWS:
        known = "" if why_filter_unsure(rig) is None else ", once it is known which one that is"
        yield Obstacle(
            name="whose_focus",
            sentence=f"{WHOSE_IS_UNKNOWN}: rigd does not begin to apply from here",
            ends_when="somebody focuses, or you say `rigd adopt`, while the filter in the light is "
            f"in focus{known}",
        )
    under_way = rig.change is not None or rig.move is not None or rig.pending is not None
    other = None if under_way else describe_other_focus(rig)
    slot = rig.filter_in_light
    if slot is None or rig.settings.mode is not Mode.APPLY:
        return
    if other is None:
        if not under_way and (why := why_filter_unproven(rig)) is not None:
            yield Obstacle(
                name="filter",
                sentence=f"the filter in the light is not known for certain: {why}",
                ends_when=how_filter_is_known(rig),
            )
        return
    terms = rig.ledger.embodied
    if slot.offset is None:
        other = f"{other}: {describe_missing_offset(slot)}"
        ends = "a filter whose offset is known is in the light"
        if slot.own_focus is not None:
            ends = (
                f"the focus with {slot.name} is found, you say `rigd adopt` with {slot.name} in "
                f"focus, or {ends}"
            )
    elif terms is not None and rig.settings.offset_of(slot, terms.against) is None:
        ends = (
            f"the focus with {slot.name} is found, you say `rigd adopt` with {slot.name} in focus, "
            f"or the filter is changed to one that is known against {name_focus(rig)}"
        )
    elif rig.filter_doubtful:
        ends = f"rigd's wheel is asked for {slot.name}, or the filter is changed"
    else:
        by_hand = rig.settings.swap_limit_s is not None
        again = f", you say {say_swap(slot.name)} again" if by_hand else ""
        ends = (
            f"rigd's wheel is asked for {slot.name}{again}, the filter is changed, or you say "
            f"`rigd adopt` with {slot.name} in focus"
        )
    yield Obstacle(name="focus", sentence=other, ends_when=ends)


def _of_gates(rig: Rig, now_s: float) -> Iterator[Obstacle]:
    if rig.settings.mode is not Mode.APPLY:
        if hold := find_hold(rig):
            yield _of_gate(hold)
        return
    # While a change is under way its own move is no obstacle to itself.
    moved = None if rig.change is not None else find_gate_for_change(rig, Origin.IN_PATH, now_s)
    own = None if rig.change is not None else find_gate_for_change(rig, Origin.REACTIVE, now_s)
    follows = rig.settings.reactive or rig.settings.temperature is not None
    said = _gate_of_pending(rig, now_s)
    for gate in (find_gate_for_move(rig), moved, own if follows else None, rig.temperature_waits):
        if gate is not None and gate != said:
            yield _of_gate(gate)


def _of_gate(gate: Gate) -> Obstacle:
    return Obstacle(name=gate.name, sentence=gate.sentence, ends_when=gate.opens_when)


def _of_other_programs(rig: Rig) -> Iterator[Obstacle]:
    if rig.clients_lost is not None:
        yield Obstacle(
            name="clients_lost", sentence=rig.clients_lost, ends_when=CLIENTS_COME_BACK_WHEN
        )
    if not rig.stood_down:
        return
    who = rig.foreign_moves.applier or declared_applier(rig)
    beside = f": {who}" if who else " beside another program that applied offsets"
    yield Obstacle(
        name="stood_down",
        sentence=f"rigd stands down{beside}",
        ends_when="that program's own offsets are off and somebody says `rigd mode apply`",
    )


def _of_guide_focuser(rig: Rig) -> Iterator[Obstacle]:
    settings = rig.settings
    if settings.guide_focuser is None or settings.guide_steps_per_step is None:
        return
    guide = rig.focuser_of(FocuserRole.GUIDE)
    if guide.move is not None and rig.change is None:
        yield Obstacle(
            name="guide_move",
            sentence=f"the guide focuser is on its way to {guide.move.goal.target_steps} steps",
            ends_when=f"it has arrived, or {settings.times.deadline_s:g} s after it began",
        )
    if guide.report is None or not guide.report.connected:
        tried, ends_when = describe_connecting(rig, settings.guide_focuser)
        yield Obstacle(
            name="guide_focuser",
            sentence=f"{describe_device(rig, 'guide focuser', settings.guide_focuser)} is not "
            f"connected{tried}: it does not follow filters",
            ends_when=ends_when,
        )
    elif senseless := describe_senseless_place(rig, FocuserRole.GUIDE):
        yield Obstacle(
            name="guide_focuser",
            sentence=f"the guide focuser {senseless}: it does not follow filters",
            ends_when=ENDS_WHEN,
        )
    elif unread := describe_unread_place(rig, FocuserRole.GUIDE):
        sentence, ends_when = unread
        yield Obstacle(
            name="guide_unread", sentence=f"the guide focuser {sentence}", ends_when=ends_when
        )
    elif leap := describe_leap(rig, FocuserRole.GUIDE):
        sentence, ends_when = leap
        yield Obstacle(
            name="guide_leap", sentence=f"the guide focuser {sentence}", ends_when=ends_when
        )
    elif guide.ledger.embodied is not None and not guide.ledger_checked:
        yield Obstacle(
            name="guide_reading",
            sentence="the guide focuser has still to be read at rest",
            ends_when="it has been read at rest: what is in its position is known then, or said to "
            "be unknown",
        )
    elif guide.ledger.embodied is None:
        known = guide.ledger.last_known
        back = ""
        if known is not None:
            there = f"is back at {known.read_steps} steps"
            back = f"it {there if known.led_away else says_again(known.read_steps)}, or "
        yield Obstacle(
            name="guide_ledger",
            sentence="what is in the guide focuser's position is unknown"
            + (f": {guide.ledger.unknown_because}" if guide.ledger.unknown_because else ""),
            ends_when=f"{back}you say `rigd adopt` while the guide camera is in focus",
        )
    elif rig.guide_fault is not None:
        yield Obstacle(
            name="guide_fault",
            sentence=f"the guide focuser did not follow: {rig.guide_fault}",
            ends_when="it follows the next filter change",
        )
