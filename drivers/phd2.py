"""PHD2 over its event server: whether it guides, and pausing it (JSON-RPC over TCP, port 4400)."""

import asyncio
import json
import logging
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from time import monotonic
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from rigd.devices.driver import Guider, ServerAddress
from rigd.devices.events import DeviceGone, Event, GuiderReport, ServerDown, ServerUp
from rigd.devices.identity import DeviceRef
from rigd.errors import DeviceError, DeviceUnavailableError

log = logging.getLogger(__name__)

FIRST_PORT = 4400
"""Of the first instance; each further one listens on the next port."""
LINE_LIMIT = 1 << 20
"""Longest line of PHD2: rigd asks for nothing long (never for the image of the star)."""
RETRY_S = 0.2
"""First pause before connecting again; doubled each time, up to `retry_max_s`."""
GUIDER = "PHD2"
"""The device's key: each instance of PHD2 is one guider."""
GUIDING = frozenset({"Guiding", "LostLock", "Calibrating"})
"""Of `get_app_state`: what a move of the focuser would disturb."""
STATE_OF_EVENT = {"StartGuiding": "Guiding", "StartCalibration": "Calibrating", "Paused": "Paused"}
"""Events that say by themselves what state PHD2 is in now."""
STATE_CHANGING_EVENTS = frozenset(
    {
        "CalibrationComplete",
        "CalibrationFailed",
        "GuidingStopped",
        "LoopingExposures",
        "LoopingExposuresStopped",
        "Resumed",
        "SettleDone",
        "StarLost",
        "StarSelected",
    }
)
"""Events after which the state is asked for."""


class Phd2Options(BaseModel):
    """The keys of a `[[servers]]` table with `driver = "phd2"`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = Field(default="localhost", description="Host that PHD2 runs on.")
    instance: int = Field(default=1, ge=1, le=100, description="Which PHD2, counted from 1.")
    port: int | None = Field(
        default=None, ge=1, le=65535, description="TCP port; by default the instance's own."
    )
    answer_s: float = Field(default=3.0, gt=0, le=30, description="Longest wait for an answer.")
    poll_s: float = Field(default=5.0, gt=0, le=60, description="Seconds between two questions.")
    retry_max_s: float = Field(
        default=10.0, gt=0, le=300, description="Longest wait between attempts to connect."
    )


class Phd2Driver:
    """One instance of PHD2."""

    Options: ClassVar[type[BaseModel]] = Phd2Options

    def __init__(self, address: ServerAddress, emit: Callable[[Event], None]) -> None:
        options = address.options
        if not isinstance(options, Phd2Options):
            raise TypeError(options)
        self._server = address.name
        self._options = options
        self._emit = emit
        self._ref = DeviceRef(address.name, GUIDER)
        self._writer: asyncio.StreamWriter | None = None
        self._numbers = count(1)
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._state: str | None = None
        self._state_due = False
        """Whether the next state is said even if it is no other: somebody waits for it."""
        self._state_wanted = asyncio.Event()
        self._loss_reported = False

    async def run(self) -> None:
        """Stay connected, with a capped back-off, until cancelled."""
        wait_s = RETRY_S
        while True:
            was_up = await self._run_connection()
            wait_s = RETRY_S if was_up else min(wait_s * 2, self._options.retry_max_s)
            await asyncio.sleep(wait_s)

    async def pause_guiding(self, ref: DeviceRef, *, paused: bool) -> None:
        """Pause PHD2 with its exposures (`set_paused`), or let it go on."""
        await self._ask("set_paused", [True, "full"] if paused else [False])
        # One that was paused, let go on and paused again at once is in no other state than before.
        self._state_due = True
        self._state_wanted.set()
        log.debug("%s: set_paused %s", ref, paused)

    async def connect(self, ref: DeviceRef) -> None:
        """PHD2 connects its own equipment."""

    async def set_filter(self, ref: DeviceRef, filter_position: int) -> None:
        """There is no wheel."""
        raise _only_guides(ref, f"turn to {filter_position}")

    async def move_focuser(self, ref: DeviceRef, position_steps: int) -> None:
        """There is no focuser."""
        raise _only_guides(ref, f"move to {position_steps} steps")

    async def halt_focuser(self, ref: DeviceRef) -> None:
        """There is no focuser."""
        raise _only_guides(ref, "halt")

    async def read_focuser(self, ref: DeviceRef) -> None:
        """There is no focuser."""
        raise _only_guides(ref, "read a focuser")

    async def _run_connection(self) -> bool:
        """One connection; whether it ever stood."""
        options = self._options
        port = options.port or FIRST_PORT + options.instance - 1
        try:
            async with asyncio.timeout(options.answer_s):
                reader, writer = await asyncio.open_connection(options.host, port, limit=LINE_LIMIT)
        except (OSError, TimeoutError) as refused:
            self._report_down(f"no PHD2 on {options.host}:{port} ({refused!r})")
            return False
        self._writer = writer
        self._loss_reported = False
        self._emit(ServerUp(at_s=monotonic(), server=self._server))
        reason = f"the connection to PHD2 on {options.host}:{port} was lost"
        try:
            async with asyncio.TaskGroup() as group:
                asking = group.create_task(self._keep_asking(writer))
                await self._listen(reader)
                asking.cancel()
        finally:
            self._writer = None
            for answer in self._answers.values():
                answer.cancel()
            self._answers.clear()
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()
            self._report_down(reason)
        return True

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        with suppress(OSError, ValueError):
            while line := await reader.readline():
                try:
                    self._handle(json.loads(line))
                except (ValueError, TypeError, AttributeError) as odd:
                    log.debug("%s: a line that makes no sense: %r (%r)", self._server, line, odd)

    async def _keep_asking(self, writer: asyncio.StreamWriter) -> None:
        """Ask for the state when it may have changed, and now and then; hang up if it is silent."""
        while True:
            self._state_wanted.clear()
            try:
                self._take_state(str(await self._ask("get_app_state", [])))
            except (DeviceError, TimeoutError, DeviceUnavailableError) as silent:
                log.debug("%s: %s", self._server, silent)
                writer.close()
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(self._options.poll_s):
                    await self._state_wanted.wait()

    async def _ask(self, method: str, params: list[object]) -> Any:
        writer = self._writer
        if writer is None:
            raise DeviceUnavailableError(f"{self._ref}: PHD2 is not connected")
        number = next(self._numbers)
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._answers[number] = answer
        request = {"method": method, "params": params, "id": number}
        try:
            writer.write(json.dumps(request).encode() + b"\r\n")
            async with asyncio.timeout(self._options.answer_s):
                return await asyncio.shield(answer)
        except TimeoutError:
            raise TimeoutError(f"{self._ref}: no answer to {method}") from None
        except asyncio.CancelledError:
            if answer.cancelled():
                raise DeviceUnavailableError(f"{self._ref}: the connection was lost") from None
            raise
        finally:
            self._answers.pop(number, None)

    def _handle(self, message: dict[str, Any]) -> None:
        answer = self._answers.get(message.get("id", -1))
        if answer is not None and not answer.done():
            if "error" in message:
                said = message["error"].get("message", "refused")
                answer.set_exception(DeviceError(f"{self._ref}: {said}"))
            else:
                answer.set_result(message.get("result"))
            return
        event = message.get("Event")
        if event == "AppState":
            self._take_state(str(message["State"]))
        elif event in STATE_OF_EVENT:
            self._take_state(STATE_OF_EVENT[event])
        elif event in STATE_CHANGING_EVENTS:
            self._state_wanted.set()

    def _take_state(self, state: str) -> None:
        if state == self._state and not self._state_due:
            return
        self._state, self._state_due = state, False
        self._emit(
            GuiderReport(
                at_s=monotonic(),
                ref=self._ref,
                connected=True,
                guiding=state in GUIDING,
                calibrating=state == "Calibrating",
                paused=state == "Paused",
            )
        )

    def _report_down(self, reason: str) -> None:
        now_s = monotonic()
        if self._state is not None:
            self._state = None
            self._emit(DeviceGone(at_s=now_s, ref=self._ref))
        if not self._loss_reported:
            self._loss_reported = True
            self._emit(ServerDown(at_s=now_s, server=self._server, reason=reason))


def _only_guides(ref: DeviceRef, what: str) -> DeviceUnavailableError:
    return DeviceUnavailableError(f"{ref.key}: cannot {what}: PHD2 only guides")


_conforms: type[Guider] = Phd2Driver
