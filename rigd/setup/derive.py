"""Derives everything that follows from a rig's profile, the answers and the connected devices."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from rigd.catalog.catalog import Catalog
from rigd.catalog.train_parts import CatalogLookup
from rigd.config import RigConfig
from rigd.devices.identity import DeviceIdentity, DeviceKind
from rigd.equipment.answers import (
    AnswerSubject,
    GivenAnswer,
    Value,
    fill_gap,
    fill_gaps,
    keep_valid_answers,
    may_fill,
    parts_of_answer,
    stated_value,
)
from rigd.equipment.device_roles import open_roles
from rigd.equipment.fingerprint import filter_fingerprints, light_path
from rigd.equipment.profile import EquipmentProfile
from rigd.errors import InvalidValueError
from rigd.focus.state.rig import Rig
from rigd.focus.state.settings import FilterSlot, RigSettings
from rigd.focus.step_meaning import step_meaning_of
from rigd.learning.fit_input import FitInput
from rigd.learning.fit_record import StoredFit
from rigd.learning.peer_offsets import Differences
from rigd.setup.answer_check import check_answer, shown
from rigd.setup.device_matches import (
    UNKNOWN,
    DeviceMatch,
    describe_matches,
    match_sentence,
    recognise_devices,
    with_stated_entries,
)
from rigd.setup.fit_priors import fit_input_of
from rigd.setup.offset_gaps import JOINTLY, Asking
from rigd.setup.profile_summary import summarise_profile
from rigd.setup.questions import questions_of
from rigd.setup.rig_train import draw_rig_train, train_of
from rigd.setup.settings import settings_of
from rigd.setup.slot_offsets import model_differences, slots_of
from rigd.view.device_matches import DeviceMatches
from rigd.view.equipment import EquipmentSummary
from rigd.view.offsets import OffsetSources
from rigd.view.questions import RigAnswer, RigQuestion, RigQuestions
from rigd.view.train import RigTrain

_ROLES = ("camera", "wheel", "focuser")
_KEPT = ".catalog"


class OpenQuestions:
    """The open questions of one derivation, worked out once they are asked for.

    They take most of its time, and at a start or where a server comes back most derivations are
    followed by the next one before anybody has looked.
    """

    def __init__(self, work_out: Callable[[], RigQuestions]) -> None:
        self._work_out = work_out
        self._found: RigQuestions | None = None

    def read(self) -> RigQuestions:
        """The questions."""
        if self._found is None:
            self._found = self._work_out()
        return self._found


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivedSetup:
    """Everything that was derived, as of one moment."""

    profile: EquipmentProfile
    """The profile with the answers that hold."""
    identified: EquipmentProfile
    """The same with the camera that a certain match gives."""
    slots: tuple[FilterSlot, ...]
    differences: Differences
    """What glass says of the offset of every filter against every other one."""
    light_path_id: str
    filter_fingerprints: Mapping[str, str]
    """The fingerprint of every filter, by key."""
    given: tuple[GivenAnswer, ...]
    """The answers that hold, with what is known of their devices by now."""
    dropped: tuple[GivenAnswer, ...]
    """Answers whose device is another one now."""
    belongings: Mapping[str, AnswerSubject]
    sentences: Mapping[str, str]
    """What each device that is seen is, for the diary, by role."""
    match: DeviceMatches
    questions: OpenQuestions
    sources: OffsetSources
    """What is known of offsets beside what runs teach."""
    summary: EquipmentSummary
    """The equipment profile in short."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceAnnouncements:
    """What the diary has said of the devices.

    A line is written once the result has been unchanged for one tick: a driver defines a device
    piece by piece, and each piece may match another entry.
    """

    told: Mapping[str, str] = field(default_factory=dict)
    before: DerivedSetup | None = None
    settled: bool = False
    """Whether nothing was derived anew since the last look."""

    @property
    def unknown(self) -> dict[str, str]:
        """What was said of devices that the catalog does not know, as it is kept over nights."""
        return {f"{role}{_KEPT}": line for role, line in self.told.items() if UNKNOWN in line}

    @classmethod
    def resume(cls, facts: Mapping[str, str]) -> "DeviceAnnouncements":
        """Begin with what was kept: what is unknown to the catalog is said once."""
        kept = {key: line for key, line in facts.items() if key.endswith(_KEPT)}
        return cls(told={key.removesuffix(_KEPT): line for key, line in kept.items()})

    def after(self, derived: DerivedSetup) -> tuple["DeviceAnnouncements", tuple[str, ...]]:
        """The news after another look, and the lines that it has for the diary."""
        settled = self.before is derived
        if not settled:
            return replace(self, before=derived, settled=False), ()
        lines = tuple(
            line for role, line in derived.sentences.items() if self.told.get(role) != line
        )
        told = {**self.told, **derived.sentences}
        return DeviceAnnouncements(told=told, before=derived, settled=True), lines


class SetupDeriver:
    """Derives what follows from one rig's profile, answers and devices; pure."""

    def __init__(self, config: RigConfig, profile: EquipmentProfile, catalog: Catalog) -> None:
        self.name = config.name
        self._config = config
        self.profile = profile
        """As it is stored, without what was answered."""
        self._catalog = catalog
        self._lookup = CatalogLookup(catalog)

    def settings(self, given: tuple[GivenAnswer, ...]) -> RigSettings:
        """The rig's settings with the answers, its slots still without offsets."""
        return settings_of(self._config, fill_gaps(self.profile, given))

    def derive(
        self, rig: Rig, given: tuple[GivenAnswer, ...], fit: StoredFit | None = None
    ) -> DerivedSetup:
        """Everything that depends on profile, answers and devices.

        Args:
            rig: the devices that are seen.
            given: the owner's answers.
            fit: what runs have taught: nothing is asked that they have answered.
        """
        recognised = recognise_devices(rig, self._catalog)
        kept, dropped = self._sort_answers(recognised, given)
        profile = fill_gaps(self.profile, kept)
        matches = with_stated_entries(recognised, profile)
        identified = _fill_identified(profile, matches)
        how = Asking(jointly=True, answered=frozenset(one.key for one in kept))
        path = light_path(profile)
        taught = fit if fit is not None and fit.light_path_id == path else None
        slots = slots_of(profile, self._lookup, rig)
        return DerivedSetup(
            profile=profile,
            identified=identified,
            slots=slots,
            differences=model_differences(profile, self._lookup, rig),
            light_path_id=path,
            filter_fingerprints=filter_fingerprints(profile),
            given=kept,
            dropped=dropped,
            belongings=_belongings(profile, matches),
            sentences={
                one.role: line
                for one in matches
                if (line := match_sentence(one, self._catalog)) is not None
            },
            match=describe_matches(rig, matches),
            summary=summarise_profile(rig, profile, self._lookup),
            questions=OpenQuestions(
                lambda: RigQuestions(
                    rig=self.name,
                    questions=questions_of(
                        identified, rig, matches, self._catalog, how=how, fit=taught
                    ),
                    answers=tuple(self._describe_answer(one) for one in kept),
                )
            ),
            sources=self._sources(profile, rig, slots),
        )

    def _sources(
        self, profile: EquipmentProfile, rig: Rig, slots: Sequence[FilterSlot]
    ) -> OffsetSources:
        """What glass says of every offset, and what is stated, beside each other."""
        nothing = {"focus_offset_steps": None, "imported_offset_steps": None}
        bare = {key: one.model_copy(update=nothing) for key, one in profile.filters.items()}
        unstated = profile.model_copy(update={"filters": bare})
        return OffsetSources(
            modelled={one.key: one for one in slots_of(unstated, self._lookup, rig)},
            stated={
                one.key: one.focus_offset_steps
                for one in slots
                if one.state == "given" and one.focus_offset_steps is not None
            },
            imported={
                key: one.imported_offset_steps
                for key, one in profile.filters.items()
                if one.imported_offset_steps is not None
            },
        )

    def fit_input(self, rig: Rig, derived: DerivedSetup) -> FitInput:
        """What a fit of the rig's autofocus runs must know."""
        return fit_input_of(derived.profile, self._lookup, rig)

    def train_of(self, derived: DerivedSetup) -> tuple[RigTrain, str | None]:
        """The imaging train with its stacks, and the best of them drawn. This takes its time."""
        return train_of(self.name, derived.identified, self._catalog)

    def draw_train(self, derived: DerivedSetup) -> str:
        """The best stack at 1:1 for paper, as SVG. This takes its time.

        Raises:
            TrainError: nothing is known to draw, or it is too large.
        """
        return draw_rig_train(derived.identified, self._catalog)

    def judge(
        self, rig: Rig, given: tuple[GivenAnswer, ...], key: str, value: Value | bool
    ) -> Value:
        """The value of an answer, in the type of its key.

        Raises:
            InvalidValueError: there is no such question, or the value is none of its answers.
        """
        others = tuple(one for one in given if one.key != key)
        recognised = recognise_devices(rig, self._catalog)
        kept, _ = self._sort_answers(recognised, others)
        profile = fill_gaps(self.profile, kept)
        matches = with_stated_entries(recognised, profile)
        filled = _fill_identified(profile, matches)
        for how in (JOINTLY, Asking(jointly=False)):
            asked = questions_of(filled, rig, matches, self._catalog, how=how)
            question = next((one for one in asked if one.key == key), None)
            if question is not None:
                break
        else:
            for one in kept:
                if key != one.key and key in dict(parts_of_answer(one.key, one.value)):
                    msg = f"{key}: your answer to {one.key} says it: answer that anew"
                    raise InvalidValueError(msg)
            raise InvalidValueError(self._why_not_asked(profile, key, asked))
        return check_answer(question, value, self._lookup)

    def _why_not_asked(
        self, profile: EquipmentProfile, key: str, asked: tuple[RigQuestion, ...]
    ) -> str:
        try:
            own = stated_value(profile, key)
        except KeyError:
            own = None
        if own is not None:
            return f"{key}: the profile says {own} itself, and its own words win: change them there"
        keys = ", ".join(one.key for one in asked) or "none"
        return f"{key}: nothing is asked under this key (questions there are: {keys})"

    def _describe_answer(self, answer: GivenAnswer) -> RigAnswer:
        belongs = answer.belongs_to
        return RigAnswer(
            key=answer.key,
            value=answer.value,
            at=answer.at,
            by=answer.by,
            device=belongs.name if belongs else None,
            entry=belongs.entry if belongs else None,
            in_effect=may_fill(self.profile, answer.key, answer.value),
        )

    def _sort_answers(
        self, recognised: Sequence[DeviceMatch], given: tuple[GivenAnswer, ...]
    ) -> tuple[tuple[GivenAnswer, ...], tuple[GivenAnswer, ...]]:
        """Answers that hold, and those whose device changed: which entry it is comes first."""
        names = tuple(one for one in given if one.key.endswith(".id"))
        rest = tuple(one for one in given if not one.key.endswith(".id"))
        bare = _belongings(self.profile, with_stated_entries(recognised, self.profile))
        names, gone = keep_valid_answers(names, bare)
        profile = fill_gaps(self.profile, names)
        now = _belongings(profile, with_stated_entries(recognised, profile))
        kept, dropped = keep_valid_answers(rest, now)
        order = {one.key: number for number, one in enumerate(given)}
        return (
            tuple(sorted((*names, *kept), key=lambda one: order[one.key])),
            (*gone, *dropped),
        )


def has_new_inputs(before: Rig, after: Rig, profile: EquipmentProfile) -> bool:
    """Whether a derivation of the rig after an event may differ from the one before it."""
    if before.identities is not after.identities:
        is_open = bool(open_roles(profile))
        if _select_devices(before, is_open=is_open) != _select_devices(after, is_open=is_open):
            return True
    return _select_inputs(before) != _select_inputs(after)


def _select_devices(rig: Rig, *, is_open: bool) -> tuple[DeviceIdentity, ...]:
    """The rig's own devices; all there are if one of them may fill an open role."""
    mine = rig.settings.devices
    return tuple(one for one in rig.identities if is_open or one.ref in mine)


def _select_inputs(rig: Rig) -> tuple[object, ...]:
    return (
        (step_meaning_of(rig.focuser), rig.max_steps) if rig.focuser else None,
        rig.wheel.names if rig.wheel else None,
        rig.wheel.slots if rig.wheel else None,
        (rig.mount.focal_length_mm, rig.mount.aperture_mm) if rig.mount else None,
    )


def dropped_lines(derived: DerivedSetup) -> tuple[str, ...]:
    """What the diary says of answers whose device is another one now."""
    return tuple(
        f"{gone.key}: the answer {shown(gone.value)} is dropped: it was about "
        f"{_device_of_answer(gone)}, and that is another one now"
        for gone in derived.dropped
    )


def _device_of_answer(answer: GivenAnswer) -> str:
    belongs = answer.belongs_to
    if belongs is None:
        return "your parts"
    entry = f" ({belongs.entry})" if belongs.entry else ""
    return f"{belongs.role} {belongs.name or ''}".strip() + entry


def _fill_identified(
    profile: EquipmentProfile, matches: tuple[DeviceMatch, ...]
) -> EquipmentProfile:
    """The profile with the camera and the wheel of certain matches, if it names none itself."""
    camera = profile.camera
    for one in matches:
        named = camera is not None and camera.flange_distance_mm is None
        counts = one.kind is DeviceKind.FILTERWHEEL or (one.kind is DeviceKind.CAMERA and named)
        if one.entry_id is not None and counts:
            profile = fill_gap(profile, f"{one.role}.id", one.entry_id)
    return profile


def _belongings(
    profile: EquipmentProfile, matches: tuple[DeviceMatch, ...]
) -> dict[str, AnswerSubject]:
    """Every role with what is in it now."""
    roles = [role for role in _ROLES if getattr(profile, role) is not None]
    roles += [f"wheel.stack.{number}" for number, _ in enumerate(profile.stacked, 1)]
    now = {role: AnswerSubject(role=role) for role in roles}
    for one in matches:
        now[one.role] = AnswerSubject(
            role=one.role,
            name=one.identity.name if one.identity else None,
            entry=one.entry_id,
            candidates=one.found.candidates if one.found else (),
        )
    for key, part in profile.filters.items():
        role = f"filters.{key}"
        now[role] = AnswerSubject(role=role, name=part.name, entry=part.id)
    return now
