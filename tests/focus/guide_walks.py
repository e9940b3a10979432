"""What may befall a guide focuser: each is a walk of `test_obstacles.py`."""

from tests.focus.guide_night import guide
from tests.focus.night import POLLED_S, Night
from tests.focus.walks import R, turn_and_arrive


def see_guide_focuser(night: Night) -> None:
    guide(night, 10000)
    guide(night, 10000)


def lose_guide_focuser(night: Night) -> None:
    see_guide_focuser(night)
    guide(night, 10000, connected=False)


def say_senseless_place(night: Night) -> None:
    see_guide_focuser(night)
    guide(night, -5)


def say_far_place(night: Night) -> None:
    see_guide_focuser(night)
    guide(night, 0)


def say_what_was_not_read(night: Night) -> None:
    see_guide_focuser(night)
    guide(night, 10000, connected=False)
    guide(night, 0)


def say_it_on(night: Night) -> None:
    for _ in range(31):
        guide(night.later(1), 0)


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


def move_guide_focuser_unread(night: Night) -> None:
    follow_with_guide_focuser(night)
    arrive_with_guide_focuser(night)
    guide(night, 10020, connected=False)
    guide(night, 10010, moving=True)


def read_guide_focuser(night: Night) -> None:
    guide(night, 10020)
    guide(night.later(POLLED_S), 10020)


def read_guide_focuser_again(night: Night) -> None:
    guide(night, 10000)
    guide(night.later(POLLED_S), 10000)


def stall_guide_focuser(night: Night) -> None:
    follow_with_guide_focuser(night)
    guide(night, 10007)
    guide(night.later(POLLED_S), 10007)


def never_arrive_with_guide_focuser(night: Night) -> None:
    follow_with_guide_focuser(night)
    for _ in range(4):
        guide(night, 10020, moving=True)
        night.later(10).tick()
