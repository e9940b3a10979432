"""A small, honest world in simulated time: devices with faults, a journal, an applier, the truth.

The truth is physical: every step of a focuser has a cause (`drawtube.py`). So whatever the ledger
claims can be compared with what really happened; `judge.py` does.
"""

from rigd.devices.events import Event
from rigd.focus.advance import advance
from rigd.focus.mode_switch import RIGD
from rigd.focus.state.backlash import Backlash
from rigd.focus.state.effects import AutofocusEnded, MoveFocuser, Step
from rigd.focus.state.focuser import FocuserMove
from rigd.focus.state.requests import (
    AdoptRequested,
    ConnectRequested,
    FilterRequested,
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
)
from rigd.focus.state.rig import Rig
from rigd.focus.state.settings import FilterSlot, Mode, RigSettings
from rigd.focus.state.temperature import TemperatureSettings
from rigd.focus.virtual_focuser import logical_steps
from rigd.frozen import replace
from tests.focus.applier import MortalApplier
from tests.focus.drawtube import HIGH, Drawtube
from tests.focus.journal import Journal
from tests.focus.judge import Judge
from tests.focus.night import (
    CAMERA,
    FOCUSER,
    GUIDE_FOCUSER,
    SLOTS,
    TWO_GROUPS,
    WHEEL,
    DeviceRef,
)
from tests.focus.surroundings import Surroundings
from tests.focus.world_devices import (
    DT_S,
    GUIDER,
    MOUNT,
    PROGRAM,
    GuiderBox,
    ProgramBox,
    Reports,
    Sensor,
    WheelBox,
)

GUIDE_START = 10000


class World(Surroundings):
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
        groups: bool = False,
    ) -> None:
        if groups:
            # What a guide focuser does with them is a pure test's.
            slots, guide_ratio = TWO_GROUPS, None
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
        self.tube = Drawtube(position, tolerance, lambda: self.move)
        self.guide_tube = Drawtube(GUIDE_START, tolerance, lambda: self.guide_move)
        self.focuser, self.truth = self.tube.box, self.tube.truth
        self.guide_focuser, self.guide_truth = self.guide_tube.box, self.guide_tube.truth
        self.wheel = WheelBox(position=filter_position)
        self.camera_left_s = 0.0
        self.slewing = False
        self.lag = lag
        self.echo = echo
        """Whether rigd hears what other clients tell the focuser."""
        self.moved_s = 0.0
        """When others last moved the focuser in sight."""
        self.moved_with = {slots[filter_position].key}
        """Since rigd stopped applying: with which filters others have moved the focuser."""
        self.moved_before: set[str] = set()
        """The same before the last adoption: so it was if that is not stored when rigd dies."""
        self.lost_with: set[str] = set()
        """The same when it last became unknown what is in the position."""
        self.lost_unseen = False
        self.moved_unseen = False
        """Whether it was moved, or taken as it is, with a filter that rigd has not seen yet: the
        next one that is seen may be meant."""
        self.lost_at: tuple[int, int] | None = None
        """Where the focuser was last read when it went out of sight, and the base there."""
        self.left_at_steps = position
        """Where it was when it last came into sight elsewhere."""
        self.nobody_knows = False
        """Whether it was found elsewhere after that, and nobody has moved it in sight since."""
        self.fuse: int | None = None
        """After so many parts of the applier's work, rigd dies."""
        self.events = 0
        self.deaths = 0
        self.applier = MortalApplier(self)
        self.reports = Reports(self)
        self.judge = Judge(self)
        for slot in slots:
            self.truth.offsets[slot.key] = {slot.own_focus or (0, None)}
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
        self.reports.forget()
        self.wheel.learnt = False
        self.judge.started()
        self.feed(
            Remembered(
                at_s=self.now_s,
                ledger=kept.ledger,
                move=kept.move,
                moves_begun=kept.moves_begun,
                fault=kept.fault,
                fault_part=kept.fault_part,
                hold_by=kept.hold_by,
                learnt_direction=kept.learnt_direction,
                samples=kept.samples,
                guider_paused=kept.guider_paused,
                guide=Remembered(
                    at_s=self.now_s,
                    ledger=kept.guide_ledger,
                    move=kept.guide_move,
                    moves_begun=kept.guide_moves_begun,
                ),
            )
        )
        self.reports.look()

    def crash(self) -> None:
        """Kill rigd; what it had not carried out is lost."""
        if self.rig is None:
            return
        self.judge.killed(self.rig)
        self.forget_late_motion()
        self.rig, self.fuse = None, None
        self.deaths += 1
        self.applier.lose()
        self.reports.lose()
        self.journal.unsaved = ()
        if self.truth.undurable:
            self.moved_with |= self.moved_before
        self.tube.rigd_died(self.journal.move, self.now_s)
        self.guide_tube.rigd_died(self.journal.guide_move, self.now_s)
        self.lose_sight(self.journal.ledger)

    @property
    def move(self) -> FocuserMove | None:
        """The move of rigd's that is open."""
        return self.rig.move if self.rig else self.journal.move

    @property
    def guide_move(self) -> FocuserMove | None:
        """The move of the guide focuser that is open."""
        if self.rig is None:
            return self.journal.guide_move
        return self.rig.guide_focuser.move if self.rig.guide_focuser else None

    def tube_of(self, ref: DeviceRef) -> Drawtube:
        """The focuser that is called so."""
        return self.guide_tube if ref == GUIDE_FOCUSER else self.tube

    def feed(self, event: Event | Request | Inner) -> Step | None:
        """One event into the core; its effects go to the applier."""
        if self.rig is None:
            return None
        before = self.rig
        step = advance(before, event)
        self.rig = step.rig
        for effect in step.effects:
            if isinstance(effect, MoveFocuser):
                truth = self.tube_of(effect.ref).truth
                truth.base_at_own = truth.base
        if not self.journal.full:
            self.journal.samples = step.rig.foreign_moves.samples
        self.note_filter_seen()
        self.events += not isinstance(event, Tick)
        if step.effects:
            self.applier.put(step.effects)
        for effect in step.effects:
            if isinstance(effect, AutofocusEnded):
                self._focused(before, effect, step.rig)
        self.note_lost_focus(before, event, step)
        self.note_seen_as_left(before, step.rig)
        self.judge.step(before, event, step)
        return step

    def ask_filter(self, position: int, client: str = "client") -> Step | None:
        """A client asks the virtual wheel."""
        return self.feed(
            FilterRequested(at_s=self.now_s, filter_position=position, client=client),
        )

    def ask_move(self, position: int, client: str = "client") -> Step | None:
        """A client moves the virtual focuser."""
        if self.rig is not None and self.is_falsely_known(position + self.rig.ledger.shift_steps):
            return None
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
        self.note_whose_focus(moved=False)  # a filter may have come into the light just now
        before = self.rig.settings.mode if self.rig else None
        step = self.feed(ModeRequested(at_s=self.now_s, client="human", mode=mode, confirmed=True))
        if step is not None and step.refusal is None and mode is Mode.APPLY is not before:
            self.begin_to_apply()
        return step

    def adopt(self) -> None:
        """A human's word: in focus here, for the filter in the light.

        Of a focuser that is on its way by rigd's doing no human says so: it is nowhere yet.
        """
        motion = self.focuser.motion
        if motion is not None and motion.cause == "own" and motion.asleep_s <= 0:
            return
        step = self.feed(AdoptRequested(at_s=self.now_s, client="human"))
        if step is not None and step.refusal is None:
            self.adopted()

    def adopted(self) -> None:
        """From now on the focus is right where it stands, whatever was told before."""
        self.forget_late_motion()
        self.lost_at, self.nobody_knows = None, False
        rig = self.rig
        slot = rig.slot(rig.filter_position) if rig else None
        apply = rig is not None and rig.settings.mode is Mode.APPLY
        offset, of = (slot.offset if slot is not None and apply else None) or (0, None)
        self.moved_before = set() if apply else self.moved_with
        if rig is not None and not apply:  # there the shift that clients see is the convention
            offset, of = rig.ledger.shift_steps, None
            self.moved_with = {slot.key} if slot else set()
            self.moved_unseen = slot is None
        self.tube.adopted(offset, self.applier.last_batch, of)

    def _focused(self, before: Rig, ended: AutofocusEnded, after: Rig) -> None:
        """An autofocus is over: what it found is the focus of its filter."""
        held, slot = before.ledger.embodied, before.slot(before.filter_position)
        if held is None:
            if after.ledger.embodied is not None:
                self.adopted()
            return
        standing = before.ledger_checked and not before.wheel_turning and before.change is None
        if slot is None or slot.key != ended.filter_key or not standing:
            return
        if before.settings.mode is not Mode.APPLY or slot.own_focus is None:
            return
        raw, start = ended.raw_steps, ended.start_steps
        away = None not in {raw, start} and abs((raw or 0) - (start or 0)) > self.focuser.tolerance
        back = ended.ends_between or (ended.turned_back and (ended.unplaced or ended.ends_inside))
        both_ways = back and not ended.stays
        if raw is None or not (away and both_ways):
            lost = raw is not None and away and ended.wandered and not ended.stays
            assert not lost or after.ledger.embodied is None, "took for a focus what was passed"
            return
        self.judge.checks["focused"] += 1
        steps, of = slot.own_focus
        anew = slot.own_focus != (held.filter_steps, held.against)
        self.judge.checks["focused anew"] += anew
        self.judge.checks["focused without an offset"] += slot.offset is None
        terms = replace(held, filter_steps=steps)
        if self.settings.guide_steps_per_step is None and after.pending is not None:
            assert after.pending is not before.pending, "what waited is to be moved on top"
        self.tube.focused(terms.total_steps, self.applier.last_batch, of)

    def guide_adopted(self, steps: int) -> None:
        """From now on the guide focuser is right where it stands, with these steps in it."""
        self.guide_tube.adopted(steps, self.applier.last_batch)

    def set_offset(self, position: int, offset: int | None) -> None:
        """An edit or a refit of a filter's offset, against what it is known against."""
        slots = list(self.settings.slots)
        old, peer = slots[position], slots[position].peer_offset
        if peer is None:
            reason = None if offset else "not known"
            fresh = replace(old, focus_offset_steps=offset, reason=reason)
        elif offset is None or peer.peer == old.key:
            return  # what others count from is 0 for them
        else:
            fresh = replace(old, peer_offset=replace(peer, steps=offset))
        slots[position] = fresh
        if fresh.offset is not None:
            self.truth.offsets[old.key].add(fresh.offset)
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

    # --- time ---------------------------------------------------------------------------------

    def pass_time(self, seconds: float) -> None:
        """Let time pass: the applier works, devices move, reports arrive."""
        for _ in range(max(1, round(seconds / DT_S))):
            self.pass_interval(DT_S)

    def pass_interval(self, interval_s: float) -> None:
        """Let an interval pass, of which nobody sees the inside."""
        self.applier.apply()
        self.now_s += interval_s
        was, motion = self.focuser.pos, self.focuser.motion
        self._drive(interval_s)
        others = motion is not None and motion.cause != "own"
        self.note_whose_focus(moved=others and self.focuser.pos != was)
        self.reports.look()
        self.reports.deliver()
        if interval_s > DT_S or round(self.now_s / DT_S) % 2 == 0:
            self.feed(Tick(at_s=self.now_s))
        self.applier.apply()
        self.judge.rest()

    @property
    def quiet(self) -> bool:
        """Whether nothing is under way anywhere."""
        return not (
            self.applier.busy
            or self.reports.under_way
            or self.focuser.motion is not None
            or self.guide_focuser.motion is not None
            or self.wheel.to is not None
        )

    def _drive(self, interval_s: float) -> None:
        self.tube.drive(self.now_s, interval_s)
        self.guide_tube.drive(self.now_s, interval_s)
        self.wheel.drive(interval_s)
        self.camera_left_s = max(0.0, self.camera_left_s - interval_s)
        self.sensor.drive(self.now_s, interval_s)

    def forget_late_motion(self) -> None:
        """Who does not see that a move of rigd's begins late cannot know that it is rigd's.

        Unless it is open, or given up and remembered: where it ends at its target, it is done.
        """
        motion, ledgers = self.focuser.motion, [self.journal.ledger]
        ledgers += [self.rig.ledger] if self.rig else []
        known = [one for ledger in ledgers if ledger for one in ledger.unended]
        known += [move for move in (self.journal.move, self.move) if move]
        if motion is None or not motion.late:
            return
        if all(motion.target != one.target_steps for one in known if not one.by_client):
            motion.cause = "foreign"
