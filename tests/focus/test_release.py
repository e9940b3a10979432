"""A human gives a device up that does not answer."""

from rigd.devices.events import DeviceGone, DeviceSeen
from rigd.devices.identity import DeviceIdentity, WireProtocol
from rigd.focus.cautions import cautions
from rigd.focus.gates import find_gate_for_change
from rigd.focus.state.effects import ReadFocuser, Refusal, Step
from rigd.focus.state.requests import ReleaseRequested
from rigd.focus.state.rig import Origin
from tests.focus.night import FOCUSER, Night


def release(night: Night, device: str) -> Step:
    return night.feed(ReleaseRequested(at_s=night.now_s, device=device, client="me"))


def test_a_focuser_that_moves_for_ever_holds_up_no_filter_change() -> None:
    night = Night().begin(30000)
    night.ask(1)
    night.wheel(1)
    night.focuser(30010, moving=True)

    assert release(night, "focuser").refusal is None

    assert night.result == "failed"
    assert night.rig.move is None
    assert "focuser focuser released by me: the filter change goes on without it" in night.said
    assert "the move to 30040 steps is given up" in night.said


def test_where_it_is_found_then_is_judged_as_at_a_start() -> None:
    night = Night().begin(30000)
    night.ask(1)
    night.wheel(1)
    night.focuser(30010, moving=True)
    release(night, "focuser")

    night.stand(30040)

    assert night.rig.ledger.base_steps == 30000
    assert night.rig.ledger.embodied_filter == "r"


def test_a_focuser_at_rest_that_was_given_up_is_asked_where_it_is() -> None:
    night = Night().begin(30000)
    night.move(30010)
    release(night, "focuser")
    night.effects.clear()

    night.later(1).tick()

    assert any(isinstance(effect, ReadFocuser) for effect in night.effects)


def test_a_clients_move_is_given_up_too() -> None:
    night = Night().begin(30000)
    night.move(40000)
    night.focuser(30100, moving=True)

    release(night, "focuser")

    assert night.rig.move is None
    assert night.rig.fault is None

    night.later(20).focuser(30200, moving=True)
    turned = night.ask(1)

    assert turned.refusal is None
    assert night.turns == [1]
    assert night.moves == [40000]


def test_a_wheel_that_never_arrives_ends_the_change() -> None:
    night = Night().begin(30000)
    night.ask(1)
    night.arrive(30040)
    night.wheel(None)

    release(night, "wheel")

    assert night.result == "failed"
    assert night.rig.fault == "the wheel was released by me"
    assert night.rig.shown_filter_position is None
    night.wheel(1)
    assert night.rig.filter_position == 1


def test_a_wheel_at_rest_that_is_given_up_keeps_its_filter() -> None:
    night = Night().begin(30000)

    release(night, "wheel")

    assert night.rig.filter_position == 0
    assert "nothing of it was waited for; L is in the light, as it last said" in night.said
    assert night.ask(1).refusal is None


def test_the_filter_of_a_wheel_given_up_while_it_turns_is_known_where_it_rests() -> None:
    night = Night().begin(30000)
    night.wheel(None)

    release(night, "wheel")
    unknown = night.rig.filter_position
    night.wheel(1)

    assert unknown is None
    assert night.rig.filter_position == 1


def test_a_camera_that_exposes_for_ever_closes_no_gate() -> None:
    night = Night().begin(30000)
    night.camera(busy=True)
    assert night.ask(1).refusal is Refusal.GATE

    release(night, "camera")

    assert night.ask(1).refusal is None


def test_what_the_rig_has_not_is_named() -> None:
    night = Night().begin(30000)

    refused = release(night, "rotator")

    assert refused.refusal is Refusal.INVALID
    assert refused.sentence == ("this rig has no device 'rotator'; it has: focuser, wheel, camera")


def test_a_focuser_that_says_for_ever_that_it_moves_is_given_up_and_the_wheel_turns_on() -> None:
    night = Night().begin(30000)
    night.focuser(30010, moving=True)
    refused = night.ask(1).refusal

    release(night, "focuser")
    night.later(5).ask(1)
    night.wheel(None)
    night.wheel(1)

    assert refused is Refusal.GATE
    assert "its motion is not waited for" in night.said
    assert night.result == "declined"
    assert night.moves == []
    night.later(5).focuser(30000)
    night.later(5).focuser(30000)
    assert night.rig.ledger.embodied is not None
    assert night.rig.ledger.base_steps == 30000


def test_after_its_deadline_a_focuser_whose_driver_died_in_mid_move_locks_no_wheel() -> None:
    night = Night().begin(30000)
    night.ask(1)
    night.wheel(None)
    night.wheel(1)
    night.focuser(30010, moving=True)
    for _ in range(12):
        night.later(10).tick()

    step = night.ask(2)
    night.wheel(None)
    night.wheel(2)

    assert step.refusal is None
    assert night.result == "declined"
    assert night.rig.shown_filter_position == 2


def test_a_device_that_is_gone_still_has_its_name() -> None:
    night = Night().begin(30000)
    identity = DeviceIdentity(ref=FOCUSER, protocol=WireProtocol.ALPACA, name="ZWO EAF")
    night.feed(DeviceSeen(at_s=night.now_s, identity=identity))
    night.ask(1)
    night.wheel(1)
    night.feed(DeviceGone(at_s=night.now_s, ref=FOCUSER))

    assert release(night, "ZWO EAF").refusal is None
    assert night.rig.move is None


def test_a_released_camera_is_heard_again_once_it_says_something() -> None:
    night = Night().begin(30000)
    night.camera(busy=True)
    gate = find_gate_for_change(night.rig, Origin.IN_PATH, night.now_s)

    release(night, "camera")
    own = find_gate_for_change(night.rig, Origin.REACTIVE, night.now_s)
    said = cautions(night.rig)
    night.camera()

    assert gate is not None
    assert "you say `rigd release camera`" in gate.opens_when
    assert "rigd moves nothing of its own accord until the camera next says something" in night.said
    assert own is not None
    assert own.opens_when == "the camera next says something, with its next exposure at the latest"
    assert any("are followed once it says something" in line for line in said)
    assert find_gate_for_change(night.rig, Origin.REACTIVE, night.now_s) is None
