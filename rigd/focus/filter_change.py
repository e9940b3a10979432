"""Filter changes: asked of the virtual wheel (in-path) or made at the real one (reactive). Pure."""

from rigd.focus.change_end import end_with, settle_change
from rigd.focus.change_plan import Plan, plan
from rigd.focus.device_names import describe_device
from rigd.focus.filter_in_light import hand_limit_s, how_to_swap, name_filter
from rigd.focus.gates import find_gate_for_change, find_hold, find_unknown_gate, is_to_be_read
from rigd.focus.guider_pause import is_pausing, must_pause_guider, pause_guider
from rigd.focus.move import start_move
from rigd.focus.state.effects import DiaryLine, Effect, Refusal, Remember, Severity, Step, TurnWheel
from rigd.focus.state.ledger import embody
from rigd.focus.state.requests import FilterRequested
from rigd.focus.state.rig import Change, Gate, Origin, Outcome, Pending, Result, Rig
from rigd.focus.state.settings import Mode
from rigd.focus.state.thermometer import why_term_stays
from rigd.focus.waking import is_catching_up
from rigd.frozen import replace

REFUSED_AGAIN_S = 60.0
"""A client that waits behind a gate asks again and again; so often the diary says that it may not.
Our choice."""


def answer_filter_request(rig: Rig, asked: FilterRequested) -> Step:
    """Answer a client that asks the virtual wheel for a filter; both devices start together."""
    wheel, to = rig.wheel, asked.filter_position
    ref = rig.settings.wheel
    if ref is None:
        return Step(rig, refusal=Refusal.UNAVAILABLE, sentence="this rig has no filter wheel")
    if wheel is None or not wheel.connected:
        sentence = f"{describe_device(rig, 'filter wheel', ref)} is not connected"
        return Step(rig, refusal=Refusal.UNAVAILABLE, sentence=sentence)
    count = wheel.slots or len(wheel.names) or len(rig.settings.slots)
    if not 0 <= to < count:
        sentence = f"filter position {to} outside the limits 0 to {count - 1}"
        return Step(rig, refusal=Refusal.INVALID, sentence=sentence)
    if rig.change is not None:
        if rig.change.to_position == to:
            return Step(rig)  # clients repeat a request while they wait
        sentence = f"a change to {name_filter(rig, rig.change.to_position)} is under way"
        return Step(rig, refusal=Refusal.GATE, sentence=sentence, opens_by_itself=True)
    if _is_done_already(rig, to):
        return Step(rig)
    # All gates are asked before anything moves. Where rigd moves no focuser, only a hold counts.
    if rig.settings.mode is Mode.APPLY:
        gate = find_gate_for_change(rig, Origin.IN_PATH, asked.at_s, asked.client)
    else:
        gate = find_hold(rig)
    if gate is not None:
        return _refuse(rig, gate, to, asked.at_s)
    planned = plan(rig, to)
    unknown = planned == find_unknown_gate(rig)
    waits = unknown and is_to_be_read(rig) and not rig.settings.unknown_refuses
    if isinstance(planned, Gate) and not waits:
        # Who focuses may always turn to its focus filter: that is what ends an unknown focus.
        if not unknown or all(s.client != asked.client for s in rig.searches):
            return _refuse(rig, planned, to, asked.at_s)
        planned = planned.sentence
    at_rest_there = not rig.wheel_turning and rig.filter_position == to and not wheel.fault
    proven = not (rig.filter_doubtful or rig.filter_unproven)
    claims, at_rest_there = at_rest_there, at_rest_there and proven
    change = Change(
        origin=Origin.IN_PATH,
        client=asked.client,
        from_position=rig.filter_position,
        to_position=to,
        began_at_s=asked.at_s,
        wheel_done=at_rest_there,
        wheel_arrived_at_s=asked.at_s if at_rest_there else None,
        wheel_claims=claims and not at_rest_there,
        declined=planned if isinstance(planned, str) else None,
    )
    rig = replace(rig, change=change, pending=None, fault=None, fault_asked=True)
    turn: tuple[Effect, ...] = () if at_rest_there else (TurnWheel(ref=ref, filter_position=to),)
    if turn and rig.settings.swap_limit_s is not None:
        line = f"{asked.client} asks for {name_filter(rig, to)}: {how_to_swap(rig, to)}"
        turn = (*turn, DiaryLine(sentence=line, severity=Severity.WARNING))
    return _begin(rig, change, planned, turn, asked.at_s)


def follow_wheel(rig: Rig, from_position: int | None, now_s: float) -> Step:
    """Follow the real wheel, which came to rest on another filter without rigd's asking."""
    rig = replace(rig, pending=None)
    to = rig.filter_position
    if to is None or not rig.settings.reactive:
        return Step(rig)
    planned = plan(rig, to)
    if isinstance(planned, str):
        severity = Severity.WARNING if rig.settings.mode is Mode.APPLY else Severity.INFO
        return end_with(
            rig, _reactive_outcome(rig, Result.DECLINED, planned, from_position, now_s), severity
        )
    gate, waits = _find_closed(rig, planned, now_s)
    if gate is not None:
        result = Result.REFUSED
        if waits:
            result = Result.WAITING
            rig = replace(
                rig, pending=Pending(to_position=to, from_position=from_position, since_s=now_s)
            )
        outcome = _reactive_outcome(rig, result, gate.sentence, from_position, now_s)
        if result is Result.WAITING:
            outcome = replace(outcome, waits_for=gate.name)
        # What waits will be done; frames that it comes too late for are warnings of their own.
        calm = result is Result.WAITING
        return end_with(rig, outcome, Severity.INFO if calm else Severity.WARNING)
    assert isinstance(planned, Plan)  # noqa: S101 - a gate was returned above; tells mypy
    return _begin_reactive(rig, planned, from_position, now_s)


def _find_closed(rig: Rig, planned: Plan | Gate, now_s: float) -> tuple[Gate | None, bool]:
    """The gate in the way of what follows the wheel, and whether that waits for it to open."""
    gate = find_gate_for_change(rig, Origin.REACTIVE, now_s)
    waits = gate is None or gate.opens_by_itself
    # What passes by itself is waited for last.
    if isinstance(planned, Gate) and not (planned.opens_by_itself and gate):
        # Where it belongs is known, and may come within reach; where it is not, nothing waits.
        waits = waits and (planned.opens_by_itself or planned != find_unknown_gate(rig))
        gate = planned
    return gate, waits


def follow_later(rig: Rig, change: Change, filter_position: int, now_s: float) -> Rig:
    """The rig with a move for a filter to which the wheel was turned on during a change."""
    if not rig.settings.reactive or rig.settings.mode is not Mode.APPLY:
        return rig
    from_position = change.to_position
    waiting = Pending(to_position=filter_position, from_position=from_position, since_s=now_s)
    return replace(rig, pending=waiting)


def drop_pending(
    rig: Rig, because: str, now_s: float, severity: Severity = Severity.WARNING
) -> Step:
    """Drop the pending move, if there is one: its filter may not be in the light any more."""
    pending = rig.pending
    if pending is None:
        return Step(rig)
    outcome = Outcome(
        result=Result.REFUSED,
        sentence=f"the move that waited is dropped: {because}",
        at_s=now_s,
        origin=Origin.REACTIVE,
        from_position=pending.from_position,
        to_position=pending.to_position,
    )
    return end_with(replace(rig, pending=None), outcome, severity)


def try_pending(rig: Rig, now_s: float) -> Step:
    """Make the pending move if its gate has opened, or drop it behind one that stands."""
    pending = rig.pending
    if pending is None or rig.wheel_turning or rig.change is not None:
        return Step(rig)
    if rig.filter_position != pending.to_position:
        return drop_pending(rig, "its filter has left the light", now_s)
    planned = plan(rig, pending.to_position)
    if not isinstance(planned, str):
        gate, waits = _find_closed(rig, planned, now_s)
        if gate is not None and waits:
            return _wait_behind(rig, pending, gate, now_s)
    return follow_wheel(rig, pending.from_position, now_s)


def _wait_behind(rig: Rig, pending: Pending, gate: Gate, now_s: float) -> Step:
    """Say that the pending move waits, and for the gate that is closed by now."""
    outcome = rig.outcome
    if outcome is not None and outcome.waits_for is not None:
        if outcome.waits_for == gate.name:
            return Step(rig)
        outcome = replace(outcome, sentence=gate.sentence, waits_for=gate.name)
        return Step(replace(rig, outcome=outcome))
    # A request that was refused meanwhile has had its answer, and is the newest.
    if outcome is not None and outcome.result is Result.REFUSED:
        return Step(rig)
    waiting = _reactive_outcome(rig, Result.WAITING, gate.sentence, pending.from_position, now_s)
    return end_with(rig, replace(waiting, waits_for=gate.name), Severity.INFO)


def describe_wait(rig: Rig) -> str | None:
    """What the pending move waits for, as it was last looked at; None if none is pending."""
    if rig.pending is None:
        return None
    outcome = rig.outcome
    waits = outcome is not None and outcome.waits_for is not None
    return outcome.sentence if outcome and waits else "what is under way has not ended"


def _begin_reactive(rig: Rig, planned: Plan, from_position: int | None, now_s: float) -> Step:
    change = Change(
        origin=Origin.REACTIVE,
        client="the wheel",
        from_position=from_position,
        to_position=planned.slot.filter_position,
        began_at_s=now_s,
        wheel_done=True,
        wheel_arrived_at_s=now_s,
    )
    return _begin(replace(rig, change=change), change, planned, (), now_s)


def _begin(
    rig: Rig, change: Change, planned: Plan | str | Gate, turn: tuple[Effect, ...], now_s: float
) -> Step:
    """Begin the focuser's part of an accepted change, and the wheel's by the effects of `turn`.

    Behind a gate, that of a focuser which has still to be read at rest, only the wheel begins; so
    it is while what devices said is still read after a while in which rigd did not run.
    """
    rig = show_under_way(rig, change, now_s)
    if isinstance(planned, str):
        return Step(rig, turn).then(settle_change(rig, now_s))
    after_wheel = rig.settings.sequential and not change.wheel_done
    waits = after_wheel or is_catching_up(rig, now_s)
    if isinstance(planned, Gate) or rig.move is not None or waits:
        waiting = replace(change, focuser_waits=True)
        return Step(replace(rig, change=waiting), turn)
    if rig.settings.guide_steps_per_step is not None and rig.settings.guide_focuser is not None:
        change = replace(change, guide_follows=planned.terms.filter_steps)
    # Nothing to move, but the filter's terms are in the position from now on: stored before the
    # wheel turns, since a crash in between must not leave the old filter's.
    if planned.target_steps == rig.ledger.raw_steps:
        read = rig.ledger.read_steps
        ledger = embody(
            rig.ledger,
            planned.target_steps,
            planned.target_steps if read is None else read,
            planned.terms,
            planned.slot.key,
        )
        focuser = replace(rig.main_focuser, ledger=ledger)
        rig = replace(rig, main_focuser=focuser, change=change)
        remember = Remember(ledger=ledger, move=None)
        return Step(rig, (remember, *turn)).then(settle_change(rig, now_s))
    if must_pause_guider(rig):
        # The wheel need not wait for the guider; the gates are asked again when it has paused.
        waiting = replace(change, focuser_waits=True, guide_follows=None)
        return pause_guider(replace(rig, change=waiting)).also(*turn)
    moved = start_move(
        replace(rig, change=change),
        target_steps=planned.target_steps,
        terms=planned.terms,
        filter_key=planned.slot.key,
        now_s=now_s,
        by=change.client,
        by_client=False,
    )
    # The intent is stored before either device is told; then both are told, and move together.
    rig, (intent, *move) = moved.rig, moved.effects
    line = DiaryLine(
        sentence=f"filter {name_filter(rig, change.from_position)} to {planned.slot.name}: "
        f"focuser from {rig.ledger.raw_steps} to {planned.target_steps} steps "
        f"({_describe_origin(change)}){_describe_held_temperature(rig)}",
        result=Result.UNDER_WAY,
    )
    return Step(rig, (intent, *turn, *move, line))


def show_under_way(rig: Rig, change: Change, now_s: float) -> Rig:
    """The rig with a change that has begun as its newest one; a hand is told what to do."""
    to = change.to_position
    by_hand = rig.settings.swap_limit_s is not None and not change.wheel_done
    outcome = Outcome(
        result=Result.UNDER_WAY,
        sentence=how_to_swap(rig, to) if by_hand else f"changing to {name_filter(rig, to)}",
        at_s=now_s,
        origin=change.origin,
        from_position=change.from_position,
        to_position=to,
    )
    return replace(rig, outcome=outcome)


def _describe_origin(change: Change) -> str:
    if change.origin is Origin.REACTIVE:
        return "changed at the wheel"
    return f"asked by {change.client}"


def may_start_focuser(rig: Rig, change: Change, now_s: float) -> bool:
    """Whether the focuser's part of a change may begin now.

    A move that is out of sight is no longer waited for than any other focuser that was not read.
    """
    if change.wheel_failed is not None or rig.is_moving_own:
        return False
    waited_s = now_s - change.began_at_s
    if is_to_be_read(rig) and waited_s < rig.settings.times.reading_s:
        return False
    if is_catching_up(rig, now_s):
        return False
    # A change made at the wheel is followed only while its filter is in the light.
    alone = change.origin is Origin.IN_PATH and not rig.settings.sequential
    begins = change.focuser_waits and (change.wheel_done or alone)
    return begins and not is_pausing(rig)


def describe_wrong_filter(
    rig: Rig, change: Change, filter_position: int, *, turned_on: bool
) -> str:
    """Say that another filter is in the light than the one of a change."""
    wanted, there = name_filter(rig, change.to_position), name_filter(rig, filter_position)
    if rig.settings.swap_limit_s is not None:
        return f"{there} was put in instead of {wanted}"
    if turned_on:
        return f"the wheel was turned on from {wanted} to {there} meanwhile"
    if rig.settings.stack:
        return f"the wheels stopped at {there} instead of {wanted}"
    return f"the wheel stopped at slot {filter_position + 1} instead of {change.to_position + 1}"


def describe_late_wheel(rig: Rig, change: Change, limit_s: float) -> str:
    """Say that a wheel, or the hand that changes filters, was not there in time."""
    name = name_filter(rig, change.to_position)
    if rig.settings.swap_limit_s is not None:
        return f"nobody said within {limit_s:g} s that {name} is in place"
    if hand_limit_s(rig) is not None:
        return (
            f"nobody confirmed at the wheel's driver within {limit_s:g} s that {name} is in place"
        )
    if rig.settings.stack:
        return f"the wheels did not reach {name} within {limit_s:g} s"
    return f"the wheel did not reach slot {change.to_position + 1} within {limit_s:g} s"


def _describe_held_temperature(rig: Rig) -> str:
    """Say why a change leaves the temperature term as it is; nothing if it follows."""
    because = why_term_stays(rig.settings.temperature, rig.thermometer)
    return f"; the temperature's part stays as it is: {because}" if because else ""


def start_focuser(rig: Rig, now_s: float) -> Step:
    """Begin the focuser's part of a change that waited for a client's move, wheel or guider."""
    change = rig.change
    if change is None:
        return Step(rig)
    # The gates and the plan are those of now: what was true when the change began may not be so.
    if change.origin is Origin.REACTIVE:
        return follow_wheel(replace(rig, change=None), change.from_position, now_s)
    change = replace(change, focuser_waits=False)
    if hand_limit_s(rig) is not None:
        change = replace(change, began_at_s=now_s)  # the hand took its own time
    planned = plan(rig, change.to_position, waits=False)
    if isinstance(planned, Plan):
        planned = find_gate_for_change(rig, Origin.IN_PATH, now_s, change.client) or planned
    if isinstance(planned, Gate):
        change = replace(change, focuser_failed=planned.sentence)
        return settle_change(replace(rig, change=change), now_s)
    if isinstance(planned, str):
        change = replace(change, declined=planned)
    return _begin(replace(rig, change=change), change, planned, (), now_s)


def _is_done_already(rig: Rig, to: int) -> bool:
    """Whether the filter asked for is in the light already, and its focus embodied.

    After a fault the same request tries again, whatever seems to be in place.
    """
    if rig.wheel_turning or rig.filter_position != to or (rig.wheel and rig.wheel.fault):
        return False
    if rig.fault or rig.filter_doubtful or rig.filter_unproven:
        return False
    slot = rig.slot(to)
    apply = rig.settings.mode is Mode.APPLY
    return not apply or slot is None or rig.ledger.embodied_filter == slot.key


def _refuse(rig: Rig, gate: Gate, to: int, now_s: float) -> Step:
    outcome = Outcome(
        result=Result.REFUSED,
        sentence=gate.sentence,
        at_s=now_s,
        origin=Origin.IN_PATH,
        from_position=rig.filter_position,
        to_position=to,
        refused_by=gate.name,
    )
    old = rig.outcome
    asks_again = old is not None and (old.refused_by, old.to_position) == (gate.name, to)
    if old is not None and asks_again and now_s - old.at_s < REFUSED_AGAIN_S:
        step = Step(replace(rig, outcome=replace(outcome, at_s=old.at_s)))
    else:
        step = end_with(rig, outcome, Severity.WARNING)
    passes = gate.opens_by_itself
    return replace(step, refusal=Refusal.GATE, sentence=gate.sentence, opens_by_itself=passes)


def _reactive_outcome(
    rig: Rig, result: Result, sentence: str, from_position: int | None, now_s: float
) -> Outcome:
    return Outcome(
        result=result,
        sentence=sentence,
        at_s=now_s,
        origin=Origin.REACTIVE,
        from_position=from_position,
        to_position=rig.filter_position,
    )
