"""A train as a picture: a section to scale, in SVG, for a screen by day or night and for paper.

The telescope is on the left, the sensor on the right. Parts are numbered from the telescope; the
table below the section names them, so that a 1 mm ring is as readable as a wheel.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from rigd.train.connection import End
from rigd.train.drawing_canvas import FIGURE_SIZE, MARGIN, ROW, STYLE, WIDTH, Canvas, table
from rigd.train.parts import Port
from rigd.train.question import TrainQuestion, thickest_plates
from rigd.train.spacer_search import Stack
from rigd.units import mm_from_um

SECTION_HEIGHT = 430.0
TOP = 92.0
BODY_MM = 14.0
"""How much of the camera's body is drawn behind the sensor."""
THREAD_MM = 3.0
"""How far a male thread is drawn into its neighbour; its length is rarely known."""
WALL_MM = 4.0
OTHER_SIZES_MM = {'SCT 2"-24tpi': 50.8, 'SCT large 3.28"-16tpi': 83.3, "C-mount": 25.4}
UNKNOWN_SIZE_MM = 54.0
"""Drawn for a joint whose size nothing tells: a middling one."""

_METRIC = re.compile(r"M(\d+(?:\.\d+)?)x")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """One thing of the section, in millimetres from the optic's rear shoulder."""

    name: str
    kind: str
    start_mm: float
    length_mm: float
    front: Port
    back: Port | None
    opening_mm: float | None
    guessed: bool
    outside_mm: float


def draw_stack(question: TrainQuestion, stack: Stack) -> str:
    """Return the picture of one stack, as a complete SVG document."""
    pieces = _pieces(stack)
    path_mm = mm_from_um(stack.path_length_um)
    required_mm = mm_from_um(stack.path_length_um - stack.back_focus_error_um)
    tallest = max(*(piece.outside_mm for piece in pieces), question.camera.diagonal_mm or 0.0, 40.0)
    # Room on the left for a piece of the telescope, as long as the camera's body.
    scale = min(
        (WIDTH - 2 * MARGIN) / (max(path_mm, required_mm) + 2 * BODY_MM), SECTION_HEIGHT / tallest
    )
    sheet = Canvas(
        scale=scale,
        left=(WIDTH - scale * (max(path_mm, required_mm) + 2 * BODY_MM)) / 2 + scale * BODY_MM,
        axis=TOP + 40.0 + scale * tallest / 2,
        tallest_mm=tallest,
    )
    body: list[str] = [_telescope(sheet, question)]
    body += [_solid(sheet, piece) for piece in pieces]
    body.append(_cone(sheet, question, path_mm))
    body += _threads(sheet, question, pieces)
    body += _plates(sheet, question, stack, pieces)
    body.append(_sensor(sheet, question, path_mm))
    body += _numbers(sheet, pieces)
    body += _dimension(sheet, path_mm, required_mm)
    table_top = sheet.axis + scale * tallest / 2 + 70.0
    rows = _rows(question, stack, pieces)
    body += table(rows, table_top)
    height = table_top + ROW * (len(rows) + 1) + 20.0
    title = _title(question, stack)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {height:.0f}"'
        f' width="{WIDTH:g}" height="{height:.0f}" role="img" aria-labelledby="title desc">\n'
        f'<title id="title">{escape(title)}</title>\n'
        f'<desc id="desc">{escape(describe(question, stack))}</desc>\n'
        f"<style>{STYLE}</style>\n"
        f'<rect class="paper" width="{WIDTH:g}" height="{height:.0f}"/>\n'
        f'<text class="title" x="{MARGIN:g}" y="34">{escape(title)}</text>\n'
        f'<text class="small" x="{MARGIN:g}" y="56">{escape(_subtitle(question, stack))}</text>\n'
        + "\n".join(part for part in body if part)
        + "\n</svg>\n"
    )


def describe(question: TrainQuestion, stack: Stack) -> str:
    """Return the picture in words, from the telescope to the sensor."""
    parts = [
        f"{placed.part.id}, {_mm(placed.part.optical_length_um)}, {placed.front} to {placed.back}"
        for placed in stack.chain
    ]
    camera = stack.camera
    parts.append(f"{camera.id}, {_mm(camera.flange_distance_um)} from {camera.port} to the sensor")
    return (
        f"From the telescope ({question.optic.port}) to the sensor: {'; '.join(parts)}."
        f" Together {_mm(stack.path_length_um)}, required"
        f" {_mm(stack.path_length_um - stack.back_focus_error_um)}."
    )


def _size_mm(end: End | None) -> float:
    if end is None:
        return UNKNOWN_SIZE_MM
    match = _METRIC.match(end.standard)
    if match:
        return float(match[1])
    return OTHER_SIZES_MM.get(end.standard, UNKNOWN_SIZE_MM)


def _pieces(stack: Stack) -> list[_Piece]:
    pieces: list[_Piece] = []
    at_mm = 0.0
    for placed in stack.chain:
        part = placed.part
        size_mm = max(_size_mm(placed.front.end), _size_mm(placed.back.end))
        length_mm = mm_from_um(part.optical_length_um)
        pieces.append(
            _Piece(
                name=part.id,
                kind="device" if placed.device else "bought" if placed.bought else "wall",
                start_mm=at_mm,
                length_mm=length_mm,
                front=placed.front,
                back=placed.back,
                opening_mm=_opening_mm(part.clear_aperture_um),
                guessed=part.aperture_bounded or part.clear_aperture_um is None,
                outside_mm=size_mm + (18.0 if placed.device else 2 * WALL_MM),
            )
        )
        at_mm += length_mm
    camera = stack.camera
    pieces.append(
        _Piece(
            name=camera.id,
            kind="body",
            start_mm=at_mm,
            length_mm=mm_from_um(camera.flange_distance_um),
            front=camera.port,
            back=None,
            opening_mm=_opening_mm(camera.clear_aperture_um),
            guessed=camera.aperture_bounded or camera.clear_aperture_um is None,
            outside_mm=_size_mm(camera.port.end) + 24.0,
        )
    )
    return pieces


def _opening_mm(aperture_um: int | None) -> float | None:
    return None if aperture_um is None else mm_from_um(aperture_um)


def _bore_mm(piece: _Piece) -> float:
    """Return half the opening that is drawn; of an unknown one a little less than the thread."""
    if piece.opening_mm is not None:
        return piece.opening_mm / 2
    return _size_mm(piece.front.end) / 2 - 1.0


def _solid(sheet: Canvas, piece: _Piece) -> str:
    end_mm = piece.start_mm + piece.length_mm
    walls = _walls(sheet, piece)
    if piece.kind == "body":
        half = piece.outside_mm / 2
        walls += sheet.box("body", end_mm + 0.8, end_mm + BODY_MM, (-half, half))
    if piece.guessed:
        inner = _bore_mm(piece)
        walls += "".join(
            f'<line class="guess" x1="{sheet.x(piece.start_mm):.1f}" y1="{sheet.y(h):.1f}"'
            f' x2="{sheet.x(end_mm):.1f}" y2="{sheet.y(h):.1f}"/>'
            for h in (inner, -inner)
        )
    return walls


def _walls(sheet: Canvas, piece: _Piece) -> str:
    """Return a device as a box; an adapter as wide as its thread at either end."""
    start, end, bore = piece.start_mm, piece.start_mm + piece.length_mm, _bore_mm(piece)
    if piece.kind in ("device", "body") or piece.back is None:
        return sheet.both(piece.kind, start, end, (bore, piece.outside_mm / 2))
    front, back = (_size_mm(port.end) / 2 + WALL_MM for port in (piece.front, piece.back))
    drawn = ""
    for side in (1, -1):
        corners = ((start, bore), (end, bore), (end, back), (start, front))
        points = " ".join(f"{sheet.x(x):.1f},{sheet.y(side * y):.1f}" for x, y in corners)
        drawn += f'<polygon class="{piece.kind}" points="{points}"/>'
    return drawn


def _middle_mm(piece: _Piece) -> float:
    """Return half the outer width in the middle of a piece."""
    if piece.kind in ("device", "body") or piece.back is None:
        return piece.outside_mm / 2
    return (_size_mm(piece.front.end) + _size_mm(piece.back.end)) / 4 + WALL_MM


def _telescope(sheet: Canvas, question: TrainQuestion) -> str:
    size_mm = _size_mm(question.optic.port.end)
    return sheet.both("body", -BODY_MM, 0.0, (size_mm / 2 - 1.0, size_mm / 2 + WALL_MM + 2.0))


def _threads(sheet: Canvas, question: TrainQuestion, pieces: Sequence[_Piece]) -> Iterator[str]:
    """Yield the male thread of each joint, where it goes into its neighbour."""
    backs = [question.optic.port, *(piece.back for piece in pieces)]
    lengths_mm = [BODY_MM, *(piece.length_mm or 1.0 for piece in pieces)]
    for number, piece in enumerate(pieces):
        at_mm, back = piece.start_mm, backs[number]
        size_mm = _size_mm(piece.front.end)
        band = (size_mm / 2 - 0.6, size_mm / 2 + 0.6)
        if back is not None and back.is_male:
            into_mm = min(THREAD_MM, piece.length_mm or 1.0)
            yield sheet.both("thread", at_mm, at_mm + into_mm, band)
        elif piece.front.is_male:
            into_mm = min(THREAD_MM, lengths_mm[number])
            yield sheet.both("thread", at_mm - into_mm, at_mm, band)


def _cone(sheet: Canvas, question: TrainQuestion, path_mm: float) -> str:
    diagonal, ratio = question.camera.diagonal_mm, question.optic.focal_ratio
    if diagonal is None or ratio is None:
        return ""
    pupil = question.optic.exit_pupil_mm
    start = 0.0
    distance = path_mm - start
    centre = diagonal / 2 * (1.0 if pupil is None else 1.0 - distance / pupil)
    wide = centre + distance / (2 * ratio)
    corners = [
        (start, wide),
        (path_mm, diagonal / 2),
        (path_mm, -diagonal / 2),
        (start, -wide),
    ]
    points = " ".join(f"{sheet.x(x):.1f},{sheet.y(y):.1f}" for x, y in corners)
    return f'<polygon class="cone" points="{points}"/>'


def _plates(
    sheet: Canvas, question: TrainQuestion, stack: Stack, pieces: Sequence[_Piece]
) -> list[str]:
    """Return the glass in the light: the thickest of each wheel, in the middle of what holds it."""
    holders = {
        placed.part.base_id: piece for placed, piece in zip(stack.chain, pieces, strict=False)
    }
    wheels = [wheel for wheel in question.wheels if wheel.slots]
    glass = [
        (plate.thickness_mm, holders.get(wheel.name) or _only_wheel(question, holders))
        for wheel, plate in zip(wheels, thickest_plates(question), strict=True)
    ]
    glass += [
        (plate.thickness_mm, holders.get(device.part.id))
        for device in question.devices
        for plate in device.plates
    ]
    drawn = []
    for thickness_mm, holder in glass:
        if holder is None or not thickness_mm:
            continue
        middle = holder.start_mm + holder.length_mm / 2
        half = _bore_mm(holder)
        start, end = middle - thickness_mm / 2, middle + thickness_mm / 2
        drawn.append(sheet.box("glass", start, end, (-half, half)))
    return drawn


def _only_wheel(question: TrainQuestion, holders: dict[str, _Piece]) -> _Piece | None:
    kinds = [d.part.id for d in question.devices if str(d.kind) in ("wheel", "drawer")]
    return holders.get(kinds[0]) if len(kinds) == 1 else None


def _sensor(sheet: Canvas, question: TrainQuestion, path_mm: float) -> str:
    half = (question.camera.diagonal_mm or 20.0) / 2
    return sheet.box("sensor", path_mm, path_mm + 0.8, (-half, half))


def _numbers(sheet: Canvas, pieces: Sequence[_Piece]) -> list[str]:
    """Return a numbered disc below each piece; two rows where the pieces are thin."""
    drawn: list[str] = []
    bottom = sheet.axis + sheet.scale * sheet.tallest_mm / 2 + 16.0
    last = [-1000.0, -1000.0, -1000.0]
    for number, piece in enumerate(pieces, start=1):
        middle = sheet.x(piece.start_mm + piece.length_mm / 2)
        row = next((r for r, x in enumerate(last) if middle - x >= 2.2 * FIGURE_SIZE), 0)
        last[row] = middle
        y = bottom + row * 20.0
        drawn.append(
            f'<line class="line" x1="{middle:.1f}" y1="{sheet.y(-_middle_mm(piece)):.1f}"'
            f' x2="{middle:.1f}" y2="{y - FIGURE_SIZE:.1f}"/>'
            f'<circle class="disc" cx="{middle:.1f}" cy="{y:.1f}" r="{FIGURE_SIZE:g}"/>'
            f'<text class="digit" x="{middle:.1f}" y="{y + 4:.1f}">{number}</text>'
        )
    return drawn


def _dimension(sheet: Canvas, path_mm: float, required_mm: float) -> list[str]:
    """Return the length given above the section, and a dashed line where the sensor should be."""
    y = TOP
    start, end = sheet.x(0.0), sheet.x(path_mm)
    arrows = (
        f'<path class="line" d="M{start:.1f} {y:g}H{end:.1f}'
        f"M{start + 7:.1f} {y - 4:g}L{start:.1f} {y:g}l7 4"
        f'M{end - 7:.1f} {y - 4:g}L{end:.1f} {y:g}l-7 4"/>'
    )
    edges = "".join(
        f'<line class="line" x1="{x:.1f}" y1="{y - 8:g}" x2="{x:.1f}" y2="{y + 8:g}"/>'
        for x in (start, end)
    )
    label = f'<text class="middle" x="{(start + end) / 2:.1f}" y="{y - 8:g}">{path_mm:g} mm</text>'
    should = sheet.x(required_mm)
    height = sheet.scale * sheet.tallest_mm / 2 + 12
    need = (
        f'<line class="need" x1="{should:.1f}" y1="{sheet.axis - height:.1f}" x2="{should:.1f}"'
        f' y2="{sheet.axis + height:.1f}"/>'
    )
    bar = sheet.scale * 10.0
    right = WIDTH - MARGIN
    scale = (
        f'<path class="line" d="M{right - bar:.1f} 48v6h{bar:.1f}v-6"/>'
        f'<text class="small right" x="{right:.1f}" y="42">10 mm</text>'
    )
    return [arrows, edges, label, need, scale]


def _rows(
    question: TrainQuestion, stack: Stack, pieces: Sequence[_Piece]
) -> list[tuple[str, str, str, str, str]]:
    optic = question.optic
    rows = [("", optic.name, "", f"→ {optic.port}", "")]
    for number, piece in enumerate(pieces, start=1):
        opening = (
            "not known"
            if piece.guessed or piece.opening_mm is None
            else (f"{piece.opening_mm:g} mm")
        )
        joint = f"{piece.front} → {piece.back if piece.back else 'sensor'}"
        shown = piece.name if len(piece.name) <= 38 else f"{piece.name[:37]}…"
        name = f"{shown} (to buy)" if piece.kind == "bought" else shown
        rows.append((str(number), name, f"{piece.length_mm:g} mm", joint, opening))
    glass = ", ".join(
        f"{plate.name} {plate.thickness_mm:g} mm" for plate in thickest_plates(question)
    )
    error_mm = mm_from_um(stack.back_focus_error_um)
    total = f"{mm_from_um(stack.path_length_um):g} mm"
    rows.append(
        (
            "",
            "together, exact" if not error_mm else f"together, {error_mm:+g} mm off",
            total,
            f"glass: {glass or 'none'}",
            "",
        )
    )
    return rows


def _title(question: TrainQuestion, stack: Stack) -> str:
    return f"{question.optic.name} to {question.camera.name}: {_mm(stack.path_length_um)}"


def _subtitle(question: TrainQuestion, stack: Stack) -> str:
    required = _mm(stack.path_length_um - stack.back_focus_error_um)
    words = [f"required {required}"]
    if question.optic.back_focus_um is not None:
        words.append(f"back focus {_mm(question.optic.back_focus_um)} in air")
    if question.optic.focal_ratio is not None:
        words.append(f"f/{question.optic.focal_ratio:g}")
    light = stack.corner_illumination
    if light is not None and stack.apertures_unknown and light == 1.0:
        words.append("corner light not known (openings)")
    elif light is not None:
        words.append(f"corner light {'at most ' if stack.apertures_unknown else ''}{light:.0%}")
    words.append("dashed green: where the sensor must be")
    return "; ".join(words)


def _mm(length_um: int) -> str:
    return f"{mm_from_um(length_um):g} mm"
