"""The `rigd` command: the list of its sub-commands, and how an error is shown."""

import io
import sys
from typing import Annotated

import typer

from rigd.cli.collector import pause_collector
from rigd.cli.on_demand import CommandOnDemand, group_of
from rigd.cli.output import Output
from rigd.errors import RigdError
from rigd.files.plain_words import plain

app = typer.Typer(
    name="rigd",
    help="Makes an imaging train right: matches it, computes its spacers and filter offsets, "
    "and applies them on every filter change.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    cls=group_of(
        CommandOnDemand("run", "rigd.cli.run:run_command", "Run the daemon in the foreground."),
        CommandOnDemand(
            "demo",
            "rigd.cli.run:demo_command",
            "Run rigd on INDI's simulators with an example rig, until Ctrl-C.",
        ),
        CommandOnDemand(
            "init",
            "rigd.cli.init:init_command",
            "Write the first configuration: find what is there, ask the rest. Nothing moves.",
        ),
        CommandOnDemand(
            "check",
            "rigd.cli.check:check_command",
            "Check the configuration: what is wrong and where, and what is still unknown.",
        ),
        CommandOnDemand(
            "schema",
            "rigd.cli.schema:schema_command",
            "Print the JSON Schema of a file that you write by hand.",
        ),
        CommandOnDemand(
            "devices",
            "rigd.cli.rigs:devices_command",
            "List the devices that the daemon sees and the catalog entries they match.",
        ),
        CommandOnDemand(
            "offsets",
            "rigd.cli.offsets:offsets_app",
            "Show the focus offset of every filter and how it is known.",
        ),
        CommandOnDemand(
            "runs",
            "rigd.cli.runs:runs_app",
            "Import, list and correct autofocus runs from other programs' logs.",
        ),
        CommandOnDemand(
            "profile",
            "rigd.cli.profile:profile_app",
            "Keep, edit, compare and switch equipment profiles.",
        ),
        CommandOnDemand(
            "train",
            "rigd.cli.train:train_command",
            "Show the spacers of the rig: the length required, and the stacks that reach it.",
        ),
        CommandOnDemand(
            "match",
            "rigd.cli.catalog:match_command",
            "Find the catalog entry of a device: a match, candidates with a question, or none.",
        ),
        CommandOnDemand(
            "catalog",
            "rigd.cli.catalog:catalog_app",
            "Search, show and check the catalog of equipment.",
        ),
        CommandOnDemand(
            "spacers",
            "rigd.cli.spacers:spacers_command",
            "Find the best stacks of spacers and adapters for a train, or say why there are none.",
        ),
        CommandOnDemand(
            "questions",
            "rigd.cli.questions:questions_command",
            "List the questions that only you can answer, what they change, and your answers.",
        ),
        CommandOnDemand(
            "answer",
            "rigd.cli.questions:answer_command",
            "Answer a question. It takes effect at once and is kept; nothing moves.",
        ),
        CommandOnDemand(
            "explain",
            "rigd.cli.rigs:explain_command",
            "Explain term by term why the focuser is where it is.",
        ),
        CommandOnDemand(
            "adopt",
            "rigd.cli.rigs:adopt_command",
            "Declare that the focuser is in focus for the filter in the light. Nothing moves.",
        ),
        CommandOnDemand(
            "status",
            "rigd.cli.status:status_command",
            "Show the state of a rig: mode, focus, who moves the focuser, and what is wrong.",
        ),
        CommandOnDemand(
            "doctor",
            "rigd.cli.doctor:doctor_command",
            "Look for what is wrong with the installation, with the remedy of each.",
        ),
        CommandOnDemand(
            "alerts",
            "rigd.cli.alerts:alerts_app",
            "Show what is wrong now and who is told of it; `test` sends a test.",
        ),
        CommandOnDemand(
            "report",
            "rigd.cli.report:report_command",
            "Report a night: what happened, and what to do before dusk.",
        ),
        CommandOnDemand(
            "publish",
            "rigd.cli.publish:publish_app",
            "Show the filter offsets in other programs' tables, write them, or give them back.",
        ),
        CommandOnDemand(
            "record",
            "rigd.cli.record:record_command",
            "Record devices and logs for somebody who shall help; personal details are taken out.",
        ),
        CommandOnDemand(
            "backup",
            "rigd.cli.backup:backup_command",
            "Write configuration, profiles and database to one file; the daemon may run meanwhile.",
        ),
        CommandOnDemand(
            "restore",
            "rigd.cli.backup:restore_command",
            "Put a backup back while no daemon runs; what it replaces is kept beside it.",
        ),
        CommandOnDemand(
            "handover",
            "rigd.cli.handover:handover_command",
            "Show what your programs need to work without rigd: real devices, and every offset.",
        ),
        CommandOnDemand(
            "mode",
            "rigd.cli.rigs:mode_command",
            "Show the mode of a rig, or switch it while rigd runs. Nothing moves.",
        ),
        CommandOnDemand(
            "hold",
            "rigd.cli.rigs:hold_command",
            "Stop the motor now; rigd moves nothing more until `rigd hold off`.",
        ),
        CommandOnDemand(
            "release",
            "rigd.cli.rigs:release_command",
            "Give up a device that does not answer: rigd waits for it no longer. Nothing moves.",
        ),
        CommandOnDemand(
            "trim",
            "rigd.cli.rigs:trim_command",
            "Show or set the trim: steps that stay in the focus and that clients never see.",
            context_settings={"ignore_unknown_options": True},
        ),
        CommandOnDemand(
            "swap",
            "rigd.cli.rigs:swap_command",
            "Say which filter you put in the light by hand; the focuser follows as usual.",
        ),
        CommandOnDemand(
            "changes",
            "rigd.cli.rigs:changes_command",
            "List what changed since last night: devices, drivers, labels, and the profile.",
        ),
        CommandOnDemand(
            "inventory",
            "rigd.cli.inventory:inventory_app",
            "Import a table of the parts that you own.",
        ),
    ),
)


def _print_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"rigd {version('rigd')}")
        raise typer.Exit


@app.callback()
def rigd(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    """Carry the options that belong to no command."""


def main() -> None:
    """Run the command line; an error of rigd prints its message and ends with exit code 1."""
    pause_collector()  # until the command is imported
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout = Output.in_place_of(sys.stdout)
    try:
        app()
    except RigdError as error:
        sys.stderr.write(f"{plain(str(error))}\n")
        sys.exit(1)
