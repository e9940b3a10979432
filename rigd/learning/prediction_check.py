"""Compares measured offsets with predicted ones, and names the likely cause where they disagree.

Sentences for a person, never acted on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from rigd.learning.estimator.fit import Fit
from rigd.learning.estimator.prior import Prior

CLEAR = 3.0
"""Standard deviations at which a disagreement is clear: once in 370 by chance."""
AGREES = 2.0
"""Standard deviations within which a cause explains an offset: the 95 % of a normal."""
MM_TOLERANCE = 0.25
"""A glass is called whole millimetres thicker only if the figure is that near; our choice."""
MIN_FILTERS_FOR_SCALE = 3
"""One factor always explains one filter, and two too easily."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """Filters whose measured offsets the prediction does not explain."""

    filters: tuple[str, ...]
    text: str


def find_disagreements(
    measured: Fit, priors: Mapping[str, Prior], *, steps_per_mm_glass: float | None = None
) -> tuple[Disagreement, ...]:
    """Compare a fit made *without* priors with the predictions.

    One factor for all filters is tried first, since it explains the most with the least; then pairs
    that look swapped; what is left is named filter by filter.

    Args:
        measured: A fit of the runs alone.
        priors: Predicted offsets from the same reference.
        steps_per_mm_glass: Steps by which one more millimetre of filter glass moves the focus, with
            its sign; None if direction or step size is unknown.
    """
    seen = {
        offset.filter: (offset.focus_offset_steps, offset.se_steps)
        for offset in measured.offsets
        if offset.focus_offset_steps is not None
        and offset.se_steps is not None
        and offset.filter in priors
    }
    away = {name: _deviation(*seen[name], priors[name]) for name in seen}
    odd = [name for name in sorted(seen) if away[name] > CLEAR]
    found = [_scale(seen, priors)] if len(odd) >= MIN_FILTERS_FOR_SCALE else []
    if found and found[0] is not None:
        return (found[0],)
    explained: set[str] = set()
    result: list[Disagreement] = []
    for one, other in combinations(odd, 2):
        if (
            _deviation(*seen[one], priors[other]) < AGREES
            and _deviation(*seen[other], priors[one]) < AGREES
        ):
            text = f"{one} and {other} look swapped: each has the offset predicted for the other"
            result.append(Disagreement(filters=(one, other), text=text))
            explained |= {one, other}
    result.extend(
        Disagreement(
            filters=(name,), text=_sentence(name, seen[name][0], priors[name], steps_per_mm_glass)
        )
        for name in odd
        if name not in explained
    )
    return tuple(result)


def _deviation(mean_steps: float, se_steps: float, prior: Prior) -> float:
    return abs(mean_steps - prior.mean_steps) / float(np.hypot(se_steps, prior.sd_steps))


def _scale(
    seen: Mapping[str, tuple[float, float]], priors: Mapping[str, Prior]
) -> Disagreement | None:
    """Return the disagreement if one factor explains all filters: gain, step size or direction."""
    names = sorted(seen)
    measured = np.array([seen[name][0] for name in names])
    predicted = np.array([priors[name].mean_steps for name in names])
    if not predicted.any():
        return None
    factor = float(measured @ predicted / (predicted @ predicted))
    spread = [float(np.hypot(seen[name][1], abs(factor) * priors[name].sd_steps)) for name in names]
    if (np.abs(measured - factor * predicted) > AGREES * np.array(spread)).any():
        return None
    cause = (
        "the direction of the focuser is the other one"
        if factor < 0
        else "gain or step size differ from what is stated: a reducer?"
    )
    text = f"all offsets are {factor:.2f} times the predicted ones: {cause}"
    return Disagreement(filters=tuple(names), text=text)


def _sentence(name: str, mean_steps: float, prior: Prior, steps_per_mm: float | None) -> str:
    text = f"{name}: measured {mean_steps:+.0f} steps, predicted {prior.mean_steps:+.0f}"
    if not steps_per_mm:
        return text
    more_mm = (mean_steps - prior.mean_steps) / steps_per_mm
    whole = round(more_mm)
    if whole == 0 or abs(more_mm - whole) > MM_TOLERANCE:
        return text
    thicker = "thicker" if whole > 0 else "thinner"
    return f"{text}: its glass looks {abs(whole)} mm {thicker} than stated"
