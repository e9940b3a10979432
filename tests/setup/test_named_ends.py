"""Optic and camera asked for by names: what the catalog lacks, and distances of one's own."""

from typing import Any

import pytest

from rigd.catalog.catalog import Catalog, load_catalog
from rigd.catalog.train_parts import CatalogLookup
from rigd.errors import TrainError
from rigd.setup.train_request import Reading, readings_of, train_file_of
from rigd.train.advice import room_sentences
from rigd.train.answer import TrainAnswer, answer
from rigd.train.resolve import resolve
from rigd.train.room import room_words
from rigd.view.train_request import TrainRequest

MONO = {"camera": "ASI2600MM Pro", "wheel": "EFW 7x36", "oag": "OAG-L", "filters": ("3 mm",)}


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


def read(catalog: Catalog, **said: Any) -> Reading:
    (reading,) = readings_of(TrainRequest(**said), catalog)
    return reading


def ask(catalog: Catalog, **said: Any) -> TrainAnswer:
    return answer(resolve(read(catalog, **said).file, CatalogLookup(catalog)))


@pytest.mark.parametrize("optic", ["Foobar 80", "none", None])
def test_an_optic_that_nobody_knows_gets_the_sum_of_the_rest(
    catalog: Catalog, optic: str | None
) -> None:
    # Tilt plate 5, guider 17.5, wheel 20, camera 12.5 mm: what ZWO's own page adds up to.
    found = ask(catalog, **MONO, **({} if optic is None else {"optic": optic}))

    assert found.room is not None
    assert found.room.stack.path_length_um == 55_000
    taken = "camera and devices take 55 mm from the M42x0.75 female end to the sensor"
    assert taken in room_words(found.question, found.room)


def test_an_optic_that_nobody_knows_is_said_with_what_it_may_be(catalog: Catalog) -> None:
    (said,) = read(catalog, optic="Esprt 100", camera="ASI533MC Pro").remarks

    assert "is it one of 'Sky-Watcher Esprit 100ED - Native f/5.5 with Flattener'?" in said
    assert 'say its back focus: "Esprt 100, 55 mm"' in said


def test_a_telescope_that_is_named_before_its_corrector_says_the_focal_ratio(
    catalog: Catalog,
) -> None:
    # f/5.9 x 0.8
    reading = read(catalog, optic="GT81 Flat6A III", camera="ASI533MC Pro")

    assert (reading.file.optic.id, reading.file.optic.focal_ratio) == ("wo_pflat6aiii", 4.72)
    assert any(one.startswith("f/4.72 is taken for the light: f/5.9 of") for one in reading.remarks)


def test_beside_a_fault_the_optic_that_nobody_knows_is_named_too(catalog: Catalog) -> None:
    with pytest.raises(TrainError, match=r"camera: 'ASI260MM' .*\n.*'Foobar' is no single entry"):
        train_file_of(TrainRequest(optic="Foobar", camera="ASI260MM"), catalog)


def test_a_camera_that_nobody_knows_gets_rings_for_any_distance(catalog: Catalog) -> None:
    said = read(catalog, optic="Esprit 100", camera="Foobar 99")
    found = answer(resolve(said.file, CatalogLookup(catalog)))

    assert any("'Foobar 99' is no single entry" in one for one in said.remarks)
    assert found.any_length is not None
    assert found.any_length.example.stack.path_length_um == 55_000


def test_a_focal_length_in_a_name_is_no_back_focus(catalog: Catalog) -> None:
    optic = read(catalog, optic="Rokinon 135 mm", camera="ASI533MC Pro").file.optic

    assert (optic.name, optic.required_back_focus_mm) == ("Rokinon 135 mm", None)
    assert optic.focal_length_mm == 135.0


@pytest.mark.parametrize(
    ("words", "id"),
    [
        ("Vixen VSD90SS, 55 mm", "vixen_vsd90ss"),
        ("Esprit 100, 60 mm", "skywatcher_esprit_100ed_native"),
    ],
)
def test_a_back_focus_behind_a_name_is_its_owners(catalog: Catalog, words: str, id: str) -> None:
    found = ask(catalog, optic=words, camera="ASI533MC Pro")

    assert found.question.optic.back_focus_um == int(words.split()[-2]) * 1_000
    assert read(catalog, optic=words, camera="ASI533MC Pro").file.optic.id == id
    assert found.stacks


@pytest.mark.parametrize("field", ["camera", "guide_camera"])
def test_a_flange_distance_behind_a_known_name_is_its_owners(catalog: Catalog, field: str) -> None:
    said = {"camera": "ASI533MC Pro", "oag": "ZWO OAG-L", field: "Atik 383L+, 17.2 mm"}

    file = read(catalog, optic="Esprit 100", **said).file

    camera = file.camera if field == "camera" else file.guide_camera
    assert camera is not None
    assert (camera.id, camera.flange_distance_mm) == ("atik_383l", 17.2)


def test_a_distance_goes_to_each_thing_that_a_name_may_mean(catalog: Catalog) -> None:
    request = TrainRequest(optic="Esprit 100", camera="QHY268, 14.5 mm")

    readings = readings_of(request, catalog)

    assert len(readings) > 1
    assert {one.file.camera.flange_distance_mm for one in readings} == {14.5}
    assert all(str(one.settled_by["camera"]).endswith(", 14.5 mm") for one in readings)


@pytest.mark.parametrize(
    ("words", "mount", "flange_mm"),
    [
        ("Nikon 180mm f/2.8, Nikon F", "Nikon F", 46.5),
        ("Samyang 135mm Canon EF", "Canon EF", 44.0),
        ("Rokinon 135 f/2, Canon EF", "Canon EF", 44.0),
        ("Canon EF 200mm f/2.8 L", "Canon EF", 44.0),
        ("Canon EF-M 22mm", "Canon EF-M", 18.0),
    ],
)
def test_a_focal_length_with_a_mount_is_a_lens(
    catalog: Catalog, words: str, mount: str, flange_mm: float
) -> None:
    file, _ = train_file_of(TrainRequest(optic=words, camera="ASI533MC Pro"), catalog)

    assert file.optic.required_back_focus_mm == flange_mm
    assert str(file.optic.end) == f"{mount} male"


def test_a_focal_ratio_is_no_mount(catalog: Catalog) -> None:
    file, _ = train_file_of(TrainRequest(optic="Nikon f/2.8 180mm", camera="17.5 mm"), catalog)

    assert file.optic.required_back_focus_mm is None


@pytest.mark.parametrize(
    ("optic", "camera", "hint", "never"),
    [
        ("Canon 200mm f/2.8", "17.5 mm", '"Canon 200mm f/2.8 lens, Canon EF"', "55 mm"),
        ("Sigma 105 f/1.4", "17.5 mm", '"Sigma 105 f/1.4 lens, Canon EF"', "55 mm"),
        ("Esprit 100", "Canon T9i", '"Canon T9i, 44 mm"', "17.5 mm"),
        ("Esprit 100", "Nikon Q99", '"Nikon Q99, 46.5 mm"', "17.5 mm"),
    ],
)
def test_the_hint_for_a_lens_or_a_body_says_its_own_distance(
    catalog: Catalog, optic: str, camera: str, hint: str, never: str
) -> None:
    try:
        said = " ".join(train_file_of(TrainRequest(optic=optic, camera=camera), catalog)[1])
    except TrainError as error:
        said = str(error)

    assert hint in said
    assert never not in said


@pytest.mark.parametrize(
    ("words", "id"),
    [
        ("C8 EdgeHD", "celestron_edgehd_800"),
        ("Celestron C9.25 EdgeHD", "celestron_edgehd_925"),
        ("C11 EdgeHD", "celestron_edgehd_1100"),
        ("C14 EdgeHD", "celestron_edgehd_1400"),
        ("C8 EdgeHD 0.7x reducer", "celestron_edgehd_800_07x"),
        ("C9.25 EdgeHD 0.7 reducer", "celestron_edgehd_925_07x"),
        ("Celestron EdgeHD 8 with 0.7x reducer", "celestron_edgehd_800_07x"),
        ("C14 EdgeHD 0.7x", "celestron_edgehd_1400_07x"),
        ("C8", "celestron_c8_native"),
        ("C11", "celestron_c11_native"),
    ],
)
def test_a_schmidt_cassegrain_is_called_by_its_aperture(
    catalog: Catalog, words: str, id: str
) -> None:
    file, _ = train_file_of(TrainRequest(optic=words, camera="ASI533MC Pro"), catalog)

    assert file.optic.id == id


def test_no_ring_is_named_where_the_makers_adapter_stands(catalog: Catalog) -> None:
    found = ask(catalog, optic="HyperStar 11", camera="Canon EOS 600D")

    assert found.room is not None
    assert "goes between" not in " ".join(room_sentences(found.question, found.room))
