"""What an answer rests on and nobody said: each possibility is answered apart.

A length that no source states has figures that go round; an optic may have a distance for each of
several telescopes, and a camera fronts of several years. None of them is taken for the truth: an
answer says on which it rests.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from rigd.catalog.catalog import Catalog
from rigd.catalog.models.filter_wheel import FilterWheel
from rigd.catalog.models.optic import Optic
from rigd.catalog.models.part import Part
from rigd.catalog.models.source import SourceKind
from rigd.catalog.models.sourced import Claim, Conflict, Entry
from rigd.catalog.train_parts import CatalogLookup
from rigd.errors import TrainError
from rigd.train.counted_devices import given_fronts
from rigd.train.file_format import TrainFile
from rigd.train.maker_distance import find_maker_distance
from rigd.train.resolve_camera import resolve_camera
from rigd.train.resolve_optic import planes_for, planes_with_ends
from rigd.units import mm_from_um


@dataclass(frozen=True, slots=True, kw_only=True)
class Supposition:
    """A train file with one of the possibilities for everything that is open."""

    words: tuple[str, ...]
    """What is supposed, a sentence for each figure."""
    settled_by: Mapping[str, str | float]
    """By field: what settles it, as `--adjust` takes it."""
    file: TrainFile


def suppose(file: TrainFile, catalog: Catalog) -> tuple[Supposition, ...]:
    """Return a file for each set of possibilities; none where everything is known."""
    optic = tuple(_planes(file, catalog)) or tuple(_back_foci(file, catalog))
    devices = [tuple(_lengths(file, number, catalog)) for number in range(len(file.devices))]
    fronts = tuple(_fronts(file, catalog))
    open_ones = [figures for figures in (optic, *devices, fronts) if figures]
    if not open_ones:
        return ()
    found = []
    for chosen in product(*open_ones):
        supposed = file
        for figure in chosen:
            supposed = figure.put_into(supposed)
        found.append(
            Supposition(
                words=tuple(one.words for one in chosen),
                settled_by={one.option: one.value for one in chosen},
                file=supposed,
            )
        )
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Figure:
    """One possibility: a length that somebody gives, or which of several distances counts."""

    row: str
    """`optic`, `camera`, or the id of a device."""
    device: int | None = None
    """The place of the device, if it is one."""
    field: str
    value: float | str
    words: str

    @property
    def option(self) -> str:
        """The field, as `--adjust` names it."""
        return f"{self.row}.{self.field}"

    def put_into(self, file: TrainFile) -> TrainFile:
        if self.device is None:
            row = file.camera if self.row == "camera" else file.optic
            return file.model_copy(
                update={self.row: row.model_copy(update={self.field: self.value})}
            )
        devices = list(file.devices)
        devices[self.device] = devices[self.device].model_copy(update={self.field: self.value})
        return file.model_copy(update={"devices": tuple(devices)})


def _planes(file: TrainFile, catalog: Catalog) -> Iterator[_Figure]:
    """Yield which of its distances an optic may ask for, where nothing says which."""
    optic = file.optic
    facts = CatalogLookup(catalog).optic(optic.id) if optic.id else None
    stated = optic.measured_from or optic.required_back_focus_mm or optic.adjustable_mm
    if facts is None or stated or planes_with_ends(facts):
        return
    planes = planes_for(facts, optic.focal_length_mm)
    for plane in planes if len(planes) > 1 else ():
        if plane.measured_from is not None:
            words = f"{plane.measured_from!r} is what counts for {facts.name}"
            field, value = "measured_from", plane.measured_from
            yield _Figure(row="optic", field=field, value=value, words=words)


def _fronts(file: TrainFile, catalog: Catalog) -> Iterator[_Figure]:
    """Yield the fronts with which a camera has been sold, where nothing says which is meant.

    What comes off or goes on is a choice of its owner instead, and the search makes it.
    """
    lookup, entry = CatalogLookup(catalog), file.camera
    stated = entry.mount_configuration or entry.flange_distance_mm or entry.mounts
    if entry.id is None or stated or find_maker_distance(file, lookup) is not None:
        return
    try:
        camera = resolve_camera(entry, lookup)
    except TrainError:
        return
    ids = [row.id or "" for row in file.devices]
    fronts = given_fronts(camera, ids)
    for mount in fronts if len(fronts) > 1 else ():
        depth = f"{mm_from_um(mount.flange_distance_um):g} mm"
        words = f"the front of {camera.name} is {mount.id!r} ({depth} to the sensor)"
        yield _Figure(row="camera", field="mount_configuration", value=mount.id, words=words)


def _back_foci(file: TrainFile, catalog: Catalog) -> Iterator[_Figure]:
    optic = file.optic
    entry = catalog.find(Optic, optic.id) if optic.id else None
    facts = CatalogLookup(catalog).optic(optic.id) if optic.id else None
    if entry is None or facts is None or entry.requires_back_focus is False:
        return
    stated = optic.required_back_focus_mm or optic.adjustable_mm
    if stated or facts.planes or facts.distance_set_by is not None:
        return
    for length_mm, who in _claims(entry, "back_focus", catalog):
        words = f"the back focus of {entry} is {length_mm:g} mm, {who}"
        yield _Figure(row="optic", field="required_back_focus_mm", value=length_mm, words=words)


def _lengths(file: TrainFile, number: int, catalog: Catalog) -> Iterator[_Figure]:
    row = file.devices[number]
    if row.id is None or row.optical_length_mm is not None:
        return
    entry = catalog.find(Part, row.id) or catalog.find(FilterWheel, row.id)
    if entry is None or entry.optical_length_mm is not None:
        return
    for length_mm, who in _claims(entry, "optical_length_mm", catalog):
        words = f"{entry} is {length_mm:g} mm long, {who}"
        field = "optical_length_mm"
        yield _Figure(row=row.id, device=number, field=field, value=length_mm, words=words)


def _claims(entry: Entry, field: str, catalog: Catalog) -> Iterator[tuple[float, str]]:
    """Yield the figures that go round for a field of which none is used, each with who gives it."""
    for conflict in entry.conflicts:
        if conflict.field != field or conflict.used is not None:
            continue
        for claim in conflict.values:
            if isinstance(claim.value, float) and not _is_generated(claim, catalog):
                others = [f"{mm:g}" for mm in _generated_mm(conflict, catalog) if mm != claim.value]
                also = f" (programs say {' or '.join(others)} mm)" if others else ""
                by = " and ".join(catalog.sources[key].address for key in claim.sources)
                given = f"which {by} gives" if by else "which goes round"
                yield claim.value, f"{given} without a document{also}: look it up or measure it"


def _generated_mm(conflict: Conflict, catalog: Catalog) -> list[float]:
    """What scripts and language models say: it is never supposed, but it is not hidden either."""
    return [
        claim.value
        for claim in conflict.values
        if isinstance(claim.value, float) and _is_generated(claim, catalog)
    ]


def _is_generated(claim: Claim, catalog: Catalog) -> bool:
    """Whether nobody but a script or a language model gives it."""
    kinds = [catalog.sources[key].kind for key in claim.sources if key in catalog.sources]
    return bool(kinds) and all(kind is SourceKind.GENERATED for kind in kinds)
