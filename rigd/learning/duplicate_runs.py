"""The same run told twice: by two logs, or by a log and by rigd, who saw it. It counts once.

Two autofocus runs of one focuser never overlap, so the same filter at the same time is the same
run, whatever else the two say; if they say different positions, one of them is wrong. No program
tells a run twice in one format: two such runs are two.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from rigd.autofocus_logs.reader import kind_of
from rigd.autofocus_logs.run import AutofocusRun

CLOCKS = timedelta(seconds=60)
"""Between the times that two programs give the same end."""
AFTERWARDS = timedelta(seconds=180)
"""After the last motion a program still exposes, measures, and writes its log."""
NEAR_STEPS = 10.0
ERRORS = 5.0


class Verdict(Enum):
    """What to do with a run that was told before."""

    REPLACES = auto()
    """It knows more: the other one counts no more."""
    REPEATS = auto()
    CONTRADICTS = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
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


def twin(
    run: AutofocusRun, told: Sequence[Told], same_filter: Mapping[str, str]
) -> tuple[Told, Verdict] | None:
    """The run among those told that is this one; None if there is none.

    Args:
        run: In raw steps, with filter, position and time.
        told: Those that count, of about its time.
        same_filter: Key of a filter by any of its names.
    """
    others = [
        one
        for one in told
        if _named(one.filter, same_filter) == _named(run.filter, same_filter)
        and kind_of(one.source) != kind_of(run.source)
        and _at_once(run, one)
    ]
    if not others or run.time is None or run.position_steps is None:
        return None
    time = run.time
    other = min(others, key=lambda one: abs(one.time - time))
    error = max(run.se_steps or 0.0, other.se_steps or 0.0)
    if abs(run.position_steps - other.position_steps) > NEAR_STEPS + ERRORS * error:
        return other, Verdict.CONTRADICTS
    if run.se_steps is not None and other.se_steps is None:
        return other, Verdict.REPLACES
    return other, Verdict.REPEATS


def failed_twins(
    run: AutofocusRun, told: Sequence[Told], same_filter: Mapping[str, str]
) -> list[Told]:
    """What rigd saw of a run that failed, as its log says now."""
    name = _named(run.filter, same_filter)
    return [
        one
        for one in told
        if one.seen and name in {"", _named(one.filter, same_filter)} and _at_once(run, one)
    ]


def _at_once(run: AutofocusRun, other: Told) -> bool:
    if run.time is None:
        return False
    spans = [(one.began, one.time) for one in (run, other) if one.began is not None and one.time]
    if not spans:
        return abs(run.time - other.time) <= CLOCKS
    (began, ended), time = spans[0], other.time if run.began is not None else run.time
    return began - CLOCKS <= time <= ended + AFTERWARDS


def _named(name: str | None, same_filter: Mapping[str, str]) -> str:
    plain = "".join(letter for letter in (name or "").casefold() if letter.isalnum())
    return same_filter.get(plain, plain)
