"""What words of a train mean: entries, readings, and what is said of them."""

import pytest

from rigd.catalog.catalog import Catalog
from rigd.errors import TrainError
from rigd.setup.lens_mount import lens_mount
from rigd.setup.train_request import readings_of, train_file_of
from rigd.train.guide_camera import guide_camera_words
from rigd.view.train_request import TrainRequest
from tests.setup.asked_train import ESPRIT, MONO, ask


def test_a_back_focus_stands_for_an_optic_that_nobody_knows(catalog: Catalog) -> None:
    adjusted = {"optic.thread": "M48x0.75", "optic.gender": "male"}

    found = ask(catalog, optic="55 mm", camera="ASI2600MM Pro", adjust=adjusted)

    assert found.stacks[0].path_length_um == 55_000
    assert found.question.optic.port.doubt is None


def test_a_part_that_is_not_at_hand_is_not_used(catalog: Catalog) -> None:
    found = ask(catalog, **MONO, no=("OAG-L M48 tilt plate",), shop=False)

    used = {placed.part.id for stack in found.stacks for placed in stack.chain}
    assert "zwo_m48_tilt_plate" not in used


def test_the_box_of_something_else_that_one_owns_is_at_hand(catalog: Catalog) -> None:
    found = ask(catalog, **ESPRIT, wheel="EFW 7x36", boxes=("OAG-L",), shop=False)

    boxes = {part.id: part.box for part in found.question.parts}
    assert boxes["zwo_m48_tilt_plate"] == "came with ZWO OAG-L (12x12 mm prism)"


def test_what_is_owned_counts_as_often_as_it_is_there(catalog: Catalog) -> None:
    file, _ = train_file_of(TrainRequest(**ESPRIT, own=("T2 extender 21=2",)), catalog)

    assert [(part.id, part.count) for part in file.parts] == [("zwo_t2_ext_21", 2)]


def test_every_word_that_means_nothing_is_named_at_once(catalog: Catalog) -> None:
    with pytest.raises(TrainError) as refused:
        train_file_of(
            TrainRequest(
                optic="Esprit", camera="ASI2600MM", wheel="EFW 9x36", adjust={"weel.x": 1}
            ),
            catalog,
        )

    lines = str(refused.value).splitlines()
    assert [line.split(":")[0] for line in lines] == ["camera", "optic", "wheel", "adjust"]
    assert "is it one of 'ZWO ASI2600MM Air'" in lines[0]


def test_a_figure_that_makes_no_sense_is_named_with_its_field(catalog: Catalog) -> None:
    with pytest.raises(TrainError, match=r"optic.gender: .*'male'"):
        train_file_of(TrainRequest(**ESPRIT, adjust={"optic.gender": "neither"}), catalog)


def test_filters_that_are_alike_in_a_train_need_no_choice(catalog: Catalog) -> None:
    file, remarks = train_file_of(TrainRequest(**ESPRIT, filters=("Antlia 3nm",)), catalog)

    assert [one.id for one in file.filters] == ["antlia_pro_3nm_sii"]
    assert remarks[-1].endswith("are alike in a train")


def test_a_filter_that_nobody_knows_counts_as_a_usual_one(catalog: Catalog) -> None:
    file, remarks = train_file_of(TrainRequest(**ESPRIT, filters=("Baader 36mm",)), catalog)

    assert [(one.id, one.thickness_mm) for one in file.filters] == [(None, None)]
    assert remarks[-1].endswith("one of usual thickness is counted")


@pytest.mark.parametrize(
    ("words", "thickness_mm"),
    [("Chroma 3 mm", 3.0), ("Baader 36 mm 2 mm", 2.0), ('Astronomik 1.25" 1 mm', 1.0)],
)
def test_a_filter_is_as_thick_as_its_owner_says(
    words: str, thickness_mm: float, catalog: Catalog
) -> None:
    file, _ = train_file_of(TrainRequest(**ESPRIT, filters=(words,)), catalog)

    assert file.filters[0].thickness_mm == thickness_mm


def test_guiders_that_are_alike_in_a_train_need_no_choice(catalog: Catalog) -> None:
    file, _ = train_file_of(TrainRequest(**ESPRIT, oag="ToupTek OAG"), catalog)

    assert [one.id for one in file.devices] == ["touptek_oag_l"]


def test_words_that_fit_two_things_are_read_in_both_ways(catalog: Catalog) -> None:
    request = TrainRequest(**ESPRIT, wheel="QHYCFW3M")

    readings = readings_of(request, catalog)

    assert {one.file.devices[0].id for one in readings} == {"qhy_cfw3_m_us", "qhy_cfw3_m_sr"}
    assert all("'QHYCFW3M' is QHY CFW3-M" in (one.meant or "") for one in readings)
    with pytest.raises(TrainError, match="no single entry"):
        train_file_of(request, catalog)


def test_words_that_fit_more_things_than_one_would_read_are_refused(catalog: Catalog) -> None:
    with pytest.raises(TrainError, match="'ASI' is no single entry"):
        readings_of(TrainRequest(optic="Esprit 100", camera="ASI"), catalog)


def test_cameras_that_are_alike_in_a_train_are_one_reading(catalog: Catalog) -> None:
    readings = readings_of(TrainRequest(optic="Esprit 100", camera="ASI 533"), catalog)

    assert [one.meant for one in readings] == [
        "'ASI 533' is ZWO ASI533MC or ZWO ASI533MM",
        "'ASI 533' is ZWO ASI533MC Pro",
        "'ASI 533' is ZWO ASI533MM Pro",
    ], "an owner has measured the colour one alone: the length of the other is in doubt"


@pytest.mark.parametrize(
    ("words", "back_focus_mm"),
    [("55", 55.0), ("55,5 mm", 55.5), ("5.5 cm", 55.0), ('2.17"', 55.118), ("2.17 inch", 55.118)],
)
def test_a_back_focus_may_be_said_in_other_units(
    words: str, back_focus_mm: float, catalog: Catalog
) -> None:
    file, _ = train_file_of(TrainRequest(optic=words, camera="ASI2600MM Pro"), catalog)

    assert file.optic.required_back_focus_mm == back_focus_mm


def test_what_came_for_the_guide_camera_is_named_to_who_mounts_one(catalog: Catalog) -> None:
    oag = {**ESPRIT, "oag": "zwo_oag"}
    found, bare = ask(catalog, **oag, guide_camera="ASI120MM Mini"), ask(catalog, **oag)

    boxed = "for the guide camera came with ZWO OAG (standard, 8x8 mm prism): ZWO T2 extender 5 mm"
    assert boxed in " ".join(guide_camera_words(found.question, found.stacks[0]))
    assert boxed not in " ".join(guide_camera_words(bare.question, bare.stacks[0]))


def test_what_is_said_not_to_be_there_is_left_out(catalog: Catalog) -> None:
    none = dict.fromkeys(("wheel", "oag", "drawer", "rotator", "guide_camera"), "none")

    file, remarks = train_file_of(TrainRequest(**ESPRIT, **none, filters=("no filter",)), catalog)

    assert (file.devices, file.guide_camera, remarks) == ((), None, ())
    assert [one.empty for one in file.filters] == [True]
    assert ask(catalog, **ESPRIT, filters=("none",)).glass.middle_um == 0


def test_a_field_that_nobody_has_is_named_with_the_nearest(catalog: Catalog) -> None:
    wrong = {"optic.required_back_focus": 55.0, "zwo_oag_l.prism_mm": 9.0}

    with pytest.raises(TrainError) as failure:
        ask(catalog, **MONO, adjust=wrong)

    assert "no field of optic; is it optic.required_back_focus_mm?" in str(failure.value)
    assert "no field of zwo_oag_l" in str(failure.value)


def test_a_lens_stands_as_far_as_its_mount_says(catalog: Catalog) -> None:
    found = ask(catalog, optic="Samyang 135 lens, Nikon F", camera="ASI533MC Pro")

    assert found.question.optic.back_focus_um == 46_500
    assert str(found.question.optic.port) == "Nikon F male"
    assert found.explanation is not None
    # 46.5 mm less 17.5 mm: the adapter that people buy.
    adapters = {f"{one.front}, {one.back}": one for one in found.explanation.adapters}
    assert 29_000 in adapters["Nikon F female, M42x0.75 male"].optical_lengths_um


@pytest.mark.parametrize(
    ("words", "mount"),
    [
        ("Canon EF-M lens", "Canon EF-M"),
        ("nikon f lens", "Nikon F"),
        ("a lens", None),
        ("Canon EF", None),
    ],
)
def test_a_lens_is_named_with_its_mount(words: str, mount: str | None, catalog: Catalog) -> None:
    found = lens_mount(words, catalog)

    assert (found.name if found else None) == mount


def test_words_that_fit_one_thing_have_one_reading(catalog: Catalog) -> None:
    (reading,) = readings_of(TrainRequest(**MONO), catalog)

    assert reading.meant is None
    assert reading.file == train_file_of(TrainRequest(**MONO), catalog)[0]


@pytest.mark.parametrize(
    ("words", "filters", "sizes"),
    [
        pytest.param("Player One Phoenix 7x36", (), ["36mm"], id="in millimetres"),
        pytest.param('Phoenix wheel 8x1.25"', ("2 mm",), ["1.25in"], id="in inches"),
        pytest.param("Phoenix wheel 7x36", ("2 inch, 2 mm",), ["2in"], id="the filter's own first"),
        pytest.param("playerone_phoenix", ("2 mm",), [None], id="no size in the words"),
        pytest.param("EFW 7x36", ("3 mm",), [None], id="a wheel of one size"),
    ],
)
def test_the_words_for_a_wheel_say_the_size_of_its_filters(
    words: str, filters: tuple[str, ...], sizes: list[str | None], catalog: Catalog
) -> None:
    file, _ = train_file_of(TrainRequest(**ESPRIT, wheel=words, filters=filters), catalog)

    assert [row.size for row in file.filters] == sizes


def test_a_part_that_no_box_holds_is_said_to_change_nothing(catalog: Catalog) -> None:
    asked = TrainRequest(**MONO, no=("zwo_t2_ext_21", "m48_spacer_1", "zwo_m48_tilt_plate"))

    remarks = train_file_of(asked, catalog)[1]

    said = [one for one in remarks if "changes nothing" in one]
    assert len(said) == 1
    assert said[0].startswith("generic M48x0.75 M-F extension ring 1 mm came with nothing")


def test_a_length_is_not_found_within_a_longer_one(catalog: Catalog) -> None:
    # 5 mm are not in 16.5 mm.
    file, _ = train_file_of(TrainRequest(**ESPRIT, own=("M48 ring 5mm=2",)), catalog)

    assert [(part.id, part.count) for part in file.parts] == [("m48_spacer_5", 2)]
