"""Shipped files are parsed once; what is kept of that is never older than they are."""

import sys
from pathlib import Path

import pytest

from rigd.catalog import parsed_files
from rigd.catalog.entry_files import parse_catalog_text
from rigd.catalog.parsed_files import parse_shipped

TEXTS = {"profiles/a.toml": "x = 1\nday = 2026-01-31\n", "profiles/b.toml": 'y = "ä"\n'}
PARSED = {"profiles/a.toml": {"x": 1, "day": "2026-01-31"}, "profiles/b.toml": {"y": "ä"}}


@pytest.fixture
def parsings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the files that were parsed."""
    names: list[str] = []

    def parse(text: str, where: str) -> dict[str, object]:
        names.append(where)
        return parse_catalog_text(text, where)

    monkeypatch.setattr(parsed_files, "parse_catalog_text", parse)
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    return names


def test_files_are_parsed_once(tmp_path: Path, parsings: list[str]) -> None:
    parse_shipped(TEXTS, tmp_path)

    again = parse_shipped(TEXTS, tmp_path)

    assert again == PARSED
    assert parsings == list(TEXTS)


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param({**TEXTS, "profiles/a.toml": "x = 2\n"}, id="text"),
        pytest.param({"profiles/c.toml": "x = 1\n"}, id="name"),
    ],
)
def test_other_files_are_parsed_anew_and_take_the_place_of_the_old(
    tmp_path: Path, parsings: list[str], texts: dict[str, str]
) -> None:
    parse_shipped(TEXTS, tmp_path)
    parsings.clear()

    parse_shipped(texts, tmp_path)

    assert parsings == list(texts)
    assert len(list((tmp_path / "__pycache__").iterdir())) == 1


@pytest.mark.parametrize("damage", ["", "[1]", '{"profiles/a.toml": '])
def test_a_damaged_copy_is_made_anew(tmp_path: Path, parsings: list[str], damage: str) -> None:
    parse_shipped(TEXTS, tmp_path)
    (copy,) = (tmp_path / "__pycache__").iterdir()
    copy.write_text(damage, encoding="utf-8")
    parsings.clear()

    parsed = parse_shipped(TEXTS, tmp_path)

    assert set(parsed) == set(TEXTS)
    assert parsings == list(TEXTS)
    assert parse_shipped(TEXTS, tmp_path) == PARSED


def test_where_nothing_may_be_written_files_are_parsed_each_time(
    tmp_path: Path, parsings: list[str]
) -> None:
    (tmp_path / "__pycache__").write_text("no directory", encoding="utf-8")

    parse_shipped(TEXTS, tmp_path)
    parse_shipped(TEXTS, tmp_path)

    assert parsings == [*TEXTS, *TEXTS]


def test_nothing_is_written_where_python_writes_no_bytecode(
    tmp_path: Path, parsings: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    parse_shipped(TEXTS, tmp_path)

    assert list(tmp_path.iterdir()) == []
