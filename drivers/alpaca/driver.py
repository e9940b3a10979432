"""ASCOM Alpaca through alpyca: finds servers and their devices, and keeps a link to each."""

import asyncio
import logging
from collections.abc import Callable
from time import monotonic
from typing import ClassVar

from pydantic import BaseModel

from rigd.devices.driver import Message, RecordedDriver, ServerAddress
from rigd.devices.events import Event, ServerDown, ServerUp
from rigd.devices.identity import DeviceRef
from rigd.errors import DeviceError, DeviceUnavailableError

from .device import ListedDevice, PolledDevice
from .device_link import DeviceLink, LinkState
from .discovery import discover
from .filter_wheel import PolledWheel
from .focuser import PolledFocuser
from .kept_polls import Keep, KeptPolls, PlayedPolls
from .management import ServerSurvey, survey
from .options import AlpacaOptions
from .transport import NotSentError, RejectedError, Transport, UnansweredError
from .worker_thread import WorkerThread

log = logging.getLogger(__name__)

HANGS_S = 120.0
"""Beyond the longest pause between two searches, before it counts as hanging: a search waits for
servers that answer slowly."""
SEARCH_GAP_S = 0.3
"""Pause between two searches, so that many devices lost at once lead to one search, not to many."""


class AlpacaDriver:
    """One Alpaca server, or all that answer discovery, and their devices.

    Devices are known by their UniqueID: one that comes back under another address or number is
    the same device.
    """

    Options: ClassVar[type[BaseModel]] = AlpacaOptions

    def __init__(self, address: ServerAddress, emit: Callable[[Event], None]) -> None:
        options = address.options
        if not isinstance(options, AlpacaOptions):
            raise TypeError(f"{address.name}: options of another driver: {type(options).__name__}")
        self._server = address.name
        self._options = options
        self._emit = emit
        self._links: dict[DeviceRef, DeviceLink] = {}
        self._tasks: dict[DeviceRef, asyncio.Task[None]] = {}
        self._names: dict[DeviceRef, str] = {}
        """What every device is called that was ever listed."""
        self._said_cut: set[tuple[str, int]] = set()
        """Servers of which the log has said that they list too many devices."""
        self._turned_at_s = monotonic()
        """When it last began to search."""
        self._search = asyncio.Event()
        self._up = False
        self._said_down = False
        self._kept = KeptPolls()
        self._played = PlayedPolls(address.name)

    async def run(self) -> None:
        """Search for servers and poll their devices, until cancelled."""
        try:
            async with asyncio.TaskGroup() as group:
                while True:
                    self._search.clear()
                    self._turned_at_s = monotonic()
                    await self._search_once(group)
                    await asyncio.sleep(SEARCH_GAP_S)
                    try:
                        async with asyncio.timeout(self._pause_s()):
                            await self._search.wait()
                    except TimeoutError:
                        continue
        finally:
            for link in self._links.values():
                link.close()
            self._links.clear()
            self._tasks.clear()
            self._up = False

    def is_hanging(self, now_s: float) -> bool:
        """Whether it has not searched for too long."""
        longest_s = max(self._options.recheck_s, self._options.survey_s)
        return now_s - self._turned_at_s > longest_s + HANGS_S

    def keep_messages(self, keep: Keep) -> None:
        """Show every poll of every device."""
        self._kept.keep = keep

    def replay(self, message: Message, at_s: float) -> None:
        """Take a kept poll again; nothing is sent."""
        for event in self._played.events_of(message, at_s):
            self._emit(event)

    async def connect(self, ref: DeviceRef) -> None:
        """`Connect`, or `Connected = True` on an older device."""
        await self._link(ref).command(lambda device: device.connect())

    async def set_filter(self, ref: DeviceRef, filter_position: int) -> None:
        """Set `FilterWheel.Position`."""
        await self._link(ref).command(lambda device: _wheel(device).turn(filter_position))

    async def move_focuser(self, ref: DeviceRef, position_steps: int) -> None:
        """`Focuser.Move` to an absolute position."""
        await self._link(ref).command(lambda device: _focuser(device).move(position_steps))

    async def halt_focuser(self, ref: DeviceRef) -> None:
        """`Focuser.Halt`."""
        await self._link(ref).overtake(lambda device, way: _focuser(device).halt(way))

    async def read_focuser(self, ref: DeviceRef) -> None:
        """Poll the focuser once more."""
        await self._link(ref).command(lambda device: _focuser(device).poll(), changes=False)

    async def _search_once(self, group: asyncio.TaskGroup) -> None:
        options = self._options
        surveys: dict[tuple[str, int], asyncio.Task[str | None]] = {}

        def ask(host: str, port: int) -> None:
            if (host, port) not in surveys:
                surveys[host, port] = group.create_task(self._survey(group, host, port))

        if options.host is not None and options.port is not None:
            ask(options.host, options.port)
        else:
            for link in self._links.values():
                ask(*link.place)
            await discover(options.discovery_port, options.discovery_addresses, ask)
        outcomes = await asyncio.gather(*surveys.values())
        failures = [outcome for outcome in outcomes if outcome is not None]
        alive = any(link.state is LinkState.ALIVE for link in self._links.values())
        if len(failures) == len(outcomes) and not alive:
            nobody = f"no Alpaca server answers discovery on UDP port {options.discovery_port}"
            self._down("; ".join(failures) or nobody)

    async def _survey(self, group: asyncio.TaskGroup, host: str, port: int) -> str | None:
        """Open links to what a server lists as soon as it answers; returns why it does not."""
        transport = Transport(host, port, self._options.timeout_s)
        try:
            with WorkerThread("rigd-alpaca-survey", transport.close) as thread:
                try:
                    surveyed = await thread.run(lambda: survey(self._server, transport))
                finally:
                    transport.end()
        except (NotSentError, UnansweredError, RejectedError) as error:
            return str(error)
        except Exception as error:
            log.exception("%s:%s: an answer that rigd does not understand", host, port)
            return repr(error)
        self._take_survey(group, surveyed)
        return None

    def _take_survey(self, group: asyncio.TaskGroup, surveyed: ServerSurvey) -> None:
        if not self._up:
            self._up, self._said_down = True, False
            now_s = monotonic()
            self._kept.show_server(now_s, down=None)
            self._emit(ServerUp(at_s=now_s, server=self._server))
        place = (surveyed.host, surveyed.port)
        if surveyed.is_cut and place not in self._said_cut:
            self._said_cut.add(place)
            taken, there = len(surveyed.devices), surveyed.listed
            log.warning("%s:%s lists %s devices; rigd takes the first %s", *place, there, taken)
        ignored = self._options.ignore_unique_ids
        listed = {d.ref: d for d in surveyed.devices if d.unique_id not in ignored}
        for ref, link in tuple(self._links.items()):
            if link.place == place and ref not in listed:
                self._drop(ref, f"{surveyed.host}:{surveyed.port} lists it no more")
        for ref, device in listed.items():
            present = self._links.get(ref)
            if present is None:
                self._open(group, device, *place)
            elif present.place == place and present.listed.number == device.number:
                present.revive()
            elif present.place == place or present.state is LinkState.GONE:
                self._drop(ref, "has another address")
                self._open(group, device, *place)

    def _open(self, group: asyncio.TaskGroup, listed: ListedDevice, host: str, port: int) -> None:
        link = DeviceLink(
            listed,
            (host, port),
            self._options,
            self._emit,
            self._kept,
            on_gone=self._search.set,
            on_server_away=self._lose_server,
        )
        self._links[listed.ref] = link
        self._names[listed.ref] = listed.name
        self._tasks[listed.ref] = group.create_task(link.run())

    def _drop(self, ref: DeviceRef, reason: str) -> None:
        link = self._links.pop(ref)
        link.give_up(reason)
        link.close()
        self._tasks.pop(ref).cancel()

    def _lose_server(self, place: tuple[str, int], reason: str) -> None:
        """A server is away: all of its devices are, also those that were not asked meanwhile.

        It may be back before they are, with a state of its own that it has not read from them yet.
        """
        lost = [
            link
            for link in self._links.values()
            if link.place == place and link.state is LinkState.ALIVE
        ]
        if lost:
            names = [link.listed.name for link in lost]
            are = "is" if len(names) == 1 else "are"
            log.warning("%s %s gone: %s", " and ".join(names), are, reason)
        for link in lost:
            link.give_up(reason, is_told=True)

    def _down(self, reason: str) -> None:
        self._up = False
        if not self._said_down:
            self._said_down = True
            now_s = monotonic()
            self._kept.show_server(now_s, down=reason)
            self._emit(ServerDown(at_s=now_s, server=self._server, reason=reason))

    def _pause_s(self) -> float:
        complete = self._up and all(link.state is LinkState.ALIVE for link in self._links.values())
        return self._options.recheck_s if complete else self._options.survey_s

    def _link(self, ref: DeviceRef) -> DeviceLink:
        link = self._links.get(ref)
        if link is None:
            name = self._names.get(ref, ref.key)
            raise DeviceUnavailableError(f"{name}: not on Alpaca server {self._server}")
        return link


def _wheel(device: PolledDevice) -> PolledWheel:
    if not isinstance(device, PolledWheel):
        raise DeviceError(f"{device.name}: is no filter wheel")
    return device


def _focuser(device: PolledDevice) -> PolledFocuser:
    if not isinstance(device, PolledFocuser):
        raise DeviceError(f"{device.name}: is no focuser")
    return device


_conforms: type[RecordedDriver] = AlpacaDriver
