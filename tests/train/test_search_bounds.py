"""What bounds of the search and a wide tolerance do to an answer, and that it is said."""

from collections.abc import Sequence

from rigd.cli.train_text import worth_showing
from rigd.train.answer import TrainAnswer, answer
from rigd.train.spacer_search import error_bands
from rigd.train.train_file import parse_train
from rigd.units import mm_from_um
from rigd.view.to_json import to_json
from rigd.view.train_report import train_report

SEVEN = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 16.5]


def ask(
    lengths_mm: Sequence[float], search: str, *, count: int = 1, buyable: int = 0
) -> TrainAnswer:
    """37.5 mm in front of a camera of 17.5 mm, from rings of the same thread."""
    lines = [
        "optic = { required_back_focus_mm = 55.0, end = 'M42x0.75 male' }",
        "camera = { flange_distance_mm = 17.5, end = 'M42x0.75 female' }",
        f"search = {{ {search} }}",
    ]
    for length_mm in lengths_mm:
        lines += [
            "[[parts]]",
            f"id = '{length_mm:g}'",
            f"optical_length_mm = {length_mm}",
            "front = 'M42x0.75 female'",
            "back = 'M42x0.75 male'",
            f"count = {count}",
            f"buyable = {buyable}",
        ]
    return answer(parse_train("\n".join(lines)))


def used(found: TrainAnswer) -> list[float]:
    return [mm_from_um(placed.part.optical_length_um) for placed in found.stacks[0].chain]


def test_seven_rings_are_used_where_six_do_not_reach() -> None:
    # 1 + 2 + 3 + 4 + 5 + 6 + 16.5 = 37.5; without the ring of 1 mm it is 36.5
    found = ask(SEVEN, "tolerance_mm = 0.5")

    assert sorted(used(found)) == SEVEN
    assert found.stacks[0].back_focus_error_um == 0
    assert found.bound_words == (
        "no train of up to 6 parts, 3 of them to buy, is within the tolerance:"
        " a train of 7 parts is"
    )
    assert found.bound_words in train_report(found).words


def test_four_rings_are_bought_where_three_do_not_reach() -> None:
    # 4 x 9.375 = 37.5
    found = ask([9.375], "tolerance_mm = 0.5", count=0, buyable=6)

    assert used(found) == [9.375] * 4
    assert found.bound_words is not None
    assert found.bound_words.endswith("a train of 4 parts, 4 to buy, is")


def test_five_to_buy_are_said_to_be_many_and_the_nearest_of_four_stands_beside() -> None:
    # 5 x 7.5 = 37.5; four make 30 mm, and one adapter made to measure makes it all.
    found = ask([7.5], "tolerance_mm = 0.5", count=0, buyable=6)

    assert used(found) == [7.5] * 5
    assert found.stacks[-1].back_focus_error_um == -7_500
    assert found.bound_words is not None
    assert found.bound_words.endswith(
        "a train of 5 parts, 5 to buy, is; that is long: one adapter made to measure would do,"
        " M42x0.75 female to M42x0.75 male, 37.5 mm; with 4 to buy the nearest is 47.5 mm, 7.5 mm"
        " too short (the last)"
    )


def test_of_the_nearest_of_few_that_is_shown_which_shims_make_exact() -> None:
    # 5 x 7.5 = 37.5; 4 x 9.5 = 38 is 0.5 long, and 3 x 9.5 + 7.5 = 36 is 1.5 short.
    found = ask([9.5, 7.5], "tolerance_mm = 0.2", count=0, buyable=5)

    assert used(found) == [7.5] * 5
    assert found.stacks[-1].back_focus_error_um == -1_500


def test_what_few_parts_do_is_shown_beside_what_takes_many() -> None:
    report = to_json(train_report(ask([7.5], "tolerance_mm = 0.5", count=0, buyable=6)))

    assert [len(stack["buy"]) for stack in worth_showing(report["stacks"])] == [5, 4]


def test_a_bound_that_somebody_wishes_holds_and_what_it_costs_is_said() -> None:
    found = ask(SEVEN, "tolerance_mm = 0.5, max_parts = 6")

    assert found.bound_words == (
        "max_parts = 6 cut the search: a train of 7 parts is within the tolerance"
    )
    assert all(stack.tolerance_class > 1 for stack in found.stacks)


def test_nothing_is_said_where_no_bound_had_to_do_with_it() -> None:
    assert ask([37.5], "tolerance_mm = 0.5").bound_words is None
    assert ask([30.0], "tolerance_mm = 0.5").bound_words is None


def test_at_ten_millimetres_the_nearer_train_comes_before_the_one_with_fewer_parts() -> None:
    # 32.83 is 4.67 short with one ring, 34.33 is 3.17 short with two
    found = ask([32.83, 20.0, 14.33], "tolerance_mm = 10.0")

    assert sorted(used(found)) == [14.33, 20.0]
    assert found.stacks[1].back_focus_error_um == -4670


def test_inside_a_millimetre_fewer_parts_still_come_first() -> None:
    # 0.7 mm short with one ring, exact with two: both within half of 2 mm
    found = ask([36.8, 20.0, 17.5], "tolerance_mm = 2.0")

    assert used(found) == [36.8]


def test_errors_count_as_alike_within_a_millimetre_at_most() -> None:
    halves = error_bands(500), error_bands(2_000), error_bands(10_000), error_bands(100_000)

    assert halves[0] == (500, 1_000, 2_000)
    assert halves[1] == (2_000, 4_000, 6_000, 8_000)
    assert halves[2] == tuple(range(2_000, 42_000, 2_000))
    assert len(halves[3]) == 20
