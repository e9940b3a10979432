"""Neighbours of one maker whose ends are merely assumed are no reason for "no train"."""

import pytest

from rigd.catalog.catalog import Catalog, load_catalog
from rigd.catalog.train_parts import CatalogLookup
from rigd.setup.train_request import train_file_of
from rigd.train.advice import assumption_words
from rigd.train.answer import TrainAnswer, answer
from rigd.train.resolve import resolve
from rigd.train.verdict import verdict_words
from rigd.view.train_request import TrainRequest

TOUPTEK = {"optic": "55 mm", "camera": "ToupTek ATR533M", "filters": ("2 mm",)}


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


def ask(catalog: Catalog, **said: object) -> TrainAnswer:
    file, _ = train_file_of(TrainRequest.model_validate({**TOUPTEK, **said}), catalog)
    return answer(resolve(file, CatalogLookup(catalog)), 1)


def test_a_makers_own_set_is_joined_directly(catalog: Catalog) -> None:
    # 17.5 + 20 + 17.5 = 55 mm, and 1 mm for a third of the filter: 55.69 mm are required.
    found = ask(catalog, wheel="ToupTek AFW-M", oag="ToupTek OAG-L")
    best = found.stacks[0]

    devices = [placed.part.optical_length_um for placed in best.chain if placed.device]
    assert devices == [17_500, 20_000]
    assert best.camera.flange_distance_um == 17_500
    assert [one.part.id for one in best.chain[-2:]] == ["touptek_oag_l", "touptek_afw"]


def test_that_it_is_joined_is_a_condition_and_to_be_checked(catalog: Catalog) -> None:
    found = ask(catalog, wheel="ToupTek AFW-M", oag="ToupTek OAG-L")
    best = found.stacks[0]

    assert "if what is of one maker joins directly" in verdict_words(found.question, best)
    words = assumption_words(found.question, best)
    assert sum("are of one maker and taken to join directly" in one for one in words) == 2


def test_ends_that_close_are_not_touched(catalog: Catalog) -> None:
    found = ask(catalog, optic="85 mm", wheel="ToupTek AFW-M", oag="ToupTek OAG-L")

    words = assumption_words(found.question, found.stacks[0])
    assert not any("of one maker" in one for one in words)
