"""What must hold of the guide focuser after every event and whenever it is at rest."""

from collections import Counter
from math import copysign, floor
from typing import TYPE_CHECKING

from rigd.focus.state.effects import JournalIntent, JournalOutcome, MoveFocuser, Step
from rigd.focus.state.focuser import FocuserMove, FocuserRole, FocuserState
from rigd.focus.state.ledger import Ledger, Terms
from rigd.focus.state.requests import AdoptRequested, ModeRequested, Remembered
from rigd.focus.state.rig import Result, Rig
from rigd.focus.state.settings import Mode
from tests.focus.night import GUIDE_FOCUSER

if TYPE_CHECKING:
    from tests.focus.world import World


class GuideJudge:
    """Compares what rigd does with the guide focuser with what is physically so."""

    def __init__(self, world: "World", checks: Counter[str]) -> None:
        self.world, self.checks = world, checks
        self._judged = False
        self._open_since_s: float | None = None

    def started(self) -> None:
        """Rigd has just started."""
        self._judged, self._open_since_s = True, None

    def step(self, before: Rig, event: object, step: Step) -> None:
        """After every event."""
        rig, guide = step.rig, step.rig.guide_focuser
        numbers = {
            e.move.number
            for e in step.effects
            if isinstance(e, JournalIntent) and e.role is FocuserRole.GUIDE
        }
        ended = {
            e.number
            for e in step.effects
            if isinstance(e, JournalOutcome) and e.role is FocuserRole.GUIDE
        }
        for effect in step.effects:
            if isinstance(effect, MoveFocuser) and effect.ref == GUIDE_FOCUSER:
                assert effect.number in numbers, "a move of the guide focuser without an intent"
                self._takes_off(before, rig, effect, ended)
        if guide is None:
            return
        was = before.guide_focuser or FocuserState()
        if not isinstance(event, Remembered):
            self._adopts(was, guide, event, rig, before.settings.mode)
        if was.move is not None and guide.move is not was.move:
            also = self.world.guide_truth.foreign_until_s >= was.move.began_at_s - 1.0
            self._judged = self._judged or was.move.lost or also
        outcome = rig.outcome
        if outcome is not None and outcome is not before.outcome:
            troubles = {Result.FAILED, Result.REFUSED} & {outcome.result}
            assert not (troubles and "guide focuser" in outcome.sentence), outcome.sentence
            if outcome.result is Result.DONE:
                self._done(rig, guide)

    def _takes_off(self, before: Rig, rig: Rig, move: MoveFocuser, ended: set[int]) -> None:
        guide, was = rig.guide_focuser, before.guide_focuser
        self.checks["guide: moves"] += 1
        assert guide is not None, "moved an unknown guide focuser"
        assert was is not None, "moved a guide focuser that was never seen"
        assert guide.move is not None, "moved without a move that is open"
        assert rig.change is not None, "moved outside a filter change"
        assert rig.settings.mode is Mode.APPLY, f"moved in mode {rig.settings.mode}"
        assert rig.hold_by is None, "moved though held"
        assert was.remembered, "moved before it was known"
        assert was.ledger_checked, "moved before it was seen at rest"
        assert was.move is None or was.move.number in ended, "moved during a move"
        base = was.ledger.base_steps
        assert base is not None, "moved though unknown"
        assert guide.report is not None, "moved unseen"
        assert guide.report.connected, "moved unconnected"
        assert not guide.report.moving, "moved beside another mover"
        assert not (rig.camera and rig.camera.busy), "moved during an exposure"
        assert not (rig.mount and rig.mount.slewing), "moved during a slew"
        assert not (rig.guider and rig.guider.guiding), "moved while guiding"
        if rig.settings.sequential:
            assert rig.move is None, "two motors at a time on a weak supply"
        wanted = self._wanted(_filter_ahead(before, rig))
        assert wanted is not None, "moved without a ratio"
        assert move.position_steps == base + wanted, "moved elsewhere"
        low = rig.min_steps_of(FocuserRole.GUIDE)
        high = rig.max_steps_of(FocuserRole.GUIDE) or 0
        high = min(high, self.world.settings.guide_max_steps)
        assert low <= move.position_steps <= high, f"moved to {move.position_steps}"

    def _adopts(
        self, was: FocuserState, guide: FocuserState, event: object, rig: Rig, before_mode: Mode
    ) -> None:
        """What is embodied becomes known or other without a move: somebody's word, first sight."""
        known, before = guide.ledger.embodied, was.ledger.embodied
        begins = rig.settings.mode is Mode.APPLY is not before_mode
        asked = isinstance(event, AdoptRequested) or (isinstance(event, ModeRequested) and begins)
        if known is None or was.move is not None:
            return
        if before is not None and not (asked and begins):
            follows = known == before or rig.change is not None or rig.outcome is not None
            assert follows, "embodied something else by itself"
            return
        if was.remembered and not asked:
            self.checks["guide: known again"] += 1
            assert self._is_back(was, guide.ledger), "became known by itself"
            return
        if rig.ledger.embodied is None and known == before:
            return  # a switch of the mode says nothing new of either
        assert rig.ledger.embodied is not None, "adopted beside an unknown main focuser"
        assert known.total_steps == self._wanted(rig.ledger.embodied.filter_steps), f"{known}"
        self.world.guide_adopted(known.total_steps)

    def _is_back(self, was: FocuserState, ledger: Ledger) -> bool:
        """Back where it was last read, or at the target of a move that seemed to be over."""
        known, here = was.ledger.last_known, ledger.read_steps
        places = [(move.target_steps, move.terms) for move in was.ledger.unended]
        places += [(known.read_steps, known.embodied)] if known else []
        near = self.world.guide_focuser.tolerance
        return here is not None and any(
            abs(here - steps) <= near and terms == ledger.embodied for steps, terms in places
        )

    def _done(self, rig: Rig, guide: FocuserState) -> None:
        """Position is shown again: it has settled too, or says why not."""
        world = self.world
        ratio = world.settings.guide_steps_per_step
        assert ratio is not None or not self.checks["guide: moves"], "moved without a ratio"
        if ratio is None or rig.guide_fault is not None:
            self.checks["guide: done without"] += ratio is not None
            return
        if rig.ledger.embodied is None:  # the main focuser began to count the other way meanwhile
            return
        self.checks["guide: followed"] += 1
        assert guide.move is None, "done while it is under way"
        wanted = self._wanted(rig.ledger.embodied.filter_steps)
        assert wanted is not None, "followed without a ratio"
        assert guide.ledger.embodied == Terms(filter_steps=wanted), f"{wanted}: {guide.ledger}"
        motion = world.guide_focuser.motion
        own = motion is not None and motion.cause == "own"
        assert not own or world.lag, "Position shown during a move of rigd's own"

    def commanded(self, number: int, steps: int) -> None:
        """The device is told to move: the journal must have the intent."""
        move: FocuserMove | None = self.world.journal.guide_move
        assert move is not None, "commanded without a stored intent"
        assert (move.number, move.target_steps) == (number, steps), "another intent is stored"

    def rest(self, rig: Rig) -> None:
        """Once all is quiet: its ledger is right or says unknown; nothing hangs."""
        world, guide, box = self.world, rig.guide_focuser, self.world.guide_focuser
        if guide is None:
            return
        self._nothing_hangs(guide)
        if not world.quiet or guide.move or not box.connected or not guide.ledger_checked:
            return
        ledger = guide.ledger
        if ledger.embodied is None:
            self.checks["guide: unknown"] += 1
            assert ledger.unknown_because, "unknown without a reason"
            return
        self.checks["guide: rest"] += 1
        assert ledger.read_steps == box.pos, f"{ledger.read_steps}, stands at {box.pos}"
        if self._judged:
            self._within_tolerance(ledger)
        assert ledger.base_steps == world.guide_truth.base, (
            f"its base is {ledger.base_steps}, the true one {world.guide_truth.base}; {ledger}"
        )

    def _within_tolerance(self, ledger: Ledger) -> None:
        """A move that was cut off inside the tolerance counts as done or as not begun."""
        truth, box, base = self.world.guide_truth, self.world.guide_focuser, ledger.base_steps
        self._judged = False
        if base is not None and abs(base - truth.base) <= 2 * box.tolerance:
            truth.base, box.nominal = base, ledger.raw_steps or 0

    def _nothing_hangs(self, guide: FocuserState) -> None:
        world, box = self.world, self.world.guide_focuser
        if guide.move is None or box.motion is not None or not box.connected:
            self._open_since_s = None
            return
        self._open_since_s = self._open_since_s or world.now_s
        waited_s = world.now_s - self._open_since_s
        limit_s = 2 * world.settings.times.deadline_s + 10
        assert waited_s < limit_s, f"hangs for {waited_s} s: {guide.move}"

    def _wanted(self, filter_steps: int) -> int | None:
        ratio = self.world.settings.guide_steps_per_step
        if ratio is None:
            return None
        steps = ratio * filter_steps
        return int(copysign(floor(abs(steps) + 0.5), steps))


def _filter_ahead(before: Rig, rig: Rig) -> int:
    """The filter term in the main focuser's position, or in the goal of its move."""
    move, terms = rig.move, rig.ledger.embodied
    if terms is None and move is None:
        move = before.move  # it ended just now, and said that it counts the other way
    if move is not None and not move.by_client:
        terms = move.goal.terms
    assert terms is not None, "followed what is unknown"
    return terms.filter_steps
