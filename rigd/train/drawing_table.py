"""The table below a section: every part by its name, its length, its ends, where it lies."""

from collections.abc import Sequence
from dataclasses import dataclass

from rigd.optics.back_focus import Plate
from rigd.train.drawing_canvas import DISC, MARGIN, Sheet, lines, polyline
from rigd.train.drawing_labels import disc
from rigd.train.drawing_section import Piece, Section
from rigd.train.drawing_text import PLAIN, SMALL
from rigd.train.drawing_words import front_name, mm
from rigd.train.parts import Doubt, Placed, Port
from rigd.train.question import TrainQuestion, thickest_plates
from rigd.train.room import room_of
from rigd.train.spacer_search import Stack
from rigd.train.verdict import error_words

HEADS = ("", "part", "adds", "telescope side → camera side", "opening", "from")
SHARES = (0.04, 0.285, 0.11, 0.29, 0.11, 0.165)
"""Of the sheet's room, for each column."""
SPACE = 14.0
"""Between two columns."""
ROW_GAP = 7.0
INSIDE = "inside it: "
LENGTHS = 2
"""The column of numbers, which stand to the right."""


Cells = tuple[str, str, str, str, str]
"""Name, length, ends, opening, origin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of the table."""

    number: int | None
    cells: Cells


def table_rows(question: TrainQuestion, section: Section, stack: Stack) -> tuple[Row, ...]:
    """Return the lines of the table, from the telescope to the sensor."""
    optic = question.optic
    rows = [Row(number=None, cells=(optic.name, "", f"→ {_end(optic.port)}", "", ""))]
    for number, (piece, placed) in enumerate(
        zip(section.pieces, (*stack.chain, None), strict=True), 1
    ):
        if placed is None:
            camera = stack.camera
            cells = (
                front_name(question, camera),
                _length(piece, is_disputed=bool(camera.other_lengths_um)),
                f"{_end(camera.port)} → sensor",
                _opening(piece),
                "",
            )
            rows.append(Row(number=number, cells=cells))
        else:
            rows.append(Row(number=number, cells=_part_cells(question, piece, placed)))
            if piece.ring is not None:
                inside = f"{INSIDE}{piece.ring.label}"
                rows.append(Row(number=None, cells=(inside, "", "", "", piece.ring.box or "")))
    glass = ", ".join(_glass(plate) for plate in thickest_plates(question) if plate.thickness_mm)
    room = room_of(question)
    total = (
        f"together, {error_words(stack)}" if room is None else "together, without spacers",
        mm(stack.path_length_um),
        f"glass: {glass or 'none'}",
    )
    return (*rows, Row(number=None, cells=(*total, "", "")))


def _part_cells(question: TrainQuestion, piece: Piece, placed: Placed) -> Cells:
    part = placed.part
    name = part.label
    if piece.ring is not None:
        hosts = [d.part for d in question.devices] + list(question.parts)
        name = next((host.label for host in hosts if host.id == part.base_id), name)
    if placed.turned:
        name = f"{name} (turned)"
    origin = part.box or ("" if placed.device else "at hand")
    return (
        name,
        _length(piece, is_disputed=bool(part.other_lengths_um)),
        f"{_end(placed.front)} → {_end(placed.back)}",
        _opening(piece),
        f"to buy: {part.id}" if placed.bought else origin,
    )


def _length(piece: Piece, *, is_disputed: bool) -> str:
    if not piece.is_measured:
        return "unknown"
    mark = " (supposed)" if piece.is_supposed else " (disputed)" if is_disputed else ""
    return f"{piece.length_mm:g} mm{mark}"


def _glass(plate: Plate) -> str:
    thickness = f"{plate.thickness_mm:g} mm"
    said = plate.name if thickness in plate.name else f"{plate.name} {thickness}"
    return said if plate.thickness_range_mm is None else f"{said} (assumed)"


def _end(port: Port) -> str:
    return f"{port} (assumed)" if port.doubt is Doubt.GENDER else str(port)


def _opening(piece: Piece) -> str:
    if piece.opening_mm is not None:
        return f"{piece.opening_mm:g} mm"
    return "not known" if piece.most_mm is None else f"≤ {piece.most_mm:.3g} mm"


def name_parts(rows: Sequence[Row]) -> str:
    """Return the parts of a table in one sentence, for where the table has no room."""
    named = []
    for row in rows:
        name, _, _, _, origin = row.cells
        if row.number is not None:
            named.append(f"{row.number}: {name}")
        elif name.startswith(INSIDE):
            named[-1] += f", {name}"
        else:
            continue
        named[-1] += f", {origin}" if origin else ""
    return "; ".join(named)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The table and the sentences below it, broken into lines."""

    sheet: Sheet
    rows: tuple[Row, ...]
    """None at all: only the sentences."""
    notes: tuple[str, ...]

    @property
    def height(self) -> float:
        """From its top to the end of the sentences."""
        notes = sum(len(self._note_lines(note)) * SMALL.line + 3.0 for note in self.notes)
        return self._rows_height + notes + 10.0

    @property
    def _rows_height(self) -> float:
        if not self.rows:
            return 0.0
        return PLAIN.line + sum(self._height(row) for row in self.rows)

    def draw(self, top: float) -> list[str]:
        """Return the table from its top."""
        drawn = self._draw_rows(top) if self.rows else []
        y = top + self._rows_height + 10.0
        for note in self.notes:
            wrapped = self._note_lines(note)
            css = "check" if note.startswith(("check", "gap")) else ""
            drawn += lines(SMALL, MARGIN, y + SMALL.size, wrapped, css)
            y += len(wrapped) * SMALL.line + 3.0
        return drawn

    def _draw_rows(self, top: float) -> list[str]:
        drawn = self._cells(HEADS, top + PLAIN.size)
        rule = top + PLAIN.line + 2.0
        drawn.append(polyline("line", [(MARGIN, rule), (self.sheet.right, rule)]))
        y = top + PLAIN.line
        for row in self.rows:
            baseline = y + ROW_GAP + PLAIN.size
            if row.number is not None:
                drawn += disc(MARGIN + DISC, baseline - 4.5, str(row.number))
            drawn += self._cells(("", *row.cells), baseline)
            y += self._height(row)
        return drawn

    def _note_lines(self, note: str) -> tuple[str, ...]:
        return SMALL.wrap(note, self.sheet.room)

    def _columns(self) -> list[tuple[float, float]]:
        """Return where each column begins, and how wide it is."""
        left, found = MARGIN, []
        for share in SHARES:
            found.append((left, share * self.sheet.room - SPACE))
            left += share * self.sheet.room
        return found

    def _height(self, row: Row) -> float:
        widths = [width for _, width in self._columns()[1:]]
        most = max(len(_wrap(cell, width)) for cell, width in zip(row.cells, widths, strict=True))
        return ROW_GAP + most * PLAIN.line

    def _cells(self, cells: Sequence[str], baseline: float) -> list[str]:
        drawn: list[str] = []
        for number, (cell, (left, width)) in enumerate(zip(cells, self._columns(), strict=True)):
            to_right = number == LENGTHS
            x = left + width if to_right else left
            wrapped = _wrap(cell, width)
            drawn += lines(PLAIN, x, baseline, wrapped, "right" if to_right else "")
        return drawn


def _wrap(cell: str, width: float) -> tuple[str, ...]:
    """Return the lines of a cell; two ends that are too long for one break between them."""
    if PLAIN.width_of(cell) <= width:
        return (cell,) if cell else ()
    front, arrow, back = cell.partition(" → ")
    if not arrow:
        return PLAIN.wrap(cell, width)
    return (*PLAIN.wrap(f"{front} →", width), *PLAIN.wrap(back, width))
