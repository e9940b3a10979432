"""What one fit gives, in plain values that cross to another process."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FitOutput:
    """A fit's results in plain values."""

    result: Mapping[str, object]
    """JSON: `offsets` by key, `runs` as the fit reads them, what was left out, `warnings` where
    measured and predicted offsets disagree, the `plan`.
    """
    pictures: Mapping[str, str]
    """SVG by key of the filter; "" is the picture of all filters."""
