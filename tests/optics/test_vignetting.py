"""The light cone: published and hand-worked openings."""

import pytest

from rigd.errors import TrainError
from rigd.optics.vignetting import Cone, clear_diameter_mm, illumination


@pytest.mark.parametrize(
    ("diagonal_mm", "distance_mm", "needed_mm"),
    [
        pytest.param(43.27, 17.5, 46.77, id="full-frame"),
        pytest.param(28.3, 17.5, 31.8, id="aps-c"),
        pytest.param(21.6, 12.5, 24.1, id="four-thirds"),
        pytest.param(21.6, 30.0, 27.6, id="four-thirds-far"),
    ],
)
def test_needed_opening_of_a_telecentric_f5_beam(
    diagonal_mm: float, distance_mm: float, needed_mm: float
) -> None:
    found_mm = clear_diameter_mm(
        distance_mm, diagonal_mm=diagonal_mm, focal_ratio=5.0, exit_pupil_mm=None
    )

    assert found_mm == pytest.approx(needed_mm, abs=0.01)


@pytest.mark.parametrize(
    ("height_mm", "aperture_mm", "distance_mm", "exit_pupil_mm", "lit"),
    [
        pytest.param(21.635, 39.0, 17.5, None, 0.0, id="M42 cuts a full-frame corner off"),
        pytest.param(21.635, 39.0, 17.5, 300.0, 0.19, id="less so with the pupil at 300 mm"),
        pytest.param(17.75, 39.0, 17.5, None, 1.0, id="all at 17.75 mm"),
        pytest.param(21.25, 39.0, 17.5, None, 0.0, id="nothing from 21.25 mm on"),
        pytest.param(14.15, 39.0, 17.5, None, 1.0, id="aps-c is lit"),
        pytest.param(21.635, 46.0, 27.5, None, 0.79, id="2 inch filter on full frame"),
    ],
)
def test_corner_light(
    height_mm: float,
    aperture_mm: float,
    distance_mm: float,
    exit_pupil_mm: float | None,
    lit: float,
) -> None:
    found = illumination(
        distance_mm,
        aperture_mm,
        height_mm=height_mm,
        focal_ratio=5.0,
        exit_pupil_mm=exit_pupil_mm,
    )

    assert found == pytest.approx(lit, abs=0.005)


def test_an_opening_inside_the_cone_passes_its_own_area() -> None:
    found = illumination(100.0, 5.0, height_mm=0.1, focal_ratio=5.0)

    assert found == pytest.approx(0.0625)


def test_wrong_input_is_named() -> None:
    with pytest.raises(TrainError, match="focal ratio: 0"):
        Cone(diagonal_mm=28.0, focal_ratio=0.0)
    with pytest.raises(TrainError, match="sensor size: -1"):
        Cone(diagonal_mm=-1.0, focal_ratio=5.0)
    with pytest.raises(TrainError, match="exit pupil"):
        Cone(diagonal_mm=28.0, focal_ratio=5.0, exit_pupil_mm=0.0)
