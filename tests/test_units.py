"""Rounding is symmetric, lengths are whole micrometres."""

import pytest

from rigd.units import mm_from_um, round_half_away, um_from_mm


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(2.5, 3, id="half-up"),
        pytest.param(-2.5, -3, id="half-down"),
        pytest.param(2.4999, 2, id="below-half"),
        pytest.param(0.0, 0, id="zero"),
    ],
)
def test_halves_round_away_from_zero(value: float, expected: int) -> None:
    assert round_half_away(value) == expected


def test_millimetres_become_whole_micrometres_and_back() -> None:
    assert um_from_mm(17.5) == 17500
    assert um_from_mm(0.1 + 0.2) == 300
    assert mm_from_um(17500) == 17.5
