"""The fold over a night: what moves the focuser, what does not, and what is said about it."""

import pytest

from rigd.devices.events import WheelReport
from rigd.focus.state.effects import (
    ConnectDevice,
    HaltFocuser,
    JournalIntent,
    JournalOutcome,
    MoveFocuser,
    ReadFocuser,
    Refusal,
    Remember,
)
from rigd.focus.state.ledger import Terms, adopt_position
from rigd.focus.state.requests import (
    AdoptRequested,
    ConnectRequested,
    FocuserCommandFailed,
    HaltRequested,
    HoldRequested,
    Remembered,
    SlotsComputed,
    Tick,
    WheelCommandFailed,
)
from rigd.focus.state.settings import Mode
from rigd.focus.virtual_focuser import logical_steps
from tests.focus.night import FOCUSER, WHEEL, Night


def test_nothing_moves_at_start() -> None:
    night = Night()

    night.camera()
    night.wheel(1, baseline=True)
    night.focuser(30000)

    assert night.moves == []
    assert night.rig.ledger.base_steps == 30000 - 40


def test_a_filter_change_at_the_wheel_moves_by_the_difference_of_offsets() -> None:
    night = Night().begin(30000, filter_position=1)

    night.wheel(None)
    night.wheel(2)
    night.arrive(30000 - 40 - 25)

    assert night.moves == [29935]
    assert night.result == "done"
    assert night.rig.ledger.embodied == Terms(filter_steps=-25)


def test_fifty_changes_and_back_leave_no_drift() -> None:
    night = Night().begin(30000)

    for number in range(50):
        night.wheel((1, 2, 0)[number % 3])
        night.arrive(night.moves[-1])
    night.wheel(0)
    if night.rig.move:
        night.arrive(night.moves[-1])

    assert night.rig.ledger.raw_steps == 30000


def test_the_intent_is_journalled_before_the_focuser_is_told() -> None:
    night = Night().begin()

    night.wheel(1)

    kinds = [type(e) for e in night.effects]
    assert kinds.index(JournalIntent) < kinds.index(MoveFocuser)
    assert night.rig.ledger.embodied == Terms()


def test_the_outcome_is_journalled_only_after_two_reads() -> None:
    night = Night().begin()
    night.wheel(1)

    night.focuser(30040, moving=True)
    night.focuser(30040)
    once = [e for e in night.effects if isinstance(e, JournalOutcome)]
    night.focuser(30040)

    assert once == []
    assert [e.result for e in night.effects if isinstance(e, JournalOutcome)] == ["done"]


def test_same_filter_moves_nothing() -> None:
    night = Night().begin()

    night.wheel(None)
    night.wheel(0)

    assert night.moves == []


def test_a_baseline_is_no_filter_change() -> None:
    night = Night().begin()

    night.wheel(1, baseline=True)

    assert night.moves == []


def test_after_a_rehomed_wheel_the_next_change_puts_the_mismatch_right() -> None:
    night = Night().begin(30000)
    night.wheel(1, baseline=True)

    night.wheel(2)

    assert night.moves == [29975]


@pytest.mark.parametrize(
    ("position", "said"),
    [
        pytest.param(3, "thickness of X is not known", id="unknown-offset"),
        pytest.param(4, "opaque", id="opaque"),
    ],
)
def test_without_an_offset_the_change_is_declined_and_the_next_one_absolute(
    position: int, said: str
) -> None:
    night = Night().begin(30000)

    night.wheel(position)

    assert night.result == "declined"
    assert said in night.said
    assert night.moves == []
    night.wheel(1)
    assert night.moves == [30040]


@pytest.mark.parametrize("mode", [Mode.PUBLISH, Mode.OBSERVE])
def test_other_modes_never_move_of_their_own_accord(mode: Mode) -> None:
    night = Night(mode).begin()

    night.wheel(1)
    night.ask(2)

    assert night.moves == []
    assert night.turns == [2]


def test_the_dead_band_compares_target_with_raw_and_embodies_nothing() -> None:
    night = Night(dead_band_steps=30).begin(30000)

    night.wheel(2)

    assert night.result == "declined"
    assert "dead-band" in night.said
    assert night.rig.ledger.embodied == Terms()
    night.wheel(1)
    assert night.moves == [30040]


def test_a_change_while_exposing_waits_and_is_done_when_the_gate_opens() -> None:
    night = Night().begin()
    night.camera(busy=True)

    night.wheel(1)
    waiting = night.result
    night.camera(busy=False)

    assert waiting == "waiting"
    assert night.moves == [30040]


def test_a_pending_move_is_dropped_by_the_next_filter_change() -> None:
    night = Night().begin()
    night.camera(busy=True)
    night.wheel(1)

    night.wheel(2)
    night.camera(busy=False)

    assert night.moves == [29975]


def test_a_foreign_move_makes_rigd_wait_for_quiet_and_changes_the_base() -> None:
    night = Night().begin(30000)
    night.focuser(30500)

    night.later(5).wheel(1)
    early = list(night.moves)
    night.later(26).feed(Tick(at_s=night.now_s))

    assert early == []
    assert night.moves == [30540]


def test_a_small_nudge_counts_exactly() -> None:
    night = Night().begin(30000)
    night.focuser(30003)

    night.later(60).wheel(1)

    assert night.moves == [30043]


def test_an_unseen_camera_refuses_moves_of_rigds_own_accord() -> None:
    night = Night()
    night.wheel(0, baseline=True)
    night.focuser(30000)

    night.wheel(1)

    assert night.result == "refused"
    assert "camera cannot be seen" in night.said
    assert night.moves == []


def test_an_unseen_camera_does_not_stop_a_change_that_a_client_asked_for() -> None:
    night = Night()
    night.wheel(0, baseline=True)
    night.focuser(30000)

    night.ask(1)

    assert night.moves == [30040]


def test_a_target_outside_the_limits_is_refused_with_its_numbers() -> None:
    night = Night().begin(30000)
    night.max_steps = 30010
    night.focuser(30000)

    step = night.ask(1)

    assert step.refusal is Refusal.GATE
    assert "30040" in step.sentence
    assert "30010" in step.sentence
    assert night.moves == []
    assert night.turns == []


def test_in_path_starts_both_devices_together_and_ends_when_both_have_settled() -> None:
    night = Night().begin()

    night.ask(1)
    assert night.turns == [1]
    assert night.moves == [30040]
    night.wheel(None)
    night.wheel(1)
    assert night.rig.change is not None
    night.arrive(30040)

    assert night.rig.change is None
    assert night.result == "done"


def test_the_same_target_does_nothing_new_under_way_or_after_success() -> None:
    night = Night().begin()
    night.ask(1)
    night.ask(1)
    night.wheel(None)
    night.wheel(1)
    night.arrive(30040)

    night.ask(1)

    assert night.turns == [1]
    assert night.moves == [30040]


def test_a_jammed_wheel_fails_the_change_and_the_same_target_retries() -> None:
    night = Night().begin()
    night.ask(1)
    night.arrive(30040)
    night.wheel(None)
    night.wheel(0)

    assert night.result == "failed"
    assert night.rig.fault is not None
    assert "slot 1 instead of 2" in night.rig.fault
    night.ask(1)
    assert night.rig.fault is None
    assert night.turns == [1, 1]


def test_a_deadline_fails_the_change_stops_the_motor_and_reads_back() -> None:
    night = Night().begin()
    night.ask(1)
    night.wheel(1)
    night.focuser(30010, moving=True)

    night.later(29).feed(Tick(at_s=night.now_s))
    assert any(isinstance(e, HaltFocuser) for e in night.effects)
    night.focuser(30012)
    night.focuser(30012)

    assert night.result == "failed"
    assert night.rig.ledger.base_steps == 30000
    assert night.rig.ledger.embodied == Terms(filter_steps=12)


def test_a_halt_ends_the_change_in_failure_with_what_was_read_back() -> None:
    night = Night().begin()
    night.ask(1)
    night.wheel(1)
    night.focuser(30010, moving=True)

    night.feed(HaltRequested(at_s=night.now_s, client="hand"))
    night.focuser(30020)
    night.focuser(30020)

    assert night.result == "failed"
    assert "halted by hand" in str(night.rig.fault)
    assert night.rig.ledger.base_steps == 30000


def test_a_focuser_that_was_not_told_stays_and_the_change_fails() -> None:
    night = Night().begin()
    night.ask(1)
    night.wheel(1)
    number = night.rig.moves_begun

    night.feed(
        FocuserCommandFailed(at_s=night.now_s, ref=FOCUSER, number=number, reason="disk full")
    )

    assert night.result == "failed"
    assert "disk full" in str(night.rig.fault)
    assert night.rig.ledger.embodied == Terms()


def test_a_client_moves_the_base_through_the_virtual_focuser() -> None:
    night = Night().begin(30000, filter_position=1)

    night.move(29960 + 100)
    night.arrive(30100)

    assert night.moves == [30100]
    assert night.rig.ledger.base_steps == 30060
    assert night.rig.ledger.embodied == Terms(filter_steps=40)


def test_a_clients_move_during_a_change_is_done_after_it_as_one_target() -> None:
    night = Night().begin()
    night.ask(1)

    night.move(31000)
    night.wheel(1)
    night.arrive(30040)
    assert night.moves == [30040, 31040]
    assert night.rig.change is not None
    night.arrive(31040)

    assert night.rig.change is None
    assert night.rig.ledger.base_steps == 31000


def test_a_filter_asked_during_a_clients_move_gets_its_offset_after_it() -> None:
    night = Night().begin()
    night.move(31000)

    night.ask(1)
    night.wheel(1)
    night.arrive(31000)
    night.arrive(31040)

    assert night.moves == [31000, 31040]
    assert night.result == "done"
    assert night.rig.ledger.base_steps == 31000


def test_a_client_is_clamped_to_what_is_reachable_and_the_diary_has_both_numbers() -> None:
    night = Night().begin(30000, filter_position=1)

    night.move(60000)

    assert night.moves == [60000]
    assert "59960" in night.said
    assert "60000" in night.said


def test_hold_stops_the_motor_and_refuses_everything_until_it_ends() -> None:
    night = Night().begin()
    night.ask(1)

    night.feed(HoldRequested(at_s=night.now_s, client="hand", hold=True))
    assert any(isinstance(e, HaltFocuser) for e in night.effects)
    night.focuser(30000)
    night.focuser(30000)
    night.wheel(1)

    assert night.ask(2).refusal is Refusal.GATE
    assert night.move(31000).refusal is Refusal.GATE
    night.feed(HoldRequested(at_s=night.now_s, client="hand", hold=False))
    assert night.ask(2).refusal is None


def test_a_focuser_that_comes_back_elsewhere_is_unknown_and_blocks_until_adopted() -> None:
    night = Night().begin(30000, filter_position=1)
    night.focuser_gone()
    night.focuser(50000)
    night.effects.clear()

    night.wheel(2)
    assert night.moves == []
    assert night.result == "refused"
    assert "rigd adopt" in night.said

    night.feed(AdoptRequested(at_s=night.now_s, client="human"))
    night.wheel(0)
    assert night.moves == [50025]


def test_a_focuser_that_comes_back_where_it_was_goes_on() -> None:
    night = Night().begin(30000, filter_position=1)
    night.focuser_gone()

    night.focuser(30000)
    night.wheel(0)

    assert night.moves == [29960]


def test_a_connection_lost_in_flight_is_judged_by_where_the_focuser_is_found() -> None:
    night = Night().begin(30000)
    night.ask(1)
    night.wheel(1)
    night.focuser_gone()
    assert night.result == "failed"

    night.focuser(30040)
    night.focuser(30040)

    assert night.rig.ledger.embodied == Terms(filter_steps=40)
    assert night.rig.move is None


def test_a_remembered_ledger_counts_whatever_slot_the_wheel_shows() -> None:
    night = Night()
    night.feed(Remembered(at_s=0, ledger=adopt_position(30040, 40, "r"), move=None, moves_begun=7))
    night.camera()
    night.wheel(0, baseline=True)
    night.focuser(30040)

    night.wheel(2)

    assert night.moves == [29975]
    assert night.rig.moves_begun == 8


def test_every_rest_is_remembered() -> None:
    night = Night().begin(30000)

    night.focuser(30500)

    kept = [e.ledger.raw_steps for e in night.effects if isinstance(e, Remember)]
    assert kept == [30500]


def test_refused_requests_name_the_limit() -> None:
    night = Night().begin()

    step = night.ask(9)

    assert step.refusal is Refusal.INVALID
    assert "9" in step.sentence
    assert "4" in step.sentence


def test_a_first_sight_on_a_filter_without_offset_adopts_nothing() -> None:
    night = Night()
    night.camera()
    night.wheel(3, baseline=True)
    night.focuser(30000)

    night.wheel(1)

    assert night.moves == []
    assert night.rig.ledger.embodied is None


def test_the_focuser_under_test_is_the_one_configured() -> None:
    night = Night().begin()

    night.wheel(1)

    assert all(e.ref == FOCUSER for e in night.effects if isinstance(e, MoveFocuser))


def test_a_focuser_that_stays_silent_after_a_small_move_is_read_again() -> None:
    night = Night().begin(30000)
    night.move(30001)

    night.later(2.5).feed(Tick(at_s=night.now_s))

    assert any(isinstance(e, ReadFocuser) for e in night.effects)
    night.focuser(30000)
    night.focuser(30000)
    assert night.rig.move is None
    assert night.rig.ledger.raw_steps == 30001


def test_a_move_that_waited_is_dropped_when_the_connection_is_lost() -> None:
    night = Night().begin(30000)
    night.ask(1)
    night.move(31000)

    night.wheel(1)
    night.focuser_gone()
    night.focuser(30040)
    night.focuser(30040)

    assert night.moves == [30040]
    assert night.rig.queued is None


def test_a_filters_move_that_waited_is_dropped_when_the_connection_is_lost() -> None:
    night = Night().begin(30000)
    night.move(31000)
    night.ask(1)

    night.wheel(1)
    night.focuser_gone()
    assert night.result == "failed"
    night.focuser(31000)
    night.focuser(31000)

    assert night.moves == [31000]


def test_a_focuser_taken_elsewhere_during_rigds_move_is_unknown() -> None:
    night = Night().begin(30000)
    night.ask(1)
    night.wheel(1)

    night.arrive(31000)

    assert night.result == "failed"
    assert night.rig.ledger.embodied is None
    assert "31000" in str(night.rig.ledger.unknown_because)
    assert "not on its way" in str(night.rig.ledger.unknown_because)


def test_a_gate_that_closed_while_a_filters_move_waited_fails_the_change() -> None:
    night = Night().begin(30000)
    night.move(31000)
    night.ask(1)
    night.wheel(1)

    night.camera(busy=True)
    night.arrive(31000)

    assert night.moves == [31000]
    assert night.result == "failed"
    assert "exposing" in str(night.rig.fault)


def test_a_filters_move_that_waited_is_not_begun_after_the_wheel_failed() -> None:
    night = Night().begin(30000)
    night.move(31000)
    night.ask(1)

    night.feed(WheelCommandFailed(at_s=night.now_s, reason="jammed"))
    night.arrive(31000)

    assert night.moves == [31000]
    assert night.result == "failed"


def test_a_change_is_not_done_while_something_else_moves_the_focuser() -> None:
    night = Night().begin(30000)
    night.ask(4)
    night.focuser(30100, moving=True)

    night.wheel(4)
    assert night.rig.change is not None
    night.focuser(30200)

    assert night.rig.change is None
    assert night.result == "declined"


def test_a_change_fails_at_its_deadline_if_something_else_still_moves_the_focuser() -> None:
    night = Night().begin(30000)
    night.ask(4)
    night.focuser(30100, moving=True)
    night.wheel(4)

    night.later(29).feed(Tick(at_s=night.now_s))

    assert night.result == "failed"
    assert "something else" in str(night.rig.fault)


def test_a_move_that_waited_stays_inside_the_limits_when_the_offset_stopped_short() -> None:
    night = Night().begin(100)
    night.ask(2)
    night.wheel(2)

    night.move(25)
    night.max_steps = 110
    night.focuser(95, moving=True)
    night.move(135)
    night.arrive(95)

    assert night.moves == [75, 110]
    assert "outside 0 to 110" in night.said


def test_a_move_that_a_crash_cut_off_is_judged_before_anything_is_remembered() -> None:
    first = Night().begin(30000)
    first.ask(1)
    move, ledger = first.rig.move, first.rig.ledger
    night = Night()
    night.feed(Remembered(at_s=100, ledger=ledger, move=move, moves_begun=1))

    night.focuser(30040)
    night.wheel(1, baseline=True)
    early = [e for e in night.effects if isinstance(e, Remember)]
    night.focuser(30040)

    assert early == []
    assert night.rig.ledger.embodied == Terms(filter_steps=40)


def test_after_a_crash_position_is_shown_only_when_the_move_that_was_cut_off_is_judged() -> None:
    first = Night().begin(30000)
    first.ask(1)
    night = Night()
    night.feed(Remembered(at_s=100, ledger=first.rig.ledger, move=first.rig.move, moves_begun=1))

    night.wheel(1, baseline=True)
    night.focuser(30020, moving=True)
    early = night.rig.shown_filter_position
    night.focuser(30040)
    night.focuser(30040)

    assert early is None
    assert night.rig.shown_filter_position == 1


def test_a_move_that_a_crash_cut_off_and_that_failed_stands_as_a_fault() -> None:
    first = Night().begin(30000)
    first.ask(1)
    night = Night()
    night.feed(Remembered(at_s=100, ledger=first.rig.ledger, move=first.rig.move, moves_begun=1))

    night.wheel(1, baseline=True)
    night.focuser(30020, moving=True)
    night.arrive(30020)

    assert night.rig.ledger.embodied is None
    assert "cut off" in str(night.rig.fault)


def test_a_first_sight_never_adopts_a_filter_that_came_later() -> None:
    night = Night()
    night.camera()
    night.wheel(3, baseline=True)
    night.focuser(30000)

    night.wheel(1)
    night.focuser(30000)

    assert night.rig.ledger.embodied is None
    assert "changed before" in str(night.rig.ledger.unknown_because)


def test_a_hold_survives_a_restart_until_somebody_ends_it() -> None:
    night = Night()
    night.feed(
        Remembered(at_s=0.0, ledger=None, move=None, moves_begun=0, hold_by="hand since yesterday")
    )
    night.begin(30000)

    refused = night.ask(1)
    night.feed(HoldRequested(at_s=night.now_s, client="hand", hold=False))

    assert refused.sentence == "hands off: held by hand since yesterday"
    assert night.ask(1).refusal is None


def test_a_hold_waits_with_what_was_changed_at_the_real_wheel() -> None:
    night = Night().begin(30000)
    night.feed(HoldRequested(at_s=night.now_s, client="hand", hold=True))

    night.wheel(1)
    held = night.result
    night.feed(HoldRequested(at_s=night.now_s, client="hand", hold=False))

    assert held == "waiting"
    assert night.moves == [30040]


def test_a_move_that_waited_when_rigd_ended_is_not_made_at_start_but_said() -> None:
    night = Night().begin(30000)
    night.camera(busy=True)
    night.wheel(1)
    assert night.result == "waiting"

    later = Night()
    later.feed(Remembered(at_s=0.0, ledger=night.rig.ledger, move=None, moves_begun=0))
    later.camera()
    later.wheel(1, baseline=True)
    later.focuser(30000)
    later.later(60).feed(Tick(at_s=later.now_s))

    assert later.moves == []
    assert "the filter in the light is R, the focus is that of L" in later.said
    later.ask(1)
    assert later.moves == [30040]


def test_a_move_that_waited_is_dropped_when_the_focuser_never_comes_to_rest() -> None:
    night = Night().begin(30000)
    night.ask(1)
    night.move(30100, "N.I.N.A.")
    night.wheel(1)
    for _ in range(70):
        night.later(1)
        night.focuser(30010, moving=True)
        night.tick()

    assert night.moves == [30040]
    assert night.rig.ledger.embodied is None
    assert "the move that N.I.N.A. asked for is dropped: the focuser never came to rest" in (
        night.said
    )


def test_an_edit_of_the_offset_in_use_moves_nothing_and_counts_from_the_next_change() -> None:
    night = Night().begin(30000)
    night.ask(1)
    night.wheel(1)
    night.arrive(30040)
    before = night.rig.ledger
    night.effects.clear()

    night.feed(SlotsComputed(at_s=night.now_s, slots=night.with_offsets(0, 55).settings.slots))
    night.ask(1)
    same = (list(night.moves), night.rig.ledger)
    for slot in (0, 1):
        night.ask(slot)
        night.wheel(slot)
        night.arrive(night.moves[-1])

    assert same == ([], before)
    assert night.moves == [30000, 30055]


def test_inside_the_tolerance_clients_see_the_position_they_asked_for() -> None:
    night = Night(tolerance_steps=5).begin(30000)

    night.move(30500, "N.I.N.A.")
    night.arrive(30497)

    assert logical_steps(night.rig) == 30500


@pytest.mark.parametrize("mode", list(Mode))
def test_a_clients_move_passes_in_every_mode(mode: Mode) -> None:
    night = Night(mode).begin(30000)

    night.move(30500)

    assert night.moves == [30500]


def test_rigd_connects_what_its_profile_says_once_each_time_it_appears() -> None:
    night = Night(connect=frozenset({FOCUSER}))
    for _ in range(3):
        night.focuser_gone()
    night.feed(WheelReport(at_s=night.now_s, ref=WHEEL, connected=False))

    assert [e.ref for e in night.effects if isinstance(e, ConnectDevice)] == [FOCUSER]
    assert night.moves == []


def test_a_client_that_connects_asks_for_the_hardware_behind() -> None:
    night = Night()
    night.focuser_gone()
    night.feed(WheelReport(at_s=night.now_s, ref=WHEEL, connected=False))

    night.feed(ConnectRequested(at_s=night.now_s, client="N.I.N.A."))

    assert {e.ref for e in night.effects if isinstance(e, ConnectDevice)} == {WHEEL, FOCUSER}
    assert night.moves == []


def test_a_wheel_that_arrives_late_still_has_its_filters_focus() -> None:
    night = Night().begin(30000)
    night.move(30100, "autofocus")
    night.ask(1)
    night.wheel(None)
    night.wheel(2)
    night.move(30050, "autofocus")
    night.arrive(30100)
    night.wheel(1)
    night.arrive(30050)
    night.arrive(30090)

    assert night.moves == [30100, 30050, 30090]
    assert night.result == "done"
    assert night.rig.ledger.embodied_filter == "r"


@pytest.mark.parametrize("during", ["a client's move", "a change"])
def test_of_the_moves_that_clients_ask_for_meanwhile_the_newest_counts(during: str) -> None:
    night = Night().begin(30000)
    if during == "a change":
        night.ask(1)
        night.wheel(1)
    else:
        night.move(30000 + 1000)
    under_way = night.moves[-1]
    wanted = logical_steps(night.rig) if during == "a change" else 31000
    assert wanted is not None

    night.move(32000)
    night.move(wanted)
    night.arrive(under_way)

    assert night.moves == [under_way]
    assert night.rig.queued is None
    assert logical_steps(night.rig) == wanted


def test_an_encoder_that_trembles_inside_the_tolerance_has_arrived() -> None:
    night = Night(tolerance_steps=5).begin(30000)
    night.ask(1)
    night.wheel(1)
    night.focuser(30030, moving=True)

    night.focuser(30041)
    night.focuser(30039)

    assert night.result == "done"
    assert night.rig.ledger.raw_steps == 30040


def test_two_different_reads_outside_the_tolerance_are_no_rest() -> None:
    night = Night(tolerance_steps=5).begin(30000)
    night.ask(1)
    night.wheel(1)
    night.focuser(30010, moving=True)

    night.focuser(30020)
    night.focuser(30024)

    assert night.rig.move is not None


@pytest.mark.parametrize("mode", list(Mode))
def test_a_hold_refuses_a_filter_change_in_every_mode(mode: Mode) -> None:
    night = Night(mode).begin()
    night.feed(HoldRequested(at_s=night.now_s, client="hand", hold=True))

    step = night.ask(1)

    assert step.refusal is Refusal.GATE
    assert step.sentence == "hands off: held by hand"
    assert night.turns == []


def test_a_move_that_begins_late_is_not_taken_for_anothers() -> None:
    night = Night().begin(30000)
    night.ask(1)
    night.wheel(1)
    night.focuser(30000, moving=True)
    night.focuser(30000)
    night.focuser(30000)
    assert night.result == "failed"

    night.later(3)
    night.arrive(30040)

    assert night.rig.ledger.embodied is None
    assert "seemed to be over at 30000 steps" in night.said
    assert night.ask(2).refusal is Refusal.GATE


def test_a_foreign_move_after_one_that_never_began_is_another_base() -> None:
    night = Night().begin(30000)
    night.ask(1)
    night.wheel(1)
    night.focuser(30000, moving=True)
    night.focuser(30000)
    night.focuser(30000)

    night.later(3)
    night.arrive(30500)

    assert night.rig.ledger.base_steps == 30500
