"""Labels beside a section: each as near to what it names as the others let it be.

Labels keep the order of their anchors, in every row that they or their leaders pass; so no leader
crosses another or a label.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

LEADER = 10.0
"""Room that a leader keeps between the labels of a row that it passes."""
GAP = 8.0
"""Between two labels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Callout:
    """What a label needs."""

    anchor: float
    """Where across the drawing the thing is that it names."""
    width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a label goes."""

    route: tuple[float, ...]
    """Where its leader is in each row, from the section; the last is the label's middle."""

    @property
    def row(self) -> int:
        """Counted from the section."""
        return len(self.route) - 1

    @property
    def middle(self) -> float:
        """Of the label."""
        return self.route[-1]


def place_callouts(callouts: Sequence[Callout], left: float, right: float) -> tuple[Place, ...]:
    """Return the place of each label, in as few rows as hold them all.

    Args:
        callouts: The labels, by rising anchor.
        left: Where rows begin.
        right: Where they end.
    """
    for rows in range(1, len(callouts) + 1):
        widths = [
            [_width(callout, number % rows, row) for number, callout in enumerate(callouts)]
            for row in range(rows)
        ]
        if rows == len(callouts) or all(_fits(row, right - left) for row in widths):
            return _route(callouts, widths, left, right)
    return ()


def _width(callout: Callout, own_row: int, row: int) -> float | None:
    """Return what a label takes of a row: its width, room for its leader, or nothing."""
    if own_row == row:
        return callout.width + GAP
    return LEADER if own_row > row else None


def _fits(widths: Sequence[float | None], room: float) -> bool:
    return sum(width for width in widths if width is not None) <= room


def _route(
    callouts: Sequence[Callout], rows: Sequence[Sequence[float | None]], left: float, right: float
) -> tuple[Place, ...]:
    routes: list[list[float]] = [[] for _ in callouts]
    for widths in rows:
        here = [n for n, width in enumerate(widths) if width is not None]
        wanted = [routes[n][-1] if routes[n] else callouts[n].anchor for n in here]
        taken = [width for width in widths if width is not None]
        for n, middle in zip(here, _spread(wanted, taken, left, right), strict=True):
            routes[n].append(middle)
    return tuple(Place(route=tuple(route)) for route in routes)


def _spread(
    wanted: Sequence[float], widths: Sequence[float], left: float, right: float
) -> list[float]:
    """Return middles that keep their order and distances, by least squares from those wanted.

    With the distances taken off, that is an isotonic regression: neighbours that get in each
    other's way become one block at their mean.
    """
    shifts = [0.0]
    for one, other in pairwise(widths):
        shifts.append(shifts[-1] + (one + other) / 2.0)
    blocks: list[tuple[float, int]] = []
    for middle, shift in zip(wanted, shifts, strict=False):
        total, number = middle - shift, 1
        while blocks and blocks[-1][0] / blocks[-1][1] > total / number:
            before, many = blocks.pop()
            total, number = total + before, number + many
        blocks.append((total, number))
    if not blocks:
        return []
    least = left + widths[0] / 2.0
    most = max(right - widths[-1] / 2.0 - shifts[len(wanted) - 1], least)
    means = [total / number for total, number in blocks for _ in range(number)]
    return [min(max(mean, least), most) + shift for mean, shift in zip(means, shifts, strict=True)]
