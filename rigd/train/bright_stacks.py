"""Stacks that leave the corners their light, where those of the fewest parts do not."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rigd.train.merit import DEFAULT_ORDER
from rigd.train.question import TrainQuestion
from rigd.train.reachable_lengths import LIGHT_FLOORS
from rigd.train.spacer_search import SpacerProblem, Stack
from rigd.train.sure_stacks import sure_stacks
from rigd.train.verdict import USABLE

HALF = LIGHT_FLOORS.index(0.5)
"""The darkest class that leaves the corners half of their light; our choice: less is no picture."""
MOST = LIGHT_FLOORS.index(0.75)
"""Who gets so much need not buy more for the rest."""
MORE_BUYS, MOST_BUYS = 2, 8
"""So many parts more than is usual, and so many in all, may be bought for light; our choice."""


def light_class(stack: Stack) -> int:
    """Return the class of the corner's light; that which is not known counts as all of it."""
    lit = 1.0 if stack.corner_illumination is None else stack.corner_illumination
    return next(level for level, floor in enumerate(LIGHT_FLOORS) if lit >= floor)


def with_bright_stack(
    question: TrainQuestion, problem: SpacerProblem, stacks: tuple[Stack, ...], k: int
) -> tuple[tuple[Stack, ...], str | None]:
    """Return the stacks with the best of those that darken the corners less, and what to say of it.

    Where the best leaves the corners less than half of their light, one that leaves more comes
    first: it is the better picture, though it takes more parts. Else fewer parts come before light,
    and the brighter one stands in place of the last. An order that somebody wishes holds.
    """
    if question.camera.disputed or question.criteria != DEFAULT_ORDER:
        return stacks, None
    brightest = min(stacks, key=light_class)
    found = next(_find_brighter(question, problem, light_class(brightest)), None)
    if light_class(stacks[0]) > HALF and light_class(found or brightest) <= HALF:
        bright = found or brightest
        others = [one for one in stacks if one is not bright]
        return (bright, *others)[:k], _words(stacks[0], bright)
    if found is None or k == 1:
        return stacks, None
    return (*stacks[: k - 1], found), None


def _find_brighter(question: TrainQuestion, problem: SpacerProblem, dark: int) -> Iterator[Stack]:
    """Yield stacks within the tolerance of a lighter class, the lightest that is worth it first."""
    if not dark:
        return
    classes: Sequence[int] = (0,) if dark == MOST else range(MOST, dark)
    buys = [problem.max_buys]
    more = problem.max_buys + MORE_BUYS
    if question.max_buys is None and dark > HALF and more <= MOST_BUYS:
        buys.append(more)
    for level in classes:
        for most in buys:
            lit = sure_stacks(replace(problem, darkest=level, max_buys=most), 1)
            yield from (one for one in lit if one.tolerance_class <= USABLE)


def _words(dark: Stack, bright: Stack) -> str | None:
    """Say why a stack of more parts stands first; nothing if it has no more."""
    if (len(bright.bought), len(bright.chain)) <= (len(dark.bought), len(dark.chain)):
        return None
    more, fewer = (
        f"{len(one.bought)} to buy" if one.bought else "nothing to buy" for one in (bright, dark)
    )
    return (
        f"a train of fewer parts ({fewer}) leaves the corners less than half of their light: the"
        f" first ({more}) leaves more, though it has more parts"
    )
