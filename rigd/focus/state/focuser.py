"""A focuser as it is now, the main one or the guide camera's: what it reports, holds and does."""

from dataclasses import dataclass, field
from enum import StrEnum

from rigd.devices.events import FocuserReport
from rigd.focus.state.ledger import Ledger, Part, Terms
from rigd.frozen import replace


class FocuserRole(StrEnum):
    """Which of a rig's focusers; each has a ledger and a journal of its own."""

    MAIN = "main"
    """The one that focuses the imaging camera."""
    GUIDE = "guide"
    """The one of the guide camera behind an off-axis guider."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveLeg:
    """The second part of a move that turns back to take up backlash."""

    target_steps: int
    terms: Terms | None
    filter_key: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FocuserMove:
    """A focuser move that rigd commanded and that has not been read back yet."""

    number: int
    start_steps: int
    target_steps: int
    terms: Terms | None
    """The terms in the target; None in a client's own move while what is embodied is unknown."""
    filter_key: str | None
    began_at_s: float
    """When rigd began it; the focuser is told only once it is in the journal."""
    by: str
    by_client: bool = False
    """Whether a client moves the virtual focuser (and sees it move)."""
    part: Part = Part.FILTER
    """Which part of the position changes; without meaning in a client's own move."""
    told_at_s: float | None = None
    """When the focuser was told; None: not yet."""
    seen_moving: bool = False
    reads: int = 0
    """Reads at rest in a row that agree: two make a read-back."""
    read_steps: int | None = None
    rest_at_s: float | None = None
    """When the first of them was made."""
    halted: bool = False
    lost: bool = False
    """Whether it went out of sight: where the focuser is found then must be judged."""
    cut_off_at_s: float | None = None
    """When it was found halted or out of sight; it is given up some time after that."""
    second_leg: MoveLeg | None = None
    """Where it goes on to from its target; not if it went out of sight meanwhile."""

    def is_told_for(self, seconds: float, now_s: float) -> bool:
        """Whether the focuser was told more than so many seconds ago."""
        return self.told_at_s is not None and now_s - self.told_at_s > seconds

    @property
    def goal(self) -> MoveLeg:
        """Where the whole move ends."""
        here = MoveLeg(target_steps=self.target_steps, terms=self.terms, filter_key=self.filter_key)
        return self.second_leg or here

    def is_continued_by(self, other: "FocuserMove") -> bool:
        """Whether another move is this one, or its second leg."""
        if other.number == self.number:
            return True
        next_ = other.number == self.number + 1 and other.start_steps == self.target_steps
        return next_ and self.second_leg is not None and other.goal == self.second_leg


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """Where a focuser was found at rest, to be believed once its driver has looked again."""

    steps: int
    since_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A motion that may be a late one of rigd's own, until it is clear whose it was."""

    ordered: bool
    """Whether another client had been heard to order one when it began."""
    began_late: bool = False
    """Whether it was seen where such a move goes and no order that was heard leads, or another
    client was heard to order one only after it had begun."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OthersOrder:
    """What another rig of rigd's, which has the same focuser, last told it."""

    by: str
    """Who moves it, as sentences name it."""
    target_steps: int
    at_s: float
    may_search: bool
    """Whether it may be a part of a search that this rig sees too."""
    until_s: float | None = None
    """When that rig waited for it no longer; None while it does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FocuserState:
    """One focuser, with what rigd knows of its position and what it has told it to do."""

    report: FocuserReport | None = None
    """The newest one."""
    ledger: Ledger = field(default_factory=Ledger)
    ledger_checked: bool = False
    """Whether the ledger was compared with a focuser at rest since that was last out of sight."""
    remembered: bool = False
    """Whether the ledger counts: restored from the store, or adopted. Else first sight adopts."""
    watched: bool = False
    """Whether it was in sight all the time since then: what moved it was seen as a whole."""
    unseen_way: bool = True
    """Whether nobody has seen how it came to where it stands, until the ledger is compared."""
    sighting: Sighting | None = None
    """Where it seems to stand, while the ledger is still to be compared with that."""
    doubt: Doubt | None = None
    """What was seen of the motion after which it is to be compared; None if that was out of sight.
    """
    move: FocuserMove | None = None
    moves_begun: int = 0
    """How many moves there ever were: the next one's number is one more."""
    motion_given_up: bool = False
    """Whether nothing waits any more for a motion that does not end, by a deadline or a human."""
    left_steps: int | None = None
    """Where it rested before somebody else's motion that goes on."""
    highest_max_steps: int | None = None
    """The highest maximum that it has said since start: a lower one may put it out of reach."""
    senseless_steps: int | None = None
    """What it says of its place, while that lies outside its own limits and so is no reading."""
    unread_steps: int | None = None
    """What it says of its place, while nobody has read it there."""
    has_read: bool = False
    """Whether its driver was seen to read it since it came into sight."""
    recounts_at_s: float | None = None
    """When it last said something else of its steps: where it stands, it may count otherwise now.
    """
    foreign_at_s: float | None = None
    """When the focuser last moved by somebody else's doing."""
    foreign_before_s: float | None = None
    """The same, before rigd was started."""
    late_by: str | None = None
    """Whose move that was if it only came late: a client's that asked rigd for it."""
    others_at_s: float | None = None
    """When it last moved by the doing of one that rigd knows nothing of."""
    ordered: OthersOrder | None = None
    """The newest order of another rig; None if there never was one."""

    def moved_by_others(self, at_s: float, late_by: str | None) -> "FocuserState":
        """This focuser once it has moved without an order of rigd's that is still open.

        Args:
            at_s: when it was seen.
            late_by: whose move that is if it only came late; None: another's own.
        """
        others_at_s = at_s if late_by is None else self.others_at_s
        return replace(self, foreign_at_s=at_s, late_by=late_by, others_at_s=others_at_s)
