"""What must hold after every event and whenever the world is at rest."""

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rigd.devices.events import CameraReport, FocuserCommanded, FocuserReport, WheelReport
from rigd.focus.mode_switch import RIGD
from rigd.focus.state.backlash import FinalDirection
from rigd.focus.state.effects import (
    AutofocusEnded,
    JournalIntent,
    JournalOutcome,
    MoveFocuser,
    RememberMode,
    Step,
)
from rigd.focus.state.focuser import FocuserMove, FocuserRole, MoveLeg
from rigd.focus.state.ledger import Ledger, Part, TemperatureBase
from rigd.focus.state.requests import (
    AdoptRequested,
    FilterRequested,
    ModeRequested,
    MoveRequested,
    Remembered,
    Tick,
    TrimRequested,
)
from rigd.focus.state.rig import Origin, Outcome, Result, Rig
from rigd.focus.state.settings import Mode
from rigd.focus.virtual_focuser import logical_steps
from tests.focus.guide_judge import GuideJudge
from tests.focus.night import FOCUSER, GUIDE_FOCUSER, DeviceRef

if TYPE_CHECKING:
    from tests.focus.world import World


GLITCH_C = 40.0
"""What the thermometer says beyond is never a temperature of the world."""


@dataclass
class Seen:
    """What one client was seen to do that may be a search for focus."""

    last_s: float
    moves: int = 1
    """Each after an exposure, but the first."""
    fresh: int = 1
    """Since the last exposure."""
    frames: int = 0
    exposed: bool = False
    turning: bool = False
    """It has asked for a filter, or turned to one, before it exposed."""
    owns: bool = False
    """The wheel turned to that filter without rigd's being asked."""


class Focusing:
    """An account of its own of who searches for focus; None moves the real focuser."""

    def __init__(self) -> None:
        self._seen: dict[str | None, Seen] = {}
        """Of each client, since the filter changed."""

    def step(self, event: object, before: Rig, rig: Rig, now_s: float) -> None:
        """After every event, before its moves are judged."""
        settings = rig.settings
        if rig.move is not None and rig.move.by_client and rig.move.by in self._seen:
            self._seen[rig.move.by].last_s = now_s
        if isinstance(event, FilterRequested) and event.client in self._seen:
            if self._begins(self._seen[event.client], rig, now_s):
                self._seen[event.client] = self._anew(self._seen[event.client], owns=False)
            else:
                del self._seen[event.client]
        old, new = before.filter_position, rig.filter_position
        # A wheel that is lost, in fault, or known anew has not been turned by anybody.
        turned = rig.wheel_turning or (None not in {old, new} and old != new)
        asked = any(r.change is not None and not r.change.wheel_done for r in (before, rig))
        if turned and not asked:
            self._seen = {
                client: self._anew(one, owns=True)
                if not one.turning and self._begins(one, rig, now_s)
                else one
                for client, one in self._seen.items()
            }
        for client, one in tuple(self._seen.items()):
            rests_s = now_s - one.last_s
            old = rests_s > settings.autofocus_quiet_s
            # Without a frame it was no search: nothing was moved but once.
            idle = one.owns and not (one.frames or one.turning or one.exposed)
            old = old or (idle and rests_s >= settings.quiet_s)
            ends = turned and not one.turning
            ends = ends and (client is None or one.moves < settings.autofocus_moves)
            if ends or (isinstance(event, Tick) and old):
                del self._seen[client]
            elif not rig.wheel_turning and (rig.change is None or rig.change.wheel_done):
                one.turning = False
        if rig.foreign_at_s != before.foreign_at_s:
            going_on = before.focuser is not None and before.focuser.moving
            self.moved(None, now_s, going_on=going_on)
        seen = isinstance(event, CameraReport) and event.busy
        if seen and not (before.camera and before.camera.busy):
            for one in self._seen.values():
                one.exposed, one.frames = True, one.frames + 1

    def moved(self, client: str | None, now_s: float, *, going_on: bool = False) -> None:
        """A client's move begins, or goes on."""
        one = self._seen.get(client)
        if one is None:
            self._seen[client] = Seen(last_s=now_s)
            return
        one.moves += one.exposed
        one.fresh = 1 if one.exposed else one.fresh + (not going_on)
        one.exposed, one.last_s = False, now_s

    def in_the_way_of(self, asking: str, enough: int, *, by_itself: bool) -> bool:
        """Whether somebody else is focusing, or has just turned to the filter to focus with."""
        return any(
            client != asking and (one.moves >= enough or (by_itself and one.owns and one.frames))
            for client, one in self._seen.items()
        )

    @staticmethod
    def _begins(one: Seen, rig: Rig, now_s: float) -> bool:
        young = one.moves < rig.settings.autofocus_moves and not one.exposed and one.fresh <= 2
        return young and now_s - one.last_s <= rig.settings.quiet_s

    @staticmethod
    def _anew(one: Seen, *, owns: bool) -> Seen:
        return Seen(last_s=one.last_s, fresh=one.fresh, turning=True, owns=owns or one.owns)


class Turns:
    """An account of its own of where the wheel was seen to be turned to, from a known slot.

    A wheel that was lost, in fault, defined anew, at no slot or busy for too long says where it is,
    and nothing more: that is no turn.
    """

    def __init__(self) -> None:
        self._at: int | None = None
        self._busy_since_s: float | None = None
        self.to: int | None = None
        """Where somebody has turned it to since it was last known anew."""

    def step(self, event: object, rig: Rig) -> bool:
        """After every event; whether the wheel was turned by it."""
        change = rig.change is not None and not rig.change.wheel_done
        if isinstance(event, Tick):
            since_s = self._busy_since_s
            if since_s is not None and event.at_s - since_s > rig.settings.times.deadline_s:
                self._at = self.to = None
        if not isinstance(event, WheelReport):
            return False
        if event.connected and event.moving:
            if self._busy_since_s is None or change:
                self._busy_since_s = event.at_s
            return False
        self._busy_since_s = None
        here, was = event.filter_position, self._at
        self._at = here
        if here is None or was is None or event.baseline:
            self.to = None
        elif here != was:
            self.to = here
            return True
        return False


class Warmth:
    """An account of its own of what the thermometer said and what the term may be."""

    def __init__(self) -> None:
        self._said: list[tuple[float, float]] = []
        self._bases: set[TemperatureBase] = set()
        self._base_since_s = -1e9
        self._rebased_s = -1e9

    def remembered(self, rig: Rig) -> None:
        """Rigd has just started with what the journal has."""
        if rig.ledger.temperature_base is not None:
            self._bases.add(rig.ledger.temperature_base)

    def heard(self, report: FocuserReport, now_s: float) -> None:
        """The thermometer says something; what is no temperature of a night is left out."""
        if report.temperature_c is not None and abs(report.temperature_c) <= GLITCH_C:
            self._said = [(s, c) for s, c in self._said if now_s - s < 900]
            self._said.append((now_s, report.temperature_c))

    def step(self, before: Rig, rig: Rig, now_s: float) -> None:
        """After every event: the base is taken afresh exactly at a re-base."""
        old, new = before.ledger.temperature_base, rig.ledger.temperature_base
        landed = before.move is not None and before.move.by_client and rig.move is None
        moved = landed and rig.ledger.raw_steps != before.ledger.raw_steps
        if moved or rig.foreign_at_s != before.foreign_at_s:
            self._rebased_s = now_s
            assert new is None or new.steps == _temperature(rig), "an old base after a re-base"
        if new is None or new == old:
            return
        assert rig.ledger.embodied is not None, "a base though the focus is unknown"
        again = new in self._bases  # after an autofocus that restored its start
        assert new.steps == _temperature(rig) or again, "a re-base would move the focuser"
        known = old is None or moved or rig.foreign_at_s != before.foreign_at_s
        assert known or rig.ledger != before.ledger, "the base changed by itself"
        said = any(c == new.celsius for _, c in self._said)
        assert said or again, f"nobody said {new.celsius} °C"
        self._bases.add(new)

    def allows(self, before: Rig, move: FocuserMove) -> bool:
        """Whether a move's temperature term is what the thermometer asks for, or what was there."""
        settings, base = before.settings.temperature, before.ledger.temperature_base
        goal = move.goal
        assert goal.terms is not None, "a move of rigd's own without terms"
        term, held = goal.terms.temperature_steps, _temperature(before)
        if term == held and move.part is not Part.TEMPERATURE:
            return True
        if settings is None or base is None:
            return False
        k = dict(settings.by_filter).get(goal.filter_key or "", settings.steps_per_c)
        small = abs(goal.target_steps - move.start_steps) <= settings.dead_band_steps
        if move.part is Part.TEMPERATURE and small:
            return False
        wanted = [base.steps + k * (celsius - base.celsius) for _, celsius in self._said]
        return any(abs(term - steps) <= 0.5 + 1e-9 for steps in wanted)


def _keeps_trim(rig: Rig, move: FocuserMove) -> bool:
    """Whether a move leaves the trim as it is, unless a human has just set it."""
    embodied, goal = rig.ledger.embodied, move.goal.terms
    held = embodied.trim_steps if embodied else 0
    assert goal is not None, "a move of rigd's own without terms"
    if move.part is Part.TRIM:
        assert embodied is not None, "trimmed what is unknown"
        return replace(embodied, trim_steps=goal.trim_steps) == goal
    return goal.trim_steps == held


def _trim(rig: Rig) -> int:
    return rig.ledger.embodied.trim_steps if rig.ledger.embodied else 0


def _temperature(rig: Rig) -> int:
    return rig.ledger.embodied.temperature_steps if rig.ledger.embodied else 0


class Judge:
    """Compares what rigd does and claims with what is physically so."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self.outcomes: Counter[str] = Counter()
        self.checks: Counter[str] = Counter()
        self.fed: Counter[str] = Counter()
        self.guide = GuideJudge(world, self.checks)
        self._asked = False
        self._shown: int | None = None
        self._open_since_s: float | None = None
        self._paused_since_s: float | None = None
        self._judged = False
        self._left: Outcome | None = None
        """The outcome that a turn of the wheel has made the past."""
        self._focusing, self._warmth, self._turns = Focusing(), Warmth(), Turns()
        self._used = False
        self._told = False
        """Another client was heard to tell the focuser to move during a move of rigd's own."""
        self._strange = False
        """The filter was changed before the focus of a new rig was known."""
        self.cut_off: int | None = None
        """Where a change was to end when rigd was killed; nobody has touched the wheel since."""

    def started(self) -> None:
        """Rigd has just started: until somebody asks for something, nothing may move."""
        self._asked, self._shown, self._open_since_s = False, None, None
        self._paused_since_s = None
        self._judged, self._strange, self._told = True, False, False
        self.guide.started()
        self._focusing, self._warmth, self._turns = Focusing(), Warmth(), Turns()
        self._used = False

    def killed(self, rig: Rig) -> None:
        """Rigd is killed, with a change under way or not."""
        change, journal = rig.change, self.world.journal
        self.cut_off = None
        if change is None or change.origin is not Origin.IN_PATH or change.declined is not None:
            return
        turns = change.from_position != change.to_position
        if turns and rig.settings.mode is Mode.APPLY and not (journal.full or journal.unsaved):
            self.cut_off = change.to_position

    def step(self, before: Rig, event: object, step: Step) -> None:  # noqa: PLR0912, PLR0915 - one per rule
        """After every event."""
        rig = step.rig
        self.fed[type(event).__name__] += 1
        if isinstance(event, Remembered):
            assert rig.hold_by == self.world.journal.hold_by, "a hold was forgotten"
        if (
            isinstance(event, FilterRequested | AdoptRequested | TrimRequested)
            and step.refusal is None
        ):
            self.cut_off = None
        if (
            isinstance(event, FilterRequested | MoveRequested | TrimRequested)
            and step.refusal is None
        ):
            self._asked = True
        turned = self._turns.step(event, rig)
        self._asked = self._asked or turned
        if isinstance(event, AdoptRequested) or (isinstance(event, CameraReport) and event.busy):
            self._used = True
        if isinstance(event, FocuserReport):
            self._warmth.heard(event, self.world.now_s)
        if isinstance(event, Remembered):
            self._warmth.remembered(rig)
        else:
            self._warmth.step(before, rig, self.world.now_s)
        if rig.foreign_at_s != before.foreign_at_s:
            self._used = True
        if rig.focuser is not None and not rig.focuser.connected:
            self._asked = self._used = False
        if before.move is None and rig.move is not None:
            self._shown = logical_steps(rig)
        if not before.remembered and not isinstance(event, Remembered):
            self._first_sight(before, event, rig, turned=turned)
        if rig.filter_position != before.filter_position and rig.outcome is before.outcome:
            self._left = rig.outcome
        self._focusing.step(event, before, rig, self.world.now_s)
        self._led_away(event, before, rig)
        intents: set[int] = set()
        for effect in step.effects:
            if isinstance(effect, JournalIntent) and effect.role is FocuserRole.MAIN:
                intents.add(effect.move.number)
            if isinstance(effect, RememberMode) and effect.by == RIGD:
                self.checks["stood down"] += 1
                self._stood_down(rig)
                assert step.rig.move is None, "stood down during a move: its journal is gone"
            if isinstance(effect, MoveFocuser) and effect.ref == FOCUSER:
                assert effect.number in intents, "a move without an intent"
                found = any(isinstance(e, AutofocusEnded) for e in step.effects)
                self._takes_off(before, rig, effect, found=found)
        if step.refusal is not None:
            assert not any(isinstance(e, MoveFocuser) for e in step.effects), "refused and moved"
        self._one_applier(rig)
        self.guide.step(before, event, step)
        if before.move is not None and rig.move is not before.move:
            also = self.world.truth.foreign_until_s >= before.move.began_at_s - 1.0
            # What a move that was given up comes to is judged by where the focuser is found, too.
            given_up = any(
                isinstance(e, JournalOutcome)
                and (e.role, e.result) == (FocuserRole.MAIN, "given up")
                for e in step.effects
            )
            self._judged = self._judged or before.move.lost or given_up or also
        move = rig.move
        if move is not None and not move.by_client:
            self.checks["logical"] += 1
            assert logical_steps(rig) == self._shown, (
                f"clients see {logical_steps(rig)} instead of {self._shown} during rigd's own move"
            )
        if rig.outcome is not None and rig.outcome is not before.outcome:
            self.outcomes[f"{rig.outcome.origin} {rig.outcome.result}"] += 1
            if rig.outcome.result is Result.DONE:
                self._done(rig)

    def _led_away(self, event: object, before: Rig, rig: Rig) -> None:
        """A move that ended where another client sent the focuser did not stop short."""
        move = before.move
        if move is None or move.by_client or move.lost:
            self._told = False
            return
        if isinstance(event, FocuserCommanded):
            self._told = True
        if rig.move is None and isinstance(event, FocuserReport) and self._told:
            self.checks["told by others meanwhile"] += 1
            position = event.position_steps
            if position is not None and abs(position - move.target_steps) > (
                rig.settings.tolerance_steps
            ):
                self.checks["led away by others"] += 1
                assert rig.ledger.embodied is None, "took another's move for one that stopped short"

    def _one_applier(self, rig: Rig) -> None:
        """Rigd does not apply beside a program that says that it does."""
        standing = rig.ledger_checked and rig.move is None and rig.change is None
        if standing and rig.settings.mode is Mode.APPLY:
            assert not self._says_so(rig), "applies beside a program that says it does"

    def _stood_down(self, rig: Rig) -> None:
        """It does not stand down beside nobody."""
        said = self._says_so(rig)
        assert said or rig.foreign_moves.applier is not None, "stood down beside nobody"
        self.checks["stood down at a word"] += said

    def _says_so(self, rig: Rig) -> bool:
        """Whether rigd has been told that the program moves the focuser by offsets of its own."""
        return any(
            t.applies and len({o.steps for o in t.offsets}) > 1 for t in rig.declared_offsets
        )

    def _first_sight(self, before: Rig, event: object, rig: Rig, *, turned: bool) -> None:
        """A rig that was never seen takes the focus as that of the filter it shows first."""
        moved = turned and None not in (before.filter_position, rig.filter_position)
        if moved and before.ledger.raw_steps is not None:
            self._strange = True
        if rig.remembered and rig.ledger.embodied is not None:
            by_itself = (
                not isinstance(event, AdoptRequested | ModeRequested)
                and rig.settings.mode is Mode.APPLY
            )
            assert not (by_itself and self._strange), "adopted the focus of another filter"
            self.world.adopted()

    def _takes_off(self, before: Rig, rig: Rig, command: MoveFocuser, *, found: bool) -> None:
        move = rig.move
        assert move is not None, "a command without a move that is open"
        self.checks["moves"] += 1
        low, high = rig.min_steps, rig.max_steps
        assert high is not None, "moved without knowing the limits"
        assert low <= command.position_steps <= high, f"moved to {command.position_steps}"
        back = "moved at start or because a connection came back"
        first = before.move
        if (
            first is not None
            and first.second_leg is not None
            and not (first.halted or first.lost)
            and (first.target_steps, first.second_leg.target_steps)
            == (move.start_steps, move.target_steps)
        ):
            self._goes_back(first.second_leg, move)
            return
        self._ends_the_right_way(rig, move)
        used = move.part is Part.TEMPERATURE and self._used
        change = before.change
        waited = before.pending is not None or (change is not None and change.focuser_waits)
        assert self._asked or waited or used, back
        assert rig.hold_by is None, "moved though held"
        assert rig.focuser is not None, "moved an unseen focuser"
        assert rig.focuser.connected, "moved an unconnected focuser"
        enough = rig.settings.autofocus_moves
        if move.by_client:
            self._focusing.moved(move.by, self.world.now_s)
            return
        if move.by == "the wheel":
            self.checks["followed the wheel"] += 1
            assert rig.filter_position == self._turns.to, "followed a wheel that nobody turned"
            assert move.goal.filter_key in {
                s.key for s in rig.settings.slots if (s.filter_position == self._turns.to)
            }, "moved for another filter than the wheel was turned to"
        assert self._warmth.allows(before, move), f"{move} does not follow the temperature"
        assert _keeps_trim(rig, move), f"{move} changes the trim"
        self.checks["temperature moves"] += move.part is Part.TEMPERATURE
        self.checks["trims"] += move.part is Part.TRIM
        asked = rig.change is not None and rig.change.origin is Origin.IN_PATH
        by_itself = not asked and move.part is not Part.TRIM
        searched = self._focusing.in_the_way_of(move.by, enough, by_itself=by_itself)
        assert not searched, "moved during an autofocus"
        self._shown = before.ledger.logical_steps if before.move is None else self._ahead(before)
        assert rig.settings.mode is Mode.APPLY, f"moved in mode {rig.settings.mode}"
        assert rig.ledger_checked, "moved before the focuser was seen at rest"
        assert found or before.ledger.embodied is not None, "moved though unknown"
        assert not (rig.camera and rig.camera.busy), "moved during an exposure"
        assert not (rig.mount and rig.mount.slewing), "moved during a slew"
        assert not (rig.guider and rig.guider.guiding), "moved while guiding"
        self.checks["moved while the guider is paused"] += bool(rig.guider and rig.guider.paused)
        assert not rig.focuser.temperature_compensation, "moved beside the firmware"
        assert not rig.focuser.moving, "moved beside another mover"

    def _ends_the_right_way(self, rig: Rig, move: FocuserMove) -> None:
        """With backlash to take up, a move turns unless it already ends in the right direction."""
        backlash = self.world.settings.backlash
        direction = None if backlash is None else backlash.final_direction or rig.learnt_direction
        if backlash is None or direction is None:
            assert move.second_leg is None, "went beyond its target without backlash"
            return
        up = direction is FinalDirection.UP
        goal = move.goal.target_steps
        turn = goal - backlash.steps if up else goal + backlash.steps
        room = rig.min_steps <= turn <= (rig.max_steps or 0)
        if (goal > move.start_steps) == up:
            assert move.second_leg is None, "turned without need"
        elif move.by_client and not room:
            assert move.second_leg is None, "turned outside the limits"
        else:
            assert move.second_leg is not None, "ends in the wrong direction"
            assert move.target_steps == turn, "turned elsewhere"

    def _goes_back(self, leg: MoveLeg, move: FocuserMove) -> None:
        """The second part of a move ends where the whole was to end, in the final direction."""
        self.checks["turned"] += 1
        assert move.terms == leg.terms, "other terms on the way back"
        backlash, rig = self.world.settings.backlash, self.world.rig
        assert backlash is not None, "went beyond its target without backlash"
        rises = move.target_steps > move.start_steps
        direction = backlash.final_direction or (rig.learnt_direction if rig else None)
        assert rises == (direction is FinalDirection.UP), "the wrong way"

    def _ahead(self, before: Rig) -> int | None:
        """The logical position when a move has just been closed in the same step."""
        rig = self.world.rig
        return rig.ledger.logical_steps if rig is not None else None

    def commanded(self, ref: DeviceRef, number: int, steps: int) -> None:
        """The device is told to move: the journal must have the intent."""
        if ref == GUIDE_FOCUSER:
            self.guide.commanded(number, steps)
            return
        move: FocuserMove | None = self.world.journal.move
        assert move is not None, "commanded without a stored intent"
        assert move.number == number, "commanded with another intent stored"
        assert move.target_steps == steps, "commanded another target than stored"

    def _done(self, rig: Rig) -> None:
        """Position is shown again: wheel and focuser must have settled."""
        outcome, world = rig.outcome, self.world
        assert outcome is not None, "done without an outcome"
        assert not rig.wheel_turning, "done while the wheel turns"
        assert rig.filter_position == outcome.to_position, "done, and another filter in the light"
        if world.lag or world.now_s - world.truth.foreign_until_s < 2.0:
            return
        if outcome.origin is Origin.IN_PATH:
            self.checks["settled"] += 1
            assert world.focuser.motion is None, "Position shown while the focuser moves"

    def rest(self) -> None:
        """Once all is quiet: the ledger is right or says unknown; nothing hangs."""
        world, rig = self.world, self.world.rig
        if rig is None:
            self._open_since_s = None
            return
        self._nothing_hangs(rig)
        self.guide.rest(rig)
        self._guiding_goes_on(rig)
        motion = world.focuser.motion
        shown = rig.shown_filter_position is not None and rig.fault is None
        slot = rig.slot(rig.shown_filter_position)
        if (
            shown
            and slot is not None
            and slot.filter_position == self.cut_off
            and rig.ledger_checked
        ):
            self.checks["cut off and shown"] += 1
            assert rig.ledger.embodied is None or rig.is_in_focus_of(slot), (
                f"{slot.name} is shown after a crash, and the focus is not its own"
            )
        if motion and motion.cause == "own" and not (world.lag or motion.late):
            assert not shown, "Position shown during a move of rigd's own"
        if not world.quiet or rig.move or rig.change or rig.queued:
            return
        ledger, focuser, truth = rig.ledger, world.focuser, world.truth
        if not focuser.connected or not rig.ledger_checked:
            return
        if ledger.embodied is None:
            self.checks["unknown"] += 1
            assert ledger.unknown_because, "unknown without a reason"
            return
        self.checks["rest"] += 1
        assert ledger.read_steps == focuser.pos, (
            f"the ledger has {ledger.read_steps}, the focuser stands at {focuser.pos}"
        )
        if self._judged:
            self._within_tolerance(ledger)
        assert ledger.base_steps == truth.base, (
            f"the ledger's base is {ledger.base_steps}, the true one {truth.base}; {ledger}"
        )
        if rig.settings.mode is not Mode.APPLY:
            return
        outcome = rig.outcome
        slot = rig.slot(world.wheel.position)
        if (
            outcome is None
            or outcome is self._left
            or outcome.result is not Result.DONE
            or outcome.to_position != world.wheel.position
            or slot is None
            or rig.pending is not None
            or not world.wheel.connected
        ):
            return
        self.checks["right"] += 1
        tolerance = max(1, focuser.tolerance)
        without = focuser.pos - truth.base - _temperature(rig) - _trim(rig)
        wrong = min(abs(without - o) for o in truth.offsets[slot.key])
        assert wrong <= tolerance, (
            f"{wrong} steps out of focus with {slot.name}: {focuser.pos}, base {truth.base}"
        )

    def _within_tolerance(self, ledger: Ledger) -> None:
        """A move that was cut off inside the tolerance counts as done or as not begun."""
        world, base = self.world, ledger.base_steps
        self._judged = False
        if base is not None and abs(base - world.truth.base) <= 2 * world.focuser.tolerance:
            world.truth.base, world.focuser.nominal = base, ledger.raw_steps or 0

    def _guiding_goes_on(self, rig: Rig) -> None:
        """What rigd paused does not stay paused."""
        world, guider = self.world, self.world.guider
        busy = (rig.move is not None and not rig.move.lost) or rig.change is not None
        if busy or not (guider.guides and guider.paused and guider.by_rigd and guider.connected):
            self._paused_since_s = None
            return
        self._paused_since_s = self._paused_since_s or world.now_s
        assert world.now_s - self._paused_since_s < 20.0, "the guider stays paused"

    def _nothing_hangs(self, rig: Rig) -> None:
        world = self.world
        still = world.focuser.motion is None and world.focuser.connected and world.wheel.connected
        open_ = rig.move is not None or rig.change is not None or rig.queued is not None
        if not (still and open_):
            self._open_since_s = None
            return
        if self._open_since_s is None:
            self._open_since_s = world.now_s
        waited_s = world.now_s - self._open_since_s
        limit_s = 2 * rig.settings.times.deadline_s + 10
        assert waited_s < limit_s, f"hangs for {waited_s} s: {rig.move} {rig.change} {rig.queued}"
