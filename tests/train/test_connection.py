"""Ends mate only with their own kind."""

import pytest

from rigd.train.connection import Coupling, End, Gender, may_mate

M42_F = End(standard="M42x0.75", gender=Gender.FEMALE)
M42_M = End(standard="M42x0.75", gender=Gender.MALE)
M42_X1_M = End(standard="M42x1", gender=Gender.MALE)
BOLTED = End(coupling=Coupling.BOLTS, standard="ZWO tilt plate", gender=Gender.NONE)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        pytest.param(M42_F, M42_M, True, id="opposite-genders"),
        pytest.param(M42_F, M42_F, False, id="same-gender"),
        pytest.param(M42_F, M42_X1_M, False, id="same-diameter-other-pitch"),
        pytest.param(BOLTED, BOLTED, True, id="bolted-flanges-are-alike"),
        pytest.param(BOLTED, M42_F, False, id="bolts-against-thread"),
    ],
)
def test_two_ends_mate_only_if_they_screw_together(one: End, other: End, expected: bool) -> None:
    assert may_mate(one, other) is expected
    assert may_mate(other, one) is expected
