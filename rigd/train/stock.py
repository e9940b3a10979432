"""The parts that a train may use: from boxes, from a shop, and rings inside other parts."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from rigd.train.connection import may_mate
from rigd.train.part_facts import BodyFacts, Lookup
from rigd.train.parts import TrainPart, nest
from rigd.train.question import TrainCamera

ADAPTERS_FOR_SALE, RINGS_FOR_SALE = 2, 4
"""How many of each part a train may want from a shop; our choice. Rings of one thread add up to a
length; who goes to and fro between two threads more often than twice builds no train.
"""


def parts_from_boxes(
    camera: TrainCamera, others: Sequence[str | None], lookup: Lookup
) -> list[TrainPart]:
    """Return the parts from the boxes of the camera and of other things.

    What came for the guide camera is no spacer of the train: who uses it as one says so.

    Args:
        camera: The camera with every mount configuration.
        others: Catalog ids of devices, and of what else one owns; None for one without.
        lookup: Knows what comes with each.
    """
    boxes = [(camera.name, camera.box_parts)]
    for id in others:
        if id is None:
            continue
        device = lookup.part(id)
        other = None if device is not None else lookup.camera(id)
        if (known := device or other) is not None:
            boxes.append((known.name or id, known.box_parts))
    return [
        replace(known.as_part(part), owned=1, box=f"came with {name}")
        for name, parts in boxes
        for part in parts
        if (known := lookup.part(part)) is not None
        if known.optical_length_um is not None and known.may_be_stock
    ]


def without_missing_parts(
    camera: TrainCamera, owned: Sequence[str], missing: Sequence[str] = ()
) -> TrainCamera:
    """Return the camera without the mounts that need a part which is neither in its box nor owned.

    Nothing is left out where the catalog does not know the box, or where nothing would remain.
    """
    if not camera.box_parts:
        return camera
    at_hand = {*camera.box_parts, *owned}.difference(missing)
    possible = tuple(mount for mount in camera.mounts if at_hand.issuperset(mount.added))
    return replace(camera, mounts=possible) if possible else camera


class _Listed:
    """What a catalog lists for sale: the same list, not one that is alike."""

    __slots__ = ("sold",)

    def __init__(self, sold: Sequence[tuple[str, BodyFacts]]) -> None:
        self.sold = sold

    def __hash__(self) -> int:
        return id(self.sold)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Listed) and other.sold is self.sold


def parts_for_sale(lookup: Lookup) -> tuple[TrainPart, ...]:
    """Return every spacer and adapter whose ends and length the catalog knows, as buyable parts."""
    return _as_buyable(_Listed(lookup.for_sale()))


@lru_cache(maxsize=4)
def _as_buyable(listed: _Listed) -> tuple[TrainPart, ...]:
    """The same for every train that is asked of a catalog."""
    return tuple(
        replace(part, buyable=RINGS_FOR_SALE if _is_ring(part) else ADAPTERS_FOR_SALE)
        for name, known in listed.sold
        if known.optical_length_um is not None and known.may_be_stock
        for part in [known.as_part(name)]
    )


def _is_ring(part: TrainPart) -> bool:
    """Whether a part has one thread, male at one side: any number of them can be joined."""
    front, back = part.front.end, part.back.end
    return front is not None and back is not None and may_mate(front, back)


def nest_parts(
    parts: Sequence[TrainPart], hosts: Sequence[TrainPart], lookup: Lookup
) -> tuple[tuple[str, TrainPart], ...]:
    """Return each host with each owned ring that fits inside it, under the host's id."""
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


def mark_nests(
    parts: Sequence[TrainPart], rings: Sequence[TrainPart], lookup: Lookup
) -> list[TrainPart]:
    """Return parts of which each end knows the rings that nest there.

    Args:
        parts: All that a train may hold, rings and what they nest in.
        rings: Those of them that may nest.
        lookup: Knows what nests in what.
    """
    hosts = {
        ring.id: known.nests_in
        for ring in rings
        if (known := lookup.part(ring.id)) is not None and known.nests_in
    }
    marked: list[TrainPart] = []
    for part in parts:
        kept = part
        if part.id in hosts:
            kept = replace(kept, back=replace(kept.back, nests=(part.id,)))
        if inside := tuple(sorted(ring for ring, names in hosts.items() if part.id in names)):
            kept = replace(kept, front=replace(kept.front, nests=inside))
        marked.append(kept)
    return marked
