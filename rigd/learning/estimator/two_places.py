"""Says between which places runs of two focusers take turns, and how those of one are taken back.

Advice must take back no run of the other focuser, of no night: where ranges of positions alone
would, it is for one night.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil, floor

from rigd.autofocus_logs.own_positions import PositionRange
from rigd.units import local_time


@dataclass(frozen=True, slots=True)
class PlacedRun:
    """A run that has all that it takes to tell."""

    time: datetime
    position_steps: float
    filter: str | None
    se_steps: float | None
    temperature_c: float | None


@dataclass(frozen=True, slots=True)
class TwoPlaces:
    """Runs of a night at two places, in order of time."""

    low: tuple[PlacedRun, ...]
    high: tuple[PlacedRun, ...]


@dataclass(frozen=True, slots=True)
class NightOfTwo:
    """The runs of a night, and the places that show: of all, or of each filter that shows them."""

    runs: tuple[PlacedRun, ...]
    places: tuple[TwoPlaces, ...]


def describe_two(found: Sequence[NightOfTwo], nights: int) -> str:
    """Say what tells of two focusers, and how the runs of one of them are taken back.

    Args:
        found: the nights that show it, at least one.
        nights: how many there are in all.
    """
    night = found[0]
    low = [one for places in night.places for one in places.low]
    high = [one for places in night.places for one in places.high]
    names = {one.filter for one in (*low, *high)}
    which = "the same filter" if len(names) > 1 else f"{next(iter(names))}"
    spots = " and ".join(f"about {_middle(place):.0f}" for place in (low, high))
    when = "" if nights == 1 else _limits(night.runs)
    said = _name_far_ranges(found) or _name_ranges(night, when) or "`rigd runs forget KEY`"
    return (
        f"from {local_time(night.runs[0].time)} the runs take turns between {spots} steps with "
        f"{which}, as those of two focusers in one log: take the runs of the other one back "
        f"({said})"
    )


def _name_far_ranges(found: Sequence[NightOfTwo]) -> str | None:
    """Return how all runs of either focuser are taken back; None where they may not lie apart.

    Further apart than the focus of each is wide in all these nights, no night takes one to the
    other.
    """
    if any(len(night.places) > 1 for night in found):
        return None
    low = _reach([one for night in found for one in night.places[0].low])
    high = _reach([one for night in found for one in night.places[0].high])
    widest = max(one.high_steps - one.low_steps for one in (low, high))
    if high.low_steps - low.high_steps <= widest:
        return None
    return f"`rigd runs forget --positions {low}`, or {high}"


def _name_ranges(night: NightOfTwo, when: str) -> str | None:
    """Return how the runs of a night are taken back by their positions; None if they are not.

    A range must hold no run of the night that is not at its place.
    """
    command, runs, first = f"rigd runs forget{when} --positions", night.runs, night.places[0]
    if len(night.places) > 1:  # which place of one filter goes with which of another: unknown
        each = []
        for places in night.places:
            low, high = _ranges(runs, [places.low]), _ranges(runs, [places.high])
            if not low or not high:
                return None
            each.append(f"{low[0]} or {high[0]} for {places.low[0].filter}")
        return f"`{command}` with {' and with '.join(each)}"
    low, high = (_ranges(runs, [place]) for place in (first.low, first.high))
    if low and high:
        return f"`{command} {low[0]}`, or {high[0]}"
    low, high = (_ranges(runs, _by_filter(place)) for place in (first.low, first.high))
    if not low or not high:
        return None
    either = ", or with ".join(" and with ".join(map(str, ranges)) for ranges in (low, high))
    return f"`{command}` with {either}"


def _limits(night: Sequence[PlacedRun]) -> str:
    """Return the options that mean a night's runs alone, in UTC: a reader may be anywhere."""
    since, until = night[0].time, night[-1].time + timedelta(minutes=1)
    told = [f"{one.astimezone(UTC):%Y-%m-%dT%H:%MZ}" for one in (since, until)]
    return f" --since {told[0]} --until {told[1]}"


def _ranges(
    night: Sequence[PlacedRun], groups: Sequence[Sequence[PlacedRun]]
) -> list[PositionRange]:
    """Return the range of each group's positions; none at all where one holds another's run."""
    ranges = [_reach(group) for group in groups]
    own = [one for group in groups for one in group]
    held = [one for one in night if any(reach.holds(one.position_steps) for reach in ranges)]
    return ranges if all(one in own for one in held) else []


def _by_filter(place: Sequence[PlacedRun]) -> list[list[PlacedRun]]:
    names = sorted({one.filter or "" for one in place})
    return [[one for one in place if (one.filter or "") == name] for name in names]


def _reach(place: Sequence[PlacedRun]) -> PositionRange:
    positions = [one.position_steps for one in place]
    return PositionRange(low_steps=floor(min(positions)), high_steps=ceil(max(positions)))


def _middle(place: Sequence[PlacedRun]) -> float:
    positions = sorted(one.position_steps for one in place)
    return positions[len(positions) // 2]
