"""Which source supports which fact of an entry, and the confidence that follows from it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Final

from rigd.catalog.models.camera import Camera
from rigd.catalog.models.driver_names import Family
from rigd.catalog.models.filter import Filter, Substrate
from rigd.catalog.models.filter_wheel import FilterWheel
from rigd.catalog.models.focuser import Focuser
from rigd.catalog.models.open_end import Standard
from rigd.catalog.models.optic import Optic
from rigd.catalog.models.part import Part
from rigd.catalog.models.solution import Solution
from rigd.catalog.models.source import Source, SourceKind
from rigd.catalog.models.sourced import Confidence, Entry

Sources = Mapping[str, Source]
"""Every source of the catalog by its key."""

_NAMES: Final = ("model", "name", "title")
_NOTHING: Final[tuple[object, ...]] = (None, [], "")
_ENDS: Final = ("telescope_end", "telescope_open_end", "camera_end", "camera_open_end")

_ANSWERS: Final[Mapping[type[Entry], tuple[str, ...]]] = {
    Camera: (
        "mount_configurations.flange_distance_mm",
        "mount_configurations.end",
        "mount_configurations.open_end",
    ),
    FilterWheel: ("optical_length_mm", "slots", "carousels.slots", *_ENDS),
    Focuser: ("max_steps", "step_size_um", "optical_length_mm"),
    Optic: ("back_focus", "camera_end", "camera_open_end"),
    Part: ("optical_length_mm", *_ENDS),
    Filter: ("thickness_mm", "thickness_by_size.thickness_mm"),
    Family: ("driver_names", "prefixes"),
    Standard: ("coupling", "diameter_mm", "pitch_mm", "threads_per_inch"),
    Substrate: ("n_d", "glass"),
    Solution: ("steps.length_mm", "total_mm", "stated_total_mm"),
}
"""The fields of each kind that an answer rests on."""

_NO_FACTS: Final = frozenset(
    [
        "id",
        "maker",
        "model",
        "title",
        "role",
        "question",
        "aliases",
        "families",
        "product_line",
        "any_body",
        "complete",
        "kind",
        "sources",
        "derived",
        "assumed",
        "stock",
        "conflicts",
        "notes",
        "note",
        "reason",
        "cost",
        "condition",
        "what",
        "trap",
        "traps",
        "alternatives",
        "expected",
        "generation",
        "thickness_basis",
        "tolerance_basis",
        "max_steps_basis",
        "step_size_basis",
        "stated_total_basis",
        "none_because",
        "unbuildable_because",
        "glass_note",
        "removed_parts",
        "added_parts",
        "part",
        "replaced_by",
        "length_deduced",
        "not_the_same_as",
        "seen_in",
        "as_shipped",
        "sold",
        "optic",
        "accessory",
        "cameras",
        "says",
        "counted_devices",
    ]
)
"""Labels, remarks, and what only leads to other entries."""

_NAMES_OF_FACTS: Final = frozenset({"sensor", "guide_sensor"})
"""Where a `name` is a fact, and no label of ours."""

_DRIVERS_KNOW: Final = frozenset(
    {
        "driver_names",
        "driver_exec",
        "prefixes",
        "known_models",
        "numbered",
        "nicknamed",
        "serials",
        "guide_sensor_names",
        "sensor",
        "guide_sensor",
        "slots",
        "carousels",
        "max_steps",
        "ceiling_steps",
        "steps_per_revolution",
        "rotator_steps_per_revolution",
        "gear_ratio",
        "step_size_um",
        "speed_steps_per_s",
        "backlash",
        "hardware_type",
        "guides_only",
    }
)
"""What a driver's source can know of a device; it never saw a thread."""

_ALONE: Final = frozenset({SourceKind.MAKER, SourceKind.MANUAL, SourceKind.DRIVER})
_CREDIBLE: Final = frozenset({SourceKind.DEALER, SourceKind.OWNER, SourceKind.MEASUREMENT})


def covers(claim: str, field: str) -> bool:
    """Return whether what is said of one field holds for another: itself or one below it.

    `back_focus.back_focus_mm` stands for that of every item, `back_focus.0` for all of the first.
    """
    steps = iter(field.split("."))
    for wanted in claim.split("."):
        for step in steps:
            if step == wanted:
                break
            if not step.isdigit() or wanted.isdigit():
                return False
        else:
            return False
    return True


def is_marked(marks: Mapping[str, str], field: str) -> bool:
    """Return whether one of an entry's marks is about a field."""
    return any(covers(marked, field) for marked in marks)


def may_know(source: Source, field: str) -> bool:
    """Return whether a source has a place for a field at all."""
    steps = field.split(".")
    if source.kind is SourceKind.DRIVER and steps[0] not in (*_DRIVERS_KNOW, *_NAMES):
        return False
    return not any(step in source.lacks for step in steps)


def supporters(entry: Entry, field: str, sources: Sources) -> tuple[str, ...]:
    """Return the keys of the sources that support a field, in the entry's order."""
    return tuple(
        key
        for key, claims in entry.sources.items()
        if key in sources
        if any(covers(claim, field) for claim in claims)
        if may_know(sources[key], field)
    )


def field_confidence(entry: Entry, field: str, sources: Sources) -> Confidence:
    """Return how far one field can be trusted."""
    if is_marked(entry.assumed, field):
        return Confidence.ASSUMED
    if is_marked(entry.derived, field):
        return Confidence.DERIVED
    said = [sources[key] for key in supporters(entry, field, sources)]
    found = joint_confidence(said, maker=getattr(entry, "maker", None))
    if found is not Confidence.UNSOURCED and is_marked(entry.stock, field):
        return Confidence.LOW
    return found


def joint_confidence(sources: Sequence[Source], *, maker: str | None = None) -> Confidence:
    """Return how far a fact can be trusted that all of the sources state.

    What nobody here has opened makes nothing `high`: it is taken on somebody's word.

    Args:
        sources: those that state it.
        maker: whose product it is a fact of; None: of nobody's, as a standard is.
    """
    found = _joint_confidence(sources, maker)
    if found is not Confidence.HIGH:
        return found
    opened = _joint_confidence([one for one in sources if one.read is not None], maker)
    return Confidence.HIGH if opened is Confidence.HIGH else Confidence.MEDIUM


def _joint_confidence(sources: Sequence[Source], maker: str | None) -> Confidence:
    if not sources:
        return Confidence.UNSOURCED
    kinds = {one.kind for one in sources}
    if any(one.kind in _ALONE and _may_speak_for(one, maker) for one in sources):
        return Confidence.HIGH
    agreeing = [
        (one, other)
        for one, other in combinations(sources, 2)
        if SourceKind.GENERATED not in (one.kind, other.kind)
        if _are_independent(one, other)
    ]
    if any(one.kind is not other.kind for one, other in agreeing):
        return Confidence.HIGH
    return Confidence.MEDIUM if agreeing or kinds & (_CREDIBLE | _ALONE) else Confidence.LOW


def _may_speak_for(source: Source, maker: str | None) -> bool:
    """Whether a document is of the maker of the product: another's is no more than a dealer's."""
    if source.kind is SourceKind.DRIVER or maker is None:
        return True
    return _letters(source.origin) == _letters(maker)


def _letters(name: str) -> str:
    return "".join(one for one in name.casefold() if one.isalnum())


def _are_independent(one: Source, other: Source) -> bool:
    return not {one.origin, *one.copies} & {other.origin, *other.copies}


def cited_by(entry: Entry) -> tuple[str, ...]:
    """Return the keys of every source that an entry names, those of its conflicts last."""
    contested = [key for one in entry.conflicts for claim in one.values for key in claim.sources]
    return tuple(dict.fromkeys((*entry.sources, *contested)))


def entry_confidence(entry: Entry, sources: Sources) -> Confidence:
    """Return how far an entry can be trusted: as far as the least of what answers rest on.

    What is assumed does not count: each answer that uses it says so. An entry that no length
    or step is known of is as good as the rest of it, and one that only exists as its name.
    """
    facts = [field for field in facts_of(entry) if not is_marked(entry.assumed, field)]
    answers = _ANSWERS[type(entry)]
    resting = [field for field in facts if any(covers(one, field) for one in answers)]
    seen = [field for field in facts if not is_marked(entry.derived, field)]
    found = [
        field_confidence(entry, field, sources)
        for field in resting or seen or facts or _names(entry)
    ]
    return max(found, key=list(Confidence).index)


def _names(entry: Entry) -> list[str]:
    return [name for name in _NAMES if hasattr(entry, name)]


def facts_of(entry: Entry) -> dict[str, object]:
    """Return every public fact of an entry by its field, in the entry's order.

    Labels, remarks and what only leads to other entries are no facts.
    """
    said = json.loads(entry.model_dump_json(exclude_defaults=True))
    return dict(_facts(said))


def fields_of(entry: Entry) -> tuple[str, ...]:
    """Return every field of an entry that has a value, those included that hold no fact."""
    said = json.loads(entry.model_dump_json(exclude_none=True))
    return tuple(field for field, value in flatten(said) if value not in _NOTHING)


def _facts(said: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    for field, value in flatten(said):
        path = field.split(".")
        named = path[-1] != "name" or path[0] in _NAMES_OF_FACTS
        if named and value not in _NOTHING and not any(step in _NO_FACTS for step in path):
            yield field, value


def flatten(node: object, steps: tuple[str, ...] = ()) -> Iterator[tuple[str, object]]:
    """Yield the values of a tree by their fields; a list of plain values is one of them."""
    match node:
        case dict():
            for name, value in node.items():
                yield from flatten(value, (*steps, name))
        case [dict(), *_]:
            for index, value in enumerate(node):
                yield from flatten(value, (*steps, str(index)))
        case _:
            yield ".".join(steps), node
