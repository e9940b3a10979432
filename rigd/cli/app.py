"""The `rigd` command: its sub-commands and how errors reach a person."""

import sys

import typer

from rigd.cli.catalog import catalog_app, match_command
from rigd.cli.inventory import inventory_app
from rigd.cli.offsets import offsets_app
from rigd.cli.profile_files import profile_app
from rigd.cli.questions import answer_command, questions_command
from rigd.cli.rigs import (
    adopt_command,
    changes_command,
    devices_command,
    explain_command,
    hold_command,
    mode_command,
    offsets_command,
    swap_command,
    train_command,
    trim_command,
)
from rigd.cli.run import check_command, demo_command, run_command, schema_command
from rigd.cli.runs import forget_command, import_command, list_command, restate_command, runs_app
from rigd.cli.spacers import spacers_command
from rigd.cli.status import status_command
from rigd.errors import RigdError

app = typer.Typer(
    name="rigd",
    help="Makes an imaging train right: matches it, computes its spacers and filter offsets, "
    "and applies them on every filter change.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.command("run")(run_command)
app.command("demo")(demo_command)
app.command("check")(check_command)
app.command("schema")(schema_command)
app.command("devices")(devices_command)
offsets_app.callback(invoke_without_command=True)(offsets_command)
app.add_typer(offsets_app, name="offsets")
runs_app.command("import")(import_command)
runs_app.command("list")(list_command)
runs_app.command("forget")(forget_command)
runs_app.command("restate")(restate_command)
app.add_typer(runs_app, name="runs")
app.add_typer(profile_app, name="profile")
app.command("train")(train_command)
app.command("match")(match_command)
app.add_typer(catalog_app, name="catalog")
app.command("spacers")(spacers_command)
app.command("questions")(questions_command)
app.command("answer")(answer_command)
app.command("explain")(explain_command)
app.command("adopt")(adopt_command)
app.command("status")(status_command)
app.command("mode")(mode_command)
app.command("hold")(hold_command)
app.command("trim", context_settings={"ignore_unknown_options": True})(trim_command)
app.command("swap")(swap_command)
app.command("changes")(changes_command)
app.add_typer(inventory_app, name="inventory")


def main() -> None:
    """Run the command line; an error of rigd's is one clear message and exit code 1."""
    try:
        app()
    except RigdError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)
