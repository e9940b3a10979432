"""A client's Move: it is heeded, once, and to where that client meant it."""

from tests.independent.plan import Act, Plan
from tests.independent.play import play


def test_a_place_asked_for_twice_is_reached_also_where_a_humans_word_names_it_anew() -> None:
    play(
        Plan(speed=150.0, poll_s=0.25, hides=True, backlash=60),
        (
            Act(40, "turn", (0, 1)),
            Act(3, "push", (380,)),
            Act(6, "move", (0, -700, "program")),
            Act(0, "move", (0, -700, "program")),
            Act(40, "adopt", (0,)),
            Act(80, "wait"),
        ),
    )
