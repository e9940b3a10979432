"""Values drawn at random from the catalog, for a reader who checks them at their sources."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from rigd.catalog.catalog import Catalog
from rigd.catalog.listing import title
from rigd.catalog.models.sourced import Confidence
from rigd.catalog.provenance import facts_of, is_marked, supporters


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcedValue:
    """A value of the catalog that sources are named for."""

    kind: str
    id: str
    name: str
    """What a person calls the entry."""
    field: str
    value: object
    confidence: Confidence
    sources: tuple[str, ...]
    """Keys of the sources that are said to hold it."""
    is_stock: bool
    """Whether they give it for everything of the kind alike: a reader confirms no such figure."""

    @property
    def standing(self) -> str:
        """How far it can be trusted, in words."""
        return f"{self.confidence}, a stock figure" if self.is_stock else str(self.confidence)


def sourced_values(catalog: Catalog) -> Iterator[SourcedValue]:
    """Yield every value that somebody is said to state, in an order that no file decides.

    What is derived or assumed is marked as such in its entry, and stands at no source.
    """
    for kind, entries in sorted(catalog.entries.items()):
        for entry_id, entry in sorted(entries.items()):
            for field, value in sorted(facts_of(entry).items()):
                if is_marked(entry.derived, field) or is_marked(entry.assumed, field):
                    continue
                yield SourcedValue(
                    kind=kind,
                    id=entry_id,
                    name=title(entry),
                    field=field,
                    value=value,
                    confidence=catalog.confidence(entry, field),
                    sources=supporters(entry, field, catalog.sources),
                    is_stock=is_marked(entry.stock, field),
                )


def draw(catalog: Catalog, *, seed: int, count: int) -> tuple[SourcedValue, ...]:
    """Return values drawn at random, all if there are no more; a seed always draws the same."""
    values = tuple(sourced_values(catalog))
    chosen = random.Random(seed)  # noqa: S311 - no secret: a draw that others can repeat
    return tuple(chosen.sample(values, min(count, len(values))))
