"""The temperature term: k (T - T_base), only when idle, only with a temperature to be believed."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from rigd.devices.events import CameraReport, FocuserCommanded, MountReport
from rigd.focus.cautions import cautions
from rigd.focus.state.backlash import Backlash, FinalDirection
from rigd.focus.state.ledger import TemperatureBase, Terms
from rigd.focus.state.requests import (
    AdoptRequested,
    HoldRequested,
    Remembered,
    SlotsComputed,
    Tick,
    TrimRequested,
)
from rigd.focus.state.settings import Mode
from rigd.focus.state.temperature import TemperatureSettings
from rigd.focus.state.thermometer import Thermometer
from tests.focus.night import CAMERA, FOCUSER, SLOTS, DeviceRef, Night
from tests.focus.test_autofocus import focus

K = 10.0
ON = TemperatureSettings(
    steps_per_c=K, by_filter=(("r", -20.0),), dead_band_steps=4, max_age_s=600.0
)
MOUNT = DeviceRef("sim", "mount")


def begun(temperature: TemperatureSettings | None = ON, **settings: object) -> Night:
    """A night at 10 °C whose thermometer is believed, in use, at rest and quiet."""
    night = Night(temperature=temperature, **settings)  # type: ignore[arg-type]
    night.celsius = 10.0
    night.begin(30000)
    expose(night)
    warm(night, 10.0, 122)
    return night


def expose(night: Night) -> None:
    night.camera(busy=True)
    night.camera(busy=False)


def warm(night: Night, celsius: float, seconds: float = 30) -> None:
    """The thermometer says another temperature; time passes."""
    night.celsius = celsius
    night.later(seconds / 2).focuser(night.rig.ledger.read_steps or 0)
    tick(night, seconds / 2)


def tick(night: Night, seconds: float) -> None:
    night.later(seconds)
    night.feed(Tick(at_s=night.now_s))


def waits_for(night: Night) -> str:
    gate = night.rig.temperature_waits
    return gate.sentence if gate else ""


def test_a_rig_without_a_coefficient_does_not_follow_the_temperature() -> None:
    night = begun(temperature=None)

    warm(night, 11.5)

    assert night.moves == []


def test_the_focuser_follows_the_temperature_when_idle() -> None:
    night = begun()

    warm(night, 11.5)
    night.arrive(30015)

    assert night.moves == [30015]
    assert night.rig.ledger.embodied == Terms(temperature_steps=15)
    assert night.rig.ledger.base_steps == 30000
    assert "11.5 °C, was 10.0 °C when the focus was set" in night.said


def test_what_is_inside_the_dead_band_adds_up_until_it_is_worth_a_move() -> None:
    night = begun()

    for tenths in (1, 2, 3, 4):
        warm(night, 10 + tenths / 10)
    before = list(night.moves)
    warm(night, 10.5)

    assert before == []
    assert night.moves == [30005]


def test_fifty_warmings_and_coolings_leave_no_drift() -> None:
    night = begun()

    for _ in range(50):
        for celsius in (11.3, 12.7, 11.3, 10.0):
            warm(night, celsius)
            if night.rig.move:
                night.arrive(night.moves[-1])

    assert night.rig.ledger.raw_steps == 30000
    assert len(night.moves) == 200


def test_a_filter_change_takes_the_other_filters_coefficient() -> None:
    night = begun()
    warm(night, 11.5)
    night.arrive(30015)

    night.ask(1)
    night.wheel(1)
    night.arrive(night.moves[-1])

    assert night.rig.ledger.embodied == Terms(filter_steps=40, temperature_steps=-30)
    assert night.rig.ledger.base_steps == 30000


def test_where_a_client_leaves_the_focuser_the_temperature_counts_from_then_on() -> None:
    night = begun()
    warm(night, 11.5)
    night.arrive(30015)

    warm(night, 11.8, 2)
    night.move(29990)
    night.arrive(night.moves[-1])
    moved = list(night.moves)
    warm(night, 12.0, 60)
    quiet = list(night.moves)
    warm(night, 12.8, 60)

    assert quiet == moved
    assert night.moves[-1] == moved[-1] + 10


def test_a_hand_on_the_focuser_is_a_new_base_too() -> None:
    night = begun()
    warm(night, 11.5)
    night.arrive(30015)

    night.focuser(30100, moving=True)
    night.focuser(30200)
    warm(night, 11.5, 70)

    assert night.moves == [30015]
    assert night.rig.ledger.base_steps == 30185


CLOSED: list[tuple[Callable[[Night], object], str]] = [
    (lambda night: night.camera(busy=True), "the camera is exposing"),
    (
        lambda night: night.feed(CameraReport(at_s=night.now_s, ref=CAMERA, connected=False)),
        "the camera cannot be seen",
    ),
    (
        lambda night: night.feed(
            MountReport(at_s=night.now_s, ref=MOUNT, connected=True, slewing=True)
        ),
        "the mount is slewing",
    ),
    (
        lambda night: night.feed(HoldRequested(at_s=night.now_s, client="hand", hold=True)),
        "hands off: held by hand",
    ),
    (lambda night: setattr(night, "compensates", True), "own temperature compensation is on"),
    (lambda night: setattr(night, "max_steps", 30010), "outside the limits 0 to 30010 steps"),
]


@pytest.mark.parametrize(("close", "sentence"), CLOSED)
def test_a_closed_gate_keeps_the_focuser_where_it_is(
    close: Callable[[Night], object], sentence: str
) -> None:
    night = begun(mount=MOUNT)

    close(night)
    warm(night, 11.5)

    assert night.moves == []
    assert sentence in waits_for(night)


def test_it_follows_once_the_exposure_has_ended() -> None:
    night = begun()
    night.camera(busy=True)
    warm(night, 11.5)

    night.camera(busy=False)

    assert night.moves == [30015]


def test_a_gate_that_does_not_open_by_itself_is_said_once() -> None:
    night = begun()
    night.compensates = True

    warm(night, 11.5)
    warm(night, 11.6)

    assert night.said.count("refused: the focuser's own temperature compensation is on") == 1


def test_an_unseen_camera_may_be_allowed() -> None:
    night = begun(camera_gate_if_visible=True)
    night.feed(CameraReport(at_s=night.now_s, ref=CAMERA, connected=False))

    warm(night, 11.5)

    assert night.moves == [30015]


def test_the_first_moves_of_a_client_are_left_alone() -> None:
    night = begun()
    warm(night, 10.3)
    focus(night, (30060,), "N.I.N.A.")
    moved = list(night.moves)

    warm(night, 12.0, 6)

    assert night.moves == moved
    assert "N.I.N.A. moved the focuser" in waits_for(night)


def test_an_autofocus_is_left_alone() -> None:
    night = begun()
    focus(night, (30060, 30030, 30000), "N.I.N.A.")
    moved = list(night.moves)

    warm(night, 12.0, 60)

    assert night.moves == moved
    assert "N.I.N.A. is focusing" in waits_for(night)


@pytest.mark.parametrize("mode", [Mode.PUBLISH, Mode.OBSERVE])
def test_other_modes_never_move(mode: Mode) -> None:
    night = begun(mode=mode)

    warm(night, 11.5)

    assert night.moves == []


def test_with_another_filter_than_the_embodied_one_nothing_follows() -> None:
    night = begun()
    night.wheel(3)
    night.later(40)

    warm(night, 11.5)

    assert night.moves == []


def test_a_glitch_of_the_thermometer_moves_nothing() -> None:
    night = begun()

    warm(night, 25.0, 20)
    warm(night, -127.0, 20)
    warm(night, 10.0, 60)

    assert night.moves == []


def test_another_temperature_that_lasts_is_believed() -> None:
    night = begun()

    warm(night, 16.0, 30)
    early = list(night.moves)
    warm(night, 16.0, 90)

    assert early == []
    assert night.moves == [30060]


def test_a_stale_temperature_holds_its_term_and_the_change_says_so() -> None:
    night = begun()
    warm(night, 11.5)
    night.arrive(30015)

    night.celsius = None
    tick(night, 601)
    night.ask(1)
    night.wheel(1)
    night.arrive(night.moves[-1])

    assert night.rig.ledger.embodied == Terms(filter_steps=40, temperature_steps=15)
    assert "no temperature was said within 600 s" in night.said


def test_a_filter_asked_during_the_move_waits_for_its_end() -> None:
    night = begun()
    warm(night, 11.5)

    step = night.ask(2)
    night.wheel(2)
    shown = night.rig.shown_filter_position
    night.arrive(30015)
    night.arrive(night.moves[-1])

    assert step.refusal is None
    assert shown is None
    assert night.moves == [30015, 30000 - 25 + 15]
    assert night.result == "done"


def test_a_client_that_moves_meanwhile_gets_its_move_afterwards() -> None:
    night = begun()
    warm(night, 11.5)

    night.move(30100)
    night.arrive(30015)
    night.arrive(night.moves[-1])

    assert night.moves == [30015, 30115]
    assert night.rig.ledger.logical_steps == 30100


def test_a_move_that_stops_short_is_not_tried_again_by_itself() -> None:
    night = begun()
    warm(night, 11.5)
    night.focuser(30008, moving=True)
    night.later(5).stand(30008)

    warm(night, 12.0, 60)

    assert night.moves == [30015]
    assert night.rig.ledger.embodied == Terms(temperature_steps=8)
    assert night.rig.ledger.embodied_filter == "l"
    assert "the last move failed" in waits_for(night)


def test_a_trim_does_not_end_the_fault_of_the_temperature() -> None:
    night = begun()
    warm(night, 11.5)
    night.focuser(30008, moving=True)
    night.later(5).stand(30008)
    failed = night.rig.fault

    night.feed(TrimRequested(at_s=night.now_s, trim_steps=6, client="human"))
    night.arrive(30014)

    assert failed is not None
    assert night.rig.fault == failed


def test_a_move_that_never_ends_is_stopped() -> None:
    night = begun()
    warm(night, 11.5)
    night.focuser(30003, moving=True)

    tick(night, 29)
    night.stand(30004)

    assert any(type(e).__name__ == "HaltFocuser" for e in night.effects)
    assert night.rig.fault is not None


def restarted(night: Night) -> Night:
    """rigd dies and starts again over what was stored."""
    later = Night(temperature=night.rig.settings.temperature)
    later.now_s = 50_000.0
    later.feed(
        Remembered(
            at_s=later.now_s,
            ledger=night.rig.ledger,
            move=None,
            moves_begun=night.rig.main_focuser.moves_begun,
        )
    )
    later.celsius = 12.0
    later.begin(night.rig.ledger.raw_steps or 0)
    warm(later, 12.0, 122)
    return later


def test_after_a_start_nothing_follows_until_somebody_uses_the_rig() -> None:
    night = begun()
    warm(night, 11.0)
    night.arrive(30010)

    later = restarted(night)
    before = list(later.moves)
    waited = waits_for(later)
    expose(later)

    assert before == []
    assert "nobody has used the rig" in waited
    assert later.moves == [30020]


def test_a_wheel_that_is_lost_and_found_is_no_use_of_the_rig() -> None:
    night = begun()
    warm(night, 11.0)
    night.arrive(30010)
    later = restarted(night)

    for lose in (later.wheel_gone, lambda: later.wheel(None, fault="no slot was found")):
        lose()
        later.later(1).wheel(0)
        later.tick()

    assert later.moves == []
    assert "nobody has used the rig" in waits_for(later)


def test_an_edited_coefficient_moves_nothing() -> None:
    night = begun()
    warm(night, 11.5)
    night.arrive(30015)
    other = replace(ON, steps_per_c=30.0)
    night.rig = replace(night.rig, settings=replace(night.rig.settings, temperature=other))

    warm(night, 11.5, 60)
    before = list(night.moves)
    warm(night, 12.5, 60)

    assert before == [30015]
    assert night.moves == [30015, 30045]


def test_switched_off_and_on_again_it_begins_anew() -> None:
    night = begun()
    night.rig = replace(night.rig, settings=replace(night.rig.settings, temperature=None))
    tick(night, 1)

    assert night.rig.ledger.temperature_base is None


def test_adopting_begins_anew() -> None:
    night = begun()
    warm(night, 11.5)
    night.arrive(30015)

    night.feed(AdoptRequested(at_s=night.now_s, client="human"))

    assert night.rig.ledger.embodied == Terms()
    assert night.rig.ledger.temperature_base == TemperatureBase(
        celsius=11.5, steps=0, meaning=ON.meaning
    )


def test_new_offsets_leave_the_temperature_alone() -> None:
    night = begun()
    warm(night, 11.5)
    night.arrive(30015)

    night.feed(SlotsComputed(at_s=night.now_s, slots=SLOTS[:2]))
    warm(night, 11.5)

    assert night.moves == [30015]


def test_a_focuser_without_thermometer_is_said() -> None:
    night = Night(temperature=ON).begin()

    assert any("says no temperature" in line for line in cautions(night.rig))


def test_a_temperature_that_is_not_followed_is_a_caution_with_what_ends_it() -> None:
    night = begun()
    followed = [line for line in cautions(night.rig) if "not followed" in line]

    report = night.rig.focuser
    assert report is not None
    warm(night, 4.0)
    jumped = [line for line in cautions(night.rig) if "not followed" in line]
    night.later(700)
    night.feed(replace(report, at_s=night.now_s, temperature_c=4.0))
    old = [line for line in cautions(night.rig) if "not followed" in line]
    warm(night, 4.0)
    said = [line for line in cautions(night.rig) if "not followed" in line]

    assert followed == []
    assert jumped == [
        "the temperature is not followed: 4 °C is more than 2 °C from 10 °C, and is believed once "
        "the focuser says it again after 60 s"
    ]
    assert old == [
        "the temperature is not followed: the focuser has said none within 600 s (4 °C, which it "
        "shows, may be old); it is followed again once the focuser says one: a driver that says it "
        "only when it changes may let it wait"
    ]
    assert said == [
        "the temperature is not followed: 4 °C was not said before, and is believed once the "
        "focuser says it again after 60 s"
    ]


def test_a_temperature_is_believed_when_it_is_said_again_later() -> None:
    once = Thermometer().take_reading(10.0, 100.0, ON)

    assert once.let_time_pass(300.0, ON).celsius is None
    assert once.take_reading(10.0, 159.0, ON).celsius is None
    assert once.take_reading(10.0, 160.0, ON).celsius == 10.0
    assert once.take_reading(10.0, 160.0, ON).let_time_pass(761.0, ON).celsius is None


def test_a_glitch_before_the_sensor_falls_silent_is_never_believed() -> None:
    night = begun()

    warm(night, 40.0, 10)
    night.celsius = None
    tick(night, 300)

    assert night.moves == []


def test_it_follows_on_a_filter_whose_offset_is_inside_the_dead_band() -> None:
    night = begun(dead_band_steps=50)
    night.ask(1)
    night.wheel(1)
    assert night.result == "declined"

    warm(night, 11.5)
    night.arrive(29970)

    assert night.moves == [29970]
    assert night.rig.ledger.embodied == Terms(temperature_steps=-30)


def test_an_autofocus_that_restores_its_start_is_no_new_base() -> None:
    night = begun()
    for position, celsius in ((30100, 10.5), (30050, 11.0), (29950, 11.5), (30000, 11.5)):
        night.celsius = celsius
        focus(night, (position,))
    moved = len(night.moves)

    night.later(121).tick()
    night.tick()

    assert night.moves[moved:] == [30015]


def test_an_autofocus_that_found_something_is_a_new_base() -> None:
    night = begun()
    for position, celsius in ((30100, 10.5), (30050, 11.0), (29950, 11.5), (30010, 11.5)):
        night.celsius = celsius
        focus(night, (position,))
    moved = len(night.moves)

    night.later(121).tick()
    night.tick()

    assert night.moves[moved:] == []


def test_a_frame_begun_where_the_focuser_turns_is_named() -> None:
    night = begun(backlash=Backlash(steps=100, final_direction=FinalDirection.DOWN))
    warm(night, 11.5)
    assert night.moves == [30115]
    night.focuser(30115, moving=True)

    night.camera(busy=True)

    assert "began while the focuser was 100 steps from its focus" in night.said


def test_it_takes_the_place_of_no_move_that_another_client_was_heard_to_order() -> None:
    night = begun()
    night.feed(
        FocuserCommanded(at_s=night.now_s, ref=FOCUSER, target_steps=29806, stood_steps=30000)
    )
    warm(night, 11.5, 10)
    at_once = list(night.moves)

    night.stand_after_motion(29806)
    night.later(31)
    warm(night, 12.5)

    assert at_once == []
    assert night.moves == [29806 + 10]


def test_it_does_not_turn_back_during_a_frame() -> None:
    night = begun(backlash=Backlash(steps=100, final_direction=FinalDirection.DOWN))
    warm(night, 11.5)
    night.focuser(30115, moving=True)

    night.camera(busy=True)
    night.focuser(30115)
    night.focuser(30115)
    during = list(night.moves)
    night.later(60).camera()
    night.arrive(30015)

    assert during == [30115]
    assert night.moves == [30115, 30015]
    assert night.rig.ledger.embodied == Terms(temperature_steps=15)


def test_a_change_right_after_a_focus_was_set_has_no_temperature_to_follow() -> None:
    night = begun()
    ledger = replace(night.rig.ledger, temperature_base=None)
    night.rig = replace(night.rig, main_focuser=replace(night.rig.main_focuser, ledger=ledger))

    night.wheel(1)
    night.arrive(30040)

    assert night.moves == [30040]
    assert "the temperature's part" not in night.said
    assert night.rig.ledger.temperature_base is not None


def test_a_change_without_a_temperature_says_why_its_part_stays() -> None:
    night = begun()
    night.celsius = None
    night.rig = replace(night.rig, thermometer=Thermometer())

    night.wheel(1)

    assert "the temperature's part stays as it is: no temperature was said" in night.said
