"""What hands, other programs, faults and the weather do to the world around rigd."""

from rigd.devices.events import EchoHeard, EchoLost, FocuserCommanded
from rigd.focus.state.effects import AutofocusEnded, Step
from rigd.focus.state.focuser import FocuserRole
from rigd.focus.state.ledger import Ledger
from rigd.focus.state.requests import AdoptRequested, Remembered
from rigd.focus.state.rig import Rig
from rigd.focus.state.settings import Mode
from tests.focus.drawtube import HIGH, LOW
from tests.focus.night import FOCUSER
from tests.focus.world_devices import DT_S, ProgramBox

AROUND_TURN_S = 20.0
"""A move so long before a filter comes into the light may have been made for it."""


class Surroundings:
    """The part of the world that is not rigd's: `World` has the devices and rigd itself."""

    def note_whose_focus(self, *, moved: bool) -> None:
        """While rigd does not apply: with which filters others have moved the focuser."""
        mode = self.rig.settings.mode if self.rig else None
        seen = self.rig.filter_in_light if self.rig else None
        if mode is Mode.APPLY:
            self.moved_with.clear()
            unheard = self.now_s - self.moved_s <= (self.lag + 2) * DT_S
            # A motion that rigd hears of only once it has stopped applying counts as one after it.
            self.moved_s = self.now_s if moved else self.moved_s if unheard else -1e9
            self.moved_unseen = self.nobody_knows = False
        elif moved and self.rig is not None and self.focuser.connected:
            self.moved_s = self.now_s
            self.moved_unseen = seen is None
            self.nobody_knows = False
        self._look_whether_found_elsewhere(mode)
        if self.moved_unseen or self.now_s - self.moved_s <= AROUND_TURN_S:
            self.moved_with.add(self.settings.slots[self.wheel.position].key)
        if seen is not None:
            self.moved_unseen = False

    def note_filter_seen(self) -> None:
        """The first filter that rigd sees after such a move may be meant, however short it is seen.

        So it may be where it has become unknown meanwhile what is in the position.
        """
        rig = self.rig
        seen = rig.filter_in_light if rig else None
        if rig is None or seen is None:
            return
        if self.moved_unseen and rig.settings.mode is not Mode.APPLY:
            self.moved_with.add(seen.key)
            self.moved_unseen = False
        if self.lost_unseen:
            self.lost_with.add(seen.key)
            self.lost_unseen = False

    def lose_sight(self, ledger: Ledger | None) -> None:
        """The focuser goes out of sight, with what is known of it then."""
        if ledger is not None and ledger.read_steps is not None:
            self.lost_at = (ledger.read_steps, self.truth.base)

    def _look_whether_found_elsewhere(self, mode: Mode | None) -> None:
        """Once it rests in sight again: elsewhere nobody knows whose focus the place is."""
        box, lost_at = self.focuser, self.lost_at
        if mode is None or lost_at is None or not box.connected or box.motion is not None:
            return
        steps, base = lost_at
        moved = min(abs(box.pos - steps), abs(self.truth.base - base)) > box.tolerance
        self.lost_at, self.nobody_knows = None, moved and mode is not Mode.APPLY
        self.left_at_steps = steps

    def note_seen_as_left(self, before: Rig, after: Rig) -> None:
        """With reports that come late rigd sees it first where it was left, and then moved."""
        if self.nobody_knows and after.ledger_checked and not before.ledger_checked:
            moved = abs((after.ledger.read_steps or 0) - self.left_at_steps)
            self.nobody_knows = moved > self.focuser.tolerance

    def note_lost_focus(self, before: Rig, event: object, step: Step) -> None:
        """What was so of the place when it became unknown is so again once it is known to be it."""
        was, now = before.ledger.embodied, step.rig.ledger.embodied
        apply = step.rig.settings.mode is Mode.APPLY
        if was is not None and now is None:
            applied = before.settings.mode is Mode.APPLY
            self.lost_with = set() if applied else set(self.moved_with)
            self.lost_unseen = self.moved_unseen and not applied
        if was is not None or now is None:
            return
        self.nobody_knows = False  # adopted, or back at a place of which all was known
        said = any(isinstance(effect, AutofocusEnded) for effect in step.effects)
        if apply and not (said or isinstance(event, AdoptRequested | Remembered)):
            self.take_for_anothers(step.rig.ledger, self.lost_with)

    def begin_to_apply(self) -> None:
        """What the place is the focus of is known by who moved it; nothing else is taken for it."""
        ledger = self.rig.ledger if self.rig else None
        if ledger is not None:
            known = ledger.embodied is not None
            assert not (known and self.nobody_knows), "applies where nobody knows whose focus it is"
            self.take_for_anothers(ledger, self.moved_with)

    def take_for_anothers(self, ledger: Ledger, moved_with: set[str]) -> None:
        """The place is the focus of the filter that it is said to be of, if it can be.

        That is if somebody else has moved the focuser with it; otherwise what is embodied must be
        what it was.
        """
        slot = next((s for s in self.settings.slots if s.key == ledger.embodied_filter), None)
        terms = ledger.embodied
        if slot is None or terms is None or slot.key not in moved_with:
            return
        if (terms.filter_steps, terms.against) == slot.offset:
            self.judge.checks["begun to apply"] += 1
            self.tube.focused(terms.total_steps, self.applier.last_batch, terms.against)

    def turn_wheel(self, to: int) -> None:
        """Somebody else turns the wheel."""
        self.judge.touched()
        if self.wheel.connected:
            self.wheel.turn(to)
            self.reports.look()

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
        told = self._is_heard(by_hand=by_hand)
        if not told and self._may_be_late(FocuserRole.MAIN, target, near):
            return
        if self._has_just_come_late(near) or self.is_falsely_known(target):
            return
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
        self.tube.move("foreign", target, self.now_s)
        self.reports.look()

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
            self.reports.send(event)

    def hear(self, *, heard: bool) -> None:
        """The echo of other clients' commands is lost, or comes back."""
        if heard != self.echo:
            self.echo = heard
            lost = EchoLost(at_s=self.now_s, server=FOCUSER.server, reason="nonsense")
            self.feed(EchoHeard(at_s=self.now_s, server=FOCUSER.server) if heard else lost)

    def _is_heard(self, *, by_hand: bool = False) -> bool:
        return self.echo and not by_hand and self.focuser.connected and self.rig is not None

    def _may_be_late(self, role: FocuserRole, target: int, near: int) -> bool:
        """Whether nothing could tell a foreign move there from the late end of one of rigd's.

        A client's move may also end on its way: all that goes there is taken for it.
        """
        main, journal = role is FocuserRole.MAIN, self.journal
        ledger = journal.ledger if main else journal.guide_ledger
        if self.rig is not None:
            ledger = self.rig.focuser_of(role).ledger
        unended = ledger.unended if ledger else ()
        start = self.focuser.pos
        return any(
            abs(target - late.target_steps) <= near
            or (late.by_client and (late.target_steps - start) * (target - start) > 0)
            for late in unended
        )

    def _has_just_come_late(self, near: int) -> bool:
        """Whether it rests where a late move of rigd's ends, and its driver has not looked again.

        Until then nobody can tell that place from one that it only passed.
        """
        rig, here = self.rig, self.focuser.pos
        if rig is None or rig.ledger_checked or not rig.main_focuser.watched:
            return False
        own = (late for late in rig.ledger.unended if not late.by_client)
        return any(abs(here - late.target_steps) <= near for late in own)

    def is_falsely_known(self, target: int) -> bool:
        """Whether it would come to where it was last read, with something else in it than then.

        What rigd itself moved since was not stored: nobody could tell it from what was known there.
        """
        ledger = self.rig.ledger if self.rig else self.journal.ledger
        known, near = ledger.last_known if ledger else None, self.focuser.tolerance
        if known is None or abs(target - known.read_steps) > near:
            return False
        if self._is_seen_to_move() and not known.led_away:
            return False  # found elsewhere it may count anew: a number it is moved to is none
        there = self.truth.base + target - self.focuser.nominal
        return abs(there - (known.raw_steps - known.embodied.total_steps)) > near

    def _is_seen_to_move(self) -> bool:
        """Whether rigd will see the main focuser begin to move."""
        rig = self.rig
        return rig is not None and self.focuser.connected and rig.ledger_checked

    def move_guide(self, target: int) -> None:
        """Somebody else moves the guide focuser."""
        target = min(max(target, LOW), HIGH)
        near = 3 * self.guide_focuser.tolerance + 2
        moves = (self.journal.guide_move, self.guide_move)
        late = self._may_be_late(FocuserRole.GUIDE, target, near)
        if not late and not self.guide_tube.is_marked(target, *moves):
            self.guide_tube.move("foreign", target, self.now_s)
            self.reports.look()

    def lose_focuser(self) -> None:
        """The connection to the focuser goes; a move goes on."""
        self.forget_late_motion()
        if self.focuser.connected and self.rig:
            self.lose_sight(self.rig.ledger)
        self.focuser.connected = False
        self.reports.look()

    def find_focuser(self, shift: int = 0, unread: str | None = None) -> None:
        """The connection comes back; the focuser may have lost its counts meanwhile.

        Or it is not read, and its driver says 0 (in `ok` or in `alert`).
        """
        if self.focuser.connected:
            return
        self.focuser.unread = unread
        if shift:
            self.tube.shift(shift, self.now_s)
        self.focuser.connected = True
        self.reports.look()

    def lose_guide(self) -> None:
        """The connection to the guide focuser goes; a move goes on."""
        self.guide_focuser.connected = False
        self.reports.look()

    def find_guide(self, shift: int = 0) -> None:
        """The connection comes back; it may have lost its counts meanwhile."""
        if self.guide_focuser.connected:
            return
        if shift:
            self.guide_tube.shift(shift, self.now_s)
        self.guide_focuser.connected = True
        self.reports.look()

    def lose_wheel(self) -> None:
        """The connection to the wheel goes."""
        self.wheel.connected = False
        self.reports.look()

    def find_wheel(self) -> None:
        """The connection comes back; some wheels re-home."""
        if self.wheel.connected:
            return
        self.wheel.connected, self.wheel.learnt = True, False
        if self.wheel.rehomes:
            self.judge.touched()
            self.wheel.position, self.wheel.to = 0, None
        self.reports.look()

    def upset_wheel(self, complains: str | None) -> None:
        """The wheel is in fault, rests where it names no slot, or stays busy; or is well again."""
        self.wheel.complains = complains
        self.reports.look()

    def expose(self, seconds: float) -> None:
        """The camera begins to expose."""
        self.camera_left_s = max(self.camera_left_s, seconds)
        self.reports.look()

    def slew(self, *, slewing: bool) -> None:
        """The mount begins or ends a slew."""
        self.slewing = slewing
        self.reports.look()

    def reverse(self, *, on: bool) -> None:
        """Somebody changes the driver's reverse setting; nothing moves."""
        self.focuser.reversed = on
        self.reports.look()

    def compensate(self, *, on: bool) -> None:
        """The firmware's temperature compensation is switched."""
        self.focuser.compensates = on
        self.reports.look()

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
        self.reports.look()

    def tell_offsets(
        self, *, applies: bool | None = None, ha_steps: int = 0, answers: bool = True
    ) -> None:
        """Somebody sets the program's offsets, or it goes away."""
        self.program = ProgramBox(applies=applies, ha_steps=ha_steps, answers=answers)
        self.reports.look()

    def warm(self, degrees: float) -> None:
        """It becomes warmer or colder."""
        self.sensor.celsius = min(max(self.sensor.celsius + degrees, -20.0), 30.0)

    def glitch(self, celsius: float) -> None:
        """For a while the thermometer says something else; a dead one says nothing."""
        if self.sensor.dead:
            return
        self.sensor.shows, self.sensor.glitch_left_s = celsius, 20.0
        self.sensor.said_at_s = self.now_s
        self.reports.look()

    def break_thermometer(self, celsius: float | None) -> None:
        """From now on the thermometer says something else; None: it is mended."""
        self.sensor.broken_c = celsius

    def heal(self) -> None:
        """Every fault ends and every gate opens; a human adopts if the focus is unknown."""
        self.focuser.refuses = self.wheel.refuses = self.journal.full = False
        self.guide_focuser.refuses = False
        self.sensor.dead = self.guider.deaf = False
        self.sensor.broken_c = None
        self.guide(connected=True)
        self.tell_offsets(applies=False)
        if self.focuser.unread is not None:
            self.lose_focuser()
        self.find_focuser()
        self.find_guide()
        self.find_wheel()
        self.upset_wheel(None)
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
