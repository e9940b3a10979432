"""Standing down beside another program that applies filter offsets, and the alarm after it. Pure.

rigd stands down for a second applier whose moves show it, or for a program of this rig that says
itself that it applies offsets. A rig that nobody keeps in focus after that raises an alarm.
"""

from rigd.focus.applier_samples import observe
from rigd.focus.client_advice import advise_on_applier
from rigd.focus.declared_offsets import declared_applier
from rigd.focus.mode_switch import stand_down
from rigd.focus.second_applier import FEW, Finding, judge_samples, noise_of
from rigd.focus.state.effects import DiaryLine, Severity, Step
from rigd.focus.state.requests import AnyEvent
from rigd.focus.state.rig import Rig
from rigd.focus.state.settings import Mode
from rigd.frozen import replace


def react_to_others(before: Rig, event: AnyEvent, step: Step) -> Step:
    """Take in what a step shows of other programs, and stand down if one applies offsets too."""
    rig = step.rig
    seen = observe(before, rig, event.at_s)
    fresh = seen.samples != before.foreign_moves.samples
    if seen != rig.foreign_moves or fresh:
        if seen.samples and fresh:
            # Judged only when a sample was added: nothing else can change what they show.
            verdict = judge_samples(seen.samples, noise_of(rig), rig)
            nobody = verdict.finding is Finding.NOBODY
            seen = replace(seen, verdict=verdict.sentence, nobody=nobody)
            if verdict.finding is Finding.APPLIES:
                seen = replace(seen, applier=verdict.sentence, applier_in_path=verdict.in_path)
                known = dict.fromkeys((*rig.known_appliers, *verdict.clients))
                rig = replace(rig, known_appliers=tuple(known))
            # Not withdrawn at the first doubt: only changes that nobody moved for speak against it.
            elif seen.applier is not None and seen.unapplied >= FEW:
                seen = replace(seen, applier=None)
        told = _lines_on_applier(rig, replace(rig, foreign_moves=seen))
        rig = replace(rig, foreign_moves=seen)
        step = replace(step, rig=rig).also(*told)
    step = step.also(*_lines_on_declarations(before, rig))
    # A move under way is read back first, or its steps would be nobody's. Before the focuser was
    # seen at rest, too, nothing is known that could be handed over.
    standing = rig.move is None and rig.change is None
    applier = (seen.applier or declared_applier(rig)) if rig.ledger_checked else None
    if applier is not None and rig.settings.mode is Mode.APPLY and standing:
        # A program that says it itself has a name, and so can be told to use rigd's devices.
        in_path = seen.applier is None or seen.applier_in_path
        sentence = f"{applier}; {advise_on_applier(rig, in_path=in_path)}"
        step = step.then(stand_down(rig, sentence, event.at_s))
    return step


def missing_applier(rig: Rig) -> str | None:
    """The alarm of a rig that stood down for another applier which does not apply either."""
    changes = rig.foreign_moves.unapplied
    if not rig.stood_down or changes < FEW:
        return None
    return (
        f"nobody applies filter offsets: rigd stood down beside another program, and nobody moved "
        f"the focuser at the last {changes} filter changes. Switch the offsets of that program on, "
        "or its offsets off and rigd back with `rigd mode apply`"
    )


def _lines_on_declarations(before: Rig, after: Rig) -> tuple[DiaryLine, ...]:
    """Diary lines on what the rig's programs declare now and did not declare before."""
    if after.declared_offsets == before.declared_offsets:
        return ()
    old, new = declared_applier(before), declared_applier(after)
    mode = after.settings.mode
    if new is not None and new != old and mode is not Mode.APPLY:
        return (DiaryLine(sentence=f"{new}; {advise_on_applier(after, in_path=True)}"),)
    if (
        old is not None
        and new is None
        and len(after.declared_offsets) == len(before.declared_offsets)
    ):
        back = "; rigd goes back to it with `rigd mode apply`" if after.stood_down else ""
        line = f"no program of this rig says any more that it applies filter offsets{back}"
        return (DiaryLine(sentence=line),)
    return ()


def _lines_on_applier(before: Rig, after: Rig) -> tuple[DiaryLine, ...]:
    """Diary lines on an applier found or gone, and on the alarm; each said once."""
    lines: tuple[DiaryLine, ...] = ()
    old, new = before.foreign_moves.applier, after.foreign_moves.applier
    mode = after.settings.mode
    if new is not None and old is None and mode is not Mode.APPLY:
        severity = Severity.INFO if mode is Mode.PUBLISH else Severity.WARNING
        in_path = after.foreign_moves.applier_in_path
        advice = advise_on_applier(after, in_path=in_path)
        lines = (DiaryLine(sentence=f"{new}; {advice}", severity=severity),)
    if new is None and old is not None:
        lines = (
            DiaryLine(sentence="no other program moves the focuser by filter offsets any more"),
        )
    alarm = missing_applier(after)
    if alarm is not None and missing_applier(before) is None:
        lines = (*lines, DiaryLine(sentence=alarm, severity=Severity.WARNING))
    return lines
