"""What is answered to trains that are asked for by names."""

from dataclasses import replace
from itertools import pairwise

import pytest

from rigd.catalog.catalog import Catalog
from rigd.catalog.train_parts import CatalogLookup
from rigd.setup.train_request import readings_of
from rigd.train.advice import target_words
from rigd.train.answer import answer, find_sold
from rigd.train.merit import Criterion
from rigd.train.resolve import resolve
from rigd.train.verdict import verdict_words
from rigd.view.train_request import TrainRequest
from tests.setup.asked_train import MONO, ask, said


def test_the_commonest_mono_rig_is_answered(catalog: Catalog) -> None:
    best = ask(catalog, **MONO).stacks[0]

    assert best.path_length_um == 56_000
    ids = [placed.part.id for placed in best.chain]
    assert ids == ["m48_spacer_1", "zwo_m48_tilt_plate", "zwo_oag_l", "zwo_efw_7x36"]
    assert best.bought == ("m48_spacer_1",)


def test_without_a_shop_only_what_is_in_the_boxes_counts(catalog: Catalog) -> None:
    best = ask(catalog, **MONO, shop=False).stacks[0]

    assert best.path_length_um == 55_000
    assert best.bought == ()


def test_a_single_missing_part_is_looked_up_in_the_catalog(catalog: Catalog) -> None:
    t2 = {"optic.thread": "T2", "optic.gender": "male"}

    found = ask(catalog, optic="55 mm", camera="ASI2600MM Pro", adjust=t2, shop=False)

    # 17.5 + 21 leave 16.5 mm between two T2 threads, to half a millimetre.
    assert found.explanation is not None
    adapter = found.explanation.adapters[0]
    assert adapter.optical_lengths_um[0] == 16_500
    assert [part.id for part in find_sold(found.question, adapter)] == ["m42_spacer_16"]


def test_a_figure_without_a_document_is_named_beside_the_answer(catalog: Catalog) -> None:
    epsilon = ask(catalog, optic="Epsilon 130D", camera="ASI2600MM Pro")
    horizon = ask(catalog, optic="C8 f/6.3", camera="Atik Horizon II")

    words = target_words(epsilon.question, epsilon.glass)
    assert "its back focus, 56 mm: assumed" in words
    assert horizon.stacks[0].camera.length_doubt == "assumed"


def test_where_no_distance_is_demanded_an_unknown_length_is_named(catalog: Catalog) -> None:
    found = ask(catalog, optic="FSQ-106ED", camera="ASI2600MC Pro", oag="Celestron OAG")

    assert "what is known takes 17.5 mm of the 178 mm behind it" in said(found)
    assert "the length of Celestron OAG 93648 is not known" in said(found)


def test_where_one_part_more_would_do_nothing_is_said_to_come_off(catalog: Catalog) -> None:
    found = ask(catalog, **MONO, adjust={"optic.gender": "female"})

    assert found.explanation is not None
    assert found.explanation.adapters
    assert not found.explanation.nothing_helps
    assert found.explanation.reason.endswith("what joins the threads has to be shorter")


def test_the_everyday_rig_has_a_clear_answer(catalog: Catalog) -> None:
    found = ask(catalog, **MONO)

    assert verdict_words(found.question, found.stacks[0]) == "0.035 mm too short: fine as it is"


@pytest.mark.parametrize(
    ("optic", "camera"),
    [
        pytest.param("Esprit 120", "QHY600M", id="a front that nobody knows"),
        pytest.param("Esprit 100", "QHY600M", id="another telescope"),
        pytest.param("Esprit 120", "ASI6200MM Pro", id="a front that is known"),
    ],
)
def test_where_all_that_is_shown_is_dark_the_best_lit_train_stands_last(
    optic: str, camera: str, catalog: Catalog
) -> None:
    (reading, *_) = readings_of(TrainRequest(optic=optic, camera=camera), catalog)
    question = resolve(reading.file, CatalogLookup(catalog))
    order = (Criterion.TOLERANCE, Criterion.ILLUMINATION, Criterion.BUY, Criterion.PARTS)

    shown = answer(question, 3).stacks
    (bright,) = answer(replace(question, criteria=order), 1).stacks

    best_lit = max(stack.corner_illumination or 0.0 for stack in shown)
    assert best_lit >= min(0.75, bright.corner_illumination or 0.0)
    assert answer(question, 1).stacks == shown[:1]


@pytest.mark.parametrize(
    ("devices", "nothing_helps"),
    [
        pytest.param({"wheel": "QHY CFW3-M ultra slim"}, False, id="two adapters are missing"),
        pytest.param({"oag": "QHY OAG-M", "wheel": "QHY CFW3-L"}, False, id="with a guider"),
        pytest.param(
            {"rotator": "ZWO CAA", "oag": "OAG-L", "wheel": "EFW mini"}, True, id="too long"
        ),
    ],
)
def test_only_what_no_part_cures_is_impossible(
    devices: dict[str, str], *, nothing_helps: bool, catalog: Catalog
) -> None:
    found = ask(catalog, optic="Esprit 100", camera="ASI2600MM Pro", **devices)

    assert found.explanation is not None
    assert found.explanation.nothing_helps == nothing_helps


def test_filters_that_fit_one_holder_each_are_in_series(catalog: Catalog) -> None:
    # 105 mm, and a third of 2 mm and of 3 mm: 0.69 + 1.035.
    rig = {"optic": "105 mm", "camera": "ASI2600MM Pro", "wheel": "EFW 7x36", "drawer": "ZWO M54"}
    found = ask(catalog, **rig, filters=("36 mm, 2 mm", '2", 3 mm'))

    assert found.problem is not None
    assert found.problem.required_low_um == 106_725
    assert not [one for one in target_words(found.question, found.glass) if "one at a time" in one]


@pytest.mark.parametrize(
    ("filters", "said", "required_um"),
    [
        (("3 mm",), "one filter in the light at a time", 106_035),
        (("36 mm, 3 mm",), "assumed: no filter is in ZWO M54 filter drawer", 106_035),
        ((), "", 106_380),
        (("none",), "", 105_000),
    ],
)
def test_what_is_taken_of_two_holders_is_said(
    catalog: Catalog, filters: tuple[str, ...], said: str, required_um: int
) -> None:
    rig = {"optic": "105 mm", "camera": "ASI2600MM Pro", "wheel": "EFW 7x36", "drawer": "ZWO M54"}
    found = ask(catalog, **rig, filters=filters)

    assert found.problem is not None
    assert found.problem.required_low_um == required_um
    words = " ".join(target_words(found.question, found.glass))
    assert said in words
    assert said or ("no filter is in" not in words and "at a time" not in words)


@pytest.mark.parametrize(("required_mm", "most_um"), [(59, 59_900), (60, 60_900)])
def test_a_ring_never_stands_before_what_it_nests_in(
    catalog: Catalog, required_mm: int, most_um: int
) -> None:
    ends = {"optic.end": "M42x0.75 male"}
    rig = {"optic": f"{required_mm} mm", "camera": "ASI533MM Pro", "adjust": ends}
    for stack in ask(catalog, **rig, filters=("none",)).stacks:
        ids = [placed.part.id for placed in stack.chain]
        assert ("zwo_m48_m42_ring", "zwo_m42m_m48f_16_5") not in set(pairwise(ids))
        assert stack.path_length_um <= most_um
