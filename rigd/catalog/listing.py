"""The catalog as lists and pages: what the command line and HTTP show of it."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from rigd.catalog.catalog import Catalog
from rigd.catalog.models.sourced import Confidence, Entry, Equipment
from rigd.catalog.provenance import cited_by, facts_of, supporters
from rigd.errors import InvalidValueError


def title(entry: Entry) -> str:
    """Return what a person calls an entry."""
    if isinstance(entry, Equipment):
        return str(entry)
    return str(getattr(entry, "name", None) or getattr(entry, "title", None) or entry.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogRow:
    """An entry in one line of a list."""

    kind: str
    id: str
    name: str
    confidence: Confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogPage:
    """A page of a list of entries."""

    total: int
    """How many there are on all pages."""
    offset: int
    limit: int
    entries: tuple[CatalogRow, ...]


def whole(kind: str, entry: Entry, catalog: Catalog) -> dict[str, Any]:
    """Return an entry with all that it says; what is absent is unknown.

    Its sources are told in full, and each fact with its confidence and who supports it.
    """
    said = json.loads(entry.model_dump_json(exclude_defaults=True))
    cited = {
        key: {**source, "supports": list(entry.sources.get(key, ()))}
        for key, source in described(cited_by(entry), catalog).items()
    }
    facts = {
        fact: {
            "confidence": catalog.confidence(entry, fact).value,
            "sources": list(supporters(entry, fact, catalog.sources)),
        }
        for fact in facts_of(entry)
    }
    return {
        "kind": kind,
        "file": catalog.origins.get((kind, entry.id)),
        **said,
        "confidence": catalog.confidence(entry).value,
        "sources": cited,
        "facts": facts,
    }


def described(keys: Iterable[str], catalog: Catalog) -> dict[str, dict[str, Any]]:
    """Return what the catalog says of each source, by its key."""
    return {
        key: json.loads(catalog.sources[key].model_dump_json(exclude_defaults=True)) for key in keys
    }


def page(
    catalog: Catalog, *, words: str = "", kind: str | None = None, offset: int = 0, limit: int = 50
) -> CatalogPage:
    """Return one page of the entries that contain every word.

    Args:
        catalog: The catalog.
        words: Words of the id, maker, model or names; none finds everything.
        kind: One kind of entry, None for every kind.
        offset: Entries to leave out at the start.
        limit: Most entries of the page.

    Raises:
        InvalidValueError: there is no such kind.
    """
    if kind is not None and kind not in catalog.entries:
        msg = f"kind {kind!r} is not one of {', '.join(catalog.entries)}"
        raise InvalidValueError(msg)
    found = catalog.search(words, kind=kind)
    return CatalogPage(
        total=len(found),
        offset=offset,
        limit=limit,
        entries=tuple(
            CatalogRow(
                kind=own, id=entry.id, name=title(entry), confidence=catalog.confidence(entry)
            )
            for own, entry in found[offset : offset + limit]
        ),
    )
