"""An answer goes with its device, and what a device is is told once."""

from dataclasses import replace

from rigd.catalog.catalog import Catalog
from rigd.equipment.profile import EquipmentProfile
from rigd.setup.derive import DeviceAnnouncements
from tests.setup.owner import (
    SIMULATORS,
    Owner,
    with_filter,
    without,
)


def test_the_profiles_own_words_win_over_an_older_answer(
    whole: EquipmentProfile, catalog: Catalog
) -> None:
    owner = Owner(without(whole, focuser={"direction": None}), catalog)
    owner.answers("focuser.direction", "inward")

    edited = Owner(whole, catalog)
    edited.given = owner.given

    assert edited.steps() == Owner(whole, catalog).steps()
    assert edited.derived().given == owner.given
    assert [one.in_effect for one in owner.derived().questions.read().answers] == [True]
    assert [one.in_effect for one in edited.derived().questions.read().answers] == [False]


def test_an_answer_is_dropped_when_its_device_has_another_name(
    whole: EquipmentProfile, catalog: Catalog
) -> None:
    owner = Owner(without(whole, focuser={"direction": None}), catalog)
    owner.answers("focuser.direction", "inward")

    owner.sees(("CCD Simulator", "Filter Simulator", "ZWO EAF"))

    derived = owner.derived()
    assert derived.given == ()
    assert [gone.key for gone in derived.dropped] == ["focuser.direction"]
    assert "focuser.direction" in owner.asked()


def test_an_answer_stays_while_its_device_is_not_seen(
    whole: EquipmentProfile, catalog: Catalog
) -> None:
    owner = Owner(without(whole, focuser={"direction": None}), catalog)
    owner.answers("focuser.direction", "inward")

    owner.rig = replace(owner.rig, identities=())

    assert owner.derived().given == owner.given
    assert owner.derived().dropped == ()


def test_an_answer_given_before_the_device_was_seen_learns_its_name(
    whole: EquipmentProfile, catalog: Catalog
) -> None:
    owner = Owner(without(whole, focuser={"direction": None}), catalog)
    seen, owner.rig = owner.rig, replace(owner.rig, identities=())
    owner.answers("focuser.direction", "inward")

    owner.rig = seen

    (kept,) = owner.derived().given
    assert kept.belongs_to is not None
    assert kept.belongs_to.name == "Focuser Simulator"


def test_the_cameras_configuration_is_dropped_when_another_camera_is_matched(
    whole: EquipmentProfile, catalog: Catalog
) -> None:
    bare = without(whole, camera={"flange_distance_mm": None, "end": None})
    owner = Owner(bare, catalog, ("ZWO CCD ASI2600MM Pro", *SIMULATORS[1:]))
    (question,) = owner.asked().values()
    owner.answers("camera.mount_configuration", question["options"][0]["value"])

    owner.sees(("ZWO CCD ASI533MM Pro", *SIMULATORS[1:]))

    assert [gone.key for gone in owner.derived().dropped] == ["camera.mount_configuration"]


def test_the_wheels_size_is_dropped_when_a_wheel_of_the_same_name_has_other_slots(
    whole: EquipmentProfile, catalog: Catalog
) -> None:
    owner = Owner(whole, catalog, ("CCD Simulator", "ZWO EFW", "Focuser Simulator"), slots=7)
    owner.answers("wheel.id", "zwo_efw_7x36")

    owner.sees(("CCD Simulator", "ZWO EFW", "Focuser Simulator"), slots=5)

    assert [gone.key for gone in owner.derived().dropped] == ["wheel.id"]


def test_a_filters_answers_go_with_the_filter(whole: EquipmentProfile, catalog: Catalog) -> None:
    gap = with_filter(whole, "h_alpha", thickness_mm=None)
    owner = Owner(gap, catalog)
    owner.answers("filters.h_alpha.thickness_mm", 3)

    bought = Owner(with_filter(gap, "h_alpha", name="Another H-alpha"), catalog)
    bought.given = owner.given

    assert [gone.key for gone in bought.derived().dropped] == ["filters.h_alpha.thickness_mm"]


def test_what_a_device_is_is_told_once_and_when_it_has_settled(
    whole: EquipmentProfile, catalog: Catalog
) -> None:
    owner = Owner(whole, catalog, ("ZWO CCD ASI2600MM Pro", "ZWO EFW", "Focuser Simulator"), 7)
    first, again, same = owner.derived(), owner.derived(), owner.derived()
    news = DeviceAnnouncements()

    news, at_first = news.after(first)
    news, changed = news.after(again)
    news, settled = news.after(again)
    news, quiet = news.after(again)
    news, _ = news.after(same)
    news, unchanged = news.after(same)

    assert at_first == changed == quiet == unchanged == ()
    assert settled[0] == "camera ZWO CCD ASI2600MM Pro is ZWO ASI2600MM Pro"
    assert settled[1].startswith('filter wheel ZWO EFW may be ZWO EFW 7x36 mm or ZWO EFW 7x2"')
    assert settled[2].startswith("focuser Focuser Simulator is not in the catalog: ")


def test_a_camera_that_changes_is_told_anew(whole: EquipmentProfile, catalog: Catalog) -> None:
    owner = Owner(whole, catalog, ("ZWO CCD ASI2600MM Pro", *SIMULATORS[1:]))
    before = owner.derived()
    owner.sees(("ZWO CCD ASI533MM Pro", *SIMULATORS[1:]))
    after = owner.derived()
    news = DeviceAnnouncements()
    for derived in (before, before, after):
        news, _ = news.after(derived)

    news, lines = news.after(after)

    assert lines == ("camera ZWO CCD ASI533MM Pro is ZWO ASI533MM Pro",)
