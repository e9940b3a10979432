"""What a careful reader would find in the catalog."""

from collections.abc import Iterator
from datetime import date

from rigd.catalog.catalog import Catalog, catalog_faults
from rigd.catalog.contradictions import contradictions
from rigd.catalog.duplicates import duplicate_faults
from rigd.catalog.plausibility import plausibility_faults
from rigd.catalog.relations import Fault
from rigd.catalog.source_faults import source_faults


def read_carefully(catalog: Catalog, *, today: date | None = None) -> Iterator[Fault]:
    """Yield every fault of the catalog that is seen without its sources.

    Days on which sources are to be read are found only where it is known which day it is.
    """
    yield from catalog_faults(catalog)
    yield from plausibility_faults(catalog)
    yield from contradictions(catalog)
    yield from source_faults(catalog, today=today)
    yield from duplicate_faults(catalog)
