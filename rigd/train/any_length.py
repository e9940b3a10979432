"""What goes between whatever a part measures of which no source states the length.

Rings that add up to one length serve every length of that part near what is left. So a few dozen
trains, each of which can be built, cover all lengths from the shortest on.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from rigd.train.bit_sets import set_bits
from rigd.train.parts import SUPPOSED, CameraMount
from rigd.train.question import TrainQuestion, tolerance_of
from rigd.train.reachable_lengths import LIGHT_FLOORS, Reach
from rigd.train.room import Room
from rigd.train.spacer_problem import spacer_problem
from rigd.train.spacer_search import (
    SpacerProblem,
    Stack,
    build_reaches,
    count_stock,
    may_be_built,
)
from rigd.train.sure_stacks import sure_stacks
from rigd.train.usual_length import UsualLength
from rigd.units import mm_from_um

LEAST_UM, MOST_UM = 1_000, 60_000
"""Nothing that stands in a train is thinner; single devices are not thicker. Our choice."""
MORE_BUYS = 1
"""How many parts more may be bought where the usual number leaves lengths out. Our choice."""
USUAL_UM = 17_500
"""The length that the example has where no kind says what is usual. Our choice."""
LOOSEST = len(LIGHT_FLOORS) - 1
"""The corners may be as dark as they come: what an example leaves of their light is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The best stack if what is not known measures so much."""

    length_um: int
    question: TrainQuestion
    stack: Stack


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyLength:
    """A range of lengths in which every one has a stack within the tolerance."""

    from_um: int
    to_um: int
    is_rest_too_long: bool
    """Whether nothing that is longer than the range fits at all."""
    longest_um: int
    """What is longer makes the train too long with no ring at all."""
    example: Measured
    """At a usual length, or the nearest of the range."""


def find_any_length(question: TrainQuestion, room: Room) -> AnyLength | None:
    """Return the widest range of lengths for which there is a stack; None if there is none.

    Of several things without a length it is that of all together.
    """
    if not _may_be_served(question, room):
        return None
    tolerance_um = tolerance_of(question)[0]
    problem = spacer_problem(measure(question, 0))
    most_um = problem.required_high_um - _shortest_um(problem)
    longest_um = min(most_um + tolerance_um, MOST_UM * len(room.missing))
    runs = _merge(_served(problem, longest_um))
    if runs != [(LEAST_UM, longest_um)] and question.max_buys is None:
        # As in every search: where so few parts do not do, more are tried, if no bound is stated.
        wider = replace(problem, max_buys=problem.max_buys + MORE_BUYS)
        runs = _merge(sorted([*runs, *_served(wider, longest_um)]))
    if not runs:
        return None
    low_um, high_um = max(runs, key=lambda run: run[1] - run[0])
    example_um = min(max(sum(_usual_shares_um(question)), low_um), high_um)
    supposed = measure(question, example_um)
    stacks = sure_stacks(spacer_problem(supposed), 1)
    if not stacks:
        return None
    return AnyLength(
        from_um=low_um,
        to_um=high_um,
        is_rest_too_long=high_um >= most_um,
        longest_um=most_um + tolerance_um,
        example=Measured(length_um=example_um, question=supposed, stack=stacks[0]),
    )


def _shortest_um(problem: SpacerProblem) -> int:
    """Return how long camera and devices are at least, whatever the threads."""
    devices_um = min(sum(part.optical_length_um for part in order) for order in problem.orders)
    return devices_um + min(camera.flange_distance_um for camera in problem.cameras)


def _may_be_served(question: TrainQuestion, room: Room) -> bool:
    """Whether rings may close the train, if only what is missing is short enough."""
    is_open = bool(room.missing) and room.is_demanded and not question.camera.disputed
    return is_open and room.left_um is not None and room.left_um >= 0


def no_length_words(question: TrainQuestion, room: Room) -> list[str]:
    """Return what holds where there is no range of lengths that rings serve."""
    if not _may_be_served(question, room):
        return []
    them = "it" if len(room.missing) == 1 else "them together"
    return [f"for no length of {them} the parts at hand and for sale close the train"]


def any_length_words(question: TrainQuestion, room: Room, found: AnyLength) -> str:
    """Return what holds of all lengths, how to say one's own, and of which the example is."""
    whole_um, tolerance_um = room.limit_um or 0, tolerance_of(question)[0]
    them = "it" if len(room.missing) == 1 else "them together"
    most = "that" if found.is_rest_too_long else _mm(found.longest_um)
    beyond = f"; with more than {most} it is too long"
    fields = " ".join(
        f'--adjust "{name}=MM"' if " " in name else f"--adjust {name}=MM"
        for name in _missing_fields(question)
    )
    return (
        f"for any length of {them} from {_mm(found.from_um)} to {_mm(found.to_um)} there are rings"
        f" that make the train {_mm(whole_um)}, within ±{_mm(tolerance_um)}{beyond}: measure it and"
        f" add {fields}; with {_example_words(question, found.example.length_um)}, for example:"
    )


def _example_words(question: TrainQuestion, length_um: int) -> str:
    """Return the example's length, and who has it, if it is what is usual."""
    usual = [one for one in _usual_lengths(question) if one is not None]
    if length_um != sum(_usual_shares_um(question)) or len(usual) < len(question.unmeasured):
        return _mm(length_um)
    if len(usual) == 1:
        return f"{usual[0]}"
    return f"{_mm(length_um)} ({'; '.join(map(str, usual))})"


def _usual_lengths(question: TrainQuestion) -> Iterator[UsualLength | None]:
    """Yield what is usual for each thing without a length, devices first."""
    yield from (one.usual_length for one in question.devices if not one.measured)
    if not question.camera.mounts:
        yield question.camera.usual_distance


def _usual_shares_um(question: TrainQuestion) -> list[int]:
    return [USUAL_UM if one is None else one.length_um for one in _usual_lengths(question)]


def _missing_fields(question: TrainQuestion) -> Iterator[str]:
    """Yield the fields by which their owner says what no source does."""
    for device in question.devices:
        if not device.measured:
            yield f"{device.part.base_id}.optical_length_mm"
    if not question.camera.mounts:
        yield "camera.flange_distance_mm"


def measure(question: TrainQuestion, length_um: int) -> TrainQuestion:
    """Return the question with so much for all that is not known together.

    Each is as long as is usual, if that is the sum; else they have equal shares: how they are
    shared changes no total.
    """
    camera, devices = question.camera, list(question.devices)
    shares_um = _usual_shares_um(question)
    if sum(shares_um) != length_um:
        share_um, more_um = divmod(length_um, len(shares_um))
        shares_um = [share_um + more_um, *[share_um] * (len(shares_um) - 1)]
    shares = iter(shares_um)
    for place, device in enumerate(devices):
        if device.measured:
            continue
        share_um = next(shares)
        part, *ends = (
            replace(part, optical_length_um=share_um, length_doubt=SUPPOSED)
            for part in (device.part, *device.other_ends)
        )
        devices[place] = replace(device, part=part, other_ends=tuple(ends), measured=True)
    if not camera.mounts:
        mount = CameraMount(
            id=camera.name,
            port=camera.face,
            flange_distance_um=next(shares),
            length_doubt=SUPPOSED,
        )
        camera = replace(camera, mounts=(mount,))
    return replace(question, camera=camera, devices=tuple(devices))


def _served(problem: SpacerProblem, longest_um: int) -> Iterator[tuple[int, int]]:
    """Yield the ranges of the missing length that one train after the other serves, rising.

    A train serves what makes it too short by the tolerance at most, up to what makes it as much
    too long. The shortest that serves a length serves most lengths beyond it.
    """
    spare_um, required_um = problem.tolerance_um, problem.required_high_um
    known = _known_paths(problem)
    next_um = LEAST_UM
    while next_um <= longest_um:
        lowest_um = problem.required_low_um - next_um - spare_um
        in_reach = (
            um for um in sorted(known) if lowest_um <= um <= required_um - next_um + spare_um
        )
        path_um = next((um for um in in_reach if _is_buildable(known[um], um, problem)), None)
        if path_um is None:
            next_um += spare_um
            continue
        high_um = required_um - path_um + spare_um
        yield next_um, min(high_um, longest_um)
        next_um = high_um + 1


_Cell = tuple[Reach, int, int]
"""A search, a number of parts, and how many of them are bought."""


def _merge(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return rising ranges with those in one that overlap or follow each other."""
    runs: list[tuple[int, int]] = []
    for low_um, high_um in ranges:
        if runs and low_um <= runs[-1][1] + 1:
            runs[-1] = runs[-1][0], max(runs[-1][1], high_um)
        else:
            runs.append((low_um, high_um))
    return runs


def _known_paths(problem: SpacerProblem) -> dict[int, list[_Cell]]:
    """Return every path length that the parts may reach, with where it is to be looked for."""
    found: dict[int, list[_Cell]] = {}
    for reach in build_reaches(problem, problem.required_high_um + problem.tolerance_um):
        for count in range(problem.max_parts + 1):
            for buys in range(min(count, problem.max_buys) + 1):
                for index in set_bits(reach.lengths(LOOSEST, count, buys)):
                    found.setdefault(reach.path_um(index), []).append((reach, count, buys))
    return found


def _is_buildable(cells: list[_Cell], path_um: int, problem: SpacerProblem) -> bool:
    """Whether there is enough of everything for a train: the search bounds it from above."""
    stock = count_stock(problem)
    return any(
        may_be_built(chain, reach.camera, stock)
        for reach, count, buys in cells
        for chain in reach.stacks(LOOSEST, count, buys, reach.window(path_um, path_um)[0])
    )


def _mm(length_um: int) -> str:
    return f"{mm_from_um(length_um):g} mm"
