"""Move patterns scripted from what each program is known to do around a filter change."""

import random

import pytest

from rigd.mode import Mode
from rigd.rig import Rig
from rigd.secondapplier import Verdict, Watch, judged, watched
from tests.core.night import Night

TABLE = {0: 0, 1: 60, 2: -45}
"""The other program's own offsets: they are not rigd's."""


class Observed(Night):
    """A night in `observe`, with the watch beside it."""

    def __init__(self) -> None:
        super().__init__(Mode.OBSERVE)
        self.begin(30000)
        self.watch = Watch()
        self.position = 30000
        self.slot = 0

    def step(self, seconds: float) -> None:
        self.later(seconds)

    def feed(self, event: object):  # type: ignore[no-untyped-def]
        before: Rig = self.rig
        step = super().feed(event)
        if hasattr(self, "watch"):
            self.watch = watched(self.watch, before, self.rig, self.now_s)
        return step

    def foreign(self, delta: int) -> None:
        self.position += delta
        self.focuser(self.position, moving=True)
        self.later(0.5)
        self.focuser(self.position)

    def turn(self, slot: int) -> None:
        self.wheel(None)
        self.later(1)
        self.wheel(slot)
        self.slot = slot

    def quiet(self, seconds: float = 60) -> None:
        self.later(seconds)
        self.focuser(self.position)

    @property
    def verdict(self) -> Verdict:
        return judged(self.watch, tolerance_steps=2)


def before_the_wheel(night: Observed, slot: int) -> None:
    """INDIGO's agent, and N.I.N.A., which starts the focuser first."""
    night.foreign(TABLE[slot] - TABLE[night.slot])
    night.later(0.2)
    night.turn(slot)


def after_the_wheel(night: Observed, slot: int) -> None:
    """Ekos, and CCDciel one poll later."""
    delta = TABLE[slot] - TABLE[night.slot]
    night.turn(slot)
    night.later(1)
    night.foreign(delta)


@pytest.mark.parametrize("client", [before_the_wheel, after_the_wheel])
def test_a_client_with_offsets_of_its_own_is_found_out(client) -> None:  # type: ignore[no-untyped-def]
    night = Observed()

    for slot in (1, 0, 1, 0, 2, 0):
        client(night, slot)
        night.quiet()

    assert night.verdict.second_applier
    assert "+60 steps" in night.verdict.sentence


def test_a_client_without_offsets_is_no_second_applier() -> None:
    night = Observed()

    for slot in (1, 2, 0, 1, 2, 0):
        night.turn(slot)
        night.quiet()

    assert not night.verdict.second_applier
    assert "no other mover" in night.verdict.sentence


def test_an_autofocus_after_every_change_is_no_second_applier() -> None:
    night = Observed()

    for slot in (1, 0, 1, 0, 1, 0):
        delta = TABLE[slot] - TABLE[night.slot]
        night.turn(slot)
        for part in (200, -80, -80, -80, 40 + delta):
            night.later(3)
            night.foreign(part)
        night.quiet()

    assert not night.verdict.second_applier


def test_temperature_moves_are_no_second_applier() -> None:
    night = Observed()

    for slot in (1, 0, 1, 0, 1, 0):
        night.turn(slot)
        night.later(2)
        night.foreign(7)
        night.quiet()

    assert not night.verdict.second_applier


def test_a_hands_nudges_are_no_second_applier() -> None:
    night, chance = Observed(), random.Random(4)  # noqa: S311 - a seeded hand

    for slot in (1, 0, 1, 0, 1, 0, 1, 0):
        night.turn(slot)
        night.later(4)
        night.foreign(chance.randint(-80, 80) or 1)
        night.quiet()

    assert not night.verdict.second_applier


def test_offsets_below_the_noise_are_not_claimed() -> None:
    night = Observed()

    for slot in (1, 0, 1, 0, 1, 0):
        delta = 3 if slot else -3
        night.turn(slot)
        night.later(1)
        night.foreign(delta)
        night.quiet()

    assert not night.verdict.second_applier


def test_one_change_proves_nothing() -> None:
    night = Observed()

    after_the_wheel(night, 1)
    night.quiet()

    assert not night.verdict.second_applier
    assert "not enough" in night.verdict.sentence
