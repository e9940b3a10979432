"""What INDI's messages mean: which value is a filter change, which is only learnt."""

import pytest
from rigd.drivers.indi.properties import IndiDevice, IndiProperty

from rigd.devices.events import CameraReport, DeviceSeen, FocuserReport, WheelReport
from rigd.devices.identity import DeviceKind


def make(name: str, state: str = "Ok", **elements: object) -> IndiProperty:
    ranges = {}
    if name == "FILTER_SLOT":
        ranges = {"FILTER_SLOT_VALUE": (1.0, 7.0)}
    if name == "ABS_FOCUS_POSITION":
        ranges = {"FOCUS_ABSOLUTE_POSITION": (0.0, 60000.0)}
    return IndiProperty(name=name, state=state, elements=elements, ranges=ranges)  # type: ignore[arg-type]


def slot(value: float, state: str = "Ok") -> IndiProperty:
    return make("FILTER_SLOT", state, FILTER_SLOT_VALUE=value)


def position(value: float, state: str = "Ok") -> IndiProperty:
    return make("ABS_FOCUS_POSITION", state, FOCUS_ABSOLUTE_POSITION=value)


def device(interface: int) -> IndiDevice:
    known = IndiDevice("local", "thing")
    known.take_definition(make("CONNECTION", CONNECT=True, DISCONNECT=False), 0)
    known.take_definition(
        make("DRIVER_INFO", DRIVER_EXEC="indi_x", DRIVER_INTERFACE=str(interface)), 0
    )
    return known


def wheel(events: list[object]) -> WheelReport:
    return next(e for e in reversed(events) if isinstance(e, WheelReport))


def focuser(events: list[object]) -> FocuserReport:
    return next(e for e in reversed(events) if isinstance(e, FocuserReport))


def test_slots_count_from_one_on_the_wire_and_from_zero_here() -> None:
    report = wheel(device(16).take_definition(slot(3), 1))

    assert report.filter_position == 2
    assert report.slots == 7


def test_a_defined_value_is_a_baseline() -> None:
    assert wheel(device(16).take_definition(slot(1), 1)).baseline


def test_a_wheel_that_defines_a_default_and_then_its_true_slot_has_not_changed_filters() -> None:
    efw = device(16)
    efw.take_definition(slot(1, "Idle"), 1)

    assert wheel(efw.take_update(slot(4), 2)).baseline


def test_busy_then_ok_is_a_change() -> None:
    efw = device(16)
    efw.take_definition(slot(1), 1)

    turning = wheel(efw.take_update(slot(1, "Busy"), 2))
    arrived = wheel(efw.take_update(slot(4), 3))

    assert turning.moving
    assert turning.filter_position is None
    assert not arrived.baseline
    assert arrived.filter_position == 3


def test_a_wheel_that_never_goes_busy_is_believed_by_its_drivers_message() -> None:
    camera = device(22)
    camera.take_definition(slot(1), 1)
    camera.take_message("[INFO] Setting current filter to slot 3 ")

    assert not wheel(camera.take_update(slot(3), 2)).baseline


def test_a_second_ok_with_another_slot_is_a_change() -> None:
    camera = device(22)
    camera.take_definition(slot(1), 1)
    camera.take_update(slot(1), 2)

    assert not wheel(camera.take_update(slot(5), 3)).baseline


@pytest.mark.parametrize("value", [0.0, -1.0, float("nan"), 8.0])
def test_a_slot_that_cannot_be_is_unknown(value: float) -> None:
    assert wheel(device(16).take_definition(slot(value), 1)).filter_position is None


def test_an_alert_is_a_fault_with_the_drivers_own_words() -> None:
    efw = device(16)
    efw.take_definition(slot(1), 1)
    efw.take_message("[ERROR] Filter wheel jammed")

    report = wheel(efw.take_update(slot(1, "Alert"), 2))

    assert report.filter_position is None
    assert report.fault == "[ERROR] Filter wheel jammed"


def test_disconnecting_while_moving_leaves_no_stray_position() -> None:
    efw = device(16)
    efw.take_definition(slot(1), 1)
    efw.take_update(slot(1, "Busy"), 2)

    gone = wheel(efw.take_deletion("FILTER_SLOT", 3))
    stray = efw.take_update(slot(4), 4)

    assert not gone.connected
    assert stray == []


def test_a_redefinition_is_a_baseline_again() -> None:
    efw = device(16)
    efw.take_definition(slot(1), 1)
    efw.take_update(slot(1, "Busy"), 2)
    efw.take_update(slot(4), 3)

    assert wheel(efw.take_definition(slot(2), 4)).baseline


def test_a_told_focuser_moves_until_it_answers() -> None:
    eaf = device(8)
    eaf.take_definition(position(1000), 1)

    told = focuser(eaf.mark_focuser_commanded(2))
    arrived = focuser(eaf.take_update(position(1200), 3))

    assert told.moving
    assert not arrived.moving
    assert arrived.position_steps == 1200


def test_an_old_alert_does_not_outlive_a_new_command() -> None:
    eaf = device(8)
    eaf.take_definition(position(1000), 1)
    stale = focuser(eaf.take_update(position(1000, "Alert"), 2))

    told = focuser(eaf.mark_focuser_commanded(3))

    assert stale.fault is not None
    assert told.fault is None


def test_a_focuser_may_live_on_any_device() -> None:
    mount = device(5)

    seen = next(e for e in mount.take_definition(position(10), 1) if isinstance(e, DeviceSeen))

    assert seen.identity.kinds == {DeviceKind.MOUNT, DeviceKind.FOCUSER}


def test_a_camera_without_an_exposure_property_is_not_said_to_be_idle() -> None:
    camera = IndiDevice("local", "camera")
    camera.take_definition(make("CONNECTION", CONNECT=True), 0)

    events = camera.take_definition(make("DRIVER_INFO", DRIVER_INTERFACE="2"), 0)

    report = next(e for e in events if isinstance(e, CameraReport))
    assert report.busy is None


def test_a_device_not_connected_says_so_as_soon_as_its_kind_is_known() -> None:
    efw = IndiDevice("local", "wheel")
    efw.take_definition(make("CONNECTION", CONNECT=False), 0)

    report = wheel(efw.take_definition(make("DRIVER_INFO", DRIVER_INTERFACE="16"), 0))

    assert not report.connected


def test_a_temperature_counts_from_when_the_focuser_says_it() -> None:
    eaf = device(8)
    eaf.take_definition(position(100), 1)
    before_reading = focuser(
        eaf.take_definition(make("FOCUS_TEMPERATURE", "Idle", TEMPERATURE=0.0), 2)
    )

    said = focuser(eaf.take_update(make("FOCUS_TEMPERATURE", "Ok", TEMPERATURE=8.5), 3))
    alert = eaf.take_update(make("FOCUS_TEMPERATURE", "Alert", TEMPERATURE=-127.0), 4)
    later = focuser(eaf.take_update(position(101), 5))

    assert before_reading.temperature_at_s is None
    assert (said.temperature_c, said.temperature_at_s) == (8.5, 3)
    assert focuser(alert).temperature_at_s is None
    assert later.temperature_at_s is None


def test_the_same_temperature_said_again_is_news() -> None:
    eaf = device(8)
    eaf.take_definition(position(100), 1)
    eaf.take_definition(make("FOCUS_TEMPERATURE", "Ok", TEMPERATURE=8.5), 2)

    assert (
        focuser(
            eaf.take_update(make("FOCUS_TEMPERATURE", "Ok", TEMPERATURE=8.5), 9)
        ).temperature_at_s
        == 9
    )


@pytest.mark.parametrize(
    ("steps", "on", "compensates"),
    [(50.0, True, True), (0.0, True, False), (50.0, False, False)],
)
def test_a_driver_takes_up_backlash_if_switched_on_by_more_than_nothing(
    steps: float, on: bool, compensates: bool
) -> None:
    eaf = device(8)
    eaf.take_definition(make("FOCUS_BACKLASH_TOGGLE", INDI_ENABLED=on, INDI_DISABLED=not on), 1)
    eaf.take_definition(make("FOCUS_BACKLASH_STEPS", FOCUS_BACKLASH_VALUE=steps), 1)

    assert focuser(eaf.take_definition(position(100), 2)).driver_backlash is compensates


@pytest.mark.parametrize("on", [True, False])
def test_a_drivers_reverse_setting_is_said(on: bool) -> None:
    eaf = device(8)
    before = focuser(eaf.take_definition(position(100), 1)).reversed

    eaf.take_definition(make("FOCUS_REVERSE_MOTION", INDI_ENABLED=on, INDI_DISABLED=not on), 2)

    assert before is None
    assert focuser(eaf.take_definition(position(101), 3)).reversed is on


def test_how_often_a_driver_looks_at_its_device_is_said_with_every_report() -> None:
    eaf = device(8)
    before = focuser(eaf.take_definition(position(100), 1)).poll_s
    after = focuser(eaf.take_definition(make("POLLING_PERIOD", PERIOD_MS=500.0), 2)).poll_s

    assert before is None
    assert after == 0.5
