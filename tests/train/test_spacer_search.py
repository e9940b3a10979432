"""Hand-worked trains; threads, genders, quantities and purchases are respected."""

from dataclasses import replace

import pytest

from rigd.errors import TrainError
from rigd.optics.vignetting import Cone
from rigd.train.connection import Coupling, End, Gender
from rigd.train.merit import DEFAULT_ORDER, Criterion
from rigd.train.parts import (
    CameraMount,
    Port,
    TrainPart,
    check_chain,
    mount_with_aperture_limit,
    with_aperture_limit,
)
from rigd.train.spacer_search import SpacerProblem, Stack, best_stacks, build_reaches


def port(text: str, depth_um: int | None = None) -> Port:
    """`"M42x0.75 f"`: standard and gender."""
    standard, letter = text.split()
    gender = Gender.MALE if letter == "m" else Gender.FEMALE
    return Port(end=End(standard=standard, gender=gender), depth_um=depth_um)


M42M, M42F = port("M42x0.75 m"), port("M42x0.75 f")
M48M, M48F = port("M48x0.75 m"), port("M48x0.75 f")


def part(name: str, front: Port, back: Port, length_mm: float, **more: object) -> TrainPart:
    settings: dict[str, object] = {"owned": 1, **more}
    return TrainPart(
        id=name,
        front=front,
        back=back,
        optical_length_um=round(length_mm * 1000),
        **settings,  # type: ignore[arg-type]  # keyword arguments of the dataclass
    )


COOLED = CameraMount(id="bare", port=M42M, flange_distance_um=6500)
COOLED_RING = CameraMount(id="ring", port=M42F, flange_distance_um=17500)
RING = part("ring_11", M42F, M42F, 11.0)
EXTENDER = part("ext_21", M42F, M42M, 21.0)
ADAPTER = part("m48f_m42m_16.5", M48F, M42M, 16.5)
MALE_RING = part("t2_t2_2", M42M, M42M, 2.0)
WHEEL = part("wheel", M42F, M42F, 20.0)
GUIDER = part("oag", M48F, M42M, 16.5)


def problem(
    *parts: TrainPart,
    cameras: tuple[CameraMount, ...] = (COOLED,),
    required_um: int = 55000,
    optic: Port = M48M,
    **more: object,
) -> SpacerProblem:
    settings: dict[str, object] = {"tolerance_um": 500, **more}
    return SpacerProblem(
        optic=optic,
        required_low_um=required_um,
        required_high_um=required_um,
        cameras=cameras,
        parts=parts,
        **settings,  # type: ignore[arg-type]  # keyword arguments of the dataclass
    )


def ids(stack: Stack) -> list[str]:
    return [placed.part.id for placed in stack.chain]


def test_cooled_camera_with_21_and_16_5_is_55() -> None:
    # ZWO's 55 mm chart: 16.5 + 21 + 11 + 6.5
    best = best_stacks(problem(RING, EXTENDER, ADAPTER, MALE_RING))[0]

    assert ids(best) == ["m48f_m42m_16.5", "ext_21", "ring_11"]
    assert (best.path_length_um, best.back_focus_error_um) == (55000, 0)


def test_the_same_with_the_ring_counted_to_the_camera() -> None:
    best = best_stacks(problem(EXTENDER, ADAPTER, MALE_RING, cameras=(COOLED_RING,)))[0]

    assert ids(best) == ["m48f_m42m_16.5", "ext_21"]
    assert best.path_length_um == 55000


def test_wheel_and_guider_make_the_published_56() -> None:
    # 6.5 + EFW 20 + ring 2 + 11 + OAG 16.5 = 56: 55 and 1 for the filter glass (tutorial comments)
    train = problem(
        RING,
        EXTENDER,
        MALE_RING,
        orders=((GUIDER, WHEEL),),
        required_um=56000,
    )

    best = best_stacks(train)[0]

    assert sorted(ids(best)) == ["oag", "ring_11", "t2_t2_2", "wheel"]
    assert (best.path_length_um, best.back_focus_error_um) == (56000, 0)


def test_every_answer_can_be_screwed_together() -> None:
    train = problem(
        RING, EXTENDER, ADAPTER, MALE_RING, cameras=(COOLED, COOLED_RING), tolerance_um=8000
    )

    stacks = best_stacks(train, 20)

    assert len(stacks) >= 3
    for stack in stacks:
        check_chain(train.optic, stack.chain, stack.camera)


def test_a_pitch_that_differs_refuses_the_joint() -> None:
    lens_ring = part("old lens ring", M48F, port("M42x1 m"), 48.5)

    assert best_stacks(problem(lens_ring)) == ()
    assert best_stacks(problem(part("t2", M48F, M42M, 48.5), cameras=(COOLED_RING,))) == ()
    right = part("right", M48F, M42F, 48.5)
    assert ids(best_stacks(problem(right))[0]) == ["right"]


def test_a_part_is_used_as_often_as_it_is_owned() -> None:
    spacer = part("spacer_5", M42F, M42M, 5.0, owned=2)
    adapter = part("adapter", M48F, M42M, 27.5)

    two = problem(spacer, adapter, cameras=(COOLED_RING,))
    three = problem(spacer, adapter, cameras=(COOLED_RING,), required_um=60000)

    assert ids(best_stacks(two)[0]) == ["adapter", "spacer_5", "spacer_5"]
    assert best_stacks(three) == ()


def test_what_is_owned_comes_before_what_is_bought() -> None:
    owned = [part("a", M48F, M42M, 20.0), part("b", M42F, M42M, 17.5)]
    shop = part("one piece", M48F, M42M, 37.5, owned=0, buyable=1)

    first, second = best_stacks(problem(*owned, shop, cameras=(COOLED_RING,)))

    assert (ids(first), first.bought) == (["a", "b"], ())
    assert (ids(second), second.bought) == (["one piece"], ("one piece",))


def test_the_order_of_the_criteria_is_the_users() -> None:
    owned = [part("a", M48F, M42M, 20.0), part("b", M42F, M42M, 17.5)]
    shop = part("one piece", M48F, M42M, 37.5, owned=0, buyable=1)
    fewest = (Criterion.TOLERANCE, Criterion.PARTS, Criterion.BUY, Criterion.ILLUMINATION)

    best = best_stacks(problem(*owned, shop, cameras=(COOLED_RING,), criteria=fewest))[0]

    assert ids(best) == ["one piece"]


def test_nobody_buys_a_part_to_come_nearer_within_the_tolerance() -> None:
    at_hand = part("at hand", M48F, M42M, 37.1)
    shop = part("exact", M48F, M42M, 37.5, owned=0, buyable=1)

    within = problem(at_hand, shop, cameras=(COOLED_RING,), tolerance_um=400)
    beyond = replace(within, tolerance_um=399)

    assert [ids(stack) for stack in best_stacks(within)] == [["at hand"], ["exact"]]
    assert [ids(stack) for stack in best_stacks(beyond)] == [["exact"], ["at hand"]]


def test_of_as_many_to_buy_the_nearer_comes_before_fewer_parts() -> None:
    owned = [part("a", M48F, M42M, 20.0), part("b", M42F, M42M, 17.5)]
    train = problem(part("off", M48F, M42M, 37.1), *owned, cameras=(COOLED_RING,), tolerance_um=400)

    assert [ids(stack) for stack in best_stacks(train)] == [["a", "b"], ["off"]]


def test_the_error_counts_where_the_user_puts_it() -> None:
    near = [part("a", M48F, M42M, 20.0), part("b", M42F, M42M, 17.5)]
    off = part("off", M48F, M42M, 37.3)
    train = problem(off, *near, cameras=(COOLED_RING,), tolerance_um=500)
    order = (
        Criterion.ERROR,
        Criterion.PARTS,
        Criterion.TOLERANCE,
        Criterion.BUY,
        Criterion.ILLUMINATION,
    )

    assert [ids(stack) for stack in best_stacks(train)] == [["off"], ["a", "b"]]
    exact_first = best_stacks(replace(train, criteria=order))
    assert [ids(stack) for stack in exact_first] == [["a", "b"], ["off"]]


@pytest.mark.parametrize(
    "order", [DEFAULT_ORDER[:3], (*DEFAULT_ORDER, Criterion.BUY), (Criterion.ERROR,) * 2]
)
def test_an_order_names_each_criterion_once(order: tuple[Criterion, ...]) -> None:
    with pytest.raises(TrainError, match="and error at most once"):
        problem(cameras=(COOLED_RING,), criteria=order)


def test_a_reversible_part_may_be_turned() -> None:
    changer = part("changer", M42M, M48F, 37.5)
    turning = part("changer", M42M, M48F, 37.5, reversible=True)

    assert best_stacks(problem(changer, cameras=(COOLED_RING,))) == ()
    best = best_stacks(problem(turning, cameras=(COOLED_RING,)))[0]
    assert best.chain[0].turned


def test_a_long_male_thread_does_not_enter_a_shallow_wheel() -> None:
    shallow = part("wheel", M42F, port("M42x0.75 f", 3000), 20.0)
    long_ring = part("long", port("M42x0.75 m", 5000), M42F, 2.0)
    short_ring = part("short", port("M42x0.75 m", 3000), M42F, 2.0)
    adapter = part("a", M48F, M42M, 26.5)

    def best(ring: TrainPart) -> tuple[Stack, ...]:
        return best_stacks(problem(adapter, ring, orders=((shallow,),)))

    assert best(long_ring) == ()
    assert ids(best(short_ring)[0]) == ["a", "wheel", "short"]


def test_permutations_and_replacements_are_one_answer() -> None:
    one = part("16.5", M48F, M42M, 16.5)
    nested = [part("m48", M48F, M48M, 16.5), part("nested ring", M48F, M42M, 0.0)]
    spacers = [part("s1", M42F, M42M, 10.0), part("s2", M42F, M42M, 11.0)]

    stacks = best_stacks(problem(one, *nested, *spacers, cameras=(COOLED_RING,)))

    assert [sorted(ids(stack)) for stack in stacks] == [["16.5", "s1", "s2"]]


def test_every_mount_configuration_is_tried() -> None:
    train = problem(EXTENDER, ADAPTER, RING, MALE_RING, cameras=(COOLED, COOLED_RING))

    stacks = best_stacks(train)

    assert [stack.camera.id for stack in stacks] == ["ring", "bare"]


def test_a_dark_corner_ranks_lower_and_hard_light_refuses_it() -> None:
    narrow = part("narrow", M48F, M42M, 37.5, clear_aperture_um=39000)
    wide = [
        part("wide_a", M48F, M42M, 20.0, clear_aperture_um=60000),
        part("wide_b", M42F, M42M, 17.5, clear_aperture_um=60000),
    ]
    cone = Cone(diagonal_mm=43.27, focal_ratio=5.0)
    lit_first = (Criterion.TOLERANCE, Criterion.ILLUMINATION, Criterion.BUY, Criterion.PARTS)

    def found(**more: object) -> list[tuple[str, ...]]:
        train = problem(narrow, *wide, cameras=(COOLED_RING,), cone=cone, **more)
        return [tuple(ids(stack)) for stack in best_stacks(train)]

    assert found() == [("narrow",), ("wide_a", "wide_b")]
    assert found(criteria=lit_first) == [("wide_a", "wide_b"), ("narrow",)]
    assert found(darkest=0) == [("wide_a", "wide_b")]


@pytest.mark.parametrize("turned", [False, True])
def test_a_thread_leaves_its_opening_where_it_is(*, turned: bool) -> None:
    # f/7 and 28.3 mm: 28.3 + 108.5 / 7 = 43.8 mm are needed at the M68 end, 30.8 mm at the M42 end.
    wide, narrow = port("M68x1 f"), M42M
    ends = (narrow, wide) if turned else (wide, narrow)
    adapter = with_aperture_limit(part("adapter", *ends, 91.0, reversible=turned))
    train = problem(
        adapter,
        cameras=(mount_with_aperture_limit(COOLED_RING),),
        optic=port("M68x1 m"),
        required_um=108_500,
        cone=Cone(diagonal_mm=28.3, focal_ratio=7.0),
    )

    (best,) = best_stacks(replace(train, darkest=0))

    assert best.corner_illumination == 1.0
    assert best.chain[0].turned is turned


def test_a_narrow_thread_at_the_telescope_side_darkens() -> None:
    # The same the other way round: M42 leaves 41.2 mm where 43.8 mm are needed.
    adapter = with_aperture_limit(part("adapter", M42F, port("M68x1 m"), 91.0, reversible=True))
    camera = CameraMount(id="wide", port=port("M68x1 f"), flange_distance_um=17_500)
    train = problem(
        adapter,
        cameras=(mount_with_aperture_limit(camera),),
        optic=M42M,
        required_um=108_500,
        cone=Cone(diagonal_mm=28.3, focal_ratio=7.0),
    )

    (best,) = best_stacks(train)

    assert best.corner_illumination is not None
    assert 0.75 < best.corner_illumination < 1.0
    assert best_stacks(replace(train, darkest=0)) == ()


def test_an_adjustable_optic_is_a_range() -> None:
    train = SpacerProblem(
        optic=M48M,
        required_low_um=50000,
        required_high_um=54500,
        tolerance_um=500,
        cameras=(COOLED_RING,),
        parts=(EXTENDER, ADAPTER),
    )

    best = best_stacks(train)[0]

    assert (best.path_length_um, best.back_focus_error_um, best.tolerance_class) == (55000, 500, 1)


def test_bolts_mate_with_bolts_and_nothing_else() -> None:
    bolts = Port(end=End(coupling=Coupling.BOLTS, standard="ZWO 86", gender=Gender.NONE))
    flat = CameraMount(id="bolted", port=bolts, flange_distance_um=12500)
    plate = part("plate", M48F, bolts, 42.5)

    assert ids(best_stacks(problem(plate, cameras=(flat,)))[0]) == ["plate"]
    assert best_stacks(problem(plate)) == ()


@pytest.mark.parametrize(
    ("change", "names"),
    [
        pytest.param({"tolerance_um": 0}, "tolerance_um: 0", id="tolerance"),
        pytest.param({"cameras": ()}, "cameras", id="cameras"),
        pytest.param({"required_um": 0}, "required path length: 0", id="required"),
        pytest.param({"criteria": (Criterion.BUY,)}, "criteria", id="criteria"),
    ],
)
def test_wrong_input_is_named(change: dict[str, object], names: str) -> None:
    with pytest.raises(TrainError, match=names):
        problem(**change)  # type: ignore[arg-type]  # keyword arguments of the dataclass


def test_negative_length_is_refused_by_name() -> None:
    with pytest.raises(TrainError, match="ring: optical_length_um -1000"):
        part("ring", M42F, M42M, -1.0)


PLATE = part("plate", M42F, M42M, 5.0, buyable=1)
ON = CameraMount(id="plate on", port=M42F, flange_distance_um=17500, added=("plate",))
OFF = CameraMount(id="plate off", port=M42F, flange_distance_um=12500, removed=("plate",))


def test_what_is_on_the_camera_has_to_be_bought_to_be_used_a_second_time() -> None:
    # 32.5 + 5 + 17.5 = 55, the one at hand is inside the 17.5
    adapter = part("adapter", M48F, M42M, 32.5)

    best = best_stacks(problem(adapter, PLATE, cameras=(ON,)))[0]

    assert (ids(best), best.bought) == (["adapter", "plate"], ("plate",))


def test_what_came_off_the_camera_stands_anywhere_but_in_front_of_it() -> None:
    # 27.5 + 5 + 10 + 12.5 = 55: the plate may be used, but not put back
    adapter, spacer = part("adapter", M48F, M42M, 27.5), part("spacer", M42F, M42M, 10.0)

    best = best_stacks(problem(adapter, spacer, PLATE, cameras=(OFF,)))[0]

    assert ids(best) == ["adapter", "plate", "spacer"]


def test_nobody_buys_what_is_like_the_part_that_came_off() -> None:
    # 37.5 + 5 + 12.5 = 55: a twin in the plate's place, made by whomever, is the plate put back
    adapter = part("adapter", M48F, M42M, 37.5)
    twin = part("twin", M42F, M42M, 5.0, owned=0, buyable=1)
    shorter = part("shorter", M42F, M42M, 4.9, owned=0, buyable=1)

    found = best_stacks(problem(adapter, PLATE, twin, shorter, cameras=(OFF,)))

    assert [ids(stack) for stack in found] == [["adapter", "shorter"]]


def test_no_more_parts_than_are_at_hand_make_a_length_without_a_purchase() -> None:
    # Otherwise a long train that nothing reaches would be looked for among thousands.
    asked = problem(RING, EXTENDER, ADAPTER, MALE_RING, required_um=147_500)
    (reach,) = build_reaches(asked, limit_um=200_000)

    assert reach.lengths(0, 4, 0) or reach.lengths(0, 3, 0)
    assert reach.lengths(0, 5, 0) == 0
