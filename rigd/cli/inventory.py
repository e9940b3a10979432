"""`rigd inventory`: the parts that a person owns, from a table."""

from pathlib import Path
from typing import Annotated

import typer

from rigd.errors import TrainError
from rigd.train.inventory_table import import_table, inventory_toml

inventory_app = typer.Typer(no_args_is_help=True, help="Import a table of the parts that you own.")


@inventory_app.callback()
def inventory() -> None:
    """Import a table of the parts that you own."""


@inventory_app.command("import")
def import_command(
    table: Annotated[
        Path, typer.Argument(metavar="TABLE", help="A CSV table in AstroAdapt's format.")
    ],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Where to write it; by default it is printed."),
    ] = None,
) -> None:
    """Turn a table into an inventory file, which a train file can name."""
    try:
        found = import_table(table.read_text(encoding="utf-8"))
    except OSError as error:
        raise TrainError(f"{table}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise TrainError(f"{table}: is not UTF-8 text") from error
    except TrainError as error:
        raise TrainError(f"{table}: {error}") from error
    text = inventory_toml(found.inventory)
    for line in found.left_out:
        typer.echo(f"left out: {line}", err=True)
    if output is None:
        typer.echo(text, nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise TrainError(f"{output}: cannot be written: {error.strerror}") from error
    kinds = ("optics", "cameras", "devices", "parts")
    counts = ", ".join(f"{len(getattr(found.inventory, kind))} {kind}" for kind in kinds)
    typer.echo(f"{output}: {counts}")
