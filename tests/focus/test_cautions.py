"""What is said of a set-up before it spoils a night."""

from dataclasses import replace

from rigd.devices.events import WheelReport
from rigd.focus.cautions import cautions
from rigd.focus.state.settings import Mode
from tests.focus.night import WHEEL, Night


def test_a_filter_out_of_reach_is_named_with_its_numbers() -> None:
    night = Night()
    night.max_steps = 30020
    night.begin(30000)

    said = cautions(night.rig)

    assert any("filter R needs" in s and "30040" in s and "30020" in s for s in said)


def test_filters_without_an_offset_are_named() -> None:
    assert "no focus offset is known for X" in cautions(Night().begin().rig)


def test_a_profile_that_does_not_fit_the_wheel_is_said() -> None:
    night = Night().begin()
    night.feed(WheelReport(at_s=night.now_s, ref=WHEEL, connected=True, filter_position=0, slots=7))

    assert "the filter wheel has 7 slots, the profile names 5" in cautions(night.rig)


def test_an_unseen_camera_is_said_where_it_matters() -> None:
    blind = Night()
    blind.wheel(0, baseline=True)
    blind.focuser(30000)
    watching = Night(Mode.PUBLISH)

    assert any("camera cannot be seen" in s for s in cautions(blind.rig))
    assert not any("camera" in s for s in cautions(watching.rig))


def test_firmware_temperature_compensation_is_said() -> None:
    night = Night().begin()
    assert night.rig.focuser is not None
    compensating = replace(night.rig.focuser, temperature_compensation=True)

    said = cautions(
        replace(night.rig, main_focuser=replace(night.rig.main_focuser, report=compensating))
    )

    assert any("temperature compensation is on" in s for s in said)


def test_a_client_known_to_apply_offsets_of_its_own_is_named() -> None:
    night = Night().begin()
    night.rig = replace(night.rig, known_appliers=("N.I.N.A. at 10.0.0.5",))

    assert any("N.I.N.A. at 10.0.0.5 was seen to apply" in s for s in cautions(night.rig))


def test_it_is_not_named_any_more_once_filters_were_changed_and_nobody_moved() -> None:
    night = Night().begin()
    night.rig = replace(night.rig, known_appliers=("N.I.N.A. at 10.0.0.5",))

    for slot in (1, 0, 1, 0):
        night.ask(slot)
        night.wheel(None)
        night.wheel(slot)
        night.arrive(night.moves[-1])
        night.later(60).tick()

    assert not any("was seen to apply" in s for s in cautions(night.rig))
