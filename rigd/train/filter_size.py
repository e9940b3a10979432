"""Sizes of filters, and the opening that each leaves for the light."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from rigd.errors import TrainError
from rigd.train.connection import End, Gender
from rigd.train.parts import opening_limit_um
from rigd.units import um_from_mm


class FilterSize(StrEnum):
    """Size of a filter; mounted in a cell where the name says inch."""

    INCH_1_25 = "1.25in"
    MM_31 = "31mm"
    MM_36 = "36mm"
    INCH_2 = "2in"
    MM_50 = "50mm"
    MM_50_SQUARE = "50mm_square"
    MM_58_SQUARE = "58mm_square"
    MM_65_SQUARE = "65mm_square"


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterOpening:
    """The round opening that a filter is in the light."""

    size: FilterSize | None = None
    """None where a person gives the width alone."""
    opening_um: int
    is_nominal: bool
    """Nobody states the clear width: it is the bore of the cell's thread or the filter's own
    diameter, and the true one is no wider."""

    @property
    def name(self) -> str:
        """The size in words; empty where it is not known."""
        return "" if self.size is None else size_words(self.size)


@dataclass(frozen=True, slots=True, kw_only=True)
class Misfit:
    """A filter that does not go into what is to hold it."""

    size: FilterSize
    taken: tuple[FilterSize, ...]
    """What goes in."""


def find_misfits(
    stated: Iterable[FilterSize | None], taken: Iterable[FilterSize | None]
) -> tuple[Misfit, ...]:
    """Return the stated sizes that a holder does not take; none where nobody knows its sizes."""
    known = tuple(size for size in taken if size is not None)
    odd = dict.fromkeys(size for size in stated if size is not None and size not in known)
    return tuple(Misfit(size=size, taken=known) for size in odd) if known else ()


_CELL_THREADS = {FilterSize.INCH_1_25: "M28.5x0.6", FilterSize.INCH_2: "M48x0.75"}
"""Filter threads by ISO 68-1; the bore within is d - 1.0825 P."""
_SIZE = re.compile(
    r"(?P<number>\d+(?:[.,]\d+)?)\s*(?P<unit>in\b|inch(?:es)?\b|mm\b|\"|″|'')?"
    r"[\s_]*(?P<square>square)?",
    re.IGNORECASE,
)


def opening_of(size: FilterSize) -> FilterOpening:
    """Return the nominal opening of a size: of a square filter the circle within its sides."""
    thread = _CELL_THREADS.get(size)
    if thread is not None:
        opening_um = opening_limit_um(End(standard=thread, gender=Gender.FEMALE))
    else:
        opening_um = um_from_mm(float(size.partition("mm")[0]))
    if opening_um is None:
        raise TrainError(f"{size}: no metric thread")
    return FilterOpening(size=size, opening_um=opening_um, is_nominal=True)


def size_words(size: FilterSize) -> str:
    """Return a size as a person says it."""
    return size.replace("in", " inch").replace("mm", " mm").replace("_", " ")


def find_filter_size(words: str) -> FilterSize | None:
    """Return the size that words are: `1.25"`, `2 inch`, `36 mm`, `50 mm square`."""
    match = _SIZE.fullmatch(words.strip())
    if match is None or match["unit"] is None:
        return None
    unit = "mm" if match["unit"].casefold() == "mm" else "in"
    square = "_square" if match["square"] else ""
    number = float(match["number"].replace(",", "."))
    name = f"{number:g}{unit}{square}"
    return FilterSize(name) if name in tuple(FilterSize) else None
