"""What offsets need and rigd cannot see: reference, glass, and what a focuser step does. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from rigd.catalog.catalog import Catalog
from rigd.catalog.models.focuser import Focuser
from rigd.catalog.train_parts import CatalogLookup
from rigd.devices.identity import DeviceKind
from rigd.equipment.answers import motion, plate
from rigd.equipment.profile import EquipmentProfile
from rigd.equipment.wheel_slots import filters_of, wheel_slots
from rigd.focus.state.rig import Rig
from rigd.optics.filter_offsets import Direction, Moves, SlotKind
from rigd.optics.glass import GLASSES
from rigd.setup.device_matches import DeviceMatch
from rigd.setup.filter_glass import filter_series, names_of_filters, series_of, slot_filter
from rigd.setup.focus_zones import focal_ratio_of
from rigd.setup.focuser_steps import step_size_um
from rigd.setup.gap import Gap, options_of
from rigd.setup.train_limits import FASTEST_RATIO, SLOWEST_RATIO
from rigd.view.questions import AnswerKind, RigQuestion

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
_MOTIONS = tuple(
    (motion(moves, direction), f"{label}; {counts}")
    for moves, label in _MOVES
    if moves is not Moves.LENS_RING
    for direction, counts in _DIRECTIONS
) + tuple((moves, label) for moves, label in _MOVES if moves is Moves.LENS_RING)
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
_SAMPLE_RATIO = 10.0
"""Slow enough for offsets that are sure enough at all."""


@dataclass(frozen=True, slots=True)
class Asking:
    """How things are asked that one may answer together."""

    jointly: bool
    answered: frozenset[str] = frozenset()
    """Keys that the owner answered already."""


JOINTLY = Asking(jointly=True)


def reference_gaps(profile: EquipmentProfile) -> list[Gap]:
    """The filter that all offsets refer to."""
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
        options=options_of(options),
    )
    return [Gap(question, options[0][0])]


def filter_gaps(
    profile: EquipmentProfile, catalog: CatalogLookup, how: Asking = JOINTLY
) -> list[Gap]:
    """What is in each slot, and its glass; of the filters of one series the first stands for all.

    What the others of a series state or the catalog knows of them is known of it.
    """
    placed = profile.wheel.placed if profile.wheel else ()
    reference = profile.reference_filter
    keys = dict.fromkeys((*placed, *(filters_of(reference) if reference is not None else ())))
    series = filter_series(profile, catalog)
    gaps: list[Gap] = []
    for key in keys:
        part = profile.filters[key]
        if part.kind is SlotKind.UNKNOWN:
            what = RigQuestion(
                key=f"filters.{key}.kind",
                text=f"What is in the slot called {part.name}?",
                kind=AnswerKind.CHOICE,
                options=options_of(_KINDS),
            )
            gaps.append(Gap(what, SlotKind.EMPTY))
        if part.kind is not SlotKind.FILTER:
            continue
        alike = [one for one in series.get(series_of(part, catalog) or "", (key,)) if one in keys]
        if key == alike[0]:
            gaps += _glass_gaps(profile, alike, catalog, how)
    return gaps


def _glass_gaps(
    profile: EquipmentProfile, alike: Sequence[str], catalog: CatalogLookup, how: Asking
) -> list[Gap]:
    """Thickness and glass of filters that share them, as far as the catalog has neither.

    Where both lack they are one question, and who leaves the glass out is not asked for it again.
    """
    known = [slot_filter(profile.filters[key], catalog) for key in alike]
    names, many = names_of_filters(profile, alike), len(alike) > 1
    which = f"filters {names}" if many else f"filter {names}"
    lacks_glass = all(one.glass is None and one.index is None for one in known)
    is_joint = how.jointly and lacks_glass
    glasses = tuple((name, name) for name in GLASSES)
    thickness = RigQuestion(
        key=f"filters.{alike[0]}.thickness_mm",
        text=f"How thick is the glass of {which}, without {'their cells' if many else 'its cell'}"
        + (', and which glass is it ("2 B270"; leave it out if unknown)?' if is_joint else "?"),
        kind=AnswerKind.NUMBER,
        options=options_of(glasses) if is_joint else (),
        unit="mm",
        above=0.0,
        at_most=20.0,
    )
    glass = RigQuestion(
        key=f"filters.{alike[0]}.glass",
        text=f"Which glass {'are' if many else 'is'} {which} made of?",
        kind=AnswerKind.CHOICE,
        options=options_of(glasses),
    )
    if all(one.thickness_mm is None for one in known):
        sample = plate(_SAMPLE_MM, glasses[0][0]) if is_joint else _SAMPLE_MM
        apart = [Gap(glass, glasses[0][0], after=thickness.key)] if lacks_glass else []
        return [Gap(thickness, sample), *([] if is_joint else apart)]
    was_asked = how.jointly and thickness.key in how.answered
    return [Gap(glass, glasses[0][0])] if lacks_glass and not was_asked else []


def beam_gaps(profile: EquipmentProfile, catalog: CatalogLookup) -> list[Gap]:
    """The focal ratio, which says how sure an offset must be to move the focuser by it."""
    known = focal_ratio_of(profile, catalog) is not None
    if profile.focuser is None or profile.wheel is None or known:
        return []
    question = RigQuestion(
        key="optic.focal_ratio",
        text="What is the focal ratio of the optic, with its reducer if it has one?",
        kind=AnswerKind.NUMBER,
        above=FASTEST_RATIO,
        at_most=SLOWEST_RATIO,
    )
    return [Gap(question, _SAMPLE_RATIO)]


def focuser_gaps(
    profile: EquipmentProfile,
    lookup: CatalogLookup,
    rig: Rig,
    matches: Sequence[DeviceMatch],
    catalog: Catalog,
    *,
    how: Asking = JOINTLY,
) -> list[Gap]:
    """What the focuser moves and which way it counts, and then how far a step moves that."""
    focuser = profile.focuser
    if focuser is None:
        return []
    is_joint = how.jointly and focuser.moves is None and focuser.direction is None
    moves = RigQuestion(
        key="focuser.moves",
        text="What does the focuser move" + (", and which way does it count?" if is_joint else "?"),
        kind=AnswerKind.CHOICE,
        options=options_of(_MOTIONS if is_joint else _MOVES),
    )
    direction = RigQuestion(
        key="focuser.direction",
        text="Which way does the focuser count?",
        kind=AnswerKind.CHOICE,
        options=options_of(_DIRECTIONS),
    )
    drawtube = motion(Moves.DRAWTUBE, Direction.OUTWARD) if is_joint else Moves.DRAWTUBE
    gaps = [Gap(moves, drawtube), *([] if is_joint else [Gap(direction, Direction.OUTWARD)])]
    if focuser.moves in _MAGNIFYING:
        magnification = RigQuestion(
            key="focuser.magnification",
            text=f"What is the magnification of {_MAGNIFYING[focuser.moves]}?",
            kind=AnswerKind.NUMBER,
            above=0.0,
            at_most=20.0,
        )
        gaps.append(Gap(magnification, _SAMPLE_MM))
    if step_size_um(profile, lookup, rig) is None:
        step_size = RigQuestion(
            key="focuser.step_size_um",
            text="How far does the focuser move what it moves, for one step?"
            + _catalog_step(matches, catalog),
            kind=AnswerKind.NUMBER,
            unit="µm",
            above=0.0,
            at_most=1000.0,
        )
        gaps.append(Gap(step_size, _SAMPLE_MM, after=moves.key))
    return gaps


def _catalog_step(matches: Sequence[DeviceMatch], catalog: Catalog) -> str:
    entry_id = next((one.entry_id for one in matches if one.kind is DeviceKind.FOCUSER), None)
    entry = catalog.find(Focuser, entry_id) if entry_id is not None else None
    if entry is None or entry.step_size_um is None:
        return ""
    return f" The catalog says {entry.step_size_um:g} µm for {entry}."
