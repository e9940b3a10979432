"""Are learnt offsets as sure as they say, and is none applied that must not be?

    ./dev bench promise [--nights 2000] [--seed 1] [--kind TEXT]

Nights of autofocus sweeps, frame by frame, with their runs fitted as a log's are, by
`tests/learning/sweep_nights.py`: ordinary ones, and with noise-only sweeps, one-sided curves,
one-star frames, a drifting start, filters that are one with the temperature, two telescopes in one
log. Printed for each kind: how many offsets were stated with an interval and how many of those miss
the truth, the same of those that were applied with their error in what one run scatters, and what
the rule forbids. Ends with 1 if more than 7 % miss, or one is applied that the rule forbids.
"""

import argparse
import os
import sys
from concurrent.futures import ProcessPoolExecutor

import numpy as np

from tests.learning.promise import LIMIT, Tally, judge_nights
from tests.learning.sweep_nights import KINDS

AT_ONCE = 10
"""Nights that one process judges at a time."""


def main() -> None:
    """Judge the nights, print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--nights", type=int, default=2000, help="of all kinds together")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", default="", help="only kinds whose name holds this text")
    options = parser.parse_args()
    kinds = [at for at, kind in enumerate(KINDS) if options.kind in kind.name]
    each = -(-options.nights // max(len(kinds), 1))
    print(f"{'kind':26}{'nights':>7}{'stated':>8}{'missed':>8}{'applied':>9}{'missed':>8}", end="")
    print(f"{'error':>7}{'worst':>7}{'forbidden':>11}")
    everything = Tally()
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        waiting = {
            at: [
                pool.submit(
                    judge_nights, at, range(first, min(first + AT_ONCE, each)), options.seed
                )
                for first in range(0, each, AT_ONCE)
            ]
            for at in kinds
        }
        for at, parts in waiting.items():
            tally = Tally()
            for part in parts:
                tally.add(part.result())
            _print(KINDS[at].name, tally)
            everything.add(tally)
    _print("all", everything)
    for one in everything.forbidden[:20]:
        print(one)
    sys.exit(bool(everything.forbidden) or everything.miss_share > LIMIT)


def _print(name: str, tally: Tally) -> None:
    errors = np.abs(tally.errors) if tally.errors else np.zeros(1)
    applied_missed = tally.applied_missed / max(tally.applied, 1)
    print(
        f"{name:26}{tally.nights:7}{tally.stated:8}{tally.miss_share:8.1%}{tally.applied:9}"
        f"{applied_missed:8.1%}{np.sqrt(np.mean(errors**2)):7.2f}{errors.max():7.1f}"
        f"{len(tally.forbidden):11}",
        flush=True,
    )


if __name__ == "__main__":
    main()
