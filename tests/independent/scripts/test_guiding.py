"""A guider behind an off-axis guider: rigd moves only while it is paused, and lets it go on."""

import pytest

from tests.independent.acts import ACTS, perform
from tests.independent.observatory import Observatory
from tests.independent.plan import Act, Plan
from tests.independent.play import play


def test_it_is_paused_for_a_change_and_goes_on_after_it() -> None:
    world = Observatory(Plan(guider="pausable"))
    perform(world, Act(1.0, "guide", (True,)))

    perform(world, Act(1.0, "ask", (0, 1)))
    perform(world, Act(2.0, "wait"))
    during = world.guider.paused
    perform(world, Act(20.0, "wait"))

    assert during
    assert world.focuser.position == 30400
    assert world.guider.guides


def test_one_that_must_not_be_paused_refuses_a_change() -> None:
    world = Observatory(Plan(guider="unpausable"))
    ACTS["guide"](world, True)

    perform(world, Act(1.0, "ask", (0, 1)))
    perform(world, Act(20.0, "wait"))

    assert world.focuser.position == 30000
    assert world.lit_key("rig0") == "L"


@pytest.mark.parametrize("effects", [1, 2, 3, 4, 5, 6, 7, 8])
def test_whenever_rigd_ends_in_a_pause_the_guider_goes_on_after_its_next_start(
    effects: int,
) -> None:
    play(
        Plan(guider="pausable"),
        (
            Act(1, "guide", (True,)),
            Act(1, "doom", (0, effects)),
            Act(1, "ask", (0, 1)),
            Act(60, "wait"),
        ),
    )


def test_one_that_does_not_pause_fails_the_change_and_goes_on() -> None:
    play(
        Plan(guider="pausable"),
        (
            Act(1, "guide", (True,)),
            Act(0, "deafen_guider", (True,)),
            Act(1, "ask", (0, 1)),
            Act(20, "ask", (0, 1)),
            Act(2, "deafen_guider", (False,)),
        ),
    )


def test_one_that_is_paused_again_at_once_is_as_good_as_paused() -> None:
    play(
        Plan(tolerance=8, speed=3000.0, poll_s=1.0, echo=True, guider="pausable"),
        (
            Act(0.25, "guide", (True,)),
            Act(40, "ask", (0, 1)),
            Act(2, "ask", (0, 3)),
            Act(8, "wait"),
        ),
    )
