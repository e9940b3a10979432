"""What software cannot see, asked once, and only if it changes a result. Pure.

Whether a question changes a result is tried out: every gap is filled with a value that could be,
and a question stands if the result without its value is another one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pydantic import ValidationError

from rigd.catalog.catalog import Catalog
from rigd.catalog.models.focuser import Focuser
from rigd.catalog.train_parts import CatalogLookup
from rigd.devices.identity import DeviceKind
from rigd.equipment.answers import Value, filled, stated
from rigd.equipment.device_roles import KINDS, candidates, open_roles
from rigd.equipment.profile import EquipmentProfile
from rigd.equipment.profile_tables import NO_GUIDER
from rigd.equipment.wheel_slots import filters_of, wheel_slots
from rigd.errors import TrainError
from rigd.focus.state.rig import Rig
from rigd.optics.filter_offsets import Direction, Moves, SlotKind
from rigd.optics.glass import GLASSES
from rigd.setup.device_matches import KIND_WORDS, DeviceMatch
from rigd.setup.rig_train import train_question
from rigd.setup.slot_offsets import slots_of
from rigd.train.question import OpticKind, TrainQuestion
from rigd.units import mm_from_um


class AnswerKind(StrEnum):
    """What an answer looks like."""

    CHOICE = "choice"
    NUMBER = "number"
    PARTS = "parts"
    """Catalog ids with counts: `id=2, id=1`, or `none`."""


class Affected(StrEnum):
    """A result that an answer changes."""

    OFFSETS = "offsets"
    """Focus offsets in steps."""
    SPACERS = "spacers"
    DEVICE = "device"
    """Which device rigd reads or moves."""
    MATCH = "match"
    """Which entry of the catalog a device is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RigQuestion:
    """A question to the owner."""

    key: str
    """The place in the profile where the answer could stand as well."""
    text: str
    kind: AnswerKind
    options: tuple[tuple[str, str], ...] = ()
    """Value and label of each choice."""
    unit: str | None = None
    above: float | None = None
    at_most: float | None = None
    changes: tuple[Affected, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class _Gap:
    question: RigQuestion
    sample: Value
    """A value that could be."""


_MOVES = (
    (Moves.DRAWTUBE, "the drawtube or the camera alone"),
    (Moves.RIDING_REDUCER, "the camera together with a reducer or extender"),
    (Moves.PRIMARY, "the primary mirror"),
    (Moves.SECONDARY, "the secondary mirror"),
    (Moves.LENS_RING, "the focus ring of a camera lens"),
)
_DIRECTIONS = (
    (Direction.OUTWARD, "a higher count focuses farther behind the optic: a drawtube moves out"),
    (Direction.INWARD, "a higher count focuses nearer to the optic: a drawtube moves in"),
)
_KINDS = (
    (SlotKind.FILTER, "a filter"),
    (SlotKind.EMPTY, "nothing: no glass"),
    (SlotKind.OPAQUE, "something opaque, for dark frames"),
)
_MAGNIFYING = {
    Moves.RIDING_REDUCER: "the reducer that rides on the drawtube (0.8 for a 0.8x reducer)",
    Moves.PRIMARY: "the secondary mirror (5 for f/2 to f/10)",
    Moves.SECONDARY: "the secondary mirror (3 for f/3 to f/9)",
}
_SAMPLE_MM = 2.0


def questions_of(
    profile: EquipmentProfile, rig: Rig, matches: Sequence[DeviceMatch], catalog: Catalog
) -> tuple[RigQuestion, ...]:
    """Every open question whose answer changes a result, in the order in which they are best asked.

    Args:
        profile: the profile with what was answered already.
        rig: the live devices.
        matches: what they are in the catalog.
        catalog: the catalog.
    """
    lookup = CatalogLookup(catalog)
    gaps = [
        *_role_gaps(profile, rig),
        *_match_gaps(matches, lookup),
        *_camera_gaps(profile, lookup),
        *_guider_gaps(profile, lookup),
        *_owned_gaps(profile, lookup),
        *_reference_gaps(profile),
        *_filter_gaps(profile),
        *_focuser_gaps(profile, rig, matches, catalog),
    ]
    gaps = [gap for gap in gaps if _is_open(profile, gap.question.key)]
    with_all = _results(_sampled(profile, gaps), rig, lookup)
    found: list[RigQuestion] = []
    for gap in gaps:
        without = _results(_sampled(profile, [g for g in gaps if g is not gap]), rig, lookup)
        changes = [what for what in with_all if with_all[what] != without[what]]
        if gap.question.key.endswith(".id"):
            changes.append(Affected.MATCH)
        if gap.question.key.endswith(".address"):
            changes = [Affected.DEVICE]
        if changes:
            found.append(_because(gap.question, changes))
    return tuple(found)


def as_json(question: RigQuestion) -> dict[str, object]:
    """The question as HTTP and the command line give it."""
    return {
        "key": question.key,
        "text": question.text,
        "kind": question.kind,
        "options": [{"value": value, "label": label} for value, label in question.options],
        "unit": question.unit,
        "above": question.above,
        "at_most": question.at_most,
        "changes": list(question.changes),
        "why": question.why,
    }


def _is_open(profile: EquipmentProfile, key: str) -> bool:
    try:
        return stated(profile, key) is None
    except KeyError:
        return False


def _sampled(profile: EquipmentProfile, gaps: Iterable[_Gap]) -> EquipmentProfile:
    for gap in gaps:
        profile = filled(profile, gap.question.key, gap.sample)
    return profile


def _results(
    profile: EquipmentProfile, rig: Rig, lookup: CatalogLookup
) -> Mapping[Affected, object]:
    """Everything that an answer may change, as far as it can be compared."""
    slots = slots_of(profile, lookup, rig)
    return {
        Affected.OFFSETS: tuple((slot.key, slot.focus_offset_steps) for slot in slots),
        Affected.SPACERS: _train_question(profile, lookup),
    }


def _train_question(profile: EquipmentProfile, lookup: CatalogLookup) -> TrainQuestion | None:
    """What the spacer search would be asked; None if it cannot be, or demands no distance."""
    try:
        question = train_question(profile, lookup)
    except (TrainError, ValidationError):
        return None
    optic = question.optic
    demands = optic.back_focus_um is not None or optic.adjustable_um is not None
    return question if demands and optic.kind is not OpticKind.PETZVAL else None


def _because(question: RigQuestion, changes: Sequence[Affected]) -> RigQuestion:
    words = {
        Affected.OFFSETS: "the focus offsets in steps",
        Affected.SPACERS: "the spacer stacks",
        Affected.DEVICE: "which device is this rig's",
        Affected.MATCH: "which entry of the catalog the device is",
    }
    return RigQuestion(
        key=question.key,
        text=question.text,
        kind=question.kind,
        options=question.options,
        unit=question.unit,
        above=question.above,
        at_most=question.at_most,
        changes=tuple(changes),
        why=f"it changes {' and '.join(words[what] for what in changes)}",
    )


def _role_gaps(profile: EquipmentProfile, rig: Rig) -> list[_Gap]:
    """Roles that several devices may have."""
    gaps: list[_Gap] = []
    for role in open_roles(profile):
        there = candidates(profile, role, rig.identities)
        if len(there) < 2:
            continue
        question = RigQuestion(
            key=f"{role}.address",
            text=f"Which {KIND_WORDS[KINDS[role]]} is this rig's?",
            kind=AnswerKind.CHOICE,
            options=tuple((str(one.ref), one.name) for one in there),
        )
        gaps.append(_Gap(question, str(there[0].ref)))
    return gaps


def _match_gaps(matches: Sequence[DeviceMatch], lookup: CatalogLookup) -> list[_Gap]:
    """Devices that may be several entries."""
    gaps: list[_Gap] = []
    for one in matches:
        asked = one.found.question if one.found is not None else None
        if one.identity is None or asked is None or not asked.options:
            continue
        sample = asked.options[0][0]
        if one.kind is DeviceKind.CAMERA:
            sample = next((i for i, _ in asked.options if _mounts(i, lookup)), sample)
        question = RigQuestion(
            key=f"{one.role}.id",
            text=f"{KIND_WORDS[one.kind]} {one.identity.name}: {asked.text}",
            kind=AnswerKind.CHOICE,
            options=asked.options,
        )
        gaps.append(_Gap(question, sample))
    return gaps


def _mounts(entry_id: str | None, lookup: CatalogLookup) -> tuple[tuple[str, str], ...]:
    """The ways to open a camera's front, each with its flange distance."""
    camera = lookup.camera(entry_id) if entry_id is not None else None
    if camera is None:
        return ()
    return tuple(
        (mount.id, f"{mm_from_um(mount.flange_distance_um):g} mm to the sensor, {mount.port}")
        for mount in camera.mounts
    )


def _camera_gaps(profile: EquipmentProfile, lookup: CatalogLookup) -> list[_Gap]:
    camera = profile.camera
    if camera is None or camera.flange_distance_mm is not None:
        return []
    options = _mounts(camera.id, lookup)
    if not options:
        return []
    question = RigQuestion(
        key="camera.mount_configuration",
        text="How is the front of the camera opened: tilt plate and rings on or off?",
        kind=AnswerKind.CHOICE,
        options=options,
    )
    return [_Gap(question, options[0][0])]


def _guider_gaps(profile: EquipmentProfile, lookup: CatalogLookup) -> list[_Gap]:
    """Who names the devices of the train has said whether a guider is among them."""
    known = tuple(lookup.guiders())
    if profile.train.devices or not known:
        return []
    question = RigQuestion(
        key="train.oag",
        text="Is there an off-axis guider between telescope and camera?",
        kind=AnswerKind.CHOICE,
        options=((NO_GUIDER, "none"), *known),
    )
    return [_Gap(question, known[0][0])]


def _owned_gaps(profile: EquipmentProfile, lookup: CatalogLookup) -> list[_Gap]:
    sample = next(
        (
            entry_id
            for entry_id, facts in lookup.for_sale()
            if facts.optical_length_um is not None and facts.front and facts.back
        ),
        None,
    )
    if sample is None:
        return []
    question = RigQuestion(
        key="train.owned",
        text="Which spacers and adapters do you own? Catalog ids with counts, as "
        f'"{sample}=1"; "none" if you own none',
        kind=AnswerKind.PARTS,
    )
    return [_Gap(question, {sample: 1})]


def _reference_gaps(profile: EquipmentProfile) -> list[_Gap]:
    options = tuple(
        (slot.key, slot.name)
        for slot in wheel_slots(profile)
        if slot.kind in {SlotKind.FILTER, SlotKind.EMPTY}
    )
    if not options:
        return []
    question = RigQuestion(
        key="reference_filter",
        text="Which filter shall all offsets refer to?",
        kind=AnswerKind.CHOICE,
        options=options,
    )
    return [_Gap(question, options[0][0])]


def _filter_gaps(profile: EquipmentProfile) -> list[_Gap]:
    placed = profile.wheel.placed if profile.wheel else ()
    reference = profile.reference_filter
    keys = dict.fromkeys((*placed, *(filters_of(reference) if reference is not None else ())))
    glasses = tuple((name, name) for name in GLASSES)
    gaps: list[_Gap] = []
    for key in keys:
        part = profile.filters[key]
        if part.kind is SlotKind.UNKNOWN:
            what = RigQuestion(
                key=f"filters.{key}.kind",
                text=f"What is in the slot called {part.name}?",
                kind=AnswerKind.CHOICE,
                options=tuple((value.value, label) for value, label in _KINDS),
            )
            gaps.append(_Gap(what, SlotKind.EMPTY))
        if part.kind is not SlotKind.FILTER:
            continue
        thickness = RigQuestion(
            key=f"filters.{key}.thickness_mm",
            text=f"How thick is the glass of filter {part.name}, without its cell?",
            kind=AnswerKind.NUMBER,
            unit="mm",
            above=0.0,
            at_most=20.0,
        )
        glass = RigQuestion(
            key=f"filters.{key}.glass",
            text=f"Which glass is filter {part.name} made of?",
            kind=AnswerKind.CHOICE,
            options=glasses,
        )
        gaps += [_Gap(thickness, _SAMPLE_MM), _Gap(glass, glasses[0][0])]
    return gaps


def _focuser_gaps(
    profile: EquipmentProfile, rig: Rig, matches: Sequence[DeviceMatch], catalog: Catalog
) -> list[_Gap]:
    focuser = profile.focuser
    if focuser is None:
        return []
    moves = RigQuestion(
        key="focuser.moves",
        text="What does the focuser move?",
        kind=AnswerKind.CHOICE,
        options=tuple((value.value, label) for value, label in _MOVES),
    )
    direction = RigQuestion(
        key="focuser.direction",
        text="Which way does the focuser count?",
        kind=AnswerKind.CHOICE,
        options=tuple((value.value, label) for value, label in _DIRECTIONS),
    )
    gaps = [_Gap(moves, Moves.DRAWTUBE), _Gap(direction, Direction.OUTWARD)]
    if focuser.moves in _MAGNIFYING:
        magnification = RigQuestion(
            key="focuser.magnification",
            text=f"What is the magnification of {_MAGNIFYING[focuser.moves]}?",
            kind=AnswerKind.NUMBER,
            above=0.0,
            at_most=20.0,
        )
        gaps.append(_Gap(magnification, _SAMPLE_MM))
    if rig.focuser is None or rig.focuser.step_size_um is None:
        step_size = RigQuestion(
            key="focuser.step_size_um",
            text="How far does the focuser move what it moves, for one step?"
            + _catalog_step(matches, catalog),
            kind=AnswerKind.NUMBER,
            unit="µm",
            above=0.0,
            at_most=1000.0,
        )
        gaps.append(_Gap(step_size, _SAMPLE_MM))
    return gaps


def _catalog_step(matches: Sequence[DeviceMatch], catalog: Catalog) -> str:
    entry_id = next((one.entry_id for one in matches if one.kind is DeviceKind.FOCUSER), None)
    entry = catalog.find(Focuser, entry_id) if entry_id is not None else None
    if entry is None or entry.step_size_um is None:
        return ""
    return f" The catalog says {entry.step_size_um:g} µm for {entry}."
