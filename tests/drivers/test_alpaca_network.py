import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from rigd.drivers.alpaca.driver import AlpacaDriver

from rigd.devices.events import (
    CameraReport,
    DeviceGone,
    DeviceSeen,
    Event,
    FocuserReport,
    ServerDown,
    ServerUp,
    WheelReport,
)
from rigd.devices.identity import DeviceRef
from rigd.errors import DeviceUnavailableError
from tests.drivers.alpaca_bench import CAMERA, FOCUSER, WHEEL, alpaca, at, identity, wheel_at
from tests.drivers.alpaca_host import Focuser, equipment, hosting
from tests.drivers.alpaca_network import answering_discovery, dead_server
from tests.drivers.bench import Recorder
from tests.motor import Motor


async def test_a_dropped_idle_connection_is_made_again() -> None:
    devices = equipment()
    with hosting(*devices) as host:
        host.drops_idle = True
        async with at(host.port) as (driver, events):
            await events.until(wheel_at(0))

            await driver.set_filter(WHEEL, 2)
            await events.until(wheel_at(2))

            assert not any(isinstance(e, DeviceGone) for e in events.events)
            assert devices[0].log.count("PUT position") == 1


async def test_connections_are_kept() -> None:
    devices = equipment()
    with hosting(*devices) as host:
        async with at(host.port) as (driver, events):
            for position in (1, 2, 3):
                await events.until(lambda e: isinstance(e, WheelReport))
                await driver.set_filter(WHEEL, position)
                await events.until(wheel_at(position))

        assert host.accepted == 5  # the survey and four devices


async def test_a_dead_device_delays_nobody() -> None:
    devices = equipment()
    devices[1].silent.update({"connected", "interfaceversion", "position", "ismoving"})
    with hosting(*devices) as host:
        async with at(host.port, timeout_s=600) as (driver, events):
            for position in (1, 2, 3, 4):
                await events.until(lambda e: isinstance(e, WheelReport))
                await driver.set_filter(WHEEL, position)
                await events.until(wheel_at(position))

            assert not any(isinstance(e, FocuserReport) for e in events.events)
            with pytest.raises(DeviceUnavailableError, match="has not answered yet"):
                await driver.move_focuser(FOCUSER, 0)


async def test_a_dead_server_delays_no_other() -> None:
    with (
        hosting(*equipment()) as host,
        dead_server() as dead_port,
        answering_discovery(0, host.port) as udp_port,
        answering_discovery(udp_port, dead_port),
    ):
        async with discovering(udp_port, timeout_s=600) as (driver, events):
            await events.until(wheel_at(0))
            await driver.set_filter(WHEEL, 2)

            await events.until(wheel_at(2))


async def test_a_device_that_stops_answering_is_gone_once_and_found_again() -> None:
    devices = equipment()
    with hosting(*devices) as host:
        async with at(host.port) as (_, events):
            await events.until(wheel_at(0))

            devices[0].silent.update({"connected", "position"})
            gone = await events.until(lambda e: isinstance(e, DeviceGone))
            devices[0].silent.clear()
            again = events.events.index(gone)
            await events.until(lambda e: isinstance(e, DeviceSeen), since=again)
            report = await events.until(lambda e: isinstance(e, WheelReport), since=again)

            assert gone == DeviceGone(at_s=gone.at_s, ref=WHEEL)
            assert isinstance(report, WheelReport)
            assert report.baseline
            assert sum(isinstance(e, DeviceGone) for e in events.events) == 1
            assert not any(isinstance(e, ServerDown) for e in events.events)


async def test_a_server_that_returns_is_found_with_its_devices() -> None:
    devices = equipment()
    with hosting(*devices) as host:
        async with at(host.port) as (driver, events):
            await events.until(wheel_at(0))
            host.stop()
            down = await events.until(lambda e: isinstance(e, ServerDown))
            devices[0].position = 3

            with hosting(*devices, port=host.port):
                again = events.events.index(down)
                report = await events.until(wheel_at(3), since=again)
                await events.until(lambda e: isinstance(e, FocuserReport), since=again)
                await driver.read_focuser(FOCUSER)

            up = next(e for e in events.events[again:] if isinstance(e, ServerUp))
            assert events.events.index(up) < events.events.index(report)
            assert isinstance(report, WheelReport)
            assert report.baseline


def is_report(event: Event, ref: DeviceRef) -> bool:
    reports = (WheelReport, FocuserReport, CameraReport)
    return isinstance(event, reports) and event.ref == ref and event.connected


def is_gone(event: Event, ref: DeviceRef) -> bool:
    return isinstance(event, DeviceGone) and event.ref == ref


async def test_a_server_that_one_device_finds_away_was_away_for_all_of_them(
    caplog: pytest.LogCaptureFixture,
) -> None:
    devices = equipment()
    with hosting(*devices) as host:
        async with at(host.port, idle_s=60) as (_, events):
            for seen in (WHEEL, FOCUSER, CAMERA):
                await events.until(lambda e, ref=seen: is_report(e, ref))
            # Only the camera is asked meanwhile; the server is back before the others are.
            await asyncio.to_thread(host.restart, *devices, away_s=0.3)

            for ref in (WHEEL, FOCUSER):
                gone = await events.until(lambda e, ref=ref: is_gone(e, ref))
                again = events.events.index(gone)
                await events.until(lambda e, ref=ref: is_report(e, ref), since=again)
    (line,) = [r.getMessage() for r in caplog.records if " gone: " in r.getMessage()]
    assert line.startswith("Wheel and Focuser and Camera and Mount are gone: 127.0.0.1:")


async def test_a_server_that_is_not_there_is_told_once() -> None:
    with hosting() as host:
        host.stop()
        async with at(host.port, survey_s=0.01) as (_, events):
            await events.until(lambda e: isinstance(e, ServerDown))
            with hosting(*equipment(), port=host.port):
                await events.until(wheel_at(0))

    assert sum(isinstance(e, ServerDown) for e in events.events) == 1


@asynccontextmanager
async def discovering(
    udp_port: int, **options: object
) -> AsyncIterator[tuple[AlpacaDriver, Recorder]]:
    async with alpaca(
        discover=True,
        discovery_port=udp_port,
        discovery_addresses=("127.255.255.255",),
        **options,
    ) as pair:
        yield pair


async def test_discovery_finds_every_server_on_a_shared_port() -> None:
    wheel, focuser, camera, mount = equipment()
    with (
        hosting(wheel, camera) as one,
        hosting(focuser, mount) as other,
        answering_discovery(0, one.port) as udp_port,
        answering_discovery(udp_port, other.port),
    ):
        async with discovering(udp_port) as (_, events):
            await identity(events, WHEEL)
            await identity(events, FOCUSER)

    assert sum(isinstance(e, ServerUp) for e in events.events) == 1


async def test_a_device_is_the_same_at_another_address() -> None:
    devices = equipment()
    with hosting(*devices) as before, answering_discovery(0, before.port) as udp_port:
        async with discovering(udp_port) as (driver, events):
            await events.until(wheel_at(0))
            with (
                hosting(devices[3], devices[1], devices[0]) as after,
                answering_discovery(udp_port, after.port),
            ):
                before.stop()
                gone = await events.until(lambda e: isinstance(e, DeviceGone) and e.ref == WHEEL)
                await events.until(wheel_at(0), since=events.events.index(gone))

                await driver.set_filter(WHEEL, 4)

                await events.until(wheel_at(4))
                assert devices[0].position == 4


async def test_rigds_own_devices_are_never_hardware() -> None:
    with hosting(*equipment(), manufacturer="rigd") as host:
        async with at(host.port) as (driver, events):
            down = await events.until(lambda e: isinstance(e, ServerDown))

            with pytest.raises(DeviceUnavailableError, match="not on Alpaca server lan"):
                await driver.set_filter(WHEEL, 1)

    assert isinstance(down, ServerDown)
    assert "is rigd itself" in down.reason
    assert not any(isinstance(e, DeviceSeen) for e in events.events)


async def test_a_device_to_be_ignored_is_left_alone() -> None:
    devices = equipment()
    with hosting(*devices) as host:
        async with at(host.port, ignore_unique_ids=["uid-focuser"]) as (_, events):
            await identity(events, CAMERA)
            await identity(events, WHEEL)

        assert devices[1].log == []


async def test_devices_with_one_unique_id_are_told_apart() -> None:
    devices = equipment()
    devices[0].unique_id = devices[1].unique_id = "same"
    with hosting(*devices) as host:
        async with at(host.port) as (_, events):
            await identity(events, DeviceRef("lan", "same/filterwheel/0"))
            await identity(events, DeviceRef("lan", "same/focuser/0"))


async def test_stopping_ends_while_a_device_is_silent() -> None:
    with dead_server() as port:
        async with at(port, timeout_s=600) as (_, events):
            await asyncio.sleep(0)

    assert events.events == []


def two_focusers() -> tuple[Focuser, Focuser]:
    """Of one name, as two focusers of one maker have it."""
    mine = Focuser("Focuser", "EAF", "uid-mine", 4)
    other = Focuser("Focuser", "EAF", "uid-other", 4, motor=Motor(steps=41000))
    return mine, other


async def test_a_host_that_is_back_with_other_numbers_moves_no_other_focuser() -> None:
    mine, other = two_focusers()
    ref = DeviceRef("lan", "uid-mine")
    with hosting(mine, other) as host:
        async with at(host.port, idle_s=60) as (driver, events):
            await events.until(lambda e: isinstance(e, FocuserReport) and e.ref == ref)

            host.restart(other, mine)
            while "PUT move" not in mine.log:
                try:
                    await driver.move_focuser(ref, 25100)
                except (DeviceUnavailableError, TimeoutError):
                    await asyncio.sleep(0.02)

            await events.until(
                lambda e: (
                    isinstance(e, FocuserReport) and e.ref == ref and e.position_steps == 25100
                )
            )

    mine_said = [e for e in events.events if isinstance(e, FocuserReport) and e.ref == ref]
    assert {r.position_steps for r in mine_said if not r.moving} <= {None, 25000, 25100}
    assert "PUT move" not in other.log


async def test_a_device_whose_number_is_given_to_another_is_gone_until_it_is_listed() -> None:
    mine, other = two_focusers()
    with hosting(mine, other) as host:
        async with at(host.port) as (_, events):
            await events.until(lambda e: isinstance(e, FocuserReport) and e.ref.key == "uid-mine")

            host.restart(other)

            await events.until(lambda e: isinstance(e, DeviceGone) and e.ref.key == "uid-mine")
            assert all(
                e.position_steps in {None, 25000}
                for e in events.events
                if isinstance(e, FocuserReport) and e.ref.key == "uid-mine"
            )


async def test_one_senseless_entry_of_a_list_costs_that_device() -> None:
    mine, other = two_focusers()
    with hosting(mine, other) as host:
        honest = host._management

        def odd(page: str) -> Any:
            said = honest(page)
            if page != "description":
                said[1]["DeviceNumber"] = float("inf")
                said += [7, None, {"DeviceType": "Focuser"}]
            return said

        host._management = odd  # type: ignore[method-assign]
        async with at(host.port) as (_, events):
            await events.until(lambda e: isinstance(e, FocuserReport) and e.ref.key == "uid-mine")

    assert not any(
        isinstance(e, DeviceSeen) and "other" in e.identity.ref.key for e in events.events
    )
