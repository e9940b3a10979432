"""Devices within the camera's distance: where a source states the total of several things alone."""

from collections.abc import Sequence
from dataclasses import replace

from rigd.train.parts import CameraMount
from rigd.train.question import Device, TrainCamera


def take_in_devices(
    camera: TrainCamera, devices: Sequence[Device]
) -> tuple[TrainCamera, tuple[Device, ...]]:
    """Return the camera with the devices that its distance counts, and the others.

    A distance that counts devices is meant where these stand at the camera, and only then.
    """
    names = [device.part.id for device in devices]
    whole = _whole_fronts(camera, names)
    if not whole:
        plain = tuple(mount for mount in camera.mounts if not mount.devices)
        return replace(camera, mounts=plain), tuple(devices)
    most = max(len(mount.devices) for mount in whole)
    chosen = tuple(mount for mount in whole if len(mount.devices) == most)
    return replace(camera, mounts=chosen), tuple(devices[: len(names) - most])


def given_fronts(camera: TrainCamera, devices: Sequence[str]) -> tuple[CameraMount, ...]:
    """Return the fronts with which a camera is sold: of several its owner has one.

    None where sources disagree about a single one, or where a distance counts the devices.

    Args:
        camera: The camera.
        devices: Ids of the devices of the train, from the telescope.
    """
    if camera.disputed or _whole_fronts(camera, devices):
        return ()
    return tuple(mount for mount in camera.mounts if mount.as_shipped)


def _whole_fronts(camera: TrainCamera, names: Sequence[str]) -> list[CameraMount]:
    """Return the fronts of which the distance counts the devices that stand at the camera."""
    return [
        mount
        for mount in camera.mounts
        if mount.devices and sorted(mount.devices) == sorted(names[-len(mount.devices) :])
    ]
