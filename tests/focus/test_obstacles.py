"""No state without an exit: whatever waits or refuses says what ends it, and that ends it.

Each way into such a state is walked to its end: by what a human can do, and by what the device does
when it recovers. Afterwards a filter change is done as on any other night.
"""

import ast
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from rigd.devices.events import (
    DeviceSilent,
    FocuserReport,
    GuiderReport,
    MountReport,
    ServerDown,
    ServerUp,
)
from rigd.focus import obstacles
from rigd.focus.obstacles import Obstacle, find_obstacles
from rigd.focus.state.requests import (
    AdoptRequested,
    HaltRequested,
    HoldRequested,
    ProfileChangeRequested,
    ProfileKept,
    SharingJudged,
    StoreJudged,
    TrainJudged,
)
from rigd.focus.state.settings import Mode
from rigd.focus.state.temperature import TemperatureSettings
from tests.focus.night import CAMERA, FOCUSER, GUIDE_FOCUSER, POLLED_S, DeviceRef, Night
from tests.focus.test_second_applier import stood_down

GUIDER = DeviceRef("phd2", "PHD2")
MOUNT = replace(CAMERA, key="mount")
L, R, HA = 0, 1, 2

Walk = Callable[[Night], None]


@dataclass(frozen=True)
class State:
    """A state in which rigd waits or refuses: the way into it, and every way out."""

    obstacle: str
    enter: Walk
    exits: tuple[Walk, ...]
    settings: tuple[tuple[str, object], ...] = ()


def stand(night: Night, position: int) -> None:
    """The focuser is seen at rest, and again once its driver has surely looked again."""
    night.focuser(position)
    night.later(POLLED_S).focuser(position)


# --- ways in and out ----------------------------------------------------------------------------


def expose(night: Night) -> None:
    night.camera(busy=True)


def end_exposure(night: Night) -> None:
    night.camera()


def slew(night: Night) -> None:
    night.feed(MountReport(at_s=night.now_s, ref=MOUNT, connected=True, slewing=True))


def track(night: Night) -> None:
    night.feed(MountReport(at_s=night.now_s, ref=MOUNT, connected=True, slewing=False))


def hold(night: Night) -> None:
    night.feed(HoldRequested(at_s=night.now_s, client="hand", hold=True))


def end_hold(night: Night) -> None:
    night.feed(HoldRequested(at_s=night.now_s, client="hand", hold=False))


def compensate(night: Night) -> None:
    night.compensates = True
    night.focuser(night.rig.ledger.raw_steps or 0)


def compensate_no_more(night: Night) -> None:
    night.compensates = False
    night.focuser(night.rig.ledger.raw_steps or 0)


def guide_the_mount(night: Night) -> None:
    night.feed(GuiderReport(at_s=night.now_s, ref=GUIDER, connected=True, guiding=True))


def stop_guiding(night: Night) -> None:
    night.feed(GuiderReport(at_s=night.now_s, ref=GUIDER, connected=True, guiding=False))


def edit_profile(night: Night) -> None:
    night.feed(ProfileChangeRequested(at_s=night.now_s, client="me"))


def keep_profile(night: Night) -> None:
    night.feed(ProfileKept(at_s=night.now_s))


def contradict(night: Night) -> None:
    night.feed(TrainJudged(at_s=night.now_s, mismatch="the mount says 400 mm, the profile 800 mm"))


def confirm_train(night: Night) -> None:
    night.feed(TrainJudged(at_s=night.now_s, mismatch=None))


def share(night: Night) -> None:
    night.feed(SharingJudged(at_s=night.now_s, sentence="rig b applies to focuser EAF too"))


def share_no_more(night: Night) -> None:
    night.feed(SharingJudged(at_s=night.now_s, sentence=None))


def pull_the_line(night: Night) -> None:
    said = "Serial write error"
    night.feed(DeviceSilent(at_s=night.now_s, ref=FOCUSER, sentence=said))


def plug_it_in(night: Night) -> None:
    night.feed(DeviceSilent(at_s=night.now_s, ref=FOCUSER, sentence=None))


def connect_it_anew(night: Night) -> None:
    night.focuser_gone()
    stand(night, 30000)


def fill_the_disk(night: Night) -> None:
    night.feed(StoreJudged(at_s=night.now_s, reason="no space left"))


def make_room(night: Night) -> None:
    night.feed(StoreJudged(at_s=night.now_s, reason=None))


def focus(night: Night, client: str = "alpyca") -> None:
    """An autofocus of a client through rigd's focuser."""
    for position in (29900, 30100, 30010):
        night.later(10).move(position, client)
        night.arrive(position)
        night.camera(busy=True)
        night.camera()


def rest_long(night: Night) -> None:
    for _ in range(13):
        night.later(10).tick()


def ask_as_its_client(night: Night) -> None:
    night.later(5).ask(R)
    turn_and_arrive(night, R)


def move_by_hand(night: Night) -> None:
    night.focuser(30200, moving=True)
    night.focuser(30200)
    night.focuser(30200)


def move_by_hand_and_stay(night: Night) -> None:
    night.focuser(30200, moving=True)


def adopt_on_the_way(night: Night) -> None:
    """A client's move was halted and goes on all the same; a human adopts it on its way."""
    move_through_rigd(night)
    night.feed(HaltRequested(at_s=night.now_s, client="hand"))
    adopt(night)


def stand_still(night: Night) -> None:
    night.focuser(30200)
    night.focuser(30200)
    rest_long(night)


def lose_focuser(night: Night) -> None:
    night.focuser_gone()


def connect_focuser(night: Night) -> None:
    """The focuser is there again, and its driver does not know yet where it stands."""
    night.focuser_gone()
    night.feed(FocuserReport(at_s=night.now_s, ref=FOCUSER, connected=True))


def find_focuser(night: Night) -> None:
    raw = night.rig.ledger.raw_steps or 30000
    night.focuser(raw)
    night.focuser(raw)


def reconnect_focuser(night: Night) -> None:
    night.focuser_gone()
    stand(night, night.rig.ledger.raw_steps or 30000)


def lose_wheel(night: Night) -> None:
    assert night.rig.wheel is not None
    night.feed(replace(night.rig.wheel, connected=False, filter_position=None))


def find_wheel(night: Night) -> None:
    night.wheel(L, baseline=True)


def fail_wheel(night: Night) -> None:
    night.wheel(None, fault="the wheel is stuck")


def forget_position(night: Night) -> None:
    night.focuser(30000)
    assert night.rig.focuser is not None
    night.feed(replace(night.rig.focuser, at_s=night.now_s, position_steps=None))


def come_back_elsewhere(night: Night) -> None:
    """The focuser was away and came back elsewhere, with an offset in it."""
    night.ask(R)
    turn_and_arrive(night, R)
    night.focuser_gone()
    stand(night, 35000)


def adopt(night: Night) -> None:
    night.feed(AdoptRequested(at_s=night.now_s, client="human"))


def come_back_home(night: Night) -> None:
    night.focuser(30040, moving=True)
    stand(night, 30040)
    rest_long(night)


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


def turn_and_arrive(night: Night, to: int) -> None:
    night.wheel(None)
    night.wheel(to)
    if night.rig.move is not None:
        night.arrive(night.rig.move.target_steps)


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


def server_down(night: Night) -> None:
    night.feed(ServerDown(at_s=night.now_s, server="sim", reason="refused"))


def server_up(night: Night) -> None:
    night.feed(ServerUp(at_s=night.now_s, server="sim"))


def stand_down(night: Night) -> None:
    night.rig = stood_down().rig
    night.now_s = stood_down().now_s


def apply_again(night: Night) -> None:
    night.switch(Mode.APPLY)


def guide(night: Night, position: int, *, moving: bool = False, connected: bool = True) -> None:
    night.feed(
        FocuserReport(
            at_s=night.now_s,
            ref=GUIDE_FOCUSER,
            connected=connected,
            position_steps=position,
            moving=moving,
            min_steps=0,
            max_steps=20000,
        )
    )


def see_guide_focuser(night: Night) -> None:
    guide(night, 10000)
    guide(night, 10000)


def lose_guide_focuser(night: Night) -> None:
    see_guide_focuser(night)
    guide(night, 10000, connected=False)


def follow_with_guide_focuser(night: Night) -> None:
    see_guide_focuser(night)
    night.ask(R)
    turn_and_arrive(night, R)
    guide(night, 10020, moving=True)


def arrive_with_guide_focuser(night: Night) -> None:
    guide(night, 10020)
    guide(night, 10020)


def find_guide_focuser_elsewhere(night: Night) -> None:
    follow_with_guide_focuser(night)
    arrive_with_guide_focuser(night)
    guide(night, 10020, connected=False)
    guide(night, 15000)
    guide(night.later(POLLED_S), 15000)


def stall_guide_focuser(night: Night) -> None:
    follow_with_guide_focuser(night)
    guide(night, 10007)
    guide(night.later(POLLED_S), 10007)


def never_arrive_with_guide_focuser(night: Night) -> None:
    follow_with_guide_focuser(night)
    for _ in range(4):
        guide(night, 10020, moving=True)
        night.later(10).tick()


def change_and_follow(night: Night) -> None:
    change_to(night, HA)


def cool_down(night: Night) -> None:
    for night.celsius in (10.0, 10.0, 8.0, 8.0):
        night.later(60).focuser(30000)
        night.tick()


FOLLOWS = TemperatureSettings(steps_per_c=-5.0, by_filter=(), dead_band_steps=3, max_age_s=600.0)
GUIDED = (("guide_focuser", GUIDE_FOCUSER), ("guide_steps_per_step", 0.5))
STATES = (
    State("camera", expose, (end_exposure,)),
    State("mount", slew, (track,), (("mount", MOUNT),)),
    State("hold", hold, (end_hold,)),
    State("temperature_compensation", compensate, (compensate_no_more,)),
    State(
        "guiding",
        guide_the_mount,
        (stop_guiding,),
        (("guider", GUIDER), ("guider_pause", False)),
    ),
    State("profile", edit_profile, (keep_profile,)),
    State("train", contradict, (confirm_train,)),
    State("sharing", share, (share_no_more,)),
    State("store", fill_the_disk, (make_room,)),
    State("focuser_silent", pull_the_line, (plug_it_in, connect_it_anew)),
    State("autofocus", focus, (rest_long, ask_as_its_client)),
    State("mover", move_by_hand, (rest_long,)),
    State("mover", move_by_hand_and_stay, (stand_still,)),
    State("motion", adopt_on_the_way, (stand_still, reconnect_focuser)),
    State("focuser", lose_focuser, (find_focuser,)),
    State("focuser", forget_position, (find_focuser,)),
    State("reading", connect_focuser, (find_focuser,)),
    State("wheel", lose_wheel, (find_wheel,)),
    State("wheel_fault", fail_wheel, (find_wheel, ask_again)),
    State("filter", fail_wheel, (find_wheel, ask_again)),
    State("ledger", come_back_elsewhere, (adopt, come_back_home, focus_on_a_known_filter)),
    State("fault", ask_and_fail, (ask_again,)),
    State("change", ask, (arrive, miss_the_deadline)),
    State("change", put_in_by_hand, (swap, nobody_swaps), (("swap_limit_s", 300.0),)),
    State("own_move", move_through_rigd, (arrive_there, miss_the_deadline)),
    State("queued", move_twice, (arrive_twice,)),
    State("pending", turn_while_exposing, (expose_no_more, turn_back)),
    State("focus", apply_with_anothers_focus, (ask_again, adopt, change_and_follow)),
    State("whose_focus", come_back_elsewhere_and_apply_nothing, (adopt_and_apply, focus_and_apply)),
    State("server sim", server_down, (server_up,)),
    State("stood_down", stand_down, (apply_again,)),
    State("unused", cool_down, (ask_again,), (("temperature", FOLLOWS),)),
    State("guide_focuser", lose_guide_focuser, (see_guide_focuser,), GUIDED),
    State("guide_move", never_arrive_with_guide_focuser, (arrive_with_guide_focuser,), GUIDED),
    State("guide_ledger", find_guide_focuser_elsewhere, (adopt,), GUIDED),
    State("guide_fault", stall_guide_focuser, (change_and_follow,), GUIDED),
)


def change_to(night: Night, to: int) -> None:
    """A client's filter change, as on any other night."""
    step = night.ask(to)
    assert step.refusal is None
    turn_and_arrive(night, to)
    if night.rig.guide_focuser is not None and night.rig.guide_focuser.move is not None:
        there = night.rig.guide_focuser.move.target_steps
        guide(night, there, moving=True)
        guide(night, there)
        guide(night, there)
    assert night.result == "done"
    assert night.rig.fault is None


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
