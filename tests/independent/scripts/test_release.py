"""`rigd release`: nobody waits any more for a device that a human has given up."""

from tests.independent.plan import Act, Plan
from tests.independent.play import play


def test_the_wheel_goes_on_turning_beside_a_clients_move_that_was_given_up() -> None:
    play(
        Plan(reactive=False, speed=150.0, poll_s=0.25, s_per_slot=0.0, even=True),
        (
            Act(0.25, "move", (0, 31000)),
            Act(0.25, "release", (0, "focuser")),
            Act(20, "ask", (0, 4, "other program")),
        ),
    )


def test_a_focuser_that_is_back_answers_again() -> None:
    play(
        Plan(poll_s=1.0, s_per_slot=1.5, stale_ok=True, echo=True),
        (
            Act(2, "move", (0, 31000)),
            Act(0.25, "release", (0, "focuser")),
            Act(5, "lose", ("focuser", False)),
            Act(5, "find"),
            Act(0, "ask", (0, 1)),
        ),
    )


def test_a_wheel_of_which_nothing_is_waited_for_keeps_its_filter_and_what_waits_for_that() -> None:
    play(
        Plan(wheel="stacked", tolerance=8, poll_s=1.0, busy_at_once=False),
        (
            Act(40, "ask", (0, 2)),
            Act(0.5, "expose", (30.0,)),
            Act(0.5, "turn", (0, 0)),
            Act(1, "release", (0, "wheel")),
        ),
    )


def test_a_motion_that_begins_after_its_move_was_given_up_counts_again() -> None:
    play(
        Plan(
            reactive=False, speed=150.0, poll_s=1.0, s_per_slot=0.0, busy_at_once=False, echo=True
        ),
        (
            Act(0.25, "endless", (True,)),
            Act(0, "move", (0, -233)),
            Act(0.25, "release", (0, "focuser")),
            Act(4, "ask", (0, 3)),
        ),
    )


def test_a_focuser_that_was_given_up_soon_takes_moves_again() -> None:
    play(
        Plan(
            sequential=True,
            dead_band=20,
            speed=3000.0,
            even=True,
            hides=True,
            busy_at_once=False,
            echo=True,
            backlash=60,
        ),
        (
            Act(0.5, "move", (0, -57, "program")),
            Act(1, "release", (0, "focuser")),
            Act(8, "ask", (0, 5, "program")),
            Act(0.5, "move", (0, -150, "other program")),
        ),
    )


def test_a_wheel_that_has_arrived_keeps_its_filter_while_the_focuser_is_still_waited_for() -> None:
    play(
        Plan(
            reactive=False,
            sequential=True,
            dead_band=20,
            speed=3000.0,
            poll_s=0.25,
            s_per_slot=0.0,
            stale_ok=True,
            guider="unpausable",
        ),
        (
            Act(0.25, "ask", (0, 3, "program")),
            Act(40, "power", (0,)),
            Act(0, "ask", (0, 1, "other program")),
            Act(1, "release", (0, "wheel")),
        ),
    )


def test_a_filter_is_asked_for_before_a_focuser_says_that_it_stands_still() -> None:
    play(
        Plan(
            wheel="stacked",
            speed=150.0,
            poll_s=0.25,
            s_per_slot=1.5,
            even=True,
            stale_ok=True,
            echo=True,
            guider="pausable",
        ),
        (
            Act(8, "endless", (True,)),
            Act(40, "move", (0, -57, "program")),
            Act(0.5, "ask", (0, 3, "program")),
            Act(300, "adopt", (0,)),
            Act(10, "endless", (False,)),
            Act(0, "ask", (0, 0, "other program")),
            Act(8, "expose", (2.0,)),
        ),
    )
