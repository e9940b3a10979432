"""Limits: a client asks for a place, or a filter belongs to one, at an end of the travel."""

from tests.independent.plan import Act, Plan
from tests.independent.play import play


def test_a_hidden_step_lies_beyond_the_maximum() -> None:
    play(
        Plan(poll_s=1.0, hides=True, stale_ok=True, busy_at_once=False),
        (
            Act(40, "move", (0, 1)),
            Act(40, "move", (0, 31000)),
            Act(1, "lose", ("focuser", False)),
            Act(100, "find"),
            Act(9, "move", (0, -500)),
        ),
    )


def test_a_client_that_stands_below_0_asks_for_less() -> None:
    play(
        Plan(wheel="stacked", tolerance=1, poll_s=1.0, s_per_slot=0.0),
        (
            Act(0.5, "move", (0, -31000)),
            Act(41, "turn", (0, 3)),
            Act(70.5, "ask", (0, 1)),
            Act(0.25, "lose", ("focuser", True)),
            Act(1, "find"),
            Act(4, "move", (0, -233)),
        ),
    )


def test_the_maximum_is_lowered_before_a_move_turns_back() -> None:
    play(
        Plan(wheel="stacked", tolerance=8, speed=150.0, poll_s=1.0, backlash=60),
        (
            Act(1, "turn", (0, 1)),
            Act(7, "turn", (0, 0)),
            Act(4, "adopt", (0,)),
            Act(0.25, "lower_maximum", (25000,)),
            Act(1, "move", (0, 50)),
        ),
    )


def test_a_client_that_stands_beyond_the_maximum_asks_for_more() -> None:
    play(
        Plan(dead_band=20, speed=150.0, poll_s=0.25, stale_ok=True),
        (
            Act(0.5, "push", (380,)),
            Act(40, "ask", (0, 3, "program")),
            Act(20, "lower_maximum", (30200,)),
            Act(1, "move", (0, 3000)),
        ),
    )


def test_a_clients_target_stays_what_it_was_clamped_to_when_it_was_asked() -> None:
    play(
        Plan(tolerance=1, dead_band=20, speed=3000.0, poll_s=1.0, s_per_slot=1.5, steps_per_c=-6.0),
        (
            Act(0.25, "turn", (0, 3)),
            Act(8, "endless", (True,)),
            Act(0.25, "move", (0, -31000, "program")),
            Act(0, "ask", (0, 1, "program")),
            Act(0, "move", (0, -31000, "other program")),
        ),
    )


def test_a_filter_is_out_of_reach_of_where_the_focuser_says_that_it_stands() -> None:
    play(
        Plan(tolerance=1, poll_s=1.0, stale_ok=True),
        (
            Act(1, "move", (0, -31000, "program")),
            Act(90, "nudge", (311,)),
            Act(0.5, "ask", (0, 3, "program")),
        ),
    )


def test_a_maximum_is_set_below_a_focuser_for_which_a_clients_move_waits() -> None:
    play(
        Plan(tolerance=8, speed=150.0, s_per_slot=0.0, even=True, busy_at_once=False, echo=True),
        (
            Act(0.5, "ask", (0, 3)),
            Act(0.5, "move", (0, 233)),
            Act(0.25, "lower_maximum", (25000,)),
            Act(1, "move", (0, 50)),
            Act(0.5, "ask", (0, 1)),
        ),
    )


def test_a_client_that_stands_where_it_asks_for_is_heeded_before_another_moves_the_focuser() -> (
    None
):
    play(
        Plan(rigs=2, speed=3000.0, poll_s=0.25),
        (
            Act(0, "move", (0, 31000)),
            Act(4, "nap", (5.0,)),
            Act(40, "push", (-93,)),
            Act(4, "move", (1, 233)),
        ),
    )


def test_a_clients_target_is_clamped_by_what_was_to_be_rigds_when_it_was_asked() -> None:
    play(
        Plan(sequential=True, speed=3000.0, poll_s=1.0, even=True, hides=True),
        (
            Act(40, "ask", (0, 1)),
            Act(0.25, "doom", (0, 2)),
            Act(4, "turn", (0, 0)),
            Act(0.5, "mode", (0, "observe")),
            Act(4, "move", (0, 31000)),
        ),
    )


def test_a_move_belongs_where_its_second_leg_ends() -> None:
    play(
        Plan(tolerance=8, s_per_slot=1.5, stale_ok=True, echo=True, backlash=60, steps_per_c=-6.0),
        (
            Act(0.25, "push", (-311,)),
            Act(1, "ask", (0, 3)),
        ),
    )
