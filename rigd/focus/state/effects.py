"""Effects: what the pure core wants done; the applier carries them out in order."""

from dataclasses import dataclass
from enum import StrEnum

from rigd.devices.identity import DeviceRef
from rigd.focus.state.asked_filter import AskedFilter
from rigd.focus.state.backlash import FinalDirection
from rigd.focus.state.focuser import FocuserMove, FocuserRole
from rigd.focus.state.ledger import Ledger, Part, Terms
from rigd.focus.state.rig import Rig
from rigd.focus.state.settings import Mode


class Severity(StrEnum):
    """How much a diary line matters."""

    INFO = "info"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remember:
    """Store the ledger, and the move that is open (None: no move of rigd's is under way)."""

    ledger: Ledger
    move: FocuserMove | None
    role: FocuserRole = FocuserRole.MAIN
    """Whose they are."""
    by_another: bool = False
    """Whether the ledger is another one because somebody else has just moved the focuser."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RememberMode:
    """Store a mode that was chosen while running; it wins over the configuration's."""

    mode: Mode
    by: str
    ledger: Ledger
    move: FocuserMove | None
    """The one that is open, which a switch does not end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RememberHold:
    """Store who said hands off, or that it is over."""

    by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RememberFinalDirection:
    """Store the direction in which this rig's autofocus ends."""

    direction: FinalDirection


@dataclass(frozen=True, slots=True, kw_only=True)
class RememberFault:
    """Store what is wrong with the last filter change or move, so that a restart says it too."""

    sentence: str | None
    """None: nothing is wrong any more."""
    part: Part = Part.FILTER
    """What failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RememberAsked:
    """Store what a human is asked to put in, before he is; or that it is over."""

    asked: AskedFilter | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RememberPause:
    """Store that rigd pauses the guider, before it is asked to; or that it guides again."""

    paused: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalIntent:
    """Store a move before it is commanded; if that fails, nothing may be commanded."""

    move: FocuserMove
    ledger: Ledger
    role: FocuserRole = FocuserRole.MAIN
    """Whose they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalOutcome:
    """Store how a move ended."""

    number: int
    result: str
    raw_steps: int | None
    role: FocuserRole = FocuserRole.MAIN
    """Whose it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnWheel:
    """Tell the wheel to turn."""

    ref: DeviceRef
    filter_position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveFocuser:
    """Tell the focuser to move."""

    ref: DeviceRef
    position_steps: int
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HaltFocuser:
    """Tell the focuser to stop."""

    ref: DeviceRef


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFocuser:
    """Ask the focuser where it is."""

    ref: DeviceRef


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseGuider:
    """Pause the guider, or let it go on."""

    ref: DeviceRef
    paused: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectDevice:
    """Ask a device to connect to its hardware."""

    ref: DeviceRef


@dataclass(frozen=True, slots=True, kw_only=True)
class AutofocusEnded:
    """A client's autofocus is over; where the focuser stands may be the focus."""

    client: str | None
    """None: a program that moves the focuser directly."""
    filter_key: str | None
    """None where nobody knows with which filter it was made."""
    moves: int
    """With exposures between them."""
    start_steps: int | None
    """Where the focuser stood before the first move, in its own counts."""
    raw_steps: int | None
    """Where it stands now; None if it moves, or if anybody else had a part in the search."""
    embodied: Terms | None
    """What is in `raw_steps` of rigd's; None while unknown."""
    temperature_c: float | None
    altitude_deg: float | None
    began_s: float
    moved_s: float
    """When the focuser was last in motion."""
    low_steps: int | None
    """Of the places where the camera exposed, in the focuser's own counts."""
    high_steps: int | None
    ends_up: bool | None = None
    """Whether positions counted up in the last move."""
    turned_back: bool = False
    """Whether the places where it measured, and where it ended, went both ways."""
    unplaced: bool = False
    """Whether the place of any frame is not known: it began in motion, or none was seen."""
    wandered: bool = False
    """Whether its moves did, also those before its first frame."""
    stays: bool = False
    """Whether all its frames before the last move were taken at one place."""
    tolerance_steps: int = 0
    """The distance within which two positions are the same place."""
    of_claimed_filter: bool = False
    """Whether the wheel only claimed, with no proof, which filter it had in the light."""
    reported: bool | None = None
    """Whether its program says that it found the focus; None if it says nothing."""
    sentence: str = ""
    """What the diary says of it, whatever is made of where it ended."""

    @property
    def is_result(self) -> bool:
        """Whether it found something: one that restores its start has failed, unless reported."""
        if self.raw_steps is None or self.reported is not None:
            return self.raw_steps is not None and self.reported is True
        start_steps = self.start_steps
        return start_steps is None or abs(self.raw_steps - start_steps) > self.tolerance_steps

    @property
    def proves_focus(self) -> bool:
        """Whether the focus is where it ended.

        Moves in one direction are no search: a client's temperature compensation looks like that,
        and so does a search that was given up on its way. Nor are frames at one place alone, as
        where the focuser stops at an end of its travel. Where no place of a frame is known, what
        its client moved must do.
        """
        back = self.ends_between or (self.turned_back and (self.unplaced or self.ends_inside))
        return self.is_result and (self.reported is True or (back and not self.stays))

    @property
    def is_cut_off(self) -> bool:
        """Whether it ended on its way: elsewhere than it began, and not where a search ends.

        Its program says that it has failed, or it went out and measured in one direction only.
        """
        raw, start = self.raw_steps, self.start_steps
        if raw is None or start is None or abs(raw - start) <= self.tolerance_steps:
            return False
        on_its_way = self.wandered and not self.stays
        return not self.proves_focus and (self.reported is False or on_its_way)

    @property
    def ends_between(self) -> bool:
        """Whether it ended between the places where it measured; moves in one direction do not."""
        raw, low, high = self.raw_steps, self.low_steps, self.high_steps
        if raw is None or low is None or high is None:
            return False
        return low < raw < high

    @property
    def ends_inside(self) -> bool:
        """Whether it ended at most where it measured first or last, and not beyond that."""
        raw, low, high = self.raw_steps, self.low_steps, self.high_steps
        if raw is None or low is None or high is None:
            return False
        return low - self.tolerance_steps <= raw <= high + self.tolerance_steps


@dataclass(frozen=True, slots=True, kw_only=True)
class DiaryLine:
    """A line for the night's diary: log, event stream and history."""

    sentence: str
    severity: Severity = Severity.INFO
    result: str | None = None


Effect = (
    Remember
    | RememberMode
    | RememberHold
    | RememberFault
    | RememberAsked
    | RememberFinalDirection
    | RememberPause
    | JournalIntent
    | JournalOutcome
    | TurnWheel
    | MoveFocuser
    | HaltFocuser
    | ReadFocuser
    | PauseGuider
    | ConnectDevice
    | AutofocusEnded
    | DiaryLine
)


class Refusal(StrEnum):
    """Why a request was not accepted; nothing moved."""

    INVALID = "invalid"
    GATE = "gate"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class Step:
    """A rig after an event, with what is to be done about it."""

    rig: Rig
    effects: tuple[Effect, ...] = ()
    refusal: Refusal | None = None
    sentence: str = ""
    """Of the refusal."""
    opens_by_itself: bool = False
    """Whether asking once more later may do, with nothing changed by anybody."""

    def then(self, later: "Step") -> "Step":
        """This step and a later one that began with its rig, as one; the first refusal stands."""
        if not self.effects and self.refusal is None:
            return later
        refused = self if self.refusal is not None else later
        effects = self.effects + later.effects
        return Step(later.rig, effects, refused.refusal, refused.sentence, refused.opens_by_itself)

    def also(self, *effects: Effect) -> "Step":
        """This step with more to be done after what it does already."""
        return Step(
            self.rig,
            self.effects + effects,
            self.refusal,
            self.sentence,
            self.opens_by_itself,
        )
