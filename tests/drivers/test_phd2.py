"""PHD2's event server: what is heard of guiding, and pausing it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from rigd.drivers.phd2 import Phd2Driver, Phd2Options

from rigd.devices.driver import ServerAddress
from rigd.devices.events import DeviceGone, Event, GuiderReport, ServerDown, ServerUp
from rigd.devices.identity import DeviceRef
from rigd.errors import DeviceError, DeviceUnavailableError
from tests.drivers.phd2_server import Phd2Server
from tests.limits import LIMIT_S

PHD2 = DeviceRef("phd2", "PHD2")


class Heard:
    """What the driver emitted."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._news = asyncio.Event()

    def emit(self, event: Event) -> None:
        self.events.append(event)
        self._news.set()

    @property
    def guider(self) -> GuiderReport | None:
        reports = [e for e in self.events if isinstance(e, GuiderReport)]
        return reports[-1] if reports else None

    async def until(self, true: Callable[[], object]) -> None:
        async with asyncio.timeout(LIMIT_S):
            while not true():
                self._news.clear()
                await self._news.wait()


@asynccontextmanager
async def driving(server: Phd2Server, **options: object) -> AsyncIterator[tuple[Phd2Driver, Heard]]:
    heard = Heard()
    given = Phd2Options.model_validate({"host": "127.0.0.1", "port": server.port, **options})
    driver = Phd2Driver(ServerAddress(name="phd2", options=given), heard.emit)
    task = asyncio.create_task(driver.run())
    try:
        yield driver, heard
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_what_phd2_does_when_rigd_comes_is_heard() -> None:
    async with Phd2Server("Guiding") as server, driving(server) as (_, heard):
        await heard.until(lambda: heard.guider)

        assert heard.guider is not None
        assert (heard.guider.ref, heard.guider.connected) == (PHD2, True)
        assert (heard.guider.guiding, heard.guider.paused) == (True, False)
        assert any(isinstance(e, ServerUp) for e in heard.events)


@pytest.mark.parametrize(
    ("state", "guiding", "paused", "calibrating"),
    [
        ("Stopped", False, False, False),
        ("Looping", False, False, False),
        ("Selected", False, False, False),
        ("Calibrating", True, False, True),
        ("Guiding", True, False, False),
        ("LostLock", True, False, False),
        ("Paused", False, True, False),
    ],
)
async def test_every_state_of_phd2_has_a_meaning(
    state: str, guiding: bool, paused: bool, calibrating: bool
) -> None:
    async with Phd2Server(state) as server, driving(server) as (_, heard):
        await heard.until(lambda: heard.guider)

        assert heard.guider is not None
        assert heard.guider.guiding is guiding
        assert heard.guider.paused is paused
        assert heard.guider.calibrating is calibrating


async def test_changes_of_state_are_heard_as_they_happen() -> None:
    async with Phd2Server("Stopped") as server, driving(server) as (_, heard):
        await heard.until(lambda: heard.guider)

        server.become("Guiding")
        await heard.until(lambda: heard.guider and heard.guider.guiding)
        server.become("Stopped")
        await heard.until(lambda: heard.guider and not heard.guider.guiding)


async def test_pausing_pauses_fully_and_going_on_goes_on() -> None:
    async with Phd2Server("Guiding") as server, driving(server) as (driver, heard):
        await heard.until(lambda: heard.guider)

        await driver.pause_guiding(PHD2, paused=True)
        await heard.until(lambda: heard.guider and heard.guider.paused)
        await driver.pause_guiding(PHD2, paused=False)
        await heard.until(lambda: heard.guider and heard.guider.guiding)

        assert server.pauses == [[True, "full"], [False]]


async def test_paused_again_before_it_went_on_it_says_once_more_that_it_is_paused() -> None:
    async with Phd2Server("Guiding") as server, driving(server) as (driver, heard):
        await heard.until(lambda: heard.guider)
        await driver.pause_guiding(PHD2, paused=True)
        await heard.until(lambda: heard.guider and heard.guider.paused)
        said = heard.guider

        await driver.pause_guiding(PHD2, paused=True)
        await heard.until(lambda: heard.guider is not said)

        assert heard.guider is not None
        assert heard.guider.paused


async def test_a_refusal_is_said() -> None:
    async with Phd2Server("Guiding") as server, driving(server) as (driver, heard):
        await heard.until(lambda: heard.guider)
        server.refuses = True

        with pytest.raises(DeviceError, match="cannot pause now"):
            await driver.pause_guiding(PHD2, paused=True)


async def test_a_silent_phd2_is_given_up_and_found_again() -> None:
    server = Phd2Server("Guiding")
    async with server, driving(server, answer_s=0.2, poll_s=0.1) as (driver, heard):
        await heard.until(lambda: heard.guider)
        server.silent = True
        with pytest.raises((TimeoutError, DeviceUnavailableError)):
            await driver.pause_guiding(PHD2, paused=True)
        await heard.until(lambda: any(isinstance(e, DeviceGone) for e in heard.events))

        server.silent = False
        heard.events.clear()
        await heard.until(lambda: heard.guider)


async def test_without_phd2_it_is_said_once_and_nothing_can_be_paused() -> None:
    async with Phd2Server() as server:
        pass
    async with driving(server, retry_max_s=0.2) as (driver, heard):
        await heard.until(lambda: heard.events)

        with pytest.raises(DeviceUnavailableError, match="not connected"):
            await driver.pause_guiding(PHD2, paused=True)

        async with server:
            await heard.until(lambda: heard.guider)
        assert sum(isinstance(e, ServerDown) for e in heard.events[:-2]) == 1


async def test_each_instance_has_a_port_of_its_own() -> None:
    assert Phd2Options().instance == 1
    with pytest.raises(ValueError, match="greater than or equal to 1"):
        Phd2Options(instance=0)


async def test_phd2_moves_nothing() -> None:
    async with Phd2Server() as server, driving(server) as (driver, _):
        with pytest.raises(DeviceUnavailableError, match="only guides"):
            await driver.move_focuser(PHD2, 100)
