"""What a newcomer relies on: packages complete, documents true, the unit accepted."""

import ast
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import typer.main

from rigd.cli.app import app
from rigd.config import Config
from rigd.equipment.profile import EquipmentProfile
from tests.limits import LIMIT_S

ROOT = Path(__file__).parent.parent
MOST_LINES = 400
"""Of a module."""
MOST_FUNCTION_LINES = 60
MODULES = sorted(path for folder in ("rigd", "drivers") for path in (ROOT / folder).rglob("*.py"))
DOCUMENTS = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md")))


def test_every_package_of_rigd_is_in_the_wheel() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        listed = set(tomllib.load(file)["tool"]["setuptools"]["packages"])
    found = {
        ".".join(path.parent.relative_to(ROOT).parts).removeprefix("rigd.")
        for folder in ("rigd", "drivers")
        for path in (ROOT / folder).rglob("__init__.py")
    }

    assert {f"rigd.{name}" for name in found - {"rigd"}} | {"rigd", "rigd.profiles"} == listed


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    links = re.findall(r"\]\((?!http)([^)#]+)", document.read_text(encoding="utf-8"))

    missing = [link for link in links if not (document.parent / link).exists()]

    assert missing == []


def test_the_configuration_in_the_documents_is_a_configuration() -> None:
    text = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    snippets = re.findall(r"```toml\n(.*?)```", text, flags=re.DOTALL)

    for snippet in snippets:
        model = EquipmentProfile if snippet.startswith("name = ") else Config
        model.model_validate(tomllib.loads(snippet))
    assert snippets


def test_every_command_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]

    missing = [name for name in commands if f"rigd {name}" not in readme]

    assert missing == []


@pytest.mark.parametrize("model", [Config, EquipmentProfile], ids=lambda model: model.__name__)
def test_every_key_that_a_person_fills_in_is_described(model: type) -> None:
    schema = model.model_json_schema()  # type: ignore[attr-defined]
    tables = [schema, *schema.get("$defs", {}).values()]

    silent = [
        f"{table.get('title')}.{key}"
        for table in tables
        for key, field in table.get("properties", {}).items()
        if "description" not in field and "$ref" not in field
    ]

    assert silent == []


def test_systemd_accepts_the_unit() -> None:
    program = shutil.which("systemd-analyze")
    assert program is not None, "systemd is not installed"

    verdict = subprocess.run(
        [program, "verify", str(ROOT / "systemd" / "rigd.service")],
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )

    assert verdict.stderr == ""
    assert verdict.returncode == 0


def test_no_number_is_converted_outside_units() -> None:
    offenders = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for folder in ("rigd", "drivers")
        for path in (ROOT / folder).rglob("*.py")
        if path.name != "units.py"
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"[*/] ?1000(\.0)?\b", line)
    ]

    assert offenders == []


def test_no_module_is_too_long() -> None:
    lines = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in MODULES
    }

    long = {path: count for path, count in lines.items() if count > MOST_LINES}

    assert long == {}


def test_no_function_is_too_long() -> None:
    long = {
        f"{path.relative_to(ROOT)}: {node.name}"
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if (node.end_lineno or 0) - node.lineno >= MOST_FUNCTION_LINES
    }

    assert long == set()
