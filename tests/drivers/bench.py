import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from rigd.devices.driver import Driver
from rigd.devices.events import DeviceSeen, Event, FocuserReport, WheelReport
from rigd.devices.identity import DeviceRef


@dataclass
class Recorder:
    """Keeps all events and lets a test wait for one."""

    events: list[Event] = field(default_factory=list)
    _more: asyncio.Event = field(default_factory=asyncio.Event)

    def __call__(self, event: Event) -> None:
        self.events.append(event)
        self._more.set()

    async def until(self, wanted: Callable[[Event], bool], since: int = 0) -> Event:
        """The first event since an index that is wanted; the test's own limit bounds the wait."""
        while True:
            for event in self.events[since:]:
                if wanted(event):
                    return event
            self._more.clear()
            await self._more.wait()


@dataclass
class Bench:
    """A running driver with one camera, wheel, focuser and mount behind it."""

    driver: Driver
    events: Recorder
    server: str
    camera: DeviceRef
    wheel: DeviceRef
    focuser: DeviceRef
    mount: DeviceRef
    lose: Callable[[], None]
    running: asyncio.Task[None]

    async def at_rest(self) -> None:
        """Wait until all four devices are seen and wheel and focuser have said where they are."""
        for ref in (self.camera, self.wheel, self.focuser, self.mount):
            await self.events.until(
                lambda e, ref=ref: isinstance(e, DeviceSeen) and e.identity.ref == ref
            )
        await self.events.until(lambda e: isinstance(e, WheelReport) and e.baseline)
        await self.events.until(
            lambda e: isinstance(e, FocuserReport) and e.position_steps is not None
        )


@asynccontextmanager
async def running(driver: Driver) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(driver.run())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
