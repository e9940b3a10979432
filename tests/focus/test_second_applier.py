"""Move patterns around filter changes, *scripted from the cited sources*: none is a recording.

N.I.N.A. `FilterWheelVM.cs:ChangeFilter` (focuser and wheel in parallel); RTS2 `camd.cpp:
offsetForFilter` (in parallel, to a sum); INDIGO `indigo_agent_imager.c:filter_handler` and POCS
`filterwheel.py` (before the wheel); Ekos `filtermanager.cpp:executeOperationQueue`, chimera
`filterwheel.py`, MaxIm DL's manual and SGPro's help (after the wheel); CCDciel `pu_main.pas:
FilterChange` (after it, a poll of 1 s later, from the position its window shows); pyobs
`focusmodel.py` (after it, and a model that is sent again every 300 s); APT's user's guide
(after it).
"""

import math
import random
from collections.abc import Callable

import pytest

from rigd.focus.second_applier import Finding, judge_samples
from rigd.focus.stand_down import missing_applier
from rigd.focus.state.requests import Remembered
from rigd.focus.state.settings import Mode
from tests.focus.night import Night

TABLE = {0: 0, 1: 60, 2: -45}
"""The other program's own offsets: they are not rigd's."""
TOGGLE = (1, 0, 1, 0)
CYCLE = (1, 2, 0, 1, 2, 0)
LIVELY_S = 10


class Watched(Night):
    """A night in which others act; the camera cannot be seen."""

    def __init__(self, mode: Mode = Mode.OBSERVE) -> None:
        super().__init__(mode)
        self.wheel(0, baseline=True)
        self.focuser(30000)
        self.effects.clear()
        self.position = 30000
        self.slot = 0

    def foreign(self, delta: int, seconds: float = 1.0) -> None:
        """Somebody moves the focuser directly; readings every second."""
        if delta == 0:
            return
        start = self.position
        for part in range(1, int(seconds) + 1):
            self.later(1)
            self.position = start + round(delta * part / int(seconds))
            self.focuser(self.position, moving=part < int(seconds))

    def land(self) -> None:
        """Whatever rigd has told the focuser is done."""
        while self.rig.move is not None:
            self.later(1)
            self.arrive(self.rig.move.target_steps)
        self.position = self.rig.ledger.raw_steps or 0

    def in_path(self, slot: int, delta: int = 0, client: str = "N.I.N.A.") -> None:
        """A client asks rigd's wheel for a filter and moves rigd's focuser in parallel."""
        logical = self.rig.ledger.logical_steps or 0
        self.ask(slot, client)
        if delta:
            self.move(logical + delta, client)
        self.turn(slot)
        self.land()

    def turn(self, slot: int, seconds: float = 2.0) -> None:
        self.wheel(None)
        self.later(seconds)
        self.wheel(slot)
        self.slot = slot

    def quiet(self, seconds: float = 60) -> None:
        """A tick each second, and each 5 s once it has been long enough that none says much."""
        left_s = int(seconds)
        while left_s > 0:
            interval_s = 1 if seconds - left_s < LIVELY_S else min(5, left_s)
            self.later(interval_s)
            self.tick()
            left_s -= interval_s

    def delta(self, slot: int) -> int:
        return TABLE[slot] - TABLE[self.slot]

    @property
    def finding(self) -> Finding:
        return judge_samples(self.rig.foreign_moves.samples, 5, self.rig).finding


def parallel(night: Watched, slot: int) -> None:
    """N.I.N.A., RTS2."""
    delta = night.delta(slot)
    night.wheel(None)
    night.foreign(delta)
    night.later(1)
    night.wheel(slot)
    night.slot = slot


def before(night: Watched, slot: int) -> None:
    """INDIGO, POCS: the wheel turns once the focuser has arrived."""
    night.foreign(night.delta(slot))
    night.later(0.2)
    night.turn(slot)


def after(night: Watched, slot: int) -> None:
    """Ekos, chimera, APT, MaxIm DL, SGPro."""
    delta = night.delta(slot)
    night.turn(slot)
    night.later(0.3)
    night.foreign(delta)


def after_a_poll(night: Watched, slot: int) -> None:
    """CCDciel."""
    delta = night.delta(slot)
    night.turn(slot)
    night.later(2)
    night.foreign(delta)


def slow(night: Watched, slot: int) -> None:
    """Ekos with a slow focuser."""
    delta = night.delta(slot)
    night.turn(slot)
    night.foreign(delta, seconds=20)


def slow_wheel(night: Watched, slot: int) -> None:
    """INDIGO with a slow wheel."""
    night.foreign(night.delta(slot))
    night.turn(slot, seconds=20)


def model(night: Watched, slot: int) -> None:
    """pyobs: the model's drift goes along, and is sent again meanwhile."""
    after(night, slot)
    night.quiet(300)
    night.foreign(-2)


def trembling(night: Watched, slot: int) -> None:
    """Ekos with an encoder that never quite rests."""
    after(night, slot)
    for step in (1, -1, 1, -1):
        night.later(1)
        night.focuser(night.position + step)
    night.focuser(night.position)


APPLIERS = (parallel, before, after, after_a_poll, slow, slow_wheel, model, trembling)


@pytest.mark.parametrize("pause_s", [pytest.param(60, id="frames"), pytest.param(4, id="at-once")])
@pytest.mark.parametrize("order", [TOGGLE, CYCLE], ids=["toggle", "cycle"])
@pytest.mark.parametrize("client", APPLIERS)
def test_a_client_with_offsets_of_its_own_is_found_out(
    client: Callable[[Watched, int], None], order: tuple[int, ...], pause_s: int
) -> None:
    night = Watched()

    for slot in order:
        client(night, slot)
        night.quiet(pause_s)
    night.quiet()

    assert night.finding is Finding.APPLIES
    assert "another program moves the focuser by about" in (night.rig.foreign_moves.applier or "")
    assert "it applies filter offsets of its own" in night.said


@pytest.mark.parametrize("order", [TOGGLE, CYCLE], ids=["toggle", "cycle"])
def test_through_rigds_focuser_the_client_is_named_and_rigd_stands_down(
    order: tuple[int, ...],
) -> None:
    night = Watched(Mode.APPLY)

    for slot in order:
        night.in_path(slot, night.delta(slot))
        night.quiet()

    assert "N.I.N.A. moves the focuser by about" in night.said
    assert "rigd stands down to observe" in night.said
    assert night.rig.settings.mode is Mode.OBSERVE
    assert night.rig.known_appliers == ("N.I.N.A.",)


@pytest.mark.parametrize("motor_s", [0, 20], ids=["fast", "slow"])
def test_a_client_that_waits_for_rigds_wheel_and_moves_at_once_is_found_out_at_its_second_change(
    motor_s: int,
) -> None:
    """Ekos with rigd's own offsets in its table: it moves 40 ms after it was told Ok."""
    night = Watched(Mode.APPLY)

    for slot, steps in ((1, 40), (2, -65)):
        assert night.rig.settings.mode is Mode.APPLY
        night.ask(slot, "an INDI client")
        night.turn(slot)
        night.quiet(motor_s)
        night.land()
        night.later(0.04)
        night.move((night.rig.ledger.logical_steps or 0) + steps, "an INDI client")
        night.land()
        night.quiet()

    assert "an INDI client moves the focuser by about -65 steps whenever R gives way to Ha" in (
        night.said
    )
    assert night.rig.settings.mode is Mode.OBSERVE


def test_a_client_that_focuses_as_soon_as_it_is_told_is_no_second_applier() -> None:
    night = Watched(Mode.APPLY)

    for slot in (1, 2, 0, 1):
        night.ask(slot, "an INDI client")
        night.turn(slot)
        night.land()
        for steps in (60, -20, -20, -20, 15):
            night.later(3)
            night.move((night.rig.ledger.logical_steps or 0) + steps, "an INDI client")
            night.land()
        night.quiet()

    assert night.rig.settings.mode is Mode.APPLY


def test_rigds_own_moves_are_not_taken_for_anothers() -> None:
    night = Watched(Mode.APPLY)

    for slot in CYCLE * 3:
        night.in_path(slot)
        night.quiet()

    assert night.rig.settings.mode is Mode.APPLY
    assert {s.delta_steps for s in night.rig.foreign_moves.samples} == {0}


def test_rigd_stands_down_only_when_nothing_of_its_own_is_under_way() -> None:
    night = Watched(Mode.APPLY)
    for slot in (1, 0, 1):
        night.in_path(slot)
        night.foreign(60 if slot else -60)
        night.quiet(10)

    night.ask(0)
    night.wheel(None)

    assert night.rig.foreign_moves.applier is not None
    assert night.rig.settings.mode is Mode.APPLY, "the journal of a move must outlive it"
    night.land()
    night.wheel(0)
    assert night.rig.settings.mode is Mode.OBSERVE


def test_a_human_who_switches_back_to_apply_begins_afresh() -> None:
    night = stood_down()

    night.switch(Mode.APPLY)
    night.quiet()

    assert night.rig.settings.mode is Mode.APPLY
    assert not night.rig.stood_down


def test_a_client_without_offsets_is_no_second_applier() -> None:
    night = Watched()

    for slot in CYCLE:
        night.turn(slot)
        night.quiet()

    assert night.finding is Finding.NOBODY
    assert night.rig.foreign_moves.applier is None


@pytest.mark.parametrize("begins_after_s", [1, 12, 40])
@pytest.mark.parametrize("exposure_s", [1, 4, 20])
@pytest.mark.parametrize("order", [TOGGLE * 3, CYCLE * 2], ids=["toggle", "cycle"])
def test_an_autofocus_after_every_change_is_no_second_applier(
    order: tuple[int, ...], exposure_s: int, begins_after_s: int
) -> None:
    """It ends where the filter's focus is: at the same difference every time."""
    night = Watched()

    for slot in order:
        delta = night.delta(slot)
        night.turn(slot)
        night.quiet(begins_after_s)
        for part in (200, -80, -80, -80, 40 + delta):
            night.foreign(part)
            night.quiet(exposure_s)
        night.quiet(20)

    assert night.finding is not Finding.APPLIES


def test_an_autofocus_on_one_filter_that_returns_at_once_is_no_second_applier() -> None:
    """N.I.N.A. focuses on its autofocus filter and goes back to the other at once."""
    night = Watched()

    for _ in range(8):
        night.quiet(300)
        night.turn(0)
        for part in (150, -60, -60, -60, 30):
            night.foreign(part)
            night.quiet(5)
        night.turn(1)

    assert night.finding is not Finding.APPLIES


def test_a_hands_nudges_are_no_second_applier() -> None:
    for seed in range(200):
        night, chance = Watched(), random.Random(seed)  # noqa: S311 - a seeded hand

        for slot in TOGGLE * 3:
            night.turn(slot)
            night.quiet(4)
            if chance.random() < 0.3:
                night.foreign(chance.randint(-80, 80))
            night.quiet(80)

        assert night.finding is not Finding.APPLIES, seed


def test_a_clients_temperature_compensation_is_no_second_applier() -> None:
    """N.I.N.A.'s "move by temperature" and others: a step of its dead-band before a frame.

    The air cools through the night, with waves in it, and every frame has another filter.
    """
    for seed in range(60):
        night, chance = Watched(), random.Random(seed)  # noqa: S311 - a seeded night
        kept, wave_s = 0.0, chance.uniform(600, 5400)
        for frame in range(60):
            wanted = -60 * frame / 20 + 20 * math.sin(2 * math.pi * night.now_s / wave_s)
            night.turn(frame % 3)
            if abs(wanted - kept) >= 12:
                night.foreign(round(wanted - kept))
                kept = wanted
            night.quiet(30)

        assert night.finding is not Finding.APPLIES, seed


def test_a_model_that_is_sent_again_and_again_is_no_second_applier() -> None:
    """pyobs without filters in its model."""
    night = Watched()

    for number, slot in enumerate(CYCLE * 2):
        night.turn(slot)
        night.foreign(-11 - number % 2)
        night.quiet(300)

    assert night.finding is not Finding.APPLIES


def test_offsets_below_the_noise_are_said_to_be_undetectable() -> None:
    night = Watched()
    for slot in (1, 0, 1, 0, 1, 0):
        night.turn(slot)
        night.later(1)
        night.foreign(3 if slot else -3)
        night.quiet()
    night.rig = night.with_offsets(0, 4, -4)

    verdict = judge_samples(night.rig.foreign_moves.samples, 5, night.rig)

    assert verdict.finding is Finding.UNDETECTABLE
    assert "10 steps" in verdict.sentence


def test_one_change_proves_nothing() -> None:
    night = Watched()

    after(night, 1)
    night.quiet()

    assert night.finding is Finding.UNSURE


def test_a_spoilt_change_delays_the_proof_and_does_not_prevent_it() -> None:
    night = Watched()

    after(night, 1)
    night.foreign(33)
    night.quiet()
    for slot in (0, 1, 0, 1, 0, 1):
        after(night, slot)
        night.quiet()

    assert night.finding is Finding.APPLIES


def test_in_publish_a_client_that_applies_is_what_was_wanted() -> None:
    night = Watched(Mode.PUBLISH)

    for slot in TOGGLE:
        after(night, slot)
        night.quiet()

    assert "as mode publish means it to" in night.said
    assert night.rig.settings.mode is Mode.PUBLISH


def stood_down() -> Watched:
    """Rigd has stood down beside a client that then switches its offsets off."""
    night = Watched(Mode.APPLY)
    for slot in TOGGLE:
        night.in_path(slot, night.delta(slot))
        night.quiet()
    assert night.rig.stood_down
    return night


def test_after_a_stand_down_with_several_changes_and_no_move_nobody_applies() -> None:
    night = stood_down()

    for slot in (1, 0):
        night.turn(slot)
        night.quiet()
    assert missing_applier(night.rig) is None
    for slot in (1, 0):
        night.turn(slot)
        night.quiet()

    assert night.said.count("nobody applies filter offsets") == 1
    assert "last 4 filter changes" in (missing_applier(night.rig) or "")


def test_the_alarm_ends_when_somebody_moves_the_focuser_again() -> None:
    night = stood_down()
    for slot in (1, 0, 1):
        night.turn(slot)
        night.quiet()
    assert missing_applier(night.rig)

    after(night, 0)
    night.quiet()

    assert missing_applier(night.rig) is None


def test_changes_between_filters_of_equal_offset_raise_no_alarm() -> None:
    night = stood_down()
    night.rig = night.with_offsets(0, 3, 0)

    for slot in (1, 0, 1, 0, 1, 0):
        night.turn(slot)
        night.quiet()

    assert missing_applier(night.rig) is None


def test_a_restart_does_not_hide_a_second_applier() -> None:
    night = Watched(Mode.OBSERVE)
    for slot in (1, 0):
        changed(night, slot)
    seen = night.rig.foreign_moves
    again = Watched(Mode.OBSERVE)
    again.feed(Remembered(at_s=1.0, ledger=None, move=None, moves_begun=0, samples=seen.samples))

    for slot in (1, 0):
        changed(again, slot)

    assert seen.applier is None
    assert "applies filter offsets of its own" in (again.rig.foreign_moves.applier or "")


def changed(night: Watched, slot: int) -> None:
    """A filter change after which another program moves the focuser by its table."""
    delta = TABLE[slot] - TABLE[night.slot]
    night.turn(slot)
    night.foreign(delta)
    night.quiet()


def test_what_is_remembered_is_judged_at_once_and_stands_down_once_the_focuser_is_seen() -> None:
    night = Watched(Mode.OBSERVE)
    for slot in (1, 0, 1, 0):
        changed(night, slot)
    samples = night.rig.foreign_moves.samples
    again = Night(Mode.APPLY)

    again.feed(Remembered(at_s=1.0, ledger=None, move=None, moves_begun=0, samples=samples))
    before = again.rig.settings.mode
    again.begin(30000)

    assert before is Mode.APPLY
    assert again.rig.settings.mode is Mode.OBSERVE
    assert "applies filter offsets of its own" in (again.rig.foreign_moves.applier or "")
