"""Devices that connect, are lost and come back: what is known of the focus afterwards."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from rigd.devices.events import FocuserCommanded, FocuserRenumbered, WheelReport
from rigd.focus.obstacles import find_obstacles
from rigd.focus.state.effects import ConnectDevice, ReadFocuser
from rigd.focus.state.ledger import Terms
from rigd.focus.state.requests import (
    AdoptRequested,
    ConnectRequested,
)
from tests.focus.night import FOCUSER, POLLED_S, WHEEL, Night


def test_a_focuser_that_comes_back_elsewhere_is_unknown_and_blocks_until_adopted() -> None:
    night = Night().begin(30000, filter_position=1)
    night.focuser_gone()
    night.stand(50000)
    night.effects.clear()

    night.wheel(2)
    assert night.moves == []
    assert night.result == "declined"
    assert "rigd adopt" in night.said

    night.feed(AdoptRequested(at_s=night.now_s, client="human"))
    night.wheel(0)
    assert night.moves == [50025]


def test_a_focuser_that_comes_back_where_it_was_goes_on() -> None:
    night = Night().begin(30000, filter_position=1)
    night.focuser_gone()

    night.focuser(30000)
    night.wheel(0)

    assert night.moves == [29960]


def test_a_connection_lost_during_a_move_is_judged_by_where_the_focuser_is_found() -> None:
    night = Night().begin(30000)
    night.ask(1)
    night.wheel(1)
    night.focuser_gone()
    assert night.result == "failed"

    night.stand(30040)

    assert night.rig.ledger.embodied == Terms(filter_steps=40)
    assert night.rig.move is None


def test_a_focuser_taken_elsewhere_during_rigds_move_is_unknown() -> None:
    night = Night().begin(30000)
    night.ask(1)
    night.wheel(1)

    night.arrive(31000)

    assert night.result == "failed"
    assert night.rig.ledger.embodied is None
    assert "31000" in str(night.rig.ledger.unknown_because)
    assert "not on its way" in str(night.rig.ledger.unknown_because)


def test_rigd_connects_what_its_profile_says_once_each_time_it_appears() -> None:
    night = Night(connect=frozenset({FOCUSER}))
    for _ in range(3):
        night.focuser_gone()
    night.feed(WheelReport(at_s=night.now_s, ref=WHEEL, connected=False))

    assert [e.ref for e in night.effects if isinstance(e, ConnectDevice)] == [FOCUSER]
    assert night.moves == []


def test_a_client_that_connects_asks_for_the_hardware_behind() -> None:
    night = Night()
    night.focuser_gone()
    night.feed(WheelReport(at_s=night.now_s, ref=WHEEL, connected=False))

    night.feed(ConnectRequested(at_s=night.now_s, client="N.I.N.A."))

    assert {e.ref for e in night.effects if isinstance(e, ConnectDevice)} == {WHEEL, FOCUSER}
    assert night.moves == []


def test_unknown_ends_where_the_focuser_was_last_read() -> None:
    night = Night().begin(30000)
    night.ask(1)
    night.wheel(1)
    night.arrive(30040)
    night.focuser_gone()
    night.stand(11000)
    assert night.rig.ledger.embodied is None

    night.later(1).stand(30040)

    assert night.rig.ledger.embodied == Terms(filter_steps=40)
    assert night.rig.ledger.base_steps == 30000


def test_a_filter_asked_for_as_it_comes_back_there_waits_until_it_is_known_again() -> None:
    night = led_away()
    night.later(60).focuser(30150, moving=True)
    night.focuser(30000)
    night.effects.clear()

    night.ask(0)
    night.wheel(0)
    night.later(POLLED_S).focuser(30000)

    assert night.moves == [29960]


def test_a_place_that_it_only_passed_is_not_where_it_was_last_read() -> None:
    night = Night().begin(30000)
    night.ask(1)
    night.wheel(1)
    night.arrive(30040)
    night.focuser_gone()
    night.stand(11000)

    night.later(1).focuser(20000, moving=True)
    night.focuser(30040)  # the driver's Ok carries the position of the poll before
    night.later(1).stand(35000)

    assert night.rig.ledger.embodied is None
    assert "something else moved the focuser from 11000 to 30040 steps" in night.said


def test_a_value_from_before_the_driver_has_read_its_focuser_makes_nothing_unknown() -> None:
    night = Night().begin(30000)
    night.ask(1)
    night.wheel(1)
    night.arrive(30040)
    night.focuser_gone()

    night.focuser(0)
    night.later(0.8).focuser(30040)

    assert night.rig.ledger.embodied == Terms(filter_steps=40)
    assert "unknown" not in night.said


def test_such_a_value_of_an_unknown_focuser_is_no_place_from_which_it_was_moved() -> None:
    night = lost_elsewhere()
    night.focuser_gone()

    night.focuser(0)
    night.later(0.8).stand(30300)

    assert night.rig.ledger_checked
    assert night.rig.ledger.raw_steps == 30300
    assert "something else moved" not in night.said
    assert night.rig.disturbed_at_s is None


def test_what_another_client_led_away_is_not_known_again_by_chance() -> None:
    night = Night().begin(30000)
    night.ask(1)
    night.wheel(1)
    night.arrive(30200)
    assert night.rig.ledger.embodied is None

    night.later(10)
    night.arrive(30000)

    assert night.rig.ledger.embodied is None


def lost_elsewhere() -> Night:
    """Last read at 30000 with 40 steps of rigd's in it, and found at 30300."""
    night = Night().begin(30000, filter_position=1)
    night.focuser_gone()
    night.stand(30300)
    assert night.rig.ledger.embodied is None
    return night


def test_a_search_that_rests_where_it_was_last_read_passes_it() -> None:
    night = led_away()
    for place in (30150, 30000):
        night.later(4).focuser(place - 1, moving=True)
        night.stand(place)
        night.later(1).camera(busy=True)
        night.later(POLLED_S).focuser(place)
        night.camera()

    assert night.rig.ledger.embodied is None

    night.later(121).tick()
    night.focuser(30000)

    assert ReadFocuser(ref=FOCUSER) in night.effects
    assert night.rig.ledger.embodied == Terms(filter_steps=40)


def test_an_order_that_was_heard_to_lead_on_passes_it() -> None:
    night = led_away()
    night.later(1).feed(
        FocuserCommanded(at_s=night.now_s, ref=FOCUSER, target_steps=29000, stood_steps=30300)
    )

    night.focuser(30100, moving=True)
    night.stand(30000)
    night.later(POLLED_S).focuser(30000)
    assert night.rig.ledger.embodied is None

    night.focuser(29900, moving=True)
    night.stand(29000)
    night.later(POLLED_S).focuser(29000)
    assert night.rig.ledger.embodied is None


def test_a_client_of_rigds_that_takes_it_back_there_makes_it_known() -> None:
    night = led_away()

    night.move((night.rig.ledger.logical_steps or 0) - 300)
    night.arrive(30000)
    night.focuser(30000)
    night.later(POLLED_S).focuser(30000)

    assert night.rig.ledger.embodied == Terms(filter_steps=40)


def back_by_a_client(night: Night) -> None:
    night.move((night.rig.ledger.logical_steps or 0) - 300)
    night.arrive(30000)


def back_by_an_order(night: Night) -> None:
    night.feed(
        FocuserCommanded(at_s=night.now_s, ref=FOCUSER, target_steps=30000, stood_steps=30300)
    )
    night.stand_after_motion(30000)


def back_by_a_hand(night: Night) -> None:
    night.stand_after_motion(30000)


def back_in_small_steps(night: Night) -> None:
    for place in range(30300, 29999, -50):
        night.later(1).focuser(place)


@pytest.mark.parametrize(
    "lead", [back_by_a_client, back_by_an_order, back_by_a_hand, back_in_small_steps]
)
def test_a_number_to_which_it_was_moved_proves_nothing_where_it_may_count_anew(
    lead: Callable[[Night], None],
) -> None:
    night = lost_elsewhere()
    assert "the focuser says 30000 steps again without being moved there" in exits(night)

    lead(night)
    for _ in range(60):
        night.later(1).focuser(30000)

    assert night.rig.ledger.embodied is None
    assert night.rig.ledger.raw_steps == 30000
    assert "30000 steps again" not in exits(night)


def test_nor_does_one_to_which_it_was_moved_before_it_went_out_of_sight_again() -> None:
    night = lost_elsewhere()
    night.stand_after_motion(30100)

    night.focuser_gone()
    night.stand(30000)

    assert night.rig.ledger.embodied is None


def test_led_away_in_sight_and_then_found_elsewhere_it_may_count_anew() -> None:
    night = led_away()
    night.focuser_gone()
    night.stand(30700)

    night.stand_after_motion(30000)
    night.later(POLLED_S).focuser(30000)

    assert night.rig.ledger.embodied is None


def test_once_another_client_has_set_its_count_anew_no_number_of_before_counts() -> None:
    night = led_away()
    night.feed(FocuserRenumbered(at_s=night.now_s, ref=FOCUSER))

    night.stand(30000)
    night.later(POLLED_S).focuser(30000)

    assert night.rig.ledger.embodied is None
    assert night.rig.ledger.last_known is None


def exits(night: Night) -> str:
    [one] = [o for o in find_obstacles(night.rig, night.now_s) if o.name == "ledger"]
    return one.ends_when


def led_away() -> Night:
    """Last read at 30000 with 40 steps of rigd's in it, and seen to be led to 30300."""
    night = lost_elsewhere()
    focuser, known = night.rig.main_focuser, night.rig.ledger.last_known
    assert known is not None
    ledger = replace(night.rig.ledger, last_known=replace(known, led_away=True))
    night.rig = replace(night.rig, main_focuser=replace(focuser, ledger=ledger))
    return night


def test_back_in_sight_during_a_search_it_only_passes_where_it_was_last_read() -> None:
    night = led_away()
    for place in (30150, 30200):
        night.later(4).focuser(place - 1, moving=True)
        night.stand(place)
        night.later(1).camera(busy=True)
        night.camera()
    night.later(1).focuser_gone()
    night.later(2).stand(30000)
    night.later(1).camera(busy=True)
    night.later(POLLED_S).focuser(30000)
    night.camera()
    assert night.rig.ledger.embodied is None

    night.later(121).tick()
    night.focuser(30000)

    assert night.rig.ledger.embodied == Terms(filter_steps=40)


def test_back_in_sight_it_only_passes_there_on_its_way_to_where_it_was_heard_to_be_sent() -> None:
    night = led_away()
    night.later(1).focuser_gone()
    night.later(2).focuser(30200, moving=True)
    night.feed(
        FocuserCommanded(at_s=night.now_s, ref=FOCUSER, target_steps=29000, stood_steps=30200)
    )

    night.later(1).stand(30000)
    night.later(POLLED_S).focuser(30000)
    assert night.rig.ledger.embodied is None
    night.focuser(29900, moving=True)
    night.stand(29000)

    assert night.rig.ledger.embodied is None
    assert night.rig.ledger.raw_steps == 29000
