"""A focuser that two rigs have: exactly one of them may move it of its own accord."""

from tests.independent.plan import Act, Plan
from tests.independent.play import play


def test_a_rig_whose_guide_focuser_is_anothers_main_one_counts_as_its_second_applier() -> None:
    play(
        Plan(rigs=2, guide_focuser=True),
        (
            Act(4, "ask", (0, 1)),
            Act(20, "mode", (1, "observe")),
            Act(20, "ask", (0, 1)),
            Act(20, "lose", ("focuser",)),
            Act(5, "find"),
            Act(20, "ask", (0, 3)),
        ),
    )


def test_a_rig_that_stands_down_leaves_the_focuser_to_the_other_at_once() -> None:
    play(
        Plan(rigs=2, tolerance=1, speed=3000.0, s_per_slot=0.0, echo=True),
        (
            Act(0.25, "turn", (0, 1)),
            Act(0.5, "push", (380,)),
            Act(0.5, "turn", (0, 0)),
            Act(0.5, "push", (-380,)),
            Act(40, "turn", (0, 1)),
            Act(0.5, "push", (380,)),
            Act(0.5, "turn", (0, 5)),
            Act(0, "ask", (1, 4)),
        ),
    )
