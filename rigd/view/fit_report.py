"""What the newest fit says, as the outside sees it: of the whole rig, or of one filter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rigd.focus.state.settings import FilterSlot
from rigd.learning.estimator.prior import Prior
from rigd.learning.fit_input import FitInput
from rigd.learning.fit_record import StoredFit, warnings_of
from rigd.learning.frame_findings import FrameVerdict

_OF_A_FILTER = {"offsets", "runs", "plan", "glasses"}
"""Parts of a stored fit that are shown filter by filter, or elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FitReport:
    """The newest fit of a rig, as it is stored; null without one."""

    rig: str
    fit: Mapping[str, object] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OffsetInUse:
    """The offset that counts now."""

    focus_offset_steps: int | None
    state: str
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterFitReport(FitReport):
    """Prior, data and posterior of one filter's offset, and what counts now."""

    filter: str
    prior: Prior | None
    no_prior_because: str | None
    """What is not known of the glass or the focuser; None where there is a prior."""
    runs: tuple[Mapping[str, object], ...]
    posterior: Mapping[str, object] | None
    warnings: tuple[str, ...]
    in_use: OffsetInUse | None
    frames: FrameVerdict | None


def report_fit(rig: str, stored: StoredFit | None) -> FitReport:
    """What the newest fit was made of."""
    return FitReport(rig=rig, fit=_fit(stored))


def report_filter_fit(
    rig: str,
    key: str,
    fit_input: FitInput,
    stored: StoredFit | None,
    slots: Sequence[FilterSlot],
    *,
    modelled: Sequence[FilterSlot],
    frames: FrameVerdict | None,
) -> FilterFitReport:
    """What the newest fit and the light frames say of one filter.

    Args:
        rig: its name.
        key: of the filter.
        fit_input: what was known before any run.
        stored: the newest fit.
        slots: with the offsets that count now.
        modelled: with those that glass says, or the reason why it says none.
        frames: what light frames said of the filter.
    """
    slot = next((slot for slot in slots if slot.key == key), None)
    result = stored.result if stored else {}
    offsets, runs = result.get("offsets"), result.get("runs")
    return FilterFitReport(
        rig=rig,
        fit=_fit(stored),
        filter=key,
        prior=fit_input.priors.get(key),
        no_prior_because=None
        if key in fit_input.priors
        else next((one.reason for one in modelled if one.key == key), None),
        runs=tuple(run for run in runs if run["filter"] == key) if isinstance(runs, list) else (),
        posterior=offsets.get(key) if isinstance(offsets, dict) else None,
        warnings=tuple(text for filters, text in warnings_of(stored) if key in filters),
        in_use=OffsetInUse(
            focus_offset_steps=slot.focus_offset_steps, state=slot.state, reason=slot.reason
        )
        if slot
        else None,
        frames=frames,
    )


def _fit(stored: StoredFit | None) -> Mapping[str, object] | None:
    if stored is None:
        return None
    rest = {key: value for key, value in stored.result.items() if key not in _OF_A_FILTER}
    return {**rest, "at": stored.at, "cause": stored.cause}
