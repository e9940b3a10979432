"""Finds filters whose nights contradict each other: another filter in the slot, or a wrong name.

Of the offset in one night and that in another the mean is true of neither. What one run scatters is
taken from inside the nights, where a contradiction between them does not show.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from rigd.learning.estimator.table import Floats, RunTable
from rigd.units import local_time

ERRORS_APART = 4.0
"""So many standard errors apart, and more where few runs tell the error: our choice."""
FEW_FREEDOM = 4.0
"""Runs beyond those that the offsets take: with so few, twice as many errors are demanded; with
fewer, nothing is said.
"""
FEWEST_TURNS = 2
"""Changes between a filter and the reference in one night; with one alone a drift is an offset."""
FEWEST_RUNS = 2
"""Of the filter and of the reference in that night."""
LEAST_SCATTER_STEPS = 0.3
"""Of rounding to whole steps: 1 / sqrt(12)."""


@dataclass(frozen=True, slots=True)
class _Night:
    """A filter's offset by the runs of one night alone."""

    began: str
    offset_steps: float
    row: Floats
    """The combination of coefficients that it is."""


def find_contradictions(table: RunTable) -> dict[str, str]:
    """Return the filters whose nights contradict each other, each with the sentence for it."""
    if table.levels < 2:
        return {}
    columns, cells = _columns(table)
    inverse: Floats = np.linalg.pinv(columns.T @ columns).astype(np.float64)
    beta = inverse @ columns.T @ table.centred_steps
    residual = table.centred_steps - columns @ beta
    freedom = len(residual) - int(np.linalg.matrix_rank(columns))
    if freedom < FEW_FREEDOM:
        return {}
    stated = table.stated_errors_steps[np.isfinite(table.stated_errors_steps)]
    curves = float(np.median(stated)) if len(stated) else 0.0
    scatter = max(float(np.sqrt(residual @ residual / freedom)), curves, LEAST_SCATTER_STEPS)
    limit = ERRORS_APART * (1 + FEW_FREEDOM / freedom)
    found: dict[str, str] = {}
    for index, name in enumerate(table.filters[1:], start=1):
        nights = _nights(table, index, cells, columns, beta)
        apart = [
            (abs(one.offset_steps - other.offset_steps) / error, one, other)
            for one, other in combinations(nights, 2)
            if (error := _error(one.row - other.row, inverse, scatter)) > 0
        ]
        worst = max(apart, key=lambda pair: pair[0], default=None)
        if worst is not None and worst[0] > limit:
            found[name] = _say(name, table.filters[0], worst[1], worst[2])
    return found


def _say(name: str, reference: str, one: _Night, other: _Night) -> str:
    return (
        f"its nights contradict each other: {name} lies {one.offset_steps:+.0f} steps from "
        f"{reference} from {one.began} and {other.offset_steps:+.0f} from {other.began}: was "
        "another filter put in? Take the runs of the wrong night back (`rigd runs forget KEY`)"
    )


def _columns(table: RunTable) -> tuple[Floats, Mapping[tuple[int, int], int]]:
    """Return a column for each filter of each level and a line in time for each, and where."""
    columns: list[Floats] = []
    cells: dict[tuple[int, int], int] = {}
    for level in range(table.levels):
        here = table.level_index == level
        present = np.unique(table.filter_index[here])
        for index in present:
            cells[level, int(index)] = len(columns)
            columns.append((here & (table.filter_index == index)).astype(np.float64))
        if here.sum() >= len(present) + 3:
            columns.append(np.where(here, table.hours - table.hours[here].mean(), 0.0))
    return np.stack(columns, axis=1), cells


def _nights(
    table: RunTable,
    index: int,
    cells: Mapping[tuple[int, int], int],
    columns: Floats,
    beta: Floats,
) -> list[_Night]:
    """Return the offset of a filter in each level whose runs tell it."""
    found = []
    for level in range(table.levels):
        if (level, index) not in cells or (level, 0) not in cells:
            continue
        here = table.level_index == level
        order = table.filter_index[here & np.isin(table.filter_index, (0, index))]
        turns, own = int((np.diff(order) != 0).sum()), int((order == index).sum())
        if turns < FEWEST_TURNS or min(own, len(order) - own) < FEWEST_RUNS:
            continue
        row = np.zeros(columns.shape[1])
        row[cells[level, index]], row[cells[level, 0]] = 1, -1
        began = local_time(table.times[int(np.flatnonzero(here)[0])])
        found.append(_Night(began, float(row @ beta), row))
    return found


def _error(row: Floats, inverse: Floats, scatter: float) -> float:
    return scatter * float(np.sqrt(max(float(row @ inverse @ row), 0.0)))
