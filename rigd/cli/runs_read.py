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
from rigd.files.text import make_printable
from rigd.units import local_time


def read_command(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH", help="Files, or directories of them.")
    ],
    *,
    as_json: JsonOption = False,
    zone: ZoneOption = None,
    frame: FrameOption = None,
) -> None:
    """Show the runs in logs; why files are refused is said on standard error."""
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
    """Read the runs of files and directories, and count the refused files.

    Each reason is a line, with the first file that it is true of.
    """
    runs: list[AutofocusRun] = []
    refused = Refused()
    for path, named in files_of(paths):
        try:
            runs.extend(read_path(path, zone=zone, coordinates=frame, named=named))
        except InvalidValueError as error:
            refused.add(named, error)
    for line in refused.lines():
        typer.echo(line, err=True)
    return runs, refused.count


class Refused:
    """Files that were refused, by the reason: of a directory of other things not each is a line."""

    def __init__(self) -> None:
        self.count = 0
        self._named: dict[str, list[str]] = {}

    def add(self, named: str, reason: object) -> None:
        """Add a file; where the reason begins with its name, that is said once."""
        self.count += 1
        shown = make_printable(named)
        self._named.setdefault(str(reason).removeprefix(f"{shown}: "), []).append(shown)

    def lines(self) -> Iterator[str]:
        """A line for each reason."""
        for reason, names in self._named.items():
            more = f" and {len(names) - 1} more" if len(names) > 1 else ""
            yield f"{names[0]}{more}: {reason}"


def stated_zone(text: str | None) -> tzinfo | None:
    """The time zone that an option states, or None without one.

    Raises:
        typer.BadParameter: the text names no time zone.
    """
    if text is None:
        return None
    zone = parse_zone(text)
    if zone is None:
        msg = f"{text!r} is not a time zone; examples: +02:00, CET, Europe/Rome"
        raise typer.BadParameter(msg, param_hint="--zone")
    return zone


def files_of(paths: list[Path]) -> Iterator[tuple[Path, str]]:
    """The files given and every file below the directories given, each with its name for errors.

    A file is named as it was given, a file below a directory by its path from there.
    """
    for path in paths:
        if path.is_dir():
            for inner in sorted(inner for inner in path.rglob("*") if inner.is_file()):
                yield inner, str(inner.relative_to(path))
        else:
            yield path, str(path)


def _line(run: AutofocusRun) -> str:
    when = "time unknown" if run.time is None else local_time(run.time)
    where = "-" if run.position_steps is None else f"{run.position_steps:.1f}"
    error = "" if run.se_steps is None else f" ± {run.se_steps:.1f}"
    warmth = "" if run.temperature_c is None else f"  {run.temperature_c:.1f} °C"
    state = "" if run.ok else "  FAILED"
    reason = "" if run.reason is None else f"  ({run.reason})"
    return f"{when}  {run.filter or '-':8} {where}{error} steps{warmth}{state}{reason}"
