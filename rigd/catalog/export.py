"""The catalog for other programs: one document with every fact, its sources and its confidence."""

import csv
import io
import json
from collections.abc import Iterator
from importlib import resources
from typing import Any, Final, Literal

from pydantic import Field

from rigd.catalog.catalog import Catalog
from rigd.catalog.entry_files import CatalogFile, dialect
from rigd.catalog.models.sourced import Confidence, Entry, FactModel, Text
from rigd.catalog.provenance import facts_of, field_confidence, flatten, is_marked, supporters

FORMAT: Final = "rigd-catalog"
LICENCE: Final = "CC-BY-4.0"
COLUMNS: Final = ("kind", "id", "field", "value", "confidence", "sources", "mark")
"""Of the table: `value` is JSON; the last three are empty where the field holds no fact."""

_WHOLE: Final = ("sources", "derived", "assumed", "stock")
"""Tables of an entry whose keys are fields: one value each, or their dots would be lost."""


class Judged(FactModel):
    """How far an entry and each of its facts can be trusted."""

    entry: Confidence = Field(description="The lowest of the facts that answers rest on.")
    facts: dict[Text, Confidence] = Field(description="Each fact, by its field.")


class Export(FactModel):
    """The whole catalog as one document."""

    format: Literal["rigd-catalog"] = Field(description="What the document is.")
    format_version: Literal[1] = Field(
        description="Rises when a reader of the document has to change."
    )
    rigd: Text = Field(description="Version of rigd that wrote it.")
    digest: Text = Field(
        description="Fingerprint of `catalog`; docs/catalog.md says how it is made."
    )
    licence: Text = Field(description="SPDX identifier of the data's licence.")
    notice: Text = Field(
        description="Attribution, and what the licences of the sources ask for: keep it."
    )
    catalog: CatalogFile = Field(description="All entries and sources, as in the catalog's files.")
    confidence: dict[Text, dict[Text, Judged]] = Field(
        description="Computed from the sources, by kind and id."
    )


def export_of(catalog: Catalog, *, version: str) -> Export:
    """Return the document of a catalog.

    Args:
        catalog: The catalog.
        version: That of rigd.
    """
    return Export(
        format=FORMAT,
        format_version=1,
        rigd=version,
        digest=catalog.digest,
        licence=LICENCE,
        notice=notice(),
        catalog=CatalogFile.model_validate(
            {
                "sources": dict(catalog.sources),
                **{kind: tuple(own.values()) for kind, own in catalog.entries.items()},
            }
        ),
        confidence={
            kind: {entry.id: _judged(entry, catalog) for entry in own.values()}
            for kind, own in catalog.entries.items()
        },
    )


def notice() -> str:
    """Return what goes with the data: attribution, notices, and the licence that apts is under."""
    root = resources.files("rigd.profiles")
    texts = (root / "NOTICE", root / "LICENSES" / "Apache-2.0.txt")
    return "\n".join(text.read_text(encoding="utf-8") for text in texts)


def export_schema() -> dict[str, Any]:
    """Return the JSON Schema of the document."""
    return dialect(Export.model_json_schema())


def export_json(export: Export) -> str:
    """Return the document as JSON; what is absent is unknown, or as the schema says."""
    said = json.loads(export.model_dump_json(exclude_defaults=True))
    return json.dumps(said, ensure_ascii=False, indent=1) + "\n"


def export_csv(export: Export) -> str:
    """Return the document as a table: a row for each field, its value as JSON."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(COLUMNS)
    for name in ("format_version", "rigd", "digest", "licence", "notice"):
        rows.writerow(("export", FORMAT, name, _json(getattr(export, name)), "", "", ""))
    for key, source in export.catalog.sources.items():
        said = json.loads(source.model_dump_json(exclude_defaults=True))
        for field, value in said.items():
            rows.writerow(("source", key, field, _json(value), "", "", ""))
    for kind, entry in export.catalog.entries():
        rows.writerows(_rows(kind, entry, export))
    return out.getvalue()


def _rows(kind: str, entry: Entry, export: Export) -> Iterator[tuple[str, ...]]:
    said = json.loads(entry.model_dump_json(exclude_defaults=True))
    judged = export.confidence[kind][entry.id].facts
    for field, value in flatten({name: said[name] for name in said if name not in _WHOLE}):
        fact = field in judged
        yield (
            kind,
            entry.id,
            field,
            _json(value),
            judged[field].value if fact else "",
            " ".join(supporters(entry, field, export.catalog.sources)) if fact else "",
            _mark(entry, field) if fact else "",
        )
    for name in _WHOLE:
        if name in said:
            yield kind, entry.id, name, _json(said[name]), "", "", ""


def _mark(entry: Entry, field: str) -> str:
    marks = {"derived": entry.derived, "assumed": entry.assumed, "stock": entry.stock}
    return " ".join(name for name, marked in marks.items() if is_marked(marked, field))


def _judged(entry: Entry, catalog: Catalog) -> Judged:
    return Judged(
        entry=catalog.confidence(entry),
        facts={fact: field_confidence(entry, fact, catalog.sources) for fact in facts_of(entry)},
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
