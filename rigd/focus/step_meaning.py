"""What a step means as the focuser itself says: which way it counts, and how far it goes. Pure.

Where that is another than it was, what is embodied has no meaning any more. In which way the
profile's offsets count is then a person's word again (`rigd profile confirm`, or another profile).
"""

from dataclasses import replace

from rigd.devices.events import FocuserReport
from rigd.focus.state.effects import Remember, Step, Tell, Weight
from rigd.focus.state.ledger import unknown
from rigd.focus.state.rig import Rig


def sense_of(report: FocuserReport | None) -> str | None:
    """What a focuser says of its steps, in words; None if it says nothing of them now."""
    if report is None or not report.connected:
        return None
    way = {True: "reversed", False: "not reversed", None: None}[report.reversed]
    size = None if report.step_size_um is None else f"{report.step_size_um:g} µm a step"
    return ", ".join(part for part in (way, size) if part) or None


def sensed(step: Step) -> Step:
    """A step with what its focuser says of its steps taken in, once it is at rest and known."""
    rig, ledger = step.rig, step.rig.ledger
    sense, focuser = sense_of(rig.focuser), rig.focuser
    if sense is None or sense == ledger.sense or not rig.checked or rig.flight is not None:
        return step
    if focuser is None or focuser.moving:
        return step
    before, now = ledger.sense, replace(ledger, sense=sense)
    laden = ledger.embodied is not None and ledger.embodied.total_steps != 0
    if before is None or not laden:
        rig = replace(rig, ledger=now)
        effects = (*step.effects, Remember(ledger=now, flight=None))
        return Step(rig, effects, step.refusal, step.sentence)
    because = f"the focuser says of its steps: {sense}; it said: {before}"
    now = replace(unknown(now, ledger.read_steps, because), temperature_base=None)
    line = f"rigd moves nothing: {because}. Focus, and say so with `rigd adopt`"
    told = Tell(sentence=line, weight=Weight.WARNING)
    change = rig.change and replace(rig.change, focuser_failed=because)
    rig = replace(rig, ledger=now, approach=None, change=change)
    effects = (*step.effects, Remember(ledger=now, flight=None), told)
    return Step(rig, effects, step.refusal, step.sentence)


def sense_mismatch(rig: Rig, known: str | None) -> str | None:
    """The sentence of a closed gate: steps meant something else when the light path was taken up.

    Args:
        rig: with its focuser.
        known: what the focuser said of its steps then; None: nothing.
    """
    sense = sense_of(rig.focuser)
    if sense is None or known is None or sense == known:
        return None
    return (
        f"the focuser says of its steps: {sense}; when this light path was taken up it said: "
        f"{known}. Set it back, correct direction and step size with `rigd profile edit`, or, if "
        "the profile is right, `rigd profile confirm`"
    )
