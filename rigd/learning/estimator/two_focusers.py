"""Finds runs of two focusers in one log: the positions of a night take turns between two places.

Programs with several optical trains write all runs into one log, which need not say whose each is.
Fitted together they give an offset with an error of thousands of steps, and a scatter of as many.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise

from rigd.autofocus_logs.run import AutofocusRun
from rigd.learning.estimator.table import NIGHT_GAP
from rigd.units import local_time

FAR = 5.0
"""So many times as far apart as each place is wide; our choice, as are the next two."""
FEWEST = 3
"""Runs at each place. One or two are wild ones."""
FEWEST_TURNS = 3
"""A focuser that is zeroed anew goes there, perhaps and back, but not there again."""

_Run = tuple[datetime, float, str | None]


def find_two_focusers(runs: Sequence[AutofocusRun]) -> str | None:
    """Return what tells that the runs are of two focusers; None if nothing does.

    Two trains that never focus the same filter cannot be told from one with a large offset.
    """
    for night in _nights(runs):
        split = _split(night)
        if split is None:
            continue
        low, high = ([one for one in night if (one[1] > split) is above] for above in (False, True))
        turns = sum((one[1] > split) is not (other[1] > split) for one, other in pairwise(night))
        shared = {name for *_, name in low} & {name for *_, name in high}
        if min(len(low), len(high)) >= FEWEST and turns >= FEWEST_TURNS and shared:
            places = " and ".join(f"about {_middle(place):.0f}" for place in (low, high))
            return (
                f"from {local_time(night[0][0])} the runs take turns between {places} steps with "
                "the same filter, as those of two focusers in one log: take the runs of the other "
                "one back (`rigd runs forget KEY`)"
            )
    return None


def _nights(runs: Sequence[AutofocusRun]) -> Iterator[list[_Run]]:
    known = sorted(
        (
            (one.time, one.position_steps, one.filter)
            for one in runs
            if one.ok and one.time is not None and one.position_steps is not None
        ),
        key=lambda one: one[0],
    )
    night: list[_Run] = []
    for one in known:
        if night and one[0] - night[-1][0] > NIGHT_GAP:
            yield night
            night = []
        night.append(one)
    yield night


def _split(night: Sequence[_Run]) -> float | None:
    """Return a position between the two places, if there are two."""
    places = sorted(position for _, position, _ in night)
    if len(places) < 2 * FEWEST:
        return None
    gap, at = max((after - before, at) for at, (before, after) in enumerate(pairwise(places)))
    widest = max(places[at] - places[0], places[-1] - places[at + 1], 1.0)
    return (places[at] + places[at + 1]) / 2 if gap > FAR * widest else None


def _middle(place: Sequence[_Run]) -> float:
    positions = sorted(position for _, position, _ in place)
    return positions[len(positions) // 2]
