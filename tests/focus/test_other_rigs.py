"""Two rigs on one focuser: each knows what the other does with it, and with the light behind it."""

from dataclasses import replace
from itertools import pairwise

import pytest

from rigd.devices.events import CameraReport, FocuserCommanded, FocuserStopped, GuiderReport
from rigd.devices.identity import DeviceRef
from rigd.focus.focuser_sharing import find_sharers
from rigd.focus.obstacles import find_obstacles
from rigd.focus.other_rigs import describe_other_rigs, name_rig
from rigd.focus.state.effects import HaltFocuser, Refusal, Step
from rigd.focus.state.focuser import FocuserRole
from rigd.focus.state.requests import (
    HaltRequested,
    OtherRigsJudged,
    ReleaseRequested,
)
from rigd.focus.state.rig import Result
from rigd.focus.state.settings import Mode
from tests.focus.night import CAMERA, FOCUSER, GUIDE_FOCUSER, Night

CAMERA_B, GUIDER_B = DeviceRef("sim", "camera b"), DeviceRef("sim", "guider b")


class Pair:
    """Two rigs whose light goes through one focuser, and the process that runs both."""

    def __init__(self, **of_b: object) -> None:
        self.a = One(self, "a", Mode.APPLY)
        b: dict[str, object] = {"camera": CAMERA_B, **of_b}
        self.b = One(self, "b", Mode.OBSERVE, **b)
        self.a.begin()
        self.b.begin()
        self.both = (self.a, self.b)

    def tell(self, stopped_by: tuple["One", str] | None) -> None:
        rigs = {one.rig.settings.name: one.rig for one in (self.a, self.b)}
        sharers = find_sharers([rig.settings for rig in rigs.values()], ())
        for one in (self.a, self.b):
            others = describe_other_rigs(sharers.get(one.rig.settings.name, ()), rigs)
            by = stopped_by[1] if stopped_by and stopped_by[0] is not one else None
            if others != one.rig.others or by:
                told = OtherRigsJudged(at_s=one.now_s, others=others, stopped_by=by)
                one.feed(told)

    def later(self, seconds: float) -> None:
        for one in (self.a, self.b):
            one.later(seconds)

    def stands(self, position: int, *, moving: bool = False) -> None:
        """What the focuser says, to both."""
        for one in (self.a, self.b):
            one.focuser(position, moving=moving)

    def arrives(self, position: int) -> None:
        self.stands(position - 1, moving=True)
        self.stands(position)
        self.stands(position)

    def moves(self, position: int, client: str = "N.I.N.A.") -> None:
        """A client moves the focuser through rig b, and it arrives."""
        self.later(2)
        self.b.move(position, client)
        self.arrives(position)

    def tick(self) -> None:
        self.a.tick()
        self.b.tick()


class One(Night):
    """One of the two."""

    def __init__(self, pair: Pair, name: str, mode: Mode, **settings: object) -> None:
        super().__init__(mode, name=name, **settings)
        self.pair, self.name = pair, name

    def feed(self, event: object) -> Step:
        step = super().feed(event)
        if hasattr(self.pair, "both"):
            halts = any(isinstance(effect, HaltFocuser) for effect in step.effects)
            client = event.client if isinstance(event, HaltRequested) else None
            self.pair.tell((self, name_rig(self.rig, client)) if halts else None)
        return step

    def camera(self, *, busy: bool = False) -> Step:
        ref = self.rig.settings.camera or CAMERA
        return self.feed(CameraReport(at_s=self.now_s, ref=ref, connected=True, busy=busy))

    def guides(self, *, on: bool) -> Step:
        return self.feed(
            GuiderReport(at_s=self.now_s, ref=GUIDER_B, connected=True, guiding=on, paused=False)
        )


WHY = "an exposure of rig b is under way on the same focuser"


def test_an_exposure_of_another_rig_refuses_a_change_that_a_client_asks_for() -> None:
    pair = Pair()

    pair.b.camera(busy=True)
    refused = pair.a.ask(1)
    said = {one.name: one for one in find_obstacles(pair.a.rig, pair.a.now_s)}["other_camera"]
    pair.b.camera(busy=False)
    pair.a.ask(1)

    assert (refused.refusal, refused.sentence) == (Refusal.GATE, WHY)
    assert refused.opens_by_itself
    assert said.sentence == WHY
    assert "that exposure and its download are over" in said.ends_when
    assert pair.a.moves == [30040]


def test_what_follows_a_wheel_waits_for_the_exposure_of_another_rig_and_is_done_then() -> None:
    pair = Pair()

    pair.b.camera(busy=True)
    pair.a.wheel(1)
    waits = (pair.a.result, pair.a.moves)
    pair.b.camera(busy=False)

    assert waits == (Result.WAITING, [])
    assert pair.a.moves == [30040]


def test_an_exposure_that_never_ends_is_ended_by_the_same_word_as_ones_own() -> None:
    pair = Pair()

    pair.b.camera(busy=True)
    pair.later(5000)
    pair.tick()
    refused = pair.a.ask(1)
    said = {one.name: one for one in find_obstacles(pair.a.rig, pair.a.now_s)}["other_camera"]
    pair.b.feed(ReleaseRequested(at_s=pair.b.now_s, client="human", device="camera"))
    pair.a.ask(1)

    assert refused.refusal is Refusal.GATE
    assert "`rigd release camera --rig b`" in said.ends_when
    assert pair.a.moves == [30040]


def test_a_camera_that_is_gone_or_is_behind_another_focuser_closes_nothing() -> None:
    gone, beside, same = Pair(), Pair(focuser=DeviceRef("sim", "another")), Pair(camera=CAMERA)
    behind = Pair(focuser=DeviceRef("sim", "another"), guide_focuser=FOCUSER)

    for pair in (gone, beside, same, behind):
        pair.b.camera(busy=True)
    gone.b.feed(CameraReport(at_s=gone.b.now_s, ref=CAMERA_B, connected=False))
    for pair in (gone, beside, same, behind):
        pair.a.ask(1)

    assert [pair.a.moves for pair in (gone, beside, same, behind)] == [[30040]] * 4


def test_a_guide_focuser_that_is_the_main_one_of_another_rig_waits_for_its_exposure_too() -> None:
    pair = Pair(focuser=GUIDE_FOCUSER)
    settings = replace(pair.a.rig.settings, guide_focuser=GUIDE_FOCUSER, guide_steps_per_step=1.0)
    pair.a.rig = replace(pair.a.rig, settings=settings)

    pair.b.camera(busy=True)

    assert pair.a.rig.others[0].role is FocuserRole.GUIDE
    assert pair.a.ask(1).sentence == WHY


def test_a_guider_behind_the_same_focuser_closes_a_gate_whoever_it_belongs_to() -> None:
    pair = Pair(guider=GUIDER_B)

    pair.b.guides(on=True)
    refused = pair.a.ask(1)
    pair.b.guides(on=False)
    pair.a.ask(1)

    assert refused.sentence == "the guider of rig b guides through the same focuser"
    assert pair.a.moves == [30040]


def test_an_autofocus_through_another_rig_is_left_alone_also_between_its_frames() -> None:
    pair = Pair()

    for place in (30100, 30050, 30000, 29950):
        pair.moves(place)
        pair.b.camera(busy=True)
        pair.b.camera(busy=False)
    refused = pair.a.ask(1, client="Ekos")
    asks_itself = pair.a.ask(1, client="N.I.N.A.")

    assert refused.sentence == ("N.I.N.A. is focusing through rig b, which has the same focuser")
    assert asks_itself.refusal is None


def test_what_another_rig_orders_has_its_name_and_its_clients() -> None:
    pair = Pair()

    pair.b.move(30500, "N.I.N.A.")
    refused = pair.a.ask(1)
    pair.arrives(30500)
    ledger = pair.a.rig.ledger
    pair.a.wheel(1)
    waits = pair.a.rig.outcome

    assert refused.sentence == "rig b for N.I.N.A. is moving the focuser to 30500 steps"
    assert "rig b for N.I.N.A. moved the focuser from 30000 to 30500 steps" in pair.a.said
    assert "something else" not in pair.a.said
    assert (ledger.base_steps, ledger.embodied is not None) == (30500, True)
    assert waits is not None
    assert "rig b for N.I.N.A. moved the focuser 0 s ago; quiet is 30 s" in waits.sentence


def test_what_moves_the_focuser_long_after_it_is_something_else_again() -> None:
    pair = Pair()
    pair.moves(30500)
    pair.a.effects.clear()

    pair.later(60)
    pair.stands(30700, moving=True)
    pair.stands(30700)

    assert "something else moved the focuser from 30500 to 30700 steps" in pair.a.said


def test_an_order_of_another_rig_in_the_middle_of_a_move_is_named() -> None:
    pair = Pair()

    pair.a.ask(1)
    pair.b.move(31000, "N.I.N.A.")
    pair.a.wheel(1)
    pair.arrives(31000)

    assert pair.a.result is Result.FAILED
    assert "rig b for N.I.N.A. told it to go to 31000 steps meanwhile" in pair.a.said


def test_a_stop_by_another_rig_in_the_middle_of_a_move_is_named() -> None:
    pair = Pair()

    pair.a.ask(1)
    pair.stands(30010, moving=True)
    pair.b.feed(HaltRequested(at_s=pair.b.now_s, client="N.I.N.A."))
    pair.a.feed(FocuserStopped(at_s=pair.a.now_s, ref=FOCUSER))
    pair.a.wheel(1)
    pair.stands(30010)
    pair.later(10)
    pair.stands(30010)

    assert "rig b for N.I.N.A. told it to stop" in pair.a.said


@pytest.mark.parametrize("echo", ["", "before", "after"])
def test_another_rig_is_no_second_applier_and_not_nobody_either(echo: str) -> None:
    pair = Pair()
    places, filters = (30000, 30040, 30000, 30040, 30000, 30040), (0, 1, 0, 1, 0, 1)
    pair.a.switch(Mode.OBSERVE)

    for (_, to), (was, place) in zip(pairwise(filters), pairwise(places), strict=True):
        pair.later(60)
        pair.tick()
        heard = FocuserCommanded(
            at_s=pair.a.now_s, ref=FOCUSER, target_steps=place, stood_steps=was
        )
        pair.a.wheel(to)
        if echo == "before":
            pair.a.feed(heard)
        pair.b.move(place, "N.I.N.A.")
        if echo == "after":
            pair.a.feed(heard)
        pair.arrives(place)
    pair.later(60)
    pair.tick()
    seen = pair.a.rig.foreign_moves

    assert (seen.samples, seen.applier, seen.unapplied, seen.nobody) == ((), None, 0, False)
    assert "another INDI client" not in pair.a.said


def test_the_filter_changes_of_another_rig_are_no_autofocus() -> None:
    pair = Pair()

    for slot, place in ((1, 30040), (0, 30000), (1, 30040), (2, 29975)):
        pair.later(30)
        pair.a.ask(slot)
        pair.a.wheel(slot)
        pair.arrives(place)
        pair.b.camera(busy=True)
        pair.b.camera(busy=False)

    assert pair.a.rig.outcome is not None
    assert pair.a.result is Result.DONE
    assert pair.b.rig.searches == ()
    assert "rig a for alpyca moved the focuser from 30040 to 29975 steps" in pair.b.said
