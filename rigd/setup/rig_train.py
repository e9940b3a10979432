"""The imaging train of a rig: what the spacer search is asked, and its answer. Pure."""

from dataclasses import replace

from rigd.catalog.catalog import Catalog
from rigd.catalog.train_parts import CatalogLookup
from rigd.equipment.profile import EquipmentProfile
from rigd.equipment.profile_tables import CameraProfile, FilterProfile
from rigd.errors import TrainError
from rigd.optics.back_focus import Plate
from rigd.optics.filter_offsets import SlotKind
from rigd.optics.glass import find_glass
from rigd.setup.filter_glass import share_series, slot_filter
from rigd.setup.train_devices import devices_of, filters_in_train
from rigd.setup.train_limits import check_limits
from rigd.train.answer import answer
from rigd.train.bare_stack import stack_to_show
from rigd.train.drawing import draw_stack
from rigd.train.file_format import CameraEntry, DeviceEntry, OpticEntry, PartEntry, TrainFile
from rigd.train.part_facts import SecondDeviceLookup
from rigd.train.question import TrainQuestion, Wheel
from rigd.train.resolve import resolve
from rigd.view.train import KnownTrain, RigTrain, UnknownTrain, train_report

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
    shown = stack_to_show(found)
    drawn = None if shown is None else draw_stack(found.question, shown)
    return KnownTrain(rig=name, report=train_report(found)), drawn


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
    optic, camera = profile.optic, profile.camera or CameraProfile()
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
        parts=tuple(PartEntry(id=id, count=count) for id, count in profile.train.owned.items()),
    )
    question = resolve(file, SecondDeviceLookup(lookup))
    return replace(question, wheels=_wheels(profile, ids, lookup))


def _wheels(
    profile: EquipmentProfile, devices: tuple[str, ...], lookup: CatalogLookup
) -> tuple[Wheel, ...]:
    """The filters that light goes through, by what holds them."""
    slots: dict[str, list[Plate]] = {}
    lit = [
        (holder, profile.filters[key])
        for holder, key in filters_in_train(profile, devices, lookup)
        if profile.filters[key].kind in {SlotKind.FILTER, SlotKind.EMPTY}
    ]
    for number, (holder, part) in enumerate(lit):
        slots.setdefault(holder, []).append(_plate(f"filters[{number}]", part, lookup))
    return tuple(Wheel(name=name, slots=tuple(plates)) for name, plates in slots.items())


def _plate(where: str, part: FilterProfile, lookup: CatalogLookup) -> Plate:
    if part.kind is SlotKind.EMPTY:
        return Plate(name=part.name, thickness_mm=0.0, index=1.0)
    if part.id is not None and part.thickness_mm is None and lookup.filter(part.id) is None:
        raise _not_in_catalog(where, part.id)
    glass = slot_filter(part.model_copy(update={"glass": _glass(where, part.glass)}), lookup)
    if glass.thickness_mm is None:
        raise TrainError(f"{where}.thickness_mm: not known for {part.name!r}; measure it or ask")
    return Plate(
        name=part.name,
        thickness_mm=glass.thickness_mm,
        glass=glass.glass,
        index=glass.index,
        band_centre_nm=glass.band_centre_nm,
    )


def _glass(where: str, said: str | None) -> str | None:
    if said is None or said.strip().casefold() in _GLASS_NOT_KNOWN:
        return None
    try:
        return find_glass(said)
    except TrainError as error:
        raise TrainError(f"{where}.{error}") from error


def _not_in_catalog(where: str, id: str) -> TrainError:
    return TrainError(f"{where}.id: {id!r} is not in the catalog, and its figures are not given")
