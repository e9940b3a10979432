"""A guide camera's focuser follows the filter, and nothing that it does fails the picture."""

from dataclasses import replace

import pytest

from rigd.devices.events import FocuserReport, GuiderReport
from rigd.focus.cautions import cautions
from rigd.focus.state.backlash import Backlash, FinalDirection
from rigd.focus.state.effects import HaltFocuser, JournalIntent, MoveFocuser, Refusal, Remember
from rigd.focus.state.focuser import FocuserRole, FocuserState
from rigd.focus.state.ledger import Ledger, Terms
from rigd.focus.state.requests import (
    AdoptRequested,
    FocuserCommandFailed,
    HaltRequested,
    HoldRequested,
    ProfileChanged,
    Remembered,
    SlotsComputed,
    Tick,
    TrimRequested,
)
from rigd.focus.state.settings import Mode
from rigd.focus.state.temperature import TemperatureSettings
from tests.focus.night import GUIDE_FOCUSER, POLLED_S, DeviceRef, Night

START = 10000
RATIO = -1.25
L, R, HA = 0, 1, 2
R_STEPS, HA_STEPS = -50, 31
"""-1.25 * 40, and -1.25 * -25 = 31.25 rounded."""


def begun(mode: Mode = Mode.APPLY, ratio: float | None = RATIO, **settings: object) -> Night:
    night = Night(mode, guide_focuser=GUIDE_FOCUSER, guide_steps_per_step=ratio, **settings)
    guide(night, START)
    night.begin(30000)
    return night


def guide_stands(night: Night, position: int) -> None:
    """It is read at rest twice, with a poll between."""
    guide(night, position)
    night.later(POLLED_S)
    guide(night, position)


def guide(
    night: Night, position: int | None, *, moving: bool = False, connected: bool = True
) -> None:
    night.feed(
        FocuserReport(
            at_s=night.now_s,
            ref=GUIDE_FOCUSER,
            connected=connected,
            position_steps=position,
            moving=moving,
            min_steps=0,
            max_steps=20000,
        )
    )


def arrive(night: Night, position: int) -> None:
    guide(night, position, moving=True)
    guide_stands(night, position)


def moves(night: Night) -> list[int]:
    """Every position that the guide focuser was told."""
    return [
        e.position_steps
        for e in night.effects
        if isinstance(e, MoveFocuser) and e.ref == GUIDE_FOCUSER
    ]


def kept(night: Night) -> FocuserState:
    assert night.rig.guide_focuser is not None
    return night.rig.guide_focuser


def ledger(night: Night) -> Ledger:
    return kept(night).ledger


def change(night: Night, slot: int, main: int, own: int) -> None:
    """A filter change in which both focusers obey."""
    night.ask(slot)
    night.wheel(None)
    night.wheel(slot)
    if night.rig.move is not None:
        night.arrive(main)
    if kept(night).move is not None:
        arrive(night, own)


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


@pytest.mark.parametrize("trouble", ["absent", "unknown", "moved", "limits"])
def test_one_that_cannot_follow_is_a_warning_and_the_change_is_done(trouble: str) -> None:
    night = begun(guide_min_steps=START - 20)
    if trouble == "absent":
        guide(night, None, connected=False)
    elif trouble == "moved":
        guide(night, START + 7, moving=True)
    elif trouble == "unknown":
        night.rig = replace(
            night.rig,
            guide_focuser=replace(
                kept(night), ledger=replace(ledger(night), embodied=None, unknown_because="so")
            ),
        )

    step = night.ask(R)
    night.wheel(R)
    night.arrive(30040)

    assert step.refusal is None
    assert night.result == "done"
    assert moves(night) == []
    words = {
        "absent": "it is not connected",
        "moved": "something else is moving it",
        "unknown": "what is in its position is unknown: so",
        "limits": "it would have to go to 9950 steps, outside its limits 9980 to 20000 steps",
    }[trouble]
    assert f"guide focuser: does not follow the filter: {words}" in night.said
    assert night.rig.outcome is not None
    assert words in night.rig.outcome.sentence


def test_one_that_stalls_is_a_warning_with_what_was_read_back() -> None:
    night = begun()
    night.ask(R)
    night.wheel(R)
    night.arrive(30040)

    guide(night, START - 20, moving=True)
    guide_stands(night, START - 20)

    assert night.result == "done"
    assert ledger(night).embodied == Terms(filter_steps=-20)
    assert ledger(night).base_steps == START
    assert "stood at 9980 steps instead of 9950" in night.said


def test_one_that_cannot_be_told_has_not_moved() -> None:
    night = begun()
    night.ask(R)
    number = next(e.number for e in night.effects if getattr(e, "ref", None) == GUIDE_FOCUSER)

    night.feed(
        FocuserCommandFailed(at_s=night.now_s, ref=GUIDE_FOCUSER, number=number, reason="no answer")
    )
    night.wheel(R)
    night.arrive(30040)

    assert night.result == "done"
    assert ledger(night).embodied == Terms()
    assert "guide focuser: focuser not moved: no answer" in night.said


def test_one_that_is_late_is_stopped_and_the_change_is_done() -> None:
    night = begun()
    night.ask(R)
    night.wheel(R)
    night.arrive(30040)
    guide(night, START - 1, moving=True)

    night.later(29).feed(Tick(at_s=night.now_s))

    assert HaltFocuser(ref=GUIDE_FOCUSER) in night.effects
    assert night.result == "done"
    assert night.rig.outcome is not None
    assert "did not arrive within 28 s" in night.rig.outcome.sentence


def test_a_lost_connection_is_judged_by_where_it_is_found() -> None:
    for found, result in (
        (START + R_STEPS, "done"),
        (START, "not started"),
        (START - 9, "unknown"),
    ):
        night = begun()
        night.ask(R)
        guide(night, START - 5, moving=True)
        guide(night, None, connected=False)
        night.wheel(R)
        night.arrive(30040)
        done = night.result
        guide_stands(night, found)

        assert done == "done"
        known = {
            "done": Terms(filter_steps=R_STEPS),
            "not started": Terms(),
            "unknown": None,
        }[result]
        assert ledger(night).embodied == known
        assert len(moves(night)) == 1


@pytest.mark.parametrize("found", [START + R_STEPS, START, START - 9])
def test_a_crash_moves_nothing_and_is_judged_by_where_it_is_found(found: int) -> None:
    before = begun()
    before.ask(R)
    move = kept(before).move
    assert move is not None
    night = Night(guide_focuser=GUIDE_FOCUSER, guide_steps_per_step=RATIO)
    memory = Remembered(at_s=0.0, ledger=ledger(before), move=move, moves_begun=move.number)
    night.feed(replace(memory, ledger=before.rig.ledger, move=None, guide=memory))

    guide_stands(night, found)
    night.begin(30000)

    known = {START + R_STEPS: Terms(filter_steps=R_STEPS), START: Terms()}
    assert ledger(night).embodied == known.get(found)
    assert night.moves == []


@pytest.mark.parametrize(
    ("end", "embodied"),
    [
        pytest.param(START + R_STEPS, Terms(filter_steps=R_STEPS), id="at-its-target"),
        pytest.param(START + R_STEPS // 2, None, id="on-its-way"),
    ],
)
def test_one_that_begins_late_after_a_restart_is_rigds_own(
    end: int, embodied: Terms | None
) -> None:
    before = begun()
    before.ask(R)
    before.feed(HaltRequested(at_s=before.now_s, client="me"))
    guide_stands(before, START)
    assert kept(before).move is None
    stored = [e for e in before.effects if isinstance(e, Remember) and e.role is FocuserRole.GUIDE][
        -1
    ]
    night = Night(guide_focuser=GUIDE_FOCUSER, guide_steps_per_step=RATIO)
    memory = Remembered(at_s=0.0, ledger=stored.ledger, move=stored.move, moves_begun=1)
    night.feed(replace(memory, ledger=before.rig.ledger, move=None, guide=memory))
    guide_stands(night, START)
    night.begin(30000)

    night.later(3)
    arrive(night, end)

    assert ledger(night).embodied == embodied


@pytest.mark.parametrize("asked", [HaltRequested, HoldRequested])
def test_halt_and_hold_stop_it_too(asked: type) -> None:
    night = begun()
    night.ask(R)
    night.wheel(R)
    night.effects.clear()

    more = {"hold": True} if asked is HoldRequested else {}
    night.feed(asked(at_s=night.now_s, client="me", **more))

    assert HaltFocuser(ref=GUIDE_FOCUSER) in night.effects


def test_a_halt_leaves_alone_what_somebody_else_moves() -> None:
    night = begun()
    guide(night, START + 5, moving=True)

    night.feed(HaltRequested(at_s=night.now_s, client="me"))

    assert HaltFocuser(ref=GUIDE_FOCUSER) not in night.effects


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


def test_waiting_for_the_main_focuser_it_outlasts_a_fault_of_the_wheel() -> None:
    night = begun(sequential=True)
    night.ask(R)
    night.wheel(R)

    night.wheel(None, fault="no slot was found")
    night.wheel(R)
    night.arrive(30040)
    then = list(moves(night)), night.result
    arrive(night, START + R_STEPS)

    assert then == ([START + R_STEPS], "under_way")
    assert night.result == "done"


def test_a_wheel_that_stays_in_fault_fails_the_change_without_it() -> None:
    night = begun(sequential=True)
    night.ask(R)
    night.wheel(R)

    night.wheel(None, fault="no slot was found")
    night.arrive(30040)

    assert moves(night) == []
    assert night.result == "failed"


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

    guide(night, START + R_STEPS - 2, moving=True)
    guide_stands(night, START + R_STEPS)

    assert unknown is None
    assert ledger(night).embodied == Terms(filter_steps=R_STEPS)
    assert ledger(night).base_steps == START
    assert len(moves(night)) == 1


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
