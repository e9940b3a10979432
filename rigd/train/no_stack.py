"""Why no stack exists: the nearest lengths, the gap in the threads, the one adapter that helps."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from rigd.train.bare_stack import bare_stack
from rigd.train.bit_sets import set_bits
from rigd.train.connection import Coupling, End, Gender
from rigd.train.parts import Port, TrainPart
from rigd.train.reachable_lengths import LIGHT_FLOORS, Reach
from rigd.train.spacer_search import (
    SpacerProblem,
    Stack,
    best_stacks,
    build_reaches,
    count_stock,
    may_be_built,
    stack_of,
)
from rigd.train.verdict import USABLE
from rigd.units import mm_from_um

FARTHEST_UM = 100_000
"""How far above the target a too long train is looked for; our choice."""
SHIM_UM = 2_000
"""A train that is too short by no more than this is a case for shims; our choice."""
LENGTHS_SHOWN = 3
DARKEST = len(LIGHT_FLOORS) - 1
"""The class of light that every train is in."""
MANY_PARTS = 60
"""Above this only adapters next to a device, the camera or the telescope are tried: there is a
search for every pair of ends, and a shop's whole list has hundreds.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapter:
    """One part that is not there, and would close the train."""

    front: End
    back: End
    optical_lengths_um: tuple[int, ...]
    """The shortest lengths that reach the target exactly with the other parts at hand, and that
    which needs the fewest of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What can be reached instead."""

    reason: str
    below: Stack | None
    """The longest train that is too short."""
    above: Stack | None
    """The shortest train that is too long."""
    shim_um: int | None
    """What shims would have to add to the train that is too short, if that is little."""
    adapters: tuple[Adapter, ...]
    bare: Stack
    """Camera and devices alone, whatever their threads."""
    threads_close: bool = True
    """Whether it is the length alone that is wrong."""
    is_always_too_long: bool = False
    """Whether camera and devices alone are too long: then in every order, whatever the threads."""
    fitting_order: str | None = None
    """The order of the devices in which a train fits, though in the one given none does."""

    @property
    def nothing_helps(self) -> bool:
        """Whether no part that could be added makes a train of it: something must come off.

        Threads that do not close want adapters, more than one maybe: of these nothing is known.
        """
        is_lacking = self.below is None and self.shim_um is None and not self.adapters
        has_room = self.bare.back_focus_error_um < 0 or self.bare.tolerance_class <= USABLE
        return is_lacking and self.threads_close and self.fitting_order is None and not has_room


def explain(problem: SpacerProblem) -> Explanation:
    """Explain why a problem has no stack within two tolerances."""
    dark: tuple[Stack, ...] = ()
    if problem.darkest < DARKEST:
        dark = best_stacks(replace(problem, darkest=DARKEST), 1)
    reaches = build_reaches(problem, problem.required_high_um + FARTHEST_UM)
    below = find_nearest(problem, reaches, upward=False)
    above = find_nearest(problem, reaches, upward=True)
    is_too_long = _is_too_long(problem, reaches)
    if is_too_long:
        # Nothing is to be bought for a train that is too long without it.
        above = bare_stack(problem, shortest=True)
    adapters = find_adapters(problem)
    shim_um = None
    if below is not None and -below.back_focus_error_um <= SHIM_UM:
        shim_um = -below.back_focus_error_um
    return Explanation(
        reason=_dark_words(problem, dark[0])
        if dark
        else _reason(problem, reaches, (below, above), can_be_joined=bool(adapters)),
        below=below,
        above=above,
        shim_um=shim_um,
        adapters=adapters,
        bare=bare_stack(problem),
        threads_close=below is not None or above is not None or is_too_long,
        is_always_too_long=is_too_long,
    )


def bare_words(explanation: Explanation, tolerance_um: int) -> str | None:
    """Say how long camera and devices are alone, and what is left; nothing if that is the reason.

    The length is an answer whatever the threads.
    """
    if explanation.is_always_too_long:
        return None
    bare = explanation.bare
    off_um = bare.back_focus_error_um
    alone = f"camera and devices alone take {_mm(bare.path_length_um)}"
    if abs(off_um) <= tolerance_um:
        off = f", {_mm(abs(off_um))} too {'long' if off_um > 0 else 'short'}" if off_um else ""
        return f"{alone}{off}: within the tolerance if nothing has to go between them"
    if off_um > 0:
        return f"{alone}, {_mm(off_um)} too long"
    return f"{alone}, {_mm(-off_um)} are left for what goes between"


def _mm(length_um: int) -> str:
    return f"{mm_from_um(length_um):g} mm"


def _dark_words(problem: SpacerProblem, stack: Stack) -> str:
    """Say what darkens the corners of the best train, where only full light is wanted."""
    at_um, camera = stack.camera.flange_distance_um, stack.camera
    openings = [(camera.id, at_um, camera.clear_aperture_um)]
    for placed in reversed(stack.chain):
        at_um += placed.part.optical_length_um
        filters_um = placed.part.filter_opening_um
        openings.append((placed.part.label, at_um, placed.aperture_um))
        openings.append((f"the filter in {placed.part.label}", at_um, filters_um))
    shares = [
        (problem.cone.share_of_light(far_um, opening_um), name, opening_um)
        for name, far_um, opening_um in openings
        if opening_um is not None and problem.cone is not None
    ]
    share, name, opening_um = min(shares)
    return (
        f"every train that fits darkens the corners: {name}, {mm_from_um(opening_um):g} mm wide,"
        f" leaves {share:.0%} of their light in the best one, and full_light_only refuses that"
    )


def find_nearest(problem: SpacerProblem, reaches: Sequence[Reach], *, upward: bool) -> Stack | None:
    """Return the shortest stack that is too long, or else the longest that is too short."""
    strict = problem.darkest
    found = [
        (path_um if upward else -path_um, number, index, count, buys)
        for number, reach in enumerate(reaches)
        for count in range(problem.max_parts + 1)
        for buys in range(min(count, problem.max_buys) + 1)
        for index, path_um in _lengths(problem, reach, (strict, count, buys), upward=upward)
    ]
    stock = count_stock(problem)
    for _, number, index, count, buys in sorted(found):
        reach = reaches[number]
        for chain in reach.stacks(strict, count, buys, index):
            if may_be_built(chain, reach.camera, stock):
                return stack_of(problem, reach, chain, index)
    return None


def _lengths(
    problem: SpacerProblem, reach: Reach, cell: tuple[int, int, int], *, upward: bool
) -> Iterator[tuple[int, int]]:
    for index in set_bits(reach.lengths(*cell)):
        path_um = reach.path_um(index)
        if path_um > problem.required_high_um if upward else path_um < problem.required_low_um:
            yield index, path_um


def find_adapters(problem: SpacerProblem) -> tuple[Adapter, ...]:
    """Return every pair of ends for which one part more, of the right length, makes a train.

    Threaded adapters first, then by length: what is easiest to buy.
    """
    neighbours = [part for order in problem.orders for part in order]
    owned = [part for part in problem.parts if part.owned]
    if len(owned) <= MANY_PARTS:
        neighbours += owned
    sides = [pair for part in neighbours for pair in part.orientations()]
    fronts = _partners([problem.optic, *(back for _, back in sides)])
    backs = _partners([*(m.port for m in problem.cameras), *(front for front, _ in sides)])
    found: list[Adapter] = []
    for front in fronts:
        for back in backs:
            lengths_um = _missing_lengths(problem, front, back)
            if lengths_um:
                found.append(Adapter(front=front, back=back, optical_lengths_um=lengths_um))
    return tuple(
        sorted(found, key=lambda one: (_is_odd(one.front, one.back), one.optical_lengths_um))
    )


def _is_odd(*ends: End) -> bool:
    """Return whether an adapter is not simply threaded at both ends: those are rarer."""
    return any(end.coupling is not Coupling.THREAD for end in ends)


def _partners(ports: Sequence[Port]) -> list[End]:
    other = {Gender.MALE: Gender.FEMALE, Gender.FEMALE: Gender.MALE, Gender.NONE: Gender.NONE}
    known = {port.end for port in ports if port.end is not None}
    return sorted((end.model_copy(update={"gender": other[end.gender]}) for end in known), key=str)


def _missing_lengths(problem: SpacerProblem, front: End, back: End) -> tuple[int, ...]:
    """Return the lengths in µm that an adapter with these ends would need, the shortest first.

    Among them is that which needs the fewest other parts.

    The adapter takes part in the search with no length; what is then missing is its length.
    """
    wanted = TrainPart(
        id="adapter",
        front=Port(end=front),
        back=Port(end=back),
        optical_length_um=0,
        buyable=1,
    )
    owned = tuple(replace(part, buyable=0) for part in problem.parts if part.owned)
    trial = replace(problem, parts=(*owned, wanted), max_buys=1)
    level = problem.darkest
    stock = count_stock(trial)
    needed: list[int] = []
    fewest: tuple[int, int] | None = None
    for reach in build_reaches(trial, problem.required_high_um, with_too_long=False):
        for count in range(1, problem.max_parts + 1):
            found = 0
            for index in reversed(set_bits(reach.lengths(level, count, 1))):
                chains = reach.stacks(level, count, 1, index)
                if any(may_be_built(c, reach.camera, stock) for c in chains):
                    length_um = problem.required_low_um - reach.path_um(index)
                    needed.append(length_um)
                    if length_um > 0:
                        fewest = min(fewest or (count, length_um), (count, length_um))
                    found += 1
                if found == LENGTHS_SHOWN:
                    break
    positive = sorted({length for length in needed if length > 0})
    shown = positive[:LENGTHS_SHOWN]
    if fewest is not None and fewest[1] not in shown:
        shown = [*shown[:-1], fewest[1]]
    return tuple(shown)


def _reason(
    problem: SpacerProblem,
    reaches: Sequence[Reach],
    nearest: tuple[Stack | None, Stack | None],
    *,
    can_be_joined: bool,
) -> str:
    """Say why nothing fits.

    Args:
        problem: The search that found nothing.
        reaches: Its searches.
        nearest: The longest train that is too short, and the shortest that is too long.
        can_be_joined: Whether one part that is not there would make a train of it.
    """
    below, above = nearest
    bare_um = min(reach.base_um for reach in reaches)
    if _is_too_long(problem, reaches):
        shortest_um = min(reach.base_um for reach in reaches)
        # Before the threads: no adapter makes a train shorter.
        return (
            f"{mm_from_um(shortest_um - problem.required_high_um):g} mm too long whatever the"
            f" threads: camera and devices alone take {mm_from_um(shortest_um):g} mm, where"
            f" {mm_from_um(problem.required_high_um):g} mm are required; something must come off"
        )
    if below is None and above is None:
        return _thread_gap(problem, reaches)
    if below is None and (
        can_be_joined or bare_um <= problem.required_high_um + problem.tolerance_um
    ):
        return "every train of these parts is too long: what joins the threads has to be shorter"
    if below is None:
        return "every train is too long; a spacer cannot cure that: something must come off"
    if above is None:
        return "every train is too short: a spacer is missing"
    return "one train is too short, the next one too long, and none is in between"


def _is_too_long(problem: SpacerProblem, reaches: Sequence[Reach]) -> bool:
    """Return whether camera and devices alone are too long, whatever the threads."""
    shortest_um = min(reach.base_um for reach in reaches)
    return shortest_um > problem.required_high_um + 2 * problem.tolerance_um


def _thread_gap(problem: SpacerProblem, reaches: Sequence[Reach]) -> str:
    """Say where the threads end, for the order and the mount that come nearest to the telescope."""
    best = max(reaches, key=lambda reach: len(_open_gaps(problem, reach)))
    gaps = _open_gaps(problem, best)
    reached = ", ".join(sorted({str(port) for port in gaps[-1]}))
    ahead = len(best.devices) - len(gaps)
    if ahead < 0:
        return (
            f"the threads do not close: nothing joins the telescope's {problem.optic}; the parts"
            f" at hand end in {reached} there"
        )
    device = best.devices[ahead]
    return (
        f"the threads do not close: nothing joins {device.back} of {device.label}; the parts at"
        f" hand end in {reached} there"
    )


def _open_gaps(problem: SpacerProblem, reach: Reach) -> list[tuple[Port, ...]]:
    gaps = reach.open_ports(problem.max_parts, problem.max_buys)
    return list(takewhile(bool, gaps))
