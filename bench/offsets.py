"""Focus offsets: how far from the truth, beside what other programs do on the same runs.

    ./dev bench offsets [--nights 300] [--seed 1] [--cell TEXT]...

On the made-up nights of `bench/offset_nights.py`. Printed per cell: root mean square error in steps
of every method, ours as a share of the others, and how many of our 95 % intervals hold the truth.
Refused offsets count apart; in brackets stands the error they would have had. Where sweeps see only
noise, or frames only one star, the other programs get what a fit without weights finds, as far as
N.I.N.A. would not give it up.

A night in which most runs of one filter are wild misleads every method, is rare, and outweighs
hundreds of others. Hence below each line the range in which the shares lie for 95 % of such sets of
nights, and our error with the worst night in a hundred left out.
"""

import argparse
import math
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import repeat

import numpy as np

from bench.offset_builders import Answer, Night, ekos_adapted, ekos_mean, huber, nina_calculator
from bench.offset_nights import CELLS, Cell, draw
from rigd.errors import RefusedError
from rigd.learning.estimator.fit import contrast, fit
from rigd.learning.estimator.verdict import OffsetState

NIGHTS_AT_ONCE = 10
"""That one process judges."""
RESAMPLED = 1000
"""Sets of nights from which a range is told."""


@dataclass(slots=True)
class Outcome:
    """What came out of one night, or of several."""

    wrong: dict[str, list[float]]
    """The errors of each method in steps, of all offsets; ours without the refused ones."""
    refused: list[float]
    """The errors that those of ours would have had."""
    held: list[bool]
    """Of our intervals: whether they hold the truth."""
    given_up: int = 0
    """Nights of which rigd says nothing at all, as of runs that look like those of two focusers."""
    spent_s: float = 0.0

    def add(self, other: "Outcome") -> None:
        """Add what came out of other nights."""
        for name, errors in other.wrong.items():
            self.wrong.setdefault(name, []).extend(errors)
        self.refused += other.refused
        self.held += other.held
        self.given_up += other.given_up
        self.spent_s += other.spent_s


def judge_night(cell: Cell, seed: int, number: int) -> Outcome:
    """Draw one night and ask every method."""
    rng = np.random.default_rng([seed, number])
    night = draw(cell, rng)
    done = Outcome(wrong={}, refused=[], held=[])
    started = time.perf_counter()
    try:
        result = fit(night.runs, "L", night.priors)
    except RefusedError:
        done.given_up += 1
        return done  # there is nothing to compare
    done.spent_s = time.perf_counter() - started
    answers = {name: method(night, rng) for name, method in _others(cell).items()}
    for index, name in enumerate(result.table.filters[1:], start=1):
        offset = result.offset(name)
        truth = night.truth[name]
        if offset is None or any(math.isnan(answer[name]) for answer in answers.values()):
            continue  # somebody has no run of it
        if offset.state is OffsetState.REFUSED:
            mean, _ = result.posterior.moments(contrast(result.table, index)[None, :])
            done.refused.append(float(mean[0]) - truth)
        else:
            done.wrong.setdefault("rigd", []).append((offset.focus_offset_steps or 0.0) - truth)
            done.held.append((offset.low_steps or 0) <= truth <= (offset.high_steps or 0))
        for method, answer in answers.items():
            done.wrong.setdefault(method, []).append(answer[name] - truth)
    return done


def _others(cell: Cell) -> dict[str, Callable[[Night, np.random.Generator], Answer]]:
    methods: dict[str, Callable[[Night, np.random.Generator], Answer]] = {
        "Ekos": lambda night, _: ekos_mean(night),
        "adapted": ekos_adapted,
        "N.I.N.A.": lambda night, _: nina_calculator(night),
        "Huber": lambda night, _: huber(night),
    }
    if cell.name.startswith("blocks"):
        del methods["N.I.N.A."]
    return methods


def run_cell(cell: Cell, nights: int, seed: int, pool: ProcessPoolExecutor) -> list[str]:
    """Judge the nights, print one line; say which aims are missed."""
    each = list(
        pool.map(judge_night, repeat(cell), repeat(seed), range(nights), chunksize=NIGHTS_AT_ONCE)
    )
    whole = Outcome(wrong={name: [] for name in (*_others(cell), "rigd")}, refused=[], held=[])
    for one in each:
        whole.add(one)
    rms = {name: _rms(errors) for name, errors in whole.wrong.items()}
    shown = " ".join(f"{rms.get(name, math.nan):9.2f}" for name in COLUMNS)
    shares = " ".join(f"{rms['rigd'] / rms.get(name, math.nan):9.2f}" for name in COLUMNS[:4])
    refused = f"({_rms(whole.refused):.1f})" if whole.refused else ""
    total = len(whole.wrong["rigd"]) + len(whole.refused)
    held_share = f"{100 * np.mean(whole.held):6.1f}" if whole.held else "     -"
    print(
        f"{cell.name:34}{shown} |{shares} |{held_share} "
        f"{100 * len(whole.refused) / total:7.0f} {refused:8}{1000 * whole.spent_s / nights:6.0f}",
        flush=True,
    )
    ranges = [
        f"{low:.2f} to {high:.2f} of {name}"
        for name in COLUMNS[:4]
        if name in rms
        for low, high in [_find_range(each, name)]
    ]
    print(
        f"  other such nights: {', '.join(ranges)}; "
        f"the worst night in a hundred apart, rigd errs by {_rms(_drop_worst(each)):.2f}; "
        f"nothing is said of {whole.given_up} nights",
        flush=True,
    )
    if not whole.held:
        return []
    missed = _missed(cell, rms, 100 * float(np.mean(whole.held)))
    return [f"{cell.name}: {text}" for text in missed]


def _rms(errors: Sequence[float]) -> float:
    return math.sqrt(np.mean(np.square(errors))) if len(errors) else math.nan


def _find_range(nights: Sequence[Outcome], name: str) -> tuple[float, float]:
    """Return between what our error as a share of another's lies for 95 % of such sets of nights.

    The bootstrap over whole nights (Efron and Tibshirani, An Introduction to the Bootstrap, 13.3):
    the offsets of one night share its wild runs.
    """
    sums = np.array(
        [
            [float(np.square(one.wrong.get(who, [])).sum()) for who in ("rigd", name)]
            + [float(len(one.wrong.get(who, []))) for who in ("rigd", name)]
            for one in nights
        ]
    )
    picks = np.random.default_rng(1).integers(0, len(sums), (RESAMPLED, len(sums)))
    ours, theirs, our_count, their_count = sums[picks].sum(axis=1).T
    shares = np.sqrt(ours / np.maximum(our_count, 1) / (theirs / np.maximum(their_count, 1)))
    low, high = np.quantile(shares, [0.025, 0.975])
    return float(low), float(high)


def _drop_worst(nights: Sequence[Outcome]) -> list[float]:
    """Return our errors without those of the hundredth part of the nights that has the largest."""
    own = sorted(
        (one.wrong.get("rigd", []) for one in nights), key=lambda errors: sum(np.square(errors))
    )
    return [error for errors in own[: len(own) - len(own) // 100] for error in errors]


def _missed(cell: Cell, rms: dict[str, float], held: float) -> list[str]:
    """What was aimed at and not reached."""
    aims = {"Huber": 1.05}
    if not cell.drift:
        aims["Ekos"] = 1.05
    elif cell.outliers and cell.prior_sd is not None and cell.prior_width == 1:
        aims |= {"Ekos": 0.5, "N.I.N.A.": 0.5, "adapted": 0.6}
    missed = [
        f"{rms['rigd'] / rms[name]:.2f} of {name}, the aim is {aim}"
        for name, aim in aims.items()
        if name in rms and rms["rigd"] > aim * rms[name]
    ]
    if not 92 <= held <= 97:
        missed.append(f"95 % intervals held {held:.1f} %, the aim is 92 to 97 %")
    return missed


def _is_wanted(cell: Cell, texts: Sequence[str]) -> bool:
    names = {one.name for one in CELLS}
    return not texts or any(
        text == cell.name if text in names else text in cell.name for text in texts
    )


COLUMNS = ("Ekos", "adapted", "N.I.N.A.", "Huber", "rigd")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--nights", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--cell", action="append", help="only the cell of this name, or all that hold this text"
    )
    parser.add_argument("--workers", type=int, help="processes; left alone, one for each core")
    options = parser.parse_args()
    heads = " ".join(f"{name:>9}" for name in COLUMNS)
    heads += " |" + " ".join(f"/{name:>8}" for name in COLUMNS[:4])
    print(f"{'cell':34}{heads} | held % refused %         ms")
    missed: list[str] = []
    with ProcessPoolExecutor(options.workers) as pool:
        for cell in CELLS:
            if _is_wanted(cell, options.cell or []):
                missed += run_cell(cell, options.nights, options.seed, pool)
    print("\n".join(["aims missed:", *missed]) if missed else "every aim is reached")


if __name__ == "__main__":
    main()
