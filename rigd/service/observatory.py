"""All rigs of this daemon: device events go to the rigs, and the API's requests are carried out."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from time import monotonic

from rigd.catalog.catalog import Catalog
from rigd.config import Config
from rigd.devices.driver import Driver
from rigd.devices.events import (
    DeviceGone,
    DeviceSeen,
    DeviceSilent,
    Echo,
    Event,
    OffsetsDeclared,
    ServerDown,
    ServerUp,
)
from rigd.equipment.answers import Value
from rigd.equipment.profile_toml import parse_profile
from rigd.errors import InvalidValueError, RefusedError
from rigd.focus.adoption import describe_adoption
from rigd.focus.hand_request import asks_for_focus, describe_swap
from rigd.focus.mode_switch import readers_warning
from rigd.focus.release import describe_release
from rigd.focus.state.effects import Severity
from rigd.focus.state.requests import (
    AdoptRequested,
    ClientsJudged,
    ConnectRequested,
    FilterRequested,
    HaltRequested,
    HoldRequested,
    ModeRequested,
    MoveRequested,
    ReleaseRequested,
    TrimRequested,
)
from rigd.focus.state.settings import Mode
from rigd.focus.virtual_focuser import shift_ahead
from rigd.service.background_jobs import BackgroundJobs
from rigd.service.catalog_requests import CatalogRequests
from rigd.service.diary_stream import DiaryStream
from rigd.service.dispatcher import Dispatcher
from rigd.service.errands import Errands
from rigd.service.late_news import catch_up, wait_for_news
from rigd.service.learning import Learning
from rigd.service.learning_requests import LearningRequests
from rigd.service.manual_wheel import hand_of, restore_hand_turned, slot_named
from rigd.service.move_reach import refuse_out_of_reach
from rigd.service.night_changes import read_night_changes
from rigd.service.night_requests import NightRequests
from rigd.service.nights import Nights
from rigd.service.open_devices import OpenDevices
from rigd.service.profile_edits import ProfileEditor
from rigd.service.profile_foresight import foresee_profile
from rigd.service.rig_start import RigStarter
from rigd.service.rigs_by_name import RigsByName
from rigd.service.running_profiles import RunningProfiles
from rigd.service.running_rig import RunningRig, learning_rig_of, other_applier
from rigd.setup.derive import SetupDeriver
from rigd.store.archive import Archive
from rigd.store.client_habits import Habit
from rigd.store.diary import read_diary
from rigd.store.restore import recall
from rigd.store.swaps import keep_swap
from rigd.view.diary import DiaryEvent, DiaryHistory, DiaryRow
from rigd.view.night_changes import NightChanges
from rigd.view.profile_effect import ProfileEffect
from rigd.view.proposal import ProfileProposal
from rigd.view.rig import Client

log = logging.getLogger(__name__)


class LiveObservatory(CatalogRequests, NightRequests, RigsByName):
    """The one object behind the Alpaca server, the REST API and the command line."""

    def __init__(self, archive: Archive, drivers: Mapping[str, Driver], catalog: Catalog) -> None:
        self._archive = archive
        super().__init__(catalog)
        self._drivers = drivers
        self._rigs: dict[str, RunningRig] = {}
        self._diary = DiaryStream(archive)
        self._errands = Errands(archive)
        self._open_devices = OpenDevices(self._errands)
        self._learning = Learning(
            archive,
            lambda rig: learning_rig_of(self._running(rig)),
            lambda rig, fit: self._dispatcher.use_fit(self._running(rig), fit),
            lambda rig, sentence: self._dispatcher.tell(self._running(rig), sentence),
            note_learning=lambda rig, said: self._dispatcher.note_learning(
                self._running(rig), said
            ),
        )
        self._dispatcher = Dispatcher(
            archive, self._learning, self._diary, self._errands, self._rigs
        )
        self._starter = RigStarter(
            archive,
            drivers,
            self._learning,
            self._dispatcher.feed,
            self._dispatcher.notice_sleep,
        )
        self.learning_requests = LearningRequests(self._learning, self._dispatcher, self._running)
        """What is asked about runs and what was learnt from them."""
        self._profiles = ProfileEditor(
            archive,
            self._dispatcher,
            self._learning,
            self._rigs,
            catalog=catalog,
            restore_hand_turned=lambda running: restore_hand_turned(archive, drivers, running.rig),
        )
        self._light_path = self._profiles.light_path
        self.profiles = RunningProfiles(self._profiles)
        self._nights = Nights(archive, self._running)
        self._jobs = BackgroundJobs(
            archive, self._rigs, self._dispatcher, self._profiles, self._errands
        )

    async def recall(self) -> None:
        """Read what was left open at the last end; call it before any rig is added."""
        await self._open_devices.recall(self._archive)
        await self._diary.recall()

    async def add(self, deriver: SetupDeriver) -> None:
        """Start a rig with what the store remembers of it; nothing moves."""
        running = await self._starter.start(deriver, self._rigs.values())
        self._rigs[running.name] = running
        settings = running.rig.settings
        addresses = self._dispatcher.addresses
        known = await self._archive.run(lambda store: recall(store, settings, addresses))
        self._dispatcher.feed(running, known)
        if known.begins_to_apply:
            self._close_focuser(running)
            if said := readers_warning(running.readers):
                self._dispatcher.tell(running, said, Severity.WARNING)
        await self._light_path.recall(running)
        self._dispatcher.judge_train(running)
        self._dispatcher.sharing.judge()
        await restore_hand_turned(self._archive, self._drivers, running.rig)

    def set_config(self, config: Config) -> None:
        """Set the configuration that profiles must fit to."""
        self._profiles.config = config
        self._nights.use_config(config.nights)
        self._dispatcher.addresses = {one.name: one.address for one in config.servers}

    async def run(self) -> None:
        """Carry out the rigs' effects, let time pass, do the background jobs; until cancelled."""
        async with asyncio.TaskGroup() as group:
            for running in self._rigs.values():
                group.create_task(running.applier.run())
            group.create_task(self._learning.run())
            group.create_task(self._profiles.run())
            group.create_task(self._jobs.run())

    async def finish(self) -> None:
        """Store what still waits to be stored; the last thing before the daemon ends."""
        for running in self._rigs.values():
            await running.applier.drain()
        await self._jobs.finish()

    def emit(self, event: Event) -> None:
        """Hand a driver's event to every rig that it concerns."""
        match event:
            case ServerDown():
                log.warning("server %s: %s", event.server, event.reason)
            case ServerUp():
                log.info("server %s: connected", event.server)
            case DeviceGone():
                self._profiles.forget_device(event.ref)
            case DeviceSeen():
                self._profiles.note_device_seen()
            case OffsetsDeclared() | DeviceSilent():
                pass
            case _ if not isinstance(event, Echo):
                self._profiles.note_report(event)
        for running in self._rigs.values():
            self._dispatcher.report(running, event)
        if isinstance(event, DeviceSeen | DeviceGone):
            self._dispatcher.sharing.judge()

    async def changed(self) -> None:
        """Return at the first change of any view after this call."""
        await self._dispatcher.change.wait()

    def opened(self) -> Mapping[str, tuple[str, ...]]:
        """The clients that have each virtual device open."""
        return self._open_devices.clients

    def remember_opened(self, unique_id: str, clients: tuple[str, ...]) -> None:
        """Keep for the next start which clients have a virtual device open."""
        self._open_devices.remember(unique_id, clients)

    async def history(self, rig: str, most: int = 50) -> DiaryHistory:
        """The newest diary lines of a rig."""
        name = self._running(rig).name
        rows = await self._archive.run(lambda store: read_diary(store, name, most))
        return DiaryHistory(history=rows)

    def report_indi_clients(self, rig: str, lost: str | None) -> None:
        """Take in how INDI clients were cut off from a rig's devices; None: they have them."""
        self._dispatcher.feed(self._running(rig), ClientsJudged(at_s=monotonic(), lost=lost))

    def note(self, rig: str, sentence: str) -> None:
        """Write a line into the diary."""
        self._dispatcher.tell(self._running(rig), sentence)

    def warn(self, rig: str, sentence: str) -> None:
        """Write a warning into the diary."""
        self._dispatcher.tell(self._running(rig), sentence, Severity.WARNING)

    async def changes(self, rig: str) -> NightChanges:
        """What changed of a rig's devices and profile since last night began."""
        name = self._running(rig).rig.settings.name
        return await read_night_changes(self._archive, name, self._nights.zone)

    async def request_connect(self, rig: str, client: Client) -> None:
        """Ask the hardware behind a virtual device to connect."""
        asked = ConnectRequested(at_s=monotonic(), client=client.name)
        self._dispatcher.ask(self._running(rig), asked)

    async def catch_up(self, rig: str) -> bool:
        """Wait until all is read that was said while rigd did not run; whether it had to."""
        self._dispatcher.notice_sleep()
        return await catch_up(lambda: self._running(rig).rig, self.changed)

    async def request_filter(self, rig: str, filter_position: int, client: Client) -> None:
        """Change the filter in-path.

        What is on its way to rigd already is awaited before it is asked for a gate.
        """
        await self.catch_up(rig)
        await wait_for_news(lambda: self._running(rig).rig, self.changed)
        await self._dispatcher.ask_and_store(
            self._running(rig),
            FilterRequested(at_s=monotonic(), filter_position=filter_position, client=client.name),
        )

    async def request_swap(self, rig: str, name: str, client: Client) -> str:
        """Take a human's word for the filter in the light; say what came of it."""
        running = self._running(rig)
        settings = running.rig.settings
        turned = hand_of(self._drivers, settings.wheel)
        if turned is None:
            msg = (
                f"rig {rig}: no hand turns its filter wheel "
                "(its profile would have to say wheel.manual = true)"
            )
            raise InvalidValueError(msg)
        slot, by = slot_named(settings.slots, name), client.name
        await self._archive.run(lambda store: keep_swap(store, settings.name, slot.key, by))
        before = running.rig
        self._dispatcher.tell(running, f"{slot.name} is in the light, says {by}")
        known = before.filter_position is not None or before.change is not None
        if asks_for_focus(before, slot):
            await self.request_filter(rig, slot.filter_position, client)
        else:
            turned(slot.filter_position, baseline=not known)
        return describe_swap(before, running.rig, slot.name)

    async def report_plate_solve(self, rig: str, focal_length_mm: float, client: Client) -> None:
        """Take the focal length that a plate solve gave."""
        await self._light_path.note_plate_solve(self._running(rig), focal_length_mm, client)

    async def proposal(self, rig: str) -> ProfileProposal:
        """Compare every profile with the connected devices; nothing is switched."""
        found = await self._profiles.proposal(self._running(rig))
        return found.report

    async def foresee_profile(self, rig: str, toml: str) -> ProfileEffect:
        """Work out what a profile that says this would change on a rig."""
        running, after = self._running(rig), parse_profile(toml, "profile")
        config = self._profiles.config_of(running)
        return await foresee_profile(running, config, after, self._catalog, self._learning)

    async def draw_train(self, rig: str) -> str:
        """Draw the best stack of a rig at 1:1, beside the loop."""
        running = self._running(rig)
        return await self.draw_in_turn(running.deriver.draw_train, running.derived)

    async def confirm_profile(self, rig: str, client: Client) -> int:
        """Take a human's word that the profile is right; return how much contradicted it."""
        return await self._light_path.confirm(self._running(rig), client)

    async def request_move(
        self, rig: str, position_steps: int, client: Client, *, may_be_cut: bool = True
    ) -> int:
        """Move the virtual focuser; returns the logical target after clamping."""
        if not may_be_cut:
            refuse_out_of_reach(self._running(rig).rig, position_steps)
        asked = MoveRequested(at_s=monotonic(), position_steps=position_steps, client=client.name)
        after = (await self._dispatcher.ask_and_store(self._running(rig), asked)).rig
        if after.queued is not None:
            return after.queued.base_steps
        if after.move is not None:
            return after.move.goal.target_steps - shift_ahead(after)
        return after.ledger.logical_steps or 0

    async def request_halt(self, rig: str, client: Client) -> None:
        """Stop the motor now."""
        self._dispatcher.ask(
            self._running(rig), HaltRequested(at_s=monotonic(), client=client.name)
        )

    async def request_adopt(self, rig: str, client: Client) -> str:
        """Take a human's word that the filter in the light is in focus now; say what it means."""
        asked = AdoptRequested(at_s=monotonic(), client=client.name)
        return describe_adoption(await self._dispatcher.ask_and_store(self._running(rig), asked))

    async def request_trim(self, rig: str, trim_steps: int, client: Client) -> None:
        """Set the trim; the focuser moves by the difference."""
        asked = TrimRequested(at_s=monotonic(), trim_steps=trim_steps, client=client.name)
        await self._dispatcher.ask_and_store(self._running(rig), asked)

    async def request_hold(self, rig: str, client: Client, *, hold: bool) -> None:
        """Begin or end a hold: rigd moves nothing of its own accord meanwhile."""
        await self._dispatcher.ask_and_store(
            self._running(rig), HoldRequested(at_s=monotonic(), client=client.name, hold=hold)
        )

    async def request_release(self, rig: str, device: str, client: Client) -> str:
        """Give up a device that does not answer; return what came of it."""
        asked = ReleaseRequested(at_s=monotonic(), device=device, client=client.name)
        return describe_release(await self._dispatcher.ask_and_store(self._running(rig), asked))

    async def request_mode(
        self, rig: str, mode: Mode, client: Client, *, confirmed: bool = False
    ) -> None:
        """Switch the mode while running; it stays until a human switches again.

        Confirmed, it closes the focuser for clients that have it open: none of them sees it jump.
        """
        running = self._running(rig)
        before = running.rig.settings.mode
        other = other_applier(self._rigs.values(), running.rig.settings)
        if mode is Mode.APPLY and other is not None:
            msg = f"mode stays {running.rig.settings.mode}: {other}"
            raise RefusedError(msg)
        self._dispatcher.ask(
            running,
            ModeRequested(
                at_s=monotonic(),
                client=client.name,
                mode=mode,
                confirmed=confirmed,
                clients=self._open_devices.focuser_clients(running),
                readers=running.readers,
            ),
        )
        if running.rig.settings.mode is not before:
            self._close_focuser(running)
        await running.applier.wait_until_stored()

    def _close_focuser(self, running: RunningRig) -> None:
        """Close the focuser for its clients, so that none of them sees its position jump."""
        if clients := self._open_devices.close_focuser(running):
            self._dispatcher.tell(running, f"rigd's focuser is closed for {', '.join(clients)}")

    def note_reader(self, rig: str, client: Client) -> None:
        """Note that a client has read FocusOffsets that are not zero: it may have kept them."""
        running = self._running(rig)
        if running.note_reader(client.program):
            self._dispatcher.note_habit(running, client.program, Habit.READ_OFFSETS)

    async def request_answer(self, rig: str, key: str, value: Value | None, client: Client) -> None:
        """Store the owner's answer to a question, or take it back (None); nothing moves."""
        running = self._running(rig)
        if key.endswith(".address"):
            await self._profiles.choose(running, key, value, client)
        else:
            await self._dispatcher.answer(running, key, value, client.name)

    def refit(self, cause: str) -> None:
        """Have the runs of every rig fitted again that has new ones."""
        for name in self._rigs:
            self._learning.request_fit(name, cause)

    async def request_recompute(self, rig: str, client: Client) -> None:
        """Derive offsets, matches and questions again; nothing moves."""
        running = self._running(rig)
        before = running.rig.settings.slots
        self._dispatcher.derive(running)
        changed = "changed" if running.rig.settings.slots != before else "are as before"
        self._dispatcher.tell(
            running, f"{client.name} had the offsets worked out again: they {changed}"
        )

    def diary(self) -> AsyncIterator[DiaryEvent]:
        """Every diary line from now on, as it is written."""
        return self._diary.lines()

    async def newest_lines(self, rig: str, most: int) -> tuple[DiaryEvent | DiaryRow, ...]:
        """The newest diary lines of a rig, also those that are not stored yet."""
        return await self._diary.newest(self._running(rig).name, most)
