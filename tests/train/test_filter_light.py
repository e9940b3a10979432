"""Filters are openings inside what holds them: what they leave of the corner's light."""

import pytest

from rigd.errors import TrainError
from rigd.optics.vignetting import Cone
from rigd.setup.filter_words import is_filter_spelt_out, take_apart
from rigd.train.advice import target_words
from rigd.train.answer import TrainAnswer, answer
from rigd.train.corner_light import light_range
from rigd.train.filter_light import filter_light_words, filter_lights
from rigd.train.filter_size import FilterSize, find_filter_size, opening_of
from rigd.train.train_file import parse_train
from rigd.view.to_json import to_json
from rigd.view.train_report import train_report

APS_C, FULL_FRAME = 28.3, 43.27


def ask(
    *,
    diagonal_mm: float | None,
    ratio: float | None = 5.0,
    filters: str,
    flange_mm: float = 12.5,
    wheel_mm: float = 20.0,
    pupil_mm: float | None = None,
    focal_length_mm: float | None = None,
) -> TrainAnswer:
    optic = {"focal_ratio": ratio, "exit_pupil_mm": pupil_mm, "focal_length_mm": focal_length_mm}
    figures = "\n".join(f"{key} = {value}" for key, value in optic.items() if value is not None)
    return answer(
        parse_train(f"""
[optic]
required_back_focus_mm = {flange_mm + wheel_mm}
tolerance_mm = 2
thread = "M68x1"
gender = "male"
{figures}
[camera]
flange_distance_mm = {flange_mm}
thread = "M68x1"
gender = "female"
clear_aperture_mm = 100
{"" if diagonal_mm is None else f"sensor_diagonal_mm = {diagonal_mm}"}
[[devices]]
id = "wheel 8x"
kind = "wheel"
optical_length_mm = {wheel_mm}
front = "M68x1 female"
back = "M68x1 male"
clear_aperture_mm = 100
[[filters]]
thickness_mm = 0
index = 1.5
{filters}
""")
    )


def said(found: TrainAnswer) -> list[str]:
    return filter_light_words(found.question, found.stacks[0])


def limits(found: TrainAnswer) -> tuple[float | None, float | None]:
    (light,) = filter_lights(found.question, found.stacks[0])
    return light.least, light.most


def test_the_bore_of_a_cell_is_that_of_its_thread() -> None:
    # ISO 68-1: 28.5 - 1.0825 * 0.6 and 48 - 1.0825 * 0.75
    openings = [opening_of(size) for size in (FilterSize.INCH_1_25, FilterSize.INCH_2)]

    assert [one.opening_um for one in openings] == [27_851, 47_188]
    assert opening_of(FilterSize.MM_50_SQUARE).opening_um == 50_000
    assert all(one.is_nominal for one in openings)


def test_the_light_is_that_between_the_faces_of_the_wheel() -> None:
    # The corner lies on the rim of the opening, 10 mm from the axis. At f/1 the cone is 5 mm in
    # radius 10 mm before the sensor, where the two circles share 35.077 of 78.540 mm², and 10 mm
    # in radius 20 mm before it, where they share (2 pi/3 - sqrt(3)/2) of pi.
    found = ask(
        diagonal_mm=20, ratio=1, filters="clear_aperture_mm = 20", flange_mm=10, wheel_mm=10
    )

    (light,) = filter_lights(found.question, found.stacks[0])

    assert light.least == pytest.approx(0.39100, abs=1e-5)
    assert light.brightest == pytest.approx(0.44661, abs=1e-5)
    (words,) = said(found)
    assert words.startswith("filters of 20 mm vignette a sensor of 20.0 mm diagonal at f/1: 39 to")
    assert "45% of the light reaches the corners, depending on where in wheel 8x" in words
    assert words.endswith(
        "telecentric light assumed, the exit pupil is not known; clear width 20 mm"
    )


def test_a_mounted_2_inch_filter_on_full_frame() -> None:
    # Two circles: the cone 2.75 mm in radius, the opening 23 mm, 21.635 mm apart: 79 %.
    found = ask(
        diagonal_mm=FULL_FRAME,
        filters="size = '2 inch'\nclear_aperture_mm = 46",
        flange_mm=27.5,
        wheel_mm=0,
    )

    (light,) = filter_lights(found.question, found.stacks[0])
    assert light.least == pytest.approx(0.794, abs=0.001)


@pytest.mark.parametrize("ratio", [4, 5, 7])
def test_36_mm_filters_on_full_frame_warn(ratio: float) -> None:
    (words,) = said(ask(diagonal_mm=FULL_FRAME, ratio=ratio, filters="size = '36 mm'"))

    assert words.startswith(f"36 mm filters vignette a full-frame sensor at f/{ratio}: 0")
    assert words.endswith("clear width assumed: 36 mm, their nominal size")


@pytest.mark.parametrize(
    ("diagonal_mm", "size"), [(APS_C, "36 mm"), (APS_C, "2 inch"), (16.0, "1.25 inch")]
)
def test_where_all_light_passes_nothing_is_said(diagonal_mm: float, size: str) -> None:
    found = ask(diagonal_mm=diagonal_mm, filters=f"size = '{size}'")

    assert said(found) == []


def test_1_25_inch_filters_on_aps_c_warn_with_a_range() -> None:
    found = ask(diagonal_mm=APS_C, filters="size = '1.25 inch'", focal_length_mm=500)

    least, most = limits(found)
    (words,) = said(found)
    assert least is not None
    assert most is not None
    # Telecentric, at the wheel's camera side: circles of 1.25 and 13.9255 mm, 14.15 mm apart.
    assert least == pytest.approx(0.377, abs=0.001)
    # With the pupil at 500 mm, at its far side: of 3.25 and 13.9255 mm, 13.23 mm apart.
    assert most == pytest.approx(0.611, abs=0.001)
    assert f"{least * 100:.0f} to {most * 100:.0f}% of the light" in words
    assert "where the exit pupil lies" in words
    assert "27.85 mm, the bore of their cells' thread" in words


def test_a_known_exit_pupil_leaves_the_place_alone() -> None:
    found = ask(diagonal_mm=APS_C, filters="size = '1.25 inch'", pupil_mm=500)

    (words,) = said(found)
    assert "depending on where in wheel 8x they stand; clear" in words


def test_the_beam_that_is_assumed_for_the_tolerance_is_that_of_the_light() -> None:
    known = ask(diagonal_mm=APS_C, ratio=5, filters="size = '1.25 inch'")
    small = ask(diagonal_mm=APS_C, ratio=None, filters="size = '1.25 inch'")
    large = ask(diagonal_mm=APS_C, ratio=None, filters="size = '36 mm'")

    assert limits(small) == limits(known)
    (words,) = said(small)
    assert "vignette an APS-C sensor at f/5 (assumed): 38 to 43% of the light" in words
    assert said(large) == []
    assert small.problem is not None
    assert small.problem.cone == Cone(diagonal_mm=APS_C, focal_ratio=5.0)
    data = to_json(train_report(small))
    assert data["beam_assumed"] == ["f/5"]
    assert data["stacks"][0]["corner_illumination"] is None  # type: ignore[index]  # a list in JSON


def test_a_sensor_that_nobody_knows_is_taken_to_be_aps_c_and_that_is_said() -> None:
    found = ask(diagonal_mm=None, ratio=4, filters="size = '1.25 inch'")

    assert limits(found) == limits(ask(diagonal_mm=28.3, ratio=4, filters="size = '1.25 inch'"))
    told = target_words(found.question, found.glass)
    assert [words for words in told if words.startswith("assumed: the sensor of camera is 28.3 mm")]
    assert to_json(train_report(found))["beam_assumed"] == ["APS-C (28.3 mm)"]


def test_filters_count_in_the_light_of_the_whole_train() -> None:
    nominal = ask(diagonal_mm=APS_C, filters="size = '1.25 inch'", focal_length_mm=500)
    known = ask(diagonal_mm=APS_C, filters="clear_aperture_mm = 26", focal_length_mm=500)

    assert light_range(nominal.question, nominal.stacks[0]) == (None, limits(nominal)[1])
    assert light_range(known.question, known.stacks[0]) == limits(known)
    stack = to_json(train_report(known))["stacks"][0]  # type: ignore[index]  # a list in JSON
    assert stack["corner_illumination"] is None
    (filters,) = stack["filters"]
    assert (filters["opening_mm"], filters["opening_is_nominal"]) == (26, False)
    assert [filters["least"], filters["most"]] == stack["corner_illumination_range"]


@pytest.mark.parametrize(
    ("words", "size"),
    [
        ('1.25"', FilterSize.INCH_1_25),
        ("1.25 inch", FilterSize.INCH_1_25),
        ("1,25 in", FilterSize.INCH_1_25),
        ("2''", FilterSize.INCH_2),
        ("36mm", FilterSize.MM_36),
        ("50 mm square", FilterSize.MM_50_SQUARE),
        ("3 mm", None),
        ("36", None),
        ("37 mm", None),
    ],
)
def test_sizes_as_people_say_them(words: str, size: FilterSize | None) -> None:
    assert find_filter_size(words) == size


@pytest.mark.parametrize(
    ("words", "row"),
    [
        ("3 mm", {"thickness_mm": 3.0}),
        ("36 mm", {"size": "36mm"}),
        ("1.25 inch, 2 mm", {"size": "1.25in", "thickness_mm": 2.0}),
        ("2 mm fused silica 36 mm", {"size": "36mm", "thickness_mm": 2.0, "glass": "fused silica"}),
        ("50 mm square 3 mm", {"size": "50mm_square", "thickness_mm": 3.0}),
        ("36 mm,3 mm", {"size": "36mm", "thickness_mm": 3.0}),
        ("1,25 inch", {"size": "1.25in"}),
        ("1.25", {"size": "1.25in"}),
        ("36", {"size": "36mm"}),
        ("3", {"thickness_mm": 3.0}),
        ("1.85", {"thickness_mm": 1.85}),
    ],
)
def test_a_filter_is_spelt_out_by_size_thickness_and_glass(
    words: str, row: dict[str, object]
) -> None:
    assert take_apart(words).row() == row
    assert is_filter_spelt_out(words)


def test_2_alone_may_be_inches_or_millimetres() -> None:
    assert not is_filter_spelt_out("2")


def test_a_name_may_carry_its_size() -> None:
    found = take_apart("Antlia 3nm Pro Ha, 36 mm")

    assert (found.rest, found.size) == ("Antlia 3nm Pro Ha", FilterSize.MM_36)
    assert not is_filter_spelt_out("Antlia 3nm Pro Ha, 36 mm")


def test_a_size_that_nobody_sells_is_named() -> None:
    with pytest.raises(TrainError, match=r"filters\[0\]\.size"):
        ask(diagonal_mm=APS_C, filters="size = '37 mm'")


def in_wheel(size: str) -> TrainAnswer:
    """An APS-C sensor at f/5 with a ring of 16.5 mm, before the wheel or behind it."""
    return answer(
        parse_train(f"""
search = {{ full_light_only = true }}
[optic]
required_back_focus_mm = 49
focal_ratio = 5
tolerance_mm = 2
end = "M68x1 male"
[camera]
flange_distance_mm = 12.5
end = "M68x1 female"
sensor_diagonal_mm = {APS_C}
[[devices]]
id = "wheel"
kind = "wheel"
optical_length_mm = 20
front = "M68x1 female"
back = "M68x1 male"
[[filters]]
size = "{size}"
thickness_mm = 0
[[parts]]
id = "ring"
optical_length_mm = 16.5
front = "M68x1 female"
back = "M68x1 male"
""")
    )


def test_a_filter_that_darkens_the_corners_is_refused_where_only_full_light_will_do() -> None:
    # The light at the wheel's telescope side: 28.3 mm + 32.5 mm / 5 = 34.8 mm; 38.1 mm with the
    # ring behind it.
    lit, dark = in_wheel("36 mm"), in_wheel("31 mm")

    assert [placed.part.id for placed in lit.stacks[0].chain] == ["ring", "wheel"]
    assert dark.stacks == ()
    assert dark.explanation is not None
    assert dark.explanation.reason.startswith(
        "every train that fits darkens the corners: the filter in wheel, 31 mm wide, leaves"
    )
