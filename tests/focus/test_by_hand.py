"""A wheel that a human turns, and a focuser that waits for its wheel."""

from dataclasses import replace

import pytest

from rigd.focus.hand_request import asks_for_focus, describe_swap
from rigd.focus.obstacles import find_obstacles
from rigd.focus.state.effects import Refusal
from rigd.focus.state.requests import (
    FilterRequested,
    HoldRequested,
    ProfileChanged,
    ReleaseRequested,
    Tick,
)
from rigd.focus.state.settings import FilterSlot, RigSettings
from rigd.focus.state.times import Times
from rigd.optics.filter_offsets import SlotKind
from rigd.view.explanation import filter_name
from rigd.view.trust import why_not_trusted
from tests.focus.night import SLOTS, Night
from tests.focus.test_found_focus import drive, ended, expose, rest

LIMIT_S = 1800.0


def by_hand() -> Night:
    return Night(sequential=True, swap_limit_s=LIMIT_S).begin(30000)


def test_with_a_weak_power_supply_the_focuser_starts_when_the_wheel_stands() -> None:
    night = Night(sequential=True).begin(30000)

    night.ask(1)
    night.wheel(None)
    turning = list(night.moves)
    night.wheel(1)
    night.arrive(30040)

    assert turning == []
    assert night.moves == [30040]
    assert night.result == "done"


def test_a_wheel_that_fails_never_starts_the_focuser_that_waited_for_it() -> None:
    night = Night(sequential=True).begin(30000)

    night.ask(1)
    night.wheel(None, fault="jammed")

    assert night.moves == []
    assert night.result == "failed"
    assert night.rig.change is None


def test_the_focuser_waits_for_the_hand() -> None:
    night = by_hand()

    night.ask(2)
    night.wheel(None)
    night.later(600.0).feed(Tick(at_s=night.now_s))
    waiting = (list(night.moves), night.rig.shown_filter_position)
    night.wheel(2)
    night.later(5.0).feed(Tick(at_s=night.now_s))
    night.arrive(29975)

    assert waiting == ([], None)
    assert "alpyca asks for Ha: put Ha in, then say `rigd swap Ha`" in night.said
    assert night.moves == [29975]
    assert night.result == "done"
    assert night.rig.shown_filter_position == 2


def test_a_hand_that_puts_in_another_filter_ends_the_change_in_an_error() -> None:
    night = by_hand()

    night.ask(2)
    night.wheel(None)
    night.wheel(1)

    assert night.moves == []
    assert night.result == "failed"
    assert "failed: R was put in instead of Ha" in night.said
    assert "the wheel" not in night.said


def test_past_a_failed_change_the_focus_is_trusted_where_it_is_right() -> None:
    night = by_hand()
    night.wheel(1)
    night.arrive(30040)

    night.ask(2)
    night.wheel(None)
    night.wheel(1)
    as_before = why_not_trusted(night.rig)
    night.ask(2)
    night.wheel(None)
    night.wheel(0)

    assert night.rig.fault == "L was put in instead of Ha"
    assert as_before is None
    assert why_not_trusted(night.rig) == "the filter in the light is L, the focus is that of R"


@pytest.mark.parametrize("how", ["released", "lost"])
def test_where_the_wheel_is_given_up_the_filter_is_unknown_and_nothing_is_trusted(how: str) -> None:
    night = Night().begin(30000)
    night.ask(1)
    night.wheel(None)
    night.arrive(30040)

    if how == "released":
        night.feed(ReleaseRequested(at_s=night.now_s, device="wheel", client="human"))
    else:
        night.wheel_gone()

    assert night.result == "failed"
    assert night.rig.shown_filter_position is None
    assert why_not_trusted(night.rig) is not None


def test_a_change_that_nobody_confirms_ends_after_its_limit() -> None:
    night = by_hand()

    night.ask(2)
    night.wheel(None)
    night.later(LIMIT_S + 1.0).feed(Tick(at_s=night.now_s))

    assert night.moves == []
    assert night.result == "failed"
    assert "nobody said within 1800 s that Ha is in place" in night.said


def test_a_focuser_that_hangs_after_a_swap_is_stopped_after_the_usual_deadline() -> None:
    night = by_hand()
    night.ask(2)
    night.wheel(None)
    night.later(600.0)
    night.wheel(2)
    night.focuser(29990, moving=True)

    night.later(night.rig.settings.times.deadline_s + 1.0).feed(Tick(at_s=night.now_s))

    assert night.rig.move is not None
    assert night.rig.move.halted


def test_a_swap_that_nobody_asked_for_is_followed() -> None:
    night = by_hand()

    night.wheel(1)
    night.arrive(30040)

    assert night.moves == [30040]
    assert night.result == "done"


def test_another_filter_is_refused_while_the_hand_is_awaited() -> None:
    night = by_hand()
    night.ask(2)
    night.wheel(None)

    step = night.ask(1)

    assert step.refusal is Refusal.GATE
    assert step.sentence == "a change to Ha is under way"


@pytest.mark.parametrize("filter_position", [3, 4], ids=["no offset", "opaque"])
def test_a_declined_swap_still_asks_the_human(filter_position: int) -> None:
    night = by_hand()

    night.ask(filter_position)
    night.wheel(None)
    asked = night.said
    night.wheel(filter_position)

    assert ", then say `rigd swap" in asked
    assert night.moves == []
    assert night.result == "declined"


def narrowband(settings: RigSettings) -> RigSettings:
    """Another profile of the same rig: other filters in the same slots, and Ha in the first."""
    slots = tuple(
        FilterSlot(
            filter_position=number,
            key=key,
            name=name,
            kind=SlotKind.FILTER,
            focus_offset_steps=steps,
        )
        for number, (key, name, steps) in enumerate(
            [("ha", "Ha", -25), ("oiii", "OIII", 12), ("sii", "SII 3nm", -30)]
        )
    )
    return replace(settings, slots=slots)


def switch_profile(night: Night) -> None:
    night.feed(
        ProfileChanged(
            at_s=night.now_s,
            settings=narrowband(night.rig.settings),
            starts_over=False,
            sentence="profile 'narrowband' is in force",
        )
    )


def test_the_filter_that_was_put_in_becomes_no_other_one_by_its_slot() -> None:
    night = by_hand()
    night.wheel(1)
    night.arrive(30040)
    night.effects.clear()

    switch_profile(night)
    shown = (night.rig.shown_filter_position, why_not_trusted(night.rig))
    step = night.ask(1)
    night.later(5.0).tick()

    assert shown[0] is None
    assert shown[1] == "nobody has said which filter is in the light: say `rigd swap FILTER`"
    assert "the filter in the light is unknown: nobody has said which filter" in night.said
    assert step.refusal is None
    assert night.moves == []
    assert night.rig.shown_filter_position is None
    assert "put OIII in, then say `rigd swap OIII`" in night.said


def test_the_filter_that_was_put_in_stays_itself_in_another_slot_of_another_profile() -> None:
    night = by_hand()
    night.wheel(2)
    night.arrive(29975)
    night.effects.clear()

    switch_profile(night)

    assert night.rig.filter_position == 0
    assert filter_name(night.rig, 0) == "Ha"
    assert night.moves == []
    assert night.rig.ledger.base_steps == 30000


def test_a_drawer_that_waits_says_what_to_put_in_and_is_not_trusted() -> None:
    night = by_hand()
    switch_profile(night)
    night.wheel(1)
    night.effects.clear()

    night.ask(2)
    night.wheel(None)

    assert night.rig.outcome is not None
    asked = "put SII 3nm in, then say `rigd swap 'SII 3nm'`"
    assert night.rig.outcome.sentence == asked
    assert why_not_trusted(night.rig) == asked


def test_after_a_swap_that_nobody_confirmed_the_filter_is_unknown_and_can_be_said() -> None:
    night = by_hand()
    night.ask(2)
    night.wheel(None)

    night.later(LIMIT_S + 1.0).tick()
    unknown = (night.rig.filter_position, night.rig.wheel_turning)
    night.wheel(0)

    assert unknown == (None, False)
    assert night.rig.filter_position == 0
    assert night.moves == []


def test_asking_for_the_filter_that_a_human_put_in_needs_no_hand() -> None:
    night = by_hand()
    night.wheel(2)
    night.arrive(29975)

    night.feed(FilterRequested(at_s=night.now_s, filter_position=2, client="alpyca"))

    assert night.turns == []
    assert night.rig.shown_filter_position == 2


def test_a_wheel_whose_driver_asks_a_human_is_waited_for_as_long_as_a_hand_may_take() -> None:
    night = Night().begin(30000)
    night.wheel(0, by_hand=True)
    night.ask(1)
    night.wheel(None, by_hand=True)
    night.arrive(30040)

    for _ in range(20):
        night.later(60).tick()
    [change] = [one for one in find_obstacles(night.rig, night.now_s) if one.name == "change"]
    night.wheel(1, by_hand=True)

    assert "asks a human to put R in" in change.sentence
    assert "CONFIRM_FILTER_SET" in change.ends_when
    assert night.result == "done"
    assert night.rig.fault is None


def test_a_hand_that_never_confirms_at_the_driver_ends_it_at_last() -> None:
    night = Night(times=Times(hand_s=300.0)).begin(30000)
    night.wheel(0, by_hand=True)
    night.ask(1)
    night.wheel(None, by_hand=True)
    night.arrive(30040)

    night.later(301).tick()

    assert night.result == "failed"
    assert "nobody confirmed at the wheel's driver within 300 s that R is in place" in night.said


def test_with_a_weak_power_supply_the_focuser_has_its_own_time_after_such_a_hand() -> None:
    night = Night(sequential=True).begin(30000)
    night.wheel(0, by_hand=True)
    night.ask(1)
    night.wheel(None, by_hand=True)

    night.later(600).tick()
    night.wheel(1, by_hand=True)
    night.later(5).tick()
    night.arrive(30040)

    assert night.moves == [30040]
    assert night.result == "done"


def said_of(night: Night, position: int) -> str:
    """What a human is answered who says that this filter is in the light."""
    before = night.rig
    night.wheel(position)
    name = filter_name(night.rig, position)
    assert name is not None
    return describe_swap(before, night.rig, name)


def test_a_human_is_told_what_came_of_his_word() -> None:
    night = by_hand()
    goes = said_of(night, 1)
    night.arrive(30040)
    night.ask(2)
    night.wheel(None)
    wrong = said_of(night, 0)
    night.feed(HoldRequested(at_s=night.now_s, client="human", hold=True))
    held = said_of(night, 2)
    dark = said_of(night, 4)

    assert goes == "R is in the light; the focuser goes to 30040 steps"
    assert wrong == (
        "L is in the light; alpyca has asked for Ha, and that change has failed: L was put in "
        "instead of Ha"
    )
    assert held.startswith("Ha is in the light; the focuser ")
    assert "held by human" in held
    assert dark == (
        "Dark is in the light; the focuser stays: slot 5 (Dark) is opaque: dark frames need no "
        "focus"
    )


def test_the_same_word_again_asks_for_the_focus_of_its_filter() -> None:
    night = by_hand()
    night.focuser_gone()
    stays = said_of(night, 1)
    night.stand(30000)
    [other] = [one for one in find_obstacles(night.rig, night.now_s) if one.name == "focus"]
    asks = asks_for_focus(night.rig, SLOTS[1])

    before = night.rig
    night.ask(1, client="human")
    again = describe_swap(before, night.rig, "R")
    night.arrive(30040)

    assert "the focuser stays: " in stays
    assert "you say `rigd swap R` again" in other.ends_when
    assert again == "R is in the light; the focuser goes to 30040 steps"
    assert why_not_trusted(night.rig) is None
    assert asks
    assert not asks_for_focus(night.rig, SLOTS[1])
    assert not asks_for_focus(night.rig, SLOTS[0])
    assert night.turns == []
    assert night.moves == [30040]


@pytest.mark.parametrize("put_in", [1, 2])
def test_frames_while_a_hand_is_waited_for_are_of_the_filter_of_before(put_in: int) -> None:
    night = by_hand()
    night.camera()
    night.ask(2)
    night.wheel(None)
    for place in (30200, 30100, 30000, 29900, 30010):
        drive(night, place)
        expose(night)

    night.later(1).wheel(put_in)
    rest(night, 120)

    assert not any(one.proves_focus for one in ended(night))
    assert "taken as the focus" not in night.said
