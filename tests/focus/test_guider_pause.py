"""Guiding through an off-axis guider: paused for rigd's moves and no longer, or a closed gate."""

import pytest

from rigd.devices.events import GuiderReport
from rigd.focus.cautions import cautions
from rigd.focus.state.effects import MoveFocuser, PauseGuider, Refusal, RememberPause
from rigd.focus.state.requests import GuiderCommandFailed, HaltRequested, Remembered, Tick
from rigd.focus.state.settings import Mode
from rigd.focus.state.temperature import TemperatureSettings
from tests.focus.night import DeviceRef, Night

GUIDER = DeviceRef("phd2", "PHD2")


def begun(mode: Mode = Mode.APPLY, **settings: object) -> Night:
    night = Night(mode, guider=GUIDER, **settings).begin(30000)
    guider(night, guiding=True)
    night.effects.clear()
    return night


def guider(
    night: Night, *, guiding: bool = False, paused: bool = False, calibrating: bool = False
) -> None:
    night.feed(
        GuiderReport(
            at_s=night.now_s,
            ref=GUIDER,
            connected=True,
            guiding=guiding or calibrating,
            paused=paused,
            calibrating=calibrating,
        )
    )


def tick(night: Night, seconds: float) -> None:
    night.later(seconds).feed(Tick(at_s=night.now_s))


def asked(night: Night) -> list[bool]:
    """What the guider was asked for: True to pause."""
    return [e.paused for e in night.effects if isinstance(e, PauseGuider)]


def test_without_leave_to_pause_a_change_is_refused_while_guiding() -> None:
    night = begun(guider_pause=False)

    step = night.ask(1)

    assert step.refusal is Refusal.GATE
    assert step.sentence.startswith("PHD2 is guiding through an off-axis guider")
    assert night.moves == []
    assert asked(night) == []


def test_without_leave_to_pause_a_change_at_the_real_wheel_waits_until_guiding_ends() -> None:
    night = begun(guider_pause=False)

    night.wheel(1)
    waited = night.result
    guider(night)

    assert waited == "waiting"
    assert "PHD2 is guiding through an off-axis guider" in night.said
    assert night.moves == [30040]


def test_a_calibration_is_never_paused() -> None:
    night = begun()
    guider(night, calibrating=True)

    step = night.ask(1)

    assert "PHD2 is calibrating" in step.sentence
    assert asked(night) == []


def test_the_focuser_moves_once_the_guider_has_paused_and_it_goes_on_afterwards() -> None:
    night = begun()

    night.ask(1)
    before = list(night.moves)
    guider(night, paused=True)
    night.wheel(1)
    during = asked(night)
    night.arrive(30040)
    after = asked(night)
    guider(night.later(1), guiding=True)

    assert before == []
    assert night.turns == [1]
    assert night.moves == [30040]
    assert (during, after) == ([True], [True, False])
    assert night.result == "done"
    assert night.rig.guider_pause is None


def test_the_pause_is_stored_before_it_is_asked_for_and_until_guiding_goes_on() -> None:
    night = begun()

    night.ask(1)
    first = [type(e) for e in night.effects[:2]]
    guider(night, paused=True)
    night.wheel(1)
    night.arrive(30040)
    stored = [e.paused for e in night.effects if isinstance(e, RememberPause)]
    guider(night.later(1), guiding=True)

    assert first == [RememberPause, PauseGuider]
    assert stored == [True]
    assert [e.paused for e in night.effects if isinstance(e, RememberPause)] == [True, False]


def test_a_guider_that_somebody_else_paused_stays_paused() -> None:
    night = begun()
    guider(night, paused=True)

    night.ask(1)
    night.wheel(1)
    night.arrive(30040)

    assert night.moves == [30040]
    assert asked(night) == []


def test_a_guider_that_does_not_pause_fails_the_change_and_is_let_go_on() -> None:
    night = begun()

    night.ask(1)
    night.wheel(1)
    tick(night, 6)

    assert night.moves == []
    assert night.result == "failed"
    assert "the guider did not pause within 5 s" in night.said
    assert asked(night) == [True, False]


def test_its_time_to_pause_counts_from_when_it_was_told() -> None:
    night = begun()
    night.tells = False
    night.ask(1)

    tick(night, 4.5)  # so long is the disk locked
    night.tell()
    tick(night, 1)
    waits = night.rig.change is not None and night.rig.change.focuser_waits
    tick(night, 4.5)

    assert waits
    assert "the guider did not pause within 5 s" in night.said


def test_a_guider_that_cannot_be_asked_fails_the_change() -> None:
    night = begun()

    night.ask(1)
    night.feed(GuiderCommandFailed(at_s=night.now_s, reason="cannot pause now", paused=True))
    night.wheel(1)

    assert night.moves == []
    assert night.result == "failed"
    assert "cannot pause now" in night.said


@pytest.mark.parametrize("how", ["halted", "stalled", "lost"])
def test_guiding_goes_on_after_a_move_that_failed(how: str) -> None:
    night = begun()
    night.ask(1)
    guider(night, paused=True)
    night.wheel(1)

    if how == "lost":
        night.focuser_gone()
    else:
        if how == "halted":
            night.feed(HaltRequested(at_s=night.now_s, client="hand"))
        night.focuser(30010, moving=True)
        night.later(5).stand(30010)

    assert asked(night) == [True, False]


def test_a_guider_that_does_not_go_on_is_asked_again() -> None:
    night = begun()
    night.ask(1)
    guider(night, paused=True)
    night.wheel(1)
    night.arrive(30040)

    tick(night, 6)
    tick(night, 6)

    assert asked(night) == [True, False, False, False]


def test_after_a_crash_the_guider_that_rigd_had_paused_goes_on() -> None:
    night = Night(guider=GUIDER)
    night.feed(Remembered(at_s=0.0, ledger=None, move=None, moves_begun=0, guider_paused=True))
    night.begin(30000)

    guider(night, paused=True)
    guider(night.later(1), guiding=True)

    assert asked(night) == [False]
    assert night.moves == []
    assert any(isinstance(e, RememberPause) and not e.paused for e in night.effects)


def test_nothing_is_paused_where_nothing_moves() -> None:
    for slot in (3, 4):
        night = begun()
        night.ask(slot)
        assert asked(night) == []
    quiet = begun(Mode.OBSERVE)
    quiet.ask(1)
    assert asked(quiet) == []


def test_a_move_that_follows_the_temperature_pauses_too() -> None:
    night = Night(
        guider=GUIDER,
        temperature=TemperatureSettings(
            steps_per_c=10.0, dead_band_steps=2, max_age_s=600.0, lasts_s=0.0
        ),
    )
    night.celsius = 10.0
    night.begin(30000)
    night.later(1).focuser(30000)
    night.camera(busy=True)
    night.camera(busy=False)
    guider(night, guiding=True)

    night.celsius = 11.0
    night.later(1).focuser(30000)
    before = list(night.moves)
    guider(night, paused=True)
    night.arrive(30010)

    assert before == []
    assert night.moves == [30010]
    assert asked(night) == [True, False]


def test_if_a_gate_closes_while_it_pauses_the_guider_goes_on_without_a_move() -> None:
    night = begun()
    night.ask(1)
    night.camera(busy=True)

    guider(night, paused=True)
    night.wheel(1)

    assert not any(isinstance(e, MoveFocuser) for e in night.effects)
    assert night.result == "failed"
    assert asked(night) == [True, False]


def test_a_guider_that_is_not_there_is_said() -> None:
    night = Night(guider=GUIDER).begin(30000)

    assert "PHD2 is not connected: rigd cannot know whether it guides" in cautions(night.rig)


def test_a_change_at_the_real_wheel_waits_if_an_exposure_begins_while_the_guider_pauses() -> None:
    night = begun()
    night.wheel(1)

    night.camera(busy=True)
    guider(night, paused=True)
    waited = night.result
    guider(night, guiding=True)
    night.later(10).tick()
    night.camera()
    guider(night, paused=True)

    assert waited == "waiting"
    assert night.rig.fault is None
    assert night.moves == [30040]


@pytest.mark.parametrize("way", ["passes a Busy", "is lost"])
def test_a_wheel_that_leaves_its_filter_while_the_guider_pauses_moves_nothing_for_it(
    way: str,
) -> None:
    night = begun()
    night.wheel(1)

    if way == "is lost":
        night.wheel_gone()
    else:
        night.wheel(None)
    guider(night, paused=True)
    night.later(1).tick()
    moved = list(night.moves)
    night.wheel(0)
    guider(night, guiding=True)
    night.later(1).tick()

    assert moved == []
    assert night.moves == []
    assert night.rig.change is None
