from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from pydantic import ValidationError
from rigd.drivers.simulated.driver import SimulatedDriver

from rigd.devices.driver import ServerAddress
from rigd.devices.events import CameraReport, FocuserReport, ServerDown, ServerUp, WheelReport
from rigd.errors import DeviceError
from tests.drivers.bench import Recorder, running


@asynccontextmanager
async def simulated() -> AsyncIterator[tuple[SimulatedDriver, Recorder]]:
    options = SimulatedDriver.Options()
    events = Recorder()
    driver = SimulatedDriver(ServerAddress(name="sim", options=options), events)
    async with running(driver):
        await events.until(lambda e: isinstance(e, WheelReport))
        yield driver, events


async def test_a_jammed_wheel_ends_in_a_fault_without_a_position() -> None:
    async with simulated() as (driver, events):
        driver.jam_wheel()

        await driver.set_filter(driver.wheel_ref, 3)
        report = await events.until(lambda e: isinstance(e, WheelReport) and e.fault is not None)

    assert isinstance(report, WheelReport)
    assert report.filter_position is None
    assert not report.moving


async def test_a_stalled_focuser_stops_where_it_stalls() -> None:
    async with simulated() as (driver, events):
        driver.stall_focuser(25050)

        await driver.move_focuser(driver.focuser_ref, 25100)
        report = await events.until(lambda e: isinstance(e, FocuserReport) and e.fault is not None)

    assert isinstance(report, FocuserReport)
    assert report.position_steps == 25050
    assert not report.moving


async def test_a_lying_focuser_hides_a_small_move_only() -> None:
    async with simulated() as (driver, events):
        driver.lie_within(5)
        since = len(events.events)

        await driver.move_focuser(driver.focuser_ref, 25004)
        small = await events.until(lambda e: isinstance(e, FocuserReport) and not e.moving, since)
        await driver.move_focuser(driver.focuser_ref, 25100)
        await events.until(lambda e: isinstance(e, FocuserReport) and e.position_steps == 25100)

    assert isinstance(small, FocuserReport)
    assert small.position_steps == 25000


async def test_a_refused_command_says_why_and_moves_nothing() -> None:
    async with simulated() as (driver, events):
        driver.refuse_commands("the motor is off")

        with pytest.raises(DeviceError, match="the motor is off"):
            await driver.move_focuser(driver.focuser_ref, 25100)

        assert not any(isinstance(e, FocuserReport) and e.moving for e in events.events)


async def test_what_a_foreign_hand_does_is_reported() -> None:
    async with simulated() as (driver, events):
        driver.hand_turns_wheel(4)
        driver.hand_moves_focuser(24000)
        driver.expose(busy=True)

        await events.until(lambda e: isinstance(e, WheelReport) and e.filter_position == 4)
        await events.until(lambda e: isinstance(e, FocuserReport) and e.position_steps == 24000)
        await events.until(lambda e: isinstance(e, CameraReport) and e.busy is True)
        driver.expose(busy=False)
        assert isinstance(events.events[-1], CameraReport)
        assert events.events[-1].busy is False


async def test_a_server_found_again_starts_with_a_baseline() -> None:
    async with simulated() as (driver, events):
        driver.lose_server("cable pulled")
        await events.until(lambda e: isinstance(e, ServerDown) and e.reason == "cable pulled")
        since = len(events.events)
        driver.hand_turns_wheel(2)

        driver.find_server()
        report = await events.until(lambda e: isinstance(e, WheelReport) and not e.moving, since)

        assert isinstance(events.events[since], ServerUp)
        assert isinstance(report, WheelReport)
        assert report.baseline


def test_a_start_outside_the_limits_names_value_and_limits() -> None:
    with pytest.raises(ValidationError, match="position_steps 70000 outside 0 to 60000"):
        SimulatedDriver.Options.model_validate({"position_steps": 70000})
