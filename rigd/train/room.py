"""What camera and devices leave, where there is no length that spacers could reach.

An optic that demands no distance has room behind it; where a length of the train or the optic's
distance is not known, what is known leaves the rest.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import pairwise, product

from rigd.train.device_order import device_choices
from rigd.train.joined_train import join
from rigd.train.maker_distance import maker_words
from rigd.train.parts import (
    CameraMount,
    Placed,
    Port,
    TrainPart,
    may_join,
    mount_with_aperture_limit,
    path_length_um,
    with_aperture_limit,
)
from rigd.train.question import OpticKind, TrainQuestion, cone_of, glass_of
from rigd.train.spacer_search import Stack, chain_illumination
from rigd.units import mm_from_um

Choice = tuple[CameraMount, tuple[TrainPart, ...]]
"""A way to open the camera, and an order of the devices."""
Rank = Callable[[CameraMount, int, int], tuple[int, ...]]
"""Of a camera's front, a number of gaps and a length in µm; the least comes first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """Camera and devices, with nothing but what joins their threads, and what they leave."""

    stack: Stack
    """What has no known length is 0 long in it."""
    limit_um: int | None
    """What the whole train must be long, or may be at most; None: nobody knows or demands it."""
    is_demanded: bool
    """Whether the train must be as long as the limit, and not only no longer."""
    missing: tuple[str, ...]
    """What has no known length, by name."""

    @property
    def joining(self) -> tuple[Placed, ...]:
        """The parts beside camera and devices: they join what does not fit by itself."""
        return tuple(placed for placed in self.stack.chain if not placed.device)

    @property
    def left_um(self) -> int | None:
        """How much of the limit is left; below 0 it is too long already."""
        return None if self.limit_um is None else self.limit_um - self.stack.path_length_um


def room_of(question: TrainQuestion) -> Room | None:
    """Return what camera and devices leave; None where spacers can be searched for."""
    limit_um = _limit_um(question)
    is_demanded = question.optic.kind is not OpticKind.PETZVAL
    if is_demanded and limit_um is not None and not question.unmeasured:
        return None
    unknown = CameraMount(id=question.camera.name, port=question.camera.face, flange_distance_um=0)
    camera, devices = choose_bare(
        question.optic.port,
        product(question.camera.mounts or (unknown,), device_choices(question)),
        _rank_of(limit_um, is_demanded=is_demanded),
    )
    chain = tuple(Placed(part=with_aperture_limit(part), device=True) for part in devices)
    camera = mount_with_aperture_limit(camera)
    path_um = path_length_um(chain, camera)
    lit, dark = chain_illumination(cone_of(question), chain, camera)
    stack = Stack(
        chain=chain,
        camera=camera,
        path_length_um=path_um,
        back_focus_error_um=0 if limit_um is None else path_um - limit_um,
        tolerance_class=0,
        corner_illumination=lit,
        apertures_unknown=dark,
    )
    # Spacers come between anyway where a length is missing, and a maker's part has its own threads.
    is_whole = question.set_by_maker is None and not (is_demanded and limit_um is not None)
    if is_whole and open_joints(question, stack):
        stack = _joined(question, stack, limit_um)
    return Room(
        stack=stack,
        limit_um=limit_um,
        is_demanded=is_demanded,
        missing=question.unmeasured,
    )


def open_joints(question: TrainQuestion, stack: Stack) -> tuple[tuple[str, Port, str, Port], ...]:
    """Return the neighbours whose ends do not join: of each its name, and the end there."""
    names = [question.optic.name, *(one.part.label for one in stack.chain), question.camera.name]
    backs = [question.optic.port, *(placed.back for placed in stack.chain)]
    fronts = [*(placed.front for placed in stack.chain), stack.camera.port]
    joints = zip(pairwise(names), backs, fronts, strict=True)
    return tuple(
        (above, back, below, front)
        for (above, below), back, front in joints
        if not may_join(back, front)
    )


def _joined(question: TrainQuestion, bare: Stack, limit_um: int | None) -> Stack:
    """Return the train with what joins its threads; as it is if the parts at hand do not."""
    joined = join(question, limit_um)
    if joined is None:
        return bare
    error_um = 0 if limit_um is None else joined.path_length_um - limit_um
    return replace(joined, back_focus_error_um=error_um, tolerance_class=0)


def _rank_of(limit_um: int | None, *, is_demanded: bool) -> Rank:
    """Return how bare trains are ranked: with most room for what is missing, or left as they are.

    Nobody takes a tilt plate off where no distance asks for it, and no neighbour does.
    """
    is_to_measure = is_demanded and limit_um is not None

    def rank(camera: CameraMount, gaps: int, length_um: int) -> tuple[int, ...]:
        is_too_long = limit_um is not None and length_um > limit_um
        removed = 0 if is_to_measure else len(camera.removed)
        return (is_too_long, gaps, removed, length_um)

    return rank


def _limit_um(question: TrainQuestion) -> int | None:
    optic = question.optic
    wanted_um = optic.back_focus_um
    if question.set_by_maker is not None:
        return None
    if optic.kind is OpticKind.PETZVAL:
        wanted_um = optic.available_um
    elif optic.adjustable_um is not None:
        wanted_um = optic.adjustable_um[1]
    return None if wanted_um is None else wanted_um + glass_of(question).middle_um


def choose_bare(optic: Port, choices: Iterable[Choice], rank: Rank) -> Choice:
    """Return the first choice by a rank of camera, number of gaps and length in µm."""

    def ranked(choice: Choice) -> tuple[int, ...]:
        camera, devices = choice
        ports = [optic, *(p for part in devices for p in (part.front, part.back)), camera.port]
        gaps = sum(not may_join(back, front) for back, front in list(pairwise(ports))[::2])
        length_um = camera.flange_distance_um + sum(part.optical_length_um for part in devices)
        return rank(camera, gaps, length_um)

    return min(choices, key=ranked)


def room_words(question: TrainQuestion, room: Room) -> str:
    """Return the sentence that stands in place of a stack."""
    optic, taken = question.optic, _taken_words(room)
    if (by_maker := maker_words(question)) is not None:
        return by_maker if question.unmeasured else f"{by_maker}; {taken}"
    missing = [
        f"the length of {' and '.join(room.missing)} is not known: look it up or measure it"
        for _ in room.missing[:1]
    ]
    if not room.is_demanded:
        demand = "demands no distance: only make sure that the focuser reaches the focus"
        return "; ".join([f"{optic.name} {demand}", *missing, taken])
    if room.limit_um is not None:
        return "; ".join([*missing, taken])
    unknown = (
        f"the back focus of {optic.name} is not known: look it up or measure it, and add"
        " --adjust optic.required_back_focus_mm=MM"
    )
    return "; ".join([unknown, *missing, taken])


def _taken_words(room: Room) -> str:
    """Say what is taken, what is left of what, and what a missing length may be."""
    what = "what is known takes" if room.missing else "camera and devices take"
    left_um, taken = room.left_um, _mm(room.stack.path_length_um)
    how = "with what joins them" if room.joining else "without spacers"
    if room.limit_um is None or left_um is None:
        # Without a distance it is the end of the sum that says what to screw it to.
        ports = [*(placed.front for placed in room.stack.chain), room.stack.camera.port]
        begins = f" from the {ports[0]} end" if room.is_demanded and ports[0].end else ""
        return f"{what} {taken}{begins}{' to the sensor' if begins else ''} {how}"
    behind = "" if room.is_demanded else " behind it"
    whole = f"{what} {taken} of {'the ' if behind else ''}{_mm(room.limit_um)}{behind} {how}"
    if left_um < 0:
        return f"{whole}, {_mm(-left_um)} too much already"
    left = f"{whole}, {_mm(left_um)} are left"
    if not room.missing:
        return left
    them = "it" if len(room.missing) == 1 else "them together"
    if room.is_demanded:
        return f"{left} for {them} and the rings beside"
    return f"{left}: any length up to that will do for {them}"


def _mm(length_um: int) -> str:
    return f"{mm_from_um(length_um):g} mm"
