"""Moves that follow the temperature: only when idle, and only what passes every gate. Pure."""

from dataclasses import replace

from rigd.devices.events import CameraReport, FocuserReport, WheelReport
from rigd.focus.gates import closed_for_change, closed_for_move, closed_for_target
from rigd.focus.guider_pause import AGAIN_S, is_pausing, must_pause_guider, pause_guider
from rigd.focus.move import start_move
from rigd.focus.state.effects import DiaryLine, Remember, Severity, Step
from rigd.focus.state.ledger import Part
from rigd.focus.state.requests import (
    AdoptRequested,
    AnyEvent,
    FilterRequested,
    MoveRequested,
    Tick,
    TrimRequested,
)
from rigd.focus.state.rig import Gate, Origin, Rig
from rigd.focus.state.settings import Mode
from rigd.focus.state.temperature import base_temperature, term_steps

BY = "the temperature"


def read_thermometer(_before: Rig, event: AnyEvent, step: Step) -> Step:
    """Take in what an event says of the temperature."""
    rig = step.rig
    settings = rig.settings.temperature
    if settings is None:
        return step
    read = rig.thermometer
    if isinstance(event, FocuserReport) and event.ref == rig.settings.focuser:
        read = read.said(event.temperature_c, event.temperature_at_s, settings.lasts_s)
    if isinstance(event, FocuserReport | Tick):
        read = read.at(event.at_s, settings.max_age_s)
    if read == rig.thermometer:
        return step
    return replace(step, rig=replace(rig, thermometer=read))


def set_temperature_base(before: Rig, event: AnyEvent, step: Step) -> Step:
    """Set T_base if there is none, and note whether anybody uses the rig."""
    rig = step.rig
    in_use = _in_use(before, event, step)
    if in_use != rig.in_use:
        rig = replace(rig, in_use=in_use)
    ledger = rig.ledger
    if rig.move is None and rig.checked:
        ledger = base_temperature(rig.settings.temperature, ledger, rig.thermometer)
    if ledger is rig.ledger:
        return step if rig is step.rig else replace(step, rig=rig)
    remember = Remember(ledger=ledger, move=None)
    return replace(step, rig=replace(rig, ledger=ledger)).also(remember)


def compensate(rig: Rig, now_s: float) -> Step:
    """Follow the temperature, if it is worth a move and nothing is in the way."""
    settings, ledger = rig.settings.temperature, rig.ledger
    terms, base, raw = ledger.embodied, ledger.base_steps, ledger.raw_steps
    idle = rig.move is None and rig.change is None and rig.queued is None and rig.pending is None
    if settings is None or not idle or rig.settings.mode is not Mode.APPLY:
        return Step(rig)
    if terms is None or base is None or raw is None or not _in_its_focus(rig):
        return Step(rig)
    slot = rig.slot(rig.filter_position)
    filter_key = slot.key if slot else ledger.embodied_filter
    steps = term_steps(settings, ledger, rig.thermometer, filter_key)
    target = base + replace(terms, temperature_steps=steps).total_steps
    if abs(target - raw) <= settings.dead_band_steps:
        return Step(rig if rig.temperature_waits is None else replace(rig, temperature_waits=None))
    gate = _closed(rig, target, now_s)
    if gate is not None:
        return _wait(rig, gate, target - raw)
    if must_pause_guider(rig) or is_pausing(rig):
        return Step(rig) if is_pausing(rig) else pause_guider(rig, now_s)
    moved = start_move(
        replace(rig, temperature_waits=None),
        target_steps=target,
        terms=replace(terms, temperature_steps=steps),
        filter_key=filter_key,
        now_s=now_s,
        by=BY,
        by_client=False,
        part=Part.TEMPERATURE,
    )
    then = ledger.temperature_base
    line = f"focuser from {raw} to {target} steps: the temperature is {rig.thermometer.celsius} °C"
    line += f", was {then.celsius} °C when the focus was set" if then else ""
    return moved.also(DiaryLine(sentence=line))


def _closed(rig: Rig, target_steps: int, now_s: float) -> Gate | None:
    return (
        closed_for_move(rig)
        or closed_for_target(rig, target_steps, "in the light")
        or _fault(rig)
        or closed_for_change(rig, Origin.REACTIVE, now_s)
        or _client(rig, now_s)
        or _unused(rig)
        or _guider(rig, now_s)
    )


def _fault(rig: Rig) -> Gate | None:
    if rig.fault is None:
        return None
    return Gate(name="fault", sentence=f"the last move failed: {rig.fault}", opens_by_itself=False)


def _client(rig: Rig, now_s: float) -> Gate | None:
    """A client's own moves may be the first of an autofocus."""
    quiet_s = rig.settings.quiet_s
    for search in rig.searches:
        if now_s - search.last_at_s < quiet_s:
            sentence = (
                f"{search.client or 'something else'} moved the focuser "
                f"{now_s - search.last_at_s:.0f} s ago; quiet is {quiet_s:.0f} s without motion"
            )
            return Gate(name="mover", sentence=sentence, opens_by_itself=True)
    return None


def _guider(rig: Rig, now_s: float) -> Gate | None:
    """A guider that did not pause is left alone for a while."""
    failed_at_s = rig.guider_failed_at_s
    if failed_at_s is None or now_s - failed_at_s > AGAIN_S:
        return None
    return Gate(name="guiding", sentence="the guider did not pause", opens_by_itself=True)


def _unused(rig: Rig) -> Gate | None:
    if rig.in_use:
        return None
    sentence = "nobody has used the rig since the focuser was found, and nothing moves at start"
    return Gate(name="unused", sentence=sentence, opens_by_itself=True)


def _wait(rig: Rig, gate: Gate, steps: int) -> Step:
    """Remember why it waits; a gate that does not open by itself is said, once."""
    if rig.temperature_waits is not None and rig.temperature_waits.name == gate.name:
        return Step(replace(rig, temperature_waits=gate))
    rig = replace(rig, temperature_waits=gate)
    if gate.opens_by_itself:
        return Step(rig)
    line = f"the temperature asks for {steps:+d} steps, refused: {gate.sentence}"
    return Step(rig, (DiaryLine(sentence=line, severity=Severity.WARNING, result="refused"),))


def _in_its_focus(rig: Rig) -> bool:
    """Whether the focus is that of the filter in the light."""
    if rig.settings.wheel is None:
        return True
    slot = rig.slot(rig.filter_position)
    at_rest = not rig.wheel_turning and rig.wheel is not None and rig.wheel.connected
    return at_rest and slot is not None and rig.in_focus_of(slot)


def _in_use(before: Rig, event: AnyEvent, step: Step) -> bool:
    """Whether anybody has used the rig since the focuser was found."""
    rig = step.rig
    if rig.focuser is None or not rig.focuser.connected:
        return False
    if (
        isinstance(event, FilterRequested | MoveRequested | TrimRequested | AdoptRequested)
        and step.refusal is None
    ):
        return True
    if isinstance(event, CameraReport) and event is rig.camera and event.busy:
        return True
    turned = rig.filter_position != before.filter_position
    if isinstance(event, WheelReport) and turned and not event.baseline:
        return True
    return rig.in_use or rig.foreign_at_s != before.foreign_at_s
