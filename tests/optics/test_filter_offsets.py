"""Predicted offsets: signs, one rounding, and no answer where one quantity is unknown."""

import dataclasses
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rigd.errors import TrainError
from rigd.optics.filter_offsets import (
    Direction,
    FocusOffset,
    Moves,
    OffsetState,
    SlotFilter,
    SlotKind,
    add_offsets,
    gain_of,
    predict_offsets,
)
from rigd.optics.glass import GLASSES
from rigd.units import round_half_away

L = SlotFilter(name="L", thickness_mm=2.0, index=1.5)
THICK = SlotFilter(name="Ha", thickness_mm=3.0, index=1.5)
EMPTY = SlotFilter(name="open", kind=SlotKind.EMPTY)


def offsets(
    *slots: SlotFilter,
    reference: int = 0,
    focal_ratio: float | None = None,
    gain: float | None = 1.0,
    step_size_um: float | None = 4.0,
    direction: Direction | None = Direction.OUTWARD,
) -> tuple[FocusOffset, ...]:
    return predict_offsets(
        slots,
        reference=reference,
        focal_ratio=focal_ratio,
        gain=gain,
        step_size_um=step_size_um,
        direction=direction,
    )


def test_thicker_glass_puts_the_focus_farther_behind_the_optic() -> None:
    _, thick = offsets(L, THICK)

    assert thick.focus_offset_um == pytest.approx(1000.0 / 3.0)
    assert thick.focus_offset_steps == 83
    assert thick.state is OffsetState.MODELLED


def test_a_focuser_that_counts_inward_gets_the_other_sign_and_the_same_micrometres() -> None:
    _, outward = offsets(L, THICK)
    _, inward = offsets(L, THICK, direction=Direction.INWARD)

    assert inward.focus_offset_um == outward.focus_offset_um
    assert outward.focus_offset_steps == 83
    assert inward.focus_offset_steps == -83


def test_the_reference_is_zero_exactly() -> None:
    reference = offsets(L, THICK, reference=1, gain=None, direction=None, step_size_um=None)[1]

    assert (reference.focus_offset_um, reference.focus_offset_steps) == (0.0, 0)
    assert reference.sd_um == 0.0


def test_an_empty_slot_is_an_offset_of_its_own() -> None:
    _, empty = offsets(THICK, EMPTY)

    assert empty.focus_offset_um == pytest.approx(-1000.0)
    assert empty.focus_offset_steps == -250


def test_halves_round_away_from_zero_after_the_direction() -> None:
    half = SlotFilter(name="half", thickness_mm=0.015, index=1.5)  # 5 µm: 2.5 steps of 2 µm

    _, outward = offsets(EMPTY, half, step_size_um=2.0)
    _, inward = offsets(EMPTY, half, step_size_um=2.0, direction=Direction.INWARD)

    assert (outward.focus_offset_steps, inward.focus_offset_steps) == (3, -3)


@pytest.mark.parametrize("kind", [SlotKind.OPAQUE, SlotKind.UNKNOWN])
def test_a_slot_without_a_filter_to_see_through_has_no_offset(kind: SlotKind) -> None:
    _, blind = offsets(L, SlotFilter(name="X", kind=kind))

    assert (blind.focus_offset_um, blind.focus_offset_steps) == (None, None)
    assert blind.state is OffsetState.NONE
    assert blind.reason is not None
    assert "'X'" in blind.reason


@pytest.mark.parametrize("kind", [SlotKind.OPAQUE, SlotKind.UNKNOWN])
def test_a_reference_without_a_filter_leaves_no_offset_at_all(kind: SlotKind) -> None:
    blind, other = offsets(SlotFilter(name="X", kind=kind), L)

    assert (blind.focus_offset_steps, other.focus_offset_steps) == (None, None)
    assert other.reason is not None
    assert "'X'" in other.reason


def test_an_unknown_thickness_is_named() -> None:
    unknown = SlotFilter(name="OIII", glass="N-BK7")

    _, own = offsets(L, unknown)
    _, other = offsets(unknown, L)

    assert own.reason == other.reason == "thickness of filter 'OIII' not known"
    assert own.focus_offset_um is other.focus_offset_um is None


@pytest.mark.parametrize(
    ("gain", "step_size_um", "direction", "names"),
    [
        pytest.param(None, 4.0, Direction.OUTWARD, "gain", id="gain"),
        pytest.param(1.0, None, Direction.OUTWARD, "step size", id="step-size"),
        pytest.param(1.0, 4.0, None, "direction", id="direction"),
    ],
)
def test_micrometres_stand_where_the_focuser_is_not_fully_known(
    gain: float | None, step_size_um: float | None, direction: Direction | None, names: str
) -> None:
    _, thick = offsets(L, THICK, gain=gain, step_size_um=step_size_um, direction=direction)

    assert thick.focus_offset_um == pytest.approx(1000.0 / 3.0)
    assert thick.focus_offset_steps is None
    assert thick.state is OffsetState.NONE
    assert thick.reason == f"focuser: {names} not known"


def test_unknown_glass_is_a_range_in_micrometres_and_no_steps() -> None:
    unknown = SlotFilter(name="OIII", thickness_mm=3.0, band_centre_nm=501.0)

    _, found = offsets(EMPTY, unknown)

    assert found.focus_offset_steps is None
    assert found.range_um is not None
    assert found.range_um == pytest.approx((945.2, 1125.0), abs=0.1)
    assert found.focus_offset_um == pytest.approx(1035.1, abs=0.1)
    assert found.sd_um is not None
    assert 50.0 < found.sd_um < 60.0
    assert found.reason == "glass of filter 'OIII' not known"


@pytest.mark.parametrize(
    ("band_centre_nm", "shift_um"),
    [(630.0, -4.4), (530.0, 1.4), (450.0, 8.8), (656.3, -5.5), (500.7, 3.7), (671.6, -6.1)],
)
def test_equal_thickness_is_not_parfocal(band_centre_nm: float, shift_um: float) -> None:
    luminance = SlotFilter(name="L", thickness_mm=3.0, glass="N-BK7", band_centre_nm=550.0)
    colour = SlotFilter(name="c", thickness_mm=3.0, glass="N-BK7", band_centre_nm=band_centre_nm)

    _, found = offsets(luminance, colour)

    assert found.focus_offset_um == pytest.approx(shift_um, abs=0.15)


@pytest.mark.parametrize(
    ("moves", "magnification", "reducer", "gain"),
    [
        pytest.param(Moves.DRAWTUBE, None, 1.0, 1.0, id="drawtube"),
        pytest.param(Moves.RIDING_REDUCER, 0.7, 1.0, 0.49, id="riding-reducer"),
        pytest.param(Moves.PRIMARY, 5.0, 1.0, 25.0, id="primary (Wilson 3.395)"),
        pytest.param(Moves.PRIMARY, 5.0, 0.7, 12.25, id="primary-and-reducer"),
        pytest.param(Moves.SECONDARY, 5.0, 1.0, 26.0, id="secondary"),
        pytest.param(Moves.PRIMARY, None, 1.0, None, id="primary-unknown"),
        pytest.param(Moves.LENS_RING, 1.0, 1.0, None, id="lens-ring"),
    ],
)
def test_gain_is_the_longitudinal_magnification(
    moves: Moves, magnification: float | None, reducer: float, gain: float | None
) -> None:
    assert gain_of(moves, magnification=magnification, reducer=reducer) == pytest.approx(gain)


def test_a_moving_primary_needs_few_steps() -> None:
    # LX200 14 in: 28 turns per inch, 200 steps per turn, secondary 5x, 0.7x reducer: 55.6 µm/step
    gain = gain_of(Moves.PRIMARY, magnification=5.0, reducer=0.7)

    _, thick = offsets(EMPTY, THICK, gain=gain, step_size_um=25400.0 / 28 / 200)

    assert thick.focus_offset_steps == 18


def test_a_tenth_of_bk7_is_eight_and_a_half_steps_of_four_micrometres() -> None:
    thin = SlotFilter(name="L", thickness_mm=2.0, index=1.5168)
    thick = SlotFilter(name="R", thickness_mm=2.1, index=1.5168)

    _, found = offsets(thin, thick)

    assert found.focus_offset_um == pytest.approx(34.07, abs=0.01)
    assert found.focus_offset_steps == 9


def test_wrong_input_is_named() -> None:
    with pytest.raises(TrainError, match="reference slot 2 is outside 0 to 1"):
        offsets(L, THICK, reference=2)
    with pytest.raises(TrainError, match="step_size_um: 0"):
        offsets(L, THICK, step_size_um=0.0)


def sold_as_one(name: str, thickness_mm: float = 3.0, band_nm: float | None = 656.3) -> SlotFilter:
    return SlotFilter(
        name=name, thickness_mm=thickness_mm, band_centre_nm=band_nm, series="Acme Pro 3nm"
    )


def test_filters_of_one_series_share_a_glass_that_nobody_knows() -> None:
    _, oiii = offsets(sold_as_one("Ha"), sold_as_one("OIII", band_nm=500.7), focal_ratio=5.0)

    assert oiii.state is OffsetState.MODELLED
    assert oiii.reason is None
    assert oiii.range_um is not None
    low_um, high_um = oiii.range_um
    for glass in GLASSES:
        known = (
            dataclasses.replace(one, glass=glass)
            for one in (sold_as_one("Ha"), sold_as_one("OIII", band_nm=500.7))
        )
        assert (
            low_um - 1e-9 <= (offsets(*known, focal_ratio=5.0)[1].focus_offset_um or 0) <= high_um
        )
    assert high_um - low_um < 10.0
    assert oiii.sd_um == pytest.approx(14.5, abs=1.0)  # two thicknesses of 0.03 mm


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"series": "Acme Basic"}, id="another-series"),
        pytest.param({"series": None}, id="no-series"),
    ],
)
def test_filters_of_different_series_may_be_of_any_two_glasses(other: dict[str, str]) -> None:
    _, oiii = offsets(sold_as_one("Ha"), dataclasses.replace(sold_as_one("OIII"), **other))

    assert oiii.focus_offset_steps is None
    assert oiii.reason == "glass of filter 'OIII' not known; glass of filter 'Ha' not known"
    assert (oiii.sd_um or 0) > 50.0


THICKNESS = st.floats(0.5, 5.0)
BAND = st.none() | st.floats(400.0, 700.0)
ONE = st.builds(
    SlotFilter,
    name=st.sampled_from("LRGB"),
    thickness_mm=THICKNESS,
    band_centre_nm=BAND,
    glass=st.sampled_from([*GLASSES]),
)
ALIKE = st.builds(
    SlotFilter,
    name=st.sampled_from("LRGB"),
    thickness_mm=THICKNESS,
    band_centre_nm=BAND,
    series=st.just("a series"),
)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(ONE, min_size=3, max_size=3) | st.lists(ALIKE, min_size=3, max_size=3),
    st.sampled_from([None, 2.5, 6.0]),
    st.sampled_from([*Direction]),
)
def test_offsets_agree_whichever_filter_they_refer_to(
    slots: list[SlotFilter], focal_ratio: float | None, direction: Direction
) -> None:
    """Offset of c from a is that of b from a and of c from b: no filter comes out differently."""
    by_reference = [
        offsets(*slots, reference=number, focal_ratio=focal_ratio, direction=direction)
        for number in range(3)
    ]

    for reference, found in enumerate(by_reference):
        assert (found[reference].focus_offset_um, found[reference].focus_offset_steps) == (0.0, 0)
        for one, other in ((0, 1), (1, 2), (2, 0)):
            direct = by_reference[one][other].focus_offset_um
            around = (found[other].focus_offset_um or 0) - (found[one].focus_offset_um or 0)
            assert direct == pytest.approx(around, abs=1e-6)
        assert all(slot.focus_offset_steps is not None for slot in found)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(ONE, min_size=2, max_size=4),
    st.lists(ONE | ALIKE, min_size=2, max_size=4),
    st.floats(-2.0, 2.0).filter(bool),
)
def test_two_filters_behind_each_other_add_exactly_and_are_rounded_once(
    front: list[SlotFilter], back: list[SlotFilter], per_um: float
) -> None:
    first, second = offsets(*front), offsets(*back)

    for one in first:
        for other in second:
            both = add_offsets("pair", 0, (one, other), per_um)
            known = one.focus_offset_steps is not None and other.focus_offset_steps is not None
            um = (one.focus_offset_um or 0) + (other.focus_offset_um or 0)
            assert both.focus_offset_um == um
            assert both.focus_offset_steps == (round_half_away(um * per_um) if known else None)
            assert both.sd_um == math.hypot(one.sd_um or 0, other.sd_um or 0)


@settings(deadline=None, max_examples=60)
@given(st.lists(ALIKE, min_size=2, max_size=5))
def test_no_prediction_lies_outside_its_range(slots: list[SlotFilter]) -> None:
    for found in offsets(*slots):
        assert found.range_um is not None
        low_um, high_um = found.range_um
        assert low_um - 1e-9 <= (found.focus_offset_um or 0.0) <= high_um + 1e-9


def test_of_an_unknown_glass_it_is_said_that_the_micrometres_are_no_more_than_a_middle() -> None:
    unknown = SlotFilter(name="X", thickness_mm=2.0)

    _, blind = offsets(L, unknown)
    _, known = offsets(L, SlotFilter(name="R", thickness_mm=2.0, glass="N-BK7"))

    assert (blind.glass_known, known.glass_known) == (False, True)
