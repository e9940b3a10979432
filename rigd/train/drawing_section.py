"""What stands where in a drawn train, in millimetres from the optic's rear shoulder.

Where ends do not join, the parts are drawn apart: as far as the train is too short.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rigd.optics.back_focus import Plate
from rigd.train.connection import Coupling, End
from rigd.train.guide_camera import GuideCamera, guide_camera_of
from rigd.train.parts import (
    SUPPOSED,
    CameraMount,
    Doubt,
    Placed,
    Port,
    TrainPart,
    may_join,
    opening_limit_um,
)
from rigd.train.question import TrainDeviceKind, TrainQuestion, holder_of, thickest_plates
from rigd.train.room import Room, room_of
from rigd.train.spacer_search import Stack
from rigd.train.standards import find_standard
from rigd.units import mm_from_um

BODY_MM = 14.0
"""How much of the telescope and of the camera behind its sensor is drawn."""
WALL_MM = 4.0
FLANGE_MM = 8.0
"""Wall of an end with bolts in it."""
UNKNOWN_LENGTH_MM = 15.0
"""Drawn where nobody knows how long a thing may be at most."""
UNKNOWN_SIZE_MM = 54.0
"""Drawn where nothing tells a size: a middling one."""
BORE_EDGE_MM = 1.0
"""How much less than its thread an opening is drawn that is not known."""

_METRIC = re.compile(r"M(\d+(?:\.\d+)?)(?:x|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One thing of the section."""

    placed: Placed | None
    """None for the camera."""
    kind: TrainDeviceKind | None
    """What device it is, if it is one."""
    start_mm: float
    length_mm: float
    front_mm: float
    """Width of its end towards the telescope."""
    back_mm: float
    flanged: tuple[bool, bool]
    """Whether its ends are bolted, which takes a wider rim than a thread."""
    bore_mm: float
    """Half of the opening that is drawn."""
    opening_mm: float | None
    """None where it is not known."""
    most_mm: float | None
    """What the threads leave at most of an opening that is not known."""
    ring: TrainPart | None = None
    """What sits inside it, on its telescope side."""
    most_length_mm: float | None = None
    """Of one whose length is not known: what is left for it; None if that is not known either."""
    is_measured: bool = True
    """Whether it is as long as it is drawn."""
    is_supposed: bool = False
    """Whether it is drawn as long as the example has it, which nobody measured."""

    @property
    def end_mm(self) -> float:
        """Where it ends."""
        return self.start_mm + self.length_mm

    @property
    def middle_mm(self) -> float:
        """Halfway along it."""
        return self.start_mm + self.length_mm / 2.0

    @property
    def is_known(self) -> bool:
        """Whether its length is more than a guess."""
        return self.is_measured and not self.is_supposed

    @property
    def is_box(self) -> bool:
        """Whether it is drawn as a box, and not as wide as its ends."""
        return self.placed is None or self.placed.device

    @property
    def rims_mm(self) -> tuple[float, float]:
        """Half its outer width at either end, of a part that is as wide as its ends."""
        walls = [FLANGE_MM if flanged else WALL_MM for flanged in self.flanged]
        return self.front_mm / 2.0 + walls[0], self.back_mm / 2.0 + walls[1]

    @property
    def bores_mm(self) -> tuple[float, float]:
        """Half the opening at either end: one that is not known follows the threads."""
        if self.is_box or self.opening_mm is not None:
            return self.bore_mm, self.bore_mm
        return self.front_mm / 2.0 - BORE_EDGE_MM, self.back_mm / 2.0 - BORE_EDGE_MM

    @property
    def above_mm(self) -> float:
        """Half its outer width, above the axis."""
        if not self.is_box:
            return max(self.rims_mm)
        return max(self.front_mm, self.back_mm) / 2.0 + (9.0 if self.placed else 12.0)

    @property
    def below_mm(self) -> float:
        """The same below: a wheel is not in the middle of its housing."""
        return self.above_mm + (10.0 if self.kind is TrainDeviceKind.WHEEL else 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Joint:
    """Where two things meet, or should."""

    back: Port
    """Of the one nearer to the telescope."""
    front: Port
    at_mm: float
    gap_mm: float
    """How far the two are drawn apart."""
    back_mm: float
    front_mm: float
    closes: bool

    @property
    def end(self) -> End | None:
        """The joint, as far as one of both ends tells it."""
        return self.back.end or self.front.end

    @property
    def is_bolted(self) -> bool:
        """Whether screws hold it."""
        return self.end is not None and self.end.coupling is Coupling.BOLTS

    @property
    def is_threaded(self) -> bool:
        """Whether it is known to be a thread."""
        return self.closes and self.end is not None and self.end.coupling is Coupling.THREAD

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        """What has to be checked of it."""
        found = (self.back.doubt, self.front.doubt)
        return tuple(dict.fromkeys(doubt for doubt in found if doubt is not None))


@dataclass(frozen=True, slots=True, kw_only=True)
class Glass:
    """A plate in the light."""

    middle_mm: float
    thickness_mm: float
    half_mm: float
    """Half the width that lets light through."""
    bore_mm: float
    """Half the opening of what holds it: what is between both is in the way of the light."""
    name: str = ""
    is_placed: bool = True
    """Whether it is known what holds it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A whole train, cut along its axis."""

    pieces: tuple[Piece, ...]
    """From the telescope; the last is the camera."""
    joints: tuple[Joint, ...]
    """The first is the telescope's."""
    glass: tuple[Glass, ...]
    sensor_mm: float
    """Where the sensor is drawn: behind all gaps."""
    required_mm: float | None
    """Where it must be, or may be at most; None where nobody knows or demands it."""
    guide_camera: GuideCamera | None

    @property
    def guider(self) -> Piece | None:
        """The off-axis guider, if there is one."""
        return None if self.guide_camera is None else self.pieces[self.guide_camera.place]


def section_of(question: TrainQuestion, stack: Stack) -> Section:
    """Return where everything of a stack stands."""
    camera = stack.camera
    backs = (question.optic.port, *(placed.back for placed in stack.chain))
    fronts = (*(placed.front for placed in stack.chain), camera.port)
    sizes = _known_sizes(backs, fronts)
    room = room_of(question)
    unknown_mm, left_mm = _drawn_unknown(room)
    unmeasured = {device.part.id for device in question.devices if not device.measured}
    gaps_mm = _gaps(stack, backs, fronts) if room is None else [0.0] * len(backs)
    joints, pieces, at_mm = [], [], 0.0
    for number, (back, front) in enumerate(zip(backs, fronts, strict=True)):
        back_mm, front_mm = sizes[number]
        gap_mm = gaps_mm[number]
        joints.append(
            Joint(
                back=back,
                front=front,
                at_mm=at_mm,
                gap_mm=gap_mm,
                back_mm=back_mm,
                front_mm=front_mm,
                closes=may_join(back, front),
            )
        )
        at_mm += gap_mm
        if number < len(stack.chain):
            # The end of the next joint is this part's own.
            ends_mm = (front_mm, sizes[number + 1][0])
            flanged = (_is_bolted(front), _is_bolted(backs[number + 1]))
            placed = stack.chain[number]
            piece = replace(_piece(question, placed, at_mm, ends_mm), flanged=flanged)
            is_measured = placed.part.base_id not in unmeasured
            doubt = placed.part.length_doubt
        else:
            piece = _camera_piece(camera, at_mm, front_mm)
            is_measured = bool(question.camera.mounts)
            doubt = camera.length_doubt
        if doubt == SUPPOSED:
            piece = replace(piece, is_supposed=True)
        if not is_measured:
            piece = replace(piece, length_mm=unknown_mm, most_length_mm=left_mm, is_measured=False)
        pieces.append(piece)
        at_mm = piece.end_mm
    return Section(
        pieces=tuple(pieces),
        joints=tuple(joints),
        glass=tuple(_glass(question, pieces)),
        sensor_mm=at_mm,
        required_mm=None
        if room is not None and room.limit_um is None
        else mm_from_um(stack.path_length_um - stack.back_focus_error_um),
        guide_camera=guide_camera_of(question, stack),
    )


def _drawn_unknown(room: Room | None) -> tuple[float, float | None]:
    """Return how long a piece of unknown length is drawn, and how long it may be.

    It takes what is left, so that the sensor is where it must be.
    """
    if room is None or room.left_um is None or room.left_um <= 0:
        return UNKNOWN_LENGTH_MM, None
    left_mm = mm_from_um(room.left_um)
    return left_mm / max(len(room.missing), 1), left_mm


def _is_bolted(port: Port) -> bool:
    return port.end is not None and port.end.coupling is Coupling.BOLTS


def size_of(end: End | None) -> float | None:
    """Return the nominal width in mm of an end; None if it is not known."""
    # Bolts may stand on a circle, which is wider than what they hold.
    if end is None or end.coupling is Coupling.BOLTS:
        return None
    known, metric = find_standard(end.standard), _METRIC.match(end.standard)
    if known is not None and known.diameter_mm is not None:
        return known.diameter_mm
    return float(metric[1]) if metric else None


def _known_sizes(backs: Sequence[Port], fronts: Sequence[Port]) -> list[tuple[float, float]]:
    """Return both widths at each joint; one that is not known is as wide as what is near."""
    found = [
        (size_of(back.end), size_of(front.end)) for back, front in zip(backs, fronts, strict=True)
    ]
    known = [(number, size) for number, pair in enumerate(found) for size in pair if size]
    sizes = []
    for number, (back, front) in enumerate(found):
        near = min(known, key=lambda one: abs(one[0] - number), default=(0, UNKNOWN_SIZE_MM))[1]
        sizes.append((back or front or near, front or back or near))
    return sizes


def _gaps(stack: Stack, backs: Sequence[Port], fronts: Sequence[Port]) -> list[float]:
    """Return how far each joint is drawn open: by all that is missing, at the first open one."""
    gaps_mm = [0.0] * len(backs)
    missing_mm = mm_from_um(max(-stack.back_focus_error_um, 0))
    for number, (back, front) in enumerate(zip(backs, fronts, strict=True)):
        if not may_join(back, front):
            gaps_mm[number] = missing_mm
            break
    return gaps_mm


def _piece(
    question: TrainQuestion, placed: Placed, at_mm: float, ends_mm: tuple[float, float]
) -> Piece:
    part = placed.part
    kinds = {device.part.id: device.kind for device in question.devices}
    ring = host = None
    if part.made_of:
        ring, host = (_find_part(question, id) for id in (part.made_of[0], part.made_of[-1]))
    front_mm, back_mm = ends_mm
    if host is not None:
        front_mm = size_of(host.front.end) or front_mm
    opening_mm, most_mm = _opening(_drawn_um(part), bounded=part.aperture_bounded)
    narrowest = min(ends_mm) / 2.0 - BORE_EDGE_MM
    return Piece(
        placed=placed,
        kind=kinds.get(part.base_id) if placed.device else None,
        start_mm=at_mm,
        length_mm=mm_from_um(part.optical_length_um),
        front_mm=front_mm,
        back_mm=back_mm,
        flanged=(False, False),
        bore_mm=(opening_mm or most_mm or 2.0 * narrowest) / 2.0,
        opening_mm=opening_mm,
        most_mm=most_mm,
        ring=ring,
    )


def _camera_piece(camera: CameraMount, at_mm: float, front_mm: float) -> Piece:
    opening_mm, most_mm = _opening(camera.clear_aperture_um, bounded=camera.aperture_bounded)
    return Piece(
        placed=None,
        kind=None,
        start_mm=at_mm,
        length_mm=mm_from_um(camera.flange_distance_um),
        front_mm=front_mm,
        back_mm=front_mm,
        flanged=(False, False),
        bore_mm=(opening_mm or most_mm or front_mm - 2.0 * BORE_EDGE_MM) / 2.0,
        opening_mm=opening_mm,
        most_mm=most_mm,
    )


def _drawn_um(part: TrainPart) -> int | None:
    """Return the opening that a part is drawn with; the narrower thread, where it is not known."""
    if not part.aperture_bounded:
        return part.clear_aperture_um
    limits = [opening_limit_um(port.end) for port in (part.front, part.back)]
    return min((limit for limit in limits if limit is not None), default=None)


def _opening(aperture_um: int | None, *, bounded: bool) -> tuple[float | None, float | None]:
    """Return an opening that is known, and the most that one can be that is not."""
    opening_mm = None if aperture_um is None else mm_from_um(aperture_um)
    return (None, opening_mm) if bounded else (opening_mm, None)


def _find_part(question: TrainQuestion, id: str) -> TrainPart | None:
    """Return a part of the question by its id, as it is on its own."""
    devices = [device.part for device in question.devices]
    return next((part for part in (*devices, *question.parts) if part.id == id), None)


def _glass(question: TrainQuestion, pieces: Sequence[Piece]) -> list[Glass]:
    """Return the glass in the light: the thickest of each wheel, in the middle of what holds it.

    A filter that nobody says the holder of stands in the longest part that holds none.
    """
    holders = {piece.placed.part.base_id: piece for piece in pieces if piece.placed is not None}
    wheels = [wheel for wheel in question.wheels if wheel.slots]
    held = {one.part.id for wheel in wheels if (one := holder_of(question, wheel)) is not None}
    free = [piece for name, piece in holders.items() if name not in held] or [pieces[-1]]
    free.sort(key=lambda piece: piece.length_mm)
    found: list[Glass | None] = []
    for wheel, plate in zip(wheels, thickest_plates(question), strict=True):
        device = holder_of(question, wheel)
        openings = wheel.openings or (device.filter_openings if device else ())
        widest_mm = mm_from_um(max(one.opening_um for one in openings)) if openings else None
        if device is not None:
            found.append(_plate(plate, holders.get(device.part.id), widest_mm))
        elif (piece := free.pop() if len(free) > 1 else free[0]).length_mm > plate.thickness_mm:
            glass = _plate(plate, piece, widest_mm)
            found.append(glass and replace(glass, is_placed=False))
    for device in question.devices:
        found += [_plate(plate, holders.get(device.part.id), None) for plate in device.plates]
    return [glass for glass in found if glass is not None]


def _plate(plate: Plate, holder: Piece | None, opening_mm: float | None) -> Glass | None:
    """Return a plate at its place; None if it is empty, or its place is not known."""
    if holder is None or not plate.thickness_mm:
        return None
    bore_mm = min(holder.bores_mm)
    width_mm = 2.0 * bore_mm if opening_mm is None else opening_mm
    return Glass(
        middle_mm=holder.middle_mm,
        thickness_mm=plate.thickness_mm,
        half_mm=min(width_mm / 2.0, bore_mm),
        bore_mm=bore_mm,
        name=plate.name,
    )
