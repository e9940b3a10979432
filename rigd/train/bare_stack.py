"""The train to draw where nothing closes: camera and devices alone, with the gaps between them."""

from itertools import product

from rigd.train.answer import TrainAnswer
from rigd.train.parts import Placed, path_length_um
from rigd.train.room import choose_bare
from rigd.train.spacer_problem import spacer_problem
from rigd.train.spacer_search import (
    SpacerProblem,
    Stack,
    chain_illumination,
    error_um,
    tolerance_class,
)


def stack_to_show(found: TrainAnswer) -> Stack:
    """Return the best stack of an answer, or what comes nearest."""
    if found.stacks:
        return found.stacks[0]
    if found.room is not None:
        return found.room.stack
    explanation = found.explanation
    nearest = () if explanation is None else (explanation.below, explanation.above)
    shown = next((stack for stack in nearest if stack is not None), None)
    return bare_stack(spacer_problem(found.question)) if shown is None else shown


def bare_stack(problem: SpacerProblem) -> Stack:
    """Return camera and devices without any spacer, in the order that leaves the fewest gaps.

    Its ends need not join. Of several the shortest: it leaves most room for what is missing.
    """
    choices = product(problem.cameras, problem.orders)
    camera, devices = choose_bare(
        problem.optic, choices, lambda _, gaps, length_um: (gaps, length_um)
    )
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
