"""All rigs as the outside sees them: the one object through which it asks for something.

The APIs and the command line know this protocol and the frozen views that it hands out; they never
see a driver, the core or the store.
"""

from collections.abc import AsyncIterator, Mapping
from typing import Protocol

from rigd.catalog.listing import CatalogPage
from rigd.focus.state.settings import Mode
from rigd.view.alerts import OpenAlert
from rigd.view.catalog import CatalogEntry
from rigd.view.counts import RigCounts
from rigd.view.diary import DiaryEvent, DiaryHistory, DiaryRow
from rigd.view.learning import LearningView
from rigd.view.night_changes import NightChanges
from rigd.view.night_report import NightReport
from rigd.view.profile_effect import ProfileEffect
from rigd.view.profiles import Profiles
from rigd.view.proposal import ProfileProposal
from rigd.view.rig import Client, RigView
from rigd.view.train_request import OfferedNames, TrainAnswers, TrainRequest


class Observatory(Protocol):
    """All rigs of this daemon: the one object that the APIs talk to.

    Every request raises `InvalidValueError` (out of range), `RefusedError` (a gate is closed,
    nothing moved) or `DeviceUnavailableError` (not connected); it returns once the change has
    begun and the view shows it, never waiting for motion to end.
    """

    @property
    def learning_requests(self) -> LearningView:
        """What is asked about runs and about offsets learnt from them."""

    @property
    def profiles(self) -> Profiles:
        """The equipment profiles."""

    def rigs(self) -> tuple[RigView, ...]:
        """Every rig, by number."""

    def counts(self) -> Mapping[str, RigCounts]:
        """What each rig has done since rigd started, by name."""

    async def history(self, rig: str, most: int = 50) -> DiaryHistory:
        """The newest lines of a rig's diary, newest first."""

    async def changed(self) -> None:
        """Return at the first change of any view after this call."""

    def opened(self) -> Mapping[str, tuple[str, ...]]:
        """The clients that have each virtual device (by `unique_id`) open; survives a restart."""

    def remember_opened(self, unique_id: str, clients: tuple[str, ...]) -> None:
        """Keep for the next start which clients have a virtual device open."""

    def note_reader(self, rig: str, client: Client) -> None:
        """A client has read FocusOffsets that are not zero: it may keep them."""

    def report_indi_clients(self, rig: str, lost: str | None) -> None:
        """How INDI clients were cut off from a rig's devices; None: they have them."""

    def note(self, rig: str, sentence: str) -> None:
        """Write a line into the diary."""

    def warn(self, rig: str, sentence: str) -> None:
        """Write a warning into the diary."""

    async def changes(self, rig: str) -> NightChanges:
        """What changed of a rig's devices and profile since last night began."""

    async def night(self, rig: str, day: str | None = None) -> NightReport:
        """The report of the night that begins on a day (2026-11-30); None: of the newest one.

        Raises:
            InvalidValueError: that is no day, or its night has not begun.
            StoreError: it could not be read within the limit.
        """

    def keep_alerts(self, alerts: tuple[OpenAlert, ...]) -> None:
        """Keep which alerts are open now: of those kept before, the others have ended."""

    async def request_connect(self, rig: str, client: Client) -> None:
        """A client connects a virtual device: the hardware behind it is asked to connect."""

    async def catch_up(self, rig: str) -> bool:
        """Wait until all is read that was said while rigd did not run; whether it had to."""

    async def request_filter(self, rig: str, filter_position: int, client: Client) -> None:
        """Change the filter in-path; the same target while under way does nothing new."""

    async def request_swap(self, rig: str, name: str, client: Client) -> str:
        """A human put this filter (its name or key) in the light of a hand-turned wheel."""

    async def request_move(
        self, rig: str, position_steps: int, client: Client, *, may_be_cut: bool = True
    ) -> int:
        """Move the virtual focuser; returns the logical target after clamping to the limits.

        Raises:
            InvalidValueError: it is out of reach, and must not be cut short; nothing moved.
        """
        ...

    async def request_halt(self, rig: str, client: Client) -> None:
        """Stop the motor now; always allowed."""

    async def request_trim(self, rig: str, trim_steps: int, client: Client) -> None:
        """Set the trim, a part of the focus that clients never see.

        Raises:
            RefusedError: a gate is closed, or the target lies outside the limits; nothing moved.
        """
        ...

    async def request_adopt(self, rig: str, client: Client) -> str:
        """A human's word: the focuser stands in focus for the filter in the light."""

    async def request_hold(self, rig: str, client: Client, *, hold: bool) -> None:
        """Hands off (stops the motor), or end of hands off."""

    async def request_release(self, rig: str, device: str, client: Client) -> str:
        """Give up a device that does not answer, by role or name; return what came of it."""

    async def request_mode(
        self, rig: str, mode: Mode, client: Client, *, confirmed: bool = False
    ) -> None:
        """Switch the mode while running; refused while something moves, or unless confirmed."""

    async def report_plate_solve(self, rig: str, focal_length_mm: float, client: Client) -> None:
        """A frame was solved: it says how long the telescope is. Nothing moves."""

    async def proposal(self, rig: str) -> ProfileProposal:
        """Which profile fits the devices that are there; nothing is switched."""

    async def foresee_profile(self, rig: str, toml: str) -> ProfileEffect:
        """What a profile that says this would change on a rig; nothing is changed.

        Raises:
            ConfigError: what is written is wrong.
        """
        ...

    async def confirm_profile(self, rig: str, client: Client) -> int:
        """A human's word: the profile is right, whatever contradicts it; how much that was."""

    async def request_answer(
        self, rig: str, key: str, value: str | float | Mapping[str, int] | None, client: Client
    ) -> None:
        """The owner's answer to a question; None takes it back. Nothing moves."""

    def catalog_page(self, *, words: str, kind: str | None, offset: int, limit: int) -> CatalogPage:
        """One page of the catalog's entries that contain every word."""

    def catalog_entry(self, kind: str, entry_id: str) -> CatalogEntry | None:
        """An entry of the catalog with its sources; None if there is none."""

    async def find_spacers(self, request: TrainRequest) -> TrainAnswers:
        """The spacers of any train that is asked for by names; no rig has to do with it."""

    async def draw_train(self, rig: str) -> str:
        """The best stack of a rig's train at 1:1 for paper, as SVG."""
        ...

    async def offer_names(self, field: str, words: str) -> OfferedNames:
        """Names of the catalog that the words of a field of a train may mean."""

    async def request_recompute(self, rig: str, client: Client) -> None:
        """Work offsets, matches and profile out again; nothing moves.

        What changed counts from the next filter change on.
        """

    def diary(self) -> AsyncIterator[DiaryEvent]:
        """The diary as it is written; for the event stream."""

    async def newest_lines(self, rig: str, most: int) -> tuple[DiaryEvent | DiaryRow, ...]:
        """The newest lines of a rig's diary, newest first, also those that are not stored yet.

        What `diary` hands out from now on is not among them; what it has handed out already is, as
        the same object.
        """
