"""The trim: a part of the position that a human sets through rigd and that clients never see. Pure.

It stays through filter changes, temperature moves and autofocus runs, until it is set again or the
focus is adopted again.
"""

from rigd.focus.gates import find_gate_for_change, find_gate_for_move, find_gate_for_target
from rigd.focus.guider_pause import is_pausing, must_pause_guider
from rigd.focus.move import start_move
from rigd.focus.state.effects import DiaryLine, Refusal, Step
from rigd.focus.state.ledger import Part
from rigd.focus.state.requests import TrimRequested
from rigd.focus.state.rig import Gate, Origin, Rig
from rigd.focus.state.settings import Mode
from rigd.frozen import replace


def answer_trim_request(rig: Rig, asked: TrimRequested) -> Step:
    """Set the trim: the focuser moves by the difference at once, or the request is refused."""
    ledger, trim = rig.ledger, asked.trim_steps
    gate = _find_gate(rig, asked)
    if gate is not None:
        sentence = f"the trim stays as it is: {gate.sentence}"
        return Step(rig, refusal=Refusal.GATE, sentence=sentence)
    raw, terms = ledger.raw_steps, ledger.embodied
    if raw is None or terms is None:
        msg = "an open ledger gate implies a known position"
        raise ValueError(msg)
    change_steps = trim - terms.trim_steps
    if change_steps == 0:
        return Step(rig)
    target = raw + change_steps
    slot = rig.slot(rig.filter_position)
    name = f"{slot.name if slot else 'in the light'} with a trim of {trim:+d} steps"
    if gate := find_gate_for_target(rig, target, name):
        return Step(rig, refusal=Refusal.GATE, sentence=f"the trim stays as it is: {gate.sentence}")
    # What else failed stays so: its filter, or its temperature, is not in focus by a trim.
    again = rig.fault_part is Part.TRIM
    moved = start_move(
        replace(rig, fault=None) if again else rig,
        target_steps=target,
        terms=replace(terms, trim_steps=trim),
        filter_key=ledger.embodied_filter,
        now_s=asked.at_s,
        by=asked.client,
        by_client=False,
        part=Part.TRIM,
    )
    line = (
        f"trim {terms.trim_steps:+d} to {trim:+d} steps, said {asked.client}: "
        f"focuser from {raw} to {target} steps"
    )
    return moved.also(DiaryLine(sentence=line))


def _find_gate(rig: Rig, asked: TrimRequested) -> Gate | None:
    """The first closed gate: those of a filter change, and that nothing else is under way."""
    mode = rig.settings.mode
    if mode is not Mode.APPLY:
        sentence = f"in mode {mode} rigd puts nothing of its own into the position"
        return Gate(
            name="mode",
            sentence=sentence,
            opens_by_itself=False,
            opens_when="somebody says `rigd mode apply`",
        )
    if rig.change is not None or rig.move is not None or rig.queued is not None:
        return Gate(
            name="own_move",
            sentence="a move is under way",
            opens_by_itself=True,
            opens_when="it has arrived, or its deadline has passed",
        )
    # Its intent could not be stored, and without that nothing is commanded.
    if rig.not_stored is not None:
        return Gate(
            name="store",
            sentence=f"what rigd is to remember cannot be stored: {rig.not_stored}",
            opens_by_itself=True,
            opens_when="the database can be written again: rigd tries every few seconds",
        )
    gate = find_gate_for_move(rig) or find_gate_for_change(
        rig, Origin.IN_PATH, asked.at_s, asked.client
    )
    # A trim does not wait for a guider to pause: the human who sets it can stop the guiding.
    if gate is None and (must_pause_guider(rig) or is_pausing(rig)):
        sentence = "the guider guides through an off-axis guider: stop it first"
        return Gate(
            name="guiding",
            sentence=sentence,
            opens_by_itself=True,
            opens_when="guiding stops",
        )
    return gate
