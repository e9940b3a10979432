"""What the profile tells rigd to connect is asked for again until it is connected."""

from rigd.devices.events import DeviceGone, FocuserReport, WheelReport
from rigd.focus.obstacles import Obstacle, find_obstacles
from rigd.focus.state.effects import ConnectDevice
from rigd.focus.state.requests import ConnectCommandFailed, ConnectRequested
from tests.focus.night import FOCUSER, WHEEL, Night

WORDS = "Failed to connect to port /dev/ttyUSB0"
BOTH = frozenset({FOCUSER, WHEEL})


def asked(night: Night) -> list[float]:
    """How often the focuser was asked to connect."""
    return [e for e in night.effects if e == ConnectDevice(ref=FOCUSER)]  # type: ignore[misc]


def refuse(night: Night, words: str | None = WORDS) -> None:
    night.feed(FocuserReport(at_s=night.now_s, ref=FOCUSER, connected=False, fault=words))


def wait(night: Night, seconds: int) -> list[float]:
    """When the focuser was asked meanwhile."""
    began_s, times = night.now_s, []
    for _ in range(seconds):
        count = len(asked(night))
        night.later(1).tick()
        if len(asked(night)) > count:
            times.append(night.now_s - began_s)
    return times


def obstacle(night: Night, name: str = "focuser") -> Obstacle | None:
    found = find_obstacles(night.rig, night.now_s)
    return next((one for one in found if one.name == name), None)


def test_a_device_that_its_driver_refuses_is_asked_again_ever_more_rarely() -> None:
    night = Night(connect=BOTH)
    night.focuser_gone()
    refuse(night)

    times = wait(night, 220)

    assert len(asked(night)) == 1 + len(times)
    assert times == [5, 15, 35, 75, 135, 195]


def test_status_and_log_have_the_drivers_words() -> None:
    night = Night(connect=BOTH)
    night.focuser_gone()
    refuse(night)
    wait(night, 300)
    refuse(night)

    shown = obstacle(night)

    assert shown is not None
    assert WORDS in shown.sentence
    assert "rigd tries again, at least every 60 s" in shown.ends_when
    assert night.said.count(WORDS) == 1


def test_once_connected_it_is_said_and_asked_no_more() -> None:
    night = Night(connect=BOTH)
    night.camera()
    night.wheel(0, baseline=True)
    refuse(night)

    night.focuser(30000)
    times = wait(night, 300)

    assert times == []
    assert obstacle(night) is None
    assert "focuser is connected" in night.said


def test_what_another_client_disconnects_is_left_to_it() -> None:
    night = Night(connect=BOTH).begin(30000)

    night.focuser_gone()
    times = wait(night, 300)
    shown = obstacle(night)

    assert times == []
    assert asked(night) == []
    assert shown is not None
    assert "leaves that to whoever did it" in shown.sentence


def test_a_client_that_connects_rigds_device_asks_for_it_again() -> None:
    night = Night(connect=BOTH).begin(30000)
    night.focuser_gone()

    night.feed(ConnectRequested(at_s=night.now_s, client="N.I.N.A."))
    refuse(night)

    assert len(asked(night)) == 1
    assert wait(night, 10) == [5]


def test_what_its_driver_loses_is_connected_again() -> None:
    night = Night(connect=BOTH).begin(30000)

    refuse(night)

    assert wait(night, 10) == [5]


def test_a_device_that_appears_anew_is_asked_at_once() -> None:
    night = Night(connect=BOTH).begin(30000)
    night.feed(DeviceGone(at_s=night.now_s, ref=FOCUSER))
    assert asked(night) == []

    night.later(60).focuser_gone()

    assert len(asked(night)) == 1


def test_one_that_refuses_by_its_answer_is_asked_again_too() -> None:
    night = Night(connect=BOTH)
    night.focuser_gone()

    night.feed(ConnectCommandFailed(at_s=night.now_s, ref=FOCUSER, reason="no such port"))
    shown = obstacle(night)

    assert wait(night, 10) == [5]
    assert shown is not None
    assert "no such port" in shown.sentence


def test_a_wheel_is_asked_again_like_the_focuser() -> None:
    night = Night(connect=BOTH)
    night.feed(WheelReport(at_s=night.now_s, ref=WHEEL, connected=False, fault=WORDS))

    wait(night, 6)
    shown = obstacle(night, "wheel")

    assert [e for e in night.effects if e == ConnectDevice(ref=WHEEL)] == [
        ConnectDevice(ref=WHEEL),
        ConnectDevice(ref=WHEEL),
    ]
    assert shown is not None
    assert WORDS in shown.sentence


def test_with_a_move_open_it_is_asked_once_that_is_over() -> None:
    night = Night(connect=BOTH).begin(30000)
    night.move(30500)
    night.focuser(30100, moving=True)
    night.feed(DeviceGone(at_s=night.now_s, ref=FOCUSER))
    refuse(night, None)
    during = len(asked(night)) if night.rig.move is not None else 0

    wait(night, 700)

    assert during == 0
    assert asked(night) != []


def test_without_its_word_in_the_profile_nothing_is_asked() -> None:
    night = Night()
    night.focuser_gone()
    refuse(night)

    assert wait(night, 300) == []
    assert asked(night) == []


def test_at_first_sight_without_a_wheel_the_wheel_ends_what_is_unknown_and_status_says_so() -> None:
    night = Night()
    night.camera()
    night.wheel_gone()
    night.focuser(30000)
    night.focuser(30000)
    shown = obstacle(night, "ledger")

    night.wheel(0, baseline=True)
    night.focuser(30000)

    assert shown is not None
    assert "the filter wheel is not connected" in shown.sentence
    assert shown.ends_when.startswith("the filter in the light is known")
    assert "adopt" not in shown.ends_when
    assert obstacle(night, "ledger") is None


def test_where_a_human_s_word_needs_the_wheel_status_says_so() -> None:
    night = Night().begin(30000, filter_position=1)
    night.focuser_gone()
    night.stand(50000)
    night.wheel_gone()

    shown = obstacle(night, "ledger")

    assert shown is not None
    assert shown.ends_when.endswith(
        "for both the filter in the light must be known: the filter wheel is connected and says "
        "where it stands"
    )
