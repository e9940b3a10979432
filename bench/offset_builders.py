"""How other programs make offsets of the runs of a night; `bench/offsets.py` asks them all.

Each takes what its program would: the position that the program itself found, not rigd's.
"""

import math
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np

from rigd.autofocus_logs.run import AutofocusRun
from rigd.learning.estimator.prior import Prior
from rigd.units import round_half_away

FILTERS = ("L", "R", "G", "B", "H")
EXPOSURE_S = {"L": 4.0, "R": 6.0, "G": 6.0, "B": 6.0, "H": 20.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """Made-up runs and what is true of them."""

    runs: tuple[AutofocusRun, ...]
    """As rigd reads them."""
    said: tuple[AutofocusRun, ...]
    """As the program says them, without those that it gave up."""
    truth: dict[str, float]
    priors: dict[str, Prior]
    slope_steps_per_c: float


Answer = dict[str, float]


def ekos_mean(night: Night) -> Answer:
    """Ekos, Build Filter Offsets: rounded mean less rounded mean of the reference."""
    means = {name: _mean(night, name) for name in FILTERS}
    if math.isnan(means["L"]):
        return dict.fromkeys(FILTERS, math.nan)
    return {
        name: math.nan
        if math.isnan(mean)
        else float(round_half_away(mean) - round_half_away(means["L"]))
        for name, mean in means.items()
    }


def ekos_adapted(night: Night, rng: np.random.Generator) -> Answer:
    """The same, each run first moved to the first run's temperature by the user's own slope.

    The user's figure is within a quarter of the truth.
    """
    slope = night.slope_steps_per_c * (1 + rng.uniform(-0.25, 0.25))
    first = night.said[0].temperature_c or 0.0
    runs = tuple(
        replace(
            run,
            position_steps=round_half_away(
                (run.position_steps or 0.0) - slope * ((run.temperature_c or 0.0) - first)
            ),
        )
        for run in night.said
    )
    return ekos_mean(replace(night, said=runs))


def nina_calculator(night: Night) -> Answer:
    """N.I.N.A.'s calculator: mean plus a share of the mean loss of the first filter per loop.

    The share of a filter is its part of the loop by summed exposure time. Each night's answer
    is taken alone, several nights are averaged.
    """
    total = sum(EXPOSURE_S.values())
    share, passed = {}, 0.0
    for name in FILTERS:
        share[name] = passed / total
        passed += EXPOSURE_S[name]
    answers = []
    for day in sorted({run.time.date() for run in _shifted(night)}):  # type: ignore[union-attr]  # made with a time
        runs = [run for run in _shifted(night) if run.time and run.time.date() == day]
        own = {n: [r.position_steps or 0.0 for r in runs if r.filter == n] for n in FILTERS}
        if not all(own.values()):
            continue  # a night without a run of one filter is none for it
        drift = math.ceil(float(np.mean(-np.diff(own["L"])))) if len(own["L"]) > 1 else 0
        fixed = {n: math.ceil(float(np.mean(own[n])) + share[n] * drift) for n in FILTERS}
        answers.append({name: fixed[name] - fixed["L"] for name in FILTERS})
    if not answers:
        return dict.fromkeys(FILTERS, math.nan)
    return {name: float(np.mean([answer[name] for answer in answers])) for name in FILTERS}


def huber(night: Night) -> Answer:
    """Huber regression on filter, night and temperature (tuning 1.345, scale by MAD)."""
    days = sorted({run.time.date() for run in _shifted(night)})  # type: ignore[union-attr]  # made with a time
    rows, y = [], []
    for run in _shifted(night):
        assert run.time is not None  # noqa: S101 - made with a time
        row = [float(run.filter == name) for name in FILTERS[1:]]
        row += [float(run.time.date() == day) for day in days]
        rows.append([*row, run.temperature_c or 0.0])
        y.append(run.position_steps or 0.0)
    x, target = np.array(rows), np.array(y)
    x[:, -1] -= x[:, -1].mean()
    weight = np.ones(len(target))
    beta = np.zeros(x.shape[1])
    for _ in range(50):
        root = np.sqrt(weight)
        beta = np.linalg.lstsq(x * root[:, None], target * root, rcond=None)[0]
        residual = target - x @ beta
        scale = max(1.4826 * float(np.median(np.abs(residual - np.median(residual)))), 1e-6)
        weight = np.minimum(1, 1.345 * scale / np.maximum(np.abs(residual), 1e-12))
    return {"L": 0.0} | {name: float(beta[i]) for i, name in enumerate(FILTERS[1:])}


def _shifted(night: Night) -> list[AutofocusRun]:
    """Runs whose date is that of the evening."""
    return [replace(run, time=run.time - timedelta(hours=12)) for run in night.said if run.time]


def _mean(night: Night, name: str) -> float:
    own = [run.position_steps or 0.0 for run in night.said if run.filter == name]
    return float(np.mean(own)) if own else math.nan
