"""What the outside sees of a rig, and the one object through which it asks for something.

The Alpaca server, the REST API and the command line read these frozen views and nothing else; they
never see a driver, a device address of the internals, or the store.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from rigd.mode import Mode
from rigd.runs.frame import LightFrame
from rigd.runs.restated import Restated
from rigd.runs.run import AutofocusRun

Json = Mapping[str, object]
"""A JSON object: what the REST API hands out as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Who asks: an Alpaca ClientID with the address it came from, or a named local caller."""

    name: str
    client_id: int | None = None


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
    summary: Json = field(default_factory=dict)
    """`GET /rigd/v1/rigs/{rig}`: mode, devices, what was declined or refused, questions."""
    match: Json = field(default_factory=dict)
    train: Json = field(default_factory=dict)
    train_svg: str | None = None
    """The best stack of spacers, drawn; None if there is none."""
    offsets: Json = field(default_factory=dict)
    explain: Json = field(default_factory=dict)
    questions: Json = field(default_factory=dict)
    """`questions` that are open, and the `answers` given."""
    profile: Json = field(default_factory=dict)
    """The equipment profile in short, with the limits and the step size that count."""


class Lessons(Protocol):
    """What is asked about autofocus runs, and about offsets learnt from them."""

    async def request_runs(self, rig: str, runs: Sequence[AutofocusRun], client: Client) -> Json:
        """Take autofocus runs in; those that were there before change nothing."""

    async def request_take_back(self, rig: str, key: str, client: Client) -> Json:
        """A run does not count any more; what was learnt with it is fitted again."""

    async def request_restate(self, rig: str, key: str, restated: Restated, client: Client) -> Json:
        """A run is of another frame or filter than was said; what was learnt is fitted again."""

    async def runs(self, rig: str) -> Json:
        """The newest runs of a rig, newest first, with what became of them."""

    async def request_audit(self, rig: str, frames: Sequence[LightFrame], client: Client) -> Json:
        """Are filters softer behind an offset than behind their own focus? Nothing is done."""

    def agenda(self, rig: str) -> Json:
        """What to focus next, and the filters that are due for one run."""

    def why_svg(self, rig: str, name: str | None) -> str | None:
        """The picture of the newest fit; None if there is none."""

    def why(self, rig: str, name: str | None) -> Json:
        """Prior, data and posterior of a filter's offset; without a name, of the fit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileView:
    """One equipment profile."""

    name: str
    toml: str
    """What is stated, as its owner would write it."""
    summary: Json
    """The same as JSON, with the rigs that have it in force."""
    revision: int
    """Another number is another state."""


class Profiles(Protocol):
    """The profiles; every change is journalled and can be taken back. Nothing moves.

    Changes raise `NoProfileError`, `ChangedMeanwhileError` (`expect` is another revision),
    `ConfigError` (what is written is wrong) and `RefusedError` (something moves, a name is taken).
    """

    async def listed(self) -> Json:
        """Every profile in short."""

    async def shown(self, name: str) -> ProfileView:
        """One profile."""

    async def of(self, rig: str) -> ProfileView | None:
        """The profile in force on a rig."""

    async def history(self, most: int, rig: str | None = None) -> Json:
        """The newest changes, newest first."""

    async def create(self, toml: str, client: Client, *, imported: bool = False) -> str:
        """Keep one more; its name."""

    async def clone(self, name: str, new: str, client: Client) -> str:
        """Keep a copy under a new name."""

    async def put(
        self,
        name: str,
        toml: str,
        client: Client,
        *,
        expect: int | None = None,
        imported: bool = False,
    ) -> str:
        """It says something else from now on; its name."""

    async def rename(
        self, name: str, new: str, client: Client, *, expect: int | None = None
    ) -> str:
        """It has another name from now on."""

    async def shelve(
        self, name: str, client: Client, *, archived: bool, expect: int | None = None
    ) -> str:
        """Archive or restore it."""

    async def switch(
        self, rig: str, name: str, client: Client, *, expect: str | None = None
    ) -> str:
        """It is in force on a rig from now on."""

    async def undo(self, client: Client, *, expect: int | None = None) -> Json:
        """Take back the last change (`expect` is its number); what was taken back."""


class Observatory(Protocol):
    """All rigs of this daemon: the one thing that the doors talk to.

    Every request raises `InvalidValueError` (out of range), `RefusedError` (a gate is closed,
    nothing moved) or `DeviceUnavailableError` (not connected); it returns once the change has
    begun and the view shows it, never waiting for motion to end.
    """

    @property
    def lessons(self) -> Lessons:
        """What is asked about runs and about offsets learnt from them."""

    @property
    def profiles(self) -> Profiles:
        """The equipment profiles."""

    def rigs(self) -> tuple[RigView, ...]:
        """Every rig, by number."""

    async def history(self, rig: str, most: int = 50) -> list[dict[str, object]]:
        """The newest lines of a rig's diary, newest first."""

    async def changed(self) -> None:
        """Return at the first change of any view after this call."""

    def opened(self) -> Mapping[str, tuple[str, ...]]:
        """The clients that have each virtual device (by `unique_id`) open; survives a restart."""

    def remember_opened(self, unique_id: str, clients: tuple[str, ...]) -> None:
        """Keep for the next start which clients have a virtual device open."""

    def note_reader(self, rig: str, client: Client) -> None:
        """A client has read FocusOffsets that are not zero: it may keep them."""

    async def changes(self, rig: str) -> Json:
        """What changed of a rig's devices and profile since last night began."""

    async def request_connect(self, rig: str, client: Client) -> None:
        """A client connects a virtual device: the hardware behind it is asked to connect."""

    async def request_filter(self, rig: str, filter_position: int, client: Client) -> None:
        """Change the filter in-path; the same target while under way does nothing new."""

    async def request_swap(self, rig: str, name: str, client: Client) -> None:
        """A human put this filter (its name or key) in the light of a hand-turned wheel."""

    async def request_move(self, rig: str, position_steps: int, client: Client) -> int:
        """Move the virtual focuser; returns the logical target after clamping to the limits."""

    async def request_halt(self, rig: str, client: Client) -> None:
        """Stop the motor now; always allowed."""

    async def request_trim(self, rig: str, trim_steps: int, client: Client) -> None:
        """Set the trim, a part of the focus that clients never see.

        Raises:
            RefusedError: a gate is closed, or the target lies outside the limits; nothing moved.
        """
        ...

    async def request_adopt(self, rig: str, client: Client) -> None:
        """A human's word: the focuser stands in focus for the filter in the light."""

    async def request_hold(self, rig: str, client: Client, *, hold: bool) -> None:
        """Hands off (stops the motor), or end of hands off."""

    async def request_mode(
        self, rig: str, mode: Mode, client: Client, *, confirmed: bool = False
    ) -> None:
        """Switch the mode while running; refused while something moves, or unless confirmed."""

    async def request_solved(self, rig: str, focal_length_mm: float, client: Client) -> None:
        """A frame was solved: it says how long the telescope is. Nothing moves."""

    async def proposal(self, rig: str) -> Json:
        """Which profile fits the devices that are there; nothing is switched."""

    async def request_confirm(self, rig: str, client: Client) -> int:
        """A human's word: the profile is right, whatever contradicts it; how much that was."""

    async def request_answer(
        self, rig: str, key: str, value: str | float | Mapping[str, int] | None, client: Client
    ) -> None:
        """The owner's answer to a question; None takes it back. Nothing moves."""

    def catalog_page(self, *, words: str, kind: str | None, offset: int, limit: int) -> Json:
        """One page of the catalog's entries that contain every word."""

    def catalog_entry(self, kind: str, entry_id: str) -> Json | None:
        """An entry of the catalog with its sources; None if there is none."""

    async def request_recompute(self, rig: str, client: Client) -> None:
        """Work offsets, matches and profile out again; nothing moves.

        What changed counts from the next filter change on.
        """

    def happenings(self) -> AsyncIterator[Json]:
        """The diary as it is written, one JSON object each; for the event stream."""
