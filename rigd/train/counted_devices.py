"""Devices within the camera's distance: where a source states the total of several things alone."""

from collections.abc import Sequence
from dataclasses import replace

from rigd.train.question import Device, TrainCamera


def take_in_devices(
    camera: TrainCamera, devices: Sequence[Device]
) -> tuple[TrainCamera, tuple[Device, ...]]:
    """Return the camera with the devices that its distance counts, and the others.

    A distance that counts devices is meant where these stand at the camera, and only then.
    """
    names = [device.part.id for device in devices]
    whole = [
        mount
        for mount in camera.mounts
        if mount.devices and sorted(mount.devices) == sorted(names[-len(mount.devices) :])
    ]
    if not whole:
        plain = tuple(mount for mount in camera.mounts if not mount.devices)
        return replace(camera, mounts=plain), tuple(devices)
    most = max(len(mount.devices) for mount in whole)
    chosen = tuple(mount for mount in whole if len(mount.devices) == most)
    return replace(camera, mounts=chosen), tuple(devices[: len(names) - most])
