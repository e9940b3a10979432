"""Lengths as bits of a big integer: the grid that they lie on, and the bits that are set."""

import math
from collections.abc import Sequence

from rigd.train.parts import TrainPart


def grid_um(parts: Sequence[TrainPart]) -> int:
    """Return the largest length that divides the length of every part, in µm."""
    return math.gcd(*(part.optical_length_um for part in parts)) or 1


def set_bits(bits: int) -> list[int]:
    """Return the indices of the ones, lowest first.

    In one pass over the text of the number: testing bit by bit would shift all of it each time.
    """
    return [index for index, digit in enumerate(reversed(f"{bits:b}")) if digit == "1"]
