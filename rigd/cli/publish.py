"""`rigd publish`: the filter offsets in the tables of other programs."""

import json
from typing import Annotated
from urllib.parse import quote

import typer

from rigd.cli.daemon_client import ask, one_rig, rows
from rigd.cli.options import DEFAULT_URL, JsonOption, RigOption, UrlOption

_LIMIT_S = 40.0
"""The daemon gives a program 10 s for each read and each write."""

publish_app = typer.Typer(
    help="Show the filter offsets in other programs' tables, write them, or give them back.",
    invoke_without_command=True,
)
ProgramArgument = Annotated[
    str, typer.Argument(metavar="PROGRAM", help="Name of the program's [[servers]] table.")
]


@publish_app.callback()
def publish_command(
    context: typer.Context,
    rig: RigOption = None,
    url: UrlOption = DEFAULT_URL,
    as_json: JsonOption = False,
) -> None:
    """Show what stands in the tables of the rig's programs, and what rigd would write."""
    if context.invoked_subcommand is not None:
        return
    said = ask(url, f"{one_rig(url, rig)}/tables", limit_s=_LIMIT_S)
    if as_json:
        typer.echo(json.dumps(said, indent=2, ensure_ascii=False))
        return
    tables = rows(said, "tables")
    if not tables:
        typer.echo("no program of this rig has a table that rigd can write (docs/publish.md)")
    for table in tables:
        _show(table)


@publish_app.command("now")
def publish_now(  # noqa: PLR0917 - typer takes each
    program: ProgramArgument,
    rig: RigOption = None,
    url: UrlOption = DEFAULT_URL,
    as_json: JsonOption = False,
    overwrite: Annotated[
        bool,
        typer.Option("--overwrite", help="Also what somebody has changed since rigd wrote it."),
    ] = False,
    zeros: Annotated[
        bool, typer.Option("--zeros", help="Zeros instead of the offsets, in every mode.")
    ] = False,
) -> None:
    """Write a program's table now, and keep it so from now on; what it had is kept."""
    wish = "zeros" if zeros else "offsets"
    _change(program, rig, url, {"wish": wish, "overwrite": overwrite}, as_json=as_json)


@publish_app.command("undo")
def publish_undo(
    program: ProgramArgument,
    rig: RigOption = None,
    url: UrlOption = DEFAULT_URL,
    as_json: JsonOption = False,
) -> None:
    """Give a program its own table back, and write it no more."""
    _change(program, rig, url, {}, as_json=as_json, action="/undo")


def _change(
    program: str,
    rig: str | None,
    url: str,
    body: dict[str, object],
    *,
    as_json: bool,
    action: str = "",
) -> None:
    path = f"{one_rig(url, rig)}/tables/{quote(program, safe='')}{action}"
    said = ask(url, path, body, limit_s=_LIMIT_S)
    if as_json:
        typer.echo(json.dumps(said, indent=2, ensure_ascii=False))
    else:
        _show(said)


def _show(table: dict[str, object]) -> None:
    typer.echo(f"{table['program']} ({table['server']}): {table['sentence']}")
    for row in rows(table, "rows"):
        name = row["name"] or f"slot {int(str(row['filter_position'])) + 1}"
        wanted = row["wanted_steps"]
        change = "" if wanted in {None, row["steps"]} else f" -> {wanted:+d}"
        typer.echo(f"  {name}: {row['steps']:+d}{change} steps")
