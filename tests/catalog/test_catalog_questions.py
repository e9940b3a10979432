"""Questions that readers of the back focus tutorial asked, answered with their confidence."""

import pytest

from rigd.catalog.catalog import Catalog, load_catalog
from rigd.catalog.models.camera import Camera, MountConfiguration
from rigd.catalog.models.filter_wheel import FilterWheel
from rigd.catalog.models.focuser import Focuser
from rigd.catalog.models.optic import Optic
from rigd.catalog.models.part import Part
from rigd.catalog.models.solution import Solution
from rigd.catalog.models.sourced import Confidence
from rigd.train.connection import Gender, may_mate
from rigd.units import um_from_mm


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


def front(catalog: Catalog, camera_id: str, words: str) -> MountConfiguration:
    camera = catalog.get(Camera, camera_id)
    (found,) = [one for one in camera.mount_configurations if words in one.name]
    return found


def test_a_585mc_is_12_5_mm_deep_with_low_confidence(catalog: Catalog) -> None:
    camera = catalog.get(Camera, "zwo_asi585mc")

    assert front(catalog, "zwo_asi585mc", "bare").flange_distance_mm == 12.5
    assert catalog.confidence(camera) is Confidence.LOW


def test_a_178mc_is_12_5_mm_deep_on_the_makers_word(catalog: Catalog) -> None:
    camera = catalog.get(Camera, "zwo_asi178mc")

    assert front(catalog, "zwo_asi178mc", "bare").flange_distance_mm == 12.5
    depth = "mount_configurations.0.flange_distance_mm"
    assert catalog.confidence(camera, depth) is Confidence.HIGH
    assert "ZWO reply" in (camera.notes or "")


def test_a_cooled_178_is_not_taken_for_the_uncooled_one(catalog: Catalog) -> None:
    assert front(catalog, "zwo_asi178mc_cool", "").flange_distance_mm is None


def test_a_174_reaches_17_5_mm_with_the_11_mm_ring(catalog: Catalog) -> None:
    bare = front(catalog, "zwo_asi174mc", "bare").flange_distance_mm
    ring = catalog.get(Part, "zwo_t2_ring_11").optical_length_mm

    assert bare is not None
    assert ring is not None
    assert um_from_mm(bare) + um_from_mm(ring) == 17_500


def test_a_183mc_on_a_rasa_8_needs_7_5_mm_behind_the_supplied_adapter(catalog: Catalog) -> None:
    rasa = catalog.get(Optic, "celestron_rasa8")
    camera = front(catalog, "zwo_asi183mc_pro", "as shipped")

    assert rasa.back_focus_mm == 25.0
    assert rasa.tolerance_mm == 0.5
    assert camera.flange_distance_mm is not None
    assert um_from_mm(25.0) - um_from_mm(camera.flange_distance_mm) == 7_500
    assert "clear glass" in (rasa.glass_note or "")


def test_the_uncooled_183mc_is_unknown_and_says_why(catalog: Catalog) -> None:
    camera = catalog.get(Camera, "zwo_asi183mc")

    assert front(catalog, "zwo_asi183mc", "bare").flange_distance_mm is None
    assert {claim.value for claim in camera.conflicts[0].values} == {6.5, 12.5}


def test_55_mm_is_a_demand_of_the_corrector_and_no_maximum(catalog: Catalog) -> None:
    flattener = catalog.get(Optic, "wo_flat61a")

    assert flattener.back_focus_mm == 67.7
    assert flattener.adjuster is not None
    assert flattener.adjuster.max_mm == 12.9


def test_a_petzval_demands_none_and_says_why(catalog: Catalog) -> None:
    redcat = catalog.get(Optic, "wo_redcat51")

    assert redcat.requires_back_focus is False
    assert redcat.back_focus_mm is None
    assert "Petzval" in (redcat.none_because or "")


def test_owning_a_2600mm_pro_means_owning_its_adapters(catalog: Catalog) -> None:
    camera = catalog.get(Camera, "zwo_asi2600mm_pro")
    box = camera.box

    assert box is not None
    assert "zwo_t2_ext_21" in box.parts
    assert box.fitted == ("zwo_camera_tilt_plate_m42",)
    assert catalog.confidence(camera, "box.parts") is Confidence.DERIVED


def test_taking_the_tilt_plate_off_costs_the_tilt(catalog: Catalog) -> None:
    bolted = front(catalog, "zwo_asi2600mm_pro", "removed")

    assert bolted.flange_distance_mm == 12.5
    assert bolted.end is not None
    assert bolted.end.gender is Gender.NONE
    assert "tilt" in (bolted.cost or "")


def test_the_base_train_of_a_2600_screws_together_to_55_mm(catalog: Catalog) -> None:
    camera = front(catalog, "zwo_asi2600mm_pro", "as shipped")
    extender = catalog.get(Part, "zwo_t2_ext_21")
    adapter = catalog.get(Part, "zwo_m42m_m48f_16_5")
    ends = (camera.end, extender.camera_end, extender.telescope_end, adapter.camera_end)
    lengths = (camera.flange_distance_mm, extender.optical_length_mm, adapter.optical_length_mm)

    assert all(end is not None for end in ends)
    assert ends[0]
    assert ends[1]
    assert may_mate(ends[0], ends[1])
    assert ends[2]
    assert ends[3]
    assert may_mate(ends[2], ends[3])
    assert sum(um_from_mm(length) for length in lengths if length is not None) == 55_000


def test_an_m42x1_lens_does_not_go_onto_a_t2_ring(catalog: Catalog) -> None:
    ring = catalog.get(Part, "zwo_t2_ring_11").telescope_end

    assert ring is not None
    lens = ring.model_copy(update={"standard": "M42x1", "gender": Gender.MALE})
    assert not may_mate(lens, ring)


def test_the_heater_bands_thickness_is_unknown(catalog: Catalog) -> None:
    band = catalog.get(Part, "heater_band")

    assert band.optical_length_mm is None
    assert "ask" in (band.notes or "")


def test_the_eaf_tells_its_trap_and_claims_no_step_size(catalog: Catalog) -> None:
    eaf = catalog.get(Focuser, "zwo_eaf")

    assert (eaf.max_steps, eaf.ceiling_steps) == (60_000, 600_000)
    assert eaf.step_size_um is None
    assert any("silently stops" in trap for trap in eaf.traps)


def test_the_zwo_wheels_of_one_name_are_all_20_mm_where_known(catalog: Catalog) -> None:
    wheels = [one for one in catalog.all(FilterWheel) if "zwo_efw" in one.families]

    assert len(wheels) == 6
    assert {one.optical_length_mm for one in wheels} == {20.0, None}


def test_the_steps_of_every_built_train_add_up(catalog: Catalog) -> None:
    for train in catalog.all(Solution):
        if train.total_mm is not None:
            total = sum(um_from_mm(step.length_mm) for step in train.steps if step.length_mm)
            assert total == um_from_mm(train.total_mm), train.id


def test_an_owners_bolted_2600_train_joins_and_adds_up_to_55_mm(catalog: Catalog) -> None:
    camera = front(catalog, "zwo_asi2600mm_pro", "removed")
    wheel = catalog.get(FilterWheel, "zwo_efw_7x36")
    guider = catalog.get(Part, "zwo_oag_l")
    plate = catalog.get(Part, "zwo_m48_tilt_plate")

    joints = [
        (camera.end, wheel.other_camera_ends[0]),
        (wheel.other_telescope_ends[0], guider.camera_end),
        (guider.telescope_end, plate.camera_end),
    ]
    lengths = (
        camera.flange_distance_mm,
        wheel.optical_length_mm,
        guider.optical_length_mm,
        plate.optical_length_mm,
    )

    assert all(one and other and may_mate(one, other) for one, other in joints)
    assert sum(um_from_mm(length) for length in lengths if length is not None) == 55_000
