"""How small an offset's error may be stated, and how large it may be for the offset to count."""

import numpy as np

from rigd.learning.estimator.table import UNCHECKED, RunTable, find_resolution
from rigd.optics.v_curve import ROUNDING_STEPS

MOST_CURVE_ERRORS = 5.0
"""No more errors of a curve than so many count as what one run scatters. Our choice: seeing and the
focuser scatter some two to three; more is rather a fit that does not explain its runs, as those of
two focusers, and must not excuse an offset's own error.
"""


def find_least_error(table: RunTable, index: int, *, more_runs: int = 0) -> float:
    """Return the standard error that no offset can be below: what the curves of its runs allow.

    Runs with stated errors tell no more than 1 / sqrt(sum(1 / se^2)), those of the filter and those
    of the reference, whatever runs that happen to agree suggest. A run whose curve states nothing
    counts as in `UNCHECKED`; further ones of both filters are taken for typical. Without any curve
    it is what the rounding of their positions allows.
    """
    stated = table.stated_errors_steps
    known = np.isfinite(stated)
    if not known.any():
        counts = [int((table.filter_index == one).sum()) + more_runs for one in (0, index)]
        rounding = find_resolution(table) * ROUNDING_STEPS
        return float(rounding * np.sqrt(sum(1 / count for count in counts)))
    typical = float(np.median(stated[known]))
    precisions = np.where(known, stated, UNCHECKED * typical) ** -2.0
    own = (float(precisions[table.filter_index == one].sum()) for one in (0, index))
    return float(np.sqrt(sum(1 / (one + more_runs / typical**2) for one in own)))


def find_scatter_limit(table: RunTable, noise_steps: float) -> float:
    """Return what one run scatters, as far as the curves of the runs support it.

    A motor goes whole steps: nothing scatters less than they do, and however exactly a curve fits,
    its error counts as one of them. Positions without curves scatter no less than the steps between
    which none lies.
    """
    stated = table.stated_errors_steps[np.isfinite(table.stated_errors_steps)]
    if len(stated):
        noise_steps = min(noise_steps, MOST_CURVE_ERRORS * max(1.0, float(np.median(stated))))
        return max(noise_steps, ROUNDING_STEPS)
    return max(noise_steps, max(1.0, find_resolution(table)) * ROUNDING_STEPS)
