"""Which lengths the parts can reach: dynamic programming over bit sets, exact and with a way back.

A train is built from the sensor outwards, because light is clipped by an opening's distance from
the sensor. A state is (devices passed, parts used, parts bought, open port); its value is a big
integer whose bit i says that the parts so far can add up to i * grid. Adding a part is one shift;
an opening that would clip the light beyond a distance is one mask. How often each part is used is
not in the state (there would be too many states): the way back enforces it, and so the lengths
found on the way out are an upper bound of what can be built.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from rigd.optics.vignetting import Cone
from rigd.train.bit_sets import grid_um
from rigd.train.connection import Gender
from rigd.train.part_groups import Edge, group_parts
from rigd.train.parts import CameraMount, Placed, Port, TrainPart, may_join

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

LIGHT_FLOORS = (1.0, 0.75, 0.5, 0.25, 0.0)
"""Classes of corner light, our choice: the share that every opening of the train lets through."""
MOST_PARTS = 12
"""No train has more parts, whatever is allowed; our choice."""


class _Cell(NamedTuple):
    """A point on the way back: what is still to be placed between here and the camera."""

    stage: int
    parts: int
    buys: int
    port: int
    place: int


@dataclass(slots=True)
class _Search:
    """One walk back: how often each group is used so far, and the cells visited with that."""

    level: int
    used: dict[int, int] = field(default_factory=dict)
    seen: set[tuple[object, ...]] = field(default_factory=set)
    skipped: int = 0
    """How often a cell that had given something was met again."""


class Reach:
    """The lengths that one camera mount, one order of devices and a set of parts can reach."""

    def __init__(
        self,
        *,
        optic: Port,
        devices: Sequence[TrainPart],
        camera: CameraMount,
        parts: Sequence[TrainPart],
        cone: Cone | None,
        limit_um: int,
        apart: frozenset[str] = frozenset(),
    ) -> None:
        self.camera = camera
        self.devices = tuple(devices)
        self._devices = tuple(reversed(devices))  # from the camera outwards, as all indices here
        self._cone = cone
        self._grid = grid_um(parts)
        self._bases = [camera.flange_distance_um]
        for device in self._devices:
            self._bases.append(self._bases[-1] + device.optical_length_um)
        self.base_um = self._bases[-1]
        """The fixed length: camera and devices without any part."""
        self._bits = max(0, limit_um - self.base_um) // self._grid + 1
        self._ports: list[Port] = []
        self._index: dict[tuple[object, ...], int] = {}
        for part in parts:
            # The first ports are tried first: where an end is not known, rings stand as usual.
            if part.front.end is not None and part.front.end.gender is Gender.FEMALE:
                self._port(part.front)
        self._groups, self._edges = group_parts(
            parts, self._port, self._grid, apart=apart, came_off=camera.removed
        )
        self._at_hand = sum(group.owned for group in self._groups)
        self._camera_port = self._port(camera.port)
        self._optic_port = self._port(optic)
        self._device_edges = [
            [(self._port(front), self._port(back)) for front, back in device.orientations()]
            for device in self._devices
        ]
        self._joining = [
            [j for j, other in enumerate(self._ports) if may_join(port, other)]
            for port in self._ports
        ]
        self._edges_by_front: dict[int, list[Edge]] = {}
        self._steps: tuple[dict[int, _Steps], dict[int, _Steps]] = ({}, {})
        self._sort_edges()
        self._masks: dict[tuple[int, int, int | None], int] = {}
        self._lit_shares: dict[tuple[int, int], npt.NDArray[np.float64]] = {}
        self._levels: dict[tuple[int, int, int, int], dict[int, int]] = {}
        self._finals: dict[tuple[int, int, int], int] = {}
        self._dead_ends: set[tuple[object, ...]] = set()

    def lengths(self, level: int, count: int, buys: int) -> int:
        """Return the bit set of the lengths that end at the optic, in grid steps above `base_um`.

        Args:
            level: Index of `LIGHT_FLOORS` that every opening must reach.
            count: Number of parts, exactly.
            buys: Number of them that are bought, exactly.
        """
        key = (level, count, buys)
        if key not in self._finals:
            states = self._states(level, len(self._devices), count, buys)
            found = 0
            for port in self._joining[self._optic_port]:
                found |= states.get(port, 0)
            self._finals[key] = found
        return self._finals[key]

    def window(self, low_um: int, high_um: int) -> tuple[int, int]:
        """Return the first and last index with a path length in a range; last < first if none."""
        first = max(0, -((self.base_um - low_um) // self._grid))  # rounded up
        return first, min(self._bits - 1, (high_um - self.base_um) // self._grid)

    def path_um(self, index: int) -> int:
        """Return the path length of an index of `lengths`."""
        return self.base_um + index * self._grid

    def may_clip(self) -> bool:
        """Return whether any opening could clip the corner at all."""
        stages = range(len(self._bases))
        devices = [(s + 1, d.narrowest_um) for s, d in enumerate(self._devices)]
        parts = {(s, edge.aperture_um) for s in stages for edge in self._edges}
        full = self._mask(len(LIGHT_FLOORS) - 1, 0, None)
        return any(self._mask(0, s, a) != full for s, a in (*devices, *parts)) or (
            self._camera_level() > 0
        )

    def open_ports(self, max_count: int, max_buys: int) -> tuple[tuple[Port, ...], ...]:
        """Return the ports that parts can offer in each gap, from the camera outwards."""
        loosest = len(LIGHT_FLOORS) - 1
        gaps: list[tuple[Port, ...]] = []
        for stage in range(len(self._bases)):
            ports: set[int] = set()
            for count in range(max_count + 1):
                for buys in range(min(count, max_buys) + 1):
                    ports.update(self._states(loosest, stage, count, buys))
            gaps.append(tuple(self._ports[port] for port in sorted(ports)))
        return tuple(gaps)

    def stacks(self, level: int, count: int, buys: int, index: int) -> Iterator[tuple[Placed, ...]]:
        """Yield every multiset of parts that gives a length, once each, telescope side first."""
        search = _Search(level=level)
        for port in self._joining[self._optic_port]:
            cell = _Cell(len(self._devices), count, buys, port, index)
            for steps in self._walk(search, cell):
                yield self._place_parts(steps)

    # Compiled once, when the search is set up.

    def _port(self, port: Port) -> int:
        # Spelt out: comparing ends as such would cost more than the rest of the set-up.
        end = port.end
        kind = end and (end.coupling, end.standard, end.gender)
        key = (kind, port.depth_um, port.maker, port.nests, port.usual)
        if (found := self._index.get(key)) is None:
            found = self._index[key] = len(self._ports)
            self._ports.append(port)
        return found

    def _sort_edges(self) -> None:
        shifts: tuple[dict[tuple[int, int, int | None], set[int]], ...] = ({}, {})
        groups = self._groups
        for edge in sorted(self._edges, key=lambda e: (groups[e.group].length, e.group, e.back)):
            self._edges_by_front.setdefault(edge.front, []).append(edge)
            group = self._groups[edge.group]
            for kind, stock in enumerate((group.owned, group.buyable)):
                if stock:
                    for port in self._joining[edge.back]:
                        key = (port, edge.front, edge.aperture_um)
                        shifts[kind].setdefault(key, set()).add(group.length)
        for kind in (0, 1):
            for (port, front, aperture_um), lengths in shifts[kind].items():
                step = (front, aperture_um, tuple(sorted(lengths)))
                self._steps[kind].setdefault(port, []).append(step)

    # The way out: from the camera to the optic, lengths only.

    def _camera_level(self) -> int:
        if self._cone is None or self.camera.clear_aperture_um is None:
            return 0
        lit = self._cone.share_of_light(
            self.camera.flange_distance_um, self.camera.clear_aperture_um
        )
        return next(level for level, floor in enumerate(LIGHT_FLOORS) if lit >= floor)

    def _mask(self, level: int, stage: int, aperture_um: int | None) -> int:
        """Return the bit set of places where an opening's front still lights the corner enough."""
        if aperture_um is None or self._cone is None or LIGHT_FLOORS[level] == 0.0:
            return (1 << self._bits) - 1
        key = (level, stage, aperture_um)
        if key not in self._masks:
            base, floor = self._bases[stage], LIGHT_FLOORS[level]
            ends = (base, base + (self._bits - 1) * self._grid)
            if level == 0 and all(
                self._cone.share_of_light(end, aperture_um) >= 1.0 for end in ends
            ):
                # The needed diameter is a convex function of the distance: what both ends of the
                # range pass, everything between passes.
                self._masks[key] = (1 << self._bits) - 1
            else:
                shares = self._shares(stage, aperture_um, self._cone)
                import numpy as np  # noqa: PLC0415 - only apertures need it, see `Cone.lit_at_all`

                packed = np.packbits(shares >= floor, bitorder="little")
                self._masks[key] = int.from_bytes(packed.tobytes(), "little")
        return self._masks[key]

    def _shares(self, stage: int, aperture_um: int, cone: Cone) -> npt.NDArray[np.float64]:
        key = (stage, aperture_um)
        if key not in self._lit_shares:
            import numpy as np  # noqa: PLC0415 - only apertures need it, see `Cone.lit_at_all`

            distances = self._bases[stage] + self._grid * np.arange(self._bits, dtype=np.int64)
            self._lit_shares[key] = cone.shares_of_light(distances, aperture_um)
        return self._lit_shares[key]

    def _states(self, level: int, stage: int, count: int, buys: int) -> dict[int, int]:
        """Return a bit set of lengths by open port, for exactly so many parts used and bought."""
        key = (level, stage, count, buys)
        found = self._levels.get(key)
        if found is not None:
            return found
        states: dict[int, int] = {}
        if count - buys > self._at_hand:
            return states
        if (stage, count, buys) == (0, 0, 0) and self._camera_level() <= level:
            states[self._camera_port] = 1
        if stage > 0:
            device = self._devices[stage - 1]
            mask = self._mask(level, stage, device.narrowest_um)
            below = self._states(level, stage - 1, count, buys)
            for front, back in self._device_edges[stage - 1]:
                for port in self._joining[back]:
                    if bits := below.get(port, 0) & mask:
                        states[front] = states.get(front, 0) | bits
        if count > 0:
            self._add_parts(states, level, stage, (count - 1, buys), kind=0)
            if buys > 0:
                self._add_parts(states, level, stage, (count - 1, buys - 1), kind=1)
        self._levels[key] = states
        return states

    def _add_parts(
        self, states: dict[int, int], level: int, stage: int, before: tuple[int, int], *, kind: int
    ) -> None:
        if before[1] > before[0]:
            return
        for port, bits in self._states(level, stage, *before).items():
            for front, aperture_um, lengths in self._steps[kind].get(port, ()):
                reached = 0
                for length in lengths:
                    reached |= bits << length
                if reached := reached & self._mask(level, stage, aperture_um):
                    states[front] = states.get(front, 0) | reached

    # The way back: from the optic to the camera, with the parts themselves.

    def _walk(self, search: _Search, cell: _Cell) -> Iterator[tuple[tuple[int | None, int], ...]]:
        """Yield the steps to the camera: a group (None: the next device) and the port behind it."""
        stage, count, buys, port, index = cell
        if index < 0:
            return
        if not self._states(search.level, stage, count, buys).get(port, 0) >> index & 1:
            return
        if (stage, count) == (0, 0):
            yield ()
            return
        end = (search.level, cell, self._run_out(search, buys))
        if end in self._dead_ends:
            return
        # With the same parts used, a cell that was visited gives the same multisets again.
        key = (cell, frozenset(search.used.items()))
        if key in search.seen:
            search.skipped += 1
            return
        search.seen.add(key)
        skipped, is_dead = search.skipped, True
        for steps in self._walk_on(search, cell):
            is_dead = False
            yield steps
        if is_dead and search.skipped == skipped:
            self._dead_ends.add(end)

    def _run_out(self, search: _Search, buys: int) -> frozenset[tuple[int, int, int]]:
        """Return what is left of the parts that may run out: nothing else makes a dead end."""
        scarce: list[tuple[int, int, int]] = []
        for number, used in search.used.items():
            group = self._groups[number]
            owned = max(0, group.owned - used)
            buyable = min(buys, group.buyable - max(0, used - group.owned))
            if (owned, buyable) != (group.owned, min(buys, group.buyable)):
                scarce.append((number, owned, buyable))
        return frozenset(scarce)

    def _walk_on(
        self, search: _Search, cell: _Cell
    ) -> Iterator[tuple[tuple[int | None, int], ...]]:
        stage, count, buys, port, index = cell
        if stage > 0 and self._is_lit(search.level, stage, index, self._devices[stage - 1]):
            for front, back in self._device_edges[stage - 1]:
                if front == port:
                    for inner in self._joining[back]:
                        below = _Cell(stage - 1, count, buys, inner, index)
                        for rest in self._walk(search, below):
                            yield ((None, back), *rest)
        if count > 0:
            yield from self._walk_parts(search, cell)

    def _walk_parts(
        self, search: _Search, cell: _Cell
    ) -> Iterator[tuple[tuple[int | None, int], ...]]:
        stage, count, buys, port, index = cell
        states = [
            self._states(search.level, stage, count - 1, buys - bought) if bought <= buys else {}
            for bought in (0, 1)
        ]
        for edge in self._edges_by_front.get(port, ()):
            group = self._groups[edge.group]
            rest_index = index - group.length
            if rest_index < 0:
                return  # the edges are in order of length
            used = search.used.get(edge.group, 0)
            bought = int(used >= group.owned)  # what is owned is used first
            below = [
                inner
                for inner in self._joining[edge.back]
                if states[bought].get(inner, 0) >> rest_index & 1
            ]
            if (
                not below
                or used >= group.owned + group.buyable
                or not self._mask(search.level, stage, edge.aperture_um) >> index & 1
                or (group.came_off and (stage, count) == (0, 1))
            ):
                continue
            search.used[edge.group] = used + 1
            for inner in below:
                inside = _Cell(stage, count - 1, buys - bought, inner, rest_index)
                for rest in self._walk(search, inside):
                    yield ((edge.group, edge.back), *rest)
            if used:
                search.used[edge.group] = used
            else:
                del search.used[edge.group]

    def _is_lit(self, level: int, stage: int, index: int, device: TrainPart) -> bool:
        return bool(self._mask(level, stage, device.narrowest_um) >> index & 1)

    def _place_parts(self, steps: Sequence[tuple[int | None, int]]) -> tuple[Placed, ...]:
        chain: list[Placed] = []
        device = len(self._devices)
        stock: dict[int, list[tuple[TrainPart, bool]]] = {}
        for number, back in steps:
            if number is None:
                device -= 1
                part, bought = self._devices[device], False
            else:
                group = self._groups[number]
                if number not in stock:
                    stock[number] = [
                        *((p, False) for p in group.members for _ in range(p.owned)),
                        *(
                            (p, True)
                            for p in group.members
                            for _ in range(min(p.buyable, MOST_PARTS))
                        ),
                    ]
                part, bought = stock[number].pop(0)
            chain.append(
                Placed(
                    part=part,
                    turned=self._port(part.back) != back,
                    device=number is None,
                    bought=bought,
                )
            )
        return tuple(chain)


_Steps = list[tuple[int, int | None, tuple[int, ...]]]
