"""A focuser that says something else of its steps: what is embodied has no meaning any more."""

from dataclasses import replace

import pytest

from rigd.devices.events import FocuserReport
from rigd.focus.gates import find_unknown_gate
from rigd.focus.state.effects import DiaryLine, Severity
from rigd.focus.state.ledger import Terms, adopt_position
from rigd.focus.state.requests import Remembered, TrainJudged
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


def switch(night: Night, *, on: bool, mirrored: int) -> None:
    """Reverse the counts, or reverse them back, of a focuser that stands still."""
    before = night.rig.ledger.read_steps or 0
    says(night.later(1), before, reversed=on, step_size_um=4.0)
    says(night.later(1), mirrored, reversed=on, step_size_um=4.0)
    for _ in range(4):
        says(night.later(5), mirrored, reversed=on, step_size_um=4.0)


def test_a_reverse_setting_that_is_taken_back_makes_all_known_again_where_it_stood() -> None:
    night = begun()
    base, terms = night.rig.ledger.base_steps, night.rig.ledger.embodied

    switch(night.later(60), on=True, mirrored=30100)
    unknown, gate = night.rig.ledger, find_unknown_gate(night.rig)
    switch(night, on=False, mirrored=30000)

    assert unknown.embodied is None
    assert gate is not None
    assert gate.opens_when.startswith(
        "the focuser is back at 30000 steps and says of its steps: not reversed, 4 µm a step, or "
    )
    assert (night.rig.ledger.base_steps, night.rig.ledger.embodied) == (base, terms)
    assert night.rig.ledger.unknown_because is None
    assert night.moves == []


def test_one_that_says_no_more_after_it_was_taken_back_is_read_again_and_known() -> None:
    night = begun()
    says(night.later(60), 30000, reversed=True, step_size_um=4.0)
    says(night.later(60), 30000, reversed=False, step_size_um=4.0)
    between = night.rig.ledger.unknown_because
    for _ in range(4):
        says(night.later(5), 30000, reversed=False, step_size_um=4.0)

    assert between == (
        "the focuser said otherwise of its steps meanwhile, and now says again: not reversed, "
        "4 µm a step"
    )
    assert night.rig.ledger.embodied == Terms(filter_steps=40)


def test_it_is_not_known_again_elsewhere_nor_while_it_counts_otherwise() -> None:
    night = begun()
    switch(night.later(60), on=True, mirrored=30100)
    night.later(60)
    for _ in range(4):
        says(night.later(5), 30000, reversed=True, step_size_um=4.0)
    counts_otherwise = night.rig.ledger.embodied
    switch(night.later(60), on=False, mirrored=30100)

    assert counts_otherwise is None
    assert night.rig.ledger.embodied is None


def test_one_that_counted_otherwise_before_it_said_so_is_not_known_again() -> None:
    night = begun()
    says(night.later(60), 30100, reversed=False, step_size_um=4.0)
    says(night.later(1), 30100, reversed=True, step_size_um=4.0)
    switch(night.later(60), on=False, mirrored=30100)

    assert night.rig.ledger.embodied is None


@pytest.mark.parametrize("filter_position", [0, 1])
def test_mirrored_counts_are_nobodys_move(filter_position: int) -> None:
    night = begun(filter_position)

    switch(night.later(60), on=True, mirrored=30100)

    assert "moved the focuser" not in night.said
    assert "the focuser counts 30100 steps now where it counted 30000" in night.said
    assert night.rig.foreign_at_s is None


def test_one_switch_is_warned_of_once() -> None:
    night = begun()
    says(night.later(60), 30000, reversed=True, step_size_um=4.0)
    mismatch = changed_step_meaning(night.rig, "not reversed, 4 µm a step")
    night.feed(TrainJudged(at_s=night.now_s, mismatch=mismatch))

    warned = [
        e for e in night.effects if isinstance(e, DiaryLine) and e.severity is Severity.WARNING
    ]
    assert len(warned) == 1
    assert "Set it back, or focus and say so with `rigd adopt`" in warned[0].sentence
