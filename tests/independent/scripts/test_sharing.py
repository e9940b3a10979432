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
