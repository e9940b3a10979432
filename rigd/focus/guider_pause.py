"""Pausing a guider behind an off-axis guider, which a move of the focuser would disturb. Pure.

rigd pauses the guider before a move of its own and always lets it go on afterwards, but only if
rigd paused it. Where the profile does not allow pausing, guiding is a closed gate.
"""

from rigd.devices.events import GuiderReport
from rigd.focus.state.effects import DiaryLine, PauseGuider, RememberPause, Severity, Step
from rigd.focus.state.requests import AnyEvent, GuiderCommandFailed, GuiderTold
from rigd.focus.state.rig import GuiderPause, Rig
from rigd.frozen import replace

PAUSE_LIMIT_S = 5.0
"""How long the guider may take to pause, or to go on. Our choice: PHD2 finishes the exposure under
way, 1 to 4 s as a rule, and what waits for it has a deadline of 28 s."""
AGAIN_S = 60.0
"""How long rigd leaves a guider alone that did not pause. Our choice: long enough not to nag with
every tick, short against how fast the temperature changes."""


def must_pause_guider(rig: Rig) -> bool:
    """Whether the guider has to be paused before the focuser moves."""
    guider, asked = rig.guider, rig.guider_pause
    if guider is None or not guider.connected:
        return False
    # Paused, but on its way back: it would guide again in the middle of the move.
    resuming = asked is not None and asked.resumed_at_s is not None
    return bool(guider.guiding) or (bool(guider.paused) and resuming)


def pause_guider(rig: Rig) -> Step:
    """Ask the guider to pause; what waits for it begins when it says that it has."""
    ref = rig.settings.guider
    if ref is None:
        return Step(rig)
    rig = replace(rig, guider_pause=GuiderPause())
    # Stored before it is asked: after a crash in between rigd lets it go on all the same.
    return Step(rig, (RememberPause(paused=True), PauseGuider(ref=ref, paused=True)))


def is_pausing(rig: Rig) -> bool:
    """Whether the guider was asked to pause and has not said yet that it has."""
    asked = rig.guider_pause
    return asked is not None and not asked.confirmed and asked.resumed_at_s is None


def note_guider_told(rig: Rig, told: GuiderTold) -> Rig:
    """Note when the guider was told to pause: its time to do so counts from then."""
    asked = rig.guider_pause
    if asked is None or not told.paused or asked.told_at_s is not None:
        return rig
    return replace(rig, guider_pause=replace(asked, told_at_s=told.at_s))


def handle_guider_failure(rig: Rig, failed: GuiderCommandFailed) -> Step:
    """Take in that the guider could not be asked to pause or to go on."""
    if failed.paused:
        return _give_up(rig, failed.at_s, failed.reason)
    return Step(
        rig,
        (DiaryLine(sentence=f"guiding not resumed: {failed.reason}", severity=Severity.WARNING),),
    )


def end_pause_wait(rig: Rig, now_s: float) -> Step:
    """Give up on a guider that does not pause in time."""
    asked = rig.guider_pause
    told_at_s = asked.told_at_s if asked is not None and is_pausing(rig) else None
    if told_at_s is None or now_s - told_at_s <= PAUSE_LIMIT_S:
        return Step(rig)
    return _give_up(rig, now_s, f"the guider did not pause within {PAUSE_LIMIT_S:g} s")


def resume_guiding(_before: Rig, event: AnyEvent, step: Step) -> Step:
    """Let a guider that rigd paused go on once nothing of rigd's moves; ask until it guides."""
    rig, now_s = step.rig, event.at_s
    asked, ref, guider = rig.guider_pause, rig.settings.guider, rig.guider
    if asked is None or ref is None or guider is None or not guider.connected:
        return step
    moving = rig.move is not None and not rig.move.lost
    if moving or rig.change is not None or is_pausing(rig):
        return step
    resumed_at_s = asked.resumed_at_s
    if resumed_at_s is not None:
        # Only a report newer than the request counts: an older one is from before the pause.
        late = now_s - resumed_at_s > PAUSE_LIMIT_S
        if not guider.paused and (late or guider.at_s > resumed_at_s):
            rig = replace(rig, guider_pause=None)
            return replace(step, rig=rig).also(RememberPause(paused=False))
        if not late:
            return step
    rig = replace(rig, guider_pause=replace(asked, resumed_at_s=now_s))
    return replace(step, rig=rig).also(PauseGuider(ref=ref, paused=False))


def take_guider_report(rig: Rig, report: GuiderReport) -> Rig:
    """Take in a report of the rig's guider."""
    if report.ref != rig.settings.guider:
        return rig
    asked = rig.guider_pause
    if asked is not None and is_pausing(rig) and report.guiding is False:
        asked = replace(asked, confirmed=True)
    return replace(rig, guider=report, guider_pause=asked)


def _give_up(rig: Rig, now_s: float, reason: str) -> Step:
    """Leave the focuser where it is; the guider may have paused all the same, and is let go on."""
    change = rig.change
    if change is not None and change.focuser_waits:
        failed = change.focuser_failed or reason
        change = replace(change, focuser_failed=failed, focuser_waits=False)
    asked = rig.guider_pause
    ref = rig.settings.guider
    if asked is None or ref is None:
        return Step(replace(rig, change=change))
    rig = replace(
        rig,
        change=change,
        guider_pause=replace(asked, resumed_at_s=now_s),
        guider_failed_at_s=now_s,
    )
    line = f"the focuser stays where it is: {reason}"
    said = DiaryLine(sentence=line, severity=Severity.WARNING)
    return Step(rig, (PauseGuider(ref=ref, paused=False), said))
