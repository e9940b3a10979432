"""`rigd runs read`, and the autofocus logs that other commands read."""

import json
from collections.abc import Iterator
from datetime import tzinfo
from pathlib import Path
from typing import Annotated

import typer

from rigd.autofocus_logs.log_time import parse_zone
from rigd.autofocus_logs.reader import read_path
from rigd.autofocus_logs.run import AutofocusRun, Coordinates
from rigd.cli.options import JsonOption, ZoneOption
from rigd.cli.runs import FrameOption
from rigd.errors import InvalidValueError


def read_command(
    paths: Annotated[list[Path], typer.Argument(help="Files, or directories of them.")],
    *,
    as_json: JsonOption = False,
    zone: ZoneOption = None,
    frame: FrameOption = None,
) -> None:
    """Show what is in logs; one line on standard error for each file that is refused."""
    runs, refused = read_all(paths, stated_zone(zone), frame)
    if as_json:
        typer.echo(json.dumps([run.as_json() for run in runs], indent=2))
    else:
        for run in runs:
            typer.echo(_line(run))
    if refused and not runs:
        raise typer.Exit(1)


def read_all(
    paths: list[Path], zone: tzinfo | None, frame: Coordinates | None
) -> tuple[list[AutofocusRun], int]:
    """The runs of files and directories, and how many files were refused, each with a line."""
    runs: list[AutofocusRun] = []
    refused = 0
    for path in files_of(paths):
        try:
            runs.extend(read_path(path, zone=zone, coordinates=frame))
        except InvalidValueError as error:
            refused += 1
            typer.echo(str(error), err=True)
    return runs, refused


def stated_zone(text: str | None) -> tzinfo | None:
    """The zone of an option; ends the command if it is none."""
    if text is None:
        return None
    zone = parse_zone(text)
    if zone is None:
        msg = f"{text!r} is no time zone: +02:00, CET or Europe/Rome are"
        raise typer.BadParameter(msg, param_hint="--zone")
    return zone


def files_of(paths: list[Path]) -> Iterator[Path]:
    """The files meant: those named, and all below named directories."""
    for path in paths:
        if path.is_dir():
            yield from sorted(inner for inner in path.rglob("*") if inner.is_file())
        else:
            yield path


def _line(run: AutofocusRun) -> str:
    when = "time unknown" if run.time is None else f"{run.time:%Y-%m-%d %H:%M:%S}Z"
    where = "-" if run.position_steps is None else f"{run.position_steps:.1f}"
    error = "" if run.se_steps is None else f" ± {run.se_steps:.1f}"
    warmth = "" if run.temperature_c is None else f"  {run.temperature_c:.1f} °C"
    state = "" if run.ok else "  FAILED"
    reason = "" if run.reason is None else f"  ({run.reason})"
    return f"{when}  {run.filter or '-':8} {where}{error} steps{warmth}{state}{reason}"
