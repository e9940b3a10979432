"""What the spacer search is asked about a rig: the same as of a train file with the same words."""

from typing import Any

import pytest

from rigd.catalog.catalog import Catalog, load_catalog
from rigd.catalog.train_parts import CatalogLookup
from rigd.equipment.profile import EquipmentProfile
from rigd.errors import TrainError
from rigd.setup.rig_train import train_question
from rigd.train.train_file import parse_train
from tests.view.states import demo, without

FILE = """
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
        pytest.param({"thickness_mm": None}, "thickness_mm: not known for 'Red'", id="unknown"),
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
