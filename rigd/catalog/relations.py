"""Checks what entries refer to: every relation leads to an entry, every name to one thing."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from rigd.catalog.models.camera import Camera
from rigd.catalog.models.driver_names import Device, Family, normalise
from rigd.catalog.models.filter import Filter
from rigd.catalog.models.filter_wheel import FilterWheel
from rigd.catalog.models.open_end import OpenEnd, Standard
from rigd.catalog.models.optic import Optic
from rigd.catalog.models.part import Part
from rigd.catalog.models.solution import Solution
from rigd.catalog.models.sourced import Entry
from rigd.catalog.provenance import cited_by
from rigd.files.near_words import did_you_mean
from rigd.train.connection import End

Entries = Mapping[str, Mapping[str, Entry]]
"""Entries by kind and id."""
DEVICES = ("part", "filterwheel")
"""The kinds that a device of a train may be of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A relation that leads nowhere, or a name that means two things."""

    kind: str
    entry_id: str
    field: str
    says: str
    other: tuple[str, str] | None = None
    """Kind and id of the entry that it collides with."""

    def __str__(self) -> str:
        return f"{self.kind} {self.entry_id}: {self.field}: {self.says}"


def faults_of(
    kind: str, entry: Entry, entries: Entries, sources: Collection[str]
) -> Iterator[Fault]:
    """Yield the broken relations of one entry among all entries."""
    for field, target_kind, target in _relations(entry):
        kinds = DEVICES if target_kind == "device" else (target_kind,)
        if not any(target in entries.get(one, {}) for one in kinds):
            yield Fault(
                kind=kind,
                entry_id=entry.id,
                field=field,
                says=f"there is no {target_kind} with the id {target!r}",
            )
    for field, key in _cited(entry):
        if key not in sources:
            says = f"no file describes the source {key!r} under [sources]"
            yield Fault(kind=kind, entry_id=entry.id, field=field, says=says)
    standards = {
        standard.name: standard
        for standard in entries.get("standard", {}).values()
        if isinstance(standard, Standard)
    }
    for field, end in _ends(entry):
        standard = standards.get(end.standard)
        if standard is None:
            says = _no_standard(end.standard, standards)
        elif standard.coupling is not end.coupling:
            says = f"{end.standard} is a {standard.coupling}, not a {end.coupling}"
        else:
            continue
        yield Fault(kind=kind, entry_id=entry.id, field=field, says=says)
    for field, open_end in _open_ends(entry):
        names = (*open_end.options, *([open_end.standard] if open_end.standard else ()))
        for name in names:
            if name not in standards:
                yield Fault(
                    kind=kind,
                    entry_id=entry.id,
                    field=field,
                    says=_no_standard(name, standards),
                )


def _no_standard(name: str, standards: Collection[str]) -> str:
    """Say that no standard has a name, and which one may be meant: M48 has no pitch yet."""
    pitched = [repr(one) for one in standards if one.casefold().startswith(f"{name.casefold()}x")]
    near = f"; is it {' or '.join(pitched)}?" if pitched else did_you_mean(name, standards)
    return f"there is no standard named {name!r}{near}"


def name_faults(entries: Entries) -> Iterator[Fault]:
    """Yield names that two devices or families of one kind claim."""
    for kind in ("camera", "filterwheel", "focuser"):
        owners: dict[str, tuple[str, str]] = {}
        named: list[tuple[str, Device | Family]] = [
            ("family", family)
            for family in entries.get("family", {}).values()
            if isinstance(family, Family) and family.kind == kind
        ]
        named += [
            (kind, device)
            for device in entries.get(kind, {}).values()
            if isinstance(device, Device)
        ]
        for own_kind, thing in named:
            names = [*thing.driver_names.all()]
            if isinstance(thing, Camera):
                names = [name for name in names if name not in thing.guide_sensor_names]
            for key in {normalise(name): name for name in names}:
                owner = owners.setdefault(key, (own_kind, thing.id))
                if owner != (own_kind, thing.id):
                    yield Fault(
                        kind=own_kind,
                        entry_id=thing.id,
                        field="driver_names",
                        says=f"the name {key!r} belongs to {' '.join(owner)} already",
                        other=owner,
                    )


def _cited(entry: Entry) -> Iterator[tuple[str, str]]:
    """Field and key of every source that an entry cites."""
    for key in cited_by(entry):
        yield "sources" if key in entry.sources else "conflicts", key


def _relations(entry: Entry) -> Iterator[tuple[str, str, str]]:
    """Field, kind and id of everything that an entry refers to."""
    match entry:
        case Camera():
            yield from _relations_of_camera(entry)
        case FilterWheel():
            yield from (("included_parts", "part", part) for part in entry.included_parts)
        case Part():
            yield from (("included_parts", "part", part) for part in entry.included_parts)
            yield from (("guide_camera_parts", "part", part) for part in entry.guide_camera_parts)
            yield from (("nests_in", "part", part) for part in entry.nests_in)
            yield from (("replaced_by", "part", part) for part in entry.replaced_by)
            yield from (("lengths_with", "part", both.part) for both in entry.lengths_with)
            yield from (
                row
                for made in entry.completes
                for row in (
                    ("completes.optic", "optic", made.optic),
                    *(("completes.cameras", "camera", id) for id in made.cameras),
                )
            )
        case Filter():
            if entry.substrate:
                yield "substrate", "substrate", entry.substrate
        case _:
            pass
    own = str(type(entry).__name__).casefold()
    yield from (
        ("conflicts", own, claim.of)
        for conflict in entry.conflicts
        for claim in conflict.values
        if claim.of is not None
    )
    if isinstance(entry, Device):
        yield from (("families", "family", family) for family in entry.families)


def _relations_of_camera(entry: Camera) -> Iterator[tuple[str, str, str]]:
    if entry.box:
        yield from (("box.parts", "part", part) for part in entry.box.parts)
        yield from (("box.fitted", "part", part) for part in entry.box.fitted)
    for one in entry.mount_configurations:
        for part in (*one.removed_parts, *one.added_parts):
            yield f"mount_configurations.{one.name}", "part", part
        for device in one.counted_devices:
            yield f"mount_configurations.{one.name}", "device", device


def _ends(entry: Entry) -> Iterator[tuple[str, End]]:
    if isinstance(entry, Camera):
        for one in entry.mount_configurations:
            if one.end:
                yield f"mount_configurations.{one.name}.end", one.end
    if isinstance(entry, FilterWheel):
        yield from (("other_telescope_ends", end) for end in entry.other_telescope_ends)
        yield from (("other_camera_ends", end) for end in entry.other_camera_ends)
        for generation in entry.other_generations:
            for end in (*generation.telescope_ends, *generation.camera_ends):
                yield f"other_generations.{generation.name}", end
    if isinstance(entry, FilterWheel | Part) and entry.telescope_end:
        yield "telescope_end", entry.telescope_end
    if isinstance(entry, FilterWheel | Part | Optic) and entry.camera_end:
        yield "camera_end", entry.camera_end


def _open_ends(entry: Entry) -> Iterator[tuple[str, OpenEnd]]:
    if isinstance(entry, Camera):
        for one in entry.mount_configurations:
            if one.open_end:
                yield f"mount_configurations.{one.name}.open_end", one.open_end
    if isinstance(entry, FilterWheel | Part) and entry.telescope_open_end:
        yield "telescope_open_end", entry.telescope_open_end
    if isinstance(entry, FilterWheel | Part | Optic) and entry.camera_open_end:
        yield "camera_open_end", entry.camera_open_end


def step_faults(entries: Entries) -> Iterator[Fault]:
    """Yield steps of solutions that name no part, wheel, camera or optic."""
    for solution in entries.get("solution", {}).values():
        if not isinstance(solution, Solution):
            continue
        for step in solution.steps:
            kinds = ("part", "filterwheel", "camera", "optic")
            if step.part and not any(step.part in entries.get(kind, {}) for kind in kinds):
                yield Fault(
                    kind="solution",
                    entry_id=solution.id,
                    field="steps",
                    says=f"there is no part, wheel, camera or optic with the id {step.part!r}",
                )
