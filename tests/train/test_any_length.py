"""A length that no source states: for which lengths there are rings, and one train for example."""

import re

import pytest

from rigd.catalog.catalog import Catalog, load_catalog
from rigd.catalog.models.part import PartKind
from rigd.catalog.train_parts import CatalogLookup
from rigd.catalog.usual_lengths import usual_length
from rigd.train.answer import WITHIN_TOLERANCE, TrainAnswer, answer
from rigd.train.any_length import AnyLength, any_length_words, measure
from rigd.train.question import tolerance_of
from rigd.train.spacer_problem import spacer_problem
from rigd.train.spacer_search import best_stacks
from rigd.train.train_file import parse_train
from rigd.view.train import UnspacedTrain
from rigd.view.train_report import train_report
from tests.train.drawn_trains import BARE, NO_DISTANCE, PETZVAL, UNMEASURED_TOO_LONG

RINGS = """
[optic]
required_back_focus_mm = 55
end = "M48x0.75 male"
tolerance_mm = 0.5
[camera]
name = "camera"
flange_distance_mm = 17.5
end = "M48x0.75 female"
[[devices]]
name = "guider"
front = "M48x0.75 female"
back = "M48x0.75 male"
"""
"""37.5 mm are left for the guider and rings."""
RING = """[[parts]]
id = "ring {mm:g}"
optical_length_mm = {mm}
front = "M48x0.75 female"
back = "M48x0.75 male"
"""


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


def ask(*rings_mm: float) -> TrainAnswer:
    return answer(parse_train(RINGS + "".join(RING.format(mm=mm) for mm in rings_mm)))


def served(found: TrainAnswer) -> AnyLength:
    assert found.any_length is not None
    return found.any_length


@pytest.mark.parametrize(
    ("rings_mm", "from_um", "to_um", "is_rest_too_long"),
    [
        # Without a ring the guider itself must be 37.5 mm long, give or take the tolerance.
        pytest.param((), 37_000, 38_000, True, id="no ring"),
        # 30 - 0.5 to 30 + 0.5; 37.5 +- 0.5 is a range apart, no wider, and the first counts.
        pytest.param((7.5,), 29_500, 30_500, False, id="a range apart"),
        # 35, 36 and 37 mm with rings of 2.5, 1.5 and 0.5 mm: the ranges meet.
        pytest.param((2.5, 1.5, 0.5), 32_500, 38_000, True, id="ranges that meet"),
    ],
)
def test_a_range_of_lengths_has_a_train_each(
    rings_mm: tuple[float, ...], from_um: int, to_um: int, *, is_rest_too_long: bool
) -> None:
    found = served(ask(*rings_mm))

    assert (found.from_um, found.to_um) == (from_um, to_um)
    assert found.is_rest_too_long == is_rest_too_long


@pytest.mark.parametrize(
    ("search", "from_um"),
    [
        # Rings of 1 to 16 mm make every length up to 30 mm, four at a time at most.
        pytest.param("", 7_000, id="one more than usual is bought"),
        # Three make no 15 mm: what would need them is apart (and looked at in steps of 0.5 mm).
        pytest.param("[search]\nmax_buys = 3\n", 23_001, id="a bound holds"),
    ],
)
def test_no_length_is_left_out_that_one_ring_more_serves(search: str, from_um: int) -> None:
    rings = "".join(
        RING.format(mm=mm).replace("\nfront", "\ncount = 0\nbuyable = 1\nfront")
        for mm in (1, 2, 4, 8, 16)
    )

    found = served(answer(parse_train(RINGS + rings + search)))

    assert (found.from_um, found.to_um) == (from_um, 38_000)


def test_every_length_of_the_range_is_served_and_none_beside_it(catalog: Catalog) -> None:
    text = 'optic = { id = "celestron_edgehd_800" }\ncamera = { id = "zwo_asi2600mc_pro" }\n'
    text += 'devices = [{ id = "celestron_oag" }]\nboxes = true\n[search]\nshop = true\n'
    found = answer(parse_train(text, CatalogLookup(catalog)))

    lengths_um = range(served(found).from_um, served(found).to_um + 1, 2_950)

    assert len(lengths_um) > 15
    for length_um in lengths_um:
        (best,) = best_stacks(spacer_problem(measure(found.question, length_um)), 1)
        assert abs(best.back_focus_error_um) <= tolerance_of(found.question)[0]


@pytest.mark.parametrize("outside_um", [32_499, 38_001])
def test_just_beside_the_range_no_train_fits(outside_um: int) -> None:
    found = ask(2.5, 1.5, 0.5)

    (best,) = best_stacks(spacer_problem(measure(found.question, outside_um)), 1)
    assert best.tolerance_class > WITHIN_TOLERANCE


def test_the_example_adds_up_and_is_marked_as_supposed() -> None:
    found = served(ask(20.0))

    (guider,) = [placed for placed in found.example.stack.chain if placed.device]
    assert guider.part.optical_length_um == found.example.length_um == 17_500
    assert guider.part.length_doubt == "supposed"
    assert found.example.stack.path_length_um == 55_000


def test_what_is_said_holds_the_range_and_the_field_to_measure() -> None:
    found = ask(2.5, 1.5, 0.5)
    assert found.room is not None

    assert any_length_words(found.question, found.room, served(found)) == (
        "for any length of it from 32.5 mm to 38 mm there are rings that make the train 55 mm,"
        " within ±0.5 mm; with more than that it is too long: measure it and add"
        " --adjust guider.optical_length_mm=MM; with 32.5 mm, for example:"
    )


def test_several_lengths_count_together_and_share_the_example() -> None:
    two = RINGS + '[[devices]]\nname = "wheel"\nfront = "M48x0.75 female"\nback = "M48x0.75 male"\n'
    found = answer(parse_train(two + RING.format(mm=2.5)))

    lengths = [placed.part.optical_length_um for placed in served(found).example.stack.chain]
    assert served(found).example.length_um == 35_000
    assert lengths.count(17_500) == 2


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(BARE, id="all is known"),
        pytest.param(PETZVAL, id="no distance demanded"),
        pytest.param(NO_DISTANCE, id="no distance known"),
        pytest.param(UNMEASURED_TOO_LONG, id="too long already"),
    ],
)
def test_nothing_is_said_where_no_length_can_help(text: str) -> None:
    assert answer(parse_train(text)).any_length is None


def test_the_report_has_the_example_with_all_that_a_stack_has() -> None:
    report = train_report(ask(20.0))

    assert isinstance(report, UnspacedTrain)
    assert report.any_length is not None
    assert report.any_length.example.path_length_mm == 55.0
    assert [part.length_doubt for part in report.any_length.example.parts] == ["supposed", None]


def test_the_example_takes_what_is_usual_of_each_kind_and_says_so(
    catalog: Catalog,
) -> None:
    text = 'optic = { id = "skywatcher_esprit_100ed_native" }\n'
    text += 'camera = { id = "player_one_poseidon_m_pro" }\n'
    text += 'devices = [{ id = "player_one_oag_max" }, { id = "playerone_phoenix" }]\n'
    text += "[search]\nshop = true\n"

    found = answer(parse_train(text, CatalogLookup(catalog)))

    chain = served(found).example.stack.chain
    devices = {one.part.id: one.part.optical_length_um for one in chain if one.device}
    assert devices == {"player_one_oag_max": 17_500, "playerone_phoenix": 20_000}
    assert found.room is not None
    words = any_length_words(found.question, found.room, served(found))
    span = r"\([\d.]+ mm to [\d.]+ mm\)"
    guider = rf"17\.5 mm, the commonest of off-axis guiders {span}"
    wheel = rf"20 mm, the commonest of filter wheels {span}"
    said = rf"with 37\.5 mm \({guider}; {wheel}\), for example:$"
    assert re.search(said, words), words


def test_what_differs_from_thing_to_thing_is_not_usual(catalog: Catalog) -> None:
    usual = usual_length(catalog, PartKind.OAG)

    assert usual is not None
    assert usual.least_um < usual.length_um < usual.most_um
    assert usual_length(catalog, PartKind.SPACER) is None
