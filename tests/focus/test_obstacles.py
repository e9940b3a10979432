"""No state without an exit: whatever waits or refuses says what ends it, and that ends it.

Each way into such a state is walked to its end: by what a human can do, and by what the device does
when it recovers. Afterwards a filter change is done as on any other night.
"""

import ast
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from rigd.focus import obstacles
from rigd.focus.obstacles import Obstacle, find_obstacles
from rigd.focus.state.temperature import TemperatureSettings
from tests.focus import device_walks as devices
from tests.focus import gate_walks as gates
from tests.focus import guide_walks as guide
from tests.focus import move_walks as moves
from tests.focus.gate_walks import GUIDER, MOUNT
from tests.focus.night import GUIDE_FOCUSER, Night
from tests.focus.walks import HA, R, rest_long, turn_and_arrive

Walk = Callable[[Night], None]


@dataclass(frozen=True)
class State:
    """A state in which rigd waits or refuses: the way into it, and every way out."""

    obstacle: str
    enter: Walk
    exits: tuple[Walk, ...]
    settings: tuple[tuple[str, object], ...] = ()


def change_to(night: Night, to: int) -> None:
    """A client's filter change, as on any other night."""
    step = night.ask(to)
    assert step.refusal is None
    turn_and_arrive(night, to)
    if night.rig.guide_focuser is not None and night.rig.guide_focuser.move is not None:
        there = night.rig.guide_focuser.move.target_steps
        guide.guide(night, there, moving=True)
        guide.guide(night, there)
        guide.guide(night, there)
    assert night.result == "done"
    assert night.rig.fault is None


def change_and_follow(night: Night) -> None:
    change_to(night, HA)


def cool_down(night: Night) -> None:
    for night.celsius in (10.0, 10.0, 8.0, 8.0):
        night.later(60).focuser(30000)
        night.tick()


def break_thermometer(night: Night) -> None:
    for night.celsius in (10.0, 10.0, -39.0, -39.0, -39.0):
        night.later(60).focuser(30000)
        night.tick()


def mend_thermometer(night: Night) -> None:
    night.celsius = 9.0
    night.later(60).focuser(30000)


FOLLOWS = TemperatureSettings(steps_per_c=-5.0, by_filter=(), dead_band_steps=3, max_age_s=600.0)
GUIDED = (("guide_focuser", GUIDE_FOCUSER), ("guide_steps_per_step", 0.5))
STATES = (
    State("camera", gates.expose, (gates.end_exposure,)),
    State("mount", gates.slew, (gates.track,), (("mount", MOUNT),)),
    State("hold", gates.hold, (gates.end_hold,)),
    State("temperature_compensation", gates.compensate, (gates.compensate_no_more,)),
    State(
        "guiding",
        gates.guide_the_mount,
        (gates.stop_guiding,),
        (("guider", GUIDER), ("guider_pause", False)),
    ),
    State("profile", gates.edit_profile, (gates.keep_profile,)),
    State("train", gates.contradict, (gates.confirm_train,)),
    State("sharing", gates.share, (gates.share_no_more,)),
    State("other_camera", gates.expose_beside, (gates.rest_beside,)),
    State("other_guider", gates.guide_beside, (gates.rest_beside,)),
    State("other_autofocus", gates.focus_beside, (gates.rest_beside,)),
    State("mover", gates.order_beside, (gates.rest_beside,)),
    State("clients_lost", gates.cut_clients_off, (gates.let_clients_in,)),
    State("news", gates.sleep, (gates.read_what_was_said,)),
    State("store", gates.fill_the_disk, (gates.make_room,)),
    State("focuser_silent", devices.pull_the_line, (devices.plug_it_in, devices.connect_it_anew)),
    State("autofocus", moves.focus, (rest_long, moves.ask_as_its_client)),
    State("mover", moves.move_by_hand, (rest_long,)),
    State("mover", moves.move_by_hand_and_stay, (moves.stand_still,)),
    State("motion", moves.move_on_for_ever, (moves.come_to_rest, devices.reconnect_focuser)),
    State("focuser", devices.lose_focuser, (devices.find_focuser,)),
    State("focuser", devices.forget_position, (devices.find_focuser,)),
    State("focuser", devices.say_senseless_place, (devices.find_focuser,)),
    State("leap", devices.say_far_place, (devices.connect_it_anew, devices.say_it_on, moves.adopt)),
    State(
        "unread",
        devices.say_what_was_not_read,
        (devices.connect_it_anew, devices.come_back_home, moves.move_it_through_rigd),
    ),
    State("reading", devices.connect_focuser, (devices.find_focuser,)),
    State("wheel", devices.lose_wheel, (devices.find_wheel,)),
    State("wheel_fault", devices.fail_wheel, (devices.find_wheel, moves.ask_again)),
    State("filter", devices.fail_wheel, (devices.find_wheel, moves.ask_again)),
    State("filter", devices.come_back_at_another_filter, (devices.turn_home, moves.ask_again)),
    State(
        "filter",
        devices.lose_wheel_in_a_change,
        (moves.ask_again, devices.turn_at_the_wheel),
    ),
    State(
        "ledger",
        devices.come_back_elsewhere,
        (moves.adopt, devices.come_back_home, moves.focus_on_a_known_filter),
    ),
    State("fault", moves.ask_and_fail, (moves.ask_again,)),
    State(
        "fault",
        moves.stall_in_a_trim,
        (moves.trim_again, moves.turn_and_follow, moves.adopt, change_and_follow),
    ),
    State(
        "fault",
        moves.stall_after_the_temperature,
        (moves.turn_and_follow, moves.adopt, change_and_follow),
        (("temperature", FOLLOWS),),
    ),
    State("change", moves.ask, (moves.arrive, moves.miss_the_deadline)),
    State(
        "change", moves.put_in_by_hand, (moves.swap, moves.nobody_swaps), (("swap_limit_s", 300.0),)
    ),
    State("own_move", moves.move_through_rigd, (moves.arrive_there, moves.miss_the_deadline)),
    State("queued", moves.move_twice, (moves.arrive_twice,)),
    State("pending", moves.turn_while_exposing, (moves.expose_no_more, moves.turn_back)),
    State(
        "focus", moves.apply_with_anothers_focus, (moves.ask_again, moves.adopt, change_and_follow)
    ),
    State(
        "whose_focus",
        moves.come_back_elsewhere_and_apply_nothing,
        (moves.adopt_and_apply, moves.focus_and_apply),
    ),
    State("server sim", devices.server_down, (devices.server_up,)),
    State("stood_down", gates.stand_down, (gates.apply_again,)),
    State("unused", cool_down, (moves.ask_again,), (("temperature", FOLLOWS),)),
    State(
        "thermometer",
        break_thermometer,
        (mend_thermometer, moves.adopt),
        (("temperature", FOLLOWS),),
    ),
    State("guide_focuser", guide.lose_guide_focuser, (guide.see_guide_focuser,), GUIDED),
    State("guide_focuser", guide.say_senseless_place, (guide.see_guide_focuser,), GUIDED),
    State(
        "guide_leap", guide.say_far_place, (guide.read_guide_focuser_again, guide.say_it_on), GUIDED
    ),
    State("guide_unread", guide.say_what_was_not_read, (guide.read_guide_focuser_again,), GUIDED),
    State(
        "guide_move",
        guide.never_arrive_with_guide_focuser,
        (guide.arrive_with_guide_focuser,),
        GUIDED,
    ),
    State("guide_reading", guide.move_guide_focuser_unread, (guide.read_guide_focuser,), GUIDED),
    State("guide_ledger", guide.find_guide_focuser_elsewhere, (moves.adopt,), GUIDED),
    State("guide_fault", guide.stall_guide_focuser, (change_and_follow,), GUIDED),
)


def found(night: Night) -> dict[str, Obstacle]:
    return {one.name: one for one in find_obstacles(night.rig, night.now_s)}


def begun(state: State) -> Night:
    night = Night(**dict(state.settings)).begin(30000)
    state.enter(night)
    return night


WAYS = [
    pytest.param(state, leave, id=f"{state.obstacle}: {state.enter.__name__}, {leave.__name__}")
    for state in STATES
    for leave in state.exits
]


@pytest.mark.parametrize("state", STATES, ids=lambda s: f"{s.obstacle}: {s.enter.__name__}")
def test_a_state_that_waits_or_refuses_says_what_ends_it(state: State) -> None:
    one = found(begun(state)).get(state.obstacle)

    assert one is not None
    assert one.sentence
    assert one.ends_when


@pytest.mark.parametrize(("state", "leave"), WAYS)
def test_every_way_out_ends_it_and_the_next_filter_change_is_done(
    state: State, leave: Walk
) -> None:
    night = begun(state)

    leave(night)

    assert state.obstacle not in found(night)
    night.later(60).tick()
    base = (night.rig.ledger.raw_steps or 0) - (
        night.rig.ledger.embodied.filter_steps if night.rig.ledger.embodied else 0
    )
    to, steps = (HA, -25) if night.rig.filter_position != HA else (R, 40)
    night.later(60)
    change_to(night, to)
    assert night.rig.ledger.raw_steps == base + steps


def test_every_gate_and_obstacle_has_a_way_that_is_walked() -> None:
    root = Path(obstacles.__file__).parent
    named = {
        keyword.value.value
        for path in root.rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in {"Gate", "Obstacle"}
        for keyword in call.keywords
        if keyword.arg == "name" and isinstance(keyword.value, ast.Constant)
    }
    of_one_request = {"limits", "pace", "mode"}
    """They refuse a request for one target and then stand in nobody's way."""

    assert named - of_one_request <= {state.obstacle for state in STATES}


def test_what_a_waiting_offset_waits_for_is_said_once_and_with_what_ends_it() -> None:
    night = Night().begin()
    night.camera(busy=True)
    night.wheel(R)
    night.later(1).tick()

    found = find_obstacles(night.rig, night.now_s)

    (one,) = [each for each in found if "exposing" in each.sentence]
    assert one.name == "pending"
    said = "you say `rigd release camera`; or the filter is changed again"
    assert one.ends_when.endswith(said)
    assert one.ends_when.startswith("the exposure and its download are over, or, ")
