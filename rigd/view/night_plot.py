"""The focuser over the night as SVG: position, temperature, filters, autofocus runs. Pure.

The colours are those of a light page; one that is dark or red sets others, by the classes.
"""

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from html import escape

from rigd.view.night import FocuserSample, NightRun
from rigd.view.night_report import NightReport

WIDTH = 400.0
"""About a phone's: what is read there is read anywhere."""
LEFT, RIGHT = 56.0, 392.0
STRIP_TOP, STRIP_HEIGHT = 4.0, 20.0
CHARACTER = 7.5
"""Width of a character of the text, at most; sans-serif of 12."""
TICKS = 6
STEP_H = (1, 2, 3, 4, 6, 12)


@dataclass(frozen=True, slots=True)
class _Panel:
    """A part of the picture with a scale of its own."""

    top: float
    bottom: float
    low: float
    high: float

    def y(self, value: float) -> float:
        """Where a value is."""
        return self.top + (self.high - value) / (self.high - self.low) * (self.bottom - self.top)


def plot_night(report: NightReport) -> str | None:
    """The picture of a night; None where nothing is known of the focuser."""
    zone = datetime.fromisoformat(report.began).tzinfo
    label = f"The focuser of {report.rig} over the night {report.night}"
    return night_svg(report.course, report.runs, zone, label)


def night_svg(
    course: Sequence[FocuserSample],
    runs: Sequence[NightRun] = (),
    zone: tzinfo | None = None,
    label: str = "The focuser over the night",
) -> str | None:
    """Draw a night; None where nothing is known of the focuser.

    Args:
        course: oldest first; a sample of which nothing is known is a gap.
        runs: those that have a place are marked.
        zone: of the hours; None: this computer's.
        label: what the picture is called.
    """
    places = [(_time(one.at), one.raw_steps) for one in course]
    warmth = [(_time(one.at), one.temperature_c) for one in course]
    gaps = {_time(one.at) for one in course if one.is_blank}
    steps = [value for _, value in places if value is not None]
    degrees = [value for _, value in warmth if value is not None]
    if not steps and not degrees:
        return None
    marks = [
        (_time(run.at), run.position_steps, run)
        for run in runs
        if run.position_steps is not None and run.counts
    ]
    begin, end = _hours([time for time, _ in places] + [time for time, _, _ in marks], zone)
    length_s = (end - begin).total_seconds()

    def x(time: datetime) -> float:
        return LEFT + (time - begin).total_seconds() / length_s * (RIGHT - LEFT)

    parts = list(_strip(course, x))
    bottom = STRIP_TOP + STRIP_HEIGHT if parts else 0.0
    if steps:
        panel = _panel(bottom + 24, 120.0, [*steps, *(place for _, place, _ in marks)], 5.0)
        parts += _axes(panel, "focuser, steps", "{:.0f}")
        if marks:
            parts.append(_legend(panel.top - 8))
        parts += _boundaries(course, x, panel)
        parts.append(_line("position", places, gaps, x, panel.y))
        parts += [_mark(x(time), panel.y(place), run, zone) for time, place, run in marks]
        bottom = panel.bottom
    if degrees:
        panel = _panel(bottom + 28, 64.0, degrees, 0.5)
        parts += _axes(panel, "temperature, °C", "{:.1f}")
        parts.append(_line("temperature", warmth, gaps, x, panel.y))
        bottom = panel.bottom
    parts += _ticks(begin, end, x, bottom)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="plot" role="img" font-size="12" '
        f'font-family="sans-serif" viewBox="0 0 {WIDTH:.0f} {bottom + 24:.0f}">'
        f"<title>{escape(label)}</title>{''.join(parts)}</svg>"
    )


def _time(at: str) -> datetime:
    return datetime.fromisoformat(at)


def _hours(times: Sequence[datetime], zone: tzinfo | None) -> tuple[datetime, datetime]:
    """The whole hours around all times."""
    first, last = (time.astimezone(zone) for time in (min(times), max(times)))
    begin = first.replace(minute=0, second=0, microsecond=0)
    end = last.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return begin, end


def _panel(top: float, height: float, values: Sequence[float], least: float) -> _Panel:
    low, high = min(values), max(values)
    room = max((high - low) * 0.08, least)
    return _Panel(top, top + height, low - room, high + room)


def _axes(panel: _Panel, title: str, form: str) -> list[str]:
    """The frame of a panel, what it shows, and the ends of its scale."""
    parts = [
        f'<path class="axis" d="M{LEFT:.0f} {panel.top:.0f}V{panel.bottom:.0f}H{RIGHT:.0f}" '
        'fill="none" stroke="#8a93a3"/>',
        f'<text class="soft" x="{LEFT:.0f}" y="{panel.top - 8:.0f}" fill="#545b68">{title}</text>',
    ]
    for value, y in ((panel.high, panel.top + 10), (panel.low, panel.bottom)):
        said = form.format(value).replace("-", "\N{MINUS SIGN}")
        parts.append(
            f'<text class="soft" x="{LEFT - 6:.0f}" y="{y:.0f}" text-anchor="end" '
            f'fill="#545b68">{said}</text>'
        )
    return parts


def _legend(y: float) -> str:
    return (
        f'<circle class="run" cx="{RIGHT - 70:.0f}" cy="{y - 4:.0f}" r="4" fill="none" '
        'stroke="#b3261e" stroke-width="2"/>'
        f'<text class="soft" x="{RIGHT:.0f}" y="{y:.0f}" text-anchor="end" fill="#545b68">'
        "autofocus</text>"
    )


def _line(
    kind: str,
    points: Iterable[tuple[datetime, float | None]],
    gaps: Container[datetime],
    x: Callable[[datetime], float],
    y: Callable[[float], float],
) -> str:
    """A line through what is known; a gap breaks it."""
    path, is_drawn = "", False
    for time, value in points:
        if value is not None:
            path += f"{'L' if is_drawn else 'M'}{x(time):.1f} {y(value):.1f}"
        is_drawn = (is_drawn or value is not None) and time not in gaps
    return f'<path class="{kind}" d="{path}" fill="none" stroke="#1f5fd0" stroke-width="1.6"/>'


def _filters(course: Sequence[FocuserSample]) -> list[tuple[str, datetime, datetime]]:
    """Each filter with the time that it was in the light, as far as that is known."""
    found: list[tuple[str, datetime, datetime]] = []
    for one in course:
        if one.filter is None:
            continue
        now = _time(one.at)
        if found and found[-1][0] == one.filter:
            found[-1] = (one.filter, found[-1][1], now)
        else:
            if found:
                found[-1] = (*found[-1][:2], now)
            found.append((one.filter, now, now))
    return found


def _strip(course: Sequence[FocuserSample], x: Callable[[datetime], float]) -> Iterable[str]:
    """The filters above all, each with its name where there is room for it."""
    baseline = STRIP_TOP + STRIP_HEIGHT - 6
    for number, (name, begin, end) in enumerate(_filters(course)):
        left, width = x(begin), max(x(end) - x(begin), 1.0)
        shade = ("#dfe5ee", "#c6d0df")[number % 2]
        yield (
            f'<rect class="band{number % 2}" x="{left:.1f}" y="{STRIP_TOP:.0f}" '
            f'width="{width:.1f}" height="{STRIP_HEIGHT:.0f}" fill="{shade}">'
            f"<title>{escape(name)}</title></rect>"
        )
        if len(name) * CHARACTER + 6 <= width:
            yield (
                f'<text class="name" x="{left + width / 2:.1f}" y="{baseline:.0f}" '
                f'text-anchor="middle" fill="#1a1d23">{escape(name)}</text>'
            )


def _boundaries(
    course: Sequence[FocuserSample], x: Callable[[datetime], float], panel: _Panel
) -> list[str]:
    """A line where the filter was changed."""
    return [
        f'<path class="change" d="M{x(begin):.1f} {panel.top:.0f}V{panel.bottom:.0f}" '
        'stroke="#c6d0df" stroke-dasharray="3 3"/>'
        for _, begin, _ in _filters(course)[1:]
    ]


def _mark(x: float, y: float, run: NightRun, zone: tzinfo | None) -> str:
    said = f"autofocus{'' if run.filter is None else f' with {run.filter}'}"
    at = f"{_time(run.at).astimezone(zone):%H:%M}"
    return (
        f'<circle class="run" cx="{x:.1f}" cy="{y:.1f}" r="4" fill="none" stroke="#b3261e" '
        f'stroke-width="2"><title>{escape(said)}, {at}: {run.position_steps:.0f} steps</title>'
        "</circle>"
    )


def _ticks(
    begin: datetime, end: datetime, x: Callable[[datetime], float], bottom: float
) -> list[str]:
    """The hours, as many as there is room for."""
    hours = round((end - begin).total_seconds() / 3600)
    step = next((one for one in STEP_H if hours <= TICKS * one), STEP_H[-1])
    parts = []
    for number in range(hours + 1):
        time = begin + timedelta(hours=number)
        if time.hour % step and hours > TICKS:
            continue
        anchor = "start" if number == 0 else "end" if number == hours else "middle"
        parts.append(
            f'<path class="axis" d="M{x(time):.1f} {bottom:.0f}v4" stroke="#8a93a3"/>'
            f'<text class="soft" x="{x(time):.1f}" y="{bottom + 17:.0f}" text-anchor="{anchor}" '
            f'fill="#545b68">{time:%H:%M}</text>'
        )
    return parts
