"""What a step means by the focuser's own word: which way it counts, and how far it goes. Pure.

Once that changes, what is embodied has no meaning any more, and a person must say again which way
the profile's offsets count (`rigd profile confirm`, or another profile).
"""

from dataclasses import replace

from rigd.devices.events import FocuserReport
from rigd.focus.state.effects import DiaryLine, Remember, Severity, Step
from rigd.focus.state.focuser import FocuserRole
from rigd.focus.state.ledger import forget_meaning
from rigd.focus.state.rig import Rig


def step_meaning_of(report: FocuserReport | None) -> str | None:
    """What a focuser says of its steps, in words; None if it says nothing of them."""
    if report is None or not report.connected:
        return None
    way = {True: "reversed", False: "not reversed", None: None}[report.reversed]
    size = None if report.step_size_um is None else f"{report.step_size_um:g} µm a step"
    return ", ".join(part for part in (way, size) if part) or None


def check_step_meaning(step: Step, role: FocuserRole) -> Step:
    """Make the position unknown if a focuser at rest says that its steps have another meaning."""
    rig, focuser = step.rig, step.rig.focuser_of(role)
    ledger, report = focuser.ledger, focuser.report
    step_meaning = step_meaning_of(report)
    if step_meaning is None or step_meaning == ledger.step_meaning:
        return step
    if not focuser.ledger_checked or focuser.move is not None:
        return step
    if report is None or report.moving:
        return step
    before, now = ledger.step_meaning, replace(ledger, step_meaning=step_meaning)
    because = f"the focuser says of its steps: {step_meaning}; it said: {before}"
    now = now if before is None else forget_meaning(now, because)
    if ledger.embodied is None or now.embodied is not None:
        step = replace(step, rig=rig.with_focuser(role, replace(focuser, ledger=now)))
        return step.also(Remember(ledger=now, move=None, role=role))
    now = replace(now, temperature_base=None)
    line = f"rigd moves nothing: {because}. Focus, and say so with `rigd adopt`"
    told = DiaryLine(sentence=line, severity=Severity.WARNING)
    rig = rig.with_focuser(role, replace(focuser, ledger=now))
    if role is FocuserRole.MAIN:
        change = rig.change and replace(rig.change, focuser_failed=because)
        rig = replace(rig, learnt_direction=None, change=change)
    return replace(step, rig=rig).also(Remember(ledger=now, move=None, role=role), told)


def changed_step_meaning(rig: Rig, known: str | None) -> str | None:
    """The sentence of steps that meant something else when the light path was taken up, or None.

    Args:
        rig: with its focuser.
        known: what the focuser said of its steps then; None: nothing.
    """
    step_meaning = step_meaning_of(rig.focuser)
    if step_meaning is None or known is None or step_meaning == known:
        return None
    return (
        f"the focuser says of its steps: {step_meaning}; when this light path was taken up it "
        f"said: {known}. Set it back, correct direction and step size with `rigd profile edit`, "
        "or, if the profile is right, `rigd profile confirm`"
    )
