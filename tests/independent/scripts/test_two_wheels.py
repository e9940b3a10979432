"""Two stacked wheels, which others turn too."""

from tests.independent.plan import Act, Plan
from tests.independent.play import play


def test_a_hand_sends_one_of_two_wheels_where_rigd_has_sent_it() -> None:
    play(
        Plan(wheel="stacked", sequential=True, speed=3000.0, poll_s=0.25, s_per_slot=1.5),
        (
            Act(1, "ask", (0, 3, "program")),
            Act(0.25, "turn", (0, 2)),
        ),
    )


def test_a_hand_turns_one_of_two_wheels_in_the_instant_of_a_clients_request() -> None:
    play(
        Plan(wheel="stacked", sequential=True, s_per_slot=0.0, guider="pausable"),
        (
            Act(8, "guide", (True,)),
            Act(0, "deafen_guider", (True,)),
            Act(8, "ask", (0, 3, "program")),
            Act(8, "guide", (False,)),
            Act(0.5, "ask", (0, 3, "program")),
            Act(0, "turn", (0, 1)),
        ),
    )


def test_a_client_sends_the_focuser_away_to_where_a_move_was_to_end_that_stopped_short() -> None:
    play(
        Plan(
            wheel="stacked",
            tolerance=8,
            dead_band=20,
            speed=150.0,
            s_per_slot=0.0,
            echo=True,
            groups=True,
        ),
        (
            Act(20, "ask", (0, 1, "program")),
            Act(20, "stall", (9,)),
            Act(40, "ask", (0, 2, "program")),
            Act(2, "trim", (0, 0)),
            Act(0, "hiccup", (0,)),
            Act(0.5, "move", (0, 700, "program")),
            Act(0.5, "push", (-311,)),
            Act(0, "ask", (0, 3)),
        ),
    )
