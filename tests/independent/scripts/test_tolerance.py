"""Within the tolerance the commanded place counts, and a motion of no step is nobody's."""

from tests.independent.plan import Act, Plan
from tests.independent.play import play


def test_a_client_moves_a_focuser_that_stopped_short_beside_where_it_was_sent() -> None:
    play(
        Plan(
            wheel="stacked",
            reactive=False,
            tolerance=1,
            speed=150.0,
            s_per_slot=0.0,
            even=True,
            busy_at_once=False,
            backlash=60,
        ),
        (
            Act(8, "move", (0, 57, "other program")),
            Act(40, "jam", (0, True)),
            Act(0.25, "stall", (120,)),
            Act(20, "ask", (0, 1)),
            Act(4, "move", (0, 1)),
        ),
    )


def test_a_focuser_that_says_that_it_moves_and_does_not_is_moved_for_no_filter() -> None:
    play(
        Plan(rigs=2, tolerance=8, poll_s=0.25, echo=True, backlash=60),
        (
            Act(1, "mode", (0, "publish")),
            Act(1, "nap", (35.0,)),
            Act(0.25, "ask", (1, 1)),
            Act(2, "ask", (0, 2)),
        ),
    )


def test_a_focuser_that_only_says_for_ever_that_it_moves_is_moved_for_no_later_filter() -> None:
    play(
        Plan(
            mode="observe",
            speed=150.0,
            poll_s=0.25,
            s_per_slot=0.0,
            busy_at_once=False,
            echo=True,
        ),
        (
            Act(0, "push", (-93,)),
            Act(0, "endless", (True,)),
            Act(40, "ask", (0, 3)),
            Act(40, "ask", (0, 1, "other program")),
        ),
    )
