"""The imaging train: the required path length, and the stacks of spacers that reach it.

What `rigd train` and `rigd spacers` show. Lengths are millimetres here, as on a data sheet; a share
of light is 0 to 1.
"""

from dataclasses import dataclass, field

from rigd.train.advice import assumption_words, bare_words, stack_words, target_words
from rigd.train.answer import (
    TrainAnswer,
    adjuster_setting_um,
    find_sold,
    find_usable_ends,
    slot_errors_um,
)
from rigd.train.corner_light import light_range
from rigd.train.filter_light import filter_lights
from rigd.train.maker_distance import uncounted_glass_um
from rigd.train.no_stack import Explanation
from rigd.train.question import ToleranceSource, TrainQuestion
from rigd.train.spacer_search import Stack
from rigd.units import mm_from_um
from rigd.view.guide_camera import GuideCameraPlace, guide_camera_place
from rigd.view.to_json import MERGED

Millimetres = tuple[float, float]
"""The least and the most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedPart:
    """A part or a device at its place."""

    id: str
    name: str
    optical_length_mm: float
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
    flange_distance_mm: float
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


@dataclass(frozen=True, slots=True, kw_only=True)
class UnspacedTrain:
    """A train behind an optic that demands no distance."""

    target: TrainTarget = field(metadata=MERGED)
    stacks: tuple[StackReport, ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PossibleTrain:
    """A train with its stacks, best first."""

    target: TrainTarget = field(metadata=MERGED)
    required_range_mm: Millimetres
    stacks: tuple[StackReport, ...]
    telescope_ends_served: tuple[str, ...]
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


def train_report(found: TrainAnswer) -> TrainReport:
    """The answer in millimetres and words."""
    problem = found.problem
    target, words = _target(found), tuple(target_words(found.question, found.glass))
    if found.bound_words is not None:
        words = (*words, found.bound_words)
    if problem is None:
        no_target = () if found.no_target is None else (found.no_target,)
        words = (*no_target, *words, *bare_words(found.question))
        return UnspacedTrain(target=target, stacks=(), words=words)
    # The glass that is not exactly known widens the range that the optic demands.
    required_range_mm = _range(
        problem.required_low_um + found.glass.low_um - found.glass.middle_um,
        problem.required_high_um + found.glass.high_um - found.glass.middle_um,
    )
    stacks = tuple(_stack(found, stack) for stack in found.stacks)
    if found.explanation is None:
        return PossibleTrain(
            target=target,
            required_range_mm=required_range_mm,
            stacks=stacks,
            telescope_ends_served=find_usable_ends(found),
            words=words,
        )
    return ImpossibleTrain(
        target=target,
        required_range_mm=required_range_mm,
        stacks=stacks,
        impossible=_impossible(found, found.explanation),
        telescope_ends_served=find_usable_ends(found),
        words=words,
    )


def _target(found: TrainAnswer) -> TrainTarget:
    question, problem = found.question, found.problem
    optic, by_maker = question.optic, question.set_by_maker
    return TrainTarget(
        optic=optic.name,
        required_back_focus_mm=_mm(optic.back_focus_um),
        back_focus_doubt=optic.back_focus_doubt,
        measured_from=optic.measured_from,
        glass_mm=mm_from_um(found.glass.middle_um),
        glass_range_mm=_range(found.glass.low_um, found.glass.high_um),
        tolerance_mm=mm_from_um(found.tolerance_um),
        tolerance_source=found.tolerance_source,
        required_path_length_mm=None if problem is None else mm_from_um(problem.required_high_um),
        set_by_maker=None if by_maker is None else by_maker.words,
        uncounted_glass_mm=None if by_maker is None else mm_from_um(uncounted_glass_um(question)),
        optic_end=str(optic.port),
        adjustable=optic.adjustable_um is not None,
    )


def _stack(found: TrainAnswer, stack: Stack) -> StackReport:
    question, camera = found.question, stack.camera
    return StackReport(
        parts=tuple(
            PlacedPart(
                id=placed.part.id,
                name=placed.part.label,
                optical_length_mm=mm_from_um(placed.part.optical_length_um),
                length_doubt=placed.part.length_doubt,
                device=placed.device,
                bought=placed.bought,
                front=str(placed.front),
                back=str(placed.back),
                turned=placed.turned,
                box=placed.part.box,
            )
            for placed in stack.chain
        ),
        camera=CameraFront(
            id=camera.id,
            name=question.camera.name,
            flange_distance_mm=mm_from_um(camera.flange_distance_um),
            length_doubt=camera.length_doubt,
            front=str(camera.port),
            note=camera.note,
        ),
        path_length_mm=mm_from_um(stack.path_length_um),
        adjuster_setting_mm=_mm(adjuster_setting_um(question, stack)),
        back_focus_error_mm=mm_from_um(stack.back_focus_error_um),
        tolerance_class=stack.tolerance_class,
        buy=stack.bought,
        corner_illumination=_sure_light(question, stack),
        filters=tuple(
            FilterLightReport(
                holder=light.holder.id,
                size=light.opening.size,
                opening_mm=mm_from_um(light.opening.opening_um),
                opening_is_nominal=light.opening.is_nominal,
                least=light.least,
                most=light.most,
            )
            for light in filter_lights(question, stack)
        ),
        corner_illumination_range=light_range(question, stack),
        apertures_unknown=stack.apertures_unknown,
        slots=tuple(
            SlotSpacing(
                name=plate.name,
                required_path_length_mm=mm_from_um(required_um),
                back_focus_error_mm=mm_from_um(error_um),
            )
            for plate, required_um, error_um in slot_errors_um(question, stack)
        ),
        guide_camera=guide_camera_place(question, stack),
        assumed=tuple(assumption_words(question, stack)),
        words=tuple(stack_words(question, stack)),
    )


def _sure_light(question: TrainQuestion, stack: Stack) -> float | None:
    """The corner's light, where every opening is known and the filters leave all of it."""
    if stack.apertures_unknown:
        return None
    if not all(light.is_full for light in filter_lights(question, stack)):
        return None
    return stack.corner_illumination


def _impossible(found: TrainAnswer, explanation: Explanation) -> NoStackReport:
    below, above = explanation.below, explanation.above
    return NoStackReport(
        reason=explanation.reason,
        nothing_helps=explanation.nothing_helps,
        nearest_mm=NearestLengths(
            below=None if below is None else mm_from_um(below.path_length_um),
            above=None if above is None else mm_from_um(above.path_length_um),
        ),
        nearest=tuple(_stack(found, stack) for stack in (below, above) if stack is not None),
        shim_mm=_mm(explanation.shim_um),
        adapters=tuple(
            AdapterWanted(
                front=str(adapter.front),
                back=str(adapter.back),
                optical_length_mm=tuple(mm_from_um(um) for um in adapter.optical_lengths_um),
                sold=tuple(part.label for part in find_sold(found.question, adapter)),
            )
            for adapter in explanation.adapters
        ),
    )


def _mm(length_um: int | None) -> float | None:
    return None if length_um is None else mm_from_um(length_um)


def _range(low_um: int, high_um: int) -> Millimetres:
    return mm_from_um(low_um), mm_from_um(high_um)
