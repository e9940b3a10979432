"""The link to one Alpaca device: its thread, how often it is asked, and when it counts as gone."""

import asyncio
import logging
from collections.abc import Callable
from enum import StrEnum
from time import monotonic

from rigd.devices.events import DeviceGone, DeviceSeen, Event
from rigd.devices.identity import DeviceKind
from rigd.errors import DeviceError, DeviceUnavailableError

from .alpyca_devices import NOT_CONNECTED, AlpacaCamera, AlpacaFocuser, AlpacaTelescope, AlpacaWheel
from .device import Listed, PolledDevice, Reading
from .filter_wheel import PolledWheel
from .focuser import PolledFocuser
from .options import AlpacaOptions
from .transport import AnswerError, NotSentError, RejectedError, Transport, UnansweredError
from .watched import PolledCamera, PolledMount
from .worker_thread import WorkerThread

log = logging.getLogger(__name__)

FAILURES = 3
"""So many looks in a row must fail before a device counts as gone."""

AGAIN_S = 0.3
"""Pause after a look that failed, at most."""

FAST_AFTER_S = 1.0
"""How long after a command a device is asked as often as if it moved."""

Work = Callable[[PolledDevice], Reading | None]


class LinkState(StrEnum):
    """How a link stands."""

    NEW = "new"
    ALIVE = "alive"
    GONE = "gone"


class DeviceLink:
    """One device at one address."""

    def __init__(
        self,
        listed: Listed,
        transport: Transport,
        options: AlpacaOptions,
        emit: Callable[[Event], None],
        lost: Callable[[], None],
    ) -> None:
        self.listed = listed
        self.place = (transport.host, transport.port)
        self.state = LinkState.NEW
        self._transport = transport
        self._options = options
        self._emit = emit
        self._lost = lost
        self._side = _side(listed, transport)
        self._thread = WorkerThread(f"rigd-alpaca-{listed.kind}", transport.close)
        self._wake = asyncio.Event()
        self._orders = 0
        self._failures = 0
        self._fast_until_s = 0.0
        self._reason = "has not answered yet"
        self._closed = False

    async def run(self) -> None:
        """Look at the device again and again; while it is gone, wait until it is revived."""
        while True:
            self._wake.clear()
            pause_s = await self._look()
            if self._wake.is_set():
                continue
            try:
                async with asyncio.timeout(pause_s):
                    await self._wake.wait()
            except TimeoutError:
                continue

    def revive(self) -> None:
        """The server lists the device: look again, if it was gone."""
        if self.state is LinkState.GONE:
            self._wake.set()

    async def order(self, work: Work, *, changes: bool = True) -> None:
        """Have something done on the device's thread and report what comes of it.

        Args:
            work: what to do; it blocks.
            changes: whether a request that was not answered may have changed something.

        Raises:
            DeviceUnavailableError: the device cannot be told.
            DeviceError: it refuses.
            TimeoutError: it was told and has not answered.
        """
        ref = self.listed.ref
        if self.state is not LinkState.ALIVE or self._closed:
            raise DeviceUnavailableError(f"{ref}: {self._reason}")
        self._orders += 1
        try:
            reading = await self._thread.do(lambda: work(self._side))
        except NotSentError as error:
            raise DeviceUnavailableError(f"{ref}: {error}") from error
        except UnansweredError as error:
            if changes:
                raise TimeoutError(f"{ref}: told, but {error}") from error
            raise DeviceUnavailableError(f"{ref}: {error}") from error
        except AnswerError as error:
            if error.number == NOT_CONNECTED:
                raise DeviceUnavailableError(f"{ref}: {error}") from error
            raise DeviceError(f"{ref}: {error}") from error
        except RejectedError as error:
            raise DeviceError(f"{ref}: {error}") from error
        finally:
            if changes:
                self._fast_until_s = monotonic() + FAST_AFTER_S
                self._wake.set()
        if reading is not None and self.state is LinkState.ALIVE:
            self._tell(reading.events)

    def give_up(self, reason: str) -> None:
        """The device is gone; a search may find it again."""
        was, self.state, self._reason = self.state, LinkState.GONE, reason
        if was is LinkState.ALIVE:
            log.warning("%s: gone: %s", self.listed.ref, reason)
            self._emit(DeviceGone(at_s=monotonic(), ref=self.listed.ref))
            self._lost()

    def close(self) -> None:
        """Ask nothing more; the thread ends when its request does."""
        self._closed = True
        self._transport.end()
        self._thread.close()

    async def _look(self) -> float | None:
        """One look; how long to pause after it, None until revived."""
        orders = self._orders
        try:
            reading = await self._thread.do(self._side.poll)
        except (NotSentError, UnansweredError, RejectedError) as error:
            return self._failed(str(error))
        except Exception as error:
            log.exception("%s: an answer that rigd does not understand", self.listed.ref)
            return self._failed(repr(error))
        self._failures = 0
        if self.state is not LinkState.ALIVE:
            if self.state is LinkState.GONE:
                log.info("%s: found again", self.listed.ref)
            self.state = LinkState.ALIVE
        stale = orders != self._orders  # an order was given meanwhile; its own report counts
        self._tell(tuple(e for e in reading.events if isinstance(e, DeviceSeen) or not stale))
        return self._pause_s(busy=reading.busy)

    def _pause_s(self, *, busy: bool) -> float:
        options = self._options
        if monotonic() < self._fast_until_s:
            return options.moving_s
        match self.listed.kind:
            case DeviceKind.CAMERA:
                return options.camera_s
            case DeviceKind.MOUNT:
                return options.camera_s if busy else options.idle_s
            case _:
                return options.moving_s if busy else options.idle_s

    def _failed(self, reason: str) -> float | None:
        self._failures += 1
        log.debug("%s: look %s failed: %s", self.listed.ref, self._failures, reason)
        if self.state is LinkState.ALIVE and self._failures < FAILURES:
            return min(AGAIN_S, self._options.idle_s)
        self._side.forget()
        self.give_up(reason)
        return None

    def _tell(self, events: tuple[Event, ...]) -> None:
        for event in events:
            self._emit(event)


def _side(listed: Listed, transport: Transport) -> PolledDevice:
    match listed.kind:
        case DeviceKind.FILTERWHEEL:
            return PolledWheel(listed, AlpacaWheel(transport, listed.number))
        case DeviceKind.FOCUSER:
            return PolledFocuser(listed, AlpacaFocuser(transport, listed.number))
        case DeviceKind.CAMERA:
            return PolledCamera(listed, AlpacaCamera(transport, listed.number))
        case DeviceKind.MOUNT:
            return PolledMount(listed, AlpacaTelescope(transport, listed.number))
