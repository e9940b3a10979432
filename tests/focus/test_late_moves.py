"""Moves of rigd's that begin after they were halted, held or given up: never a new base."""

import pytest

from rigd.devices.events import FocuserCommanded
from rigd.focus.state.effects import AutofocusEnded, JournalIntent, Remember
from rigd.focus.state.focuser import FocuserMove
from rigd.focus.state.ledger import Ledger, Terms
from rigd.focus.state.requests import AdoptRequested, HaltRequested, HoldRequested, Remembered
from rigd.focus.state.rig import Result
from tests.focus.night import FOCUSER, POLLED_S, Night


def balked(how: str = "given up") -> Night:
    """A change to R whose move to 30040 was closed at its start."""
    night = Night().begin(30000)
    night.ask(1)
    night.wheel(1)
    night.later(0.25)
    match how:
        case "halted":
            night.feed(HaltRequested(at_s=night.now_s, client="hand"))
        case "held":
            night.feed(HoldRequested(at_s=night.now_s, client="hand", hold=True))
        case _:
            night.later(2.5)
    night.stand(30000)
    assert night.rig.move is None
    if how == "held":
        night.feed(HoldRequested(at_s=night.now_s, client="hand", hold=False))
    return night


def restarted(night: Night, *, found: int) -> Night:
    """rigd once more, with what was stored last, beside a focuser that stands there."""
    stored = [e for e in night.effects if isinstance(e, Remember | JournalIntent)][-1]
    again = remembering(stored.ledger, stored.move, night.rig.main_focuser.moves_begun)
    again.now_s = night.now_s + 2
    return again.begin(found)


def remembering(ledger: Ledger, move: FocuserMove | None, moves_begun: int) -> Night:
    night = Night()
    memory = Remembered(at_s=100.0, ledger=ledger, move=move, moves_begun=moves_begun)
    night.feed(memory)
    return night


HOW = pytest.mark.parametrize("how", ["halted", "held", "given up"])


@HOW
def test_one_that_arrives_after_all_is_done_and_the_base_stays(how: str) -> None:
    night = balked(how)

    night.later(3)
    night.arrive(30040)

    assert night.rig.ledger.base_steps == 30000
    assert night.rig.ledger.embodied_filter == "r"
    assert "made late, and is done" in night.said


@HOW
def test_the_change_after_it_goes_where_it_belongs(how: str) -> None:
    night = balked(how)
    night.later(3)
    night.arrive(30040)

    night.ask(0)
    night.wheel(0)
    night.arrive(30000)
    night.ask(1)

    assert night.moves == [30040, 30000, 30040]


@HOW
def test_one_that_ends_on_its_way_is_unknown(how: str) -> None:
    night = balked(how)

    night.later(3)
    night.arrive(30020)

    assert night.rig.ledger.embodied is None
    assert "began late, or something else moved the focuser from 30000 to 30020" in night.said


@HOW
def test_an_ok_that_is_early_does_not_make_it_unknown(how: str) -> None:
    night = balked(how)

    night.later(3).focuser(30010, moving=True)
    night.focuser(30033)
    night.later(1.0).stand(30040)

    assert night.rig.ledger.base_steps == 30000
    assert night.rig.ledger.raw_steps == 30040


@HOW
def test_a_target_that_another_only_passed_is_not_its_end(how: str) -> None:
    night = balked(how)

    night.later(3).focuser(30010, moving=True)
    night.focuser(30040)
    night.later(1.0).stand(30500)

    assert night.rig.ledger.embodied is None
    assert "made late" not in night.said


def test_one_that_goes_on_after_it_stopped_on_its_way_is_done() -> None:
    night = Night().begin(30000)
    night.ask(1)
    night.wheel(1)
    night.arrive(30020)
    assert night.result == "failed"

    night.arrive(30040)

    assert night.rig.ledger.base_steps == 30000
    assert night.rig.ledger.embodied_filter == "r"


def test_a_motion_elsewhere_is_no_new_base() -> None:
    # Between two reports both may have moved it: the late move, and a hand.
    night = balked()

    night.later(3)
    night.arrive(30500)

    assert night.rig.ledger.embodied is None
    assert "began late, or something else moved the focuser from 30000 to 30500" in night.said


def test_an_order_of_anothers_that_is_not_carried_out_leaves_it_open_where_it_rests() -> None:
    night = balked()
    night.later(3).focuser(30000, moving=True)
    night.focuser(30000)

    ordered = FocuserCommanded(at_s=night.now_s, ref=FOCUSER, target_steps=31000, stood_steps=30000)
    night.feed(ordered)
    night.later(POLLED_S).focuser(30000)
    resting = night.rig.ledger_checked
    night.arrive(31000)

    assert not resting
    assert night.rig.ledger.embodied is None


def test_a_client_that_moves_the_focuser_during_such_a_motion_makes_it_unknown() -> None:
    night = balked()
    night.later(3).focuser(30010, moving=True)

    night.move(30300)
    night.arrive(30300)

    assert night.rig.ledger.raw_steps == 30300
    assert night.rig.ledger.embodied is None
    assert "alpyca moved the focuser while it was on its way" in night.said


def test_a_second_take_off_does_not_forget_the_first() -> None:
    night = balked()
    night.ask(2)
    night.wheel(2)
    night.later(2.5)
    night.stand(30000)
    assert night.moves == [30040, 29975]

    night.arrive(30040)

    assert night.rig.ledger.base_steps == 30000
    assert night.rig.ledger.embodied_filter == "r"


def test_the_first_that_begins_during_the_second_is_no_new_base() -> None:
    night = balked()
    night.ask(2)
    night.wheel(2)

    night.arrive(30040)

    assert night.result == "failed"
    assert night.rig.ledger.base_steps == 30000
    assert night.rig.ledger.embodied_filter == "r"


def test_the_first_that_begins_during_the_second_and_ends_on_its_way_is_unknown() -> None:
    night = balked()
    night.ask(2)
    night.wheel(2)

    night.arrive(30020)

    assert night.result == "failed"
    assert night.rig.ledger.embodied is None
    assert "an earlier move may have begun late" in str(night.rig.ledger.unknown_because)


def test_one_that_was_read_back_ends_the_doubt() -> None:
    night = balked()
    night.ask(2)
    night.wheel(2)
    night.arrive(29975)

    night.later(60)
    night.arrive(29990)

    assert night.rig.ledger.base_steps == 30015


def test_found_at_its_target_after_a_gap_it_is_done() -> None:
    night = balked()
    night.focuser_gone()

    night.later(3).stand(30040)

    assert night.rig.ledger.base_steps == 30000
    assert night.rig.ledger.embodied_filter == "r"


def test_a_first_value_after_a_gap_is_not_its_end() -> None:
    night = balked()
    night.focuser_gone()

    night.later(3).focuser(30040)
    night.stand(30000)

    assert night.rig.ledger.base_steps == 30000
    assert night.rig.ledger.embodied_filter == "l"
    assert "is done" not in night.said


def test_found_anywhere_else_after_a_gap_it_is_unknown() -> None:
    night = balked()
    night.focuser_gone()

    night.later(3).stand(30500)

    assert night.rig.ledger.embodied is None


def test_at_a_target_from_before_anothers_move_it_is_unknown() -> None:
    night = balked()
    night.arrive(30500)

    night.later(3)
    night.arrive(30040)
    moved = len(night.moves)

    assert night.rig.ledger.embodied is None
    assert night.ask(2).refusal is None
    assert len(night.moves) == moved


def test_rigd_moves_nothing_while_it_is_not_clear_whose_motion_it_was() -> None:
    night = balked()
    night.later(3).focuser(30010, moving=True)
    night.focuser(30020)

    moved = len(night.moves)
    assert night.ask(2).refusal is None
    assert len(night.moves) == moved
    night.later(POLLED_S).focuser(30020)

    assert night.rig.ledger.embodied is None


def test_where_another_client_was_heard_to_send_it_the_motion_is_that_clients() -> None:
    night = balked()
    night.later(3)
    night.feed(
        FocuserCommanded(at_s=night.now_s, ref=FOCUSER, target_steps=30040, stood_steps=30000)
    )

    night.focuser(30010, moving=True)
    night.stand(30040)

    assert night.rig.ledger.base_steps == 30040
    assert night.rig.ledger.embodied_filter == "l"


def test_where_another_client_led_an_unknown_focuser_no_late_move_has_arrived() -> None:
    night = balked()
    night.focuser_gone()
    night.stand(30500)
    assert night.rig.ledger.embodied is None

    command = FocuserCommanded(at_s=night.now_s, ref=FOCUSER, target_steps=30040, stood_steps=30500)
    night.feed(command)
    night.later(1).focuser(30300, moving=True)
    night.arrive(30040)

    assert night.rig.ledger.embodied is None


def test_an_autofocus_past_rigd_ends_what_a_failed_move_left_unknown() -> None:
    night = balked()
    night.later(3)
    night.stand(30020)
    night.later(2).stand(30020)
    assert night.rig.ledger.embodied is None
    unknown = night.said.count("is unknown")

    for place in (30110, 30090, 30070, 30055, 30010, 30075, 30060):
        night.focuser(place, moving=True)
        night.stand(place)
        night.later(2).stand(place)
        night.camera(busy=True)
        night.later(1).camera()
    night.wheel(0)

    assert night.rig.ledger.embodied is not None
    assert night.said.count("is unknown") == unknown


@HOW
def test_after_a_restart_too_one_that_arrives_late_is_done_and_the_base_stays(how: str) -> None:
    night = restarted(balked(how), found=30000)

    night.later(3)
    night.arrive(30040)

    assert night.rig.ledger.base_steps == 30000
    assert night.rig.ledger.embodied_filter == "r"


@HOW
def test_after_a_restart_too_one_that_ends_on_its_way_is_unknown(how: str) -> None:
    night = restarted(balked(how), found=30000)

    night.later(3)
    night.arrive(30020)

    assert night.rig.ledger.embodied is None


@pytest.mark.parametrize(("end", "base"), [(30040, 30000), (30500, None)])
def test_after_a_second_restart_too_a_move_that_was_cut_off_is_rigds_own(
    end: int, base: int | None
) -> None:
    night = Night().begin(30000)
    night.ask(1)
    once = restarted(night, found=30000)
    once.later(3).stand(30000)
    assert once.rig.move is None
    again = restarted(once, found=30000)

    again.later(3)
    again.arrive(end)

    assert again.rig.ledger.base_steps == base


def test_over_a_restart_one_that_was_read_back_ends_the_doubt() -> None:
    night = balked()
    night.ask(2)
    night.wheel(2)
    night.arrive(29975)
    again = restarted(night, found=29975)

    again.later(60)
    again.arrive(29990)

    assert again.rig.ledger.base_steps == 30015


def test_what_a_human_adopts_does_not_end_the_doubt() -> None:
    night = balked()
    night.feed(AdoptRequested(at_s=night.now_s, client="human"))
    again = restarted(night, found=30000)

    again.later(3)
    again.arrive(30020)

    assert again.rig.ledger.embodied is None


def test_a_move_that_was_never_told_begins_at_no_time() -> None:
    night = Night().begin(30000)
    night.tells = False
    night.ask(1)
    night.feed(HaltRequested(at_s=night.now_s, client="hand"))
    night.stand(30000)
    assert night.rig.move is None
    night.fail_command()
    again = restarted(night, found=30000)

    again.later(3)
    again.arrive(30040)

    assert again.rig.ledger.base_steps == 30040


def failed_client_move() -> Night:
    """A client's move to 29900 that did not begin in its time."""
    night = Night().begin(30000)
    night.move(29900)
    night.later(2.5).stand(30000)
    assert night.rig.move is None
    return night


def test_a_clients_move_that_comes_late_is_that_clients() -> None:
    night = failed_client_move()

    night.later(3).focuser(29950, moving=True)
    night.stand(29900)

    assert night.rig.ledger.base_steps == 29900
    assert "late, the move of alpyca has taken the focuser from 30000 to 29900 steps" in night.said
    assert "something else" not in night.said

    night.ask(1)
    night.wheel(1)
    night.stand_after_motion(29909)

    assert night.result == "failed"
    assert night.rig.ledger.base_steps == 29900
    assert night.rig.ledger.embodied == Terms(filter_steps=9)


def test_a_clients_move_comes_late_once_and_what_follows_is_anothers() -> None:
    night = Night().begin(30000)
    night.move(29000)
    night.later(2.5).stand(30000)
    night.later(3).focuser(29700, moving=True)
    night.stand(29700)

    night.later(40).focuser(29600, moving=True)
    night.stand(29500)

    assert "late, the move of alpyca has taken the focuser from 30000 to 29700 steps" in night.said
    assert "something else moved the focuser from 29700 to 29500" in night.said
    assert night.rig.ledger.unended == ()
    assert night.rig.main_focuser.late_by is None


def test_a_clients_move_comes_late_no_more_once_another_has_moved_the_focuser() -> None:
    night = failed_client_move()
    night.later(40).focuser(30100, moving=True)
    night.stand(30200)

    night.later(40).focuser(30100, moving=True)
    night.stand(30050)

    assert "something else moved the focuser from 30200 to 30050" in night.said
    assert "late" not in night.said
    assert night.rig.ledger.unended == ()


def test_away_from_its_target_the_motion_is_another_ones() -> None:
    night = failed_client_move()

    night.later(3).focuser(30050, moving=True)
    night.stand(30100)

    assert night.rig.ledger.base_steps == 30100
    assert "something else moved the focuser from 30000 to 30100" in night.said


def test_slowly_away_from_its_target_too_the_motion_is_another_ones() -> None:
    night = failed_client_move()

    for position in range(30000, 30024, 4):
        night.later(0.5).focuser(position, moving=True)
    night.stand(30024)

    assert night.rig.main_focuser.late_by is None
    assert [search.client for search in night.rig.searches] == ["alpyca", None]


def test_on_its_way_to_where_another_client_was_heard_to_send_it_the_motion_is_that_clients() -> (
    None
):
    night = failed_client_move()

    night.later(3).feed(
        FocuserCommanded(at_s=night.now_s, ref=FOCUSER, target_steps=29940, stood_steps=30000)
    )
    night.focuser(29970, moving=True)

    assert night.rig.main_focuser.late_by is None
    assert [search.client for search in night.rig.searches] == ["alpyca", None]


def test_beside_a_move_of_rigds_that_may_begin_late_nobody_can_tell() -> None:
    night = balked()
    night.move(29900)
    night.later(2.5).stand(30000)

    night.later(3).focuser(29950, moving=True)
    night.stand(29950)
    night.later(POLLED_S).focuser(29950)

    assert night.rig.ledger.embodied is None
    assert night.rig.main_focuser.late_by is None


def test_a_clients_move_that_was_given_up_is_that_clients_where_it_is_found() -> None:
    night = Night().begin(30000)
    night.move(29900)
    night.later(1).focuser(29990, moving=True)
    night.feed(HaltRequested(at_s=night.now_s, client="hand"))
    night.tick()
    night.later(60).tick()
    assert night.rig.move is None

    night.stand(29950)
    night.later(POLLED_S).focuser(29950)

    assert night.rig.ledger.base_steps == 29950
    assert night.rig.main_focuser.others_at_s is None


def test_a_clients_late_move_is_a_part_of_its_autofocus() -> None:
    night = Night().begin(30000)
    night.move(30100)
    night.later(2.5).stand(30000)
    night.later(2).focuser(30050, moving=True)
    night.stand(30100)

    for place in (30080, 30060, 30040, 30070):
        night.later(1).camera(busy=True)
        night.later(2).camera()
        night.move(place)
        night.later(1).arrive(place)
    night.later(121).tick()

    (one,) = [effect for effect in night.effects if isinstance(effect, AutofocusEnded)]
    assert (one.client, one.start_steps, one.raw_steps) == ("alpyca", 30000, 30070)


def test_beside_a_late_move_of_rigds_a_clients_that_ends_at_its_target_is_that_clients() -> None:
    night = balked()
    night.move(29900)
    night.later(2.5).stand(30000)

    night.later(3).focuser(29950, moving=True)
    night.stand(29900)

    assert night.rig.ledger.base_steps == 29900
    assert night.rig.ledger.embodied_filter == "l"
    assert night.rig.main_focuser.late_by == "alpyca"
    assert night.rig.ledger.unended == ()


def test_where_an_order_of_anothers_was_cut_short_it_is_unknown_and_a_client_may_move_it() -> None:
    night = balked()
    night.later(3)
    ordered = FocuserCommanded(at_s=night.now_s, ref=FOCUSER, target_steps=29000, stood_steps=30000)
    night.feed(ordered)

    night.focuser(29800, moving=True)
    night.stand(29700)
    night.later(POLLED_S).focuser(29700)

    assert night.rig.ledger.raw_steps == 29700
    assert night.rig.ledger.embodied is None
    assert night.move(29600).refusal is None


def test_a_client_may_move_it_from_where_it_rests_though_another_has_ordered_it() -> None:
    night = balked()
    night.later(3).focuser(30000, moving=True)
    night.focuser(30000)
    ordered = FocuserCommanded(at_s=night.now_s, ref=FOCUSER, target_steps=31000, stood_steps=30000)
    night.feed(ordered)
    night.later(POLLED_S).focuser(30000)

    asked = night.move(30200)

    assert asked.refusal is None
    assert night.moves[-1] == 30200


def failed_to_ha() -> Night:
    """A change to Ha whose move to 29975 never began, and failed."""
    night = Night().begin(30000)
    night.ask(2)
    night.wheel(2)
    for _ in range(8):
        night.later(1).focuser(30000)
        night.tick()
    assert night.rig.outcome is not None
    assert night.rig.outcome.result is Result.FAILED
    return night


def test_one_that_arrives_during_the_next_change_is_made_up_for_before_that_is_done() -> None:
    night = failed_to_ha()
    night.ask(0)
    night.wheel(None)
    night.later(1).focuser(29990, moving=True)
    night.later(0.25).focuser(29975)

    night.wheel(0)
    while night.rig.move is None:
        night.later(1).focuser(29975)
        night.tick()
        assert night.rig.outcome is not None
        assert night.rig.outcome.result is Result.UNDER_WAY
    night.arrive(30000)

    assert night.moves == [29975, 30000]
    assert night.rig.ledger.embodied_filter == "l"
    assert night.rig.outcome is not None
    assert night.rig.outcome.result is Result.DONE


def test_one_that_ends_on_its_way_during_the_next_change_declines_that() -> None:
    night = failed_to_ha()
    night.ask(0)
    night.wheel(None)
    night.later(1).focuser(29990, moving=True)
    night.later(0.25).focuser(29985)

    night.wheel(0)
    for _ in range(10):
        night.later(1).focuser(29985)
        night.tick()

    assert night.moves == [29975]
    assert night.rig.change is None
    assert night.rig.outcome is not None
    assert night.rig.outcome.result is Result.DECLINED
    assert "unknown" in night.rig.outcome.sentence


def test_a_client_that_focuses_from_where_its_own_late_move_ended_may_go_on() -> None:
    night = failed_to_ha()
    night.move(29900, "Ekos")
    for _ in range(8):
        night.later(1).focuser(30000)
        night.tick()
    late = night.moves[-1]
    night.later(2).focuser(29950, moving=True)
    night.later(1).focuser(late)
    night.later(0.25).camera(busy=True)
    for _ in range(8):
        night.later(1).focuser(late)
    night.camera(busy=False)

    refusal = night.move(29800, "Ekos").refusal

    # An older move of rigd's may have had its part in it: what is in the position is unknown, so
    # rigd moves nothing. The client is not kept waiting for the end of its own search.
    assert refusal is None
    assert len(night.moves) == 3
    assert night.rig.ledger.embodied is None
