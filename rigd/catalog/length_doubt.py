"""What there is to doubt about a length: weak sources, and sources that disagree."""

from collections.abc import Collection

from rigd.catalog.models.sourced import Confidence, Entry

_WEAK = {
    Confidence.LOW: "one weak source",
    Confidence.DERIVED: "derived",
    Confidence.UNSOURCED: "no source",
}


def length_doubt(
    entry: Entry,
    field: str,
    value_mm: float | None,
    *,
    confidence: Confidence | None = None,
    also_mm: Collection[float | None] = (),
) -> str | None:
    """Return what a person should know beside a length; None if nothing speaks against it.

    Args:
        entry: The entry with its conflicts.
        field: The field of the conflicts that are about the length.
        value_mm: The length that is used.
        confidence: Of the length; that of the entry where it has none of its own.
        also_mm: Lengths of the same entry for another case, which contradict nothing.
    """
    if value_mm is None:
        return None
    others = {
        float(claim.value)
        for conflict in entry.conflicts
        if conflict.field == field
        for claim in conflict.values
        if isinstance(claim.value, float)
    } - {value_mm, *also_mm}
    weak = _WEAK.get(confidence or entry.confidence)
    said = [weak] if weak else []
    if others:
        said.append(f"others say {' or '.join(f'{mm:g}' for mm in sorted(others))} mm")
    return "; ".join(said) or None
