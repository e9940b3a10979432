"""Carries out what the core wants: the one place that tells a focuser to move.

Order is the promise: a move's intent is durable before the focuser hears of it, and where storing
fails nothing is commanded. A halt alone overtakes: it waits for no device that is slow to answer.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass, replace
from time import monotonic
from typing import Any

from rigd.devices.driver import Driver, Guider
from rigd.devices.identity import DeviceRef
from rigd.errors import DeviceError, DeviceUnavailableError, RigdError, StoreError
from rigd.focus.state.effects import (
    ConnectDevice,
    DiaryLine,
    Effect,
    HaltFocuser,
    JournalIntent,
    JournalOutcome,
    MoveFocuser,
    PauseGuider,
    ReadFocuser,
    Remember,
    RememberAsked,
    RememberFault,
    RememberFinalDirection,
    RememberHold,
    RememberMode,
    RememberPause,
    Severity,
    TurnWheel,
)
from rigd.focus.state.requests import (
    ConnectCommandFailed,
    FocuserCommandFailed,
    FocuserTold,
    GuiderCommandFailed,
    GuiderTold,
    Inner,
    StoreJudged,
    WheelCommandFailed,
    WheelTold,
)
from rigd.focus.state.settings import Mode, RigSettings
from rigd.service.tally import Tally
from rigd.store.archive import Archive
from rigd.store.effects import write_effects

log = logging.getLogger(__name__)

RETRY_S = 5.0
"""How soon storing is tried again after it failed (a full disk); each attempt is a line of log."""
COMMAND_LIMIT_S = 10.0
"""How long a driver may take to hand a command over: more than Alpaca's slowest call, the 8 s of an
old device that connects."""


STORED_LIMIT_S = 2.0
"""How long an answer waits for the disk: a stuck one must not keep clients waiting, whose devices
are not commanded before it works. Our choice."""

_AFTER = RememberHold | RememberFinalDirection | RememberFault
"""What is stored after the commands of its batch, unless it is vital."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Batch:
    """What one step of the core wants done."""

    effects: tuple[Effect, ...] = ()
    vital: tuple[Effect, ...] = ()
    """Those that must be durable before anything is commanded."""
    storing: asyncio.Future[None] | None = None
    """The write of `vital` that is under way; None: it is still to be started."""
    stored: asyncio.Future[None] | None = None
    """Done once all is stored that is to be, or has failed to be; None: nothing is."""
    put_at_s: float = 0.0

    def note_stored(self) -> None:
        """Let those go on who wait until it is stored."""
        if self.stored is not None and not self.stored.done():
            self.stored.set_result(None)


class Applier:
    """Carries out the effects of one rig, one batch after the other."""

    def __init__(
        self,
        settings: RigSettings,
        archive: Archive,
        drivers: Mapping[str, Driver],
        report: Callable[[Inner], object],
        why_not_tell: Callable[[MoveFocuser | TurnWheel], str | None],
    ) -> None:
        """`why_not_tell` says why what was commanded is not wanted any more once it is stored."""
        self.tally = Tally()
        """Counts what the rig does, and how long its commands wait."""
        self._settings = settings
        self._why_not_tell = why_not_tell
        self._mode = settings.mode
        """The mode that the ledger is kept in; follows the rig's."""
        self._unsaved: tuple[Effect, ...] = ()
        """What could not be stored and still is so: tried again until it is."""
        self._why_unsaved: str | None = None
        """Why the last attempt to store something failed; None: it did not."""
        self._reported: str | None = None
        """What was last said of it."""
        self._archive = archive
        self._drivers = drivers
        self._report = report
        self._batches: asyncio.Queue[_Batch] = asyncio.Queue()
        self._idle = False
        """Whether the next batch is the first to be stored and to be commanded."""
        self._halts_ahead: Counter[DeviceRef] = Counter()
        """Halts that are queued: a move that was not told before them is not told any more."""
        self._overtaking: set[asyncio.Future[None]] = set()
        self._newest: asyncio.Future[None] | None = None
        """Done once the newest batch that stores something has stored it; None: there was none."""

    def use_mode(self, mode: Mode) -> None:
        """From now on, ledgers are stored with this mode."""
        self._mode = mode

    def use_light_path(self, light_path_id: str) -> None:
        """From now on, steps are stored with this meaning."""
        self._settings = replace(self._settings, light_path_id=light_path_id)

    def put(self, effects: tuple[Effect, ...]) -> None:
        """Queue a batch; batches keep their order, but a halt is also done at once."""
        halts = [effect for effect in effects if isinstance(effect, HaltFocuser)]
        self._halts_ahead.update(halt.ref for halt in halts)
        for halt in halts:
            halting = asyncio.ensure_future(self._halt(halt.ref, comes_again=True))
            self._overtaking.add(halting)
            halting.add_done_callback(self._overtaking.discard)
        if effects:
            vital = tuple(effect for effect in effects if _is_vital(effect))
            # Nothing is ahead of it: the disk works while the loop comes round to this batch.
            storing = self._start_storing(vital) if vital and self._idle else None
            self._idle = False
            self.tally.note_queued(self._batches.qsize())
            batch = _Batch(effects=effects, vital=vital, storing=storing, put_at_s=monotonic())
            if vital or any(isinstance(effect, _AFTER) for effect in effects):
                self._newest = asyncio.get_running_loop().create_future()
                batch = replace(batch, stored=self._newest)
            self._batches.put_nowait(batch)

    async def wait_until_stored(self) -> None:
        """Wait until what was put so far is stored, or could not be; for `STORED_LIMIT_S` at most.

        What a client was told is then known after a crash too.
        """
        if self._newest is not None:
            await asyncio.wait([self._newest], timeout=STORED_LIMIT_S)

    async def run(self) -> None:
        """Carry out batches until cancelled."""
        try:
            while True:
                self._idle = self._batches.empty() and not self._unsaved
                await self._carry_out(await self._next())
        finally:
            self._idle = False

    async def _next(self) -> "_Batch":
        """The next batch; an empty one when it is time to try again to store what was not."""
        try:
            async with asyncio.timeout(RETRY_S if self._unsaved else None):
                return await self._batches.get()
        except TimeoutError:
            return _Batch()

    async def drain(self) -> None:
        """Carry out what is queued; for the end of the daemon."""
        while not self._batches.empty():
            await self._carry_out(self._batches.get_nowait())
        await asyncio.gather(*self._overtaking)

    async def _carry_out(self, batch: "_Batch") -> None:
        effects, vital = batch.effects, batch.vital
        self._halts_ahead.subtract(e.ref for e in effects if isinstance(e, HaltFocuser))
        due = (*self._unsaved, *vital)
        stored = not due or await self._finish_storing(batch.storing or self._start_storing(due))
        self._unsaved = () if stored else _to_store_later(due)
        kept = tuple(e for e in effects if isinstance(e, _AFTER) and e not in vital)
        if not kept:
            batch.note_stored()
        if vital and not stored:
            await self._command_nothing(effects)
        else:
            commands = [self._command_for(effect) for effect in effects]
            given = [command for command in commands if command is not None]
            await _await_all(given)
            if given:
                self.tally.note_command(monotonic() - batch.put_at_s)
        # What no command waits for comes after the command, and never before what waits still: of
        # two words about one thing the later one counts.
        if kept:
            due = (*self._unsaved, *kept)
            stored = await self._finish_storing(self._start_storing(due))
            self._unsaved = () if stored else _to_store_later(due)
            batch.note_stored()
        self._report_store()
        lines = tuple(e for e in effects if isinstance(e, DiaryLine))
        for line in lines:
            level = logging.WARNING if line.severity is Severity.WARNING else logging.INFO
            log.log(level, "%s: %s", self._settings.name, line.sentence)
        if lines:
            await self._finish_storing(self._start_storing(lines))

    def _start_storing(self, effects: tuple[Effect, ...]) -> asyncio.Future[None]:
        settings, mode = self._settings, self._mode
        return self._archive.start(
            lambda store: write_effects(store, settings.name, mode, settings.light_path_id, effects)
        )

    async def _finish_storing(self, storing: asyncio.Future[None]) -> bool:
        """Wait for a write; whether it succeeded."""
        try:
            await storing
        except StoreError as error:
            # A line for every attempt would fill the disk that is full.
            if self._why_unsaved != str(error):
                log.warning("%s: %s", self._settings.name, error)
            self._why_unsaved = str(error)
            return False
        self._why_unsaved = None
        return True

    def _report_store(self) -> None:
        """Say whether something still waits to be stored, when that changes."""
        reason = self._why_unsaved if self._unsaved else None
        if reason != self._reported:
            self._reported = reason
            self._report(StoreJudged(at_s=monotonic(), reason=reason))

    async def _command_nothing(self, effects: tuple[Effect, ...]) -> None:
        """The journal could not be written: report every command as not given; stop what moves."""
        reason = f"the journal could not be written: {self._why_unsaved}"
        for effect in effects:
            match effect:
                case MoveFocuser(ref=ref, number=number):
                    self._report(
                        FocuserCommandFailed(
                            at_s=monotonic(), ref=ref, number=number, reason=reason
                        )
                    )
                case TurnWheel():
                    self._report(WheelCommandFailed(at_s=monotonic(), reason=reason))
                case PauseGuider(paused=True):
                    self._report(GuiderCommandFailed(at_s=monotonic(), reason=reason, paused=True))
                case HaltFocuser() | ReadFocuser() | PauseGuider():
                    command = self._command_for(effect)
                    if command is not None:
                        await command
                case _:
                    pass

    def _command_for(self, effect: Effect) -> Coroutine[Any, Any, None] | None:
        match effect:
            case TurnWheel() if self._why_not_tell(effect):
                return None
            case TurnWheel(ref=ref, filter_position=position):
                return self._send(
                    ref.server,
                    lambda driver: driver.set_filter(ref, position),
                    lambda reason, _: WheelCommandFailed(at_s=monotonic(), reason=reason),
                    lambda: WheelTold(at_s=monotonic(), ref=ref),
                )
            case MoveFocuser(ref=ref, number=number) if self._halts_ahead[ref]:
                return self._report_not_sent(ref, number, "halted before it was told")
            case MoveFocuser(ref=ref, number=number) if reason := self._why_not_tell(effect):
                return self._report_not_sent(ref, number, reason)
            case MoveFocuser(ref=ref, position_steps=steps, number=number):
                return self._send(
                    ref.server,
                    lambda driver: driver.move_focuser(ref, steps),
                    lambda reason, perhaps: FocuserCommandFailed(
                        at_s=monotonic(),
                        ref=ref,
                        number=number,
                        reason=reason,
                        may_have_arrived=perhaps,
                    ),
                    lambda: FocuserTold(at_s=monotonic(), ref=ref, number=number),
                )
            case HaltFocuser(ref=ref):
                return self._halt(ref)
            case ReadFocuser(ref=ref):
                return self._send(ref.server, lambda driver: driver.read_focuser(ref), None)
            case PauseGuider(ref=ref, paused=paused):
                return self._send(
                    ref.server,
                    lambda driver: _guider(driver, ref).pause_guiding(ref, paused=paused),
                    lambda reason, _: GuiderCommandFailed(
                        at_s=monotonic(), reason=reason, paused=paused
                    ),
                    lambda: GuiderTold(at_s=monotonic(), paused=paused),
                )
            case ConnectDevice(ref=ref):
                return self._send(
                    ref.server,
                    lambda driver: driver.connect(ref),
                    lambda reason, _: ConnectCommandFailed(
                        at_s=monotonic(), ref=ref, reason=reason
                    ),
                )
            case _:
                return None

    async def _halt(self, ref: DeviceRef, *, comes_again: bool = False) -> None:
        """Stop a focuser; `comes_again`: it is told so in its turn too, which is when to warn."""
        await self._send(
            ref.server, lambda driver: driver.halt_focuser(ref), None, comes_again=comes_again
        )

    async def _report_not_sent(self, ref: DeviceRef, number: int, reason: str) -> None:
        self._report(FocuserCommandFailed(at_s=monotonic(), ref=ref, number=number, reason=reason))

    async def _send(
        self,
        server: str,
        command: Callable[[Driver], Awaitable[None]],
        failed: Callable[[str, bool], Inner] | None,
        told: Callable[[], Inner] | None = None,
        *,
        comes_again: bool = False,
    ) -> None:
        """Command a driver; what fails is warned of here only where nothing else says it."""
        try:
            driver = self._drivers.get(server)
            if driver is None:
                msg = f"server {server} has no driver"
                raise DeviceUnavailableError(msg)
            async with asyncio.timeout(COMMAND_LIMIT_S):
                await command(driver)
        except (RigdError, TimeoutError) as error:
            reason = str(error) or f"no answer within {COMMAND_LIMIT_S:g} s"
            told_elsewhere = failed is not None and isinstance(error, DeviceError)
            serious = isinstance(error, DeviceError | TimeoutError)
            serious = serious and not (told_elsewhere or comes_again)
            level = logging.WARNING if serious else logging.DEBUG
            log.log(level, "%s: %s", self._settings.name, reason)
            if failed is not None:
                self._report(failed(reason, isinstance(error, TimeoutError)))
            return
        if told is not None:
            self._report(told())


async def _await_all(commands: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Await all together; a single one without a task of its own, which takes turns of the loop."""
    match list(commands):
        case []:
            return
        case [command]:
            await command
        case several:
            await asyncio.gather(*several)


def _is_vital(effect: Effect) -> bool:
    """Whether nothing of its batch may be commanded before it is stored."""
    if isinstance(effect, RememberFault):
        return effect.sentence is not None
    kinds = Remember | RememberAsked | RememberMode | RememberPause | JournalIntent | JournalOutcome
    return isinstance(effect, kinds)


def _to_store_later(effects: tuple[Effect, ...]) -> tuple[Effect, ...]:
    """Of what could not be stored, what is to be stored later: every outcome, else the newest.

    An intent is not among it: nothing was commanded on its account.
    """
    outcomes = [e for e in effects if isinstance(e, JournalOutcome)]
    kinds = (
        RememberMode
        | RememberHold
        | RememberFinalDirection
        | RememberPause
        | RememberFault
        | RememberAsked
    )
    newest = {type(e): e for e in effects if isinstance(e, kinds)}
    ledgers = {e.role: e for e in effects if isinstance(e, Remember)}
    return (*outcomes, *newest.values(), *ledgers.values())


def _guider(driver: Driver, ref: DeviceRef) -> Guider:
    if not isinstance(driver, Guider):
        msg = f"{ref.key}: does not guide"
        raise DeviceUnavailableError(msg)
    return driver
