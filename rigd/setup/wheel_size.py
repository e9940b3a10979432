"""The size of filters that a person names with the wheel: `Phoenix 7x36`. Pure."""

import re
from collections.abc import Sequence
from typing import Any

from rigd.catalog.catalog import Catalog
from rigd.catalog.listing import title
from rigd.catalog.models.filter_wheel import FilterWheel
from rigd.catalog.spelling import spell
from rigd.train.filter_size import FilterSize, find_filter_size

_SLOTS = re.compile(r"\b\d{1,2}x(?P<size>\d+(?:\.\d+)?)(?P<inches>\")?", re.IGNORECASE)
_LEAST_MM = 20.0
"""A size without a unit is in inches below this."""


def named_size(words: str) -> FilterSize | None:
    """Return the size in the words for a wheel: `7x36`, `EFW 8 x 1.25"`; None if none is."""
    said = _SLOTS.search(spell(words))
    if said is None:
        return None
    is_inches = said["inches"] is not None or float(said["size"]) < _LEAST_MM
    return find_filter_size(f"{said['size']} {'inch' if is_inches else 'mm'}")


def size_filters(
    filters: list[dict[str, Any]],
    devices: Sequence[dict[str, Any]],
    words: str | None,
    catalog: Catalog,
) -> list[dict[str, Any]]:
    """Return filters with the size that a wheel's words name, where it takes others too.

    A filter's own size counts before it; where no filter is named, one of that size is counted.
    """
    size = named_size(words) if words is not None else None
    found = [catalog.find(FilterWheel, str(row.get("id"))) for row in devices]
    wheel = next((one for one in found if one is not None), None)
    if size is None or wheel is None:
        return filters
    taken = {one for carousel in wheel.carousels for one in carousel.filter_sizes}
    if len(taken) < 2 or size not in taken:
        return filters
    rows = filters or [{"name": f"a filter in {title(wheel)}"}]
    return [row if row.get("empty") or "size" in row else {**row, "size": size} for row in rows]
