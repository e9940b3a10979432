"""The picture of a train: valid, to scale, named in words, readable by day, night and on paper."""

import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from rigd.errors import TrainError
from rigd.train.answer import answer, train_to_show
from rigd.train.corner_light import light_words
from rigd.train.drawing import describe, draw_full_size, draw_stack
from rigd.train.drawing_text import PLAIN, TITLE
from rigd.train.drawing_words import subtitle_of
from rigd.train.train_file import parse_train, read_train_file
from tests.train import drawn_labels
from tests.train.drawn_labels import SVG, crossings, overlaps
from tests.train.drawn_trains import (
    ADJUSTABLE,
    BARE,
    BOLTED,
    GAP,
    KINDS,
    LARGE_SCT,
    LONG_NAME,
    SHIM,
    TOO_LONG,
    UNKNOWN,
    asked,
    crowded,
    nested_ring,
    rings,
)

PORT = "guide_face_mm = 20\nguide_slide_mm = 10\n"
GUIDE_CAMERA = '[guide_camera]\nname = "small camera"\nflange_distance_mm = 12.5\n'
DOCS = Path(__file__).parents[2] / "docs"
TRAINS = sorted((DOCS / "trains").glob("*.toml"))
TUTORIAL = sorted((DOCS / "tutorial-55mm").glob("*.svg"))


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314  # our own text


def drawn(text: str) -> ET.Element:
    question, stack, _ = asked(text)
    return parsed(draw_stack(question, stack))


def printed(text: str) -> ET.Element:
    question, stack, _ = asked(text)
    return parsed(draw_full_size(question, stack))


def words_of(root: ET.Element) -> str:
    return " ".join(e.text or "" for e in root.iter(f"{SVG}text"))


def shapes(root: ET.Element, css: str) -> list[ET.Element]:
    return [e for e in root.iter() if e.get("class") == css]


def size(element: ET.Element, name: str) -> float:
    return float(element.get(name, 0))


@pytest.mark.parametrize("path", TRAINS, ids=lambda path: path.stem)
def test_every_train_is_drawn_as_valid_xml(path: Path) -> None:
    found = answer(read_train_file(path))

    for stack in found.stacks:
        root = parsed(draw_stack(found.question, stack))
        numbers = [e.text for e in root.iter(f"{SVG}text") if e.get("class") == "digit middle"]
        assert numbers.count(str(len(stack.chain) + 1)) == 2  # in the section and in the table
        assert overlaps(root) == []
        assert crossings(root) == []


@pytest.mark.parametrize("draw", [draw_stack, draw_full_size])
@pytest.mark.parametrize("named", [False, True], ids=["short", "long"])
@pytest.mark.parametrize("kind", KINDS)
def test_no_text_lies_over_text_or_under_a_line(kind: str, named: bool, draw) -> None:  # type: ignore[no-untyped-def]
    text = KINDS[kind]
    if named:
        text = re.sub(r'(\[(optic|camera)\]\nname = ")[^"]*', rf"\1{LONG_NAME}", text)
    question, stack, _ = asked(text)

    root = parsed(draw(question, stack))

    assert overlaps(root) == []
    assert crossings(root) == []


def test_no_text_lies_over_text_in_a_crowd() -> None:
    root = drawn(crowded())

    assert overlaps(root) == []
    assert crossings(root) == []


@pytest.mark.parametrize("path", TUTORIAL, ids=lambda path: path.stem)
def test_no_text_lies_over_text_in_the_tutorial(path: Path) -> None:
    root = parsed(path.read_text(encoding="utf-8"))

    assert overlaps(root) == []
    assert crossings(root) == []


def test_the_measure_finds_what_overlaps() -> None:
    root = parsed(
        f'<svg xmlns="{SVG[1:-1]}" viewBox="0 0 99 50"><text class="small" x="5" y="20">over</text>'
        '<text class="small" x="20" y="22">under</text><polyline points="6,0 6,40"/></svg>'
    )

    assert overlaps(root) == [("over", "under")]
    assert crossings(root) == ["over"]


@pytest.mark.parametrize("letters", [PLAIN, TITLE], ids=lambda letters: letters.css)
def test_no_letter_is_wider_than_the_layout_takes_it_for(letters) -> None:  # type: ignore[no-untyped-def]
    widths = drawn_labels.BOLD if letters.bold else drawn_labels.REGULAR

    taken = {letter: letters.width_of(letter) / letters.size for letter in widths}
    assert {letter for letter, width in widths.items() if taken[letter] < width} == set()


def test_words_break_between_words_and_a_number_keeps_its_unit() -> None:
    lines = PLAIN.wrap("a plate of 12.5 mm and a_word_that_is_wider_than_the_room", 100.0)

    assert lines[:2] == ("a plate of", "12.5 mm and")
    assert "".join(lines[2:]) == "a_word_that_is_wider_than_the_room"
    assert all(PLAIN.width_of(line) <= 100.0 for line in lines)


def test_the_picture_is_to_scale() -> None:
    root = drawn(BOLTED)
    boxes = shapes(root, "device")
    glass = shapes(root, "glass")[0]

    guider, wheel = size(boxes[0], "width"), size(boxes[2], "width")

    assert wheel / guider == pytest.approx(20.0 / 17.5, abs=0.01)
    assert size(glass, "width") / wheel == pytest.approx(2.0 / 20.0, abs=0.01)


def test_the_words_say_what_the_picture_shows() -> None:
    question, stack, _ = asked(BARE)

    words = describe(question, stack)

    root = drawn(BARE)
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}desc") == words
    assert "M48 to T2 adapter, 16.5 mm, M48x0.75 female to M42x0.75 male" in words
    assert "Together 55 mm, required 55 mm" in words


def test_parts_are_named_with_where_they_lie() -> None:
    words = words_of(drawn(BARE))

    assert "M48 to T2 adapter" in words
    assert "came with the camera" in words
    assert "drawer 3, behind" in words


def test_a_camera_is_named_with_how_it_is_opened() -> None:
    front = '\n[[camera.mounts]]\nname = "tilt plate off"\nflange_distance_mm = 17.5\n'
    front += 'thread = "M42x0.75"\ngender = "female"\n'
    text = BARE.replace('flange_distance_mm = 17.5\nthread = "M42x0.75"\ngender = "female"\n', "")
    text = text.replace("sensor_diagonal_mm = 28.3\n", f"sensor_diagonal_mm = 28.3\n{front}")

    assert "0.8x flattener to APS-C camera, tilt plate off: 55 mm" in words_of(drawn(text))


def test_bolts_are_drawn_where_parts_are_bolted() -> None:
    joints = 3

    assert len(shapes(drawn(BOLTED), "bolt")) == 4 * joints + 1  # heads and shanks; the axle
    assert shapes(drawn(BARE), "bolt") == []


def test_the_guide_camera_has_its_distance_from_the_prism() -> None:
    # 9 to the guider's back, 32.5 behind it, less what 2 mm of glass take of that.
    root = drawn(BOLTED)

    assert len(shapes(root, "prism")) == 1
    assert "guide camera: 40.8 mm from prism to sensor" in words_of(root)


def test_a_guide_camera_is_named_with_how_far_it_slides_out() -> None:
    text = BOLTED.replace("prism_from_back_mm = 9\n", "prism_from_back_mm = 9\n" + PORT)
    words = words_of(drawn(f"{text}\n{GUIDE_CAMERA}"))

    assert "small camera: 40.8 mm from prism to sensor slide it out by 8.3 mm" in words


def test_a_filter_is_drawn_as_wide_as_its_size_with_its_cell_in_the_light() -> None:
    text = BOLTED.replace("thickness_mm = 2\n", 'thickness_mm = 2\nsize = "31 mm"\n')
    root = drawn(text)

    glass, wheel = shapes(root, "glass")[0], shapes(root, "device")[2]
    scale = size(wheel, "width") / 20.0
    assert size(glass, "height") / scale == pytest.approx(31.0, abs=0.1)
    assert "31 mm filters vignette" in words_of(root)


LOOSE_FILTER = """
[optic]
name = "flattener"
required_back_focus_mm = 56
tolerance_mm = 1
thread = "M42x0.75"
gender = "male"
[camera]
name = "cam"
flange_distance_mm = 17.5
thread = "M42x0.75"
gender = "female"
sensor_diagonal_mm = 28.3
[[parts]]
id = "tube"
optical_length_mm = 38.5
front = "M42x0.75 female"
back = "M42x0.75 male"
[[filters]]
name = "L"
thickness_mm = 3
"""


def test_a_filter_that_nothing_holds_is_drawn_where_there_is_room_and_that_is_said() -> None:
    root = drawn(LOOSE_FILTER)

    (glass,) = shapes(root, "glass somewhere")
    scale = size(glass, "width") / 3.0
    (cone,) = shapes(root, "cone somewhere")  # f/5 is assumed
    left = float(str(cone.get("points")).split(",")[0])
    middle_mm = (size(glass, "x") + size(glass, "width") / 2.0 - left) / scale
    assert middle_mm == pytest.approx(38.5 / 2.0, abs=0.1)
    words = words_of(root)
    assert "L is drawn where there is room: nobody says what holds it" in words


def test_subtitle_and_notes_agree_about_the_light_in_the_corners() -> None:
    question, stack, _ = asked(LOOSE_FILTER.replace("28.3", "33"))

    subtitle = subtitle_of(question, stack)
    (said,) = (words for words in light_words(question, stack) if "corners get" in words)
    # At 56 mm the cone is 5.6 mm in radius, 16.5 mm from the axis, and the bore 20.594 mm: by the
    # formula of two circles 0.909 of it passes.
    assert "91%" in said
    assert "corner light from 91% (f/5 assumed, unknown openings as wide as their" in subtitle
    assert "not known" not in subtitle


def test_where_the_prism_is_not_known_its_place_is_left_open() -> None:
    words = words_of(drawn(BOLTED.replace("prism_from_back_mm = 9\n", "")))

    assert "guide camera: 31.8 mm + p from prism to sensor" in words
    assert "p: from the middle of the prism to the camera side of the guider" in words


def test_what_is_assumed_or_not_known_is_marked_at_its_joint() -> None:
    root = drawn(UNKNOWN)

    words = words_of(root)
    assert words.count("thread not known: check") == 3
    assert "M42x0.75 female (assumed)" in words
    assert len(shapes(root, "doubt")) == 3
    assert shapes(drawn(BARE), "doubt") == []


def test_a_gap_is_drawn_as_wide_as_what_is_missing() -> None:
    root = drawn(GAP)

    gap, wheel = shapes(root, "gap")[0], shapes(root, "device")[0]
    assert size(gap, "width") / size(wheel, "width") == pytest.approx(34.7 / 20.0, abs=0.01)
    words = words_of(root)
    assert "72.2 mm required: 37.5 mm of parts, 34.7 mm missing" in words
    assert "gap: M56x1 male and M54x0.75 female do not join" in words
    assert "gap: M54x0.75 female and M42x0.75 female do not join" in words


def test_a_train_that_is_too_long_is_drawn_with_where_the_sensor_should_be() -> None:
    words = words_of(drawn(TOO_LONG))

    assert "37.5 mm given" in words
    assert "30 mm required" in words


def test_a_shim_is_drawn_at_a_thread() -> None:
    root = drawn(SHIM)

    assert len(shapes(root, "shim")) == 2
    assert "add shims of 0.8 mm" in words_of(root)
    assert shapes(drawn(BARE), "shim") == []


def test_an_adjustable_optic_has_its_setting() -> None:
    assert "set it to 59 mm of 56 to 66 mm" in words_of(drawn(ADJUSTABLE))


def test_a_built_in_adjuster_has_the_setting_of_its_scale() -> None:
    question, stack, _ = asked(ADJUSTABLE)
    optic = replace(question.optic, back_focus_um=66_000, adjuster_zero_um=66_000)

    words = words_of(parsed(draw_stack(replace(question, optic=optic), stack)))

    assert "run it out to 7 mm of 0 to 10 mm" in words


def test_a_ring_inside_another_part_is_drawn_in_it() -> None:
    root = parsed(draw_stack(*nested_ring()))

    assert len(shapes(root, "ring")) == 2
    assert "Filter drawer, M48" in words_of(root)
    assert "inside it: M48 to T2 ring" in words_of(root)


def test_thin_rings_keep_their_numbers_and_lengths_apart() -> None:
    root = drawn(rings(8))

    numbers = [e for e in root.iter(f"{SVG}text") if "digit" in e.get("class", "")][:10]
    assert [e.text for e in numbers] == [str(n) for n in range(1, 11)]
    across = [size(e, "x") for e in numbers]
    assert across == sorted(across)


def test_dark_colours_are_for_screens_alone() -> None:
    style = drawn(BARE).findtext(f"{SVG}style") or ""

    assert "@media screen and (prefers-color-scheme: dark)" in style


def test_names_are_escaped(tmp_path: Path) -> None:
    text = BARE.replace('"T2 extender, 21 mm"', '"T2 <extender> & more"')

    assert "T2 <extender> & more" in words_of(drawn(text))


def test_on_paper_a_millimetre_is_a_millimetre() -> None:
    root = printed(BOLTED)

    width_mm = float((root.get("width") or "").removesuffix("mm"))
    unit_mm = width_mm / float((root.get("viewBox") or "").split()[2])
    guider, _, wheel, _ = (size(box, "width") * unit_mm for box in shapes(root, "device"))
    assert (guider, wheel) == (pytest.approx(17.5, abs=0.02), pytest.approx(20.0, abs=0.02))
    assert float((root.get("height") or "").removesuffix("mm")) <= 190.0
    assert "print at 100 %: this is 100 mm" in words_of(root)


def test_on_paper_every_part_is_named_where_the_table_has_no_room() -> None:
    words = words_of(printed(rings(8)))

    assert "telescope side → camera side" not in words
    assert "1: adapter" in words
    assert "number 7 of its set" in words


def test_a_train_that_no_sheet_holds_is_refused_with_both_sizes() -> None:
    text = LARGE_SCT.replace("= 146", "= 246").replace("= 85", "= 185")

    with pytest.raises(TrainError, match=r"at 1:1 the drawing takes 294 mm by \d+ mm; a sheet"):
        printed(text)


def test_a_length_about_which_sources_disagree_is_marked_in_the_table() -> None:
    question = parse_train(BARE)
    (mount,) = question.camera.mounts
    disputed = replace(mount, other_lengths_um=(mount.flange_distance_um + 500,))
    other = replace(question, camera=replace(question.camera, mounts=(disputed,)))

    plain, marked = (draw_stack(*train_to_show(answer(one))) for one in (question, other))

    assert "(disputed)" not in plain
    assert marked.count("(disputed)") == 1
