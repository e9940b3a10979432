"""A short run of the independent judge; `./dev bench judge` makes long ones."""

import pytest

from tests.independent.chance import case_of
from tests.independent.known import FORGIVEN, OFF
from tests.independent.plan import Act, Plan, script
from tests.independent.play import play, shrink, verdict
from tests.independent.rules import Broken, Rule

SLICES, CASES = 4, 20


@pytest.mark.parametrize("part", range(SLICES))
def test_no_case_breaks_a_rule(part: int) -> None:
    off, forgiven = frozenset(OFF), frozenset(FORGIVEN)
    for seed in range(part * CASES, (part + 1) * CASES):
        plan, acts = case_of(seed, off)
        wrong = verdict(plan, acts, forgiven)
        if wrong is not None:
            short = shrink(plan, acts, wrong, forgiven)
            pytest.fail(f"seed {seed}: {verdict(plan, short, forgiven)}\n{script(plan, short)}")


def test_a_case_is_the_same_each_time() -> None:
    plan, acts = case_of(7, frozenset(OFF))

    assert case_of(7, frozenset(OFF)) == (plan, acts)
    assert play(plan, acts, frozenset(Rule)) == play(plan, acts, frozenset(Rule))


def test_a_failing_case_is_shrunk_to_what_fails() -> None:
    plan = Plan()
    acts = (Act(1.0, "ask", (0, 1)), Act(8.0, "wait"), Act(1.0, "push", (93,)), Act(9.0, "wait"))
    wrong = Broken(Rule.ASKED, 0.0, "")

    assert shrink(plan, acts, wrong) == acts  # nothing fails: nothing can be left out


def test_a_script_can_be_pasted() -> None:
    plan, acts = case_of(3)
    played: list[tuple[Plan, tuple[Act, ...]]] = []

    names = {"play": lambda *case: played.append(case), "Plan": Plan, "Act": Act}
    exec(script(plan, acts), names)  # noqa: S102 - our own text

    assert played == [(plan, acts)]
