"""`rigd runs watch`: what was read in watched directories, and what was skipped and why."""

import json
from collections.abc import Iterator
from typing import Any

import typer

from rigd.cli.daemon_client import ask, one_rig, rows
from rigd.cli.options import DEFAULT_URL, JsonOption, RigOption, UrlOption
from rigd.files.plain_words import count_of
from rigd.units import local_time

MOST_SHOWN = 20
"""Skipped files of one directory; `--json` has the others."""


def watch_command(
    rig: RigOption = None, url: UrlOption = DEFAULT_URL, as_json: JsonOption = False
) -> None:
    """Show what was read in watched directories, and what was skipped there and why."""
    answer = ask(url, f"{one_rig(url, rig)}/runs/watch")
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    directories = rows(answer, "directories")
    if not directories:
        typer.echo(f"no directory is watched for rig {answer['rig']}: [[watch]] names some")
    for one in directories:
        for line in directory_lines(one):
            typer.echo(line)


def directory_lines(directory: dict[str, Any]) -> Iterator[str]:
    """What is to be said of one directory."""
    yield directory["path"]
    if directory["problem"] is not None:
        yield f"  PROBLEM: {directory['problem']}"
    if directory["looked_at"] is None:
        yield "  not looked through yet"
        return
    yield (
        f"  looked through at {local_time(directory['looked_at'])}: "
        f"{count_of(directory['files'], 'file')}, "
        f"{directory['followed']} of them logs that are read on as they grow, "
        f"{count_of(directory['runs'], 'run')} read since rigd started"
    )
    skipped = rows(directory, "skipped")
    for one in skipped[:MOST_SHOWN]:
        yield f"  {'waits' if one['waits'] else 'skipped'}: {one['path']}: {one['reason']}"
    if (more := directory["skipped_count"] - len(skipped[:MOST_SHOWN])) > 0:
        yield f"  and {more} more"
