"""An SVG of a fit: every run without its filter's offset, and the drift that they share."""

from collections.abc import Callable, Sequence
from html import escape
from itertools import pairwise

from rigd.learning.estimator.fit import Fit
from rigd.learning.estimator.run_residuals import RunResidual, residuals_of
from rigd.units import local_time

WIDTH, HEIGHT = 720.0, 300.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 62.0, 12.0, 30.0, 26.0
_GAP_PX = 14.0
"""Between nights."""
# Colours that colour-blind eyes tell apart (Okabe and Ito, 2008), near the filters' own.
_COLOURS = {
    "l": "#000000",
    "r": "#d55e00",
    "g": "#009e73",
    "b": "#0072b2",
    "h": "#cc79a7",
    "o": "#56b4e9",
    "s": "#e69f00",
}
_OTHER = "#7f7f7f"


def runs_svg(fit: Fit, name: str | None = None) -> str:
    """Draw the runs over time, nights side by side, as SVG; one filter is filled if it is named.

    A run that was not believed is pale. Titles describe the picture to a screen reader.
    """
    points = residuals_of(fit)
    xs = _across(points)
    levels = [point.level_steps for point in points] + [p.fitted_level_steps for p in points]
    low, high = min(levels), max(levels)
    room = max(high - low, 1.0) * 0.06
    low, high = low - room, high + room

    def y(level: float) -> float:
        return _TOP + (high - level) / (high - low) * (HEIGHT - _TOP - _BOTTOM)

    parts = [_axis(low, high, y(low), y(high)), *_drift(points, xs, y)]
    for point, x in zip(points, xs, strict=True):
        colour = _colour(point.filter)
        shown = name is None or point.filter == name
        parts.append(
            f'<circle cx="{x:.1f}" cy="{y(point.level_steps):.1f}" r="3.5" stroke="{colour}" '
            f'fill="{colour if shown else "none"}" opacity="{0.2 + 0.8 * point.weight:.2f}">'
            f"<title>{escape(_title(point))}</title></circle>"
        )
    for at, filter_name in enumerate(fit.table.filters):
        parts.append(
            f'<text x="{_LEFT + 78 * at:.0f}" y="16" fill="{_colour(filter_name)}">'
            f"{escape(filter_name[:12])}</text>"
        )
    label = f"{len(points)} autofocus runs of {fit.nights} nights without their filters' offsets"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}" '
        f'role="img" font-family="sans-serif" font-size="11"><title>{escape(label)}</title>'
        f"{''.join(parts)}</svg>"
    )


def _across(points: Sequence[RunResidual]) -> list[float]:
    """Return the x of each run: time inside nights, the days between them left out."""
    spent, gaps = [0.0], [0]
    for before, after in pairwise(points):
        same = before.night == after.night
        seconds = (after.time - before.time).total_seconds() if same else 0.0
        spent.append(spent[-1] + seconds)
        gaps.append(gaps[-1] + (0 if same else 1))
    room = WIDTH - _LEFT - _RIGHT - 12 - _GAP_PX * gaps[-1]
    scale = max(room, 50.0) / max(spent[-1], 1.0)
    return [_LEFT + 6 + s * scale + g * _GAP_PX for s, g in zip(spent, gaps, strict=True)]


def _axis(low: float, high: float, y_low: float, y_high: float) -> str:
    lines = (
        f'<path d="M{_LEFT} {y_high:.1f}V{y_low:.1f}H{WIDTH - _RIGHT}" fill="none" stroke="#888"/>'
    )
    for level, y in ((low, y_low), ((low + high) / 2, (y_low + y_high) / 2), (high, y_high)):
        lines += f'<text x="{_LEFT - 5}" y="{y + 4:.1f}" text-anchor="end">{level:.0f}</text>'
    return f'{lines}<text x="4" y="16">steps</text>'


def _drift(
    points: Sequence[RunResidual], xs: Sequence[float], y: Callable[[float], float]
) -> list[str]:
    lines = []
    for night in sorted({point.night for point in points}):
        path = " ".join(
            f"{x:.1f},{y(point.fitted_level_steps):.1f}"
            for point, x in zip(points, xs, strict=True)
            if point.night == night
        )
        lines.append(f'<polyline points="{path}" fill="none" stroke="#aaa"/>')
    return lines


def _colour(filter_name: str) -> str:
    return _COLOURS.get(filter_name[:1].lower(), _OTHER)


def _title(point: RunResidual) -> str:
    return (
        f"{point.filter} {local_time(point.time)}: {point.position_steps:.0f} steps, "
        f"residual {point.residual_steps:+.1f}, weight {point.weight:.2f}"
    )
