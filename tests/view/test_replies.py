"""What the API says of a rig has the keys, the order and the values that it always had."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from rigd.catalog.catalog import load_catalog
from tests.view.states import replies, views

KEPT: dict[str, dict[str, Any]] = json.loads(
    (Path(__file__).parent / "replies.json").read_text(encoding="utf-8")
)


@cache
def now() -> dict[str, dict[str, Any]]:
    return {name: replies(view) for name, view in views(load_catalog())}


def test_every_state_is_kept() -> None:
    assert list(now()) == list(KEPT)


@pytest.mark.parametrize("state", KEPT)
@pytest.mark.parametrize("part", KEPT["at rest"])
def test_a_reply_is_the_one_that_was_kept(state: str, part: str) -> None:
    assert json.dumps(now()[state][part], indent=1) == json.dumps(KEPT[state][part], indent=1)
