"""`rigd runs`: the autofocus runs that the daemon keeps."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

import typer

from rigd.autofocus_logs.own_positions import POSITIONS_HELP, PositionRange, parse_positions
from rigd.autofocus_logs.run import Coordinates
from rigd.cli.daemon_client import ask, one_rig, rows
from rigd.cli.on_demand import CommandOnDemand, group_of
from rigd.cli.options import DEFAULT_URL, JsonOption, RigOption, UrlOption
from rigd.errors import InvalidValueError, RefusedError
from rigd.files.text import comparable_name
from rigd.units import local_time

runs_app = typer.Typer(
    help="Import, list and correct autofocus runs from other programs' logs.",
    no_args_is_help=True,
    cls=group_of(
        CommandOnDemand(
            "read",
            "rigd.cli.runs_read:read_command",
            "Show the runs in logs; why files are refused is said on standard error.",
        ),
        CommandOnDemand(
            "import",
            "rigd.cli.runs_import:import_command",
            "Import the runs of logs, each once, to learn offsets from. Nothing moves.",
        ),
        CommandOnDemand(
            "watch",
            "rigd.cli.runs_watch:watch_command",
            "Show what was read in watched directories, and what was skipped there and why.",
        ),
    ),
)

_INDENT = " " * 10
"""Of what stands under a run: as wide as its key."""

FrameOption = Annotated[
    Coordinates | None,
    typer.Option(
        "--frame",
        help="Whose counts positions are: the focuser's (raw), or without rigd's terms (logical).",
    ),
]


PositionsOption = Annotated[
    str | None,
    typer.Option(
        "--positions",
        metavar="LOW-HIGH",
        help="The runs that ended there alone, as 9000-11000; where two focusers share a log.",
    ),
]


@runs_app.callback()
def _runs() -> None:
    """Import, list and correct autofocus runs from other programs' logs."""


@runs_app.command("list")
def list_command(
    rig: RigOption = None, url: UrlOption = DEFAULT_URL, as_json: JsonOption = False
) -> None:
    """List the imported runs, newest first, and why some are not fitted."""
    path = one_rig(url, rig)
    answer = ask(url, f"{path}/runs")
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    if not rows(answer, "runs"):
        typer.echo("no run is imported yet: `rigd runs import` takes them from logs")
        return
    for line in list_lines(rows(answer, "runs")):
        typer.echo(line)
    told = ask(url, path)["learning"]
    if told is not None:
        typer.echo(told)


def stated_positions(positions: str | None) -> PositionRange | None:
    """Read the option `--positions`.

    Raises:
        BadParameter: it is no range.
    """
    if positions is None:
        return None
    found = parse_positions(positions)
    if found is None:
        msg = f"{positions!r} {POSITIONS_HELP}"
        raise typer.BadParameter(msg, param_hint="--positions")
    return found


def list_lines(runs: Sequence[Mapping[str, Any]]) -> list[str]:
    """The runs as lines for a narrow terminal: under each its source, and why it does not count."""
    cells = [
        (
            run["key"][:8],
            "unknown" if run["time"] is None else local_time(run["time"]),
            _filter(run),
            "" if run["position_steps"] is None else f"{run['position_steps']:.1f}",
            "" if run["temperature_c"] is None else f"{run['temperature_c']:.1f}",
            (run["frame"] or "unknown")
            + ("" if run["embodied_steps"] is None else f" {run['embodied_steps']:+d}"),
        )
        for run in runs
    ]
    head = ("key", "time", "filter", "raw steps", "°C", "frame")
    widths = [max(map(len, column)) for column in zip(head, *cells, strict=True)]
    lines = [_in_columns(head, widths)]
    for run, row in zip(runs, cells, strict=True):
        lines.append(_in_columns(row, widths))
        lines.append(f"{_INDENT}{run['source']}")
        if run["reason"]:
            lines.append(f"{_INDENT}not fitted because {run['reason']}")
    return lines


def _filter(run: Mapping[str, Any]) -> str:
    """What the log calls its filter, and which it is where that is a number of a slot."""
    name, key = run["filter"] or "", run.get("stands_for")
    is_told = key is None or comparable_name(key) in comparable_name(name)
    return name if is_told else f"{name}, {key}"


def _in_columns(cells: Sequence[str], widths: Sequence[int]) -> str:
    """One line; numbers stand at the right of their columns."""
    padded = [
        cell.rjust(width) if column in {3, 4} else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return "  ".join(padded).rstrip()


@runs_app.command("forget")
def forget_command(
    key: Annotated[
        str | None,
        typer.Argument(metavar="[KEY]", help="The run's key, as `rigd runs list` shows it."),
    ] = None,
    *,
    positions: Annotated[
        str | None,
        typer.Option(
            "--positions",
            metavar="LOW-HIGH",
            help="Take back every run that ended there, as 20000-24000: another focuser's.",
        ),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--since", metavar="TIME", help="With --positions: not before, as 2026-11-30T18:00Z."
        ),
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="TIME", help="With --positions: not after.")
    ] = None,
    rig: RigOption = None,
    url: UrlOption = DEFAULT_URL,
) -> None:
    """Take back a wrong run, or all at some positions; what was learnt with it is fitted again."""
    own = stated_positions(positions)
    if (key is None) is (own is None):
        msg = "say the KEY of a run, or --positions LOW-HIGH"
        raise typer.BadParameter(msg)
    first, last = _stated_time(since, "--since"), _stated_time(until, "--until")
    if key is not None and (first or last) is not None:
        msg = "--since and --until go with --positions"
        raise typer.BadParameter(msg)
    path = one_rig(url, rig)
    if key is not None:
        typer.echo(ask(url, f"{path}/runs/forget", {"key": key})["said"])
        return
    assert own is not None  # noqa: S101 - one of the two is stated
    there = [
        run
        for run in rows(ask(url, f"{path}/runs"), "runs")
        if run["taken_back_by"] is None
        and own.holds(run["position_steps"])
        and _is_between(run["time"], first, last)
    ]
    for run in there:
        typer.echo(ask(url, f"{path}/runs/forget", {"key": run["key"]})["said"])
    if not there:
        then = "" if (first or last) is None else " then"
        typer.echo(f"no run is kept that ended at {own}{then}")


def _stated_time(text: str | None, option: str) -> datetime | None:
    """Read a time; without a zone it is this computer's.

    Raises:
        BadParameter: it is none.
    """
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text).astimezone()
    except ValueError:
        msg = f"{text!r} is no time; write for example 2026-11-30T18:00Z"
        raise typer.BadParameter(msg, param_hint=option) from None


def _is_between(text: str | None, first: datetime | None, last: datetime | None) -> bool:
    """Whether a run's time lies between these; one without a time does not, if they are stated."""
    if (first or last) is None:
        return True
    if text is None:
        return False
    time = datetime.fromisoformat(text)
    return (first is None or first <= time) and (last is None or time <= last)


@runs_app.command("restate")
def restate_command(
    keys: Annotated[
        list[str],
        typer.Argument(metavar="KEY", help="The keys of runs, as `rigd runs list` shows them."),
    ],
    *,
    frame: FrameOption = None,
    filter_name: Annotated[
        str | None, typer.Option("--filter", help="The filter that was in the light.")
    ] = None,
    rig: RigOption = None,
    url: UrlOption = DEFAULT_URL,
) -> None:
    """Correct the frame or filter of runs; a run that was taken back counts again.

    Keys are taken in the order given; of a wrong one it is said, and the rest go on.
    """
    path = one_rig(url, rig)
    wrong = 0
    for key in keys:
        body = {"key": key, "frame": frame, "filter": filter_name}
        try:
            typer.echo(ask(url, f"{path}/runs/restate", body)["said"])
        except (InvalidValueError, RefusedError) as error:
            if len(keys) == 1:
                raise
            wrong += 1
            typer.echo(str(error), err=True)
    for row in rows(ask(url, f"{path}/runs"), "runs"):
        if row["accepted"] and row["reason"] and str(row["key"]).startswith(tuple(keys)):
            which = "it" if len(keys) == 1 else str(row["key"])[:8]
            typer.echo(f"{which} does not count yet: {row['reason']}")
    if wrong:
        raise typer.Exit(1)
