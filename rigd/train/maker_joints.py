"""Neighbours of one maker are taken to join directly, where nothing else closes a train.

An end of which no source says the gender is taken to be of the usual one. That assumption must
never make a train impossible which its maker sells as a set.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from rigd.train.connection import End, Gender
from rigd.train.parts import Doubt, Port, TrainPart
from rigd.train.question import Device, TrainQuestion


def join_sets(question: TrainQuestion) -> TrainQuestion | None:
    """Return the question with neighbours of one maker joined, where an end between is assumed.

    None: there are no such.
    """
    devices, camera = list(question.devices), question.camera
    joined = False
    for place, (above, below) in enumerate(pairwise(devices)):
        if _is_set(above.maker, below.maker) and (_is_open(above, "back") or _is_open(below)):
            port = _joint(f"{above.maker}")
            devices[place] = _with_end(devices[place], back=port)
            devices[place + 1] = _with_end(devices[place + 1], front=port)
            joined = True
    last = devices[-1] if devices else None
    if last is not None and _is_set(last.maker, camera.maker):
        assumed = [mount for mount in camera.mounts if mount.port.doubt is Doubt.GENDER]
        if assumed or _is_open(last, "back"):
            port = _joint(f"{last.maker}")
            devices[-1] = _with_end(devices[-1], back=port)
            mounts = tuple(replace(mount, port=port) for mount in camera.mounts)
            camera = replace(camera, mounts=mounts)
            joined = True
    return replace(question, devices=tuple(devices), camera=camera) if joined else None


def _is_set(one: str | None, other: str | None) -> bool:
    return one is not None and one == other


def _is_open(device: Device, side: str = "front") -> bool:
    """Whether nobody knows for sure what a device ends in on one side."""
    ports = (part.back if side == "back" else part.front for part in _parts(device))
    return any(port.doubt is not None for port in ports)


def _parts(device: Device) -> Iterator[TrainPart]:
    yield device.part
    yield from device.other_ends


def _joint(maker: str) -> Port:
    end = End(standard=f"{maker}'s own joint", gender=Gender.NONE)
    return Port(end=end, doubt=Doubt.MAKER)


def _with_end(device: Device, *, front: Port | None = None, back: Port | None = None) -> Device:
    part, *others = dict.fromkeys(
        replace(one, front=front or one.front, back=back or one.back) for one in _parts(device)
    )
    return replace(device, part=part, other_ends=tuple(others))
