"""What stands in which order, and which parts belong into a train at all."""

import pytest

from rigd.catalog.catalog import Catalog, load_catalog
from rigd.catalog.train_parts import CatalogLookup
from rigd.setup.train_request import readings_of, train_file_of
from rigd.train.answer import TrainAnswer, answer
from rigd.train.connection import Coupling, End, Gender
from rigd.train.parts import may_join
from rigd.train.question import focal_ratio_of, tolerance_of
from rigd.train.resolve import resolve
from rigd.view.train_report import train_report
from rigd.view.train_request import TrainRequest


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


def ask(catalog: Catalog, **said: object) -> TrainAnswer:
    file, _ = train_file_of(TrainRequest.model_validate(said), catalog)
    return answer(resolve(file, CatalogLookup(catalog)), 3)


@pytest.mark.parametrize("order", [None, "any"])
def test_a_drawer_stands_before_the_guider_where_it_does_not_close_behind(
    order: str | None, catalog: Catalog
) -> None:
    found = ask(
        catalog,
        optic="Esprit 100",
        camera="ASI2600MC Pro",
        drawer="ZWO 2 inch drawer",
        oag="OAG-L",
        filters=["2 mm"],
        adjust={"search.device_order": order} if order else {},
    )

    best = found.stacks[0]
    assert [one.part.optical_length_um for one in best.chain] == [21_000, 5_000, 17_500]
    assert best.path_length_um == 56_000
    assert best.bought == ()
    words = train_report(found).words
    assert words[0].startswith("the threads do not close in the usual order, ZWO OAG-L")
    assert any("guides through its filter" in one for one in words)


@pytest.mark.parametrize(
    ("drawer", "path_um"), [("ZWO M54 drawer", 57_000), ("ZWO 2 inch drawer", 56_000)]
)
def test_another_order_counts_too_where_it_is_too_long(
    drawer: str, path_um: int, catalog: Catalog
) -> None:
    found = ask(
        catalog,
        optic="Esprit 100",
        camera="ASI2600MC Pro",
        drawer=drawer,
        oag="OAG-L",
        filters=["2 mm"],
        adjust={"search.tolerance_mm": 0.4},
    )

    why = found.explanation
    nearest = found.stacks[0] if why is None else why.above
    assert nearest is not None
    assert nearest.path_length_um == path_um


def test_an_order_that_a_file_gives_is_kept(catalog: Catalog) -> None:
    found = ask(
        catalog,
        optic="Esprit 100",
        camera="ASI2600MC Pro",
        drawer="ZWO 2 inch drawer",
        oag="OAG-L",
        filters=["2 mm"],
        adjust={"search.device_order": "given"},
    )

    assert not found.stacks
    assert found.order_words is None


@pytest.mark.parametrize("optic", ["116 mm", "123 mm"])
def test_no_part_of_an_sct_and_no_barrel_serves_a_thread_that_is_not_known(
    optic: str, catalog: Catalog
) -> None:
    found = ask(catalog, optic=optic, camera="ASI2600MC Pro", filters=["none"])

    ends = [
        port.end
        for stack in found.stacks
        for one in stack.chain
        for port in (one.front, one.back)
        if port.end is not None
    ]
    assert ends
    assert not any(end.standard.startswith("SCT") for end in ends)
    assert not any(end.coupling is Coupling.PUSH_FIT for end in ends)


def test_a_guider_that_nobody_knows_is_behind_the_adapter_of_an_sct(catalog: Catalog) -> None:
    found = ask(catalog, optic="C11 f/6.3", camera="Atik 460EX", wheel="Atik EFW2", oag="Atik OAG")

    first = found.stacks[0].chain[0]
    assert (first.device, first.front.end) == (
        False,
        End(standard="SCT 2in-24tpi", gender=Gender.FEMALE),
    )
    assert may_join(found.question.optic.port, first.front)
    # 105 mm and 0.67 mm for the glass, within 10 mm, with the adapter alone to buy.
    assert found.stacks[0].path_length_um == 109_000
    assert found.stacks[0].bought == ("celestron_t_adapter_sct",)


ESPRIT = {"optic": "Esprit 100", "camera": "ASI2600MM Pro"}


@pytest.mark.parametrize("words", ["1.25 inch, 2 mm", "31 mm, 2 mm"])
def test_a_filter_that_nothing_holds_darkens_the_corners_all_the_same(
    words: str, catalog: Catalog
) -> None:
    best = train_report(ask(catalog, **ESPRIT, filters=[words])).stacks[0]

    assert any(one.startswith("nothing is said to hold the") for one in best.words)
    assert ("but the corners" in best.verdict) == words.startswith("1.25")


@pytest.mark.parametrize("words", ["2 inch, 3 mm", "50 mm square, 3 mm"])
def test_a_filter_that_does_not_go_into_the_wheel_is_named(words: str, catalog: Catalog) -> None:
    found = ask(catalog, **ESPRIT, wheel="EFW 7x36", filters=[words])

    first = train_report(found).words[0]
    assert first.endswith("does not go into ZWO EFW 7x36 mm: it takes 36 mm")


@pytest.mark.parametrize(("size", "count"), [("36 mm, 3 mm", 1), ("3 mm", 3)])
def test_the_size_of_a_filter_says_which_wheel_is_meant(
    size: str, count: int, catalog: Catalog
) -> None:
    request = TrainRequest.model_validate({**ESPRIT, "wheel": "QHYCFW3 M", "filters": [size]})

    assert len(readings_of(request, catalog)) == count


def test_a_supposed_length_is_a_condition_of_the_verdict(catalog: Catalog) -> None:
    found = ask(catalog, **ESPRIT, oag="Celestron OAG", filters=["none"])

    served = train_report(found).any_length
    assert served is not None
    assert served.example.verdict == "exact if Celestron OAG 93648 is 17.5 mm"


@pytest.mark.parametrize(("said_mm", "front"), [(17.5, "M42x0.75 female"), (12.5, "ZWO bolt face")])
def test_a_measured_front_that_is_known_keeps_its_thread(
    said_mm: float, front: str, catalog: Catalog
) -> None:
    file, _ = train_file_of(
        TrainRequest.model_validate({**ESPRIT, "adjust": {"camera.flange_distance_mm": said_mm}}),
        catalog,
    )
    camera = resolve(file, CatalogLookup(catalog)).camera

    assert front in [str(mount.port) for mount in camera.mounts]
    assert {mount.flange_distance_um for mount in camera.mounts} == {int(1000 * said_mm)}


def test_a_tolerance_of_ones_own_is_not_the_catalogs(catalog: Catalog) -> None:
    found = ask(catalog, **ESPRIT, adjust={"optic.tolerance_mm": 5.0})

    assert tolerance_of(found.question) == (5_000, "user")


@pytest.mark.parametrize(
    ("words", "ratio"),
    [
        ("Samyang 135mm f/2 lens, Canon EF", 2.0),
        ("Sigma 105 mm F1.4 lens, Canon EF", 1.4),
        ("Samyang 135 mm lens, Canon EF", 5.0),
    ],
)
def test_the_name_of_a_lens_says_its_focal_ratio(
    words: str, ratio: float, catalog: Catalog
) -> None:
    found = ask(catalog, optic=words, camera="ASI2600MC Pro")

    assert focal_ratio_of(found.question) == ratio
    assert found.question.optic.focal_length_mm in (135.0, 105.0)


def test_a_decimal_comma_is_one_in_a_filter_too(catalog: Catalog) -> None:
    found = ask(catalog, **ESPRIT, filters=["3,5 mm"])

    assert found.question.wheels[0].slots[0].thickness_mm == 3.5


def test_a_lens_is_said_to_lose_infinity_instead_of_its_corners(catalog: Catalog) -> None:
    best = train_report(ask(catalog, optic="55 mm", camera="ASI2600MC Pro")).stacks[0]
    lens = train_report(
        ask(catalog, optic="Samyang 135mm f/2 lens, Canon EF", camera="ASI2600MC Pro")
    ).stacks

    assert not any("infinity" in one for one in best.words)
    off = [stack for stack in lens if stack.back_focus_error_mm]
    assert all(any("infinity" in one for one in stack.words) for stack in off)
    assert not any("refocusing does not cure" in one for stack in lens for one in stack.words)


WHEEL_AND_DRAWER = {
    "optic": "Esprit 100",
    "camera": "2600MM Pro",
    "wheel": "EFW 7x36",
    "drawer": "ZWO 2 inch drawer",
    "filters": ["3 mm"],
}


def test_the_other_order_is_tried_before_something_must_come_off(catalog: Catalog) -> None:
    found = ask(catalog, **WHEEL_AND_DRAWER)

    # 56.035 mm, within 0.55 mm: 56 mm would take a fine-tuning ring more.
    assert found.stacks[0].path_length_um == 56_500
    assert found.stacks[0].bought == ("m48_spacer_3",)
    first, second = [one.part.label for one in found.stacks[0].chain if one.device]
    assert ("drawer" in first, "EFW" in second) == (True, True)
    assert train_report(found).words[0] == (
        'no train fits in the usual order, ZWO EFW 7x36 mm, ZWO 2" filter drawer (M42/M48 version):'
        ' here it is ZWO 2" filter drawer (M42/M48 version), ZWO EFW 7x36 mm, from the telescope'
    )


def test_of_an_order_given_that_does_not_fit_the_fitting_one_is_named(catalog: Catalog) -> None:
    found = ask(catalog, **WHEEL_AND_DRAWER, adjust={"search.device_order": "given"})

    why = found.explanation
    assert why is not None
    assert why.fitting_order == 'ZWO 2" filter drawer (M42/M48 version), ZWO EFW 7x36 mm'
    assert why.reason.endswith(f"in the order {why.fitting_order} one does")
    assert not why.nothing_helps


def test_a_supposed_length_hides_no_disputed_one(catalog: Catalog) -> None:
    found = ask(
        catalog, **ESPRIT, oag="Celestron OAG", drawer="ZWO 2 inch drawer", filters=["none"]
    )

    served = train_report(found).any_length
    assert served is not None
    assert served.example.verdict.endswith(" and the marked lengths are right")


def test_the_ends_that_adapters_of_an_optic_offer_are_kept(catalog: Catalog) -> None:
    found = ask(catalog, optic="Esprit 150 flattener", camera="ASI2600MM Pro")
    own = ask(
        catalog,
        optic="Esprit 150 flattener",
        camera="ASI2600MM Pro",
        adjust={"optic.end": "M54x0.75 male"},
    )

    end = found.stacks[0].chain[0].front.end
    assert end is not None
    assert end.standard == "M68x1"
    assert str(own.question.optic.port) == "M54x0.75 male"
    assert own.question.optic.back_focus_um == 100_000
