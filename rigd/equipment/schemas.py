"""JSON Schemas of catalog files and entries, generated from the models."""

import json
from typing import Any

from rigd.equipment.files import ENTRY_MODELS, CatalogFile, CatalogFileText

_WRITTEN = "https://json-schema.org/draft/2020-12/schema"


def schemas() -> dict[str, dict[str, Any]]:
    """The schema of each kind of entry and, as `catalog-file`, of a whole file, by name."""
    found = {
        f"catalog-{kind}": _dialect(model.model_json_schema())
        for kind, model in ENTRY_MODELS.items()
    }
    found["catalog-file"] = _file_schema()
    return found


def json_text(schema: dict[str, Any]) -> str:
    """A schema as its committed file has it."""
    return json.dumps(schema, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _file_schema() -> dict[str, Any]:
    """A file as a person writes it: the maker may stand at the top instead of in each entry."""
    schema = CatalogFile.model_json_schema()
    head = CatalogFileText.model_json_schema()
    schema["title"] = "CatalogFile"
    schema["properties"] = {**head["properties"], **schema["properties"]}
    for definition in schema["$defs"].values():
        required = definition.get("required", [])
        if "maker" in required:
            definition["required"] = [name for name in required if name != "maker"]
    return _dialect(schema)


def _dialect(schema: dict[str, Any]) -> dict[str, Any]:
    return {"$schema": _WRITTEN, **schema}
