"""How much of a list of names the catalog has, and how much of it answers a train."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rigd.catalog.catalog import Catalog
from rigd.catalog.disputed_front import disputed_claims
from rigd.catalog.entry_files import ENTRY_MODELS
from rigd.catalog.finding import find_entry
from rigd.catalog.models.camera import Camera, MountConfiguration
from rigd.catalog.models.filter_wheel import FilterWheel
from rigd.catalog.models.open_end import OpenEnd
from rigd.catalog.models.optic import Optic
from rigd.catalog.models.sourced import Entry
from rigd.catalog.provenance import covers, facts_of, is_marked
from rigd.errors import CatalogError

_RESTS_ON: Final[Mapping[type[Entry], tuple[str, ...]]] = {
    Camera: ("mount_configurations",),
    FilterWheel: ("optical_length_mm", "inside_camera", "telescope_end", "camera_end"),
    Optic: ("back_focus", "requires_back_focus", "camera_end"),
}
"""What a train asks of each kind; an assumption there is told with the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """A name of a list, and the entries of the catalog that may be meant."""

    kind: str
    name: str
    entries: tuple[str, ...]
    """Their ids; empty: the catalog has no such thing."""
    has_length: bool | None
    """Whether one has the length that a train adds up; None: a train needs none of this kind."""
    has_ends: bool
    """Whether one of those has ends too, or at least their threads."""
    is_assumed: bool
    """Whether all of those rest on what nobody states."""
    is_disputed: bool
    """Whether all of those are stated in several ways: a train is answered for each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How much of a list is there, of one kind."""

    kind: str
    names: int
    known: int
    """That the catalog has."""
    with_length: int | None
    """That have a length; None: a train needs none of this kind."""
    with_ends: int
    assumed: int
    disputed: int
    """Of those with a length: of several that sources state, none is chosen."""

    def __str__(self) -> str:
        said = f"{self.kind}: {self.known} of {self.names} are in the catalog"
        if self.with_length is None:
            return said
        return (
            f"{said}, {self.with_length} with the length that a train needs ({self.assumed} of "
            f"them with an assumption, {self.disputed} with several among which no source "
            f"decides), {self.with_ends} of those with threads or bayonets"
        )


def coverage(catalog: Catalog, names: Mapping[str, Sequence[str]]) -> tuple[Covered, ...]:
    """Return what the catalog has of each name, by kind."""
    return tuple(_covered(catalog, kind, name) for kind, own in names.items() for name in own)


def counts(rows: Sequence[Covered]) -> tuple[Count, ...]:
    """Return how much is there, by kind in the order of the list."""
    return tuple(
        _count(kind, [row for row in rows if row.kind == kind])
        for kind in dict.fromkeys(row.kind for row in rows)
    )


def read_names(text: str, *, where: str) -> dict[str, tuple[str, ...]]:
    """Return the names of a list, by the kind of entry.

    Raises:
        CatalogError: it is no such list.
    """
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        msg = f"{where}: not valid TOML: {error}"
        raise CatalogError(msg) from error
    for kind, names in found.items():
        if kind not in ENTRY_MODELS:
            msg = f"{where}: {kind}: no such kind; one of {', '.join(ENTRY_MODELS)}"
            raise CatalogError(msg)
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            msg = f"{where}: {kind}: expected a list of names"
            raise CatalogError(msg)
    return {kind: tuple(names) for kind, names in found.items()}


def _covered(catalog: Catalog, kind: str, name: str) -> Covered:
    found = find_entry(catalog, kind, name)
    entries = (found.entry,) if found.entry is not None else found.alike
    needed = ENTRY_MODELS[kind] in _RESTS_ON
    measured = [entry for entry in entries if needed and _has_length(entry)]
    return Covered(
        kind=kind,
        name=name,
        entries=tuple(entry.id for entry in entries),
        has_length=bool(measured) if needed else None,
        has_ends=any(map(_has_ends, measured)),
        is_assumed=bool(measured) and all(map(_rests_on_assumptions, measured)),
        is_disputed=bool(measured) and all(map(_is_disputed, measured)),
    )


def _count(kind: str, rows: Sequence[Covered]) -> Count:
    measured = [row for row in rows if row.has_length]
    return Count(
        kind=kind,
        names=len(rows),
        known=sum(bool(row.entries) for row in rows),
        with_length=None if rows[0].has_length is None else len(measured),
        with_ends=sum(row.has_ends for row in measured),
        assumed=sum(row.is_assumed for row in measured),
        disputed=sum(row.is_disputed for row in measured),
    )


def _has_length(entry: Entry) -> bool:
    match entry:
        case Camera():
            return any(map(_is_measured, entry.mount_configurations)) or _is_disputed(entry)
        case FilterWheel():
            return entry.optical_length_mm is not None or entry.inside_camera
        case Optic():
            return bool(entry.back_focus) or _demands_no_distance(entry)
        case _:
            return False


def _has_ends(entry: Entry) -> bool:
    match entry:
        case Camera():
            return any(
                (_is_measured(one) or _is_disputed(entry)) and _is_known(one.end, one.open_end)
                for one in entry.mount_configurations
            )
        case FilterWheel():
            front = _is_known(entry.telescope_end, entry.telescope_open_end)
            return entry.inside_camera or (
                front and _is_known(entry.camera_end, entry.camera_open_end)
            )
        case Optic():
            behind = _is_known(entry.camera_end, entry.camera_open_end)
            return behind or any(one.end is not None for one in entry.back_focus)
        case _:
            return False


def _is_measured(front: MountConfiguration) -> bool:
    return front.flange_distance_mm is not None


def _is_disputed(entry: Entry) -> bool:
    """Whether several depths are stated and none is used: a train answers for each."""
    return isinstance(entry, Camera) and bool(disputed_claims(entry))


def _demands_no_distance(optic: Optic) -> bool:
    """Whether any distance will do, or the maker's own adapter sets it."""
    return optic.requires_back_focus is False or optic.distance_set_by is not None


def _is_known(end: object, open_end: OpenEnd | None) -> bool:
    """Whether an end can be joined: wholly known, or by its standard alone."""
    return end is not None or (
        open_end is not None and (open_end.standard is not None or bool(open_end.options))
    )


def _rests_on_assumptions(entry: Entry) -> bool:
    needed = _RESTS_ON[type(entry)]
    return any(
        is_marked(entry.assumed, field) and any(covers(one, field) for one in needed)
        for field in facts_of(entry)
    )
