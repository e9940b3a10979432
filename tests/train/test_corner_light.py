"""What is said of the corner's light: a range, with what it depends on."""

import pytest

from rigd.train.answer import answer
from rigd.train.corner_light import light_range, light_words
from rigd.train.train_file import parse_train

TRAIN = """
[optic]
required_back_focus_mm = 55
focal_ratio = %s
focal_length_mm = 400
thread = "M48x0.75"
gender = "male"
%s
[camera]
flange_distance_mm = 17.5
thread = "M42x0.75"
gender = "female"
sensor_diagonal_mm = 43.3
[[parts]]
id = "tube"
optical_length_mm = 37.5
front = "M48x0.75 female"
back = "M42x0.75 male"
"""


def said_of(ratio: float, more: str = "") -> tuple[list[str], tuple[float | None, float | None]]:
    found = answer(parse_train(TRAIN % (ratio, more)))
    limits = light_range(found.question, found.stacks[0])
    assert limits is not None
    return light_words(found.question, found.stacks[0]), limits


def test_where_pupil_and_openings_are_not_known_the_range_says_what_it_depends_on() -> None:
    (said,), (least, most) = said_of(5)

    # Full frame behind M42: a corner lies at 21.65 mm, the thread leaves 20.6 mm.
    assert least is None
    assert most is not None
    assert said.startswith("the corners get 14% (telecentric)")
    assert f"to {most:.0%} (exit pupil at the focal length)" in said
    assert said.endswith("openings that are not known are taken as wide as their threads")


def test_a_known_exit_pupil_leaves_one_figure() -> None:
    (said,), (_, most) = said_of(5, "exit_pupil_mm = 150")

    assert said.startswith(f"the corners get up to {most:.0%} of their light")


@pytest.mark.parametrize("ratio", [5, 10])
def test_a_small_sensor_gets_all_of_it_in_silence(ratio: float) -> None:
    small = TRAIN.replace("43.3", "16")

    found = answer(parse_train(small % (ratio, "")))

    assert light_words(found.question, found.stacks[0]) == []
