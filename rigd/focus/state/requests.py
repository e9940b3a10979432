"""Events besides those of devices: what people and programs ask, and what rigd itself adds."""

from dataclasses import dataclass

from rigd.devices.events import Event
from rigd.devices.identity import DeviceIdentity, DeviceRef
from rigd.focus.state.asked_filter import AskedFilter
from rigd.focus.state.backlash import FinalDirection
from rigd.focus.state.focuser import FocuserMove
from rigd.focus.state.foreign_moves import Sample
from rigd.focus.state.ledger import Ledger, Part
from rigd.focus.state.other_rig import OtherRig
from rigd.focus.state.settings import FilterSlot, Mode, RigSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterRequested:
    """A client asks rigd's virtual wheel for a filter."""

    at_s: float
    filter_position: int
    client: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveRequested:
    """A client moves rigd's virtual focuser to a logical position."""

    at_s: float
    position_steps: int
    client: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrimRequested:
    """A human sets the trim: a part of the focus that clients never see."""

    at_s: float
    trim_steps: int
    """The whole trim from now on, in the focuser's own counts."""
    client: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HaltRequested:
    """Somebody stops the motor."""

    at_s: float
    client: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptRequested:
    """A human says: the focuser is in focus for the filter in the light."""

    at_s: float
    client: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseRequested:
    """A human gives a device up that does not answer: rigd waits for it no longer."""

    at_s: float
    device: str
    """Its role in the rig, or its name."""
    client: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldRequested:
    """Somebody says hands off, or ends it."""

    at_s: float
    client: str
    hold: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeRequested:
    """A human switches the mode of the rig."""

    at_s: float
    client: str
    mode: Mode
    confirmed: bool = False
    clients: tuple[str, ...] = ()
    """Who has the virtual focuser open."""
    readers: tuple[str, ...] = ()
    """Who ever read non-zero `FocusOffsets`, and may have kept them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AutofocusReported:
    """A program reports that its autofocus is over."""

    at_s: float
    found: bool | None = None
    """Whether it says that it found the focus; None if it says nothing of it."""
    filter: str | None = None
    """The filter's name, as the program says it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectRequested:
    """A client connects a virtual device, and so asks for the hardware behind it."""

    at_s: float
    client: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """What the store knows of this rig, at start."""

    at_s: float
    ledger: Ledger | None
    move: FocuserMove | None
    moves_begun: int
    fault: str | None = None
    """What was wrong with the last filter change, or with a move of rigd's own since."""
    fault_part: Part = Part.FILTER
    """What failed."""
    asked: AskedFilter | None = None
    """What a human was asked to put in and had not put in yet."""
    hold_by: str | None = None
    """Who said hands off, and since when."""
    samples: tuple[Sample, ...] = ()
    """What others did to the focuser around the last filter changes."""
    learnt_direction: FinalDirection | None = None
    """The direction in which this rig's autofocus was last seen to end."""
    foreign_at_s: float | None = None
    """When somebody else last moved the focuser."""
    begins_to_apply: bool = False
    """Whether the configuration says `apply` only since this start."""
    known_devices: tuple[DeviceIdentity, ...] = ()
    """What its devices were when they were last seen."""
    guider_paused: bool = False
    """Whether rigd had paused the guider and not let it go on yet."""
    guide: "Remembered | None" = None
    """What the store knows of the guide focuser."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotsComputed:
    """Setup has computed the offsets that count from the next filter change on."""

    at_s: float
    slots: tuple[FilterSlot, ...]
    light_path_id: str | None = None
    """What gives steps their meaning from now on; None: as before."""
    starts_over: bool = False
    """Whether steps meant something else before: what is embodied is then unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileChangeRequested:
    """Somebody is about to change the equipment profile in force: nothing may move meanwhile."""

    at_s: float
    client: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileChanged:
    """Another equipment profile is in force, or the same one with other content."""

    at_s: float
    settings: RigSettings
    """Those of the profile, with the offsets of its slots; the mode stays."""
    starts_over: bool
    """Whether the light path is another one, so that what is embodied has no meaning."""
    sentence: str
    renamed: bool = False
    """Whether the focuser is the same one by another name: where it stands will show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileKept:
    """The equipment profile stays as it was."""

    at_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainJudged:
    """Setup has compared what is known of the light path with the profile in force."""

    at_s: float
    mismatch: str | None
    """The sentence of the contradiction; None if there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharingJudged:
    """The focusers of all rigs were compared by what they are."""

    at_s: float
    sentence: str | None
    """With whom this rig shares a focuser that both move; None if with nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherRigsJudged:
    """Something has changed of the rigs that have one of this rig's focusers too."""

    at_s: float
    others: tuple[OtherRig, ...]
    stopped_by: str | None = None
    """Who of them has just told the main focuser to stop; None if nobody has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientsJudged:
    """Clients of rigd's devices were cut off from them, or have come back."""

    at_s: float
    lost: str | None
    """How they were cut off, and what follows; None if none is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreJudged:
    """What is to be remembered could not be stored, or is stored again."""

    at_s: float
    reason: str | None
    """Why it could not be stored; None if it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WheelTold:
    """A filter wheel has been told to turn: its time to begin counts from here."""

    at_s: float
    ref: DeviceRef


@dataclass(frozen=True, slots=True, kw_only=True)
class FocuserTold:
    """A focuser has been told of a move: its time to begin counts from here."""

    at_s: float
    ref: DeviceRef
    number: int
    """Of the move."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuiderTold:
    """The guider was told to pause or to go on; its times count from now."""

    at_s: float
    paused: bool
    """What it was told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WheelCommandFailed:
    """A command to the wheel could not be delivered, or was refused by it."""

    at_s: float
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FocuserCommandFailed:
    """A focuser move could not be journalled or delivered, or was refused by the device."""

    at_s: float
    ref: DeviceRef
    number: int
    reason: str
    may_have_arrived: bool = False
    """Whether it may have arrived all the same: then where the focuser stands must be judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuiderCommandFailed:
    """The guider could not be asked to pause or to go on, or refused."""

    at_s: float
    reason: str
    paused: bool
    """What it was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectCommandFailed:
    """A device could not be asked to connect, or its driver refused."""

    at_s: float
    ref: DeviceRef
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """Time passes: deadlines, quiet, gates that opened."""

    at_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Woke:
    """rigd runs again; what devices said meanwhile comes after this."""

    at_s: float
    slept_s: float
    """How long it did not run, and heard nothing."""


Request = (
    FilterRequested
    | MoveRequested
    | TrimRequested
    | HaltRequested
    | AdoptRequested
    | ReleaseRequested
    | HoldRequested
    | ModeRequested
    | ConnectRequested
    | ProfileChangeRequested
)
Answer = (
    WheelTold
    | FocuserTold
    | GuiderTold
    | WheelCommandFailed
    | FocuserCommandFailed
    | ConnectCommandFailed
    | GuiderCommandFailed
)
"""What became of a command."""
Inner = (
    AutofocusReported
    | Remembered
    | SlotsComputed
    | ProfileChanged
    | ProfileKept
    | TrainJudged
    | SharingJudged
    | OtherRigsJudged
    | ClientsJudged
    | StoreJudged
    | Answer
    | Tick
    | Woke
)
AnyEvent = Event | Request | Inner
"""Whatever may happen to a rig."""
