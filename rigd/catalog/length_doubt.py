"""What there is to doubt about a length: weak sources, and sources that disagree."""

from collections.abc import Collection

from rigd.catalog.catalog import Catalog
from rigd.catalog.models.part import Part
from rigd.catalog.models.sourced import Confidence, Entry
from rigd.catalog.provenance import is_marked
from rigd.train.parts import ASSUMED

_WEAK = {
    Confidence.LOW: "one weak source",
    Confidence.DERIVED: "derived",
    Confidence.ASSUMED: ASSUMED,
    Confidence.UNSOURCED: "no source",
}


def length_doubt(
    catalog: Catalog,
    entry: Entry,
    field: str,
    value_mm: float | None,
    *,
    contested: str | None = None,
    also_mm: Collection[float | None] = (),
) -> str | None:
    """Return what a person should know beside a length; None if nothing speaks against it.

    Args:
        catalog: Knows the entry's sources.
        entry: The entry with its conflicts.
        field: The length; of one of several, with its place: `back_focus.0.back_focus_mm`.
        value_mm: The length that is used.
        contested: The field of the conflicts that are about it, where that is another.
        also_mm: Lengths of the same entry for another case, which contradict nothing.
    """
    if value_mm is None:
        return None
    others = other_lengths_mm(entry, contested or field, value_mm, also_mm=also_mm)
    confidence = catalog.confidence(entry, field)
    weak = _WEAK.get(confidence)
    if confidence is Confidence.LOW and is_marked(entry.stock, field):
        weak = "a stock figure"
    said = [weak] if weak else []
    if others:
        said.append(f"others say {' or '.join(f'{mm:g}' for mm in others)} mm")
    return "; ".join(said) or None


def other_lengths_mm(
    entry: Entry, field: str, value_mm: float | None, *, also_mm: Collection[float | None] = ()
) -> tuple[float, ...]:
    """Return what others say of a length that is used, the shortest first.

    Args:
        entry: The entry with its conflicts.
        field: The field that the conflicts are about.
        value_mm: The length that is used; nothing contradicts one that is not known.
        also_mm: Lengths of the same entry for another case, which contradict nothing.
    """
    if value_mm is None:
        return ()
    said = {
        float(claim.value)
        for conflict in entry.conflicts
        if conflict.field == field
        for claim in conflict.values
        if isinstance(claim.value, float) and claim.of is None
    }
    with_parts = _lengths_with_parts(entry) if field == "optical_length_mm" else set()
    return tuple(sorted(said - {value_mm, *also_mm} - with_parts))


def _lengths_with_parts(entry: Entry) -> set[float]:
    """How long a part is together with others: who says so does not contradict its own length."""
    rows = entry.lengths_with if isinstance(entry, Part) else ()
    return {one.optical_length_mm for one in rows}
