"""One suite over every driver: what rigd relies on. A new driver adds a bench to BENCHES."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from rigd.drivers.alpaca.driver import AlpacaDriver
from rigd.drivers.simulated.driver import SimulatedDriver

from rigd.devices.driver import ServerAddress
from rigd.devices.events import (
    DeviceGone,
    DeviceSeen,
    FocuserReport,
    ServerDown,
    ServerUp,
    WheelReport,
)
from rigd.devices.identity import DeviceKind, DeviceRef
from rigd.errors import DeviceUnavailableError, InvalidValueError
from tests.drivers.alpaca_host import equipment, hosting
from tests.drivers.bench import Bench, Recorder, running

OpenBench = Callable[[], AbstractAsyncContextManager[Bench]]


@asynccontextmanager
async def simulated_bench() -> AsyncIterator[Bench]:
    options = SimulatedDriver.Options()
    events = Recorder()
    driver = SimulatedDriver(ServerAddress(name="bench", options=options), events)
    async with running(driver) as task:
        bench = Bench(
            driver=driver,
            events=events,
            server="bench",
            camera=driver.camera_ref,
            wheel=driver.wheel_ref,
            focuser=driver.focuser_ref,
            mount=driver.mount_ref,
            lose=driver.lose_server,
            running=task,
        )
        await bench.at_rest()
        yield bench


@asynccontextmanager
async def alpaca_bench() -> AsyncIterator[Bench]:
    with hosting(*equipment()) as host:
        options = AlpacaDriver.Options.model_validate(
            {"host": "127.0.0.1", "port": host.port, "idle_s": 0.05, "moving_s": 0.01}
        )
        events = Recorder()
        driver = AlpacaDriver(ServerAddress(name="bench", options=options), events)
        async with running(driver) as task:
            bench = Bench(
                driver=driver,
                events=events,
                server="bench",
                camera=DeviceRef("bench", "uid-camera"),
                wheel=DeviceRef("bench", "uid-wheel"),
                focuser=DeviceRef("bench", "uid-focuser"),
                mount=DeviceRef("bench", "uid-mount"),
                lose=host.stop,
                running=task,
            )
            await bench.at_rest()
            yield bench


BENCHES = [
    pytest.param(simulated_bench, id="simulated"),
    pytest.param(alpaca_bench, id="alpaca"),
]
every_driver = pytest.mark.parametrize("open_bench", BENCHES)


@every_driver
async def test_identity_has_the_kinds(open_bench: OpenBench) -> None:
    async with open_bench() as bench:
        seen = {
            e.identity.ref: e.identity for e in bench.events.events if isinstance(e, DeviceSeen)
        }

    assert DeviceKind.CAMERA in seen[bench.camera].kinds
    assert DeviceKind.FILTERWHEEL in seen[bench.wheel].kinds
    assert DeviceKind.FOCUSER in seen[bench.focuser].kinds
    assert DeviceKind.MOUNT in seen[bench.mount].kinds
    assert seen[bench.wheel].slots == 5
    assert seen[bench.focuser].max_steps == 60000
    assert seen[bench.camera].sensor is not None
    assert seen[bench.camera].sensor.width_px == 6248


@every_driver
async def test_server_up_comes_first_and_the_first_position_is_a_baseline(
    open_bench: OpenBench,
) -> None:
    async with open_bench() as bench:
        wheel = next(
            e
            for e in bench.events.events
            if isinstance(e, WheelReport) and e.filter_position is not None
        )

    assert isinstance(bench.events.events[0], ServerUp)
    assert wheel.baseline
    assert wheel.filter_position == 0
    assert wheel.slots == 5
    assert wheel.names == ("L", "R", "G", "B", "Ha")


@every_driver
async def test_a_change_has_no_position_until_it_ends_at_the_target(open_bench: OpenBench) -> None:
    async with open_bench() as bench:
        since = len(bench.events.events)

        await bench.driver.set_filter(bench.wheel, 2)
        await bench.events.until(
            lambda e: isinstance(e, WheelReport) and e.filter_position == 2, since
        )

        reports = [e for e in bench.events.events[since:] if isinstance(e, WheelReport)]
        # An answer that was on its way when the focuser was told may still say where it rested.
        assert any(report.moving for report in reports)
        assert all(r.filter_position is None for r in reports[:-1])
        assert not reports[-1].moving
        assert not any(r.baseline for r in reports)


@every_driver
async def test_a_move_ends_at_rest_at_the_target(open_bench: OpenBench) -> None:
    async with open_bench() as bench:
        since = len(bench.events.events)

        await bench.driver.move_focuser(bench.focuser, 25100)
        await bench.events.until(
            lambda e: isinstance(e, FocuserReport) and not e.moving and e.position_steps == 25100,
            since,
        )

        reports = [e for e in bench.events.events[since:] if isinstance(e, FocuserReport)]
        assert reports[0].moving


@every_driver
async def test_out_of_range_names_value_and_limit_and_nothing_moves(
    open_bench: OpenBench,
) -> None:
    async with open_bench() as bench:
        since = len(bench.events.events)

        with pytest.raises(InvalidValueError, match=r"61000 steps above maximum 60000 steps"):
            await bench.driver.move_focuser(bench.focuser, 61000)
        with pytest.raises(InvalidValueError, match=r"-1 steps below minimum 0 steps"):
            await bench.driver.move_focuser(bench.focuser, -1)
        with pytest.raises(InvalidValueError, match=r"filter position 5 outside 0 to 4"):
            await bench.driver.set_filter(bench.wheel, 5)
        await bench.driver.read_focuser(bench.focuser)

        after = bench.events.events[since:]
        assert not any(e.moving for e in after if isinstance(e, WheelReport | FocuserReport))


@every_driver
async def test_an_unknown_device_is_unavailable(open_bench: OpenBench) -> None:
    async with open_bench() as bench:
        ghost = DeviceRef(bench.server, "ghost")

        with pytest.raises(DeviceUnavailableError, match="ghost"):
            await bench.driver.connect(ghost)
        with pytest.raises(DeviceUnavailableError, match="ghost"):
            await bench.driver.set_filter(ghost, 0)
        with pytest.raises(DeviceUnavailableError, match="ghost"):
            await bench.driver.move_focuser(ghost, 0)
        with pytest.raises(DeviceUnavailableError, match="ghost"):
            await bench.driver.halt_focuser(ghost)
        with pytest.raises(DeviceUnavailableError, match="ghost"):
            await bench.driver.read_focuser(ghost)


@every_driver
async def test_a_read_back_is_a_fresh_report(open_bench: OpenBench) -> None:
    async with open_bench() as bench:
        since = len(bench.events.events)

        await bench.driver.read_focuser(bench.focuser)

        reports = [e for e in bench.events.events[since:] if isinstance(e, FocuserReport)]
        assert reports
        assert reports[-1].position_steps == 25000


@every_driver
async def test_cancelling_ends_the_driver(open_bench: OpenBench) -> None:
    async with open_bench() as bench:
        assert not bench.running.done()

    assert bench.running.cancelled()


@every_driver
async def test_a_lost_server_is_told_once_with_all_its_devices(open_bench: OpenBench) -> None:
    async with open_bench() as bench:
        bench.lose()
        await bench.events.until(lambda e: isinstance(e, ServerDown))

        with pytest.raises(DeviceUnavailableError):
            await bench.driver.move_focuser(bench.focuser, 25100)

        gone = [e.ref for e in bench.events.events if isinstance(e, DeviceGone)]
        down = [e for e in bench.events.events if isinstance(e, ServerDown)]
        assert sorted(gone) == sorted((bench.camera, bench.wheel, bench.focuser, bench.mount))
        assert len(down) == 1
