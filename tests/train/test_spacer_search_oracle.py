"""The spacer search against brute force: every sequence tried, by the rules as they are written.

The oracle knows parts as plain tuples and shares no code with the train or the search.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import asin, pi, sqrt

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from rigd.optics.vignetting import Cone
from rigd.train.connection import End, Gender
from rigd.train.parts import CameraMount, Port, TrainPart
from rigd.train.spacer_search import Criterion, SpacerProblem, Stack, best_stacks

pytestmark = pytest.mark.slow
EXAMPLES = 5000


@dataclass(frozen=True)
class Item:
    name: str
    front: str  # "Am3": standard A, male, 3 mm long ("Af": female of unknown depth)
    back: str
    length: int  # tenths of a millimetre
    aperture: int | None = None  # millimetres
    reversible: bool = False
    owned: int = 0
    buyable: int = 0


@dataclass(frozen=True)
class Case:
    optic: str
    target: tuple[int, int]
    tolerance: int
    cameras: tuple[Item, ...]
    orders: tuple[tuple[Item, ...], ...]
    parts: tuple[Item, ...]
    cone: tuple[int, int, int | None] | None  # diagonal, focal ratio, exit pupil
    max_parts: int
    max_buys: int
    full_light_only: bool
    criteria: tuple[str, ...]


Rank = tuple[int, ...]
Answer = tuple[object, ...]


# The oracle.


def fit(one: str, other: str) -> bool:
    if one[0] != other[0] or {one[1], other[1]} != {"m", "f"}:
        return False
    male, female = (one, other) if one[1] == "m" else (other, one)
    return not (male[2:] and female[2:]) or int(male[2:]) <= int(female[2:])


def light(case: Case, distance: int, aperture: int | None) -> float:
    if case.cone is None or aperture is None:
        return 1.0
    diagonal, ratio, pupil = case.cone
    far = Fraction(distance, 10)
    centre = Fraction(diagonal, 2) * (1 if pupil is None else abs(1 - far / pupil))
    radius, opening = far / (2 * ratio), Fraction(aperture, 2)
    if centre + radius <= opening:
        return 1.0
    if centre >= opening + radius:
        return 0.0
    if radius >= centre + opening:
        return float((opening / radius) ** 2)
    # Two circular segments on either side of the chord at x from the cone's centre.
    x = float((centre**2 + radius**2 - opening**2) / (2 * centre))
    area = segment(float(radius), x) + segment(float(opening), float(centre) - x)
    return area / (pi * float(radius) ** 2)


def segment(radius: float, chord: float) -> float:
    """Area of the part of a circle beyond a chord at a signed distance from its centre."""
    chord = max(-radius, min(radius, chord))
    half = sqrt(radius**2 - chord**2)
    return radius**2 * (pi / 2 - asin(chord / radius)) - chord * half


def sequences(case: Case) -> Iterator[tuple[Item, tuple[tuple[Item, bool], ...]]]:
    for camera in case.cameras:
        for order in case.orders:
            for chain in extend(case, camera, order, case.optic, Counter()):
                yield camera, chain


def extend(
    case: Case, camera: Item, order: tuple[Item, ...], exposed: str, used: Counter[str]
) -> Iterator[tuple[tuple[Item, bool], ...]]:
    if not order and fit(exposed, camera.front):
        yield ()
    if order:
        for front, back in sides(order[0]):
            if fit(exposed, front):
                for rest in extend(case, camera, order[1:], back, used):
                    yield ((order[0], True), *rest)
    if used.total() < case.max_parts:
        for part in case.parts:
            if used[part.name] < part.owned + part.buyable:
                for front, back in sides(part):
                    if fit(exposed, front):
                        more = used + Counter([part.name])
                        for rest in extend(case, camera, order, back, more):
                            yield ((part, False), *rest)


def sides(item: Item) -> set[tuple[str, str]]:
    both = {(item.front, item.back)}
    return both | {(item.back, item.front)} if item.reversible else both


def judge(
    case: Case, camera: Item, chain: tuple[tuple[Item, bool], ...]
) -> tuple[Rank, Answer] | None:
    total = camera.length + sum(item.length for item, _ in chain)
    low, high = case.target
    error = max(0, low - total, total - high)
    classes = [2 * error <= case.tolerance, error <= case.tolerance, error <= 2 * case.tolerance]
    if not any(classes):
        return None
    used = Counter(item.name for item, fixed in chain if not fixed)
    owned = {part.name: part.owned for part in case.parts}
    buys = sum(max(0, number - owned[name]) for name, number in used.items())
    if buys > case.max_buys:
        return None
    distance, worst = camera.length, light(case, camera.length, camera.aperture)
    for item, _ in reversed(chain):
        distance += item.length
        worst = min(worst, light(case, distance, item.aperture))
    shade = sum(worst < floor for floor in (1.0, 0.75, 0.5, 0.25))
    if case.full_light_only and shade:
        return None
    rank = {
        "tolerance": classes.index(True),
        "buy": buys,
        "parts": used.total(),
        "illumination": shade,
    }
    lengths = sorted(item.length for item, fixed in chain if not fixed and item.length)
    return (
        (*(rank[name] for name in case.criteria), error),
        (camera.name, total, *lengths),
    )


def all_ranks(case: Case) -> dict[Answer, Rank]:
    best: dict[Answer, Rank] = {}
    for camera, chain in sequences(case):
        judged = judge(case, camera, chain)
        if judged is not None:
            rank, answer = judged
            best[answer] = min(rank, best.get(answer, rank))
    return best


# The same case for the search.


def port(text: str) -> Port:
    gender = Gender.MALE if text[1] == "m" else Gender.FEMALE
    depth = int(text[2:]) * 1000 if text[2:] else None
    return Port(end=End(standard=text[0], gender=gender), depth_um=depth)


def part(item: Item) -> TrainPart:
    return TrainPart(
        id=item.name,
        front=port(item.front),
        back=port(item.back),
        optical_length_um=item.length * 100,
        clear_aperture_um=None if item.aperture is None else item.aperture * 1000,
        reversible=item.reversible,
        owned=item.owned,
        buyable=item.buyable,
    )


def problem(case: Case) -> SpacerProblem:
    cone = None
    if case.cone is not None:
        diagonal, ratio, pupil = case.cone
        cone = Cone(diagonal_mm=diagonal, focal_ratio=ratio, exit_pupil_mm=pupil)
    return SpacerProblem(
        optic=port(case.optic),
        required_low_um=case.target[0] * 100,
        required_high_um=case.target[1] * 100,
        tolerance_um=case.tolerance * 100,
        cameras=tuple(
            CameraMount(
                id=camera.name,
                port=port(camera.front),
                flange_distance_um=camera.length * 100,
                clear_aperture_um=None if camera.aperture is None else camera.aperture * 1000,
            )
            for camera in case.cameras
        ),
        orders=tuple(tuple(part(item) for item in order) for order in case.orders),
        parts=tuple(part(item) for item in case.parts),
        cone=cone,
        max_parts=case.max_parts,
        max_buys=case.max_buys,
        criteria=tuple(Criterion(name) for name in case.criteria),
        full_light_only=case.full_light_only,
    )


def reread(case: Case, stack: Stack) -> tuple[Rank, Answer]:
    """What the oracle thinks of a stack of the search."""
    camera = next(c for c in case.cameras if c.name == stack.camera.id)
    items = {item.name: item for item in (*case.parts, *(i for o in case.orders for i in o))}
    exposed, chain = case.optic, []
    for placed in stack.chain:
        item = items[placed.part.id]
        front, back = (item.back, item.front) if placed.turned else (item.front, item.back)
        assert not placed.turned or item.reversible
        assert fit(exposed, front), f"{item.name} does not fit {exposed}"
        exposed = back
        chain.append((item, placed.device))
    assert fit(exposed, camera.front)
    assert [item for item, fixed in chain if fixed] in [list(order) for order in case.orders]
    used = Counter(item.name for item, fixed in chain if not fixed)
    stock = {one.name: one.owned + one.buyable for one in case.parts}
    assert all(number <= stock[name] for name, number in used.items())
    owned = {one.name: one.owned for one in case.parts}
    assert Counter(stack.bought) == Counter(
        {name: n - owned[name] for name, n in used.items() if n > owned[name]}
    )
    judged = judge(case, camera, tuple(chain))
    assert judged is not None
    return judged


ENDS = st.sampled_from(["Am", "Af", "Bm", "Bf", "Am3", "Af2", "Af3", "Af4", "Bm2"])
PAIRS = st.one_of(
    st.just(("Af", "Am")),
    st.just(("Af", "Am")),
    st.sampled_from(
        [("Af", "Af"), ("Am", "Am"), ("Am", "Af"), ("Af2", "Am3"), ("Af3", "Am3"), ("Af4", "Am")]
    ),
    st.sampled_from([("Bf", "Am"), ("Af", "Bm"), ("Bf", "Bm"), ("Bm", "Am")]),
    st.tuples(ENDS, ENDS),
)
LENGTHS = st.sampled_from([0, 5, 10, 20, 25, 30, 40, 50, 55, 75, 100, 125])
APERTURES = st.sampled_from([None, None, 20, 24, 26, 28, 30, 34])


@st.composite
def items(draw: st.DrawFn, prefix: str, *, stock: bool, least: int, most: int) -> tuple[Item, ...]:
    found = []
    for number in range(draw(st.integers(least, most))):
        front, back = draw(PAIRS)
        found.append(
            Item(
                name=f"{prefix}{number}",
                front=front,
                back=back,
                length=draw(LENGTHS),
                aperture=draw(APERTURES),
                reversible=draw(st.booleans()),
                owned=draw(st.integers(0, 2)) if stock else 0,
                buyable=draw(st.integers(0, 2)) if stock else 0,
            )
        )
    return tuple(found)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    devices = draw(items("D", stock=False, least=0, most=2))
    cameras = tuple(
        Item(
            name=f"C{number}",
            front=draw(st.sampled_from(["Af", "Af", "Af", "Am", "Af4"])),
            back="",
            length=draw(st.sampled_from([65, 125, 175])),
            aperture=draw(APERTURES),
        )
        for number in range(draw(st.integers(1, 2)))
    )
    both = len(devices) == 2 and draw(st.booleans())
    parts = draw(items("P", stock=True, least=3, most=6))
    fixed = cameras[0].length + sum(device.length for device in devices)
    wish = [part.length for part in parts if draw(st.booleans())]
    low = fixed + sum(wish) + draw(st.sampled_from([0, 0, 3, 10, -7]))
    return Case(
        optic=draw(st.sampled_from(["Am", "Am", "Am", "Bm", "Am3"])),
        target=(max(low, 50), max(low, 50) + draw(st.sampled_from([0, 0, 0, 20]))),
        tolerance=draw(st.sampled_from([5, 10, 30, 60])),
        cameras=cameras,
        orders=(devices, devices[::-1]) if both else (devices,),
        parts=parts,
        cone=draw(
            st.none()
            | st.tuples(
                st.sampled_from([20, 22, 28]),
                st.sampled_from([2, 4, 5, 7]),
                st.sampled_from([None, 60, 200]),
            )
        ),
        max_parts=draw(st.integers(2, 4)),
        max_buys=draw(st.integers(0, 2)),
        full_light_only=draw(st.integers(0, 4)) == 0,
        criteria=tuple(draw(st.permutations(["tolerance", "buy", "parts", "illumination"]))),
    )


SPACERS = Case(
    optic="Bm",
    target=(550, 550),
    tolerance=60,
    cameras=(Item("C", "Am", "", 65),),
    orders=((Item("wheel", "Af", "Af", 200),),),
    parts=(
        Item("a", "Bf", "Am", 165, owned=1),
        Item("b", "Af", "Am", 50, owned=2, buyable=1),
        Item("c", "Am", "Am", 20, owned=1),
        Item("d", "Af", "Af", 110, owned=1),
    ),
    cone=None,
    max_parts=5,
    max_buys=2,
    full_light_only=False,
    criteria=("tolerance", "buy", "parts", "illumination"),
)


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(case=cases(), k=st.integers(1, 6))
@example(case=SPACERS, k=5)
def test_the_k_best_are_those_of_brute_force(case: Case, k: int) -> None:
    stacks = best_stacks(problem(case), k)

    everything = all_ranks(case)
    judged = [reread(case, stack) for stack in stacks]
    assert [rank for rank, _ in judged] == sorted(everything.values())[:k]
    assert all(everything[answer] == rank for rank, answer in judged)
    assert len({answer for _, answer in judged}) == len(judged)
