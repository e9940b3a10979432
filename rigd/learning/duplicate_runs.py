"""The same run told twice: by two logs, or by a log and by rigd, who saw it. It counts once.

Two autofocus runs of one focuser never overlap, so the same filter at the same time is the same
run, whatever else the two say; if they say different positions, one of them is wrong. No program
tells a run twice in one format: two such runs are two.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from rigd.autofocus_logs.reader import format_of
from rigd.autofocus_logs.run import AutofocusRun

CLOCK_DIFFERENCE = timedelta(seconds=60)
"""Between the times that two programs give the same end."""
LOG_DELAY = timedelta(seconds=180)
"""After the last motion a program still exposes, measures, and writes its log."""
NEAR_STEPS = 10.0
NEAR_ERRORS = 5.0


class Verdict(Enum):
    """What to do with a run that was told before."""

    REPLACES = auto()
    """It knows more: the other one counts no more."""
    REPEATS = auto()
    CONTRADICTS = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownRun:
    """A run that is there already."""

    key: str
    filter: str | None
    position_steps: float
    se_steps: float | None
    time: datetime
    began: datetime | None
    source: str

    @property
    def seen(self) -> bool:
        """Whether rigd saw it itself."""
        return self.began is not None


def find_duplicate(
    run: AutofocusRun, told: Sequence[KnownRun], same_filter: Mapping[str, str]
) -> tuple[KnownRun, Verdict] | None:
    """The run among those told that is this one; None if there is none.

    Args:
        run: In raw steps, with filter, position and time.
        told: Those that count, of about its time.
        same_filter: Key of a filter by any of its names.
    """
    others = [
        one
        for one in told
        if _key_of(one.filter, same_filter) == _key_of(run.filter, same_filter)
        and format_of(one.source) != format_of(run.source)
        and _is_same_time(run, one)
    ]
    if not others or run.time is None or run.position_steps is None:
        return None
    time = run.time
    other = min(others, key=lambda one: abs(one.time - time))
    error = max(run.se_steps or 0.0, other.se_steps or 0.0)
    if abs(run.position_steps - other.position_steps) > NEAR_STEPS + NEAR_ERRORS * error:
        return other, Verdict.CONTRADICTS
    if run.se_steps is not None and other.se_steps is None:
        return other, Verdict.REPLACES
    return other, Verdict.REPEATS


def find_failed_duplicates(
    run: AutofocusRun, told: Sequence[KnownRun], same_filter: Mapping[str, str]
) -> list[KnownRun]:
    """What rigd saw of a run that failed, as its log says now."""
    name = _key_of(run.filter, same_filter)
    return [
        one
        for one in told
        if one.seen and name in {"", _key_of(one.filter, same_filter)} and _is_same_time(run, one)
    ]


def _is_same_time(run: AutofocusRun, other: KnownRun) -> bool:
    if run.time is None:
        return False
    spans = [(one.began, one.time) for one in (run, other) if one.began is not None and one.time]
    if not spans:
        return abs(run.time - other.time) <= CLOCK_DIFFERENCE
    (began, ended), time = spans[0], other.time if run.began is not None else run.time
    return began - CLOCK_DIFFERENCE <= time <= ended + LOG_DELAY


def _key_of(name: str | None, same_filter: Mapping[str, str]) -> str:
    plain = "".join(letter for letter in (name or "").casefold() if letter.isalnum())
    return same_filter.get(plain, plain)
