"""What nobody said and no source settles: each possibility is answered apart."""

from typing import Any

import pytest

from rigd.catalog.catalog import Catalog, load_catalog
from rigd.catalog.train_parts import CatalogLookup
from rigd.setup.train_request import Reading, readings_of
from rigd.train.answer import TrainAnswer, answer
from rigd.train.resolve import resolve
from rigd.view.train_request import TrainRequest

ESPRIT = {"optic": "Esprit 100", "camera": "ASI2600MM Pro"}


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


def read(catalog: Catalog, **said: Any) -> tuple[Reading, ...]:
    return readings_of(TrainRequest(**said), catalog)


def ask(reading: Reading, catalog: Catalog) -> TrainAnswer:
    return answer(resolve(reading.file, CatalogLookup(catalog)))


@pytest.mark.parametrize(
    ("wheel", "oag", "number"),
    [
        pytest.param("QHYCFW3", "QHY OAG", 9, id="guiders by wheels"),
        pytest.param("Moravian EFW", None, 3, id="a family of wheels"),
        pytest.param("EFW", None, 6, id="wheels that differ in length or glass"),
    ],
)
def test_a_family_of_wheels_is_read_once_for_each_that_differs(
    wheel: str, oag: str | None, number: int, catalog: Catalog
) -> None:
    readings = read(catalog, **ESPRIT, wheel=wheel, oag=oag)

    assert len(readings) == number
    assert all(f"'{wheel}' is " in (one.meant or "") for one in readings)
    assert len({one.meant for one in readings}) == number


def test_a_guider_stands_only_with_the_wheels_that_its_maker_names(catalog: Catalog) -> None:
    pairs = {
        tuple(sorted(row.id or "" for row in one.file.devices))
        for one in read(catalog, **ESPRIT, wheel="QHYCFW3", oag="QHY OAG")
    }

    assert ("qhy_cfw3_s", "qhy_oag_s") in pairs
    assert not any(wheel == "qhy_cfw3_s" and oag != "qhy_oag_s" for wheel, oag in pairs)


def test_a_single_wheel_of_another_guider_is_what_its_owner_says(catalog: Catalog) -> None:
    (reading,) = read(catalog, **ESPRIT, wheel="QHY CFW3-S", oag="QHY OAG-M")

    assert {row.id for row in reading.file.devices} == {"qhy_cfw3_s", "qhy_oag_m"}


def test_an_optic_of_several_distances_is_answered_for_each(catalog: Catalog) -> None:
    readings = read(catalog, optic="TSFLAT2", camera="ASI2600MC Pro")

    wanted = [ask(one, catalog).question.optic.back_focus_um for one in readings]
    assert len(readings) == len(set(wanted)) == 7
    assert readings[0].meant is not None
    assert readings[0].meant.startswith("'focal length below 450 mm' is what counts for")


def test_a_plane_that_is_stated_is_not_asked_for(catalog: Catalog) -> None:
    adjust = {"optic.measured_from": "focal length below 450 mm"}

    (reading,) = read(catalog, optic="TSFLAT2", camera="ASI2600MC Pro", adjust=adjust)

    assert reading.meant is None


def test_a_back_focus_that_only_goes_round_is_supposed_and_said(catalog: Catalog) -> None:
    (reading,) = read(catalog, optic="GSO coma corrector", camera="ASI2600MC Pro")

    assert ask(reading, catalog).stacks[0].path_length_um == 75_000
    assert reading.meant == (
        'the back focus of GSO 2" coma corrector is 75 mm, which goes round without a document:'
        " look it up or measure it"
    )


def test_a_figure_of_ones_own_counts_instead(catalog: Catalog) -> None:
    adjust = {"optic.required_back_focus_mm": 78.0}

    (reading,) = read(catalog, optic="GSO coma corrector", camera="ASI2600MC Pro", adjust=adjust)

    assert reading.meant is None
    assert ask(reading, catalog).question.optic.back_focus_um == 78_000


def test_a_length_that_nobody_gives_is_not_supposed(catalog: Catalog) -> None:
    (reading,) = read(catalog, **ESPRIT, oag="Celestron OAG")

    assert reading.meant is None
    assert ask(reading, catalog).question.unmeasured
