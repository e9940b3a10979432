"""What is in a guide focuser's position: at first sight, found elsewhere, with other steps."""

from dataclasses import replace

import pytest

from rigd.focus.state.effects import Remember
from rigd.focus.state.focuser import FocuserRole
from rigd.focus.state.ledger import Terms
from rigd.focus.state.requests import (
    AdoptRequested,
    ProfileChanged,
    SlotsComputed,
)
from rigd.focus.state.settings import Mode
from tests.focus.guide_night import (
    HA,
    R_STEPS,
    RATIO,
    START,
    L,
    R,
    begun,
    change,
    guide,
    guide_stands,
    kept,
    ledger,
    moves,
)
from tests.focus.night import GUIDE_FOCUSER, POLLED_S, DeviceRef, Night


def test_at_first_sight_it_is_in_focus_for_what_the_main_focuser_is() -> None:
    night = Night(guide_focuser=GUIDE_FOCUSER, guide_steps_per_step=RATIO).begin(30040, R)

    guide(night, START)

    assert ledger(night).embodied == Terms(filter_steps=R_STEPS)
    assert ledger(night).base_steps == START - R_STEPS
    assert night.moves == []


def test_it_is_not_taken_in_beside_a_main_focuser_that_is_unknown() -> None:
    night = Night(guide_focuser=GUIDE_FOCUSER, guide_steps_per_step=RATIO)
    guide(night, START)

    assert ledger(night).embodied is None
    night.begin(30000)
    assert ledger(night).embodied == Terms()


def test_found_elsewhere_with_steps_of_rigds_it_is_unknown_until_somebody_says_so() -> None:
    night = begun()
    change(night, R, 30040, START + R_STEPS)
    guide(night, None, connected=False)

    guide_stands(night, 500)
    unknown = ledger(night).embodied
    night.feed(AdoptRequested(at_s=night.now_s, client="me"))

    assert unknown is None
    assert "guide focuser: does not follow filters" in night.said
    assert ledger(night).embodied == Terms(filter_steps=R_STEPS)
    assert ledger(night).raw_steps == 500
    assert len(moves(night)) == 1


def test_found_elsewhere_and_back_where_it_was_last_read_it_is_known_again() -> None:
    night = begun()
    change(night, R, 30040, START + R_STEPS)
    guide(night, None, connected=False)
    guide_stands(night, START + R_STEPS - 7)
    unknown = ledger(night).embodied

    guide(night, None, connected=False)
    guide_stands(night, START + R_STEPS)

    assert unknown is None
    assert ledger(night).embodied == Terms(filter_steps=R_STEPS)
    assert ledger(night).base_steps == START
    assert len(moves(night)) == 1


def test_found_elsewhere_and_moved_back_to_that_number_it_stays_unknown() -> None:
    night = begun()
    change(night, R, 30040, START + R_STEPS)
    guide(night, None, connected=False)
    guide_stands(night, START + R_STEPS - 7)

    guide(night, START + R_STEPS - 2, moving=True)
    guide_stands(night, START + R_STEPS)

    assert ledger(night).embodied is None


def test_adopting_the_main_focuser_leaves_what_is_known_of_it() -> None:
    night = begun()
    guide(night, None, connected=False)
    change(night, R, 30040, 0)
    guide(night, START)

    night.feed(AdoptRequested(at_s=night.now_s, client="me"))

    assert ledger(night).embodied == Terms()


def test_when_rigd_begins_to_apply_both_are_in_focus_for_the_filter_that_was_focused() -> None:
    night = begun(Mode.OBSERVE)
    night.wheel(R)
    night.focuser(30100)

    night.later(31).switch(Mode.APPLY)

    assert ledger(night).embodied == Terms(filter_steps=R_STEPS)
    assert ledger(night).raw_steps == START
    assert night.moves == []


def test_beginning_to_apply_while_it_moves_makes_it_unknown() -> None:
    night = begun(Mode.OBSERVE)
    guide(night, START + 5, moving=True)

    night.switch(Mode.APPLY)

    assert ledger(night).embodied is None
    assert "while it was not seen at rest" in night.said


def test_another_ratio_moves_nothing_and_counts_from_the_next_change_on() -> None:
    night = begun()
    change(night, R, 30040, START + R_STEPS)
    settings = replace(night.rig.settings, guide_steps_per_step=-2.0)

    night.feed(
        ProfileChanged(at_s=night.now_s, settings=settings, starts_over=False, sentence="edited")
    )
    at_once = len(moves(night))
    change(night, HA, 29975, START + 50)

    assert at_once == 1
    assert moves(night)[1:] == [START + 50]


@pytest.mark.parametrize("how", ["device", "path", "answer"])
def test_where_steps_mean_something_else_it_is_unknown(how: str) -> None:
    night = begun()
    change(night, R, 30040, START + R_STEPS)
    settings, at_s = night.rig.settings, night.now_s
    other = replace(settings, guide_focuser=DeviceRef("sim", "another"))
    event = {
        "device": ProfileChanged(at_s=at_s, settings=other, starts_over=False, sentence="one"),
        "path": ProfileChanged(at_s=at_s, settings=settings, starts_over=True, sentence="two"),
        "answer": SlotsComputed(
            at_s=at_s, slots=settings.slots, light_path_id="new", starts_over=True
        ),
    }[how]

    night.feed(event)

    assert ledger(night).embodied is None
    assert "guide focuser: does not follow filters" in night.said
    assert len(moves(night)) == 1
    stored = [e for e in night.effects if isinstance(e, Remember) and e.role is FocuserRole.GUIDE]
    assert stored[-1].ledger.embodied is None


def test_an_answer_taken_back_makes_both_focusers_known_again_where_they_stand() -> None:
    night = begun()
    change(night, R, 30040, START + R_STEPS)
    slots, before = night.rig.settings.slots, ledger(night).embodied
    for path in ("answered", night.rig.settings.light_path_id):
        night.feed(
            SlotsComputed(at_s=night.now_s, slots=slots, light_path_id=path, starts_over=True)
        )

    for _ in range(3):
        night.later(POLLED_S)
        night.focuser(30040)
        guide(night, START + R_STEPS)

    assert night.rig.ledger.base_steps == 30000
    assert ledger(night).embodied == before
    assert f"guide focuser: focuser at {START + R_STEPS} steps" in night.said
    change(night, L, 30000, START)
    assert moves(night)[-1] == START


def test_one_that_says_that_it_counts_the_other_way_is_unknown_and_the_picture_is_not() -> None:
    night = begun()
    change(night, R, 30040, START + R_STEPS)
    report = kept(night).report
    assert report is not None
    night.feed(replace(report, reversed=False))

    night.feed(replace(report, reversed=True))
    change(night, L, 30000, 0)

    assert ledger(night).embodied is None
    assert "guide focuser: does not follow filters: the focuser says of its steps" in night.said
    assert "rigd moves nothing" not in night.said
    assert night.result == "done"
    assert len(moves(night)) == 1
