"""A filter change, at the real wheel or through rigd: what moves, and when nothing does."""

import pytest

from rigd.focus.state.effects import (
    MoveFocuser,
    Refusal,
)
from rigd.focus.state.ledger import Terms
from rigd.focus.state.requests import (
    SlotsComputed,
)
from rigd.focus.state.settings import Mode
from tests.focus.night import FOCUSER, Night


def test_a_filter_change_at_the_wheel_moves_by_the_difference_of_offsets() -> None:
    night = Night().begin(30000, filter_position=1)

    night.wheel(None)
    night.wheel(2)
    night.arrive(30000 - 40 - 25)

    assert night.moves == [29935]
    assert night.result == "done"
    assert night.rig.ledger.embodied == Terms(filter_steps=-25)


def test_fifty_changes_and_back_leave_no_drift() -> None:
    night = Night().begin(30000)

    for number in range(50):
        night.wheel((1, 2, 0)[number % 3])
        night.arrive(night.moves[-1])
    night.wheel(0)
    if night.rig.move:
        night.arrive(night.moves[-1])

    assert night.rig.ledger.raw_steps == 30000


def test_same_filter_moves_nothing() -> None:
    night = Night().begin()

    night.wheel(None)
    night.wheel(0)

    assert night.moves == []


def test_a_baseline_is_no_filter_change() -> None:
    night = Night().begin()

    night.wheel(1, baseline=True)

    assert night.moves == []


def test_after_a_rehomed_wheel_the_next_change_puts_the_mismatch_right() -> None:
    night = Night().begin(30000)
    night.wheel(1, baseline=True)

    night.wheel(2)

    assert night.moves == [29975]


@pytest.mark.parametrize(
    ("position", "said"),
    [
        pytest.param(3, "thickness of X is not known", id="unknown-offset"),
        pytest.param(4, "opaque", id="opaque"),
    ],
)
def test_without_an_offset_the_change_is_declined_and_the_next_one_absolute(
    position: int, said: str
) -> None:
    night = Night().begin(30000)

    night.wheel(position)

    assert night.result == "declined"
    assert said in night.said
    assert night.moves == []
    night.wheel(1)
    assert night.moves == [30040]


@pytest.mark.parametrize("mode", [Mode.PUBLISH, Mode.OBSERVE])
def test_other_modes_never_move_of_their_own_accord(mode: Mode) -> None:
    night = Night(mode).begin()

    night.wheel(1)
    night.ask(2)

    assert night.moves == []
    assert night.turns == [2]


def test_the_dead_band_compares_target_with_raw_and_embodies_nothing() -> None:
    night = Night(dead_band_steps=30).begin(30000)

    night.wheel(2)

    assert night.result == "declined"
    assert "dead-band" in night.said
    assert night.rig.ledger.embodied == Terms()
    night.wheel(1)
    assert night.moves == [30040]


def test_a_target_outside_the_limits_is_refused_with_its_numbers() -> None:
    night = Night().begin(30000)
    night.max_steps = 30010
    night.focuser(30000)

    step = night.ask(1)

    assert step.refusal is Refusal.GATE
    assert "30040" in step.sentence
    assert "30010" in step.sentence
    assert night.moves == []
    assert night.turns == []


def test_in_path_starts_both_devices_together_and_ends_when_both_have_settled() -> None:
    night = Night().begin()

    night.ask(1)
    assert night.turns == [1]
    assert night.moves == [30040]
    night.wheel(None)
    night.wheel(1)
    assert night.rig.change is not None
    night.arrive(30040)

    assert night.rig.change is None
    assert night.result == "done"


def test_the_diary_says_in_plain_words_how_a_change_came_about() -> None:
    asked, seen = Night().begin(), Night().begin()

    asked.ask(1)
    seen.wheel(1)

    assert "focuser from 30000 to 30040 steps (asked by " in asked.said
    assert "focuser from 30000 to 30040 steps (changed at the wheel)" in seen.said


def test_the_same_target_does_nothing_new_under_way_or_after_success() -> None:
    night = Night().begin()
    night.ask(1)
    night.ask(1)
    night.wheel(None)
    night.wheel(1)
    night.arrive(30040)

    night.ask(1)

    assert night.turns == [1]
    assert night.moves == [30040]


def test_the_focuser_under_test_is_the_one_configured() -> None:
    night = Night().begin()

    night.wheel(1)

    assert all(e.ref == FOCUSER for e in night.effects if isinstance(e, MoveFocuser))


def test_an_edit_of_the_offset_in_use_moves_nothing_and_counts_from_the_next_change() -> None:
    night = Night().begin(30000)
    night.ask(1)
    night.wheel(1)
    night.arrive(30040)
    before = night.rig.ledger
    night.effects.clear()

    night.feed(SlotsComputed(at_s=night.now_s, slots=night.with_offsets(0, 55).settings.slots))
    night.ask(1)
    same = (list(night.moves), night.rig.ledger)
    for slot in (0, 1):
        night.ask(slot)
        night.wheel(slot)
        night.arrive(night.moves[-1])

    assert same == ([], before)
    assert night.moves == [30000, 30055]
