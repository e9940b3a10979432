"""What is an alert, what ends it, and what is none."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from rigd.alert_settings import AlertKind, AlertsConfig
from rigd.alerts.rules import ComputerFacts, Condition, find_in_computer, find_in_rig
from rigd.focus.obstacles import Obstacle
from rigd.focus.state.rig import Origin, Result
from rigd.focus.state.settings import Mode
from rigd.view.explanation import ChangeOutcome
from rigd.view.rig import RigView
from rigd.view.status import DeviceLink, EarlyFramesStatus
from tests.api.observatory import make_rig

CONFIG = AlertsConfig(receivers="receivers.txt")
NOW = datetime(2026, 11, 30, 22, 0, tzinfo=UTC)
LINKS = (
    DeviceLink(role="wheel", name="EFW", connected=True),
    DeviceLink(role="focuser", name="EAF", connected=True),
)
SEEN = frozenset({("rig0", "wheel"), ("rig0", "focuser")})


def rig(mode: Mode = Mode.APPLY, **summary: object) -> RigView:
    one = make_rig(mode=mode)
    known = {"focus_known": True, "unknown_because": None, "device_links": LINKS, "obstacles": ()}
    return replace(one, summary=replace(one.summary, **{**known, **summary}))


def found(one: RigView, seen: frozenset[tuple[str, str]] = SEEN) -> list[Condition]:
    return list(find_in_rig(one, CONFIG, seen))


def only(one: RigView) -> Condition:
    (condition,) = found(one)
    assert condition.about == "rig0"
    return condition


def test_a_rig_at_rest_has_none() -> None:
    assert found(rig()) == []


def test_an_unknown_focus_must_last() -> None:
    one = rig(focus_known=False, unknown_because="the focuser was moved by hand")
    one = replace(one, explain=replace(one.explain, known_when="an autofocus ends"))

    condition = only(one)

    assert condition.kind is AlertKind.FOCUS_UNKNOWN
    assert "moved by hand" in condition.sentence
    assert condition.ends_when == "an autofocus ends"
    assert condition.lasting_s == 300


@pytest.mark.parametrize("mode", [Mode.OBSERVE, Mode.PUBLISH])
def test_an_unknown_focus_is_none_where_rigd_does_not_keep_it(mode: Mode) -> None:
    assert found(rig(mode, focus_known=False)) == []


def test_standing_down_and_nobody_that_applies_are_two() -> None:
    stood = Obstacle(name="stood_down", sentence="Ekos applies", ends_when="`rigd mode apply`")

    kinds = [one.kind for one in found(rig(obstacles=(stood,), nobody_applies="nobody does"))]

    assert kinds == [AlertKind.STAND_DOWN, AlertKind.NOBODY_APPLIES]


@pytest.mark.parametrize(
    ("result", "is_alert"),
    [
        pytest.param(Result.FAILED, True, id="failed"),
        pytest.param(Result.REFUSED, False, id="refused"),
        pytest.param(Result.DONE, False, id="done"),
    ],
)
def test_a_change_that_failed_is_one_until_another_is_done(result: Result, is_alert: bool) -> None:
    change = ChangeOutcome(
        result=result,
        sentence="the wheel did not arrive",
        origin=Origin.IN_PATH,
        from_position=0,
        to_position=1,
        to="R",
    )

    assert bool(found(rig(last_change=change))) is is_alert


def test_a_device_is_lost_only_if_it_was_there() -> None:
    links = (LINKS[0], replace(LINKS[1], connected=False))

    assert found(rig(device_links=links), frozenset()) == []
    condition = only(rig(device_links=links))
    assert condition.kind is AlertKind.DEVICE_LOST
    assert condition.sentence == "focuser EAF: is not connected any more"
    assert condition.lasting_s == 120


def test_all_lost_devices_of_a_rig_are_one_alert() -> None:
    links = tuple(replace(link, connected=False) for link in LINKS)

    assert only(rig(device_links=links)).sentence == (
        "wheel EFW, focuser EAF: are not connected any more"
    )


@pytest.mark.parametrize(("count", "is_alert"), [(1, False), (2, True)])
def test_frames_out_of_focus_count_from_the_second_on(count: int, is_alert: bool) -> None:
    early = EarlyFramesStatus(filter="Ha", count=count, off_steps=-40)

    conditions = found(rig(early_frames=early))

    assert [one.sentence for one in conditions] == (
        ["2 frames with Ha began out of focus, the last one 40 steps off"] if is_alert else []
    )


def facts(**changes: object) -> ComputerFacts:
    return replace(ComputerFacts(now=NOW, newest=NOW, disk_full=None), **changes)


def test_a_full_disk_of_the_computer_and_of_a_rig_are_one() -> None:
    (of_rig,) = found(rig(not_stored="database or disk is full"))
    (of_computer,) = find_in_computer(facts(disk_full="3 KiB free"))

    assert of_rig.key == of_computer.key == (AlertKind.DISK_FULL, "computer")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({"now": datetime(1970, 1, 1, tzinfo=UTC)}, "clock says 1970", id="1970"),
        pytest.param({"newest": NOW + timedelta(days=3)}, "later times", id="behind-the-diary"),
    ],
)
def test_a_clock_that_cannot_be_right_is_wrong(changes: dict[str, object], said: str) -> None:
    (condition,) = find_in_computer(facts(**changes))

    assert condition.kind is AlertKind.CLOCK_WRONG
    assert said in condition.sentence


def test_a_clock_a_little_behind_is_none() -> None:
    assert list(find_in_computer(facts(newest=NOW + timedelta(minutes=5)))) == []
