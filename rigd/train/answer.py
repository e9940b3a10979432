"""The answer to a train question, as data: stacks or the reason why there are none, and words.

Lengths are millimetres here, as on a data sheet; a share of light is 0 to 1.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, zip_longest

from rigd.optics.back_focus import Length, Plate, guide_camera_distance, required_path_length
from rigd.train.advice import stack_words, target_words
from rigd.train.connection import End, Gender
from rigd.train.no_stack import Explanation, explain
from rigd.train.parts import Port
from rigd.train.question import (
    OpticKind,
    ToleranceSource,
    TrainDeviceKind,
    TrainQuestion,
    glass_of,
    problem_of,
    thickest,
    tolerance,
)
from rigd.train.spacer_search import SpacerProblem, Stack, best_stacks, chain_illumination
from rigd.units import mm_from_um

Json = Mapping[str, object]

USUAL_ENDS = ("M42x0.75", "M48x0.75", "M54x0.75", "M68x1")
"""What telescopes mostly end in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainAnswer:
    """What was found; `stacks` is empty exactly if `explanation` or `no_target` is set."""

    question: TrainQuestion
    problem: SpacerProblem | None
    glass: Length
    tolerance_um: int
    tolerance_source: ToleranceSource
    stacks: tuple[Stack, ...] = ()
    explanation: Explanation | None = None
    no_target: str | None = None
    """Why there is nothing to search for."""


def answer(question: TrainQuestion, k: int = 5) -> TrainAnswer:
    """The k best stacks of a question, or why there are none.

    Raises:
        TrainError: what is asked contradicts itself, or the optic's distance is not known.
    """
    tolerance_um, source = tolerance(question)
    glass = glass_of(question)
    if question.optic.kind is OpticKind.PETZVAL:
        return TrainAnswer(
            question=question,
            problem=None,
            glass=glass,
            tolerance_um=tolerance_um,
            tolerance_source=source,
            no_target=_petzval_words(question),
        )
    problem = problem_of(question)
    stacks = _disputed_stacks(question, k) if question.camera.disputed else best_stacks(problem, k)
    return TrainAnswer(
        question=question,
        problem=problem,
        glass=glass,
        tolerance_um=tolerance_um,
        tolerance_source=source,
        stacks=stacks,
        explanation=None if stacks else explain(problem),
    )


def slot_errors_um(question: TrainQuestion, stack: Stack) -> tuple[tuple[Plate, int, int], ...]:
    """Each slot with the length it requires and the error that the stack leaves to it.

    With several wheels the others stand at their thickest.
    """
    optic = question.optic
    back_focus_um = stack.path_length_um - stack.back_focus_error_um - glass_of(question).middle_um
    others = thickest(question)
    fixed = tuple(plate for device in question.devices for plate in device.plates)
    found: list[tuple[Plate, int, int]] = []
    for number, wheel in enumerate(question.wheels):
        for plate in wheel.slots:
            plates = (*fixed, *others[:number], plate, *others[number + 1 :])
            required = required_path_length(
                back_focus_um,
                plates,
                focal_ratio=optic.focal_ratio,
                design_plates=optic.design_plates,
            )
            error_um = stack.path_length_um - required.middle_um
            found.append((plate, required.middle_um, error_um))
    return tuple(found)


def ends_served(found: TrainAnswer) -> tuple[str, ...]:
    """Which usual telescope ends the parts at hand serve within the same tolerance."""
    if found.problem is None:
        return ()
    served = []
    for standard in USUAL_ENDS:
        end = Port(end=End(standard=standard, gender=Gender.MALE))
        if best_stacks(replace(found.problem, optic=end), 1):
            served.append(f"{end}")
    return tuple(served)


def as_json(found: TrainAnswer) -> Json:
    """The answer as `rigd spacers --json` prints it."""
    question, optic = found.question, found.question.optic
    result: dict[str, object] = {
        "optic": optic.name,
        "required_back_focus_mm": _mm(optic.back_focus_um),
        "measured_from": optic.measured_from,
        "glass_mm": _mm(found.glass.middle_um),
        "glass_range_mm": _range(found.glass.low_um, found.glass.high_um),
        "tolerance_mm": _mm(found.tolerance_um),
        "tolerance_source": str(found.tolerance_source),
    }
    problem = found.problem
    if problem is None:
        return {
            **result,
            "required_path_length_mm": None,
            "stacks": [],
            "words": [found.no_target, *target_words(question, found.glass)],
        }
    result["required_path_length_mm"] = _mm(problem.required_high_um)
    slack_low = found.glass.low_um - found.glass.middle_um
    slack_high = found.glass.high_um - found.glass.middle_um
    result["required_range_mm"] = _range(
        problem.required_low_um + slack_low, problem.required_high_um + slack_high
    )
    result["stacks"] = [_stack(found, stack) for stack in found.stacks]
    if found.explanation is not None:
        result["impossible"] = _impossible(found, found.explanation)
    result["telescope_ends_served"] = list(ends_served(found))
    result["words"] = target_words(question, found.glass)
    return result


def _disputed_stacks(question: TrainQuestion, k: int) -> tuple[Stack, ...]:
    """The best of each disputed value, in turn: neither may hide the other."""
    each = [best_stacks(problem_of(question, [mount]), k) for mount in question.camera.mounts]
    return tuple(stack for stack in chain.from_iterable(zip_longest(*each)) if stack is not None)


def _petzval_words(question: TrainQuestion) -> str:
    optic = question.optic
    words = f"{optic.name} demands no distance: only make sure that the focuser reaches the focus"
    shortest_um = min(mount.flange_distance_um for mount in question.camera.mounts) + sum(
        device.part.optical_length_um for device in question.devices
    )
    if optic.available_um is None:
        return f"{words}; camera and devices take {mm_from_um(shortest_um):g} mm"
    left_um = optic.available_um + glass_of(question).middle_um - shortest_um
    if left_um < 0:
        return f"{words}; camera and devices are {mm_from_um(-left_um):g} mm too long for it"
    return (
        f"{words}; camera and devices take {mm_from_um(shortest_um):g} mm of"
        f" {mm_from_um(optic.available_um):g} mm, {mm_from_um(left_um):g} mm are left"
    )


def _stack(found: TrainAnswer, stack: Stack) -> Json:
    question, problem = found.question, found.problem
    slots = slot_errors_um(question, stack)
    return {
        "parts": [
            {
                "id": placed.part.id,
                "optical_length_mm": _mm(placed.part.optical_length_um),
                "device": placed.device,
                "front": str(placed.front),
                "back": str(placed.back),
                "turned": placed.turned,
                "box": placed.part.box,
            }
            for placed in stack.chain
        ],
        "camera": {
            "id": stack.camera.id,
            "flange_distance_mm": _mm(stack.camera.flange_distance_um),
            "front": str(stack.camera.port),
            "note": stack.camera.note,
        },
        "path_length_mm": _mm(stack.path_length_um),
        "back_focus_error_mm": _mm(stack.back_focus_error_um),
        "tolerance_class": stack.tolerance_class,
        "buy": list(stack.bought),
        "corner_illumination": None if stack.apertures_unknown else stack.corner_illumination,
        "corner_illumination_range": _light_range(question, problem, stack),
        "apertures_unknown": list(stack.apertures_unknown),
        "slots": [
            {
                "name": plate.name,
                "required_path_length_mm": _mm(required_um),
                "back_focus_error_mm": _mm(error_um),
            }
            for plate, required_um, error_um in slots
        ],
        "guide_camera": _guide_camera(question, stack),
        "words": stack_words(question, stack),
    }


def _light_range(
    question: TrainQuestion, problem: SpacerProblem | None, stack: Stack
) -> Sequence[float | None] | None:
    """The corner's light, least and most; None within for a limit that nobody can give.

    Most: with the exit pupil at the focal length, where it is not known, and with openings as wide
    as their threads allow. Least: telecentric light, and only if every opening is known.
    """
    optic = question.optic
    if problem is None or problem.cone is None:
        return None
    least = None if stack.apertures_unknown else stack.corner_illumination
    if optic.exit_pupil_mm is not None:
        return [least, stack.corner_illumination]
    if optic.focal_length_mm is None:
        return [least, None]
    near = replace(problem.cone, exit_pupil_mm=optic.focal_length_mm)
    return [least, chain_illumination(near, stack.chain, stack.camera)[0]]


def _guide_camera(question: TrainQuestion, stack: Stack) -> Json | None:
    """Where the guide camera of an off-axis guider must stand, as far as its prism is known."""
    guiders = {d.part.id: d for d in question.devices if d.kind is TrainDeviceKind.GUIDER}
    for place, placed in enumerate(stack.chain):
        guider = guiders.get(placed.part.base_id) if placed.device else None
        if guider is None:
            continue
        behind = stack.chain[place + 1 :]
        names = {one.part.base_id for one in behind if one.device}
        main_um = stack.camera.flange_distance_um + sum(
            one.part.optical_length_um for one in behind
        )
        plates = [p for d in question.devices if d.part.id in names for p in d.plates]
        plates += [
            plate
            for wheel, plate in zip(question.wheels, thickest(question), strict=True)
            if wheel.name in names or wheel.name == "wheel"
        ]
        distance = guide_camera_distance(main_um + (guider.prism_um or 0), plates)
        known = guider.prism_um is not None
        return {
            "guider": guider.part.id,
            "main_sensor_behind_guider_mm": _mm(main_um),
            "from_prism_mm": _mm(distance.middle_um) if known else None,
            "from_prism_less_prism_to_back_mm": None if known else _mm(distance.middle_um),
            "range_mm": _range(distance.low_um, distance.high_um),
        }
    return None


def _impossible(found: TrainAnswer, explanation: Explanation) -> Json:
    below, above = explanation.below, explanation.above
    return {
        "reason": explanation.reason,
        "nearest_mm": {
            "below": None if below is None else _mm(below.path_length_um),
            "above": None if above is None else _mm(above.path_length_um),
        },
        "nearest": [_stack(found, stack) for stack in (below, above) if stack is not None],
        "shim_mm": _mm(explanation.shim_um),
        "adapters": [
            {
                "front": str(adapter.front),
                "back": str(adapter.back),
                "optical_length_mm": [_mm(um) for um in adapter.optical_lengths_um],
            }
            for adapter in explanation.adapters
        ],
    }


def _mm(length_um: int | None) -> float | None:
    return None if length_um is None else mm_from_um(length_um)


def _range(low_um: int, high_um: int) -> Sequence[float]:
    return [mm_from_um(low_um), mm_from_um(high_um)]
