"""What camera and devices leave where no spacer is asked for, or where a length is not known."""

import pytest

from rigd.catalog.catalog import Catalog, load_catalog
from rigd.catalog.train_parts import CatalogLookup
from rigd.train.answer import TrainAnswer, answer
from rigd.train.drawing import draw_stack
from rigd.train.guide_camera import guide_camera_words
from rigd.train.question import TrainQuestion
from rigd.train.room import Room, room_words
from rigd.train.spacer_search import Stack
from rigd.train.train_file import parse_train
from rigd.view.train import UnspacedTrain
from rigd.view.train_report import train_report
from tests.train.drawn_trains import (
    BARE,
    NO_DISTANCE,
    PETZVAL,
    PETZVAL_LONG,
    UNMEASURED,
    UNMEASURED_CAMERA,
    UNMEASURED_TOO_LONG,
)


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


def ask(text: str) -> tuple[TrainAnswer, Room]:
    found = answer(parse_train(text))
    assert found.room is not None
    return found, found.room


def test_a_train_of_which_every_length_is_known_has_stacks_instead() -> None:
    assert answer(parse_train(BARE)).room is None


@pytest.mark.parametrize(
    ("text", "taken_um", "limit_um", "left_um", "missing"),
    [
        pytest.param(UNMEASURED, 27_500, 55_000, 27_500, 1, id="a device"),
        pytest.param(UNMEASURED_TOO_LONG, 27_500, 20_000, -7_500, 1, id="too long"),
        pytest.param(UNMEASURED_CAMERA, 0, 55_000, 55_000, 1, id="the camera"),
        pytest.param(PETZVAL, 27_500, 55_000, 27_500, 1, id="no demand"),
        # 10 + 20 + 17.5, and 2/3 mm of room more for 2 mm of glass that is assumed (n = 1.53).
        pytest.param(PETZVAL_LONG, 47_500, 155_690, 108_190, 0, id="no demand, all is known"),
        pytest.param(NO_DISTANCE, 27_500, None, None, 1, id="no distance known"),
    ],
)
def test_what_is_left_is_the_limit_less_all_that_is_known(
    text: str, taken_um: int, limit_um: int | None, left_um: int | None, missing: int
) -> None:
    _, room = ask(text)

    assert room.stack.path_length_um == taken_um
    assert (room.limit_um, room.left_um) == (limit_um, left_um)
    assert len(room.missing) == missing


def test_the_sentence_names_the_part_and_how_long_it_may_be() -> None:
    said = {text: room_words(*_question_and_room(text)) for text in (UNMEASURED, PETZVAL)}

    assert said[UNMEASURED] == (
        "the length of Rotator of an unknown length is not known: look it up or measure it; what is"
        " known takes 27.5 mm of 55 mm without spacers, 27.5 mm are left for it and the rings"
        " beside"
    )
    assert said[PETZVAL].startswith("0.8x flattener demands no distance: only make sure")
    assert said[PETZVAL].endswith("27.5 mm are left: any length up to that will do for it")
    too_long = room_words(*_question_and_room(UNMEASURED_TOO_LONG))
    assert too_long.endswith(
        "what is known takes 27.5 mm of 20 mm without spacers, 7.5 mm too much already"
    )


def _question_and_room(text: str) -> tuple[TrainQuestion, Room]:
    found, room = ask(text)
    return found.question, room


def test_no_distance_is_said_of_a_guide_camera_behind_which_a_length_is_missing() -> None:
    found, room = ask(UNMEASURED)

    (words,) = guide_camera_words(found.question, room.stack)

    assert words.endswith("as the main sensor: how far, depends on Rotator of an unknown length")


def test_the_part_is_drawn_as_long_as_the_room_and_hatched() -> None:
    found, room = ask(UNMEASURED)

    drawn = draw_stack(found.question, room.stack)

    assert drawn.count('class="unknown"') == 2
    assert "length unknown: up to 27.5" in drawn
    assert "55 mm required: 27.5 mm left (green)" in drawn
    assert 'class="unknown"' not in draw_stack(*_drawn(PETZVAL_LONG))


def _drawn(text: str) -> tuple[TrainQuestion, Stack]:
    found, room = ask(text)
    return found.question, room.stack


def test_no_limit_is_drawn_where_nobody_knows_one() -> None:
    drawn = draw_stack(*_drawn(NO_DISTANCE))

    assert 'class="need"' not in drawn
    assert "required length not known" in drawn


def test_the_report_has_the_parts_with_what_is_not_known() -> None:
    found, _ = ask(UNMEASURED)

    report = train_report(found)

    assert isinstance(report, UnspacedTrain)
    assert [part.optical_length_mm for part in report.room.parts] == [10.0, None]
    assert (report.room.limit_mm, report.room.left_mm) == (55.0, 27.5)
    assert report.room.missing == ("Rotator of an unknown length",)


def test_nothing_comes_off_a_camera_that_no_distance_asks_to(catalog: Catalog) -> None:
    def front(more: str) -> str:
        text = f'optic = {{ id = "gso_rc8" }}\ncamera = {{ id = "zwo_asi2600mm_pro" }}\n{more}'
        found = answer(parse_train(text, CatalogLookup(catalog)))
        assert found.room is not None
        return found.room.stack.camera.id

    assert front("") == "as shipped (tilt plate fitted)"
    assert front('devices = [{ id = "zwo_oag_l" }]') == "tilt plate removed, bolted to EFW/OAG"


@pytest.mark.parametrize(
    ("optic", "camera", "path_um", "joining"),
    [
        # 11 + 44; 8.5 + 46.5: T-rings make 55 of every body.
        pytest.param("wo_redcat51", "canon_eos_600d", 55_000, ["m48_ring_canon_ef"], id="T-ring"),
        pytest.param("askar_65phq", "nikon_d5300", 55_000, ["t_ring_nikon_f"], id="end unknown"),
        pytest.param("wo_redcat51", "zwo_asi533mc_pro", 34_000, ["zwo_m42m_m48f_16_5"], id="M48"),
        pytest.param("gso_cc", "canon_eos_600d", 55_000, ["t_ring_canon_ef"], id="no distance"),
        pytest.param("tak_fsq106_native", "zwo_asi533mc_pro", 17_500, [], id="fits"),
    ],
)
def test_where_no_distance_asks_for_a_length_the_threads_are_joined_all_the_same(
    optic: str, camera: str, path_um: int, joining: list[str], catalog: Catalog
) -> None:
    text = f'optic = {{ id = "{optic}" }}\ncamera = {{ id = "{camera}" }}\nboxes = true\n'
    text += "[search]\nshop = true\n"

    found = answer(parse_train(text, CatalogLookup(catalog)))

    assert found.room is not None
    assert [placed.part.id for placed in found.room.joining] == joining
    assert found.room.stack.path_length_um == path_um


def test_ends_that_nothing_joins_are_named() -> None:
    alone = BARE.split("[[parts]]")[0].replace("required_back_focus_mm = 55", 'kind = "petzval"')

    report = train_report(answer(parse_train(alone)))

    assert report.words[0].endswith("camera and devices take 17.5 mm without spacers")
    assert (
        "M48x0.75 male of 0.8x flattener and M42x0.75 female of APS-C camera do not join: an"
        " adapter has to go between, and the catalog has none" in report.words
    )
