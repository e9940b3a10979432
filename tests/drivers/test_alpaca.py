import asyncio
import logging
from typing import Any

import pytest
from pydantic import ValidationError
from rigd.drivers.alpaca.driver import AlpacaDriver

from rigd.devices.events import CameraReport, DeviceGone, FocuserReport, MountReport, WheelReport
from rigd.devices.identity import DeviceKind, WireProtocol
from rigd.errors import DeviceError, DeviceUnavailableError
from tests.drivers.alpaca_bench import CAMERA, FOCUSER, WHEEL, at, identity, wheel_at
from tests.drivers.alpaca_host import FaultError, equipment, hosting


async def test_identity_carries_all_that_the_device_says() -> None:
    with hosting(*equipment()) as host:
        async with at(host.port) as (_, events):
            wheel = await identity(events, WHEEL)
            focuser = await identity(events, FOCUSER)
            camera = await identity(events, CAMERA)

    assert wheel.protocol is WireProtocol.ALPACA
    assert wheel.name == "Wheel"
    assert wheel.driver == "FilterWheel of the test host"
    assert wheel.driver_version == "1.2"
    assert wheel.unique_id == "uid-wheel"
    assert wheel.kinds == {DeviceKind.FILTERWHEEL}
    assert (focuser.max_steps, focuser.step_size_um) == (60000, 4.0)
    assert camera.sensor is not None
    assert (camera.sensor.bit_depth, camera.sensor.colour) == (16, False)
    assert camera.sensor.pixel_width_um == 3.76


async def test_a_maximum_that_is_no_full_word_tells_no_bit_depth() -> None:
    devices = equipment()
    devices[2].max_adu = 65504
    with hosting(*devices) as host:
        async with at(host.port) as (_, events):
            camera = await identity(events, CAMERA)

    assert camera.sensor is not None
    assert camera.sensor.bit_depth is None


async def test_reports_carry_units_of_rigd() -> None:
    with hosting(*equipment()) as host:
        async with at(host.port) as (_, events):
            mount = await events.until(lambda e: isinstance(e, MountReport))
            focuser = await events.until(lambda e: isinstance(e, FocuserReport))

    assert isinstance(mount, MountReport)
    assert (mount.focal_length_mm, mount.aperture_mm) == (480.0, 80.0)
    assert mount.altitude_deg == 45.5
    assert isinstance(focuser, FocuserReport)
    assert focuser.temperature_c == 8.5
    assert focuser.temperature_compensation is False


async def test_what_a_focuser_lacks_is_unknown() -> None:
    devices = equipment()
    devices[1].temperature = devices[1].step_size = None
    with hosting(*devices) as host:
        async with at(host.port) as (_, events):
            report = await events.until(lambda e: isinstance(e, FocuserReport))

    assert isinstance(report, FocuserReport)
    assert report.temperature_c is None
    assert report.step_size_um is None
    assert report.fault is None


@pytest.mark.parametrize(
    "state",
    [
        pytest.param(1, id="waiting"),
        pytest.param(2, id="exposing"),
        pytest.param(3, id="reading"),
        pytest.param(4, id="download"),
    ],
)
async def test_a_camera_is_busy_until_the_frame_is_down(state: int) -> None:
    devices = equipment()
    with hosting(*devices) as host:
        async with at(host.port) as (_, events):
            await events.until(lambda e: isinstance(e, CameraReport) and e.busy is False)

            devices[2].state = state

            await events.until(lambda e: isinstance(e, CameraReport) and e.busy is True)


@pytest.mark.parametrize(
    ("version", "request_"),
    [
        pytest.param(3, "PUT connect", id="platform-7"),
        pytest.param(2, "PUT connected", id="before"),
    ],
)
async def test_a_device_is_connected_the_way_it_knows(version: int, request_: str) -> None:
    devices = equipment()
    wheel = devices[0]
    wheel.connected, wheel.interface_version = False, version
    with hosting(*devices) as host:
        async with at(host.port) as (driver, events):
            await events.until(lambda e: isinstance(e, WheelReport) and not e.connected)

            await driver.connect(WHEEL)

            report = await events.until(wheel_at(0))
            assert isinstance(report, WheelReport)
            assert report.baseline
            assert [line for line in wheel.log if line.startswith("PUT")] == [request_]


async def test_why_connecting_failed_is_told() -> None:
    devices = equipment()
    devices[0].connected, devices[0].connect_fault = False, FaultError(0x500, "no USB device")
    with hosting(*devices) as host:
        async with at(host.port) as (driver, events):
            await events.until(lambda e: isinstance(e, WheelReport) and not e.connected)

            await driver.connect(WHEEL)

            await events.until(
                lambda e: (
                    isinstance(e, WheelReport)
                    and not e.connected
                    and e.fault == "no USB device (0x500)"
                )
            )


async def test_a_connection_lost_and_made_again_is_a_line_of_the_log_each(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    devices = equipment()
    with hosting(*devices) as host:
        async with at(host.port) as (_, events):
            await events.until(lambda e: isinstance(e, FocuserReport) and e.connected)
            devices[1].connected = False
            lost = await events.until(lambda e: isinstance(e, FocuserReport) and not e.connected)
            devices[1].connected = True
            await events.until(
                lambda e: isinstance(e, FocuserReport) and e.connected,
                since=events.events.index(lost),
            )

    said = [record.getMessage() for record in caplog.records]
    assert said == ["Focuser is not connected any more", "Focuser is connected"]


async def test_a_device_that_is_not_connected_cannot_be_told() -> None:
    devices = equipment()
    devices[1].connected = False
    with hosting(*devices) as host:
        async with at(host.port) as (driver, events):
            await events.until(lambda e: isinstance(e, FocuserReport) and not e.connected)

            with pytest.raises(DeviceUnavailableError, match="not connected to its hardware"):
                await driver.move_focuser(FOCUSER, 25100)


async def test_an_error_number_is_a_fault_and_goes_away() -> None:
    devices = equipment()
    wheel = devices[0]
    with hosting(*devices) as host:
        async with at(host.port) as (_, events):
            await events.until(wheel_at(0))

            wheel.faults["position"] = FaultError(0x501, "the wheel jams")
            report = await events.until(
                lambda e: isinstance(e, WheelReport) and e.fault is not None
            )
            wheel.faults.clear()
            await events.until(wheel_at(0), since=events.events.index(report))

            assert isinstance(report, WheelReport)
            assert report.connected
            assert report.filter_position is None
            assert report.fault == "the wheel jams (0x501)"
            assert not any(isinstance(e, DeviceGone) for e in events.events)


@pytest.mark.parametrize(
    "nonsense",
    [
        pytest.param(None, id="null"),
        pytest.param("two", id="text"),
        pytest.param(1.5, id="fraction"),
        pytest.param([2], id="list"),
        pytest.param(float("inf"), id="infinity"),
    ],
)
async def test_a_position_that_makes_no_sense_is_a_fault_and_goes_away(nonsense: Any) -> None:
    devices = equipment()
    with hosting(*devices) as host:
        async with at(host.port) as (_, events):
            await events.until(wheel_at(0))

            devices[0].position = nonsense
            await events.until(lambda e: isinstance(e, WheelReport) and e.fault is not None)
            devices[0].position = 2

            await events.until(wheel_at(2))


async def test_a_refusal_says_why() -> None:
    devices = equipment()
    devices[1].faults["move"] = FaultError(0x40B, "calibrate first")
    with hosting(*devices) as host:
        async with at(host.port) as (driver, events):
            await events.until(lambda e: isinstance(e, FocuserReport))

            with pytest.raises(DeviceError, match=r"^Focuser: calibrate first \(0x40B\)$"):
                await driver.move_focuser(FOCUSER, 25100)


async def test_a_move_that_is_not_answered_is_neither_done_nor_refused() -> None:
    devices = equipment()
    devices[1].silent.add("move")
    with hosting(*devices) as host:
        async with at(host.port) as (driver, events):
            await events.until(lambda e: isinstance(e, FocuserReport))

            with pytest.raises(TimeoutError, match="told, but"):
                await driver.move_focuser(FOCUSER, 25100)

            await events.until(lambda e: isinstance(e, FocuserReport) and e.position_steps == 25100)
            assert devices[1].log.count("PUT move") == 1


async def test_a_halt_stops_where_the_motor_is() -> None:
    devices = equipment()
    devices[1].move_s = 60
    with hosting(*devices) as host:
        async with at(host.port) as (driver, events):
            await events.until(lambda e: isinstance(e, FocuserReport))
            await driver.move_focuser(FOCUSER, 60000)
            moving = await events.until(
                lambda e: (
                    isinstance(e, FocuserReport)
                    and e.moving
                    and e.position_steps not in {None, 25000}
                )
            )

            await driver.halt_focuser(FOCUSER)
            report = await events.until(
                lambda e: isinstance(e, FocuserReport) and not e.moving,
                since=events.events.index(moving),
            )

            assert isinstance(report, FocuserReport)
            assert report.position_steps is not None
            assert 25000 < report.position_steps < 60000


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        pytest.param({}, "host and port are needed, or discover = true", id="nothing"),
        pytest.param({"host": "x"}, "host and port are needed", id="host-alone"),
        pytest.param({"host": "x", "port": 1, "discover": True}, "leave host and port", id="both"),
        pytest.param({"host": "x", "port": 1, "nonsense": 1}, "nonsense", id="unknown-key"),
    ],
)
def test_options_say_where(options: dict[str, object], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        AlpacaDriver.Options.model_validate(options)


async def test_whether_a_device_has_begun_is_not_the_drivers_to_judge() -> None:
    devices = equipment()
    devices[0].start_delay_s = devices[1].motor.start_delay_s = 1.5
    with hosting(*devices) as host:
        async with at(host.port, idle_s=60) as (driver, events):
            await events.until(wheel_at(0))
            await events.until(lambda e: isinstance(e, FocuserReport))
            told = len(events.events)
            await driver.set_filter(WHEEL, 2)
            await driver.move_focuser(FOCUSER, 25100)

            still = await events.until(lambda e: isinstance(e, FocuserReport), told)
            await events.until(wheel_at(0), told)
            await events.until(wheel_at(2))
            await events.until(lambda e: isinstance(e, FocuserReport) and e.position_steps == 25100)

    assert isinstance(still, FocuserReport)
    assert (still.position_steps, still.moving) == (25000, False)


async def test_one_read_that_fails_or_makes_no_sense_costs_that_read() -> None:
    devices = equipment()
    focuser = devices[1]
    with hosting(*devices) as host:
        async with at(host.port) as (driver, events):
            await events.until(lambda e: isinstance(e, FocuserReport) and e.position_steps == 25000)
            focuser.move_s = 0.3
            await driver.move_focuser(FOCUSER, 25100)

            focuser.fail_next("position", 2)
            await events.until(lambda e: isinstance(e, FocuserReport) and e.position_steps == 25100)

    reports = [e for e in events.events if isinstance(e, FocuserReport)]
    assert all(r.fault is None and r.position_steps is not None for r in reports)


async def test_a_command_that_is_answered_late_has_been_given() -> None:
    devices = equipment()
    devices[1].blocks_s["move"] = devices[0].blocks_s["position"] = 1.0
    with hosting(*devices) as host:
        async with at(host.port, timeout_s=0.3, command_s=8.0) as (driver, events):
            await events.until(lambda e: isinstance(e, FocuserReport))

            await driver.move_focuser(FOCUSER, 25100)

            await events.until(lambda e: isinstance(e, FocuserReport) and e.position_steps == 25100)
    assert devices[1].log.count("PUT move") == 1


async def test_a_halt_overtakes_a_move_that_is_answered_only_when_it_is_done() -> None:
    devices = equipment()
    focuser = devices[1]
    focuser.move_s, focuser.blocks_s["move"] = 60, 5.0
    with hosting(*devices) as host:
        async with at(host.port, command_s=8.0) as (driver, events):
            await events.until(lambda e: isinstance(e, FocuserReport))
            moving = asyncio.create_task(driver.move_focuser(FOCUSER, 26000))
            while "PUT move" not in focuser.log:  # noqa: ASYNC110 - the host has no events
                await asyncio.sleep(0.01)

            await driver.halt_focuser(FOCUSER)

            assert not moving.done()
            assert not focuser.motor.is_moving
            await moving


@pytest.mark.parametrize("odd", [1e19, -1e19, 10**400, float("inf"), float("nan")])
async def test_numbers_that_can_be_none_of_a_device_are_not_known(odd: float) -> None:
    devices = equipment()
    devices[1].answers["maxstep"] = odd
    with hosting(*devices) as host:
        async with at(host.port) as (_, events):
            first = await events.until(lambda e: isinstance(e, FocuserReport))
            devices[1].answers["position"] = odd
            await events.until(lambda e: isinstance(e, FocuserReport) and e.fault is not None)
            devices[1].answers.clear()
            await events.until(
                lambda e: isinstance(e, FocuserReport) and e.position_steps == 25000,
                since=len(events.events),
            )

    assert isinstance(first, FocuserReport)
    assert (first.position_steps, first.max_steps) == (25000, None)
