"""A small, honest world in simulated time: devices with faults, a journal, an applier, the truth.

The truth is physical: every step of a focuser has a cause (`tests/focus/drawtube.py`). So whatever
the ledger claims can be compared with what really happened. Longer than a module should be: every
device is in it.
"""

from collections import deque
from dataclasses import dataclass, replace

from rigd.devices.events import (
    CameraReport,
    DeviceReport,
    EchoHeard,
    EchoLost,
    Event,
    FocuserCommanded,
    FocuserReport,
    GuiderReport,
    MountReport,
    OffsetsDeclared,
    ProgramOffset,
    ServerDown,
    WheelReport,
)
from rigd.focus.advance import advance
from rigd.focus.mode_switch import RIGD
from rigd.focus.state.backlash import Backlash, FinalDirection
from rigd.focus.state.effects import (
    AutofocusEnded,
    ConnectDevice,
    Effect,
    HaltFocuser,
    JournalIntent,
    JournalOutcome,
    MoveFocuser,
    PauseGuider,
    ReadFocuser,
    Remember,
    RememberFault,
    RememberFinalDirection,
    RememberHold,
    RememberMode,
    RememberPause,
    Step,
    TurnWheel,
)
from rigd.focus.state.foreign_moves import Sample
from rigd.focus.state.ledger import Ledger
from rigd.focus.state.requests import (
    AdoptRequested,
    ConnectCommandFailed,
    ConnectRequested,
    FilterRequested,
    FocuserCommandFailed,
    GuiderCommandFailed,
    HaltRequested,
    HoldRequested,
    Inner,
    ModeRequested,
    MoveRequested,
    Remembered,
    Request,
    SlotsComputed,
    Tick,
    TrimRequested,
    WheelCommandFailed,
)
from rigd.focus.state.rig import FocuserMove, Rig
from rigd.focus.state.settings import FilterSlot, Mode, RigSettings
from rigd.focus.state.temperature import TemperatureSettings
from rigd.focus.virtual_focuser import logical_steps
from tests.focus.drawtube import HIGH, LOW, Cause, Drawtube, FocuserBox
from tests.focus.judge import Judge
from tests.focus.night import CAMERA, FOCUSER, GUIDE_FOCUSER, SLOTS, WHEEL, DeviceRef

MOUNT = DeviceRef("sim", "mount")
GUIDER = DeviceRef("phd2", "PHD2")
PROGRAM = "nina"
GUIDE_START = 10000
DT_S = 0.25
SAYS_S = 15.0
"""How often the thermometer says what it says."""

VITAL = Remember | RememberMode | RememberPause | JournalIntent | JournalOutcome


def vital(effect: Effect) -> bool:
    """Whether nothing of its batch is commanded before it is stored."""
    if isinstance(effect, RememberFault):
        return effect.sentence is not None
    return isinstance(effect, VITAL)


@dataclass(slots=True)
class Journal:
    """What survives rigd: the ledger, the open move, the count of moves."""

    ledger: Ledger | None = None
    move: FocuserMove | None = None
    moves_begun: int = 0
    fault: str | None = None
    hold_by: str | None = None
    learnt_direction: FinalDirection | None = None
    samples: tuple[Sample, ...] = ()
    guider_paused: bool = False
    full: bool = False
    chosen: RememberMode | None = None
    """The mode that was chosen while running."""
    unsaved: tuple[RememberMode | RememberFault, ...] = ()
    """Stored as soon as anything can be."""
    guide_ledger: Ledger | None = None
    guide_flight: FocuserMove | None = None
    guide_flights: int = 0

    def write(self, effects: list[Effect]) -> bool:
        """All of it or nothing."""
        if self.full:
            kinds = RememberMode | RememberFault
            self.unsaved += tuple(e for e in effects if isinstance(e, kinds))
            return False
        everything, self.unsaved = (*self.unsaved, *effects), ()
        for effect in everything:
            match effect:
                case RememberMode(ledger=ledger):
                    self.chosen, self.ledger, self.move = effect, ledger, None
                case RememberPause(paused=paused):
                    self.guider_paused = paused
                case RememberFault(sentence=sentence):
                    self.fault = sentence
                case Remember(guide=True) | JournalIntent(guide=True):
                    self.guide_ledger, self.guide_flight = effect.ledger, effect.move
                    number = effect.move.number if effect.move else 0
                    self.guide_flights = max(self.guide_flights, number)
                case Remember(ledger=ledger, move=move):
                    self.ledger, self.move = ledger, move
                case JournalIntent(ledger=ledger, move=move):
                    self.ledger, self.move = ledger, move
                    self.moves_begun = max(self.moves_begun, move.number)
                case _:
                    pass
        return True


@dataclass(slots=True)
class Sensor:
    """The focuser's thermometer as a thing."""

    celsius: float = 10.0
    shows: float = 10.0
    """What it says; something else during a glitch."""
    said_at_s: float = 0.0
    glitch_left_s: float = 0.0
    dead: bool = False


@dataclass(slots=True)
class GuiderBox:
    """The guiding program as a thing."""

    guides: bool = False
    paused: bool = False
    by_rigd: bool = False
    """Whether it was rigd that paused it."""
    deaf: bool = False
    """It does not pause when asked."""
    connected: bool = True


@dataclass(slots=True)
class ProgramBox:
    """The imaging program's own offsets, as it tells them."""

    applies: bool | None = False
    ha_steps: int = 0
    """Of the third slot; the others have none."""
    answers: bool = True

    @property
    def moves_by_itself(self) -> bool:
        return self.answers and bool(self.applies) and self.ha_steps != 0


@dataclass(slots=True)
class WheelBox:
    """The filter wheel as a thing."""

    position: int = 0
    to: int | None = None
    left_s: float = 0.0
    turn_s: float = 2.0
    jams: bool = False
    refuses: bool = False
    rehomes: bool = False
    connected: bool = True
    learnt: bool = False


class World:
    """One rig, its devices, its journal; time passes in small intervals."""

    def __init__(
        self,
        *,
        mode: Mode = Mode.APPLY,
        tolerance: int = 0,
        dead_band: int = 0,
        reactive: bool = True,
        lag: int = 0,
        position: int = 30000,
        max_steps: int = HIGH,
        filter_position: int = 0,
        slots: tuple[FilterSlot, ...] = SLOTS,
        steps_per_c: float | None = None,
        backlash: Backlash | None = None,
        guider_pause: bool = True,
        sequential: bool = False,
        echo: bool = True,
        guide_ratio: float | None = None,
        guide_max_steps: int = HIGH,
    ) -> None:
        self.settings = RigSettings(
            name="rig",
            mode=mode,
            wheel=WHEEL,
            focuser=FOCUSER,
            camera=CAMERA,
            mount=MOUNT,
            slots=slots,
            tolerance_steps=tolerance,
            dead_band_steps=dead_band,
            reactive=reactive,
            max_steps=max_steps,
            backlash=backlash,
            guider=GUIDER,
            guider_pause=guider_pause,
            programs=(PROGRAM,),
            sequential=sequential,
            guide_focuser=GUIDE_FOCUSER,
            guide_steps_per_step=guide_ratio,
            guide_max_steps=guide_max_steps,
            guide_tolerance_steps=tolerance,
            temperature=None
            if steps_per_c is None
            else TemperatureSettings(
                steps_per_c=steps_per_c,
                by_filter=(("ha", 2 * steps_per_c),),
                dead_band_steps=max(tolerance, 3),
                max_age_s=600.0,
            ),
        )
        self.sensor = Sensor()
        self.guider = GuiderBox()
        self.program = ProgramBox()
        self.now_s = 1000.0
        self.journal = Journal()
        self.rig: Rig | None = None
        self._tube = Drawtube(position, tolerance, self._flight)
        self._guide_tube = Drawtube(GUIDE_START, tolerance, self._guide_flight)
        self.focuser, self.truth = self._tube.box, self._tube.truth
        self.guide_focuser, self.guide_truth = self._guide_tube.box, self._guide_tube.truth
        self.wheel = WheelBox(position=filter_position)
        self.camera_left_s = 0.0
        self.slewing = False
        self.lag = lag
        self.echo = echo
        """Whether rigd hears what other clients tell the focuser."""
        self.fuse: int | None = None
        """After so many parts of the applier's work, rigd dies."""
        self.events = 0
        self.deaths = 0
        self._batches: deque[tuple[Effect, ...]] = deque()
        self._orders: deque[Effect] = deque()
        self._wire: deque[tuple[float, Event]] = deque()
        self._told: dict[str, object] = {}
        self.judge = Judge(self)
        for slot in slots:
            self.truth.offsets[slot.key] = {slot.focus_offset_steps or 0}
        self.start()

    # --- rigd: its life, what it is asked, what it does ---------------------------------------

    def start(self) -> None:
        """Start rigd if it is not running; it remembers what the journal has."""
        if self.rig is not None:
            return
        kept = self.journal
        mode = kept.chosen.mode if kept.chosen else self.settings.mode
        stood_down = kept.chosen is not None and kept.chosen.by == RIGD
        self.rig = Rig(settings=replace(self.settings, mode=mode), stood_down=stood_down)
        self._told.clear()
        self.wheel.learnt = False
        self.judge.started()
        self.feed(
            Remembered(
                at_s=self.now_s,
                ledger=kept.ledger,
                move=kept.move,
                moves_begun=kept.moves_begun,
                fault=kept.fault,
                hold_by=kept.hold_by,
                learnt_direction=kept.learnt_direction,
                samples=kept.samples,
                guider_paused=kept.guider_paused,
                guide=Remembered(
                    at_s=self.now_s,
                    ledger=kept.guide_ledger,
                    move=kept.guide_flight,
                    moves_begun=kept.guide_flights,
                ),
            )
        )
        self._look()

    def crash(self) -> None:
        """Kill rigd; what it had not carried out is lost."""
        if self.rig is None:
            return
        self.judge.killed(self.rig)
        self._forget_late_motion()
        self.rig, self.fuse = None, None
        self.deaths += 1
        self._batches.clear()
        self._orders.clear()
        self._wire.clear()
        self.journal.unsaved = ()
        self._tube.rigd_died(self.journal.move, self.now_s)
        self._guide_tube.rigd_died(self.journal.guide_flight, self.now_s)

    def _flight(self) -> FocuserMove | None:
        return self.rig.move if self.rig else self.journal.move

    def _guide_flight(self) -> FocuserMove | None:
        if self.rig is None:
            return self.journal.guide_flight
        return self.rig.guide_focuser.move if self.rig.guide_focuser else None

    def _tube_of(self, ref: DeviceRef) -> Drawtube:
        return self._guide_tube if ref == GUIDE_FOCUSER else self._tube

    def feed(self, event: Event | Request | Inner) -> Step | None:
        """One event into the core; its effects go to the applier."""
        if self.rig is None:
            return None
        before = self.rig
        step = advance(before, event)
        self.rig = step.rig
        for effect in step.effects:
            if isinstance(effect, MoveFocuser):
                truth = self._tube_of(effect.ref).truth
                truth.base_at_own = truth.base
        if not self.journal.full:
            self.journal.samples = step.rig.foreign_moves.samples
        self.events += not isinstance(event, Tick)
        if step.effects:
            self._batches.append(step.effects)
        ended = any(isinstance(e, AutofocusEnded) for e in step.effects)
        if ended and before.ledger.embodied is None and step.rig.ledger.embodied is not None:
            self.adopted()
        self.judge.step(before, event, step)
        return step

    def ask_filter(self, position: int, client: str = "client") -> Step | None:
        """A client asks the virtual wheel."""
        return self.feed(
            FilterRequested(at_s=self.now_s, filter_position=position, client=client),
        )

    def ask_move(self, position: int, client: str = "client") -> Step | None:
        """A client moves the virtual focuser."""
        return self.feed(MoveRequested(at_s=self.now_s, position_steps=position, client=client))

    def ask_trim(self, steps: int) -> Step | None:
        """A human sets the trim."""
        return self.feed(TrimRequested(at_s=self.now_s, trim_steps=steps, client="human"))

    def halt(self) -> None:
        """Somebody stops the motor through rigd."""
        self.feed(HaltRequested(at_s=self.now_s, client="hand"))

    def hold(self, *, hold: bool) -> None:
        """Hands off, or the end of it."""
        self.feed(HoldRequested(at_s=self.now_s, client="hand", hold=hold))

    def ask_connect(self) -> None:
        """A client connects the virtual devices."""
        self.feed(ConnectRequested(at_s=self.now_s, client="client"))

    def switch(self, mode: Mode) -> Step | None:
        """A human switches the mode and confirms it."""
        before = self.rig.settings.mode if self.rig else None
        step = self.feed(ModeRequested(at_s=self.now_s, client="human", mode=mode, confirmed=True))
        if step is not None and step.refusal is None and mode is Mode.APPLY is not before:
            self.adopted()
        return step

    def adopt(self) -> None:
        """A human's word: in focus here, for the filter in the light."""
        step = self.feed(AdoptRequested(at_s=self.now_s, client="human"))
        if step is not None and step.refusal is None:
            self.adopted()

    def adopted(self) -> None:
        """From now on the focus is right where it stands, whatever was told before."""
        self._forget_late_motion()
        rig = self.rig
        slot = rig.slot(rig.filter_position) if rig else None
        apply = rig is not None and rig.settings.mode is Mode.APPLY
        offset = slot.focus_offset_steps or 0 if slot is not None and apply else 0
        if rig is not None and not apply:  # there the shift that clients see is the convention
            offset = rig.ledger.shift_steps
        self._tube.adopted(offset)

    def guide_adopted(self, steps: int) -> None:
        """From now on the guide focuser is right where it stands, with these steps in it."""
        self._guide_tube.adopted(steps)

    def set_offset(self, position: int, offset: int | None) -> None:
        """An edit or a refit of a filter's offset."""
        slots = list(self.settings.slots)
        key = slots[position].key
        slots[position] = replace(
            slots[position], focus_offset_steps=offset, reason=None if offset else "not known"
        )
        if offset is not None:
            self.truth.offsets[key].add(offset)
        self.settings = replace(self.settings, slots=tuple(slots))
        self.feed(SlotsComputed(at_s=self.now_s, slots=tuple(slots)))

    @property
    def shown_filter(self) -> int | None:
        """What the virtual wheel shows; None stands for -1."""
        return None if self.rig is None else self.rig.shown_filter_position

    @property
    def shown_steps(self) -> int | None:
        """What the virtual focuser shows."""
        return None if self.rig is None else logical_steps(self.rig)

    # --- hands, and clients that speak to the devices themselves ------------------------------

    def turn_wheel(self, to: int) -> None:
        """Somebody else turns the wheel."""
        self.judge.cut_off = None
        if self.wheel.connected:
            self._turn(to)
            self._look()

    def move_foreign(self, target: int, *, by_hand: bool = False) -> None:
        """Somebody else moves the focuser, or a hand does while rigd is blind.

        Where nothing could ever tell it from a move of rigd's own that was cut off, it is not
        done. A client's command that is heard during the move tells it.
        """
        target = min(max(target, LOW), HIGH)
        near = 3 * self.focuser.tolerance + 2
        ours, motion = self.rig.move if self.rig else None, self.focuser.motion
        heard = self._is_heard(by_hand=by_hand) and motion is not None and motion.cause == "own"
        heard = heard and ours is not None and not (ours.by_client or ours.lost)
        for move in (self.journal.move, ours):
            if move is None:
                continue
            marks = (move.start_steps, move.target_steps)
            if heard and target == move.target_steps:
                continue
            if any(abs(target - mark) <= near for mark in marks):
                return
            if min(marks) <= target <= max(marks) and not heard:
                return
        self.move_plainly(target, by_hand=by_hand)

    def move_plainly(self, target: int, *, by_hand: bool = False) -> None:
        """Somebody else moves the focuser, whatever rigd can make of it."""
        target = min(max(target, LOW), HIGH)
        if self._is_heard(by_hand=by_hand):
            self.tell_in_vain(target)
        self._tube.move("foreign", target, self.now_s)
        self._look()

    def meddle(self, part: float) -> None:
        """Another client sends the focuser along during a move of rigd's own, if there is one."""
        move = self.rig.move if self.rig else None
        if move is not None and not move.by_client:
            way = move.target_steps - move.start_steps
            self.move_foreign(move.start_steps + round(part * way))

    def tell_in_vain(self, target: int) -> None:
        """A client tells the focuser to move; that alone moves nothing."""
        if self._is_heard():
            event = FocuserCommanded(
                at_s=0, ref=FOCUSER, target_steps=target, stood_steps=self.focuser.pos
            )
            self._wire.append((self.now_s + self.lag * DT_S, event))

    def hear(self, *, heard: bool) -> None:
        """The echo of other clients' commands is lost, or comes back."""
        if heard != self.echo:
            self.echo = heard
            lost = EchoLost(at_s=self.now_s, server=FOCUSER.server, reason="nonsense")
            self.feed(EchoHeard(at_s=self.now_s, server=FOCUSER.server) if heard else lost)

    def _is_heard(self, *, by_hand: bool = False) -> bool:
        return self.echo and not by_hand and self.focuser.connected and self.rig is not None

    def move_guide(self, target: int) -> None:
        """Somebody else moves the guide focuser."""
        target = min(max(target, LOW), HIGH)
        moves_begun = (self.journal.guide_flight, self._guide_flight())
        if not self._guide_tube.is_marked(target, *moves_begun):
            self._guide_tube.move("foreign", target, self.now_s)
            self._look()

    def lose_focuser(self) -> None:
        """The connection to the focuser goes; a move goes on."""
        self._forget_late_motion()
        self.focuser.connected = False
        self._look()

    def find_focuser(self, shift: int = 0) -> None:
        """The connection comes back; the focuser may have lost its counts meanwhile."""
        if self.focuser.connected:
            return
        if shift:
            self._tube.shift(shift, self.now_s)
        self.focuser.connected = True
        self._look()

    def lose_guide(self) -> None:
        """The connection to the guide focuser goes; a move goes on."""
        self.guide_focuser.connected = False
        self._look()

    def find_guide(self, shift: int = 0) -> None:
        """The connection comes back; it may have lost its counts meanwhile."""
        if self.guide_focuser.connected:
            return
        if shift:
            self._guide_tube.shift(shift, self.now_s)
        self.guide_focuser.connected = True
        self._look()

    def lose_wheel(self) -> None:
        """The connection to the wheel goes."""
        self.wheel.connected = False
        self._look()

    def find_wheel(self) -> None:
        """The connection comes back; some wheels re-home."""
        if self.wheel.connected:
            return
        self.wheel.connected, self.wheel.learnt = True, False
        if self.wheel.rehomes:
            self.judge.cut_off = None
            self.wheel.position, self.wheel.to = 0, None
        self._look()

    def expose(self, seconds: float) -> None:
        """The camera begins to expose."""
        self.camera_left_s = max(self.camera_left_s, seconds)
        self._look()

    def slew(self, *, slewing: bool) -> None:
        """The mount begins or ends a slew."""
        self.slewing = slewing
        self._look()

    def reverse(self, *, on: bool) -> None:
        """Somebody changes the driver's reverse setting; nothing moves."""
        self.focuser.reversed = on
        self._look()

    def compensate(self, *, on: bool) -> None:
        """The firmware's temperature compensation is switched."""
        self.focuser.compensates = on
        self._look()

    def guide(
        self,
        *,
        guides: bool | None = None,
        paused: bool | None = None,
        connected: bool | None = None,
    ) -> None:
        """The user or PHD2 itself does something."""
        guider = self.guider
        if connected is not None:
            guider.connected = connected
        if guides is not None:
            guider.guides, guider.paused, guider.by_rigd = guides, False, False
        if paused is not None and guider.guides:
            guider.paused, guider.by_rigd = paused, False
        self._look()

    def tell_offsets(
        self, *, applies: bool | None = None, ha_steps: int = 0, answers: bool = True
    ) -> None:
        """Somebody sets the program's offsets, or it goes away."""
        self.program = ProgramBox(applies=applies, ha_steps=ha_steps, answers=answers)
        self._look()

    def warm(self, degrees: float) -> None:
        """It becomes warmer or colder."""
        self.sensor.celsius = min(max(self.sensor.celsius + degrees, -20.0), 30.0)

    def glitch(self, celsius: float) -> None:
        """For a while the thermometer says something else; a dead one says nothing."""
        if self.sensor.dead:
            return
        self.sensor.shows, self.sensor.glitch_left_s = celsius, 20.0
        self.sensor.said_at_s = self.now_s
        self._look()

    def heal(self) -> None:
        """Every fault ends and every gate opens; a human adopts if the focus is unknown."""
        self.focuser.refuses = self.wheel.refuses = self.journal.full = False
        self.guide_focuser.refuses = False
        self.sensor.dead = self.guider.deaf = False
        self.guide(connected=True)
        self.tell_offsets(applies=False)
        self.find_focuser()
        self.find_guide()
        self.find_wheel()
        self.slew(slewing=False)
        self.compensate(on=False)
        if self.rig is None:
            self.start()
        elif self.rig.hold_by is not None:
            self.hold(hold=False)
        elif self.rig.ledger.embodied is None or self._guide_is_unknown(self.rig):
            self.adopt()

    @staticmethod
    def _guide_is_unknown(rig: Rig) -> bool:
        return rig.guide_focuser is not None and rig.guide_focuser.ledger.embodied is None

    # --- time ---------------------------------------------------------------------------------

    def pass_time(self, seconds: float) -> None:
        """Let time pass: the applier works, devices move, reports arrive."""
        for _ in range(max(1, round(seconds / DT_S))):
            self._apply()
            self.now_s += DT_S
            self._drive()
            self._look()
            self._deliver()
            if round(self.now_s / DT_S) % 2 == 0:
                self.feed(Tick(at_s=self.now_s))
            self._apply()
            self.judge.rest()

    @property
    def quiet(self) -> bool:
        """Whether nothing is under way anywhere."""
        return not (
            self._batches
            or self._orders
            or self._wire
            or self.focuser.motion is not None
            or self.guide_focuser.motion is not None
            or self.wheel.to is not None
        )

    def _apply(self) -> None:
        while self.rig is not None and (self._orders or self._batches):
            if self.fuse is not None:
                if self.fuse == 0:
                    self.crash()
                    return
                self.fuse -= 1
            if self._orders:
                self._obey(self._orders.popleft())
                continue
            batch = self._batches.popleft()
            stored = [e for e in batch if vital(e)]
            if stored and not self.journal.write(stored):
                self._command_nothing(batch)
                continue
            durable = JournalOutcome | RememberPause | RememberFault
            ledgers = [e for e in stored if not isinstance(e, durable)]
            guided = [isinstance(e, Remember | JournalIntent) and e.guide for e in ledgers]
            if not all(guided):
                self.truth.undurable = 0
            if any(guided):
                self.guide_truth.undurable = 0
            self._orders.extend(batch)

    def _command_nothing(self, batch: tuple[Effect, ...]) -> None:
        reason = "the journal could not be written"
        for effect in batch:
            match effect:
                case MoveFocuser(ref=ref, number=number):
                    self.feed(
                        FocuserCommandFailed(at_s=self.now_s, ref=ref, number=number, reason=reason)
                    )
                case TurnWheel():
                    self.feed(WheelCommandFailed(at_s=self.now_s, reason=reason))
                case PauseGuider(paused=True):
                    self.feed(GuiderCommandFailed(at_s=self.now_s, reason=reason, paused=True))
                case HaltFocuser() | ReadFocuser() | PauseGuider():
                    self._obey(effect)
                case _:
                    pass

    def _obey(self, effect: Effect) -> None:  # noqa: PLR0912 - one per effect
        wheel = self.wheel
        match effect:
            case MoveFocuser(ref=ref, number=number, position_steps=steps):
                focuser = self._tube_of(ref).box
                reply_lost, focuser.loses_reply = focuser.loses_reply, False
                told = focuser.connected and not focuser.refuses
                if told:
                    self.judge.commanded(ref, number, steps)
                    cause = "own" if ref == GUIDE_FOCUSER else self._cause(number)
                    self._tube_of(ref).move(cause, steps, self.now_s)
                    if ref == FOCUSER:
                        self._fall_asleep()
                    self._look()
                if not told or reply_lost:
                    self.feed(
                        FocuserCommandFailed(
                            at_s=self.now_s,
                            ref=ref,
                            number=number,
                            reason="no answer" if reply_lost else "not accepted",
                            may_have_arrived=reply_lost,
                        )
                    )
            case TurnWheel(filter_position=position):
                if not wheel.connected or wheel.refuses:
                    self.feed(WheelCommandFailed(at_s=self.now_s, reason="not accepted"))
                else:
                    self._turn(position)
                    self._look()
            case HaltFocuser(ref=ref):
                tube = self._tube_of(ref)
                if tube.box.connected and not tube.box.refuses:
                    tube.end_motion(self.now_s)
                    self._look()
            case ReadFocuser(ref=ref) if self._tube_of(ref).box.connected:
                name = "guide" if ref == GUIDE_FOCUSER else "focuser"
                self._tell(name, self._report_of(ref), always=True)
            case PauseGuider(paused=paused):
                self._pause(paused=paused)
            case RememberFault(sentence=None):
                if not self.journal.full:
                    self.journal.fault = None
            case RememberHold(by=by):
                if not self.journal.full:
                    self.journal.hold_by = by
            case RememberFinalDirection(direction=direction):
                if not self.journal.full:
                    self.journal.learnt_direction = direction
            case ConnectDevice(ref=ref):
                self.feed(ConnectCommandFailed(at_s=self.now_s, ref=ref))
            case _:
                pass

    def _pause(self, *, paused: bool) -> None:
        guider = self.guider
        if not guider.connected:
            self.feed(GuiderCommandFailed(at_s=self.now_s, reason="not connected", paused=paused))
        elif guider.guides and not (guider.deaf and paused):
            guider.paused = guider.by_rigd = paused
            self._look()

    def _cause(self, number: int) -> Cause:
        move = self.rig.move if self.rig else None
        if move is None or move.number != number:
            move = self.journal.move
        return "client" if move is not None and move.by_client else "own"

    def _fall_asleep(self) -> None:
        """A focuser that sleeps does as it was told, a little later."""
        focuser, motion = self.focuser, self.focuser.motion
        asleep_s, focuser.sleeps_s = focuser.sleeps_s, 0.0
        seen = focuser.rate >= 40 and not self.lag  # soon enough, and before anybody's next move
        if motion is not None and asleep_s and motion.cause == "own" and seen:
            motion.asleep_s, motion.late = asleep_s, True

    def _forget_late_motion(self) -> None:
        """Who does not see that a move of rigd's begins late cannot know that it is rigd's."""
        motion = self.focuser.motion
        if motion is not None and motion.late:
            motion.cause = "foreign"

    def _turn(self, to: int) -> None:
        self.wheel.to = to
        self.wheel.left_s = self.wheel.turn_s if to != self.wheel.position else 0.0

    def _drive(self) -> None:
        wheel = self.wheel
        self._tube.drive(self.now_s, DT_S)
        self._guide_tube.drive(self.now_s, DT_S)
        if wheel.to is not None:
            wheel.left_s -= DT_S
            if wheel.left_s <= 0:
                if wheel.jams:
                    wheel.jams = False
                else:
                    wheel.position = wheel.to
                wheel.to = None
        self.camera_left_s = max(0.0, self.camera_left_s - DT_S)
        sensor = self.sensor
        sensor.glitch_left_s = max(0.0, sensor.glitch_left_s - DT_S)
        changed = sensor.glitch_left_s == 0 and sensor.shows != sensor.celsius
        if not sensor.dead and (changed or self.now_s - sensor.said_at_s >= SAYS_S):
            if changed:
                sensor.shows = sensor.celsius
            sensor.said_at_s = self.now_s

    def _report_of(self, ref: DeviceRef) -> FocuserReport:
        focuser: FocuserBox = self._tube_of(ref).box
        if not focuser.connected:
            return FocuserReport(at_s=0, ref=ref, connected=False)
        report = FocuserReport(
            at_s=0,
            ref=ref,
            connected=True,
            position_steps=focuser.pos,
            moving=focuser.motion is not None and focuser.motion.asleep_s <= 0,
            min_steps=LOW,
            max_steps=HIGH,
        )
        if ref == GUIDE_FOCUSER:
            return report
        return replace(
            report,
            temperature_c=self.sensor.shows,
            temperature_at_s=self.sensor.said_at_s,
            reversed=self.focuser.reversed,
            temperature_compensation=focuser.compensates,
        )

    def _wheel_report(self) -> WheelReport:
        wheel = self.wheel
        if not wheel.connected:
            return WheelReport(at_s=0, ref=WHEEL, connected=False)
        turning = wheel.to is not None
        baseline = not turning and not wheel.learnt
        wheel.learnt = wheel.learnt or not turning
        return WheelReport(
            at_s=0,
            ref=WHEEL,
            connected=True,
            filter_position=None if turning else wheel.position,
            moving=turning,
            baseline=baseline,
            slots=len(self.settings.slots),
        )

    def _program_report(self) -> OffsetsDeclared | ServerDown:
        program = self.program
        if not program.answers:
            return ServerDown(at_s=0, server=PROGRAM, reason="no answer")
        table = (("L", 0), ("R", 0), ("Ha", program.ha_steps))
        return OffsetsDeclared(
            at_s=0,
            server=PROGRAM,
            program="N.I.N.A.",
            address="10.0.0.5",
            applies=program.applies,
            offsets=tuple(
                ProgramOffset(filter_position=n, name=name, steps=steps)
                for n, (name, steps) in enumerate(table)
            ),
        )

    def _look(self) -> None:
        """Emit a report of whatever changed."""
        if self.rig is None:
            return
        self._tell("focuser", self._report_of(FOCUSER))
        self._tell("guide", self._report_of(GUIDE_FOCUSER))
        self._tell("wheel", self._wheel_report())
        busy = self.camera_left_s > 0
        self._tell("camera", CameraReport(at_s=0, ref=CAMERA, connected=True, busy=busy))
        guider = self.guider
        report = GuiderReport(at_s=0, ref=GUIDER, connected=guider.connected)
        if guider.connected:
            guiding = guider.guides and not guider.paused
            report = replace(report, guiding=guiding, paused=guider.guides and guider.paused)
        self._tell("guider", report)
        self._tell("program", self._program_report())
        self._tell("mount", MountReport(at_s=0, ref=MOUNT, connected=True, slewing=self.slewing))

    def _tell(
        self,
        name: str,
        report: DeviceReport | OffsetsDeclared | ServerDown,
        *,
        always: bool = False,
    ) -> None:
        plain = replace(report, baseline=False) if isinstance(report, WheelReport) else report
        if always or self._told.get(name) != plain:
            self._told[name] = plain
            self._wire.append((self.now_s + self.lag * DT_S, report))

    def _deliver(self) -> None:
        while self._wire and self._wire[0][0] <= self.now_s:
            _, report = self._wire.popleft()
            self.feed(replace(report, at_s=self.now_s))  # type: ignore[type-var]
