"""Which of the sources were opened, and which only quoted from what others say of them."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from rigd.catalog.catalog import Catalog
from rigd.catalog.models.source import SourceKind
from rigd.catalog.provenance import cited_by


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCount:
    """How many sources of a kind there are."""

    kind: SourceKind
    sources: int
    read: int
    """That have the day on which they were opened."""
    entries: int
    """That cite one of them."""

    def __str__(self) -> str:
        return f"{self.kind}: {self.sources}, {self.read} of them read; {self.entries} entries"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadSource:
    """A source that nobody is recorded to have opened."""

    key: str
    kind: SourceKind
    address: str
    note: str | None
    """Why not, and what is known of it all the same."""
    entries: int
    """That cite it."""


def source_counts(catalog: Catalog) -> tuple[SourceCount, ...]:
    """Return how many sources there are of each kind."""
    return tuple(_count(catalog, kind) for kind in SourceKind)


def unread_sources(catalog: Catalog) -> Iterator[UnreadSource]:
    """Yield the sources without a day on which they were read, in the order of the files."""
    cited = Counter(key for keys in _citations(catalog) for key in keys)
    for key, source in catalog.sources.items():
        if source.read is None:
            yield UnreadSource(
                key=key,
                kind=source.kind,
                address=source.address,
                note=source.note,
                entries=cited[key],
            )


def _count(catalog: Catalog, kind: SourceKind) -> SourceCount:
    own = {key: one for key, one in catalog.sources.items() if one.kind is kind}
    return SourceCount(
        kind=kind,
        sources=len(own),
        read=sum(one.read is not None for one in own.values()),
        entries=sum(not own.keys().isdisjoint(keys) for keys in _citations(catalog)),
    )


def _citations(catalog: Catalog) -> Iterator[tuple[str, ...]]:
    for entries in catalog.entries.values():
        for entry in entries.values():
            yield cited_by(entry)
