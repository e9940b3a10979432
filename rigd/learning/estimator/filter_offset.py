"""What is said of one filter's focus offset: measured, predicted, or refused."""

from dataclasses import dataclass

from rigd.learning.estimator.prior import Prior
from rigd.learning.estimator.verdict import OffsetState, Support

NORMAL_95 = 1.96
"""Half the 95 % interval of a normal in standard deviations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterOffset:
    """One filter's focus offset from the reference, in the focuser's own counts.

    A refused offset has numbers only if it is its error that is too large, or if too few runs
    speak against its prior. A modelled one carries those of its prior.
    """

    filter: str
    state: OffsetState
    reason: str | None
    focus_offset_steps: float | None
    """The mean: target = position of the reference + this."""
    se_steps: float | None
    low_steps: float | None
    """Of the 95 % interval."""
    high_steps: float | None
    runs: int
    passes: int
    inflation: float | None
    """Factor by which an unknown smooth drift would widen the variance."""
    inside_focus_zone: bool | None = None
    """True: the whole interval is inside, so no refocus is needed. False: the mean is outside."""


def modelled_offset(name: str, prior: Prior, own: Support, reason: str) -> FilterOffset:
    """Return the offset that glass says, with why runs say none."""
    return FilterOffset(
        filter=name,
        state=OffsetState.MODELLED,
        reason=reason,
        focus_offset_steps=prior.mean_steps,
        se_steps=prior.sd_steps,
        low_steps=prior.mean_steps - NORMAL_95 * prior.sd_steps,
        high_steps=prior.mean_steps + NORMAL_95 * prior.sd_steps,
        runs=own.runs,
        passes=own.passes,
        inflation=own.inflation,
    )


def refused_offset(name: str, own: Support, reason: str) -> FilterOffset:
    """Return no offset, with why."""
    return FilterOffset(
        filter=name,
        state=OffsetState.REFUSED,
        reason=reason,
        focus_offset_steps=None,
        se_steps=None,
        low_steps=None,
        high_steps=None,
        runs=own.runs,
        passes=own.passes,
        inflation=own.inflation,
    )
