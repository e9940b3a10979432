"""A focuser that says a place far away, and was not seen to move there, is not believed at once."""

import pytest

from rigd.devices.events import FocuserCommanded
from rigd.focus.obstacles import find_obstacles
from rigd.focus.state.effects import ReadFocuser, Refusal
from rigd.focus.state.ledger import Terms
from rigd.focus.state.requests import AdoptRequested, HaltRequested
from tests.focus.guide_night import begun, guide
from tests.focus.night import FOCUSER, POLLED_S, Night

R = 1


def say(night: Night, position: int, seconds: int) -> None:
    """The focuser says so at rest, once a second."""
    for _ in range(seconds):
        night.later(1).focuser(position)
        night.tick()


@pytest.mark.parametrize("stray", [0, 29, 12000, 59000])
def test_one_stray_value_moves_no_base_and_its_driver_is_asked(stray: int) -> None:
    night = Night().begin(30000)

    night.later(60).focuser(stray)
    asked = ReadFocuser(ref=FOCUSER) in night.effects
    night.later(1).focuser(30000)
    say(night, 30000, 2)
    night.later(60).ask(R)

    assert asked
    assert night.moves == [30040]
    assert "moved the focuser" not in night.said


def test_nothing_moves_from_a_place_that_is_not_believed_and_status_says_what_ends_it() -> None:
    night = Night().begin(30000)
    night.later(60).focuser(0)

    [obstacle] = [one for one in find_obstacles(night.rig, night.now_s) if one.name == "leap"]
    night.ask(R)
    night.wheel(R)
    say(night, 0, 12)

    assert "says 0 steps and was not seen to move there from 30000" in obstacle.sentence
    assert "for 30 s, or says 30000 steps again" in obstacle.ends_when
    assert night.moves == []
    assert night.result == "declined"


def test_a_filter_asked_for_meanwhile_waits_for_the_value_that_comes_back() -> None:
    night = Night().begin(30000)
    night.later(60).focuser(0)

    night.ask(R)
    night.wheel(R)
    say(night, 30000, 3)

    assert night.moves == [30040]


def test_a_value_that_lasts_is_believed_and_the_base_follows() -> None:
    night = Night().begin(30000)
    night.ask(R)
    night.wheel(R)
    night.arrive(30040)

    say(night.later(60), 0, 32)

    assert night.rig.ledger.base_steps == -40
    assert night.rig.ledger.embodied == Terms(filter_steps=40)
    assert "something else moved the focuser from 30040 to 0 steps" in night.said


def test_the_shorter_the_way_the_sooner_it_is_believed() -> None:
    night = Night().begin(30000)

    say(night.later(60), 37000, 6)
    early = night.rig.ledger.base_steps
    say(night, 37000, 3)

    assert early == 30000
    assert night.rig.ledger.base_steps == 37000


def test_a_hand_controller_whose_driver_never_says_that_it_moves_is_believed_at_once() -> None:
    night = Night().begin(30000)

    for place in (30400, 31400, 32400, 32900):
        night.later(1).focuser(place)
        assert night.rig.ledger.base_steps == place


def test_a_motion_that_is_seen_is_believed_wherever_it_ends() -> None:
    night = Night().begin(30000)

    night.later(60).focuser(20000, moving=True)
    night.later(20).focuser(0)

    assert night.rig.ledger.base_steps == 0


def test_a_place_where_another_client_was_heard_to_send_it_is_believed_at_once() -> None:
    night = Night().begin(30000)
    night.later(60).feed(
        FocuserCommanded(at_s=night.now_s, ref=FOCUSER, target_steps=0, stood_steps=30000)
    )

    night.later(1).focuser(0)

    assert night.rig.ledger.base_steps == 0


def test_a_motion_from_there_ends_the_wait() -> None:
    night = Night().begin(30000)
    say(night.later(60), 15000, 2)

    night.later(1).focuser(14000, moving=True)
    night.later(1).focuser(12000)
    night.later(POLLED_S).focuser(12000)

    assert night.rig.ledger.base_steps == 12000


def test_a_host_that_says_0_for_some_seconds_after_it_came_back_makes_no_new_base() -> None:
    night = Night().begin(30000)
    night.focuser_gone()

    say(night, 0, 9)
    night.ask(R)
    night.wheel(R)
    say(night, 30000, 3)

    assert night.rig.ledger.base_steps == 30000
    assert night.moves == [30040]


def test_a_guide_focusers_stray_value_moves_no_base_of_its_either() -> None:
    night = begun()

    guide(night.later(60), 0)
    [obstacle] = [o for o in find_obstacles(night.rig, night.now_s) if o.name == "guide_leap"]
    for _ in range(3):
        guide(night.later(1), 10000)

    assert "the guide focuser says 0 steps" in obstacle.sentence
    assert night.rig.guide_focuser is not None
    assert night.rig.guide_focuser.ledger.base_steps == 10000
    assert night.rig.guide_focuser.ledger_checked
    assert "moved the focuser" not in night.said


def test_a_human_may_say_that_it_is_so() -> None:
    night = Night().begin(30000)
    night.later(60).focuser(0)

    night.feed(AdoptRequested(at_s=night.now_s, client="human"))

    assert night.rig.ledger.base_steps == 0
    assert night.rig.ledger_checked


def test_a_far_place_in_alert_is_not_believed_however_long_it_is_said() -> None:
    """A driver in alert may only show what it could not read."""
    night = Night().begin(30000)
    for _ in range(70):
        night.later(1).focuser(0, fault="timeout error")
        night.tick()
    in_alert = (night.rig.ledger.read_steps, night.rig.ledger_checked)

    night.later(1).focuser(30000)
    night.later(POLLED_S).focuser(30000)

    assert in_alert == (30000, False)
    assert night.rig.ledger.base_steps == 30000
    assert night.rig.ledger_checked


def test_what_a_driver_says_that_cannot_read_is_said_and_not_adopted() -> None:
    night = Night().begin(30000)
    night.focuser_gone()
    night.later(5).senseless("Unknown error while reading Robofocus position")

    shown = next(one for one in find_obstacles(night.rig, night.now_s) if one.name == "focuser")
    adopted = night.feed(AdoptRequested(at_s=night.now_s, client="human"))

    assert "Unknown error while reading Robofocus position" in shown.sentence
    assert "connect its driver anew" in shown.ends_when
    assert adopted.refusal is Refusal.UNAVAILABLE
    assert "Unknown error while reading Robofocus position" in adopted.sentence


def test_where_a_clients_move_was_cut_off_short_of_0_a_0_is_not_its_arrival() -> None:
    night = Night().begin(30000)
    night.move(0, "program")
    night.later(1).focuser(18600, moving=True)
    night.feed(HaltRequested(at_s=night.now_s, client="program"))
    say(night, 18600, 120)

    night.later(1).focuser(0)
    say(night, 0, 3)
    night.ask(R)
    night.wheel(R)
    say(night, 0, 2)
    stray = night.rig.ledger.read_steps, night.moves
    say(night, 18600, 3)

    assert stray == (18600, [0])
    assert night.rig.ledger.base_steps == 18600
