"""The driver of wheels that humans turn."""

import pytest
from rigd.drivers.manual import ManualDriver, ManualOptions

from rigd.devices.driver import ServerAddress
from rigd.devices.events import Event, WheelReport
from rigd.devices.identity import DeviceRef
from rigd.errors import DeviceUnavailableError

DRAWER = DeviceRef("manual", "drawer")


@pytest.fixture
def events() -> list[Event]:
    return []


@pytest.fixture
def driver(events: list[Event]) -> ManualDriver:
    return ManualDriver(ServerAddress(name="manual", options=ManualOptions()), events.append)


async def test_a_filter_asked_of_it_is_on_its_way_until_somebody_speaks(
    driver: ManualDriver, events: list[Event]
) -> None:
    await driver.set_filter(DRAWER, 2)
    driver.confirm(DRAWER, 2)

    asked, done = events
    assert isinstance(asked, WheelReport)
    assert isinstance(done, WheelReport)
    assert (asked.filter_position, asked.moving, asked.connected) == (None, True, True)
    assert (done.filter_position, done.moving, done.baseline) == (2, False, False)


async def test_it_has_no_focuser(driver: ManualDriver) -> None:
    with pytest.raises(DeviceUnavailableError, match="cannot move to 5 steps: a hand-turned"):
        await driver.move_focuser(DRAWER, 5)
    with pytest.raises(DeviceUnavailableError, match="cannot halt"):
        await driver.halt_focuser(DRAWER)
    with pytest.raises(DeviceUnavailableError, match="cannot read"):
        await driver.read_focuser(DRAWER)
