"""Generated pages are committed as they are generated."""

import json
import re
import textwrap
from pathlib import Path
from typing import Any

import pytest

from rigd.catalog.catalog import load_catalog
from rigd.catalog.entry_files import json_text
from rigd.catalog.entry_files import schemas as file_schemas
from rigd.catalog.export import export_schema
from rigd.catalog.matching import DeviceFacts, NameOrigin, match
from rigd.catalog.supported import supported_markdown
from rigd.devices.identity import DeviceKind

ROOT = Path(__file__).parents[2]


def schemas() -> dict[str, dict[str, Any]]:
    return {**file_schemas(), "catalog-export": export_schema()}


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


def test_the_list_of_equipment_has_every_entry() -> None:
    catalog = load_catalog()
    page = supported_markdown(catalog)

    kinds = ("camera", "filterwheel", "focuser", "optic", "part", "filter")
    missing = [
        entry_id
        for kind in kinds
        for entry_id in catalog.entries[kind]
        if f"| {entry_id} |" not in page
    ]
    assert missing == []


def test_a_schema_is_valid_json() -> None:
    for path in (ROOT / "docs" / "schema").glob("catalog-*.json"):
        assert json.loads(path.read_text(encoding="utf-8"))["$schema"]


def test_the_pages_example_is_an_entry_that_loads_and_matches(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "catalog.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    (tmp_path / "mine.toml").write_text(textwrap.dedent("   " + example))

    catalog = load_catalog([tmp_path])

    assert catalog.problems == ()
    facts = DeviceFacts(
        kind=DeviceKind.CAMERA, protocol=NameOrigin.INDI, name="Example CCD Alpha 26M"
    )
    assert match(facts, catalog).entry_id == "example_alpha_26m"
