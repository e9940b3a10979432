"""What INDI's messages mean: which value is a filter change, which is only learnt."""

import math
from dataclasses import replace

import pytest
from rigd.drivers.indi.device import IndiDevice
from rigd.drivers.indi.driver_message import plain_sentence
from rigd.drivers.indi.properties import IndiProperty, is_watched

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


def test_a_refused_connection_is_said_in_the_drivers_words() -> None:
    known = device(8)
    known.take_message("[ERROR] Failed to connect to port (/dev/ttyUSB0)", 2)
    off = make("CONNECTION", "Alert", CONNECT=False, DISCONNECT=True)

    refused = focuser(known.take_update(off, 2))
    left = focuser(known.take_update(make("CONNECTION", "Idle", CONNECT=False, DISCONNECT=True), 3))

    assert (refused.connected, refused.fault) == (False, "Failed to connect to port (/dev/ttyUSB0)")
    assert (left.connected, left.fault) == (False, None)


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
    camera.take_message("[INFO] Setting current filter to slot 3 ", 1)

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
    efw.take_message("2026-01-01T00:00:00: [ERROR] Filter wheel jammed", 2)

    report = wheel(efw.take_update(slot(1, "Alert"), 2))

    assert report.filter_position is None
    assert report.fault == "Filter wheel jammed"


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("2026-01-01T00:00:00: [ERROR] SelectFilter(): no fw_id", "no fw_id"),
        ("[WARNING] Slot 9 is out of range.", "Slot 9 is out of range."),
        ("Filter wheel jammed", "Filter wheel jammed"),
        ("2026-01-01T00:00:00.250Z: [ERROR] EFW::turn() : stalled", "stalled"),
        ("[ERROR] main()", "main()"),
    ],
)
def test_of_a_drivers_line_clients_read_the_sentence_alone(written: str, plain: str) -> None:
    assert plain_sentence(written) == plain


@pytest.mark.parametrize(
    ("written", "at_s"),
    [
        pytest.param("[ERROR] Port failed", 10.0, id="long ago"),
        pytest.param("[INFO] Debug is enabled.", 99.0, id="no complaint"),
    ],
)
def test_an_alert_without_words_gets_no_reason_of_something_else(written: str, at_s: float) -> None:
    efw = device(16)
    efw.take_definition(slot(1), 1)
    efw.take_message(written, at_s)

    report = wheel(efw.take_update(slot(1, "Alert"), 100))

    assert report.fault == "the filter wheel thing reports a fault and does not say why"


def test_the_words_of_an_alert_may_follow_it_and_stay_while_it_stands() -> None:
    efw = device(16)
    efw.take_definition(slot(1), 1)
    efw.take_update(slot(1, "Alert"), 2)

    said = wheel(efw.take_message("[ERROR] jammed", 2.1))
    efw.take_message("[ERROR] something else", 50)

    assert said.fault == "jammed"
    assert efw.take_update(slot(1, "Alert"), 51) == []
    assert wheel(efw.take_update(slot(1), 52)).fault is None


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


def test_a_driver_that_keeps_the_last_steps_to_itself_is_asked_and_believed() -> None:
    eaf = device(8)
    eaf.take_definition(position(100), 1)
    eaf.take_update(position(100), 2)
    eaf.mark_focuser_commanded(3, 140)
    moving = eaf.take_answer(100, 4)
    eaf.take_update(position(137), 5)

    off, told = eaf.is_off_target, focuser(eaf.take_answer(140, 6))

    assert moving == []
    assert off
    assert (told.position_steps, told.moving) == (140, False)
    assert not eaf.is_off_target


def test_a_temperature_that_was_not_said_for_a_while_is_taken_as_it_is_answered_at_rest() -> None:
    eaf = device(8)
    eaf.take_definition(position(100), 1)
    eaf.take_update(position(100), 2)
    eaf.take_definition(make("FOCUS_TEMPERATURE", "Ok", TEMPERATURE=0.0), 2)
    eaf.take_update(make("FOCUS_TEMPERATURE", "Ok", TEMPERATURE=8.5), 3)
    early, old = eaf.has_old_temperature(20), eaf.has_old_temperature(40)

    answered = focuser(eaf.take_temperature(8.5, 40))
    eaf.mark_focuser_commanded(41, 140)
    moving = eaf.take_temperature(8.5, 80)
    eaf.take_update(position(140), 82)
    eaf.take_update(make("FOCUS_TEMPERATURE", "Alert", TEMPERATURE=8.5), 83)

    assert (early, old) == (False, True)
    assert (answered.temperature_c, answered.temperature_at_s) == (8.5, 40)
    assert moving == []
    assert not eaf.has_old_temperature(200)
    assert eaf.take_temperature(8.5, 200) == []


def test_a_device_not_connected_says_so_as_soon_as_its_kind_is_known() -> None:
    efw = IndiDevice("local", "wheel")
    efw.take_definition(make("CONNECTION", CONNECT=False), 0)

    report = wheel(efw.take_definition(make("DRIVER_INFO", DRIVER_INTERFACE="16"), 0))

    assert not report.connected


def test_a_temperature_counts_from_when_the_focuser_says_it() -> None:
    eaf = device(8)
    eaf.take_definition(position(100), 1)
    eaf.take_definition(make("FOCUS_TEMPERATURE", "Ok", TEMPERATURE=0.0), 2)
    before_reading = focuser(eaf.report_focuser_again(2))

    said = focuser(eaf.take_update(make("FOCUS_TEMPERATURE", "Ok", TEMPERATURE=8.5), 3))
    alert = eaf.take_update(make("FOCUS_TEMPERATURE", "Alert", TEMPERATURE=-127.0), 4)
    later = focuser(eaf.take_update(position(101), 5))

    assert before_reading.temperature_at_s is None
    assert (said.temperature_c, said.temperature_at_s) == (8.5, 3)
    assert focuser(alert).temperature_at_s is None
    assert later.temperature_at_s is None
    assert before_reading.temperature_c is None


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

    said = eaf.take_definition(
        make("FOCUS_REVERSE_MOTION", INDI_ENABLED=on, INDI_DISABLED=not on), 2
    )

    assert before is None
    assert focuser(said).reversed is on


def test_a_backlash_whose_switch_is_off_is_said_with_its_steps() -> None:
    eaf = device(8)
    eaf.take_definition(make("FOCUS_BACKLASH_TOGGLE", INDI_ENABLED=False, INDI_DISABLED=True), 1)
    eaf.take_definition(make("FOCUS_BACKLASH_STEPS", FOCUS_BACKLASH_VALUE=216.0), 1)

    report = focuser(eaf.take_definition(position(100), 2))

    assert (report.driver_backlash, report.idle_backlash_steps) == (False, 216)


@pytest.mark.parametrize(
    ("name", "on", "off"),
    [
        ("TEMPC_SWITCH", "ON", "OFF"),
        ("T. Compensate", "Enable", "Disable"),
        ("FOCUS_TEMPERATURE_COMPENSATION", "TEMP_COMPENSATE_ENABLE", "TEMP_COMPENSATE_DISABLE"),
        ("FOCUS_TEMPERATURE_COMPENSATION", "Enable", "Disable"),
        ("T. COMPENSATION", "INDI_ENABLED", "INDI_DISABLED"),
        ("Temperature Compensate", "Enable", "Disable"),
        ("TC_COMPENSATE", "TC_ENABLED", "TC_DISABLED"),
        ("FOCUS_TEMP_COMP", "TEMP_COMP_ENABLE", "TEMP_COMP_DISABLE"),
        ("COMPENSATION_MODE", "COMPENSATION_MODE_ONE_SHOT", "COMPENSATION_MODE_OFF"),
        ("COMPENSATION_MODE", "COMPENSATION_MODE_AUTO", "COMPENSATION_MODE_OFF"),
        ("TEMP_COMPENSATION", "ENABLE", "DISABLE"),
        ("Temperature Track", "Enable", "Disable"),
        ("Compensation T\u00b0", "On", "Off"),
        ("COMP_MODE", "FS_COMP_AUTO", "FS_COMP_MANUAL"),
    ],
)
def test_a_temperature_compensation_is_seen_whatever_its_driver_calls_it(
    name: str, on: str, off: str
) -> None:
    eaf = device(8)
    eaf.take_definition(position(100), 1)

    is_off = focuser(eaf.take_definition(make(name, **{on: False, off: True}), 2))
    is_on = focuser(eaf.take_update(make(name, **{on: True, off: False}), 3))

    assert is_watched(name)
    assert is_off.temperature_compensation is False
    assert is_on.temperature_compensation is True


@pytest.mark.parametrize(
    ("name", "elements"),
    [
        pytest.param("COMPENSATE MODE", {"A": True, "B": False}, id="which curve"),
        pytest.param("TCOMP_SIGN", {"NEGATIVE": False, "POSITIVE": True}, id="a sign"),
        pytest.param("COMPENSATION_PRIME", {"MANUAL_MODE_PRIME": True}, id="a button"),
        pytest.param("T. COMPENSATION @START", {"Enable": True, "Disable": False}, id="later"),
        pytest.param("FOCUS_BACKLASH_COMPENSATION", {"ON": True, "OFF": False}, id="backlash"),
        pytest.param("TELESCOPE_TRACK_STATE", {"TRACK_ON": True, "TRACK_OFF": False}, id="mount"),
        pytest.param("TEMP_COMPENSATION", {"STEPS": -8.0, "MEAN": 4.0}, id="its numbers"),
    ],
)
def test_what_is_no_temperature_compensation_closes_no_gate(
    name: str, elements: dict[str, object]
) -> None:
    eaf = device(8)
    eaf.take_definition(position(100), 1)

    eaf.take_definition(make(name, **elements), 2)

    assert focuser(eaf.report_focuser_again(3)).temperature_compensation is None


def test_a_defined_position_is_no_reading_and_the_first_set_is() -> None:
    moonlite = device(8)
    defined = focuser(moonlite.take_definition(position(0), 1))

    read = focuser(moonlite.take_update(position(30000), 1.4))

    assert (defined.position_steps, defined.position_unread) == (None, True)
    assert (read.position_steps, read.position_unread) == (30000, False)
    assert moonlite.unread_since_s is None


def test_what_is_defined_in_alert_is_no_reading_however_often_it_is_asked_for() -> None:
    # INDI's Robofocus driver: its first question was not answered, and it asks no more.
    robofocus = device(8)
    robofocus.take_definition(position(0, state="Alert"), 1)
    for at_s, answer in ((3, 0.0), (4, 0.0), (5, None)):
        robofocus.take_readings(answer, at_s)
        said = focuser(robofocus.report_focuser_again(at_s))
        assert (said.position_steps, said.position_alert) == (0, True)
        assert said.fault is not None
    read = focuser(robofocus.take_update(position(30000), 6))
    assert (read.position_steps, read.position_alert) == (30000, False)


def test_what_is_set_in_alert_is_read_where_it_is_another_place_and_not_0() -> None:
    moonlite = device(8)
    moonlite.take_definition(position(0, state="Alert"), 1)
    same = focuser(
        moonlite.take_update(position(0, state="Alert"), 1.1) or moonlite.report_focuser_again(1.1)
    )
    moonlite.take_readings(None, 3)

    read = focuser(moonlite.take_update(position(30000, state="Alert"), 4))
    lost = focuser(moonlite.take_update(position(0, state="Alert"), 5))

    assert same.position_alert
    assert (read.position_steps, read.position_alert) == (30000, False)
    assert (lost.position_steps, lost.position_alert) == (0, True)


def test_what_was_defined_before_the_device_connected_is_no_reading() -> None:
    eaf = IndiDevice("local", "thing")
    eaf.take_definition(make("DRIVER_INFO", DRIVER_INTERFACE="8"), 0)
    eaf.take_definition(make("CONNECTION", CONNECT=False), 0)
    eaf.take_definition(position(25000), 0)
    eaf.take_update(position(25000), 0)
    waits_before = eaf.unread_since_s

    connected = focuser(eaf.take_update(make("CONNECTION", CONNECT=True), 9))

    assert waits_before is None
    assert connected.position_steps is None
    assert eaf.unread_since_s == 9


def test_limits_that_are_set_anew_carry_no_reading() -> None:
    eaf = device(8)
    eaf.take_definition(position(0), 1)

    wider = replace(position(0), ranges={"FOCUS_ABSOLUTE_POSITION": (0.0, 90000.0)})
    report = focuser(eaf.take_update(wider, 1.1))

    assert (report.position_steps, report.max_steps) == (None, 90000)


def test_a_driver_that_has_nothing_more_to_say_is_believed_after_its_polls() -> None:
    simulator = device(8)
    simulator.take_definition(position(50000), 1)
    silent = focuser(simulator.take_readings(None, 3))

    asked = device(8)
    asked.take_definition(position(0), 1)
    answered = focuser(asked.take_readings(31000.0, 3))

    assert silent.position_steps == 50000
    assert answered.position_steps == 31000


def test_how_often_a_driver_looks_at_its_device_is_said_with_every_report() -> None:
    eaf = device(8)
    without = focuser(eaf.take_definition(position(0), 1))

    said = focuser(eaf.take_definition(make("POLLING_PERIOD", PERIOD_MS=250.0), 2))

    assert (without.poll_s, said.poll_s) == (None, 0.25)


ODD = [math.inf, -math.inf, math.nan, 1e19, -1e19, 1e300]


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("name", ["ABS_FOCUS_POSITION", "FILTER_SLOT"])
def test_a_limit_that_is_none_costs_that_limit_alone(name: str, odd: float) -> None:
    known = device(24)
    element = "FILTER_SLOT_VALUE" if name == "FILTER_SLOT" else "FOCUS_ABSOLUTE_POSITION"
    said = IndiProperty(
        name=name, state="Ok", elements={element: 3.0}, ranges={element: (0.0, odd)}
    )

    events = [*known.take_definition(said, 1), *known.take_update(said, 2)]

    if name == "FILTER_SLOT":
        assert (wheel(events).filter_position, wheel(events).slots) == (2, None)
    else:
        assert (focuser(events).position_steps, focuser(events).max_steps) == (3, None)
    assert said.find_senseless() is not None


@pytest.mark.parametrize("odd", ODD)
def test_a_position_that_is_none_is_not_known(odd: float) -> None:
    eaf = device(8)
    eaf.take_definition(position(100), 1)
    eaf.take_update(position(100), 2)

    report = focuser(eaf.take_update(position(odd), 3))

    assert report.position_steps is None
    assert focuser(eaf.take_update(position(101), 4)).position_steps == 101


@pytest.mark.parametrize("said", ["\u00b2", "9" * 5000, "-8", "8.0", ""])
def test_interface_bits_that_are_no_number_say_no_kind(said: str) -> None:
    known = IndiDevice("local", "thing")

    known.take_definition(make("DRIVER_INFO", DRIVER_INTERFACE=said), 0)

    seen = [e for e in known.take_definition(position(1), 1) if isinstance(e, DeviceSeen)]
    assert seen[-1].identity.kinds == {DeviceKind.FOCUSER}


def test_a_wheel_whose_driver_asks_a_human_says_so() -> None:
    manual = device(16)
    before = wheel(manual.take_definition(make("FILTER_SLOT", FILTER_SLOT_VALUE=1.0), 1))

    asks = wheel(manual.take_definition(make("CONFIRM_FILTER_SET", FILTER_SET=False), 2))

    assert not before.by_hand
    assert asks.by_hand
    assert is_watched("CONFIRM_FILTER_SET")
