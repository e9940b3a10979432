"""What stands in which order, and which parts belong into a train at all."""

import pytest

from rigd.catalog.catalog import Catalog, load_catalog
from rigd.catalog.train_parts import CatalogLookup
from rigd.setup.train_request import train_file_of
from rigd.train.answer import TrainAnswer, answer
from rigd.train.connection import Coupling
from rigd.train.parts import may_join
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
    assert first.part.id == "celestron_t_adapter_sct"
    assert may_join(found.question.optic.port, first.front)
    assert found.stacks[0].path_length_um == 109_000
