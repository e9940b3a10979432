"""Finds runs of two focusers in one log: the positions of a night take turns between two places.

Programs with several optical trains write all runs into one log, which need not say whose each is.
Fitted together they give an offset with an error of thousands of steps, and a scatter of as many.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from math import ceil, floor
from statistics import median

from rigd.autofocus_logs.own_positions import PositionRange
from rigd.autofocus_logs.run import AutofocusRun
from rigd.learning.estimator.table import NIGHT_GAP
from rigd.units import local_time

FAR = 5.0
"""So many times as far apart as each place is wide; our choice, as are the next ones."""
FAR_BY_CURVES = 1.5
"""The same where the curves state their errors, and it is also ..."""
ERRORS = 30.0
"""... so many of them: neither a wild run nor a drift takes turns with what is so sure."""
FEWEST = 3
"""Runs at each place. One or two are wild ones."""
FEWEST_TURNS = 3
"""A focuser that is zeroed anew goes there, perhaps and back, but not there again."""
FEWEST_SHARED = 2
"""Runs at each place of filters that are at both: of one, its name may be wrong."""


@dataclass(frozen=True, slots=True)
class _Run:
    """A run that has all that it takes to tell."""

    time: datetime
    position_steps: float
    filter: str | None
    se_steps: float | None


def find_two_focusers(runs: Sequence[AutofocusRun]) -> str | None:
    """Return what tells that the runs are of two focusers; None if nothing does.

    Two trains that never focus the same filter cannot be told from one with a large offset.
    """
    for night in _nights(runs):
        split = _split(night)
        if split is None:
            continue
        above = [one.position_steps > split for one in night]
        low, high = (
            [one for one, is_above in zip(night, above, strict=True) if is_above is wanted]
            for wanted in (False, True)
        )
        turns = sum(before is not after for before, after in pairwise(above))
        names = [Counter(one.filter for one in place) for place in (low, high)]
        shared = (names[0] & names[1]).total()
        if min(len(low), len(high)) >= FEWEST and turns >= FEWEST_TURNS and shared >= FEWEST_SHARED:
            places = " and ".join(f"about {_middle(place):.0f}" for place in (low, high))
            below, above_it = map(_reach, (low, high))
            return (
                f"from {local_time(night[0].time)} the runs take turns between {places} steps with "
                "the same filter, as those of two focusers in one log: take the runs of the other "
                f"one back (`rigd runs forget --positions {below}`, or {above_it})"
            )
    return None


def _nights(runs: Sequence[AutofocusRun]) -> Iterator[list[_Run]]:
    known = sorted(
        (
            _Run(one.time, one.position_steps, one.filter, one.se_steps)
            for one in runs
            if one.ok and one.time is not None and one.position_steps is not None
        ),
        key=lambda one: one.time,
    )
    night: list[_Run] = []
    for one in known:
        if night and one.time - night[-1].time > NIGHT_GAP:
            yield night
            night = []
        night.append(one)
    yield night


def _split(night: Sequence[_Run]) -> float | None:
    """Return a position between the two places, if there are two."""
    places = sorted(one.position_steps for one in night)
    if len(places) < 2 * FEWEST:
        return None
    gap, at = max((after - before, at) for at, (before, after) in enumerate(pairwise(places)))
    widest = max(places[at] - places[0], places[-1] - places[at + 1], 1.0)
    errors = [one.se_steps for one in night if one.se_steps is not None and one.se_steps > 0]
    is_sure = len(errors) == len(night) and gap > ERRORS * median(errors)
    is_far = gap > (FAR_BY_CURVES if is_sure else FAR) * widest
    return (places[at] + places[at + 1]) / 2 if is_far else None


def _reach(place: Sequence[_Run]) -> PositionRange:
    positions = [one.position_steps for one in place]
    return PositionRange(low_steps=floor(min(positions)), high_steps=ceil(max(positions)))


def _middle(place: Sequence[_Run]) -> float:
    positions = sorted(one.position_steps for one in place)
    return positions[len(positions) // 2]
