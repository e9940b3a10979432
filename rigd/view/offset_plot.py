"""Every filter's offset as SVG: the runs, what they say with its error, and what glass says. Pure.

The colours are those of a light page; one that is dark or red sets others, by the classes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from rigd.view.offsets import OffsetTable, SlotOffset

WIDTH = 400.0
"""About a phone's: what is read there is read anywhere."""
LEFT, RIGHT = 92.0, 384.0
NAME_LENGTH = 11
ROW = 40.0
TOP = 40.0
MOST_RUNS = 60
"""Newest runs of a filter that are drawn: more lie upon each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPoint:
    """What one run says of its filter's offset, drift and temperature taken away."""

    at: str
    offset_steps: float
    weight: float
    """How far it was believed: 1 fully, 0 not at all."""


def run_points(
    result: Mapping[str, object], names: Mapping[str, str]
) -> dict[str, tuple[RunPoint, ...]]:
    """What each run of a stored fit says of its filter's offset, by name, oldest first.

    Args:
        result: of the fit; a run's residual is what is left of it beside the offset.
        names: of the filters, by key.
    """
    runs, offsets = result.get("runs"), result.get("offsets")
    found: dict[str, list[RunPoint]] = {}
    if not isinstance(runs, list) or not isinstance(offsets, dict):
        return {}
    for run in sorted(runs, key=lambda one: str(one["time"])):
        key = run["filter"]
        mean = offsets.get(key, {}).get("focus_offset_steps")
        if mean is not None:
            point = RunPoint(
                at=run["time"], offset_steps=mean + run["residual_steps"], weight=run["weight"]
            )
            found.setdefault(names.get(key, key), []).append(point)
    return {name: tuple(points) for name, points in found.items()}


def offsets_svg(table: OffsetTable, runs: Mapping[str, Sequence[RunPoint]]) -> str | None:
    """Draw the offsets of a wheel; None where nothing is known of any.

    Args:
        table: of a rig.
        runs: by name of the filter.
    """
    rows = [one for one in table.offsets if _ends(one, runs.get(one.name, ()))]
    ends = [end for one in rows for end in _ends(one, runs.get(one.name, ()))]
    if not ends:
        return None
    low, high = min(0.0, *ends), max(0.0, *ends)
    room = max((high - low) * 0.06, 2.0)
    low, high = low - room, high + room

    def x(steps: float) -> float:
        return LEFT + (steps - low) / (high - low) * (RIGHT - LEFT)

    bottom = TOP + ROW * len(rows)
    parts = [_legend(), _scale(low, high, x(0.0), bottom)]
    for number, one in enumerate(rows):
        y = TOP + ROW * number
        name = one.name if len(one.name) <= NAME_LENGTH else f"{one.name[: NAME_LENGTH - 1]}…"
        parts.append(
            f'<text class="name" x="{LEFT - 10:.0f}" y="{y + 24:.0f}" text-anchor="end" '
            f'fill="#1a1d23">{escape(name)}<title>{escape(one.name)}</title></text>'
            f'<path class="grid" d="M{LEFT:.0f} {y + ROW:.0f}H{RIGHT:.0f}" stroke="#dfe5ee"/>'
        )
        parts += [
            f'<circle class="point" cx="{x(run.offset_steps):.1f}" cy="{y + 10:.0f}" r="3" '
            f'fill="#545b68" opacity="{0.25 + 0.65 * run.weight:.2f}">'
            f"<title>{escape(run.at)}: {run.offset_steps:+.1f} steps</title></circle>"
            for run in runs.get(one.name, ())[-MOST_RUNS:]
        ]
        for kind, words, steps, error in _values(one):
            places = x(steps - error), x(steps), x(steps + error)
            said = f"{words} {steps:+.1f} ± {error:.1f} steps"
            parts.append(_bar(kind, places, y + (21 if kind == "learnt" else 31), said))
    label = f"The focus offsets of rig {table.rig} in steps, with their errors"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="plot" role="img" font-size="12" '
        f'font-family="sans-serif" viewBox="0 0 {WIDTH:.0f} {bottom + 22:.0f}">'
        f"<title>{escape(label)}</title>{''.join(parts)}</svg>"
    )


def _values(one: SlotOffset) -> list[tuple[str, str, float, float]]:
    """What runs and glass say of a filter: kind, words, steps, error in steps."""
    found: list[tuple[str, str, float, float]] = []
    if one.learnt is not None and one.learnt.focus_offset_steps is not None:
        steps, error = one.learnt.focus_offset_steps, one.learnt.se_steps or 0.0
        found.append(("learnt", "learnt", steps, error))
    if one.modelled_steps is not None:
        error = one.modelled_se_steps or 0.0
        found.append(("glass", "from glass", float(one.modelled_steps), error))
    return found


def _ends(one: SlotOffset, runs: Sequence[RunPoint]) -> list[float]:
    """How far what is drawn of a filter reaches."""
    found = [run.offset_steps for run in runs[-MOST_RUNS:]]
    for _, _, steps, error in _values(one):
        found += [steps - error, steps + error]
    return found


def _bar(kind: str, ends: tuple[float, float, float], y: float, said: str) -> str:
    """A value between the ends of its error; what glass says is hollow."""
    left, x, right = ends
    fill = "#1f5fd0" if kind == "learnt" else "none"
    return (
        f'<g class="{kind}" stroke="#1f5fd0" stroke-width="1.6"><title>{escape(said)}</title>'
        f'<path d="M{left:.1f} {y:.0f}H{right:.1f}M{left:.1f} {y - 3:.0f}v6M{right:.1f} '
        f'{y - 3:.0f}v6" fill="none"/>'
        f'<path class="value" d="M{x:.1f} {y - 4:.0f}l4 4l-4 4l-4 -4z" fill="{fill}"/></g>'
    )


def _legend() -> str:
    """What the signs mean, in a line of its own above all."""
    text = 'class="soft" y="16" fill="#545b68"'
    return (
        f'<circle class="point" cx="{LEFT + 4:.0f}" cy="12" r="3" fill="#545b68"/>'
        f'<text {text} x="{LEFT + 12:.0f}">a run</text>'
        + _bar("learnt", (LEFT + 64, LEFT + 74, LEFT + 84), 12, "learnt with its error")
        + f'<text {text} x="{LEFT + 90:.0f}">learnt</text>'
        + _bar("glass", (LEFT + 148, LEFT + 158, LEFT + 168), 12, "from glass with its error")
        + f'<text {text} x="{LEFT + 174:.0f}">from glass</text>'
        + f'<text {text} x="{LEFT - 10:.0f}" text-anchor="end">steps</text>'
    )


def _scale(low: float, high: float, zero: float, bottom: float) -> str:
    """Where zero is, and how far it goes."""
    text = f'class="soft" y="{bottom + 16:.0f}" fill="#545b68"'
    parts = f'<path class="axis" d="M{zero:.1f} {TOP - 8:.0f}V{bottom:.0f}" stroke="#8a93a3"/>'
    places = ((LEFT, low, "start"), (zero, 0.0, "middle"), (RIGHT, high, "end"))
    for x, value, anchor in places:
        if value and abs(x - zero) < 56:
            continue  # beside zero there is no room for it
        said = f"{value:+.0f}".replace("-", "\N{MINUS SIGN}") if value else "0"
        parts += f'<text {text} x="{x:.1f}" text-anchor="{anchor}">{said}</text>'
    return parts
