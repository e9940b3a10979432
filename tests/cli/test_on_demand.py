"""A command imports what it needs when it runs, and is listed as it describes itself."""

import inspect
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

import pytest
import typer.main
from typer.testing import CliRunner

from rigd.cli.app import app
from rigd.cli.on_demand import CommandOnDemand

HEAVY = (
    "apscheduler",
    "numpy",
    "rigd.catalog.catalog",
    "rigd.config",
    "rigd.daemon.run",
    "rigd.store.database",
    "sqlite_utils",
    "uvicorn",
)
"""Modules that take long to import."""

RUN = """
import sys
from rigd.cli.app import main
try:
    main()
except SystemExit as end:
    code = end.code or 0
found = [name for name in {heavy!r} if name in sys.modules]
sys.exit(f"imported: {{found}}" if found else code)
"""


def rigd(*arguments: str, heavy: tuple[str, ...] = HEAVY) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", RUN.format(heavy=heavy), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def arguments_of(group: Any, path: str = "rigd") -> Iterator[tuple[str, str | None]]:
    """Of every argument of every command: where it is, and how the usage names it."""
    for name, command in group.commands.items():
        whole = command.load() if isinstance(command, CommandOnDemand) else command
        for param in whole.params:
            if param.param_type_name == "argument":
                yield f"{path} {name}: {param.name}", param.metavar
        if hasattr(whole, "commands"):
            yield from arguments_of(whole, f"{path} {name}")


def commands(group: Any, path: str = "rigd") -> Iterator[tuple[str, str, str]]:
    """Of every command: what is typed, the summary that lists show, the one of its own help."""
    for name, command in group.commands.items():
        whole = command.load() if isinstance(command, CommandOnDemand) else command
        yield f"{path} {name}", summary(command), summary(whole)
        if hasattr(whole, "commands"):
            yield from commands(whole, f"{path} {name}")


def summary(command: Any) -> str:
    paragraph = inspect.cleandoc(command.help).partition("\n\n")[0]
    return " ".join(paragraph.split())


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["offsets", "--help"]])
def test_help_and_version_import_nothing_heavy(arguments: list[str]) -> None:
    result = rigd(*arguments)

    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize("command", ["status", "explain", "questions", "offsets", "runs list"])
def test_a_command_that_asks_the_daemon_imports_nothing_heavy(command: str) -> None:
    result = rigd(*command.split(), "--url", "http://127.0.0.1:1")

    assert result.returncode == 1
    assert result.stderr.startswith("no rigd answers at http://127.0.0.1:1: ")
    assert "imported:" not in result.stderr


def test_spacers_need_the_catalog_alone() -> None:
    heavy = tuple(name for name in HEAVY if name != "rigd.catalog.catalog")

    result = rigd("spacers", "--train", "docs/trains/01-cooled-camera.toml", heavy=heavy)

    assert (result.returncode, result.stderr) == (0, "")


def test_version_prints_the_version() -> None:
    assert rigd("--version").stdout == f"rigd {version('rigd')}\n"


def test_a_list_shows_the_summary_that_each_command_gives_of_itself() -> None:
    told = {path: (listed, whole) for path, listed, whole in commands(typer.main.get_command(app))}

    assert {path: listed for path, (listed, _) in told.items()} == {
        path: whole for path, (_, whole) in told.items()
    }
    assert len(told) > 50


def test_every_usage_names_arguments_in_capitals() -> None:
    named = dict(arguments_of(typer.main.get_command(app)))

    assert len(named) > 20
    assert [where for where, name in named.items() if name is None or not name.isupper()] == []


def test_an_unknown_command_is_refused_before_anything_is_imported() -> None:
    result = rigd("nonsense")

    assert result.returncode == 2
    assert "No such command" in result.stderr


@pytest.mark.parametrize(
    ("command", "said"),
    [
        pytest.param("profile import", "Name of the [[servers]] that", id="option"),
        pytest.param("offsets audit", "extra rigd[frames] brings", id="command"),
    ],
)
def test_help_shows_brackets_as_they_stand(command: str, said: str) -> None:
    shown = CliRunner().invoke(app, [*command.split(), "--help"], env={"COLUMNS": "300"}).output

    assert said in " ".join(shown.split())
