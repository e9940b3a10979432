"""Finds a run that two sources report: two logs, or a log and rigd itself. It counts once.

Two autofocus runs of one focuser never overlap, so the same filter at the same time is the same
run, whatever else the two reports say; if their positions differ, one of them is wrong. No program
reports a run twice in one format: two such runs are two, unless they end in the same second, or
their curves give the same to the last digit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from rigd.autofocus_logs.formats import format_of
from rigd.autofocus_logs.run import AutofocusRun
from rigd.files.text import comparable_name

CLOCK_DIFFERENCE = timedelta(seconds=60)
"""Most between the times that two programs give for the same end; our choice: an autofocus takes
longer than that.
"""
LOG_DELAY = timedelta(seconds=180)
"""Most between the last motion that rigd observes and the end in a program's log: it still exposes,
measures and writes. Our choice.
"""
SAME_INSTANT = timedelta(seconds=1)
"""No focuser ends two runs in one second: it is one, fitted and saved once more."""
NEAR_STEPS = 10.0
NEAR_ERRORS = 5.0
"""Two positions agree within this many steps plus this many standard errors; our choice: programs
fit different curves to the same points.
"""


class Verdict(Enum):
    """What to do with a run that another source has reported already."""

    REPLACES = auto()
    """It has a standard error and the known run has none: the known run counts no more."""
    REPEATS = auto()
    """It adds nothing and does not count."""
    CONTRADICTS = auto()
    """Its position is another: neither may be trusted without a person's word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownRun:
    """A run that is stored already."""

    key: str
    filter: str | None
    position_steps: float
    se_steps: float | None
    time: datetime
    began: datetime | None
    source: str

    @property
    def is_observed(self) -> bool:
        """Whether rigd itself observed it."""
        return self.began is not None


def find_duplicate(
    run: AutofocusRun, known: Sequence[KnownRun], same_filter: Mapping[str, str]
) -> tuple[KnownRun, Verdict] | None:
    """Find the known run that is the same as this one, and what to do with this one.

    Args:
        run: In raw steps, with filter, position and time.
        known: Stored runs of about its time that count.
        same_filter: Key of a filter by any of its names, as `comparable_name` spells them.

    Returns:
        The known run nearest in time and the verdict; None if there is none.
    """
    others = [
        one
        for one in known
        if _key_of(one.filter, same_filter) == _key_of(run.filter, same_filter)
        and (
            format_of(one.source) != format_of(run.source)
            or _is_same_instant(run, one)
            or _has_same_curve(run, one)
        )
        and _is_same_time(run, one)
    ]
    if not others or run.time is None or run.position_steps is None:
        return None
    time = run.time
    other = min(others, key=lambda one: abs(one.time - time))
    if not _is_near(run.position_steps - other.position_steps, run.se_steps, other.se_steps):
        return other, Verdict.CONTRADICTS
    if run.se_steps is not None and other.se_steps is None:
        return other, Verdict.REPLACES
    return other, Verdict.REPEATS


def find_failed_duplicates(
    run: AutofocusRun, known: Sequence[KnownRun], same_filter: Mapping[str, str]
) -> list[KnownRun]:
    """Find the runs that rigd observed and took for good, and whose log says now that they failed.

    A log may not name the filter; time alone is then enough, since runs never overlap.
    """
    name = _key_of(run.filter, same_filter)
    return [
        one
        for one in known
        if one.is_observed
        and name in {"", _key_of(one.filter, same_filter)}
        and _is_same_time(run, one)
    ]


def is_same_place(run: KnownRun, other: KnownRun, same_filter: Mapping[str, str]) -> bool:
    """Whether two runs have found the same focus of the same filter, whenever that was."""
    apart = run.position_steps - other.position_steps
    named = _key_of(run.filter, same_filter) == _key_of(other.filter, same_filter)
    return named and _is_near(apart, run.se_steps, other.se_steps)


def _is_near(apart_steps: float, one_se: float | None, other_se: float | None) -> bool:
    error = max(one_se or 0.0, other_se or 0.0)
    return abs(apart_steps) <= NEAR_STEPS + NEAR_ERRORS * error


def _is_same_instant(run: AutofocusRun, other: KnownRun) -> bool:
    return run.time is not None and abs(run.time - other.time) < SAME_INSTANT


def _has_same_curve(run: AutofocusRun, other: KnownRun) -> bool:
    figures = (run.position_steps, run.se_steps)
    return run.se_steps is not None and figures == (other.position_steps, other.se_steps)


def _is_same_time(run: AutofocusRun, other: KnownRun) -> bool:
    if run.time is None:
        return False
    spans = [(one.began, one.time) for one in (run, other) if one.began is not None and one.time]
    if not spans:
        return abs(run.time - other.time) <= CLOCK_DIFFERENCE
    # Only one of the two was observed from its beginning: the other's end must lie in or after it.
    (began, ended), time = spans[0], other.time if run.began is not None else run.time
    return began - CLOCK_DIFFERENCE <= time <= ended + LOG_DELAY


def _key_of(name: str | None, same_filter: Mapping[str, str]) -> str:
    plain = comparable_name(name or "")
    return same_filter.get(plain, plain)
