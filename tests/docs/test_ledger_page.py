"""Every rule of the page names tests, and every test that it names exists."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "ledger.md").read_text(encoding="utf-8")
RULES = [
    line for line in PAGE.partition("## What is not built")[0].splitlines() if line.startswith("- ")
]
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))


@cache
def named_in(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    named = {node.name for node in tree.body if isinstance(node, functions)}
    targets = [t for node in tree.body if isinstance(node, ast.Assign) for t in node.targets]
    return frozenset(named | {t.id for t in targets if isinstance(t, ast.Name)})


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_names_a_test(rule: str) -> None:
    assert re.search(r"`tests/[\w/]+\.py::\w+`", rule)


@pytest.mark.parametrize(("path", "name"), NAMED, ids=[name for _, name in NAMED])
def test_every_test_that_is_named_exists(path: str, name: str) -> None:
    assert name in named_in(path)


def test_there_are_rules() -> None:
    assert len(RULES) > 50
