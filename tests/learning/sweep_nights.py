"""Nights of autofocus sweeps, frame by frame, with what is true of them.

Nothing here is the estimator's assumption: the focus follows a tube that cools after the air, a
mirror that settles and sometimes slips; star sizes scatter by a share of themselves, by a Student
t; sweeps miss the focus on one side, see nothing but seeing, or take one star for all.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np

from rigd.autofocus_logs.curve_refit import refit
from rigd.autofocus_logs.run import AutofocusRun, Coordinates, CurvePoint
from rigd.learning.estimator.prior import Prior

START = datetime(2024, 3, 1, 19, 0, tzinfo=UTC)
REFERENCE = "L"
FILTERS = ("L", "R", "G", "Ha")
FAINT = {"L": 1.0, "R": 1.1, "G": 1.1, "Ha": 1.8}
"""How much more a frame behind a filter scatters."""
PLAINLY = 150.0
"""Two focusers are plainly two if they stand so many errors of a run apart: filters and drift move
each by some twenty."""
CLOSELY = 40.0
"""The same of the runs of one filter, which no other offset spreads."""
BOTH = (False, True)
Order = tuple[tuple[str, ...], ...]
"""The filters of the runs of each night."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of nights."""

    name: str
    order: Callable[[np.random.Generator], Order]
    noise_only: float = 0.0
    """Share of sweeps in which nothing is seen but seeing."""
    blind: str | None = None
    """A filter of which every sweep is so."""
    one_sided: float = 0.0
    """Share of sweeps that begin beside the focus."""
    one_star: float = 0.0
    """Share of frames that measured one star, a trail or a hot pixel."""
    settling_sigmas: float = 2.0
    """How far the focus is from where it settles when the night begins, in errors of a run."""
    trains: int = 1
    apart_sigmas: tuple[float, float] | None = None
    """How far apart two trains find their focus, in errors of a run; None: anywhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepNight:
    """Runs as a log gives them, and the truth."""

    runs: tuple[AutofocusRun, ...]
    truth: Mapping[str, float]
    priors: Mapping[str, Prior]
    focus_zone_steps: float | None
    is_of_two: bool
    """Whether the runs of a night take turns between two focusers, plainly."""


def loops(rng: np.random.Generator) -> Order:
    """Three to five loops through the filters, one way or there and back, in one or two nights."""
    back = rng.random() < 0.5
    return tuple(
        tuple(
            name
            for turn in range(int(rng.integers(3, 6)))
            for name in (FILTERS[::-1] if back and turn % 2 else FILTERS)
        )
        for _ in range(int(rng.integers(1, 3)))
    )


def at_random(rng: np.random.Generator) -> Order:
    """Two to five nights of filters as they came: some often, some once."""
    return tuple(
        tuple(str(one) for one in rng.choice(FILTERS, int(rng.integers(2, 9))))
        for _ in range(int(rng.integers(2, 6)))
    )


def by_temperature(rng: np.random.Generator) -> Order:
    """Each filter at its own hour, every night the same: warm and L are one, cold and Ha too."""
    each = int(rng.integers(1, 4))
    night = tuple(name for name in FILTERS for _ in range(each))
    return (night,) * int(rng.integers(1, 5))


KINDS = (
    Kind(name="ordinary", order=loops),
    Kind(name="as it came", order=at_random),
    Kind(name="noise-only sweeps", order=loops, noise_only=0.3),
    Kind(name="a filter seen by nobody", order=loops, blind="Ha"),
    Kind(name="one-sided curves", order=loops, one_sided=0.35),
    Kind(name="one-star frames", order=loops, one_star=0.12),
    Kind(name="drifting start", order=loops, settling_sigmas=12.0),
    Kind(name="temperature aliased", order=by_temperature),
    Kind(name="two trains", order=loops, trains=2),
    Kind(
        name="all at once",
        order=at_random,
        noise_only=0.1,
        one_sided=0.1,
        one_star=0.05,
        settling_sigmas=6.0,
    ),
    Kind(name="two trains close by", order=loops, trains=2, apart_sigmas=(15.0, 200.0)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Optics:
    """What the sweeps of one rig have in common."""

    step: float
    """Between two frames."""
    frames: int
    tip_px: float
    slope_px: float
    noise: float
    """Of a star size, relative."""
    repeat_steps: float
    """By which the focuser misses the same place."""
    with_errors: bool
    """Whether the log says how star sizes scatter in each frame."""


def draw_night(kind: Kind, rng: np.random.Generator) -> SweepNight:
    """Draw the runs of one kind of nights."""
    optics = _draw_optics(rng)
    sigma = _run_error(optics)
    truth = {REFERENCE: 0.0} | {name: float(rng.normal(0, 6 * sigma)) for name in FILTERS[1:]}
    order = kind.order(rng)
    is_of_two = False
    runs: list[AutofocusRun] = []
    home, other = (float(place) for place in rng.uniform(2000, 50_000, 2))
    if kind.apart_sigmas is not None:
        away = np.exp(rng.uniform(*np.log(kind.apart_sigmas)))
        other = home + float(rng.choice([-1, 1]) * away * sigma)
    elsewhere = {name: float(rng.normal(0, 6 * sigma)) for name in FILTERS}
    for day, filters in enumerate(order):
        focus, temperatures, times = _drift(kind, rng, len(filters), day, sigma)
        told: list[_Told] = []
        for name, away, temperature_c, time in zip(
            filters, focus, temperatures, times, strict=True
        ):
            second = kind.trains > 1 and rng.random() < 0.5
            place = other + elsewhere[name] if second else home + truth[name]
            run = _sweep(kind, rng, optics, name, place + away)
            apart = (other + elsewhere[name] - home - truth[name]) / (sigma * FAINT[name])
            told += [_Told(second, name, apart)] if run.ok else []
            runs.append(replace(run, temperature_c=temperature_c, time=time))
        is_of_two |= _are_two(told)
    return SweepNight(
        runs=tuple(runs),
        truth=truth,
        priors=_draw_priors(rng, truth, sigma),
        focus_zone_steps=None if rng.random() < 0.5 else float(sigma * rng.uniform(3, 15)),
        is_of_two=is_of_two,
    )


@dataclass(frozen=True, slots=True)
class _Told:
    """Whose a run is that is ok, and how far the second focuser is from the first behind it."""

    is_second: bool
    filter: str
    apart_sigmas: float


def _are_two(told: Sequence[_Told]) -> bool:
    """Whether the runs of a night take turns between two focusers, plainly.

    Those of one filter tell it alone; those of several where all are far apart.
    """
    alike = [[one for one in told if one.filter == name] for name in FILTERS]
    if any(_take_turns(own) and abs(own[0].apart_sigmas) > CLOSELY for own in alike if own):
        return True
    names = [Counter(one.filter for one in told if one.is_second is which) for which in BOTH]
    shared = (names[0] & names[1]).total()
    return (
        _take_turns(told) and shared >= 2 and all(abs(one.apart_sigmas) > PLAINLY for one in told)
    )


def _take_turns(told: Sequence[_Told]) -> bool:
    """Whether there are two runs of each of two focusers, in turns."""
    turns = sum(one.is_second is not other.is_second for one, other in pairwise(told))
    return turns >= 3 and min(sum(one.is_second is which for one in told) for which in BOTH) >= 2


def _draw_optics(rng: np.random.Generator) -> _Optics:
    frames, tip = int(rng.integers(7, 12)), float(rng.uniform(1.3, 3.0))
    step = float(10 ** rng.uniform(1, 2.2))
    worst = tip * float(rng.uniform(1.8, 4.0))
    return _Optics(
        step=step,
        frames=frames,
        tip_px=tip,
        slope_px=float(np.sqrt(worst**2 - tip**2)) / (step * (frames - 1) / 2),
        noise=float(rng.uniform(0.02, 0.07)),
        repeat_steps=step * float(rng.uniform(0.0, 0.15)),
        with_errors=bool(rng.random() < 0.5),
    )


def _run_error(optics: _Optics) -> float:
    """Return about what one run scatters: a wing's slope tells the focus from each frame."""
    size = optics.tip_px + optics.slope_px * optics.step * (optics.frames - 1) / 4
    curve = optics.noise * size / optics.slope_px / float(np.sqrt(optics.frames))
    return float(np.hypot(1.5 * curve, optics.repeat_steps))


def _draw_priors(
    rng: np.random.Generator, truth: Mapping[str, float], sigma: float
) -> dict[str, Prior]:
    """Return what glass says, on every other night: now and then surer than it is."""
    if rng.random() < 0.5:
        return {}
    spread = float(sigma * rng.uniform(1, 4))
    said = spread * float(rng.uniform(0.8, 1.6))
    return {
        name: Prior(mean_steps=steps + float(rng.normal(0, spread)), sd_steps=said)
        for name, steps in truth.items()
        if name != REFERENCE
    }


def _drift(
    kind: Kind, rng: np.random.Generator, runs: int, day: int, sigma: float
) -> tuple[Sequence[float], Sequence[float], Sequence[datetime]]:
    """Return where the focus of the reference is at each run, the temperature, and the time."""
    hours = np.cumsum(rng.uniform(0.04, 0.4, 1) * rng.uniform(0.8, 1.3, runs))
    cooling_c, slope = rng.uniform(1, 10), sigma * rng.normal(0, 2)
    air = 15 - cooling_c * (1 - np.exp(-hours / 3)) + 0.3 * np.sin(2.7 * hours + rng.uniform(0, 6))
    tube = 15 - cooling_c * (1 - np.exp(-np.maximum(hours - 0.5, 0) / 3))
    focus = slope * (tube - 15) + rng.normal(0, 3 * sigma)
    focus += kind.settling_sigmas * sigma * rng.normal() * np.exp(-hours / rng.uniform(0.2, 0.8))
    if rng.random() < 0.15:
        focus += np.where(hours > rng.uniform(0, hours[-1]), 3 * sigma * rng.choice([-1, 1]), 0)
    times = [START + timedelta(days=day, hours=float(one)) for one in hours]
    return (
        [float(one) for one in focus],
        [round(float(one + rng.normal(0, 0.1)), 1) for one in air],
        times,
    )


def _sweep(
    kind: Kind, rng: np.random.Generator, optics: _Optics, name: str, focus: float
) -> AutofocusRun:
    """Return the run that one sweep gives."""
    blind = name == kind.blind or rng.random() < kind.noise_only
    half = optics.step * (optics.frames - 1) / 2
    middle = focus + rng.uniform(-0.35, 0.35) * half
    if rng.random() < kind.one_sided:
        middle = focus + rng.choice([-1, 1]) * rng.uniform(0.8, 1.6) * half
    true = focus + rng.normal(0, max(optics.repeat_steps, 1e-9))
    places = np.round(middle + optics.step * (np.arange(optics.frames) - (optics.frames - 1) / 2))
    sizes = np.hypot(optics.tip_px, optics.slope_px * (places - true))
    if blind:
        sizes = np.full(len(places), 1.5 * optics.tip_px)
    relative = optics.noise * FAINT[name] * (2.0 if blind else 1.0)
    scatter = relative * rng.uniform(0.6, 1.6, len(places))
    sizes = sizes * np.maximum(1 + scatter * rng.standard_t(5, len(places)), 0.2)
    errors = sizes * scatter * rng.uniform(0.7, 1.4, len(places))
    lonely = rng.random(len(places)) < kind.one_star
    sizes = np.where(lonely, rng.uniform(0.4, 12.0, len(places)), sizes)
    points = tuple(
        CurvePoint(
            position_steps=float(place),
            hfr_px=float(size),
            se_px=float(error) if optics.with_errors else None,
        )
        for place, size, error in zip(places, sizes, errors, strict=True)
    )
    fitted = refit(points)
    return AutofocusRun(
        filter=name,
        position_steps=fitted.position_steps,
        se_steps=fitted.se_steps,
        coordinates=Coordinates.RAW,
        source="made up",
        ok=fitted.ok,
        reason=fitted.reason,
        points=points,
    )
