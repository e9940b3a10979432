"""The equipment profile changes while the rig runs: nothing moves, and nothing is mistaken."""

from dataclasses import replace

import pytest

from rigd.devices.events import FocuserReport
from rigd.devices.identity import DeviceRef
from rigd.focus.state.effects import Refusal
from rigd.focus.state.requests import (
    ProfileChanged,
    ProfileChangeRequested,
    ProfileKept,
    TrainJudged,
)
from rigd.focus.state.settings import Mode
from tests.focus.night import FOCUSER, POLLED_S, SLOTS, Night

SWAPPED = (
    replace(SLOTS[1], filter_position=0),
    replace(SLOTS[0], filter_position=1),
    *SLOTS[2:],
)


def changed(night: Night, *, starts_over: bool = False, **settings: object) -> ProfileChanged:
    return ProfileChanged(
        at_s=night.now_s,
        settings=replace(night.rig.settings, **settings),  # type: ignore[arg-type]
        starts_over=starts_over,
        sentence="another profile",
    )


def asked(night: Night) -> ProfileChangeRequested:
    return ProfileChangeRequested(at_s=night.now_s, client="me")


def laden() -> Night:
    """R is in the light, with its 40 steps in the focuser's position."""
    night = Night().begin(30000)
    night.ask(1)
    night.wheel(None)
    night.wheel(1)
    night.arrive(30040)
    assert night.result == "done"
    return night


def test_a_swap_of_slots_keeps_what_is_embodied_and_moves_nothing() -> None:
    night = laden()
    moves, ledger = list(night.moves), night.rig.ledger

    night.feed(asked(night))
    night.feed(changed(night, slots=SWAPPED, light_path_id="same"))

    assert night.moves == moves
    assert night.rig.ledger == ledger
    assert night.rig.settings.slots == SWAPPED


def test_another_light_path_makes_what_is_embodied_unknown_and_says_so_once() -> None:
    night = laden()

    night.feed(asked(night))
    night.feed(changed(night, starts_over=True, light_path_id="other"))
    night.feed(asked(night))
    night.feed(changed(night, starts_over=True, light_path_id="third"))

    moves = list(night.moves)
    assert night.rig.ledger.embodied is None
    assert night.said.count("rigd moves nothing: another light path") == 1
    assert night.ask(2).refusal is None
    assert night.moves == moves


def test_another_focuser_is_looked_at_before_anything_is_believed_of_it() -> None:
    night = laden()

    night.feed(asked(night))
    night.feed(changed(night, starts_over=True, focuser=DeviceRef("sim", "other")))

    ledger = night.rig.ledger
    assert (ledger.embodied, ledger.raw_steps, ledger.shift_steps) == (None, None, 0)
    assert night.rig.focuser is None
    assert not night.rig.ledger_checked


def test_where_rigd_does_not_apply_nobody_knows_whose_focus_another_focuser_stands_at() -> None:
    night = Night(Mode.OBSERVE).begin(30000)
    night.move(30100)
    night.arrive(30100)
    other = DeviceRef("sim", "other")
    night.feed(asked(night))
    night.feed(changed(night, starts_over=True, focuser=other))

    for _ in range(2):
        there = FocuserReport(at_s=night.now_s, ref=other, connected=True, position_steps=8000)
        night.feed(there)
        night.later(POLLED_S)

    assert night.rig.ledger.base_steps == 8000
    step = night.later(60).switch(Mode.APPLY)
    assert step.refusal is Refusal.GATE
    assert "nobody knows whose focus it is" in step.sentence


def test_the_mode_stays_whatever_the_profile() -> None:
    night = laden()

    night.feed(asked(night))
    night.feed(changed(night, focuser=FOCUSER))

    assert night.rig.settings.mode == "apply"


def test_while_the_focuser_moves_the_profile_stays() -> None:
    night = Night().begin(30000)
    night.ask(1)

    step = night.feed(asked(night))

    assert step.refusal is Refusal.GATE
    assert "its profile stays as it is: a move is under way" in step.sentence
    assert night.rig.profile_by is None


def test_while_the_profile_changes_nothing_begins() -> None:
    night = Night().begin(30000)
    night.feed(asked(night))

    in_path = night.ask(1)
    second = night.feed(asked(night))
    night.feed(ProfileKept(at_s=night.now_s))

    assert in_path.refusal is Refusal.GATE
    assert "me is changing the equipment profile" in in_path.sentence
    assert second.refusal is Refusal.GATE
    assert night.moves == []
    assert night.ask(1).refusal is None


@pytest.mark.parametrize("how", ["in-path", "reactive"])
def test_a_contradicted_train_keeps_rigd_from_moving_with_its_sentence(how: str) -> None:
    night = Night().begin(30000)
    night.feed(TrainJudged(at_s=night.now_s, mismatch="train mismatch: 714 mm, frames 500 mm"))

    if how == "in-path":
        step = night.ask(1)
        assert step.refusal is Refusal.GATE
        assert "train mismatch" in step.sentence
    else:
        night.wheel(None)
        night.wheel(1)
        night.later(60.0).tick()
        assert night.result == "waiting"
        assert night.said.count("train mismatch") >= 2
    assert night.moves == []

    night.feed(TrainJudged(at_s=night.now_s, mismatch=None))
    if how == "reactive":
        night.arrive(30040)
    assert night.ask(2).refusal is None
    assert "nothing contradicts the equipment profile any more" in night.said
