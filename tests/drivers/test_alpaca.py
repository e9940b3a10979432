import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from pydantic import ValidationError
from rigd.drivers.alpaca import AlpacaDriver

from rigd.devices import DeviceIdentity, DeviceKind, DeviceRef, WireProtocol
from rigd.driver import ServerAddress
from rigd.errors import DeviceError, DeviceUnavailableError
from rigd.events import (
    CameraReport,
    DeviceGone,
    DeviceSeen,
    FocuserReport,
    MountReport,
    ServerDown,
    ServerUp,
    WheelReport,
)
from tests.drivers.alpaca_host import FaultError, equipment, hosting
from tests.drivers.alpaca_network import answering_discovery, dead_server
from tests.drivers.bench import Recorder, running

WHEEL = DeviceRef("lan", "uid-wheel")
FOCUSER = DeviceRef("lan", "uid-focuser")
CAMERA = DeviceRef("lan", "uid-camera")
FAST = {"idle_s": 0.05, "moving_s": 0.01, "camera_s": 0.05, "survey_s": 0.1, "timeout_s": 0.3}


@asynccontextmanager
async def alpaca(**options: object) -> AsyncIterator[tuple[AlpacaDriver, Recorder]]:
    events = Recorder()
    valid = AlpacaDriver.Options.model_validate({**FAST, **options})
    driver = AlpacaDriver(ServerAddress(name="lan", options=valid), events)
    async with running(driver):
        yield driver, events


@asynccontextmanager
async def at(port: int, **options: object) -> AsyncIterator[tuple[AlpacaDriver, Recorder]]:
    async with alpaca(host="127.0.0.1", port=port, **options) as pair:
        yield pair


def wheel_at(position: int | None) -> object:
    return lambda e: isinstance(e, WheelReport) and e.filter_position == position


async def identity(events: Recorder, ref: DeviceRef) -> DeviceIdentity:
    seen = await events.until(lambda e: isinstance(e, DeviceSeen) and e.identity.ref == ref)
    assert isinstance(seen, DeviceSeen)
    return seen.identity


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
                    and e.fault == "Wheel: no USB device (0x500)"
                )
            )


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
            assert report.fault == "Wheel: the wheel jams (0x501)"
            assert not any(isinstance(e, DeviceGone) for e in events.events)


async def test_a_refusal_says_why() -> None:
    devices = equipment()
    devices[1].faults["move"] = FaultError(0x40B, "calibrate first")
    with hosting(*devices) as host:
        async with at(host.port) as (driver, events):
            await events.until(lambda e: isinstance(e, FocuserReport))

            with pytest.raises(DeviceError, match=r"calibrate first \(0x40B\)"):
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

            with pytest.raises(DeviceUnavailableError, match="no such device"):
                await driver.set_filter(WHEEL, 1)

    assert isinstance(down, ServerDown)
    assert "is rigd itself" in down.reason
    assert not any(isinstance(e, DeviceSeen) for e in events.events)


async def test_devices_with_one_unique_id_are_told_apart() -> None:
    devices = equipment()
    devices[0].unique_id = devices[1].unique_id = "same"
    with hosting(*devices) as host:
        async with at(host.port) as (_, events):
            await identity(events, DeviceRef("lan", "same/filterwheel/0"))
            await identity(events, DeviceRef("lan", "same/focuser/0"))


async def test_a_wheel_that_begins_late_has_not_arrived_before() -> None:
    devices = equipment()
    wheel = devices[0]
    with hosting(*devices) as host:
        async with at(host.port) as (driver, events):
            await events.until(wheel_at(0))
            since = len(events.events)
            wheel.put = lambda member, fields: wheel.log.append(f"PUT {member}")  # type: ignore[method-assign]  # a wheel that only says yes

            await driver.set_filter(WHEEL, 3)
            asked = len(wheel.log)
            while "GET position" not in wheel.log[asked:]:
                await events.until(lambda e: isinstance(e, WheelReport), since=len(events.events))
            wheel.position = 3
            await events.until(wheel_at(3), since)

    seen = [e.filter_position for e in events.events[since:] if isinstance(e, WheelReport)]
    assert set(seen[:-1]) <= {None, 3}


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


async def test_stopping_ends_while_a_device_is_silent() -> None:
    with dead_server() as port:
        async with at(port, timeout_s=600) as (_, events):
            await asyncio.sleep(0)

    assert events.events == []
