"""One fit, from runs to plain values and pictures that can cross to another process. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from rigd.autofocus_logs.run import AutofocusRun
from rigd.errors import RefusedError
from rigd.files.plain_words import count_of
from rigd.files.text import comparable_name
from rigd.learning.estimator.filter_offset import FilterOffset
from rigd.learning.estimator.fit import Fit, fit
from rigd.learning.estimator.run_residuals import residuals_of
from rigd.learning.estimator.wild_runs import describe_wild
from rigd.learning.fit_input import FitInput
from rigd.learning.fit_output import FitOutput
from rigd.learning.fit_plot import runs_svg
from rigd.learning.own_focuser import choose_own_focuser
from rigd.learning.prediction_check import find_disagreements
from rigd.learning.run_plan import plan_next_runs
from rigd.units import local_time


def learn(fit_input: FitInput, runs: tuple[AutofocusRun, ...]) -> FitOutput:
    """Fit the runs whose filter the rig has; name the others.

    Raises:
        RefusedError: No run can be fitted, or none of the reference.
    """
    if fit_input.reference is None:
        msg = "the profile names no reference_filter, so no offset can be learnt from runs"
        raise RefusedError(msg)
    named = tuple(
        replace(run, filter=key)
        for run in runs
        if run.filter is not None
        and (key := fit_input.names.get(comparable_name(run.filter))) is not None
    )
    unknown_runs = sorted(
        run.filter or ""
        for run in runs
        if fit_input.names.get(comparable_name(run.filter or "")) is None
    )
    if unknown_runs and not named:
        names = ", ".join(repr(name) for name in sorted(set(unknown_runs))[:8])
        msg = f"no filter of this rig is named as in {count_of(len(unknown_runs), 'run')}: {names}"
        raise RefusedError(msg)
    named, foreign = choose_own_focuser(named, fit_input.focuser)
    zones = fit_input.zones_steps
    done = fit(named, fit_input.reference, fit_input.priors, focus_zone_steps=zones)
    result = _result(done, fit_input, unknown_runs, foreign)
    result["warnings"] = _warnings(done, named, fit_input)
    result["plan"] = _plan(done, fit_input)
    return FitOutput(result=result, pictures=_pictures(done))


def _result(
    done: Fit, fit_input: FitInput, unknown_runs: list[str], foreign: Sequence[AutofocusRun]
) -> dict[str, object]:
    left_out = [{"source": out.run.source, "reason": out.reason} for out in done.left_out]
    left_out += [
        {
            "source": count_of(len(list(same)), "run"),
            "reason": f"no filter of this rig is named {name!r}",
        }
        for name, same in groupby(unknown_runs)
    ]
    left_out += [
        {"source": count_of(number, "run"), "reason": f"of another focuser, {name}"}
        for name, number in sorted(Counter(run.focuser or "" for run in foreign).items())
    ]
    return {
        "reference": done.reference,
        "offsets": {offset.filter: _offset(offset) for offset in done.offsets},
        "priors": {
            key: {"mean_steps": prior.mean_steps, "sd_steps": prior.sd_steps}
            for key, prior in fit_input.priors.items()
        },
        "focus_zone_steps": dict(fit_input.zones_steps),
        "noise_steps": done.noise_steps,
        "scatter_limit_steps": done.scatter_limit_steps,
        "slope_steps_per_c": done.slope_steps_per_c,
        "slope_se_steps_per_c": done.slope_se_steps_per_c,
        "drift_share": done.drift_share,
        "nights": done.nights,
        "fitted": done.fitted,
        "last_run": done.last_run.isoformat(),
        "left_out": left_out,
        "runs": [
            {
                "filter": reading.filter,
                "time": reading.time.isoformat(),
                "position_steps": reading.position_steps,
                "level_steps": reading.level_steps,
                "residual_steps": reading.residual_steps,
                "weight": reading.weight,
            }
            for reading in residuals_of(done)
        ],
    }


def _warnings(
    done: Fit, runs: tuple[AutofocusRun, ...], fit_input: FitInput
) -> list[dict[str, object]]:
    """Return warnings where the focuser was zeroed anew, and where runs contradict the glass.

    The second fit has no priors: with them, measured offsets would agree with the prediction more
    than the runs do.
    """
    warnings: list[dict[str, object]] = [
        {
            "kind": "zero",
            "filters": [],
            "text": f"from {local_time(zero.before)} the focuser counts from another zero, "
            f"{zero.jump_steps:+.0f} steps: levels before and after are not compared",
        }
        for zero in done.table.zeros
    ]
    warnings.extend(
        {"kind": "nights", "filters": [name], "text": text}
        for name, text in done.contradictions.items()
    )
    for index, name in enumerate(done.table.filters):
        if said := describe_wild(done.table, done.posterior, index):
            text = f"{said}: `rigd offsets --why` shows which"
            warnings.append({"kind": "far_off", "filters": [name], "text": text})
    if not fit_input.priors:
        return warnings
    measured = fit(runs, done.reference)
    found = find_disagreements(
        measured, fit_input.priors, steps_per_mm_glass=fit_input.steps_per_mm_glass
    )
    warnings.extend(
        {"kind": "glass", "filters": list(item.filters), "text": item.text} for item in found
    )
    return warnings


def _plan(done: Fit, fit_input: FitInput) -> dict[str, object]:
    unseen = [name for name in fit_input.filters if name not in done.table.filters]
    found = plan_next_runs(done, fit_input.zones_steps, unseen)
    return {
        "next_filter": found.next_filter,
        "more_loops": found.more_loops,
        "order": [list(loop) for loop in found.order],
        "runs_have": dict(found.runs_have),
    }


def _offset(offset: FilterOffset) -> dict[str, object]:
    return {
        "focus_offset_steps": offset.focus_offset_steps,
        "se_steps": offset.se_steps,
        "low_steps": offset.low_steps,
        "high_steps": offset.high_steps,
        "runs": offset.runs,
        "state": str(offset.state),
        "reason": offset.reason,
    }


def _pictures(done: Fit) -> dict[str, str]:
    return {name or "": runs_svg(done, name) for name in (None, *done.table.filters)}
