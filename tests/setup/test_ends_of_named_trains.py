"""How what is asked for by names joins: rings, plates, bayonets, bolts and fronts."""

import pytest

from rigd.catalog.catalog import Catalog
from rigd.catalog.train_parts import CatalogLookup
from rigd.train.advice import stack_words
from rigd.train.parts import UNKNOWN_PORT, may_join
from tests.setup.asked_train import ESPRIT, ask, said


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


def test_ends_of_the_nearest_train_that_do_not_join_are_said(catalog: Catalog) -> None:
    devices = {"oag": "OAG-L", "wheel": "EFW mini", "rotator": "ZWO CAA"}
    found = ask(catalog, optic="Esprit 100", camera="ASI2600MC Pro", **devices)

    assert found.explanation is not None
    assert found.explanation.above is not None
    words = stack_words(found.question, found.explanation.above)
    assert any("M42x0.75 female of" in one and "do not join: an adapter" in one for one in words)
