"""The catalog, as it is looked through."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from rigd.catalog.catalog import Catalog
from rigd.catalog.listing import whole
from rigd.view.to_json import MERGED


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogEntry:
    """An entry with all that it says and its sources; what is absent is unknown."""

    kind: str
    file: str | None
    entry: Mapping[str, object] = field(metadata=MERGED)


def catalog_entry(catalog: Catalog, kind: str, entry_id: str) -> CatalogEntry | None:
    """An entry of the catalog; None if there is none."""
    entry = catalog.entries.get(kind, {}).get(entry_id)
    if entry is None:
        return None
    said = whole(kind, entry, catalog)
    rest = {key: value for key, value in said.items() if key not in {"kind", "file"}}
    return CatalogEntry(kind=kind, file=said["file"], entry=rest)
