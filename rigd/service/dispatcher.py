"""Takes every event to its rig, and sees to what follows from it outside the core."""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import partial
from time import monotonic

from rigd.devices.events import DeviceGone, DeviceSeen, Event
from rigd.equipment.answers import GivenAnswer, Value, with_answer
from rigd.equipment.device_roles import open_roles
from rigd.equipment.fingerprint import has_contradiction
from rigd.errors import StoreError
from rigd.focus.device_addresses import is_announcement, is_concerned
from rigd.focus.state.effects import (
    AutofocusEnded,
    DiaryLine,
    Severity,
    Step,
)
from rigd.focus.state.requests import (
    AnyEvent,
    Remembered,
    Request,
    SlotsComputed,
    TrainJudged,
    Woke,
)
from rigd.focus.state.rig import Rig
from rigd.focus.step_meaning import changed_step_meaning, step_meaning_of
from rigd.learning.fit_record import (
    FIT_UNDER_WAY,
    StoredFit,
    describe_changes,
    describe_losses,
    new_warnings,
)
from rigd.learning.observed_run import observed_run
from rigd.service.clock_jump import Jump, flag_runs
from rigd.service.diary_stream import DiaryStream
from rigd.service.errands import Errands
from rigd.service.learning import Learning
from rigd.service.refusal import raise_refusal
from rigd.service.running_rig import (
    RunningRig,
    contradicting_wheels_of,
    contradictions_of,
    new_answer,
    slots_with_learnt,
)
from rigd.service.shared_focusers import SharedFocusers
from rigd.service.sleep_watch import SleepWatch
from rigd.service.tally import new_early_frames
from rigd.setup.answer_check import shown
from rigd.setup.derive import dropped_lines, has_new_inputs
from rigd.setup.focal_length_check import mismatch
from rigd.setup.wheel_labels import describe_contradiction
from rigd.store.answers import keep_answers
from rigd.store.archive import Archive
from rigd.store.client_habits import Habit, remember_habit, remember_samples
from rigd.store.database import Store
from rigd.store.device_history import describe_driver_update, device_facts, note_facts
from rigd.store.early_frames import keep_early_frames
from rigd.store.fits import move_to_light_path
from rigd.store.known_devices import keep_devices
from rigd.store.light_paths import keep_step_meaning

log = logging.getLogger(__name__)

TICK_S = 0.5
"""How often time passes for a rig."""


class Dispatcher:
    """One for all rigs; every change of a rig passes through here."""

    def __init__(
        self,
        archive: Archive,
        learning: Learning,
        diary: DiaryStream,
        errands: Errands,
        rigs: Mapping[str, RunningRig],
    ) -> None:
        """`errands` takes writes to the store that nobody waits for."""
        self._archive = archive
        self._learning = learning
        self._diary = diary
        self._errands = errands
        self._rigs = rigs
        self.sharing = SharedFocusers(rigs, self.feed)
        self.addresses: Mapping[str, str] = {}
        """Of the servers, as the configuration has them."""
        self.sleep_watch = SleepWatch(TICK_S)
        self.change = asyncio.Event()
        """Set at the next change of any view; another event then replaces it."""

    def notice_sleep(self) -> None:
        """Tell every rig that rigd did not run for a while, before it hears anything else.

        What devices said meanwhile may come before the next tick does.
        """
        if not self.sleep_watch.begun:
            return
        slept_s = self.sleep_watch.look()
        if slept_s:
            log.warning("rigd did not run for %.0f s; it reads now what devices said", slept_s)
            for running in self._rigs.values():
                self.feed(running, Woke(at_s=monotonic(), slept_s=slept_s))

    def ask(self, running: RunningRig, request: Request) -> Step:
        """Take a client's request to its rig.

        Raises:
            InvalidValueError, RefusedError, DeviceUnavailableError: the core's refusal.
        """
        step = self.feed(running, request)
        raise_refusal(step)
        return step

    async def ask_and_store(self, running: RunningRig, request: Request) -> Step:
        """The same, and wait until what follows is stored: what a client is told survives a crash.

        Raises:
            InvalidValueError, RefusedError, DeviceUnavailableError: the core's refusal.
        """
        step = self.ask(running, request)
        await running.applier.wait_until_stored()
        return step

    def report(self, running: RunningRig, event: Event) -> None:
        """Take a driver's event to a rig, and derive again what its devices change."""
        before, concerned = running.rig, is_concerned(running.rig, event)
        labels = running.labels
        if concerned or isinstance(event, DeviceSeen | DeviceGone):
            self.feed(running, event)
        profile = running.derived.profile
        # Another rig's device changes nothing here, unless it may fill a role that is open.
        if (concerned or open_roles(profile)) and has_new_inputs(before, running.rig, profile):
            # The devices of a server come one after the other: derived once, before any is used.
            running.ask_for_derivation()
            asyncio.get_running_loop().call_soon(self._derive_if_due, running)
        if running.labels != labels:
            self.judge_train(running)

    def feed(self, running: RunningRig, event: AnyEvent) -> Step:
        """Take any event to a rig; store and publish what comes of it."""
        if not isinstance(event, Woke):
            self.notice_sleep()
        if not is_announcement(running.rig, event):
            self._derive_if_due(running)
        before = running.rig
        # Before anything else that is stored: a move's intent waits for nobody's notes.
        step = running.advance(event)
        if step.rig != before:
            self.wake()
        samples = step.rig.foreign_moves.samples
        if samples != before.foreign_moves.samples and not isinstance(event, Remembered):
            self._note_samples(running)
        if step.rig.known_devices != before.known_devices and not isinstance(event, Remembered):
            self._note_devices(running)
        for client in step.rig.known_appliers[len(before.known_appliers) :]:
            self.note_habit(running, client, Habit.APPLIED_OFFSETS)
        for effect in step.effects:
            if isinstance(effect, DiaryLine):
                self._diary.publish(running.name, effect)
            elif isinstance(effect, AutofocusEnded):
                run = observed_run(effect, datetime.now(UTC), monotonic())
                if run is not None:
                    self._learning.add_observed_run(running.name, run)
        if step.rig.early_frames is not before.early_frames:
            self._note_early_frames(running, before, step.rig)
        if step.rig.settings.mode is not before.settings.mode:
            self.sharing.judge()  # also where rigd stands down: the focuser is another rig's now
        self.sharing.tell(running, event, step)
        return step

    def _note_early_frames(self, running: RunningRig, before: Rig, after: Rig) -> None:
        """Have more frames that began out of focus kept for the report of the night."""
        count, told = new_early_frames(before, after), after.early_frames or before.early_frames
        if count and told is not None:
            name, off = told.name, told.off_steps
            self._errands.put(
                lambda store: keep_early_frames(store, running.name, name, count, off)
            )

    def use_fit(self, running: RunningRig, fit: StoredFit | None) -> None:
        """Use a fit from the next filter change on; None: no fit counts any more."""
        known = running.fit
        if known == fit or (fit is not None and fit.light_path_id != running.derived.light_path_id):
            return  # nothing new, or the light path was changed while it was made
        before = running.take_slots_in_diary() if fit is not None else ()
        running.use_fit(fit)
        self.derive(running)
        if fit is None:
            return  # what comes of it is said once the fit is there that takes its place
        changes = describe_changes(before, running.rig.settings.slots, fit)
        if changes is not None:
            self.tell(running, changes)
        losses = describe_losses(before, running.rig.settings.slots)
        warnings = new_warnings(known, fit)
        for warning in [*losses, *(one for one in warnings if not _is_in(one, losses))]:
            self.tell(running, warning, Severity.WARNING)

    def note_learning(self, running: RunningRig, said: str | None) -> None:
        """Show that a fit is under way, or why a rig's runs gave none; None: neither."""
        running.note_learning(said)
        if said != FIT_UNDER_WAY:
            for loss in describe_losses(running.take_slots_in_diary(), running.rig.settings.slots):
                self.tell(running, loss, Severity.WARNING)
        self.wake()

    def wake(self) -> None:
        """Tell everybody who waits that a view has changed."""
        self.change.set()
        self.change = asyncio.Event()

    def _derive_if_due(self, running: RunningRig) -> None:
        if running.derivation_due:
            self.derive(running)

    def derive(self, running: RunningRig) -> None:
        """Derive offsets, matches and questions again from what is known now; nothing moves."""
        before = running.begin_derivation()
        derived = running.deriver.derive(running.rig, running.given, running.fit)
        over = has_contradiction(before.profile, derived.profile)
        if derived.light_path_id != before.light_path_id:
            running.applier.use_light_path(derived.light_path_id)
            self._start_learning(running, before.light_path_id, derived.light_path_id, over=over)
        slots = slots_with_learnt(derived, running.fit)
        if slots != running.rig.settings.slots or derived.light_path_id != before.light_path_id:
            computed = SlotsComputed(
                at_s=monotonic(),
                slots=slots,
                light_path_id=derived.light_path_id,
                starts_over=over,
            )
            self.feed(running, computed)
        running.use_derived(derived)
        self.judge_train(running)
        self.wake()

    def judge_train(self, running: RunningRig) -> None:
        """Close the gate while something contradicts the profile, and open it afterwards."""
        profile = running.derived.profile
        sentence = (
            mismatch(profile, contradictions_of(running))
            or changed_step_meaning(running.rig, running.step_meaning)
            or describe_contradiction(profile, contradicting_wheels_of(running))
        )
        if sentence != running.rig.mismatch:
            self.feed(running, TrainJudged(at_s=monotonic(), mismatch=sentence))

    def _start_learning(self, running: RunningRig, old: str, new: str, *, over: bool) -> None:
        """Keep the runs for the new light path if steps mean what they did; else begin without."""
        name, step_meaning = running.name, running.step_meaning
        if over:
            running.note_step_meaning(None)
        elif step_meaning is not None:
            self._errands.put(
                lambda store: keep_step_meaning(store, name, new, step_meaning, "rigd")
            )
        if not over:
            running.keep_fit_for(new)
            self._errands.put(lambda store: move_to_light_path(store, name, old, new))
        self._learning.request_fit(name, "what a step means was changed")

    async def announce_devices(self, running: RunningRig) -> None:
        """Write what the devices are, and drop answers about others, once both stand for a turn."""
        derived = running.derived
        for line in running.announce():
            self.tell(running, line)
        self._note_step_meaning(running)
        facts = device_facts(running.rig) | running.announcements.unknown
        if running.settled and not facts.items() <= running.facts.items():
            rig = running.name
            if (warning := describe_driver_update(running.facts, facts)) is not None:
                self.tell(running, warning, Severity.WARNING)
            running.note_facts(dict(running.facts) | facts)
            self._errands.put(lambda store: note_facts(store, rig, facts))
        if not running.settled or derived.given == running.given or running.answering.locked():
            return
        async with running.answering:
            try:
                await self._store_answers(running, derived.given)
            except StoreError as error:
                log.warning("%s: %s", running.name, error)
                running.use_answers(derived.given)
        for line in dropped_lines(derived):
            self.tell(running, line)

    def _note_step_meaning(self, running: RunningRig) -> None:
        """Store what the focuser says of its steps when the light path is first used."""
        step_meaning, path = step_meaning_of(running.rig.focuser), running.derived.light_path_id
        if running.step_meaning is not None or step_meaning is None or not running.settled:
            return
        rig = running.name
        running.note_step_meaning(step_meaning)
        self._errands.put(lambda store: keep_step_meaning(store, rig, path, step_meaning, "rigd"))

    def _note_devices(self, running: RunningRig) -> None:
        """Store for the next start what its devices are."""
        rig, known, addresses = running.name, running.rig.known_devices, self.addresses
        self._errands.put(lambda store: keep_devices(store, rig, known, addresses))

    def _note_samples(self, running: RunningRig) -> None:
        """Store for the next start what others did around the last filter changes."""
        settings, samples = running.rig.settings, running.rig.foreign_moves.samples
        self._errands.put(
            lambda store: remember_samples(store, settings.name, settings.light_path_id, samples)
        )

    async def flag_clock_jump(self, rigs: Iterable[RunningRig], jump: Jump) -> None:
        """Tell that the calendar's clock was set, and flag the runs that have a wrong time."""
        for running in rigs:
            name = running.name
            try:
                flagged = await self._archive.run(partial(_flag_runs, rig=name, jump=jump))
            except StoreError as error:
                log.warning("%s: %s", name, error)
                continue
            runs = f"; {flagged} autofocus runs of that time are not fitted" if flagged else ""
            self.tell(running, f"{jump.sentence}{runs}", Severity.WARNING)
            if flagged:
                self._learning.request_fit(name, "the computer's clock was set")

    def note_habit(self, running: RunningRig, client: str, habit: Habit) -> None:
        """Store for later nights what a client was seen to do."""
        rig = running.name
        self._errands.put(lambda store: remember_habit(store, rig, client, habit))

    def tell(self, running: RunningRig, sentence: str, severity: Severity = Severity.INFO) -> None:
        """Write a line into the diary."""
        line = DiaryLine(sentence=sentence, severity=severity)
        running.applier.put((line,))
        self._diary.publish(running.name, line)

    async def answer(self, running: RunningRig, key: str, value: Value | None, by: str) -> None:
        """Store the owner's answer, or take it back (None); then derive with it."""
        async with running.answering:
            await self._answer(running, key, value, by)

    async def _answer(self, running: RunningRig, key: str, value: Value | None, by: str) -> None:
        before = next((one for one in running.given if one.key == key), None)
        answer = new_answer(running, key, value, by)
        await self._store_answers(running, with_answer(running.given, key, answer))
        was = "unknown" if before is None else shown(before.value)
        now = "unknown" if answer is None else shown(answer.value)
        self.tell(running, f"{key}: {was} is now {now}, said {by}")

    async def _store_answers(self, running: RunningRig, given: tuple[GivenAnswer, ...]) -> None:
        name = running.name
        await self._archive.run(lambda store: keep_answers(store, name, given))
        running.use_answers(given)
        self.derive(running)


def _flag_runs(store: Store, rig: str, jump: Jump) -> int:
    return flag_runs(store, rig, jump)


def _is_in(warning: str, losses: Iterable[str]) -> bool:
    """Whether a warning is what an offset was lost to: then it is said already."""
    return any(warning in loss for loss in losses)
