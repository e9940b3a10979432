"""What must hold of the main focuser whenever all is quiet, and that nothing hangs."""

from collections import Counter
from typing import TYPE_CHECKING

from rigd.focus.state.effects import JournalOutcome, Step
from rigd.focus.state.focuser import FocuserRole
from rigd.focus.state.ledger import Ledger
from rigd.focus.state.rig import Origin, Outcome, Result, Rig
from rigd.focus.state.settings import Mode
from tests.focus.judge_temperature import temperature_in

if TYPE_CHECKING:
    from tests.focus.world import World


class RestJudge:
    """Compares the ledger with where the focuser truly stands, and why."""

    def __init__(self, world: "World", checks: Counter[str]) -> None:
        self.world, self.checks = world, checks
        self._open_since_s: float | None = None
        self._paused_since_s: float | None = None
        self._judged = False
        self._left: Outcome | None = None
        """The outcome that a turn of the wheel has made the past."""
        self.cut_off: int | None = None
        """Where a change was to end when rigd was killed; nobody has touched the wheel since."""

    def started(self) -> None:
        """Rigd has just started."""
        self._open_since_s = self._paused_since_s = None
        self._judged = True

    def killed(self, rig: Rig) -> None:
        """Rigd is killed, with a change under way or not."""
        change, journal = rig.change, self.world.journal
        self.cut_off = None
        if change is None or change.origin is not Origin.IN_PATH or change.declined is not None:
            return
        turns = change.from_position != change.to_position
        if turns and rig.settings.mode is Mode.APPLY and not (journal.full or journal.unsaved):
            self.cut_off = change.to_position

    def step(self, before: Rig, step: Step) -> None:
        """After every event."""
        rig = step.rig
        if rig.filter_position != before.filter_position and rig.outcome is before.outcome:
            self._left = rig.outcome
        if before.move is not None and rig.move is not before.move:
            also = self.world.truth.foreign_until_s >= before.move.began_at_s - 1.0
            # What a move that was given up comes to is judged by where the focuser is found, too.
            given_up = any(
                isinstance(e, JournalOutcome)
                and (e.role, e.result) == (FocuserRole.MAIN, "given up")
                for e in step.effects
            )
            self._judged = self._judged or before.move.lost or given_up or also

    def rest(self, rig: Rig | None) -> None:
        """Once all is quiet: the ledger is right or says unknown; nothing hangs."""
        if rig is None:
            self._open_since_s = None
            return
        self._nothing_hangs(rig)
        self._guiding_goes_on(rig)
        self._shows_nothing_wrong(rig)
        world = self.world
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
        assert ledger.embodied.against == truth.of, f"the base is another focus: {truth.of}"
        self._is_in_focus(rig)

    def _shows_nothing_wrong(self, rig: Rig) -> None:
        """What is shown after a crash is in focus, and nothing is during rigd's own move."""
        world, motion = self.world, self.world.focuser.motion
        shown = rig.shown_filter_position is not None and rig.fault is None
        slot = rig.slot(rig.shown_filter_position)
        cut_off = slot is not None and slot.filter_position == self.cut_off
        if shown and slot is not None and cut_off and rig.ledger_checked:
            self.checks["cut off and shown"] += 1
            assert rig.ledger.embodied is None or rig.is_in_focus_of(slot), (
                f"{slot.name} is shown after a crash, and the focus is not its own"
            )
        if motion and motion.cause == "own" and not (world.lag or motion.late):
            declined = rig.outcome is not None and rig.outcome.result is Result.DECLINED
            # One that was given up locks no wheel: a request is declined, and its filter shown.
            given_up = rig.ledger.embodied is None and any(
                late.target_steps == motion.target and not late.by_client
                for late in rig.ledger.unended
            )
            assert not shown or (given_up and declined), (
                "Position shown during a move of rigd's own"
            )

    def _is_in_focus(self, rig: Rig) -> None:
        """After a change that is done the focuser stands where its filter belongs."""
        world, focuser, outcome = self.world, self.world.focuser, rig.outcome
        slot = rig.slot(world.wheel.position)
        if (
            rig.settings.mode is not Mode.APPLY
            or outcome is None
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
        trim = rig.ledger.embodied.trim_steps if rig.ledger.embodied else 0
        without = focuser.pos - world.truth.base - temperature_in(rig) - trim
        offsets = self._offsets_of(slot.key)
        assert offsets, f"done, and nobody knows how far {slot.name} lies from this focus"
        wrong = min(abs(without - o) for o in offsets)
        # A move that was given up, and was made after that change: rigd must know of it.
        if world.truth.late_until_s > outcome.at_s and not rig.is_in_focus_of(slot):
            return
        assert wrong <= tolerance, (
            f"{wrong} steps out of focus with {slot.name}: {focuser.pos}, base {world.truth.base}"
        )

    def _offsets_of(self, key: str) -> set[int]:
        """How far the focus of a filter may lie from the one that the base is."""
        truth = self.world.truth
        zeros = {(0, truth.of)} | truth.offsets.get(truth.of or "", set())
        own = {(0, key)} | truth.offsets[key]
        return {steps - zero for steps, of in own for zero, zero_of in zeros if of == zero_of}

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
