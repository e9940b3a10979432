"""Filters known against each other alone: S lies 170 steps before O, and L nobody knows where."""

from tests.independent.acts import perform
from tests.independent.observatory import START, Observatory
from tests.independent.peace import make_peace
from tests.independent.plan import Act, Plan

L, S, O = 0, 2, 3  # noqa: E741 - a filter's name
FOUND = START + 93
FOCUS = (
    Act(4, "push", (300,)),
    Act(8, "expose", (2.0,)),
    Act(3, "push", (-150,)),
    Act(8, "expose", (2.0,)),
    Act(3, "push", (-150,)),
    Act(8, "expose", (2.0,)),
    Act(3, "push", (93,)),
    Act(200, "expose", (2.0,)),
    Act(9, "wait"),
)
"""Another program focuses."""


def ask(world: Observatory, slot: int) -> int:
    """A client asks for a filter; where the focuser then stands."""
    perform(world, Act(30, "ask", (0, slot, "program")))
    perform(world, Act(20, "wait"))
    return world.focuser.position


def test_a_change_among_peers_is_applied_once_one_of_them_was_focused() -> None:
    world = Observatory(Plan(groups=True), frozenset())

    before = [ask(world, O), ask(world, S), ask(world, O)]
    for act in FOCUS:
        perform(world, act)
    after = [ask(world, S), ask(world, O), ask(world, L)]

    assert before == [START] * 3
    assert after == [FOUND - 170, FOUND, FOUND]
    make_peace(world)
