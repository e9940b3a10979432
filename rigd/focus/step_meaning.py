"""What a step means by the focuser's own word: which way it counts, and how far it goes. Pure.

Once that changes, what is embodied has no meaning any more, and a person must say again which way
the profile's offsets count (`rigd profile confirm`, or another profile).
"""

from rigd.devices.events import FocuserReport
from rigd.focus.late_moves import late_targets
from rigd.focus.sighting import settled_after_s
from rigd.focus.state.effects import DiaryLine, ReadFocuser, Remember, Severity, Step
from rigd.focus.state.focuser import FocuserRole
from rigd.focus.state.ledger import Ledger, follow_foreign_move, forget_step_meaning
from rigd.focus.state.rig import Rig
from rigd.frozen import replace

SAYS = "the focuser says of its steps:"
SAID_OTHERWISE = "the focuser said otherwise of its steps meanwhile, and now says again:"
_BEGINNINGS = (SAYS, SAID_OTHERWISE)


def step_meaning_of(report: FocuserReport | None) -> str | None:
    """What a focuser says of its steps, in words; None if it says nothing of them."""
    if report is None or not report.connected:
        return None
    way = {True: "reversed", False: "not reversed", None: None}[report.reversed]
    size = None if report.step_size_um is None else f"{report.step_size_um:g} µm a step"
    return ", ".join(part for part in (way, size) if part) or None


def check_step_meaning(step: Step, role: FocuserRole, now_s: float) -> Step:
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
    because = f"{SAYS} {step_meaning}; it said: {_said_before(ledger)}"
    now = ledger
    if ledger.step_meaning is not None:
        now = forget_step_meaning(ledger, because)
        focuser = replace(focuser, recounts_at_s=now_s, sighting=None)
        if _has_just_moved(rig, role, now_s):
            # It may have counted otherwise before it said so, and nobody has moved it.
            now = replace(now, last_known=None)
    now = replace(now, step_meaning=step_meaning)
    if ledger.embodied is None and (ledger.unknown_because or "").startswith(_BEGINNINGS):
        known = now.last_known
        back = known is not None and known.step_meaning == step_meaning
        now = replace(now, unknown_because=f"{SAID_OTHERWISE} {step_meaning}" if back else because)
    if ledger.embodied is None or now.embodied is not None:
        step = replace(step, rig=rig.with_focuser(role, replace(focuser, ledger=now)))
        # It may stand where all is known, and have nothing more to say of itself.
        look = () if now.last_known is None else (ReadFocuser(ref=report.ref),)
        return step.also(Remember(ledger=now, move=None, role=role), *look)
    if now.last_known is None:
        now = replace(now, temperature_base=None)
    line = f"rigd moves nothing: {because}. Set it back, or focus and say so with `rigd adopt`"
    told = DiaryLine(sentence=line, severity=Severity.WARNING)
    rig = rig.with_focuser(role, replace(focuser, ledger=now))
    if role is FocuserRole.MAIN:
        change = rig.change and replace(rig.change, focuser_failed=because)
        rig = replace(rig, learnt_direction=None, change=change)
    return replace(step, rig=rig).also(Remember(ledger=now, move=None, role=role), told)


def _said_before(ledger: Ledger) -> str | None:
    """What the focuser said of its steps when all was last known."""
    known = ledger.last_known if ledger.embodied is None else None
    return (known.step_meaning if known else None) or ledger.step_meaning


def _has_just_moved(rig: Rig, role: FocuserRole, now_s: float) -> bool:
    """Whether it seemed to be moved by somebody else just before."""
    moved_at_s = rig.focuser_of(role).foreign_at_s
    return moved_at_s is not None and now_s - moved_at_s < rig.settings.quiet_s


def take_recount(rig: Rig, role: FocuserRole, report: FocuserReport, position: int) -> Step | None:
    """Take in that a focuser which stands still counts otherwise; None if it does not.

    A driver's reverse setting mirrors its counts, and nobody has moved it.
    """
    focuser = rig.focuser_of(role)
    since_s, read = focuser.recounts_at_s, focuser.ledger.read_steps
    if since_s is None or read is None or position == read:
        return None
    if report.at_s - since_s > settled_after_s(rig.settings, report, expected=False):
        return None
    ledger = follow_foreign_move(focuser.ledger, position)
    counted = replace(focuser, ledger=ledger, recounts_at_s=None, sighting=None)
    line = f"the focuser counts {position} steps now where it counted {read}"
    return Step(
        rig.with_focuser(role, counted),
        (Remember(ledger=ledger, move=None, role=role), DiaryLine(sentence=line)),
    )


def way_back(ledger: Ledger) -> str:
    """The place at which all is known again, for the begin of a list; empty if there is none."""
    known = ledger.last_known
    if known is None:
        return ""
    says = ""
    if known.step_meaning not in {None, ledger.step_meaning}:
        says = f" and says of its steps: {known.step_meaning}"
    targets = [steps for steps in late_targets(ledger) if steps != known.read_steps]
    if known.led_away:
        late = "".join(f" or at {n} steps, where a move of rigd's was to end," for n in targets)
        return f"the focuser is back at {known.read_steps} steps{says}{late or ','} or "
    late = "".join(f" or stands at {n} steps, where a move of rigd's was to end," for n in targets)
    back = says_again(known.read_steps)
    return f"the focuser {back}{says}{late or ','} or "


def says_again(steps: int) -> str:
    """Say how a focuser that may count anew shows that it stands where it was last read."""
    return f"says {steps} steps again without being moved there"


def is_of_steps(sentence: str) -> bool:
    """Whether a sentence says that steps mean something else."""
    return sentence.startswith(SAYS)


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
        f"{SAYS} {step_meaning}; when this light path was taken up it "
        f"said: {known}. Set it back, correct direction and step size with `rigd profile edit`, "
        "or, if the profile is right, `rigd profile confirm`"
    )
