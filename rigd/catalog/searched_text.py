"""The names of an entry as one text, and where in it a searched word may begin.

People leave out blanks and hyphens and join words: so the text has none. But a word begins where
one began: `rc8` is not in `HyperStar C8`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from rigd.catalog.models.driver_names import normalise
from rigd.catalog.spelling import spell


@dataclass(frozen=True, slots=True)
class SearchedText:
    """Names without blanks, dashes and case."""

    text: str
    starts: frozenset[int]
    """Where a word, a number, or the letters behind a number begin."""

    def has(self, word: str) -> bool:
        """Return whether a normalised word stands in it."""
        at = self.text.find(word)
        while at >= 0:
            if at in self.starts:
                return True
            at = self.text.find(word, at + 1)
        return False


def searched_text(names: Iterable[str]) -> SearchedText:
    """Return the text that some names are searched in."""
    text, starts, before = "", set(), " "
    for letter in spell(" ".join(names)):
        kept = normalise(letter)
        if kept and _begins(before, letter):
            starts.add(len(text))
        text += kept
        before = letter
    return SearchedText(text, frozenset(starts))


def search_words(words: str) -> list[str]:
    """Return what somebody searches for, word by word, as `SearchedText.has` takes it."""
    return [normalise(word) for word in spell(words).split()]


def _begins(before: str, letter: str) -> bool:
    """Whether a word or a number may begin with a letter, by the one before it."""
    if not before.isalnum() or before.isdigit() != letter.isdigit():
        return True
    return before.islower() and letter.isupper()
