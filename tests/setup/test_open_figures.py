"""What nobody said and no source settles: each possibility is answered apart."""

from typing import Any

import pytest

from rigd.catalog.catalog import Catalog, load_catalog
from rigd.catalog.models.optic import Optic
from rigd.catalog.models.part import Part
from rigd.catalog.models.source import SourceKind
from rigd.catalog.models.sourced import Claim, Conflict
from rigd.catalog.train_parts import CatalogLookup
from rigd.setup.open_figures import _claims
from rigd.setup.train_request import Reading, readings_of
from rigd.train.advice import stack_words
from rigd.train.answer import TrainAnswer, answer
from rigd.train.resolve import resolve
from rigd.train.resolve_optic import is_for_focal_length
from rigd.train.train_file import parse_train
from rigd.view.train_request import TrainRequest

SHOP = "search = { shop = true }\n"
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


@pytest.mark.parametrize(
    ("camera", "depths_mm"),
    [
        pytest.param("QHY268C PH", [14.5, 17.5], id="the front of some years"),
        pytest.param("QHY600M PH", [17.5, 14.0], id="a short version"),
        pytest.param("Altair Hypercam", [12.5, 17.5], id="with a fan or cooled"),
        pytest.param("ASI2600MM Pro", [None], id="a plate that comes off is no other front"),
    ],
)
def test_a_camera_that_is_sold_with_several_fronts_is_answered_with_each(
    camera: str, depths_mm: list[float | None], catalog: Catalog
) -> None:
    readings = read(catalog, optic="RASA 8", camera=camera)

    found = [ask(one, catalog) for one in readings]
    if depths_mm != [None]:
        assert [one.question.camera.mounts[0].flange_distance_um for one in found] == [
            mm * 1000 for mm in depths_mm
        ]
        assert all("the front of" in (one.meant or "") for one in readings)
        assert all(list(one.settled_by) == ["camera.mount_configuration"] for one in readings)
    assert len(readings) == len(depths_mm)


def test_a_train_file_names_the_other_fronts_with_which_the_camera_is_sold(
    catalog: Catalog,
) -> None:
    camera = 'optic = { id = "celestron_rasa8" }\ncamera = { id = "qhy_268c_ph"%s }\n'
    one = ', mount_configuration = "standard"'

    each, single = (
        answer(parse_train(camera % more + SHOP, CatalogLookup(catalog)), 1) for more in ("", one)
    )

    said = " ".join(stack_words(each.question, each.stacks[0]))
    assert "is also sold with the front 'standard' (17.5 mm): make sure which is yours" in said
    assert "also sold" not in " ".join(stack_words(single.question, single.stacks[0]))


def test_what_settles_a_reading_leaves_it_alone(catalog: Catalog) -> None:
    asked = {"optic": "TSFLAT2", "camera": "ASI2600MC Pro", "filters": ("none",)}

    for one in read(catalog, **asked):
        (again,) = read(catalog, **asked, adjust=dict(one.settled_by))
        assert again.file == one.file


@pytest.mark.parametrize(
    ("optic", "adjusted", "back_focus_mm"),
    [
        pytest.param("TSFLAT2", {"optic.focal_length_mm": 600.0}, 113, id="as a field"),
        pytest.param("TSFLAT2 600 mm", {}, 113, id="behind the name"),
        pytest.param("TSFLAT2 f=430mm", {}, 128, id="below all"),
        pytest.param("TSFLAT2 1000 mm", {}, 108, id="above all"),
    ],
)
def test_the_telescopes_focal_length_says_which_distance_counts(
    optic: str, adjusted: dict[str, float], back_focus_mm: int, catalog: Catalog
) -> None:
    (reading,) = read(catalog, optic=optic, camera="ASI2600MC Pro", adjust=adjusted)

    assert ask(reading, catalog).question.optic.back_focus_um == back_focus_mm * 1000


def test_every_condition_of_a_focal_length_in_the_catalog_is_read(catalog: Catalog) -> None:
    said = [
        plane.condition
        for optic in catalog.all(Optic)
        for plane in optic.back_focus
        if plane.condition and plane.condition.startswith("focal length ")
    ]

    assert len(said) >= 7
    assert all(any(is_for_focal_length(one, mm) for mm in range(200, 1200, 5)) for one in said)


def test_a_figure_of_programs_is_not_supposed_but_stands_beside_one_that_is(
    catalog: Catalog,
) -> None:
    program = next(key for key, one in catalog.sources.items() if one.kind is SourceKind.GENERATED)
    page = next(key for key, one in catalog.sources.items() if one.kind is SourceKind.MAKER)
    said = [
        Claim(value=21.5, sources=(page,)),
        Claim(value=18.0, sources=(program,)),
    ]
    entry = Part.model_construct(
        conflicts=(Conflict(field="optical_length_mm", values=tuple(said), reason="none"),)
    )

    ((length_mm, words),) = _claims(entry, "optical_length_mm", catalog)

    assert length_mm == 21.5
    assert words.endswith("gives without a document (programs say 18 mm): look it up or measure it")
