"""What CONTRIBUTING.md tells people to write and to run is right."""

import re
import shlex
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from rigd.cli.catalog import catalog_app, match_command

PAGE = (Path(__file__).parents[2] / "CONTRIBUTING.md").read_text(encoding="utf-8")
ENTRY, SOURCE = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
COMMANDS = [
    line
    for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    for line in block.splitlines()
    if line.startswith("rigd ")
]
SAYS = {"rigd catalog check": "digest", "rigd match": "match: example_alpha_26m"}


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("contributed")
    (found / "example.toml").write_text(f'maker = "Example"\n\n{ENTRY}')
    (found / "sources.toml").write_text(SOURCE)
    return found


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_page_answers_as_it_says(command: str, directory: Path) -> None:
    app = typer.Typer()
    app.add_typer(catalog_app, name="catalog")
    app.command("match")(match_command)
    (expected,) = (said for start, said in SAYS.items() if command.startswith(start))
    words = shlex.split(command)[1:]
    own = [str(directory)] if words[0] == "catalog" else ["--catalog-dir", str(directory)]

    result = CliRunner().invoke(app, [*words, *own])

    assert result.exit_code == 0, result.output
    assert expected in result.output


def test_every_file_and_command_that_the_page_names_is_there() -> None:
    root = Path(__file__).parents[2]
    named = re.findall(r"`((?:profiles|docs|tests)/[^` ]*|\./dev)`?", PAGE)

    assert len(named) > 4
    assert [name for name in named if not (root / name).exists()] == []
    assert (root / "docs" / "generate_coverage.py").is_file()
