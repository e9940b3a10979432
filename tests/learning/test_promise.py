"""What is promised of learnt offsets, on a few nights of every kind.

`./dev bench promise` asks it of 2,000.
"""

import math

import pytest

from tests.learning.promise import LIMIT, Tally, judge_nights
from tests.learning.sweep_nights import KINDS

NIGHTS = 3
"""Of each kind."""


@pytest.fixture(scope="module")
def tally() -> Tally:
    tally = Tally()
    for kind_at in range(len(KINDS)):
        tally.add(judge_nights(kind_at, range(NIGHTS), seed=1))
    return tally


def test_no_offset_is_applied_that_the_rule_forbids(tally: Tally) -> None:
    assert tally.applied > 20
    assert tally.forbidden == []


def test_intervals_hold_the_truth_as_often_as_they_say(tally: Tally) -> None:
    error = math.sqrt(LIMIT * (1 - LIMIT) / tally.stated)

    assert tally.stated > 40
    assert tally.miss_share <= LIMIT + 2 * error
