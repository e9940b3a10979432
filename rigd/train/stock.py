"""The parts at hand: what came in boxes, what a shop has, what sits inside something else."""

from collections.abc import Sequence
from dataclasses import replace

from rigd.train.part_facts import Lookup
from rigd.train.parts import TrainPart, nest
from rigd.train.question import TrainCamera

FOR_SALE = 2
"""How many of each part a train may want from a shop."""


def parts_from_boxes(
    camera: TrainCamera, devices: Sequence[str | None], lookup: Lookup
) -> tuple[TrainCamera, list[TrainPart]]:
    """What came with camera and devices, and the camera's mounts without those parts on."""
    boxes = [(camera.name, camera.box_parts)]
    for name in devices:
        known = lookup.part(name) if name else None
        boxes.append((name or "", known.box_parts if known else ()))
    found = [
        TrainPart(
            id=part,
            front=known.front,
            back=known.back,
            optical_length_um=known.optical_length_um,
            clear_aperture_um=known.clear_aperture_um,
            reversible=known.reversible,
            owned=1,
            box=f"came with {name}",
        )
        for name, parts in boxes
        for part in parts
        if (known := lookup.part(part)) is not None
        if known.front and known.back and known.optical_length_um is not None
    ]
    at_hand = {part.id for part in found}
    bare = tuple(mount for mount in camera.mounts if not at_hand.intersection(mount.added))
    return (replace(camera, mounts=bare) if bare else camera), found


def parts_for_sale(lookup: Lookup) -> list[TrainPart]:
    """Every spacer and adapter that the catalog knows both ends and the length of."""
    return [
        TrainPart(
            id=name,
            front=known.front,
            back=known.back,
            optical_length_um=known.optical_length_um,
            clear_aperture_um=known.clear_aperture_um,
            reversible=known.reversible,
            buyable=FOR_SALE,
        )
        for name, known in lookup.for_sale()
        if known.front and known.back and known.optical_length_um is not None
    ]


def nest_parts(
    parts: Sequence[TrainPart], hosts: Sequence[TrainPart], lookup: Lookup
) -> tuple[tuple[str, TrainPart], ...]:
    """What comes of each ring at hand inside each host, under the host's id."""
    found: list[tuple[str, TrainPart]] = []
    for ring in parts:
        known = lookup.part(ring.id)
        for host in hosts:
            if known is None or host.id not in known.nests_in or not ring.owned:
                continue
            both = nest(ring, host, known.nested_length_um)
            if both is not None:
                found.append((host.id, both))
    return tuple(found)
