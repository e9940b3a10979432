"""Random nights of the pure core, judged by a world that shares no code with it.

One command: `./dev bench judge --events 1000000 --seed 1`. The world and the judge are those of
`tests/independent/`. A violation is shrunk and printed as a script; then the exit code is 1.
"""

import argparse
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from os import cpu_count
from time import perf_counter

from tests.independent.aimed import aimed_case
from tests.independent.chance import case_of
from tests.independent.known import FORGIVEN, OFF
from tests.independent.plan import Act, Plan, script
from tests.independent.play import play, shrink
from tests.independent.rules import Broken, Rule

SLICE = 200
"""Seeds that one process takes at a time."""


@dataclass(slots=True)
class Slice:
    """What the cases of some seeds came to."""

    events: int = 0
    cases: int = 0
    broken: list[tuple[int, str, str]] = field(default_factory=list)
    """Seed, rule and what is wrong."""


def main() -> int:
    """Play cases until there were enough events."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", action="store_true", help="one case: that of the seed")
    parser.add_argument("--aimed", action="store_true", help="late moves and searches alone")
    parser.add_argument("--jobs", type=int, default=cpu_count() or 1)
    parser.add_argument("--go-on", action="store_true", help="name all violations, show one a rule")
    parser.add_argument("--all", action="store_true", help="with what is switched off today")
    parser.add_argument("--forgive", action="append", default=[], help="a rule not to judge")
    parser.add_argument("--off", action="append", default=[], help="an act not to play")
    asked = parser.parse_args()
    off = frozenset(asked.off) | (frozenset() if asked.all else frozenset(OFF))
    forgiven = frozenset(Rule[name] for name in asked.forgive)
    forgiven |= frozenset() if asked.all else frozenset(FORGIVEN)
    began = perf_counter()
    if asked.only:
        found = play_slice(asked.seed, 1, off, forgiven, aimed=asked.aimed)
    else:
        found = _play_all(asked, off, forgiven)
    took_s = perf_counter() - began
    _print_broken(found, off, forgiven, go_on=asked.go_on, aimed=asked.aimed)
    rate = found.events / took_s
    said = f"{len(found.broken)} violations" if found.broken else "no violation"
    print(f"{found.events} events, {found.cases} cases in {took_s:.0f} s: {rate:.0f}/s, {said}")
    return 1 if found.broken else 0


def _play_all(asked: argparse.Namespace, off: frozenset[str], forgiven: frozenset[Rule]) -> Slice:
    found = Slice()
    with ProcessPoolExecutor(max_workers=asked.jobs) as pool:
        slices = count(asked.seed, SLICE)
        running = {
            pool.submit(play_slice, next(slices), SLICE, off, forgiven, aimed=asked.aimed)
            for _ in range(2 * asked.jobs)
        }
        while running:
            ended = next((one for one in running if one.done()), next(iter(running)))
            running.discard(ended)
            part = ended.result()
            found.events += part.events
            found.cases += part.cases
            found.broken += part.broken
            if found.events < asked.events and (asked.go_on or not found.broken):
                more = pool.submit(
                    play_slice, next(slices), SLICE, off, forgiven, aimed=asked.aimed
                )
                running.add(more)
    return found


def _case(seed: int, off: frozenset[str], *, aimed: bool) -> tuple[Plan, tuple[Act, ...]]:
    return aimed_case(seed) if aimed else case_of(seed, off)


def play_slice(
    first: int, cases: int, off: frozenset[str], forgiven: frozenset[Rule], *, aimed: bool = False
) -> Slice:
    """Play the cases of some seeds."""
    found = Slice()
    for seed in range(first, first + cases):
        plan, acts = _case(seed, off, aimed=aimed)
        found.cases += 1
        try:
            found.events += play(plan, acts, forgiven)
        except Broken as wrong:
            found.broken.append((seed, wrong.rule.name, str(wrong)))
        except Exception as wrong:  # noqa: BLE001 - the core must not raise
            found.broken.append((seed, type(wrong).__name__, repr(wrong)))
    return found


def _print_broken(
    found: Slice, off: frozenset[str], forgiven: frozenset[Rule], *, go_on: bool, aimed: bool
) -> None:
    counts = Counter(rule for _, rule, _ in found.broken)
    told: set[str] = set()
    for seed, rule, _ in sorted(found.broken):
        if rule in told:
            continue
        told.add(rule)
        plan, acts = _case(seed, off, aimed=aimed)
        try:
            play(plan, acts, forgiven)
        except Exception as wrong:  # noqa: BLE001 - it is what is to be shown
            short = shrink(plan, acts, wrong, forgiven)
            try:
                play(plan, short, forgiven)
            except Exception as again:  # noqa: BLE001
                print(f"seed {seed}: {again}\n{script(plan, short)}\n", file=sys.stderr)
        if not go_on:
            break
    for rule, number in counts.most_common():
        seeds = " ".join(str(seed) for seed, broken, _ in sorted(found.broken) if broken == rule)
        print(f"{number:8d}  {rule}: {seeds}")


if __name__ == "__main__":
    sys.exit(main())
