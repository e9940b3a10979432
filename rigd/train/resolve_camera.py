"""The camera of a train file with every way to open its front, resolved."""

from dataclasses import replace

from rigd.errors import TrainError
from rigd.optics.vignetting import diagonal_of
from rigd.train.connection import Gender
from rigd.train.file_format import CameraEntry, MountEntry
from rigd.train.part_facts import Lookup
from rigd.train.parts import UNKNOWN_PORT, CameraMount, Port
from rigd.train.question import TrainCamera
from rigd.train.resolve_steps import StatedEnd, first_known, require, require_known, um
from rigd.units import um_from_mm


def resolve_camera(entry: CameraEntry, lookup: Lookup) -> TrainCamera:
    """Return the camera of an entry with the mount configurations to try.

    Raises:
        TrainError: An id that the catalog does not know, or a figure that nobody gives.
    """
    name = entry.name or entry.id or "camera"
    said = _said_of("camera", entry)
    known = None
    if entry.id is not None:
        spelt_out = bool(entry.mounts) or (bool(said) and entry.flange_distance_mm is not None)
        known = require_known("camera", entry.id, lookup.camera(entry.id), spelt_out=spelt_out)
    camera = known or TrainCamera(name=name, mounts=())
    own = _own_mounts(entry, name, said, camera)
    stated = um(entry.flange_distance_mm) if isinstance(entry.flange_distance_mm, float) else None
    same = tuple(mount for mount in camera.mounts if mount.flange_distance_um == stated)
    if same and not said and entry.clear_aperture_mm is None:
        # What the owner measures is a front that is known: its thread is known with it.
        fronts = tuple(replace(one, length_doubt=None, other_lengths_um=()) for one in same)
        camera = replace(camera, mounts=fronts, disputed=False)
    elif own:
        disputed = isinstance(entry.flange_distance_mm, tuple) and len(own) > 1
        camera = replace(camera, mounts=own, disputed=disputed)
    elif said:
        camera = _with_front(said, camera)
    if entry.mount_configuration is not None:
        wanted = tuple(m for m in camera.mounts if m.id == entry.mount_configuration)
        if not wanted:
            raise TrainError(
                f"camera.mount_configuration: {entry.mount_configuration!r} is not one of "
                + ", ".join(mount.id for mount in camera.mounts)
            )
        camera = replace(camera, mounts=wanted, disputed=camera.disputed and len(wanted) > 1)
    diagonal_mm = stated_diagonal_mm(entry)
    if diagonal_mm is not None:
        camera = replace(camera, diagonal_mm=diagonal_mm)
    return replace(camera, name=name) if entry.name else camera


def stated_diagonal_mm(entry: CameraEntry) -> float | None:
    """Return the sensor's diagonal that an entry states; None if it states none.

    Raises:
        TrainError: it states one side of the sensor alone.
    """
    if entry.sensor_width_mm is None and entry.sensor_height_mm is None:
        return entry.sensor_diagonal_mm
    return diagonal_of(
        require("camera.sensor_width_mm", entry.sensor_width_mm),
        require("camera.sensor_height_mm", entry.sensor_height_mm),
    )


def _usual_face(said: StatedEnd, camera: TrainCamera) -> Port:
    """The face of a front that the owner measures: as said, else the only one that is known."""
    faces = {mount.port for mount in camera.mounts} or {camera.face}
    known = faces.pop() if len(faces) == 1 else UNKNOWN_PORT
    return said.complete(known, usual=Gender.FEMALE) if said else known


def _with_front(said: StatedEnd, camera: TrainCamera) -> TrainCamera:
    """The camera with the fronts that agree with what its owner says, and that filled in.

    Raises:
        TrainError: every front that the catalog knows for sure is another.
    """
    agreeing = tuple(mount for mount in camera.mounts if said.agrees_with(mount.port))
    if camera.mounts and not agreeing:
        ends = ", ".join(sorted({str(mount.port) for mount in camera.mounts}))
        raise TrainError(
            f"{said.field}: {said} contradicts the catalog, which knows {ends} of"
            f" {camera.name}; with flange_distance_mm it is a front of your own"
        )
    mounts = tuple(
        replace(mount, port=said.complete(mount.port, usual=Gender.FEMALE)) for mount in agreeing
    )
    face = camera.face if mounts else said.complete(camera.face, usual=Gender.FEMALE)
    return replace(camera, mounts=mounts, face=face, disputed=camera.disputed and len(mounts) > 1)


def _own_mounts(
    entry: CameraEntry, name: str, said: StatedEnd, camera: TrainCamera
) -> tuple[CameraMount, ...]:
    mounts = [
        CameraMount(
            id=mount.name,
            port=_face(f"camera.mounts[{n}]", mount),
            flange_distance_um=um_from_mm(mount.flange_distance_mm),
            clear_aperture_um=um(mount.clear_aperture_mm),
        )
        for n, mount in enumerate(entry.mounts)
    ]
    if entry.flange_distance_mm is None:
        return tuple(mounts)
    if mounts:
        raise TrainError("camera.mounts: give either flange_distance_mm or mounts, not both")
    stated = entry.flange_distance_mm
    if not isinstance(stated, tuple) and not said and (nearest := _nearest_front(entry, camera)):
        aperture_um = first_known(um(entry.clear_aperture_mm), nearest.clear_aperture_um)
        own = replace(
            nearest, length_doubt=None, other_lengths_um=(), clear_aperture_um=aperture_um
        )
        return (replace(own, flange_distance_um=um_from_mm(stated)),)
    lengths_mm = stated if isinstance(stated, tuple) else (stated,)
    front = _usual_face(said, camera)
    name = entry.name or camera.name
    return tuple(
        CameraMount(
            id=name if len(lengths_mm) == 1 else f"{name} at {mm:g} mm",
            port=front,
            flange_distance_um=um_from_mm(mm),
            clear_aperture_um=um(entry.clear_aperture_mm),
            note=None if len(lengths_mm) == 1 else f"sources disagree: here {mm:g} mm",
            reading=None if len(lengths_mm) == 1 else f"{mm:g} mm",
            other_lengths_um=tuple(um_from_mm(one) for one in lengths_mm if one != mm),
        )
        for mm in lengths_mm
    )


def _nearest_front(entry: CameraEntry, camera: TrainCamera) -> CameraMount | None:
    """The front of the catalog that an owner has measured: the one that is named, or as deep.

    None where none is known, or several are as near.
    """
    if camera.disputed or not isinstance(entry.flange_distance_mm, float):
        return None
    own_um = um_from_mm(entry.flange_distance_mm)
    named = [one for one in camera.mounts if one.id == entry.mount_configuration]
    found: dict[int, list[CameraMount]] = {}
    for mount in named or [one for one in camera.mounts if not one.devices]:
        found.setdefault(abs(mount.flange_distance_um - own_um), []).append(mount)
    nearest = found[min(found)] if found else []
    return nearest[0] if len(nearest) == 1 else None


def _face(where: str, entry: MountEntry) -> Port:
    said = _said_of(where, entry)
    return said.complete(UNKNOWN_PORT, usual=Gender.FEMALE) if said else UNKNOWN_PORT


def _said_of(where: str, entry: CameraEntry | MountEntry) -> StatedEnd:
    return StatedEnd(where=where, end=entry.end, thread=entry.thread, gender=entry.gender)
