"""Devices asked for by a length that their owner states."""

from typing import Any

import pytest

from rigd.catalog.catalog import Catalog, load_catalog
from rigd.catalog.train_parts import CatalogLookup
from rigd.errors import TrainError
from rigd.setup.length_words import split_length
from rigd.setup.train_request import train_file_of
from rigd.train.answer import answer
from rigd.train.file_format import TrainFile
from rigd.train.resolve import resolve
from rigd.view.train_request import TrainRequest, split_adjustment


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


def file_of(catalog: Catalog, **said: Any) -> TrainFile:
    rig = {"optic": "Esprit 100", "camera": "ASI2600MC Pro", "filters": ("2 mm",), **said}
    return train_file_of(TrainRequest(**rig), catalog)[0]


@pytest.mark.parametrize(
    ("field", "kind"),
    [("rotator", "rotator"), ("oag", "guider"), ("wheel", "wheel"), ("drawer", "drawer")],
)
def test_a_length_stands_for_a_device(catalog: Catalog, field: str, kind: str) -> None:
    (row,) = file_of(catalog, **{field: "17.5 mm"}).devices

    assert (row.id, row.optical_length_mm, row.kind) == (None, 17.5, kind)


def test_a_device_of_stated_length_is_part_of_the_sum(catalog: Catalog) -> None:
    # 55 mm and a third of 2 mm: 2 + 20 + 16.5 + 17.5 = 56 mm, with nothing to buy.
    found = answer(resolve(file_of(catalog, drawer="20 mm"), CatalogLookup(catalog)), 1)

    lengths_um = [placed.part.optical_length_um for placed in found.stacks[0].chain]
    assert sorted(lengths_um) == [2_000, 16_500, 20_000]


def test_a_name_before_the_length_names_what_the_catalog_lacks(catalog: Catalog) -> None:
    (row,) = file_of(catalog, drawer="Baader UFC, 15 mm").devices

    assert (row.name, row.optical_length_mm) == ("Baader UFC", 15.0)


def test_a_length_behind_a_known_name_is_its_owners(catalog: Catalog) -> None:
    (row,) = file_of(catalog, rotator="Falcon, 18 mm").devices

    assert (row.id, row.optical_length_mm) == ("pegasus_falcon", 18.0)


@pytest.mark.parametrize("words", ["EFW 7x36 mm", "ZWO EFW 36mm"])
def test_a_size_of_filters_in_a_name_is_no_length(catalog: Catalog, words: str) -> None:
    (row,) = file_of(catalog, wheel=words).devices

    assert (row.id, row.optical_length_mm) == ("zwo_efw_7x36", None)


def test_a_size_of_filters_alone_is_no_length_of_a_wheel(catalog: Catalog) -> None:
    with pytest.raises(TrainError, match=r"36 mm is a size of filters.*36\.0 mm"):
        file_of(catalog, wheel="36 mm")


def test_an_unknown_name_is_refused_with_the_way_to_give_its_length(catalog: Catalog) -> None:
    with pytest.raises(TrainError, match='give its length: "Baader UFC, 20 mm"'):
        file_of(catalog, drawer="Baader UFC")


def test_what_a_known_maker_has_not_in_the_catalog_is_of_unknown_length(catalog: Catalog) -> None:
    said = TrainRequest(optic="55 mm", camera="Ares-C Pro", drawer="Player One filter drawer")
    file, remarks = train_file_of(said, catalog)
    found = answer(resolve(file, CatalogLookup(catalog)), 1)

    assert found.room is not None
    assert found.room.missing == ("Player One filter drawer",)
    assert any("has no filter drawer of this maker" in one for one in remarks)


def test_camera_optic_and_guide_camera_are_named_by_their_distance(catalog: Catalog) -> None:
    file = file_of(
        catalog,
        optic="Starfield 0.8x, 55 mm",
        camera="Moravian C1x, 17.5 mm",
        oag="zwo_oag_l",
        guide_camera="12.5 mm",
    )

    assert (file.optic.name, file.optic.required_back_focus_mm) == ("Starfield 0.8x", 55.0)
    assert (file.camera.name, file.camera.flange_distance_mm) == ("Moravian C1x", 17.5)
    assert file.guide_camera is not None
    assert file.guide_camera.flange_distance_mm == 12.5


@pytest.mark.parametrize(
    ("field", "words"), [("rotator", "WandererRotator"), ("oag", "Foo OAG"), ("wheel", "Bar 7")]
)
def test_what_is_like_nothing_of_the_catalog_is_a_device_of_unknown_length(
    catalog: Catalog, field: str, words: str
) -> None:
    file, remarks = train_file_of(
        TrainRequest(optic="Esprit 100", camera="ASI2600MC Pro", **{field: words}), catalog
    )

    (row,) = file.devices
    assert (row.id, row.name, row.optical_length_mm) == (None, words, None)
    assert any(f'give its length: "{words}, 20 mm"' in one for one in remarks)


@pytest.mark.parametrize(
    ("field", "words"), [("rotator", "Falcn"), ("wheel", "EFW 9x36"), ("wheel", "ZWO EFV")]
)
def test_what_may_be_misspelt_is_refused_with_what_it_may_be(
    catalog: Catalog, field: str, words: str
) -> None:
    with pytest.raises(TrainError, match=f"{words}' is no single entry .* is it one of"):
        file_of(catalog, **{field: words})


def test_a_device_is_adjusted_by_its_option_or_its_name(catalog: Catalog) -> None:
    adjusted = {"oag.optical_length_mm": 29.0, "Baader UFC.back": "M42x0.75 male"}
    guider, drawer = file_of(
        catalog, oag="Celestron OAG", drawer="Baader UFC, 15 mm", adjust=adjusted
    ).devices

    assert guider.optical_length_mm == 29.0
    assert str(drawer.back) == "M42x0.75 male"


def test_two_devices_of_one_length_are_told_apart(catalog: Catalog) -> None:
    first, second = file_of(catalog, devices=("10 mm", "10 mm")).devices

    assert first.name != second.name


@pytest.mark.parametrize("words", ["EFW 7x36", "2600", "OAG-L"])
def test_words_without_a_unit_are_no_length(words: str) -> None:
    assert split_length(words) is None


def test_a_comma_between_two_digits_is_a_decimal_comma_everywhere(catalog: Catalog) -> None:
    said = {"rotator": "18,5mm", "oag": "16,5 mm", "devices": ("5,5 mm",), "drawer": "15,5"}
    file = file_of(catalog, **said, wheel="20,1 mm", camera="17,5", guide_camera="12,5 mm")

    lengths = {row.name: row.optical_length_mm for row in file.devices}
    assert lengths == {
        "rotator": 18.5,
        "off-axis guider": 16.5,
        "device": 5.5,
        "filter wheel": 20.1,
        "filter drawer": 15.5,
    }
    assert file.camera.flange_distance_mm == 17.5
    assert file.guide_camera is not None
    assert file.guide_camera.flange_distance_mm == 12.5


@pytest.mark.parametrize("field", ["oag", "wheel", "camera", "guide_camera", "optic"])
def test_digits_alone_are_no_name(catalog: Catalog, field: str) -> None:
    with pytest.raises(TrainError, match="digits alone are no name"):
        file_of(catalog, **{field: "16, 5 mm"})


def test_a_name_that_ends_with_a_digit_may_have_its_length_behind_it(catalog: Catalog) -> None:
    (row,) = file_of(catalog, drawer="Baader UFC 2, 15,5 mm").devices

    assert (row.name, row.optical_length_mm) == ("Baader UFC 2", 15.5)


def test_a_size_of_filters_is_a_length_with_a_decimal(catalog: Catalog) -> None:
    with pytest.raises(TrainError, match=r"36 mm is a size of filters.*: 36\.0 mm"):
        file_of(catalog, wheel="36 mm")
    assert file_of(catalog, wheel="36.0 mm").devices[0].optical_length_mm == 36.0
    with pytest.raises(TrainError, match="is a size of filters"):
        file_of(catalog, wheel="1,25")


def test_an_adjusted_figure_has_a_decimal_comma_as_well() -> None:
    assert split_adjustment("oag.optical_length_mm=16,5") == ("oag.optical_length_mm", 16.5)
