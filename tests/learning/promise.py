"""What is promised of learnt offsets, asked of nights whose truth is known.

An offset lies beyond its stated 95 % interval no more often than 7 % of the time, and none is
applied that the rule forbids. The rule is written here a second time, from its words alone: at
least three runs behind the filter and behind the reference, a standard error no larger than what
one run scatters or a quarter of the focus zone, and no smaller than what the runs themselves state.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

import numpy as np

from rigd.autofocus_logs.run import AutofocusRun
from rigd.errors import RefusedError
from rigd.focus.state.settings import FilterSlot, LearntOffset
from rigd.learning.estimator.filter_offset import FilterOffset
from rigd.learning.estimator.fit import Fit, fit
from rigd.learning.learnt_offsets import choose_offsets
from rigd.optics.filter_offsets import SlotKind
from tests.learning.sweep_nights import (
    FILTERS,
    KINDS,
    REFERENCE,
    Kind,
    SweepNight,
    draw_night,
)

LIMIT = 0.07
"""Of the intervals that may miss the truth."""


@dataclass(slots=True)
class Tally:
    """What came out of some nights."""

    nights: int = 0
    stated: int = 0
    """Intervals."""
    missed: int = 0
    applied: int = 0
    applied_missed: int = 0
    nothing: int = 0
    """Offsets without numbers."""
    forbidden: list[str] = field(default_factory=list)
    errors: list[float] = field(default_factory=list)
    """Of applied offsets, in what one run scatters."""

    def add(self, other: "Tally") -> None:
        """Add what came out of other nights."""
        for name in ("nights", "stated", "missed", "applied", "applied_missed", "nothing"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.forbidden += other.forbidden
        self.errors += other.errors

    @property
    def miss_share(self) -> float:
        """Of the intervals, those beyond which the truth lies."""
        return self.missed / max(self.stated, 1)


def judge_nights(kind_at: int, nights: range, seed: int) -> Tally:
    """Draw nights of the kind at this place of `KINDS`, and judge them."""
    tally, kind = Tally(), KINDS[kind_at]
    for night in nights:
        rng = np.random.default_rng([seed, kind_at, night])
        tally.add(judge_night(kind, draw_night(kind, rng), f"{kind.name}, night {night}"))
    return tally


def judge_night(kind: Kind, night: SweepNight, named: str) -> Tally:
    """Learn from one night, apply what counts, and compare with the truth."""
    tally = Tally(nights=1)
    try:
        learnt = fit(
            night.runs, REFERENCE, dict(night.priors), focus_zone_steps=night.focus_zone_steps
        )
    except RefusedError:
        tally.nothing += len(FILTERS) - 1
        return tally
    slots = choose_offsets(
        [_slot(at, name, night) for at, name in enumerate(FILTERS)],
        {one.filter: _as_learnt(one) for one in learnt.offsets},
        reference=REFERENCE,
        apply_from="provisional",  # what runs decide; what glass says is another promise
        run_scatter_steps=learnt.noise_steps,
        scatter_limit_steps=learnt.scatter_limit_steps,
    )
    for slot in slots[1:]:
        offset = learnt.offset(slot.key)
        if offset is None or offset.focus_offset_steps is None or _is_predicted(offset, night):
            tally.nothing += 1
            continue
        truth = night.truth[slot.key]
        missed = not (offset.low_steps or 0.0) <= truth <= (offset.high_steps or 0.0)
        tally.stated += 1
        tally.missed += missed
        if slot.focus_offset_steps is None:
            continue
        tally.applied += 1
        tally.applied_missed += missed
        tally.errors.append((slot.focus_offset_steps - truth) / learnt.noise_steps)
        tally.forbidden += [
            f"{named}: {slot.name} {why}" for why in _broken_rules(kind, night, learnt, offset)
        ]
    return tally


def _slot(at: int, name: str, night: SweepNight) -> FilterSlot:
    return FilterSlot(
        filter_position=at,
        key=name,
        name=name,
        kind=SlotKind.FILTER,
        focus_zone_steps=night.focus_zone_steps,
    )


def _as_learnt(offset: FilterOffset) -> LearntOffset:
    return LearntOffset(
        focus_offset_steps=offset.focus_offset_steps,
        se_steps=offset.se_steps,
        low_steps=offset.low_steps,
        high_steps=offset.high_steps,
        runs=offset.runs,
        state=str(offset.state),
        reason=offset.reason,
        at="2024-03-02T00:00:00.000+00:00",
    )


def _is_predicted(offset: FilterOffset, night: SweepNight) -> bool:
    """Whether an offset is its prior and nothing else."""
    prior = night.priors.get(offset.filter)
    return prior is not None and prior.mean_steps == offset.focus_offset_steps


def _broken_rules(
    kind: Kind, night: SweepNight, learnt: Fit, offset: FilterOffset
) -> Sequence[str]:
    """Return why this offset must not be applied."""
    found = []
    if night.is_of_two:
        found.append("is of runs of two focusers")
    if kind.blind == offset.filter:
        found.append("is of sweeps that saw nothing")
    own, others = (
        [run for run in night.runs if run.ok and run.filter == name]
        for name in (offset.filter, REFERENCE)
    )
    if min(len(own), len(others)) < 3:
        found.append(f"has {len(own)} runs beside {len(others)}")
    if min(_count_blocks(night, name) for name in (offset.filter, REFERENCE)) < 2:
        found.append("is of one block in time")
    se = offset.se_steps or 0.0
    largest = max(learnt.noise_steps, 12**-0.5, (night.focus_zone_steps or 0.0) / 4)
    if se > largest * (1 + 1e-9):
        found.append(f"is known to {se:.2f}, the most is {largest:.2f}")
    least = math.hypot(_stated_error(own), _stated_error(others))
    if se < least * (1 - 1e-9):
        found.append(f"is known to {se:.2f}, its runs to {least:.2f}")
    return found


def _count_blocks(night: SweepNight, name: str) -> int:
    """Count the stretches of runs of one filter, cut by another filter or by a day."""
    told = [(run.filter, run.time.date() if run.time else None) for run in night.runs if run.ok]
    return sum(len(list(same)) > 0 for one, same in groupby(told) if one[0] == name)


def _stated_error(runs: Sequence[AutofocusRun]) -> float:
    return 1 / math.sqrt(sum((run.se_steps or math.inf) ** -2 for run in runs) or math.inf)
