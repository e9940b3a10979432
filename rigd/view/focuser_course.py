"""The course of a focuser through a night: few points that look like all of them. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from rigd.view.night import FocuserSample

GAP = timedelta(minutes=5)
"""A sample is kept each minute: where none is for so long, nobody knows where the focuser was."""


def thin_course(samples: Sequence[FocuserSample], most: int) -> tuple[FocuserSample, ...]:
    """A course of about `most` points that looks the same.

    Of a time in which nothing changes the ends are enough; of a temperature that changes all the
    time, a part. Every move, every other filter, and every gap stays; a gap is a sample of which
    nothing is known.
    """
    course = _with_gaps(samples)
    needed, kept = set(), set()
    for number, (one, other) in enumerate(pairwise(course)):
        both = {number, number + 1}
        if _moves(one, other) or one.is_blank or other.is_blank:
            needed |= both
        elif one.temperature_c != other.temperature_c:
            kept |= both
    needed |= {0, len(course) - 1} if course else set()
    rest = sorted(kept - needed)
    each = -(-len(rest) // max(most - len(needed), 1)) or 1
    chosen = sorted(needed | set(rest[::each]))
    return tuple(course[number] for number in chosen)


def _with_gaps(samples: Sequence[FocuserSample]) -> list[FocuserSample]:
    found: list[FocuserSample] = []
    for one in samples:
        if found:
            before, now = (datetime.fromisoformat(each.at) for each in (found[-1], one))
            if now - before > GAP:
                middle = before + (now - before) / 2
                found.append(FocuserSample(at=middle.isoformat(timespec="milliseconds")))
        found.append(one)
    return found


def _moves(one: FocuserSample, other: FocuserSample) -> bool:
    """Whether position or filter is another."""
    moved = None not in {one.raw_steps, other.raw_steps} and one.raw_steps != other.raw_steps
    turned = None not in {one.filter, other.filter} and one.filter != other.filter
    return moved or turned
