"""When a move of the focuser has ended, and what is journalled before it and after."""

from rigd.focus.state.effects import (
    JournalIntent,
    JournalOutcome,
    MoveFocuser,
    ReadFocuser,
    Refusal,
    Remember,
)
from rigd.focus.state.ledger import Terms
from rigd.focus.state.requests import (
    Tick,
)
from tests.focus.night import Night


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
    night.focuser(30000)
    night.focuser(30000)
    assert night.rig.move is None
    assert night.rig.ledger.raw_steps == 30001


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
