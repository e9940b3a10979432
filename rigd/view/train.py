"""The imaging train: the required path length, and the stacks of spacers that reach it.

What `rigd train` and `rigd spacers` show. Lengths are millimetres here, as on a data sheet; a share
of light is 0 to 1.
"""

from dataclasses import dataclass, field

from rigd.train.question import ToleranceSource
from rigd.view.guide_camera import GuideCameraPlace
from rigd.view.to_json import MERGED

Millimetres = tuple[float, float]
"""The least and the most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedPart:
    """A part or a device at its place."""

    id: str
    name: str
    optical_length_mm: float | None
    """None: nobody knows it."""
    length_doubt: str | None
    """What there is to doubt about it: a weak source, or others that disagree."""
    device: bool
    bought: bool
    front: str
    back: str
    turned: bool
    box: str | None
    """Where it lies, or with what it came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraFront:
    """The camera, with the way in which its front is opened."""

    id: str
    """Which way its front is opened."""
    name: str
    flange_distance_mm: float | None
    """None: nobody knows it."""
    length_doubt: str | None
    """What there is to doubt about it: a weak source, or others that disagree."""
    front: str
    note: str | None
    """What has to be done for it: what to take off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotSpacing:
    """What a filter's glass requires, and how far the stack is off behind it."""

    name: str
    required_path_length_mm: float
    back_focus_error_mm: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterLightReport:
    """What filters of one size leave of the corner's light."""

    holder: str
    size: str | None
    """None where a person states the clear width alone."""
    opening_mm: float
    opening_is_nominal: bool
    """The bore of the cell's thread or the filter's own size: no source states the clear width."""
    least: float | None
    """Where in the holder it is darkest, telecentric if the exit pupil is not known."""
    most: float | None
    """Where it is brightest, with the exit pupil at the focal length if it is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StackReport:
    """One way to build the train, from the telescope to the camera."""

    parts: tuple[PlacedPart, ...]
    camera: CameraFront
    path_length_mm: float
    adjuster_setting_mm: float | None
    """What the optic's own adjuster has to be set to; None if it has none."""
    back_focus_error_mm: float
    """Given minus required."""
    tolerance_class: int
    verdict: str
    """Whether it will do, in a few words."""
    buy: tuple[str, ...]
    corner_illumination: float | None
    corner_illumination_range: tuple[float | None, float | None] | None
    filters: tuple[FilterLightReport, ...]
    """What the filters of each size that may be in the train leave of it."""
    apertures_unknown: tuple[str, ...]
    slots: tuple[SlotSpacing, ...]
    guide_camera: GuideCameraPlace | None
    assumed: tuple[str, ...]
    """What was taken to fit though no source says so, each with what to check."""
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NearestLengths:
    """What can be reached on either side of the required length."""

    below: float | None
    above: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AdapterWanted:
    """An adapter that would make the train possible."""

    front: str
    back: str
    optical_length_mm: tuple[float, ...]
    sold: tuple[str, ...]
    """Parts of the catalog that are such a one, each by its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoStackReport:
    """Why there is no stack, and what could be done."""

    reason: str
    nothing_helps: bool
    """Whether no part that could be added makes a train of it: something must come off."""
    alone: str | None
    """How long camera and devices are alone, and what is left, in words; None: the reason says."""
    alone_mm: float
    nearest_mm: NearestLengths
    nearest: tuple[StackReport, ...]
    shim_mm: float | None
    adapters: tuple[AdapterWanted, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainTarget:
    """What a train must reach."""

    optic: str
    required_back_focus_mm: float | None
    back_focus_doubt: str | None
    """What there is to doubt about it: a weak source, or others that disagree."""
    measured_from: str | None
    glass_mm: float
    glass_range_mm: Millimetres
    tolerance_mm: float
    tolerance_source: ToleranceSource
    required_path_length_mm: float | None
    """None: the optic demands no distance."""
    set_by_maker: str | None
    """The maker's part that sets the distance in place of spacers, in words; None: spacers do."""
    uncounted_glass_mm: float | None
    """What the glass asks beyond that which this part already counts."""
    optic_end: str
    """Its end towards the camera, as far as it is known."""
    adjustable: bool
    """Whether the optic itself can be set to a range of lengths."""
    beam_assumed: tuple[str, ...]
    """What of beam and sensor is not known, and taken to be usual: the light rests on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomReport:
    """What camera and devices take, with what joins their threads, and what they leave."""

    parts: tuple[PlacedPart, ...]
    camera: CameraFront
    path_length_mm: float
    """As far as it is known."""
    limit_mm: float | None
    """What the whole train must be long, or may be at most; None: nobody knows or demands it."""
    is_demanded: bool
    """Whether it must be so long, and not only no longer."""
    left_mm: float | None
    """Below 0: it is too long already."""
    missing: tuple[str, ...]
    """What has no known length, by name: it may be as long as what is left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyLengthReport:
    """For every length that what is missing may have in a range, a stack is within the tolerance.

    Of several things without a length it is that of all together.
    """

    from_mm: float
    to_mm: float
    is_rest_too_long: bool
    """Whether nothing that is longer than the range fits at all."""
    longest_mm: float
    """What is longer makes the train too long with no ring at all."""
    example_mm: float
    """The length of which the example is: nobody measured it."""
    example: StackReport
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnspacedTrain:
    """A train of which no stack is given: none is demanded, or a length of it is not known."""

    target: TrainTarget = field(metadata=MERGED)
    stacks: tuple[StackReport, ...]
    room: RoomReport
    any_length: AnyLengthReport | None
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PossibleTrain:
    """A train with its stacks, best first."""

    target: TrainTarget = field(metadata=MERGED)
    required_range_mm: Millimetres
    stacks: tuple[StackReport, ...]
    telescope_ends_served: tuple[str, ...]
    """The usual ends from which the parts reach it, where the telescope's own is not known."""
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpossibleTrain:
    """A train for which no stack fits, with the reason."""

    target: TrainTarget = field(metadata=MERGED)
    required_range_mm: Millimetres
    stacks: tuple[StackReport, ...]
    impossible: NoStackReport
    telescope_ends_served: tuple[str, ...]
    words: tuple[str, ...]


TrainReport = PossibleTrain | ImpossibleTrain | UnspacedTrain


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownTrain:
    """The train of a rig."""

    rig: str
    report: TrainReport = field(metadata=MERGED)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownTrain:
    """Nothing can be searched for a rig: the sentence names what is not known."""

    rig: str
    unknown: str


RigTrain = KnownTrain | UnknownTrain
