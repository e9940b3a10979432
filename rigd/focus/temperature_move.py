"""Following the temperature: only when the rig is idle, and only past every gate. Pure."""

from rigd.devices.events import CameraReport, FocuserReport, WheelReport
from rigd.focus.change_fault import how_fault_ends
from rigd.focus.foreign_commands import name_mover
from rigd.focus.gates import find_gate_for_change, find_gate_for_move, find_gate_for_target
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
from rigd.focus.state.temperature_term import (
    take_temperature_base,
    temperatures_of_term,
    term_steps,
)
from rigd.focus.state.thermometer import why_refused
from rigd.frozen import replace

BY = "the temperature"
"""Who asks for such a move, as the journal and the diary name it."""


def read_thermometer(_before: Rig, event: AnyEvent, step: Step) -> Step:
    """Take in what an event says of the temperature, and drop what has become old."""
    rig = step.rig
    settings = rig.settings.temperature
    if settings is None:
        return step
    read = rig.thermometer
    if isinstance(event, FocuserReport) and event.ref == rig.settings.focuser:
        stands_for = temperatures_of_term(settings, rig.ledger)
        read = read.take_reading(event.temperature_c, event.temperature_at_s, settings, stands_for)
    if isinstance(event, FocuserReport | Tick):
        read = read.let_time_pass(event.at_s, settings)
    if read == rig.thermometer:
        return step
    step = replace(step, rig=replace(rig, thermometer=read))
    return step.also(*_tell_refusal(rig, step.rig))


def _tell_refusal(before: Rig, rig: Rig) -> tuple[DiaryLine, ...]:
    """Say once that what the sensor says is refused, and when it is believed again."""
    read = rig.thermometer
    if read.has_failed == before.thermometer.has_failed:
        return ()
    if not read.has_failed:
        return (DiaryLine(sentence=f"the temperature is followed again: {read.celsius:g} °C"),)
    because = why_refused(rig.settings.temperature, read)
    line = f"the temperature is not followed: {because}"
    return (DiaryLine(sentence=line, severity=Severity.WARNING),)


def set_temperature_base(before: Rig, event: AnyEvent, step: Step) -> Step:
    """Set T_base where there is none, and note whether anybody has used the rig."""
    rig = step.rig
    was_used = _is_used(before, event, step)
    if was_used != rig.was_used:
        rig = replace(rig, was_used=was_used)
    rig, ledger = _await_base(judge_thermometer(rig)), rig.ledger
    if rig.move is None and rig.ledger_checked:
        ledger = take_temperature_base(rig.settings.temperature, ledger, rig.thermometer)
    if ledger is rig.ledger:
        return step if rig is step.rig else replace(step, rig=rig)
    remember = Remember(ledger=ledger, move=None)
    based = replace(rig.main_focuser, ledger=ledger)
    # A T_base that is set now is the temperature of now: there is nothing to judge by it.
    read = replace(rig.thermometer, judged_by=ledger.temperature_base)
    rig = replace(rig, main_focuser=based, thermometer=read)
    return replace(step, rig=rig).also(remember)


def judge_thermometer(rig: Rig) -> Rig:
    """Judge what is believed by T_base, where that is another one than it was judged by.

    Nothing may follow the temperature before: a T_base that was put back may be one from which no
    night goes to what was believed until then.
    """
    settings, read, base = rig.settings.temperature, rig.thermometer, rig.ledger.temperature_base
    if settings is None or base == read.judged_by:
        return rig
    if base is not None:
        read = read.judge_anew(settings, temperatures_of_term(settings, rig.ledger))
    return replace(rig, thermometer=replace(read, judged_by=base))


def _await_base(rig: Rig) -> Rig:
    """Let what is said now become T_base of the focus that was found now, whatever was before."""
    settings, read, ledger = rig.settings.temperature, rig.thermometer, rig.ledger
    if settings is None or ledger.temperature_base is not None or ledger.embodied is None:
        return rig
    if read.celsius is not None or not read.is_refused:
        return rig
    return replace(rig, thermometer=read.judge_anew(settings, None))


def follow_temperature(rig: Rig, now_s: float) -> Step:
    """Follow the temperature if that is worth a move and nothing is in the way."""
    settings, ledger = rig.settings.temperature, rig.ledger
    # While anything is under way or waits, the target is not known yet; that end comes by here too.
    terms, base, raw = ledger.embodied, ledger.base_steps, ledger.raw_steps
    idle = rig.move is None and rig.change is None and rig.queued is None and rig.pending is None
    if settings is None or not idle or rig.settings.mode is not Mode.APPLY:
        return Step(rig)
    if terms is None or base is None or raw is None or not _is_in_focus(rig):
        return Step(rig)
    slot = rig.slot(rig.filter_position)
    filter_key = slot.key if slot else ledger.embodied_filter
    steps = term_steps(settings, ledger, rig.thermometer, filter_key)
    # The whole target against where the focuser stands, not one change of the term: small offsets
    # that were not worth a move never add up.
    target = base + replace(terms, temperature_steps=steps).total_steps
    if abs(target - raw) <= settings.dead_band_steps:
        return Step(rig if rig.temperature_waits is None else replace(rig, temperature_waits=None))
    gate = _find_gate(rig, target, now_s)
    if gate is not None:
        return _wait(rig, gate, target - raw)
    if must_pause_guider(rig) or is_pausing(rig):
        return Step(rig) if is_pausing(rig) else pause_guider(rig)
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


def _find_gate(rig: Rig, target_steps: int, now_s: float) -> Gate | None:
    """The first closed gate; those that a human must open come before those that just pass."""
    return (
        find_gate_for_move(rig)
        or find_gate_for_target(rig, target_steps, "in the light")
        or _fault_gate(rig)
        or find_gate_for_change(rig, Origin.REACTIVE, now_s)
        or _client_gate(rig, now_s)
        or _unused_gate(rig)
        or _guider_gate(rig, now_s)
    )


def _fault_gate(rig: Rig) -> Gate | None:
    if rig.fault is None:
        return None
    return Gate(
        name="fault",
        sentence=f"the last move failed: {rig.fault}",
        opens_by_itself=False,
        opens_when=how_fault_ends(rig),
    )


def _client_gate(rig: Rig, now_s: float) -> Gate | None:
    """The gate of a client's own moves, which may be the first of an autofocus, or only heard."""
    quiet_s, heard_s = rig.settings.quiet_s, rig.foreign_moves.heard_at_s
    if heard_s is not None and now_s - heard_s < quiet_s:
        # It may not have begun to move yet, and rigd's own order would take its place.
        return Gate(
            name="mover",
            sentence=f"another INDI client told the focuser to move {now_s - heard_s:.0f} s ago; "
            f"quiet is {quiet_s:.0f} s without motion",
            opens_by_itself=True,
            opens_when=f"it has stood still for {quiet_s:.0f} s",
        )
    for search in rig.searches:
        if now_s - search.last_at_s < quiet_s:
            sentence = (
                f"{search.client or name_mover(rig)} moved the focuser "
                f"{now_s - search.last_at_s:.0f} s ago; quiet is {quiet_s:.0f} s without motion"
            )
            return Gate(
                name="mover",
                sentence=sentence,
                opens_by_itself=True,
                opens_when=f"it has stood still for {quiet_s:.0f} s",
            )
    return None


def _guider_gate(rig: Rig, now_s: float) -> Gate | None:
    """The gate of a guider that did not pause, which is left alone for a while."""
    failed_at_s = rig.guider_failed_at_s
    if failed_at_s is None or now_s - failed_at_s > AGAIN_S:
        return None
    return Gate(
        name="guiding",
        sentence="the guider did not pause",
        opens_by_itself=True,
        opens_when=f"{AGAIN_S:.0f} s have passed, when it is asked again",
    )


def _unused_gate(rig: Rig) -> Gate | None:
    if rig.was_used:
        return None
    sentence = "nobody has used the rig since the focuser was found, and nothing moves at start"
    return Gate(
        name="unused",
        sentence=sentence,
        opens_by_itself=True,
        opens_when="somebody moves the focuser or asks for a filter",
    )


def _wait(rig: Rig, gate: Gate, steps: int) -> Step:
    """Keep why the focuser waits; a gate that does not open by itself is said, once."""
    if rig.temperature_waits is not None and rig.temperature_waits.name == gate.name:
        return Step(replace(rig, temperature_waits=gate))
    rig = replace(rig, temperature_waits=gate)
    if gate.opens_by_itself:
        return Step(rig)
    line = f"the temperature asks for {steps:+d} steps, refused: {gate.sentence}"
    return Step(rig, (DiaryLine(sentence=line, severity=Severity.WARNING, result="refused"),))


def _is_in_focus(rig: Rig) -> bool:
    """Whether the focus is that of the filter in the light; another one has nothing to follow."""
    if rig.settings.wheel is None:
        return True
    slot = rig.slot(rig.filter_position)
    at_rest = not rig.wheel_turning and rig.wheel is not None and rig.wheel.connected
    return at_rest and slot is not None and rig.is_in_focus_of(slot)


def _is_used(before: Rig, event: AnyEvent, step: Step) -> bool:
    """Whether anybody has used the rig since the focuser was found; before that, nothing moves."""
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
    # A wheel that is lost or found has not been turned by anybody.
    old, new = before.filter_position, rig.filter_position
    turned = None not in {old, new} and old != new
    if isinstance(event, WheelReport) and turned and not event.baseline:
        return True
    moved_in_sight = before.ledger_checked and rig.foreign_at_s != before.foreign_at_s
    return rig.was_used or moved_in_sight
