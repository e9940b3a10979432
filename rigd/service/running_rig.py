"""One rig with all that belongs to it, as the observatory keeps it."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from rigd.devices.identity import DeviceRef
from rigd.equipment.answers import GivenAnswer, Value, subject_of
from rigd.equipment.profile import EquipmentProfile
from rigd.errors import InvalidValueError, RefusedError
from rigd.focus.stacked_wheels import TwoWheels
from rigd.focus.state.rig import Rig
from rigd.focus.state.settings import FilterSlot, Mode, RigSettings
from rigd.learning.fit_input import LearningRig, filter_key
from rigd.learning.fit_record import StoredFit
from rigd.learning.frame_inspection import FrameInspection
from rigd.learning.learnt_offsets import with_learnt
from rigd.learning.run_plan import Agenda, agenda
from rigd.service.applier import Applier
from rigd.setup.derive import DerivedSetup, DeviceAnnouncements, SetupDeriver
from rigd.setup.focal_length_check import Evidence, contradicting, evidence_of
from rigd.setup.settings import NOT_CHOSEN
from rigd.view.build import ViewInputs, build_view
from rigd.view.fit_report import FitReport, report_filter_fit, report_fit
from rigd.view.rig import RigIdentity, RigView
from rigd.view.status import ModeChoice
from rigd.view.train import RigTrain


@dataclass(slots=True)
class RunningRig:
    """One rig with what belongs to it."""

    rig: Rig
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
    news: DeviceAnnouncements = field(default_factory=DeviceAnnouncements)
    facts: dict[str, str] = field(default_factory=dict)
    """What its devices say of themselves, as it was last stored."""
    answering: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while the answers are being stored."""
    fit: StoredFit | None = None
    """What its runs have taught."""
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
    wheels: TwoWheels = field(default_factory=TwoWheels)
    """Its wheels, if they are two behind each other."""
    view: RigView | None = None
    """The view of `rig`, until something changes."""

    @property
    def settled(self) -> bool:
        """Whether nothing was worked out anew since its devices were last looked at."""
        return self.news.settled and self.news.before is self.derived


def slots_with_learnt(derived: DerivedSetup, fit: StoredFit | None) -> tuple[FilterSlot, ...]:
    """The slots with what runs have taught in this light path."""
    return with_learnt(
        derived.slots,
        fit.learnt(derived.filter_fingerprints)
        if fit is not None and fit.light_path_id == derived.light_path_id
        else {},
        reference=derived.profile.reference_filter,
        apply_from=derived.profile.gates.apply_from,
    )


def other_applier(rigs: Iterable[RunningRig], settings: RigSettings) -> str | None:
    """Why a rig with these settings must not apply: another one does so with the same focuser."""
    for running in rigs:
        theirs = running.rig.settings
        both = _focusers(theirs) & _focusers(settings)
        if both and theirs.name != settings.name and theirs.mode is Mode.APPLY:
            keys = ", ".join(ref.key for ref in both if ref is not None)
            return f"rig {theirs.name} applies to focuser {keys} too; a focuser has one applier"
    return None


def _focusers(settings: RigSettings) -> set[DeviceRef | None]:
    """What it moves."""
    return {settings.focuser, settings.guide_focuser} - {None, NOT_CHOSEN}


def learning_rig_of(running: RunningRig) -> LearningRig:
    """What learning must know of it."""
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
        rig, key, fit_input, running.fit, running.rig.settings.slots, frames=frames
    )


def agenda_of(running: RunningRig) -> Agenda:
    """What to focus next."""
    result = running.fit.result if running.fit else None
    fit_input = learning_rig_of(running).fit_input
    return agenda(running.rig.settings.name, fit_input, result, datetime.now(UTC))


def picture_of(running: RunningRig, name: str | None) -> str | None:
    """The picture of the newest fit; None if there is none."""
    key = "" if name is None else filter_key(learning_rig_of(running).fit_input, name)
    return running.fit.pictures.get(key) if running.fit else None


def against(running: RunningRig) -> tuple[Evidence, ...]:
    """What contradicts the profile in force."""
    said = evidence_of(running.rig, running.solved_mm)
    return contradicting(running.derived.profile, said, running.confirmed)


def view_of(running: RunningRig) -> RigView:
    """What the outside sees of it now."""
    if running.view is None:
        train, drawn = running.train
        answers = ViewInputs(
            match=running.derived.match,
            train=train,
            train_svg=drawn,
            questions=running.derived.questions,
            profile=running.derived.summary,
            chosen=running.chosen,
        )
        running.view = build_view(running.rig, running.identity, answers)
    return running.view


def new_answer(
    running: RunningRig, key: str, value: Value | None, by: str, *, judged: bool = False
) -> GivenAnswer | None:
    """The owner's answer, judged unless it is already; None takes back the one there is.

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
