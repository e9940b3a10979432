"""What software cannot see, asked once, and only if it changes a result. Pure.

Whether a question changes a result is tried out: every gap is filled with a value that could be,
and a question stands if the result without its value is another one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from rigd.catalog.catalog import Catalog
from rigd.catalog.train_parts import CatalogLookup
from rigd.equipment.answers import fill_gap, stated_value
from rigd.equipment.fingerprint import filter_fingerprints
from rigd.equipment.profile import EquipmentProfile
from rigd.errors import TrainError
from rigd.focus.state.rig import Rig
from rigd.focus.state.settings import FilterSlot, LearntOffset
from rigd.learning.fit_record import StoredFit
from rigd.learning.learnt_offsets import choose_offsets
from rigd.learning.sureness import find_largest_error
from rigd.optics.glass import index_interval, plate_shift_um
from rigd.setup.device_gaps import match_gaps, role_gaps
from rigd.setup.device_matches import DeviceMatch
from rigd.setup.gap import Gap
from rigd.setup.offset_gaps import (
    JOINTLY,
    Asking,
    beam_gaps,
    filter_gaps,
    focuser_gaps,
    reference_gaps,
)
from rigd.setup.rig_train import train_question
from rigd.setup.slot_offsets import slots_of
from rigd.setup.train_gaps import camera_gaps, guider_gaps, owned_gaps
from rigd.train.question import OpticKind, TrainQuestion, all_plates, tolerance_of
from rigd.view.questions import Affected, RigQuestion


def questions_of(
    profile: EquipmentProfile,
    rig: Rig,
    matches: Sequence[DeviceMatch],
    catalog: Catalog,
    *,
    how: Asking = JOINTLY,
    fit: StoredFit | None = None,
) -> tuple[RigQuestion, ...]:
    """Every open question whose answer changes a result, in the order in which they are best asked.

    One that is understood only with the answer to another waits for it.

    Args:
        profile: the profile with what was answered already.
        rig: the live devices.
        matches: what they are in the catalog.
        catalog: the catalog.
        how: whether one question may stand for two. Asked one by one, those come too that wait
            for another: their answers are taken whenever they are given.
        fit: what runs have taught of this light path; None: nothing.
    """
    lookup = CatalogLookup(catalog)
    gaps = [
        *role_gaps(profile, rig),
        *match_gaps(matches, lookup),
        *camera_gaps(profile, lookup),
        *guider_gaps(profile, lookup),
        *owned_gaps(profile, lookup),
        *reference_gaps(profile),
        *focuser_gaps(profile, lookup, rig, matches, catalog, how=how),
        *beam_gaps(profile, lookup),
        *filter_gaps(profile, lookup, how),
    ]
    gaps = [gap for gap in gaps if _is_open(profile, gap.question.key)]
    taught = _taught_by(fit, profile)
    with_all = _results(_sampled(profile, gaps), rig, lookup, taught)
    found: list[tuple[int, RigQuestion]] = []
    for gap in gaps:
        without = _results(
            _sampled(profile, [g for g in gaps if g is not gap]), rig, lookup, taught
        )
        both = zip(with_all.slots, without.slots, strict=True)
        offsets = sum(_is_another(*pair) for pair in both)
        changes = [Affected.OFFSETS] if offsets else []
        if not _is_same_train(with_all.spacers, without.spacers):
            changes.append(Affected.SPACERS)
        if gap.question.key.endswith(".id"):
            changes.append(Affected.MATCH)
        if gap.question.key.endswith(".address"):
            changes = [Affected.DEVICE]
        if changes:
            question = replace(gap.question, adds=_added(with_all, without))
            found.append((offsets, _because(question, changes)))
    asked = {question.key for _, question in found}
    later = {gap.question.key for gap in gaps if gap.after in asked and how.jointly}
    return _in_order_of_effect([one for one in found if one[1].key not in later])


def _in_order_of_effect(found: Sequence[tuple[int, RigQuestion]]) -> tuple[RigQuestion, ...]:
    """Return first what settles devices and the train, then by how many offsets it changes."""
    first = [one for _, one in found if set(one.changes) - {Affected.OFFSETS, Affected.SPACERS}]
    rest = [(offsets, one) for offsets, one in found if one not in first]
    train = [one for offsets, one in rest if not offsets]
    offsets = [one for _, one in sorted(rest, key=lambda pair: -pair[0]) if one not in train]
    return (*first, *train, *offsets)


def _is_another(one: FilterSlot, other: FilterSlot) -> bool:
    """Whether two offsets of a slot differ by more than an offset may be unsure."""
    if one.focus_offset_steps is None or other.focus_offset_steps is None:
        return one.focus_offset_steps is not other.focus_offset_steps
    near = find_largest_error(None, one.focus_zone_steps) or 0.0
    return abs(one.focus_offset_steps - other.focus_offset_steps) > near


def _is_open(profile: EquipmentProfile, key: str) -> bool:
    try:
        return stated_value(profile, key) is None
    except KeyError:
        return False


def _sampled(profile: EquipmentProfile, gaps: Iterable[Gap]) -> EquipmentProfile:
    for gap in gaps:
        profile = fill_gap(profile, gap.question.key, gap.sample)
    return profile


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taught:
    """What runs say of the offsets."""

    offsets: Mapping[str, LearntOffset] = field(default_factory=dict)
    scatter_steps: float | None = None


def _taught_by(fit: StoredFit | None, profile: EquipmentProfile) -> _Taught:
    """What a fit says of the filters as they are: one that is tried out is the same, described."""
    if fit is None:
        return _Taught()
    offsets = fit.learnt(filter_fingerprints(profile))
    return _Taught(offsets=offsets, scatter_steps=fit.run_scatter_steps)


@dataclass(frozen=True, slots=True)
class _Results:
    """Everything that an answer may change, as far as it can be compared."""

    slots: tuple[FilterSlot, ...]
    spacers: TrainQuestion | None


def _added(with_it: _Results, without: _Results) -> tuple[str, ...]:
    """Names of the filters that have an offset with an answer, and none without."""
    pairs = zip(with_it.slots, without.slots, strict=True)
    return tuple(
        one.name
        for one, other in pairs
        if one.focus_offset_steps is not None and other.focus_offset_steps is None
    )


def _results(
    profile: EquipmentProfile, rig: Rig, lookup: CatalogLookup, taught: _Taught
) -> _Results:
    slots = choose_offsets(
        slots_of(profile, lookup, rig),
        taught.offsets,
        reference=profile.reference_filter,
        apply_from="modelled",
        run_scatter_steps=taught.scatter_steps,
    )
    return _Results(slots, _train_question(profile, lookup))


def _train_question(profile: EquipmentProfile, lookup: CatalogLookup) -> TrainQuestion | None:
    """What the spacer search would be asked; None if it cannot be, or demands no distance."""
    try:
        question = train_question(profile, lookup)
    except TrainError:
        return None
    optic = question.optic
    demands = optic.back_focus_um is not None or optic.adjustable_um is not None
    return question if demands and optic.kind is not OpticKind.PETZVAL else None


def _is_same_train(one: TrainQuestion | None, other: TrainQuestion | None) -> bool:
    """Whether two questions to the spacer search have one answer, to half of its tolerance.

    They may differ by the glass of filters, as long as all that it may be shifts the focus by less.
    """
    if one is None or other is None or one == other:
        return one is other or one == other
    if _without_glass(one) != _without_glass(other):
        return False
    unknown = index_interval(None)
    thickest_mm = max((plate.thickness_mm for plate in all_plates(one)), default=0.0)
    range_um = plate_shift_um(thickest_mm, unknown.high) - plate_shift_um(thickest_mm, unknown.low)
    return range_um <= tolerance_of(one)[0]


def _without_glass(question: TrainQuestion) -> TrainQuestion:
    wheels = tuple(
        replace(wheel, slots=tuple(replace(plate, glass=None, index=None) for plate in wheel.slots))
        for wheel in question.wheels
    )
    return replace(question, wheels=wheels)


def _because(question: RigQuestion, changes: Sequence[Affected]) -> RigQuestion:
    words = {
        Affected.OFFSETS: "the focus offsets in steps",
        Affected.SPACERS: "the spacer stacks",
        Affected.DEVICE: "which device is this rig's",
        Affected.MATCH: "which entry of the catalog the device is",
    }
    rest = [words[what] for what in changes if what is not Affected.OFFSETS or not question.adds]
    said = [f"it changes {' and '.join(rest)}"] if rest else []
    if Affected.OFFSETS in changes and question.adds:
        names = ", ".join(question.adds)
        said.insert(
            0, f"it adds the focus offset{'s' if len(question.adds) > 1 else ''} of {names}"
        )
    return replace(question, changes=tuple(changes), why="; ".join(said))
