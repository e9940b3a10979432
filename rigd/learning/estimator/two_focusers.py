"""Finds runs of two focusers in one log: those of a night take turns between two places.

Programs with several optical trains write all runs into one log, which need not say whose each is.
Fitted together they give an offset that is true of neither, and a scatter that is of no focuser.
Looked at are the positions as they are; what is left of them without the filters' own places and
without what time and temperature explain; and that of each filter alone.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, factorial, inf, sqrt
from statistics import NormalDist, median

import numpy as np

from rigd.autofocus_logs.run import AutofocusRun
from rigd.learning.estimator.table import NIGHT_GAP, Floats
from rigd.learning.estimator.two_places import (
    NightOfTwo,
    PlacedRun,
    TwoPlaces,
    describe_two,
)

FAR = 5.0
"""So many times as far apart as each place is wide; our choice, as are the next ones."""
FAR_BY_CURVES = 1.5
"""The same where the curves state their errors, and it is also ..."""
ERRORS = 30.0
"""... so many of them: neither a wild run nor a drift takes turns with what is so sure."""
FEWEST = 3
"""Runs at each place where the filters' own places are not known."""
FEW_ALIKE = 2
"""The same where they are: one run is a wild one, two that agree are none."""
FAR_IF_FEW = 4.0
"""So many times as far apart as each place is wide, if so few runs tell it, and ..."""
ERRORS_IF_FEW = 15.0
"""... so many errors of a curve; or ..."""
FAR_IF_SURE = 2.5
"""... so many times, and `ERRORS`."""
FEWEST_TURNS = 3
"""A focuser that is zeroed anew goes there, perhaps and back, but not there again."""
OWN_TURNS = {FEWEST: 0, FEW_ALIKE: 2}
"""Of these those of filters that are at both places, by how many runs tell it."""
FEWEST_SHARED = 2
"""Runs at each place of filters that are at both: of one, its name may be wrong."""
CHANCE_BY_RUNS = {FEWEST: 1 / 400, FEW_ALIKE: 1 / 90}
"""How often a night of one focuser shows two places that no errors tell, by how many runs of one
filter it has at most: the most of seventeen orders of filters, on 6,000 made-up nights each.
"""
CHANCE = 0.003
"""So rarely that many such nights show two places by chance, if they tell two focusers."""
FEWEST_PAIRS = 4
"""Runs of one filter after one another, of nights that show nothing, to tell what a run scatters.
"""
FEWEST_LEFT = 4
"""Runs that must be left beyond what explains them: of fewer, what is left agrees by itself."""
PAIRS_OF_ONE = 0.25
"""The quantile of them that tells it: of two focusers in turns half of the pairs are of one."""
SCATTERS = 6.0
"""So many times what a run scatters in other nights: where curves are held for too sure, places of
one focuser are not so far apart.
"""
ROUNDS = 30
"""At most, of a regression that wild runs do not mislead."""
SETTLED_STEPS = 1e-3
"""By so little a round moves its residuals once it has settled."""


@dataclass(frozen=True, slots=True)
class _Levels:
    """Positions without their filters' own places."""

    steps: Floats
    may_tell_alone: bool
    """Whether two places in them tell two focusers without errors of curves."""


@dataclass(frozen=True, slots=True)
class _Night:
    """The runs of a night in order of time, and where they lie beside their filters' own places."""

    runs: tuple[PlacedRun, ...]
    levels: tuple[_Levels, _Levels]


def find_two_focusers(runs: Sequence[AutofocusRun]) -> str | None:
    """Return what tells that the runs are of two focusers; None if nothing does.

    Two trains that never focus the same filter cannot be told from one with a large offset. What
    shows by the errors of the curves counts at once, if runs of other nights scatter no more than
    these say; what shows by the places alone counts in more nights than chance has it.
    """
    nights = [_Night(runs=tuple(night), levels=_find_levels(night)) for night in _nights(runs)]
    quiet = [night for night in nights if not _find_two(night, FAR, None)]
    if len(quiet) == len(nights):
        return None
    scatter = _find_scatter(quiet)
    sure = [NightOfTwo(one.runs, tuple(_find_two(one, inf, scatter))) for one in nights]
    found = [one for one in sure if one.places]
    if not found:
        perhaps = [NightOfTwo(one.runs, tuple(_find_two(one, FAR, scatter))) for one in nights]
        found = [one for one in perhaps if one.places]
        if not found or not _are_beyond_chance(len(found), nights):
            return None
    return describe_two(found, len(nights))


def _are_beyond_chance(number: int, nights: Sequence[_Night]) -> bool:
    """Whether so many nights show two places more often than those of one focuser would.

    Their number is a Poisson variable, each night's chance being small.
    """
    telling = [night for night in nights if len(night.runs) >= 2 * FEW_ALIKE]
    expected = sum(CHANCE_BY_RUNS[_most_alike(night.runs)] for night in telling)
    fewer = sum(expected**count / factorial(count) for count in range(number)) * exp(-expected)
    return 1 - fewer < CHANCE


def _find_scatter(nights: Sequence[_Night]) -> float | None:
    """Return what one run scatters in these nights, robustly; None where they do not tell.

    From runs of one filter after one another, without what time and temperature explain.
    """
    apart = []
    for night in nights:
        last: dict[str | None, float] = {}
        for one, level in zip(night.runs, night.levels[-1].steps.tolist(), strict=True):
            if one.filter in last:
                apart.append(abs(level - last[one.filter]) / sqrt(2))
            last[one.filter] = level
    if len(apart) < FEWEST_PAIRS:
        return None
    return float(np.quantile(apart, PAIRS_OF_ONE)) / NormalDist().inv_cdf(0.5 + PAIRS_OF_ONE / 2)


def _nights(runs: Sequence[AutofocusRun]) -> Iterator[list[PlacedRun]]:
    known = sorted(
        (
            PlacedRun(one.time, one.position_steps, one.filter, one.se_steps, one.temperature_c)
            for one in runs
            if one.ok and one.time is not None and one.position_steps is not None
        ),
        key=lambda one: one.time,
    )
    night: list[PlacedRun] = []
    for one in known:
        if night and one.time - night[-1].time > NIGHT_GAP:
            yield night
            night = []
        night.append(one)
    if night:
        yield night


def _find_two(night: _Night, far: float, scatter: float | None) -> list[TwoPlaces]:
    """Return two places of all runs, or of each filter that shows them alone; none if it has none.

    Looked at first are the positions themselves, for places further apart than filters are; then
    what is left once the filters' own places are taken away.

    Args:
        night: its runs.
        far: so many times as far apart as each place is wide, where nothing else tells.
        scatter: what runs scatter in other nights, in steps, if these tell it.
    """
    runs = night.runs
    positions = [one.position_steps for one in runs]
    if (plain := _find_places(runs, positions, FEWEST, FAR, scatter)) is not None:
        return [plain]
    if len(runs) < 2 * FEW_ALIKE:
        return []
    for levels in night.levels:
        alone_far = far if levels.may_tell_alone else inf
        whole = _find_places(runs, levels.steps.tolist(), FEW_ALIKE, alone_far, scatter)
        if whole is not None:
            return [whole]
        alone = []
        for name in sorted({one.filter or "" for one in runs}):
            own = [at for at, one in enumerate(runs) if (one.filter or "") == name]
            places = _find_places(
                [runs[at] for at in own],
                [float(levels.steps[at]) for at in own],
                FEW_ALIKE,
                alone_far,
                scatter,
            )
            if places is not None:
                alone.append(places)
        if alone:
            return alone
    return []


def _find_levels(night: Sequence[PlacedRun]) -> tuple[_Levels, _Levels]:
    """Return the positions without their filters' own places, with and without a drift in them.

    What time and temperature explain is taken away in the second; of few runs it is too much.
    """
    positions = np.array([one.position_steps for one in night])
    explained, left = _explain(night)
    still = positions - explained
    return (
        _Levels(positions - _own_places(night, positions), may_tell_alone=True),
        _Levels(still - _own_places(night, still), may_tell_alone=left >= FEWEST_LEFT),
    )


def _most_alike(night: Sequence[PlacedRun]) -> int:
    """Return whether a filter has three runs: two lie as far below their middle as above it."""
    most = max(Counter(one.filter for one in night).values())
    return FEWEST if most >= FEWEST else FEW_ALIKE


def _find_places(
    night: Sequence[PlacedRun],
    values: Sequence[float],
    fewest: int,
    far: float,
    scatter: float | None,
) -> TwoPlaces | None:
    """Return the runs at two places that these values have, if the night takes turns between."""
    split = _split(night, values, fewest, far, scatter)
    if split is None:
        return None
    above = [value > split for value in values]
    low, high = (
        tuple(one for one, is_above in zip(night, above, strict=True) if is_above is wanted)
        for wanted in (False, True)
    )
    names = Counter(one.filter for one in low) & Counter(one.filter for one in high)
    # A filter at one place says nothing of turns: its other one may be beyond a new zero.
    own = [is_above for one, is_above in zip(night, above, strict=True) if names[one.filter]]
    takes_turns = _count_turns(above) >= FEWEST_TURNS and _count_turns(own) >= OWN_TURNS[fewest]
    has_enough = min(len(low), len(high)) >= fewest and names.total() >= FEWEST_SHARED
    return TwoPlaces(low, high) if takes_turns and has_enough else None


def _count_turns(above: Sequence[bool]) -> int:
    return sum(before is not after for before, after in pairwise(above))


def _split(
    night: Sequence[PlacedRun],
    values: Sequence[float],
    fewest: int,
    far: float,
    scatter: float | None,
) -> float | None:
    """Return a value between the two places, if there are two."""
    places = sorted(values)
    if len(places) < 2 * fewest:
        return None
    gap, at = max((after - before, at) for at, (before, after) in enumerate(pairwise(places)))
    widest = max(places[at] - places[0], places[-1] - places[at + 1], 1.0)
    errors = [one.se_steps for one in night if one.se_steps is not None and one.se_steps > 0]
    are_told = len(errors) == len(night) and gap > SCATTERS * (scatter or 0.0)
    sure = gap / median(errors) if are_told else 0.0
    count = min(at + 1, len(places) - at - 1)
    is_far = gap > far * widest and count >= FEWEST
    is_far |= sure > ERRORS and count >= FEWEST and gap > FAR_BY_CURVES * widest
    if fewest == FEW_ALIKE:
        is_far |= sure > ERRORS_IF_FEW and gap > FAR_IF_FEW * widest
        is_far |= sure > ERRORS and gap > FAR_IF_SURE * widest
    return (places[at] + places[at + 1]) / 2 if is_far else None


def _explain(night: Sequence[PlacedRun]) -> tuple[Floats, int]:
    """Return what time and temperature explain of the positions, beside the filters' own places.

    And how many runs are left beyond what explains them. By least absolute residuals, which a
    second focuser's runs hardly move.
    """
    names = sorted({one.filter or "" for one in night})
    y = np.array([one.position_steps for one in night])
    columns = [np.array([(one.filter or "") == name for one in night], float) for name in names]
    if len(night) >= len(names) + 3:
        hours = np.array([(one.time - night[0].time).total_seconds() / 3600 for one in night])
        columns.append(hours - hours.mean())
    known = [one.temperature_c for one in night if one.temperature_c is not None]
    if len(known) == len(night) >= len(names) + 4:
        columns.append(np.array(known) - np.mean(known))
    x = np.stack(columns, axis=1)
    weights: Floats = np.ones(len(y))
    beta: Floats = np.zeros(len(columns))
    left = y
    for _ in range(ROUNDS):
        solved = np.linalg.lstsq(x * weights[:, None], y * weights, rcond=None)
        beta = solved[0].astype(np.float64)
        before, left = left, y - x @ beta
        if np.abs(left - before).max() < SETTLED_STEPS:
            break
        weights = 1 / np.sqrt(np.maximum(np.abs(left), 1.0))
    explained: Floats = x[:, len(names) :] @ beta[len(names) :]
    return explained, len(night) - len(columns)


def _own_places(night: Sequence[PlacedRun], values: Floats) -> Floats:
    """Return the place of each run's filter: the median of its values."""
    own: dict[str | None, list[float]] = {}
    for value, one in zip(values.tolist(), night, strict=True):
        own.setdefault(one.filter, []).append(value)
    places = {name: median(found) for name, found in own.items()}
    return np.array([places[one.filter] for one in night])
