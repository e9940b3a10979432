"""Are frames as sharp when their filter came by an offset as when it was focused itself?

An observation for a person, never acted on.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import timedelta

import numpy as np

from rigd.autofocus_logs.light_frame import LightFrame
from rigd.autofocus_logs.run import AutofocusRun
from rigd.learning.frame_findings import MAX_AGE, AgedSharpness, Softness
from rigd.optics.v_curve import fit_v_curve

# The limits are our choice: a warning that is wrong costs more than one that comes a night later.
MAX_AGE_DIFFERENCE_MINUTES = 30.0
"""Both kinds of frames must be about equally long after their autofocus, for the same reason."""
MIN_FRAMES = 3
"""Of each kind: a median of three survives one gust of wind."""
MIN_SOFTNESS = 0.05
"""Relative; a smaller difference hardly shows in a picture."""
CLEAR = 3.0
"""Standard errors by which the softness must exceed zero."""
MAD_TO_SD = 1.4826
"""Standard deviation of a normal over its median absolute deviation."""
MEDIAN_OVER_MEAN = 1.25
"""Standard error of a median over that of a mean, for a normal: sqrt(pi / 2)."""
LEAST_DEVIATION = 0.01
"""Of the radius: frames that agree better do so by chance."""
SAME_NIGHT = timedelta(hours=12)
"""An autofocus longer ago is of another night, and focused no frame of this one."""
AGE_EDGES_MINUTES = (0.0, 15.0, 30.0, 60.0, 90.0)
"""Where each class of `AgedSharpness` begins; the last has no end. Our choice: the last is beyond
`MAX_AGE`, in the first nothing has drifted yet.
"""
_Aged = tuple[float, float]
"""A half-flux radius in pixels, and minutes since the last autofocus."""


def tabulate_ages(
    frames: Sequence[LightFrame], runs: Sequence[AutofocusRun]
) -> tuple[AgedSharpness, ...]:
    """Return each filter's median radius by the time since the autofocus before, own ones first.

    Frames before the first autofocus of their night are in none.
    """
    groups: dict[tuple[str, bool, float], list[float]] = {}
    for frame, own, age_minutes in _focused_before(frames, runs):
        begins = AGE_EDGES_MINUTES[bisect_right(AGE_EDGES_MINUTES, age_minutes) - 1]
        groups.setdefault((frame.filter, not own, begins), []).append(frame.hfr_px)
    return tuple(
        AgedSharpness(
            filter=name,
            own_focus=not foreign,
            from_minutes=begins,
            frames=len(radii),
            hfr_px=float(np.median(radii)),
        )
        for (name, foreign, begins), radii in sorted(groups.items())
    )


def audit_frames(
    frames: Sequence[LightFrame], runs: Sequence[AutofocusRun]
) -> tuple[Softness, ...]:
    """Return the filters whose frames are clearly softer behind an offset than behind own focus."""
    judged = (
        _softness(name, own, foreign, runs)
        for name, (own, foreign) in _by_focus(frames, runs).items()
    )
    return tuple(soft for soft in judged if soft is not None)


def comparable_filters(
    frames: Sequence[LightFrame], runs: Sequence[AutofocusRun]
) -> tuple[str, ...]:
    """Return the filters with enough frames of both kinds to be compared."""
    groups = _by_focus(frames, runs).items()
    return tuple(name for name, group in groups if min(map(len, group)) >= MIN_FRAMES)


def _by_focus(
    frames: Sequence[LightFrame], runs: Sequence[AutofocusRun]
) -> dict[str, tuple[list[_Aged], list[_Aged]]]:
    """Group the frames of each filter: behind its own autofocus, and behind another filter's."""
    groups: dict[str, tuple[list[_Aged], list[_Aged]]] = {}
    for frame, is_own, age_minutes in _focused_before(frames, runs):
        own, foreign = groups.setdefault(frame.filter, ([], []))
        if timedelta(minutes=age_minutes) <= MAX_AGE:
            (own if is_own else foreign).append((frame.hfr_px, age_minutes))
    return groups


def _focused_before(
    frames: Sequence[LightFrame], runs: Sequence[AutofocusRun]
) -> Iterator[tuple[LightFrame, bool, float]]:
    """Yield frames after an autofocus of their night, if of their own filter, minutes since."""
    results = [(run.time, run.filter) for run in runs if run.ok and run.filter and run.time]
    results.sort()
    times = [time for time, _ in results]
    for frame in sorted(frames, key=lambda frame: (frame.filter, frame.time)):
        before = bisect_right(times, frame.time) - 1
        if before >= 0 and frame.time - times[before] < SAME_NIGHT:
            age_minutes = (frame.time - times[before]).total_seconds() / 60
            yield frame, results[before][1] == frame.filter, age_minutes


def _softness(
    name: str,
    own: Sequence[_Aged],
    foreign: Sequence[_Aged],
    runs: Sequence[AutofocusRun],
) -> Softness | None:
    if min(len(own), len(foreign)) < MIN_FRAMES:
        return None
    sharp, soft = np.array(own), np.array(foreign)
    ages = np.median(sharp[:, 1]) - np.median(soft[:, 1])
    if abs(ages) > MAX_AGE_DIFFERENCE_MINUTES:
        return None
    own_px, offset_px = float(np.median(sharp[:, 0])), float(np.median(soft[:, 0]))
    error = float(np.hypot(_error(sharp[:, 0]) / own_px, _error(soft[:, 0]) / offset_px))
    softness = offset_px / own_px - 1
    if softness < max(MIN_SOFTNESS, CLEAR * error):
        return None
    slope = _slope(name, runs)
    # On the hyperbola of a V-curve hfr^2 = tip^2 + (slope * defocus)^2.
    off_by = None if slope is None else float(np.sqrt(offset_px**2 - own_px**2)) / slope
    text = f"{name} is {100 * softness:.0f} % soft behind other filters' focus"
    if off_by is not None:
        text += f"; a focus off by about {off_by:.0f} steps would explain it"
    return Softness(
        filter=name,
        own_frames=len(own),
        offset_frames=len(foreign),
        softness=softness,
        off_by_steps=off_by,
        text=text,
    )


def _error(values: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]") -> float:
    """Return the standard error of a median, from the median absolute deviation."""
    deviation = MAD_TO_SD * float(np.median(np.abs(values - np.median(values))))
    deviation = max(deviation, LEAST_DEVIATION * float(np.median(values)))
    return MEDIAN_OVER_MEAN * deviation / float(np.sqrt(len(values)))


def _slope(name: str, runs: Sequence[AutofocusRun]) -> float | None:
    """Return the median slope of this filter's V-curves, pixels of radius per step."""
    slopes = []
    for run in runs:
        if run.filter == name and run.points:
            curve = fit_v_curve(
                [point.position_steps for point in run.points],
                [point.hfr_px for point in run.points],
            )
            if curve is not None and not curve.objections:
                slopes.append(curve.slope_px_per_step)
    return float(np.median(slopes)) if slopes else None
