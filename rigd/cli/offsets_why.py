"""`rigd offsets --why FILTER`: prior, data and posterior of one offset."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlencode

import typer

from rigd.cli.daemon_client import ask, fetch, rows
from rigd.files.plain_words import count_of
from rigd.learning.fit_record import FIT_UNDER_WAY, NOTHING_LEARNT
from rigd.learning.sureness import (
    MIN_RUNS,
    count_missing_runs,
    describe_runs,
    find_largest_error,
)
from rigd.units import local_time


def show_why(url: str, path: str, name: str | None, svg: Path | None, *, as_json: bool) -> None:
    """Print what an offset was learnt from; write a picture of it to `svg`, if that is given."""
    query = f"?{urlencode({'filter': name})}" if name is not None else ""
    answer = ask(url, f"{path}/offsets/why{query}")
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
    else:
        for line in why_lines(answer):
            typer.echo(line)
        runs = rows(ask(url, f"{path}/runs"), "runs")
        if isinstance(answer["fit"], dict):
            for line in unfitted_lines(runs, answer.get("filter")):
                typer.echo(line)
            if newer := learning_note(ask(url, path)):
                typer.echo(f"since that fit: {newer}")
        else:
            diary = [row["sentence"] for row in rows(ask(url, f"{path}/history"), "history")]
            for line in no_fit_lines(runs, ask(url, f"{path}/offsets/plan"), name, diary):
                typer.echo(line)
    if svg is not None:
        svg.write_bytes(fetch(url, f"{path}/offsets/why.svg{query}"))
        typer.echo(f"picture: {svg}", err=True)


def nothing_learnt(rig: Mapping[str, object]) -> str | None:
    """Why the newest runs of a rig gave no fit; None if they did, or nobody has asked."""
    told = learning_note(rig)
    return told if told != FIT_UNDER_WAY else None


def learning_note(rig: Mapping[str, object]) -> str | None:
    """That a rig's newest runs are being fitted, or why they gave no fit; None: neither."""
    told = rig.get("learning")
    notes = (NOTHING_LEARNT, FIT_UNDER_WAY)
    return told if isinstance(told, str) and told.startswith(notes) else None


def no_fit_lines(
    runs: Sequence[Mapping[str, object]],
    plan: Mapping[str, object],
    name: str | None,
    diary: Sequence[str] = (),
) -> list[str]:
    """Say why nothing is learnt yet, and how many runs it takes.

    Args:
        runs: the runs that are kept.
        plan: what the daemon would focus next.
        name: the filter that is asked about; None for all.
        diary: its newest lines, newest first.
    """
    counting = [run for run in runs if run["accepted"] and run["reason"] is None]
    if not runs:
        lines = ["no fit yet: no run is kept; import some with `rigd runs import`"]
    elif not counting:
        lines = [f"no fit yet: {_kept(len(runs))}, none counts: `rigd runs list` says why"]
    else:
        lines = [f"no fit yet: {_kept(len(runs))}, {len(counting)} of them could be fitted"]
        lines += [line for line in diary if line.startswith(NOTHING_LEARNT)][:1]
    reference = plan["reference"]
    if plan["reason"] is not None:
        lines.append(str(plan["reason"]))
    elif not counting and isinstance(reference, str):
        other = "each other filter" if name is None or name == reference else name
        lines.append(f"needed at least: {MIN_RUNS} runs of {reference} and {MIN_RUNS} of {other}")
    return lines


def unfitted_lines(runs: Sequence[Mapping[str, object]], key: object) -> list[str]:
    """Name the runs of a filter that are kept and do not count."""
    return [
        f"not fitted: the run of "
        f"{local_time(str(run['time'])) if run['time'] else 'unknown time'}: {run['reason']}"
        for run in runs
        if run["reason"] and key is not None and run["filter"] == key
    ]


def _kept(count: int) -> str:
    return f"{count_of(count, 'run')} {'is' if count == 1 else 'are'} kept"


def why_lines(answer: Mapping[str, object]) -> list[str]:
    """Say what the newest fit, and one filter's part in it, were made of."""
    fit, prior, posterior = answer["fit"], answer.get("prior"), answer.get("posterior")
    is_reference = isinstance(fit, dict) and fit.get("reference") == answer.get("filter")
    runs, in_use = answer.get("runs"), answer.get("in_use")
    lines = []
    if "filter" in answer:
        lines.append(f"filter {answer['filter']}")
        because = answer.get("no_prior_because")
        lines.append(f"  prior      {_prior(prior, because, is_reference=is_reference)}")
        lines.append(f"  data       {count_of(len(runs) if isinstance(runs, list) else 0, 'run')}")
        lines += [
            f"    {local_time(run['time'])}  {run['position_steps']:.1f} steps  residual "
            f"{run['residual_steps']:+.1f}  weight {run['weight']:.2f}"
            for run in (runs if isinstance(runs, list) else [])
        ]
        lines.append(f"  posterior  {_posterior(posterior, is_reference=is_reference)}")
        if isinstance(fit, dict) and not is_reference:
            lines += _needed_lines(fit, posterior, answer["filter"])
    frames = answer.get("frames")
    if isinstance(frames, dict):
        lines.append(f"  frames     {frames['text']} (looked at {local_time(frames['at'])})")
    warnings = answer.get("warnings")
    lines += [f"  warning    {text}" for text in (warnings if isinstance(warnings, list) else [])]
    if isinstance(in_use, dict):
        steps = in_use["focus_offset_steps"]
        counts = "nothing" if steps is None else f"{steps:+d} steps"
        lines.append(f"  in use now {counts} ({in_use['reason'] or in_use['state']})")
    if not isinstance(fit, dict):
        return lines
    lines.append(
        f"fit of {local_time(fit['at'])}: {count_of(fit['fitted'], 'run')} in "
        f"{nights(fit['nights'])} against {fit['reference']}, "
        f"one run scatters by {steps_of(_number(fit['noise_steps']))}, "
        f"{slope(fit['slope_steps_per_c'], fit['slope_se_steps_per_c'])}; {fit['cause']}"
    )
    lines += [f"  left out: {out['source']}: {out['reason']}" for out in fit["left_out"]]
    if "filter" not in answer:
        lines += [f"  warning: {warning['text']}" for warning in fit.get("warnings", [])]
    return lines


def slope(steps_per_c: float | None, se_steps_per_c: float | None) -> str:
    """How far the focus moves with the temperature, with its error."""
    if not se_steps_per_c or steps_per_c is None:
        return "nothing known of the temperature"
    return f"{steps_per_c:+.1f} ± {se_steps_per_c:.1f} steps per °C"


def steps_of(steps: float | None) -> str:
    """A number of steps in words; what is near none is not nothing."""
    if steps is None:
        return "an unknown number of steps"
    return f"{steps:.1f} steps" if steps >= 0.05 else "less than 0.1 steps"


def nights(count: int) -> str:
    """A number of nights, in words."""
    return "1 night" if count == 1 else f"{count} nights"


def _needed_lines(fit: Mapping[str, object], posterior: object, key: object) -> list[str]:
    """Say which runs of a filter make its offset count, if it lacks any."""
    if needed := _needed(fit, posterior, key):
        which = f"of {key}, in turn with {fit['reference']}"
        said = describe_runs(needed, which, _number(fit["noise_steps"]))
    elif isinstance(posterior, dict) and any(
        word in (posterior["reason"] or "") for word in ("never interleaved", "aliased with")
    ):
        said = f"runs of {key} and {fit['reference']} in turn: `rigd offsets plan` says how many"
    else:
        return []
    return [f"  needed     {said}"]


def _needed(fit: Mapping[str, object], posterior: object, key: object) -> int:
    """How many more runs of a filter make its offset sure enough to be applied."""
    if not isinstance(posterior, dict):
        return MIN_RUNS
    runs, error, zones = posterior["runs"], posterior["se_steps"], fit.get("focus_zone_steps")
    if error is None:
        return max(0, MIN_RUNS - int(runs))
    scatter, limit = (
        _number(value)
        for value in (fit["noise_steps"], fit.get("scatter_limit_steps", fit["noise_steps"]))
    )
    zone = zones.get(key) if isinstance(zones, dict) else None
    return count_missing_runs(
        error,
        runs,
        largest_steps=find_largest_error(limit, zone),
        run_scatter_steps=None if scatter is None else max(scatter, limit or 0.0),
    )


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _prior(prior: object, because: object, *, is_reference: bool) -> str:
    if is_reference:
        return "none is needed: offsets are counted from this filter"
    if not isinstance(prior, dict):
        return f"none: {because}" if because else "none"
    return f"{prior['mean_steps']:+.1f} ± {prior['sd_steps']:.1f} steps from glass"


def _posterior(row: object, *, is_reference: bool) -> str:
    if is_reference:
        return "0 steps"
    if not isinstance(row, dict):
        return "none"
    reason = f": {row['reason']}" if row["reason"] else ""
    if row["focus_offset_steps"] is None:
        return f"{row['state']}{reason}"
    return (
        f"{row['focus_offset_steps']:+.1f} ± {row['se_steps']:.1f} steps, 95 % "
        f"{row['low_steps']:+.1f} to {row['high_steps']:+.1f}, {count_of(row['runs'], 'run')}, "
        f"{row['state']}{reason}"
    )
