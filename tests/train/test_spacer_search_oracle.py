"""The spacer search against brute force (`spacer_oracle`), on made-up trains."""

import os
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from rigd.train.answer import adjuster_setting_um
from rigd.train.connection import End, Gender
from rigd.train.filter_size import FilterOpening
from rigd.train.merit import Criterion
from rigd.train.parts import CameraMount, Port, TrainPart, nest
from rigd.train.question import (
    Device,
    TrainCamera,
    TrainDeviceKind,
    TrainOptic,
    TrainQuestion,
    Wheel,
)
from rigd.train.spacer_problem import spacer_problem
from rigd.train.spacer_search import Stack, best_stacks
from rigd.units import um_from_mm
from tests.train.spacer_oracle import (
    Answer,
    Case,
    Item,
    Rank,
    all_ranks,
    buys_of,
    fit,
    judge,
    nestings,
    orders,
    puts_back,
)

pytestmark = pytest.mark.slow
EXAMPLES = int(os.environ.get("RIGD_ORACLE_EXAMPLES", "250"))
"""In the suite as many as take some seconds; `RIGD_ORACLE_EXAMPLES=5000` before a change of the
search lands."""


def port(text: str) -> Port:
    if text == "?":
        return Port(end=None)
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


def mount(camera: Item) -> CameraMount:
    return CameraMount(
        id=camera.name,
        port=port(camera.front),
        flange_distance_um=camera.length * 100,
        clear_aperture_um=None if camera.aperture is None else camera.aperture * 1000,
        added=camera.added,
        removed=camera.removed,
    )


def question(case: Case) -> TrainQuestion:
    low, high = case.target
    diagonal, ratio, pupil = case.cone or (None, None, None)
    things = {item.name: item for item in (*case.devices, *case.parts)}
    rings = [
        (host, nest(part(things[ring]), part(things[host]), length * 100))
        for ring, host, length in case.nested
        if things[ring].owned
    ]
    stock = [
        one
        for item in case.parts
        for one in (
            [replace(item, buyable=0), replace(item, owned=0)]
            if item.apart and item.buyable
            else [item]
        )
    ]
    return TrainQuestion(
        optic=TrainOptic(
            name="optic",
            port=port(case.optic),
            back_focus_um=high * 100,
            adjustable_um=None if low == high else (low * 100, high * 100),
            adjuster_zero_um=None if low == high else high * 100,
            focal_ratio=ratio,
            exit_pupil_mm=pupil,
        ),
        camera=TrainCamera(
            name="camera", mounts=tuple(map(mount, case.cameras)), diagonal_mm=diagonal
        ),
        devices=tuple(
            Device(
                part=part(item),
                kind=TrainDeviceKind.WHEEL if item.filter else TrainDeviceKind.OTHER,
                other_ends=tuple(
                    part(replace(item, front=front, back=back)) for front, back in item.others
                ),
            )
            for item in case.devices
        ),
        free_order=case.free_order,
        wheels=tuple(
            Wheel(
                name=item.name,
                slots=(),
                openings=(FilterOpening(opening_um=um_from_mm(item.filter), is_nominal=False),),
            )
            for item in case.devices
            if item.filter
        ),
        parts=tuple(map(part, stock)),
        nested=tuple((host, both) for host, both in rings if both is not None),
        tolerance_um=case.tolerance * 100,
        criteria=tuple(Criterion(name) for name in case.criteria),
        max_parts=case.max_parts,
        max_buys=case.max_buys,
    )


def reread(case: Case, stack: Stack) -> tuple[Rank, Answer]:
    """What the oracle thinks of a stack of the search."""
    camera = next(c for c in case.cameras if c.name == stack.camera.id)
    known = [*case.parts, *nestings(case), *(item for order in orders(case) for item in order)]
    exposed, chain = case.optic, []
    for placed in stack.chain:
        item = next(
            one
            for one in known
            if one.name == placed.part.id
            and (port(one.front), port(one.back)) == (placed.part.front, placed.part.back)
        )
        front, back = (item.back, item.front) if placed.turned else (item.front, item.back)
        assert not placed.turned or item.reversible
        assert fit(exposed, front), f"{item.name} does not fit {exposed}"
        exposed = back
        chain.append((item, placed.device))
    assert fit(exposed, camera.front)
    assert tuple(item for item, fixed in chain if fixed) in list(orders(case))
    assert not puts_back(case, camera, tuple(chain))
    assert dict(Counter(stack.bought)) == buys_of(case, camera, tuple(chain))
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
DEVICE_PAIRS = PAIRS | st.sampled_from([("?", "Am"), ("Af", "?"), ("?", "?")])
LENGTHS = st.sampled_from([0, 5, 10, 20, 25, 30, 40, 50, 55, 75, 100, 125])
APERTURES = st.sampled_from([None, None, 20, 24, 26, 28, 30, 34])


@st.composite
def items(draw: st.DrawFn, prefix: str, *, stock: bool, least: int, most: int) -> tuple[Item, ...]:
    found = []
    for number in range(draw(st.integers(least, most))):
        front, back = draw(PAIRS if stock else DEVICE_PAIRS)
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
                apart=draw(st.booleans()),
                others=() if stock else tuple(draw(st.lists(PAIRS, max_size=2))),
                filter=None if stock else draw(APERTURES),
            )
        )
    return tuple(found)


@st.composite
def camera_fronts(draw: st.DrawFn, parts: tuple[Item, ...]) -> tuple[Item, ...]:
    """One or two ways to open a camera; a part of the pile may be on, or have come off."""
    names = [part.name for part in parts]
    plates = tuple(draw(st.lists(st.sampled_from(names), max_size=2, unique=True)))
    cameras = [
        Item(
            name=f"C{number}",
            front=draw(st.sampled_from(["Af", "Af", "Af", "Am", "Af4", "?"])),
            back="",
            length=draw(st.sampled_from([65, 125, 175])),
            aperture=draw(APERTURES),
        )
        for number in range(draw(st.integers(1, 2)))
    ]
    if plates:
        cameras[0] = replace(cameras[0], added=plates[:1])
        cameras[1:] = [replace(camera, removed=plates) for camera in cameras[1:]]
    return tuple(cameras)


MERITS = ("tolerance", "buy", "parts", "illumination")
USUAL = ("fit", "buy", "tolerance", "parts", "illumination")


@st.composite
def cases(draw: st.DrawFn) -> Case:
    devices = draw(items("D", stock=False, least=0, most=2))
    parts = draw(items("P", stock=True, least=3, most=6))
    cameras = draw(camera_fronts(parts))
    fixed = cameras[0].length + sum(device.length for device in devices)
    wish = [part.length for part in parts if draw(st.booleans())]
    low = max(50, fixed + sum(wish) + draw(st.sampled_from([0, 0, 3, 10, -7])))
    names = [item.name for item in parts]
    hosts = [*names, *(device.name for device in devices)]
    nested = st.tuples(st.sampled_from(names), st.sampled_from(hosts), st.sampled_from([0, 10]))
    return Case(
        optic=draw(st.sampled_from(["Am", "Am", "Am", "Bm", "Am3", "?"])),
        target=(low, low + draw(st.sampled_from([0, 0, 0, 20]))),
        tolerance=draw(st.sampled_from([5, 10, 30, 60, 210])),
        cameras=cameras,
        devices=devices,
        free_order=len(devices) == 2 and draw(st.booleans()),
        parts=parts,
        nested=tuple(
            one
            for one in draw(st.lists(nested, max_size=2, unique_by=lambda row: row[:2]))
            if one[0] != one[1]
        ),
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
        darkest=draw(st.sampled_from((0, 0, 1, 2, 3, 4, 4, 4, 4, 4))),
        criteria=tuple(
            draw(
                st.permutations(MERITS)
                | st.permutations([*MERITS, "error"])
                | st.permutations([*MERITS, "fit"])
                | st.just(USUAL)
            )
        ),
    )


SPACERS = Case(
    optic="Bm",
    target=(550, 550),
    tolerance=60,
    cameras=(Item("C", "Am", "", 65),),
    devices=(Item("wheel", "Af", "Af", 200),),
    free_order=False,
    parts=(
        Item("a", "Bf", "Am", 165, owned=1),
        Item("b", "Af", "Am", 50, owned=2, buyable=1),
        Item("c", "Am", "Am", 20, owned=1),
        Item("d", "Af", "Af", 110, owned=1),
    ),
    nested=(),
    cone=None,
    max_parts=5,
    max_buys=2,
    darkest=4,
    criteria=MERITS,
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
    asked = question(case)

    stacks = best_stacks(replace(spacer_problem(asked), darkest=case.darkest), k)

    everything = all_ranks(case)
    judged = [reread(case, stack) for stack in stacks]
    assert [rank for rank, _ in judged] == sorted(everything.values())[:k]
    assert all(everything[answer] == rank for rank, answer in judged)
    assert len({answer for _, answer in judged}) == len(judged)
    for stack in stacks:
        setting = adjuster_setting_um(asked, stack)
        low, high = case.target
        if setting is None:
            assert low == high
        else:
            nearest = min(max(stack.path_length_um, low * 100), high * 100)
            assert high * 100 - setting == nearest
