"""Two stacked wheels: the pair is the state, and each wheel is told what concerns it."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rigd.devices.events import DeviceGone, WheelReport
from rigd.devices.identity import DeviceRef
from rigd.focus.profile_switch import ANOTHER
from rigd.focus.stacked_wheels import TwoWheels, advance_both
from rigd.focus.state.effects import ConnectDevice, MoveFocuser, Refusal, Step, TurnWheel
from rigd.focus.state.requests import (
    ConnectRequested,
    HoldRequested,
    ProfileChanged,
    WheelCommandFailed,
)
from rigd.focus.state.settings import FilterSlot, StackPart
from rigd.optics.filter_offsets import SlotKind
from tests.focus.night import Night

FIRST, SECOND = DeviceRef("pier", "EFW"), DeviceRef("pier", "CFW")
PAIR = DeviceRef("stacked", "EFW + CFW of rig")
STACK = (StackPart(ref=FIRST, slots=2), StackPart(ref=SECOND, slots=3))
STEPS = (0, 7, 20, 100, 107, 120)
"""Of L and R in the first wheel, clear, UV and polariser in the second: 0 100, 0 7 20."""
PAIRS = tuple(
    FilterSlot(
        filter_position=number,
        key=f"{one}+{other}",
        name=f"{one} + {other}",
        kind=SlotKind.FILTER,
        focus_offset_steps=STEPS[number],
    )
    for number, (one, other) in enumerate(product(("l", "r"), ("clear", "uv", "pol")))
)


class Stacked(Night):
    """A night with two wheels, told and heard by themselves."""

    def __init__(self, **more: object) -> None:
        super().__init__(wheel=PAIR, stack=STACK, slots=PAIRS, **more)
        self.wheels = TwoWheels()

    def feed(self, event: object) -> Step:
        step, self.wheels = advance_both(self.rig, self.wheels, event)  # type: ignore[arg-type]
        self.rig = step.rig
        self.effects += step.effects
        self.untold += [e for e in step.effects if isinstance(e, TurnWheel | MoveFocuser)]
        self.tell()
        return step

    def says(self, ref: DeviceRef, position: int | None, **more: object) -> Step:
        """One of the wheels reports; None: it turns."""
        said = WheelReport(
            at_s=self.now_s,
            ref=ref,
            connected=True,
            filter_position=position,
            moving=position is None,
            slots=8,
        )
        return self.feed(replace(said, **more))  # type: ignore[arg-type]

    def begin(self, position: int = 30000, filter_position: int = 0) -> "Stacked":
        self.camera()
        for ref, at in zip((FIRST, SECOND), divmod(filter_position, 3), strict=True):
            self.says(ref, at, baseline=True)
        self.focuser(position)
        self.effects.clear()
        return self

    @property
    def told(self) -> list[tuple[str, int]]:
        """What each real wheel was told so far."""
        turns = [effect for effect in self.effects if isinstance(effect, TurnWheel)]
        return [(turn.ref.key, turn.filter_position) for turn in turns]


@pytest.fixture
def night() -> Stacked:
    return Stacked().begin()


def test_both_wheels_and_the_focuser_start_together_and_the_change_ends_when_all_stand(
    night: Stacked,
) -> None:
    night.ask(5)
    together = (night.told, night.moves)
    night.says(FIRST, None)
    night.says(SECOND, None)
    night.arrive(30120)
    night.says(FIRST, 1)
    half = night.rig.shown_filter_position
    night.says(SECOND, 2)

    assert together == ([("EFW", 1), ("CFW", 2)], [30120])
    assert half is None
    assert night.rig.shown_filter_position == 5
    assert night.result == "done"
    assert night.told == [("EFW", 1), ("CFW", 2)]


def test_a_wheel_that_stands_right_already_is_not_told(night: Stacked) -> None:
    night.ask(1)

    assert night.told == [("CFW", 1)]
    assert night.moves == [30007]


def test_with_a_weak_power_supply_one_wheel_turns_after_the_other_and_then_the_focuser() -> None:
    night = Stacked(sequential=True).begin()

    night.ask(4)
    at_first = list(night.told)
    night.says(FIRST, None)
    night.says(FIRST, 1)
    then = (list(night.told), list(night.moves))
    night.says(SECOND, None)
    night.says(SECOND, 1)
    night.arrive(30107)

    assert at_first == [("EFW", 1)]
    assert then == ([("EFW", 1), ("CFW", 1)], [])
    assert night.moves == [30107]
    assert night.result == "done"


def test_a_hold_between_the_two_wheels_turns_nothing_more() -> None:
    night = Stacked(sequential=True).begin()

    night.ask(4)
    night.says(FIRST, None)
    night.feed(HoldRequested(at_s=night.now_s, client="human", hold=True))
    night.says(FIRST, 1)

    assert night.told == [("EFW", 1)]
    assert night.moves == []
    assert night.rig.filter_position == 3


def test_a_wheel_told_and_not_begun_is_not_taken_for_one_that_has_arrived(night: Stacked) -> None:
    night.ask(5)
    night.arrive(30120)
    night.says(FIRST, None)
    night.says(FIRST, 1)
    night.says(SECOND, 0, names=("a", "b", "c"))
    waiting = (night.result, night.rig.shown_filter_position)
    night.says(SECOND, None)
    night.says(SECOND, 2)

    assert waiting == ("under_way", None)
    assert night.result == "done"
    assert night.rig.shown_filter_position == 5


@pytest.mark.parametrize("ref", [FIRST, SECOND])
def test_a_change_at_either_real_wheel_is_followed(night: Stacked, ref: DeviceRef) -> None:
    at, steps = {FIRST: (1, 30100), SECOND: (2, 30020)}[ref]

    night.says(ref, None)
    turning = night.rig.shown_filter_position
    night.says(ref, at)
    night.arrive(steps)

    assert turning is None
    assert night.moves == [steps]
    assert night.result == "done"


def test_one_wheel_changed_while_the_other_turns_counts_when_both_stand(night: Stacked) -> None:
    night.says(FIRST, None)
    night.says(SECOND, None)
    night.says(FIRST, 1)
    between = (night.rig.wheel_turning, list(night.moves))
    night.says(SECOND, 1)

    assert between == (True, [])
    assert night.moves == [30107]


def test_a_hundred_changes_and_back_leave_no_drift(night: Stacked) -> None:
    for number in range(100):
        position = (number * 5 + 1) % 6
        night.ask(position)
        for ref, at in zip((FIRST, SECOND), divmod(position, 3), strict=True):
            if (ref.key, at) in night.told[-2:]:
                night.says(ref, None)
            night.says(ref, at)
        if night.rig.move is not None:
            night.arrive(night.rig.move.target_steps)
        assert night.rig.ledger.raw_steps == 30000 + STEPS[position]
        night.later(60.0)

    assert night.rig.ledger.base_steps == 30000


def test_an_unplugged_wheel_leaves_the_filter_unknown_and_coming_back_moves_nothing(
    night: Stacked,
) -> None:
    night.feed(DeviceGone(at_s=night.now_s, ref=SECOND))
    gone = (night.rig.filter_position, night.ask(1).refusal)
    night.says(FIRST, 1)
    night.later(60.0).says(SECOND, 2, baseline=True)
    night.later(60.0).tick()

    assert gone == (None, Refusal.UNAVAILABLE)
    assert night.rig.filter_position == 5
    assert night.moves == []


def test_a_wheel_lost_on_the_way_fails_the_change(night: Stacked) -> None:
    night.ask(5)
    night.arrive(30120)
    night.says(FIRST, None)
    night.says(FIRST, None, connected=False, moving=False)
    night.says(SECOND, None)
    night.says(SECOND, 2)

    assert night.result == "failed"
    assert night.rig.filter_position is None
    assert night.rig.fault is not None


def test_a_jammed_wheel_fails_the_change_with_its_name_and_the_same_target_retries(
    night: Stacked,
) -> None:
    night.ask(5)
    night.arrive(30120)
    night.says(FIRST, 1)
    night.says(SECOND, None, moving=False, fault="jammed")
    failed = (night.result, night.rig.fault)
    night.ask(5)
    night.says(SECOND, None)
    night.says(SECOND, 2)

    assert failed == ("failed", "CFW: jammed")
    assert night.told == [("EFW", 1), ("CFW", 2), ("CFW", 2)]
    assert night.result == "done"


def test_a_wheel_that_stops_elsewhere_fails_the_change(night: Stacked) -> None:
    night.ask(5)
    night.arrive(30120)
    night.says(FIRST, 1)
    night.says(SECOND, None)
    night.says(SECOND, 1)

    assert night.result == "failed"
    assert "the wheels stopped at r + uv instead of r + pol" in night.said


def test_after_a_wheel_that_stops_elsewhere_the_waiting_one_is_not_told() -> None:
    night = Stacked(sequential=True).begin(filter_position=1)

    night.ask(5)
    night.says(FIRST, None)
    night.says(FIRST, 0)

    assert night.told == [("EFW", 1)]
    assert night.result == "failed"
    assert night.rig.filter_position == 1


def test_a_wheel_that_cannot_be_told_fails_the_change_and_the_pair_is_seen_as_it_stands(
    night: Stacked,
) -> None:
    night.ask(5)
    night.arrive(30120)
    night.feed(WheelCommandFailed(at_s=night.now_s, reason="CFW: no answer"))
    failed = (night.result, night.rig.fault)
    night.says(FIRST, None)
    night.says(FIRST, 1)

    assert failed == ("failed", "CFW: no answer")
    assert night.rig.filter_position == 3


def test_a_wheel_that_never_answers_does_not_turn_for_ever(night: Stacked) -> None:
    night.ask(5)
    night.arrive(30120)
    night.says(FIRST, 1)
    night.later(29.0).tick()

    assert (
        "l + clear to r + pol: failed: the wheels did not reach r + pol within 28 s" in night.said
    )
    assert not night.rig.wheel_turning
    assert night.rig.filter_position == 3


def test_one_of_two_wheels_that_rests_nowhere_leaves_the_filter_unknown(night: Stacked) -> None:
    night.says(SECOND, None, moving=False)
    unknown = (night.rig.filter_position, night.rig.shown_filter_position)
    night.ask(0)
    told = list(night.told)
    night.says(SECOND, None)
    night.says(SECOND, 0)

    assert unknown == (None, None)
    assert told == [("CFW", 0)]
    assert night.moves == []
    assert night.result == "done"
    assert night.rig.shown_filter_position == 0


def test_a_slot_that_the_profile_does_not_name_is_a_fault_with_its_number(night: Stacked) -> None:
    night.says(SECOND, None)
    night.says(SECOND, 6)
    fault = night.rig.wheel.fault if night.rig.wheel else None
    night.ask(1)
    night.says(SECOND, None)
    night.says(SECOND, 1)
    night.arrive(30007)

    assert fault == "CFW stands at slot 7, and the profile names 3"
    assert night.told == [("CFW", 1)]
    assert night.result == "done"


def test_a_client_that_connects_asks_for_the_wheel_that_is_not_there(night: Stacked) -> None:
    night.feed(DeviceGone(at_s=night.now_s, ref=SECOND))
    night.feed(ConnectRequested(at_s=night.now_s, client="alpyca"))

    assert [e for e in night.effects if isinstance(e, ConnectDevice)] == [ConnectDevice(ref=SECOND)]


def test_a_wheel_that_its_profile_says_to_connect_is_connected_once() -> None:
    night = Stacked(connect=frozenset({SECOND}))

    for ref in (FIRST, SECOND, SECOND):
        night.says(ref, None, connected=False, moving=False)

    assert [e for e in night.effects if isinstance(e, ConnectDevice)] == [ConnectDevice(ref=SECOND)]


def test_the_same_device_in_both_places_is_a_fault(night: Stacked) -> None:
    twice = (STACK[0], replace(STACK[1], ref=FIRST))
    changed = ProfileChanged(
        at_s=night.now_s,
        settings=replace(night.rig.settings, stack=twice),
        starts_over=False,
        sentence="another profile",
    )

    night.feed(changed)

    assert night.rig.wheel is not None
    assert night.rig.wheel.fault == "both stacked wheels are the same device, EFW"
    assert night.rig.filter_position is None


def test_another_number_of_slots_in_force_numbers_the_pairs_anew_and_moves_nothing() -> None:
    night = Stacked().begin(filter_position=4)
    wider = (STACK[0], replace(STACK[1], slots=4))

    night.feed(
        ProfileChanged(
            at_s=night.now_s,
            settings=replace(night.rig.settings, stack=wider),
            starts_over=False,
            sentence="another profile",
        )
    )
    night.later(60.0).tick()

    assert night.rig.filter_position == 5
    assert night.moves == []
    assert ANOTHER not in night.said


def test_a_focus_is_not_taken_for_that_of_a_pair_by_its_old_number() -> None:
    unknown = tuple(replace(slot, focus_offset_steps=None) for slot in PAIRS)
    night = Stacked()
    night.rig = replace(night.rig, settings=replace(night.rig.settings, slots=unknown))
    night.begin(filter_position=4)
    wider = tuple(
        replace(PAIRS[0], filter_position=number, key=f"{one}+{other}", focus_offset_steps=number)
        for number, (one, other) in enumerate(product(("l", "r"), ("clear", "uv", "pol", "x")))
    )
    settings = replace(
        night.rig.settings, slots=wider, stack=(STACK[0], replace(STACK[1], slots=4))
    )

    night.feed(
        ProfileChanged(at_s=night.now_s, settings=settings, starts_over=False, sentence="another")
    )

    assert night.rig.ledger.embodied_filter == "r+uv"


Say = tuple[DeviceRef, int | None, bool, bool]
SAYS = st.lists(
    st.tuples(
        st.sampled_from((FIRST, SECOND)),
        st.sampled_from((None, 0, 1, 2)),
        st.booleans(),
        st.booleans(),
    ),
    max_size=30,
)


@settings(deadline=None)
@given(says=SAYS, asks=st.lists(st.integers(0, 5), max_size=6), sequential=st.booleans())
def test_the_pair_is_never_another_than_the_two_that_stand(
    says: list[Say], asks: list[int], *, sequential: bool
) -> None:
    night = Stacked(sequential=sequential).begin()
    stood: dict[DeviceRef, int | None] = {FIRST: 0, SECOND: 0}
    for number, (ref, at, connected, baseline) in enumerate(says):
        if number % 3 == 0 and asks:
            night.ask(asks.pop())
        known = at if connected and at is not None else None
        stood[ref] = known
        moving = at is None and connected
        night.later(1.0).says(
            ref, known, connected=connected, moving=moving, baseline=baseline and not moving
        )
        first, second = stood[FIRST], stood[SECOND]
        shown = night.rig.wheel.filter_position if night.rig.wheel else None
        if shown is not None:
            assert first is not None
            assert second is not None
            assert shown == first * 3 + second
        elif None not in (first, second) and max(first or 0, 0) < 2:
            assert night.rig.wheel is not None
            assert night.rig.wheel.moving
            assert any(night.wheels.turns)


def back_elsewhere() -> Stacked:
    """In focus for R + clear; the driver of the first wheel came back and says L."""
    stacked = Stacked().begin(30000)
    stacked.ask(3)
    stacked.says(FIRST, None)
    stacked.says(FIRST, 1)
    stacked.arrive(30100)
    stacked.feed(WheelReport(at_s=stacked.now_s, ref=FIRST, connected=False))
    stacked.says(FIRST, 0, baseline=True)
    stacked.effects.clear()
    return stacked


@pytest.mark.parametrize("position", [0, 1], ids=["claimed pair", "other second wheel"])
def test_a_wheel_of_two_that_only_claims_where_it_stands_is_told_to_turn_there(
    position: int,
) -> None:
    stacked = back_elsewhere()

    stacked.ask(position)
    for ref, at in ((FIRST, 0), (SECOND, position)):
        stacked.says(ref, None)
        stacked.says(ref, at)
    stacked.arrive(30000 + STEPS[position])

    assert stacked.told == [("EFW", 0), ("CFW", position)]
    assert stacked.result == "done"
    stacked.ask(position)
    assert len(stacked.told) == 2


def test_one_of_the_two_that_answers_at_once_is_given_its_time() -> None:
    stacked = back_elsewhere()

    stacked.ask(0)
    stacked.says(FIRST, 0)
    stacked.says(SECOND, 0)
    stacked.arrive(30000)
    stacked.later(14).tick()
    early = stacked.result
    stacked.later(2).tick()

    assert (early, stacked.result) == ("under_way", "done")


def test_found_where_they_were_neither_of_the_two_turns_in_vain() -> None:
    stacked = Stacked().begin(30000)
    stacked.feed(WheelReport(at_s=stacked.now_s, ref=FIRST, connected=False))
    stacked.says(FIRST, 0, baseline=True)

    stacked.ask(0)

    assert stacked.told == []
