"""`rigd runs`: the autofocus runs that the daemon keeps."""

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from rigd.autofocus_logs.run import Coordinates
from rigd.cli.daemon_client import ask, one_rig, rows
from rigd.cli.on_demand import CommandOnDemand, group_of
from rigd.cli.options import DEFAULT_URL, JsonOption, RigOption, UrlOption
from rigd.units import local_time

runs_app = typer.Typer(
    help="Import, list and correct autofocus runs from other programs' logs.",
    no_args_is_help=True,
    cls=group_of(
        CommandOnDemand(
            "read",
            "rigd.cli.runs_read:read_command",
            "Show the runs in logs; each refused file is a line on standard error.",
        ),
        CommandOnDemand(
            "import",
            "rigd.cli.runs_import:import_command",
            "Import the runs of logs, each once, to learn offsets from. Nothing moves.",
        ),
    ),
)

FrameOption = Annotated[
    Coordinates | None,
    typer.Option(
        "--frame",
        help="Whose counts positions are: the focuser's (raw), or without rigd's terms (logical).",
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
    answer = ask(url, f"{one_rig(url, rig)}/runs")
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    if not rows(answer, "runs"):
        typer.echo("no run is imported yet: `rigd runs import` takes them from logs")
        return
    table = Table()
    columns = ("key", "time", "filter", "raw steps", "°C", "frame", "source", "not fitted because")
    for column in columns:
        table.add_column(column)
    for row in rows(answer, "runs"):
        position = row["position_steps"]
        moved = row["embodied_steps"]
        table.add_row(
            row["key"][:8],
            "unknown" if row["time"] is None else local_time(row["time"]),
            row["filter"] or "",
            "" if position is None else f"{position:.1f}",
            "" if row["temperature_c"] is None else f"{row['temperature_c']:.1f}",
            (row["frame"] or "unknown") + ("" if moved is None else f" {moved:+d}"),
            row["source"],
            row["reason"] or "",
        )
    Console(soft_wrap=True).print(table)


@runs_app.command("forget")
def forget_command(
    key: Annotated[
        str, typer.Argument(metavar="KEY", help="The run's key, as `rigd runs list` shows it.")
    ],
    *,
    rig: RigOption = None,
    url: UrlOption = DEFAULT_URL,
) -> None:
    """Take back a wrong run; what was learnt with it is dropped and fitted again."""
    answer = ask(url, f"{one_rig(url, rig)}/runs/forget", {"key": key})
    typer.echo(answer["said"])


@runs_app.command("restate")
def restate_command(
    key: Annotated[
        str, typer.Argument(metavar="KEY", help="The run's key, as `rigd runs list` shows it.")
    ],
    *,
    frame: FrameOption = None,
    filter_name: Annotated[
        str | None, typer.Option("--filter", help="The filter that was in the light.")
    ] = None,
    rig: RigOption = None,
    url: UrlOption = DEFAULT_URL,
) -> None:
    """Correct the frame or filter of a run; a run that was taken back counts again."""
    body = {"key": key, "frame": frame, "filter": filter_name}
    answer = ask(url, f"{one_rig(url, rig)}/runs/restate", body)
    typer.echo(answer["said"])
