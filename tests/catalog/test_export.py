"""The export holds the whole catalog: who reads it has the same digest."""

import csv
import io
import json
import re
import tomllib
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from rigd.catalog.catalog import Catalog, load_catalog
from rigd.catalog.entry_files import ENTRY_MODELS, CatalogFile
from rigd.catalog.export import (
    COLUMNS,
    LICENCE,
    Export,
    export_csv,
    export_json,
    export_of,
    export_schema,
)
from rigd.catalog.provenance import facts_of

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


@pytest.fixture(scope="module")
def exported(catalog: Catalog) -> Export:
    return export_of(catalog, version="1.2.3")


def catalog_of(content: CatalogFile) -> Catalog:
    entries = {
        kind: {entry.id: entry for own, entry in content.entries() if own == kind}
        for kind in ENTRY_MODELS
    }
    return Catalog(entries=entries, sources=content.sources)


def test_the_json_document_is_the_catalog_again(catalog: Catalog, exported: Export) -> None:
    read = Export.model_validate_json(export_json(exported))

    assert catalog_of(read.catalog).digest == catalog.digest == read.digest


def test_the_json_document_keeps_to_its_schema(exported: Export) -> None:
    document = json.loads(export_json(exported))

    jsonschema_rs.validate(export_schema(), document)
    assert (document["format"], document["format_version"]) == ("rigd-catalog", 1)
    assert (document["rigd"], document["licence"]) == ("1.2.3", "CC-BY-4.0")


def test_the_digest_is_recomputed_by_the_documented_recipe(exported: Export) -> None:
    page = (ROOT / "docs" / "catalog.md").read_text(encoding="utf-8")
    (recipe,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    namespace: dict[str, Any] = {}
    exec(recipe, namespace)  # noqa: S102 - the page of this repository

    assert namespace["digest_of"](export_json(exported)) == exported.digest


def test_the_export_carries_what_the_licences_of_the_sources_ask_for(exported: Export) -> None:
    about = {
        row["field"]: json.loads(row["value"])
        for row in csv.DictReader(io.StringIO(export_csv(exported)))
        if row["kind"] == "export"
    }

    assert about["notice"] == exported.notice
    for words in (
        "Keep this notice with the data",
        "Copyright (c) 2026 Fred Baptiste",
        "The above copyright notice and this permission notice shall be included",
        "TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION",
    ):
        assert words in exported.notice


def test_every_fact_of_the_document_has_its_confidence(catalog: Catalog, exported: Export) -> None:
    for kind, own in catalog.entries.items():
        for entry in own.values():
            judged = exported.confidence[kind][entry.id]
            assert judged.entry is catalog.confidence(entry)
            assert list(judged.facts) == list(facts_of(entry))


def test_the_table_is_the_catalog_again(catalog: Catalog, exported: Export) -> None:
    sources: dict[str, dict[str, Any]] = {}
    entries: dict[tuple[str, str], dict[str, Any]] = {}
    about: dict[str, Any] = {}
    rows = csv.DictReader(io.StringIO(export_csv(exported)))
    for row in rows:
        value = json.loads(row["value"])
        if row["kind"] == "export":
            about[row["field"]] = value
        elif row["kind"] == "source":
            sources.setdefault(row["id"], {})[row["field"]] = value
        else:
            _put(entries.setdefault((row["kind"], row["id"]), {}), row["field"].split("."), value)

    data: dict[str, Any] = {"sources": sources}
    for (kind, _), entry in entries.items():
        data.setdefault(kind, []).append(_lists(entry))
    read = CatalogFile.model_validate_json(json.dumps(data))
    assert catalog_of(read).digest == catalog.digest == about["digest"]


def test_a_row_says_who_supports_it(exported: Export) -> None:
    rows = list(csv.DictReader(io.StringIO(export_csv(exported))))
    assert tuple(rows[0]) == COLUMNS

    field = "mount_configurations.0.flange_distance_mm"
    (row,) = [row for row in rows if (row["id"], row["field"]) == ("zwo_asi178mc", field)]
    assert (row["kind"], row["value"], row["confidence"]) == ("camera", "12.5", "high")
    assert "tutorial" in row["sources"].split()
    assert any(row["mark"] == "derived" for row in rows)


def test_the_files_beside_it_name_one_licence_and_one_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")

    assert LICENCE in project["license"]
    assert LICENCE in citation
    assert LICENCE in (ROOT / "profiles" / "LICENSE").read_text(encoding="utf-8")
    assert re.findall(r"^version: (.*)$", citation, re.MULTILINE) == [project["version"]]
    assert all((ROOT / name).is_file() for name in project["license-files"])


def _put(node: dict[str, Any], steps: list[str], value: object) -> None:
    for step in steps[:-1]:
        node = node.setdefault(step, {})
    node[steps[-1]] = value


def _lists(node: object) -> object:
    """Return a tree whose tables with numbers for keys are lists again."""
    if not isinstance(node, dict):
        return node
    if node and all(key.isdigit() for key in node):
        return [_lists(node[key]) for key in sorted(node, key=int)]
    return {key: _lists(value) for key, value in node.items()}
