"""One Alpaca device: its worker thread, its polling, its breaker."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from time import monotonic
from typing import Any, TypeVar

from rigd.devices import DeviceIdentity, DeviceRef
from rigd.errors import DeviceError, DeviceUnavailableError
from rigd.events import DeviceGone, DeviceReport, DeviceSeen, Event, FocuserReport, WheelReport

from .alpaca_devices import REFUSALS, NotConnected, fault_words, open_device
from .alpaca_discovery import Listed
from .alpaca_options import AlpacaOptions
from .alpaca_reading import read_connected, read_identity, read_names, read_report
from .alpaca_transport import AlpacaTransport, AlpacaTransportError

POLL_FAILS: tuple[type[Exception], ...] = (AlpacaTransportError, *REFUSALS)
FAILURES = 3
FAST_AFTER_COMMAND_S = 2.0
T = TypeVar("T")
Reading = tuple[DeviceIdentity, DeviceReport]


class AlpacaStation:
    """Polls one device and passes commands to it; nothing here waits for another device."""

    def __init__(
        self,
        ref: DeviceRef,
        listed: Listed,
        options: AlpacaOptions,
        emit: Callable[[Event], None],
        lost: Callable[[], None],
    ) -> None:
        self.ref = ref
        self.listed = listed
        self.present = False
        self.gone = False
        self.identity: DeviceIdentity | None = None
        self.last: DeviceReport | None = None
        self._options = options
        self._emit = emit
        self._lost = lost
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="alpaca")
        self._wake = asyncio.Event()
        self._failures = 0
        self._fast_until_s = 0.0
        self._learnt = False
        self._names: tuple[str, ...] = ()
        self._open(listed)

    async def run(self) -> None:
        """Poll until cancelled."""
        try:
            while True:
                await self._poll()
                self._wake.clear()
                try:
                    async with asyncio.timeout(self._pause_s()):
                        await self._wake.wait()
                except TimeoutError:
                    continue
        finally:
            self._worker.submit(self._transport.close)
            self._worker.shutdown(wait=False)

    def found_at(self, listed: Listed) -> None:
        """The device was listed: poll at once if it was lost, at its new address if it moved."""
        if not self.gone:
            return
        if listed != self.listed:
            self._worker.submit(self._transport.close)
            self.listed = listed
            self._open(listed)
        self._wake.set()

    async def command(self, act: Callable[[Any], None], *, sign: DeviceReport | None) -> None:
        """Tell the device, emit `sign` as the sign of motion, and poll fast from now on."""
        self.must_be_present()
        device = self._device
        try:
            await self._in_thread(lambda: act(device))
        except AlpacaTransportError as error:
            if error.sent:
                raise TimeoutError(f"{self.ref}: {error}") from error
            raise DeviceUnavailableError(f"{self.ref}: {error}") from error
        except NotConnected as error:
            raise DeviceUnavailableError(f"{self.ref}: not connected to its hardware") from error
        except REFUSALS as error:
            raise DeviceError(f"{self.ref}: {fault_words(error)}") from error
        if sign is not None:
            self._learnt = True
            self._emit(replace(sign, at_s=monotonic()))
        self._fast_until_s = monotonic() + FAST_AFTER_COMMAND_S
        self._wake.set()

    async def read_back(self) -> None:
        """Emit a report that is read from now on."""
        self.must_be_present()
        try:
            self._take(await self._in_thread(self._read))
        except AlpacaTransportError as error:
            raise DeviceUnavailableError(f"{self.ref}: {error}") from error
        except REFUSALS as error:
            raise DeviceError(f"{self.ref}: {fault_words(error)}") from error

    def must_be_present(self) -> None:
        """Raise `DeviceUnavailableError` unless the device answers."""
        if not self.present:
            raise DeviceUnavailableError(f"{self.ref}: the device does not answer")

    def _open(self, listed: Listed) -> None:
        host = listed.host
        self._transport = AlpacaTransport(host.address, host.port, self._options.timeout_s)
        self._device = open_device(
            listed.device_type, listed.number, host.address, host.port, self._transport
        )

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._worker, work)

    async def _poll(self) -> None:
        try:
            self._take(await self._in_thread(self._read))
        except POLL_FAILS:
            self._failures += 1
            if self._failures >= FAILURES and not self.gone:
                if self.present:
                    self._emit(DeviceGone(at_s=monotonic(), ref=self.ref))
                self.gone, self.present, self.last, self.identity = True, False, None, None
                self._learnt = False
                self._lost()

    def _read(self) -> Reading:
        connected = read_connected(self._device)
        identity = self.identity
        was_connected = self.last is not None and self.last.connected
        if identity is None or (connected and not was_connected):
            identity = read_identity(self._device, self.listed, self.ref)
            self._names = read_names(self._device) if identity.slots else ()
        return identity, read_report(self._device, identity, self._names, connected=connected)

    def _take(self, reading: Reading) -> None:
        identity, report = reading
        self._failures = 0
        self.gone = False
        if identity != self.identity or not self.present:
            self._emit(DeviceSeen(at_s=monotonic(), identity=identity))
        self.identity, self.present = identity, True
        if isinstance(report, WheelReport):
            if not report.connected:
                self._learnt = False
            report = replace(report, baseline=not self._learnt)
            self._learnt |= report.filter_position is not None
        self.last = report
        self._emit(report)

    def _pause_s(self) -> float:
        if self._failures and not self.gone:
            return self._options.moving_s
        moving = isinstance(self.last, WheelReport | FocuserReport) and self.last.moving
        fast = moving or monotonic() < self._fast_until_s
        return self._options.moving_s if fast else self._options.idle_s
