"""The report of a night: what happened, and what to do before dusk. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from rigd.files.plain_words import count_of
from rigd.focus.state.rig import Result
from rigd.view.before_dusk import things_to_do
from rigd.view.focuser_course import thin_course
from rigd.view.night import (
    EarlyFrames,
    FocuserSample,
    Night,
    NightAlert,
    NightFacts,
    NightLine,
    NightRun,
    OffsetThen,
)
from rigd.view.night_changes import NightChange
from rigd.view.rig import RigView

COURSE_POINTS = 480
"""Points of the course at most: with more, they lie closer than a phone can draw."""
CHANGED_STEPS = 0.5
"""An offset that differs by less is the same whole number of steps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeCounts:
    """Filter changes by how they ended."""

    done: int
    declined: int
    refused: int
    failed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NightDrift:
    """How far the focus wandered between the first and the last run, offsets taken away."""

    steps: float
    hours: float
    warmer_c: float | None
    """How much warmer it was at the last run; null where one of them has no temperature."""
    runs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TemperatureCourse:
    """The focuser's own temperature through the night."""

    first_c: float
    last_c: float
    lowest_c: float
    highest_c: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OffsetChange:
    """An offset that runs say other than before the night."""

    filter: str
    before_steps: float | None
    after_steps: float | None
    se_steps: float | None
    state_before: str | None
    state: str
    runs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NightReport:
    """A night of a rig, from noon to noon."""

    rig: str
    night: str
    """The day on which it begins."""
    began: str
    ended: str
    is_over: bool
    summary: tuple[str, ...]
    """The night in sentences, the weightiest first."""
    before_dusk: tuple[str, ...] | None
    """What to do before the next night; null of a night that is not the newest."""
    changes: ChangeCounts
    change_lines: tuple[NightLine, ...]
    early_frames: tuple[EarlyFrames, ...]
    soft_frames: tuple[str, ...]
    """What light frames said that were looked at in the night."""
    runs: tuple[NightRun, ...]
    drift: NightDrift | None
    temperature: TemperatureCourse | None
    offsets_changed: tuple[OffsetChange, ...]
    equipment_changes: tuple[NightChange, ...]
    alerts: tuple[NightAlert, ...]
    warnings: tuple[NightLine, ...]
    course: tuple[FocuserSample, ...]
    """The focuser through the night; where it stood still, only the ends of that time."""
    left_out: tuple[str, ...]
    """What there was too much of."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing happened at all."""
        facts = (self.change_lines, self.runs, self.early_frames, self.alerts, self.warnings)
        return not any((*facts, self.equipment_changes, self.offsets_changed, self.course))


def make_night_report(
    night: Night,
    facts: NightFacts,
    rig: RigView,
    now: datetime,
    *,
    newest: bool,
    due_runs: Sequence[str] = (),
) -> NightReport:
    """The report of a night.

    Args:
        night: which one.
        facts: what is stored of it.
        rig: as it is now.
        now: the time.
        newest: whether what stands now is what the next night begins with.
        due_runs: names of the filters that are due for an autofocus run.
    """
    counts = count_changes(facts.changes)
    drift = find_drift(facts.runs, rig)
    temperature = temperature_course(facts.samples)
    offsets = changed_offsets(facts.offsets_before, facts.offsets_after)
    summary = (
        *_say_changes(counts),
        *_say_frames(facts),
        *_say_runs(facts.runs, drift),
        *_say_temperature(temperature),
        *_say_offsets(offsets),
        *([f"{count_of(len(facts.alerts), 'alert')}"] if facts.alerts else []),
    )
    return NightReport(
        rig=rig.name,
        night=night.day.isoformat(),
        began=night.began.isoformat(timespec="minutes"),
        ended=night.ended.isoformat(timespec="minutes"),
        is_over=now >= night.ended,
        summary=summary or ("nothing happened",),
        before_dusk=things_to_do(rig, facts, due_runs) if newest else None,
        changes=counts,
        change_lines=facts.changes,
        early_frames=facts.early_frames,
        soft_frames=facts.soft_frames,
        runs=facts.runs,
        drift=drift,
        temperature=temperature,
        offsets_changed=offsets,
        equipment_changes=facts.equipment,
        alerts=facts.alerts,
        warnings=facts.warnings,
        course=thin_course(facts.samples, COURSE_POINTS),
        left_out=facts.left_out,
    )


def count_changes(lines: Sequence[NightLine]) -> ChangeCounts:
    """How the filter changes of a night ended; one that waited is counted by its end."""
    results = [line.result for line in lines]
    return ChangeCounts(
        done=results.count(Result.DONE),
        declined=results.count(Result.DECLINED),
        refused=results.count(Result.REFUSED),
        failed=results.count(Result.FAILED),
    )


def find_drift(runs: Sequence[NightRun], rig: RigView) -> NightDrift | None:
    """How far the focus wandered from the first run that counts to the last.

    Offsets in force now are taken away; a run of a filter that has none is left out.
    """
    offsets = {one.name: one.focus_offset_steps for one in rig.offsets.offsets}
    levels = [
        (run, run.position_steps - offset)
        for run in runs
        if run.counts and run.position_steps is not None and run.filter is not None
        for offset in [offsets.get(run.filter)]
        if offset is not None
    ]
    if len(levels) < 2:
        return None
    (first, low), (last, high) = levels[0], levels[-1]
    apart = datetime.fromisoformat(last.at) - datetime.fromisoformat(first.at)
    known = first.temperature_c is not None and last.temperature_c is not None
    return NightDrift(
        steps=round(high - low, 1),
        hours=round(apart.total_seconds() / 3600, 2),
        warmer_c=round(last.temperature_c - first.temperature_c, 2)  # type: ignore[operator]  # known
        if known
        else None,
        runs=len(levels),
    )


def temperature_course(samples: Sequence[FocuserSample]) -> TemperatureCourse | None:
    """The temperatures of a night; None where none was read."""
    found = [one.temperature_c for one in samples if one.temperature_c is not None]
    if not found:
        return None
    return TemperatureCourse(
        first_c=found[0], last_c=found[-1], lowest_c=min(found), highest_c=max(found)
    )


def changed_offsets(
    before: Mapping[str, OffsetThen], after: Mapping[str, OffsetThen]
) -> tuple[OffsetChange, ...]:
    """What runs say of each filter now and did not say before the night."""
    found = []
    for name, now in after.items():
        then = before.get(name)
        if then is not None and then.state == now.state and not _differ(then, now):
            continue
        if then is None and now.focus_offset_steps is None:
            continue
        found.append(
            OffsetChange(
                filter=name,
                before_steps=None if then is None else then.focus_offset_steps,
                after_steps=now.focus_offset_steps,
                se_steps=now.se_steps,
                state_before=None if then is None else then.state,
                state=now.state,
                runs=now.runs,
            )
        )
    return tuple(found)


def _differ(then: OffsetThen, now: OffsetThen) -> bool:
    old, new = then.focus_offset_steps, now.focus_offset_steps
    if old is None or new is None:
        return old is not new
    return abs(new - old) >= CHANGED_STEPS


def _say_changes(counts: ChangeCounts) -> list[str]:
    whole = counts.done + counts.declined + counts.refused + counts.failed
    if not whole:
        return []
    parts = [
        f"{number} {word}"
        for number, word in (
            (counts.failed, "failed"),
            (counts.refused, "refused"),
            (counts.declined, "without a move of the focuser"),
        )
        if number
    ]
    return [f"{count_of(whole, 'filter change')}: {', '.join(parts) or 'all done'}"]


def _say_frames(facts: NightFacts) -> list[str]:
    early = sum(one.frames for one in facts.early_frames)
    said = [f"{count_of(early, 'frame')} began out of focus"] if early else []
    return said + list(facts.soft_frames)


def _say_runs(runs: Sequence[NightRun], drift: NightDrift | None) -> list[str]:
    if not runs:
        return []
    bad = sum(not run.counts for run in runs)
    said = [
        f"{count_of(len(runs), 'autofocus run')}"
        + (f", {bad} of them not used for offsets" if bad else "")
    ]
    if drift is not None:
        warmer = drift.warmer_c
        while_c = "" if warmer is None else f", while it got {_warmer(warmer)}"
        said.append(
            f"the focus wandered by {drift.steps:+.0f} steps in {drift.hours:.1f} h{while_c}"
        )
    return said


def _warmer(by_c: float) -> str:
    return f"{abs(by_c):.1f} °C {'warmer' if by_c >= 0 else 'colder'}"


def _say_temperature(course: TemperatureCourse | None) -> list[str]:
    if course is None:
        return []
    return [f"the focuser was at {course.first_c:.1f} °C first and at {course.last_c:.1f} °C last"]


def _say_offsets(offsets: Sequence[OffsetChange]) -> list[str]:
    if not offsets:
        return []
    names = ", ".join(one.filter for one in offsets)
    return [f"what runs say of {names} is another offset than before the night"]
