"""Train files may name what the shipped catalog knows."""

import pytest

from rigd.catalog.catalog import Catalog, load_catalog
from rigd.catalog.models.camera import Camera
from rigd.catalog.models.filter import Filter
from rigd.catalog.models.filter_wheel import FilterWheel
from rigd.catalog.models.optic import Optic
from rigd.catalog.models.part import Part
from rigd.catalog.train_parts import CatalogLookup
from rigd.errors import TrainError
from rigd.train.advice import stack_words
from rigd.train.answer import adjuster_setting_um, answer
from rigd.train.room import room_words
from rigd.train.train_file import parse_train
from rigd.train.verdict import verdict_words

OPTIC = 'optic = { required_back_focus_mm = 55, focal_ratio = 6, thread = "%s", gender = "male" }\n'


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


def test_a_cooled_camera_with_its_box_makes_55(catalog: Catalog) -> None:
    # 16.5 + 21 + 17.5: ZWO's 55 mm tutorial, case 2.1
    text = (
        OPTIC % "M48x0.75"
        + 'camera = { id = "zwo_asi2600mm_pro" }\n'
        + 'parts = [{ id = "zwo_t2_ext_21" }, { id = "zwo_m42m_m48f_16_5" }]\n'
    )

    best = answer(parse_train(text, CatalogLookup(catalog))).stacks[0]

    assert [placed.part.id for placed in best.chain] == ["zwo_m42m_m48f_16_5", "zwo_t2_ext_21"]
    assert best.path_length_um == 55000
    assert best.camera.id.startswith("as shipped")


def test_the_bolted_camera_says_what_it_costs(catalog: Catalog) -> None:
    lookup = CatalogLookup(catalog)

    camera = lookup.camera("zwo_asi2600mm_pro")

    assert camera is not None
    bolted = next(mount for mount in camera.mounts if mount.flange_distance_um == 12500)
    assert "tilt" in (bolted.note or "")
    assert camera.diagonal_mm == pytest.approx(28.3, abs=0.1)


def test_a_sensor_known_by_its_pixels_has_a_diagonal(catalog: Catalog) -> None:
    entry = catalog.get(Camera, "atik_490ex")
    camera = CatalogLookup(catalog).camera(entry.id)

    assert entry.sensor
    assert entry.sensor.width_mm is None
    assert camera is not None
    assert camera.diagonal_mm == pytest.approx(16.0, abs=0.2)


def test_a_part_that_is_not_known_well_enough_is_left_out_and_named(catalog: Catalog) -> None:
    text = OPTIC % "M48x0.75" + 'camera = { id = "zwo_asi2600mm_pro" }\n'

    question = parse_train(text + 'parts = [{ id = "zwo_t2_tilter" }]', CatalogLookup(catalog))

    assert question.parts == ()
    assert question.left_out == ("ZWO T2 tilter is left out: its length is not known",)
    with pytest.raises(TrainError, match=r"parts\[0\].id: 'zwo_nothing' is not in the catalog"):
        parse_train(text + 'parts = [{ id = "zwo_nothing" }]', CatalogLookup(catalog))


BUILT_IN = """
optic = { required_back_focus_mm = 55.5, end = { standard = "M42x0.75", gender = "male" } }
camera = { flange_distance_mm = 35.5, end = { standard = "M42x0.75", gender = "female" } }
filters = [{ name = "Ha", thickness_mm = 3.0, glass = "N-BK7" }]
parts = [{ id = "m42_spacer_21" }]
"""


def test_a_wheel_inside_its_camera_adds_nothing_and_its_filter_shifts_the_focus(
    catalog: Catalog,
) -> None:
    lookup = CatalogLookup(catalog)

    question = parse_train(BUILT_IN + 'devices = [{ id = "qsi_600_wheel" }]', lookup)
    best = answer(question).stacks[0]

    assert [placed.part.id for placed in best.chain] == ["m42_spacer_21"]
    assert best.path_length_um == 56500
    # 3 mm of N-BK7 (n = 1.5168): 3 mm x (1 - 1/n) = 1.022 mm, of which 1 mm is there
    assert best.back_focus_error_um == pytest.approx(-22, abs=3)
    assert question.left_out == (
        "QSI 600 Series (wheel inside the camera) is inside the camera, whose distance counts it",
    )


def test_a_length_that_an_owner_states_stands_in_front_of_the_camera(catalog: Catalog) -> None:
    own = 'devices = [{ id = "qsi_600_wheel", optical_length_mm = 20.0 }]'

    question = parse_train(BUILT_IN + own, CatalogLookup(catalog))

    assert [device.part.optical_length_um for device in question.devices] == [20000]


def test_whoever_owns_every_part_there_is_gets_an_answer(catalog: Catalog) -> None:
    ids = [one.id for one in catalog.all(Part)]
    owned = ", ".join(f'{{ id = "{one}" }}' for one in ids)
    text = OPTIC % "M48x0.75" + 'camera = { id = "zwo_asi2600mm_pro" }\n'

    question = parse_train(text + f"parts = [{owned}]", CatalogLookup(catalog))

    assert question.parts
    assert any("its length is not known" in line for line in question.left_out)
    assert len(question.parts) + len(question.left_out) >= len(ids)


def test_every_entry_can_be_looked_up(catalog: Catalog) -> None:
    lookup = CatalogLookup(catalog)

    assert all(lookup.optic(one.id) for one in catalog.all(Optic))
    assert all(lookup.camera(one.id) for one in catalog.all(Camera))
    assert all(lookup.part(one.id) for one in catalog.all(Part))
    assert all(lookup.part(one.id) for one in catalog.all(FilterWheel))
    assert all(lookup.filter(one.id) for one in catalog.all(Filter))


def test_a_petzval_of_the_catalog_demands_nothing(catalog: Catalog) -> None:
    petzval = next(one for one in catalog.all(Optic) if one.requires_back_focus is False)
    text = (
        f'optic = {{ id = "{petzval.id}", thread = "M48x0.75", gender = "male" }}\n'
        'camera = { id = "zwo_asi2600mm_pro" }\n'
    )

    found = answer(parse_train(text, CatalogLookup(catalog)))

    assert found.stacks == ()
    assert found.room is not None
    assert "demands no distance" in room_words(found.question, found.room)


def test_a_ring_inside_an_adapter_adds_nothing_and_is_used_once(catalog: Catalog) -> None:
    # "T2-M48 16.5 + M48-M42" (tutorial): the ring turns the adapter's M48 into M42
    text = (
        OPTIC % "M42x0.75"
        + 'camera = { id = "zwo_asi2600mm_pro" }\n'
        + 'parts = [{ id = "zwo_t2_ext_21" }, { id = "zwo_m42m_m48f_16_5" },'
        + ' { id = "zwo_m48_m42_ring" }]\n'
    )

    best = answer(parse_train(text, CatalogLookup(catalog))).stacks[0]

    assert [placed.part.id for placed in best.chain] == [
        "zwo_m42m_m48f_16_5 with zwo_m48_m42_ring inside",
        "zwo_t2_ext_21",
    ]
    assert best.path_length_um == 55000


def test_a_ring_inside_a_drawer_lets_it_follow_an_m42_adapter(catalog: Catalog) -> None:
    # tutorial case 2.4: 16.5 + drawer 21 + 17.5
    text = (
        OPTIC % "M48x0.75"
        + 'camera = { id = "zwo_asi2600mm_pro" }\n'
        + 'devices = [{ id = "zwo_drawer_m48", kind = "drawer" }]\n'
        + 'filters = [{ device = "zwo_drawer_m48", thickness_mm = 1.5, index = 1.5 }]\n'
        + 'parts = [{ id = "zwo_m42m_m48f_16_5" }, { id = "zwo_m48_m42_ring" }]\n'
    )

    best = answer(parse_train(text, CatalogLookup(catalog))).stacks[0]

    names = [placed.part.id for placed in best.chain]
    assert sum("zwo_m48_m42_ring inside" in name for name in names) == 1
    assert {placed.part.base_id for placed in best.chain} == {
        "zwo_m42m_m48f_16_5",
        "zwo_drawer_m48",
    }
    assert (best.path_length_um, best.back_focus_error_um) == (55000, -500)


def test_one_ring_is_not_inside_two_hosts(catalog: Catalog) -> None:
    text = (
        OPTIC % "M42x0.75"
        + 'camera = { id = "zwo_asi2600mm_pro" }\n'
        + 'devices = [{ id = "zwo_drawer_m48", kind = "drawer" }]\n'
        + 'parts = [{ id = "zwo_m42m_m48f_16_5" }, { id = "zwo_m48_m42_ring", count = %d }]\n'
    )

    one = answer(parse_train(text % 1, CatalogLookup(catalog)))
    two = answer(parse_train(text % 2, CatalogLookup(catalog)))

    assert one.stacks == ()
    assert two.stacks[0].path_length_um == 55000


BOXED = (
    "boxes = true\n"
    + OPTIC % "M48x0.75"
    + 'camera = { id = "zwo_asi1600mm_pro" }\n'
    + 'devices = [{ id = "zwo_oag", kind = "guider" }, { id = "zwo_efw_8x125", kind = "wheel" }]\n'
)


def test_what_came_in_the_boxes_makes_the_published_56(catalog: Catalog) -> None:
    # 6.5 + 20 + 2 + 11 + 16.5 = 56: comments of the 55 mm tutorial
    best = answer(parse_train(BOXED, CatalogLookup(catalog))).stacks[0]

    assert [placed.part.id for placed in best.chain] == ["zwo_oag", "zwo_efw_8x125", "zwo_t2_t2_2"]
    assert best.camera.id == "as shipped (11 mm ring fitted)"
    assert best.path_length_um == 56000
    boxes = {placed.part.id: placed.part.box for placed in best.chain}
    assert boxes["zwo_t2_t2_2"] == 'came with ZWO EFW 8x1.25"/31 mm'


def test_a_ring_of_the_box_is_not_counted_twice(catalog: Catalog) -> None:
    loose = BOXED + "search = { tolerance_mm = 20 }\n"
    stacks = answer(parse_train(loose, CatalogLookup(catalog)), 100).stacks

    for stack in stacks:
        rings = [placed for placed in stack.chain if placed.part.id == "zwo_t2_ring_11"]
        assert len(rings) + stack.camera.added.count("zwo_t2_ring_11") <= 1
        # Put back where it was it makes the camera as it was shipped, which is a front of its own.
        assert not rings or stack.chain[-1] is not rings[0]
    assert {stack.camera.flange_distance_um for stack in stacks} == {6500, 17500}


def test_the_shop_has_what_is_missing(catalog: Catalog) -> None:
    text = BOXED.replace("boxes = true", "search = { shop = true, tolerance_mm = 1 }")

    best = answer(parse_train(text, CatalogLookup(catalog))).stacks[0]

    assert best.bought != ()
    assert abs(best.back_focus_error_um) <= 500


def test_a_camera_whose_sources_disagree_gets_both_answers(catalog: Catalog) -> None:
    text = OPTIC % "M48x0.75" + 'camera = { id = "zwo_asi183mm"%s }\n'

    question = parse_train(
        text % ', thread = "M42x0.75", gender = "female"', CatalogLookup(catalog)
    )

    camera = question.camera
    assert camera.disputed
    # 6.5 mm bare or 17.5 mm with the ring that its kin have on it; 12.5 mm by another source.
    assert [mount.flange_distance_um for mount in camera.mounts] == [6500, 17500, 12500]
    assert all("sources disagree" in (mount.note or "") for mount in camera.mounts)
    unsaid = parse_train(text % "", CatalogLookup(catalog)).camera
    fronts = [(mount.flange_distance_um, str(mount.port)) for mount in unsaid.mounts]
    assert fronts == [
        (6500, "M42x0.75 male"),
        (17500, "M42x0.75 female"),
        (12500, "M42x0.75 female"),
    ]
    assert all(mount.port.doubt for mount in unsaid.mounts)


def test_sources_that_count_a_ring_and_do_not_agree_about_the_camera(catalog: Catalog) -> None:
    camera = CatalogLookup(catalog).camera("zwo_asi533mm")

    assert camera is not None
    assert not camera.disputed
    assert [mount.flange_distance_um for mount in camera.mounts] == [6500, 17500]
    assert [str(mount.port) for mount in camera.mounts] == ["M42x0.75 male", "M42x0.75 female"]


@pytest.mark.parametrize("id", ["qhy_533m", "qhy_533c", "zwo_asi183mc"])
def test_no_stack_of_a_disputed_camera_is_exact(catalog: Catalog, id: str) -> None:
    text = OPTIC % "M48x0.75" + f'camera = {{ id = "{id}" }}\nsearch = {{ shop = true }}\n'

    found = answer(parse_train(text, CatalogLookup(catalog)), 2)

    verdicts = [verdict_words(found.question, stack) for stack in found.stacks]
    assert verdicts
    assert all("behind the camera's front: check" in verdict for verdict in verdicts)


def test_a_measured_flange_distance_wins_over_the_catalog(catalog: Catalog) -> None:
    camera = 'camera = { id = "zwo_asi2600mc_duo", flange_distance_mm = 17.4%s }\n'
    end = ', thread = "M54x0.75", gender = "female"'

    question = parse_train(OPTIC % "M48x0.75" + camera % end, CatalogLookup(catalog))

    assert [mount.flange_distance_um for mount in question.camera.mounts] == [17400]
    assert question.camera.diagonal_mm == pytest.approx(28.3, abs=0.1)
    unsaid = parse_train(OPTIC % "M48x0.75" + camera % "", CatalogLookup(catalog)).camera
    fronts = CatalogLookup(catalog).camera("zwo_asi2600mc_duo")
    assert fronts is not None
    nearest = min(fronts.mounts, key=lambda mount: abs(mount.flange_distance_um - 17_400))
    assert [(one.flange_distance_um, one.port) for one in unsaid.mounts] == [(17_400, nearest.port)]


def test_what_must_come_off_is_said(catalog: Catalog) -> None:
    camera = CatalogLookup(catalog).camera("zwo_asi1600mm_pro")

    assert camera is not None
    assert [mount.note for mount in camera.mounts if mount.flange_distance_um == 6500] == [
        "take off ZWO T2 ring 11 mm (M42F-M42F)"
    ]


def test_a_wheel_that_may_be_bolted_on_is_tried_bolted_on() -> None:
    question = parse_train(
        """
        [optic]
        required_back_focus_mm = 55.0
        thread = "M48x0.75"
        gender = "male"
        [camera]
        id = "zwo_asi2600mm_pro"
        [[devices]]
        id = "zwo_oag_l"
        kind = "guider"
        [[devices]]
        id = "zwo_efw_7x36"
        kind = "wheel"
        [[parts]]
        id = "zwo_m48_tilt_plate"
        """,
        CatalogLookup(load_catalog()),
    )

    best = answer(question).stacks[0]

    # An owner's rig sheet: plate 5 + OAG-L 17.5 + wheel 20 + bare camera 12.5 = 55.0.
    assert best.path_length_um == 55_000
    assert best.camera.flange_distance_um == 12_500
    assert [placed.part.id for placed in best.chain] == [
        "zwo_m48_tilt_plate",
        "zwo_oag_l",
        "zwo_efw_7x36",
    ]


def test_an_adjustable_flattener_says_what_to_set_it_to(catalog: Catalog) -> None:
    # 67.7 mm with the adjuster at zero: run out 12.7 mm it asks for the usual 55 mm.
    text = """
        boxes = true
        optic = { id = "wo_flat61a" }
        [camera]
        id = "zwo_asi2600mc_pro"
        mount_configuration = "as shipped (tilt plate fitted)"
        """

    found = answer(parse_train(text, CatalogLookup(catalog)))

    assert (found.problem.required_low_um, found.problem.required_high_um) == (54_800, 67_700)
    (best,) = [one for one in found.stacks if one.path_length_um == 55_000]
    assert adjuster_setting_um(found.question, best) == 12_700
    assert "run the adjuster of William Optics Flat61A adjustable flattener out to 12.7 mm" in (
        stack_words(found.question, best)
    )


def test_a_figure_of_something_else_and_a_length_with_a_part_contradict_nothing(
    catalog: Catalog,
) -> None:
    guider = CatalogLookup(catalog).part("zwo_oag_l")

    assert guider is not None
    assert guider.other_lengths_um == ()
    assert guider.length_doubt == "one weak source"


def test_what_is_said_to_be_the_figure_of_something_else_is_its_figure(catalog: Catalog) -> None:
    named = [
        (conflict.field, claim.value, claim.of)
        for entry in catalog.all(Part)
        for conflict in entry.conflicts
        for claim in conflict.values
        if claim.of is not None
    ]

    assert ("optical_length_mm", 16.5, "zwo_oag") in named
    for field, value, of in named:
        other = catalog.find(Part, of)
        assert getattr(other, field) == value
