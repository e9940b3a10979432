"""Plays a case, and makes a failing one as short as it gets."""

from collections.abc import Sequence

from tests.independent.acts import perform
from tests.independent.observatory import Observatory
from tests.independent.peace import make_peace
from tests.independent.plan import Act, Plan
from tests.independent.rules import Broken, Rule


def play(plan: Plan, acts: Sequence[Act], forgiven: frozenset[Rule] = frozenset()) -> int:
    """Play a case to its end; how many events rigd took in.

    Args:
        plan: what there is.
        acts: what happens.
        forgiven: rules that are known to be broken today.

    Raises:
        Broken: an invariant does not hold.
    """
    world = Observatory(plan, forgiven)
    for one in acts:
        perform(world, one)
    make_peace(world)
    return world.events


def verdict(
    plan: Plan, acts: Sequence[Act], forgiven: frozenset[Rule] = frozenset()
) -> Exception | None:
    """What is broken in a case; a crash of rigd's core counts."""
    try:
        play(plan, acts, forgiven)
    except Exception as wrong:  # noqa: BLE001 - whatever rigd raises is a finding
        return wrong
    return None


def is_same(one: Exception | None, other: Exception | None) -> bool:
    """Whether two cases break the same rule."""
    if isinstance(one, Broken) and isinstance(other, Broken):
        return one.rule is other.rule
    return type(one) is type(other)


def shrink(
    plan: Plan,
    acts: Sequence[Act],
    wrong: Exception,
    forgiven: frozenset[Rule] = frozenset(),
    tries: int = 400,
) -> tuple[Act, ...]:
    """The same violation with fewer acts: delta debugging over the list."""
    kept = list(acts)
    size = max(1, len(kept) // 2)
    while size >= 1 and tries > 0:
        at, shorter = 0, False
        while at < len(kept) and tries > 0:
            fewer = kept[:at] + kept[at + size :]
            tries -= 1
            if is_same(verdict(plan, fewer, forgiven), wrong):
                kept, shorter = fewer, True
            else:
                at += size
        size = size if shorter and size == 1 else size // 2
    return tuple(kept)
