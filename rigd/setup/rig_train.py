"""The imaging train of a rig: what the spacer search is asked, and its answer. Pure."""

from dataclasses import replace

from rigd.catalog.catalog import Catalog
from rigd.catalog.train_parts import CatalogLookup
from rigd.equipment.profile import EquipmentProfile
from rigd.equipment.profile_tables import CameraProfile, FilterProfile, OpticProfile
from rigd.errors import TrainError
from rigd.optics.back_focus import Plate
from rigd.optics.filter_offsets import SlotKind
from rigd.optics.glass import find_glass
from rigd.setup.filter_glass import share_series, slot_filter
from rigd.setup.train_devices import devices_of, filters_in_train
from rigd.setup.train_limits import check_limits
from rigd.train.answer import answer
from rigd.train.catalog_parts import catalog_device, catalog_part
from rigd.train.drawing import draw_stack
from rigd.train.part_facts import OpticFacts, SecondDeviceLookup
from rigd.train.parts import CameraMount, Port
from rigd.train.question import Device, TrainCamera, TrainOptic, TrainQuestion, Wheel
from rigd.train.resolve import choose_plane
from rigd.train.stock import nest_parts
from rigd.units import um_from_mm
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
    drawn = draw_stack(found.question, found.stacks[0]) if found.stacks else None
    return KnownTrain(rig=name, report=train_report(found)), drawn


def train_question(profile: EquipmentProfile, lookup: CatalogLookup) -> TrainQuestion:
    """What is asked of the spacer search; the profile's own words win over the catalog.

    Raises:
        TrainError: something that it needs is not known, or beyond what any train has.
    """
    profile = share_series(profile, lookup)
    ids = devices_of(profile, lookup)
    check_limits(profile)
    devices = _devices(ids, lookup)
    camera = _camera(profile.camera, lookup)
    parts = tuple(
        replace(catalog_part(f"parts[{number}]", id, lookup), owned=count)
        for number, (id, count) in enumerate(profile.train.owned.items())
    )
    hosts = [*(device.part for device in devices), *parts]
    return TrainQuestion(
        optic=_optic(profile.optic, lookup),
        camera=camera,
        devices=devices,
        wheels=_wheels(profile, ids, lookup),
        parts=parts,
        nested=nest_parts(parts, hosts, SecondDeviceLookup(lookup)),
    )


def _devices(ids: tuple[str, ...], lookup: CatalogLookup) -> tuple[Device, ...]:
    both = SecondDeviceLookup(lookup)
    found = tuple(catalog_device(f"devices[{n}]", id, both) for n, id in enumerate(ids))
    for number, id in enumerate(ids):
        if id in ids[:number]:
            raise TrainError(f"devices[{number}].id: {id!r} is in the train twice")
    return found


def _optic(optic: OpticProfile, lookup: CatalogLookup) -> TrainOptic:
    known = lookup.optic(optic.id) if optic.id is not None else None
    port = Port(end=optic.end) if optic.end else None
    if known is None and optic.id is not None and port is None:
        raise _not_in_catalog("optic", optic.id)
    known = known or OpticFacts(name=optic.name or optic.id or "optic")
    port = port or known.port
    back_focus_um, measured_from = _um(optic.required_back_focus_mm), None
    if back_focus_um is None and known.planes:
        plane = choose_plane(known, None)
        back_focus_um, measured_from = plane.back_focus_um, plane.measured_from
    if port is None:
        raise TrainError("optic.thread: is needed and not given")
    return TrainOptic(
        name=optic.name or known.name,
        port=port,
        kind=known.kind,
        back_focus_um=back_focus_um,
        measured_from=measured_from,
        focal_ratio=known.focal_ratio if optic.focal_ratio is None else optic.focal_ratio,
        focal_length_mm=known.focal_length_mm
        if optic.focal_length_mm is None
        else optic.focal_length_mm,
        tolerance_um=known.tolerance_um,
        available_um=known.available_um,
        design_plates=known.design_plates,
    )


def _camera(profile: CameraProfile | None, lookup: CatalogLookup) -> TrainCamera:
    stated = profile or CameraProfile()
    front, flange_um = Port(end=stated.end) if stated.end else None, _um(stated.flange_distance_mm)
    name = stated.id or "camera"
    known = lookup.camera(stated.id, front) if stated.id is not None else None
    if known is None and stated.id is not None and (front is None or flange_um is None):
        raise _not_in_catalog("camera", stated.id)
    camera = known or TrainCamera(name=name, mounts=())
    if flange_um is not None:
        faces = {mount.port for mount in camera.mounts}
        port = front or (faces.pop() if len(faces) == 1 else None)
        if port is None:
            raise TrainError("camera.thread: is needed and not given")
        own = CameraMount(id=name, port=port, flange_distance_um=flange_um)
        camera = replace(camera, mounts=(own,), disputed=False)
    if not camera.mounts and front is None:
        raise TrainError(f"camera.thread: not known for {camera.name}; give thread and gender")
    if not camera.mounts:
        raise TrainError(f"camera.flange_distance_mm: not known for {camera.name}, and needed")
    return _opened(camera, stated.mount_configuration)


def _opened(camera: TrainCamera, configuration: str | None) -> TrainCamera:
    """The camera with the front opened as its owner says; in every way if nobody says it."""
    if configuration is None:
        return camera
    wanted = tuple(mount for mount in camera.mounts if mount.id == configuration)
    if not wanted:
        names = ", ".join(mount.id for mount in camera.mounts)
        raise TrainError(f"camera.mount_configuration: {configuration!r} is not one of {names}")
    return replace(camera, mounts=wanted, disputed=camera.disputed and len(wanted) > 1)


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


def _um(length_mm: float | None) -> int | None:
    return None if length_mm is None else um_from_mm(length_mm)
