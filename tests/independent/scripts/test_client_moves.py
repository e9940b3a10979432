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


def test_a_move_of_others_found_in_place_of_a_clients_is_for_nobody_knows_which_filter() -> None:
    play(
        Plan(mode="observe", tolerance=8, poll_s=1.0),
        (
            Act(0, "nap", (6.0,)),
            Act(0, "ask", (0, 3)),
            Act(40, "move", (0, 700)),
            Act(0.25, "kill", (0, 30.0)),
            Act(2, "push", (-93,)),
        ),
    )
