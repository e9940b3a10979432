"""The names of an entry as one text, and where in it a searched word may begin.

People leave out blanks and hyphens and join words: so the text has none. But a word begins where
one began: `rc8` is not in `HyperStar C8`.
"""

import re
from collections.abc import Iterable
from functools import cached_property

from rigd.catalog.models.driver_names import normalise
from rigd.catalog.spelling import spell

_LINKING = ("with", "+", "&")
"""What stands between two names, and is of neither."""
FOCAL_RATIO = re.compile(r"f/?(?P<ratio>\d{1,2}(?:[.,]\d+)?)", re.IGNORECASE)
_DESCRIBING = frozenset(
    [
        "colour",
        "color",
        "mono",
        "monochrome",
        "cooled",
        "cmos",
        "camera",
        "telescope",
        "scope",
        "refractor",
        "apo",
        "doublet",
        "triplet",
        "newtonian",
        "newton",
        "dobson",
        "astrograph",
        "the",
        "my",
    ]
)
"""Words that people add to any name."""
_FOCAL_LENGTH = re.compile(r"(?<![\d.])\d{3,4} ?mm\b", re.IGNORECASE)


class SearchedText:
    """Names without blanks, dashes and case."""

    def __init__(self, names: Iterable[str]) -> None:
        self._spelt = spell(" ".join(names))
        self.text = normalise(self._spelt)

    def has(self, word: str) -> bool:
        """Return whether a normalised word stands in it."""
        at = self.text.find(word)
        while at >= 0:
            if at in self._starts:
                return True
            at = self.text.find(word, at + 1)
        return False

    @cached_property
    def _starts(self) -> frozenset[int]:
        """Where a word, a number, or the letters behind a number begin."""
        at, starts, before, last = 0, [], " ", " "
        for letter in self._spelt:
            kept = normalise(letter)
            # 5 mm are not in 16.5 mm.
            is_decimal = before == "." and last.isdigit() and letter.isdigit()
            if kept and not is_decimal and _begins(before, letter):
                starts.append(at)
            at += len(kept)
            last, before = before, letter
        return frozenset(starts)


def search_words(words: str) -> list[str]:
    """Return what somebody searches for, word by word, as `SearchedText.has` takes it."""
    every = [normalise(word) for word in spell(words).split()]
    return [word for word in every if word not in _LINKING] or every


def is_describing(word: str) -> bool:
    """Return whether a word says nothing but what kind of thing is meant, or its focal ratio."""
    return word.casefold() in _DESCRIBING or FOCAL_RATIO.fullmatch(word) is not None


def without_description(words: str) -> str:
    """Return the words of an optic but for those that describe it, its focal length too."""
    return " ".join(
        word for word in _FOCAL_LENGTH.sub(" ", words).split() if not is_describing(word)
    )


def _begins(before: str, letter: str) -> bool:
    """Whether a word or a number may begin with a letter, by the one before it."""
    if not before.isalnum() or before.isdigit() != letter.isdigit():
        return True
    return before.islower() and letter.isupper()
