"""The spacer search beside OR-Tools CP-SAT, on the same instances in the same run.

    ./dev bench spacers [--limit SECONDS] [--repeat N]

rigd finds the ten best stacks; CP-SAT (`pip install rigd[bench]`) only the best one, within the
limit. Without OR-Tools the bench times rigd alone. Instances are made up, from fixed seeds: parts
of eight threads, lengths in tenths of a millimetre, openings as the threads leave them, one or two
of each owned; an APS-C sensor at f/5, fully lit, 50 to 70 mm behind the optic (90 to 110 mm with
guider and wheel between).
"""

import argparse
import random
import statistics
import time
from importlib import import_module
from importlib.util import find_spec

from rigd.optics.vignetting import Cone
from rigd.train.connection import End, Gender
from rigd.train.parts import (
    CameraMount,
    Port,
    TrainPart,
    mount_with_aperture_limit,
    with_aperture_limit,
)
from rigd.train.spacer_search import SpacerProblem, best_stacks

THREADS = ("M42x0.75", "M48x0.75", "M54x0.75", "M56x1", "M63x1", "M68x1", "M72x1", "M82x1")
SIZES = (50, 200, 1000, 5000)
K = 10


def _port(thread: str, gender: Gender) -> Port:
    return Port(end=End(standard=thread, gender=gender))


def random_parts(size: int, rng: random.Random) -> tuple[TrainPart, ...]:
    """A pile of spacers and adapters."""
    parts = []
    for number in range(size):
        first = rng.randrange(len(THREADS))
        spacer = rng.random() < 0.5
        second = first if spacer else min(max(first + rng.choice((-1, 1)), 0), len(THREADS) - 1)
        genders = [Gender.FEMALE, Gender.MALE]
        if rng.random() < 0.2:
            genders = [rng.choice(genders)] * 2
        part = TrainPart(
            id=f"part {number}",
            front=_port(THREADS[first], genders[0]),
            back=_port(THREADS[second], genders[1]),
            optical_length_um=100 * rng.randint(5, 400),
            reversible=rng.random() < 0.1,
            owned=rng.choice((1, 1, 1, 2)),
        )
        parts.append(with_aperture_limit(part))
    return tuple(parts)


def instance(size: int, *, chain: bool, seed: int) -> SpacerProblem:
    """One train to build from a pile."""
    rng = random.Random(seed)
    devices: tuple[TrainPart, ...] = ()
    if chain:
        devices = tuple(
            TrainPart(
                id=name,
                front=_port(front, Gender.FEMALE),
                back=_port(back, Gender.FEMALE),
                optical_length_um=length_um,
            )
            for name, front, back, length_um in (
                ("guider", "M68x1", "M54x0.75", 17500),
                ("wheel", "M54x0.75", "M54x0.75", 20000),
            )
        )
    required_um = 100 * rng.randint(900, 1100) if chain else 100 * rng.randint(500, 700)
    camera = CameraMount(
        id="camera", port=_port("M54x0.75", Gender.FEMALE), flange_distance_um=17500
    )
    return SpacerProblem(
        optic=_port("M68x1", Gender.MALE),
        required_low_um=required_um + 37,
        required_high_um=required_um + 37,
        tolerance_um=300,
        cameras=(mount_with_aperture_limit(camera),),
        orders=(tuple(with_aperture_limit(device) for device in devices),),
        parts=random_parts(size, rng),
        cone=Cone(diagonal_mm=28.3, focal_ratio=5.0),
        darkest=0,
    )


def time_rigd(problem: SpacerProblem) -> tuple[float, int, tuple[int, int, int] | None]:
    """Seconds, stacks found, and the best by (tolerance class, parts, error)."""
    start = time.perf_counter()
    stacks = best_stacks(problem, K)
    seconds = time.perf_counter() - start
    best = None
    if stacks:
        first = stacks[0]
        parts = sum(not placed.device for placed in first.chain)
        best = (first.tolerance_class, parts, abs(first.back_focus_error_um))
    return seconds, len(stacks), best


def main() -> None:
    """Run both and print the ratio."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--limit", type=float, default=20.0, help="seconds for CP-SAT")
    arguments.add_argument("--repeat", type=int, default=7, help="instances of each size")
    arguments.add_argument("--sizes", type=int, nargs="*", default=list(SIZES))
    given = arguments.parse_args()
    beside = find_spec("ortools") is not None
    if not beside:
        print("OR-Tools is not installed (pip install rigd[bench]): rigd alone")
    heading = f"{'parts':>6} {'gaps':>4} {'rigd median':>12} {'worst':>9} {'found':>6}"
    print(f"{heading} {'CP-SAT (best only)':>26} {'ratio':>9}  same best")
    for size in given.sizes:
        for chain in (False, True):
            problems = [instance(size, chain=chain, seed=n) for n in range(given.repeat)]
            timed = [time_rigd(problem) for problem in problems]
            median = statistics.median(seconds for seconds, _, _ in timed)
            worst = max(seconds for seconds, _, _ in timed)
            found = min(number for _, number, _ in timed)
            line = (
                f"{size:>6} {3 if chain else 1:>4} {1000 * median:>9.1f} ms"
                f" {1000 * worst:>6.1f} ms {found:>6}"
            )
            if beside:
                seconds, status, best = import_module("bench.cpsat").best_stack(
                    problems[0], given.limit
                )
                ratio = seconds / timed[0][0]
                line += f" {seconds:>14.2f} s {status:>9} {ratio:>8.0f}x"
                line += f"  {'yes' if best == timed[0][2] else f'{best} / rigd {timed[0][2]}'}"
            print(line, flush=True)


if __name__ == "__main__":
    main()
