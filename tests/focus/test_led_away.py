"""Late moves of rigd's that had begun when something else led the focuser away: no new base."""

import pytest

from rigd.devices.events import FocuserCommanded
from rigd.focus.state.ledger import Ledger
from tests.focus.night import FOCUSER, Night
from tests.focus.test_late_moves import balked

BALKED = 30000
LATE = 30040
"""Where the move that seems to be over was to end."""


def order(night: Night, *, stood: int, target: int) -> None:
    """Another client is heard to order a move."""
    command = FocuserCommanded(
        at_s=night.now_s, ref=FOCUSER, target_steps=target, stood_steps=stood
    )
    night.feed(command)


def rest(night: Night, position: int) -> Ledger:
    """The focuser comes to rest, and its driver looks at it for long enough."""
    night.later(1).focuser(position)
    for _ in range(6):
        night.later(1).focuser(position)
    return night.rig.ledger


@pytest.mark.parametrize("place", [BALKED + 8, LATE + 100, BALKED - 100])
def test_an_order_that_is_heard_once_it_has_begun_takes_it_over_and_leaves_it_unknown(
    place: int,
) -> None:
    night = balked()
    night.later(3).focuser(BALKED + 20, moving=True)

    order(night, stood=BALKED + 20, target=place)
    night.later(1).focuser(BALKED + 12, moving=True)

    ledger = rest(night, place)
    assert ledger.embodied is None
    assert ledger.read_steps == place


def test_also_where_its_driver_has_not_said_yet_how_far_it_had_come() -> None:
    night = balked()
    night.later(3).focuser(BALKED, moving=True)

    order(night, stood=BALKED, target=BALKED - 100)

    assert rest(night, BALKED - 100).embodied is None


def test_where_it_is_seen_off_the_way_of_the_order_it_had_begun() -> None:
    night = balked()
    night.later(3)
    order(night, stood=BALKED, target=BALKED - 100)

    night.focuser(BALKED + 30, moving=True)

    assert rest(night, BALKED - 100).embodied is None


@pytest.mark.parametrize("place", [BALKED - 100, LATE + 100])
def test_seen_on_its_way_before_something_that_is_not_heard_led_it_away_it_is_unknown(
    place: int,
) -> None:
    night = balked()
    night.later(3).focuser(BALKED + 20, moving=True)

    ledger = rest(night, place)

    assert ledger.embodied is None
    assert f"something else moved the focuser to {place} steps meanwhile" in night.said


def test_led_away_it_arrives_no_more() -> None:
    night = balked()
    night.later(3).focuser(BALKED + 20, moving=True)
    rest(night, BALKED - 100)

    night.later(5).focuser(LATE, moving=True)

    assert rest(night, LATE).embodied is None


def test_back_where_it_was_read_last_before_it_is_known_again() -> None:
    night = balked()
    night.later(3).focuser(BALKED + 20, moving=True)
    rest(night, BALKED - 100)

    night.later(5).focuser(BALKED, moving=True)

    assert rest(night, BALKED).base_steps == BALKED


def test_at_its_target_after_all_it_is_done() -> None:
    night = balked()
    night.later(3).focuser(BALKED + 20, moving=True)

    ledger = rest(night, LATE)

    assert (ledger.base_steps, ledger.embodied_filter) == (BALKED, "r")


def test_a_motion_that_was_ordered_before_it_began_is_that_clients_wherever_it_turns() -> None:
    night = balked()
    night.later(3)
    order(night, stood=BALKED, target=BALKED + 30)
    night.focuser(BALKED + 10, moving=True)

    order(night, stood=BALKED + 10, target=BALKED - 100)
    night.later(1).focuser(BALKED + 5, moving=True)

    ledger = rest(night, BALKED - 100)
    assert (ledger.base_steps, ledger.embodied_filter) == (BALKED - 100, "l")
