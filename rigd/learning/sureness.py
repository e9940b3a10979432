"""Whether an offset is known surely enough for the focuser to move by it. Pure."""

import math

MIN_RUNS = 3
"""Of two runs that disagree nobody can tell which is wild."""
MOST_MORE_RUNS = 20
"""Our choice: whoever needs more should look at the focuser first."""
_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def find_largest_error(
    run_scatter_steps: float | None, focus_zone_steps: float | None
) -> float | None:
    """Return the largest standard error of an offset that is applied; None if nothing bounds it.

    An offset that is no surer than one autofocus run is as good as focusing again; of a quarter of
    the critical focus zone two fit inside the zone on either side.

    Args:
        run_scatter_steps: standard deviation of one autofocus run of this rig.
        focus_zone_steps: critical focus zone, full width.
    """
    quarter = None if focus_zone_steps is None else focus_zone_steps / 4
    return max((one for one in (run_scatter_steps, quarter) if one is not None), default=None)


def count_missing_runs(
    se_steps: float, runs: int, *, largest_steps: float | None, run_scatter_steps: float | None
) -> int:
    """Return how many more runs, in turn with the reference filter, make an offset sure enough.

    A pair of runs tells the offset with the variance 2 s^2, and precisions add.
    """
    few = max(0, MIN_RUNS - runs)
    if largest_steps is None or run_scatter_steps is None or se_steps <= largest_steps:
        return few
    lacking = 1 / largest_steps**2 - 1 / se_steps**2
    return max(few, math.ceil(2 * run_scatter_steps**2 * lacking))


def describe_runs(count: int, which: str, run_scatter_steps: float | None) -> str:
    """Say how many more runs it takes; of very many, why.

    Args:
        count: So many.
        which: "of Ha", "in turn with L".
        run_scatter_steps: Standard deviation of one autofocus run, if it is known.
    """
    if count > MOST_MORE_RUNS and run_scatter_steps is not None:
        return (
            f"more than {MOST_MORE_RUNS} runs {which}, since one scatters by "
            f"{run_scatter_steps:.0f} steps: look at the focuser first"
        )
    number = _WORDS[count] if count < len(_WORDS) else str(count)
    return f"about {number} more run{'' if count == 1 else 's'} {which}"
