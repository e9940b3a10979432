"""Moves, changes and searches that begin and end: each is a walk of `test_obstacles.py`."""

from rigd.focus.state.requests import AdoptRequested, HaltRequested, TrimRequested
from rigd.focus.state.settings import Mode
from tests.focus.night import Night
from tests.focus.walks import HA, L, R, rest_long, stand, turn_and_arrive


def focus(night: Night, client: str = "alpyca") -> None:
    """An autofocus of a client through rigd's focuser."""
    for position in (29900, 30100, 30010):
        night.later(10).move(position, client)
        night.arrive(position)
        night.camera(busy=True)
        night.camera()


def ask_as_its_client(night: Night) -> None:
    night.later(5).ask(R)
    turn_and_arrive(night, R)


def move_by_hand(night: Night) -> None:
    night.focuser(30200, moving=True)
    night.focuser(30200)
    night.focuser(30200)


def move_by_hand_and_stay(night: Night) -> None:
    night.focuser(30200, moving=True)


def move_on_for_ever(night: Night) -> None:
    """A client's move was halted, and its driver says for ever that the focuser moves."""
    move_through_rigd(night)
    night.feed(HaltRequested(at_s=night.now_s, client="hand"))
    rest_long(night)


def stall_in_a_trim(night: Night) -> None:
    """A trim that a human asked for ends before its target."""
    night.feed(TrimRequested(at_s=night.now_s, trim_steps=30, client="hand"))
    night.focuser(30010, moving=True)
    night.stand(30012)


def trim_again(night: Night) -> None:
    night.feed(TrimRequested(at_s=night.now_s, trim_steps=30, client="hand"))
    night.arrive(30030)


def stall_after_the_temperature(night: Night) -> None:
    """The focuser follows the cold, and stops before its target."""
    night.ask(R)
    turn_and_arrive(night, R)
    for night.celsius in (10.0, 10.0, 5.0, 5.0):
        night.later(60).focuser(30040)
        night.tick()
    night.focuser(30050, moving=True)
    night.stand(30050)


def turn_and_follow(night: Night) -> None:
    """Another program turns the wheel, and nobody asks rigd's."""
    night.later(60)
    turn_and_arrive(night, HA)


def come_to_rest(night: Night) -> None:
    stand(night, 30200)


def stand_still(night: Night) -> None:
    night.focuser(30200)
    night.focuser(30200)
    rest_long(night)


def adopt(night: Night) -> None:
    night.feed(AdoptRequested(at_s=night.now_s, client="human"))


def focus_on_a_known_filter(night: Night) -> None:
    for position in (34900, 35100, 35010):
        night.later(10).focuser(position, moving=True)
        stand(night, position)
        night.camera(busy=True)
        night.camera()
    rest_long(night)


def ask_and_fail(night: Night) -> None:
    night.ask(R)
    night.wheel(None)
    night.wheel(None, fault="the wheel is stuck")
    night.arrive(30040)


def ask_again(night: Night) -> None:
    night.ask(R)
    turn_and_arrive(night, R)


def ask(night: Night) -> None:
    night.ask(R)
    night.wheel(None)


def arrive(night: Night) -> None:
    turn_and_arrive(night, R)


def miss_the_deadline(night: Night) -> None:
    """Nothing more is heard until all have been given up, and what moved is where it was."""
    for _ in range(70):
        night.later(10).tick()
    stand(night, 30000)
    night.wheel(L)


def move_through_rigd(night: Night) -> None:
    night.move(30500)
    night.focuser(30100, moving=True)


def arrive_there(night: Night) -> None:
    night.arrive(30500)


def move_twice(night: Night) -> None:
    night.ask(R)
    night.wheel(None)
    night.focuser(30010, moving=True)
    night.move(30500)


def arrive_twice(night: Night) -> None:
    turn_and_arrive(night, R)
    assert night.rig.move is not None
    night.arrive(night.rig.move.target_steps)


def turn_while_exposing(night: Night) -> None:
    night.camera(busy=True)
    night.wheel(None)
    night.wheel(R)


def expose_no_more(night: Night) -> None:
    night.camera()
    if night.rig.move is not None:
        night.arrive(night.rig.move.target_steps)


def turn_back(night: Night) -> None:
    night.wheel(None)
    night.wheel(L)
    expose_no_more(night)


def put_in_by_hand(night: Night) -> None:
    night.ask(R)


def swap(night: Night) -> None:
    night.wheel(R)
    if night.rig.move is not None:
        night.arrive(night.rig.move.target_steps)


def nobody_swaps(night: Night) -> None:
    for _ in range(50):
        night.later(10).tick()
    stand(night, 30000)


def apply_with_anothers_focus(night: Night) -> None:
    night.switch(Mode.OBSERVE)
    night.wheel(R)
    night.switch(Mode.APPLY)


def come_back_elsewhere_and_apply_nothing(night: Night) -> None:
    night.switch(Mode.OBSERVE)
    night.focuser_gone()
    stand(night, 35000)
    night.later(60)


def adopt_and_apply(night: Night) -> None:
    adopt(night)
    night.switch(Mode.APPLY)


def focus_and_apply(night: Night) -> None:
    focus_on_a_known_filter(night)
    night.switch(Mode.APPLY)


def move_it_through_rigd(night: Night) -> None:
    """Its driver reads it once it moves, and where that ends is a place to count from."""
    night.move(30500)
    night.arrive(30500)
    rest_long(night)
