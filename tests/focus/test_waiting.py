"""A change or a move that waits, for a gate or for quiet: when it is made and when dropped."""

import pytest

from rigd.devices.events import DeviceGone
from rigd.focus.mode_switch import stand_down
from rigd.focus.obstacles import find_obstacles
from rigd.focus.state.effects import DiaryLine, Remember, Severity
from rigd.focus.state.ledger import adopt_position
from rigd.focus.state.requests import (
    AdoptRequested,
    HoldRequested,
    Remembered,
    Tick,
    WheelCommandFailed,
)
from rigd.focus.state.settings import Mode
from rigd.view.explanation import explain
from rigd.view.trust import why_not_trusted
from tests.focus.night import WHEEL, Night


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


def waiting(night: Night | None = None) -> Night:
    """A night in which the offset of R waits for an exposure to end."""
    night = night or Night().begin()
    night.camera(busy=True)
    night.wheel(1)
    assert night.result == "waiting"
    return night


def newest(night: Night) -> tuple[str, str]:
    assert night.rig.outcome is not None
    return night.rig.outcome.result, night.rig.outcome.sentence


def test_a_switch_of_the_mode_says_that_it_drops_the_move_that_waits() -> None:
    night = waiting()

    night.switch(Mode.OBSERVE)
    observing = newest(night)
    night.camera(busy=False)
    night.switch(Mode.APPLY)
    night.later(200).tick()

    dropped = "the move that waited is dropped: mode observe, said human"
    assert observing == newest(night) == ("refused", dropped)
    assert f"filter L to R: refused: {dropped}" in night.said
    assert night.moves == []


def test_standing_down_says_that_it_drops_the_move_that_waits() -> None:
    night = waiting()

    step = stand_down(night.rig, "Ekos moves too", night.now_s)

    dropped = "the move that waited is dropped: rigd stands down beside another program"
    assert step.rig.outcome is not None
    assert (step.rig.outcome.result, step.rig.outcome.sentence) == ("refused", dropped)
    assert dropped in "\n".join(e.sentence for e in step.effects if isinstance(e, DiaryLine))


def test_what_waits_is_said_to_wait_for_what_is_in_its_way_now() -> None:
    night = waiting()

    night.feed(HoldRequested(at_s=night.now_s, client="you", hold=True))
    night.camera(busy=False)
    held = newest(night)
    told = find_obstacles(night.rig, night.now_s)
    night.feed(HoldRequested(at_s=night.now_s, client="you", hold=False))

    assert held == ("waiting", "hands off: held by you")
    assert next(o.sentence for o in told if o.name == "pending") == (
        "a filter's offset waits to be applied: hands off: held by you"
    )
    assert explain(night.rig).waiting_for is None
    assert night.moves == [30040]


def test_what_waits_is_dropped_by_an_adoption() -> None:
    night = waiting()

    night.feed(AdoptRequested(at_s=night.now_s, client="you"))
    done, obstacles = newest(night), find_obstacles(night.rig, night.now_s)
    night.camera(busy=False)

    assert done == ("done", "R in the light, focused at 30000 steps by a human's word")
    assert "pending" not in {one.name for one in obstacles}
    assert why_not_trusted(night.rig) is None
    assert night.moves == []


def test_a_filter_that_was_turned_to_during_a_change_is_said_to_wait() -> None:
    night = Night().begin()
    night.ask(1)
    night.wheel(1)
    night.camera(busy=True)
    night.wheel(2)
    night.arrive(30040)

    assert newest(night) == ("waiting", "the camera is exposing or downloading")
    assert "filter R to Ha: waiting: the camera is exposing or downloading" in night.said


def test_what_a_lost_wheel_drops_is_in_the_diary_too() -> None:
    night = waiting()

    night.feed(DeviceGone(at_s=night.now_s, ref=WHEEL))

    dropped = "the move that waited is dropped: the filter wheel is not connected"
    assert newest(night) == ("refused", dropped)
    assert f"filter L to R: refused: {dropped}" in night.said


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


def test_a_move_that_waited_is_dropped_when_the_connection_is_lost() -> None:
    night = Night().begin(30000)
    night.ask(1)
    night.move(31000)

    night.wheel(1)
    night.focuser_gone()
    night.stand(30040)

    assert night.moves == [30040]
    assert night.rig.queued is None


def test_a_filters_move_that_waited_is_dropped_when_the_connection_is_lost() -> None:
    night = Night().begin(30000)
    night.move(31000)
    night.ask(1)

    night.wheel(1)
    night.focuser_gone()
    assert night.result == "failed"
    night.stand(31000)

    assert night.moves == [31000]


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


def test_a_move_that_waited_stays_inside_the_limits_when_the_offset_stopped_short() -> None:
    night = Night().begin(100)
    night.ask(2)
    night.wheel(2)

    night.move(25)
    night.max_steps = 110
    night.focuser(95, moving=True)
    night.move(135)
    night.arrive(95)

    assert night.moves == [75, 105]  # logical 110, the virtual focuser's maximum
    assert "outside 0 to 110" in night.said


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


def test_that_a_move_waits_is_no_warning() -> None:
    night = Night().begin(30000)
    night.camera(busy=True)
    night.wheel(1)
    lines = [one for one in night.effects if isinstance(one, DiaryLine)]
    waiting = [one.severity for one in lines if "waiting: " in one.sentence]

    assert waiting == [Severity.INFO]


def started(ago_s: float | None) -> Night:
    """rigd has just started; before it somebody else moved the focuser so long ago."""
    night = Night()
    ledger = adopt_position(30000, 0, "l")
    moved_at_s = None if ago_s is None else night.now_s - ago_s
    night.feed(
        Remembered(
            at_s=night.now_s, ledger=ledger, move=None, moves_begun=0, foreign_at_s=moved_at_s
        )
    )
    return night.begin(30000)


def test_quiet_goes_on_over_a_restart() -> None:
    night = started(ago_s=10)

    night.later(5).wheel(1)
    assert night.result == "waiting"
    assert "moved the focuser 15 s ago" in night.said
    night.later(16).tick()

    assert night.moves == [30040]


@pytest.mark.parametrize("ago_s", [None, 60.0])
def test_a_start_long_after_anybody_moved_it_needs_no_quiet(ago_s: float | None) -> None:
    night = started(ago_s)

    night.later(5).wheel(1)

    assert night.moves == [30040]


def test_that_somebody_moved_it_before_the_start_is_no_use_of_the_rig_and_no_search() -> None:
    night = started(ago_s=10)

    assert not night.rig.was_used
    assert night.rig.searches == ()


def test_that_another_has_moved_it_is_stored_and_what_rigd_does_is_not() -> None:
    night = Night().begin(30000)
    night.arrive(30100)
    theirs = [e.by_another for e in night.effects if isinstance(e, Remember)]
    night.effects.clear()
    night.later(40).ask(1)
    night.wheel(1)
    night.arrive(30140)

    assert True in theirs
    assert not any(e.by_another for e in night.effects if isinstance(e, Remember))
