"""Which client has which virtual device open.

A virtual device is open for a client from its Connect to its Disconnect. A Disconnect concerns
that client alone: neither the hardware nor another client notices it. A client that never
connected sees the device as the others left it, as with any hub. What is open survives a restart
of rigd.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

from rigd.api.alpaca.client_names import Openings, find_name, name_client
from rigd.api.alpaca.envelope import AlpacaError, ErrorNumber
from rigd.api.http.settings import ServerSettings
from rigd.view.observatory import Observatory
from rigd.view.rig import Client, DeviceView

CLIENTS_LIMIT = 64
"""How many clients are remembered per device; the first to connect is forgotten first."""


ReadDevice = Callable[[], DeviceView]
"""Returns the device as it is at the moment of the call."""


@dataclass(slots=True)
class _Attempt:
    """A Connect() under way, or how it failed."""

    clients: list[str]
    deadline_s: float
    error: str | None = None


@dataclass(slots=True)
class _Openings:
    """One device: who has it open, and who has closed it while others have not."""

    clients: Openings = field(default_factory=dict)
    left: dict[str, None] = field(default_factory=dict)
    attempt: _Attempt | None = None


class Connections:
    """The open virtual devices of all clients."""

    def __init__(self, observatory: Observatory, settings: ServerSettings) -> None:
        self._observatory = observatory
        self._settings = settings
        self._recovered_s = monotonic() + settings.recovery_s
        self._devices: dict[str, _Openings] = {}
        for unique_id, clients in observatory.opened().items():
            if clients:
                self._devices[unique_id] = openings = _Openings()
                for key in clients:
                    name_client(key, openings.clients, self._all_openings())

    def name(self, program: str, client_id: int | None) -> Client:
        """The client of an address and a library that has this ClientID."""
        client = Client(name=program, client_id=client_id)
        name = find_name(client.key, self._all_openings())
        if name is None or name == program:
            return client
        return Client(name=name, client_id=client_id, program_name=program)

    def _all_openings(self) -> tuple[Openings, ...]:
        opened = self._observatory.opened()
        return tuple(self._devices[key].clients for key in self._devices if opened.get(key))

    def is_open(self, device: DeviceView, client: Client) -> bool:
        """Whether the device is open as this client sees it."""
        openings = self._devices.get(device.unique_id)
        if openings is None:
            return False
        if openings.attempt is not None:
            self._settle(device, openings)
        self._forget_closed(device, openings)
        if not openings.clients:
            return False
        return not openings.left or client.key not in openings.left

    def is_connecting(self, device: DeviceView) -> bool:
        """Whether a Connect() is under way.

        Raises:
            AlpacaError: the last one failed.
        """
        openings = self._devices.get(device.unique_id)
        if openings is None or openings.attempt is None:
            return False
        self._settle(device, openings)
        if openings.attempt is None:
            return False
        if openings.attempt.error is not None:
            raise AlpacaError(ErrorNumber.DEVICE_FAULT, openings.attempt.error)
        return True

    async def begin(self, rig: str, read_device: ReadDevice, client: Client) -> None:
        """Start to open a device; `is_connecting` and `is_open` tell how it went."""
        device = read_device()
        if device.connected:
            self._open(device, [client.key])
            return
        openings = self._devices.setdefault(device.unique_id, _Openings())
        deadline_s = monotonic() + self._settings.connecting_limit_s
        under_way = openings.attempt
        waiting = under_way.clients if under_way and under_way.error is None else []
        openings.attempt = _Attempt([*waiting, client.key][:CLIENTS_LIMIT], deadline_s)
        try:
            await self._observatory.request_connect(rig, client)
        except BaseException:
            openings.attempt = None
            raise

    async def open(self, rig: str, read_device: ReadDevice, client: Client) -> None:
        """Open a device and wait until its hardware is connected.

        Raises:
            AlpacaError: it could not be connected in time.
        """
        if not read_device().connected:
            await self._observatory.request_connect(rig, client)
            await self._wait(read_device, self._settings.connect_limit_s)
        device = read_device()
        if device.connected:
            self._open(device, [client.key])
            return
        reason = device.connect_error or (
            f"{device.name}: the hardware did not connect within"
            f" {self._settings.connect_limit_s:g} s"
        )
        raise AlpacaError(ErrorNumber.DEVICE_FAULT, reason)

    def close(self, device: DeviceView, client: Client) -> None:
        """Close a device for one client; the hardware stays as it is."""
        openings = self._devices.get(device.unique_id)
        if openings is None:
            return
        key = client.key
        openings.attempt = None
        openings.clients.pop(key, None)
        if openings.clients:
            openings.left[key] = None
            _forget(openings.left)
        else:
            openings.left.clear()
        self._observatory.remember_opened(device.unique_id, tuple(openings.clients))

    async def recover(self, read_device: ReadDevice) -> bool:
        """Soon after a start, wait for the hardware of a device that a client has open.

        Returns whether the hardware is connected.
        """
        remaining_s = self._recovered_s - monotonic()
        if remaining_s > 0:
            await self._wait(read_device, min(remaining_s, self._settings.connect_limit_s))
        return read_device().connected

    async def _wait(self, read_device: ReadDevice, limit_s: float) -> None:
        try:
            async with asyncio.timeout(limit_s):
                while not (device := read_device()).connected:
                    if device.connect_error is not None and not device.connecting:
                        return
                    await self._observatory.changed()
        except TimeoutError:
            return

    def _forget_closed(self, device: DeviceView, openings: _Openings) -> None:
        """Forget who has a device open, if the observatory has closed it for all."""
        if not self._observatory.opened().get(device.unique_id):
            openings.clients.clear()
            openings.left.clear()

    def _settle(self, device: DeviceView, openings: _Openings) -> None:
        attempt = openings.attempt
        if attempt is None or attempt.error is not None:
            return
        if device.connected:
            self._open(device, attempt.clients)
        elif device.connect_error is not None and not device.connecting:
            attempt.error = device.connect_error
        elif monotonic() > attempt.deadline_s:
            limit_s = self._settings.connecting_limit_s
            attempt.error = f"{device.name}: the hardware did not connect within {limit_s:g} s"

    def _open(self, device: DeviceView, clients: list[str]) -> None:
        openings = self._devices.setdefault(device.unique_id, _Openings())
        openings.attempt = None
        self._forget_closed(device, openings)
        fresh = [key for key in clients if key not in openings.clients]
        for key in clients:
            name_client(key, openings.clients, self._all_openings())
            openings.left.pop(key, None)
        _forget(openings.clients)
        if fresh:
            self._observatory.remember_opened(device.unique_id, tuple(openings.clients))


def _forget(clients: dict[str, None] | Openings) -> None:
    while len(clients) > CLIENTS_LIMIT:
        del clients[next(iter(clients))]
