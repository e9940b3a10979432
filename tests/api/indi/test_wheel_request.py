"""What FILTER_SLOT says of a request, step by step."""

from dataclasses import replace

from rigd.api.indi.vectors import State
from rigd.api.indi.wheel_request import (
    FIRST_DELAY_S,
    MOST_FAILURES,
    ShownWheel,
    WheelRequest,
    ask_wheel,
    fail,
    show_wheel,
    take,
    withdraw,
)
from rigd.view.rig import RigView
from tests.api.observatory import make_rig


def at(view: RigView, position: int | None, fault: str | None = None) -> RigView:
    return replace(view, wheel=replace(view.wheel, filter_position=position, fault=fault))


def failed_at(view: RigView, position: int, fault: str | None) -> RigView:
    """The slot is in the light, out of focus."""
    summary = replace(view.summary, not_trusted_because=fault or "unknown")
    return replace(at(view, position, fault), summary=summary)


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


def halted_at(view: RigView, position: int) -> RigView:
    """The slot is in the light, and somebody stopped the motor half way to its focus."""
    view = failed_at(view, position, "stopped half way")
    return replace(view, wheel=replace(view.wheel, halted=True))


def asked_and_failed(view: RigView, position: int) -> WheelRequest:
    """A request that rigd has begun with, and that has failed at second 0."""
    return shown(take(ask_wheel(WheelRequest(), position, 0.0)), view, 0.0)[0]


def test_the_slot_that_was_asked_for_is_never_ok_while_the_change_to_it_has_failed() -> None:
    half_way = failed_at(make_rig(), 2, "the focuser stopped half way")
    request = asked_and_failed(half_way, 2)
    request, before = shown(request, half_way, FIRST_DELAY_S / 2)
    request, due = shown(request, half_way, FIRST_DELAY_S)
    request, later = shown(request, half_way, 99.0)
    assert [one.state for one in (before, due, later)] == [State.ALERT] * 3
    assert [one.asks_again for one in (before, due, later)] == [None, 2, None]
    assert due.sentence == (
        "[INFO] slot 3 is in the light, but the change to it has failed: rigd asks for it once more"
    )


def test_the_slot_in_the_light_is_asked_for_a_bounded_number_of_times() -> None:
    half_way, now_s, asks = failed_at(make_rig(), 2, "jammed"), 0.0, 0
    request = asked_and_failed(half_way, 2)
    for _ in range(2 * MOST_FAILURES):
        now_s += 100.0
        request, said = shown(request, half_way, now_s)
        if said.asks_again is not None:
            asks += 1
            request, _ = shown(take(ask_wheel(request, said.asks_again, now_s)), half_way, now_s)
    assert asks == MOST_FAILURES - 1
    assert said.state is State.ALERT


def test_what_somebody_stopped_is_not_asked_for_by_rigd() -> None:
    stopped = halted_at(make_rig(), 2)
    request, said = shown(asked_and_failed(stopped, 2), stopped, FIRST_DELAY_S)
    request, later = shown(request, stopped, 99.0)
    assert (said.state, said.asks_again) == (State.ALERT, None)
    assert said.sentence == (
        "[WARNING] slot 3 is in the light, but the change to it has failed: "
        "the wheel stays in Alert until a filter is asked for"
    )
    assert (later.state, later.sentence) == (State.ALERT, None)


def test_stopped_where_it_belongs_the_slot_is_ok() -> None:
    there = halted_at(make_rig(), 2)
    there = replace(there, summary=replace(there.summary, not_trusted_because=None))
    _, said = shown(asked_and_failed(there, 2), there, FIRST_DELAY_S)
    assert (said.state, said.position, said.asks_again) == (State.OK, 2, None)


def test_what_hands_off_stopped_waits_for_the_end_of_it() -> None:
    held = halted_at(make_rig(), 2)
    held = replace(held, explain=replace(held.explain, hold_by="an INDI client"))
    _, said = shown(asked_and_failed(held, 2), held, FIRST_DELAY_S)
    assert said.asks_again == 2


def test_what_nobody_waits_for_any_more_is_not_asked_for_by_rigd() -> None:
    half_way = failed_at(make_rig(), 2, "jammed")
    request = withdraw(asked_and_failed(half_way, 2))
    request, said = shown(request, half_way, FIRST_DELAY_S)
    assert (said.state, said.asks_again) == (State.ALERT, None)


def test_what_rigds_own_end_cut_off_is_asked_for_by_rigd_where_its_filter_is_in_the_light() -> None:
    unread = at(make_rig(), None)
    half_way = failed_at(make_rig(), 2, "a move was cut off")
    request, starting = shown(WheelRequest(inherits=True), unread, 0.0)
    request, alert = shown(request, half_way, 5.0)
    request, due = shown(request, half_way, 5.0 + FIRST_DELAY_S)
    request, there = shown(take(ask_wheel(request, 2, 6.0)), at(make_rig(), 2), 7.0)
    assert [one.state for one in (starting, alert, due)] == [State.BUSY, State.ALERT, State.ALERT]
    assert (alert.sentence, due.asks_again) == ("[ERROR] a move was cut off", 2)
    assert due.sentence == (
        "[INFO] slot 3 is in the light, and its focus is not: rigd asks for it once more"
    )
    assert (there.state, there.position) == (State.OK, 2)


def test_a_change_that_fails_after_a_start_that_went_well_is_another_clients() -> None:
    request, well = shown(WheelRequest(inherits=True), at(make_rig(), 0), 0.0)
    failed = failed_at(make_rig(), 2, "jammed")
    request, alert = shown(request, failed, 5.0)
    _, later = shown(request, failed, 99.0)
    assert [one.state for one in (well, alert, later)] == [State.OK, State.ALERT, State.ALERT]
    assert later.asks_again is None


def test_after_many_refusals_it_stays_an_alert_too() -> None:
    rests, now_s = at(make_rig(), 0), 0.0
    request, ends = WheelRequest(), []
    for _ in range(MOST_FAILURES):
        request, _ = shown(request, rests, now_s)
        request, _, _ = fail(ask_wheel(request, 2, now_s), "outside its limits", now_s)
        now_s += 100.0
        request, said = shown(request, rests, now_s)
        ends.append(said.state)
    assert ends == [State.OK] * (MOST_FAILURES - 1) + [State.ALERT]
    _, turned = shown(request, at(make_rig(), 3), now_s)
    assert (turned.state, turned.position) == (State.OK, 3)


def test_a_refusal_of_the_slot_in_the_light_is_no_success_either() -> None:
    rests = failed_at(make_rig(), 0, None)
    request, _ = shown(WheelRequest(), rests, 0.0)
    request, _, _ = fail(ask_wheel(request, 0, 0.0), "the focuser is not there", 0.0)
    _, said = shown(request, rests, FIRST_DELAY_S)
    assert (said.state, said.asks_again) == (State.ALERT, 0)


def test_a_failure_that_no_client_here_waits_for_is_said_once() -> None:
    failed = at(make_rig(), 2, "a move was cut off")
    request, first = shown(WheelRequest(), failed, 0.0)
    request, second = shown(request, failed, 1.0)
    request, _ = shown(request, at(make_rig(), 2), 2.0)
    _, anew = shown(request, failed, 3.0)
    said = "[ERROR] a move was cut off; the wheel stays in Alert until a filter is asked for"
    assert [one.state for one in (first, second, anew)] == [State.ALERT] * 3
    assert [one.sentence for one in (first, second, anew)] == [said, None, said]
