"""What a fit needs to know of a rig beside its runs: reference, names, priors, zones. Pure."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from rigd.autofocus_logs.run import AutofocusRun
from rigd.errors import InvalidValueError
from rigd.files.text import comparable_name
from rigd.learning.estimator.prior import Prior
from rigd.learning.fit_record import StoredFit


@dataclass(frozen=True, slots=True, kw_only=True)
class FitInput:
    """What a rig's profile and glass give to a fit; filters go by their keys."""

    reference: str | None
    """Key of the reference filter."""
    names: Mapping[str, str]
    """Keys by every name that a log may use, as `comparable_name` spells it."""
    priors: Mapping[str, Prior] = field(default_factory=dict)
    zones_steps: Mapping[str, float] = field(default_factory=dict)
    """Critical focus zone, full width."""
    filters: tuple[str, ...] = ()
    """Keys of the filters in the wheel that let light through."""
    steps_per_mm_glass: float | None = None
    """Steps by which one more millimetre of filter glass moves the focus, with its sign."""
    focuser: str | None = None
    """What the focuser is called on its server."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningRig:
    """The rig that learns, as it is now."""

    light_path_id: str
    fit_input: FitInput
    filter_fingerprints: Mapping[str, str]
    """The fingerprint of every filter, by key."""


def complete_input(learning_rig: LearningRig, before: StoredFit | None) -> FitInput:
    """Return the fit's input, completed with priors and zones of the last fit if it has none.

    They depend on the step size that the focuser reports. By day the equipment is off, and within a
    light path and the same filters what it reported last still holds.
    """
    fit_input = learning_rig.fit_input
    if before is None or fit_input.zones_steps or fit_input.priors:
        return fit_input
    if before.result.get("glasses") != learning_rig.filter_fingerprints:
        return fit_input
    priors, zones = before.result.get("priors"), before.result.get("focus_zone_steps")
    return replace(
        fit_input,
        priors={key: Prior(**row) for key, row in priors.items()}
        if isinstance(priors, dict)
        else {},
        zones_steps=zones if isinstance(zones, dict) else {},
    )


def filter_key(fit_input: FitInput, name: str) -> str:
    """Return the key of a filter by any of its names.

    Raises:
        InvalidValueError: The rig has no such filter.
    """
    key = fit_input.names.get(comparable_name(name))
    if key is None:
        known = ", ".join(dict.fromkeys(fit_input.names.values())) or "none"
        msg = f"no filter is named {name[:80]!r} (there are: {known})"
        raise InvalidValueError(msg)
    return key


def basis_of(fit_input: FitInput, runs: Sequence[AutofocusRun]) -> str:
    """Return a digest of everything that a fit depends on: the same digest, the same fit."""
    told = sorted((run.key, run.focuser or "") for run in runs)
    return hashlib.sha256(repr((fit_input, told)).encode()).hexdigest()[:32]
