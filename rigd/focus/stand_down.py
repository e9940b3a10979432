"""What other programs do to the focus of a rig, heeded at every step. Pure.

A second applier makes rigd stand down, once nothing of rigd's own is under way: one that its moves
betray, or a program of this rig that says so itself. A rig that nobody keeps in focus after that is
an alarm.
"""

from dataclasses import replace

from rigd.focus.declared_offsets import declared_applier
from rigd.focus.mode_switch import stand_down
from rigd.focus.second_applier import FEW, Finding, judge_samples, noise_of, observe
from rigd.focus.state.effects import DiaryLine, Severity, Step
from rigd.focus.state.requests import AnyEvent
from rigd.focus.state.rig import Rig
from rigd.focus.state.settings import Mode

ADVICE = {
    Mode.APPLY: "switch them off there, or use mode publish",
    Mode.OBSERVE: "it is the one applier as long as rigd observes",
    Mode.PUBLISH: "as mode publish means it to",
}


def react_to_others(before: Rig, event: AnyEvent, step: Step) -> Step:
    """A step with what it shows of others taken in."""
    rig = step.rig
    seen = observe(before, rig, event.at_s)
    fresh = seen.samples != before.foreign_moves.samples
    if seen != rig.foreign_moves or fresh:
        if seen.samples and fresh:
            verdict = judge_samples(seen.samples, noise_of(rig), rig)
            nobody = verdict.finding is Finding.NOBODY
            seen = replace(seen, verdict=verdict.sentence, nobody=nobody)
            if verdict.finding is Finding.APPLIES:
                seen = replace(seen, applier=verdict.sentence)
                known = dict.fromkeys((*rig.known_appliers, *verdict.clients))
                rig = replace(rig, known_appliers=tuple(known))
            elif seen.applier is not None and seen.unapplied >= FEW:
                seen = replace(seen, applier=None)
        told = _told(rig, replace(rig, foreign_moves=seen))
        rig = replace(rig, foreign_moves=seen)
        step = replace(step, rig=rig).also(*told)
    step = step.also(*_said(before, rig))
    standing = rig.move is None and rig.change is None
    applier = (seen.applier or declared_applier(rig)) if rig.checked else None
    if applier is not None and rig.settings.mode is Mode.APPLY and standing:
        step = step.then(stand_down(rig, f"{applier}; {ADVICE[Mode.APPLY]}"))
    return step


def missing_applier(rig: Rig) -> str | None:
    """The alarm: rigd stood down for another applier, and it does not apply either."""
    changes = rig.foreign_moves.unapplied
    if not rig.stood_down or changes < FEW:
        return None
    return (
        f"nobody applies filter offsets: rigd stood down beside another program, and nobody moved "
        f"the focuser at the last {changes} filter changes. Switch the offsets of that program on, "
        "or its offsets off and rigd back with `rigd mode apply`"
    )


def _said(before: Rig, after: Rig) -> tuple[DiaryLine, ...]:
    """What its programs say now and did not say before."""
    if after.told == before.told:
        return ()
    old, new = declared_applier(before), declared_applier(after)
    mode = after.settings.mode
    if new is not None and new != old and mode is not Mode.APPLY:
        return (DiaryLine(sentence=f"{new}; {ADVICE[mode]}"),)
    if old is not None and new is None and len(after.told) == len(before.told):
        back = "; rigd goes back to it with `rigd mode apply`" if after.stood_down else ""
        line = f"no program of this rig says any more that it applies filter offsets{back}"
        return (DiaryLine(sentence=line),)
    return ()


def _told(before: Rig, after: Rig) -> tuple[DiaryLine, ...]:
    """The lines for the diary: each once."""
    tells: tuple[DiaryLine, ...] = ()
    old, new = before.foreign_moves.applier, after.foreign_moves.applier
    mode = after.settings.mode
    if new is not None and old is None and mode is not Mode.APPLY:
        severity = Severity.INFO if mode is Mode.PUBLISH else Severity.WARNING
        tells = (DiaryLine(sentence=f"{new}; {ADVICE[mode]}", severity=severity),)
    if new is None and old is not None:
        tells = (
            DiaryLine(sentence="no other program moves the focuser by filter offsets any more"),
        )
    alarm = missing_applier(after)
    if alarm is not None and missing_applier(before) is None:
        tells = (*tells, DiaryLine(sentence=alarm, severity=Severity.WARNING))
    return tells
