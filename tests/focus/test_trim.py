"""The trim: a part of the focus that a human sets and that clients never see."""

from dataclasses import replace

import pytest

from rigd.devices.events import GuiderReport
from rigd.focus.adoption import describe_adoption
from rigd.focus.state.effects import HaltFocuser, Refusal, Step
from rigd.focus.state.ledger import Terms, forget_embodied
from rigd.focus.state.requests import (
    AdoptRequested,
    HaltRequested,
    HoldRequested,
    StoreJudged,
    TrimRequested,
)
from rigd.focus.state.settings import Mode
from rigd.focus.virtual_focuser import logical_steps
from rigd.view.trust import why_not_trusted
from tests.focus.night import DeviceRef, Night


def trim(night: Night, steps: int) -> Step:
    return night.feed(TrimRequested(at_s=night.now_s, trim_steps=steps, client="human"))


def trimmed(steps: int = 30) -> Night:
    night = Night().begin(30000)
    trim(night, steps)
    night.arrive(30000 + steps)
    return night


def test_the_focuser_moves_by_the_trim_and_clients_see_nothing_of_it() -> None:
    night = Night().begin(30000)

    accepted = trim(night, 30)
    meanwhile = logical_steps(night.rig), night.rig.shown_filter_position
    night.arrive(30030)

    assert accepted.refusal is None
    assert night.moves == [30030]
    assert meanwhile == (30000, None)
    assert logical_steps(night.rig) == 30000
    assert night.rig.ledger.embodied == Terms(trim_steps=30)
    assert night.rig.ledger.base_steps == 30000


def test_the_trim_stays_through_filter_changes() -> None:
    night = trimmed()

    night.ask(1)
    night.wheel(1)
    night.arrive(30070)
    night.ask(0)
    night.wheel(0)
    night.arrive(30030)

    assert night.moves == [30030, 30070, 30030]
    assert night.rig.ledger.embodied == Terms(trim_steps=30)


def test_a_trim_is_whole_and_the_same_one_moves_nothing() -> None:
    night = trimmed()

    trim(night, 30)
    trim(night, -10)
    night.arrive(29990)

    assert night.moves == [30030, 29990]
    assert night.rig.ledger.embodied == Terms(trim_steps=-10)


def test_a_clients_move_leaves_the_trim() -> None:
    night = trimmed()

    night.move(30100)
    night.arrive(30130)

    assert night.rig.ledger.base_steps == 30100
    assert night.rig.ledger.embodied == Terms(trim_steps=30)


def test_a_halted_trim_is_what_was_read_back_and_can_be_asked_again() -> None:
    night = Night().begin(30000, filter_position=1)
    key = night.rig.ledger.embodied_filter

    trim(night, 30)
    night.focuser(30010, moving=True)
    night.feed(HaltRequested(at_s=night.now_s, client="hand"))
    night.stand(30012)

    assert night.rig.ledger.embodied == Terms(filter_steps=40, trim_steps=12)
    assert night.rig.ledger.embodied_filter == key
    assert "instead of 30030" in (night.rig.fault or "")
    assert why_not_trusted(night.rig) == f"the last move for the trim failed: {night.rig.fault}"

    trim(night, 30)
    night.arrive(30030)

    assert night.moves == [30030, 30030]
    assert night.rig.fault is None


def test_a_trim_that_does_not_end_is_stopped() -> None:
    night = Night().begin(30000)
    trim(night, 30)
    night.focuser(30010, moving=True)

    night.later(60).tick()

    assert any(isinstance(e, HaltFocuser) for e in night.effects)


def test_out_of_reach_is_refused_with_all_numbers() -> None:
    night = Night().begin(30000)

    refused = trim(night, 40000)

    assert refused.refusal is Refusal.GATE
    assert refused.sentence == (
        "the trim stays as it is: filter L with a trim of +40000 steps needs focuser position "
        "70000 steps, outside the limits 0 to 60000 steps"
    )
    assert night.moves == []


@pytest.mark.parametrize("mode", [Mode.PUBLISH, Mode.OBSERVE])
def test_only_apply_keeps_a_trim(mode: Mode) -> None:
    night = Night(mode).begin(30000)

    refused = trim(night, 30)

    assert refused.refusal is Refusal.GATE
    assert f"in mode {mode}" in refused.sentence
    assert night.moves == []


def test_every_gate_of_a_filter_change_refuses_a_trim_with_its_sentence() -> None:
    said = {}
    for name in ("camera", "hold", "unknown", "change", "guiding"):
        night = Night(guider=DeviceRef("phd2", "PHD2")).begin(30000)
        match name:
            case "camera":
                night.camera(busy=True)
            case "hold":
                night.feed(HoldRequested(at_s=night.now_s, client="hand", hold=True))
            case "unknown":
                night.focuser_gone()
                night.stand(29000)
                night.ask(1)
                night.wheel(1)
                night.arrive(29040)
                night.focuser_gone()
                night.stand(20000)
            case "change":
                night.ask(1)
            case "guiding":
                ref = DeviceRef("phd2", "PHD2")
                report = GuiderReport(at_s=night.now_s, ref=ref, connected=True, guiding=True)
                night.feed(report)
        before = len(night.moves)
        step = trim(night, 30)
        assert step.refusal is Refusal.GATE, name
        assert len(night.moves) == before, name
        said[name] = step.sentence

    assert "exposing" in said["camera"]
    assert "held by hand" in said["hold"]
    assert "unknown" in said["unknown"]
    assert "a move is under way" in said["change"]
    assert "guides through an off-axis guider" in said["guiding"]


def test_adopting_makes_the_trim_a_part_of_the_focus() -> None:
    night = trimmed()

    night.feed(AdoptRequested(at_s=night.now_s, client="human"))

    assert night.rig.ledger.base_steps == 30030
    assert "the trim of +30 steps is part of the focus from now on" in night.said


def test_adopting_where_the_focus_was_unknown_says_what_becomes_of_the_trim() -> None:
    night = trimmed()
    night.later(60).focuser(31000)
    night.rig = replace(
        night.rig,
        main_focuser=replace(
            night.rig.main_focuser, ledger=forget_embodied(night.rig.ledger, 31000, "moved unseen")
        ),
    )

    step = night.feed(AdoptRequested(at_s=night.now_s, client="human"))

    assert "; the trim of +30 steps is part of the focus from now on" in describe_adoption(step)
    assert describe_adoption(step) in night.said
    again = night.feed(AdoptRequested(at_s=night.now_s, client="human"))
    assert "trim" not in describe_adoption(again)


def test_a_filter_asked_during_a_trim_waits_for_it() -> None:
    night = Night().begin(30000)
    trim(night, 30)

    night.ask(1)
    night.wheel(1)
    night.arrive(30030)
    night.arrive(30070)

    assert night.moves == [30030, 30070]
    assert night.rig.ledger.embodied == Terms(filter_steps=40, trim_steps=30)


def test_a_trim_does_not_end_the_fault_of_a_change() -> None:
    night = Night().begin(30000)
    night.ask(1)
    night.wheel(1)
    night.focuser(30005, moving=True)
    night.stand(30009)
    failed = night.rig.fault

    trim(night, 6)
    night.arrive(30015)

    assert failed is not None
    assert night.rig.fault == failed
    assert night.rig.ledger.raw_steps == 30015


def test_a_trim_that_failed_does_not_hide_the_fault_of_a_change() -> None:
    night = Night().begin(30000)
    night.ask(1)
    night.wheel(1)
    night.stand_after_motion(30009)
    failed = night.rig.fault

    trim(night, 6)
    night.stand_after_motion(30012)

    assert failed is not None
    assert night.rig.fault == failed


def test_a_trim_whose_intent_cannot_be_stored_is_refused() -> None:
    night = Night().begin(30000)
    night.feed(StoreJudged(at_s=night.now_s, reason="database or disk is full"))
    step = night.feed(TrimRequested(at_s=night.now_s, trim_steps=9, client="you"))

    assert step.refusal is Refusal.GATE
    assert step.sentence == (
        "the trim stays as it is: what rigd is to remember cannot be stored: database or disk is "
        "full"
    )
    assert night.moves == []
