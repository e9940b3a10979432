"""Feeds what happens to a rig through the core, and sees to what follows from it."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from time import monotonic

from rigd.devices.events import DeviceGone, DeviceSeen, Event
from rigd.equipment.answers import GivenAnswer, Value, with_answer
from rigd.equipment.device_roles import open_roles
from rigd.equipment.fingerprint import contradicts
from rigd.errors import DeviceUnavailableError, InvalidValueError, RefusedError, StoreError
from rigd.focus.device_addresses import is_concerned
from rigd.focus.stacked_wheels import advance_both
from rigd.focus.state.effects import (
    AutofocusEnded,
    DiaryLine,
    Refusal,
    RememberMode,
    Severity,
    Step,
)
from rigd.focus.state.requests import Inner, Remembered, Request, SlotsComputed, TrainJudged
from rigd.focus.step_meaning import changed_step_meaning, step_meaning_of
from rigd.learning.fit_record import StoredFit, describe_changes, new_warnings
from rigd.learning.observed_run import observed_run
from rigd.service.clock_jump import Jump, flag_runs
from rigd.service.diary_stream import DiaryStream
from rigd.service.learning import Learning
from rigd.service.running_rig import RunningRig, against, new_answer, slots_with_learnt
from rigd.setup.answer_check import shown
from rigd.setup.derive import dropped_lines, has_new_inputs
from rigd.setup.focal_length_check import mismatch
from rigd.store.answers import keep_answers
from rigd.store.archive import Archive
from rigd.store.client_habits import Habit, remember_habit, remember_samples
from rigd.store.database import Store
from rigd.store.device_history import facts_of, note_facts
from rigd.store.fits import move_to_light_path
from rigd.store.light_paths import keep_step_meaning
from rigd.view.status import ModeChoice

log = logging.getLogger(__name__)


class Dispatcher:
    """One for all rigs; every change of a rig passes through here."""

    def __init__(
        self,
        archive: Archive,
        learning: Learning,
        diary: DiaryStream,
        errands: asyncio.Queue[Callable[[Store], None]],
    ) -> None:
        """`errands` are writes that nobody waits for."""
        self._archive = archive
        self._learning = learning
        self._diary = diary
        self._errands = errands
        self.change = asyncio.Event()
        """Set at the next change of any view; then another takes its place."""

    def ask(self, running: RunningRig, request: Request) -> Step:
        """What a client asks of the core.

        Raises:
            InvalidValueError, RefusedError, DeviceUnavailableError: the core's refusal.
        """
        step = self.feed(running, request)
        match step.refusal:
            case Refusal.INVALID:
                raise InvalidValueError(step.sentence)
            case Refusal.GATE:
                raise RefusedError(step.sentence)
            case Refusal.UNAVAILABLE:
                raise DeviceUnavailableError(step.sentence)
            case None:
                return step

    def report(self, running: RunningRig, event: Event) -> None:
        """A driver's event for a rig that it concerns; what follows from its devices is derived."""
        before, concerned = running.rig, is_concerned(running.rig, event)
        if concerned or isinstance(event, DeviceSeen | DeviceGone):
            self.feed(running, event)
        profile = running.derived.profile
        # Another rig's device changes nothing here, unless it may fill a role that is open.
        if (concerned or open_roles(profile)) and has_new_inputs(before, running.rig, profile):
            self.derive(running)

    def feed(self, running: RunningRig, event: Event | Request | Inner) -> Step:
        """An event through the core, its effects to the applier and to whoever listens."""
        before = running.rig
        step, running.wheels = advance_both(before, running.wheels, event)
        if step.rig != before:
            running.rig, running.view = step.rig, None
            running.applier.mode = step.rig.settings.mode
            self.wake()
        # Before anything else that is stored: a move's intent waits for nobody's notes.
        running.applier.put(step.effects)
        samples = step.rig.foreign_moves.samples
        if samples != before.foreign_moves.samples and not isinstance(event, Remembered):
            self._note_samples(running)
        for client in step.rig.known_appliers[len(before.known_appliers) :]:
            self.note_habit(running, client, Habit.APPLIED_OFFSETS)
        for effect in step.effects:
            if isinstance(effect, DiaryLine):
                self._diary.publish(running.rig.settings.name, effect)
            elif isinstance(effect, AutofocusEnded):
                run = observed_run(effect, datetime.now(UTC), monotonic())
                if run is not None:
                    self._learning.add_observed_run(running.rig.settings.name, run)
            if isinstance(effect, RememberMode):
                at = datetime.now(UTC).isoformat(timespec="milliseconds")
                running.chosen = ModeChoice(mode=effect.mode, by=effect.by, at=at)
        return step

    def use_fit(self, running: RunningRig, fit: StoredFit | None) -> None:
        """What runs have taught counts from the next filter change on; None: nothing does."""
        before, known = running.rig.settings.slots, running.fit
        if known == fit or (fit is not None and fit.light_path_id != running.derived.light_path_id):
            return  # nothing new, or the light path was changed while it was made
        running.fit = fit
        self.derive(running)
        if fit is None:
            return
        self.tell(running, describe_changes(before, running.rig.settings.slots, fit))
        for warning in new_warnings(known, fit):
            self.tell(running, warning, Severity.WARNING)

    def wake(self) -> None:
        """Tell everybody who waits that a view has changed."""
        self.change.set()
        self.change = asyncio.Event()

    def derive(self, running: RunningRig) -> None:
        """Offsets, matches and questions again, of what is known now; nothing moves."""
        before = running.derived
        derived = running.deriver.derive(running.rig, running.given)
        over = contradicts(before.profile, derived.profile)
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
        running.derived, running.view = derived, None
        self.judge_train(running)
        self.wake()

    def judge_train(self, running: RunningRig) -> None:
        """Close the gate of a contradiction between profile and light path, or open it."""
        sentence = mismatch(running.derived.profile, against(running))
        sentence = sentence or changed_step_meaning(running.rig, running.step_meaning)
        if sentence != running.rig.mismatch:
            self.feed(running, TrainJudged(at_s=monotonic(), mismatch=sentence))

    def _start_learning(self, running: RunningRig, old: str, new: str, *, over: bool) -> None:
        """Steps that mean what they did keep their runs; others have runs of their own."""
        name, step_meaning = running.rig.settings.name, running.step_meaning
        if over:
            running.step_meaning = None
        elif step_meaning is not None:
            self._errands.put_nowait(
                lambda store: keep_step_meaning(store, name, new, step_meaning, "rigd")
            )
        if not over:
            running.fit = replace(running.fit, light_path_id=new) if running.fit else None
            self._errands.put_nowait(lambda store: move_to_light_path(store, name, old, new))
        self._learning.want(name, "what a step means was changed")

    async def announce_devices(self, running: RunningRig) -> None:
        """Write what devices are, and drop answers about others, once it is so for a whole turn."""
        derived = running.derived
        running.news, lines = running.news.after(derived)
        for line in lines:
            self.tell(running, line)
        self._note_sense(running)
        facts = facts_of(running.rig)
        if running.settled and facts != running.facts:
            rig, running.facts = running.rig.settings.name, facts
            self._errands.put_nowait(lambda store: note_facts(store, rig, facts))
        if not running.settled or derived.given == running.given or running.answering.locked():
            return
        async with running.answering:
            try:
                await self._keep(running, derived.given)
            except StoreError as error:
                log.warning("%s: %s", running.rig.settings.name, error)
                running.given = derived.given
        for line in dropped_lines(derived):
            self.tell(running, line)

    def _note_sense(self, running: RunningRig) -> None:
        """What the focuser says of its steps, as it is when the light path is taken up."""
        step_meaning, path = step_meaning_of(running.rig.focuser), running.derived.light_path_id
        if running.step_meaning is not None or step_meaning is None or not running.settled:
            return
        rig, running.step_meaning = running.rig.settings.name, step_meaning
        self._errands.put_nowait(
            lambda store: keep_step_meaning(store, rig, path, step_meaning, "rigd")
        )

    def _note_samples(self, running: RunningRig) -> None:
        """Keep for the next start what others did around the last filter changes."""
        settings, samples = running.rig.settings, running.rig.foreign_moves.samples
        self._errands.put_nowait(
            lambda store: remember_samples(store, settings.name, settings.light_path_id, samples)
        )

    async def clock_jumped(self, rigs: Iterable[RunningRig], jump: Jump) -> None:
        """The calendar's clock was set: what has a wrong time is said, and not fitted."""
        for running in rigs:
            name = running.rig.settings.name
            try:
                flagged = await self._archive.run(partial(_flag, rig=name, jump=jump))
            except StoreError as error:
                log.warning("%s: %s", name, error)
                continue
            runs = f"; {flagged} autofocus runs of that time are not fitted" if flagged else ""
            self.tell(running, f"{jump.sentence}{runs}", Severity.WARNING)
            if flagged:
                self._learning.want(name, "the computer's clock was set")

    def note_habit(self, running: RunningRig, client: str, habit: Habit) -> None:
        """Keep for later nights what a client was seen to do."""
        rig = running.rig.settings.name
        self._errands.put_nowait(lambda store: remember_habit(store, rig, client, habit))

    def tell(self, running: RunningRig, sentence: str, severity: Severity = Severity.INFO) -> None:
        """A line for the diary."""
        tell = DiaryLine(sentence=sentence, severity=severity)
        running.applier.put((tell,))
        self._diary.publish(running.rig.settings.name, tell)

    async def answer(self, running: RunningRig, key: str, value: Value | None, by: str) -> None:
        """The owner's answer, or None to take it back; stored before it counts."""
        async with running.answering:
            await self._answer(running, key, value, by)

    async def _answer(self, running: RunningRig, key: str, value: Value | None, by: str) -> None:
        before = next((one for one in running.given if one.key == key), None)
        answer = new_answer(running, key, value, by)
        await self._keep(running, with_answer(running.given, key, answer))
        was = "unknown" if before is None else shown(before.value)
        now = "unknown" if answer is None else shown(answer.value)
        self.tell(running, f"{key}: {was} is now {now}, said {by}")

    async def _keep(self, running: RunningRig, given: tuple[GivenAnswer, ...]) -> None:
        name = running.rig.settings.name
        await self._archive.run(lambda store: keep_answers(store, name, given))
        running.given = given
        self.derive(running)


def _flag(store: Store, rig: str, jump: Jump) -> int:
    return flag_runs(store, rig, jump)
