import asyncio
import json
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from rigd.drivers.alpaca import AlpacaDriver

from rigd.devices import DeviceRef
from rigd.driver import ServerAddress
from rigd.events import (
    CameraReport,
    DeviceGone,
    DeviceSeen,
    FocuserReport,
    MountReport,
    ServerUp,
    WheelReport,
)
from tests.drivers.alpaca_host import AlpacaHost
from tests.drivers.bench import Recorder, running


@asynccontextmanager
async def on(host: AlpacaHost, /, **more: Any) -> AsyncIterator[tuple[AlpacaDriver, Recorder]]:
    given = {"host": "127.0.0.1", "port": host.port, "idle_s": 0.02, "moving_s": 0.01} | more
    options = AlpacaDriver.Options.model_validate(given)
    events = Recorder()
    driver = AlpacaDriver(ServerAddress(name="a", options=options), events)
    try:
        async with running(driver):
            yield driver, events
    finally:
        host.close()


async def test_a_dead_device_delays_no_other() -> None:
    host = AlpacaHost()
    host.hang = {"camera"}
    async with on(host, timeout_s=3.0) as (driver, events):
        await events.until(lambda e: isinstance(e, WheelReport) and e.baseline)

        await driver.set_filter(DeviceRef("a", "uid-filterwheel"), 3)
        await events.until(lambda e: isinstance(e, WheelReport) and e.filter_position == 3)

        assert not any(isinstance(e, CameraReport | DeviceGone) for e in events.events)


async def test_a_device_without_answers_goes_once_and_is_seen_again() -> None:
    host = AlpacaHost()
    async with on(host, timeout_s=0.05) as (_, events):
        await events.until(lambda e: isinstance(e, CameraReport))
        host.hang = {"camera"}

        await events.until(lambda e: isinstance(e, DeviceGone))
        since = len(events.events)
        host.hang = set()
        await events.until(
            lambda e: isinstance(e, DeviceSeen) and e.identity.ref.key == "uid-camera", since
        )

        assert sum(isinstance(e, DeviceGone) for e in events.events) == 1


async def test_a_device_error_is_a_fault_and_not_connected_is_no_fault() -> None:
    host = AlpacaHost()
    host.errors = {
        "filterwheel/position": (0x500, "the wheel jams"),
        "focuser/ismoving": (0x407, "not connected"),
    }
    async with on(host) as (_, events):
        wheel = await events.until(lambda e: isinstance(e, WheelReport))
        focuser = await events.until(lambda e: isinstance(e, FocuserReport))

    assert isinstance(wheel, WheelReport)
    assert wheel.fault is not None
    assert "the wheel jams" in wheel.fault
    assert isinstance(focuser, FocuserReport)
    assert not focuser.connected
    assert focuser.fault is None


async def test_a_connection_dropped_between_two_calls_is_no_failure() -> None:
    host = AlpacaHost()
    host.drop_after_reply = True
    async with on(host) as (driver, events):
        await events.until(lambda e: isinstance(e, FocuserReport))

        await driver.move_focuser(DeviceRef("a", "uid-focuser"), 25200)
        await events.until(
            lambda e: isinstance(e, FocuserReport) and not e.moving and e.position_steps == 25200
        )

        assert host.puts.count("move") == 1
        assert not any(isinstance(e, DeviceGone) for e in events.events)


async def test_rigds_own_devices_are_never_adopted() -> None:
    host = AlpacaHost(manufacturer="rigd")
    async with on(host) as (driver, events):
        await events.until(lambda e: isinstance(e, ServerUp))
        await asyncio.sleep(0)

        assert not driver._stations


async def test_connecting_uses_the_platform_7_member() -> None:
    host = AlpacaHost()
    host.connected["filterwheel"] = False
    async with on(host) as (driver, events):
        await events.until(lambda e: isinstance(e, WheelReport) and not e.connected)

        await driver.connect(DeviceRef("a", "uid-filterwheel"))
        report = await events.until(lambda e: isinstance(e, WheelReport) and e.connected)

    assert host.puts == ["connect"]
    assert isinstance(report, WheelReport)
    assert report.baseline


async def test_lengths_are_turned_into_millimetres_and_colour_is_read() -> None:
    host = AlpacaHost()
    async with on(host) as (_, events):
        mount = await events.until(lambda e: isinstance(e, MountReport))
        seen = await events.until(
            lambda e: isinstance(e, DeviceSeen) and e.identity.ref.key == "uid-camera"
        )

    assert isinstance(mount, MountReport)
    assert mount.focal_length_mm == 530
    assert mount.aperture_mm is None
    assert isinstance(seen, DeviceSeen)
    assert seen.identity.sensor is not None
    assert seen.identity.sensor.bit_depth == 16
    assert seen.identity.sensor.colour is True


@contextmanager
def announcing(host: AlpacaHost) -> Iterator[tuple[int, list[int]]]:
    """Answer discovery on a free shared port with the HTTP ports in the list."""
    ports = [host.port]
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    sock.bind(("127.255.255.255", 0))
    sock.settimeout(5)
    replies = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    replies.bind(("127.0.0.1", 0))

    def answer() -> None:
        while True:
            request, asker = sock.recvfrom(64)
            if not request.startswith(b"alpacadiscovery1"):
                return
            replies.sendto(json.dumps({"AlpacaPort": ports[0]}).encode(), asker)

    thread = threading.Thread(target=answer)
    thread.start()
    try:
        yield sock.getsockname()[1], ports
    finally:
        replies.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        replies.sendto(b"end", sock.getsockname())
        thread.join()
        sock.close()
        replies.close()


async def test_a_device_whose_address_changed_is_found_by_its_unique_id() -> None:
    first, second = AlpacaHost(), AlpacaHost()
    wheel = DeviceRef("a", "uid-filterwheel")
    try:
        with announcing(first) as (port, ports):
            async with on(first, host=None, discover=True, discovery_port=port) as (driver, events):
                await events.until(lambda e: isinstance(e, WheelReport))
                ports[0] = second.port
                since = len(events.events)

                first.close()
                await events.until(lambda e: isinstance(e, DeviceGone) and e.ref == wheel, since)
                gone = len(events.events)
                report = await events.until(lambda e: isinstance(e, WheelReport), gone)
                await driver.set_filter(wheel, 1)

                assert isinstance(report, WheelReport)
                assert report.ref == wheel
                assert report.baseline
                assert second.filter_position == 1
    finally:
        second.close()
