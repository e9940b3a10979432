"""A filter change that fails: a jammed wheel, a deadline, a halt, a focuser that was not told."""

from rigd.focus.state.effects import (
    HaltFocuser,
)
from rigd.focus.state.ledger import Terms
from rigd.focus.state.requests import (
    FocuserCommandFailed,
    HaltRequested,
    Tick,
    Woke,
)
from tests.focus.night import FOCUSER, Night


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
    night.stand(30012)

    assert night.result == "failed"
    assert night.rig.ledger.base_steps == 30000
    assert night.rig.ledger.embodied == Terms(filter_steps=12)


def test_the_time_in_which_rigd_did_not_run_counts_towards_no_deadline() -> None:
    night = Night().begin()
    night.ask(1)
    night.wheel(1)
    night.focuser(30010, moving=True)

    night.later(60).feed(Woke(at_s=night.now_s, slept_s=59.0))
    night.tick()
    assert not any(isinstance(e, HaltFocuser) for e in night.effects)
    night.later(29).feed(Tick(at_s=night.now_s))

    assert any(isinstance(e, HaltFocuser) for e in night.effects)


def test_a_halt_ends_the_change_in_failure_with_what_was_read_back() -> None:
    night = Night().begin()
    night.ask(1)
    night.wheel(1)
    night.focuser(30010, moving=True)

    night.feed(HaltRequested(at_s=night.now_s, client="hand"))
    night.stand(30020)

    assert night.result == "failed"
    assert "halted by hand" in str(night.rig.fault)
    assert night.rig.fault_halted
    assert night.rig.ledger.base_steps == 30000


def test_a_focuser_that_was_not_told_stays_and_the_change_fails() -> None:
    night = Night().begin()
    night.ask(1)
    night.wheel(1)
    number = night.rig.main_focuser.moves_begun

    night.feed(
        FocuserCommandFailed(at_s=night.now_s, ref=FOCUSER, number=number, reason="disk full")
    )

    assert night.result == "failed"
    assert "disk full" in str(night.rig.fault)
    assert night.rig.ledger.embodied == Terms()


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
