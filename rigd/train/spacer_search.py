"""The best stacks of spacers and adapters, provably: none better exists among the parts given.

Ranked by whole classes first (within the tolerance or not, how many parts to buy, how far off, how
many parts, how dark the corners), in an order that the user may change, then by the error itself.
One part more is one joint more, so joints and parts are one criterion.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise, product
from typing import NamedTuple

from rigd.errors import TrainError
from rigd.optics.back_focus import back_focus_error_um
from rigd.optics.vignetting import Cone
from rigd.train.bit_sets import set_bits
from rigd.train.merit import DEFAULT_ORDER, ORDER_WORDS, Criterion, is_order
from rigd.train.parts import CameraMount, Placed, Port, TrainPart, exceeds_stock
from rigd.train.reachable_lengths import LIGHT_FLOORS, Reach

MAX_PARTS = 6
"""Most spacers and adapters of a train. Our choice: every joint adds tilt and play, and the cost of
the search grows with the number. Where they are too few, more are tried.
"""
MAX_BUYS = 3
"""Most parts to buy; our choice, for the same reasons."""
CLASS_EDGES = (1, 2, 4)
"""Within half a tolerance, within one, within two: in halves of it. Farther off is no answer."""
WITHIN_EDGE = 2
"""In halves of it too: what is farther off is not within the tolerance."""
WIDEST_BAND_UM = 1000
"""Errors that lie farther apart never count as alike: half of the loosest rule of thumb. Who
allows ten millimetres does not mean that four are as good as none.
"""
BANDS_PER_TOLERANCE = 10
"""More would only cost time: bands are wider than `WIDEST_BAND_UM` where the tolerance is huge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpacerProblem:
    """What is to be built, from what."""

    optic: Port
    required_low_um: int
    required_high_um: int
    """Equal to the lower limit, unless the optic itself can be adjusted."""
    tolerance_um: int
    cameras: tuple[CameraMount, ...]
    """Every mount configuration to try."""
    orders: tuple[tuple[TrainPart, ...], ...] = ((),)
    """Admissible orders of the devices, each from the telescope to the camera."""
    parts: tuple[TrainPart, ...] = ()
    cone: Cone | None = None
    max_parts: int = MAX_PARTS
    max_buys: int = MAX_BUYS
    criteria: tuple[Criterion, ...] = DEFAULT_ORDER
    darkest: int = len(LIGHT_FLOORS) - 1
    """Index of the class of `LIGHT_FLOORS` that is still taken: a stack with darker corners is
    refused, instead of ranking lower. 0: none that darkens them at all."""

    def __post_init__(self) -> None:
        """Refuse a problem that cannot be posed."""
        if not 0 < self.required_low_um <= self.required_high_um:
            raise TrainError(
                f"required path length: {self.required_low_um} to {self.required_high_um} µm"
                " is not a range above 0"
            )
        if self.tolerance_um <= 0:
            raise TrainError(f"tolerance_um: {self.tolerance_um} is not above 0")
        if not is_order(self.criteria):
            raise TrainError(f"criteria: {ORDER_WORDS}")
        if not self.cameras:
            raise TrainError("cameras: at least one mount configuration is needed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """One way to build the train, from the telescope to the camera."""

    chain: tuple[Placed, ...]
    camera: CameraMount
    path_length_um: int
    back_focus_error_um: int
    """Given minus required; to the nearer limit if the optic can be adjusted."""
    tolerance_class: int
    """0 to 2: within half, one, two tolerances."""
    corner_illumination: float | None
    """What the narrowest opening leaves of the corner's light; None without sensor and beam."""
    apertures_unknown: tuple[str, ...]
    """Parts whose opening is not known: the illumination is then an upper limit."""

    @property
    def bought(self) -> tuple[str, ...]:
        """Ids of the parts to buy."""
        return tuple(placed.part.id for placed in self.chain if placed.bought)


class _Cell(NamedTuple):
    """One rank: stacks in it differ by their error alone."""

    band: tuple[int, int]
    """Errors above the first and up to the second, in half µm."""
    parts: int
    buys: int
    level: int


def error_um(problem: SpacerProblem, path_um: int) -> int:
    """Return the signed distance of a path length from the required length or range, in µm."""
    nearest = min(max(path_um, problem.required_low_um), problem.required_high_um)
    return back_focus_error_um(path_um, nearest)


def tolerance_class(problem: SpacerProblem, path_um: int) -> int:
    """Return 0, 1, 2 within half, one, two tolerances; 3 beyond."""
    # Both sides doubled: whole numbers, also for half an odd tolerance.
    off = abs(error_um(problem, path_um))
    tolerance = problem.tolerance_um
    return next((n for n, edge in enumerate(CLASS_EDGES) if 2 * off <= edge * tolerance), 3)


def error_bands(tolerance_um: int) -> tuple[int, ...]:
    """Return the upper limits of the errors that count as alike, in half µm, the least first.

    They are the classes of the tolerance, wide ones divided evenly.
    """
    widest_um = max(WIDEST_BAND_UM, -(-tolerance_um // BANDS_PER_TOLERANCE))
    limits: list[int] = []
    below = 0
    for edge in CLASS_EDGES:
        width = edge * tolerance_um - below
        count = -(-width // (2 * widest_um))
        limits += [below + width * n // count for n in range(1, count + 1)]
        below += width
    return tuple(limits)


def best_stacks(problem: SpacerProblem, k: int = 5) -> tuple[Stack, ...]:
    """Return the k best stacks, best first; fewer if there are no more, none if it is impossible.

    Stacks of the same camera mount and the same lengths are one answer: a spacer before or behind
    the wheel, or an adapter in place of a spacer with a ring that adds nothing.

    Raises:
        TrainError: k is below 1.
    """
    if k < 1:
        raise TrainError(f"k: {k} is below 1")
    found: dict[tuple[object, ...], Stack] = {}
    stock = count_stock(problem)
    for stack in _rank_stacks(problem):
        if not may_be_built(stack.chain, stack.camera, stock):
            continue
        key = sameness_key(stack)
        if key not in found:
            found[key] = stack
            if len(found) == k:
                break
    return tuple(found.values())


def count_stock(problem: SpacerProblem) -> dict[str, int]:
    """Return how many are at hand of each part that may be used in more ways than one.

    The search counts parts that it places. A part inside another is placed as one with that, so
    these must be counted afterwards.
    """
    stock: dict[str, int] = {}
    if _inner_parts(problem):
        for part in problem.parts:
            if not part.made_of:
                stock[part.id] = stock.get(part.id, 0) + part.owned
    return stock


def may_be_built(placed: tuple[Placed, ...], camera: CameraMount, stock: Mapping[str, int]) -> bool:
    """Return whether there is enough of everything, also of what sits inside others."""
    return not (stock and exceeds_stock(placed, camera, stock))


def _inner_parts(problem: SpacerProblem) -> frozenset[str]:
    """Return the ids of what may sit inside something, or hold something."""
    whole = chain(problem.parts, *problem.orders)
    return frozenset(chain.from_iterable([part.made_of for part in whole if part.made_of]))


def build_reaches(
    problem: SpacerProblem, limit_um: int, *, with_too_long: bool = True
) -> tuple[Reach, ...]:
    """Prepare one search for each camera mount and each order of the devices.

    Args:
        problem: What is to be built.
        limit_um: The longest train that is looked for.
        with_too_long: Whether to prepare those too that are longer by themselves, and so find none.
    """
    inner = _inner_parts(problem)
    return tuple(
        Reach(
            optic=problem.optic,
            devices=order,
            camera=camera,
            parts=_loose_parts(problem.parts, camera, inner),
            cone=problem.cone,
            limit_um=limit_um,
            apart=inner,
        )
        for camera, order in product(problem.cameras, problem.orders)
        if with_too_long
        or camera.flange_distance_um + sum(part.optical_length_um for part in order) <= limit_um
    )


def _loose_parts(
    parts: tuple[TrainPart, ...], camera: CameraMount, inner: frozenset[str]
) -> tuple[TrainPart, ...]:
    """Return what can be placed: less what the camera's front has on it.

    Of what may sit inside something, those at hand and those to buy are listed apart: where the one
    at hand is inside, another is bought.
    """
    if not camera.added and not inner:
        return parts
    taken = set(camera.added)
    loose: list[TrainPart] = []
    for part in parts:
        kept = part
        if part.owned and part.id in taken:
            taken.remove(part.id)
            kept = replace(part, owned=part.owned - 1)
        if kept.id in inner and kept.owned and kept.buyable:
            loose += [replace(kept, buyable=0), replace(kept, owned=0)]
        else:
            loose.append(kept)
    return tuple(loose)


def stack_of(problem: SpacerProblem, reach: Reach, chain: tuple[Placed, ...], index: int) -> Stack:
    """Return a found chain with its figures."""
    path_um = reach.path_um(index)
    lit, unknown = chain_illumination(problem.cone, chain, reach.camera)
    return Stack(
        chain=chain,
        camera=reach.camera,
        path_length_um=path_um,
        back_focus_error_um=error_um(problem, path_um),
        tolerance_class=tolerance_class(problem, path_um),
        corner_illumination=lit,
        apertures_unknown=unknown,
    )


def _rank_stacks(problem: SpacerProblem) -> Iterator[Stack]:
    """Yield all stacks, best first.

    Cells are visited in the order of the criteria, so the first stack found is provably the best,
    and whoever wants k stacks pays for no more than those.
    """
    limit_um = problem.required_high_um + 2 * problem.tolerance_um
    reaches = build_reaches(problem, limit_um, with_too_long=False)
    levels = _light_levels(problem, reaches)
    bands = tuple(pairwise((-1, *error_bands(problem.tolerance_um))))
    ranges = {
        Criterion.FIT: range(2),
        Criterion.TOLERANCE: range(len(bands)),
        Criterion.BUY: range(problem.max_buys + 1),
        Criterion.PARTS: range(problem.max_parts + 1),
        Criterion.ILLUMINATION: levels,
    }
    before, after = _split_at_error(problem.criteria)
    order = (*before, *after)
    at = {criterion: order.index(criterion) for criterion in order}
    near = _NearLengths(problem, reaches, loosest=levels[-1])
    for first in product(*(ranges[criterion] for criterion in before)):
        found: list[tuple[int, int, int, int, _Cell]] = []
        for number, last in enumerate(product(*(ranges[criterion] for criterion in after))):
            rank = (*first, *last)
            parts, buys = rank[at[Criterion.PARTS]], rank[at[Criterion.BUY]]
            if buys > parts or not near.lengths(parts, buys):
                continue  # most cells: so they are looked at before all else
            band = bands[rank[at[Criterion.TOLERANCE]]]
            is_off = band[1] > WITHIN_EDGE * problem.tolerance_um
            if Criterion.FIT in at and rank[at[Criterion.FIT]] != is_off:
                continue
            cell = _Cell(band, parts, buys, rank[at[Criterion.ILLUMINATION]])
            found += [
                (off_um, number, reach, index, cell) for off_um, reach, index in near.in_cell(cell)
            ]
        for _, _, reach_number, index, cell in sorted(found):
            reach = reaches[reach_number]
            for placed in reach.stacks(cell.level, cell.parts, cell.buys, index):
                yield stack_of(problem, reach, placed, index)


class _NearLengths:
    """The lengths within two tolerances, by numbers of parts: found when they are asked for."""

    def __init__(self, problem: SpacerProblem, reaches: Sequence[Reach], *, loosest: int) -> None:
        self._reaches = reaches
        self._loosest = loosest
        self._low_um, self._high_um = problem.required_low_um, problem.required_high_um
        off_um = CLASS_EDGES[-1] * problem.tolerance_um // 2
        self._windows = [
            reach.window(self._low_um - off_um, self._high_um + off_um) for reach in reaches
        ]
        self._found: dict[tuple[int, int], list[tuple[int, int, int]]] = {}

    def lengths(self, parts: int, buys: int) -> list[tuple[int, int, int]]:
        """Return errors in µm, each with the number of its search and its length there."""
        known = self._found.get((parts, buys))
        if known is None:
            known = self._found[parts, buys] = sorted(self._find(parts, buys))
        return known

    def in_cell(self, cell: _Cell) -> Iterator[tuple[int, int, int]]:
        """Yield those in the band of a cell that leave as much light as it asks for."""
        least, most = cell.band
        for off_um, number, index in self.lengths(cell.parts, cell.buys):
            if 2 * off_um > most:
                return
            if 2 * off_um > least:
                lit = self._reaches[number].lengths(cell.level, cell.parts, cell.buys)
                if lit >> index & 1:
                    yield off_um, number, index

    def _find(self, parts: int, buys: int) -> Iterator[tuple[int, int, int]]:
        for number, (reach, (first, last)) in enumerate(
            zip(self._reaches, self._windows, strict=True)
        ):
            if last < first:
                continue
            mask = (1 << (last - first + 1)) - 1
            for step in set_bits(reach.lengths(self._loosest, parts, buys) >> first & mask):
                path_um = reach.path_um(first + step)
                off_um = max(0, self._low_um - path_um, path_um - self._high_um)
                yield off_um, number, first + step


def _split_at_error(
    criteria: Sequence[Criterion],
) -> tuple[tuple[Criterion, ...], tuple[Criterion, ...]]:
    """Return the criteria that count before the error, and those after it."""
    if Criterion.ERROR not in criteria:
        return tuple(criteria), ()
    place = criteria.index(Criterion.ERROR)
    return tuple(criteria[:place]), tuple(criteria[place + 1 :])


def _light_levels(problem: SpacerProblem, reaches: Sequence[Reach]) -> tuple[int, ...]:
    if problem.cone is None:
        return (0,)
    if not any(reach.may_clip() for reach in reaches):
        return (0,)
    return tuple(range(problem.darkest + 1))


def chain_illumination(
    cone: Cone | None, chain: Sequence[Placed], camera: CameraMount
) -> tuple[float | None, tuple[str, ...]]:
    """Return the corner light that the narrowest opening leaves, and the ids of unknown openings.

    Each opening is taken at the part's telescope side, where the cone is widest. The light is a
    share from 0 to 1; None without sensor and beam.
    """
    openings = [(camera.id, camera.flange_distance_um, camera.clear_aperture_um)]
    unknown = [camera.id] if camera.aperture_bounded or camera.clear_aperture_um is None else []
    distance_um = camera.flange_distance_um
    for placed in reversed(chain):
        part = placed.part
        distance_um += part.optical_length_um
        openings.append((part.id, distance_um, placed.aperture_um))
        if part.aperture_bounded or placed.aperture_um is None:
            unknown.append(part.id)
    names = tuple(dict.fromkeys(unknown))
    if cone is None:
        return None, names
    known = [
        cone.share_of_light(at_um, aperture)
        for _, at_um, aperture in openings
        if aperture is not None
    ]
    return min(known, default=1.0), names


def sameness_key(stack: Stack) -> tuple[object, ...]:
    """Return what two stacks share that `best_stacks` counts as one answer."""
    lengths = sorted(
        placed.part.optical_length_um
        for placed in stack.chain
        if not placed.device and placed.part.optical_length_um
    )
    return (stack.camera.id, stack.path_length_um, tuple(lengths))
