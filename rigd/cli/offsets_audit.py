"""`rigd offsets audit`: whether light frames are softer behind an offset."""

import json
from collections.abc import Sequence
from datetime import tzinfo
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from rigd.api.rest.frames_body import MOST_FRAMES, frames_body
from rigd.autofocus_logs.light_frame import LightFrame
from rigd.cli.daemon_client import WORK_LIMIT_S, ask, one_rig, rows
from rigd.cli.options import DEFAULT_URL, JsonOption, RigOption, UrlOption, ZoneOption
from rigd.cli.runs_read import Refused, files_of, stated_zone

if TYPE_CHECKING:
    from rigd.frames.measure import FrameFile


def audit_command(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="PATH",
            help="FITS or XISF frames, directories of them, an image metadata file, an analyze "
            "log, a table.",
        ),
    ],
    *,
    rig: RigOption = None,
    url: UrlOption = DEFAULT_URL,
    zone: ZoneOption = None,
    each: Annotated[
        bool, typer.Option("--each", help="A line for every file: what was found, or why nothing.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Check whether frames are softer after an offset than after the filter's own focus.

    Frames are measured from their pixels (FITS, .fits.fz, XISF), in the middle 2048 x 2048; the
    extra rigd[frames] brings what that needs.
    """
    frames = _measured(list(files_of(paths)), stated_zone(zone), each=each)
    if not frames:
        raise typer.Exit(1)
    if len(frames) > MOST_FRAMES:
        typer.echo(f"only the newest {MOST_FRAMES} of {len(frames)} frames are looked at", err=True)
    newest = sorted(frames, key=lambda frame: frame.time)[-MOST_FRAMES:]
    answer = ask(
        url,
        f"{one_rig(url, rig)}/offsets/audit",
        frames_body(newest),
        limit_s=WORK_LIMIT_S,
    )
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    typer.echo(answer["said"])
    if by_age := rows(answer, "by_age"):
        Console(soft_wrap=True).print(_age_table(by_age))


def _age_table(by_age: Sequence[dict[str, Any]]) -> Table:
    """Median radius and number of frames, by filter, by what was focused, and by minutes since."""
    begins = sorted({row["from_minutes"] for row in by_age})
    table = Table(
        title="half-flux radius in px (frames) by the minutes since the autofocus before",
        title_justify="left",
    )
    for column in ("filter", "focused with", *(_span(one) for one in begins)):
        table.add_column(column)
    for (name, own), cells in groupby(by_age, key=lambda row: (row["filter"], row["own_focus"])):
        said = {one["from_minutes"]: f"{one['hfr_px']:.2f} ({one['frames']})" for one in cells}
        focused = name if own else "another filter"
        table.add_row(name, focused, *(said.get(one, "") for one in begins))
    return table


def _span(begins: float) -> str:
    """The class of minutes that begins here, as a column's head."""
    from rigd.learning.frame_audit import AGE_EDGES_MINUTES

    ends = [one for one in AGE_EDGES_MINUTES if one > begins]
    return f"{begins:.0f} to {ends[0]:.0f}" if ends else f"over {begins:.0f}"


def _measured(
    files: list[tuple[Path, str]], zone: tzinfo | None, *, each: bool
) -> list[LightFrame]:
    """Read or measure files, with a bar; what was refused is said once for each reason."""
    from rigd.frames.measure import measure_files

    frames: list[LightFrame] = []
    stars: list[int] = []
    refused = Refused()
    console = Console(stderr=True)
    bar = Progress(console=console, transient=True, disable=not console.is_terminal)
    with bar as progress:
        task = progress.add_task("measuring", total=len(files))
        for found in measure_files(files, zone):
            progress.advance(task)
            frames.extend(found.frames)
            if found.refused is not None:
                refused.add(found.named, found.refused)
            if found.stars is not None:
                stars.append(found.stars)
            if each:
                progress.console.print(_line(found), highlight=False, markup=False, soft_wrap=True)
    for line in refused.lines():
        typer.echo(line, err=True)
    if stars:
        typer.echo(
            f"{len(stars)} frames measured, of {min(stars)} to {max(stars)} stars each", err=True
        )
    return frames


def _line(found: "FrameFile") -> str:
    if found.refused is not None:
        return f"{found.named}: {found.refused}"
    said = [f"{one.filter} {one.hfr_px:.2f} px" for one in found.frames[:3]]
    more = f" and {len(found.frames) - 3} more" if len(found.frames) > 3 else ""
    stars = "" if found.stars is None else f", {found.stars} stars"
    return f"{found.named}: {', '.join(said)}{more}{stars}"
