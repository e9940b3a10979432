"""What FILTER_SLOT says of a request, step by step."""

from dataclasses import replace

from rigd.api.indi.vectors import State
from rigd.api.indi.wheel_request import (
    FIRST_DELAY_S,
    MOST_FAILURES,
    ShownWheel,
    WheelRequest,
    ask_wheel,
    show_wheel,
    take,
)
from rigd.view.rig import RigView
from tests.api.observatory import make_rig


def at(view: RigView, position: int | None, fault: str | None = None) -> RigView:
    return replace(view, wheel=replace(view.wheel, filter_position=position, fault=fault))


def shown(request: WheelRequest, view: RigView, now_s: float) -> tuple[WheelRequest, ShownWheel]:
    return show_wheel(request, view, now_s)


def test_a_request_that_waits_for_its_turn_is_busy_although_the_wheel_rests() -> None:
    request = ask_wheel(WheelRequest(), 2, 0.0)
    _, said = shown(request, at(make_rig(), 0), 0.1)
    assert (said.state, said.position) == (State.BUSY, 0)


def test_it_is_ok_once_the_view_shows_the_filter() -> None:
    request = take(ask_wheel(WheelRequest(), 2, 0.0))
    request, turning = shown(request, at(make_rig(), None), 0.1)
    request, there = shown(request, at(make_rig(), 2), 0.2)
    assert turning.state is State.BUSY
    assert (there.state, there.position) == (State.OK, 2)
    assert request.asked_position is None


def test_a_failure_is_an_alert_and_then_ok_with_the_slot_that_is_in_the_light() -> None:
    failed = at(make_rig(), 0, "the wheel did not turn")
    request, alert = shown(take(ask_wheel(WheelRequest(), 2, 0.0)), failed, 1.0)
    request, still = shown(request, failed, 1.0 + FIRST_DELAY_S / 2)
    request, freed = shown(request, failed, 1.0 + FIRST_DELAY_S)
    request, later = shown(request, failed, 99.0)
    assert (alert.state, alert.sentence) == (State.ALERT, "[ERROR] the wheel did not turn")
    assert (still.state, still.sentence) == (State.ALERT, None)
    assert (freed.state, freed.position) == (State.OK, 0)
    assert later.state is State.OK


def test_no_ok_after_a_failure_while_anything_moves() -> None:
    failed = at(make_rig(), 0, "the wheel did not turn")
    moving = replace(failed, focuser=replace(failed.focuser, moving=True))
    request, _ = shown(take(ask_wheel(WheelRequest(), 2, 0.0)), failed, 1.0)
    request, said = shown(request, moving, 50.0)
    assert said.state is State.ALERT


def test_after_the_last_of_many_failures_it_stays_an_alert_until_one_succeeds() -> None:
    failed, now_s = at(make_rig(), 0, "jammed"), 0.0
    request, alarms, delays = WheelRequest(), [], []
    for _ in range(MOST_FAILURES):
        request, said = shown(take(ask_wheel(request, 2, now_s)), failed, now_s)
        alarms.append(said.is_alarm)
        delays.append(None if request.free_at_s is None else request.free_at_s - now_s)
        now_s += 100.0
    request, much_later = shown(request, failed, now_s + 1e6)
    request, healed = shown(take(ask_wheel(request, 2, now_s)), at(make_rig(), 2), now_s)
    assert alarms == [False] * (MOST_FAILURES - 1) + [True]
    assert delays == [1.0, 2.0, 4.0, 8.0, None]
    assert much_later.state is State.ALERT
    assert healed.state is State.OK
    assert request.failures == 0


def test_a_stand_in_alert_ends_when_the_fault_is_gone() -> None:
    failed = at(make_rig(), 0, "jammed")
    request = WheelRequest(failures=MOST_FAILURES - 1)
    request, _ = shown(take(ask_wheel(request, 2, 0.0)), failed, 0.0)
    request, said = shown(request, at(make_rig(), 3), 1.0)
    assert (said.state, said.position) == (State.OK, 3)
