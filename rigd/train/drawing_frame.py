"""What frames a section: the title, the scale or the ruler, the overall lengths, the document."""

from collections.abc import Sequence
from html import escape

from rigd.files.plain_words import plain
from rigd.train.drawing_canvas import MARGIN, STYLE, Canvas, Sheet, lines, polyline, text
from rigd.train.drawing_section import Section
from rigd.train.drawing_text import PLAIN, SMALL, TITLE
from rigd.train.drawing_words import (
    describe,
    known_words,
    limit_words,
    mm,
    subtitle_of,
    title_of,
)
from rigd.train.question import TrainQuestion
from rigd.train.room import room_of
from rigd.train.spacer_search import Stack

TOP = 20.0
DIMENSION = 26.0
"""Height of a line with an overall length."""
BAR_MM = 10
RULER_MM = 100
BESIDE = 30.0
"""Between the words of the head and the scale."""
HATCH = (
    '<defs><pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse"'
    ' patternTransform="rotate(45)"><path class="hatch" d="M0,0 V7"/></pattern></defs>'
)
"""What stands for a length that nobody knows."""
PRINT_STYLE = "@page { size: landscape; margin: 10mm; }\n"
PRINT_WORDS = "print at 100 %: this is 100 mm"


def draw_head(
    question: TrainQuestion, stack: Stack, sheet: Sheet, canvas: Canvas
) -> tuple[list[str], float]:
    """Return title, subtitle and scale, and where they end."""
    title = TITLE.wrap(title_of(question, stack), sheet.room)
    drawn = lines(TITLE, MARGIN, TOP + TITLE.size, title)
    y = TOP + len(title) * TITLE.line + 4.0
    length = canvas.scale * (BAR_MM if sheet.unit_mm is None else RULER_MM)
    scale_words = "10 mm" if sheet.unit_mm is None else PRINT_WORDS
    wide = max(length, SMALL.width_of(scale_words))
    words = SMALL.wrap(subtitle_of(question, stack), sheet.room - wide - BESIDE)
    drawn += lines(SMALL, MARGIN, y + SMALL.size, words)
    drawn.append(text(SMALL, sheet.right, y + SMALL.size, scale_words, "right"))
    bar = y + SMALL.line + 3.0
    drawn += _bar(sheet, length, bar) if sheet.unit_mm is None else _ruler(sheet, canvas.scale, bar)
    return drawn, max(y + len(words) * SMALL.line, bar + 12.0) + 10.0


def _bar(sheet: Sheet, length: float, y: float) -> list[str]:
    left, right = sheet.right - length, sheet.right
    return [polyline("line", [(left, y), (left, y + 6.0), (right, y + 6.0), (right, y)])]


def _ruler(sheet: Sheet, scale: float, y: float) -> list[str]:
    """Return a ruler with a mark at each millimetre."""
    left = sheet.right - scale * RULER_MM
    drawn = [polyline("line", [(left, y + 12.0), (sheet.right, y + 12.0)])]
    for at_mm in range(RULER_MM + 1):
        high = 12.0 if at_mm % 10 == 0 else 8.0 if at_mm % 5 == 0 else 4.0
        x = left + scale * at_mm
        drawn.append(polyline("thin", [(x, y + 12.0), (x, y + 12.0 - high)]))
    return drawn


def overall_lengths(
    question: TrainQuestion, section: Section, stack: Stack
) -> list[tuple[float, str]]:
    """Return the lengths below a section, each with where it ends: as it is, and as it must be."""
    room = room_of(question)
    if room is not None:
        found = [] if section.sensor_mm == section.required_mm else [section.sensor_mm]
        lengths = [(end_mm, known_words(room)) for end_mm in found]
        if section.required_mm is not None:
            lengths.append((section.required_mm, f"{limit_words(room)} (green)"))
        return lengths
    given, error_um = mm(stack.path_length_um), stack.back_focus_error_um
    required = mm(stack.path_length_um - error_um)
    if not error_um:
        return [(section.sensor_mm, f"{given}, as required")]
    if sum(joint.gap_mm for joint in section.joints):
        words = f"{required} required: {given} of parts, {mm(-error_um)} missing"
        return [(section.sensor_mm, words)]
    must_mm = section.sensor_mm if section.required_mm is None else section.required_mm
    return [(section.sensor_mm, f"{given} given"), (must_mm, f"{required} required (green)")]


def draw_overall(
    canvas: Canvas, lengths: Sequence[tuple[float, str]], top: float, sheet: Sheet
) -> list[str]:
    """Return the overall lengths as dimensions, one below the other."""
    drawn: list[str] = []
    for number, (end_mm, words) in enumerate(lengths):
        y = top + (number + 1) * DIMENSION - 2.0
        start, end = canvas.x(0.0), canvas.x(end_mm)
        drawn.append(polyline("line", [(start, y), (end, y)]))
        for x, way in ((start, 7.0), (end, -7.0)):
            drawn.append(polyline("line", [(x + way, y - 3.5), (x, y), (x + way, y + 3.5)]))
            drawn.append(polyline("thin", [(x, y - 4.5), (x, y + 4.5)]))
        half = PLAIN.width_of(words) / 2.0
        middle = min(max((start + end) / 2.0, MARGIN + half), sheet.right - half)
        drawn.append(text(PLAIN, middle, y - 8.0, words, "middle"))
    return drawn


def document(
    question: TrainQuestion, stack: Stack, sheet: Sheet, body: Sequence[str], height: float
) -> str:
    """Return an SVG document with a body."""
    width = sheet.width
    unit = sheet.unit_mm
    if unit is None:
        size = f'width="{width:g}" height="{height:.0f}"'
    else:
        size = f'width="{width * unit:g}mm" height="{round(height) * unit:g}mm"'
    style = STYLE if unit is None else PRINT_STYLE + STYLE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:.0f}"'
        f' {size} role="img" aria-labelledby="title desc">\n'
        f'<title id="title">{escape(plain(title_of(question, stack)))}</title>\n'
        f'<desc id="desc">{escape(plain(describe(question, stack)))}</desc>\n'
        f"<style>{style}</style>\n"
        f"{HATCH}\n"
        f'<rect class="paper" width="{width:g}" height="{height:.0f}"/>\n'
        + "\n".join(part for part in body if part)
        + "\n</svg>\n"
    )
