"""The link to one Alpaca device: its thread, how often it is asked, and when it counts as gone."""

import asyncio
import logging
from collections.abc import Callable
from enum import StrEnum
from functools import partial
from time import monotonic
from typing import TypeVar

from rigd.devices.events import DeviceGone, DeviceSeen, Event
from rigd.devices.identity import DeviceKind
from rigd.errors import DeviceError, DeviceUnavailableError

from .alpyca_devices import NOT_CONNECTED
from .device import ListedDevice, PolledDevice, Reading
from .device_kinds import make_device
from .kept_polls import KeptPolls
from .management import check_place
from .options import AlpacaOptions
from .transport import (
    AnotherDeviceError,
    AnswerError,
    NobodyThereError,
    NotSentError,
    RejectedError,
    Transport,
    UnansweredError,
)
from .worker_thread import WorkerThread

log = logging.getLogger(__name__)

FAILURES_UNTIL_GONE = 3
"""So many polls in a row must fail before a device counts as gone: one lost packet on a WLAN is
ordinary, three in a row are not."""

RETRY_S = 0.3
"""Pause after a poll that failed, at most: it is soon known whether the next one fails too."""

FAST_POLLING_S = 1.0
"""How long after a command a device is polled as often as if it moved: it may
begin to move only after it has answered."""

Work = Callable[[PolledDevice], Reading | None]
T = TypeVar("T")


class LinkState(StrEnum):
    """How a link stands."""

    NEW = "new"
    ALIVE = "alive"
    GONE = "gone"


class DeviceLink:
    """One device at one address."""

    def __init__(
        self,
        listed: ListedDevice,
        place: tuple[str, int],
        options: AlpacaOptions,
        emit: Callable[[Event], None],
        kept: KeptPolls,
        *,
        on_gone: Callable[[], None],
        on_server_away: Callable[[tuple[str, int], str], None],
    ) -> None:
        self.listed = listed
        self.place = place
        self._options = options
        self.state = LinkState.NEW
        self._transport = transport = self._make_way()
        self._emit = emit
        self._on_gone = on_gone
        self._on_server_away = on_server_away
        self._kept = kept
        self._answers = kept.listen_to(transport)
        self._device = make_device(listed, transport)
        self._thread = WorkerThread(f"rigd-alpaca-{listed.kind}", transport.close)
        self._wake = asyncio.Event()
        self._commands = 0
        self._failures = 0
        self._times_gone = 0
        self._fast_until_s = 0.0
        self._reason = "has not answered yet"
        self._closed = False

    async def run(self) -> None:
        """Poll the device until cancelled; while it is gone, wait until it is revived."""
        while True:
            self._wake.clear()
            pause_s = await self._poll_once()
            if self._wake.is_set():
                continue
            try:
                async with asyncio.timeout(pause_s):
                    await self._wake.wait()
            except TimeoutError:
                continue

    def revive(self) -> None:
        """The server lists the device: poll it again, if it was gone."""
        if self.state is LinkState.GONE:
            self._wake.set()

    async def command(self, work: Work, *, changes: bool = True) -> None:
        """Run a command on the device's thread and emit what it reports.

        Args:
            work: what to do; it blocks.
            changes: whether a request that was not answered may have changed something.

        Raises:
            DeviceUnavailableError: the device cannot be told.
            DeviceError: it refuses.
            TimeoutError: it was told and has not answered.
        """
        reading = await self._run_command(lambda: work(self._device), self._thread, changes=changes)
        if reading is not None and self.state is LinkState.ALIVE:
            self._emit_all(reading.events)

    async def _run_command(
        self, work: Callable[[], T], thread: WorkerThread, *, changes: bool
    ) -> T:
        name = self.listed.name
        if self.state is not LinkState.ALIVE or self._closed:
            raise DeviceUnavailableError(f"{name}: {self._reason}")
        self._commands += 1
        try:
            return await thread.run(work)
        except NotSentError as error:
            if isinstance(error, NobodyThereError):
                self._on_server_away(self.place, str(error))
            raise DeviceUnavailableError(f"{name}: {error}") from error
        except UnansweredError as error:
            if changes:
                raise TimeoutError(f"{name}: told, but {error}") from error
            raise DeviceUnavailableError(f"{name}: {error}") from error
        except AnswerError as error:
            if error.number == NOT_CONNECTED:
                raise DeviceUnavailableError(f"{name}: {error}") from error
            raise DeviceError(f"{name}: {error}") from error
        except RejectedError as error:
            raise DeviceError(f"{name}: {error}") from error
        finally:
            if changes:
                self._fast_until_s = monotonic() + FAST_POLLING_S
                self._wake.set()

    async def overtake(self, work: Callable[[PolledDevice, Transport], None]) -> None:
        """Run a command at once, by a connection of its own, whatever the device is busy with.

        Raises as `command` does.
        """
        way = self._make_way()
        with WorkerThread(f"rigd-alpaca-{self.listed.kind}-now", way.close) as thread:
            await self._run_command(lambda: work(self._device, way), thread, changes=True)

    def give_up(self, reason: str, *, is_told: bool = False) -> None:
        """The device is gone; a search may find it again.

        Args:
            reason: why it counts as gone.
            is_told: whether the log has said so already.
        """
        was, self.state, self._reason = self.state, LinkState.GONE, reason
        self._times_gone += 1
        if was is LinkState.ALIVE:
            if not is_told:
                log.warning("%s is gone: %s", self.listed.name, reason)
            self._tell_gone()
            self._on_gone()

    def close(self) -> None:
        """Ask nothing more; the thread ends when its request does."""
        self._closed = True
        self._transport.end()
        self._thread.close()

    def _tell_gone(self) -> None:
        now_s = monotonic()
        self._kept.show_gone(now_s, self.listed)
        self._emit(DeviceGone(at_s=now_s, ref=self.listed.ref))

    def _make_way(self) -> Transport:
        """A connection to the device's server that is used only while the device is there."""
        options = self._options
        return Transport(
            *self.place,
            options.timeout_s,
            put_timeout_s=options.command_s,
            check=partial(check_place, self.listed),
        )

    async def _poll_once(self) -> float | None:
        """Poll once; how long to pause after it, None until revived."""
        commands, times_gone = self._commands, self._times_gone
        was_connected = self._device.is_connected
        failures, dropped = self._failures, self._transport.dropped
        if self.state is LinkState.GONE:
            self._device.forget()
        self._answers.clear()
        try:
            reading = await self._thread.run(self._device.poll)
            lost = was_connected and not self._device.is_connected
            if (
                lost
                and self.state is LinkState.ALIVE
                and (failures or dropped != self._transport.dropped)
            ):
                # Its server was started anew: no client has disconnected it.
                self._tell_gone()
                self._device.forget()
                self._answers.clear()
                reading = await self._thread.run(self._device.poll)
        except AnotherDeviceError as error:
            self.give_up(str(error))
            return None
        except NobodyThereError as error:
            self._on_server_away(self.place, str(error))
            self.give_up(str(error))
            return None
        except (NotSentError, UnansweredError, RejectedError) as error:
            pause_s = self._handle_failure(str(error))
            if pause_s is None and isinstance(error, NotSentError):
                self._on_server_away(self.place, str(error))
            return pause_s
        except Exception as error:
            log.exception("%s: an answer that rigd does not understand", self.listed.name)
            return self._handle_failure(repr(error))
        self._failures = 0
        if times_gone != self._times_gone:
            return None  # its server was away meanwhile: nobody knows whether this is from before
        if self.state is not LinkState.ALIVE:
            if self.state is LinkState.GONE:
                log.info("%s is there again", self.listed.name)
            self.state = LinkState.ALIVE
        self._kept.show_poll(monotonic(), self.listed, self._answers)
        stale = commands != self._commands  # one was given meanwhile; its own report counts
        self._emit_all(tuple(e for e in reading.events if isinstance(e, DeviceSeen) or not stale))
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

    def _handle_failure(self, reason: str) -> float | None:
        self._failures += 1
        log.debug("%s: poll %s failed: %s", self.listed.name, self._failures, reason)
        if self.state is LinkState.ALIVE and self._failures < FAILURES_UNTIL_GONE:
            return min(RETRY_S, self._options.idle_s)
        self.give_up(reason)
        return None

    def _emit_all(self, events: tuple[Event, ...]) -> None:
        for event in events:
            self._emit(event)
