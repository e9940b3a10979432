"""A wheel that a human turns, and a focuser that waits for its wheel."""

import pytest

from rigd.focus.state.effects import Refusal
from rigd.focus.state.requests import Tick
from tests.focus.night import Night

LIMIT_S = 1800.0


def by_hand() -> Night:
    return Night(sequential=True, swap_limit_s=LIMIT_S).begin(30000)


def test_with_a_weak_power_supply_the_focuser_starts_when_the_wheel_stands() -> None:
    night = Night(sequential=True).begin(30000)

    night.ask(1)
    night.wheel(None)
    turning = list(night.moves)
    night.wheel(1)
    night.arrive(30040)

    assert turning == []
    assert night.moves == [30040]
    assert night.result == "done"


def test_a_wheel_that_fails_never_starts_the_focuser_that_waited_for_it() -> None:
    night = Night(sequential=True).begin(30000)

    night.ask(1)
    night.wheel(None, fault="jammed")

    assert night.moves == []
    assert night.result == "failed"
    assert night.rig.change is None


def test_the_focuser_waits_for_the_hand() -> None:
    night = by_hand()

    night.ask(2)
    night.wheel(None)
    night.later(600.0).feed(Tick(at_s=night.now_s))
    waiting = (list(night.moves), night.rig.shown_filter_position)
    night.wheel(2)
    night.later(5.0).feed(Tick(at_s=night.now_s))
    night.arrive(29975)

    assert waiting == ([], None)
    assert "alpyca asks for Ha: put Ha in, then say `rigd swap Ha`" in night.said
    assert night.moves == [29975]
    assert night.result == "done"
    assert night.rig.shown_filter_position == 2


def test_a_hand_that_puts_in_another_filter_ends_the_change_in_an_error() -> None:
    night = by_hand()

    night.ask(2)
    night.wheel(None)
    night.wheel(1)

    assert night.moves == []
    assert night.result == "failed"
    assert "failed: R was put in instead of Ha" in night.said
    assert "the wheel" not in night.said


def test_a_change_that_nobody_confirms_ends_after_its_limit() -> None:
    night = by_hand()

    night.ask(2)
    night.wheel(None)
    night.later(LIMIT_S + 1.0).feed(Tick(at_s=night.now_s))

    assert night.moves == []
    assert night.result == "failed"
    assert "nobody said within 1800 s that Ha is in place" in night.said


def test_a_focuser_that_hangs_after_a_swap_is_stopped_after_the_usual_deadline() -> None:
    night = by_hand()
    night.ask(2)
    night.wheel(None)
    night.later(600.0)
    night.wheel(2)
    night.focuser(29990, moving=True)

    night.later(night.rig.settings.times.deadline_s + 1.0).feed(Tick(at_s=night.now_s))

    assert night.rig.move is not None
    assert night.rig.move.halted


def test_a_swap_that_nobody_asked_for_is_followed() -> None:
    night = by_hand()

    night.wheel(1)
    night.arrive(30040)

    assert night.moves == [30040]
    assert night.result == "done"


def test_another_filter_is_refused_while_the_hand_is_awaited() -> None:
    night = by_hand()
    night.ask(2)
    night.wheel(None)

    step = night.ask(1)

    assert step.refusal is Refusal.GATE
    assert step.sentence == "a change to Ha is under way"


@pytest.mark.parametrize("filter_position", [3, 4], ids=["no offset", "opaque"])
def test_a_declined_swap_still_asks_the_human(filter_position: int) -> None:
    night = by_hand()

    night.ask(filter_position)
    night.wheel(None)
    asked = night.said
    night.wheel(filter_position)

    assert ", then say `rigd swap" in asked
    assert night.moves == []
    assert night.result == "declined"
