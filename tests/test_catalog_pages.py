"""Generated pages are committed as they are generated."""

import json
from pathlib import Path

import pytest

from rigd.catalog import load_catalog
from rigd.equipment.schemas import json_text, schemas
from rigd.supported import supported_markdown

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("name", [pytest.param(name, id=name) for name in schemas()])
def test_a_committed_schema_is_the_models_schema(name: str) -> None:
    committed = (ROOT / "docs" / "schema" / f"{name}.json").read_text(encoding="utf-8")

    assert committed == json_text(schemas()[name]), (
        "run: rigd catalog schema --write-to docs/schema"
    )


def test_every_field_that_a_person_fills_in_is_described() -> None:
    text = schemas()["catalog-file"]

    bare = [
        f"{model}.{name}"
        for model, definition in text["$defs"].items()
        for name, field in definition.get("properties", {}).items()
        if "description" not in field
    ]

    assert bare == []


def test_no_schema_is_left_over() -> None:
    names = {path.stem for path in (ROOT / "docs" / "schema").glob("catalog-*.json")}

    assert names == set(schemas())


def test_supported_md_is_what_the_catalog_says() -> None:
    committed = (ROOT / "SUPPORTED.md").read_text(encoding="utf-8")

    assert committed == supported_markdown(load_catalog()), "run: rigd catalog supported"


def test_a_schema_is_valid_json() -> None:
    for path in (ROOT / "docs" / "schema").glob("catalog-*.json"):
        assert json.loads(path.read_text(encoding="utf-8"))["$schema"]
