"""The runs of the rig's own focuser, where a log names whose each run is. Pure.

A program gives a focuser a name of its own, which need not be the one that the rig knows: one name
alone is the rig's, whatever it is.
"""

from collections import Counter
from collections.abc import Sequence

from rigd.autofocus_logs.run import AutofocusRun
from rigd.errors import RefusedError
from rigd.files.text import comparable_name


def choose_own_focuser(
    runs: Sequence[AutofocusRun], own: str | None
) -> tuple[tuple[AutofocusRun, ...], tuple[AutofocusRun, ...]]:
    """Split runs into those of the rig's focuser and those of another; unnamed ones are its own.

    Args:
        runs: With the name of the focuser, as far as their logs have it.
        own: What the rig calls its focuser, if it is known.

    Raises:
        RefusedError: they are of several focusers, and none is called as the rig's.
    """
    named = Counter(run.focuser for run in runs if run.focuser is not None)
    if len({comparable_name(name) for name in named}) <= 1:
        return tuple(runs), ()
    wanted = None if own is None else comparable_name(own)
    if wanted not in {comparable_name(name) for name in named}:
        counts = ", ".join(f"{name} ({number})" for name, number in sorted(named.items()))
        whose = "the rig's is not known" if own is None else f"the rig's is called {own}"
        msg = (
            f"the runs are of several focusers: {counts}; {whose}: take the runs of the others "
            "back (`rigd runs forget KEY`, or all at once by where they ended: "
            "`rigd runs forget --positions LOW-HIGH`)"
        )
        raise RefusedError(msg)
    is_own = [run.focuser is None or comparable_name(run.focuser) == wanted for run in runs]
    kept, others = (
        tuple(run for run, mine in zip(runs, is_own, strict=True) if mine is which)
        for which in (True, False)
    )
    return kept, others
