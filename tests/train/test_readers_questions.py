"""Questions that people asked in public, with the answers they got; each names its source."""

import pytest

from rigd.optics.back_focus import Plate, required_path_length
from rigd.optics.filter_offsets import Direction, SlotFilter, SlotKind, predict_offsets
from rigd.train.answer import TrainAnswer, answer
from rigd.train.connection import End, Gender, may_mate
from rigd.train.train_file import parse_train
from rigd.units import mm_from_um


def ask(
    parts: dict[float, str],
    *,
    camera: tuple[float, str],
    optic: tuple[float, str] = (55.0, "M48x0.75 male"),
    filter_mm: float = 0.0,
    tolerance_mm: float = 0.5,
) -> TrainAnswer:
    """Parts as {length: "front/back"}; short for M42x0.75 f/m: "f/m"."""

    def end(text: str) -> str:
        return {"f": "M42x0.75 female", "m": "M42x0.75 male"}.get(text, text)

    lines = [
        f"optic = {{ required_back_focus_mm = {optic[0]}, end = '{optic[1]}' }}",
        f"camera = {{ flange_distance_mm = {camera[0]}, end = '{end(camera[1])}' }}",
        f"search = {{ tolerance_mm = {tolerance_mm} }}",
    ]
    if filter_mm:
        lines.append(f"filters = [{{ thickness_mm = {filter_mm}, index = 1.52 }}]")
    for length_mm, ends in parts.items():
        front, back = ends.split("/")
        lines += [
            "[[parts]]",
            f"id = '{length_mm:g}'",
            f"optical_length_mm = {length_mm}",
            f"front = '{end(front)}'",
            f"back = '{end(back)}'",
        ]
    return answer(parse_train("\n".join(lines)))


def used(found: TrainAnswer) -> list[float]:
    return [mm_from_um(placed.part.optical_length_um) for placed in found.stacks[0].chain]


ADAPTER = "M48x0.75 female/m"


def test_an_asi174_gets_the_11_mm_ring_to_match_cooled_cameras() -> None:
    # ZWO's answer below the 55 mm tutorial: 6.5 + 11 = 17.5, then 37.5 remain
    found = ask({11.0: "f/f", 21.0: "f/m", 16.5: ADAPTER}, camera=(6.5, "m"))

    assert used(found) == [16.5, 21.0, 11.0]
    assert found.stacks[0].path_length_um - 6500 - 11000 == 37500


def test_an_asi178_reaches_55_with_5_and_21_and_16_5() -> None:
    # the tutorial says so: 12.5 mm of the camera and 42.5 mm of rings
    found = ask({5.0: "f/m", 21.0: "f/m", 16.5: ADAPTER}, camera=(12.5, "f"))

    assert sorted(used(found)) == [5.0, 16.5, 21.0]
    assert found.stacks[0].back_focus_error_um == 0


def test_the_9_mm_ring_that_a_reader_proposed() -> None:
    # tutorial comments: 56 with the 11 mm ring is right for 55 and 3 mm of glass; 54 with 9 is not
    parts = {20.0: "f/f", 2.0: "m/m", 11.0: "f/f", 9.0: "f/f", 16.5: ADAPTER}

    with_glass = ask(parts, camera=(6.5, "m"), filter_mm=3.0)

    assert sorted(used(with_glass)) == [2.0, 11.0, 16.5, 20.0]
    assert with_glass.stacks[0].path_length_um == 56000


def test_the_esprit_150_adapter_has_the_right_sign() -> None:
    # iceinspace.com.au t-161676: 34.83 (34.2 was the first answer, with the sign wrong)
    found = ask(
        {34.2: "M82x1 female/m", 34.83: "M82x1 female/m"},
        camera=(61.5, "f"),
        optic=(96.0, "M82x1 male"),
        filter_mm=1.0,
    )

    assert used(found) == [34.83]


def test_a_c11_with_a_3_mm_filter_needs_147_5() -> None:
    # ap-gto.groups.io 78877
    required = required_path_length(146500, [Plate(name="Chroma", thickness_mm=3.0, index=1.52)])

    assert mm_from_um(required.middle_um) == pytest.approx(147.5, abs=0.1)


def test_the_sony_lens_adapter_leaves_a_millimetre() -> None:
    # AstroAdapt's inventory: 18.5 + 35.5 = 54.0
    optic = (55.0, "M42x0.75 male")

    found = ask({35.5: "f/m"}, camera=(18.5, "f"), optic=optic, tolerance_mm=0.3)

    assert found.explanation is not None
    assert found.explanation.below is not None
    assert found.explanation.below.path_length_um == 54000
    assert found.explanation.shim_um == 1000


def test_the_takahashi_reducer_is_1_1_short() -> None:
    # netofstarsblog.blogspot.com 2022-08: 72.2 needed, 32.5 + 12.1 + 16.5 + 10 = 71.1
    found = ask(
        {12.1: "M56x1 female/M48x0.75 male", 16.5: ADAPTER, 10.0: "f/m"},
        camera=(32.5, "f"),
        optic=(72.2, "M56x1 male"),
    )

    assert found.stacks == ()
    assert found.explanation is not None
    assert found.explanation.below is not None
    assert found.explanation.below.back_focus_error_um == -1100


def test_the_56_mm_duo_is_a_third_of_a_millimetre_long_with_2_mm_filters() -> None:
    # an owner's rig sheet: 12.5 + 5 + 20 + 16.5 + 2 = 56.0, "about +0.3 mm net"
    required = required_path_length(55000, [Plate(name="f", thickness_mm=2.0, index=1.52)])

    assert mm_from_um(56000 - required.middle_um) == pytest.approx(0.3, abs=0.1)


def test_the_qhy268_with_guider_and_plate_is_55() -> None:
    # photonenfangen.de counts 12.5 + 17.5 + 10 + 10 + 5
    parts = {17.5: "f/m", 10.0: "f/m", 10.001: "f/m", 5.0: ADAPTER}

    assert sorted(used(ask(parts, camera=(12.5, "f")))) == [5.0, 10.0, 10.001, 17.5]


def test_a_2_mm_luminance_moves_the_focus_by_two_thirds_of_a_millimetre() -> None:
    # Moravian's G3 manual: about 660 µm ("1/3 of the glass thickness")
    slots = (
        SlotFilter(name="none", kind=SlotKind.EMPTY),
        SlotFilter(name="L", thickness_mm=2.0, glass="N-BK7", band_centre_nm=550.0),
    )

    luminance = predict_offsets(
        slots,
        reference=0,
        focal_ratio=8.0,
        gain=1.0,
        step_size_um=1.0,
        direction=Direction.OUTWARD,
    )[1]

    assert luminance.focus_offset_um == pytest.approx(660.0, abs=25.0)


def test_an_offset_between_two_filters_is_the_difference_of_theirs() -> None:
    # FocusMax help: C = 0, R = +8, I = -38: from R to I the focuser goes -46
    slots = (
        SlotFilter(name="C", thickness_mm=3.0, index=1.5),
        SlotFilter(name="R", thickness_mm=3.024, index=1.5),
        SlotFilter(name="I", thickness_mm=2.886, index=1.5),
    )

    _, red, infrared = predict_offsets(
        slots,
        reference=0,
        focal_ratio=None,
        gain=1.0,
        step_size_um=1.0,
        direction=Direction.OUTWARD,
    )

    assert (red.focus_offset_steps, infrared.focus_offset_steps) == (8, -38)


def test_an_old_lens_thread_does_not_go_onto_a_t2_ring() -> None:
    # tutorial and Baader: M42x1 screws in a turn and strips
    lens = End(standard="M42x1", gender=Gender.MALE)

    assert not may_mate(lens, End(standard="M42x0.75", gender=Gender.FEMALE))
