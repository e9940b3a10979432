"""How devices are lost and found again: each is a walk of `test_obstacles.py`."""

from dataclasses import replace

from rigd.devices.events import DeviceSilent, FocuserReport, ServerDown, ServerUp
from tests.focus.night import FOCUSER, Night
from tests.focus.walks import HA, L, R, rest_long, stand, turn_and_arrive


def pull_the_line(night: Night) -> None:
    said = "Serial write error"
    night.feed(DeviceSilent(at_s=night.now_s, ref=FOCUSER, sentence=said))


def plug_it_in(night: Night) -> None:
    night.feed(DeviceSilent(at_s=night.now_s, ref=FOCUSER, sentence=None))


def connect_it_anew(night: Night) -> None:
    night.focuser_gone()
    stand(night, 30000)


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


def forget_position(night: Night) -> None:
    night.focuser(30000)
    assert night.rig.focuser is not None
    night.feed(replace(night.rig.focuser, at_s=night.now_s, position_steps=None))


def say_senseless_place(night: Night) -> None:
    night.focuser(30000)
    night.focuser(-5)


def say_far_place(night: Night) -> None:
    """It says to stand far away, and was not seen to move there."""
    night.focuser(30000)
    night.focuser(10000)


def say_what_was_not_read(night: Night) -> None:
    """Back again, it says 0 where it was not read."""
    night.focuser(30000)
    night.focuser_gone()
    for _ in range(40):
        night.later(1).focuser(0)


def say_it_on(night: Night) -> None:
    for _ in range(31):
        night.later(1).focuser(10000)


def lose_wheel(night: Night) -> None:
    assert night.rig.wheel is not None
    night.feed(replace(night.rig.wheel, connected=False, filter_position=None))


def find_wheel(night: Night) -> None:
    night.wheel(L, baseline=True)


def fail_wheel(night: Night) -> None:
    night.wheel(None, fault="the wheel is stuck")


def come_back_at_another_filter(night: Night) -> None:
    """The wheel was away, and its driver claims another slot than before."""
    night.wheel_gone()
    night.later(3).wheel(HA, baseline=True)


def turn_home(night: Night) -> None:
    night.wheel(None)
    night.wheel(L)


def lose_wheel_in_a_change(night: Night) -> None:
    """The wheel's driver says R after it came back, and the focuser stands there already."""
    night.ask(R)
    night.wheel(None)
    night.arrive(30040)
    night.wheel_gone()
    night.wheel(R, baseline=True)


def turn_at_the_wheel(night: Night) -> None:
    night.wheel(None)
    night.wheel(R)


def server_down(night: Night) -> None:
    night.feed(ServerDown(at_s=night.now_s, server="sim", reason="refused"))


def server_up(night: Night) -> None:
    night.feed(ServerUp(at_s=night.now_s, server="sim"))


def come_back_elsewhere(night: Night) -> None:
    """The focuser was away and came back elsewhere, with an offset in it."""
    night.ask(R)
    turn_and_arrive(night, R)
    night.focuser_gone()
    stand(night, 35000)


def come_back_home(night: Night) -> None:
    """Its driver has read it anew."""
    night.focuser_gone()
    stand(night, 30040)
    rest_long(night)
