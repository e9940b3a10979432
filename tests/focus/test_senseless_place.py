"""A place that a focuser cannot stand at by its own limits is no reading."""

from dataclasses import replace

import pytest

from rigd.devices.events import FocuserReport
from rigd.focus.obstacles import find_obstacles
from rigd.focus.state.requests import Remembered
from tests.focus.night import FOCUSER, POLLED_S, Night


def say_senseless(night: Night, position: int, times: int = 5) -> None:
    for _ in range(times):
        night.later(1).focuser(position)


@pytest.mark.parametrize("position", [-1, -5, 60006])
def test_nothing_follows_it_and_nothing_is_planned_from_it(position: int) -> None:
    night = Night().begin(30000)

    say_senseless(night, position)
    night.ask(1)

    assert night.moves == []
    assert night.rig.ledger.base_steps == night.rig.ledger.raw_steps == 30000
    assert "moved the focuser" not in night.said


def test_it_is_warned_of_once_and_status_says_what_ends_it() -> None:
    night = Night().begin(30000)

    say_senseless(night, -5)
    [obstacle] = [o for o in find_obstacles(night.rig, night.now_s) if o.name == "focuser"]

    assert night.said.count("no sensible position") == 1
    assert "-5 steps; its own limits are 0 to 60000 steps" in obstacle.sentence
    assert "inside its own limits" in obstacle.ends_when


def test_with_the_next_sensible_one_all_goes_on_as_before() -> None:
    night = Night().begin(30000)
    say_senseless(night, -5)

    night.later(1).focuser(30000)
    night.ask(1)

    assert night.moves == [30040]


def test_during_a_move_of_rigds_it_costs_that_read() -> None:
    night = Night().begin(30000)
    night.ask(1)
    night.wheel(None)
    night.wheel(1)
    night.focuser(30020, moving=True)
    night.focuser(-5)
    night.later(POLLED_S).focuser(-5)

    night.stand(30040)

    assert night.result == "done"
    assert night.rig.ledger.raw_steps == 30040


def test_at_first_sight_it_is_not_adopted() -> None:
    night = Night()
    night.camera()
    night.wheel(0, baseline=True)
    say_senseless(night, -5)
    night.focuser(30000)

    assert night.rig.ledger.base_steps == 30000


def test_a_maximum_that_was_lowered_leaves_it_where_it_stands() -> None:
    night = Night().begin(30000)
    night.max_steps = 20000

    night.focuser(30000)

    assert "no sensible position" not in night.said


def test_nor_does_it_go_by_a_maximum_that_was_lowered_before_rigd_started_again() -> None:
    night = Night().begin(30000)
    night.ask(1)
    night.wheel(1)
    night.arrive(30040)
    again = Night()
    again.max_steps = 20000

    again.feed(Remembered(at_s=100.0, ledger=night.rig.ledger, move=None, moves_begun=1))
    again.begin(30040, 1)

    assert "no sensible position" not in again.said
    assert again.rig.ledger_checked
    assert again.rig.ledger.base_steps == 30000


def test_limits_that_make_no_sense_say_nothing_of_a_place() -> None:
    night = Night().begin(30000)
    unlimited = FocuserReport(
        at_s=night.now_s, ref=FOCUSER, connected=True, position_steps=30000, max_steps=0
    )

    night.feed(replace(unlimited, min_steps=0))

    assert "no sensible position" not in night.said
