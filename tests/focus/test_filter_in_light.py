"""Which filter is in the light, and that nothing moves without a filter change."""

from dataclasses import replace

import pytest

from rigd.devices.events import WheelReport
from rigd.focus.obstacles import find_obstacles
from rigd.focus.state.effects import DiaryLine, Severity
from rigd.focus.state.requests import HoldRequested
from rigd.focus.state.rig import Rig
from rigd.focus.state.times import Times
from rigd.view.trust import why_not_trusted
from tests.focus.night import FOCUSER, WHEEL, Night


def rehomed() -> Night:
    """A rig in focus for R whose wheel was found at L after a start."""
    night = Night().begin(30000)
    night.ask(1)
    night.wheel(None)
    night.wheel(1)
    night.arrive(30040)
    night.wheel_gone()
    night.wheel(0, baseline=True)
    night.effects.clear()
    return night


def rehomed_after(how: str) -> Night:
    """A rig in focus for R whose wheel was out of sight and says that it stands at L."""
    night = Night().begin(30000)
    night.ask(1)
    night.wheel(None)
    night.wheel(1)
    night.arrive(30040)
    hiccup(night, how, 0)
    night.effects.clear()
    return night


def hiccup(night: Night, how: str, position: int) -> None:
    """The wheel is out of sight for a moment, and shows a slot again, as any report does."""
    if how == "fault":
        night.wheel(None, fault="Position: an error of the device")
    elif how == "lost":
        night.wheel_gone()
    elif how == "nowhere":
        night.wheel_nowhere()
    night.later(3.0).tick()
    night.wheel(position, baseline=how == "defined anew")
    night.later(1.0).tick()


HOW = ["fault", "lost", "nowhere", "defined anew"]


@pytest.mark.parametrize("how", HOW)
def test_a_wheel_that_recovers_where_it_was_moves_nothing(how: str) -> None:
    night = rehomed()

    hiccup(night, how, 0)

    assert night.moves == []
    assert night.rig.filter_position == 0


@pytest.mark.parametrize("how", HOW)
def test_after_an_edit_a_wheel_that_recovers_moves_nothing(how: str) -> None:
    night = Night().begin(30000, filter_position=1)
    night.rig = night.with_offsets(0, 65)

    hiccup(night, how, 1)

    assert night.moves == []


@pytest.mark.parametrize("how", HOW)
def test_a_wheel_that_recovers_elsewhere_moves_nothing_and_the_next_change_is_right(
    how: str,
) -> None:
    night = Night().begin(30000)

    hiccup(night, how, 2)
    before = list(night.moves)
    night.wheel(1)
    night.arrive(30040)

    assert before == []
    assert night.moves == [30040]


@pytest.mark.parametrize("how", HOW)
def test_a_wheel_that_recovers_elsewhere_is_told_to_turn_where_it_says_it_stands(how: str) -> None:
    # INDI's driver of the Quantum wheel starts with slot 1 and never asks the wheel.
    night = rehomed_after(how)

    night.ask(0)
    night.wheel(None)
    under_way = night.result
    night.wheel(0)
    night.arrive(30000)

    assert night.turns == [0]
    assert under_way == "under_way"
    assert night.result == "done"


@pytest.mark.parametrize("how", HOW)
def test_one_that_is_not_seen_to_turn_is_given_the_time_for_it(how: str) -> None:
    night = rehomed_after(how)

    night.ask(0)
    night.wheel(0)
    night.arrive(30000)
    night.later(14).tick()
    early = night.result
    night.later(2).tick()

    assert (early, night.result) == ("under_way", "done")


def test_what_a_wheel_says_that_was_lost_during_a_change_does_not_end_the_change() -> None:
    night = Night().begin(30000)
    night.ask(1)
    night.wheel(None)
    night.arrive(30040)

    night.wheel_gone()
    night.wheel(1, baseline=True)
    night.later(60).tick()
    failed = night.result
    night.effects.clear()
    night.ask(1)

    assert failed == "failed"
    assert night.turns == [1]


def lost_in_a_change() -> Night:
    """Of a change to R only the focuser's part was done; the wheel's driver now says R."""
    night = Night().begin(30000)
    night.ask(1)
    night.wheel(None)
    night.arrive(30040)
    night.wheel_gone()
    night.wheel(1, baseline=True)
    night.effects.clear()
    return night


def test_a_filter_that_the_wheel_was_not_seen_to_reach_is_not_trusted_until_it_is_asked_for() -> (
    None
):
    night = lost_in_a_change()

    because = why_not_trusted(night.rig)
    [obstacle] = [o for o in find_obstacles(night.rig, night.now_s) if o.name == "filter"]
    night.ask(1)
    night.wheel(None)
    night.wheel(1)

    assert because is not None
    assert because.startswith("the filter wheel says R since it is back, stood at L before")
    assert "rigd's wheel is asked for a filter, R too" in obstacle.ends_when
    assert night.turns == [1]
    assert why_not_trusted(night.rig) is None


def test_nor_is_one_that_another_client_has_asked_for() -> None:
    night = Night().begin(30000)
    night.wheel(None)
    night.wheel_gone()
    night.wheel(2, baseline=True)
    night.focuser(29975, moving=True)
    night.stand(29975)  # whoever asked for Ha has moved the focuser for it, too
    night.later(200).tick()

    assert why_not_trusted(night.rig) is not None


def test_the_turn_to_where_it_claimed_to_stand_brings_another_filter_into_the_light() -> None:
    night = rehomed_after("lost")

    night.wheel(None)
    night.wheel(0)
    night.arrive(30000)

    assert night.moves == [30000]
    assert why_not_trusted(night.rig) is None


@pytest.mark.parametrize("how", HOW)
def test_where_it_recovers_where_it_stood_nothing_turns_in_vain(how: str) -> None:
    night = Night().begin(30000)
    hiccup(night, how, 0)
    night.later(0.1)

    night.ask(0)

    assert night.turns == []


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("held", [False, True], ids=["exposing", "held"])
def test_a_move_that_waits_is_dropped_when_the_wheel_is_out_of_sight(how: str, held: bool) -> None:
    night = Night().begin(30000)
    if held:
        night.feed(HoldRequested(at_s=night.now_s, client="human", hold=True))
    else:
        night.camera(busy=True)
    night.wheel(1)
    waited = night.rig.pending

    hiccup(night, how, 2)
    night.camera()
    night.feed(HoldRequested(at_s=night.now_s, client="human", hold=False))
    night.later(60.0).tick()

    assert waited is not None
    assert night.moves == []
    assert "refused: the move that waited is dropped" in night.said


def test_a_move_that_waits_is_for_its_own_slot_also_at_the_same_one() -> None:
    night = Night().begin(30000)
    night.camera(busy=True)
    night.wheel(1)

    hiccup(night, "lost", 1)
    night.camera()
    night.later(1.0).tick()

    assert night.moves == []


def test_the_diary_does_not_say_that_nothing_moves_in_a_step_that_moves() -> None:
    night = Night(sequential=True).begin(30000)
    night.wheel(None, fault="the slot was not found")
    night.effects.clear()

    night.ask(1)
    night.wheel(None)
    step = night.wheel(1)

    assert night.moves == [30040]
    lines = [e.sentence for e in step.effects if isinstance(e, DiaryLine)]
    assert not any("nothing moves by itself" in line for line in lines)


def test_a_wheel_that_rests_nowhere_shows_no_filter_and_is_resolved_by_asking() -> None:
    night = Night().begin(30000)

    night.wheel_nowhere()
    shown = (night.rig.shown_filter_position, why_not_trusted(night.rig))
    night.ask(0)
    night.wheel(None)
    night.wheel(0)

    assert shown[0] is None
    assert shown[1] == "the filter wheel rests at no slot that it can name"
    assert night.turns == [0]
    assert night.result == "done"
    assert night.rig.shown_filter_position == 0


def test_an_alert_of_the_wheel_is_written_into_the_diary_once() -> None:
    night = Night().begin(30000)

    night.wheel(None, fault="the slot was not found")
    night.later(1.0).wheel(None, fault="the slot was not found, again")
    night.later(1.0).wheel(0)

    warnings = [
        e.sentence
        for e in night.effects
        if isinstance(e, DiaryLine) and e.severity is Severity.WARNING
    ]
    assert warnings == [
        "the filter in the light is unknown: the filter wheel is in fault: the slot was not found"
    ]
    assert "the filter in the light is known again: L" in night.said


def test_a_wheel_that_stays_busy_after_a_hand_is_not_trusted_and_then_unknown() -> None:
    night = Night().begin(30000)

    night.wheel(None)
    at_once = (why_not_trusted(night.rig), night.rig.filter_in_light)
    night.later(60.0).tick()
    later = (why_not_trusted(night.rig), night.rig.filter_position)
    night.wheel(2)

    assert at_once == ("the filter wheel is turning", None)
    assert later == ("the filter wheel does not come to rest", None)
    assert (
        "the filter in the light is unknown: the filter wheel does not come to rest" in night.said
    )
    assert night.moves == []


def test_a_wheel_that_never_comes_to_rest_can_be_asked_again() -> None:
    night = Night().begin(30000)
    night.wheel(None)
    night.later(60.0).tick()

    step = night.ask(1)
    night.wheel(None)
    night.wheel(1)
    night.arrive(30040)

    assert step.refusal is None
    assert night.result == "done"


def test_in_an_ordinary_change_the_focus_is_not_trusted_from_the_first_moment() -> None:
    night = Night().begin(30000)
    before = why_not_trusted(night.rig)

    night.ask(1)
    reasons = [why_not_trusted(night.rig)]
    night.wheel(None)
    reasons.append(why_not_trusted(night.rig))
    night.wheel(1)
    reasons.append(why_not_trusted(night.rig))
    night.arrive(30040)

    assert before is None
    assert reasons == ["changing to R"] * 3
    assert why_not_trusted(night.rig) is None


def test_a_focuser_in_motion_is_not_trusted_whoever_moves_it() -> None:
    night = Night().begin(30000)

    night.focuser(30010, moving=True)
    by_another = why_not_trusted(night.rig)
    night.focuser(30020)
    night.move(30100)
    by_client = why_not_trusted(night.rig)

    assert by_another == by_client == "the focuser is moving"


def test_a_change_that_failed_by_its_wheel_leaves_the_filter_unknown() -> None:
    night = Night().begin(30000)
    night.ask(1)
    night.wheel(None)
    night.arrive(30040)

    night.later(29.0).tick()
    unknown = night.rig.filter_position
    night.wheel(1)

    assert night.result == "failed"
    assert unknown is None
    assert night.rig.fault == "the wheel did not reach slot 2 within 28 s"
    assert night.moves == [30040]


@pytest.mark.parametrize("way", ["passes a Busy", "passes two", "jumps"])
def test_a_wheel_turned_on_while_the_focuser_flies_is_not_shown_as_done(way: str) -> None:
    night = Night().begin(30000)
    night.ask(1)
    night.wheel(None)
    night.wheel(1)
    night.focuser(30010, moving=True)

    for _ in range({"passes a Busy": 1, "passes two": 2, "jumps": 0}[way]):
        night.later(0.2).wheel(None)
    night.wheel(2)
    night.stand(30040)
    failed = night.rig.fault
    night.arrive(29975)

    assert "done: R in the light" not in night.said
    assert failed == "the wheel was turned on from R to Ha meanwhile"
    assert night.moves == [30040, 29975]
    # The client that asked for R is told so until it asks again.
    assert night.rig.fault == failed


@pytest.mark.parametrize("turning", [0, 1, 2])
def test_a_wheel_turned_on_while_its_filter_is_followed_is_followed_again(turning: int) -> None:
    night = Night().begin(30000)
    night.wheel(1)
    night.focuser(30010, moving=True)

    for _ in range(turning):
        night.later(0.2).wheel(None)
    night.wheel(2)
    night.stand(30040)
    night.arrive(29975)

    assert "done: R in the light" not in night.said
    assert "L to R: declined: the wheel was turned on from R to Ha meanwhile" in night.said
    assert night.moves == [30040, 29975]
    assert night.rig.fault is None
    assert night.result == "done"


def test_a_wheel_lost_while_its_filter_is_followed_fails_the_change() -> None:
    night = Night().begin(30000)
    night.wheel(1)
    night.focuser(30010, moving=True)

    night.wheel_gone()
    night.stand(30040)

    assert night.result == "failed"
    assert night.rig.fault == "the filter wheel disconnected during the change"


def test_a_reactive_turn_does_not_end_the_fault_of_a_change_that_was_asked_for() -> None:
    night = Night().begin(30000)
    night.ask(1)
    night.wheel(None)
    night.wheel(1)
    night.focuser(30009, moving=True)
    night.stand(30009)
    stalled = night.rig.fault

    night.later(40.0).wheel(0)
    night.arrive(30000)
    after_turn = night.rig.fault
    night.ask(1)

    assert stalled is not None
    assert "30009 steps instead of 30040" in stalled
    assert after_turn == stalled
    assert night.rig.fault is None


def test_past_the_fault_of_an_earlier_change_the_focus_is_trusted_where_it_is_right() -> None:
    night = Night().begin(30000)
    night.ask(1)
    night.wheel(None)
    night.wheel(1)
    night.focuser(30009, moving=True)
    night.stand(30009)
    failed = why_not_trusted(night.rig)

    night.later(40.0).wheel(0)
    night.arrive(30000)

    assert failed == (
        "the filter in the light is R, the focus is that of no filter: the last filter change that "
        f"was asked of rigd's wheel failed: {night.rig.fault}"
    )
    assert why_not_trusted(night.rig) is None


def test_wheel_and_focuser_that_fail_for_one_reason_say_it_once() -> None:
    why = "the journal could not be written: no space left"
    night = Night().begin(30000)
    night.ask(1)
    assert night.rig.change is not None

    change = replace(night.rig.change, wheel_failed=why, focuser_failed=f"focuser not moved: {why}")

    assert change.failed == f"focuser not moved: {why}"
    assert replace(change, focuser_failed="it stalled").failed == f"{why}; it stalled"
    assert replace(change, wheel_failed=None, focuser_failed=None).failed is None


def test_the_fault_of_a_change_that_nobody_asked_for_ends_with_the_next_that_succeeds() -> None:
    night = Night().begin(30000)
    night.wheel(1)
    night.focuser(30009, moving=True)
    night.stand(30009)
    stalled = night.rig.fault

    night.later(40.0).wheel(0)
    between = night.rig.fault
    night.arrive(30000)

    assert stalled is not None
    assert between == stalled
    assert night.rig.fault is None


def test_a_wheel_that_says_ok_too_early_is_given_time_to_settle() -> None:
    night = Night(times=Times(settle_s=2.0)).begin(30000)
    night.ask(1)
    night.wheel(None)
    night.arrive(30040)

    night.wheel(1)
    early = night.rig.shown_filter_position
    night.later(1.0).tick()
    still = night.rig.shown_filter_position
    night.later(1.0).tick()

    assert (early, still) == (None, None)
    assert night.result == "done"
    assert night.rig.shown_filter_position == 1


def test_a_wheel_that_turns_on_before_it_has_settled_has_not_arrived() -> None:
    night = Night(times=Times(settle_s=2.0)).begin(30000)
    night.ask(1)
    night.wheel(None)
    night.arrive(30040)

    night.wheel(1)
    night.later(0.5).wheel(None)
    night.later(3.0).tick()
    turning = night.rig.shown_filter_position
    night.wheel(0)

    assert turning is None
    assert night.result == "failed"
    assert night.rig.fault == "the wheel stopped at slot 1 instead of 2"


def test_the_report_of_another_wheel_is_none_of_this_rig() -> None:
    night = Night().begin(30000)
    before = night.rig

    night.feed(
        WheelReport(at_s=night.now_s, ref=FOCUSER, connected=True, filter_position=3, slots=5)
    )

    assert isinstance(before, Rig)
    assert night.rig.filter_position == before.filter_position
    assert before.settings.wheel == WHEEL


def test_the_true_reason_is_said_before_an_old_fault() -> None:
    night = Night(reactive=False).begin(30000, filter_position=1)
    night.rig = replace(night.rig, fault="a move was cut off and the focuser found elsewhere")
    night.wheel(0)

    assert why_not_trusted(night.rig) == "the filter in the light is L, the focus is that of R"
