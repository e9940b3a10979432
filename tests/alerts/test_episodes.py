"""Each episode is told once when it begins and once when it is over."""

from datetime import time

import pytest

from rigd.alert_settings import AlertKind, AlertsConfig
from rigd.alerts.episodes import GONE_S, Episodes
from rigd.alerts.rules import Condition


def condition(lasting_s: float = 0.0, about: str = "newton") -> Condition:
    return Condition(
        kind=AlertKind.DEVICE_LOST,
        about=about,
        sentence="focuser EAF: is not connected any more",
        ends_when="it is connected again",
        lasting_s=lasting_s,
    )


class Story:
    """Time passes; what was told is kept."""

    def __init__(self) -> None:
        self.episodes = Episodes()
        self.now_s = 0.0
        self.told: list[str] = []

    def go(self, seconds: float, *conditions: Condition, quiet: bool = False) -> list[str]:
        self.now_s += seconds
        self.episodes, messages = self.episodes.after(conditions, self.now_s, quiet=quiet)
        titles = [message.title for message in messages]
        self.told += titles
        return titles


def test_an_episode_is_told_once_and_its_end_once() -> None:
    story = Story()
    for _ in range(5):
        story.go(10, condition())
    for _ in range(5):
        story.go(GONE_S)

    assert story.told == ["rigd: newton: device lost", "rigd: newton: it is over: device lost"]


def test_what_does_not_last_is_never_told() -> None:
    story = Story()
    story.go(0, condition(120))
    story.go(60, condition(120))
    story.go(61)
    story.go(GONE_S)

    assert story.told == []


def test_what_lasts_is_told_when_it_is_due() -> None:
    story = Story()

    assert story.go(0, condition(120)) == []
    assert story.go(119, condition(120)) == []
    assert story.go(1, condition(120)) == ["rigd: newton: device lost"]


def test_what_comes_and_goes_is_one_episode() -> None:
    story = Story()
    for _ in range(10):
        story.go(5, condition())
        story.go(GONE_S / 2)

    assert story.told == ["rigd: newton: device lost"]


def test_each_rig_has_episodes_of_its_own() -> None:
    story = Story()

    told = story.go(0, condition(), condition(about="refractor"), condition())

    assert told == ["rigd: newton: device lost", "rigd: refractor: device lost"]


def test_what_lasts_through_quiet_hours_is_told_after_them() -> None:
    story = Story()

    assert story.go(0, condition(), quiet=True) == []
    assert story.go(3600, condition(), quiet=False) == ["rigd: newton: device lost"]


def test_what_is_over_before_the_end_of_quiet_hours_is_never_told() -> None:
    story = Story()
    story.go(0, condition(), quiet=True)
    story.go(3600, quiet=True)

    assert story.go(GONE_S) == []


def test_the_end_of_what_was_told_waits_for_the_end_of_quiet_hours() -> None:
    story = Story()
    story.go(0, condition())

    assert story.go(3600, quiet=True) == []
    assert story.go(3600) == ["rigd: newton: it is over: device lost"]


@pytest.mark.parametrize(
    ("quiet", "at", "is_quiet"),
    [
        pytest.param("09:00-17:30", time(9, 0), True, id="at-the-beginning"),
        pytest.param("09:00-17:30", time(17, 30), False, id="at-the-end"),
        pytest.param("22:00-06:00", time(23, 0), True, id="before-midnight"),
        pytest.param("22:00-06:00", time(5, 59), True, id="after-midnight"),
        pytest.param("22:00-06:00", time(12, 0), False, id="at-noon"),
        pytest.param(None, time(12, 0), False, id="none"),
    ],
)
def test_quiet_hours_may_go_past_midnight(quiet: str | None, at: time, is_quiet: bool) -> None:
    assert AlertsConfig(receivers="r.txt", quiet=quiet).is_quiet(at) is is_quiet


@pytest.mark.parametrize("quiet", ["9-17", "24:00-06:00", "09:00", "09:00-17:60"])
def test_quiet_hours_that_are_none_are_refused(quiet: str) -> None:
    with pytest.raises(ValueError, match="no time of day"):
        AlertsConfig(receivers="r.txt", quiet=quiet)
