"""A change that failed, or was cut off before the focuser could follow, is not forgotten."""

from dataclasses import replace

from rigd.focus.state.asked_filter import AskedFilter
from rigd.focus.state.effects import RememberAsked, RememberFault, TurnWheel
from rigd.focus.state.requests import HaltRequested, Remembered, TrimRequested
from rigd.view.trust import why_not_trusted
from tests.focus.night import SLOTS, Night


def restarted(night: Night, **settings: object) -> Night:
    """Rigd is killed and starts again; the wheel has meanwhile reached R."""
    kept = [e for e in night.effects if isinstance(e, RememberFault)]
    last = kept[-1] if kept else RememberFault(sentence=None)
    again = Night(**settings)  # type: ignore[arg-type]
    again.feed(
        Remembered(
            at_s=night.now_s,
            ledger=night.rig.ledger,
            move=night.rig.move,
            moves_begun=night.rig.main_focuser.moves_begun,
            fault=last.sentence,
            fault_part=last.part,
        )
    )
    again.camera()
    again.wheel(None)
    again.wheel(1, baseline=True)
    return again


def test_a_change_that_was_cut_off_before_the_focuser_began_is_not_shown_as_done() -> None:
    night = Night(sequential=True).begin(30000)
    night.ask(1)
    again = restarted(night, sequential=True)
    again.focuser(30000)

    assert again.rig.fault == "the change to R was cut off before the focuser could follow"
    assert again.moves == []
    again.ask(1)
    assert again.rig.fault is None
    assert again.moves == [30040]


def test_it_is_stored_before_the_wheel_is_told() -> None:
    night = Night(sequential=True).begin(30000)

    night.ask(1)

    assert {type(e) for e in night.effects} >= {TurnWheel, RememberFault}


def test_a_change_that_failed_is_a_fault_after_a_restart_too() -> None:
    night = Night().begin(30000)
    night.ask(1)
    night.wheel(1)
    night.arrive(30012)
    assert night.result == "failed"

    again = restarted(night)
    again.focuser(30012)

    assert again.rig.fault == night.rig.fault


def test_a_change_whose_move_was_completed_is_no_fault() -> None:
    night = Night().begin(30000)
    night.ask(1)

    again = restarted(night)
    again.stand(30040)

    assert again.rig.fault is None
    assert again.rig.shown_filter_position == 1


def test_the_next_accepted_request_ends_it_for_the_store_too() -> None:
    night = Night(sequential=True).begin(30000)
    night.ask(1)
    night.wheel(1)
    night.arrive(30040)

    kept = [e.sentence is None for e in night.effects if isinstance(e, RememberFault)]
    assert kept == [False, True]


def restarted_drawer(night: Night, **settings: object) -> Night:
    """Rigd is killed and starts again; what a drawer's driver knew is gone."""
    kept = [e.asked for e in night.effects if isinstance(e, RememberAsked)]
    again = Night(sequential=True, swap_limit_s=600.0, **settings)
    again.feed(
        Remembered(
            at_s=night.now_s,
            ledger=night.rig.ledger,
            move=night.rig.move,
            moves_begun=night.rig.main_focuser.moves_begun,
            asked=kept[-1] if kept else None,
        )
    )
    again.camera()
    again.wheel_nowhere()
    return again


def test_a_drawer_that_waits_for_a_hand_is_awaited_after_a_restart_too() -> None:
    night = Night(sequential=True, swap_limit_s=600.0).begin(30000)
    night.ask(1)
    again = restarted_drawer(night)
    again.focuser(30000)
    again.wheel(None)

    waiting = (again.rig.shown_filter_position, why_not_trusted(again.rig), list(again.turns))
    again.wheel(1)
    again.arrive(30040)

    assert waiting == (None, "put R in, then say `rigd swap R`", [1])
    assert "alpyca has asked for R: put R in, then say `rigd swap R`" in again.said
    assert again.moves == [30040]
    assert again.result == "done"
    assert not any(isinstance(e, RememberFault) for e in night.effects)


def test_what_a_hand_is_asked_for_is_stored_before_it_is_and_forgotten_once_it_is_there() -> None:
    night = Night(sequential=True, swap_limit_s=600.0).begin(30000)
    night.ask(1)
    begun = list(night.effects)
    night.wheel(None)
    night.wheel(1)

    assert AskedFilter("r", "alpyca") in [e.asked for e in begun if isinstance(e, RememberAsked)]
    assert any(isinstance(e, TurnWheel) for e in begun)
    assert [e.asked for e in night.effects if isinstance(e, RememberAsked)][-1] is None


def test_where_nobody_puts_it_in_after_the_restart_either_the_change_fails_and_is_over() -> None:
    night = Night(sequential=True, swap_limit_s=600.0).begin(30000)
    night.ask(1)
    again = restarted_drawer(night)
    again.wheel(None)

    again.later(601).tick()

    assert again.rig.fault == "nobody said within 600 s that R is in place"
    assert again.rig.filter_position is None
    assert [e.asked for e in again.effects if isinstance(e, RememberAsked)] == [None]


def test_a_filter_that_another_profile_does_not_have_is_asked_for_no_more() -> None:
    night = Night(sequential=True, swap_limit_s=600.0).begin(30000)
    night.ask(1)

    again = restarted_drawer(night, slots=(SLOTS[0],))

    assert again.rig.change is None
    assert again.rig.fault == "the change to r was cut off, and the profile is another one since"
    assert RememberAsked(asked=None) in again.effects
    assert RememberFault(sentence=again.rig.fault) in again.effects


def test_a_filter_that_is_in_while_the_focuser_has_still_to_follow_is_not_shown_as_done() -> None:
    night = Night(sequential=True, swap_limit_s=600.0).begin(30000)
    night.ask(1)
    night.wheel(None)
    night.focuser_gone()
    night.focuser(30000, moving=True)
    night.wheel(1)

    kept = [e.sentence for e in night.effects if isinstance(e, RememberFault)]
    assert night.rig.shown_filter_position is None
    assert kept == ["the change to R was cut off before the focuser could follow"]


def test_past_a_trim_that_did_not_arrive_no_focus_is_trusted_after_a_restart_either() -> None:
    night = Night().begin(30000, filter_position=1)
    asked = TrimRequested(at_s=night.now_s, trim_steps=30, client="human")
    night.feed(asked)
    night.focuser(30010, moving=True)
    night.feed(HaltRequested(at_s=night.now_s, client="hand"))
    night.stand(30012)

    again = restarted(night)
    again.stand(30012)

    assert again.rig.fault is not None
    assert why_not_trusted(again.rig) == f"the last move for the trim failed: {night.rig.fault}"
    again.feed(replace(asked, at_s=again.now_s))
    again.arrive(30030)
    assert why_not_trusted(again.rig) is None
