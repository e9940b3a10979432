"""What a person says of ends, thicknesses and distances, beside what the catalog knows."""

from typing import Any

import pytest

from rigd.catalog.catalog import Catalog, load_catalog
from rigd.catalog.train_parts import CatalogLookup
from rigd.errors import TrainError
from rigd.setup.train_request import train_file_of
from rigd.train.advice import target_words
from rigd.train.connection import End, Gender
from rigd.train.parts import Port
from rigd.train.question import TrainQuestion, assumed_beam, diagonal_mm_of, glass_of
from rigd.train.resolve import resolve
from rigd.view.train_request import TrainRequest

ESPRIT = {"optic": "Esprit 100", "camera": "ASI2600MM Pro"}
M48_FEMALE = End(standard="M48x0.75", gender=Gender.FEMALE)


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


def question_of(catalog: Catalog, adjust: dict[str, Any], **said: Any) -> TrainQuestion:
    file, _ = train_file_of(TrainRequest(**{**ESPRIT, **said}, adjust=adjust), catalog)
    return resolve(file, CatalogLookup(catalog))


@pytest.mark.parametrize(
    "adjust",
    [
        {"optic.gender": "female"},
        {"optic.thread": "M48", "optic.gender": "female"},
        {"optic.end": "M48 female"},
    ],
)
def test_what_is_said_of_an_end_is_completed_by_what_is_known(
    catalog: Catalog, adjust: dict[str, str]
) -> None:
    assert question_of(catalog, adjust).optic.port == Port(end=M48_FEMALE)


def test_a_thread_alone_keeps_what_is_known_of_its_gender(catalog: Catalog) -> None:
    plain = question_of(catalog, {})

    assert question_of(catalog, {"optic.thread": "M48"}).optic.port == plain.optic.port


def test_a_pitch_that_is_left_out_is_that_of_the_catalog(catalog: Catalog) -> None:
    question = question_of(catalog, {"camera.thread": "M42", "camera.gender": "female"})

    assert {str(mount.port) for mount in question.camera.mounts} == {"M42x0.75 female"}


def test_an_end_of_a_doubtful_camera_is_what_its_owner_says(catalog: Catalog) -> None:
    question = question_of(catalog, {"camera.gender": "male"}, camera="ASI183MM")

    assert {str(mount.port) for mount in question.camera.mounts} == {"M42x0.75 male"}
    assert {mount.port.doubt for mount in question.camera.mounts} == {None}


@pytest.mark.parametrize(
    ("adjust", "refused"),
    [
        ({"optic.thread": "M42"}, "optic.thread: M42 contradicts the catalog's M48x0.75"),
        ({"optic.thread": "M54x0.75"}, "optic.thread: M54x0.75 contradicts"),
        ({"camera.gender": "male"}, "camera.gender: male contradicts the catalog"),
    ],
)
def test_what_contradicts_the_catalog_is_refused(
    catalog: Catalog, adjust: dict[str, str], refused: str
) -> None:
    with pytest.raises(TrainError, match=refused):
        question_of(catalog, adjust)


@pytest.mark.parametrize(
    ("words", "thickness_mm"),
    [("0.12 in", 3.048), ("0.3 cm", 3.0), ('1.25", 0.08 inch', 2.032), ("20 mm", 20.0)],
)
def test_a_thickness_may_have_any_unit(catalog: Catalog, words: str, thickness_mm: float) -> None:
    (wheel,) = question_of(catalog, {}, filters=(words,)).wheels

    assert wheel.slots[0].thickness_mm == pytest.approx(thickness_mm)


@pytest.mark.parametrize("words", ["-3 mm", "3000 mm", "nan mm", "3 inch", "1e3 mm", "-inf"])
def test_what_no_filter_can_be_is_refused(catalog: Catalog, words: str) -> None:
    with pytest.raises(TrainError, match=r"filters: .*(no thickness of glass|no filter is)"):
        question_of(catalog, {}, filters=(words,))


@pytest.mark.parametrize("value", [True, "12", -1.0, 1e300])
@pytest.mark.parametrize("field", ["optic.tolerance_mm", "camera.flange_distance_mm"])
def test_what_is_no_number_of_millimetres_is_refused(
    catalog: Catalog, field: str, value: bool | str | float
) -> None:
    with pytest.raises(TrainError, match=rf"^{field}: .*(a number is needed|must be)"):
        question_of(catalog, {field: value})


@pytest.mark.parametrize("value", [True, "8", 8.5])
def test_what_is_no_number_of_parts_is_refused(catalog: Catalog, value: bool | str | float) -> None:
    with pytest.raises(TrainError, match=r"^search.max_parts: a (whole )?number is needed"):
        question_of(catalog, {"search.max_parts": value})


@pytest.mark.parametrize(
    ("field", "words"),
    [("camera", "-5 mm"), ("wheel", "-20 mm"), ("oag", "inf mm"), ("drawer", "Foo, -20 mm")],
)
def test_a_number_that_is_no_length_is_no_name(catalog: Catalog, field: str, words: str) -> None:
    with pytest.raises(TrainError, match=rf"^{field}: .* is no length"):
        question_of(catalog, {}, **{field: words})


@pytest.mark.parametrize("words", ["-55 mm", "nan mm", "0 mm", "55000 mm", "-55", "1e2 mm"])
def test_what_no_distance_can_be_is_refused(catalog: Catalog, words: str) -> None:
    with pytest.raises(TrainError, match=r"optic: .* is no back focus"):
        question_of(catalog, {}, optic=words)


@pytest.mark.parametrize(
    ("adjust", "begins"),
    [
        ({"optic.required_back_focus_mm": 60}, "back focus of Sky-Watcher Esprit 100ED"),
        ({"optic.kind": "petzval"}, "kind of Sky-Watcher Esprit 100ED"),
        ({"camera.flange_distance_mm": 18}, "flange distance of ZWO ASI2600MM Pro: you say 18 mm"),
        ({"camera.sensor_diagonal_mm": 43.3}, "diagonal of the sensor of ZWO ASI2600MM Pro"),
        ({"zwo_oag_l.optical_length_mm": 16}, "length of ZWO OAG-L (12x12 mm prism): you say 16"),
    ],
)
def test_no_figure_of_the_catalog_is_overruled_in_silence(
    catalog: Catalog, adjust: dict[str, Any], begins: str
) -> None:
    (said,) = question_of(catalog, adjust, oag="OAG-L").overruled

    assert said.startswith(begins)
    assert "the catalog says" in said
    assert said.endswith("); yours counts, since you have the thing before you")


def test_a_figure_that_the_catalog_has_too_is_no_contradiction(catalog: Catalog) -> None:
    adjust = {"optic.required_back_focus_mm": 55, "camera.flange_distance_mm": 12.5}

    assert question_of(catalog, adjust).overruled == ()


def test_the_thickness_of_a_filter_by_name_is_said_beside_the_catalogs(catalog: Catalog) -> None:
    question = question_of(catalog, {}, filters=("Baader SII 6.5 nm, CMOS-optimised 3 mm",))

    (said,) = question.overruled
    assert said.startswith("thickness of Baader SII 6.5 nm")
    assert question.wheels[0].slots[0].thickness_mm == 3.0


def test_a_wrong_figure_is_named_as_it_was_said(catalog: Catalog) -> None:
    adjust = {"camera.flange_distance_mm": "abc", "zwo_oag_l.kind": "x"}

    with pytest.raises(TrainError) as refused:
        question_of(catalog, adjust, oag="OAG-L")

    first, second = str(refused.value).splitlines()
    assert first == "camera.flange_distance_mm: a number is needed or a list is needed"
    assert second.startswith("zwo_oag_l.kind: must be 'guider', 'wheel'")


@pytest.mark.parametrize(
    ("words", "diagonal_mm", "flange_um", "formats"),
    [
        ("Sony A7III", 43.27, 18_000, ["full frame", "APS-C"]),
        ("Nikon D850", 43.27, 46_500, ["full frame", "APS-C"]),
        ("fujifilm_x", 28.3, 17_700, ["APS-C"]),
        ("micro_four_thirds", 21.64, 19_250, ["Four Thirds"]),
    ],
)
def test_of_a_body_that_is_known_by_its_mount_the_sensor_is_asked(
    catalog: Catalog, words: str, diagonal_mm: float, flange_um: int, formats: list[str]
) -> None:
    question = question_of(catalog, {}, camera=words)

    assert [mount.flange_distance_um for mount in question.camera.mounts] == [flange_um]
    assert question.camera.diagonal_mm is None
    assert [one.name for one in question.camera.formats] == formats
    assert diagonal_mm_of(question) == pytest.approx(diagonal_mm, abs=0.005)
    (said,) = (one for one in target_words(question, glass_of(question)) if "sensor of" in one)
    assert all(f"{name} (" in said for name in formats)
    assert ("is it" in said) == (len(formats) > 1)


@pytest.mark.parametrize(
    ("words", "diagonal_mm"), [("Canon 1100D", 26.6), ("Nikon D7500", 28.1), ("Canon R5", 43.2)]
)
def test_the_sensor_of_a_body_is_that_of_its_pixels(
    catalog: Catalog, words: str, diagonal_mm: float
) -> None:
    question = question_of(catalog, {}, camera=words)

    assert question.camera.diagonal_mm == pytest.approx(diagonal_mm, abs=0.05)
    assert assumed_beam(question) == ()


def test_a_body_keeps_the_name_that_its_owner_has_for_it(catalog: Catalog) -> None:
    request = TrainRequest(optic="Esprit 100", camera="Sony A7III")

    file, remarks = train_file_of(request, catalog)

    assert (file.camera.id, file.camera.name) == ("sony_e", "Sony A7III")
    assert remarks == (
        "'Sony A7III' is taken by its mount, as Sony any body with E mount: the catalog does not"
        " know its sensor",
    )


def test_the_sensor_that_its_owner_states_is_assumed_no_more(catalog: Catalog) -> None:
    question = question_of(catalog, {"camera.sensor_diagonal_mm": 28.2}, camera="Sony A7III")

    assert assumed_beam(question) == ()
    assert question.overruled == ()
