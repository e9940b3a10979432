"""Parts that are alike in everything that counts, as one group: or equal stacks would repeat."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from rigd.train.connection import End
from rigd.train.parts import Port, TrainPart


@dataclass(slots=True)
class Group:
    """Parts that can stand in for each other; the search knows them as one."""

    length: int
    """In steps of the grid."""
    came_off: bool
    """Such a part came off the camera's front: with one there, it would be another mount."""
    members: list[TrainPart] = field(default_factory=list)
    owned: int = 0
    buyable: int = 0


class Edge(NamedTuple):
    """A group in one orientation: `front` and `back` are numbers of ports."""

    group: int
    front: int
    back: int
    aperture_um: int | None
    """At the telescope side."""


def group_parts(
    parts: Sequence[TrainPart],
    number_of: Callable[[Port], int],
    grid: int,
    *,
    apart: Collection[str],
    came_off: Collection[str],
) -> tuple[list[Group], set[Edge]]:
    """Return the groups of parts, and each with its orientations.

    Args:
        parts: At hand, or to buy.
        number_of: Numbers the ports.
        grid: The length in µm that divides all lengths.
        apart: Ids of parts that no other stands in for, nor a bought one for one at hand.
        came_off: Ids of parts that came off the camera's front; what is of their shape is no
            other front either, whoever made it.
    """
    groups: list[Group] = []
    edges: set[Edge] = set()
    known: dict[tuple[object, ...], int] = {}
    shapes_off = {_shape_of(part) for part in parts if part.id in came_off} if came_off else set()
    for part in parts:
        if part.owned + part.buyable == 0:
            continue
        front, back = number_of(part.front), number_of(part.back)
        turns = part.reversible and front != back
        aperture_um, turned_um = part.clear_aperture_um, None
        if turns:
            turned_um = aperture_um if part.turned_aperture_um is None else part.turned_aperture_um
            if front > back:
                # One spelling for both directions, or two alike parts would be two groups.
                front, back = back, front
                aperture_um, turned_um = turned_um, aperture_um
        length = part.optical_length_um // grid
        alone = (part.id, part.owned > 0) if apart and part.id in apart else None
        key = (front, back, length, aperture_um, turned_um, turns, alone)
        number = known.get(key)
        if number is None:
            number = known[key] = len(groups)
            off = bool(shapes_off) and _shape_of(part) in shapes_off
            groups.append(Group(length=length, came_off=off))
            edges.add(Edge(number, front, back, aperture_um))
            if turns:
                edges.add(Edge(number, back, front, turned_um))
        group = groups[number]
        group.members.append(part)
        group.owned += part.owned
        group.buyable += part.buyable
    return groups, edges


def _shape_of(part: TrainPart) -> tuple[int, frozenset[End | None]]:
    """Return what two parts share that make the same front of a camera: length and ends."""
    return part.optical_length_um, frozenset((part.front.end, part.back.end))
