"""Focuser moves of rigd's: how one begins, is followed, and ends. Pure."""

from dataclasses import replace

from rigd.devices.events import FocuserReport
from rigd.focus.foreign_commands import heard_during, sentence_of
from rigd.focus.state.effects import (
    Effect,
    HaltFocuser,
    JournalIntent,
    JournalOutcome,
    MoveFocuser,
    ReadFocuser,
    Remember,
    Step,
    Tell,
    Weight,
)
from rigd.focus.state.ledger import (
    Ledger,
    Part,
    Terms,
    arrived,
    found_after_flight,
    rebased,
    stopped_short,
    unknown,
)
from rigd.focus.state.rig import Flight, Leg, Rig

READS = 2
"""Reads at rest that must agree before a position is believed."""
OTHERS_S = 300.0
"""So long after a foreign move another program may well move the focuser again."""


def take_off(
    rig: Rig,
    *,
    target_steps: int,
    terms: Terms | None,
    filter_key: str | None,
    now_s: float,
    by: str,
    by_client: bool,
    part: Part = Part.FILTER,
) -> tuple[Rig, tuple[Effect, ...]]:
    """Begin a move: the intent goes into the journal, then the focuser is told.

    A move against the final direction goes beyond its target first, as a move of its own: what it
    goes beyond by is a part of the position like any other until it has come back.
    """
    start_steps = rig.ledger.raw_steps
    if start_steps is None:
        msg = "a flight needs a focuser that says where it is"
        raise ValueError(msg)
    goal = Leg(target_steps=target_steps, terms=terms, filter_key=filter_key)
    first, onward = goal, None
    turn_steps = _turn(rig, start_steps, target_steps)
    if turn_steps != target_steps:
        onward = goal
        beyond = turn_steps - target_steps
        first = replace(goal, target_steps=turn_steps)
        if terms is not None and not by_client:
            key = None if part is Part.FILTER else filter_key
            first = replace(first, terms=terms.plus(part, beyond), filter_key=key)
    flight = Flight(
        number=rig.flights + 1,
        start_steps=start_steps,
        target_steps=first.target_steps,
        terms=first.terms,
        filter_key=first.filter_key,
        began_at_s=now_s,
        by=by,
        by_client=by_client,
        part=part,
        onward=onward,
    )
    return _told(rig, flight)


def _turn(rig: Rig, start_steps: int, target_steps: int) -> int:
    """Where a move turns back: at its target if there is no need, or no room."""
    backlash = rig.backlash
    turn_steps = backlash.overshoot_steps(start_steps, target_steps) if backlash else None
    high = rig.max_steps
    if turn_steps is None or high is None or not rig.min_steps <= turn_steps <= high:
        return target_steps
    return turn_steps


def _told(rig: Rig, flight: Flight) -> tuple[Rig, tuple[Effect, ...]]:
    ref = rig.settings.focuser
    if ref is None:
        msg = "a flight needs a focuser"
        raise ValueError(msg)
    return replace(rig, flight=flight, flights=flight.number, balked=None), (
        JournalIntent(flight=flight, ledger=rig.ledger),
        MoveFocuser(ref=ref, position_steps=flight.target_steps, number=flight.number),
    )


def _go_back(step: Step, flight: Flight, leg: Leg, now_s: float) -> Step:
    """The second part of a move: it ends in the final direction."""
    back = replace(
        flight,
        number=flight.number + 1,
        start_steps=flight.target_steps,
        target_steps=leg.target_steps,
        terms=leg.terms,
        filter_key=leg.filter_key,
        began_at_s=now_s,
        onward=None,
        seen_moving=False,
        reads=0,
        read_steps=None,
    )
    rig, effects = _told(step.rig, back)
    return Step(rig, (*step.effects, *effects))


def base_ahead(rig: Rig) -> int | None:
    """The base there will be once the open flight (if any) has landed; None while unknown."""
    if rig.flight is None:
        return rig.ledger.base_steps
    goal = rig.flight.goal
    return None if goal.terms is None else goal.target_steps - goal.terms.total_steps


def landed(ledger: Ledger, flight: Flight, read_steps: int) -> Ledger:
    """The ledger once a flight has arrived."""
    return arrived(ledger, flight.target_steps, read_steps, flight.terms, flight.filter_key)


def follow(rig: Rig, flight: Flight, report: FocuserReport) -> Step:
    """What a report says of the flight that is open."""
    position = report.position_steps
    if not report.connected or position is None:
        return lose(rig, flight, "the connection to the focuser was lost during the move")
    if report.moving:
        return Step(replace(rig, flight=replace(flight, seen_moving=True, reads=0)))
    began = flight.seen_moving or report.at_s - flight.began_at_s > rig.settings.start_grace_s
    there = position == flight.target_steps
    if not (there or began or flight.halted or report.fault):
        return Step(rig)
    reads = flight.reads + 1 if _agree(rig, flight, position) else 1
    flight = replace(flight, reads=reads, read_steps=position)
    rig = replace(rig, flight=flight)
    if reads < READS:
        return Step(rig, (ReadFocuser(ref=report.ref),))
    if flight.lost:
        return _judge(rig, flight, position)
    if abs(position - flight.target_steps) <= rig.settings.tolerance_steps:
        ledger = landed(rig.ledger, flight, position)
        if flight.onward is None:
            return _close(rig, flight, ledger, "done", position)
        step = _close(rig, flight, ledger, "turned", position)
        if flight.halted:
            return _fail(step, flight, _unfinished(flight, "halted"))
        return _go_back(step, flight, flight.onward, report.at_s)
    heard = sentence_of(heard_during(rig, flight))
    because = report.fault or ("halted" if flight.halted else heard or "it stopped there by itself")
    sentence = (
        f"the focuser stands at {position} steps instead of {flight.target_steps} steps: {because}"
    )
    ledger = _stopped(rig, flight, position, sentence)
    result = "failed" if ledger.embodied is not None else "unknown"
    step = _close(_balked(rig, flight, position), flight, ledger, result, position)
    return _fail(step, flight, sentence)


def _balked(rig: Rig, flight: Flight, position: int) -> Rig:
    """Remember a move of ours that stands on its way and was not halted."""
    ours = not (flight.by_client or flight.halted) and flight.terms is not None
    if not (ours and _on_its_way(rig, flight, position)):
        return rig
    return replace(rig, balked=replace(flight, start_steps=position))


def begun_late(rig: Rig, position: int, now_s: float) -> str | None:
    """Why a motion that nobody seems to have asked for may be ours; None if it is another's."""
    flight = rig.balked
    if flight is None or now_s - flight.began_at_s > 2 * rig.settings.deadline_s:
        return None
    if abs(position - flight.target_steps) > rig.settings.tolerance_steps:
        return None
    return (
        f"the move to {flight.target_steps} steps seemed to be over at {flight.start_steps} "
        f"steps, and then the focuser moved there, to {position} steps"
    )


def _on_its_way(rig: Rig, flight: Flight, position: int) -> bool:
    ways = (flight.start_steps, flight.target_steps)
    near = rig.settings.tolerance_steps
    return min(ways) - near <= position <= max(ways) + near


def _agree(rig: Rig, flight: Flight, position: int) -> bool:
    """Whether two reads say the same: inside the tolerance of the target an encoder may tremble."""
    last, near = flight.read_steps, rig.settings.tolerance_steps
    if last is None or position == last:
        return last is not None
    target = flight.target_steps
    return abs(position - target) <= near and abs(last - target) <= near


def _stopped(rig: Rig, flight: Flight, position: int, sentence: str) -> Ledger:
    """The ledger after a move that ended elsewhere.

    A move of ours that fails or is halted ends on its way; elsewhere somebody else moved too. Where
    another program has been at work, nobody can tell its move from a failure of ours.
    """
    if flight.terms is None or flight.by_client:
        return arrived(rig.ledger, position, position, None, None)
    if heard := sentence_of(heard_during(rig, flight)):
        because = sentence if sentence.endswith(heard) else f"{sentence}; {heard}"
        return unknown(rig.ledger, position, because)
    on_its_way = _on_its_way(rig, flight, position)
    others_s = None if rig.foreign_at_s is None else flight.began_at_s - rig.foreign_at_s
    if on_its_way and not flight.halted and others_s is not None and others_s < OTHERS_S:
        because = f"{sentence}, {others_s:.0f} s after something else had moved it"
        return unknown(rig.ledger, position, because)
    if on_its_way:
        base = flight.target_steps - flight.terms.total_steps
        return stopped_short(rig.ledger, position, base, flight.part)
    because = f"{sentence}; that is not on its way from {flight.start_steps} steps"
    return unknown(rig.ledger, position, because)


def lose(rig: Rig, flight: Flight, sentence: str) -> Step:
    """Nobody watches the move any more: it is judged by where the focuser is found at rest.

    What waited for its end is dropped: nothing moves because a connection came back.
    """
    change = rig.change
    waited = rig.queued is not None or (change is not None and change.focuser_waits)
    if change is not None:
        change = replace(change, focuser_waits=False)
    rig = replace(rig, queued=None, change=change)
    if flight.lost and not waited:
        return Step(rig)
    rig = replace(rig, flight=replace(flight, lost=True, reads=0, read_steps=None))
    return _fail(Step(rig), flight, sentence)


def halt_overdue(rig: Rig, now_s: float) -> tuple[Rig, tuple[Effect, ...]]:
    """Stop a move of temperature or trim that does not end; a change has its own deadline."""
    flight, ref = rig.flight, rig.settings.focuser
    if flight is None or ref is None or flight.part is Part.FILTER:
        return rig, ()
    if flight.halted or flight.lost:
        return rig, ()
    if now_s - flight.began_at_s <= rig.settings.deadline_s:
        return rig, ()
    flight = replace(flight, halted=True, reads=0)
    return replace(rig, flight=flight), (HaltFocuser(ref=ref),)


def give_up(rig: Rig, flight: Flight, ledger: Ledger, result: str, sentence: str) -> Step:
    """End a flight that cannot be followed any more."""
    return _fail(_close(rig, flight, ledger, result, None), flight, sentence)


def _judge(rig: Rig, flight: Flight, position: int) -> Step:
    ledger = found_after_flight(
        rig.ledger,
        position,
        start_steps=flight.start_steps,
        landed=landed(rig.ledger, flight, position),
        tolerance_steps=rig.settings.tolerance_steps,
    )
    if ledger.embodied is None and rig.ledger.embodied is not None:
        result = "unknown"
    elif ledger.raw_steps == flight.target_steps:
        result = "done"
    else:
        result, rig = "not started", _balked(rig, flight, position)
    step = _close(rig, flight, ledger, result, position)
    if result == "done" and flight.onward is not None:
        return _fail(step, flight, _unfinished(flight, "cut off"))
    if result == "done":
        sentence = f"the move to {flight.target_steps} steps that was cut off had been completed"
        return Step(step.rig, (*step.effects, Tell(sentence=sentence)))
    sentence = ledger.unknown_because or (
        f"the move to {flight.target_steps} steps never began; the focuser stands at {position}"
    )
    return _fail(step, flight, sentence)


def _unfinished(flight: Flight, how: str) -> str:
    return (
        f"the move to {flight.goal.target_steps} steps was {how} where it turns, at "
        f"{flight.target_steps} steps"
    )


def _close(rig: Rig, flight: Flight, ledger: Ledger, result: str, raw_steps: int | None) -> Step:
    if flight.by_client and ledger.raw_steps != rig.ledger.raw_steps:
        ledger = rebased(ledger)
    return Step(
        replace(rig, flight=None, ledger=ledger, checked=True),
        (
            JournalOutcome(number=flight.number, result=result, raw_steps=raw_steps),
            Remember(ledger=ledger, flight=None),
        ),
    )


def _fail(step: Step, flight: Flight, sentence: str) -> Step:
    """Say it; a move of rigd's own fails its change, even one that a crash made it forget."""
    change = step.rig.change
    if change is not None:
        first = change.focuser_failed
        failed = f"{first}; {sentence}" if first and first != sentence else sentence
        rig = replace(step.rig, change=replace(change, focuser_failed=failed))
        return Step(rig, step.effects)
    fault = step.rig.fault if flight.by_client else step.rig.fault or sentence
    return Step(
        replace(step.rig, fault=fault),
        (*step.effects, Tell(sentence=sentence, weight=Weight.WARNING, result="failed")),
    )
