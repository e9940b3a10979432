"""Judges every step of rigd by what the devices truly did and by who asked for what."""

from rigd.devices.events import WheelReport
from rigd.focus.state.effects import JournalOutcome, MoveFocuser, Step
from rigd.focus.state.focuser import FocuserRole
from rigd.focus.state.requests import (
    AdoptRequested,
    AnyEvent,
    AutofocusReported,
    FilterRequested,
    HaltRequested,
    HoldRequested,
    ModeRequested,
    MoveRequested,
    ProfileChanged,
    ReleaseRequested,
    Remembered,
    Request,
    Tick,
    TrimRequested,
)
from rigd.focus.state.rig import Rig
from rigd.focus.state.settings import Mode
from rigd.focus.virtual_focuser import logical_steps
from tests.independent.belief import Offset
from tests.independent.changes import accept_filter, see_end_of_change, see_wheel, wish_after_start
from tests.independent.claimed import forget_claim, note_claim
from tests.independent.claims import check_claims, is_where_asked, note_limits
from tests.independent.machine import Machine
from tests.independent.moment import Moment, Scene
from tests.independent.movers import (
    end_search,
    note_motion,
    note_replaced,
    note_rest,
    note_search_move,
    note_slight,
    note_spinning,
    note_whose_focus,
    rests,
)
from tests.independent.orders import see_command, see_outcome
from tests.independent.plant import Cause
from tests.independent.refusals import check_refusal
from tests.independent.rules import Broken, Rule
from tests.independent.watch import Watch

AUTOFOCUS_QUIET_S = 120.0
QUIET_S = 25.0
"""A little less than the quiet: rigd counts from what it was told."""


class Judge:
    """One for the whole observatory."""

    def __init__(self, scene: Scene, watches: dict[str, Watch]) -> None:
        self.scene = scene
        self.watches = watches
        self.last_cause: Cause | None = None
        self.forgiven: frozenset[Rule] = frozenset()

    def fail(self, rule: Rule, detail: str) -> None:
        """An invariant does not hold.

        Raises:
            Broken: unless its rule is one of those that are known to be broken today.
        """
        if rule not in self.forgiven:
            raise Broken(rule, self.scene.now_s, detail)

    @property
    def near(self) -> int:
        """How far from a place still counts as there."""
        plan = self.scene.plan
        return max(plan.tolerance, 5 if plan.hides else 0, 1 if plan.even else 0)

    # What devices and people do.

    def note_motion(self, cause: Cause, before: int, after: int) -> None:
        """The focuser has moved."""
        begins, self.last_cause = cause is not self.last_cause, cause
        note_motion(self, cause, before, after, begins=begins)

    def note_halt(self) -> None:
        """The motor is stopped: it does not stand where a client that searches wanted it."""
        note_replaced(self)
        for watch in self.watches.values():
            for search in watch.searches.values():
                search.clear = search.clear and rests(self, watch)

    def process_died(self, machine: Machine) -> None:
        """rigd's process ends: nothing may move for what was asked of it, but for a hand's part."""
        watch = self.watches[machine.name]
        if watch.own_open is not None or machine.disk.move is not None:
            watch.excuse("rigd died during a move")
            watch.is_unended = True
        kept = machine.disk.ledger
        if kept is not None and kept.embodied is None:
            watch.excuse("known again only since what was stored last")
        watch.lost_at = None if kept is None else kept.read_steps
        watch.drop_word(machine.disk.ledgers)
        forget_claim(watch, machine.disk.ledgers)
        self._excuse_motion(watch)
        watch.wish = wish_after_start(self, machine)
        watch.client_target = watch.trim_asked = None
        watch.searches.clear()
        move = machine.disk.move
        if move is not None and move.by_client:
            # It is read back after the start, and may be the first of an autofocus.
            begun_at = move.start_steps - self.scene.focuser.counter
            note_search_move(self, machine.name, watch, move.by, begun_at)
            watch.searches[move.by].clear = False
        for purpose in watch.purposes.values():
            purpose.leads_to = None  # nothing begins because rigd starts
        watch.told.clear()
        watch.closed.clear()  # numbers of moves that were not stored are given again
        watch.own_open = watch.own_left = None
        watch.released = watch.wheel_released = False
        watch.short_s = self.scene.now_s if watch.excuses else watch.short_s
        watch.blind_since_s = self.scene.now_s
        watch.sees_since_s = 1e9

    def _excuse_motion(self, watch: Watch) -> None:
        """A motion of others that goes on, or was not told yet, is found later as a difference."""
        motor = self.scene.focuser
        is_new = self.scene.now_s - self.scene.said_s() < 3
        if not motor.at_rest or self.scene.told_count != motor.count or is_new:
            watch.excuse("moved by others around a gap")
            for search in watch.searches.values():  # found elsewhere it begins anew
                search.clear = False

    def sight_lost(self, *, focuser: bool) -> None:
        """The connection to a device is lost."""
        for watch in self.watches.values():
            watch.disturb("a device was lost")
            if focuser:
                watch.blind_since_s = self.scene.now_s
                watch.sees_since_s = 1e9
                watch.released = False  # back again it answers
                if watch.own_open is not None:
                    watch.excuse("out of sight during a move of rigd's")
                    watch.is_unended = True
                    watch.short_s = self.scene.now_s
                watch.client_target = None
                watch.lost_at = self.scene.told_count
                self._excuse_motion(watch)
            else:
                watch.wheel_unseen, watch.wheel_turns = True, False
                if watch.wish is not None and not watch.wish.in_path:
                    watch.wish = None

    # What rigd does.

    def before(self, machine: Machine, event: AnyEvent) -> None:
        """An event is about to be taken in."""
        watch, rig = self.watches[machine.name], machine.rig
        assert rig is not None
        celsius, moving = self.scene.focuser.temperature, not self.scene.focuser.is_said
        watch.released = watch.released and moving
        watch.belief.feel(celsius)
        for search in watch.searches.values():
            search.feel(celsius, moves=moving)
        match event:
            case AutofocusReported():
                for mover in list(watch.searches):
                    end_search(self, machine, mover, reported=True)
            case FilterRequested(client=client) if client in watch.searches:
                search = watch.searches[client]
                if search.ever_exposed:
                    end_search(self, machine, client, reported=False)
                    if not (search.exposed or search.is_running):
                        # What it moved since the last frame may begin another one.
                        watch.searches[client] = search.begin_anew()
            case Tick(at_s=now_s):
                self._pass_time(machine, watch, now_s)
            case WheelReport(baseline=False) if not self.scene.wheel_is_rigs(machine.name):
                search = watch.searches.get("direct")
                leaves = event.moving or event.filter_position not in {None, rig.filter_position}
                # A turn that was begun before its first frame belongs to it.
                turned_s = self.scene.wheel_turned_at_s(machine.name)
                watch.note_turn_under_searches(turned_s if leaves else -1e9)
                if search is not None and turned_s >= search.first_frame_s and leaves:
                    watch.blurred_until_s = self.scene.now_s + AUTOFOCUS_QUIET_S + 10
                    search.clear = False  # most likely, but not certainly, the same program
                    end_search(self, machine, "direct", reported=False)
                    if not search.exposed:  # what it moved last may be the begin of another one
                        watch.searches["direct"] = search.begin_anew()
            case _:
                pass

    def _pass_time(self, machine: Machine, watch: Watch, now_s: float) -> None:
        """A search ends with the quiet."""
        note_spinning(self, machine.name, watch)
        for mover, search in list(watch.searches.items()):
            if search.slight:
                note_slight(self, machine, mover)
            if now_s - search.last_s > AUTOFOCUS_QUIET_S:
                watch.quiet_again_s = now_s
                end_search(self, machine, mover, reported=False)
            elif now_s - search.last_s > QUIET_S:
                note_rest(self, machine, mover)

    def after(self, machine: Machine, event: AnyEvent, before: Rig, step: Step) -> None:
        """An event was taken in."""
        watch = self.watches[machine.name]
        moment = Moment(machine, watch, event, before, step)
        if step.refusal is not None:
            check_refusal(self, moment)
        elif isinstance(event, Request | ProfileChanged):
            self._take_request(moment)
        self._follow_view(moment)
        see_wheel(self, moment)
        note_claim(self, moment)
        note_whose_focus(self, machine, watch, event)
        for effect in step.effects:
            match effect:
                case MoveFocuser():
                    see_command(self, moment, effect)
                case JournalOutcome(role=FocuserRole.MAIN):
                    see_outcome(self, watch, effect)
                case _:
                    pass
        see_end_of_change(self, moment)
        note_limits(self, moment)
        self._check_fault(moment)
        check_claims(self, machine, watch)

    def _follow_view(self, moment: Moment) -> None:
        """What is rigd's in the position is found anew: the place that a client asked for stays."""
        watch, before, after = moment.watch, moment.before, moment.step.rig
        if before.move is not None or before.change is not None or before.queued is not None:
            return
        was, now = before.ledger, after.ledger
        if watch.client_target is not None and was.raw_steps == now.raw_steps:
            watch.client_target -= now.shift_steps - was.shift_steps

    def _check_fault(self, moment: Moment) -> None:
        """A trim ends no fault of a filter change."""
        watch, before, after = moment.watch, moment.before.fault, moment.step.rig.fault
        trims = isinstance(moment.event, TrimRequested) and before is not None and after is None
        if trims and before != watch.trims_fault:
            self.fail(Rule.FAULT, f"a trim ended the fault: {before}")
        # What is known again after a start is what it was.
        if after not in {None, before} and not isinstance(moment.event, Remembered):
            numbers = {e.number for e in moment.step.effects if isinstance(e, JournalOutcome)}
            if not numbers and moment.before.move is not None:  # lost: it has no outcome yet
                numbers = {moment.before.move.number}
            what = {watch.purposes[n].what for n in numbers if n in watch.purposes}
            watch.trims_fault = after if what == {"trim"} else None

    def _take_request(self, moment: Moment) -> None:
        """Somebody asked for something, and was not refused."""
        watch, before, step = moment.watch, moment.before, moment.step
        match moment.event:
            case FilterRequested(filter_position=slot, client=client):
                accept_filter(self, moment, slot, client)
            case MoveRequested(position_steps=logical):
                self._take_client_move(moment, logical)
            case TrimRequested(trim_steps=trim) if step.effects:
                watch.trim_asked = trim
            case HaltRequested() | HoldRequested(hold=True):
                watch.disturb("halted")
                watch.client_target = None
                if watch.own_open is not None:
                    watch.short_s = self.scene.now_s
            case AdoptRequested():
                self._adopted(moment)
            case ReleaseRequested(device=device):
                self._released(moment, device)
            case ModeRequested(mode=mode) if mode is not before.settings.mode:
                self._switched(moment, mode)
            case ProfileChanged(starts_over=over, settings=settings):
                if over:
                    watch.nobodys_focus = None
                    watch.change_path(before.settings.light_path_id, settings.light_path_id)
                watch.wish = None
            case _:
                pass

    def _take_client_move(self, moment: Moment, logical: int) -> None:
        """A client asks for a place of the virtual focuser."""
        watch, before = moment.watch, moment.before
        shown = logical_steps(before)
        idle = before.move is None and before.change is None and shown is not None
        watch.client_near = logical - (shown or 0) if idle else 0
        motor = self.scene.focuser
        watch.client_may_be_dropped = False
        watch.client_range = (motor.low, motor.high)
        shifts = {(before.ledger.raw_steps or 0) - (shown or 0)}
        kept = moment.machine.disk.move
        if kept is not None:
            goal = kept.goal.target_steps - motor.counter
            shifts |= {goal - account.base for account in watch.belief.accounts}
        watch.client_shifts = frozenset(shifts)
        watch.client_target, watch.client_asked_s = logical, self.scene.now_s
        watch.disturb("a client's move")
        rig = moment.step.rig
        under_way = rig.move is not None or rig.queued is not None or rig.change is not None
        told = abs((rig.ledger.raw_steps or 0) - self.scene.told_count) <= self.near
        if not under_way and told and is_where_asked(self, watch, rig):
            watch.client_target = None  # it is there: nothing is left to be done

    def _released(self, moment: Moment, device: str) -> None:
        """A human has given a device up: nobody waits for it any more."""
        watch = moment.watch
        watch.disturb("released")
        if device == "wheel":
            watch.wheel_released = moment.step.rig.filter_position is None
            if watch.wheel_released and watch.wish is not None and not watch.wish.in_path:
                watch.wish = None
            return
        watch.released = self.scene.focuser.shown_moving  # before that there is nothing to give up
        watch.client_target = None
        if watch.own_open is not None or watch.is_unended:
            watch.excuse("given up by a human before it was read back")
            watch.short_s = self.scene.now_s

    def _adopted(self, moment: Moment) -> None:
        """A human says that the focus is right here for the filter in the light."""
        watch, rig = moment.watch, moment.step.rig
        heard = moment.before.focuser
        if heard is None or heard.moving:
            self.fail(Rule.ADOPTED, f"adopted in motion; {self.said(watch)}")
        watch.nobody_knows, watch.lost_at = False, None
        watch.nobodys_focus = None
        position, celsius = self.scene.focuser.position, self.scene.focuser.temperature
        key = self.scene.lit_key(moment.name)
        watch.take_word(key, moment.machine.disk.ledgers)
        if rig.settings.mode is not Mode.APPLY:
            shift = rig.ledger.shift_steps  # clients go on seeing what they saw
            watch.belief.focused(position, Offset(shift), celsius, certain=True)
            watch.moved_with = {key} if key else set()
        elif (offset := watch.own_offset(key)) is not None:
            watch.belief.focused(position, offset, celsius, certain=True)
            watch.known_offsets = {key or "": {offset}}
        watch.excuses.clear()

    def _switched(self, moment: Moment, mode: Mode) -> None:
        """A human has switched the mode."""
        watch = moment.watch
        if mode is Mode.APPLY:
            self._begins_to_apply(moment)
        elif watch.wish is not None and not watch.wish.in_path:
            watch.wish = None

    def _begins_to_apply(self, moment: Moment) -> None:
        """The focus is that of a filter with which others moved it, or what it was."""
        watch, motor = moment.watch, self.scene.focuser
        watch.take_word(None, moment.machine.disk.ledgers)
        if watch.nobody_knows and moment.step.rig.ledger.embodied is not None:
            self.fail(Rule.WHOSE, f"begins to apply at {motor.count}; {self.said(watch)}")
        for key in watch.moved_with:
            if (offset := watch.own_offset(key)) is not None:
                watch.belief.focused(motor.position, offset, motor.temperature, certain=False)
                watch.known_offsets.setdefault(key, set()).add(offset)

    def said(self, watch: Watch) -> str:
        """What the judge believes, for the report of a violation."""
        wish = f"{watch.wish.key} asked for" if watch.wish else "no filter asked for"
        accounts = ", ".join(
            f"base {a.base} of {a.of or 'reference'} trim {a.trim:+d} "
            f"temperature {a.temperature:+d}"
            for a in watch.belief.accounts
        )
        return f"{wish}; {accounts}"
