"""Nights of autofocus runs whose truth is known; `bench/offsets.py` asks every method about them.

They come from a generator that shares none of the estimator's assumptions: focus follows tube
temperature with a lag through an exponential cooling, two warm waves, a mirror slip and a settling
of the focuser; noise is a Student t with wild runs on one side; one night in ten has a filter 1 mm
off or two filters swapped; priors may be half or twice as wide as they ought to be.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np

from bench.offset_builders import EXPOSURE_S, FILTERS, Night
from rigd.autofocus_logs.curve_refit import refit
from rigd.autofocus_logs.run import AutofocusRun, Coordinates, CurvePoint
from rigd.learning.estimator.prior import Prior
from rigd.units import round_half_away

NOISE_RATIO = {"L": 1.0, "R": 1.1, "G": 1.1, "B": 1.3, "H": 2.2}
RUN_MINUTES = 2.5
LEAST_R_SQUARED = 0.7
"""N.I.N.A.'s, if left alone."""
ONE_MM_STEPS = 110.0
START = datetime(2024, 3, 1, 20, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One kind of data."""

    name: str
    order: tuple[tuple[str, ...], ...]
    """The runs of each night."""
    noise_steps: float = 6.0
    equal_noise: bool = False
    gaussian: bool = False
    drift: bool = True
    slope_steps_per_c: float = 15.0
    cooling_c: float = 7.0
    outliers: float = 0.05
    prior_sd: float | None = 12.0
    """True spread of the offsets round the prior's mean; None: the estimator gets no prior."""
    prior_width: float = 1.0
    """Stated over true width."""
    wrong_nights: float = 0.1
    """Share of nights with a filter 1 mm off or two filters swapped."""
    minutes: float = RUN_MINUTES
    noise_only: float = 0.0
    """Share of sweeps in which nothing is seen but seeing."""
    one_star: float = 0.0
    """Share of frames that measured one star, a trail or a hot pixel."""


def blocks(runs: int) -> tuple[tuple[str, ...], ...]:
    """All runs of a filter one after the other, as Ekos builds its offsets."""
    return (tuple(name for name in FILTERS for _ in range(runs)),)


def loops(count: int, nights: int = 1) -> tuple[tuple[str, ...], ...]:
    """Loops in the order of the wheel, as N.I.N.A.'s calculator runs them."""
    return tuple(FILTERS * count for _ in range(nights))


def there_and_back(count: int) -> tuple[tuple[str, ...], ...]:
    """Alternately reversed loops, as rigd plans them."""
    forward = FILTERS
    return (tuple(n for i in range(count) for n in (forward if i % 2 == 0 else forward[::-1])),)


CLEAN = {"drift": False, "outliers": 0.0, "wrong_nights": 0.0}
CELLS: tuple[Cell, ...] = (
    Cell(name="loops 3x5", order=loops(3)),
    Cell(name="loops 3x5, right prior", order=loops(3), wrong_nights=0),
    Cell(name="loops 3x5, prior half as wide", order=loops(3), prior_width=0.5),
    Cell(name="loops 3x5, prior twice as wide", order=loops(3), prior_width=2),
    Cell(name="loops 3x5, no prior", order=loops(3), prior_sd=None),
    Cell(name="there and back 3x5", order=there_and_back(3)),
    Cell(name="loops 5x5", order=loops(5)),
    Cell(name="loops 5x5, right prior", order=loops(5), wrong_nights=0),
    Cell(name="loops 5x5, no prior", order=loops(5), prior_sd=None),
    Cell(name="loops 5x5, fast cooling", order=loops(5), slope_steps_per_c=30, cooling_c=10),
    Cell(name="sessions 3 nights of 2x5", order=loops(2, 3), minutes=20),
    Cell(name="sessions 8 nights of 2x5", order=loops(2, 8), minutes=20),
    Cell(name="sessions 8, no prior", order=loops(2, 8), minutes=20, prior_sd=None),
    Cell(name="loops 3x5, no outliers", order=loops(3), outliers=0),
    Cell(name="clean 3x5", order=loops(3), **CLEAN),  # type: ignore[arg-type]  # mixed values
    Cell(name="clean 3x5, no prior", order=loops(3), prior_sd=None, **CLEAN),  # type: ignore[arg-type]  # mixed values
    Cell(
        name="clean 5x5, tight, equal, Gaussian",
        order=loops(5),
        noise_steps=3,
        equal_noise=True,
        gaussian=True,
        **CLEAN,  # type: ignore[arg-type]  # mixed values
    ),
    Cell(
        name="same, no prior",
        order=loops(5),
        noise_steps=3,
        equal_noise=True,
        gaussian=True,
        prior_sd=None,
        **CLEAN,  # type: ignore[arg-type]  # mixed values
    ),
    Cell(name="noise-only sweeps, 5x5", order=loops(5), noise_only=0.2),
    Cell(name="one-star frames, 5x5", order=loops(5), one_star=0.1),
    Cell(name="blocks 5x5 (Ekos' order)", order=blocks(5)),
    Cell(name="blocks 5x5, fast cooling", order=blocks(5), slope_steps_per_c=30, cooling_c=10),
)


def draw(cell: Cell, rng: np.random.Generator) -> Night:
    """One realisation of a cell."""
    spread = cell.prior_sd or 12.0
    expected = {name: float(rng.normal(0, 15)) for name in FILTERS[1:]}
    truth = {"L": 0.0} | {name: mean + rng.normal(0, spread) for name, mean in expected.items()}
    if rng.random() < cell.wrong_nights:
        one, other = rng.choice(FILTERS[1:], 2, replace=False)
        if rng.random() < 0.5:
            truth[one] += float(rng.choice([-1, 1])) * ONE_MM_STEPS
        else:
            truth[one], truth[other] = truth[other], truth[one]
    stated = spread * cell.prior_width
    priors = {name: Prior(mean_steps=mean, sd_steps=stated) for name, mean in expected.items()}
    runs: list[AutofocusRun] = []
    for number, order in enumerate(cell.order):
        runs += _night(cell, rng, truth, order, START + timedelta(days=number))
    read, said = runs, runs
    if cell.noise_only or cell.one_star:
        sweeps = [_sweep(cell, rng, run) for run in runs]
        read = [one for one, _ in sweeps]
        said = [one for _, one in sweeps if one.ok]
    return Night(
        runs=tuple(read),
        said=tuple(said),
        truth=truth,
        priors={} if cell.prior_sd is None else priors,
        slope_steps_per_c=cell.slope_steps_per_c if cell.drift else 0.0,
    )


def _night(
    cell: Cell,
    rng: np.random.Generator,
    truth: dict[str, float],
    order: Sequence[str],
    start: datetime,
) -> list[AutofocusRun]:
    minutes = np.cumsum(
        [cell.minutes * rng.uniform(0.85, 1.2) + EXPOSURE_S[name] / 10 for name in order]
    )
    hours = minutes / 60 + rng.uniform(0, 2)
    air, tube = _temperatures(cell, rng, hours)
    focus = 10_000 + rng.normal(0, 30) + cell.slope_steps_per_c * (tube - tube[0])
    if cell.drift:
        settled = hours - hours[0]
        focus += rng.choice([-1, 1]) * 8 * np.exp(-settled / 0.3)
        if rng.random() < 0.2:
            focus += np.where(settled > rng.uniform(0, settled[-1]), rng.choice([-1, 1]) * 12, 0)
    side = rng.choice([-1.0, 1.0])
    runs = []
    for i, name in enumerate(order):
        sigma = cell.noise_steps * (1 if cell.equal_noise else NOISE_RATIO[name])
        noise = rng.normal() if cell.gaussian else rng.standard_t(5) / math.sqrt(5 / 3)
        value = focus[i] + truth[name] + sigma * noise
        if rng.random() < cell.outliers:
            value += side * rng.uniform(25, 100)
        runs.append(
            AutofocusRun(
                filter=name,
                position_steps=float(round_half_away(value)),
                se_steps=sigma * rng.uniform(0.75, 1.25),
                temperature_c=round(float(air[i] + rng.normal(0, 0.05)), 1),
                time=start + timedelta(hours=float(hours[i])),
                coordinates=Coordinates.RAW,
                source="made up",
                ok=True,
            )
        )
    return runs


def _sweep(
    cell: Cell, rng: np.random.Generator, run: AutofocusRun
) -> tuple[AutofocusRun, AutofocusRun]:
    """Return a run as rigd reads the sweep behind it, and as a program would that believes it.

    A parabola through the squares of all star sizes is the hyperbola; one with less than N.I.N.A.'s
    least R squared, or without a minimum inside, is given up.
    """
    focus, half = run.position_steps or 0.0, 25 * (run.se_steps or 1.0)
    places = np.round(focus + rng.uniform(-0.3, 0.3) * half + half * np.linspace(-1, 1, 9))
    sizes = 2 * np.hypot(1, 2.5 * (places - focus) / half)
    if rng.random() < cell.noise_only:
        sizes = np.full(9, 3.0)
    sizes = sizes * np.maximum(1 + 0.08 * rng.standard_t(5, 9), 0.2)
    sizes = np.where(rng.random(9) < cell.one_star, rng.uniform(0.4, 12, 9), sizes)
    points = [
        CurvePoint(position_steps=float(x), hfr_px=float(y))
        for x, y in zip(places, sizes, strict=True)
    ]
    ours = refit(points)
    read = replace(run, position_steps=ours.position_steps, se_steps=ours.se_steps, ok=ours.ok)
    x = (places - places.mean()) / half
    c, b, a = np.polynomial.polynomial.polyfit(x, sizes**2, 2)
    left = sizes - np.sqrt(np.maximum(c + b * x + a * x**2, 0))
    r_squared = 1 - float(left @ left) / max(float(np.square(sizes - sizes.mean()).sum()), 1e-9)
    inside = a > 0 and abs(b / (2 * a)) < 1
    found = float(round_half_away(places.mean() - half * b / (2 * a))) if inside else focus
    return read, replace(
        run, position_steps=found, ok=bool(inside and r_squared >= LEAST_R_SQUARED)
    )


def _temperatures(
    cell: Cell, rng: np.random.Generator, hours: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Air as a sensor sees it, and the tube that follows 0.6 h behind."""
    grid = np.arange(-2, hours[-1] + 0.05, 0.02)
    if not cell.drift:
        flat = np.interp(hours, grid, np.full_like(grid, 8.0))
        return flat, flat
    air = 15 - cell.cooling_c * (1 - np.exp(-grid / 3.0))
    for period, height in ((2.3, 0.5), (0.7, 0.25)):
        air += height * np.sin(2 * np.pi * (grid / period + rng.random()))
    tube = np.empty_like(air)
    tube[0] = air[0]
    for i in range(1, len(grid)):
        tube[i] = tube[i - 1] + (air[i] - tube[i - 1]) * 0.02 / 0.6
    return np.interp(hours, grid, air), np.interp(hours, grid, tube)
