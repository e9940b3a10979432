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


def test_a_clients_move_ends_late_beside_one_of_rigds_that_stopped_short() -> None:
    play(
        Plan(
            tolerance=8,
            dead_band=20,
            speed=150.0,
            poll_s=1.0,
            s_per_slot=1.5,
            busy_at_once=False,
            steps_per_c=-6.0,
            guider="unpausable",
        ),
        (
            Act(0, "stall", (120,)),
            Act(4, "ask", (0, 3, "program")),
            Act(2, "move", (0, -31000, "program")),
            Act(5, "lose", ("focuser", False)),
            Act(90, "find", (False,)),
            Act(10, "adopt", (0,)),
        ),
    )


def test_a_clients_move_is_cut_off_at_its_target_where_one_of_rigds_was_to_end() -> None:
    play(
        Plan(speed=3000.0, poll_s=0.25),
        (
            Act(0.25, "doom", (0, 2)),
            Act(40, "turn", (0, 2)),
            Act(1, "push", (93,)),
            Act(0, "nap", (0.8,)),
            Act(8, "move", (0, 57, "other program")),
            Act(1, "kill", (0, 5.0)),
            Act(8, "lower_maximum", (25000,)),
            Act(0.25, "ask", (0, 5, "program")),
        ),
    )


def test_a_client_moves_a_focuser_whose_motion_by_another_was_halted() -> None:
    play(
        Plan(tolerance=1, speed=150.0, poll_s=0.25, s_per_slot=1.5, echo=True, guider="pausable"),
        (
            Act(8, "ask", (0, 1, "program")),
            Act(8, "endless", (True,)),
            Act(20, "ask", (0, 0, "program")),
            Act(300, "adopt", (0,)),
            Act(40, "push", (-311,)),
            Act(2, "hold", (0, True)),
            Act(8, "ask", (0, 3, "program")),
            Act(0, "hold", (0, False)),
            Act(3, "move", (0, -150, "program")),
        ),
    )
