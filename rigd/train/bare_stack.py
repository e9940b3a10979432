"""Camera and devices alone, with the gaps between them: what is left where nothing closes."""

from itertools import product

from rigd.train.parts import Placed, path_length_um
from rigd.train.room import choose_bare
from rigd.train.spacer_search import (
    SpacerProblem,
    Stack,
    chain_illumination,
    error_um,
    tolerance_class,
)


def bare_stack(problem: SpacerProblem, *, shortest: bool = False) -> Stack:
    """Return camera and devices without any spacer, in the order that leaves the fewest gaps.

    Its ends need not join. Of several the shortest: it leaves most room for what is missing.

    Args:
        problem: The search that found nothing.
        shortest: Whether the length counts before the gaps.
    """
    choices = product(problem.cameras, problem.orders)
    camera, devices = choose_bare(
        problem.optic,
        choices,
        lambda _, gaps, length_um: (length_um, gaps) if shortest else (gaps, length_um),
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
