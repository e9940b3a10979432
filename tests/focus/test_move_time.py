"""What long moves say of the focuser's speed, and what that says of changes to come."""

from dataclasses import replace

import pytest

from rigd.focus.cautions import cautions
from rigd.focus.move_time import fastest_steps_s
from rigd.focus.state.effects import Refusal
from tests.focus.night import Night


def slow(steps_s: float = 1.0, moves: int = 3) -> Night:
    """A client has moved rigd's focuser to and fro by 20 steps, so many in a second."""
    night = Night().begin(30000)
    for number in range(moves):
        target = 30000 if number % 2 else 30020
        night.move(target)
        night.later(10 / steps_s)
        night.focuser(30010, moving=True)
        night.later(10 / steps_s)
        night.arrive(target)
    night.effects.clear()
    return night


def test_long_moves_measure_the_focuser() -> None:
    assert fastest_steps_s(slow(2.0).rig) == pytest.approx(2.0)


def test_one_move_whose_end_was_late_measures_nothing() -> None:
    assert fastest_steps_s(slow(0.1, moves=1).rig) is None


def test_short_moves_measure_nothing() -> None:
    assert fastest_steps_s(slow(20.0).rig) is None


def test_the_fastest_long_move_counts() -> None:
    night = slow(1.0)
    night.rig = replace(night.rig, paces_steps_s=(*night.rig.paces_steps_s, 9.0))

    assert night.ask(1).refusal is None


def test_a_change_that_cannot_end_in_time_is_refused_before_anything_moves() -> None:
    night = slow()

    step = night.ask(1)

    assert step.refusal is Refusal.GATE
    assert "40 s away at 1 steps/s; a change must end within 28 s" in step.sentence
    assert night.turns == []
    assert night.moves == []


def test_made_at_the_real_wheel_it_waits() -> None:
    night = slow().later(60)

    night.wheel(1)

    assert night.result == "waiting"
    assert "a change must end within 28 s" in night.said
    assert night.moves == []


def test_a_change_that_ends_in_time_is_done() -> None:
    night = slow(2.0)

    assert night.ask(1).refusal is None


def test_a_change_longer_than_clients_wait_is_said_beforehand() -> None:
    night = slow(2.5)

    said = cautions(night.rig)

    assert any("a change between Ha and R moves the focuser by 65 steps" in s for s in said)
    assert any("takes about 26 s" in s for s in said)
    assert not any(
        "takes about" in s for s in cautions(replace(night.rig, paces_steps_s=(10.0,) * 3))
    )
