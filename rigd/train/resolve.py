"""Turns the entries of a train file into a question in numbers.

Ids are looked up; what the file states fills in what the catalog does not know, and contradicts
nothing that it does. What nobody knows degrades the answer: it is an error only where the words of
the file make no sense.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import ParamSpec, TypeVar

from rigd.errors import TrainError
from rigd.train.counted_devices import take_in_devices
from rigd.train.file_format import PartEntry, TrainFile
from rigd.train.maker_distance import find_maker_distance
from rigd.train.merit import ORDER_WORDS, is_order
from rigd.train.own_figures import find_overruled
from rigd.train.part_facts import Lookup
from rigd.train.parts import TrainPart
from rigd.train.question import FILTER_HOLDERS, SOME_WHEEL, Device, TrainCamera, TrainQuestion
from rigd.train.resolve_body import LeftOut, resolve_device, resolve_stock
from rigd.train.resolve_camera import resolve_camera
from rigd.train.resolve_filters import resolve_wheels
from rigd.train.resolve_guide_camera import resolve_guide_camera
from rigd.train.resolve_optic import resolve_optic
from rigd.train.resolve_steps import um
from rigd.train.stock import (
    mark_nests,
    nest_parts,
    parts_for_sale,
    parts_from_boxes,
    without_missing_parts,
)

P = ParamSpec("P")
T = TypeVar("T")


class _Faults:
    """Collects what is wrong with a file, so that all of it is said at once."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def take(self, make: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """What a step makes; None if something is wrong with it."""
        try:
            return make(*args, **kwargs)
        except TrainError as error:
            self.found.append(str(error))
            return None


def resolve(
    file: TrainFile, lookup: Lookup, *, inventory: Sequence[PartEntry] = ()
) -> TrainQuestion:
    """Turn a train file into a question.

    Args:
        file: What the person wrote.
        lookup: Knows the ids.
        inventory: Parts at hand besides those of the file.

    Raises:
        TrainError: ids that the catalog does not know and other senseless words, all at once.
    """
    search, faults = file.search, _Faults()
    if not is_order(search.order):
        faults.found.append(f"search.order: {ORDER_WORDS}")
    optic = faults.take(resolve_optic, file.optic, lookup)
    camera = faults.take(resolve_camera, file.camera, lookup)
    every = _devices(file, lookup, faults)
    holders = [device for device in every if device.kind in FILTER_HOLDERS]
    wheels = faults.take(resolve_wheels, file.filters, holders, lookup)
    _check_boxes(file.boxes, lookup, faults)
    guide = faults.take(resolve_guide_camera, file.guide_camera, lookup)
    stock = _stock(file.parts, inventory, lookup, faults)
    if optic is None or camera is None or wheels is None or faults.found:
        raise TrainError("; ".join(faults.found))
    parts = [part for part in stock if isinstance(part, TrainPart)]
    camera, devices = _settle_camera(file, camera, every, parts)
    if file.boxes:
        further = () if isinstance(file.boxes, bool) else file.boxes
        others = [*(entry.id for entry in file.devices), *further]
        boxed = parts_from_boxes(camera, others, lookup)
        parts += [part for part in boxed if part.id not in file.without]
    hosts = [*(device.part for device in devices), *parts]
    inside = nest_parts(parts, hosts, lookup)
    sold = parts_for_sale(lookup)
    if search.shop:
        parts += sold
    devices, parts = _mark_nests(devices, parts, lookup)
    return TrainQuestion(
        optic=optic,
        camera=camera,
        devices=devices,
        free_order=search.device_order == "any",
        may_reorder=search.device_order != "given",
        wheels=wheels,
        guide_camera=guide,
        set_by_maker=find_maker_distance(file, lookup),
        parts=tuple(parts),
        sold=sold,
        nested=inside,
        left_out=_left_out(every, stock),
        overruled=find_overruled(file, lookup),
        tolerance_um=um(search.tolerance_mm),
        criteria=search.order,
        max_parts=search.max_parts,
        max_buys=search.max_buys,
        full_light_only=search.full_light_only,
    )


def _left_out(
    devices: Sequence[Device], stock: Sequence[TrainPart | LeftOut | None]
) -> tuple[str, ...]:
    """What is said of the devices and parts that no train holds."""
    inside = (device.part.label for device in devices if device.inside_camera)
    return (
        *(f"{name} is inside the camera, whose distance counts it" for name in inside),
        *(one.sentence for one in stock if isinstance(one, LeftOut)),
    )


def _mark_nests(
    devices: Sequence[Device], parts: list[TrainPart], lookup: Lookup
) -> tuple[tuple[Device, ...], list[TrainPart]]:
    """The devices and parts with the rings that nest at their ends."""
    marked = tuple(
        replace(
            device,
            part=mark_nests([device.part], parts, lookup)[0],
            other_ends=tuple(mark_nests(device.other_ends, parts, lookup)),
        )
        for device in devices
    )
    return marked, mark_nests(parts, parts, lookup)


def _stock(
    parts: Sequence[PartEntry], inventory: Sequence[PartEntry], lookup: Lookup, faults: _Faults
) -> list[TrainPart | LeftOut | None]:
    return [
        faults.take(resolve_stock, f"{where}[{n}]", entry, lookup)
        for where, entries in (("parts", parts), ("inventory parts", inventory))
        for n, entry in enumerate(entries)
    ]


def _check_boxes(boxes: bool | Sequence[str], lookup: Lookup, faults: _Faults) -> None:
    for number, id in enumerate(() if isinstance(boxes, bool) else boxes):
        if lookup.part(id) is None and lookup.camera(id) is None:
            faults.found.append(f"boxes[{number}]: {id!r} is not in the catalog")


def _settle_camera(
    file: TrainFile, camera: TrainCamera, devices: tuple[Device, ...], parts: Sequence[TrainPart]
) -> tuple[TrainCamera, tuple[Device, ...]]:
    """The camera with the fronts that can be tried, and the devices that no front counts."""
    outside = [device for device in devices if not device.inside_camera]
    camera, devices = take_in_devices(camera, outside)
    if file.camera.mount_configuration is None:
        camera = without_missing_parts(camera, [part.id for part in parts], file.without)
    return camera, devices


def _devices(file: TrainFile, lookup: Lookup, faults: _Faults) -> tuple[Device, ...]:
    found = [
        faults.take(resolve_device, f"devices[{n}]", entry, lookup)
        for n, entry in enumerate(file.devices)
    ]
    names = [entry.id or entry.name for entry in file.devices]
    for number, name in enumerate(names):
        if name in names[:number]:
            faults.found.append(f"devices[{number}].id: {name!r} is in the train twice")
    for number, one in enumerate(file.filters):
        if names and one.device not in (*names, SOME_WHEEL):
            faults.found.append(f"filters[{number}].device: {one.device!r} is not in the train")
    return tuple(device for device in found if device is not None)
