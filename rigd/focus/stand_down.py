"""What other programs do to the focus of a rig, heeded at every step. Pure.

A second applier makes rigd stand down, once nothing of rigd's own is under way: one that its moves
betray, or a program of this rig that says so itself. A rig that nobody keeps in focus after that is
an alarm.
"""

from dataclasses import replace

from rigd.focus.declared_offsets import applies
from rigd.focus.mode_switch import stand_down
from rigd.focus.second_applier import FEW, Finding, judged, noise_of, sighted
from rigd.focus.state.effects import Step, Tell, Weight
from rigd.focus.state.rig import Rig
from rigd.focus.state.settings import Mode

ADVICE = {
    Mode.APPLY: "switch them off there, or use mode publish",
    Mode.OBSERVE: "it is the one applier as long as rigd observes",
    Mode.PUBLISH: "as mode publish means it to",
}


def heeded(before: Rig, step: Step, now_s: float) -> Step:
    """A step with what it shows of others taken in."""
    rig = step.rig
    seen = sighted(before, rig, now_s)
    effects = step.effects
    fresh = seen.samples != before.sightings.samples
    if seen != rig.sightings or fresh:
        if seen.samples and fresh:
            verdict = judged(seen.samples, noise_of(rig), rig)
            nobody = verdict.finding is Finding.NOBODY
            seen = replace(seen, verdict=verdict.sentence, nobody=nobody)
            if verdict.finding is Finding.APPLIES:
                seen = replace(seen, applier=verdict.sentence)
                known = dict.fromkeys((*rig.known_appliers, *verdict.clients))
                rig = replace(rig, known_appliers=tuple(known))
            elif seen.applier is not None and seen.unapplied >= FEW:
                seen = replace(seen, applier=None)
        effects += _told(rig, replace(rig, sightings=seen))
        rig = replace(rig, sightings=seen)
    effects += _said(before, rig)
    standing = rig.flight is None and rig.change is None
    applier = (seen.applier or applies(rig)) if rig.checked else None
    if applier is not None and rig.settings.mode is Mode.APPLY and standing:
        after = stand_down(rig, f"{applier}; {ADVICE[Mode.APPLY]}")
        rig, effects = after.rig, effects + after.effects
    return Step(rig, effects, step.refusal, step.sentence)


def nobody_applies(rig: Rig) -> str | None:
    """The alarm: rigd stood down for another applier, and it does not apply either."""
    changes = rig.sightings.unapplied
    if not rig.stood_down or changes < FEW:
        return None
    return (
        f"nobody applies filter offsets: rigd stood down beside another program, and nobody moved "
        f"the focuser at the last {changes} filter changes. Switch the offsets of that program on, "
        "or its offsets off and rigd back with `rigd mode apply`"
    )


def _said(before: Rig, after: Rig) -> tuple[Tell, ...]:
    """What its programs say now and did not say before."""
    if after.told == before.told:
        return ()
    old, new = applies(before), applies(after)
    mode = after.settings.mode
    if new is not None and new != old and mode is not Mode.APPLY:
        return (Tell(sentence=f"{new}; {ADVICE[mode]}"),)
    if old is not None and new is None and len(after.told) == len(before.told):
        back = "; rigd goes back to it with `rigd mode apply`" if after.stood_down else ""
        line = f"no program of this rig says any more that it applies filter offsets{back}"
        return (Tell(sentence=line),)
    return ()


def _told(before: Rig, after: Rig) -> tuple[Tell, ...]:
    """The lines for the diary: each once."""
    tells: tuple[Tell, ...] = ()
    old, new = before.sightings.applier, after.sightings.applier
    mode = after.settings.mode
    if new is not None and old is None and mode is not Mode.APPLY:
        weight = Weight.INFO if mode is Mode.PUBLISH else Weight.WARNING
        tells = (Tell(sentence=f"{new}; {ADVICE[mode]}", weight=weight),)
    if new is None and old is not None:
        tells = (Tell(sentence="no other program moves the focuser by filter offsets any more"),)
    alarm = nobody_applies(after)
    if alarm is not None and nobody_applies(before) is None:
        tells = (*tells, Tell(sentence=alarm, weight=Weight.WARNING))
    return tells
