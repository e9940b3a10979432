"""A filter change right after the focuser came back, before it has been read at rest."""

import pytest

from rigd.devices.events import FocuserReport
from rigd.focus.obstacles import find_obstacles
from rigd.focus.state.effects import Refusal
from rigd.focus.state.ledger import Terms
from rigd.focus.state.times import Times
from tests.focus.night import FOCUSER, POLLED_S, Night

L, R, HA = 0, 1, 2


def come_back(night: Night) -> Night:
    """The focuser is connected again; where it stands its driver does not know yet."""
    night.feed(FocuserReport(at_s=night.now_s, ref=FOCUSER, connected=True))
    return night


def back_unread(**settings: object) -> Night:
    """The focuser was away, and is back; with 40 steps of rigd's in its 30040."""
    night = Night(**settings).begin(30000)  # type: ignore[arg-type]
    night.ask(R)
    night.wheel(R)
    night.arrive(30040)
    night.later(60).focuser_gone()
    night.effects.clear()
    return come_back(night.later(5))


def test_a_change_asked_for_before_the_focuser_was_read_waits_for_that_and_is_done() -> None:
    night = back_unread()

    night.ask(HA)
    assert night.turns == [HA]
    assert night.moves == []
    night.later(2).wheel(HA)
    assert night.result == "under_way"
    night.later(1).focuser(30040)
    assert night.moves == [29975]
    night.arrive(29975)

    assert night.result == "done"
    assert night.rig.ledger.embodied == Terms(filter_steps=-25)


def test_before_it_was_read_a_gate_that_is_closed_refuses_the_change() -> None:
    night = back_unread()
    compensates = FocuserReport(
        at_s=night.now_s, ref=FOCUSER, connected=True, temperature_compensation=True
    )
    night.feed(compensates)

    step = night.ask(HA)

    assert step.refusal is Refusal.GATE
    assert "temperature compensation" in step.sentence
    assert night.turns == []


def test_meanwhile_the_change_says_for_what_it_waits() -> None:
    night = back_unread()

    night.ask(HA)

    said = {one.name: one for one in find_obstacles(night.rig, night.now_s)}
    assert "the focuser to be read at rest" in said["change"].sentence
    assert said["reading"].ends_when.startswith("it has been read at rest")


def test_found_elsewhere_the_change_is_declined_and_the_wheel_has_turned() -> None:
    night = back_unread()

    night.ask(HA)
    night.later(1).wheel(HA)
    night.stand(35000)

    assert night.moves == []
    assert night.result == "declined"
    assert "rigd adopt" in night.said


@pytest.mark.parametrize("reading_s", [10.0, 4.0])
def test_one_that_is_not_read_in_time_declines_the_change_with_what_ends_that(
    reading_s: float,
) -> None:
    night = back_unread(times=Times(reading_s=reading_s))

    night.ask(HA)
    night.wheel(HA)
    night.later(reading_s - 0.1).tick()
    assert night.result == "under_way"
    night.later(0.2).tick()

    assert night.result == "declined"
    assert "that ends when it has been read at rest" in night.said
    night.focuser(30040)
    assert night.moves == []


def test_one_that_is_lost_again_declines_the_change_at_once() -> None:
    night = back_unread()

    night.ask(HA)
    night.wheel(HA)
    night.later(1).focuser_gone()
    night.later(1).focuser(30040)

    assert night.result == "declined"
    assert night.moves == []


def test_after_a_move_that_went_out_of_sight_the_next_request_waits_for_where_it_ended() -> None:
    night = Night().begin(30000)
    night.ask(R)
    night.wheel(R)
    night.focuser(30010, moving=True)
    night.focuser_gone()
    assert night.result == "failed"

    come_back(night.later(5))
    night.ask(HA)
    night.wheel(HA)
    night.later(1).stand(30000)

    assert night.moves == [30040, 29975]
    night.arrive(29975)
    assert night.result == "done"
    assert night.rig.fault is None


def test_a_turn_at_the_real_wheel_is_followed_once_it_was_read() -> None:
    night = back_unread()

    night.wheel(HA)
    assert night.result == "waiting"
    assert night.moves == []
    night.later(1).tick()
    night.later(30).focuser(30040)

    assert night.moves == [29975]
    assert night.said.count("waiting") == 1


def test_at_the_real_wheel_too_nothing_moves_because_it_came_back_once_more() -> None:
    night = back_unread()

    night.wheel(HA)
    night.later(1).focuser_gone()
    night.later(1).focuser(30040)

    assert night.result == "declined"
    assert night.moves == []


def test_where_the_unknown_refuses_neither_device_moves() -> None:
    night = back_unread(unknown_refuses=True)

    step = night.ask(HA)

    assert step.refusal is not None
    assert night.turns == []


def test_what_was_moved_in_sight_is_waited_for_too() -> None:
    night = Night().begin(30000)
    night.ask(R)
    night.wheel(R)
    night.later(2.1).stand(30000)  # the move may still begin
    night.later(5).focuser(30020, moving=True)
    night.focuser(30040)

    night.ask(HA)
    night.wheel(HA)
    night.later(POLLED_S).focuser(30040)

    assert night.rig.ledger.base_steps == 30000
    assert night.moves[-1] == 29975
