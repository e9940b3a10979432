"""A focuser or wheel that others move, or that comes back into sight, before rigd is told."""

from tests.independent.plan import Act, Plan
from tests.independent.play import play


def test_a_client_moves_a_focuser_that_counts_anew_and_is_not_believed_yet() -> None:
    play(
        Plan(poll_s=1.0, stale_ok=True, busy_at_once=False),
        (
            Act(0.25, "power", (0,)),
            Act(4, "move", (0, -700)),
        ),
    )


def test_the_wheel_is_turned_on_while_the_focuser_arrives() -> None:
    play(
        Plan(tolerance=8, stale_ok=True),
        (
            Act(4, "ask", (0, 1)),
            Act(1, "turn", (0, 4)),
        ),
    )


def test_a_focuser_passes_the_place_where_it_was_last_known() -> None:
    play(
        Plan(speed=150.0, hides=True, stale_ok=True, busy_at_once=False, backlash=60),
        (
            Act(2, "profile", (0, True, True)),
            Act(20, "ask", (0, 3)),
            Act(0.5, "move", (0, -31000)),
            Act(1, "lose", ("focuser", True)),
            Act(90, "find", (False,)),
            Act(0, "nap", (5.0,)),
            Act(0.25, "move", (0, -233)),
            Act(16, "ask", (0, 1)),
        ),
    )


def test_a_trim_replaces_anothers_move_that_nobody_was_told_of() -> None:
    play(
        Plan(tolerance=8, speed=3000.0, poll_s=1.0, s_per_slot=1.5, even=True, busy_at_once=False),
        (
            Act(8, "push", (311,)),
            Act(0.5, "trim", (0, -40)),
        ),
    )


def test_a_value_from_before_a_driver_has_looked_is_no_place_that_it_was_moved_from() -> None:
    play(
        Plan(speed=3000.0, poll_s=1.0, s_per_slot=0.0, even=True, busy_at_once=False),
        (
            Act(1, "turn", (0, 3)),
            Act(1, "lose", ("focuser", False)),
            Act(1, "ask", (0, 0, "program")),
            Act(200, "mode", (0, "observe")),
            Act(5, "find", (True,)),
        ),
    )


def test_what_one_rig_asked_the_focuser_for_is_no_secret_to_the_other() -> None:
    play(
        Plan(
            mode="publish",
            wheel="manual",
            rigs=2,
            camera="unseen",
            tolerance=1,
            speed=3000.0,
            s_per_slot=0.0,
            busy_at_once=False,
            echo=True,
        ),
        (
            Act(1, "move", (1, -31000, "program")),
            Act(5, "lose", ("focuser", True)),
            Act(90, "find", (True,)),
            Act(2, "push", (450,)),
            Act(8, "expose", (2.0,)),
            Act(3, "push", (-150,)),
        ),
    )


def test_a_focuser_that_counts_anew_is_led_back_to_the_count_where_it_was_last_read() -> None:
    play(
        Plan(hides=True, backlash=60),
        (Act(0.5, "ask", (0, 3, "program")), Act(0.25, "power", (0,)), Act(9, "wait")),
    )


def test_while_a_wheel_has_not_begun_to_turn_its_filter_is_in_the_light() -> None:
    play(
        Plan(speed=3000.0, s_per_slot=1.5, steps_per_c=-6.0),
        (
            Act(5, "lose", ("wheel",)),
            Act(1, "rehome", (0, 1)),
            Act(2, "find"),
            Act(1, "mode", (0, "observe")),
            Act(40, "nap_wheel", (0, 40.0)),
            Act(40, "nap_wheel", (0, 40.0)),
            Act(1, "move", (0, -50)),
            Act(0, "ask", (0, 5, "program")),
        ),
    )


def test_found_elsewhere_it_looks_as_if_another_had_moved_it() -> None:
    play(
        Plan(tolerance=1, speed=150.0, poll_s=1.0, even=True, busy_at_once=False, backlash=60),
        (
            Act(40, "power", (0,)),
            Act(20, "stall", (40,)),
            Act(4, "ask", (0, 1, "program")),
            Act(1, "turn", (0, 2)),
        ),
    )


def test_the_filter_that_a_hand_put_in_is_seen_before_the_next_is_asked_for() -> None:
    play(
        Plan(mode="publish", wheel="manual", tolerance=8, s_per_slot=1.5, even=True),
        (
            Act(20, "swap", (0, 1)),
            Act(0.25, "ask", (0, 0, "program")),
            Act(3, "push", (380,)),
            Act(40, "wait"),
            Act(1, "swap", (0, 3)),
            Act(0.25, "ask", (0, 5, "program")),
        ),
    )


def test_an_unknown_focus_heals_where_a_trim_was_read_back_last() -> None:
    play(
        Plan(speed=150.0, s_per_slot=0.0),
        (
            Act(20, "ask", (0, 1)),
            Act(17, "trim", (0, -30)),
            Act(4, "stall", (10,)),
            Act(0, "ask", (0, 0)),
            Act(0.5, "lose", ("all", True)),
            Act(5, "find", (True,)),
            Act(8, "nudge", (-311,)),
            Act(20, "move", (0, 233)),
            Act(4, "push", (93,)),
        ),
    )


def test_a_gate_refuses_a_change_also_before_the_focuser_was_seen_at_rest_again() -> None:
    play(
        Plan(tolerance=8, s_per_slot=1.5),
        (
            Act(2, "nap", (35.0,)),
            Act(2, "move", (0, -700)),
            Act(1, "release", (0, "focuser")),
            Act(4, "turn", (0, 3)),
            Act(30, "firmware", (True,)),
            Act(2, "ask", (0, 3)),
            Act(40, "firmware", (False,)),
        ),
    )


def test_a_driver_says_after_a_restart_where_the_focuser_was_before_it_was_moved() -> None:
    play(
        Plan(mode="observe", tolerance=8, poll_s=1.0, stale_ok=True, echo=True),
        (
            Act(1, "turn", (0, 1)),
            Act(20, "kill", (0, 30.0)),
            Act(2, "push", (-93,)),
        ),
    )


def test_a_focuser_counts_anew_from_where_a_move_that_was_cut_off_was_to_end() -> None:
    play(
        Plan(dead_band=20, speed=3000.0, s_per_slot=0.0, guider="pausable"),
        (
            Act(40, "ask", (0, 1, "other program")),
            Act(40, "move", (0, -31000, "program")),
            Act(0.5, "guide", (True,)),
            Act(0.5, "doom", (0, 9)),
            Act(8, "ask", (0, 0, "other program")),
            Act(74, "power", (0,)),
        ),
    )


def test_a_driver_says_for_a_moment_a_place_that_it_has_not_read() -> None:
    play(
        Plan(steps_per_c=-6.0),
        (
            Act(20, "ask", (0, 1)),
            Act(40, "stray", (0, 1.0)),
            Act(0.25, "ask", (0, 0)),
            Act(40, "stray", (50000, 5.0)),
            Act(0, "ask", (0, 2)),
            Act(40, "wait"),
        ),
    )


def test_a_change_is_declined_while_the_focuser_is_out_of_sight_in_mid_move() -> None:
    play(
        Plan(speed=150.0, poll_s=1.0, s_per_slot=0.0, backlash=60, guider="unpausable"),
        (
            Act(0.25, "ask", (0, 1, "other program")),
            Act(1, "lose", ("focuser", False)),
            Act(0, "ask", (0, 4, "program")),
            Act(1, "find", (False,)),
        ),
    )


def test_a_wheel_that_turned_home_out_of_sight_is_turned_away_and_back_there() -> None:
    play(
        Plan(speed=150.0, poll_s=0.25, s_per_slot=1.5, backlash=60, guider="unpausable"),
        (
            Act(5, "lose", ("all", True)),
            Act(1, "rehome", (0, 1)),
            Act(90, "find", (False,)),
            Act(4, "turn", (0, 0)),
            Act(0.25, "turn", (0, 1)),
        ),
    )


def test_a_search_is_over_while_the_driver_says_a_place_that_it_has_not_read() -> None:
    play(
        Plan(hides=True),
        (
            Act(3, "move", (0, -150, "program")),
            Act(8, "expose", (2.0,)),
            Act(3, "move", (0, -150, "program")),
            Act(8, "expose", (2.0,)),
            Act(3, "move", (0, -150, "program")),
            Act(8, "expose", (2.0,)),
            Act(3, "move", (0, 225, "program")),
            Act(20, "misread", ("ok",)),
            Act(150, "lose", ("focuser",)),
            Act(2, "find"),
        ),
    )
