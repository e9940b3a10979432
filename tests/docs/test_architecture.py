"""The page of the architecture: its picture is current, and what it names exists."""

import re
import runpy
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
GENERATOR: dict[str, Any] = runpy.run_path(str(ROOT / "docs" / "generate_architecture.py"))
LAYERS = GENERATOR["layers"]("rigd layers")
PATHS = sorted(set(re.findall(r"`((?:\w+/)+(?:\w+\.\w+)?)`", PAGE)))
PACKAGES = sorted(
    str(path.parent.relative_to(ROOT))
    for folder in ("rigd", "drivers")
    for path in (ROOT / folder).rglob("__init__.py")
)


def test_the_picture_is_what_the_contracts_say() -> None:
    assert GENERATOR["drawn"]() == PAGE, "run docs/generate_architecture.py"


def test_every_package_is_drawn() -> None:
    packages = {path.parent.name for path in (ROOT / "rigd").glob("*/__init__.py")}

    assert packages <= {package for layer in LAYERS for package in layer}


@pytest.mark.parametrize("path", PATHS)
def test_every_path_that_the_page_names_exists(path: str) -> None:
    assert (ROOT / path).exists()


def test_the_page_names_paths_and_answers_where() -> None:
    rows = PAGE.partition("where?")[2].strip().splitlines()[2:]

    assert len(PATHS) > 20
    assert len(rows) >= 10
    assert all(re.search(r"`(rigd|drivers|profiles)/", row) for row in rows)


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_says_what_lives_there_and_what_it_may_import(package: str) -> None:
    if package == "rigd":
        return
    lines = GENERATOR["docstring"](package)

    assert len(lines) == 2
    assert lines[1].startswith("May import ")


@pytest.mark.parametrize("package", [p for layer in LAYERS for p in layer])
def test_what_a_package_says_of_its_imports_is_what_the_contract_says(package: str) -> None:
    if not (ROOT / "rigd" / package).is_dir():
        return
    said = GENERATOR["docstring"](f"rigd/{package}")[1]

    assert said.startswith(GENERATOR["may_import"](package))
    assert ("Pure." in said) == (package in GENERATOR["sources"]("the middle is pure"))
