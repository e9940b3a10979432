"""A rig as it is now: one frozen snapshot, made by a fold of its events."""

from dataclasses import dataclass, field
from enum import StrEnum

from rigd.devices.events import (
    CameraReport,
    FocuserReport,
    GuiderReport,
    MountReport,
    OffsetsDeclared,
    WheelReport,
)
from rigd.devices.identity import DeviceIdentity
from rigd.focus.state.backlash import Backlash, FinalDirection
from rigd.focus.state.connecting import Connecting
from rigd.focus.state.early_frames import EarlyFrames
from rigd.focus.state.focuser import FocuserMove, FocuserRole, FocuserState
from rigd.focus.state.foreign_moves import ForeignMoves
from rigd.focus.state.ledger import Ledger, Part
from rigd.focus.state.other_rig import OtherRig
from rigd.focus.state.search import Search
from rigd.focus.state.settings import FilterSlot, RigSettings
from rigd.focus.state.thermometer import Thermometer
from rigd.frozen import replace
from rigd.optics.filter_offsets import SlotKind


class Origin(StrEnum):
    """How a filter change came about: asked of rigd, or made at the real wheel."""

    IN_PATH = "in_path"
    REACTIVE = "reactive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A closed gate, with its sentence."""

    name: str
    sentence: str
    opens_by_itself: bool
    """Whether a move waits: it opens by itself, or by a word that leaves the plan as it is."""
    opens_when: str
    """What ends it, as the end of a sentence: "it opens when ..."; no gate is without an end."""


class Result(StrEnum):
    """How a filter change ended or stands: four ways of not moving are four different things."""

    UNDER_WAY = "under_way"
    DONE = "done"
    DECLINED = "declined"
    REFUSED = "refused"
    WAITING = "waiting"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How the newest filter change ended or stands, with its sentence."""

    result: Result
    sentence: str
    at_s: float
    origin: Origin
    from_position: int | None = None
    to_position: int | None = None
    waits_for: str | None = None
    """The name of the gate that it waits for; None if it does not wait."""
    refused_by: str | None = None  # the name of the gate that refused it

    def outlives(self, move: FocuserMove) -> bool:
        """Whether the change ended well after a move that is out of sight, and without it."""
        ended = self.result in {Result.DECLINED, Result.DONE}
        return ended and move.lost and self.at_s > move.began_at_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A filter change under way; its focuser's part is the rig's move."""

    origin: Origin
    client: str
    from_position: int | None
    to_position: int
    began_at_s: float
    wheel_told_at_s: float | None = None
    """When the wheel was told to turn; None: not yet, or it need not."""
    wheel_done: bool = False
    """Whether the wheel stands at its slot now; one that turns on does so no longer."""
    wheel_arrived_at_s: float | None = None
    """When it came to rest there; None if it has not yet, or did not stay."""
    wheel_seen_moving: bool = False
    wheel_claims: bool = False
    """Whether the wheel said before it was told that it stands there, which may not be so."""
    wheel_failed: str | None = None
    focuser_failed: str | None = None
    halted: bool = False  # whether somebody has stopped the focuser's motor in the middle of it
    declined: str | None = None
    """Why the focuser stays; the change itself goes on."""
    focuser_waits: bool = False
    """Whether the focuser's part has still to begin: after a client's move, wheel or guider."""
    guide_follows: int | None = None
    """The filter term that the guide focuser has still to follow; None if none."""

    @property
    def failed(self) -> str | None:
        """Why wheel or focuser failed, each reason once; None if neither did."""
        wheel, focuser = self.wheel_failed, self.focuser_failed
        if wheel and focuser and wheel in focuser:
            return focuser
        return "; ".join(one for one in (wheel, focuser) if one) or None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A reactive move that waits for a gate."""

    to_position: int
    from_position: int | None
    since_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedMove:
    """A client's move asked for during another one, begun when that ends; the newest wins."""

    base_steps: int
    """The wanted position without rigd's terms; without the shift while they are unknown."""
    client: str
    told: bool = False
    """Whether the diary has said of it already that it was cut short."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuiderPause:
    """A pause of the guider that rigd has asked for, until the guider guides again."""

    told_at_s: float | None = None
    """When the guider was told to pause; None: not yet."""
    confirmed: bool = False
    """Whether the guider has said since that it does not guide."""
    resumed_at_s: float | None = None
    """When it was last asked to go on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rig:
    """Everything about one rig that anything in the core may depend on."""

    settings: RigSettings
    main_focuser: FocuserState = field(default_factory=FocuserState)
    guide_focuser: FocuserState | None = None  # until it is heard of
    guide_fault: str | None = None
    """Why the guide focuser did not follow the last filter change."""
    identities: tuple[DeviceIdentity, ...] = ()
    known_devices: tuple[DeviceIdentity, ...] = ()
    """What its devices said of themselves when last seen; all that its name for one may mean."""
    servers_down: tuple[tuple[str, str], ...] = ()
    echoes_lost: tuple[tuple[str, str], ...] = ()
    """INDI servers on which other clients' commands are not heard, and why."""
    wheel: WheelReport | None = None
    camera: CameraReport | None = None
    mount: MountReport | None = None
    guider: GuiderReport | None = None
    guider_pause: GuiderPause | None = None
    guider_failed_at_s: float | None = None
    """When the guider last did not pause."""
    filter_position: int | None = None
    """Where the wheel last stood at rest; None if unknown since."""
    filter_last: int | None = None
    """Where it stood when that was last known; None if it never was."""
    filter_doubtful: bool = False
    """Whether a wheel that is back only claims its slot: another than before, and no turn seen."""
    filter_unproven: bool = False
    """The same at a start or of two wheels: asked for that slot, it is told to turn there too."""
    filter_lost: bool = False  # whether the diary has said that nobody knows the filter
    turning_since_s: float | None = None  # since when the wheel says that it turns
    queued: QueuedMove | None = None
    change: Change | None = None
    pending: Pending | None = None
    outcome: Outcome | None = None
    fault: str | None = None
    """The sentence of a failed change; stands until the next one is accepted."""
    fault_asked: bool = True
    """Whether a client asked for that change: then nothing but its next request ends the fault."""
    fault_part: Part = Part.FILTER
    """What failed: a change's fault is not ended by a move for another part of the position."""
    fault_halted: bool = False  # whether somebody stopped the motor; not kept through a restart
    thermometer: Thermometer = field(default_factory=Thermometer)
    temperature_waits: Gate | None = None
    """What keeps the focuser from following the temperature."""
    woke_at_s: float | None = None  # when rigd last ran again after a while in which it did not
    was_used: bool = False
    """Whether anybody has used the rig since the focuser was found."""
    searches: tuple[Search, ...] = ()
    """What may be an autofocus, one per client."""
    focused_changes: int = 0
    """Filter changes in a row at the real wheel after which a program has focused by itself."""
    turned_at_s: float | None = None
    """When the real wheel last came to rest at another filter; None once a program has focused."""
    autofocus_over_at_s: float | None = None
    """When its client last let an autofocus end: what was moved before needs no quiet."""
    missed_gaps: int = 0
    """Filter changes in a row whose first frame began before the focuser had followed."""
    first_frame_due: bool = False
    """Whether no frame has begun since the filter last changed."""
    early_frames: EarlyFrames | None = None
    """Frames of the filter in the light that began before the focuser had followed."""
    learnt_direction: FinalDirection | None = None
    """The direction in which this rig's autofocus was last seen to end."""
    paces_steps_s: tuple[float, ...] = ()
    """Steps per second of the newest long moves since start."""
    foreign_moves: ForeignMoves = field(default_factory=ForeignMoves)
    """What was seen of others who move the focuser when filters change."""
    declared_offsets: tuple[OffsetsDeclared, ...] = ()
    """What its programs last said of their own offsets; nothing of one that does not answer."""
    known_appliers: tuple[str, ...] = ()
    """Clients that were ever seen to apply filter offsets of their own through rigd's focuser."""
    stood_down: bool = False
    """Whether the mode is rigd's own choice, beside another applier."""
    hold_by: str | None = None
    profile_by: str | None = None
    """Who is changing the equipment profile at this moment."""
    sharing: str | None = None
    """With which other rig it shares a focuser that both would move."""
    others: tuple[OtherRig, ...] = ()  # that have one of its focusers too, in whatever mode
    mismatch: str | None = None
    """What contradicts the equipment profile: until that is settled, rigd moves nothing itself."""
    clients_lost: str | None = None  # how clients of rigd's devices were cut off from them
    focuser_silent: str | None = None
    """What the focuser's driver goes on complaining of, while the focuser does not answer it."""
    zeros_told: bool = False
    """Whether the diary has said that zeros are published in place of the offsets."""
    not_stored: str | None = None
    """Why what is to be remembered cannot be stored: it is tried again until it is."""
    connecting: tuple[Connecting, ...] = ()
    """Devices that rigd is to connect, as far as they are there."""

    @property
    def autofocuses(self) -> tuple[Search, ...]:
        """What is taken for an autofocus under way."""
        enough = self.settings.autofocus_moves
        return tuple(search for search in self.searches if search.is_autofocus(enough))

    @property
    def may_begin_to_focus(self) -> bool:
        """Whether a client moved out, part of the way back and turned here, as Ekos begins."""
        return any(search.owns_filter and search.turned_back for search in self.searches)

    @property
    def disturbed_at_s(self) -> float | None:
        """When somebody else last moved the focuser who may go on to; None if nobody may."""
        moved, over = self.foreign_at_s, self.autofocus_over_at_s
        moved = self.main_focuser.foreign_before_s if moved is None else moved
        return None if moved is not None and over is not None and moved <= over else moved

    def focuser_of(self, role: FocuserRole) -> FocuserState:
        """One of the rig's focusers; nothing is known of one that was not heard of."""
        if role is FocuserRole.MAIN:
            return self.main_focuser
        return self.guide_focuser or FocuserState()

    def with_focuser(self, role: FocuserRole, state: FocuserState) -> "Rig":
        """This rig with one of its focusers in another state."""
        if role is FocuserRole.MAIN:
            return replace(self, main_focuser=state)
        return replace(self, guide_focuser=state)

    def slot(self, filter_position: int | None) -> FilterSlot | None:
        """The slot at a position; None if the rig has none there."""
        for slot in self.settings.slots:
            if slot.filter_position == filter_position:
                return slot
        return None

    def is_in_focus_of(self, slot: FilterSlot) -> bool:
        """Whether the focus is that of a filter, or no farther from it than the dead-band."""
        terms = self.ledger.embodied
        if slot.key == self.ledger.embodied_filter:
            return True
        if terms is None or slot.kind is SlotKind.OPAQUE:
            return False
        wanted = self.settings.offset_of(slot, terms.against)
        if wanted is None:
            return False
        return abs(wanted - terms.filter_steps) <= self.settings.dead_band_steps

    @property
    def wheel_turning(self) -> bool:
        """Whether the wheel says that it turns."""
        return self.turning_since_s is not None

    @property
    def filter_in_light(self) -> FilterSlot | None:
        """The filter in the light; None while the wheel turns, or where nobody can say."""
        return None if self.wheel_turning else self.slot(self.filter_position)

    @property
    def is_focusing(self) -> bool:
        """Whether somebody's autofocus is taken to be under way."""
        return bool(self.autofocuses)

    @property
    def wheel_slots(self) -> int | None:
        """How many slots the wheel says it has; None while it does not say."""
        wheel = self.wheel
        return (wheel.slots or len(wheel.names) or None) if wheel else None

    @property
    def shown_filter_position(self) -> int | None:
        """What the virtual wheel shows: None until wheel and focuser have both settled."""
        move, away = self.move, self.focuser is None or not self.focuser.connected
        # Also without a change: after a crash that is forgotten. Not once a later one was declined.
        outlived = away and move and self.outcome and self.outcome.outlives(move)
        under_way = move is not None and not move.by_client and not outlived
        if self.change is not None or self.wheel_turning or under_way:
            return None
        return self.filter_position

    @property
    def backlash(self) -> Backlash | None:
        """The backlash that rigd takes up; None if it is not rigd's, or the driver's already."""
        owned = self.settings.backlash
        if owned is None or (self.focuser is not None and self.focuser.driver_backlash):
            return None
        return replace(owned, final_direction=owned.final_direction or self.learnt_direction)

    def min_steps_of(self, role: FocuserRole) -> int:
        """A focuser's lower limit: the stricter of its own and the profile's."""
        report, settings = self.focuser_of(role).report, self.settings
        of_main = role is FocuserRole.MAIN
        profile = settings.min_steps if of_main else settings.guide_min_steps
        known = [m for m in (report.min_steps if report else None, profile) if m is not None]
        return max(known, default=0)

    def max_steps_of(self, role: FocuserRole) -> int | None:
        """A focuser's upper limit: the stricter of its own and the profile's; None if unknown."""
        report, settings = self.focuser_of(role).report, self.settings
        of_main = role is FocuserRole.MAIN
        profile = settings.max_steps if of_main else settings.guide_max_steps
        known = [m for m in (report.max_steps if report else None, profile) if m is not None]
        return min(known, default=None)

    # The main focuser's, which is what most rules are about.

    @property
    def focuser(self) -> FocuserReport | None:
        """The newest report of the main focuser."""
        return self.main_focuser.report

    @property
    def ledger(self) -> Ledger:
        """The main focuser's ledger."""
        return self.main_focuser.ledger

    @property
    def ledger_checked(self) -> bool:
        """Whether the main focuser's ledger was compared with where it stands."""
        return self.main_focuser.ledger_checked

    @property
    def is_focuser_lost(self) -> bool:
        """Whether the main focuser was given up, and not seen at rest since.

        Nothing waits for such a motion: its driver may have died and say for ever that it moves.
        """
        unknown = self.ledger.embodied is None and not self.ledger_checked
        return unknown or self.main_focuser.motion_given_up

    @property
    def remembered(self) -> bool:
        """Whether the main focuser's ledger counts."""
        return self.main_focuser.remembered

    @property
    def move(self) -> FocuserMove | None:
        """The main focuser's open move."""
        return self.main_focuser.move

    @property
    def is_moving_own(self) -> bool:
        """Whether a move is under way that is waited for; one out of sight is not."""
        return self.move is not None and not self.move.lost

    @property
    def foreign_at_s(self) -> float | None:
        """When the main focuser last moved by somebody else's doing."""
        return self.main_focuser.foreign_at_s

    @property
    def min_steps(self) -> int:
        """The main focuser's lower limit."""
        return self.min_steps_of(FocuserRole.MAIN)

    @property
    def max_steps(self) -> int | None:
        """The main focuser's upper limit; None if unknown."""
        return self.max_steps_of(FocuserRole.MAIN)
