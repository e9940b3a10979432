"""Indices as the makers print them; a plate moves the focus away from the optic."""

import pytest

from rigd.errors import TrainError
from rigd.optics.glass import focus_shift_um, index_interval, index_of, plate_shift_um, ray_shift_um


@pytest.mark.parametrize(
    ("glass", "wavelength_nm", "index", "tolerance"),
    [
        pytest.param("N-BK7", 587.6, 1.5168, 1e-5, id="Schott nd"),
        pytest.param("D263T eco", 587.6, 1.523303, 2e-5, id="Schott D263T nd"),
        pytest.param("fused silica", 587.6, 1.45846, 2e-5, id="Malitson 1965"),
        pytest.param("BK7", 656.3, 1.51432, 2e-5, id="Schott nC"),
        pytest.param("Borofloat 33", 587.6, 1.4715, 1e-3, id="Borofloat nd"),
        pytest.param("B270", 587.56, 1.5230, 1e-9, id="B270 at a table point"),
        pytest.param("B270", 672.4, 1.5199, 3e-4, id="B270 beyond its last point"),
    ],
)
def test_an_index_is_the_one_its_maker_prints(
    glass: str, wavelength_nm: float, index: float, tolerance: float
) -> None:
    assert index_of(glass, wavelength_nm) == pytest.approx(index, abs=tolerance)


@pytest.mark.parametrize(
    ("glass", "thickness_mm", "shift_mm"),
    [
        pytest.param("N-BK7", 3.0, 1.0221, id="BK7 3 mm"),
        pytest.param("N-BK7", 2.0, 0.6814, id="BK7 2 mm"),
        pytest.param("N-BK7", 1.0, 0.3407, id="BK7 1 mm"),
        pytest.param("B270", 2.0, 0.6868, id="B270 2 mm"),
    ],
)
def test_paraxial_shift_is_the_closed_form(
    glass: str, thickness_mm: float, shift_mm: float
) -> None:
    shift_um = plate_shift_um(thickness_mm, index_of(glass, 587.6))

    assert shift_um / 1000 == pytest.approx(shift_mm, abs=2e-4)


def test_three_millimetres_of_index_one_and_a_half_shift_by_exactly_one() -> None:
    assert plate_shift_um(3.0, 1.5) == pytest.approx(1000.0, abs=1e-9)
    assert ray_shift_um(3.0, 1.5, 0.0) == pytest.approx(1000.0, abs=1e-9)


def test_the_marginal_ray_of_an_f2_beam_is_shifted_more() -> None:
    shift_um = ray_shift_um(3.0, index_of("N-BK7", 587.6), 0.25)

    assert shift_um == pytest.approx(1058.4, abs=0.2)


@pytest.mark.parametrize(
    ("focal_ratio", "shift_um"),
    [
        pytest.param(2.0, 1046.2, id="f2"),
        pytest.param(2.8, 1034.2, id="f2.8"),
        pytest.param(4.0, 1022.1, id="f4-paraxial"),
        pytest.param(None, 1022.1, id="unknown-paraxial"),
    ],
)
def test_below_f4_the_best_focus_is_that_of_the_smallest_spot(
    focal_ratio: float | None, shift_um: float
) -> None:
    found_um = focus_shift_um(3.0, index_of("N-BK7", 587.6), focal_ratio)

    assert found_um == pytest.approx(shift_um, abs=0.3)


def test_five_hundredths_of_thickness_are_seventeen_micrometres() -> None:
    index = index_of("N-BK7", 587.6)

    assert plate_shift_um(3.05, index) - plate_shift_um(3.0, index) == pytest.approx(17.0, abs=0.1)


def test_glass_of_an_unknown_kind_is_an_interval() -> None:
    interval = index_interval(None)

    assert (interval.low, interval.high) == (1.46, 1.60)
    assert not interval.exact
    middle_um = plate_shift_um(3.0, interval.middle)
    mean_um = (plate_shift_um(3.0, 1.46) + plate_shift_um(3.0, 1.60)) / 2
    assert middle_um == pytest.approx(mean_um, abs=1e-9)


def test_an_unknown_colour_widens_a_known_glass() -> None:
    interval = index_interval("N-BK7")

    assert interval.low < interval.middle < interval.high
    assert index_interval("N-BK7", 550.0).exact


@pytest.mark.parametrize(
    ("call", "names"),
    [
        pytest.param(lambda: index_of("crown"), "glass: 'crown'", id="unknown-glass"),
        pytest.param(lambda: index_of("N-BK7", 100.0), "100 nm is outside", id="ultraviolet"),
        pytest.param(lambda: plate_shift_um(-1.0, 1.5), "-1 mm", id="negative-thickness"),
        pytest.param(lambda: plate_shift_um(1.0, 0.5), "refractive index: 0.5", id="index"),
        pytest.param(lambda: focus_shift_um(1.0, 1.5, 0.4), "focal ratio: 0.4", id="ratio"),
        pytest.param(lambda: ray_shift_um(1.0, 1.5, 1.0), "sine", id="grazing"),
    ],
)
def test_wrong_input_is_named(call: object, names: str) -> None:
    assert callable(call)
    with pytest.raises(TrainError, match=names):
        call()
