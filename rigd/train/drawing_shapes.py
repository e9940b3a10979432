"""The section of a train as shapes: walls, threads, bolts, light, glass, prism, gaps."""

from collections.abc import Iterator

from rigd.train.drawing_canvas import Canvas
from rigd.train.drawing_section import BODY_MM, BORE_EDGE_MM, WALL_MM, Joint, Piece, Section
from rigd.train.question import (
    TrainDeviceKind,
    TrainOptic,
    TrainQuestion,
    assumed_beam,
    diagonal_mm_of,
    focal_ratio_of,
)
from rigd.units import mm_from_um

THREAD_MM = 3.0
"""How far a male thread is drawn into its neighbour; its length is rarely known."""
RING_MM = 4.0
"""How long a ring inside another part is drawn."""
PRISM_MM = 8.0
STALK_MM = 5.0
"""What is drawn of a guider's tube, up to where it is broken off."""
GUIDE_CAMERA_MM = 12.0
BOLT_MM = (2.6, 1.2)
"""Half the width of a bolt's head and of its shank."""
CONE_STEPS = 16
THINNEST_MM = 0.6
"""What a shim is drawn as at least."""


def extent_mm(section: Section) -> tuple[float, float]:
    """Return how far a section reaches above and below its axis."""
    above = max(piece.above_mm for piece in section.pieces)
    if section.guider is not None:
        above = max(above, section.guider.above_mm + STALK_MM + GUIDE_CAMERA_MM)
    telescope = telescope_rim_mm(section)
    return max(above, telescope), max(*(piece.below_mm for piece in section.pieces), telescope)


def top_of_joint_mm(section: Section, number: int) -> float:
    """Return how high the lower of the two things at a joint is: where its label points to."""
    after = section.pieces[number].above_mm
    before = section.pieces[number - 1].above_mm if number else section.joints[0].back_mm / 2.0
    return min(before, after)


def gap_top_mm(joint: Joint) -> float:
    """Return how high a gap is drawn."""
    return max(joint.back_mm, joint.front_mm) / 2.0 + WALL_MM


def telescope_rim_mm(section: Section) -> float:
    """Return half the outer width of what is drawn of the telescope."""
    return section.joints[0].back_mm / 2.0 + WALL_MM + 2.0


def draw_section(canvas: Canvas, question: TrainQuestion, section: Section) -> Iterator[str]:
    """Yield everything of the section, what is in front last."""
    yield from _telescope(canvas, section, question.optic)
    for piece in section.pieces:
        yield from _solid(canvas, piece)
    yield _cone(canvas, question, section)
    for number, joint in enumerate(section.joints):
        yield from _joint(canvas, section, number, joint)
    for glass in section.glass:
        half_mm = glass.thickness_mm / 2.0
        start_mm, end_mm = glass.middle_mm - half_mm, glass.middle_mm + half_mm
        css = "glass" if glass.is_placed else "glass somewhere"
        yield canvas.box(css, start_mm, end_mm, (-glass.half_mm, glass.half_mm))
        if glass.is_placed:
            yield canvas.both("thread", start_mm, end_mm, (glass.half_mm, glass.bore_mm))
    yield from _guider(canvas, question, section)
    sensor = diagonal_mm_of(question) / 2.0
    yield canvas.box("sensor", section.sensor_mm, section.sensor_mm + 0.8, (-sensor, sensor))
    yield canvas.path("axis", [(-BODY_MM - 2.0, 0.0), (section.sensor_mm + BODY_MM + 2.0, 0.0)])
    above, below = extent_mm(section)
    if section.required_mm is not None:
        yield canvas.path(
            "need", [(section.required_mm, above + 1.0), (section.required_mm, -below - 1.0)]
        )


def _telescope(canvas: Canvas, section: Section, optic: TrainOptic) -> Iterator[str]:
    size_mm = section.joints[0].back_mm
    inner, outer = size_mm / 2.0 - BORE_EDGE_MM, telescope_rim_mm(section)
    if optic.adjustable_um is None:
        yield canvas.both("body", -BODY_MM, 0.0, (inner, outer))
        return
    # A sleeve that slides on the tube behind it.
    yield canvas.both("body", -BODY_MM, -BODY_MM / 3.0, (inner, outer - 2.0))
    yield canvas.both("body", -BODY_MM * 0.75, 0.0, (outer - 2.0, outer))
    yield canvas.both("body", -BODY_MM * 0.3, 0.0, (inner, outer - 2.0))


def _solid(canvas: Canvas, piece: Piece) -> Iterator[str]:
    if piece.placed is None:
        yield canvas.both("body", piece.start_mm, piece.end_mm, (piece.bore_mm, piece.above_mm))
        back_mm = piece.end_mm + 0.8
        half = piece.above_mm
        yield canvas.box("body", back_mm, piece.end_mm + BODY_MM, (-half, half))
    elif piece.is_box:
        for heights in ((piece.bore_mm, piece.above_mm), (-piece.below_mm, -piece.bore_mm)):
            yield canvas.box("device", piece.start_mm, piece.end_mm, heights)
        yield from _device_mark(canvas, piece)
    else:
        css = "bought" if piece.placed.bought else "wall"
        front, back = piece.rims_mm
        start, end = piece.start_mm, piece.end_mm
        bores = piece.bores_mm
        if piece.length_mm:
            for side in (1.0, -1.0):
                corners = ((start, bores[0]), (end, bores[1]), (end, back), (start, front))
                yield canvas.polygon(css, [(x, side * y) for x, y in corners])
    if not piece.is_known:
        yield canvas.both("unknown", piece.start_mm, piece.end_mm, (piece.bore_mm, piece.above_mm))
    if piece.opening_mm is None and piece.length_mm:
        near, far = piece.bores_mm
        for side in (1.0, -1.0):
            yield canvas.path("guess", [(piece.start_mm, side * near), (piece.end_mm, side * far)])
    if piece.ring is not None:
        yield _ring(canvas, piece)


def _ring(canvas: Canvas, piece: Piece) -> str:
    """Return the ring that sits in a part, between its thread and that of its host."""
    outer = piece.front_mm / 2.0
    inner = min(piece.bore_mm, outer - 1.5)
    length_mm = min(RING_MM, piece.length_mm)
    return canvas.both("ring", piece.start_mm, piece.start_mm + length_mm, (inner, outer))


def _device_mark(canvas: Canvas, piece: Piece) -> Iterator[str]:
    """Yield what tells one kind of device from another."""
    start, end, middle = piece.start_mm, piece.end_mm, piece.middle_mm
    if piece.kind is TrainDeviceKind.WHEEL:
        # The carousel, and the axle that it turns on.
        hub = -(piece.bore_mm + piece.below_mm) / 2.0
        yield canvas.box(
            "thread", middle - 0.8, middle + 0.8, (-piece.below_mm + 1.5, -piece.bore_mm)
        )
        yield canvas.box("bolt", start + 1.5, end - 1.5, (hub - 1.2, hub + 1.2))
    elif piece.kind is TrainDeviceKind.DRAWER:
        grip = min(piece.length_mm / 4.0, 3.0)
        handle = (piece.above_mm, piece.above_mm + 3.0)
        yield canvas.box("bolt", middle - grip, middle + grip, handle)
    elif piece.kind is TrainDeviceKind.ROTATOR:
        for side in (1.0, -1.0):
            heights = (side * piece.bore_mm, side * piece.above_mm)
            yield canvas.path("line", [(middle, height) for height in heights])
            bearing = side * (piece.bore_mm + piece.above_mm) / 2.0
            yield canvas.box("bolt", middle - 1.5, middle + 1.5, (bearing - 1.5, bearing + 1.5))
    elif piece.kind is TrainDeviceKind.TILTER:
        for side in (1.0, -1.0):
            at = side * (piece.above_mm - 3.0)
            yield canvas.path("line", [(start, at - 1.0), (end, at + 1.0)])


def _cone(canvas: Canvas, question: TrainQuestion, section: Section) -> str:
    css = "cone somewhere" if assumed_beam(question) else "cone"
    most = min(extent_mm(section))
    places = [section.sensor_mm * step / CONE_STEPS for step in range(CONE_STEPS + 1)]
    edge = [(at, min(light_half_mm(question, section, at), most)) for at in places]
    return canvas.polygon(css, [*edge, *((x, -y) for x, y in reversed(edge))])


def light_half_mm(question: TrainQuestion, section: Section, at_mm: float) -> float:
    """Return half the width of the light at a place; sensor and beam are usual if not known."""
    diagonal, ratio = diagonal_mm_of(question), focal_ratio_of(question)
    distance = section.sensor_mm - at_mm
    pupil = question.optic.exit_pupil_mm
    centre = diagonal / 2.0 * (1.0 if pupil is None else 1.0 - distance / pupil)
    return abs(centre) + distance / (2.0 * ratio)


def _joint(canvas: Canvas, section: Section, number: int, joint: Joint) -> Iterator[str]:
    into = section.pieces[number]
    before_mm = section.pieces[number - 1].length_mm if number else BODY_MM
    if not joint.closes:
        height = gap_top_mm(joint)
        end_mm = joint.at_mm + max(joint.gap_mm, 0.4)
        bore = max(min(joint.back_mm, joint.front_mm) / 2.0 - BORE_EDGE_MM, 0.0)
        yield canvas.both("gap", joint.at_mm, end_mm, (bore, height))
        return
    if joint.is_bolted:
        yield from _bolts(canvas, joint, before_mm, into)
        return
    half = joint.back_mm / 2.0
    band = (half - 0.6, half + 0.6)
    if joint.back.is_male:
        reach = min(THREAD_MM, into.length_mm * 0.7 or 1.0)
        yield canvas.both("thread", joint.at_mm, joint.at_mm + reach, band)
    elif joint.front.is_male:
        reach = min(THREAD_MM, before_mm * 0.7 or 1.0)
        yield canvas.both("thread", joint.at_mm - reach, joint.at_mm, band)


def draw_shim(canvas: Canvas, joint: Joint, added_um: int) -> str:
    """Return the ring that has to be added at a joint, over its thread."""
    half_mm = max(mm_from_um(added_um), THINNEST_MM) / 2.0
    heights = (joint.back_mm / 2.0 + 0.8, joint.back_mm / 2.0 + WALL_MM + 1.5)
    return canvas.both("shim", joint.at_mm - half_mm, joint.at_mm + half_mm, heights)


def _bolts(canvas: Canvas, joint: Joint, before_mm: float, into: Piece) -> Iterator[str]:
    """Yield a bolt above and one below: its head on the telescope's side, its end on the other."""
    head, shank = BOLT_MM
    ahead, behind = min(4.0, before_mm * 0.6), min(5.0, into.length_mm * 0.6)
    height = joint.back_mm / 2.0 + 3.0
    for side in (1.0, -1.0):
        middle = side * height
        start, at = joint.at_mm - ahead, joint.at_mm
        neck = start + ahead / 2.0
        yield canvas.box("bolt", neck, at + behind, (middle - shank, middle + shank))
        yield canvas.box("bolt", start, neck, (middle - head, middle + head))
        yield canvas.path("thin", [(start - 1.0, middle), (at + behind + 1.0, middle)])


def _guider(canvas: Canvas, question: TrainQuestion, section: Section) -> Iterator[str]:
    """Yield the prism at the edge of the light, and its camera on a tube that is broken off."""
    guider = section.guider
    if guider is None:
        return
    size = min(PRISM_MM, guider.length_mm * 0.7)
    at = min(max(prism_at_mm(section), guider.start_mm + size / 2.0), guider.end_mm - size / 2.0)
    low = min(light_half_mm(question, section, at), guider.bore_mm + 2.0)
    left, right, top = at - size / 2.0, at + size / 2.0, guider.above_mm + STALK_MM
    yield canvas.box("hollow", left, right, (low, guider.above_mm + 0.2))
    yield canvas.polygon("prism", [(left, low), (left, low + size), (right, low + size)])
    for side in (left, right):
        yield canvas.path("line", [(side, low + size), (side, top)])
    yield canvas.path("axis", [(at, low + size / 2.0), (at, top)])
    tear = ((left - 1.0, 0.0), (at - 0.7, 0.0), (at - 0.3, 1.2), (at + 0.3, -1.2), (at + 0.7, 0.0))
    for lift in (top, top + 1.4):
        broken = [(x, lift + y) for x, y in (*tear, (right + 1.0, 0.0))]
        yield canvas.path("line", broken)
    floor = top + 2.8
    yield canvas.box("sensor", at - size * 0.3, at + size * 0.3, (floor, floor + 0.8))
    yield canvas.box("body", left, right, (floor + 0.8, top + GUIDE_CAMERA_MM))


def prism_at_mm(section: Section) -> float:
    """Return where the middle of the guider's prism is: in the middle, where nobody knows."""
    guider, place = section.guider, section.guide_camera
    if guider is None or place is None:
        return 0.0
    known_um = place.guider.prism_um
    return guider.middle_mm if known_um is None else guider.end_mm - mm_from_um(known_um)
