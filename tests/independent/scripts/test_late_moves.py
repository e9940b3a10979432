"""Motions that begin late, after they were halted, held, given up or forgotten."""

import pytest

from tests.independent.plan import Act, Plan
from tests.independent.play import play


def test_a_held_move_begins_after_the_profile_was_switched() -> None:
    play(
        Plan(poll_s=1.0, stale_ok=True),
        (
            Act(8, "deaf", ("always",)),
            Act(0, "nap", (6.0,)),
            Act(0, "ask", (0, 2)),
            Act(0.5, "hold", (0, True)),
            Act(2.5, "profile", (0, True, True)),
            Act(9, "hold", (0, False)),
        ),
    )


def test_a_halted_move_that_begins_late_is_rigds_own() -> None:
    play(
        Plan(speed=150.0),
        (
            Act(1, "deaf", ("until_moving",)),
            Act(0, "nap", (0.8,)),
            Act(0, "ask", (0, 1)),
            Act(0.25, "halt", (0,)),
            Act(9, "ask", (0, 0)),
            Act(9, "ask", (0, 1)),
        ),
    )


def test_a_move_begins_after_a_restart() -> None:
    play(
        Plan(camera="unseen", speed=150.0, poll_s=0.25, hides=True, busy_at_once=False),
        (
            Act(0.25, "doom", (0, 9)),
            Act(0.5, "nap", (35.0,)),
            Act(0.5, "ask", (0, 2, "program")),
            Act(8, "wait"),
            Act(1, "ask", (0, 3, "other program")),
        ),
    )


def test_a_move_begins_after_it_was_judged_at_a_start() -> None:
    play(
        Plan(tolerance=8, poll_s=0.25, even=True, busy_at_once=False),
        (
            Act(0, "nap", (6.0,)),
            Act(4, "doom", (0, 6)),
            Act(2, "ask", (0, 1, "other program")),
            Act(10, "wait"),
        ),
    )


def test_a_change_is_halted_where_an_earlier_trim_was_to_end() -> None:
    play(
        Plan(speed=150.0, poll_s=1.0, backlash=60),
        (
            Act(8, "stall", (120,)),
            Act(2, "trim", (0, -30)),
            Act(8, "deaf", ("until_moving",)),
            Act(0, "nap", (0.8,)),
            Act(0, "ask", (0, 1)),
            Act(1, "hold", (0, True)),
        ),
    )


def test_a_clients_move_goes_on_no_more_once_others_have_moved_the_focuser() -> None:
    play(
        Plan(sequential=True, speed=150.0, s_per_slot=1.5, busy_at_once=False),
        (
            Act(2, "doom", (0, 7)),
            Act(0.25, "move", (0, 700, "other program")),
            Act(2, "push", (311,)),
            Act(4, "turn", (0, 1)),
            Act(1, "ask", (0, 3, "program")),
            Act(40, "push", (450,)),
            Act(3, "expose", (2.0,)),
            Act(3, "expose", (2.0,)),
            Act(3, "push", (-150,)),
            Act(3, "push", (-150,)),
            Act(3, "push", (-150,)),
            Act(3, "expose", (2.0,)),
            Act(3, "push", (337,)),
        ),
    )


def test_a_clients_move_takes_the_place_of_one_that_begins_late() -> None:
    play(
        Plan(dead_band=20, s_per_slot=1.5, busy_at_once=False, echo=True, guider="unpausable"),
        (
            Act(0, "nap", (35.0,)),
            Act(0.25, "turn", (0, 1)),
            Act(15, "release", (0, "focuser")),
            Act(20, "ask", (0, 4)),
            Act(2, "move", (0, 233)),
        ),
    )


@pytest.mark.parametrize("heard", [True, False])
@pytest.mark.parametrize("steps", [-150, -711, 500])
def test_another_program_leads_away_what_has_begun_late(steps: int, *, heard: bool) -> None:
    play(
        Plan(dead_band=20, speed=150.0, busy_at_once=False, echo=heard, guider="unpausable"),
        (
            Act(0, "nap", (6.0,)),
            Act(0.25, "ask", (0, 1, "program")),
            Act(8, "push", (steps,)),
        ),
    )


def test_another_program_leads_away_what_has_arrived_late_and_was_not_told_yet() -> None:
    play(
        Plan(
            sequential=True,
            poll_s=1.0,
            s_per_slot=0.0,
            stale_ok=True,
            busy_at_once=False,
            echo=True,
            backlash=60,
            steps_per_c=-6.0,
        ),
        (
            Act(0, "nap", (6.0,)),
            Act(0, "ask", (0, 1)),
            Act(7.25, "push", (-311,)),
            Act(0, "ask", (0, 2, "program")),
        ),
    )


def test_a_trim_arrives_late_where_it_was_to_turn_back() -> None:
    play(
        Plan(tolerance=8, speed=150.0, busy_at_once=False, backlash=60),
        (
            Act(0, "nap", (8.0,)),
            Act(3, "trim", (0, -30)),
        ),
    )


def test_a_trim_whose_move_was_lost_is_asked_for_again() -> None:
    play(
        Plan(dead_band=20, s_per_slot=0.0, echo=True, backlash=60, steps_per_c=-6.0, groups=True),
        (
            Act(0, "nap", (3.0,)),
            Act(8, "trim", (0, 25)),
            Act(0.25, "lose", ("focuser", True)),
            Act(5, "find", (True,)),
            Act(5, "trim", (0, 25)),
        ),
    )


def test_a_trim_is_asked_for_while_another_order_is_on_its_way() -> None:
    play(
        Plan(
            speed=150.0,
            poll_s=1.0,
            s_per_slot=0.0,
            stale_ok=True,
            busy_at_once=False,
            echo=True,
            steps_per_c=-6.0,
        ),
        (
            Act(0, "nap", (20.0,)),
            Act(0.25, "turn", (0, 3)),
            Act(7, "push", (-157,)),
            Act(0.25, "trim", (0, -30)),
        ),
    )


def test_a_human_adopts_while_another_program_moves_the_focuser_beside_a_late_move() -> None:
    play(
        Plan(tolerance=8, speed=150.0, poll_s=1.0, s_per_slot=0.0, even=True),
        (
            Act(0.25, "ask", (0, 3, "other program")),
            Act(0.5, "push", (380,)),
            Act(40, "push", (93,)),
            Act(0.25, "adopt", (0,)),
        ),
    )


def test_another_program_has_sent_the_focuser_where_the_next_move_begins() -> None:
    play(
        Plan(
            sequential=True,
            speed=3000.0,
            poll_s=0.25,
            s_per_slot=0.0,
            stale_ok=True,
            echo=True,
            backlash=60,
            guider="pausable",
        ),
        (
            Act(8, "ask", (0, 1, "program")),
            Act(40, "turn", (0, 0)),
            Act(0.5, "push", (-380,)),
            Act(0.5, "push", (380,)),
            Act(0.25, "turn", (0, 1)),
        ),
    )
