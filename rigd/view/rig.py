"""What the outside sees of a rig: frozen views of its wheel, its focuser and the rest.

The APIs and the command line read these and nothing else; they never see a driver, the core or the
store.
"""

from dataclasses import dataclass

from rigd.focus.state.settings import Mode
from rigd.view.device_matches import DeviceMatches
from rigd.view.equipment import EquipmentSummary
from rigd.view.explanation import FocusExplanation
from rigd.view.offsets import OffsetTable
from rigd.view.questions import RigQuestions
from rigd.view.status import FocuserStatus, RigInShort, RigStatus, RigSummary, WheelStatus
from rigd.view.train import RigTrain


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Who asks: an Alpaca client, or a named local caller."""

    name: str
    """What is said of it, and what tells it apart from others."""
    client_id: int | None = None
    program_name: str | None = None
    """Address and library of an Alpaca client, which outlive its ClientID; None: as its name."""

    @property
    def program(self) -> str:
        """What a client is known by over nights."""
        return self.program_name or self.name

    @property
    def key(self) -> str:
        """What its open devices are kept under."""
        return f"{self.program}#{self.client_id or 0}"


INDI_CLIENTS = Client(name="an INDI client")
"""Whoever asks through the INDI bus: its messages do not say who sent them."""


def opened_over_indi(unique_id: str) -> str:
    """What the virtual device of an INDI bus is kept under, beside the same one over Alpaca."""
    return f"{unique_id}/indi"


def program_of(key: str) -> str:
    """Address and library of the client with this key."""
    return key.rpartition("#")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class WheelView:
    """rigd's virtual filter wheel: the real wheel and the focus, seen as one device."""

    unique_id: str
    name: str
    description: str
    connected: bool
    connecting: bool = False
    connect_error: str | None = None
    names: tuple[str, ...] = ()
    """One label per slot, none empty; empty only while the wheel's slots are not known."""
    focus_offsets_steps: tuple[int, ...] = ()
    """What a client may read as FocusOffsets in this mode; same length as `names`."""
    filter_position: int | None = None
    """0-based; None while the wheel turns or the focus has not settled."""
    fault: str | None = None
    """The sentence of a failed change: reading Position is an error until the next request."""
    halted: bool = False
    """Whether that change failed because somebody stopped the focuser's motor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FocuserView:
    """rigd's virtual focuser: the real one without the terms that rigd embodied (logical)."""

    unique_id: str
    name: str
    description: str
    connected: bool
    connecting: bool = False
    connect_error: str | None = None
    position_steps: int | None = None
    """Logical position; the commanded target when inside the tolerance; None while not known."""
    moving: bool = False
    max_steps: int | None = None
    step_size_um: float | None = None
    temperature_c: float | None = None
    can_halt: bool = True
    fault: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SafetyView:
    """rigd's virtual safety monitor: whether the focus of this rig can be trusted."""

    unique_id: str
    name: str
    description: str
    focus_trusted: bool = False
    """False while the focus is unknown, a change failed, or nobody applies."""
    reason: str | None = None
    """Why it is not trusted."""
    connected: bool = True
    connecting: bool = False
    connect_error: str | None = None


DeviceView = WheelView | FocuserView | SafetyView


@dataclass(frozen=True, slots=True, kw_only=True)
class RigView:
    """One rig, as it is now."""

    name: str
    number: int
    """Alpaca device number of its wheel and focuser; stable across restarts."""
    mode: Mode
    wheel: WheelView
    focuser: FocuserView
    safety: SafetyView | None = None
    """None: no safety monitor is served."""
    summary: RigSummary
    match: DeviceMatches
    train: RigTrain
    train_svg: str | None = None
    """The best stack of spacers, drawn; None if there is none."""
    offsets: OffsetTable
    explain: FocusExplanation
    questions: RigQuestions
    profile: EquipmentSummary

    @property
    def in_short(self) -> RigInShort:
        """The rig as a list shows it."""
        return RigInShort(
            name=self.name,
            number=self.number,
            mode=self.mode,
            wheel=WheelStatus(
                name=self.wheel.name,
                connected=self.wheel.connected,
                filter_position=self.wheel.filter_position,
                fault=self.wheel.fault,
            ),
            focuser=FocuserStatus(
                name=self.focuser.name,
                connected=self.focuser.connected,
                position_steps=self.focuser.position_steps,
                moving=self.focuser.moving,
                fault=self.focuser.fault,
            ),
        )

    @property
    def status(self) -> RigStatus:
        """The rig as it stands."""
        return RigStatus(in_short=self.in_short, summary=self.summary)


@dataclass(frozen=True, slots=True, kw_only=True)
class RigIdentity:
    """What clients know a rig by; made once and kept for ever."""

    number: int
    wheel_id: str
    focuser_id: str
    safety_id: str
