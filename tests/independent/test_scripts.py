"""Cases that the judge once found, as short as they got: each must play through."""

import pytest

from tests.independent.plan import Act, Plan
from tests.independent.play import play

UNBELIEVED = Plan(poll_s=1.0, stale_ok=True, busy_at_once=False)
HIDES = Plan(hides=True, stale_ok=True, busy_at_once=False, poll_s=1.0)
PASSES = Plan(speed=150.0, hides=True, stale_ok=True, busy_at_once=False, backlash=60)
TURNED_ON = Plan(tolerance=8, stale_ok=True)
EKOS = Plan(tolerance=8, s_per_slot=0.0)


@pytest.mark.parametrize(
    ("plan", "acts"),
    [
        pytest.param(
            UNBELIEVED,
            (Act(0.25, "power", (0,)), Act(4.0, "move", (0, -700))),
            id="a client moves a focuser that counts anew and is not believed yet",
        ),
        pytest.param(
            HIDES,
            (
                Act(40.0, "move", (0, 1)),
                Act(40.0, "move", (0, 31000)),
                Act(1.0, "lose", ("focuser", False)),
                Act(100.0, "find"),
                Act(9.0, "move", (0, -500)),
            ),
            id="a hidden step lies beyond the maximum",
        ),
        pytest.param(
            Plan(wheel="stacked", tolerance=1, poll_s=1.0, s_per_slot=0.0),
            (
                Act(0.5, "move", (0, -31000)),
                Act(41.0, "turn", (0, 3)),
                Act(70.5, "ask", (0, 1)),
                Act(0.25, "lose", ("focuser", True)),
                Act(1.0, "find"),
                Act(4.0, "move", (0, -233)),
            ),
            id="a client that stands below 0 asks for less",
        ),
        pytest.param(
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
            id="an autofocus that rests before it is over ends what is unknown in observe",
        ),
        pytest.param(
            Plan(
                tolerance=8, speed=150.0, s_per_slot=0.0, even=True, busy_at_once=False, echo=True
            ),
            (
                Act(0.5, "ask", (0, 3)),
                Act(0.5, "move", (0, 233)),
                Act(0.25, "lower_maximum", (25000,)),
                Act(1, "move", (0, 50)),
                Act(0.5, "ask", (0, 1)),
            ),
            id="a maximum is set below a focuser for which a client's move waits",
        ),
        pytest.param(
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
            id="a trim stays where there are too many accounts to follow",
        ),
        pytest.param(
            Plan(poll_s=1.0, stale_ok=True),
            (
                Act(8.0, "deaf", ("always",)),
                Act(0.0, "nap", (6.0,)),
                Act(0.0, "ask", (0, 2)),
                Act(0.5, "hold", (0, True)),
                Act(2.5, "profile", (0, True, True)),
                Act(9.0, "hold", (0, False)),
            ),
            id="a held move begins after the profile was switched",
        ),
        pytest.param(
            TURNED_ON,
            (Act(4.0, "ask", (0, 1)), Act(1.0, "turn", (0, 4))),
            id="the wheel is turned on while the focuser arrives",
        ),
        pytest.param(
            EKOS,
            (
                Act(4.0, "push", (300,)),
                Act(1.5, "turn", (0, 1)),
                Act(8.0, "expose", (2.0,)),
                Act(3.0, "push", (-150,)),
                Act(8.0, "expose", (2.0,)),
                Act(3.0, "push", (-150,)),
                Act(8.0, "expose", (2.0,)),
                Act(3.0, "push", (93,)),
                Act(200.0, "expose", (2.0,)),
                Act(9.0, "wait"),
            ),
            id="an autofocus that turns the wheel first is the focus of that filter",
        ),
        pytest.param(
            Plan(speed=150.0),
            (
                Act(1.0, "deaf", ("until_moving",)),
                Act(0.0, "nap", (0.8,)),
                Act(0.0, "ask", (0, 1)),
                Act(0.25, "halt", (0,)),
                Act(9.0, "ask", (0, 0)),
                Act(9.0, "ask", (0, 1)),
            ),
            id="a halted move that begins late is rigd's own",
        ),
        pytest.param(
            PASSES,
            (
                Act(2.0, "profile", (0, True, True)),
                Act(20.0, "ask", (0, 3)),
                Act(0.5, "move", (0, -31000)),
                Act(1.0, "lose", ("focuser", True)),
                Act(90.0, "find", (False,)),
                Act(0.0, "nap", (5.0,)),
                Act(0.25, "move", (0, -233)),
                Act(16.0, "ask", (0, 1)),
            ),
            id="a focuser passes the place where it was last known",
        ),
        pytest.param(
            Plan(camera="unseen", speed=150.0, poll_s=0.25, hides=True, busy_at_once=False),
            (
                Act(0.25, "doom", (0, 9)),
                Act(0.5, "nap", (35.0,)),
                Act(0.5, "ask", (0, 2, "program")),
                Act(8.0, "wait"),
                Act(1.0, "ask", (0, 3, "other program")),
            ),
            id="a move begins after a restart",
        ),
        pytest.param(
            Plan(tolerance=8, poll_s=0.25, even=True, busy_at_once=False),
            (
                Act(0.0, "nap", (6.0,)),
                Act(4.0, "doom", (0, 6)),
                Act(2.0, "ask", (0, 1, "other program")),
                Act(10.0, "wait"),
            ),
            id="a move begins after it was judged at a start",
        ),
        pytest.param(
            Plan(wheel="stacked", tolerance=8, speed=150.0, poll_s=1.0, backlash=60),
            (
                Act(1.0, "turn", (0, 1)),
                Act(7.0, "turn", (0, 0)),
                Act(4.0, "adopt", (0,)),
                Act(0.25, "lower_maximum", (25000,)),
                Act(1.0, "move", (0, 50)),
            ),
            id="the maximum is lowered before a move turns back",
        ),
        pytest.param(
            Plan(camera="unseen", speed=150.0, poll_s=0.25, busy_at_once=False, echo=True),
            (
                Act(8.0, "nap", (35.0,)),
                Act(0.25, "ask", (0, 1, "program")),
                Act(11.0, "adopt", (0,)),
                Act(4.0, "lock", (0, 30.0)),
                Act(19.0, "move", (0, 700, "other program")),
                Act(15.0, "wait"),
            ),
            id="a late motion while a client's move waits for the disk",
        ),
        pytest.param(
            Plan(tolerance=8, speed=150.0, poll_s=1.0, stale_ok=True, echo=True),
            (
                Act(0.5, "push", (93,)),
                Act(0.0, "lock", (0, 8.0)),
                Act(0.5, "move", (0, 31000, "program")),
                Act(15.0, "wait"),
            ),
            id="another moves it while a client's move waits for the disk",
        ),
        pytest.param(
            Plan(dead_band=20, speed=150.0, poll_s=0.25, stale_ok=True),
            (
                Act(0.5, "push", (380,)),
                Act(40.0, "ask", (0, 3, "program")),
                Act(20.0, "lower_maximum", (30200,)),
                Act(1.0, "move", (0, 3000)),
            ),
            id="a client that stands beyond the maximum asks for more",
        ),
        pytest.param(
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
                Act(
                    20,
                    "ask",
                    (
                        0,
                        1,
                        "program",
                    ),
                ),
            ),
            id="a focuser says for long that it moves, and so an autofocus is not over",
        ),
        pytest.param(
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
                Act(
                    4,
                    "ask",
                    (
                        0,
                        2,
                        "program",
                    ),
                ),
                Act(
                    2,
                    "swap",
                    (
                        0,
                        3,
                    ),
                ),
                Act(
                    3,
                    "move",
                    (
                        0,
                        -150,
                        "program",
                    ),
                ),
                Act(8, "expose", (2.0,)),
                Act(
                    3,
                    "move",
                    (
                        0,
                        -150,
                        "program",
                    ),
                ),
                Act(
                    3,
                    "move",
                    (
                        0,
                        -150,
                        "program",
                    ),
                ),
                Act(
                    3,
                    "move",
                    (
                        0,
                        -150,
                        "program",
                    ),
                ),
                Act(8, "expose", (2.0,)),
                Act(
                    3,
                    "move",
                    (
                        0,
                        337,
                        "program",
                    ),
                ),
                Act(4, "report", (0,)),
            ),
            id="a program reports its autofocus when its last move is over",
        ),
        pytest.param(
            Plan(
                reactive=False,
                dead_band=20,
                speed=3000.0,
                poll_s=0.25,
                hides=True,
                busy_at_once=False,
            ),
            (
                Act(
                    1,
                    "ask",
                    (
                        0,
                        3,
                        "program",
                    ),
                ),
                Act(
                    2,
                    "profile",
                    (
                        0,
                        False,
                        True,
                    ),
                ),
                Act(0, "nap", (6.0,)),
                Act(
                    3,
                    "move",
                    (
                        0,
                        -150,
                        "program",
                    ),
                ),
                Act(
                    3,
                    "move",
                    (
                        0,
                        -150,
                        "program",
                    ),
                ),
                Act(3, "expose", (2.0,)),
                Act(
                    3,
                    "move",
                    (
                        0,
                        -150,
                        "program",
                    ),
                ),
                Act(
                    3,
                    "move",
                    (
                        0,
                        -150,
                        "program",
                    ),
                ),
                Act(3, "expose", (2.0,)),
                Act(
                    3,
                    "move",
                    (
                        0,
                        337,
                        "program",
                    ),
                ),
            ),
            id="a client's own move that began late is no part of an autofocus for certain",
        ),
        pytest.param(
            Plan(sequential=True, tolerance=1, speed=150.0, s_per_slot=0.0, stale_ok=True),
            (
                Act(
                    40,
                    "ask",
                    (
                        0,
                        3,
                        "program",
                    ),
                ),
                Act(40, "hiccup", (0,)),
                Act(0.25, "power", (0,)),
                Act(
                    8,
                    "doom",
                    (
                        0,
                        7,
                    ),
                ),
                Act(4, "push", (300,)),
                Act(
                    1.5,
                    "turn",
                    (
                        0,
                        0,
                    ),
                ),
                Act(3, "push", (-150,)),
                Act(3, "expose", (2.0,)),
                Act(3, "push", (-150,)),
                Act(3, "expose", (2.0,)),
                Act(3, "push", (-150,)),
                Act(3, "expose", (2.0,)),
                Act(3, "push", (337,)),
            ),
            id="another program sends the focuser beyond an end of its travel",
        ),
        pytest.param(
            Plan(speed=150.0, poll_s=1.0, backlash=60),
            (
                Act(8, "stall", (120,)),
                Act(
                    2,
                    "trim",
                    (
                        0,
                        -30,
                    ),
                ),
                Act(8, "deaf", ("until_moving",)),
                Act(0, "nap", (0.8,)),
                Act(
                    0,
                    "ask",
                    (
                        0,
                        1,
                    ),
                ),
                Act(
                    1,
                    "hold",
                    (
                        0,
                        True,
                    ),
                ),
            ),
            id="a change is halted where an earlier trim was to end",
        ),
        pytest.param(
            Plan(
                tolerance=8, speed=3000.0, poll_s=1.0, s_per_slot=1.5, even=True, busy_at_once=False
            ),
            (
                Act(8, "push", (311,)),
                Act(
                    0.5,
                    "trim",
                    (
                        0,
                        -40,
                    ),
                ),
            ),
            id="a trim replaces another's move that nobody was told of",
        ),
        pytest.param(
            Plan(
                tolerance=1,
                dead_band=20,
                speed=3000.0,
                poll_s=1.0,
                s_per_slot=1.5,
                steps_per_c=-6.0,
            ),
            (
                Act(
                    0.25,
                    "turn",
                    (
                        0,
                        3,
                    ),
                ),
                Act(8, "endless", (True,)),
                Act(
                    0.25,
                    "move",
                    (
                        0,
                        -31000,
                        "program",
                    ),
                ),
                Act(
                    0,
                    "ask",
                    (
                        0,
                        1,
                        "program",
                    ),
                ),
                Act(
                    0,
                    "move",
                    (
                        0,
                        -31000,
                        "other program",
                    ),
                ),
            ),
            id="a client's target stays what it was clamped to when it was asked",
        ),
        pytest.param(
            Plan(mode="observe", speed=150.0, busy_at_once=False),
            (
                Act(3, "push", (380,)),
                Act(
                    0.25,
                    "turn",
                    (
                        0,
                        1,
                    ),
                ),
                Act(40, "wait"),
                Act(
                    0,
                    "doom",
                    (
                        0,
                        1,
                    ),
                ),
                Act(
                    2,
                    "turn",
                    (
                        0,
                        2,
                    ),
                ),
                Act(0.5, "adopt", (0,)),
            ),
            id="a human's word is gone with the process that has not stored it",
        ),
        pytest.param(
            Plan(wheel="manual", tolerance=8, dead_band=20, speed=150.0, busy_at_once=False),
            (
                Act(20, "stall", (120,)),
                Act(
                    2,
                    "swap",
                    (
                        0,
                        3,
                    ),
                ),
                Act(
                    10,
                    "trim",
                    (
                        0,
                        -30,
                    ),
                ),
                Act(
                    3,
                    "move",
                    (
                        0,
                        -150,
                        "program",
                    ),
                ),
                Act(8, "expose", (2.0,)),
                Act(
                    3,
                    "move",
                    (
                        0,
                        -150,
                        "program",
                    ),
                ),
                Act(8, "expose", (2.0,)),
                Act(
                    3,
                    "move",
                    (
                        0,
                        106,
                        "program",
                    ),
                ),
                Act(
                    0.25,
                    "doom",
                    (
                        0,
                        3,
                    ),
                ),
                Act(
                    0.25,
                    "ask",
                    (
                        0,
                        3,
                        "program",
                    ),
                ),
            ),
            id="what an autofocus found is gone with the process that has not stored it",
        ),
    ],
)
def test_what_was_found_once_plays_through(plan: Plan, acts: tuple[Act, ...]) -> None:
    assert play(plan, acts) > 0
