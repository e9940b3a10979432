"""Finds a log that was read in another zone than its own, by another log of the same runs. Pure.

Read so, each run of it lies whole half hours away from the same run in the other log, and would
count twice.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from rigd.learning.duplicate_runs import CLOCK_DIFFERENCE, KnownRun, is_same_place

ZONE_STEP = timedelta(minutes=30)
"""Nearly all zones differ by whole half hours; finer steps would find more by chance."""
ZONES_APART = timedelta(hours=26)
"""Most between two zones on earth: from UTC-12 to UTC+14."""
ENOUGH_RUNS = 3
"""So many must agree. Our choice: two agree by chance where somebody focuses every hour."""
ENOUGH_SHARE = 0.75
"""And such a part of those that have another log's run at any such distance. Our choice."""

CHANCE_SHARE = 0.25
"""So many may agree as they are beside those: where two runs follow one another at one place."""


def find_zone_shift(
    runs: Sequence[KnownRun], others: Sequence[KnownRun], same_filter: Mapping[str, str]
) -> tuple[timedelta, KnownRun] | None:
    """How far the times of one log lie behind those of others with the same runs.

    Args:
        runs: of the log.
        others: of logs in other formats.
        same_filter: key of a filter by any of its names, as `comparable_name` spells them.

    Returns:
        How much later the others have the same runs, whole half hours, and one of those; None if
        they agree as they are, or too few agree at one distance.
    """
    in_turn = sorted(others, key=_time_of)
    agree: Counter[timedelta] = Counter()
    seen: dict[timedelta, KnownRun] = {}
    judged = 0
    for run in runs:
        shifts = {
            _whole(other.time - run.time): other
            for other in _near(in_turn, run)
            if is_same_place(run, other, same_filter) and _is_shifted(other.time - run.time)
        }
        judged += bool(shifts)
        agree.update(shifts.keys())
        seen |= shifts
    if not agree:
        return None
    shift, count = agree.most_common(1)[0]
    by_chance = agree[timedelta(0)]
    if not shift or count < max(ENOUGH_RUNS, ENOUGH_SHARE * judged, by_chance / CHANCE_SHARE):
        return None
    return shift, seen[shift]


def describe_shift(shift: timedelta) -> str:
    """A difference between two zones in words."""
    minutes = round(abs(shift) / timedelta(minutes=1))
    hours, rest = divmod(minutes, 60)
    said = f"{hours} h" + (f" {rest} min" if rest else "")
    return f"{said} {'later' if shift > timedelta(0) else 'earlier'}"


def _near(others: Sequence[KnownRun], run: KnownRun) -> Sequence[KnownRun]:
    first = bisect_left(others, run.time - ZONES_APART, key=_time_of)
    return others[first : bisect_right(others, run.time + ZONES_APART, key=_time_of)]


def _time_of(run: KnownRun) -> datetime:
    return run.time


def _whole(apart: timedelta) -> timedelta:
    return round(apart / ZONE_STEP) * ZONE_STEP


def _is_shifted(apart: timedelta) -> bool:
    return abs(apart - _whole(apart)) <= CLOCK_DIFFERENCE
