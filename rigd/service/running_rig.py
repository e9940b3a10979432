"""One running rig with all that belongs to it; what changes of it changes here."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from rigd.devices.events import DeviceGone, DeviceSeen, WheelReport
from rigd.devices.identity import DeviceRef
from rigd.equipment.answers import GivenAnswer, Value, subject_of
from rigd.equipment.profile import EquipmentProfile
from rigd.errors import InvalidValueError, RefusedError
from rigd.focus.device_addresses import is_concerned, list_device
from rigd.focus.focuser_sharing import find_other_applier, known_devices
from rigd.focus.obstacles import Obstacle, find_obstacles
from rigd.focus.stacked_wheels import TwoWheels, advance_both
from rigd.focus.state.effects import RememberMode, Step
from rigd.focus.state.requests import AnyEvent
from rigd.focus.state.rig import Rig
from rigd.focus.state.settings import FilterSlot, RigSettings
from rigd.learning.agenda import Agenda, agenda
from rigd.learning.fit_input import LearningRig, filter_key
from rigd.learning.fit_record import StoredFit, describe_fit
from rigd.learning.frame_findings import FrameInspection
from rigd.learning.learnt_offsets import choose_offsets
from rigd.learning.peer_offsets import add_peers
from rigd.service.applier import Applier
from rigd.setup.derive import DerivedSetup, DeviceAnnouncements, SetupDeriver
from rigd.setup.focal_length_check import Evidence, evidence_of, find_contradictions
from rigd.setup.wheel_labels import LabelledWheel, find_contradicting_wheels
from rigd.view.build import ViewInputs, build_view
from rigd.view.fit_report import FitReport, report_filter_fit, report_fit
from rigd.view.offset_plot import offsets_svg, run_points
from rigd.view.rig import RigIdentity, RigView
from rigd.view.status import ModeChoice
from rigd.view.train import RigTrain


@dataclass(slots=True)
class RunningRig:
    """One rig with what belongs to it. Others read its fields; only its methods set them."""

    rig: Rig
    """The core's snapshot: a fold of the events given to `advance`."""
    identity: RigIdentity
    applier: Applier
    deriver: SetupDeriver
    given: tuple[GivenAnswer, ...]
    derived: DerivedSetup
    train: tuple[RigTrain, str | None]
    train_is_of: EquipmentProfile
    """What `train` was worked out of; it follows `derived` in its own time."""
    chosen: ModeChoice | None = None
    """Who chose the mode while running; None if the configuration says it."""
    announcements: DeviceAnnouncements = field(default_factory=DeviceAnnouncements)
    facts: Mapping[str, str] = field(default_factory=dict)
    """What its devices say of themselves, as it was last stored."""
    answering: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while the answers are being stored."""
    fit: StoredFit | None = None
    """What was learnt from its runs."""
    readers: tuple[str, ...] = ()
    """The clients that ever read non-zero FocusOffsets."""
    inspection: FrameInspection | None = None
    """What its light frames said last."""
    solved_mm: float | None = None
    """The focal length that a solved frame of this light path gave."""
    step_meaning: str | None = None
    """What the focuser said of its steps when the light path was taken up or last confirmed."""
    confirmed: tuple[Evidence, ...] = ()
    """What contradicts the profile, and was called right all the same."""
    confirmed_labels: frozenset[str] = frozenset()
    """What its wheels' labels say against the profile, and was overruled."""
    wheels: TwoWheels = field(default_factory=TwoWheels)
    """Its wheels, if they are two behind each other."""
    labels: Mapping[DeviceRef, tuple[str, ...]] = field(default_factory=dict)
    """What wheels call their slots, as they last said it: one that is away has not changed them."""
    taken: str | None = None
    """Why the focuser that its profile leaves open stays so: the one there is is another rig's."""
    obstacles: tuple[Obstacle, ...] = ()
    """What it waits for or refuses; some of it ends with time alone, so each event asks again."""
    slots_in_diary: tuple[FilterSlot, ...] | None = None
    """The slots as they were when no fit counted any more; None once the diary says what came."""
    learning_note: str | None = None
    """That its runs are being fitted, or why they gave no fit when they were last asked."""
    derivation_due: bool = False
    """Whether its devices have said what may change what was derived, and it was not since."""
    watch_problems: tuple[str, ...] = ()
    """What is wrong with the directories that are watched for it."""
    view: RigView | None = None
    """What the outside sees of it, until something changes."""

    @property
    def name(self) -> str:
        """As the configuration has it."""
        return self.rig.settings.name

    @property
    def settled(self) -> bool:
        """Whether nothing was derived anew since its devices were last looked at."""
        return self.announcements.settled and self.announcements.before is self.derived

    def advance(self, event: AnyEvent) -> Step:
        """Take an event through the core; the effects are handed to the applier."""
        before = self.rig
        if isinstance(event, DeviceSeen | DeviceGone) and not is_concerned(before, event):
            # Every rig hears of every other rig's devices: what those may change waits for the
            # tick, and nothing else follows from them.
            self.rig, self.view = list_device(before, event), None
            return Step(self.rig)
        step, self.wheels = advance_both(before, self.wheels, event)
        if isinstance(event, WheelReport) and event.names:
            self.labels = {**self.labels, event.ref: event.names}
        self.applier.tally.note_step(before, step.rig, event.at_s)
        if step.rig != before:
            self.rig, self.view = step.rig, None
            self.applier.use_mode(step.rig.settings.mode)
        obstacles = find_obstacles(self.rig, event.at_s)
        if obstacles != self.obstacles:
            self.obstacles, self.view = obstacles, None
        for effect in step.effects:
            if isinstance(effect, RememberMode):
                at = datetime.now(UTC).isoformat(timespec="milliseconds")
                self.chosen, self.view = ModeChoice(mode=effect.mode, by=effect.by, at=at), None
        self.applier.put(step.effects)
        return step

    def ask_for_derivation(self) -> None:
        """Its devices have said what may change what was derived."""
        self.derivation_due = True

    def begin_derivation(self) -> DerivedSetup:
        """What was derived before; what may have changed it is taken in now."""
        self.derivation_due = False
        return self.derived

    def use_derived(self, derived: DerivedSetup) -> None:
        """Take what was derived anew."""
        self.derived, self.view = derived, None

    def use_answers(self, given: tuple[GivenAnswer, ...]) -> None:
        """Take the answers that are stored now."""
        self.given = given

    def use_profile(
        self,
        deriver: SetupDeriver,
        given: tuple[GivenAnswer, ...],
        derived: DerivedSetup,
        fit: StoredFit | None,
        inspection: FrameInspection | None,
    ) -> None:
        """Take another profile with all that is derived from it and stored for its light path."""
        self.deriver, self.given, self.fit, self.inspection = deriver, given, fit, inspection
        self.applier.use_light_path(derived.light_path_id)
        self.use_derived(derived)

    def use_light_path_history(
        self, solved_mm: float | None, confirmed: tuple[Evidence, ...], step_meaning: str | None
    ) -> None:
        """Take what is stored of the light path in force."""
        self.solved_mm, self.confirmed, self.step_meaning = solved_mm, confirmed, step_meaning

    def use_confirmed_labels(self, confirmed: frozenset[str]) -> None:
        """Take what is stored of labels that were overruled."""
        self.confirmed_labels = confirmed

    def note_plate_solve(self, focal_length_mm: float) -> None:
        """Take the focal length that a plate solve gave."""
        self.solved_mm = focal_length_mm

    def note_taken(self, taken: str | None) -> None:
        """Take why the focuser that could be its own cannot be; None: nothing stands against it."""
        self.taken = taken

    def note_step_meaning(self, step_meaning: str | None) -> None:
        """Take what the focuser says of its steps in this light path; None: not known yet."""
        self.step_meaning = step_meaning

    def use_fit(self, fit: StoredFit | None) -> None:
        """Take what was learnt from its runs; None: nothing counts."""
        if fit is None and self.slots_in_diary is None:
            self.slots_in_diary = self.rig.settings.slots
        self.fit = fit
        self.learning_note = None

    def take_slots_in_diary(self) -> tuple[FilterSlot, ...]:
        """The slots of which the diary spoke last; from now on those of today.

        Those of another wheel or profile compare with nothing of today's.
        """
        told, today = self.slots_in_diary, self.rig.settings.slots
        self.slots_in_diary = None
        if told is None or [one.key for one in told] != [one.key for one in today]:
            return today
        return told

    def note_learning(self, said: str | None) -> None:
        """Take that its runs are being fitted, or why they gave no fit; None: neither."""
        self.learning_note, self.view = said, None

    def keep_fit_for(self, light_path_id: str) -> None:
        """Keep what was learnt for a light path in which steps mean the same."""
        self.fit = replace(self.fit, light_path_id=light_path_id) if self.fit else None

    def use_inspection(self, inspection: FrameInspection) -> None:
        """Take the newest inspection of its light frames."""
        self.inspection = inspection

    def note_watch_problems(self, problems: tuple[str, ...]) -> None:
        """Take what is wrong with the directories that are watched for it."""
        self.watch_problems, self.view = problems, None

    def use_train(self, train: tuple[RigTrain, str | None], profile: EquipmentProfile) -> None:
        """Take the train that was worked out of a profile."""
        self.train, self.train_is_of, self.view = train, profile, None

    def announce(self) -> tuple[str, ...]:
        """Look at the devices again; return diary lines of what is new and no longer changes."""
        self.announcements, lines = self.announcements.after(self.derived)
        return lines

    def note_facts(self, facts: Mapping[str, str]) -> None:
        """Take what its devices say of themselves, as it is stored."""
        self.facts = facts

    def note_reader(self, client: str) -> bool:
        """Note that a client has read non-zero FocusOffsets; whether this is new."""
        if client in self.readers:
            return False
        self.readers = (*self.readers, client)
        return True

    def show(self) -> RigView:
        """What the outside sees of it now."""
        if self.view is None:
            train, drawn = self.train
            inputs = ViewInputs(
                match=self.derived.match,
                train=train,
                train_svg=drawn,
                questions=self.derived.questions.read(),
                sources=self.derived.sources,
                profile=self.derived.summary,
                chosen=self.chosen,
                obstacles=self.obstacles,
                watch_problems=self.watch_problems,
                learning=self._describe_learning(),
            )
            self.view = build_view(self.rig, self.identity, inputs)
        return self.view

    def _describe_learning(self) -> str | None:
        """Say what was learnt from its runs, or why nothing; None: nobody has asked."""
        if self.learning_note is not None:
            return self.learning_note
        if self.fit is None or self.fit.light_path_id != self.derived.light_path_id:
            return None
        return describe_fit(self.fit)


def slots_with_learnt(derived: DerivedSetup, fit: StoredFit | None) -> tuple[FilterSlot, ...]:
    """The slots with what was learnt in this light path."""
    if fit is not None and fit.light_path_id != derived.light_path_id:
        fit = None
    run_scatter_steps = fit.run_scatter_steps if fit is not None else None
    limit_steps = fit.scatter_limit_steps if fit is not None else None
    apply_from = derived.profile.gates.apply_from
    slots = choose_offsets(
        derived.slots,
        fit.learnt(derived.filter_fingerprints) if fit is not None else {},
        reference=derived.profile.reference_filter,
        apply_from=apply_from,
        run_scatter_steps=run_scatter_steps,
        scatter_limit_steps=limit_steps,
    )
    return add_peers(
        slots, derived.differences, apply_from=apply_from, run_scatter_steps=limit_steps
    )


def other_applier(rigs: Iterable[RunningRig], settings: RigSettings) -> str | None:
    """Why a rig with these settings must not apply: another one does so with the same focuser."""
    everyone = tuple(rigs)
    others = (one.rig.settings for one in everyone if one.name != settings.name)
    return find_other_applier(settings, others, known_devices(one.rig for one in everyone))


def learning_rig_of(running: RunningRig) -> LearningRig:
    """What learning must know of a rig."""
    fit_input = running.deriver.fit_input(running.rig, running.derived)
    return LearningRig(
        light_path_id=running.derived.light_path_id,
        fit_input=fit_input,
        filter_fingerprints=running.derived.filter_fingerprints,
    )


def why_of(running: RunningRig, name: str | None) -> FitReport:
    """Prior, data and posterior of a filter's offset; without a name, of the fit.

    Raises:
        InvalidValueError: the rig has no such filter.
    """
    rig = running.rig.settings.name
    if name is None:
        return report_fit(rig, running.fit)
    fit_input = learning_rig_of(running).fit_input
    key = filter_key(fit_input, name)
    frames = (
        running.inspection.of(key, running.derived.light_path_id) if running.inspection else None
    )
    return report_filter_fit(
        rig,
        key,
        fit_input,
        running.fit,
        running.rig.settings.slots,
        modelled=running.derived.slots,
        frames=frames,
    )


def agenda_of(running: RunningRig) -> Agenda:
    """Which filters to focus next."""
    result = running.fit.result if running.fit else None
    fit_input = learning_rig_of(running).fit_input
    return agenda(running.rig.settings.name, fit_input, result, datetime.now(UTC))


def picture_of(running: RunningRig, name: str | None) -> str | None:
    """The picture of the newest fit; None if there is none."""
    key = "" if name is None else filter_key(learning_rig_of(running).fit_input, name)
    return running.fit.pictures.get(key) if running.fit else None


def plot_offsets(running: RunningRig) -> str | None:
    """The offsets with the runs behind them, as SVG; None where nothing is known of any."""
    names = {slot.key: slot.name for slot in running.rig.settings.slots}
    runs = run_points(running.fit.result, names) if running.fit else {}
    return offsets_svg(running.show().offsets, runs)


def contradictions_of(running: RunningRig) -> tuple[Evidence, ...]:
    """What contradicts the profile in force and was not confirmed."""
    said = evidence_of(running.rig, running.solved_mm)
    return find_contradictions(running.derived.profile, said, running.confirmed)


def contradicting_wheels_of(running: RunningRig) -> tuple[LabelledWheel, ...]:
    """The wheels whose labels contradict the profile in force and were not overruled."""
    settings = running.rig.settings
    stack = tuple(part.ref for part in settings.stack)
    wheels = stack or (() if settings.wheel is None else (settings.wheel,))
    return find_contradicting_wheels(
        running.derived.profile, running.labels, wheels, running.confirmed_labels
    )


def new_answer(
    running: RunningRig, key: str, value: Value | None, by: str, *, judged: bool = False
) -> GivenAnswer | None:
    """The owner's answer, checked unless it is already; None takes back the one there is.

    Raises:
        RefusedError: something moves.
        InvalidValueError: it is no answer, or there is none to take back.
    """
    if running.rig.move is not None or running.rig.change is not None:
        msg = f"{key}: the focuser or the wheel is moving; answer when both stand"
        raise RefusedError(msg)
    if value is not None:
        return GivenAnswer(
            key=key,
            value=value
            if judged
            else running.deriver.judge(running.rig, running.given, key, value),
            at=datetime.now(UTC).isoformat(timespec="milliseconds"),
            by=by,
            belongs_to=subject_of(key, running.derived.belongings),
        )
    if all(one.key != key for one in running.given):
        keys = ", ".join(one.key for one in running.given) or "none"
        msg = f"{key}: nothing was answered under this key (answered: {keys})"
        raise InvalidValueError(msg)
    return None
