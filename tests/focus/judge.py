"""What must hold after every event and whenever the world is at rest.

Each concept has a judge of its own: the moves, the rest after them, the guide focuser.
"""

from collections import Counter
from typing import TYPE_CHECKING

from rigd.focus.mode_switch import RIGD
from rigd.focus.state.effects import RememberMode, Step
from rigd.focus.state.focuser import FocuserMove
from rigd.focus.state.requests import (
    AdoptRequested,
    FilterRequested,
    ModeRequested,
    Remembered,
    TrimRequested,
)
from rigd.focus.state.rig import Origin, Result, Rig
from rigd.focus.state.settings import Mode
from tests.focus.guide_judge import GuideJudge
from tests.focus.judge_claims import Claims
from tests.focus.judge_moves import MoveJudge
from tests.focus.judge_rest import RestJudge
from tests.focus.night import GUIDE_FOCUSER, DeviceRef

if TYPE_CHECKING:
    from tests.focus.world import World


class Judge:
    """Compares what rigd does and claims with what is physically so."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self.outcomes: Counter[str] = Counter()
        self.checks: Counter[str] = Counter()
        self.fed: Counter[str] = Counter()
        self.guide = GuideJudge(world, self.checks)
        self.moves = MoveJudge(world, self.checks)
        self.at_rest = RestJudge(world, self.checks)
        self.claims = Claims()
        self._strange = False
        """The filter was changed before the focus of a new rig was known."""

    def started(self) -> None:
        """Rigd has just started: until somebody asks for something, nothing may move."""
        self._strange = False
        self.guide.started()
        self.moves.started()
        self.claims = Claims()
        self.at_rest.started()

    def killed(self, rig: Rig) -> None:
        """Rigd is killed, with a change under way or not."""
        self.at_rest.killed(rig)

    def touched(self) -> None:
        """Somebody has touched the wheel, or said what counts from now on."""
        self.at_rest.cut_off = None

    def step(self, before: Rig, event: object, step: Step) -> None:
        """After every event."""
        rig = step.rig
        self.fed[type(event).__name__] += 1
        if isinstance(event, Remembered):
            assert rig.hold_by == self.world.journal.hold_by, "a hold was forgotten"
        asks = isinstance(event, FilterRequested | AdoptRequested | TrimRequested)
        if asks and step.refusal is None:
            self.touched()
        self.moves.step(before, event, step)
        self.claims.step(before, event, step, self.world.now_s)
        if not before.remembered and not isinstance(event, Remembered):
            self._first_sight(before, event, rig)
        for effect in step.effects:
            if isinstance(effect, RememberMode) and effect.by == RIGD:
                self.checks["stood down"] += 1
                self._stood_down(rig)
                assert step.rig.move is None, "stood down during a move: its journal is gone"
        self._one_applier(rig)
        self.guide.step(before, event, step)
        self.at_rest.step(before, step)
        if rig.outcome is not None and rig.outcome is not before.outcome:
            self.outcomes[f"{rig.outcome.origin} {rig.outcome.result}"] += 1
            if rig.outcome.result is Result.DONE:
                self._done(rig)

    def rest(self) -> None:
        """Once all is quiet."""
        rig = self.world.rig
        self.at_rest.rest(rig)
        if rig is not None:
            self.guide.rest(rig)

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

    def _first_sight(self, before: Rig, event: object, rig: Rig) -> None:
        """A rig that was never seen takes the focus as that of the filter it shows first."""
        moved = self.moves.turned and None not in (before.filter_position, rig.filter_position)
        if moved and before.ledger.raw_steps is not None:
            self._strange = True
        if rig.remembered and rig.ledger.embodied is not None:
            by_itself = (
                not isinstance(event, AdoptRequested | ModeRequested)
                and rig.settings.mode is Mode.APPLY
            )
            assert not (by_itself and self._strange), "adopted the focus of another filter"
            self.world.adopted()

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
            motion = world.focuser.motion
            # One that sleeps says that it rests where it belongs.
            rests = motion is None or motion.late
            assert rests, "Position shown while the focuser moves"
