"""The question that a train asks: optic, camera, devices, filters and parts, every id resolved.

`spacer_problem` turns it into the numbers that the search works on.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from rigd.optics.back_focus import Length, Plate, glass_term
from rigd.optics.vignetting import Cone
from rigd.train.filter_size import FilterOpening
from rigd.train.maker_set import MakerSetDistance
from rigd.train.merit import DEFAULT_ORDER, Criterion
from rigd.train.parts import (
    UNKNOWN_PORT,
    CameraMount,
    Port,
    TrainPart,
)
from rigd.train.usual_length import UsualLength
from rigd.units import um_from_mm

STRICTEST_TOLERANCE_MM, LOOSEST_TOLERANCE_MM = 0.25, 2.0
_GLASS = re.compile(r"\b(?:glass|lens|lenses)\b(?! (?:mount|flange))", re.IGNORECASE)
USUAL_FOCAL_RATIO, USUAL_DIAGONAL_MM = 5.0, 28.3
"""Of beam and sensor where nobody knows them; what rests on them is marked."""


class OpticKind(StrEnum):
    """What the optic asks of the distance behind it."""

    SPACED = "spaced"
    """A corrector, flattener or reducer: it demands one distance."""
    PETZVAL = "petzval"
    """Flat field of its own: it demands none, the focuser only has to reach."""
    FRONT_CAMERA = "front_camera"
    """The camera sits in front (RASA, HyperStar): it demands one distance, from its own plane."""


class ToleranceSource(StrEnum):
    """Who says how far off the spacing may be."""

    USER = "user"
    CATALOG = "catalog"
    HEURISTIC = "heuristic"


class TrainDeviceKind(StrEnum):
    """What a device in the train is; decides where it may stand."""

    GUIDER = "guider"
    """Off-axis guider: in front of every wheel and drawer, or it guides through the filter."""
    WHEEL = "wheel"
    DRAWER = "drawer"
    TILTER = "tilter"
    """At the camera, or it tilts more than the sensor."""
    ROTATOR = "rotator"
    HEATER = "heater"
    ADC = "adc"
    OTHER = "other"


FILTER_HOLDERS = (TrainDeviceKind.WHEEL, TrainDeviceKind.DRAWER)
SOME_WHEEL = "wheel"
"""Device of a filter that names none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainOptic:
    """The last powered element, with the plane its back focus is measured from."""

    name: str
    port: Port
    kind: OpticKind = OpticKind.SPACED
    back_focus_um: int | None = None
    back_focus_doubt: str | None = None
    """What there is to doubt about it, in words."""
    other_back_foci_um: tuple[int, ...] = ()
    """What others say of it."""
    adjustable_um: tuple[int, int] | None = None
    """The range of back focus that an adjustable optic can be set to."""
    adjuster_zero_um: int | None = None
    """Back focus with a built-in adjuster at zero; running it out takes as much off."""
    adjuster_settings: tuple[str, ...] = ()
    """The maker's settings for single telescopes, in words."""
    measured_from: str | None = None
    is_of_catalog: bool = False
    """Whether the distance is the catalog's, and so its plane is what sources say."""
    focal_ratio: float | None = None
    focal_length_mm: float | None = None
    exit_pupil_mm: float | None = None
    tolerance_um: int | None = None
    tolerance_is_own: bool = False
    """Whether its owner states it, and not the catalog."""
    tolerance_basis: str | None = None
    """Where that is from, in words; None if it is the maker's or its owner's."""
    available_um: int | None = None
    """Room behind an optic that demands no distance."""
    design_plates: tuple[Plate, ...] = ()
    """Glass that the stated back focus already includes."""
    other_ends: tuple["TrainOptic", ...] = ()
    """The same optic from another of its ends, each with a distance of its own."""

    @property
    def is_measured_inside(self) -> bool:
        """Whether its distance counts from its glass, and not from the end that parts stand on."""
        return _GLASS.search(self.measured_from or "") is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorFormat:
    """A size of sensors that has a name."""

    name: str
    """As in `a full-frame sensor`."""
    diagonal_mm: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainCamera:
    """The camera with every way to open its front that is to be tried."""

    name: str
    mounts: tuple[CameraMount, ...]
    diagonal_mm: float | None = None
    formats: tuple[SensorFormat, ...] = ()
    """What its sensor may be where its size is not known, the largest first."""
    box_parts: tuple[str, ...] = ()
    """Ids of the parts that come with it, also those that are on it when it is sold."""
    face: Port = UNKNOWN_PORT
    """Its front, where no mount has a known flange distance."""
    usual_distance: UsualLength | None = None
    """What the distance of such cameras is, where no source states its own."""
    maker: str | None = None
    disputed: bool = False
    """The mounts are not a choice: sources disagree, and each answer is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A device with a fixed place in the train."""

    part: TrainPart
    kind: TrainDeviceKind = TrainDeviceKind.OTHER
    plates: tuple[Plate, ...] = ()
    """Glass that is always in the light."""
    before: tuple[str, ...] = ()
    """Ids of devices that must stand nearer to the camera."""
    other_ends: tuple[TrainPart, ...] = ()
    """The same device with other ends that it offers: bolted on, or another generation."""
    prism_um: int | None = None
    """Of a guider: from the middle of its prism to its camera side."""
    guide_face_um: int | None = None
    """Of a guider: from the middle of its prism to the face of its guide port, slid in."""
    guide_slide_um: int | None = None
    """How far that face can be slid out."""
    guide_camera_parts: tuple[str, ...] = ()
    """Of a guider: names of what came with it for the guide camera."""
    filter_openings: tuple[FilterOpening, ...] = ()
    """Of each size of filter that it may hold."""
    measured: bool = True
    """Whether its length is known; that of the part is 0 otherwise."""
    usual_length: UsualLength | None = None
    """What things of its kind measure, where its own length is not known."""
    inside_camera: bool = False
    """Whether the camera's distance counts it: it holds filters and adds nothing."""
    maker: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wheel:
    """The slots of one wheel or drawer: one plate at a time is in the light."""

    name: str
    slots: tuple[Plate, ...]
    openings: tuple[FilterOpening, ...] = ()
    """Of its filters, where a person says their size; else those that the holder takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideCameraModel:
    """The guide camera that a person names."""

    name: str
    flange_distances: tuple[tuple[str, int], ...] = ()
    """Each way to open its front, by name, with the distance from there to its sensor in µm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainQuestion:
    """Everything that the answer depends on."""

    optic: TrainOptic
    camera: TrainCamera
    devices: tuple[Device, ...] = ()
    """From the telescope to the camera."""
    free_order: bool = False
    """Try every admissible order of the devices, instead of the one given."""
    may_reorder: bool = False
    """Try other orders where the threads of this one do not close: nobody asked for it."""
    wheels: tuple[Wheel, ...] = ()
    guide_camera: GuideCameraModel | None = None
    set_by_maker: MakerSetDistance | None = None
    """What sets the distance in place of spacers; None: spacers do."""
    parts: tuple[TrainPart, ...] = ()
    sold: tuple[TrainPart, ...] = ()
    """What a shop has, whether or not it may be bought: a missing part is looked up among it."""
    nested: tuple[tuple[str, TrainPart], ...] = ()
    """Device or part id, and what it becomes with a ring inside."""
    left_out: tuple[str, ...] = ()
    """A sentence on each part at hand that is not known well enough to be used."""
    overruled: tuple[str, ...] = ()
    """A sentence on each figure that a person states in place of the catalog's."""
    tolerance_um: int | None = None
    criteria: tuple[Criterion, ...] = DEFAULT_ORDER
    max_parts: int | None = None
    """Most parts of a train, as somebody wishes; None: the usual bound, and more where needed."""
    max_buys: int | None = None
    """The same for the parts to buy."""
    full_light_only: bool = False

    @property
    def unmeasured(self) -> tuple[str, ...]:
        """Names of what has a length that nobody knows: no total can be said then."""
        devices = [device.part.label for device in self.devices if not device.measured]
        return (*devices, *(() if self.camera.mounts else (self.camera.name,)))


def focal_ratio_of(question: TrainQuestion) -> float:
    """Return N of the beam; the usual one where it is not known."""
    return question.optic.focal_ratio or USUAL_FOCAL_RATIO


def diagonal_mm_of(question: TrainQuestion) -> float:
    """Return the sensor's diagonal; of several that it may have the largest, else the usual one."""
    camera = question.camera
    if camera.diagonal_mm is not None:
        return camera.diagonal_mm
    return camera.formats[0].diagonal_mm if camera.formats else USUAL_DIAGONAL_MM


def assumed_beam(question: TrainQuestion) -> tuple[str, ...]:
    """Return in words what of beam and sensor is not known, and taken to be usual."""
    camera = question.camera
    sensor = camera.formats[0].name if camera.formats else "APS-C"
    return (
        *(() if question.optic.focal_ratio else (f"f/{USUAL_FOCAL_RATIO:g}",)),
        *(() if camera.diagonal_mm else (f"{sensor} ({diagonal_mm_of(question):.1f} mm)",)),
    )


def cone_of(question: TrainQuestion) -> Cone:
    """Return the light that goes to the corner."""
    return Cone(
        diagonal_mm=diagonal_mm_of(question),
        focal_ratio=focal_ratio_of(question),
        exit_pupil_mm=question.optic.exit_pupil_mm,
    )


def holder_of(question: TrainQuestion, wheel: Wheel) -> Device | None:
    """Return the device that holds filters; None if they are not said to be in a single one."""
    named = [device for device in question.devices if device.part.id == wheel.name]
    holders = [device for device in question.devices if device.kind in FILTER_HOLDERS]
    if wheel.name == SOME_WHEEL and not named and len(holders) == 1:
        return holders[0]
    return named[0] if named else None


def glass_of(question: TrainQuestion, slots: Sequence[Plate] | None = None) -> Length:
    """Return what the glass behind the optic adds, less what its design includes.

    Args:
        question: The train.
        slots: The plate in the light of each wheel; the thickest of each if not given.
    """
    ratio = question.optic.focal_ratio
    chosen = thickest_plates(question) if slots is None else slots
    fixed = [plate for device in question.devices for plate in device.plates]
    added = glass_term([*fixed, *chosen], ratio)
    included = glass_term(question.optic.design_plates, ratio)
    return Length(
        low_um=added.low_um - included.high_um,
        middle_um=added.middle_um - included.middle_um,
        high_um=added.high_um - included.low_um,
    )


def thickest_plates(question: TrainQuestion) -> tuple[Plate, ...]:
    """Return the slot of each wheel that pushes the focus farthest back."""
    ratio = question.optic.focal_ratio
    return tuple(
        max(wheel.slots, key=lambda plate: glass_term([plate], ratio).middle_um)
        for wheel in question.wheels
        if wheel.slots
    )


def all_plates(question: TrainQuestion) -> tuple[Plate, ...]:
    """Return every plate that can be in the light."""
    fixed = [plate for device in question.devices for plate in device.plates]
    return (*fixed, *(plate for wheel in question.wheels for plate in wheel.slots))


def tolerance_of(question: TrainQuestion) -> tuple[int, ToleranceSource]:
    """Return how far the spacing may be off, in µm: by the user, the catalog, or a rule of thumb.

    The rule of thumb, clamp(0.5 (N/5) (28.3/diagonal), 0.25, 2) mm, is ours and no law: the
    prescription of the corrector decides. It gives 0.5 mm, usual for demanding correctors, at f/5
    and APS-C (28.3 mm diagonal), and scales with beam and sensor.
    """
    if question.tolerance_um is not None:
        return question.tolerance_um, ToleranceSource.USER
    if question.optic.tolerance_um is not None:
        is_own = question.optic.tolerance_is_own
        source = ToleranceSource.USER if is_own else ToleranceSource.CATALOG
        return question.optic.tolerance_um, source
    ratio, diagonal_mm = focal_ratio_of(question), diagonal_mm_of(question)
    rule_mm = 0.5 * (ratio / USUAL_FOCAL_RATIO) * (USUAL_DIAGONAL_MM / diagonal_mm)
    clamped_mm = min(max(rule_mm, STRICTEST_TOLERANCE_MM), LOOSEST_TOLERANCE_MM)
    return um_from_mm(clamped_mm), ToleranceSource.HEURISTIC
