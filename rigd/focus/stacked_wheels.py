"""Two filter wheels behind each other, which the core sees as one. Pure.

The one wheel has a slot for every pair of filters (`rigd.equipment.wheel_slots`). What the two
report becomes its report, and a command to it becomes a command to each of the two that does not
stand at its slot already.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from rigd.devices.events import DeviceGone, WheelReport
from rigd.devices.identity import DeviceRef
from rigd.focus.advance import advance
from rigd.focus.device_names import name_device
from rigd.focus.state.effects import ConnectDevice, Effect, Step, TurnWheel
from rigd.focus.state.requests import AnyEvent, Tick, WheelCommandFailed, WheelTold
from rigd.focus.state.rig import Rig
from rigd.focus.state.settings import RigSettings, StackPart
from rigd.frozen import replace


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnCommand:
    """A slot that one of the two was sent to: until it stands there, the pair is on its way."""

    filter_position: int
    waits: bool = False
    """Whether it is sent only once the other one stands."""
    told_at_s: float | None = None
    """When the wheel was told; None: not yet."""
    seen_moving: bool = False
    claims: bool = False
    """Whether the wheel said before it was told that it stands there, which may not be so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoWheels:
    """The stacked wheels of a rig as they are now, optic side first; empty if it has none."""

    parts: tuple[StackPart, ...] = ()
    reports: tuple[WheelReport | None, ...] = ()
    """The newest report of each; None while it is not there."""
    turns: tuple[TurnCommand | None, ...] = ()

    def last_report(self, ref: DeviceRef) -> WheelReport | None:
        """The newest report of a wheel; None if it is not there, or is neither of the two."""
        said = (one for one in self.reports if one is not None and one.ref == ref)
        return next(said, None)


def advance_both(rig: Rig, wheels: TwoWheels, event: AnyEvent) -> tuple[Step, TwoWheels]:
    """Advance a rig and its stacked wheels, if it has two; effects name the real devices."""
    # The event itself first, since it may change the profile, and with it which wheels these are.
    step = advance(rig, event)
    if not step.rig.settings.stack:
        return step, TwoWheels()
    fitted = _fit_parts(wheels, step.rig.settings.stack)
    heard = _drop_waiting_after_change(_take_event(fitted, step.rig.settings, event), step.rig)
    if heard != wheels:
        learnt = isinstance(event, WheelReport) and event.baseline
        baseline = learnt or fitted.parts != wheels.parts
        pair = combine_reports(step.rig, heard, event.at_s, baseline=baseline)
        step = _advance_with(step, pair)
    step, told = _translate_effects(step, heard, event.at_s)
    return _turn_next(step, told)


def combine_reports(
    rig: Rig, wheels: TwoWheels, at_s: float, *, baseline: bool
) -> WheelReport | None:
    """Make the report of the pair; it has a position only while both stand in slots of the profile.

    Args:
        rig: theirs; without a wheel it gives None.
        wheels: the two.
        at_s: of the newest event.
        baseline: whether the position was only learnt.
    """
    ref = rig.settings.wheel
    if ref is None:
        return None
    first, second = wheels.parts
    pair = WheelReport(at_s=at_s, ref=ref, connected=True, slots=first.slots * second.slots)
    if first.ref == second.ref:
        fault = f"both stacked wheels are the same device, {name_device(rig, first.ref)}"
        return replace(pair, connected=False, fault=fault)
    reports = [report for report in wheels.reports if report is not None and report.connected]
    if len(reports) < 2:
        return replace(pair, connected=False)
    # What a wheel complained of before it was sent on its way is past.
    faults = [
        f"{name_device(rig, one.ref)}: {one.fault}"
        for one, turn in zip(reports, wheels.turns, strict=True)
        if one.fault and turn is None
    ]
    if faults:
        return replace(pair, fault="; ".join(faults))
    if any(one.moving for one in reports) or any(turn is not None for turn in wheels.turns):
        return replace(pair, moving=True)
    positions = [one.filter_position for one in reports if one.filter_position is not None]
    if len(positions) < 2:
        return pair
    faults = [
        f"{name_device(rig, part.ref)} stands at slot {position + 1}, and the profile names "
        f"{part.slots}"
        for part, position in zip(wheels.parts, positions, strict=True)
        if position >= part.slots
    ]
    if faults:
        return replace(pair, fault="; ".join(faults))
    position = positions[0] * second.slots + positions[1]
    return replace(pair, filter_position=position, baseline=baseline)


def _fit_parts(wheels: TwoWheels, parts: tuple[StackPart, ...]) -> TwoWheels:
    """Take over the parts of the profile in force; what is known of a wheel stays known."""
    if wheels.parts == parts:
        return wheels
    reports = tuple(wheels.last_report(part.ref) for part in parts)
    return TwoWheels(parts=parts, reports=reports, turns=(None,) * len(parts))


def _take_event(wheels: TwoWheels, settings: RigSettings, event: AnyEvent) -> TwoWheels:
    match event:
        case WheelReport():
            for number in _find_parts(wheels, event.ref):
                wheels = _take_report(wheels, number, event, settings.times.wheel_start_grace_s)
        case DeviceGone():
            for number in _find_parts(wheels, event.ref):
                wheels = _take_report(wheels, number, None, settings.times.wheel_start_grace_s)
        case WheelTold():
            wheels = _note_told(wheels, event)
        case WheelCommandFailed():
            wheels = replace(wheels, turns=(None,) * len(wheels.parts))
        case Tick():
            told_s = [turn.told_at_s for turn in wheels.turns if turn is not None]
            late_s = event.at_s - settings.times.deadline_s
            if any(at_s is not None and at_s < late_s for at_s in told_s):
                wheels = replace(wheels, turns=(None,) * len(wheels.parts))
            begun_s = event.at_s - settings.times.wheel_start_grace_s
            turns = (None if _is_believed(turn, begun_s) else turn for turn in wheels.turns)
            wheels = replace(wheels, turns=tuple(turns))
        case _:
            pass
    return wheels


def _note_told(wheels: TwoWheels, told: WheelTold) -> TwoWheels:
    turns = tuple(
        turn
        if turn is None or turn.waits or part.ref != told.ref
        else replace(turn, told_at_s=told.at_s)
        for turn, part in zip(wheels.turns, wheels.parts, strict=True)
    )
    return replace(wheels, turns=turns)


def _find_parts(wheels: TwoWheels, ref: DeviceRef) -> Iterator[int]:
    return (number for number, part in enumerate(wheels.parts) if part.ref == ref)


def _take_report(
    wheels: TwoWheels, number: int, report: WheelReport | None, grace_s: float
) -> TwoWheels:
    """Take in a report of one of the two; None: it is not there any more."""
    turn = wheels.turns[number]
    after = _after_report(turn, report, grace_s) if turn is not None else None
    reports = tuple(report if n == number else one for n, one in enumerate(wheels.reports))
    turns = tuple(after if n == number else one for n, one in enumerate(wheels.turns))
    wheels = replace(wheels, reports=reports, turns=turns)
    there = report is not None and report.connected and not report.fault
    arrived = turn is None or (
        report is not None and report.filter_position == turn.filter_position
    )
    return wheels if there and (after is not None or arrived) else _drop_waiting(wheels)


def _after_report(
    turn: TurnCommand, report: WheelReport | None, grace_s: float
) -> TurnCommand | None:
    """A command after a report of its wheel; None once that has arrived, or has gone astray."""
    if report is None or not report.connected or report.fault:
        return None
    if turn.waits:
        return turn
    if report.filter_position is None:
        return replace(turn, seen_moving=turn.seen_moving or report.moving)
    waited = turn.told_at_s is not None and report.at_s - turn.told_at_s > grace_s
    begun = turn.seen_moving or waited
    arrived = report.filter_position == turn.filter_position and not turn.claims
    return None if begun or arrived else turn


def _is_believed(turn: TurnCommand | None, begun_s: float) -> bool:
    """Whether a wheel that says nothing else was told long ago to go where it claimed to stand."""
    if turn is None or not turn.claims or turn.seen_moving or turn.told_at_s is None:
        return False
    return turn.told_at_s < begun_s


def _drop_waiting(wheels: TwoWheels) -> TwoWheels:
    sent = (None if turn is None or turn.waits else turn for turn in wheels.turns)
    return replace(wheels, turns=tuple(sent))


def _drop_waiting_after_change(wheels: TwoWheels, rig: Rig) -> TwoWheels:
    """Send no wheel that was not told yet once the change is over, or during a hold."""
    if rig.change is not None and rig.hold_by is None:
        return wheels
    told = (None if turn is None or turn.told_at_s is None else turn for turn in wheels.turns)
    return replace(wheels, turns=tuple(told))


def _advance_with(step: Step, report: WheelReport | None) -> Step:
    return step if report is None else step.then(advance(step.rig, report))


def _translate_effects(step: Step, wheels: TwoWheels, now_s: float) -> tuple[Step, TwoWheels]:
    """Make commands to the two of the commands to the pair."""
    pair = step.rig.settings.wheel
    effects: list[Effect] = []
    stands = False
    for effect in step.effects:
        if isinstance(effect, TurnWheel) and effect.ref == pair:
            wheels = _turn_both(wheels, effect.filter_position, step.rig)
            effects += _commands(wheels)
            stands = not any(wheels.turns)
        elif isinstance(effect, ConnectDevice) and effect.ref == pair:
            effects += [
                ConnectDevice(ref=part.ref)
                for part, report in zip(wheels.parts, wheels.reports, strict=True)
                if report is None or not report.connected
            ]
        else:
            effects.append(effect)
    step = replace(step, effects=tuple(effects))
    if stands:
        step = _advance_with(step, combine_reports(step.rig, wheels, now_s, baseline=False))
    return step, wheels


def _turn_both(wheels: TwoWheels, filter_position: int, rig: Rig) -> TwoWheels:
    """Send both at once, or the first one alone where the power supply does not carry both.

    One that stands there already is not sent, unless the word of the two may not be so.
    """
    wanted = divmod(filter_position, wheels.parts[1].slots)
    turns: list[TurnCommand | None] = []
    for number, position in enumerate(wanted):
        waits = rig.settings.sequential and any(turns)
        stands = _is_standing_at(wheels, number, position)
        turn = TurnCommand(filter_position=position, waits=waits, claims=stands)
        turns.append(None if stands and not rig.filter_unproven else turn)
    return replace(wheels, turns=tuple(turns))


def _is_standing_at(wheels: TwoWheels, number: int, position: int) -> bool:
    report = wheels.reports[number]
    if report is None or not report.connected or report.fault or report.moving:
        return False
    return wheels.turns[number] is None and report.filter_position == position


def _commands(wheels: TwoWheels) -> list[TurnWheel]:
    return [
        TurnWheel(ref=part.ref, filter_position=turn.filter_position)
        for part, turn in zip(wheels.parts, wheels.turns, strict=True)
        if turn is not None and not turn.waits
    ]


def _turn_next(step: Step, wheels: TwoWheels) -> tuple[Step, TwoWheels]:
    """Send the second wheel once the first one stands."""
    turns = wheels.turns
    if not any(turns) or any(turn is not None and not turn.waits for turn in turns):
        return step, wheels
    sent = tuple(None if turn is None else replace(turn, waits=False) for turn in turns)
    wheels = replace(wheels, turns=sent)
    return step.also(*_commands(wheels)), wheels
