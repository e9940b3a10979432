"""`rigd offsets fit` and `rigd offsets plan`: offsets from logs, and what to focus next."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from typing import Annotated

import typer

from rigd.autofocus_logs.run import Coordinates
from rigd.cli.daemon_client import ask, one_rig
from rigd.cli.offsets_why import nights, slope, steps_of
from rigd.cli.options import DEFAULT_URL, JsonOption, RigOption, UrlOption, ZoneOption
from rigd.cli.runs_read import read_all, stated_zone
from rigd.errors import RigdError
from rigd.files.plain_words import count_of
from rigd.learning.estimator.filter_offset import FilterOffset, refused_offset
from rigd.learning.estimator.fit import Fit, fit
from rigd.learning.estimator.prior import Prior
from rigd.learning.estimator.verdict import OffsetState, Support
from rigd.learning.run_plan import RunPlan, plan_next_runs

SHOWN_REASONS = 2
"""Of those why runs of one filter do not count; each run's own is told below."""

RunsOption = Annotated[
    list[Path], typer.Option("--runs", help="Table, log or directory; may be repeated.")
]
ReferenceOption = Annotated[
    str, typer.Option("--reference", help="The filter that offsets are counted from.")
]
FrameChoice = Annotated[
    Coordinates,
    typer.Option("--frame", help="The coordinates of positions where no column states them."),
]
PriorOption = Annotated[
    list[str] | None,
    typer.Option("--prior", help="Expected offset NAME=MEAN,SD in steps; may be repeated."),
]


def fit_command(
    runs: RunsOption,
    reference: ReferenceOption,
    *,
    focus_zone_steps: Annotated[
        float | None,
        typer.Option("--focus-zone-steps", min=0.01, help="Critical focus zone, full width."),
    ] = None,
    prior: PriorOption = None,
    frame: FrameChoice = Coordinates.RAW,
    zone: ZoneOption = None,
    as_json: JsonOption = False,
) -> None:
    """Learn focus offsets from autofocus runs, or say why an offset is refused."""
    result = _fit(
        paths=runs,
        reference=reference,
        priors=_priors(prior or []),
        focus_zone_steps=focus_zone_steps,
        frame=frame,
        zone=zone,
    )
    if as_json:
        typer.echo(json.dumps(_fit_json(result), indent=2))
        return
    for offset in _with_uncounted(result):
        typer.echo(_line(offset))
    typer.echo(
        f"{count_of(result.fitted, 'run')} in {nights(result.nights)}, one run scatters by "
        f"{steps_of(result.noise_steps)}, "
        f"{slope(result.slope_steps_per_c, result.slope_se_steps_per_c)}"
    )
    for out in result.left_out:
        typer.echo(f"left out: {out.run.source}: {out.reason}", err=True)


def plan_command(
    runs: Annotated[
        list[Path] | None,
        typer.Option("--runs", help="Table, log or directory, instead of asking the daemon."),
    ] = None,
    reference: Annotated[
        str | None, typer.Option("--reference", help="With --runs: counted from this filter.")
    ] = None,
    focus_zone_steps: Annotated[
        float | None,
        typer.Option("--focus-zone-steps", min=0.01, help="With --runs: focus zone, full width."),
    ] = None,
    *,
    rig: RigOption = None,
    url: UrlOption = DEFAULT_URL,
    frame: FrameChoice = Coordinates.RAW,
    zone: ZoneOption = None,
    as_json: JsonOption = False,
) -> None:
    """Plan which filters to focus next, in which order, and how many loops are left."""
    if not runs:
        answer = ask(url, f"{one_rig(url, rig)}/offsets/plan")
        for line in [json.dumps(answer, indent=2)] if as_json else _daemon_plan_lines(answer):
            typer.echo(line)
        return
    if reference is None:
        msg = "--runs needs --reference"
        raise typer.BadParameter(msg)
    known = _fit(
        paths=runs,
        reference=reference,
        priors={},
        focus_zone_steps=focus_zone_steps,
        frame=frame,
        zone=zone,
    )
    result = plan_next_runs(known, focus_zone_steps)
    if as_json:
        typer.echo(json.dumps(_plan_json(result), indent=2))
        return
    for line in _plan_lines(_plan_json(result)):
        typer.echo(line)


def _daemon_plan_lines(answer: Mapping[str, object]) -> list[str]:
    """The lines that show a plan of the daemon."""
    lines = [str(answer["reason"])] if answer["reason"] is not None else _plan_lines(answer)
    checks = answer["spot_checks"]
    if isinstance(checks, list) and checks:
        lines.append(f"unseen for nights, due for one run: {' '.join(checks)}")
    return lines


def _plan_lines(found: Mapping[str, object]) -> list[str]:
    lines = [f"next: {found['next_filter']}"]
    if found["more_loops"] is None:
        text = "20 more loops do not make every offset sure enough: look at the runs' scatter"
        return [*lines, text]
    if found["more_loops"] == 0:
        lines.append("every offset is sure enough to be applied")
    order = found["order"]
    loops = order if isinstance(order, list) else []
    if loops:
        lines.append("loops to run, in this order, with one autofocus run on each filter:")
    return [*lines, *(f"  {n}: {' '.join(loop)}" for n, loop in enumerate(loops, 1))]


def _fit(
    *,
    paths: list[Path],
    reference: str,
    priors: Mapping[str, Prior],
    focus_zone_steps: float | None,
    frame: Coordinates,
    zone: str | None,
) -> Fit:
    # Only differences of times count here, so a table of local times is read as it stands.
    runs, refused = read_all(paths, stated_zone(zone) or UTC, frame)
    if refused and not runs:
        raise typer.Exit(1)
    try:
        return fit(runs, reference, priors, focus_zone_steps=focus_zone_steps)
    except RigdError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None


def _priors(stated: list[str]) -> dict[str, Prior]:
    priors = {}
    for text in stated:
        name, _, numbers = text.rpartition("=")
        try:
            mean, sd = (float(part) for part in numbers.split(","))
        except ValueError:
            mean, sd = 0.0, 0.0
        if not name or not sd > 0:
            msg = f"{text!r} is not NAME=MEAN,SD with SD above 0"
            raise typer.BadParameter(msg, param_hint="--prior")
        priors[name] = Prior(mean_steps=mean, sd_steps=sd)
    return priors


def _with_uncounted(result: Fit) -> list[FilterOffset]:
    """Return the offsets with those refused of whose filters runs were read, and none counts."""
    reasons: dict[str, Counter[str]] = {}
    for out in result.left_out:
        if out.run.filter:
            reasons.setdefault(out.run.filter, Counter())[out.reason] += 1
    said = {offset.filter: offset for offset in result.offsets}
    for name in reasons.keys() - {result.reference}:
        if name in said and (said[name].runs or said[name].state is OffsetState.REFUSED):
            continue
        why = _none_counts(reasons[name])
        if name in said:
            said[name] = replace(said[name], reason=why)
        else:
            said[name] = refused_offset(name, Support(runs=0, passes=0, inflation=None), why)
    return [said[name] for name in sorted(said)]


def _none_counts(reasons: Counter[str]) -> str:
    """Say that no run of a filter counts, with the reasons that are given most often."""
    runs = reasons.total()
    which = "its run does not count" if runs == 1 else f"none of its {runs} runs counts"
    listed = [why for why, _ in reasons.most_common(SHOWN_REASONS)]
    more = ["and others"] if len(reasons) > SHOWN_REASONS else []
    return f"{which}: {'; '.join([*listed, *more])}"


def _fit_json(result: Fit) -> dict[str, object]:
    return {
        "reference": result.reference,
        "offsets": [
            {
                "filter": offset.filter,
                "focus_offset_steps": _round(offset.focus_offset_steps),
                "se_steps": _round(offset.se_steps),
                "low_steps": _round(offset.low_steps),
                "high_steps": _round(offset.high_steps),
                "runs": offset.runs,
                "passes": offset.passes,
                "state": str(offset.state),
                "inside_focus_zone": offset.inside_focus_zone,
                "reason": offset.reason,
            }
            for offset in _with_uncounted(result)
        ],
        "noise_steps": _round(result.noise_steps),
        "slope_steps_per_c": _round(result.slope_steps_per_c),
        "slope_se_steps_per_c": _round(result.slope_se_steps_per_c),
        "drift_share": _round(result.drift_share),
        "nights": result.nights,
        "fitted": result.fitted,
        "last_run": result.last_run.isoformat(),
        "left_out": [{"source": out.run.source, "reason": out.reason} for out in result.left_out],
    }


def _plan_json(result: RunPlan) -> dict[str, object]:
    return {
        "next_filter": result.next_filter,
        "more_loops": result.more_loops,
        "order": [list(loop) for loop in result.order],
        "runs_have": dict(result.runs_have),
    }


def _line(offset: FilterOffset) -> str:
    reason = "" if offset.reason is None else f"  ({offset.reason})"
    if offset.inside_focus_zone:
        reason = f"  inside the focus zone: no refocus needed{reason}"
    if offset.focus_offset_steps is None:
        return f"{offset.filter:12} {offset.state}{reason}"
    return (
        f"{offset.filter:12} {offset.focus_offset_steps:+8.1f} ± {offset.se_steps:.1f} steps  "
        f"{offset.state}  {count_of(offset.runs, 'run')}{reason}"
    )


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
