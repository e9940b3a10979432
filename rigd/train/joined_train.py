"""Camera and devices with what joins their threads, where no distance asks for a length."""

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from rigd.train.question import OpticKind, TrainQuestion
from rigd.train.spacer_problem import spacer_problem
from rigd.train.spacer_search import Stack, best_stacks

NO_LIMIT_UM = 200_000
"""How long a train may be of which nobody says it; our choice: no focuser has more room."""
MOST_BOUGHT = 2
"""Whose threads take more than these parts to join, needs an adapter of its own; our choice."""


@lru_cache(maxsize=8)
def join(question: TrainQuestion, limit_um: int | None) -> Stack | None:
    """Return the train that closes with the fewest parts to buy, then the fewest parts.

    Nobody takes a tilt plate off where no distance asks for it, unless it saves a part to buy. One
    that is longer than the limit is better than none that closes.

    Args:
        question: The train.
        limit_um: What the whole train may be long, with what its glass asks; None: nobody knows.
    """
    for longest_um in (NO_LIMIT_UM,) if limit_um is None else (limit_um, limit_um + NO_LIMIT_UM):
        found = list(_join_within(question, longest_um))
        if found:
            return min(found, key=_rank)
    return None


def _rank(stack: Stack) -> tuple[int, ...]:
    return len(stack.bought), len(stack.camera.removed), len(stack.chain), stack.path_length_um


def _join_within(question: TrainQuestion, longest_um: int) -> Iterator[Stack]:
    """Yield the train with the fewest parts for each way to open the camera that closes."""
    optic = replace(
        question.optic,
        kind=OpticKind.SPACED,
        back_focus_um=None,
        adjustable_um=(1, longest_um),
        adjuster_zero_um=None,
    )
    anything = replace(question, optic=optic)
    for mount in question.camera.mounts:
        problem = spacer_problem(anything, [mount])
        wide = replace(problem, required_high_um=longest_um, max_buys=MOST_BOUGHT)
        yield from best_stacks(wide, 1)
