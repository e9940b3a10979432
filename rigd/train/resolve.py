"""Turns the entries of a train file into a question in numbers.

Ids are looked up; what the file itself states wins over what is looked up.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product
from typing import TypeVar

from rigd.errors import TrainError
from rigd.optics.back_focus import Plate
from rigd.optics.vignetting import diagonal_of
from rigd.train.connection import Coupling, End, Gender
from rigd.train.file_format import (
    Body,
    CameraEntry,
    DeviceEntry,
    FilterEntry,
    GlassEntry,
    MountEntry,
    OpticEntry,
    PartEntry,
    TrainFile,
)
from rigd.train.part_facts import BackFocusPlane, BodyFacts, FilterFacts, Lookup, OpticFacts
from rigd.train.parts import CameraMount, Port, TrainPart
from rigd.train.question import Device, TrainCamera, TrainOptic, TrainQuestion, Wheel
from rigd.train.spacer_search import Criterion
from rigd.train.stock import nest_parts, parts_for_sale, parts_from_boxes
from rigd.units import mm_from_um, um_from_mm

T = TypeVar("T")

SOME_WHEEL = "wheel"
"""Device of a filter that names none."""


def resolve(
    file: TrainFile, lookup: Lookup, *, inventory: Sequence[PartEntry] = ()
) -> TrainQuestion:
    """Turn a train file into a question.

    Args:
        file: What the person wrote.
        lookup: Knows the ids.
        inventory: Parts at hand besides those of the file.

    Raises:
        TrainError: An id that the catalog does not know, or a figure that nobody gives.
    """
    search = file.search
    if sorted(search.order) != sorted(Criterion):
        raise TrainError(f"search.order: name each of {', '.join(Criterion)} once")
    devices = tuple(_device(f"devices[{n}]", entry, lookup) for n, entry in enumerate(file.devices))
    names = [device.part.id for device in devices]
    for number, name in enumerate(names):
        if name in names[:number]:
            raise TrainError(f"devices[{number}].id: {name!r} is in the train twice")
    for number, one in enumerate(file.filters):
        if names and one.device not in (*names, SOME_WHEEL):
            raise TrainError(f"filters[{number}].device: {one.device!r} is not in the train")
    camera = resolve_camera(file.camera, lookup)
    parts = [_stock(f"parts[{n}]", entry, lookup) for n, entry in enumerate(file.parts)]
    parts += [_stock(f"inventory parts[{n}]", entry, lookup) for n, entry in enumerate(inventory)]
    if file.boxes:
        camera, more = parts_from_boxes(camera, [entry.id for entry in file.devices], lookup)
        parts += more
    hosts = [*(device.part for device in devices), *parts]
    inside = nest_parts(parts, hosts, lookup)
    if search.shop:
        parts += parts_for_sale(lookup)
    return TrainQuestion(
        optic=resolve_optic(file.optic, lookup),
        camera=camera,
        devices=devices,
        free_order=search.device_order == "any",
        wheels=_wheels(file.filters, lookup),
        parts=tuple(parts),
        nested=inside,
        tolerance_um=_um(search.tolerance_mm),
        criteria=search.order,
        max_parts=search.max_parts,
        max_buys=search.max_buys,
        full_light_only=search.full_light_only,
    )


def _um(length_mm: float | None) -> int | None:
    return None if length_mm is None else um_from_mm(length_mm)


def _require_known(where: str, id: str, entry: T | None, *, spelt_out: bool) -> T | None:
    if entry is None and not spelt_out:
        raise TrainError(f"{where}.id: {id!r} is not in the catalog, and its figures are not given")
    return entry


def _require(where: str, value: T | None) -> T:
    if value is None:
        raise TrainError(f"{where}: is needed and not given")
    return value


def _port_of(where: str, thread: str | None, gender: Gender | None) -> Port | None:
    if thread is None and gender is None:
        return None
    end = End(
        standard=_require(f"{where}.thread", thread),
        gender=_require(f"{where}.gender", gender),
        coupling=Coupling.THREAD,
    )
    return Port(end=end)


def resolve_optic(entry: OpticEntry, lookup: Lookup) -> TrainOptic:
    """Return the optic of an entry: what the entry states, else what the lookup knows.

    Raises:
        TrainError: An id that the catalog does not know, or a figure that nobody gives.
    """
    port = Port(end=entry.end) if entry.end else _port_of("optic", entry.thread, entry.gender)
    known = None
    if entry.id is not None:
        known = _require_known(
            "optic", entry.id, lookup.optic(entry.id), spelt_out=port is not None
        )
    if known is None:
        known = OpticFacts(name=entry.name or entry.id or "optic")
    back_focus_um = _um(entry.required_back_focus_mm)
    measured_from = entry.measured_from
    if back_focus_um is None and entry.adjustable_mm is None and known.planes:
        plane = choose_plane(known, measured_from)
        back_focus_um, measured_from = plane.back_focus_um, plane.measured_from
    adjustable = entry.adjustable_mm
    design = known.design_plates
    if entry.design_glass is not None:
        design = _plates("design glass", entry.design_glass)
    return TrainOptic(
        name=entry.name or known.name,
        port=_require("optic.thread", port or known.port),
        kind=entry.kind or known.kind,
        back_focus_um=back_focus_um,
        adjustable_um=adjustable and (um_from_mm(adjustable[0]), um_from_mm(adjustable[1])),
        measured_from=measured_from,
        focal_ratio=_first(entry.focal_ratio, known.focal_ratio),
        focal_length_mm=_first(entry.focal_length_mm, known.focal_length_mm),
        exit_pupil_mm=entry.exit_pupil_mm,
        tolerance_um=_first(_um(entry.tolerance_mm), known.tolerance_um),
        available_um=_first(_um(entry.available_back_focus_mm), known.available_um),
        design_plates=design,
    )


def choose_plane(known: OpticFacts, measured_from: str | None) -> BackFocusPlane:
    """Return the plane that is meant.

    Raises:
        TrainError: Several are known and the file does not say which.
    """
    if len(known.planes) == 1 and measured_from is None:
        return known.planes[0]
    chosen = [plane for plane in known.planes if plane.measured_from == measured_from]
    if len(chosen) != 1:
        choices = "; ".join(
            f"{plane.measured_from} ({mm_from_um(plane.back_focus_um):g} mm)"
            for plane in known.planes
        )
        raise TrainError(f"optic.measured_from: say which plane of {known.name}: {choices}")
    return chosen[0]


def _first(one: T | None, other: T | None) -> T | None:
    return other if one is None else one


def resolve_camera(entry: CameraEntry, lookup: Lookup) -> TrainCamera:
    """Return the camera of an entry with the mount configurations to try.

    Raises:
        TrainError: An id that the catalog does not know, or a figure that nobody gives.
    """
    name = entry.name or entry.id or "camera"
    front = Port(end=entry.end) if entry.end else _port_of("camera", entry.thread, entry.gender)
    known = None
    if entry.id is not None:
        spelt_out = bool(entry.mounts) or (
            front is not None and entry.flange_distance_mm is not None
        )
        known = _require_known(
            "camera", entry.id, lookup.camera(entry.id, front), spelt_out=spelt_out
        )
    camera = known or TrainCamera(name=name, mounts=())
    faces = {mount.port for mount in camera.mounts}
    own = _own_mounts(entry, name, front or (faces.pop() if len(faces) == 1 else None))
    if own:
        disputed = isinstance(entry.flange_distance_mm, tuple) and len(own) > 1
        camera = replace(camera, mounts=own, disputed=disputed)
    if not camera.mounts and front is None:
        raise TrainError(f"camera.thread: not known for {camera.name}; give thread and gender")
    if not camera.mounts:
        raise TrainError(f"camera.flange_distance_mm: not known for {camera.name}, and needed")
    if entry.mount_configuration is not None:
        wanted = tuple(m for m in camera.mounts if m.id == entry.mount_configuration)
        if not wanted:
            raise TrainError(
                f"camera.mount_configuration: {entry.mount_configuration!r} is not one of "
                + ", ".join(mount.id for mount in camera.mounts)
            )
        camera = replace(camera, mounts=wanted, disputed=camera.disputed and len(wanted) > 1)
    diagonal_mm = entry.sensor_diagonal_mm
    if entry.sensor_width_mm is not None or entry.sensor_height_mm is not None:
        diagonal_mm = diagonal_of(
            _require("camera.sensor_width_mm", entry.sensor_width_mm),
            _require("camera.sensor_height_mm", entry.sensor_height_mm),
        )
    if diagonal_mm is not None:
        camera = replace(camera, diagonal_mm=diagonal_mm)
    return replace(camera, name=name) if entry.name else camera


def _own_mounts(entry: CameraEntry, name: str, front: Port | None) -> tuple[CameraMount, ...]:
    mounts = [
        CameraMount(
            id=mount.name,
            port=_face(f"camera.mounts[{n}]", mount),
            flange_distance_um=um_from_mm(mount.flange_distance_mm),
            clear_aperture_um=_um(mount.clear_aperture_mm),
        )
        for n, mount in enumerate(entry.mounts)
    ]
    if entry.flange_distance_mm is None:
        return tuple(mounts)
    if mounts:
        raise TrainError("camera.mounts: give either flange_distance_mm or mounts, not both")
    stated = entry.flange_distance_mm
    lengths_mm = stated if isinstance(stated, tuple) else (stated,)
    port = _require("camera.thread", front)
    return tuple(
        CameraMount(
            id=name if len(lengths_mm) == 1 else f"{name} at {mm:g} mm",
            port=port,
            flange_distance_um=um_from_mm(mm),
            clear_aperture_um=_um(entry.clear_aperture_mm),
            note=None if len(lengths_mm) == 1 else f"sources disagree: here {mm:g} mm",
        )
        for mm in lengths_mm
    )


def _face(where: str, entry: CameraEntry | MountEntry) -> Port:
    if entry.end is not None:
        return Port(end=entry.end)
    return _require(f"{where}.thread", _port_of(where, entry.thread, entry.gender))


def resolve_body(where: str, entry: Body, lookup: Lookup) -> TrainPart:
    """Return the part of an entry: what the entry states, else what the lookup knows.

    Raises:
        TrainError: An id that the catalog does not know, or a figure that nobody gives.
    """
    own = entry.optical_length_mm is not None and entry.front is not None and entry.back is not None
    known = None
    if entry.id is not None:
        known = _require_known(where, entry.id, lookup.part(entry.id), spelt_out=own)
    length_um = _um(entry.optical_length_mm)
    if length_um is None:
        length_um = known.optical_length_um if known else None
    length_um = _require(f"{where}.optical_length_mm", length_um)
    length_um -= um_from_mm(entry.recess_mm)
    if length_um < 0:
        raise TrainError(f"{where}.recess_mm: {entry.recess_mm:g} mm is above the part's length")
    ends = []
    for side, end, depth_mm in (
        ("front", entry.front, entry.front_depth_mm),
        ("back", entry.back, entry.back_depth_mm),
    ):
        port = Port(end=end) if end is not None else None
        if port is None and known is not None:
            port = known.front if side == "front" else known.back
        port = _require(f"{where}.{side}", port)
        ends.append(port if depth_mm is None else replace(port, depth_um=um_from_mm(depth_mm)))
    aperture_um = _um(entry.clear_aperture_mm)
    if aperture_um is None and known is not None:
        aperture_um = known.clear_aperture_um
    reversible = entry.reversible
    if reversible is None:
        reversible = known is not None and known.reversible
    return TrainPart(
        id=_require(f"{where}.id", entry.id or entry.name),
        front=ends[0],
        back=ends[1],
        optical_length_um=length_um,
        clear_aperture_um=aperture_um,
        reversible=reversible,
    )


def _device(where: str, entry: DeviceEntry, lookup: Lookup) -> Device:
    part = resolve_body(where, entry, lookup)
    known = lookup.part(entry.id) if entry.id is not None else None
    return Device(
        part=part,
        kind=entry.kind,
        other_ends=() if known is None else tuple(_with_other_ends(entry, part, known)),
        plates=_plates(part.id, entry.glass),
        before=entry.before,
        prism_um=_um(entry.prism_from_back_mm),
    )


def _with_other_ends(entry: DeviceEntry, part: TrainPart, known: BodyFacts) -> Iterator[TrainPart]:
    """Yield the device with each other end that it offers, where the file states none."""
    fronts = (part.front, *known.other_fronts) if entry.front is None else (part.front,)
    backs = (part.back, *known.other_backs) if entry.back is None else (part.back,)
    for front, back in product(fronts, backs):
        if (front, back) != (part.front, part.back):
            yield replace(part, front=front, back=back)


def _stock(where: str, entry: PartEntry, lookup: Lookup) -> TrainPart:
    part = resolve_body(where, entry, lookup)
    return replace(part, owned=entry.count, buyable=entry.buyable, box=entry.box)


def _plates(name: str, entries: Sequence[GlassEntry]) -> tuple[Plate, ...]:
    return tuple(
        Plate(name=name, thickness_mm=one.thickness_mm, glass=one.glass, index=one.index)
        for one in entries
    )


def _wheels(entries: Sequence[FilterEntry], lookup: Lookup) -> tuple[Wheel, ...]:
    slots: dict[str, list[Plate]] = {}
    for number, entry in enumerate(entries):
        slots.setdefault(entry.device, []).append(_plate(f"filters[{number}]", entry, lookup))
    return tuple(Wheel(name=name, slots=tuple(plates)) for name, plates in slots.items())


def _plate(where: str, entry: FilterEntry, lookup: Lookup) -> Plate:
    if entry.empty:
        return Plate(name=entry.name or "empty", thickness_mm=0.0, index=1.0)
    known = None
    if entry.id is not None:
        known = _require_known(
            where, entry.id, lookup.filter(entry.id), spelt_out=entry.thickness_mm is not None
        )
    name = entry.name or (known.name if known else entry.id) or f"filter {where[8:-1]}"
    known = known or FilterFacts(name=name)
    own_glass = entry.glass
    thickness_mm = known.thickness_mm if entry.thickness_mm is None else entry.thickness_mm
    if thickness_mm is None:
        raise TrainError(f"{where}.thickness_mm: not known for {name!r}; measure it or ask")
    return Plate(
        name=name,
        thickness_mm=thickness_mm,
        glass=known.glass if own_glass is None else own_glass,
        index=known.index if entry.index is None and own_glass is None else entry.index,
        band_centre_nm=entry.band_centre_nm or known.band_centre_nm,
    )
