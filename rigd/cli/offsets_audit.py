"""`rigd offsets audit`: whether light frames are softer behind an offset."""

import json
from pathlib import Path
from typing import Annotated

import typer

from rigd.api.rest.frames_body import MOST_FRAMES, frames_body
from rigd.autofocus_logs.light_frame import LightFrame
from rigd.autofocus_logs.light_frame_reader import read_frames
from rigd.cli.daemon_client import ask, one_rig
from rigd.cli.options import DEFAULT_URL, JsonOption, RigOption, UrlOption, ZoneOption
from rigd.cli.runs_read import files_of, stated_zone
from rigd.errors import InvalidValueError


def audit_command(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="PATH", help="FITS frames, an image metadata file, an analyze log, a table."
        ),
    ],
    *,
    rig: RigOption = None,
    url: UrlOption = DEFAULT_URL,
    zone: ZoneOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check whether frames are softer after an offset than after the filter's own focus."""
    stated = stated_zone(zone)
    frames: list[LightFrame] = []
    for path, named in files_of(paths):
        try:
            frames.extend(read_frames(path, zone=stated, named=named))
        except InvalidValueError as error:
            typer.echo(str(error), err=True)
    if not frames:
        raise typer.Exit(1)
    if len(frames) > MOST_FRAMES:
        typer.echo(f"only the newest {MOST_FRAMES} of {len(frames)} frames are looked at", err=True)
    newest = sorted(frames, key=lambda frame: frame.time)[-MOST_FRAMES:]
    answer = ask(url, f"{one_rig(url, rig)}/offsets/audit", frames_body(newest))
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    typer.echo(answer["said"])
