"""What is asked of the train: spacers at hand, plates, guider and wheel."""

from rigd.catalog.catalog import Catalog
from rigd.equipment.profile import EquipmentProfile
from rigd.equipment.profile_tables import TrainProfile
from rigd.view.to_json import to_json
from tests.setup.owner import SIMULATORS, Owner, without


def test_where_no_distance_is_known_nothing_is_asked_for_spacers(
    whole: EquipmentProfile, catalog: Catalog
) -> None:
    unowned = whole.model_copy(update={"train": TrainProfile(devices=whole.train.devices)})

    with_distance = Owner(unowned, catalog).asked()
    without_distance = Owner(
        without(unowned, optic={"required_back_focus_mm": None}), catalog
    ).asked()

    assert list(with_distance) == ["train.owned"]
    assert without_distance == {}


def test_spacers_owned_are_answered_with_their_counts(
    whole: EquipmentProfile, catalog: Catalog
) -> None:
    owner = Owner(
        whole.model_copy(update={"train": TrainProfile(devices=whole.train.devices)}), catalog
    )

    owner.answers("train.owned", "zwo_t2_t2_2, zwo_m42m_m48f_16_5=1, zwo_t2_ext_21 = 2")

    assert owner.given[0].value == {"zwo_t2_t2_2": 1, "zwo_m42m_m48f_16_5": 1, "zwo_t2_ext_21": 2}
    assert owner.train()["stacks"]
    owner.answers("train.owned", "none")
    assert owner.given[0].value == {}
    assert owner.asked() == {}


def test_a_matched_cameras_plate_and_rings_are_asked_once(
    whole: EquipmentProfile, catalog: Catalog
) -> None:
    bare = without(whole, camera={"flange_distance_mm": None, "end": None})
    owner = Owner(bare, catalog, ("ZWO CCD ASI2600MM Pro", *SIMULATORS[1:]))

    (question,) = owner.asked().values()
    owner.answers("camera.mount_configuration", question["options"][0]["value"])

    assert question["key"] == "camera.mount_configuration"
    assert question["changes"] == ["spacers"]
    assert owner.asked() == {}
    assert owner.derived().profile.camera.mount_configuration == question["options"][0]["value"]  # type: ignore[union-attr]


def test_the_size_of_a_wheel_is_asked_and_the_answer_settles_the_match(
    whole: EquipmentProfile, catalog: Catalog
) -> None:
    owner = Owner(whole, catalog, ("CCD Simulator", "ZWO EFW", "Focuser Simulator"), slots=7)
    before = owner.asked()

    owner.answers("wheel.id", "zwo_efw_7x36")

    assert before["wheel.id"]["changes"] == ["match"]
    wheel = to_json(owner.derived().match)["devices"][1]
    assert (wheel["status"], wheel["id"], wheel["stated"]) == (
        "match",
        "zwo_efw_7x36",
        "zwo_efw_7x36",
    )
    assert owner.asked() == {}


def test_who_names_no_device_is_asked_for_a_guider(
    whole: EquipmentProfile, catalog: Catalog
) -> None:
    unnamed = whole.model_copy(update={"train": TrainProfile(owned=whole.train.owned)})
    owner = Owner(unnamed, catalog)
    asked = owner.asked()
    unknown = owner.train()

    owner.answers("train.oag", "none")
    without_guider = owner.train()
    owner.answers("train.oag", "zwo_oag")
    with_guider = owner.train()

    assert list(asked) == ["train.oag"]
    assert asked["train.oag"]["changes"] == ["spacers"]
    assert "off-axis guider" in str(unknown["unknown"])
    assert without_guider != with_guider
    assert "zwo_oag" not in str(without_guider)
    assert "zwo_oag" in str(with_guider)
    assert owner.asked() == {}


def test_the_wheel_that_is_recognised_stands_in_the_train(
    whole: EquipmentProfile, catalog: Catalog
) -> None:
    own = TrainProfile(devices=("zwo_oag",), owned=whole.train.owned)
    unnamed = whole.model_copy(update={"train": own})
    simulated = Owner(unnamed, catalog)
    recognised = Owner(unnamed, catalog, ("CCD Simulator", "ZWO EFW", "Focuser Simulator"), slots=8)
    named = Owner(whole, catalog)

    alone, found, stated = (one.train() for one in (simulated, recognised, named))

    assert found["stacks"] == stated["stacks"]
    assert alone["stacks"] != stated["stacks"]
