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
