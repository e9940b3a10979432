"""Critical focus zones are full widths and agree with published numbers."""

import pytest

from rigd.errors import TrainError
from rigd.optics.critical_focus_zone import (
    critical_focus_zone_um,
    dead_band_um,
    seeing_zone_um,
    wavefront_zone_um,
)


@pytest.mark.parametrize(
    ("focal_ratio", "zone_um"),
    [(2.0, 10.7), (3.3, 29.2), (5.0, 67.1), (8.0, 171.8), (10.0, 268.4)],
)
def test_classic_zone(focal_ratio: float, zone_um: float) -> None:
    assert critical_focus_zone_um(focal_ratio) == pytest.approx(zone_um, abs=0.1)


def test_wavefront_zone_is_a_quarter_wave_at_both_ends() -> None:
    assert wavefront_zone_um(5.0, 550.0) == pytest.approx(55.0)
    # "about 34.6 µm" one-sided at f/5.6 (strollswithmydog)
    assert wavefront_zone_um(5.6, 550.0) / 2 == pytest.approx(34.5, abs=0.15)


def test_goldman_zone_of_the_published_example() -> None:
    # 106 mm f/5, 3 arcsec, 15 %: about 69 µm (stellarnomads.com)
    zone_um = seeing_zone_um(5.0, aperture_mm=106.0, seeing_arcsec=3.0, tolerance_percent=15.0)

    assert zone_um == pytest.approx(69.0, abs=1.0)


def test_the_dead_band_is_a_tenth_of_the_zone_and_at_least_a_step() -> None:
    assert dead_band_um(67.0, 2.0) == pytest.approx(6.7)
    assert dead_band_um(10.7, 3.6) == pytest.approx(3.6)


def test_a_zone_of_no_focal_ratio_is_refused() -> None:
    with pytest.raises(TrainError, match="focal ratio: 0"):
        critical_focus_zone_um(0.0)
