"""The computer that rigd runs on: events in, effects out; disks lock and processes die."""

from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Protocol

from rigd.devices.identity import DeviceRef
from rigd.focus.stacked_wheels import TwoWheels, advance_both
from rigd.focus.state.effects import (
    Effect,
    HaltFocuser,
    JournalOutcome,
    MoveFocuser,
    PauseGuider,
    ReadFocuser,
    Remember,
    RememberMode,
    Step,
    TurnWheel,
)
from rigd.focus.state.requests import (
    AnyEvent,
    FocuserCommandFailed,
    FocuserTold,
    GuiderCommandFailed,
    GuiderTold,
    WheelCommandFailed,
    WheelTold,
)
from rigd.focus.state.rig import Rig
from rigd.focus.state.settings import RigSettings
from rigd.focus.telling import why_not_tell
from tests.independent.disk import AFTERWARDS, FIRST, Disk

BUSY_S = 5.0
"""How long storing waits for a locked database before it fails."""


class Died(Exception):  # noqa: N818 - no error: the power went
    """rigd's process ends here."""


class Hardware(Protocol):
    """What a machine can tell devices; raises `ConnectionError` where nobody is reached."""

    def tell_wheel(self, machine: "Machine", ref: DeviceRef, slot: int) -> None: ...

    def tell_focuser(self, machine: "Machine", ref: DeviceRef, count: int, number: int) -> None: ...

    def halt(self, machine: "Machine", ref: DeviceRef) -> None: ...

    def read(self, machine: "Machine", ref: DeviceRef) -> None: ...

    def pause(self, machine: "Machine", *, paused: bool) -> None: ...


@dataclass(slots=True)
class Batch:
    """What one step wants done."""

    effects: tuple[Effect, ...]
    since_s: float


class Machine:
    """One rig's process, which may be dead for a while."""

    def __init__(self, settings: RigSettings, hardware: Hardware, clock: Callable[[], float]):
        self.configured = settings
        self.hardware = hardware
        self.clock = clock
        self.disk = Disk()
        self.rig: Rig | None = None
        self.wheels = TwoWheels()
        self.queue: deque[Batch] = deque()
        self.unsaved: tuple[Effect, ...] = ()
        self.retry_s = 0.0
        self.locked_until_s = 0.0
        self.dies_in: int | None = None
        """So many writes and commands from now."""
        self.starts_at_s = 0.0
        self.deaths = 0
        self.late: deque[AnyEvent] = deque()
        """What became of commands, to be reported as events."""

    @property
    def name(self) -> str:
        return self.configured.name

    def start(self) -> None:
        """Begin with what is durable."""
        settings = self.configured
        chosen = self.disk.chosen
        if chosen is not None:
            settings = replace(settings, mode=chosen[0])
        self.rig = Rig(settings=settings, stood_down=chosen is not None and chosen[1] == "rigd")
        self.wheels = TwoWheels()
        self.queue.clear()
        self.unsaved = ()

    def die(self, down_s: float) -> None:
        """End in this instant."""
        self.rig = None
        self.queue.clear()
        self.late.clear()
        self.dies_in = None
        self.starts_at_s = self.clock() + down_s
        self.deaths += 1

    def advance(self, event: AnyEvent) -> Step:
        """Take an event to the core."""
        assert self.rig is not None
        step, self.wheels = advance_both(self.rig, self.wheels, event)
        self.rig = step.rig
        if self.clock() >= self.locked_until_s:
            self.disk.known_devices = step.rig.known_devices
        for effect in step.effects:
            if isinstance(effect, HaltFocuser):  # overtakes what waits
                self._try_halt(effect)
        if step.effects:
            self.queue.append(Batch(step.effects, self.clock()))
        return step

    def work(self) -> None:
        """Carry out what is queued, as far as the disk lets it."""
        now_s = self.clock()
        locked = now_s < self.locked_until_s
        if self.unsaved and not locked and now_s >= self.retry_s:
            self._store(self.unsaved)
            self.unsaved = ()
        while self.queue and self.rig is not None:
            batch = self.queue[0]
            first = tuple(e for e in batch.effects if isinstance(e, FIRST))
            if first and locked and now_s - batch.since_s < BUSY_S:
                return
            self.queue.popleft()
            if first and locked:
                self._give_up(batch.effects, first)
                continue
            if first:
                self._store((*self.unsaved, *first))
                self.unsaved = ()
            for effect in batch.effects:
                self._command(effect)
            later = tuple(e for e in batch.effects if isinstance(e, AFTERWARDS))
            if later and not locked:
                self._store(later)
            elif later:
                self.unsaved += later

    def _store(self, effects: tuple[Effect, ...]) -> None:
        self._count()
        assert self.rig is not None
        settings = self.rig.settings
        self.disk.write(effects, settings.mode, settings.light_path_id)
        self._count()

    def _give_up(self, effects: tuple[Effect, ...], first: tuple[Effect, ...]) -> None:
        now_s, reason = self.clock(), "the journal could not be written"
        kept = JournalOutcome | RememberMode
        ledgers = tuple(e for e in first if isinstance(e, Remember))[-1:]
        self.unsaved += (*(e for e in first if isinstance(e, kept)), *ledgers)
        self.retry_s = now_s + BUSY_S
        for effect in effects:
            match effect:
                case MoveFocuser(ref=ref, number=number):
                    failed = FocuserCommandFailed(at_s=now_s, ref=ref, number=number, reason=reason)
                    self.late.append(failed)
                case TurnWheel():
                    self.late.append(WheelCommandFailed(at_s=now_s, reason=reason))
                case PauseGuider(paused=True):
                    failed = GuiderCommandFailed(at_s=now_s, reason=reason, paused=True)
                    self.late.append(failed)
                case ReadFocuser() | PauseGuider():
                    self._command(effect)
                case _:
                    pass

    def _command(self, effect: Effect) -> None:
        now_s = self.clock()
        if self._leaves_untold(effect, now_s):
            return
        try:
            match effect:
                case TurnWheel(ref=ref, filter_position=slot):
                    self._count()
                    self.hardware.tell_wheel(self, ref, slot)
                    self.late.append(WheelTold(at_s=now_s, ref=ref))
                case MoveFocuser(ref=ref, position_steps=count, number=number):
                    self._count()
                    self.hardware.tell_focuser(self, ref, count, number)
                    self.late.append(FocuserTold(at_s=now_s, ref=ref, number=number))
                case ReadFocuser(ref=ref):
                    self.hardware.read(self, ref)
                case PauseGuider(paused=paused):
                    self._count()
                    self.hardware.pause(self, paused=paused)
                    self.late.append(GuiderTold(at_s=now_s, paused=paused))
                case _:
                    pass
        except ConnectionError as error:
            match effect:
                case TurnWheel():
                    self.late.append(WheelCommandFailed(at_s=now_s, reason=str(error)))
                case MoveFocuser(ref=ref, number=number):
                    self.late.append(
                        FocuserCommandFailed(at_s=now_s, ref=ref, number=number, reason=str(error))
                    )
                case _:
                    pass

    def _leaves_untold(self, effect: Effect, now_s: float) -> bool:
        """Whether rigd says at the last moment that a command is not to be given."""
        if self.rig is None or not isinstance(effect, TurnWheel | MoveFocuser):
            return False
        reason = why_not_tell(self.rig, effect, now_s)
        if reason is None:
            return False
        if isinstance(effect, MoveFocuser):
            ref, number = effect.ref, effect.number
            failed = FocuserCommandFailed(at_s=now_s, ref=ref, number=number, reason=reason)
            self.late.append(failed)
        return True

    def _try_halt(self, effect: HaltFocuser) -> None:
        with suppress(ConnectionError):
            self.hardware.halt(self, effect.ref)

    def _count(self) -> None:
        if self.dies_in is not None:
            self.dies_in -= 1
            if self.dies_in <= 0:
                raise Died
