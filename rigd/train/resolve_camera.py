"""The camera of a train file with every way to open its front, resolved."""

from dataclasses import replace

from rigd.errors import TrainError
from rigd.optics.vignetting import diagonal_of
from rigd.train.connection import Gender
from rigd.train.file_format import CameraEntry, MountEntry
from rigd.train.part_facts import Lookup
from rigd.train.parts import UNKNOWN_PORT, CameraMount, Port
from rigd.train.question import TrainCamera
from rigd.train.resolve_steps import require, require_known, stated_port, um
from rigd.units import um_from_mm


def resolve_camera(entry: CameraEntry, lookup: Lookup) -> TrainCamera:
    """Return the camera of an entry with the mount configurations to try.

    Raises:
        TrainError: An id that the catalog does not know, or a figure that nobody gives.
    """
    name = entry.name or entry.id or "camera"
    front = Port(end=entry.end) if entry.end else None
    front = front or stated_port("camera", entry.thread, entry.gender, usual=Gender.FEMALE)
    known = None
    if entry.id is not None:
        spelt_out = bool(entry.mounts) or (
            front is not None and entry.flange_distance_mm is not None
        )
        known = require_known(
            "camera", entry.id, lookup.camera(entry.id, front), spelt_out=spelt_out
        )
    camera = known or TrainCamera(name=name, mounts=())
    faces = {mount.port for mount in camera.mounts}
    own = _own_mounts(entry, name, front or (faces.pop() if len(faces) == 1 else None))
    if own:
        disputed = isinstance(entry.flange_distance_mm, tuple) and len(own) > 1
        camera = replace(camera, mounts=own, disputed=disputed)
    if not camera.mounts and front is not None and known is not None:
        known = lookup.camera(entry.id) if entry.id else None
        if known is not None and known.mounts:
            ends = ", ".join(sorted({str(mount.port) for mount in known.mounts}))
            raise TrainError(
                f"camera.thread: {front} contradicts the catalog, which knows {ends} of"
                f" {known.name}; with flange_distance_mm it is a front of your own"
            )
    if not camera.mounts and front is not None:
        camera = replace(camera, face=front)
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
            require("camera.sensor_width_mm", entry.sensor_width_mm),
            require("camera.sensor_height_mm", entry.sensor_height_mm),
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
            clear_aperture_um=um(mount.clear_aperture_mm),
        )
        for n, mount in enumerate(entry.mounts)
    ]
    if entry.flange_distance_mm is None:
        return tuple(mounts)
    if mounts:
        raise TrainError("camera.mounts: give either flange_distance_mm or mounts, not both")
    stated = entry.flange_distance_mm
    lengths_mm = stated if isinstance(stated, tuple) else (stated,)
    port = front or UNKNOWN_PORT
    return tuple(
        CameraMount(
            id=name if len(lengths_mm) == 1 else f"{name} at {mm:g} mm",
            port=port,
            flange_distance_um=um_from_mm(mm),
            clear_aperture_um=um(entry.clear_aperture_mm),
            note=None if len(lengths_mm) == 1 else f"sources disagree: here {mm:g} mm",
        )
        for mm in lengths_mm
    )


def _face(where: str, entry: CameraEntry | MountEntry) -> Port:
    if entry.end is not None:
        return Port(end=entry.end)
    return stated_port(where, entry.thread, entry.gender, usual=Gender.FEMALE) or UNKNOWN_PORT
