"""A small observatory that keeps state: one or more rigs whose motion ends when told to."""

import asyncio
import weakref
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date
from functools import cached_property
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from uuid import uuid4

from rigd.autofocus_logs.light_frame import LightFrame
from rigd.autofocus_logs.run import AutofocusRun, RunCorrection
from rigd.catalog.catalog import load_catalog
from rigd.catalog.listing import CatalogPage, page
from rigd.config import Config
from rigd.equipment.profile import EquipmentProfile
from rigd.equipment.profile_toml import parse_profile
from rigd.errors import DeviceUnavailableError, InvalidValueError, RefusedError
from rigd.focus.state.effects import Severity
from rigd.focus.state.settings import Mode
from rigd.learning.agenda import Agenda
from rigd.service.catalog_requests import CatalogRequests
from rigd.service.profile_requests import ProfileRequests, StoredProfiles
from rigd.setup.profile_summary import summarise_profile
from rigd.store.database import Store
from rigd.store.profiles import add, switch
from rigd.view.alerts import OpenAlert
from rigd.view.build import ViewInputs, build_view
from rigd.view.catalog import CatalogEntry, catalog_entry
from rigd.view.counts import RigCounts
from rigd.view.device_matches import DeviceMatches
from rigd.view.diary import DiaryEvent, DiaryHistory, DiaryRow
from rigd.view.fit_report import FitReport
from rigd.view.learning import CorrectedRun, FrameAudit, RunImport, RunList
from rigd.view.night import NightFacts, night_on
from rigd.view.night_changes import NightChanges
from rigd.view.night_report import NightReport, make_night_report
from rigd.view.offset_plot import offsets_svg
from rigd.view.profile_effect import FilterEffect, ProfileEffect, StatedChange
from rigd.view.proposal import ProfileProposal
from rigd.view.questions import AnswerKind, RigQuestion, RigQuestions
from rigd.view.rig import (
    Client,
    FocuserView,
    RigIdentity,
    RigView,
    SafetyView,
    WheelView,
)
from rigd.view.train import UnknownTrain
from rigd.view.train_request import OfferedNames, TrainAnswers, TrainRequest
from rigd.view.watching import WatchReport
from tests.focus.night import Night


def _forget(store: Store) -> None:
    store.close()
    rmtree(store.path.parent)


Changes = Mapping[str, object]
NAMES = ("Luminance", "Red", "Green", "Blue", "H-alpha")
OFFSETS = (0, 12, -7, 3, 41)
MAX_STEPS = 60000
CATALOG = load_catalog()


def make_rig(number: int = 0, mode: Mode = Mode.PUBLISH, *, connected: bool = True) -> RigView:
    offsets = OFFSETS if mode is Mode.PUBLISH else (0,) * len(NAMES)
    name = f"rig{number}"
    return replace(
        _parts(name, number, mode),
        wheel=WheelView(
            unique_id=str(uuid4()),
            name=f"{name} wheel",
            description="A wheel",
            connected=connected,
            names=NAMES,
            focus_offsets_steps=offsets,
            filter_position=0,
        ),
        focuser=FocuserView(
            unique_id=str(uuid4()),
            name=f"{name} focuser",
            description="A focuser",
            connected=connected,
            position_steps=30000,
            max_steps=MAX_STEPS,
            step_size_um=1.5,
            temperature_c=8.25,
        ),
        train_svg="<svg xmlns='http://www.w3.org/2000/svg'/>",
        safety=SafetyView(
            unique_id=str(uuid4()),
            name=f"{name} focus",
            description="Whether the focus is trusted",
            connected=connected,
            focus_trusted=True,
        ),
    )


def _parts(name: str, number: int, mode: Mode) -> RigView:
    """A real view of a rig at rest, for all but its virtual devices."""
    rig = Night(mode, name=name).begin(30000).rig
    asked = RigQuestion(
        key="focuser.direction", text="Which way does it count?", kind=AnswerKind.CHOICE
    )
    identity = RigIdentity(number=number, wheel_id="w", focuser_id="f", safety_id="s")
    inputs = ViewInputs(
        match=DeviceMatches(rig=name, devices=()),
        train=UnknownTrain(rig=name, unknown="nobody has said what is in it"),
        questions=RigQuestions(rig=name, questions=(asked,), answers=()),
        profile=summarise_profile(rig, EquipmentProfile(name="Fake")),
    )
    return build_view(rig, identity, inputs)


@dataclass
class FakeObservatory:
    """Moves take `motion_s`; None: until `finish` is called."""

    views: dict[str, RigView] = field(default_factory=lambda: {"rig0": make_rig()})
    motion_s: float | None = 0.01
    gate: str | None = None
    behind: bool = False
    """Whether it did not run for a while."""
    gate_opens_by_itself: bool = False
    fails: str | None = None
    """Why every filter change fails, after it has begun; None: none does."""
    lost: dict[str, str | None] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    connects: str | None = "at once"
    """How hardware connects: at once, None: never, any other text: this error."""
    asked: list[tuple[object, ...]] = field(default_factory=list)
    kept: dict[str, tuple[str, ...]] = field(default_factory=dict)
    crash: bool = False
    targets: dict[str, dict[str, int]] = field(default_factory=dict)
    waiters: list[asyncio.Future[None]] = field(default_factory=list)
    watchers: list[asyncio.Future[None]] = field(default_factory=list)
    listeners: list[asyncio.Queue[DiaryEvent]] = field(default_factory=list)
    written: list[DiaryEvent] = field(default_factory=list)
    counted: dict[str, RigCounts] = field(default_factory=dict)
    facts: NightFacts = field(default_factory=NightFacts)
    """Of the night of 30 November 2026."""
    kept_alerts: list[tuple[OpenAlert, ...]] = field(default_factory=list)

    @cached_property
    def profiles(self) -> ProfileRequests:
        """The real ones, with a store of their own as soon as somebody asks."""
        store = Store(Path(mkdtemp(prefix="rigd-test-")) / "rigd.db")
        add(store, EquipmentProfile(name="Fake"), "test")
        for rig in self.views:
            switch(store, rig, "Fake", "test")
        weakref.finalize(self, _forget, store)
        return StoredProfiles(store, Config())

    def become(self, other: "FakeObservatory") -> None:
        """Forget everything and be like another."""
        vars(self).clear()
        vars(self).update(vars(other))

    @property
    def learning_requests(self) -> "FakeObservatory":
        return self

    def rigs(self) -> tuple[RigView, ...]:
        if self.crash:
            msg = "a fault in /secret/path"
            raise ZeroDivisionError(msg)
        return tuple(self.views.values())

    def counts(self) -> Mapping[str, RigCounts]:
        return self.counted

    async def request_mode(
        self, rig: str, mode: Mode, client: Client, *, confirmed: bool = False
    ) -> None:
        self.asked.append(("mode", rig, mode, confirmed))
        self.views[rig] = replace(self.views[rig], mode=mode)

    async def history(self, rig: str, most: int = 50) -> DiaryHistory:
        row = DiaryRow(id=1, rig=rig, at="", weight="info", result=None, sentence="nothing yet")
        return DiaryHistory(history=(row,)[:most])

    async def newest_lines(self, rig: str, most: int) -> tuple[DiaryEvent | DiaryRow, ...]:
        return tuple(self.written) or (await self.history(rig, most)).history

    async def changed(self) -> None:
        waiter = asyncio.get_running_loop().create_future()
        self.waiters.append(waiter)
        self.touch()
        await waiter

    async def touched(self) -> None:
        """For tests: return at the next change or request."""
        watcher = asyncio.get_running_loop().create_future()
        self.watchers.append(watcher)
        await watcher

    def touch(self) -> None:
        watchers, self.watchers = self.watchers, []
        for watcher in watchers:
            if not watcher.done():
                watcher.set_result(None)

    async def catch_up(self, rig: str) -> bool:
        return self.behind

    def opened(self) -> Mapping[str, tuple[str, ...]]:
        return dict(self.kept)

    def note_reader(self, rig: str, client: Client) -> None:
        self.asked.append(("offsets read", rig, client.program))

    def remember_opened(self, unique_id: str, clients: tuple[str, ...]) -> None:
        self.kept[unique_id] = clients

    def change(
        self, rig: str, *, wheel: Changes | None = None, focuser: Changes | None = None
    ) -> None:
        view = self.views[rig]
        self.views[rig] = replace(
            view,
            wheel=replace(view.wheel, **(wheel or {})),
            focuser=replace(view.focuser, **(focuser or {})),
        )
        self.tell()

    def tell(self) -> None:
        waiters, self.waiters = self.waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)
        self.touch()

    def finish(self, rig: str = "rig0") -> None:
        """All motion of a rig has ended."""
        target = self.targets.pop(rig, {})
        wheel: Changes | None = None
        if "filter" in target and self.fails is None:
            wheel = {"filter_position": target["filter"]}
        elif "filter" in target:
            wheel = {"filter_position": 0, "fault": self.fails}
        steps = target.get("steps", self.views[rig].focuser.position_steps)
        self.change(rig, wheel=wheel, focuser={"moving": False, "position_steps": steps})

    async def request_connect(self, rig: str, client: Client) -> None:
        self.asked.append(("connect", rig))
        self.touch()
        if self.connects == "at once":
            self.change(rig, wheel={"connected": True}, focuser={"connected": True})
        elif self.connects is not None:
            error = {"connect_error": self.connects}
            self.change(rig, wheel=error, focuser=error)

    async def request_filter(self, rig: str, filter_position: int, client: Client) -> None:
        self.asked.append(("filter", rig, filter_position, client.client_id))
        wheel = self.views[rig].wheel
        self._check(connected=wheel.connected, name=wheel.name)
        if not 0 <= filter_position < len(wheel.names):
            msg = f"position {filter_position} is outside 0 to {len(wheel.names) - 1}"
            raise InvalidValueError(msg)
        if wheel.filter_position == filter_position and wheel.fault is None:
            return
        self.targets.setdefault(rig, {})["filter"] = filter_position
        self.change(rig, wheel={"filter_position": None, "fault": None})
        self._begin(rig)

    async def request_move(
        self, rig: str, position_steps: int, client: Client, *, may_be_cut: bool = True
    ) -> int:
        self.asked.append(("move", rig, position_steps, client.client_id))
        focuser = self.views[rig].focuser
        self._check(connected=focuser.connected, name=focuser.name)
        target = min(max(position_steps, 0), MAX_STEPS)
        if target != position_steps and not may_be_cut:
            msg = f"position {position_steps} is outside 0 to {MAX_STEPS} steps"
            raise InvalidValueError(msg)
        self.targets.setdefault(rig, {})["steps"] = target
        self.change(rig, focuser={"moving": True, "fault": None})
        self._begin(rig)
        return target

    async def request_halt(self, rig: str, client: Client) -> None:
        self.asked.append(("halt", rig))
        self.targets.pop(rig, None)
        self.finish(rig)

    def report_indi_clients(self, rig: str, lost: str | None) -> None:
        self.lost[rig] = lost

    def note(self, rig: str, sentence: str) -> None:
        self.asked.append(("note", rig, sentence))

    def warn(self, rig: str, sentence: str) -> None:
        self.warnings.append(sentence)

    async def changes(self, rig: str) -> NightChanges:
        return NightChanges(rig=rig, since="2026-11-19T12:00:00+00:00", changes=())

    async def night(self, rig: str, day: str | None = None) -> NightReport:
        if day is not None and day not in {"2026-11-30", "now"}:
            msg = f"{day!r} is no day; write for example 2026-11-30"
            raise InvalidValueError(msg)
        night = night_on(date(2026, 11, 30), UTC)
        return make_night_report(night, self.facts, self.views[rig], night.ended, newest=True)

    def keep_alerts(self, alerts: tuple[OpenAlert, ...]) -> None:
        self.kept_alerts.append(alerts)

    def offset_plot(self, rig: str) -> str | None:
        return offsets_svg(self.views[rig].offsets, {}) or self.why_svg(rig, None)

    async def request_swap(self, rig: str, name: str, client: Client) -> str:
        self.asked.append(("swap", rig, name, client.name))
        return f"{name} is in the light"

    async def report_plate_solve(self, rig: str, focal_length_mm: float, client: Client) -> None:
        self.asked.append(("solved", rig, focal_length_mm))

    async def proposal(self, rig: str) -> ProfileProposal:
        return ProfileProposal(in_force="Fake", proposed=None, sentence=None, profiles=())

    async def foresee_profile(self, rig: str, toml: str) -> ProfileEffect:
        profile = parse_profile(toml, "profile")
        filters = (
            FilterEffect(
                filter_position=1,
                name_before="Red",
                name_after="Red",
                steps_before=12,
                steps_after=15,
                state_before="modelled",
                state_after="given",
            ),
        )
        changes = (StatedChange(key="filters.red.focus_offset_steps", before=None, after="15"),)
        return ProfileEffect(
            rig=rig, profile=profile.name, changes=changes, filters=filters, other_light_path=False
        )

    async def confirm_profile(self, rig: str, client: Client) -> int:
        self.asked.append(("confirm", rig))
        return 0

    async def request_adopt(self, rig: str, client: Client) -> str:
        self.asked.append(("adopt", rig, client.name))
        self._check(connected=True, name=rig)
        return f"adopted by {client.name}"

    async def request_trim(self, rig: str, trim_steps: int, client: Client) -> None:
        self.asked.append(("trim", rig, trim_steps))
        view = self.views[rig]
        arrived = replace(view.explain, trim_steps=trim_steps)
        if view.summary.not_stored is None:
            self.views[rig] = replace(view, explain=arrived)

    async def request_hold(self, rig: str, client: Client, *, hold: bool) -> None:
        self.asked.append(("hold", rig, hold))
        line = DiaryEvent(rig=rig, at="", weight=Severity.INFO, result=None, sentence="hold")
        self.say(line)

    async def request_release(self, rig: str, device: str, client: Client) -> str:
        self.asked.append(("release", rig, device))
        return f"{device} released by {client.name}"

    async def request_answer(
        self, rig: str, key: str, value: str | float | Mapping[str, int] | None, client: Client
    ) -> None:
        self.asked.append(("answer", rig, key, value))
        if key not in {"focuser.direction", "train.owned"}:
            msg = f"{key}: nothing is asked under this key"
            raise InvalidValueError(msg)

    async def find_spacers(self, request: TrainRequest) -> TrainAnswers:
        return await CatalogRequests(CATALOG).find_spacers(request)

    async def draw_train(self, rig: str) -> str:
        return f"<svg><!-- {rig} at 1:1 --></svg>"

    async def offer_names(self, field: str, words: str) -> OfferedNames:
        return await CatalogRequests(CATALOG).offer_names(field, words)

    def catalog_page(self, *, words: str, kind: str | None, offset: int, limit: int) -> CatalogPage:
        return page(CATALOG, words=words, kind=kind, offset=offset, limit=limit)

    def catalog_entry(self, kind: str, entry_id: str) -> CatalogEntry | None:
        return catalog_entry(CATALOG, kind, entry_id)

    async def request_take_back(self, rig: str, key: str, client: Client) -> CorrectedRun:
        said = f"run {key} was taken back by {client.name}"
        return CorrectedRun(key=key, said=said, accepted=False)

    async def request_restate(
        self, rig: str, key: str, restated: RunCorrection, client: Client
    ) -> CorrectedRun:
        return CorrectedRun(key=key, said=f"{restated}, said {client.name}", accepted=True)

    async def request_runs(
        self, rig: str, runs: Sequence[AutofocusRun], client: Client
    ) -> RunImport:
        self.asked.append(("runs", rig, tuple(runs)))
        return RunImport(accepted=len(runs), refused={}, known=0)

    async def runs(self, rig: str) -> RunList:
        return RunList(runs=())

    def watch_report(self, rig: str) -> WatchReport:
        return WatchReport(rig=rig, directories=())

    def why(self, rig: str, name: str | None) -> FitReport:
        return FitReport(rig=rig, fit=None)

    async def request_audit(
        self, rig: str, frames: Sequence[LightFrame], client: Client
    ) -> FrameAudit:
        return FrameAudit(
            said=f"{len(frames)} frames", frames=len(frames), left_out=0, compared=(), found=()
        )

    def agenda(self, rig: str) -> Agenda:
        return Agenda(rig=rig, reference=None)

    def why_svg(self, rig: str, name: str | None) -> str | None:
        return "<svg xmlns='http://www.w3.org/2000/svg'/>"

    async def request_recompute(self, rig: str, client: Client) -> None:
        self.asked.append(("recompute", rig, client.name))
        view = self.views[rig]
        self.views[rig] = replace(
            view, offsets=replace(view.offsets, published_zeros_because="recomputed")
        )

    async def diary(self) -> AsyncIterator[DiaryEvent]:
        queue: asyncio.Queue[DiaryEvent] = asyncio.Queue()
        self.listeners.append(queue)
        self.touch()
        try:
            while True:
                yield await queue.get()
        finally:
            self.listeners.remove(queue)

    def say(self, line: DiaryEvent) -> None:
        self.written.insert(0, line)
        for queue in self.listeners:
            queue.put_nowait(line)

    def _begin(self, rig: str) -> None:
        if self.motion_s is not None:
            asyncio.get_running_loop().call_later(self.motion_s, self.finish, rig)

    def _check(self, *, connected: bool, name: str) -> None:
        if not connected:
            msg = f"{name}: not connected"
            raise DeviceUnavailableError(msg)
        if self.gate is not None:
            refused = RefusedError(self.gate)
            refused.opens_by_itself = self.gate_opens_by_itself
            raise refused
