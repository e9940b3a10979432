"""Autofocus: what counts as one, when it is over, and what it has found."""

from tests.independent.plan import Act, Plan
from tests.independent.play import play


def test_an_autofocus_that_turns_the_wheel_first_is_the_focus_of_that_filter() -> None:
    play(
        Plan(tolerance=8, s_per_slot=0.0),
        (
            Act(4, "push", (300,)),
            Act(1.5, "turn", (0, 1)),
            Act(8, "expose", (2.0,)),
            Act(3, "push", (-150,)),
            Act(8, "expose", (2.0,)),
            Act(3, "push", (-150,)),
            Act(8, "expose", (2.0,)),
            Act(3, "push", (93,)),
            Act(200, "expose", (2.0,)),
            Act(9, "wait"),
        ),
    )


def test_a_focuser_says_for_long_that_it_moves_and_so_an_autofocus_is_not_over() -> None:
    play(
        Plan(poll_s=0.25, s_per_slot=1.5, busy_at_once=False, echo=True),
        (
            Act(3, "push", (-150,)),
            Act(8, "expose", (2.0,)),
            Act(3, "push", (-150,)),
            Act(8, "expose", (2.0,)),
            Act(3, "push", (187,)),
            Act(0, "endless", (True,)),
            Act(300, "adopt", (0,)),
            Act(60, "endless", (False,)),
            Act(20, "ask", (0, 1, "program")),
        ),
    )


def test_a_program_reports_its_autofocus_when_its_last_move_is_over() -> None:
    play(
        Plan(
            wheel="manual",
            tolerance=8,
            poll_s=1.0,
            s_per_slot=1.5,
            even=True,
            busy_at_once=False,
            echo=True,
            steps_per_c=-6.0,
        ),
        (
            Act(4, "ask", (0, 2, "program")),
            Act(2, "swap", (0, 3)),
            Act(3, "move", (0, -150, "program")),
            Act(8, "expose", (2.0,)),
            Act(3, "move", (0, -150, "program")),
            Act(3, "move", (0, -150, "program")),
            Act(3, "move", (0, -150, "program")),
            Act(8, "expose", (2.0,)),
            Act(3, "move", (0, 337, "program")),
            Act(4, "report", (0,)),
        ),
    )


def test_a_clients_own_move_that_began_late_is_no_part_of_an_autofocus_for_certain() -> None:
    play(
        Plan(
            reactive=False, dead_band=20, speed=3000.0, poll_s=0.25, hides=True, busy_at_once=False
        ),
        (
            Act(1, "ask", (0, 3, "program")),
            Act(2, "profile", (0, False, True)),
            Act(0, "nap", (6.0,)),
            Act(3, "move", (0, -150, "program")),
            Act(3, "move", (0, -150, "program")),
            Act(3, "expose", (2.0,)),
            Act(3, "move", (0, -150, "program")),
            Act(3, "move", (0, -150, "program")),
            Act(3, "expose", (2.0,)),
            Act(3, "move", (0, 337, "program")),
        ),
    )


def test_another_program_sends_the_focuser_beyond_an_end_of_its_travel() -> None:
    play(
        Plan(sequential=True, tolerance=1, speed=150.0, s_per_slot=0.0, stale_ok=True),
        (
            Act(40, "ask", (0, 3, "program")),
            Act(40, "hiccup", (0,)),
            Act(0.25, "power", (0,)),
            Act(8, "doom", (0, 7)),
            Act(4, "push", (300,)),
            Act(1.5, "turn", (0, 0)),
            Act(3, "push", (-150,)),
            Act(3, "expose", (2.0,)),
            Act(3, "push", (-150,)),
            Act(3, "expose", (2.0,)),
            Act(3, "push", (-150,)),
            Act(3, "expose", (2.0,)),
            Act(3, "push", (337,)),
        ),
    )


def test_an_autofocus_that_rests_before_it_is_over_ends_what_is_unknown_in_observe() -> None:
    play(
        Plan(s_per_slot=0.0, even=True, busy_at_once=False),
        (
            Act(1, "ask", (0, 3)),
            Act(0.5, "lose", ("all", True)),
            Act(200, "mode", (0, "observe")),
            Act(5, "find"),
            Act(0.5, "push", (450,)),
            Act(8, "expose", (2.0,)),
            Act(3, "push", (-150,)),
            Act(3, "push", (-150,)),
            Act(3, "push", (-150,)),
            Act(8, "expose", (2.0,)),
            Act(3, "push", (337,)),
        ),
    )


def test_a_trim_stays_where_there_are_too_many_accounts_to_follow() -> None:
    play(
        Plan(tolerance=1, dead_band=20, speed=3000.0, s_per_slot=1.5, even=True, echo=True),
        (
            Act(4, "ask", (0, 1)),
            Act(0.25, "push", (300,)),
            Act(3, "push", (-150,)),
            Act(3, "push", (-150,)),
            Act(3, "push", (-150,)),
            Act(3, "expose", (2.0,)),
            Act(3, "push", (-150,)),
            Act(3, "expose", (2.0,)),
            Act(3, "push", (106,)),
            Act(4, "report", (0,)),
            Act(2, "move", (0, 1, "other program")),
            Act(0, "move", (0, 233)),
            Act(1, "turn", (0, 3)),
            Act(0.25, "stall", (9,)),
            Act(8, "ask", (0, 4, "other program")),
            Act(2, "trim", (0, 6)),
        ),
    )


def test_one_that_was_heard_is_no_late_part_of_a_clients_move() -> None:
    play(
        Plan(
            wheel="manual",
            tolerance=8,
            dead_band=20,
            speed=150.0,
            poll_s=0.25,
            s_per_slot=0.0,
            stale_ok=True,
            echo=True,
        ),
        (
            Act(2, "move", (0, -31000)),
            Act(5, "lose", ("all", False)),
            Act(5, "find"),
            Act(20, "swap", (0, 4)),
            Act(4, "doom", (0, 8)),
            Act(2, "move", (0, 700)),
            Act(1, "ask", (0, 2)),
            Act(2, "swap", (0, 2)),
            Act(1, "adopt", (0,)),
            Act(2, "ask", (0, 3, "other program")),
            Act(15, "wait"),
            Act(8, "push", (300,)),
            Act(3, "expose", (2.0,)),
            Act(3, "push", (-150,)),
            Act(3, "expose", (2.0,)),
            Act(3, "push", (-150,)),
            Act(3, "expose", (2.0,)),
            Act(3, "push", (106,)),
        ),
    )


def test_an_autofocus_that_rested_is_not_over_because_no_frame_follows_the_wheel() -> None:
    play(
        Plan(tolerance=1, poll_s=1.0, s_per_slot=1.5, stale_ok=True, echo=True),
        (
            Act(3, "move", (0, -150, "other program")),
            Act(3, "expose", (2.0,)),
            Act(3, "move", (0, -150, "other program")),
            Act(3, "move", (0, -150, "other program")),
            Act(3, "expose", (2.0,)),
            Act(3, "move", (0, 150, "other program")),
            Act(40, "move", (0, -57, "other program")),
            Act(2, "turn", (0, 3)),
        ),
    )


def test_with_which_filter_was_searched_behind_a_lost_wheel_nobody_knows() -> None:
    play(
        Plan(reactive=False, speed=150.0, poll_s=0.25, s_per_slot=0.0, hides=True, echo=True),
        (
            Act(40, "move", (0, -700, "other program")),
            Act(0.5, "lose", ("wheel", False)),
            Act(1, "rehome", (0, 3)),
            Act(40, "ask", (0, 0, "program")),
            Act(3, "expose", (2.0,)),
            Act(3, "move", (0, -150, "other program")),
            Act(3, "expose", (2.0,)),
            Act(3, "move", (0, 106, "other program")),
        ),
    )


def test_a_frame_begins_after_a_move_was_ordered_and_before_it_begins() -> None:
    play(
        Plan(wheel="stacked", poll_s=0.25, even=True, stale_ok=True, backlash=60),
        (
            Act(0.5, "ask", (0, 1)),
            Act(8, "push", (300,)),
            Act(0, "expose", (2.0,)),
            Act(0.5, "push", (-150,)),
            Act(3, "push", (106,)),
            Act(0.25, "expose", (30.0,)),
            Act(40, "ask", (0, 3)),
        ),
    )


def test_a_motion_inside_the_tolerance_may_be_no_move_of_an_autofocus() -> None:
    play(
        Plan(rigs=2, s_per_slot=0.0, stale_ok=True, busy_at_once=False, backlash=60),
        (
            Act(40, "turn", (0, 1)),
            Act(1, "push", (450,)),
            Act(3, "expose", (2.0,)),
            Act(3, "push", (-150,)),
            Act(3, "expose", (2.0,)),
            Act(8, "move", (1, 1)),
            Act(15, "wait"),
        ),
    )


def test_a_wheel_is_found_at_another_filter_before_the_first_frame() -> None:
    play(
        Plan(rigs=2, speed=150.0, s_per_slot=1.5, hides=True, busy_at_once=False, groups=True),
        (
            Act(0.5, "move", (1, -57, "program")),
            Act(5, "lose", ("wheel", False)),
            Act(1, "rehome", (0, 1)),
            Act(1, "find", (False,)),
            Act(8, "expose", (2.0,)),
            Act(3, "move", (1, -450, "program")),
            Act(8, "expose", (2.0,)),
            Act(3, "move", (1, 337, "program")),
        ),
    )


def test_the_profile_is_switched_while_a_search_begins() -> None:
    play(
        Plan(dead_band=20, speed=3000.0, s_per_slot=0.0, echo=True, backlash=60, steps_per_c=-6.0),
        (
            Act(2, "ask", (0, 2)),
            Act(4, "push", (-57,)),
            Act(1, "profile", (0, True, False)),
            Act(3, "expose", (2.0,)),
            Act(4, "push", (-150,)),
            Act(3, "expose", (2.0,)),
            Act(4, "push", (-150,)),
            Act(1, "ask", (0, 0, "program")),
        ),
    )


def test_a_frame_begins_before_the_wheel_is_said_to_stand() -> None:
    play(
        Plan(speed=3000.0, poll_s=1.0, s_per_slot=1.5, busy_at_once=False),
        (
            Act(4, "push", (-150,)),
            Act(1, "turn", (0, 1)),
            Act(1, "expose", (2.0,)),
            Act(4, "push", (-150,)),
            Act(3, "expose", (2.0,)),
            Act(4, "push", (337,)),
        ),
    )


def test_a_search_begins_with_what_was_moved_before_the_turn_that_ended_another() -> None:
    play(
        Plan(rigs=2, sequential=True, tolerance=0, speed=150.0, poll_s=1.0, backlash=60),
        (
            Act(4, "push", (-57,)),
            Act(3, "expose", (2.0,)),
            Act(8, "push", (-150,)),
            Act(1, "turn", (0, 2)),
            Act(3, "expose", (2.0,)),
            Act(8, "push", (-150,)),
            Act(3, "expose", (2.0,)),
            Act(8, "push", (337,)),
        ),
    )


def test_another_client_asks_for_a_filter_before_the_first_frame_of_a_search() -> None:
    play(
        Plan(speed=3000.0, stale_ok=True, busy_at_once=False, echo=True, backlash=60),
        (
            Act(4, "push", (-157,)),
            Act(1, "ask", (0, 3, "program")),
            Act(3, "expose", (2.0,)),
            Act(4, "push", (-157,)),
            Act(1, "expose", (2.0,)),
            Act(4, "push", (337,)),
            Act(5, "ask", (0, 2, "program")),
        ),
    )


def test_a_search_begins_with_what_its_client_moved_before_it_asked_for_a_filter() -> None:
    play(
        Plan(poll_s=0.25, hides=True, busy_at_once=False, echo=True, backlash=60, groups=True),
        (
            Act(3, "move", (0, -57, "program")),
            Act(3, "expose", (2.0,)),
            Act(4, "move", (0, -157, "program")),
            Act(1, "ask", (0, 3, "program")),
            Act(3, "expose", (2.0,)),
            Act(3, "move", (0, -157, "program")),
            Act(3, "expose", (2.0,)),
            Act(4, "move", (0, 337, "program")),
        ),
    )


def test_the_first_frame_begins_while_the_wheel_turns_to_its_filter() -> None:
    play(
        Plan(speed=3000.0, hides=True, steps_per_c=-6.0),
        (
            Act(8, "push", (-157,)),
            Act(1, "turn", (0, 3)),
            Act(1, "expose", (2.0,)),
            Act(3, "push", (-157,)),
            Act(3, "expose", (2.0,)),
            Act(8, "push", (337,)),
            Act(5, "turn", (0, 2)),
        ),
    )


def test_a_driver_says_where_a_move_has_ended_once_a_frame_has_begun() -> None:
    play(
        Plan(rigs=2, speed=150.0, poll_s=1.0, s_per_slot=0.0, stale_ok=True, echo=True),
        (
            Act(8, "push", (-157,)),
            Act(1, "turn", (0, 1)),
            Act(1, "expose", (2.0,)),
            Act(8, "push", (337,)),
            Act(3, "expose", (2.0,)),
        ),
    )


def test_an_order_that_another_one_replaces_is_shown_as_a_move_of_the_program_that_focuses() -> (
    None
):
    play(
        Plan(
            wheel="stacked", poll_s=0.25, even=True, stale_ok=True, backlash=60, guider="pausable"
        ),
        (
            Act(0.25, "ask", (0, 1, "program")),
            Act(8, "push", (300,)),
            Act(8, "expose", (2.0,)),
            Act(3, "push", (-150,)),
            Act(8, "expose", (2.0,)),
            Act(3, "push", (106,)),
            Act(1, "expose", (30.0,)),
            Act(40, "wait"),
            Act(40, "ask", (0, 0, "program")),
            Act(20, "push", (311,)),
            Act(0, "move", (0, 57, "program")),
            Act(20, "ask", (0, 0, "program")),
        ),
    )


def test_the_temperature_was_followed_before_an_autofocus_with_a_filter_of_its_own_group() -> None:
    play(
        Plan(
            tolerance=1, poll_s=0.25, s_per_slot=1.5, stale_ok=True, backlash=60, steps_per_c=-6.0
        ),
        (
            Act(20, "move", (0, 700, "other program")),
            Act(10, "endless", (False,)),
            Act(40, "warm", (-1.5,)),
            Act(0, "ask", (0, 4, "program")),
            Act(20, "move", (0, 450, "program")),
            Act(8, "expose", (2.0,)),
            Act(3, "move", (0, -150, "program")),
            Act(8, "expose", (2.0,)),
            Act(3, "move", (0, -150, "program")),
        ),
    )


def test_a_clients_move_that_a_restart_cuts_off_may_be_the_first_of_an_autofocus() -> None:
    play(
        Plan(rigs=2, s_per_slot=1.5, hides=True, busy_at_once=False, steps_per_c=-6.0),
        (
            Act(40, "doom", (1, 5)),
            Act(33, "hiccup", (1,)),
            Act(4, "move", (0, 300, "program")),
            Act(8, "expose", (2.0,)),
            Act(3, "move", (0, -150, "program")),
            Act(3, "move", (0, -150, "program")),
            Act(8, "expose", (2.0,)),
            Act(3, "move", (0, -150, "program")),
        ),
    )
