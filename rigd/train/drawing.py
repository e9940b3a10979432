"""A train as a picture: a section to scale, in SVG, for a screen by day or night and for paper.

The telescope is on the left, the sensor on the right. Parts are numbered from the telescope; the
table below the section names them, so that a 1 mm ring is as readable as a wheel.
"""

from rigd.errors import TrainError
from rigd.train.drawing_canvas import MARGIN, PAPER, SCREEN, Canvas, Sheet
from rigd.train.drawing_frame import (
    DIMENSION,
    TOP,
    document,
    draw_head,
    draw_overall,
    overall_lengths,
)
from rigd.train.drawing_labels import counts_below, notes_above, place_above, place_below
from rigd.train.drawing_section import BODY_MM, Section, section_of
from rigd.train.drawing_shapes import draw_section, draw_shim, extent_mm
from rigd.train.drawing_table import Table, name_parts, table_rows
from rigd.train.drawing_words import describe, notes_of, shim_joint, shim_um
from rigd.train.question import TrainQuestion
from rigd.train.spacer_search import Stack

__all__ = ["describe", "draw_full_size", "draw_stack"]

BEFORE_TABLE = 22.0


def draw_stack(question: TrainQuestion, stack: Stack) -> str:
    """Return the picture of one stack for a screen, as a complete SVG document."""
    section = section_of(question, stack)
    above_mm, below_mm = extent_mm(section)
    scale = min(SCREEN.room / _span_mm(section), SCREEN.most_section / (above_mm + below_mm))
    body, bottom = _draw_section(question, stack, section, SCREEN, scale)
    table = _tables(question, stack, section, SCREEN)[0]
    body += table.draw(bottom)
    return document(question, stack, SCREEN, body, bottom + table.height + TOP)


def draw_full_size(question: TrainQuestion, stack: Stack) -> str:
    """Return the picture at 1:1 with a ruler, for one sheet of A4 or Letter paper across.

    Raises:
        TrainError: the train is too large for it.
    """
    section = section_of(question, stack)
    unit_mm, most = PAPER.unit_mm or 1.0, PAPER.most_height or 0.0
    body, bottom = _draw_section(question, stack, section, PAPER, 1.0 / unit_mm)
    tables = _tables(question, stack, section, PAPER)
    fitting = [table for table in tables if bottom + table.height + TOP <= most]
    wide = _span_mm(section) / unit_mm
    if not fitting or wide > PAPER.room:
        high_mm = (bottom + tables[-1].height + TOP) * unit_mm
        raise TrainError(
            f"at 1:1 the drawing takes {(wide + 2.0 * MARGIN) * unit_mm:.0f} mm by {high_mm:.0f}"
            f" mm; a sheet of A4 or Letter has {PAPER.width * unit_mm:.0f} mm by"
            f" {most * unit_mm:.0f} mm"
        )
    body += fitting[0].draw(bottom)
    return document(question, stack, PAPER, body, bottom + fitting[0].height + TOP)


def _span_mm(section: Section) -> float:
    """Return how long a section is with what is drawn of telescope and camera."""
    return max(section.sensor_mm, section.required_mm or 0.0) + 2.0 * BODY_MM + 4.0


def _tables(
    question: TrainQuestion, stack: Stack, section: Section, sheet: Sheet
) -> tuple[Table, ...]:
    """Return what may stand below a section, the longest first; the last is the names alone."""
    rows, notes = table_rows(question, section, stack), notes_of(question, section, stack)
    short = name_parts(rows)
    choices = ((rows, notes), (rows, ()), ((), (short, *notes)), ((), (short,)))
    return tuple(Table(sheet=sheet, rows=rows, notes=notes) for rows, notes in choices)


def _draw_section(
    question: TrainQuestion, stack: Stack, section: Section, sheet: Sheet, scale: float
) -> tuple[list[str], float]:
    """Return everything above the table, and where that begins."""
    left = (sheet.width - scale * _span_mm(section)) / 2.0 + scale * (BODY_MM + 2.0)
    canvas = Canvas(scale=scale, left=left, axis=0.0)
    above = place_above(notes_above(question, section, stack), canvas, sheet)
    below = place_below(counts_below(section), section, canvas, sheet)
    head, head_bottom = draw_head(question, stack, sheet, canvas)
    above_mm, below_mm = extent_mm(section)
    section_top = head_bottom + above.height
    canvas = Canvas(scale=scale, left=left, axis=section_top + scale * above_mm)
    section_bottom = canvas.y(-below_mm)
    overall_top = section_bottom + below.height
    overall = overall_lengths(question, section, stack)
    body = [
        *head,
        *draw_section(canvas, question, section),
        *_shim(canvas, section, stack),
        *above.draw(canvas, section_top),
        *below.draw(canvas, section_bottom),
        *draw_overall(canvas, overall, overall_top, sheet),
    ]
    return body, overall_top + DIMENSION * len(overall) + BEFORE_TABLE


def _shim(canvas: Canvas, section: Section, stack: Stack) -> list[str]:
    added_um, place = shim_um(section, stack), shim_joint(section)
    if added_um is None or place is None:
        return []
    return [draw_shim(canvas, section.joints[place], added_um)]
