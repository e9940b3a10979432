"""The oracle of the spacer search: every sequence tried, by the rules as they are written.

It knows parts as plain tuples and shares no code with the train or the search. What it has to
find: parts in stock that are also on the camera's front or inside one another, devices with
several pairs of ends, reversible shims, ends that nobody knows, optics with an adjuster, filters
in devices, and any order of merit.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from itertools import permutations, product
from math import asin, ceil, pi, sqrt

Cone = tuple[int, int, int | None]  # diagonal, focal ratio, exit pupil


@dataclass(frozen=True)
class Item:
    name: str
    front: str  # "Am3": standard A, male, 3 mm long ("Af": female of unknown depth; "?": unknown)
    back: str
    length: int  # tenths of a millimetre
    aperture: int | None = None  # millimetres
    reversible: bool = False
    owned: int = 0
    buyable: int = 0
    apart: bool = False  # what a shop has of it is listed apart from what is at hand
    others: tuple[tuple[str, str], ...] = ()  # other ends of a device
    filter: int | None = None  # of a device: millimetres that its filter lets through
    made_of: tuple[str, str] | None = None  # a ring, and the part that it is inside
    added: tuple[str, ...] = ()  # of a camera: parts on its front
    removed: tuple[str, ...] = ()  # of a camera: parts that came off


@dataclass(frozen=True)
class Case:
    optic: str
    target: tuple[int, int]
    tolerance: int
    cameras: tuple[Item, ...]
    devices: tuple[Item, ...]
    free_order: bool
    parts: tuple[Item, ...]
    nested: tuple[tuple[str, str, int], ...]  # ring, part or device around it, length added
    cone: Cone | None
    max_parts: int
    max_buys: int
    darkest: int  # 0: all the light; 1, 2, 3, 4: at least 75, 50, 25, 0 %
    criteria: tuple[str, ...]


USUAL_CONE = (Fraction(283, 10), 5, None)
"""f/5 and APS-C, where nobody knows beam and sensor."""
Rank = tuple[int, ...]
Answer = tuple[object, ...]


def fit(one: str, other: str) -> bool:
    if "?" in (one, other):
        return True
    if one[0] != other[0] or {one[1], other[1]} != {"m", "f"}:
        return False
    male, female = (one, other) if one[1] == "m" else (other, one)
    return not (male[2:] and female[2:]) or int(male[2:]) <= int(female[2:])


@cache
def light(cone: Cone | None, distance: int, aperture: int | None) -> float:
    if aperture is None:
        return 1.0
    diagonal, ratio, pupil = cone or USUAL_CONE
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


def nestings(case: Case) -> list[Item]:
    """What is made of two parts at hand, or of a device and a part at hand."""
    things = {item.name: item for item in (*case.devices, *case.parts)}
    found = []
    for ring_name, host_name, length in case.nested:
        ring, host = things[ring_name], things[host_name]
        if ring.owned and fit(ring.back, host.front):
            both = ring.aperture and host.aperture and min(ring.aperture, host.aperture)
            found.append(
                replace(
                    host,
                    name=f"{host.name} with {ring.name} inside",
                    front=ring.front,
                    length=host.length + length,
                    aperture=both,
                    reversible=False,
                    buyable=0,
                    others=(),
                    made_of=(ring.name, host.name),
                )
            )
    return found


def orders(case: Case) -> Iterator[tuple[Item, ...]]:
    """The devices in each order, each with one of its pairs of ends, or with a ring inside."""
    inner = nestings(case)
    for order in permutations(case.devices) if case.free_order else [case.devices]:
        yield from product(
            *(
                [
                    item,
                    *(replace(item, front=front, back=back) for front, back in item.others),
                    *(both for both in inner if both.made_of and both.made_of[1] == item.name),
                ]
                for item in order
            )
        )


def sequences(case: Case) -> Iterator[tuple[Item, tuple[tuple[Item, bool], ...]]]:
    names = {part.name for part in case.parts}
    inner = [one for one in nestings(case) if one.made_of and one.made_of[1] in names]
    loose = (*case.parts, *inner)
    for camera in case.cameras:
        for order in orders(case):
            for chain in extend(case, camera, order, case.optic, loose):
                if not puts_back(case, camera, chain):
                    yield camera, chain


def puts_back(case: Case, camera: Item, chain: tuple[tuple[Item, bool], ...]) -> bool:
    """Whether the part in front of the camera is like one that came off it, and a mount with that
    on is tried: of the same length, with the same ends."""
    if not chain or chain[-1][1]:
        return False
    tried = {name for other in case.cameras for name in other.added}
    off = [part for part in case.parts if part.name in camera.removed and part.name in tried]
    return any(shape(part) == shape(chain[-1][0]) for part in off)


def shape(item: Item) -> tuple[int, frozenset[str]]:
    return item.length, frozenset((item.front[:2], item.back[:2]))


def need(chain: tuple[tuple[Item, bool], ...]) -> tuple[dict[str, int], dict[str, int]]:
    """How many of each part a chain needs loose, and how many with a ring inside."""
    loose: dict[str, int] = {}
    inside: dict[str, int] = {}
    for item, fixed in chain:
        if item.made_of:
            for name in item.made_of[:1] if fixed else item.made_of:
                inside[name] = inside.get(name, 0) + 1
        elif not fixed:
            loose[item.name] = loose.get(item.name, 0) + 1
    return loose, inside


def buys_of(
    case: Case, camera: Item, chain: tuple[tuple[Item, bool], ...]
) -> dict[str, int] | None:
    """What of each part has to be bought; None if it cannot be had."""
    loose, inside = need(chain)
    found = {}
    for part in case.parts:
        name = part.name
        needed, inner = loose.get(name, 0), inside.get(name, 0)
        if not needed and not inner:
            continue
        at_hand = max(0, part.owned - (name in camera.added)) - inner
        if at_hand < 0 or needed > at_hand + part.buyable:
            return None
        if needed > at_hand:
            found[name] = needed - at_hand
    return found


def extend(  # noqa: PLR0917 - what stands, and what is left
    case: Case,
    camera: Item,
    order: tuple[Item, ...],
    exposed: str,
    loose: tuple[Item, ...],
    chain: tuple[tuple[Item, bool], ...] = (),
) -> Iterator[tuple[tuple[Item, bool], ...]]:
    if buys_of(case, camera, chain) is None:
        return
    if not order and fit(exposed, camera.front):
        yield chain
    if order:
        for front, back in sides(order[0]):
            if fit(exposed, front):
                yield from extend(case, camera, order[1:], back, loose, (*chain, (order[0], True)))
    if sum(not fixed for _, fixed in chain) < case.max_parts:
        for part in loose:
            for front, back in sides(part):
                if fit(exposed, front):
                    yield from extend(case, camera, order, back, loose, (*chain, (part, False)))


def sides(item: Item) -> set[tuple[str, str]]:
    both = {(item.front, item.back)}
    return both | {(item.back, item.front)} if item.reversible else both


@cache
def bands(tolerance: int) -> list[Fraction]:
    """Half a tolerance, one, two; in even steps of no more than 1 mm (a tenth of the tolerance)."""
    widest = max(Fraction(10), Fraction(tolerance, 10))
    limits = [Fraction(0)]
    for edge in (Fraction(tolerance, 2), Fraction(tolerance), Fraction(2 * tolerance)):
        below, count = limits[-1], ceil((edge - limits[-1]) / widest)
        limits += [below + (edge - below) * step / count for step in range(1, count + 1)]
    return limits[1:]


def judge(
    case: Case, camera: Item, chain: tuple[tuple[Item, bool], ...]
) -> tuple[Rank, Answer] | None:
    total = camera.length + sum(item.length for item, _ in chain)
    low, high = case.target
    error = max(0, low - total, total - high)
    band = next((n for n, limit in enumerate(bands(case.tolerance)) if error <= limit), None)
    bought = buys_of(case, camera, chain)
    if band is None or bought is None or sum(bought.values()) > case.max_buys:
        return None
    distance, worst = camera.length, light(case.cone, camera.length, camera.aperture)
    for item, _ in reversed(chain):
        distance += item.length
        worst = min(worst, light(case.cone, distance, item.aperture))
        worst = min(worst, light(case.cone, distance, item.filter))
    shade = sum(worst < floor for floor in (1.0, 0.75, 0.5, 0.25))
    if shade > case.darkest:
        return None
    rank = {
        "fit": error > case.tolerance,
        "tolerance": band,
        "buy": sum(bought.values()),
        "parts": sum(not fixed for _, fixed in chain),
        "illumination": shade,
        "error": error,
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
