"""The answer of the spacer search as people read it: in millimetres and words."""

from rigd.train.advice import assumption_words, room_sentences, stack_words, target_words
from rigd.train.answer import (
    TrainAnswer,
    adjuster_setting_um,
    find_sold,
    find_usable_ends,
    slot_errors_um,
)
from rigd.train.any_length import any_length_words, no_length_words
from rigd.train.corner_light import light_range
from rigd.train.filter_light import filter_lights
from rigd.train.maker_distance import uncounted_glass_um
from rigd.train.no_stack import Explanation, bare_words
from rigd.train.parts import CameraMount
from rigd.train.question import TrainQuestion, assumed_beam
from rigd.train.room import Room, room_words
from rigd.train.spacer_problem import spacer_problem
from rigd.train.spacer_search import Stack
from rigd.train.verdict import verdict_words
from rigd.units import mm_from_um
from rigd.view.guide_camera import guide_camera_place
from rigd.view.train import (
    AdapterWanted,
    AnyLengthReport,
    CameraFront,
    FilterLightReport,
    ImpossibleTrain,
    Millimetres,
    NearestLengths,
    NoStackReport,
    PlacedPart,
    PossibleTrain,
    RoomReport,
    SlotSpacing,
    StackReport,
    TrainReport,
    TrainTarget,
    UnspacedTrain,
)


def train_report(found: TrainAnswer) -> TrainReport:
    """The answer in millimetres and words."""
    target, words = _target(found), tuple(target_words(found.question, found.glass))
    if found.order_words is not None:
        words = (found.order_words, *words)
    if found.bound_words is not None:
        words = (*words, found.bound_words)
    room = found.room
    if room is not None:
        words = (room_words(found.question, room), *words, *room_sentences(found.question, room))
        if found.any_length is None:
            words = (*words, *no_length_words(found.question, room))
        return UnspacedTrain(
            target=target,
            stacks=(),
            room=_room(found.question, room),
            any_length=_any_length(found, room),
            words=words,
        )
    problem = found.problem or spacer_problem(found.question)
    # The glass that is not exactly known widens the range that the optic demands.
    required_range_mm = _range(
        problem.required_low_um + found.glass.low_um - found.glass.middle_um,
        problem.required_high_um + found.glass.high_um - found.glass.middle_um,
    )
    stacks = tuple(_stack(found.question, stack) for stack in found.stacks)
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
        beam_assumed=assumed_beam(question),
    )


def _stack(question: TrainQuestion, stack: Stack) -> StackReport:
    camera = stack.camera
    return StackReport(
        parts=_parts(question, stack),
        camera=_camera(question, camera),
        path_length_mm=mm_from_um(stack.path_length_um),
        adjuster_setting_mm=_mm(adjuster_setting_um(question, stack)),
        back_focus_error_mm=mm_from_um(stack.back_focus_error_um),
        tolerance_class=stack.tolerance_class,
        verdict=verdict_words(question, stack),
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


def _parts(question: TrainQuestion, stack: Stack) -> tuple[PlacedPart, ...]:
    unknown = {device.part.id for device in question.devices if not device.measured}
    return tuple(
        PlacedPart(
            id=placed.part.id,
            name=placed.part.label,
            optical_length_mm=None
            if placed.part.base_id in unknown
            else mm_from_um(placed.part.optical_length_um),
            length_doubt=placed.part.length_doubt,
            device=placed.device,
            bought=placed.bought,
            front=str(placed.front),
            back=str(placed.back),
            turned=placed.turned,
            box=placed.part.box,
        )
        for placed in stack.chain
    )


def _camera(question: TrainQuestion, camera: CameraMount) -> CameraFront:
    known = bool(question.camera.mounts)
    return CameraFront(
        id=camera.id,
        name=question.camera.name,
        flange_distance_mm=mm_from_um(camera.flange_distance_um) if known else None,
        length_doubt=camera.length_doubt,
        front=str(camera.port),
        note=camera.note,
    )


def _room(question: TrainQuestion, room: Room) -> RoomReport:
    return RoomReport(
        parts=_parts(question, room.stack),
        camera=_camera(question, room.stack.camera),
        path_length_mm=mm_from_um(room.stack.path_length_um),
        limit_mm=_mm(room.limit_um),
        is_demanded=room.is_demanded,
        left_mm=_mm(room.left_um),
        missing=room.missing,
    )


def _any_length(found: TrainAnswer, room: Room) -> AnyLengthReport | None:
    served = found.any_length
    if served is None:
        return None
    return AnyLengthReport(
        from_mm=mm_from_um(served.from_um),
        to_mm=mm_from_um(served.to_um),
        is_rest_too_long=served.is_rest_too_long,
        longest_mm=mm_from_um(served.longest_um),
        example_mm=mm_from_um(served.example.length_um),
        example=_stack(served.example.question, served.example.stack),
        words=any_length_words(found.question, room, served),
    )


def _sure_light(question: TrainQuestion, stack: Stack) -> float | None:
    """The corner's light, where every opening is known and the filters leave all of it."""
    if stack.apertures_unknown or assumed_beam(question):
        return None
    if not all(light.is_full for light in filter_lights(question, stack)):
        return None
    return stack.corner_illumination


def _impossible(found: TrainAnswer, explanation: Explanation) -> NoStackReport:
    below, above = explanation.below, explanation.above
    return NoStackReport(
        reason=explanation.reason,
        nothing_helps=explanation.nothing_helps,
        alone=bare_words(explanation, found.tolerance_um),
        alone_mm=mm_from_um(explanation.bare.path_length_um),
        nearest_mm=NearestLengths(
            below=None if below is None else mm_from_um(below.path_length_um),
            above=None if above is None else mm_from_um(above.path_length_um),
        ),
        nearest=tuple(
            _stack(found.question, stack) for stack in (below, above) if stack is not None
        ),
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
