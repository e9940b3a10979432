"""A guide focuser that fails, is late, halted or lost: nothing of it fails the picture."""

from dataclasses import replace

import pytest

from rigd.focus.state.effects import HaltFocuser, Remember
from rigd.focus.state.focuser import FocuserRole
from rigd.focus.state.ledger import Terms
from rigd.focus.state.requests import (
    FocuserCommandFailed,
    HaltRequested,
    HoldRequested,
    Remembered,
    Tick,
)
from tests.focus.guide_night import (
    R_STEPS,
    RATIO,
    START,
    R,
    arrive,
    begun,
    guide,
    guide_stands,
    kept,
    ledger,
    moves,
)
from tests.focus.night import GUIDE_FOCUSER, Night


@pytest.mark.parametrize("trouble", ["absent", "unknown", "moved", "limits"])
def test_one_that_cannot_follow_is_a_warning_and_the_change_is_done(trouble: str) -> None:
    night = begun(guide_min_steps=START - 20)
    if trouble == "absent":
        guide(night, None, connected=False)
    elif trouble == "moved":
        guide(night, START + 7, moving=True)
    elif trouble == "unknown":
        night.rig = replace(
            night.rig,
            guide_focuser=replace(
                kept(night), ledger=replace(ledger(night), embodied=None, unknown_because="so")
            ),
        )

    step = night.ask(R)
    night.wheel(R)
    night.arrive(30040)

    assert step.refusal is None
    assert night.result == "done"
    assert moves(night) == []
    words = {
        "absent": "it is not connected",
        "moved": "something else is moving it",
        "unknown": "its position was not known when the filter was changed: so",
        "limits": "it would have to go to 9950 steps, outside its limits 9980 to 20000 steps",
    }[trouble]
    assert f"guide focuser: does not follow the filter: {words}" in night.said
    assert night.rig.outcome is not None
    assert words in night.rig.outcome.sentence


def test_one_that_stalls_is_a_warning_with_what_was_read_back() -> None:
    night = begun()
    night.ask(R)
    night.wheel(R)
    night.arrive(30040)

    guide(night, START - 20, moving=True)
    guide_stands(night, START - 20)

    assert night.result == "done"
    assert ledger(night).embodied == Terms(filter_steps=-20)
    assert ledger(night).base_steps == START
    assert "stood at 9980 steps instead of 9950" in night.said


def test_one_that_cannot_be_told_has_not_moved() -> None:
    night = begun()
    night.ask(R)
    number = next(e.number for e in night.effects if getattr(e, "ref", None) == GUIDE_FOCUSER)

    night.feed(
        FocuserCommandFailed(at_s=night.now_s, ref=GUIDE_FOCUSER, number=number, reason="no answer")
    )
    night.wheel(R)
    night.arrive(30040)

    assert night.result == "done"
    assert ledger(night).embodied == Terms()
    assert "guide focuser: focuser not moved: no answer" in night.said


def test_one_that_is_late_is_stopped_and_the_change_is_done() -> None:
    night = begun()
    night.ask(R)
    night.wheel(R)
    night.arrive(30040)
    guide(night, START - 1, moving=True)

    night.later(29).feed(Tick(at_s=night.now_s))

    assert HaltFocuser(ref=GUIDE_FOCUSER) in night.effects
    assert night.result == "done"
    assert night.rig.outcome is not None
    assert "did not arrive within 28 s" in night.rig.outcome.sentence


def test_a_lost_connection_is_judged_by_where_it_is_found() -> None:
    for found, result in (
        (START + R_STEPS, "done"),
        (START, "not started"),
        (START - 9, "unknown"),
    ):
        night = begun()
        night.ask(R)
        guide(night, START - 5, moving=True)
        guide(night, None, connected=False)
        night.wheel(R)
        night.arrive(30040)
        done = night.result
        guide_stands(night, found)

        assert done == "done"
        known = {
            "done": Terms(filter_steps=R_STEPS),
            "not started": Terms(),
            "unknown": None,
        }[result]
        assert ledger(night).embodied == known
        assert len(moves(night)) == 1


@pytest.mark.parametrize("found", [START + R_STEPS, START, START - 9])
def test_a_crash_moves_nothing_and_is_judged_by_where_it_is_found(found: int) -> None:
    before = begun()
    before.ask(R)
    move = kept(before).move
    assert move is not None
    night = Night(guide_focuser=GUIDE_FOCUSER, guide_steps_per_step=RATIO)
    memory = Remembered(at_s=0.0, ledger=ledger(before), move=move, moves_begun=move.number)
    night.feed(replace(memory, ledger=before.rig.ledger, move=None, guide=memory))

    guide_stands(night, found)
    night.begin(30000)

    known = {START + R_STEPS: Terms(filter_steps=R_STEPS), START: Terms()}
    assert ledger(night).embodied == known.get(found)
    assert night.moves == []


@pytest.mark.parametrize(
    ("end", "embodied"),
    [
        pytest.param(START + R_STEPS, Terms(filter_steps=R_STEPS), id="at-its-target"),
        pytest.param(START + R_STEPS // 2, None, id="on-its-way"),
    ],
)
def test_one_that_begins_late_after_a_restart_is_rigds_own(
    end: int, embodied: Terms | None
) -> None:
    before = begun()
    before.ask(R)
    before.feed(HaltRequested(at_s=before.now_s, client="me"))
    guide_stands(before, START)
    assert kept(before).move is None
    stored = [e for e in before.effects if isinstance(e, Remember) and e.role is FocuserRole.GUIDE][
        -1
    ]
    night = Night(guide_focuser=GUIDE_FOCUSER, guide_steps_per_step=RATIO)
    memory = Remembered(at_s=0.0, ledger=stored.ledger, move=stored.move, moves_begun=1)
    night.feed(replace(memory, ledger=before.rig.ledger, move=None, guide=memory))
    guide_stands(night, START)
    night.begin(30000)

    night.later(3)
    arrive(night, end)

    assert ledger(night).embodied == embodied


@pytest.mark.parametrize("asked", [HaltRequested, HoldRequested])
def test_halt_and_hold_stop_it_too(asked: type) -> None:
    night = begun()
    night.ask(R)
    night.wheel(R)
    night.effects.clear()

    more = {"hold": True} if asked is HoldRequested else {}
    night.feed(asked(at_s=night.now_s, client="me", **more))

    assert HaltFocuser(ref=GUIDE_FOCUSER) in night.effects


def test_a_halt_leaves_alone_what_somebody_else_moves() -> None:
    night = begun()
    guide(night, START + 5, moving=True)

    night.feed(HaltRequested(at_s=night.now_s, client="me"))

    assert HaltFocuser(ref=GUIDE_FOCUSER) not in night.effects


def test_a_wheel_that_stays_in_fault_fails_the_change_without_it() -> None:
    night = begun(sequential=True)
    night.ask(R)
    night.wheel(R)

    night.wheel(None, fault="no slot was found")
    night.arrive(30040)

    assert moves(night) == []
    assert night.result == "failed"


def test_waiting_for_the_main_focuser_it_outlasts_a_fault_of_the_wheel() -> None:
    night = begun(sequential=True)
    night.ask(R)
    night.wheel(R)

    night.wheel(None, fault="no slot was found")
    night.wheel(R)
    night.arrive(30040)
    then = list(moves(night)), night.result
    arrive(night, START + R_STEPS)

    assert then == ([START + R_STEPS], "under_way")
    assert night.result == "done"
