"""Made-up nights for the tests; the drift is not what the estimator assumes."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np

from rigd.autofocus_logs.run import AutofocusRun, Coordinates

START = datetime(2024, 3, 1, 20, 0, tzinfo=UTC)


def night(
    order: Sequence[str],
    truth: Mapping[str, float],
    *,
    seed: int = 0,
    noise_steps: float = 3.0,
    drift_steps: float = 0.0,
    minutes: float = 4.0,
    start: datetime = START,
    coordinates: Coordinates | None = Coordinates.RAW,
) -> list[AutofocusRun]:
    """One run after the other; the focus falls exponentially by `drift_steps`."""
    rng = np.random.default_rng(seed)
    hours = np.arange(len(order)) * minutes / 60
    focus = 5000 - drift_steps * (1 - np.exp(-hours / 1.5))
    return [
        AutofocusRun(
            filter=name,
            position_steps=float(np.round(focus[i] + truth[name] + rng.normal(0, noise_steps))),
            temperature_c=round(float(10 - 3 * (1 - np.exp(-hours[i] / 1.5))), 1),
            time=start + timedelta(hours=float(hours[i])),
            coordinates=coordinates,
            source="made up",
            ok=True,
        )
        for i, name in enumerate(order)
    ]
