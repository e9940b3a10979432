"""When a move of the focuser has ended, and what is journalled before it and after."""

from dataclasses import replace

from rigd.focus.state.effects import (
    JournalIntent,
    JournalOutcome,
    MoveFocuser,
    ReadFocuser,
    Remember,
)
from rigd.focus.state.ledger import Terms
from rigd.focus.state.requests import (
    Tick,
)
from tests.focus.night import POLLED_S, Night


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


def test_every_rest_is_remembered() -> None:
    night = Night().begin(30000)

    night.focuser(30500)

    kept = [e.ledger.raw_steps for e in night.effects if isinstance(e, Remember)]
    assert kept == [30500]


def test_a_focuser_that_stays_silent_after_a_small_move_is_read_again() -> None:
    night = Night().begin(30000)
    night.move(30001)

    night.later(2.5).feed(Tick(at_s=night.now_s))

    assert any(isinstance(e, ReadFocuser) for e in night.effects)
    night.stand(30000)
    assert night.rig.move is None
    assert night.rig.ledger.raw_steps == 30001


def test_an_encoder_that_trembles_inside_the_tolerance_has_arrived() -> None:
    night = Night(tolerance_steps=5).begin(30000)
    night.ask(1)
    night.wheel(1)
    night.focuser(30030, moving=True)

    night.focuser(30041)
    night.later(POLLED_S).focuser(30039)

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


def test_an_ok_that_is_a_few_steps_early_is_not_judged_before_the_driver_has_looked_again() -> None:
    night = Night(tolerance_steps=2).begin(30000)
    night.ask(1)
    night.wheel(1)
    night.focuser(30030, moving=True)

    night.focuser(30033)
    night.later(0.2).focuser(30033)
    night.later(1.0).focuser(30040)

    assert night.result == "under_way"
    night.focuser(30040)
    assert night.result == "done"
    assert night.rig.ledger == replace(night.rig.ledger, raw_steps=30040, read_steps=30040)
    assert night.rig.ledger.base_steps == 30000


def test_a_driver_that_looks_seldom_is_given_its_time() -> None:
    night = Night(tolerance_steps=2).begin(30000)
    night.poll_s = 5.0
    night.ask(1)
    night.wheel(1)
    night.focuser(30030, moving=True)

    night.focuser(30033)
    night.later(5.1).focuser(30033)

    assert night.result == "under_way"
    night.arrive(30040)
    assert night.result == "done"


def test_a_repeated_value_elsewhere_than_at_the_target_is_one_read() -> None:
    night = Night(tolerance_steps=5).begin(30000)
    night.ask(1)
    night.wheel(1)
    night.focuser(30030, moving=True)

    for _ in range(5):
        night.later(0.2).focuser(30038)
    assert night.rig.move is not None
    night.later(1.5).focuser(30038)

    assert night.result == "done"


def test_at_the_target_nothing_waits_for_another_poll() -> None:
    night = Night().begin(30000)
    night.ask(1)
    night.wheel(1)
    night.focuser(30030, moving=True)

    night.focuser(30040)
    night.focuser(30040)

    assert night.result == "done"


def test_a_driver_that_comes_nearer_after_the_end_leaves_the_base() -> None:
    night = Night(tolerance_steps=5).begin(30000)
    night.ask(1)
    night.wheel(1)
    night.arrive(30037)

    night.later(5).focuser(30039)
    night.later(5).focuser(30040)

    assert night.rig.ledger.base_steps == 30000
    assert night.rig.ledger.read_steps == 30040


def test_a_senseless_read_costs_that_read() -> None:
    night = Night().begin(30000)
    night.ask(1)
    night.wheel(1)
    night.focuser(30010, moving=True)

    night.senseless("Position 1e19")
    assert night.result == "under_way"
    night.arrive(30040)

    assert night.result == "done"


def test_a_lost_answer_fails_no_move() -> None:
    night = Night().begin(30000)
    night.tells = False
    night.ask(1)
    night.wheel(1)
    night.fail_command(may_have_arrived=True)

    night.arrive(30040)

    assert night.result == "done"


def test_a_lost_answer_of_a_command_that_did_not_arrive_fails_it_in_its_time() -> None:
    night = Night().begin(30000)
    night.tells = False
    night.ask(1)
    night.wheel(1)
    night.fail_command(may_have_arrived=True)

    night.later(2.1).stand(30000)

    assert night.result == "failed"
    assert "it did not begin to move within 2 s" in night.said


def test_a_move_that_never_began_makes_nothing_unknown_whoever_moved_before() -> None:
    night = Night().begin(30000)
    night.later(60).focuser(30200, moving=True)
    night.stand(30200)
    night.later(11).ask(1)
    night.wheel(1)

    night.stand(30200, fault="Focuser failed to move to the requested position")

    assert night.result == "failed"
    assert night.rig.ledger.embodied == Terms()
    assert night.rig.ledger.base_steps == 30200
    assert night.rig.ledger.embodied_filter == "l"


def test_one_that_said_it_moves_and_never_did_is_not_said_to_have_stopped_by_itself() -> None:
    night = Night().begin()
    night.ask(1)
    night.wheel(1)

    night.later(1).focuser(30000, moving=True)
    night.later(1)
    night.stand(30000)

    assert night.result == "failed"
    assert "it said that it moved, and stood where it began" in night.said
    assert "stopped there by itself" not in night.said
