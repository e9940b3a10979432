"""What makes one stack better than another, and in which order that counts."""

from collections.abc import Sequence
from enum import StrEnum


class Criterion(StrEnum):
    """What makes one stack better than another."""

    FIT = "fit"
    """Within the tolerance or not; where it is not named, it counts no more than how far off."""
    TOLERANCE = "tolerance"
    BUY = "buy"
    PARTS = "parts"
    ILLUMINATION = "illumination"
    ERROR = "error"
    """To the micrometre; where it is not named, it decides among stacks that are alike."""


DEFAULT_ORDER = (
    Criterion.FIT,
    Criterion.BUY,
    Criterion.TOLERANCE,
    Criterion.PARTS,
    Criterion.ILLUMINATION,
)
"""Nobody buys a part to be nearer to the middle of a tolerance that the train is within."""
_OPTIONAL = (Criterion.FIT, Criterion.ERROR)
ORDER_WORDS = (
    f"name each of {', '.join(one for one in Criterion if one not in _OPTIONAL)} once, and"
    f" {' and '.join(_OPTIONAL)} at most once"
)


def is_order(criteria: Sequence[Criterion]) -> bool:
    """Return whether criteria are an order of merit: each once, some once or not at all."""
    return sorted({*criteria, *_OPTIONAL}) == sorted(Criterion) and (
        len(set(criteria)) == len(criteria)
    )
