"""Runs that a fit hardly believes: they are no runs behind an offset, and a person should look."""

from rigd.learning.estimator.posterior import Posterior
from rigd.learning.estimator.table import RunTable
from rigd.learning.sureness import MIN_RUNS

LEAST_WEIGHT = 0.02
"""A run that is believed less is a wild one (`noise`): nearly all of it is left unexplained."""


def count_wild(table: RunTable, posterior: Posterior, index: int) -> int:
    """Count the runs of a filter that lie so far off that the fit hardly believes them.

    With fewer than three there is nothing that they could lie far off from.
    """
    weights = posterior.run_weights[table.filter_index == index]
    return int((weights < LEAST_WEIGHT).sum()) if len(weights) >= MIN_RUNS else 0


def describe_wild(table: RunTable, posterior: Posterior, index: int) -> str | None:
    """Say how many runs of a filter are wild; None if none is."""
    wild = count_wild(table, posterior, index)
    if not wild:
        return None
    runs = int((table.filter_index == index).sum())
    lie = "lies far off and hardly counts" if wild == 1 else "lie far off and hardly count"
    return f"{wild} of {runs} runs of {table.filters[index]} {lie}"


def find_few_believed(table: RunTable, posterior: Posterior, index: int) -> str | None:
    """Return why too few runs stand behind an offset: a wild one is none of them."""
    for one in (index, 0):
        runs = int((table.filter_index == one).sum())
        said = describe_wild(table, posterior, one)
        if said is not None and runs - count_wild(table, posterior, one) < MIN_RUNS:
            return f"too few runs: {said}, and {MIN_RUNS} that agree are needed"
    return None
