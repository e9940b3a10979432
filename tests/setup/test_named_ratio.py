"""The focal ratio that the words for an optic say, where its entry has none."""

import pytest

from rigd.catalog.catalog import Catalog, load_catalog
from rigd.setup.named_ratio import ratios_in
from rigd.setup.train_request import train_file_of
from rigd.view.train_request import TrainRequest


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


@pytest.mark.parametrize(
    ("words", "ratios"),
    [
        ("Newtonian f/4", [4.0]),
        ("Newton 200/800 F4", [4.0]),
        ("Celestron C8 f/10 with the f/6.3 reducer", [10.0, 6.3]),
        ("Newton f/4,7", [4.7]),
        ("FF80 APO", []),
        ("F80 APO", []),
        ("FLT98 Flat6A", []),
        ("TSFLAT2 f600 mm", []),
    ],
)
def test_a_focal_ratio_is_no_number_of_a_name(words: str, ratios: list[float]) -> None:
    assert ratios_in(words) == ratios


@pytest.mark.parametrize(
    ("optic", "ratio"),
    [
        pytest.param("Baader MPCC f/4", 4.0, id="said"),
        pytest.param("Sky-Watcher 200PDS MPCC", 5.0, id="of the telescope beside"),
        pytest.param("RC8 CCDT67", 5.36, id="times the factor"),
        pytest.param("Meade f/6.3 focal reducer", 6.3, id="in its own name"),
        pytest.param("FSQ-106 CR 0.73x", 3.65, id="a word that both have"),
        pytest.param("Baader RCC I", 4.0, id="of the telescopes it is made for"),
        pytest.param("ZenithStar 73", 5.9, id="of the telescope a flattener is made for"),
        pytest.param("ZS73 Flat73A", 5.9, id="a flattener keeps it"),
        pytest.param("ZS73 Flat73R", None, id="a reducer without a factor"),
        pytest.param("FC-100DF 76D", 5.4, id="what both give together"),
        pytest.param("Takahashi FC-100DZ with 76D reducer", 5.8, id="with the named telescope"),
        pytest.param("FC-76 76D reducer", 5.5, id="some that give the same"),
        pytest.param("FC-100 76D reducer", None, id="some that give unlike ones"),
        pytest.param("Newton 10 inch f/4.7, 55 mm", 4.7, id="of what nobody knows"),
        pytest.param("Foobar 10 inch f/4.7", 4.7, id="of what has no distance either"),
        pytest.param("Esprit 100 f/5.5", None, id="not in place of the catalog's"),
        pytest.param("MPCC Mark III", None, id="not said"),
    ],
)
def test_the_focal_ratio_is_taken_from_the_words_for_the_optic(
    catalog: Catalog, optic: str, ratio: float | None
) -> None:
    file, _ = train_file_of(TrainRequest(optic=optic, camera="ASI2600MC Pro"), catalog)

    assert file.optic.focal_ratio == ratio


def test_who_says_reducer_means_the_reducer(catalog: Catalog) -> None:
    file, remarks = train_file_of(
        TrainRequest(optic="Askar 103APO 0.8x reducer", camera="ASI2600MC Pro"), catalog
    )

    assert file.optic.id == "askar_103apo_0_8x"
    assert "name the other if you mean it" in remarks[0]


def test_of_mirrors_alone_it_is_said_that_a_corrector_would_ask_for_a_distance(
    catalog: Catalog,
) -> None:
    words = {"camera": "ASI533MC Pro"}
    _, alone = train_file_of(TrainRequest(optic="Quattro 150P", **words), catalog)
    file, both = train_file_of(TrainRequest(optic="Quattro 150P MPCC", **words), catalog)

    assert "nothing but mirrors" in alone[0]
    assert (file.optic.id, file.optic.focal_ratio) == ("baader_mpcc3", 4.0)
    assert not any("mirrors" in one for one in both)
