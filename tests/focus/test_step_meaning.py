"""A focuser that says something else of its steps: what is embodied has no meaning any more."""

from dataclasses import replace

import pytest

from rigd.devices.events import FocuserReport
from rigd.focus.state.ledger import Terms, adopt_position
from rigd.focus.state.requests import Remembered
from rigd.focus.step_meaning import changed_step_meaning, step_meaning_of
from tests.focus.night import FOCUSER, Night


def says(night: Night, position: int, **said: object) -> None:
    report = FocuserReport(
        at_s=night.now_s,
        ref=FOCUSER,
        connected=True,
        position_steps=position,
        min_steps=0,
        max_steps=60000,
        **said,  # type: ignore[arg-type]  # reversed, step_size_um
    )
    night.feed(report)


def begun(filter_position: int = 1) -> Night:
    night = Night()
    night.camera()
    night.wheel(filter_position, baseline=True)
    says(night, 30000, reversed=False, step_size_um=4.0)
    return night


@pytest.mark.parametrize(
    "said",
    [
        pytest.param({"reversed": True, "step_size_um": 4.0}, id="reversed"),
        pytest.param({"reversed": False, "step_size_um": 2.0}, id="another step size"),
    ],
)
def test_other_steps_make_what_is_embodied_unknown_and_nothing_moves(
    said: dict[str, object],
) -> None:
    night = begun()
    known = night.rig.ledger.embodied

    says(night, 30000, **said)

    assert known == Terms(filter_steps=40)
    assert night.rig.ledger.embodied is None
    assert "it said: not reversed, 4 µm a step" in (night.rig.ledger.unknown_because or "")
    assert night.moves == []


def test_where_nothing_is_embodied_other_steps_change_nothing() -> None:
    night = begun(filter_position=0)

    says(night, 30000, reversed=True, step_size_um=4.0)

    assert night.rig.ledger.embodied == Terms()
    assert night.rig.ledger.step_meaning == "reversed, 4 µm a step"


def test_it_is_noticed_over_a_restart() -> None:
    ledger = replace(adopt_position(30000, 40, "r"), step_meaning="not reversed")
    night = Night()
    night.feed(Remembered(at_s=1.0, ledger=ledger, move=None, moves_begun=0))
    night.camera()
    night.wheel(1, baseline=True)

    says(night, 30000, reversed=True)

    assert night.rig.ledger.embodied is None


def test_a_focuser_that_says_nothing_of_its_steps_changes_nothing() -> None:
    night = begun()

    says(night, 30000)

    assert night.rig.ledger.embodied == Terms(filter_steps=40)


def test_the_gate_names_both() -> None:
    night = begun()

    assert step_meaning_of(night.rig.focuser) == "not reversed, 4 µm a step"
    assert changed_step_meaning(night.rig, None) is None
    assert changed_step_meaning(night.rig, "not reversed, 4 µm a step") is None
    sentence = changed_step_meaning(night.rig, "reversed, 4 µm a step") or ""
    assert "steps: not reversed, 4 µm a step; when this light path was taken up" in sentence
    assert "it said: reversed, 4 µm a step" in sentence


def test_a_change_meanwhile_fails() -> None:
    night = begun()
    night.ask(2)
    night.wheel(None)
    for moving in (True, False, False):
        says(night, 29935, moving=moving, reversed=True, step_size_um=4.0)
    night.wheel(2)

    assert night.result == "failed"
    assert "of its steps" in (night.rig.fault or "")
    assert night.rig.ledger.embodied is None
