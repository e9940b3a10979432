"""A disk that is locked, and a process that dies before it has stored what it knew."""

from tests.independent.plan import Act, Plan
from tests.independent.play import play


def test_a_late_motion_while_a_clients_move_waits_for_the_disk() -> None:
    play(
        Plan(camera="unseen", speed=150.0, poll_s=0.25, busy_at_once=False, echo=True),
        (
            Act(8, "nap", (35.0,)),
            Act(0.25, "ask", (0, 1, "program")),
            Act(11, "adopt", (0,)),
            Act(4, "lock", (0, 30.0)),
            Act(19, "move", (0, 700, "other program")),
            Act(15, "wait"),
        ),
    )


def test_another_moves_it_while_a_clients_move_waits_for_the_disk() -> None:
    play(
        Plan(tolerance=8, speed=150.0, poll_s=1.0, stale_ok=True, echo=True),
        (
            Act(0.5, "push", (93,)),
            Act(0, "lock", (0, 8.0)),
            Act(0.5, "move", (0, 31000, "program")),
            Act(15, "wait"),
        ),
    )


def test_a_humans_word_is_gone_with_the_process_that_has_not_stored_it() -> None:
    play(
        Plan(mode="observe", speed=150.0, busy_at_once=False),
        (
            Act(3, "push", (380,)),
            Act(0.25, "turn", (0, 1)),
            Act(40, "wait"),
            Act(0, "doom", (0, 1)),
            Act(2, "turn", (0, 2)),
            Act(0.5, "adopt", (0,)),
        ),
    )


def test_what_an_autofocus_found_is_gone_with_the_process_that_has_not_stored_it() -> None:
    play(
        Plan(wheel="manual", tolerance=8, dead_band=20, speed=150.0, busy_at_once=False),
        (
            Act(20, "stall", (120,)),
            Act(2, "swap", (0, 3)),
            Act(10, "trim", (0, -30)),
            Act(3, "move", (0, -150, "program")),
            Act(8, "expose", (2.0,)),
            Act(3, "move", (0, -150, "program")),
            Act(8, "expose", (2.0,)),
            Act(3, "move", (0, 106, "program")),
            Act(0.25, "doom", (0, 3)),
            Act(0.25, "ask", (0, 3, "program")),
        ),
    )


def test_a_move_stays_open_while_the_mode_is_switched_before_it_was_read_back() -> None:
    play(
        Plan(speed=150.0),
        (
            Act(0, "nap", (6.0,)),
            Act(0, "ask", (0, 1)),
            Act(0.25, "kill", (0, 1.0)),
            Act(1.5, "mode", (0, "observe")),
            Act(0.25, "kill", (0, 30.0)),
            Act(40, "ask", (0, 0)),
        ),
    )


def test_a_switch_of_the_mode_is_gone_with_the_process_that_has_not_stored_it() -> None:
    play(
        Plan(mode="publish", tolerance=8, speed=3000.0, s_per_slot=0.0, stale_ok=True, echo=True),
        (
            Act(40, "doom", (0, 4)),
            Act(0.5, "ask", (0, 1, "program")),
            Act(40, "nudge", (-93,)),
            Act(40, "mode", (0, "apply")),
        ),
    )


def test_a_process_dies_while_a_hand_is_waited_for_and_then_the_filter_is_put_in() -> None:
    play(
        Plan(wheel="manual", sequential=True, s_per_slot=0.0, guider="pausable"),
        (
            Act(20, "ask", (0, 3, "program")),
            Act(4, "kill", (0, 3.0)),
            Act(20, "swap", (0, 3)),
            Act(20, "wait"),
        ),
    )
