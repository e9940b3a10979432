"""`rigd offsets`: the offsets of a rig, and the commands about them."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from rigd.cli.daemon_client import ask, fetch, one_rig, rows
from rigd.cli.offsets_why import learning_note, show_why
from rigd.cli.on_demand import CommandOnDemand, group_of
from rigd.cli.options import DEFAULT_URL, JsonOption, RigOption, UrlOption
from rigd.cli.rigs import with_sign
from rigd.files.plain_words import count_of

offsets_app = typer.Typer(
    help="Show the focus offset of every filter and how it is known.",
    cls=group_of(
        CommandOnDemand(
            "fit",
            "rigd.cli.offsets_fit:fit_command",
            "Learn focus offsets from autofocus runs, or say why an offset is refused.",
        ),
        CommandOnDemand(
            "plan",
            "rigd.cli.offsets_fit:plan_command",
            "Plan which filters to focus next, in which order, and how many loops are left.",
        ),
        CommandOnDemand(
            "audit",
            "rigd.cli.offsets_audit:audit_command",
            "Check whether frames are softer after an offset than after the filter's own focus.",
        ),
    ),
)


@offsets_app.callback(invoke_without_command=True)
def offsets_command(
    context: typer.Context,
    *,
    rig: RigOption = None,
    url: UrlOption = DEFAULT_URL,
    as_json: JsonOption = False,
    why: Annotated[
        str | None,
        typer.Option(
            "--why", metavar="FILTER", help="Show what this filter's offset was learnt from."
        ),
    ] = None,
    svg: Annotated[
        Path | None, typer.Option("--svg", help="With --why: write a picture of the runs.")
    ] = None,
    plot: Annotated[
        Path | None,
        typer.Option("--plot", help="Write a picture of all offsets with their errors and runs."),
    ] = None,
) -> None:
    """Show the focus offset of every filter and how it is known."""
    if context.invoked_subcommand is not None:
        return
    if why is not None or svg is not None:
        show_why(url, one_rig(url, rig), why, svg, as_json=as_json)
        return
    path = one_rig(url, rig)
    if plot is not None:
        plot.write_bytes(fetch(url, f"{path}/offsets/plot.svg"))
        typer.echo(f"picture: {plot}", err=True)
    answer = ask(url, f"{path}/offsets")
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    table = Table(title=f"rig {answer['rig']} (mode {answer['mode']})", title_justify="left")
    for column in ("slot", "filter", "offset steps", "offset µm", "would move to", "known how"):
        table.add_column(column)
    for row in rows(answer, "offsets"):
        table.add_row(
            str(row["filter_position"] + 1),
            row["name"],
            _offset(row),
            _micrometres(row),
            "" if row["would_move_to_steps"] is None else str(row["would_move_to_steps"]),
            _how_known(row),
        )
    console = Console(soft_wrap=True)
    console.print(table)
    if beside := _side_by_side(rows(answer, "offsets")):
        console.print(beside)
    if answer.get("published_zeros_because"):
        console.print(f"published as zeros: {answer['published_zeros_because']}")
    if note := learning_note(ask(url, path)):
        typer.echo(note)


def _side_by_side(offsets: list[dict[str, Any]]) -> Table | None:
    """What each source says of each filter; None where one says all."""
    said = [
        (
            row["name"],
            _learnt(row),
            _modelled(row),
            _steps(row, "imported_steps"),
            _steps(row, "stated_steps"),
        )
        for row in offsets
    ]
    said = [one for one in said if any(one[1:])]
    if not any(sum(map(bool, one[1:])) > 1 for one in said):
        return None
    table = Table(title="steps, whichever counts", title_justify="left")
    for column in ("filter", "learnt", "modelled", "imported", "stated"):
        table.add_column(column)
    for one in said:
        table.add_row(*one)
    return table


def _learnt(row: dict[str, Any]) -> str:
    learnt = row["learnt"]
    if not isinstance(learnt, dict) or learnt["focus_offset_steps"] is None or not learnt["runs"]:
        return ""
    error = learnt["se_steps"]
    spread = f" ± {error:.1f}" if error else ""
    return f"{learnt['focus_offset_steps']:+.1f}{spread} ({count_of(learnt['runs'], 'run')})"


def _modelled(row: dict[str, Any]) -> str:
    steps, error = row.get("modelled_steps"), row.get("modelled_se_steps")
    if steps is None:
        return ""
    return f"{steps:+d} ± {error:.1f}" if error else f"{steps:+d}"


def _steps(row: dict[str, Any], key: str) -> str:
    steps = row.get(key)
    return "" if steps is None else f"{steps:+d}"


def _offset(row: dict[str, Any]) -> str:
    """The offset that counts with its error; in brackets one that is known and declined."""
    steps, error = row["focus_offset_steps"], row["se_steps"]
    counts = steps is not None
    steps = steps if counts else row["declined_steps"]
    if steps is None:
        return "unknown"
    text = f"{steps:+d} ± {error:.1f}" if error else f"{steps:+d}"
    return text if counts else f"({text})"


def _micrometres(row: dict[str, Any]) -> str:
    """What glass says in micrometres, where glass is what counts: runs say steps alone."""
    if row["state"] in {"provisional", "trusted"}:
        return ""
    return with_sign(row["focus_offset_um"], ".1f")


def _how_known(row: dict[str, Any]) -> str:
    """How an offset is known: its state or what is missing, and what runs say."""
    known, learnt = str(row["reason"] or row["state"]), row["learnt"]
    if row["peer"] is not None:
        known += f"; {row['peer_steps']:+d} against {row['peer']}, applied once focused there"
    if not isinstance(learnt, dict):
        return known
    mean, error = learnt["focus_offset_steps"], learnt["se_steps"]
    if mean is not None and learnt["state"] == "refused" and row["declined_steps"] is not None:
        return f"{known}; {count_of(learnt['runs'], 'run')}"  # why is said already
    if mean is None or learnt["state"] in {"modelled", "refused"}:
        runs = f"{count_of(learnt['runs'], 'run')}: {learnt['reason']}"
        return runs if row["reason"] == learnt["reason"] else f"{known}; {runs}"
    learnt_as = "" if row["state"] == learnt["state"] else f" {learnt['state']}"
    return f"{known}; {count_of(learnt['runs'], 'run')}:{learnt_as} {mean:+.1f} ± {error:.1f}"
