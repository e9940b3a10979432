"""After a while in which rigd did not run it reads what devices said before it begins anything."""

import pytest

from rigd.focus.state.backlash import Backlash, FinalDirection
from rigd.focus.state.effects import MoveFocuser
from rigd.focus.state.ledger import Terms
from rigd.focus.state.requests import Woke
from rigd.focus.telling import why_not_tell
from tests.focus.gate_walks import read_what_was_said, sleep
from tests.focus.night import Night

R, HA = 1, 2


def asleep_in_a_change() -> Night:
    """L to R was asked for; rigd sleeps and hears then that the focuser has arrived."""
    night = Night().begin(30000)
    night.ask(R)
    night.wheel(R)
    night.focuser(30010, moving=True)
    sleep(night)
    night.stand(30040)
    assert night.result == "done"
    night.moves.clear()
    night.effects.clear()
    return night


def test_a_wheel_that_was_turned_meanwhile_is_not_followed_before_the_focuser_was_heard() -> None:
    night = asleep_in_a_change()

    night.wheel(HA)
    waits = night.result
    night.focuser(29900, moving=True)
    night.focuser(29800)
    read_what_was_said(night)
    led = list(night.moves)
    night.later(31).tick()

    assert waits == "waiting"
    assert led == []
    assert night.moves == [29800 - 40 - 25]


def test_with_nothing_else_said_it_is_followed_then() -> None:
    night = asleep_in_a_change()

    night.wheel(HA)
    read_what_was_said(night)

    assert night.moves == [30000 - 25]


def test_a_filter_asked_for_in_that_moment_turns_the_wheel_and_counts_from_where_it_is_read() -> (
    None
):
    night = Night().begin(30000)
    sleep(night)

    night.ask(R)
    turned, moved = list(night.turns), list(night.moves)
    night.wheel(R)
    night.focuser(31000, moving=True)
    night.focuser(31000)
    read_what_was_said(night)

    assert (turned, moved) == ([R], [])
    assert night.moves == [31040]


@pytest.mark.parametrize(("slept", "told"), [(True, False), (False, True)])
def test_what_was_planned_before_and_not_told_yet_is_not_told(*, slept: bool, told: bool) -> None:
    night = Night().begin(30000)
    night.tells = False
    night.ask(R)
    [command] = [one for one in night.untold if isinstance(one, MoveFocuser)]

    if slept:
        night.later(60).feed(Woke(at_s=night.now_s, slept_s=60.0))

    assert (why_not_tell(night.rig, command, night.now_s) is None) is told


def test_it_is_planned_again_once_all_has_been_read() -> None:
    night = Night().begin(30000)
    night.tells = False
    night.ask(R)
    night.later(60).feed(Woke(at_s=night.now_s, slept_s=60.0))

    night.fail_command()
    night.wheel(R)
    night.focuser(31000, moving=True)
    night.focuser(31000)
    read_what_was_said(night)
    night.tell()
    night.arrive(31040)

    assert night.moves == [30040, 31040]
    assert night.result == "done"


def test_a_clients_own_move_is_told_all_the_same() -> None:
    night = Night().begin(30000)
    night.tells = False
    night.move(31000)
    [command] = [one for one in night.untold if isinstance(one, MoveFocuser)]

    night.later(60).feed(Woke(at_s=night.now_s, slept_s=60.0))

    assert why_not_tell(night.rig, command, night.now_s) is None


def asleep_before_it_turns(*, jams: bool = False) -> Night:
    """L to R was asked for; rigd sleeps until the focuser has arrived where it turns back."""
    down = Backlash(steps=30, final_direction=FinalDirection.DOWN)
    night = Night(backlash=down).begin(30000)
    night.ask(R)
    night.wheel(None)
    night.wheel(0 if jams else R)
    night.focuser(30010, moving=True)
    sleep(night)
    night.stand(30070)
    return night


def test_a_change_turns_back_once_all_has_been_read() -> None:
    night = asleep_before_it_turns()

    waits = list(night.moves)
    read_what_was_said(night)
    night.arrive(30040)

    assert waits == [30070]
    assert night.moves == [30070, 30040]
    assert night.result == "done"


def test_from_where_it_was_led_meanwhile() -> None:
    night = asleep_before_it_turns()

    night.focuser(29900, moving=True)
    night.stand(29800)
    read_what_was_said(night)

    assert night.moves == [30070, 29770]


def test_with_a_wheel_that_has_failed_it_does_not_turn_back_on_what_was_heard_before() -> None:
    night = asleep_before_it_turns(jams=True)

    night.focuser(29900, moving=True)
    night.stand(29800)
    read_what_was_said(night)
    failed = (night.result, list(night.moves))
    night.ask(R)

    assert failed == ("failed", [30070])
    assert night.rig.ledger.embodied == Terms(filter_steps=70)
    assert night.rig.ledger.base_steps == 29800 - 70
    assert night.moves == [30070, 29770]
