"""What a careful reader would find in the catalog."""

from collections.abc import Iterator

from rigd.catalog.catalog import Catalog, catalog_faults
from rigd.catalog.contradictions import contradictions
from rigd.catalog.duplicates import duplicate_faults
from rigd.catalog.plausibility import plausibility_faults
from rigd.catalog.relations import Fault
from rigd.catalog.source_faults import source_faults


def read_carefully(catalog: Catalog) -> Iterator[Fault]:
    """Yield every fault of the catalog that is seen without its sources."""
    yield from catalog_faults(catalog)
    yield from plausibility_faults(catalog)
    yield from contradictions(catalog)
    yield from source_faults(catalog)
    yield from duplicate_faults(catalog)
