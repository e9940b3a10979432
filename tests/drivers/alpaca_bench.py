from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from rigd.drivers.alpaca.driver import AlpacaDriver

from rigd.devices.driver import ServerAddress
from rigd.devices.events import DeviceSeen, Event, WheelReport
from rigd.devices.identity import DeviceIdentity, DeviceRef
from tests.drivers.bench import Recorder, running

WHEEL = DeviceRef("lan", "uid-wheel")
FOCUSER = DeviceRef("lan", "uid-focuser")
CAMERA = DeviceRef("lan", "uid-camera")
FAST = {
    "idle_s": 0.05,
    "moving_s": 0.01,
    "camera_s": 0.05,
    "survey_s": 0.1,
    "timeout_s": 0.3,
    "command_s": 0.5,
}


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


def wheel_at(position: int | None) -> Callable[[Event], bool]:
    return lambda e: isinstance(e, WheelReport) and e.filter_position == position


async def identity(events: Recorder, ref: DeviceRef) -> DeviceIdentity:
    seen = await events.until(lambda e: isinstance(e, DeviceSeen) and e.identity.ref == ref)
    assert isinstance(seen, DeviceSeen)
    return seen.identity
