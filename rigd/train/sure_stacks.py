"""The best stacks with what is bought for a disputed length as the last choice."""

from dataclasses import replace

from rigd.train.parts import TrainPart
from rigd.train.spacer_search import SpacerProblem, Stack, best_stacks, sameness_key
from rigd.train.verdict import USABLE


def sure_stacks(problem: SpacerProblem, k: int) -> tuple[Stack, ...]:
    """Return the best stacks; what one buys for a length that sources dispute comes last.

    Such a part serves where nothing that is bought for sure comes within the tolerance.
    """
    sure = tuple(
        replace(one, buyable=0) if _is_gamble(one, problem) else one for one in problem.parts
    )
    if sure == problem.parts:
        return best_stacks(problem, k)
    found = [
        one for one in best_stacks(replace(problem, parts=sure), k) if one.tolerance_class <= USABLE
    ]
    if len(found) < k:
        keys = {sameness_key(one) for one in found}
        found += [one for one in best_stacks(problem, k) if sameness_key(one) not in keys]
    return tuple(found[:k])


def _is_gamble(part: TrainPart, problem: SpacerProblem) -> bool:
    """Whether a part for sale may be off by more than the tolerance, by what others say of it."""
    off_um = (abs(part.optical_length_um - other) for other in part.other_lengths_um)
    return bool(part.buyable) and any(um > problem.tolerance_um for um in off_um)
