"""What a person may do in place of a stack for which one would have to buy many parts."""

from dataclasses import replace

from rigd.train.no_stack import SHIM_UM, find_adapters, find_nearest
from rigd.train.spacer_search import SpacerProblem, Stack, build_reaches
from rigd.train.verdict import error_words
from rigd.units import mm_from_um

FEW_BUYS = 4
"""Who has to buy more has them made, or lives with what is nearest; our choice."""
NEAR_UM = 10_000
"""What is farther off is not worth a word; our choice."""


def with_few_parts(
    problem: SpacerProblem, stacks: tuple[Stack, ...], k: int
) -> tuple[tuple[Stack, ...], str | None]:
    """Return the stacks with the nearest of few parts to buy as the last, and what to say of it.

    Only where the best takes more; else they are as they were, and nothing is to be said.
    """
    if len(stacks[0].bought) <= FEW_BUYS:
        return stacks, None
    said = []
    if (made := _made_to_measure(problem)) is not None:
        said.append(f"one adapter made to measure would do, {made}")
    nearest = _find_nearest(replace(problem, max_buys=FEW_BUYS))
    if nearest is None:
        said.append(f"with up to {FEW_BUYS} to buy none comes near")
    else:
        length = f"{mm_from_um(nearest.path_length_um):g} mm, {error_words(nearest)}"
        bought = f"{len(nearest.bought)} to buy" if nearest.bought else "nothing to buy"
        last = " (the last)" if k > 1 else ""
        said.append(f"with {bought} the nearest is {length}{last}")
        if k > 1:
            stacks = (*stacks[: k - 1], nearest)
    return stacks, f"that is long: {'; '.join(said)}"


def _find_nearest(problem: SpacerProblem) -> Stack | None:
    """Return the nearest stack; one that shims cure comes before one that is too long."""
    reaches = build_reaches(problem, problem.required_high_um + NEAR_UM)
    below = find_nearest(problem, reaches, upward=False)
    above = find_nearest(problem, reaches, upward=True)
    if below is not None and -below.back_focus_error_um <= SHIM_UM:
        return below
    found = [one for one in (below, above) if one and abs(one.back_focus_error_um) <= NEAR_UM]
    return min(found, key=lambda one: abs(one.back_focus_error_um), default=None)


def _made_to_measure(problem: SpacerProblem) -> str | None:
    """Return in words the one part that would close the train without any other."""
    adapters = find_adapters(replace(problem, parts=()))
    if not adapters:
        return None
    ends = f"{adapters[0].front} to {adapters[0].back}"
    return f"{ends}, {mm_from_um(adapters[0].optical_lengths_um[0]):g} mm"
