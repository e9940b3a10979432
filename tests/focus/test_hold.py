"""A hold: it stops the motor and refuses everything until somebody ends it."""

import pytest

from rigd.focus.state.effects import (
    HaltFocuser,
    Refusal,
)
from rigd.focus.state.requests import (
    HoldRequested,
    Remembered,
)
from rigd.focus.state.settings import Mode
from tests.focus.night import Night


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


@pytest.mark.parametrize("mode", list(Mode))
def test_a_hold_refuses_a_filter_change_in_every_mode(mode: Mode) -> None:
    night = Night(mode).begin()
    night.feed(HoldRequested(at_s=night.now_s, client="hand", hold=True))

    step = night.ask(1)

    assert step.refusal is Refusal.GATE
    assert step.sentence == "hands off: held by hand"
    assert night.turns == []
