"""The answer to a train in one sentence."""

from typing import Any

import pytest

from rigd.catalog.catalog import Catalog, load_catalog
from rigd.setup.named_train import answer_request
from rigd.view.train_request import NamedTrain, TrainRequest
from rigd.view.train_sentence import train_sentence


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


def sentence(catalog: Catalog, **asked: Any) -> str:
    found = answer_request(TrainRequest(**asked), catalog)
    assert isinstance(found, NamedTrain)
    return train_sentence(found.train)


def test_what_is_added_what_the_glass_asks_and_how_far_it_is_off(catalog: Catalog) -> None:
    said = sentence(
        catalog,
        optic="Esprit 100",
        camera="ASI2600MM Pro",
        wheel="EFW 7x36",
        oag="ZWO OAG-L (12x12 mm prism)",
        filters=("3 mm",),
    )

    # 3 mm of glass asks 1.035 mm more than the 55 mm: 12.5 + 20 + 17.5 + 5 + 1 are 56 mm.
    assert said == "Add 1 + 5 mm; 1 mm for the glass; 0.035 mm too short: fine as it is."


def test_two_rings_make_up_what_a_camera_leaves(catalog: Catalog) -> None:
    assert sentence(catalog, optic="55 mm", camera="ASI2600MM Pro") == "Add 16.5 + 21 mm; exact."


def test_what_is_too_long_is_said_instead(catalog: Catalog) -> None:
    said = sentence(catalog, optic="30 mm", camera="ASI2600MM Pro", wheel="EFW 7x36")

    assert "too long" in said
    assert not said.startswith("Add")


def test_an_optic_without_a_distance_says_how_long_the_rest_is(catalog: Catalog) -> None:
    assert "back focus of the telescope is not known" in sentence(
        catalog, camera="ASI2600MM Pro", wheel="EFW 7x36"
    )
