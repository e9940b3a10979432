"""An autofocus that rigd itself has observed, as a run to learn from. Pure.

Its curve is not known, so neither is its error. It counts only if it looks like a search that found
something: moves to at least five positions, and an end between them that is not the start.
"""

from datetime import datetime, timedelta

from rigd.autofocus_logs.run import AutofocusRun, Coordinates
from rigd.focus.state.effects import AutofocusEnded

SOURCE = "live"
LEAST_MOVES = 5
"""As many distinct positions as a V-curve needs (`optics.v_curve.MIN_POSITIONS`)."""


def observed_run(ended: AutofocusEnded, now: datetime, now_s: float) -> AutofocusRun | None:
    """Return the run; None if its filter or its position is not known.

    Args:
        ended: What the core observed.
        now: The time, with its zone.
        now_s: The same moment on the monotonic clock of `ended`.
    """
    if ended.filter_key is None or ended.raw_steps is None:
        return None
    why_not = _why_not(ended)
    return AutofocusRun(
        filter=ended.filter_key,
        position_steps=float(ended.raw_steps),
        source=f"{SOURCE}: autofocus of {ended.client or 'another program'}"[:200],
        ok=why_not is None,
        reason=why_not,
        temperature_c=ended.temperature_c,
        altitude_deg=ended.altitude_deg,
        time=now - timedelta(seconds=max(0.0, now_s - ended.moved_s)),
        began=now - timedelta(seconds=max(0.0, now_s - ended.began_s)),
        coordinates=Coordinates.RAW,
    )


def _why_not(ended: AutofocusEnded) -> str | None:
    if not ended.is_result:
        return "it went back to its start: it found no focus"
    if ended.moves < LEAST_MOVES:
        return f"{ended.moves} moves with exposures between them, a search has {LEAST_MOVES}"
    if not ended.ends_between:
        return "it did not end between the places where it measured"
    return None
