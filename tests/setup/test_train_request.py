"""A train asked for by names."""

from dataclasses import replace
from typing import Any

import pytest

from rigd.catalog.catalog import Catalog, load_catalog
from rigd.catalog.train_parts import CatalogLookup
from rigd.errors import TrainError
from rigd.setup.lens_mount import lens_mount
from rigd.setup.train_request import readings_of, train_file_of
from rigd.train.advice import stack_words, target_words
from rigd.train.answer import TrainAnswer, answer, find_sold, train_to_show
from rigd.train.guide_camera import guide_camera_words
from rigd.train.merit import Criterion
from rigd.train.parts import UNKNOWN_PORT, may_join
from rigd.train.resolve import resolve
from rigd.train.room import room_words
from rigd.train.verdict import verdict_words
from rigd.view.train_request import TrainRequest

ESPRIT = {"optic": "Esprit 100", "camera": "ASI2600MM Pro"}
MONO = {**ESPRIT, "wheel": "EFW 7x36", "oag": "OAG-L", "filters": ("3 mm",)}


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


def ask(catalog: Catalog, **said: Any) -> TrainAnswer:
    file, _ = train_file_of(TrainRequest(**said), catalog)
    return answer(resolve(file, CatalogLookup(catalog)))


def said(found: TrainAnswer) -> str:
    """What stands in place of a stack."""
    assert found.room is not None
    return room_words(found.question, found.room)


def test_the_commonest_mono_rig_is_answered(catalog: Catalog) -> None:
    best = ask(catalog, **MONO).stacks[0]

    assert best.path_length_um == 56_000
    ids = [placed.part.id for placed in best.chain]
    assert ids == ["m48_spacer_1", "zwo_m48_tilt_plate", "zwo_oag_l", "zwo_efw_7x36"]
    assert best.bought == ("m48_spacer_1",)


def test_without_a_shop_only_what_is_in_the_boxes_counts(catalog: Catalog) -> None:
    best = ask(catalog, **MONO, shop=False).stacks[0]

    assert best.path_length_um == 55_000
    assert best.bought == ()


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


def test_a_single_missing_part_is_looked_up_in_the_catalog(catalog: Catalog) -> None:
    t2 = {"optic.thread": "T2", "optic.gender": "male"}

    found = ask(catalog, optic="55 mm", camera="ASI2600MM Pro", adjust=t2, shop=False)

    # 17.5 + 21 leave 16.5 mm between two T2 threads, to half a millimetre.
    assert found.explanation is not None
    adapter = found.explanation.adapters[0]
    assert adapter.optical_lengths_um[0] == 16_500
    assert [part.id for part in find_sold(found.question, adapter)] == ["m42_spacer_16"]


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


def test_of_several_ends_of_an_optic_the_one_that_does_best_is_taken(catalog: Catalog) -> None:
    # 55 mm from the T2 face, 57.5 mm from the M48 face. Guider with its ring, wheel, the ring of
    # 2 mm and the camera are 16.5 + 20 + 2 + 17.5 = 56 mm, at hand, for 55.69 mm from the T2 face.
    rig = {"camera": "ASI1600MM Pro", "oag": "ZWO OAG", "wheel": "EFW 8x1.25", "filters": ("2 mm",)}

    free = ask(catalog, optic="MPCC", **rig)
    m48 = ask(catalog, optic="MPCC", **rig, adjust={"optic.thread": "M48x0.75"})

    assert free.question.optic.measured_from == "T2 face"
    assert (free.stacks[0].path_length_um, free.stacks[0].bought) == (56_000, ())
    assert m48.question.optic.measured_from == "M48 face"
    assert abs(m48.stacks[0].path_length_um - 58_190) < 600


def test_a_body_with_a_bayonet_gets_its_ring(catalog: Catalog) -> None:
    best = ask(catalog, optic="Evostar 72ED 0.85x", camera="Canon 600D").stacks[0]

    assert best.path_length_um == 55_000
    assert best.bought == ("m48_ring_canon_ef",)


def test_a_figure_without_a_document_is_named_beside_the_answer(catalog: Catalog) -> None:
    epsilon = ask(catalog, optic="Epsilon 130D", camera="ASI2600MM Pro")
    horizon = ask(catalog, optic="C8 f/6.3", camera="Atik Horizon II")

    words = target_words(epsilon.question, epsilon.glass)
    assert "its back focus, 56 mm: assumed" in words
    assert horizon.stacks[0].camera.length_doubt == "assumed"


def test_what_the_maker_sets_is_said_where_no_distance_is_known(catalog: Catalog) -> None:
    found = ask(catalog, optic="Hyperstar 8", camera="ASI533MC Pro", filters=("3 mm",))

    assert found.stacks == ()
    assert "the maker supplies an adapter made for the camera" in said(found)
    assert "the glass wants" in said(found)


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


RASA = {"optic": "RASA 8", "drawer": "Baader FCCT"}


@pytest.mark.parametrize(("glass", "asks"), [("2 mm", None), ("4 mm", "more"), ("1 mm", "less")])
def test_a_part_that_its_maker_built_to_the_distance_needs_no_spacer(
    catalog: Catalog, glass: str, asks: str | None
) -> None:
    found = ask(catalog, **RASA, camera="QHY268M", filters=(glass,))

    assert "no other spacer belongs between" in said(found)
    assert ("the glass wants" in said(found)) == (asks is not None)
    assert asks is None or asks in said(found)


@pytest.mark.parametrize("camera", ["ASI2600MC Pro", "Canon Ra", "Atik 460EX"])
def test_what_its_maker_built_for_other_cameras_is_in_place_of_spacers_too(
    catalog: Catalog, camera: str
) -> None:
    found = ask(catalog, **RASA, camera=camera, filters=("2 mm",))

    assert "is in place of spacers, none belongs between" in said(found)
    assert "for QHY268M PH, QHY268C PH, QHY163M, QHY163C" in said(found)
    assert "no source says: ask the maker" in said(found)
    assert found.any_length is None
    assert [placed.device for placed in train_to_show(found)[1].chain] == [True]


def test_another_optic_gets_spacers_beside_the_makers_part(catalog: Catalog) -> None:
    found = ask(catalog, optic="RASA 11", drawer="Baader FCCT", camera="ASI2600MC Pro")

    assert found.question.set_by_maker is None
    assert "are left for it and the rings beside" in said(found)


@pytest.mark.parametrize(
    "words",
    [
        {"oag": "Celestron OAG", "camera": "ASI2600MM Pro"},
        {"wheel": "Player One Phoenix", "camera": "ASI2600MM Pro"},
        {"oag": "Player One OAG Max", "camera": "ASI6200MM Pro"},
    ],
)
def test_no_makers_bolts_are_taken_to_fit_what_another_made(
    catalog: Catalog, words: dict[str, str]
) -> None:
    found = ask(catalog, optic="Esprit 100", **words)

    assert found.any_length is not None
    shown = found.any_length.example.stack
    assert not shown.camera.port.is_bolted
    # With its front on, which no ring makes shorter, and not with the bolts of 12.5 mm.
    assert found.any_length.to_um <= 55_000 + 690 + 551 - 17_500


def test_an_unknown_end_takes_the_bolts_of_its_own_maker(catalog: Catalog) -> None:
    found = ask(catalog, optic="Esprit 100", camera="QHY600M", wheel="QHY CFW2-S")

    (bolted,) = [one for one in found.question.camera.mounts if one.port.is_bolted]
    assert may_join(found.question.devices[0].part.back, bolted.port)
    assert not may_join(UNKNOWN_PORT, bolted.port)


def test_a_distance_of_ones_own_comes_before_the_makers_adapter(catalog: Catalog) -> None:
    known = ask(catalog, optic="HyperStar 8", camera="ASI533MC Pro")
    own = {"optic.required_back_focus_mm": 24.0, "optic.end": "M42x0.75 male"}
    measured = ask(catalog, optic="HyperStar 8", camera="ASI533MC Pro", adjust=own)

    assert known.question.set_by_maker is not None
    assert measured.question.set_by_maker is None
    assert measured.stacks


def test_a_total_that_a_source_states_alone_counts_its_devices(catalog: Catalog) -> None:
    devices = {"oag": "Moravian OAG", "wheel": "Moravian external filter wheel"}

    both = ask(catalog, optic="FSQ-106ED", camera="Moravian C3-61000", **devices)
    one = ask(catalog, optic="FSQ-106ED", camera="Moravian C3-61000", oag="Moravian OAG")

    assert both.question.unmeasured == ()
    assert [mount.flange_distance_um for mount in both.question.camera.mounts] == [61_500]
    assert one.question.unmeasured == ("Moravian OAG for G3 and C3 cameras",)
    assert {mount.flange_distance_um for mount in one.question.camera.mounts} == {55_000}


def test_where_no_distance_is_demanded_an_unknown_length_is_named(catalog: Catalog) -> None:
    found = ask(catalog, optic="FSQ-106ED", camera="ASI2600MC Pro", oag="Celestron OAG")

    assert "what is known takes 17.5 mm of the 178 mm behind it" in said(found)
    assert "the length of Celestron OAG 93648 is not known" in said(found)


def test_a_threaded_end_adds_the_plate_that_it_needs(catalog: Catalog) -> None:
    lookup = CatalogLookup(catalog)
    guider = lookup.part("qhy_oag_m")

    assert guider is not None
    lengths = {str(one.front): guider.as_part("oag", one).optical_length_um for one in guider.faces}
    assert lengths["M54x0.75 female"] == 13_000
    assert lengths["62 mm 6-bolt"] == 10_000


def test_the_back_of_a_large_sct_is_offered(catalog: Catalog) -> None:
    found = ask(catalog, optic="EdgeHD 11 0.7x", camera="ASI2600MC Pro", oag="ZWO OAG-L")

    assert found.stacks[0].chain[0].part.id == "celestron_visual_back_m42"
    assert found.stacks[0].tolerance_class == 0


@pytest.mark.parametrize(
    ("part", "may_be_turned"),
    [
        pytest.param("m48_spacer_5", True, id="ring"),
        pytest.param("zwo_m42m_m48f_16_5", True, id="adapter"),
        pytest.param("t_ring_canon_ef", False, id="bayonet at one side"),
        pytest.param("zwo_oag_l", False, id="guider"),
        pytest.param("zwo_m48_tilt_plate", False, id="tilter"),
    ],
)
def test_rings_may_be_turned_round_and_devices_may_not(
    part: str, may_be_turned: bool, catalog: Catalog
) -> None:
    facts = CatalogLookup(catalog).part(part)

    assert facts is not None
    assert facts.reversible == may_be_turned


def test_a_ring_stands_turned_where_two_threads_meet_so(catalog: Catalog) -> None:
    devices = {"oag": "touptek_oag_l", "wheel": "touptek_afw", "filters": ("3 mm",)}

    best = ask(catalog, optic="CCDT67", camera="touptek_atr2600", **devices).stacks[0]

    # 86.035 mm: 85 mm and a third of 3 mm of glass.
    assert best.path_length_um == 86_000
    assert any(placed.turned for placed in best.chain)


@pytest.mark.parametrize(
    ("optic", "camera", "ring"),
    [
        ("FSQ-85", "Canon 600D", "t_ring_canon_ef"),
        ("NP101is", "Nikon D810A", "m48_ring_nikon_f"),
        ("SQA55", "Nikon D5300", "t_ring_nikon_f"),
        ("FSQ-130", "Canon Ra", "m48_ring_canon_rf"),
    ],
)
def test_a_body_behind_a_petzval_gets_its_ring(
    optic: str, camera: str, ring: str, catalog: Catalog
) -> None:
    found = ask(catalog, optic=optic, camera=camera)

    assert "demands no distance" in said(found)
    assert found.room is not None
    assert [placed.part.id for placed in found.room.joining] == [ring]
    assert found.room.stack.path_length_um == 55_000


def test_a_canon_lens_reaches_an_astronomy_camera(catalog: Catalog) -> None:
    best = ask(catalog, optic="Samyang 135 lens, Canon EF", camera="ASI533MC Pro").stacks[0]

    # 13 + 6.5 + 6.5 + 17.5: a lens for Canon wants 44 mm.
    assert best.path_length_um == 43_500
    assert best.chain[0].part.id == "pixco_ef_m42"


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


@pytest.mark.parametrize(
    ("depth_mm", "front", "end"),
    [
        pytest.param(17.5, "as shipped (tilt plate fitted)", "M42x0.75 female", id="as known"),
        pytest.param(17.8, "as shipped (tilt plate fitted)", "M42x0.75 female", id="near it"),
        pytest.param(12.0, "tilt plate removed, bolted to EFW/OAG", "ZWO bolt face", id="bolted"),
        pytest.param(15.0, "ZWO ASI2600MM Pro", "thread not known", id="between both"),
    ],
)
def test_a_depth_of_ones_own_is_that_of_the_nearest_front(
    depth_mm: float, front: str, end: str, catalog: Catalog
) -> None:
    found = ask(catalog, **ESPRIT, adjust={"camera.flange_distance_mm": depth_mm})

    (mount,) = found.question.camera.mounts
    assert (mount.id, str(mount.port)) == (front, end)
    assert mount.flange_distance_um == round(depth_mm * 1000)


def test_a_named_front_is_the_one_that_is_measured(catalog: Catalog) -> None:
    front = "tilt plate removed, bolted to EFW/OAG"
    own = {"camera.flange_distance_mm": 17.0, "camera.mount_configuration": front}

    (mount,) = ask(catalog, **ESPRIT, adjust=own).question.camera.mounts

    assert (mount.id, str(mount.port), mount.flange_distance_um) == (front, "ZWO bolt face", 17_000)


def test_where_one_part_more_would_do_nothing_is_said_to_come_off(catalog: Catalog) -> None:
    found = ask(catalog, **MONO, adjust={"optic.gender": "female"})

    assert found.explanation is not None
    assert found.explanation.adapters
    assert not found.explanation.nothing_helps
    assert found.explanation.reason.endswith("what joins the threads has to be shorter")


def test_ends_of_the_nearest_train_that_do_not_join_are_said(catalog: Catalog) -> None:
    devices = {"oag": "OAG-L", "wheel": "EFW mini", "rotator": "ZWO CAA"}
    found = ask(catalog, optic="Esprit 100", camera="ASI2600MC Pro", **devices)

    assert found.explanation is not None
    assert found.explanation.above is not None
    words = stack_words(found.question, found.explanation.above)
    assert any("M42x0.75 female of" in one and "do not join: an adapter" in one for one in words)


def test_the_everyday_rig_has_a_clear_answer(catalog: Catalog) -> None:
    found = ask(catalog, **MONO)

    assert verdict_words(found.question, found.stacks[0]) == "0.035 mm too short: fine as it is"


@pytest.mark.parametrize(
    ("optic", "camera"),
    [
        pytest.param("Esprit 120", "QHY600M", id="a front that nobody knows"),
        pytest.param("Esprit 100", "QHY600M", id="another telescope"),
        pytest.param("Esprit 120", "ASI6200MM Pro", id="a front that is known"),
    ],
)
def test_where_all_that_is_shown_is_dark_the_best_lit_train_stands_last(
    optic: str, camera: str, catalog: Catalog
) -> None:
    (reading, *_) = readings_of(TrainRequest(optic=optic, camera=camera), catalog)
    question = resolve(reading.file, CatalogLookup(catalog))
    order = (Criterion.TOLERANCE, Criterion.ILLUMINATION, Criterion.BUY, Criterion.PARTS)

    shown = answer(question, 3).stacks
    (bright,) = answer(replace(question, criteria=order), 1).stacks

    best_lit = max(stack.corner_illumination or 0.0 for stack in shown)
    assert best_lit >= min(0.75, bright.corner_illumination or 0.0)
    assert answer(question, 1).stacks == shown[:1]


def test_what_takes_the_place_of_spacers_is_missing_from_the_sum(catalog: Catalog) -> None:
    found = ask(catalog, **RASA, camera="ASI2600MC Pro", filters=("2 mm",))

    assert found.room is not None
    assert found.room.missing == ("Baader FCCT filter changer and camera tilter for the RASA 8",)


@pytest.mark.parametrize(
    ("devices", "nothing_helps"),
    [
        pytest.param({"wheel": "QHY CFW3-M ultra slim"}, False, id="two adapters are missing"),
        pytest.param({"oag": "QHY OAG-M", "wheel": "QHY CFW3-L"}, False, id="with a guider"),
        pytest.param(
            {"rotator": "ZWO CAA", "oag": "OAG-L", "wheel": "EFW mini"}, True, id="too long"
        ),
    ],
)
def test_only_what_no_part_cures_is_impossible(
    devices: dict[str, str], *, nothing_helps: bool, catalog: Catalog
) -> None:
    found = ask(catalog, optic="Esprit 100", camera="ASI2600MM Pro", **devices)

    assert found.explanation is not None
    assert found.explanation.nothing_helps == nothing_helps
