"""How good a stack is, in a few words."""

from dataclasses import replace

import pytest

from rigd.train.advice import target_words
from rigd.train.answer import TrainAnswer, answer
from rigd.train.train_file import parse_train
from rigd.train.verdict import contested_words, verdict_words

TRAIN = """
[optic]
required_back_focus_mm = {back_focus_mm}
tolerance_mm = 1
focal_ratio = 5
thread = "M42x0.75"
gender = "male"
[camera]
name = "cam"
flange_distance_mm = {flange_mm}
thread = "M42x0.75"
gender = "female"
sensor_diagonal_mm = {diagonal_mm}
[[parts]]
id = "tube"
optical_length_mm = 37.5
front = "M42x0.75 female"
back = "M42x0.75 male"
clear_aperture_mm = 40
"""


def ask(
    back_focus_mm: float = 55, diagonal_mm: float = 16, flange_mm: object = 17.5
) -> TrainAnswer:
    return answer(
        parse_train(
            TRAIN.format(back_focus_mm=back_focus_mm, diagonal_mm=diagonal_mm, flange_mm=flange_mm)
        )
    )


def verdict(found: TrainAnswer) -> str:
    return verdict_words(found.question, found.stacks[0])


@pytest.mark.parametrize(
    ("back_focus_mm", "said"),
    [
        (55.0, "exact"),
        (55.4, "0.4 mm too short: fine as it is"),
        (54.2, "0.8 mm too long: within the tolerance"),
        (56.5, "1.5 mm too short"),
    ],
)
def test_a_stack_is_fine_within_half_a_tolerance(back_focus_mm: float, said: str) -> None:
    assert verdict(ask(back_focus_mm)) == said


@pytest.mark.parametrize(
    ("back_focus_mm", "said"),
    [
        (55.0, "exact in length, but the corners get 14% of their light"),
        (55.4, "0.4 mm too short: fine in length, but the corners get 14% of their light"),
    ],
)
def test_dark_corners_are_not_fine(back_focus_mm: float, said: str) -> None:
    # 17.5 mm before the sensor the cone is 1.75 mm in radius, centred 21.65 mm from the axis, and
    # the bore of M42x0.75 20.594 mm: by the formula of two circles 0.136 of it passes.
    assert verdict(ask(back_focus_mm, diagonal_mm=43.3)) == said


def test_each_of_several_depths_of_a_camera_is_a_condition() -> None:
    found = ask(flange_mm=[17.5, 17.0])

    first, second = (verdict_words(found.question, stack) for stack in found.stacks)
    assert first == "exact if the sensor is 17.5 mm behind the camera's front: check"
    assert second.endswith("fine if the sensor is 17 mm behind the camera's front: check")
    assert contested_words(found.question, found.stacks[0]) == [
        "sources disagree about cam: measure before you buy; by all that they say the train is"
        " 54.5 to 55 mm"
    ]


def test_a_length_in_conflict_makes_no_stack_exact() -> None:
    found = ask()
    (stack,) = found.stacks
    (placed,) = stack.chain
    part = replace(placed.part, other_lengths_um=(36_000, 38_000))
    doubtful = replace(stack, chain=(replace(placed, part=part),))

    assert verdict_words(found.question, doubtful) == "exact if the marked lengths are right"
    (said,) = contested_words(found.question, doubtful)
    assert said.endswith("the train is 53.5 to 55.5 mm")


def test_a_back_focus_in_conflict_makes_no_stack_exact() -> None:
    found = ask()
    optic = replace(found.question.optic, other_back_foci_um=(57_000,))

    question = replace(found.question, optic=optic)

    assert verdict_words(question, found.stacks[0]) == "exact if the back focus is right"


def test_a_back_focus_and_a_length_in_conflict_are_both_conditions() -> None:
    found = ask()
    (stack,) = found.stacks
    optic = replace(found.question.optic, other_back_foci_um=(57_000,))
    camera = replace(stack.camera, other_lengths_um=(18_000,))

    said = verdict_words(replace(found.question, optic=optic), replace(stack, camera=camera))

    assert said == "exact if the back focus and the marked lengths are right"


@pytest.mark.parametrize(
    ("plane", "is_inside"),
    [
        ("the lenses", True),
        ("from the glass per owner (4 mm inside the housing edge)", True),
        ("lens rear, not the T face", True),
        ("lens mount", False),
        ("M48 shoulder", False),
        ("rear of the flattener housing", False),
        (None, False),
    ],
)
def test_what_counts_from_the_glass_is_fine_only_where_the_end_is_level_with_it(
    plane: str | None, is_inside: bool
) -> None:
    found = ask()
    optic = replace(found.question.optic, measured_from=plane)
    question = replace(found.question, optic=optic)

    condition = " if the end is level with the glass that the distance counts from"
    said = verdict_words(question, found.stacks[0])
    assert said == f"exact{condition if is_inside else ''}"
    words = target_words(question, found.glass)
    assert any("how far its glass lies" in one for one in words) == is_inside
