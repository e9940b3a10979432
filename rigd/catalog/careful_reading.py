"""What a careful reader would find in the catalog."""

from collections.abc import Iterator

from rigd.catalog.catalog import Catalog, catalog_faults
from rigd.catalog.cited_files import ReadCited, cited_file_faults
from rigd.catalog.duplicates import duplicate_faults
from rigd.catalog.plausibility import plausibility_faults
from rigd.catalog.relations import Fault
from rigd.catalog.source_faults import source_faults


def read_carefully(catalog: Catalog, read: ReadCited | None = None) -> Iterator[Fault]:
    """Yield every fault of the catalog, files that it cites included where copies are at hand."""
    yield from catalog_faults(catalog)
    yield from plausibility_faults(catalog)
    yield from source_faults(catalog)
    yield from duplicate_faults(catalog)
    if read is not None:
        yield from cited_file_faults(catalog, read)
