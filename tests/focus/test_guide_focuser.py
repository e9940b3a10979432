"""A guide camera's focuser follows the filter, and nothing else."""

import pytest

from rigd.devices.events import GuiderReport
from rigd.focus.cautions import cautions
from rigd.focus.state.backlash import Backlash, FinalDirection
from rigd.focus.state.effects import JournalIntent, MoveFocuser, Refusal
from rigd.focus.state.focuser import FocuserRole
from rigd.focus.state.ledger import Terms
from rigd.focus.state.requests import (
    TrimRequested,
)
from rigd.focus.state.settings import Mode
from rigd.focus.state.temperature import TemperatureSettings
from tests.focus.guide_night import (
    HA,
    HA_STEPS,
    R_STEPS,
    START,
    L,
    R,
    arrive,
    begun,
    change,
    guide,
    ledger,
    moves,
)
from tests.focus.night import GUIDE_FOCUSER, DeviceRef


def test_it_goes_together_with_the_main_focuser_and_the_change_waits_for_both() -> None:
    night = begun()

    night.ask(R)
    told = [(e.ref.key, e.position_steps) for e in night.effects if isinstance(e, MoveFocuser)]
    night.wheel(R)
    night.arrive(30040)
    before = night.result, night.rig.shown_filter_position
    arrive(night, START + R_STEPS)

    assert told == [("focuser", 30040), ("guide focuser", START + R_STEPS)]
    assert before == ("under_way", None)
    assert (night.result, night.rig.shown_filter_position) == ("done", R)
    assert ledger(night).embodied == Terms(filter_steps=R_STEPS)
    assert ledger(night).base_steps == START


def test_its_intent_is_journalled_before_it_is_told_and_apart_from_the_main_focusers() -> None:
    night = begun()

    night.ask(R)

    intents = [e for e in night.effects if isinstance(e, JournalIntent)]
    assert [(e.role, e.move.target_steps) for e in intents] == [
        (FocuserRole.MAIN, 30040),
        (FocuserRole.GUIDE, START + R_STEPS),
    ]
    index = night.effects.index
    told = next(e for e in night.effects if isinstance(e, MoveFocuser) and e.ref == GUIDE_FOCUSER)
    assert index(intents[1]) < index(told)


def test_it_is_embodied_only_after_two_reads_that_agree() -> None:
    night = begun()
    night.ask(R)
    night.wheel(R)
    night.arrive(30040)

    guide(night, START + R_STEPS, moving=True)
    guide(night, START + R_STEPS)
    once = ledger(night).embodied
    guide(night, START + R_STEPS)

    assert once == Terms()
    assert ledger(night).embodied == Terms(filter_steps=R_STEPS)


def test_rounding_never_accumulates() -> None:
    night = begun()

    for _ in range(50):
        change(night, HA, 29975, START + HA_STEPS)
        change(night, R, 30040, START + R_STEPS)
        change(night, L, 30000, START)

    assert ledger(night).base_steps == START
    assert set(moves(night)) == {START + HA_STEPS, START + R_STEPS, START}
    assert ledger(night).raw_steps == START


def test_the_base_follows_whoever_else_moves_it() -> None:
    night = begun()

    arrive(night, START + 300)
    change(night, R, 30040, START + 300 + R_STEPS)

    assert moves(night) == [START + 300 + R_STEPS]
    assert ledger(night).base_steps == START + 300


@pytest.mark.parametrize("what", ["temperature", "trim", "client", "hand"])
def test_it_follows_the_filter_alone(what: str) -> None:
    night = begun(
        temperature=TemperatureSettings(
            steps_per_c=10.0, dead_band_steps=2, max_age_s=600.0, lasts_s=0.0
        )
    )
    night.celsius = 10.0
    night.later(1).focuser(30000)
    night.camera(busy=True)
    night.camera()

    if what == "temperature":
        night.celsius = 13.0
        night.later(1).focuser(30000)
    elif what == "trim":
        night.feed(TrimRequested(at_s=night.now_s, trim_steps=30, client="me"))
    elif what == "client":
        night.move(30030)
    night.arrive(30030)

    assert night.rig.ledger.raw_steps == 30030
    assert moves(night) == []
    assert ledger(night).raw_steps == START


def test_of_a_change_with_a_trim_in_the_focus_it_follows_the_filters_part() -> None:
    night = begun()
    night.feed(TrimRequested(at_s=night.now_s, trim_steps=30, client="me"))
    night.arrive(30030)

    change(night, R, 30070, START + R_STEPS)

    assert night.rig.ledger.raw_steps == 30070
    assert moves(night) == [START + R_STEPS]


def test_without_a_ratio_it_never_moves_and_the_set_up_says_so() -> None:
    night = begun(ratio=None)

    change(night, R, 30040, START)

    assert moves(night) == []
    assert night.result == "done"
    assert any("never moves" in sentence for sentence in cautions(night.rig))


@pytest.mark.parametrize("mode", [Mode.PUBLISH, Mode.OBSERVE])
def test_in_other_modes_it_never_moves(mode: Mode) -> None:
    night = begun(mode)

    night.ask(R)
    night.wheel(R)

    assert moves(night) == []


def test_where_the_main_focuser_stays_so_does_it() -> None:
    night = begun(dead_band_steps=50)

    night.ask(R)
    night.wheel(R)

    assert night.result == "declined"
    assert moves(night) == []


def test_it_is_put_right_even_if_the_main_focuser_already_is() -> None:
    night = begun()
    guide(night, None, connected=False)
    change(night, R, 30040, 0)
    guide(night, START)
    night.rig = night.with_offsets(40, 40)

    change(night, L, 30040, START + R_STEPS)

    assert night.moves == [30040, START + R_STEPS]
    assert ledger(night).embodied == Terms(filter_steps=R_STEPS)


def test_on_a_weak_power_supply_it_waits_for_wheel_and_focuser() -> None:
    night = begun(sequential=True)

    night.ask(R)
    night.wheel(None)
    turning = list(moves(night))
    night.wheel(R)
    flying = list(moves(night))
    night.arrive(30040)
    then = list(moves(night)), night.result
    arrive(night, START + R_STEPS)

    assert (turning, flying) == ([], [])
    assert then == ([START + R_STEPS], "under_way")
    assert night.result == "done"


def test_it_follows_no_change_that_was_given_up_between_two_parts_of_the_main_focusers_move() -> (
    None
):
    up = Backlash(steps=30, final_direction=FinalDirection.UP)
    night = begun(sequential=True, backlash=up)
    night.wheel(HA)
    night.focuser(29960, moving=True)

    night.wheel(R)
    night.stand(29945)
    between = list(moves(night))
    night.arrive(30040)
    arrive(night, START + R_STEPS)

    assert between == []
    assert moves(night) == [START + R_STEPS]
    assert night.result == "done"


def test_it_does_not_begin_behind_a_gate_that_has_closed_meanwhile() -> None:
    night = begun(sequential=True)
    night.ask(R)
    night.wheel(R)
    night.camera(busy=True)

    night.arrive(30040)

    assert moves(night) == []
    assert night.result == "done"
    assert "the camera is exposing" in night.said


def test_it_moves_while_the_guider_is_paused_even_if_it_moves_alone() -> None:
    guider = DeviceRef("phd2", "PHD2")
    night = begun(guider=guider)
    guide(night, None, connected=False)
    change(night, R, 30040, 0)
    guide(night, START)
    night.rig = night.with_offsets(40, 40)
    night.feed(GuiderReport(at_s=night.now_s, ref=guider, connected=True, guiding=True))

    night.ask(L)
    night.wheel(L)
    before = list(moves(night))
    night.feed(
        GuiderReport(at_s=night.now_s, ref=guider, connected=True, guiding=False, paused=True)
    )

    assert before == []
    assert moves(night) == [START + R_STEPS]


def test_a_filter_that_it_cannot_reach_is_said_beforehand() -> None:
    night = begun(guide_min_steps=START - 20)

    said = [s for s in cautions(night.rig) if "guide focuser" in s]

    assert said == [
        "guide focuser guide focuser does not follow R: it would have to go to 9950 steps, outside "
        "its limits 9980 to 20000 steps"
    ]


def test_a_refused_change_moves_neither() -> None:
    night = begun()
    night.camera(busy=True)

    step = night.ask(R)

    assert step.refusal is Refusal.GATE
    assert night.moves == []
