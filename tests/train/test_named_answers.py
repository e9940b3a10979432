"""Answers to everyday questions by names: light, partly known ends, lengths first."""

from pathlib import Path

import pytest

from rigd.catalog.catalog import Catalog, load_catalog
from rigd.catalog.train_parts import CatalogLookup
from rigd.errors import TrainError
from rigd.setup.train_request import train_file_of
from rigd.train.advice import room_sentences, stack_words
from rigd.train.answer import WIDER_BUYS, TrainAnswer, answer
from rigd.train.bright_stacks import HALF, light_class
from rigd.train.merit import Criterion
from rigd.train.no_stack import bare_words
from rigd.train.resolve import resolve
from rigd.train.train_file import read_train_file
from rigd.train.verdict import verdict_words
from rigd.view.train_request import TrainRequest

FULL_FRAME = {"optic": "Esprit 100", "camera": "ASI6200MC Pro", "filters": ("none",)}
LIGHT_LAST = (Criterion.BUY, Criterion.TOLERANCE, Criterion.PARTS, Criterion.ILLUMINATION)


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


def ask(catalog: Catalog, k: int = 2, **said: object) -> TrainAnswer:
    file, _ = train_file_of(TrainRequest.model_validate(said), catalog)
    return answer(resolve(file, CatalogLookup(catalog)), k)


def test_a_bright_train_of_more_parts_comes_before_a_dark_one(catalog: Catalog) -> None:
    # 4 + 15 + 16.5 + 2 + 17.5 = 55 mm on M48 and M54; on M42 the corners get 11 %.
    first, second = ask(catalog, **FULL_FRAME).stacks

    assert light_class(first) <= HALF < light_class(second)
    assert first.path_length_um == second.path_length_um == 55_000
    assert len(first.bought) > len(second.bought)


def test_why_a_train_of_more_parts_comes_first_is_said(catalog: Catalog) -> None:
    said = ask(catalog, **FULL_FRAME).bound_words

    assert said is not None
    assert "leaves the corners less than half of their light" in said


def test_the_bright_train_alone_is_shown_where_one_is_wanted(catalog: Catalog) -> None:
    (best,) = ask(catalog, 1, **FULL_FRAME).stacks

    assert light_class(best) <= HALF


def test_who_wishes_an_order_gets_it(catalog: Catalog) -> None:
    file, _ = train_file_of(TrainRequest.model_validate(FULL_FRAME), catalog)
    search = file.search.model_copy(update={"order": LIGHT_LAST})
    question = resolve(file.model_copy(update={"search": search}), CatalogLookup(catalog))

    first = answer(question, 1).stacks[0]

    assert len(first.bought) == 1


def test_a_bound_on_what_is_bought_holds_for_light_too(catalog: Catalog) -> None:
    found = ask(catalog, 5, **FULL_FRAME, adjust={"search.max_buys": 1.0})

    assert all(len(stack.bought) <= 1 for stack in found.stacks)


def test_a_thread_of_unknown_pitch_is_joined_by_its_makers_adapter_alone(catalog: Catalog) -> None:
    rig = {"optic": "Stellarvue SVX152T", "camera": "ASI6200MM Pro", "wheel": "EFW 7x2"}
    found = ask(catalog, 1, **rig, filters=("3 mm",))

    assert str(found.question.optic.port) == "M69, pitch not stated female"
    assert found.stacks[0].chain[0].part.id == "stellarvue_sfa_m69m68_003"


def test_the_pitch_may_be_stated(catalog: Catalog) -> None:
    rig = {"optic": "Stellarvue SVX152T", "camera": "ASI6200MM Pro"}
    found = ask(catalog, 1, **rig, adjust={"optic.thread": "M69x1"})

    assert str(found.question.optic.port) == "M69x1 female"


def test_a_distance_from_one_thread_is_not_that_of_another(catalog: Catalog) -> None:
    # The 55 mm count from the M48 thread; the adapter may have M54 too.
    found = ask(catalog, 1, optic="askar_103apo_flattener", camera="ASI2600MC Pro")

    assert str(found.question.optic.port) == "M48x0.75 male"
    assert found.question.optic.other_ends == ()


def test_an_assumed_length_is_a_condition(catalog: Catalog) -> None:
    found = ask(catalog, 1, optic="Esprit 80", camera="Atik Horizon", filters=("none",))

    assert verdict_words(found.question, found.stacks[0]) == (
        "0.5 mm too long: within the tolerance if Atik Horizon is 13 mm"
    )


def test_the_length_comes_first_where_threads_do_not_close(catalog: Catalog) -> None:
    rig = {"optic": "CCDT67", "camera": "ASI183MM Pro", "drawer": "ZWO M54 drawer"}
    found = ask(catalog, 1, **rig, oag="zwo_oag_l", filters=("2 mm",))

    assert found.explanation is not None
    # 6.5 + 20 + 17.5 = 44 mm of 85.69 mm.
    assert bare_words(found.explanation, found.tolerance_um) == (
        "camera and devices alone take 44 mm, 41.69 mm are left for what goes between"
    )


def test_what_goes_between_two_ends_is_named_for_each(catalog: Catalog) -> None:
    rig = {"optic": "Askar FRA300", "camera": "ASI585MC Pro", "drawer": "zwo_drawer_m54"}
    found = ask(catalog, 1, **rig)
    assert found.room is not None

    words = room_sentences(found.question, found.room)

    assert any("ZWO M54-M48 adapter 2 mm goes between, and adds 2 mm" in one for one in words)


def test_a_missing_inventory_hides_no_other_fault(tmp_path: Path) -> None:
    file = tmp_path / "train.toml"
    file.write_text(
        'inventory = "own.toml"\n[optic]\nrequired_back_focus_mm = 55\n'
        '[camera]\nid = "mine"\n[search]\norder = ["buy"]\n'
    )

    with pytest.raises(TrainError) as caught:
        read_train_file(file)

    said = str(caught.value)
    assert said.count("own.toml") == 1
    assert "search.order" in said
    assert "mine" not in said, "the inventory may have it"


def test_adapters_that_are_too_long_are_no_reason_to_take_anything_off(catalog: Catalog) -> None:
    # 18 + 16.5 + 20 = 54.5 mm of 146.74 mm; the only adapter of the large thread takes 91 mm.
    rig = {"optic": "celestron_edgehd_925_07x", "camera": "canon_ef_m", "oag": "zwo_oag"}
    found = ask(catalog, 1, **rig, wheel="qhy_cfw3_s", filters=("2 mm",))

    assert found.explanation is not None
    assert "what joins the threads has to be shorter" in found.explanation.reason
    assert not found.explanation.nothing_helps


def test_no_train_has_more_parts_to_buy_than_anybody_buys(catalog: Catalog) -> None:
    rig = {"optic": "celestron_edgehd_800", "camera": "qhy_410c", "wheel": "ogma_ofw736"}
    found = ask(catalog, 1, **rig, filters=("2 mm",))

    assert all(len(stack.bought) <= max(WIDER_BUYS) for stack in found.stacks)
    assert found.explanation is not None


def test_what_fits_if_nothing_goes_between_is_not_called_too_long(catalog: Catalog) -> None:
    # 12 + 24.5 + 19.5 = 56 mm for 55.69 mm, and the ends do not join.
    rig = {"optic": "skywatcher_quattro_250p_cc", "camera": "atik_16200", "oag": "qhy_oag_l_pro"}
    found = ask(catalog, 1, **rig, wheel="qhy_cfw3_xl", filters=("2 mm",))

    assert found.explanation is not None
    alone = bare_words(found.explanation, found.tolerance_um)
    assert alone is not None
    assert alone.endswith("within the tolerance if nothing has to go between them")
    assert "must come off" not in found.explanation.reason
    assert not found.explanation.nothing_helps


def test_a_train_that_a_shim_cures_comes_before_one_that_nothing_cures(catalog: Catalog) -> None:
    # 57.044 mm are required: 15 + 13 + 17 + 12.5 = 57.5 mm is too long, 14 mm of rings are short.
    rig = {"optic": "Takahashi Epsilon-130D", "camera": "QHY268M", "oag": "QHY OAG-M"}
    found = ask(catalog, 2, **rig, wheel="qhy_cfw3_m_us", filters=("3 mm",))

    first, second = found.stacks
    assert (first.path_length_um, first.back_focus_error_um) == (56_500, -544)
    assert second.back_focus_error_um > 0
    assert any("shims of that thickness" in one for one in stack_words(found.question, first))
