"""The Alpaca driver: finds servers and devices, keeps a station for each device."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from time import monotonic
from typing import ClassVar

from pydantic import BaseModel

from rigd.devices import DeviceRef
from rigd.driver import Driver, ServerAddress
from rigd.errors import DeviceError, DeviceUnavailableError, InvalidValueError
from rigd.events import Event, FocuserReport, ServerDown, ServerUp, WheelReport

from .alpaca_devices import DEVICE_TYPES, ask_to_connect
from .alpaca_discovery import Host, Listed, list_devices, search
from .alpaca_options import AlpacaOptions
from .alpaca_station import AlpacaStation
from .alpaca_transport import AlpacaTransportError

FIRST_PAUSE_S = 0.5


class AlpacaDriver:
    """All devices of one Alpaca server, or of all servers that answer a discovery."""

    Options: ClassVar[type[BaseModel]] = AlpacaOptions

    def __init__(self, address: ServerAddress, emit: Callable[[Event], None]) -> None:
        options = address.options
        if not isinstance(options, AlpacaOptions):
            raise TypeError(f"{address.name}: options of another driver: {type(options).__name__}")
        self._server = address.name
        self._options = options
        self._emit = emit
        self._stations: dict[DeviceRef, AlpacaStation] = {}
        self._up: bool | None = None
        self._search_now = asyncio.Event()

    async def run(self) -> None:
        """Look for servers and devices, poll them, until cancelled."""
        searchers = ThreadPoolExecutor(max_workers=8, thread_name_prefix="alpaca-search")
        pause_s = FIRST_PAUSE_S
        try:
            async with asyncio.TaskGroup() as group:
                while True:
                    self._search_now.clear()
                    complete = await self._look(searchers, group)
                    missing = any(station.gone for station in self._stations.values())
                    settled = complete and not missing
                    pause_s = FIRST_PAUSE_S if settled else min(2 * pause_s, self._options.search_s)
                    try:
                        async with asyncio.timeout(self._options.search_s if settled else pause_s):
                            await self._search_now.wait()
                    except TimeoutError:
                        continue
        finally:
            self._stations.clear()
            self._up = None
            searchers.shutdown(wait=False, cancel_futures=True)

    async def connect(self, ref: DeviceRef) -> None:
        """Ask the device to connect to its hardware."""
        await self._station(ref).command(ask_to_connect, sign=None)

    async def set_filter(self, ref: DeviceRef, filter_position: int) -> None:
        """Turn the wheel to a 0-based position."""
        station = self._station(ref)
        wheel = station.last
        if not isinstance(wheel, WheelReport):
            raise DeviceError(f"{ref}: is no filter wheel")
        if wheel.slots is not None and not 0 <= filter_position < wheel.slots:
            raise InvalidValueError(
                f"{ref}: filter position {filter_position} outside 0 to {wheel.slots - 1}"
            )

        def turn(device: object) -> None:
            device.Position = filter_position  # type: ignore[attr-defined]  # alpyca is untyped

        sign = replace(wheel, filter_position=None, moving=True, baseline=False, fault=None)
        await station.command(turn, sign=sign)

    async def move_focuser(self, ref: DeviceRef, position_steps: int) -> None:
        """Move the focuser to an absolute position; Alpaca's lowest is 0."""
        station, focuser = self._focuser(ref)
        if focuser.max_steps is not None and position_steps > focuser.max_steps:
            raise InvalidValueError(
                f"{ref}: position {position_steps} steps above maximum {focuser.max_steps} steps"
            )
        if position_steps < 0:
            raise InvalidValueError(f"{ref}: position {position_steps} steps below minimum 0 steps")
        if focuser.position_steps is None:  # a relative focuser would take it as a distance
            raise DeviceError(f"{ref}: tells no absolute position, so it is not moved")
        await station.command(
            lambda device: device.Move(position_steps), sign=replace(focuser, moving=True)
        )

    async def halt_focuser(self, ref: DeviceRef) -> None:
        """Stop the focuser's motor."""
        station, _ = self._focuser(ref)
        await station.command(lambda device: device.Halt(), sign=None)

    async def read_focuser(self, ref: DeviceRef) -> None:
        """Emit a fresh `FocuserReport`."""
        station, _ = self._focuser(ref)
        await station.read_back()

    def _station(self, ref: DeviceRef) -> AlpacaStation:
        station = self._stations.get(ref)
        if station is None:
            raise DeviceUnavailableError(f"{ref}: no such device on {self._server}")
        station.must_be_present()
        return station

    def _focuser(self, ref: DeviceRef) -> tuple[AlpacaStation, FocuserReport]:
        station = self._station(ref)
        if not isinstance(station.last, FocuserReport):
            raise DeviceError(f"{ref}: is no focuser")
        return station, station.last

    async def _look(self, searchers: ThreadPoolExecutor, group: asyncio.TaskGroup) -> bool:
        """One look for servers and devices; True if each server found could be listed."""
        loop = asyncio.get_running_loop()
        options = self._options
        if options.host is not None:
            hosts = frozenset({Host(options.host, options.port)})
        else:
            hosts = await loop.run_in_executor(searchers, search, options.discovery_port)
        lists = await asyncio.gather(
            *(
                loop.run_in_executor(searchers, list_devices, host, options.timeout_s)
                for host in sorted(hosts, key=lambda host: (host.address, host.port))
            ),
            return_exceptions=True,
        )
        failed: str | None = None
        rows: list[Listed] = []
        for listing in lists:
            if isinstance(listing, AlpacaTransportError):
                failed = str(listing)
            elif isinstance(listing, BaseException):
                raise listing
            else:
                rows.extend(listing)
        answered = any(not isinstance(listing, BaseException) for listing in lists)
        self._tell(answered=answered, reason=failed or "no server answers the discovery")
        for row in rows:
            self._adopt(row, group)
        return answered and failed is None

    def _tell(self, *, answered: bool, reason: str) -> None:
        if answered and not self._up:
            self._up = True
            self._emit(ServerUp(at_s=monotonic(), server=self._server))
        alive = any(not station.gone for station in self._stations.values())
        if not answered and not alive and self._up is not False:
            self._up = False
            self._emit(ServerDown(at_s=monotonic(), server=self._server, reason=reason))

    def _adopt(self, row: Listed, group: asyncio.TaskGroup) -> None:
        if row.device_type not in DEVICE_TYPES or row.unique_id in self._options.ignore_unique_ids:
            return
        ref = DeviceRef(self._server, row.unique_id)
        station = self._stations.get(ref)
        if station is not None:
            station.found_at(row)
            return
        station = AlpacaStation(ref, row, self._options, self._emit, self._search_now.set)
        self._stations[ref] = station
        group.create_task(station.run())


_conforms: type[Driver] = AlpacaDriver
