"""Where the guide camera must stand: both sensors are in focus, as far from the prism."""

import pytest

from rigd.catalog.catalog import load_catalog
from rigd.catalog.train_parts import CatalogLookup
from rigd.setup.named_train import answer_request
from rigd.train.advice import target_words
from rigd.train.answer import TrainAnswer, answer
from rigd.train.guide_camera import guide_camera_of, guide_camera_words
from rigd.train.train_file import parse_train
from rigd.view.to_json import to_json
from rigd.view.train_report import train_report
from rigd.view.train_request import TrainRequest

CATALOG = load_catalog()
TRAIN = """
[optic]
required_back_focus_mm = 55
tolerance_mm = 2
thread = "M42x0.75"
gender = "male"
[camera]
flange_distance_mm = 12.5
thread = "M42x0.75"
gender = "female"
[[devices]]
id = "oag"
name = "Guider"
kind = "guider"
optical_length_mm = 22.5
front = "M42x0.75 female"
back = "M42x0.75 male"
%s
[[devices]]
id = "wheel"
name = "Wheel 7x"
kind = "wheel"
optical_length_mm = 20
front = "M42x0.75 female"
back = "M42x0.75 male"
[[filters]]
thickness_mm = 3
index = 1.5
"""
GUIDE = """
[guide_camera]
name = "Mini"
flange_distance_mm = 12.5
"""


def ask(guider: str = "", more: str = "") -> TrainAnswer:
    return answer(parse_train(TRAIN % guider + more, CatalogLookup(CATALOG)))


def said(found: TrainAnswer) -> list[str]:
    return guide_camera_words(found.question, found.stacks[0])


def test_a_known_prism_gives_its_distance() -> None:
    # 9 + 20 + 12.5 = 41.5 mm to the main sensor, less 3 (1 - 1/1.5) = 1 mm for the filter.
    (words,) = said(ask("prism_from_back_mm = 9"))

    assert words == (
        "guide camera: its sensor must stand 40.5 mm from the middle of the prism of Guider:"
        " as far as the main sensor, less 1 mm for the glass between"
    )


def test_an_unknown_prism_leaves_the_relative_rule() -> None:
    (words,) = said(ask())

    assert "as far from the prism as the main sensor, less 1 mm for the glass between" in words
    assert "31.5 mm plus the way from the prism's middle to the camera side of Guider" in words
    assert "no source states: measure it (the main sensor is 32.5 mm behind that side)" in words


@pytest.mark.parametrize(
    ("slide", "ending"),
    [
        # The camera's face belongs 40.5 - 12.5 = 28 mm from the prism.
        ("", "28 mm from the prism: slide the guide port out by 3 mm"),
        ("guide_slide_mm = 5", "slide the guide port out by 3 mm; 2 mm of its 5 mm are left"),
        ("guide_slide_mm = 2", "an extender of at least 1 mm is missing before the camera"),
    ],
)
def test_the_slide_that_is_left(slide: str, ending: str) -> None:
    found = ask(f"prism_from_back_mm = 9\nguide_face_mm = 25\n{slide}", GUIDE)

    assert said(found)[1].startswith("Mini (12.5 mm from its face to its sensor)")
    assert said(found)[1].endswith(ending)


def test_a_port_that_begins_too_far_out_is_said() -> None:
    found = ask("prism_from_back_mm = 9\nguide_face_mm = 30", GUIDE)

    assert "slid in it stands 2 mm too far out" in said(found)[1]
    guide = guide_camera_of(found.question, found.stacks[0])
    assert guide is not None
    assert guide.fronts[0].is_in_reach is False


def test_json_has_the_same_lengths() -> None:
    guider = "prism_from_back_mm = 9\nguide_face_mm = 25\nguide_slide_mm = 5"
    stack = to_json(train_report(ask(guider, GUIDE)))["stacks"][0]  # type: ignore[index]  # a list

    place = stack["guide_camera"]
    assert (place["camera"], place["from_prism_mm"]) == ("Mini", 40.5)
    (front,) = place["fronts"]
    assert front["face_from_prism_mm"] == 28
    assert (front["slide_out_mm"], front["slide_left_mm"]) == (3, 2)


def test_a_camera_of_the_catalog_says_each_of_its_fronts() -> None:
    found = ask("", '[guide_camera]\nid = "zwo_asi120mm_mini"\n')

    # Its two published distances, 8.5 and 12.5 mm, off 31.5 mm behind the guider.
    assert ["belongs 23 mm plus that way" in words for words in said(found)[1:]] == [True, False]
    assert "belongs 19 mm plus that way" in said(found)[2]


def test_a_guide_camera_without_a_guider_is_left_out_and_the_rest_is_answered() -> None:
    text = TRAIN.replace('kind = "guider"', 'kind = "other"') % ""

    found = answer(parse_train(text + GUIDE))

    assert found.stacks
    said = target_words(found.question, found.glass)
    assert [words for words in said if "needs an off-axis guider" in words]
    assert not [words for words in said if words.startswith("guide camera")]


def test_a_guider_behind_the_filters_guides_through_them() -> None:
    parts = (TRAIN % "").split("[[devices]]")
    tail = parts[2].partition("[[filters]]")
    swapped = "[[devices]]".join([parts[0], tail[0], parts[1] + tail[1] + tail[2]])

    found = answer(parse_train(swapped))

    assert "Guider stands behind Wheel 7x: it guides through its filter" in target_words(
        found.question, found.glass
    )
    # No glass is between its prism and the main sensor.
    assert "as far from the prism as the main sensor: 12.5 mm plus" in said(found)[0]


def test_a_filter_in_any_device_before_the_guider_is_said() -> None:
    text = (TRAIN % "").replace('kind = "guider"', 'kind = "other"')
    text = text.replace('name = "Wheel 7x"\nkind = "wheel"', 'name = "Wheel 7x"\nkind = "guider"')
    text = text.replace("[[filters]]", '[[filters]]\ndevice = "oag"')

    found = answer(parse_train(text))

    assert "Wheel 7x stands behind Guider: it guides through its filter" in target_words(
        found.question, found.glass
    )


def test_the_diagram_of_both_cameras_is_one_question() -> None:
    request = TrainRequest(
        optic="55 mm",
        camera="ASI2600MM Pro",
        oag="ZWO OAG-L",
        wheel="EFW 7x36",
        filters=("3 mm",),
        guide_camera="ASI120MM Mini",
    )

    report = to_json(answer_request(request, CATALOG).train)

    place = report["stacks"][0]["guide_camera"]  # type: ignore[index]  # a list in JSON
    assert place["camera"] == "ZWO ASI120MM Mini"
    assert place["main_sensor_behind_guider_mm"] == 32.5
    assert [front["flange_distance_mm"] for front in place["fronts"]] == [8.5, 12.5]
