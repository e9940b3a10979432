"""What carries out the effects of the core in the world: it stores, it commands, and it may die."""

from collections import deque
from typing import TYPE_CHECKING

from rigd.focus.state.effects import (
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
    RememberPause,
    TurnWheel,
)
from rigd.focus.state.focuser import FocuserRole
from rigd.focus.state.requests import (
    ConnectCommandFailed,
    FocuserCommandFailed,
    FocuserTold,
    GuiderCommandFailed,
    GuiderTold,
    WheelCommandFailed,
    WheelTold,
)
from rigd.focus.telling import why_not_tell
from tests.focus.drawtube import Cause
from tests.focus.journal import is_stored_first
from tests.focus.night import FOCUSER, GUIDE_FOCUSER, WHEEL, DeviceRef

if TYPE_CHECKING:
    from tests.focus.world import World


DEAF_S = 2.0
"""A focuser that begins later than this hears no halt before it moves."""


class MortalApplier:
    """Stores each batch of effects and then commands; rigd dies where the world's fuse ends."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self._batches: deque[tuple[int, tuple[Effect, ...]]] = deque()
        self._orders: deque[Effect] = deque()
        self.last_batch = 0
        """The number of the batch that was put last."""

    @property
    def busy(self) -> bool:
        """Whether anything is left to do."""
        return bool(self._batches or self._orders)

    def put(self, effects: tuple[Effect, ...]) -> None:
        """Take a batch."""
        self.last_batch += 1
        self._batches.append((self.last_batch, effects))

    def lose(self) -> None:
        """What was not carried out is lost."""
        self._batches.clear()
        self._orders.clear()

    def apply(self) -> None:
        """Carry out what there is, unless rigd dies of it."""
        world = self.world
        while world.rig is not None and (self._orders or self._batches):
            if world.fuse is not None:
                if world.fuse == 0:
                    world.crash()
                    return
                world.fuse -= 1
            if self._orders:
                self._obey(self._orders.popleft())
                continue
            number, batch = self._batches.popleft()
            stored = [e for e in batch if is_stored_first(e)]
            if stored and not world.journal.write(stored):
                self._command_nothing(batch)
                continue
            durable = JournalOutcome | RememberPause | RememberFault
            ledgers = [e for e in stored if not isinstance(e, durable)]
            guided = [
                isinstance(e, Remember | JournalIntent) and e.role is FocuserRole.GUIDE
                for e in ledgers
            ]
            if not all(guided):
                world.tube.stored(number)
            if any(guided):
                world.guide_tube.stored(number)
            self._orders.extend(batch)

    def _command_nothing(self, batch: tuple[Effect, ...]) -> None:
        world = self.world
        reason = "the journal could not be written"
        for effect in batch:
            match effect:
                case MoveFocuser(ref=ref, number=number):
                    world.feed(
                        FocuserCommandFailed(
                            at_s=world.now_s, ref=ref, number=number, reason=reason
                        )
                    )
                case TurnWheel():
                    world.feed(WheelCommandFailed(at_s=world.now_s, reason=reason))
                case PauseGuider(paused=True):
                    world.feed(GuiderCommandFailed(at_s=world.now_s, reason=reason, paused=True))
                case HaltFocuser() | ReadFocuser() | PauseGuider():
                    self._obey(effect)
                case _:
                    pass

    def _obey(self, effect: Effect) -> None:  # noqa: PLR0912 - one per effect
        world = self.world
        wheel = world.wheel
        match effect:
            case MoveFocuser() | TurnWheel() if world.rig and (
                reason := why_not_tell(world.rig, effect, world.now_s)
            ):
                self._leave_untold(effect, reason)
            case MoveFocuser(ref=ref, number=number, position_steps=steps):
                focuser = world.tube_of(ref).box
                reply_lost, focuser.loses_reply = focuser.loses_reply, False
                told = focuser.connected and not focuser.refuses
                cause = "own" if ref == GUIDE_FOCUSER else self._cause(number)
                if told:
                    world.judge.commanded(ref, number, steps)
                    world.tube_of(ref).move(cause, steps, world.now_s)
                    if ref == FOCUSER:
                        self._fall_asleep()
                    world.reports.look()
                elif reply_lost and focuser.connected:
                    world.tube_of(ref).miss(cause, steps, world.now_s)
                if not told or reply_lost:
                    world.feed(
                        FocuserCommandFailed(
                            at_s=world.now_s,
                            ref=ref,
                            number=number,
                            reason="no answer" if reply_lost else "not accepted",
                            may_have_arrived=reply_lost,
                        )
                    )
                else:
                    world.feed(FocuserTold(at_s=world.now_s, ref=ref, number=number))
            case TurnWheel(filter_position=position):
                if not wheel.connected or wheel.refuses:
                    world.feed(WheelCommandFailed(at_s=world.now_s, reason="not accepted"))
                else:
                    wheel.turn(position)
                    world.reports.look()
                    world.feed(WheelTold(at_s=world.now_s, ref=WHEEL))
            case HaltFocuser(ref=ref):
                self._halt(ref)
            case ReadFocuser(ref=ref) if world.tube_of(ref).box.connected:
                name = "guide" if ref == GUIDE_FOCUSER else "focuser"
                world.reports.tell(name, world.reports.focuser_report(ref), always=True)
            case PauseGuider(paused=paused):
                self._pause(paused=paused)
            case RememberFault(sentence=None):
                if not world.journal.full:
                    world.journal.fault = None
            case RememberHold(by=by):
                if not world.journal.full:
                    world.journal.hold_by = by
            case RememberFinalDirection(direction=direction):
                if not world.journal.full:
                    world.journal.learnt_direction = direction
            case ConnectDevice(ref=ref):
                world.feed(ConnectCommandFailed(at_s=world.now_s, ref=ref, reason="not there"))
            case _:
                pass

    def _halt(self, ref: DeviceRef) -> None:
        world, tube = self.world, self.world.tube_of(ref)
        motion = tube.box.motion
        deaf = motion is not None and motion.asleep_s > 0 and motion.deaf
        if tube.box.connected and not tube.box.refuses and not deaf:
            tube.end_motion(world.now_s)
            world.reports.look()

    def _leave_untold(self, command: MoveFocuser | TurnWheel, reason: str) -> None:
        """What was over before it was told is not told."""
        world = self.world
        if isinstance(command, MoveFocuser):
            ref, number = command.ref, command.number
            world.feed(
                FocuserCommandFailed(at_s=world.now_s, ref=ref, number=number, reason=reason)
            )

    def _pause(self, *, paused: bool) -> None:
        world = self.world
        guider = world.guider
        if not guider.connected:
            world.feed(GuiderCommandFailed(at_s=world.now_s, reason="not connected", paused=paused))
            return
        world.feed(GuiderTold(at_s=world.now_s, paused=paused))
        if guider.guides and not (guider.deaf and paused):
            guider.paused = guider.by_rigd = paused
            world.reports.look()

    def _cause(self, number: int) -> Cause:
        world = self.world
        move = world.rig.move if world.rig else None
        if move is None or move.number != number:
            move = world.journal.move
        return "client" if move is not None and move.by_client else "own"

    def _fall_asleep(self) -> None:
        """A focuser that sleeps does as it was told, a little later.

        Where it stands at its target already, within the tolerance, the move is done before that,
        and nobody could tell what it does then from another's nudge; nor what it does late from
        what another client has told it before, if both end at one place.
        """
        world = self.world
        focuser, motion = world.focuser, world.focuser.motion
        asleep_s, focuser.sleeps_s = focuser.sleeps_s, 0.0
        seen = focuser.rate >= 40 and not world.lag  # soon enough, and before anybody's next move
        seen = seen and motion is not None and abs(motion.target - motion.start) > focuser.tolerance
        command = world.rig.foreign_moves.command if world.rig else None
        if command is not None and motion is not None and command.target_steps is not None:
            near = 2 * focuser.tolerance
            seen = seen and abs(command.target_steps - motion.target) > near
        if motion is not None and asleep_s and motion.cause == "own" and seen:
            motion.asleep_s, motion.late = asleep_s, True
            motion.deaf = asleep_s > DEAF_S
