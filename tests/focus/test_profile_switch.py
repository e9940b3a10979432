"""The equipment profile changes while the rig runs: nothing moves, and nothing is mistaken."""

from dataclasses import replace

import pytest

from rigd.devices.events import FocuserReport
from rigd.devices.identity import DeviceRef
from rigd.focus.obstacles import find_obstacles
from rigd.focus.state.effects import ReadFocuser, Refusal
from rigd.focus.state.ledger import TemperatureBase, Terms, UnendedMove
from rigd.focus.state.light_paths import MOST_SET_ASIDE, change_light_path
from rigd.focus.state.requests import (
    AdoptRequested,
    ProfileChanged,
    ProfileChangeRequested,
    ProfileKept,
    TrainJudged,
)
from rigd.focus.state.settings import Mode
from rigd.focus.virtual_focuser import logical_steps
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


def test_a_swap_of_slots_that_leaves_the_light_as_it_was_keeps_what_is_embodied() -> None:
    night = laden()
    moves, ledger = list(night.moves), night.rig.ledger
    others = (
        replace(SLOTS[2], filter_position=0),
        SLOTS[1],
        replace(SLOTS[0], filter_position=2),
        *SLOTS[3:],
    )

    night.feed(asked(night))
    night.feed(changed(night, slots=others, light_path_id="same"))

    assert night.moves == moves
    assert night.rig.ledger == ledger
    assert night.rig.settings.slots == others


def test_another_name_for_the_filter_in_the_light_makes_it_unknown_whose_focus_it_is() -> None:
    """Its name was wrong, or somebody has put another filter in: the base may be either."""
    night = laden()
    moves = list(night.moves)

    night.feed(asked(night))
    night.feed(changed(night, slots=SWAPPED, light_path_id="same"))
    night.later(60).tick()

    assert night.moves == moves
    assert night.rig.ledger.embodied is None
    assert "says that the filter in the light is L, and said R" in night.said
    assert (night.rig.ledger.raw_steps, logical_steps(night.rig)) == (30040, 30000)
    night.feed(AdoptRequested(at_s=night.now_s, client="me"))
    assert (night.rig.ledger.base_steps, night.rig.ledger.embodied_filter) == (30040, "l")


def test_with_its_old_name_again_it_is_known_where_it_stood() -> None:
    night = laden()
    base, terms = night.rig.ledger.base_steps, night.rig.ledger.embodied

    for slots in (SWAPPED, SLOTS):
        night.feed(asked(night))
        night.feed(changed(night, slots=slots, light_path_id="same"))
    night.later(1).stand(30040)
    night.tick()

    assert (night.rig.ledger.base_steps, night.rig.ledger.embodied) == (base, terms)


def test_of_two_filters_with_one_offset_it_does_not_matter_which_it_is() -> None:
    night = laden()
    ledger = night.rig.ledger
    twin = replace(SLOTS[1], key="r2", name="R 2")

    night.feed(asked(night))
    night.feed(changed(night, slots=(SLOTS[0], twin, *SLOTS[2:]), light_path_id="same"))

    assert night.rig.ledger == ledger


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


def focus_across(night: Night, **settings: object) -> None:
    """A program searches for focus, and the profile is switched once it has begun."""
    for number, place in enumerate((30160, 30120, 30080, 30103)):
        night.later(4).arrive(place)
        if number == 0:
            night.feed(asked(night))
            night.feed(changed(night, **settings))
        night.later(1).camera(busy=True)
        night.later(2).camera()


def test_a_search_that_has_begun_goes_on_with_the_filter_of_its_frames() -> None:
    night = laden()

    focus_across(night, slots=SWAPPED)
    hands_off = night.ask(2)
    for _ in range(260):
        night.later(0.5).tick()

    assert "focusing" in hands_off.sentence
    ledger = night.rig.ledger
    assert (ledger.base_steps, ledger.embodied_filter) == (30103, "l")


def test_a_search_with_another_focuser_is_none_of_this_one() -> None:
    night = laden()

    focus_across(night, focuser=replace(FOCUSER, key="another"))

    assert night.rig.searches == ()


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


def switch(night: Night, light_path_id: str, **settings: object) -> None:
    night.feed(asked(night))
    night.feed(changed(night, starts_over=True, light_path_id=light_path_id, **settings))


def see(night: Night, steps: int, ref: DeviceRef = FOCUSER) -> None:
    """Time passes, and the focuser, which rests, says where it is only if it is asked."""
    report = FocuserReport(
        at_s=night.now_s, ref=ref, connected=True, position_steps=steps, max_steps=60000
    )
    if night.rig.focuser is None:  # another one: its last report is passed on
        night.feed(report)
    for _ in range(10):
        night.later(1)
        if any(isinstance(effect, ReadFocuser) for effect in night.tick().effects):
            night.feed(replace(report, at_s=night.now_s))


def exits(night: Night) -> str:
    return "\n".join(one.ends_when for one in find_obstacles(night.rig, night.now_s))


def test_back_in_a_light_path_all_is_known_where_the_focuser_stood_in_it() -> None:
    night = laden()
    embodied = night.rig.ledger.embodied

    switch(night, "by mistake")
    assert night.rig.ledger.embodied is None
    switch(night, "")
    see(night, 30040)

    ledger = night.rig.ledger
    assert (ledger.embodied, ledger.base_steps, ledger.embodied_filter) == (embodied, 30000, "r")
    assert "focuser at 30040 steps, of which +40 are rigd's" in night.said
    assert night.ask(2).refusal is None
    assert night.moves[-1] == 29975


def test_a_filter_asked_for_right_after_the_change_back_waits_for_the_reading() -> None:
    night = laden()
    switch(night, "by mistake")
    switch(night, "")
    night.effects.clear()

    night.ask(2)
    night.wheel(None)
    night.wheel(2)
    waited = list(night.moves)
    see(night, 30040)

    assert waited == []
    assert night.moves == [29975]


def test_moved_meanwhile_it_is_unknown_and_the_place_where_that_ends_is_named() -> None:
    night = laden()
    switch(night, "other")
    night.stand_after_motion(31000)

    switch(night, "")
    see(night, 31000)

    assert night.rig.ledger.embodied is None
    assert "when it was last the focuser stood at 30040 steps" in (
        night.rig.ledger.unknown_because or ""
    )
    assert "the focuser is back at 30040 steps" in exits(night)
    night.stand_after_motion(30040)
    see(night, 30040)
    assert night.rig.ledger.base_steps == 30000


def test_what_was_adopted_in_one_light_path_is_nothing_in_the_other_and_comes_back() -> None:
    night = laden()
    switch(night, "other", slots=(SLOTS[0], replace(SLOTS[1], focus_offset_steps=7), *SLOTS[2:]))
    night.feed(AdoptRequested(at_s=night.now_s, client="me"))
    assert night.rig.ledger.base_steps == 30033

    switch(night, "", slots=SLOTS)
    see(night, 30040)
    assert (night.rig.ledger.base_steps, logical_steps(night.rig)) == (30000, 30000)
    assert night.said.count("rigd moves nothing") == 1  # at the first switch

    switch(night, "other")
    see(night, 30040)
    assert (night.rig.ledger.base_steps, logical_steps(night.rig)) == (30033, 30033)


def test_the_temperature_goes_on_from_where_it_was() -> None:
    night = laden()
    base = TemperatureBase(celsius=10.0, steps=3, meaning="-8 steps a degree")
    ledger = replace(night.rig.ledger, temperature_base=base)
    night.rig = replace(night.rig, main_focuser=replace(night.rig.main_focuser, ledger=ledger))

    ledger = change_light_path(ledger, "", "other", "another")
    ledger = replace(ledger, temperature_base=replace(base, steps=0, celsius=2.0))

    assert change_light_path(ledger, "other", "", "another").temperature_base == base


def test_back_at_the_focuser_of_before_it_is_known_where_it_stands_as_it_was_left() -> None:
    night = laden()
    other = DeviceRef("sim", "other")
    switch(night, "other", focuser=other)
    see(night, 8000, other)
    assert night.rig.ledger.embodied is None

    switch(night, "", focuser=FOCUSER)
    assert (night.rig.ledger.raw_steps, night.rig.ledger.embodied) == (None, None)
    see(night, 30040)

    assert night.rig.ledger.base_steps == 30000


def test_a_light_path_with_nothing_of_rigds_in_it_leaves_no_base_for_another_one() -> None:
    night = laden()
    switch(night, "other")
    night.wheel(None)
    night.wheel(0)
    night.stand_after_motion(33000)
    night.feed(AdoptRequested(at_s=night.now_s, client="me"))
    assert night.rig.ledger.base_steps == 33000

    switch(night, "")
    see(night, 33000)

    assert night.rig.ledger.embodied is None
    assert "rigd moves nothing: this light path is in force again" in night.said


def test_with_a_move_that_may_still_begin_nothing_is_known_again() -> None:
    night = laden()
    late = UnendedMove(
        number=1,
        start_steps=30000,
        target_steps=30900,
        terms=Terms(filter_steps=900),
        filter_key="r",
        by_client=False,
    )
    ledger = replace(night.rig.ledger, unended=(late,))
    night.rig = replace(night.rig, main_focuser=replace(night.rig.main_focuser, ledger=ledger))

    switch(night, "other")
    switch(night, "")
    see(night, 30040)

    assert night.rig.ledger.embodied is None
    assert "back at" not in exits(night)


def test_steps_that_mean_something_else_by_then_are_not_known_again() -> None:
    night = laden()
    said = FocuserReport(
        at_s=night.now_s,
        ref=FOCUSER,
        connected=True,
        position_steps=30040,
        max_steps=60000,
        reversed=False,
    )
    night.feed(said)
    switch(night, "other")
    switch(night, "third")
    night.feed(replace(said, at_s=night.now_s, reversed=True))

    switch(night, "")
    for _ in range(3):
        night.feed(replace(said, at_s=night.now_s, reversed=True))
        night.later(POLLED_S)

    assert night.rig.ledger.embodied is None


def test_of_many_light_paths_the_one_left_longest_ago_is_forgotten() -> None:
    ledger = laden().rig.ledger
    for number in range(MOST_SET_ASIDE + 5):
        ledger = replace(ledger, embodied=Terms(filter_steps=40))
        ledger = change_light_path(ledger, f"path {number}", f"path {number + 1}", "another")

    assert len(ledger.set_aside) == MOST_SET_ASIDE
    assert change_light_path(ledger, "here", "path 0", "another").last_known is None
    assert change_light_path(ledger, "here", "path 20", "another").last_known is not None
