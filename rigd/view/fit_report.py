"""What the newest fit says, as the outside sees it: of the whole rig, or of one filter."""

from collections.abc import Sequence

from rigd.focus.state.settings import FilterSlot
from rigd.learning.fit_input import FitInput
from rigd.learning.fit_record import StoredFit, _warnings
from rigd.view.rig import Json


def why(rig: str, stored: StoredFit | None) -> Json:
    """What the newest fit was made of."""
    if stored is None:
        return {"rig": rig, "fit": None}
    left_out = {"offsets", "runs", "plan", "glasses"}
    fit = {key: value for key, value in stored.result.items() if key not in left_out}
    return {"rig": rig, "fit": {**fit, "at": stored.at, "cause": stored.cause}}


def why_filter(
    rig: str, key: str, fit_input: FitInput, stored: StoredFit | None, slots: Sequence[FilterSlot]
) -> Json:
    """Prior, data and posterior of one filter's offset, and what counts now."""
    slot = next((slot for slot in slots if slot.key == key), None)
    prior = fit_input.priors.get(key)
    result = stored.result if stored else {}
    offsets, runs = result.get("offsets"), result.get("runs")
    return {
        **why(rig, stored),
        "filter": key,
        "prior": {"mean_steps": prior.mean_steps, "sd_steps": prior.sd_steps} if prior else None,
        "runs": [run for run in runs if run["filter"] == key] if isinstance(runs, list) else [],
        "posterior": offsets.get(key) if isinstance(offsets, dict) else None,
        "warnings": [text for filters, text in _warnings(stored) if key in filters],
        "in_use": {
            "focus_offset_steps": slot.focus_offset_steps,
            "state": slot.state,
            "reason": slot.reason,
        }
        if slot
        else None,
    }
