"""The train to draw where nothing closes: camera and devices alone, with the gaps between them."""

from itertools import pairwise, product

from rigd.train.answer import TrainAnswer
from rigd.train.parts import CameraMount, Placed, TrainPart, may_join, path_length_um
from rigd.train.spacer_search import (
    SpacerProblem,
    Stack,
    chain_illumination,
    error_um,
    tolerance_class,
)


def stack_to_show(found: TrainAnswer) -> Stack | None:
    """Return the best stack of an answer, or what comes nearest; None if no length is asked for."""
    if found.stacks:
        return found.stacks[0]
    if found.problem is None:
        return None
    explanation = found.explanation
    nearest = () if explanation is None else (explanation.below, explanation.above)
    return next((stack for stack in nearest if stack is not None), bare_stack(found.problem))


def bare_stack(problem: SpacerProblem) -> Stack:
    """Return camera and devices without any spacer, in the order that leaves the fewest gaps.

    Its ends need not join. Of several the shortest: it leaves most room for what is missing.
    """
    choices = product(problem.cameras, problem.orders)
    camera, devices = min(choices, key=lambda one: _rank(problem, *one))
    chain = tuple(Placed(part=part, device=True) for part in devices)
    path_um = path_length_um(chain, camera)
    lit, unknown = chain_illumination(problem.cone, chain, camera)
    return Stack(
        chain=chain,
        camera=camera,
        path_length_um=path_um,
        back_focus_error_um=error_um(problem, path_um),
        tolerance_class=tolerance_class(problem, path_um),
        corner_illumination=lit,
        apertures_unknown=unknown,
    )


def _rank(
    problem: SpacerProblem, camera: CameraMount, devices: tuple[TrainPart, ...]
) -> tuple[int, int]:
    ports = [problem.optic, *(p for part in devices for p in (part.front, part.back)), camera.port]
    pairs = list(pairwise(ports))[::2]
    gaps = sum(not may_join(back, front) for back, front in pairs)
    length_um = camera.flange_distance_um + sum(part.optical_length_um for part in devices)
    return gaps, length_um
