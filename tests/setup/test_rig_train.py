"""What the spacer search is asked about a rig: the same as of a train file with the same words."""

from typing import Any

import pytest

from rigd.catalog.catalog import Catalog, load_catalog
from rigd.catalog.train_parts import CatalogLookup
from rigd.equipment.profile import EquipmentProfile
from rigd.errors import TrainError
from rigd.setup.rig_train import train_question
from rigd.train.filter_size import FilterSize
from rigd.train.guide_camera import lone_guide_camera_words
from rigd.train.train_file import parse_train
from tests.view.states import demo, without

FILE = """
boxes = true

[optic]
name = "80 mm f/6 refractor with a flattener"
required_back_focus_mm = 55.0
focal_length_mm = 480.0
focal_ratio = 6.0
end = { standard = "M48x0.75", gender = "male" }

[camera]
flange_distance_mm = 17.5
end = { standard = "M42x0.75", gender = "female" }

[[devices]]
id = "zwo_oag"

[[devices]]
id = "zwo_efw_8x125"
"""


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


def file_of(profile: EquipmentProfile) -> str:
    assert profile.wheel is not None
    filters = [profile.filters[key] for key in profile.wheel.slots]
    rows = [
        f'[[filters]]\nname = "{one.name}"\nthickness_mm = {one.thickness_mm}\n'
        f'glass = "{one.glass}"\nband_centre_nm = {one.band_centre_nm}\n'
        for one in filters
    ]
    rows += [
        f'[[parts]]\nid = "{id}"\ncount = {count}\n' for id, count in profile.train.owned.items()
    ]
    return FILE + "\n".join(rows)


def test_a_profile_asks_what_a_train_file_with_the_same_words_asks(catalog: Catalog) -> None:
    profile, lookup = demo(), CatalogLookup(catalog)

    assert train_question(profile, lookup) == parse_train(file_of(profile), lookup)


@pytest.mark.parametrize(
    ("table", "value", "says"),
    [
        pytest.param("optic", {"focal_ratio": 300.0}, "optic.focal_ratio: 300", id="ratio"),
        pytest.param("optic", {"focal_length_mm": 2e4}, "optic.focal_length_mm", id="focal length"),
        pytest.param("camera", {"flange_distance_mm": 2e4}, "camera.flange_dist", id="flange"),
        pytest.param("train", {"owned": {"zwo_t2_t2_2": 1001}}, "owned.zwo_t2_t2_2", id="too many"),
        pytest.param("train", {"owned": {"zwo_t2_t2_2": -1}}, "owned.zwo_t2_t2_2: -1", id="-1"),
        pytest.param("train", {"devices": ("zwo_oag", "zwo_oag")}, "in the train twice", id="two"),
        pytest.param("train", {"devices": ("nobodys",)}, "'nobodys' is not in the cat", id="none"),
    ],
)
def test_what_no_train_has_is_named(
    catalog: Catalog, table: str, value: dict[str, Any], says: str
) -> None:
    with pytest.raises(TrainError, match=says):
        train_question(without(demo(), **{table: value}), CatalogLookup(catalog))


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        pytest.param({"band_centre_nm": 200.0}, "filters.red.band_centre_nm: 200", id="band"),
        pytest.param({"thickness_mm": 2e4}, "filters.red.thickness_mm: 20000", id="thickness"),
        pytest.param({"glass": "kryptonite"}, "glass: 'kryptonite' is not one of", id="glass"),
    ],
)
def test_a_filter_that_no_train_has_is_named(
    catalog: Catalog, fields: dict[str, Any], says: str
) -> None:
    profile = demo()
    red = profile.filters["red"].model_copy(update=fields)
    changed = profile.model_copy(update={"filters": {**profile.filters, "red": red}})

    with pytest.raises(TrainError, match=says):
        train_question(changed, CatalogLookup(catalog))


def test_a_glass_that_nobody_knows_is_no_glass(catalog: Catalog) -> None:
    profile, lookup = demo(), CatalogLookup(catalog)
    red = profile.filters["red"]
    said, unsaid = (
        profile.model_copy(
            update={"filters": {**profile.filters, "red": red.model_copy(update={"glass": glass})}}
        )
        for glass in ("Unknown", None)
    )

    assert train_question(said, lookup) == train_question(unsaid, lookup)


def test_a_thickness_that_nobody_knows_is_the_usual_one(catalog: Catalog) -> None:
    profile = demo()
    red = profile.filters["red"].model_copy(update={"thickness_mm": None})
    changed = profile.model_copy(update={"filters": {**profile.filters, "red": red}})

    (wheel,) = train_question(changed, CatalogLookup(catalog)).wheels
    (plate,) = (plate for plate in wheel.slots if plate.name == "Red")

    assert (plate.thickness_mm, plate.thickness_range_mm) == (2.0, (1.85, 3.0))


def test_the_size_of_a_filter_is_an_opening(catalog: Catalog) -> None:
    profile = demo()
    sized = {
        key: one.model_copy(update={"size": FilterSize.MM_31})
        for key, one in profile.filters.items()
    }

    (wheel,) = train_question(
        profile.model_copy(update={"filters": sized}), CatalogLookup(catalog)
    ).wheels

    assert [one.opening_um for one in wheel.openings] == [31_000]


def test_the_boxes_of_the_train_are_at_hand_and_others_that_one_owns(catalog: Catalog) -> None:
    lookup = CatalogLookup(catalog)
    profile = with_train(devices=("zwo_oag", "zwo_efw_8x125"), oag=None, owned={})

    def boxed(**said: object) -> dict[str, str | None]:
        question = train_question(with_train(profile, **said), lookup)
        return {part.id: part.box for part in question.parts}

    assert boxed() == {
        "zwo_m48_m42_ring": "came with ZWO OAG (standard, 8x8 mm prism)",
        "zwo_t2_t2_2": 'came with ZWO EFW 8x1.25"/31 mm',
    }
    assert boxed(boxes=False) == {}
    assert set(boxed(without=("zwo_t2_t2_2",))) == {"zwo_m48_m42_ring"}
    assert set(boxed(boxes=("zwo_oag_l",))) == {
        "zwo_m48_m42_ring",
        "zwo_t2_t2_2",
        "zwo_m48_tilt_plate",
    }
    with pytest.raises(TrainError, match=r"boxes\[0\]: 'nobodys' is not in the catalog"):
        boxed(boxes=("nobodys",))


def test_what_came_for_the_guide_camera_is_a_spacer_only_if_one_says_so(catalog: Catalog) -> None:
    lookup = CatalogLookup(catalog)
    boxed = train_question(with_train(owned={}), lookup)
    owned = train_question(with_train(owned={"zwo_5mm_ext": 1}), lookup)

    assert "zwo_5mm_ext" not in {part.id for part in boxed.parts}
    assert "zwo_5mm_ext" in {part.id for part in owned.parts}


def test_a_profile_names_its_guide_camera(catalog: Catalog) -> None:
    guide = {"id": "zwo_asi120mm_mini", "mount_configuration": None}
    question = train_question(with_train(guide_camera=guide), CatalogLookup(catalog))

    assert question.guide_camera is not None
    assert question.guide_camera.name == "ZWO ASI120MM Mini"


def test_a_guide_camera_without_a_guider_is_no_fault_of_a_profile(catalog: Catalog) -> None:
    said = with_train(
        guide_camera={"id": "zwo_asi120mm_mini"}, devices=("zwo_efw_8x125",), oag=None
    )

    question = train_question(said, CatalogLookup(catalog))

    assert lone_guide_camera_words(question) == [
        "ZWO ASI120MM Mini is left out: a guide camera needs an off-axis guider (--oag), and none"
        " is in the train"
    ]


def with_train(profile: EquipmentProfile | None = None, **said: object) -> EquipmentProfile:
    """A profile (the demo's) with other words in its [train]."""
    data = (profile or demo()).model_dump(mode="json", exclude_none=True)
    return EquipmentProfile.model_validate({**data, "train": {**data["train"], **said}})
