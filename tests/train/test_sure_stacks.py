"""What one buys for a length that sources dispute is the last choice."""

from dataclasses import replace

import pytest

from rigd.catalog.catalog import load_catalog
from rigd.catalog.train_parts import CatalogLookup
from rigd.train.answer import answer, find_usable_ends
from rigd.train.connection import End, Gender
from rigd.train.parts import CameraMount, Doubt, Port, TrainPart
from rigd.train.spacer_problem import spacer_problem
from rigd.train.stock import parts_for_sale
from rigd.train.sure_stacks import sure_stacks
from rigd.train.train_file import parse_train

RING = """
[[parts]]
id = "{id}"
optical_length_mm = {length_mm}
front = "M42x0.75 female"
back = "M42x0.75 male"
count = 0
buyable = 1
"""
TRAIN = """
[optic]
required_back_focus_mm = 55
tolerance_mm = 0.5
end = "M42x0.75 male"
[camera]
name = "cam"
flange_distance_mm = 17.5
end = "M42x0.75 female"
"""


@pytest.mark.parametrize(
    ("other_um", "lengths_mm", "bought"),
    [
        (30_000, (17.5, 20), ["part1", "part2"]),
        (37_400, (17.5, 20), ["ring"]),
        (30_000, (17.5, 21), ["ring"]),
    ],
)
def test_a_part_that_may_be_off_by_more_than_the_tolerance_comes_last(
    other_um: int, lengths_mm: tuple[float, ...], bought: list[str]
) -> None:
    parts = [("ring", 37.5), ("part1", lengths_mm[0]), ("part2", lengths_mm[1])]
    text = TRAIN + "".join(RING.format(id=name, length_mm=mm) for name, mm in parts)
    problem = spacer_problem(parse_train(text))
    disputed = tuple(
        replace(one, other_lengths_um=(other_um,)) if one.id == "ring" else one
        for one in problem.parts
    )

    best = sure_stacks(replace(problem, parts=disputed), 1)[0]

    assert sorted(best.bought) == bought


@pytest.mark.parametrize(
    ("lengths_mm", "bought"),
    [
        ([5, 42.5], ["part1"]),
        ([5, 20, 22.5], ["part1", "part2"]),
        ([5, 12.5, 14, 16], ["part0"]),
        ([], []),
    ],
)
def test_what_is_bought_rests_on_no_doubtful_part_at_hand_but_for_two_parts_more(
    lengths_mm: list[float], bought: list[str]
) -> None:
    # The ring and the camera are 55 mm: 5 mm are bought with it, 42.5 mm without.
    required = "required_back_focus_mm = 60" if lengths_mm else "required_back_focus_mm = 55"
    parts = [("ring", 37.5), *((f"part{n}", mm) for n, mm in enumerate(lengths_mm))]
    text = TRAIN.replace("required_back_focus_mm = 55", required)
    text += "".join(RING.format(id=name, length_mm=mm) for name, mm in parts)
    problem = spacer_problem(parse_train(text))
    disputed = tuple(
        replace(one, other_lengths_um=(30_000,), owned=1, buyable=0) if one.id == "ring" else one
        for one in problem.parts
    )

    best = sure_stacks(replace(problem, parts=disputed), 1)

    assert sorted(best[0].bought) == bought


@pytest.mark.parametrize(
    ("doubt", "bought"),
    [
        pytest.param(Doubt.GENDER, ["to_female"], id="assumed"),
        pytest.param(None, [], id="known"),
    ],
)
def test_a_device_that_nobody_calls_male_towards_the_telescope_comes_last(
    doubt: Doubt | None, bought: list[str]
) -> None:
    # Either way 37.5 + 17.5 = 55: the male front needs no part to buy, but hardly any wheel has it.
    wheel = TrainPart(
        id="wheel",
        front=Port(end=End(standard="M42x0.75", gender=Gender.FEMALE)),
        back=Port(end=End(standard="M42x0.75", gender=Gender.MALE)),
        optical_length_um=20_000,
    )
    rare = replace(
        wheel,
        front=Port(end=End(standard="M42x0.75", gender=Gender.MALE), doubt=doubt),
        optical_length_um=20_000,
    )
    text = TRAIN.replace("M42x0.75 male", "M42x0.75 female", 1)
    problem = replace(spacer_problem(parse_train(text)), orders=((rare,), (wheel,)))
    at_hand = replace(wheel, id="at hand", optical_length_um=17_500, reversible=True, owned=1)
    to_female = replace(
        wheel,
        id="to_female",
        front=rare.front,
        back=rare.front,
        optical_length_um=17_500,
        buyable=1,
    )

    best = sure_stacks(replace(problem, parts=(at_hand, to_female)), 1)[0]

    assert [*best.bought] == bought


def test_a_shop_sells_as_many_rings_as_add_up_but_no_adapters_to_and_fro() -> None:
    sold = {one.id: one.buyable for one in parts_for_sale(CatalogLookup(load_catalog()))}

    assert (sold["m48_spacer_10"], sold["zwo_m54_m48_2"], sold["m42_ff_ring_11"]) == (4, 2, 2)


def test_of_fronts_that_are_as_good_the_one_that_is_shipped_counts() -> None:
    face = {"port": Port(end=End(standard="M42x0.75", gender=Gender.FEMALE))}
    rare = CameraMount(id="rare", flange_distance_um=17_500, **face)
    usual = CameraMount(id="usual", flange_distance_um=17_500, as_shipped=True, **face)
    text = TRAIN + RING.format(id="ring", length_mm=37.5)
    question = parse_train(text)

    problem = spacer_problem(question, [rare, usual])

    assert sure_stacks(problem, 1)[0].camera.id == "usual"


@pytest.mark.parametrize(
    ("end", "served"),
    [
        pytest.param('end = "M42x0.75 male"', (), id="known"),
        pytest.param("", ("M42x0.75 male",), id="not known"),
    ],
)
def test_other_ends_are_looked_for_where_the_telescopes_own_is_not_known(
    end: str, served: tuple[str, ...]
) -> None:
    text = TRAIN.replace('end = "M42x0.75 male"', end, 1) + RING.format(id="ring", length_mm=37.5)

    assert find_usable_ends(answer(parse_train(text), 1)) == served


def test_an_end_of_which_nothing_is_known_is_taken_to_be_as_usual() -> None:
    # 11 mm are exact with one ring, but then the camera would be male: 10 and 1 mm do as well.
    text = TRAIN.replace("required_back_focus_mm = 55", "required_back_focus_mm = 28.5")
    text = text.replace('end = "M42x0.75 female"', "").replace('end = "M42x0.75 male"', "")
    rings = RING.format(id="ten", length_mm=10) + RING.format(id="one", length_mm=1)
    both = RING.format(id="both", length_mm=11).replace("male", "female").replace("fefe", "fe")

    found = sure_stacks(spacer_problem(parse_train(text + rings + both)), 2)

    assert [sorted(one.bought) for one in found] == [["one", "ten"], ["both"]]
