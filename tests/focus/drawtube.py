"""A focuser as a thing, with the account of what moved it: the truth that a ledger must agree with.

Steps that rigd makes of its own accord are in the position; steps of clients and hands move the
base.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from rigd.focus.state.focuser import FocuserMove

LOW, HIGH = 0, 60000
BLIND_S = 1.0
"""How long ago a motion began that rigd may not have heard of when it gave a command."""

Cause = str  # "own": rigd's own accord; "client": through rigd's focuser; "foreign": neither


@dataclass(slots=True)
class Motion:
    """A move of the focuser that is going on."""

    cause: Cause
    target: int
    start: int
    start_nominal: int
    reach: int
    """Where it really ends: the target, a step or two beside it, or where it stalls."""
    asleep_s: float = 0.0
    """It begins only after this time, and says that it rests until then."""
    late: bool = False
    deaf: bool = False
    """It hears no halt while it sleeps."""


@dataclass(slots=True)
class FocuserBox:
    """The focuser as a thing."""

    pos: int
    rate: int = 400
    """Steps in one interval of the world."""
    tolerance: int = 0
    slack: int = 0
    """The next move ends so many steps beside its target (within the tolerance)."""
    stalls_after: int | None = None
    """The next move ends after so many steps."""
    sleeps_s: float = 0.0
    """The next move begins so late."""
    refuses: bool = False
    loses_reply: bool = False
    """The next command is carried out, but the answer is lost."""
    connected: bool = True
    unread: str | None = None
    """Its driver has not read it since it is connected, and says 0 in `ok` or `alert`, until it
    moves."""
    compensates: bool = False
    reversed: bool = False
    motion: Motion | None = None
    nominal: int = 0


@dataclass(slots=True)
class Truth:
    """What is physically so."""

    base: int
    of: str | None = None
    """Key of the filter whose focus the base is; None: the reference filter."""
    offsets: dict[str, set[tuple[int, str | None]]] = field(default_factory=dict)
    """Every offset that a filter had, with the key of the filter that it counts from."""
    base_at_own: int = 0
    """The base when the focuser was last told to move by rigd's own accord."""
    undurable: dict[int, int] = field(default_factory=dict)
    """How far a human's word moved the base, by the batch that stores it, until it is stored."""
    undurable_of: dict[int, str | None] = field(default_factory=dict)
    """Whose focus the base was before such a word."""
    foreign_until_s: float = -1e9
    late_until_s: float = -1e9
    """When a move that began late was last over."""


class Drawtube:
    """A focuser with its truth; `move` is the move of rigd's that is open, of the journal's."""

    def __init__(
        self, position: int, tolerance: int, move: Callable[[], FocuserMove | None]
    ) -> None:
        self.box = FocuserBox(pos=position, nominal=position, tolerance=tolerance)
        self.truth = Truth(base=position)
        self._open_move = move

    def move(self, cause: Cause, target: int, now_s: float) -> None:
        """A move begins."""
        box, truth = self.box, self.truth
        self.end_motion(now_s, by_own=cause == "own")
        if cause == "foreign":
            truth.foreign_until_s = now_s
        elif cause == "own" and now_s - truth.foreign_until_s <= BLIND_S:
            # A motion so young that rigd may not have heard of it: its target overrides it.
            move = self._open_move()
            if move is not None:
                truth.base -= box.nominal - move.start_steps
                box.nominal = move.start_steps
        if cause == "own":
            truth.base_at_own = truth.base
        reach = target + box.slack if cause != "foreign" else target
        reach = min(max(reach, LOW), HIGH)
        if box.stalls_after is not None:
            way = min(box.stalls_after, abs(reach - box.pos))
            reach = box.pos + (way if reach > box.pos else -way)
        box.stalls_after = None
        box.motion = Motion(cause, target, box.pos, box.nominal, reach)
        if reach == box.pos:
            self.end_motion(now_s)

    def miss(self, cause: Cause, target: int, now_s: float) -> None:
        """A command is lost on its way: nobody can tell that from a move that ends where it began.

        What moves it meanwhile is another's.
        """
        box = self.box
        if box.motion is None:
            box.motion = Motion(cause, target, box.pos, box.nominal, box.pos)
            self.end_motion(now_s)

    def end_motion(self, now_s: float, *, by_own: bool = False) -> None:
        """What moved has come to rest, or is overtaken by another command."""
        box, truth, motion = self.box, self.truth, self.box.motion
        if motion is None:
            return
        box.motion = None
        if motion.late:
            truth.late_until_s = now_s
        move = self._open_move()
        if motion.cause == "foreign":
            truth.foreign_until_s = now_s
            box.nominal += box.pos - motion.start
            target = move.target_steps if move is not None else None
        else:
            # A move of rigd's that never left its place is not one of a step or two.
            stayed = motion.cause == "own" and box.pos == motion.start
            box.nominal = motion.start_nominal if stayed else box.pos
            target = motion.target
        if target is not None and abs(box.pos - target) <= box.tolerance:
            box.nominal = target
        if motion.cause == "own":
            return
        ours = move is not None and not move.by_client and not by_own
        if motion.cause == "foreign" and move is not None and ours:
            low, high = sorted((move.start_steps, move.target_steps))
            near = box.tolerance
            if low - near <= box.pos <= high + near:
                # Nothing can tell it from a move of rigd's that stopped short.
                truth.base = truth.base_at_own
                return
        truth.base += box.nominal - motion.start_nominal

    def drive(self, now_s: float, interval_s: float) -> None:
        """An interval passes."""
        box, motion = self.box, self.box.motion
        if motion is None:
            return
        if motion.asleep_s > 0:
            motion.asleep_s -= interval_s
            return
        left = motion.reach - box.pos
        box.pos += max(-box.rate, min(box.rate, left))
        if box.pos == motion.reach:
            self.end_motion(now_s)

    def shift(self, steps: int, now_s: float) -> None:
        """It loses its counts while nobody looks."""
        self.end_motion(now_s)
        self.box.pos += steps
        self.box.nominal += steps
        self.truth.base += steps

    def adopted(self, offset: int, batch: int, of: str | None = None) -> None:
        """From now on the focus is right where it stands, with so many steps of rigd's in it.

        It outlives rigd once the batch of that number is stored, or a later one.
        """
        box, motion = self.box, self.box.motion
        box.nominal = box.pos
        if motion is not None:
            # Its way so far is a fact, whether this is stored or not.
            if motion.cause == "foreign":
                self.truth.base += box.pos - motion.start
            elif motion.cause == "client":
                self.truth.base += box.pos - motion.start_nominal
            motion.start = motion.start_nominal = box.pos
        self.focused(offset, batch, of)

    def focused(self, offset: int, batch: int, of: str | None = None) -> None:
        """From now on so many steps of where it was told to be are rigd's, beyond this focus."""
        base = self.box.nominal - offset
        undurable = self.truth.undurable
        undurable[batch] = undurable.get(batch, 0) + base - self.truth.base
        self.truth.undurable_of.setdefault(batch, self.truth.of)
        self.truth.base, self.truth.of = base, of

    def stored(self, batch: int) -> None:
        """The ledger of that batch is stored, and with it what was adopted until then."""
        undurable = self.truth.undurable
        self.truth.undurable = {n: steps for n, steps in undurable.items() if n > batch}
        before = self.truth.undurable_of
        self.truth.undurable_of = {n: of for n, of in before.items() if n > batch}

    def rigd_died(self, move: FocuserMove | None, now_s: float) -> None:
        """What was not stored is not so; `move` is what the journal has."""
        box, truth = self.box, self.truth
        truth.base -= sum(truth.undurable.values())
        truth.undurable = {}
        if truth.undurable_of:
            truth.of = truth.undurable_of[min(truth.undurable_of)]
            truth.undurable_of = {}
        young = now_s - truth.foreign_until_s <= BLIND_S
        if move is None or move.by_client or move.terms is None or not young:
            return
        if abs(box.pos - move.target_steps) <= box.tolerance:
            # Somebody else moved just where rigd was about to: nothing can tell the two apart.
            truth.base = move.target_steps - move.terms.total_steps
            box.nominal = move.target_steps

    def is_marked(self, target: int, *moves: FocuserMove | None) -> bool:
        """Whether a foreign move there could never be told from one of these."""
        near = 3 * self.box.tolerance + 2
        for move in moves:
            if move is None:
                continue
            marks = (move.start_steps, move.target_steps)
            if min(marks) - near <= target <= max(marks) + near:
                return True
        return False
