"""A hold: it stops the motor and refuses everything until somebody ends it."""

from dataclasses import replace

import pytest

from rigd.devices.events import FocuserReport
from rigd.focus.state.effects import (
    DiaryLine,
    HaltFocuser,
    Refusal,
)
from rigd.focus.state.requests import (
    HaltRequested,
    HoldRequested,
    Remembered,
)
from rigd.focus.state.settings import Mode
from tests.focus.night import FOCUSER, Night


def test_hold_stops_the_motor_and_refuses_everything_until_it_ends() -> None:
    night = Night().begin()
    night.ask(1)

    night.feed(HoldRequested(at_s=night.now_s, client="hand", hold=True))
    assert any(isinstance(e, HaltFocuser) for e in night.effects)
    night.stand(30000)
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


def test_a_client_that_asks_again_every_second_is_refused_in_one_line_a_minute() -> None:
    night = Night().begin()
    night.feed(HoldRequested(at_s=night.now_s, client="hand", hold=True))
    refused = []

    for _ in range(120):
        step = night.ask(1)
        refused += [one for one in step.effects if isinstance(one, DiaryLine)]
        assert step.refusal is Refusal.GATE
        night.now_s += 1.0
    other = [one for one in night.ask(2).effects if isinstance(one, DiaryLine)]

    assert len(refused) == 2
    assert {one.sentence for one in refused} == {
        "filter L to R: refused: hands off: held by hand",
    }
    assert len(other) == 1


def test_a_hold_says_that_the_motor_was_stopped_only_if_it_moved() -> None:
    still, moving = Night().begin(), Night().begin()
    moving.ask(1)

    for night in (still, moving):
        night.feed(HoldRequested(at_s=night.now_s, client="hand", hold=True))

    assert "hands off, said hand" in still.said
    assert "told to stop" not in still.said
    assert "the focuser was told to stop by hand" in moving.said


@pytest.mark.parametrize("halt_only", [True, False])
def test_a_motor_out_of_reach_is_not_said_to_be_stopped(halt_only: bool) -> None:
    night = Night()
    asked = (
        HaltRequested(at_s=0.0, client="hand")
        if halt_only
        else HoldRequested(at_s=0.0, client="hand", hold=True)
    )

    night.feed(asked)

    begin = "halt asked by hand" if halt_only else "hands off, said hand"
    because = "the focuser is not connected, so its motor could not be stopped"
    assert f"{begin}; {because}" in night.said
    assert "told to stop" not in night.said


@pytest.mark.parametrize("halt_only", [True, False])
def test_a_focuser_that_cannot_be_halted_is_not_said_to_be(halt_only: bool) -> None:
    night = Night().begin()
    night.ask(1)
    night.feed(
        FocuserReport(
            at_s=night.now_s,
            ref=FOCUSER,
            connected=True,
            position_steps=30010,
            max_steps=100000,
            moving=True,
            can_halt=False,
        )
    )

    night.feed(
        HaltRequested(at_s=night.now_s, client="hand")
        if halt_only
        else HoldRequested(at_s=night.now_s, client="hand", hold=True)
    )

    assert "the focuser cannot be halted, so its motor goes on to where it was sent" in night.said
    assert "told to stop" not in night.said


def test_a_hold_of_a_focuser_at_rest_speaks_of_no_motion() -> None:
    night = Night().begin()
    assert night.rig.focuser is not None
    night.feed(replace(night.rig.focuser, at_s=night.now_s, can_halt=False))

    night.feed(HoldRequested(at_s=night.now_s, client="hand", hold=True))

    assert "hands off, said hand" in night.said
    assert "its motor goes on" not in night.said


def test_the_end_of_a_hold_that_nobody_began_is_no_news() -> None:
    night = Night().begin()
    night.effects.clear()

    night.feed(HoldRequested(at_s=night.now_s, client="hand", hold=False))

    assert night.effects == []
