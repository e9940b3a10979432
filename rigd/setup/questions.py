"""What software cannot see, asked once, and only if it changes a result. Pure.

Whether a question changes a result is tried out: every gap is filled with a value that could be,
and a question stands if the result without its value is another one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from rigd.catalog.catalog import Catalog
from rigd.catalog.train_parts import CatalogLookup
from rigd.equipment.answers import fill_gap, stated_value
from rigd.equipment.profile import EquipmentProfile
from rigd.errors import TrainError
from rigd.focus.state.rig import Rig
from rigd.setup.device_gaps import match_gaps, role_gaps
from rigd.setup.device_matches import DeviceMatch
from rigd.setup.gap import Gap
from rigd.setup.offset_gaps import filter_gaps, focuser_gaps, reference_gaps
from rigd.setup.rig_train import train_question
from rigd.setup.slot_offsets import slots_of
from rigd.setup.train_gaps import camera_gaps, guider_gaps, owned_gaps
from rigd.train.question import OpticKind, TrainQuestion
from rigd.view.questions import Affected, RigQuestion


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
        *role_gaps(profile, rig),
        *match_gaps(matches, lookup),
        *camera_gaps(profile, lookup),
        *guider_gaps(profile, lookup),
        *owned_gaps(profile, lookup),
        *reference_gaps(profile),
        *filter_gaps(profile),
        *focuser_gaps(profile, rig, matches, catalog),
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


def _is_open(profile: EquipmentProfile, key: str) -> bool:
    try:
        return stated_value(profile, key) is None
    except KeyError:
        return False


def _sampled(profile: EquipmentProfile, gaps: Iterable[Gap]) -> EquipmentProfile:
    for gap in gaps:
        profile = fill_gap(profile, gap.question.key, gap.sample)
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
    except TrainError:
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
    return replace(
        question,
        changes=tuple(changes),
        why=f"it changes {' and '.join(words[what] for what in changes)}",
    )
