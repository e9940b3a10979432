"""Between planning and telling: gates, limits and the focuser may be others by then."""

import pytest

from rigd.devices.events import FocuserCommanded
from rigd.focus.state.effects import MoveFocuser
from rigd.focus.state.ledger import Terms
from rigd.focus.state.requests import AdoptRequested, FocuserCommandFailed
from rigd.focus.state.temperature import TemperatureSettings
from rigd.focus.telling import why_not_tell
from tests.focus.night import FOCUSER, POLLED_S, Night
from tests.focus.test_late_moves import balked


def untold(**settings: object) -> Night:
    """A rig whose devices are not told before `tell_or_fail` says so."""
    night = Night(**settings).begin(30000)  # type: ignore[arg-type]
    night.tells = False
    return night


def tell_or_fail(night: Night) -> str | None:
    """Tell the focuser what it was last commanded, unless rigd says at that moment why not."""
    command = next(e for e in reversed(night.untold) if isinstance(e, MoveFocuser))
    reason = why_not_tell(night.rig, command, night.now_s)
    if reason is None:
        night.tell()
        return None
    night.untold.clear()
    failed = FocuserCommandFailed(
        at_s=night.now_s, ref=command.ref, number=command.number, reason=reason
    )
    night.feed(failed)
    return reason


def test_a_target_that_a_limit_now_excludes_is_not_told() -> None:
    night = untold()
    night.ask(1)
    night.wheel(1)
    night.max_steps = 30020
    night.focuser(30000)

    reason = tell_or_fail(night)

    assert reason is not None
    assert "30040 steps lie outside its limits 0 to 30020 steps" in reason
    assert "lowered from 60000 to 30020 steps" in night.said
    assert (night.result, night.rig.ledger.base_steps) == ("failed", 30000)


def test_a_clients_target_that_a_limit_now_excludes_is_not_told() -> None:
    night = untold()
    night.move(40000)
    night.max_steps = 30020
    night.focuser(30000)

    assert tell_or_fail(night) is not None
    assert night.rig.move is None
    assert night.rig.ledger.base_steps == 30000


@pytest.mark.parametrize("moving", [True, False])
def test_an_offset_is_not_put_on_a_place_that_another_has_left(*, moving: bool) -> None:
    night = untold()
    night.ask(1)
    night.wheel(1)
    night.focuser(30093, moving=moving)

    reason = tell_or_fail(night)
    night.stand(30093)

    assert reason == "something else has moved it from 30000 steps meanwhile"
    assert night.result == "failed"
    assert night.rig.ledger.base_steps == 30093
    night.tells = True
    night.ask(1)
    night.arrive(30133)
    assert night.result == "done"


def test_where_another_client_was_heard_to_send_it_both_orders_stand() -> None:
    night = untold()
    night.wheel(1)
    night.feed(
        FocuserCommanded(at_s=night.now_s, ref=FOCUSER, target_steps=30040, stood_steps=30000)
    )
    night.focuser(30010, moving=True)

    assert tell_or_fail(night) is None
    night.arrive(30040)

    assert night.result == "done"
    assert night.rig.ledger.base_steps == 30000


def test_where_a_client_sends_its_focuser_does_not_hang_on_where_that_stood() -> None:
    night = untold()
    night.move(31000)
    night.focuser(30093)

    assert tell_or_fail(night) is None
    night.arrive(31000)
    assert night.rig.ledger.base_steps == 31000


def test_a_change_at_the_real_wheel_waits_where_an_exposure_has_begun_before_it_was_told() -> None:
    night = untold()
    night.wheel(1)
    night.camera(busy=True)

    reason = tell_or_fail(night)
    during = night.result
    night.tells = True
    night.later(60).camera()
    night.arrive(30040)

    assert reason == "the camera is exposing or downloading"
    assert during == "waiting"
    assert night.result == "done"
    assert night.rig.ledger.base_steps == 30000


def test_the_temperature_waits_where_an_exposure_has_begun_before_it_was_told() -> None:
    night = Night(
        temperature=TemperatureSettings(
            steps_per_c=-20.0, dead_band_steps=2, max_age_s=600.0, lasts_s=0.0
        )
    )
    night.celsius = 10.0
    night.begin(30000)
    night.later(1).focuser(30000)
    night.camera(busy=True)
    night.camera(busy=False)
    night.tells, night.celsius = False, 11.0
    night.later(1).focuser(30000)
    night.camera(busy=True)

    reason = tell_or_fail(night)
    night.tells = True
    night.later(60).camera()
    night.arrive(29980)

    assert reason == "the camera is exposing or downloading"
    assert night.rig.fault is None
    assert night.rig.ledger.embodied == Terms(temperature_steps=-20)


def test_a_change_that_a_client_asked_for_goes_on_whatever_exposes_before_it_was_told() -> None:
    night = untold()
    night.ask(1)
    night.camera(busy=True)

    assert tell_or_fail(night) is None


def test_what_another_did_before_a_move_was_told_moves_the_base() -> None:
    night = untold()
    night.move(31000)
    night.focuser(30050, moving=True)
    night.stand(30093)

    night.fail_command()

    assert night.rig.move is None
    assert night.rig.ledger.base_steps == 30093
    assert "something else moved the focuser" in night.said


def test_a_motion_before_it_was_told_ends_no_move() -> None:
    night = untold()
    night.move(31000)
    night.focuser(30050, moving=True)
    night.stand(30093)
    night.later(POLLED_S).focuser(30093)
    assert night.rig.move is not None

    night.tell()
    night.arrive(31000)

    assert night.rig.ledger.base_steps == 31000


def test_a_late_motion_of_rigds_before_a_clients_move_was_told_is_no_new_base() -> None:
    night = balked()
    night.move(30100)
    night.arrive(30100)
    night.ask(2)
    night.wheel(2)
    night.later(2.5)
    night.stand(30100)
    night.tells = False
    night.move(30700)
    night.focuser(30080, moving=True)
    night.stand(30075)

    night.fail_command()
    night.later(POLLED_S).focuser(30075)

    assert night.rig.ledger.base_steps == 30100
    assert night.rig.ledger.embodied_filter == "ha"


def test_a_clients_move_that_ends_where_a_late_one_of_rigds_was_to_end_is_that_one() -> None:
    night = balked()

    night.move(30700)
    night.arrive(30040)

    assert night.rig.ledger.base_steps == 30000
    assert night.rig.ledger.embodied_filter == "r"


def test_at_a_late_target_from_before_a_human_adopted_a_clients_move_leaves_it_unknown() -> None:
    night = balked()
    night.rig = night.with_offsets(0, 50)
    night.feed(AdoptRequested(at_s=night.now_s, client="human"))
    assert night.rig.ledger.base_steps == 29950

    night.move(30700)
    night.arrive(30040)

    assert night.rig.ledger.embodied is None
    assert "where an earlier move of rigd's was to end" in (night.rig.ledger.unknown_because or "")


def test_a_clients_move_that_is_cut_off_elsewhere_still_changes_the_base_alone() -> None:
    night = balked()

    night.move(30700)
    night.arrive(30300)

    assert night.rig.ledger.base_steps == 30300
    assert night.rig.ledger.embodied_filter == "l"


def test_nor_where_another_client_was_heard_to_send_the_focuser_there() -> None:
    night = balked()
    night.move(30700)
    night.later(1).focuser(30300, moving=True)

    night.feed(
        FocuserCommanded(at_s=night.now_s, ref=FOCUSER, target_steps=30041, stood_steps=30300)
    )
    night.arrive(30041)

    assert night.rig.ledger.base_steps == 30041
    assert night.rig.ledger.embodied_filter == "l"


def test_a_clients_move_found_at_its_target_after_a_gap_is_done_whatever_was_to_end_there() -> None:
    night = Night().begin(30000)
    night.ask(1)
    night.wheel(1)
    night.focuser(30010, moving=True)
    night.focuser_gone()
    night.later(1).stand(30020)  # between start and target: unknown
    night.move(30040)
    night.later(1).focuser_gone()

    night.later(1).stand(30040)
    night.later(POLLED_S).focuser(30040)

    assert night.rig.ledger.embodied is None
    assert night.rig.ledger.unended == ()
    assert "the move of alpyca that was cut off had been completed" in night.said
