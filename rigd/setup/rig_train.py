"""The imaging train of a rig: what the spacer search is asked, and its answer. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from rigd.catalog.catalog import Catalog
from rigd.catalog.train_parts import CatalogLookup
from rigd.equipment.profile import EquipmentProfile
from rigd.equipment.profile_tables import CameraProfile
from rigd.errors import TrainError
from rigd.optics.filter_offsets import SlotKind
from rigd.optics.glass import find_glass
from rigd.setup.filter_glass import share_series
from rigd.setup.train_devices import devices_of, filters_in_train
from rigd.setup.train_limits import check_limits
from rigd.train.answer import answer, train_to_show
from rigd.train.drawing import draw_full_size, draw_stack
from rigd.train.file_format import (
    CameraEntry,
    DeviceEntry,
    FilterEntry,
    GuideCameraEntry,
    OpticEntry,
    PartEntry,
    TrainFile,
)
from rigd.train.part_facts import SecondDeviceLookup
from rigd.train.question import TrainQuestion
from rigd.train.resolve import resolve
from rigd.view.train import KnownTrain, RigTrain, UnknownTrain
from rigd.view.train_report import train_report

STACKS = 5
_GLASS_NOT_KNOWN = ("unknown", "?")
"""A person may say so of a filter's glass: then the catalog's counts."""


def train_of(name: str, profile: EquipmentProfile, catalog: Catalog) -> tuple[RigTrain, str | None]:
    """The required path length of a rig and the best stacks of its parts; the best one drawn (SVG).

    Where something that the answer needs is not known, the answer is the sentence that names it.
    """
    try:
        found = answer(train_question(profile, CatalogLookup(catalog)), STACKS)
    except TrainError as unknown:
        return UnknownTrain(rig=name, unknown=str(unknown)), None
    drawn = draw_stack(*train_to_show(found))
    return KnownTrain(rig=name, report=train_report(found)), drawn


def draw_rig_train(profile: EquipmentProfile, catalog: Catalog) -> str:
    """The best stack of a rig at 1:1, for a sheet of A4 or Letter (SVG).

    Raises:
        TrainError: something is not known that it needs, or the train is too large for a sheet.
    """
    found = answer(train_question(profile, CatalogLookup(catalog)), STACKS)
    return draw_full_size(*train_to_show(found))


def train_question(profile: EquipmentProfile, lookup: CatalogLookup) -> TrainQuestion:
    """What is asked of the spacer search; the profile's own words win over the catalog.

    Raises:
        TrainError: something that it needs is not known, or beyond what any train has.
    """
    profile = share_series(profile, lookup)
    ids = devices_of(profile, lookup)
    check_limits(profile)
    for number, id in enumerate(ids):
        if id in ids[:number]:
            raise TrainError(f"devices[{number}].id: {id!r} is in the train twice")
    optic, camera, train = profile.optic, profile.camera or CameraProfile(), profile.train
    guide = train.guide_camera
    file = TrainFile(
        optic=OpticEntry(
            id=optic.id,
            name=optic.name,
            required_back_focus_mm=optic.required_back_focus_mm,
            focal_ratio=optic.focal_ratio,
            focal_length_mm=optic.focal_length_mm,
            end=optic.end,
        ),
        camera=CameraEntry(
            id=camera.id,
            end=camera.end,
            flange_distance_mm=camera.flange_distance_mm,
            mount_configuration=camera.mount_configuration,
        ),
        devices=tuple(DeviceEntry(id=id) for id in ids),
        filters=tuple(_filters(profile, ids, lookup)),
        guide_camera=None if guide is None else GuideCameraEntry(**guide.model_dump()),
        parts=tuple(PartEntry(id=id, count=count) for id, count in train.owned.items()),
        boxes=train.boxes,
        without=train.without,
    )
    found = _resolve_once(lookup.catalog, _AskedTrain(file.model_dump_json(), file))
    if isinstance(found, str):
        raise TrainError(found)
    return found


@dataclass(frozen=True, slots=True)
class _AskedTrain:
    """A train, told from others by its text."""

    text: str
    file: TrainFile = field(compare=False)


@lru_cache(maxsize=256)  # some for each rig; less than 100 kB each
def _resolve_once(catalog: Catalog, asked: _AskedTrain) -> TrainQuestion | str:
    """The question, or what is wrong: each open question of a rig asks for the same few trains."""
    try:
        return resolve(asked.file, SecondDeviceLookup(CatalogLookup(catalog)))
    except TrainError as error:
        return str(error)


def _filters(
    profile: EquipmentProfile, devices: tuple[str, ...], lookup: CatalogLookup
) -> Iterator[FilterEntry]:
    """Yield the filters that light goes through, each with what holds it."""
    lit = [
        (holder, profile.filters[key])
        for holder, key in filters_in_train(profile, devices, lookup)
        if profile.filters[key].kind in {SlotKind.FILTER, SlotKind.EMPTY}
    ]
    for number, (holder, part) in enumerate(lit):
        yield FilterEntry(
            id=part.id,
            name=part.name,
            device=holder,
            empty=part.kind is SlotKind.EMPTY,
            size=part.size,
            thickness_mm=part.thickness_mm,
            glass=_glass(f"filters[{number}]", part.glass),
            band_centre_nm=part.band_centre_nm,
        )


def _glass(where: str, said: str | None) -> str | None:
    if said is None or said.strip().casefold() in _GLASS_NOT_KNOWN:
        return None
    try:
        return find_glass(said)
    except TrainError as error:
        raise TrainError(f"{where}.{error}") from error
