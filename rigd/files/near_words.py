"""The word that a person meant who mistyped one. Pure."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Final

_ALIKE = 0.6
"""Of difflib's measure: a letter left out, doubled or swapped, a plural, a unit left out."""

_MEANT: Final[Mapping[str, str]] = {
    "refractor": "telescope",
    "reflector": "telescope",
    "newtonian": "telescope",
    "scope": "telescope",
    "barlow": "extender",
    "ring": "spacer",
    "extension": "spacer",
    "tube": "spacer",
}
"""What people call a thing that has another word here, however alike the letters of a third are."""


def find_near(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that is meant by a foreign or mistyped one; None if none is."""
    lower = {one.casefold(): one for one in known}
    meant = _MEANT.get(word.casefold())
    if meant in lower:
        return lower[meant]
    near = get_close_matches(word.casefold(), lower, n=1, cutoff=_ALIKE)
    return lower[near[0]] if near else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return what an error adds: `; did you mean 'indi'?`, or nothing."""
    near = find_near(word, known)
    return "" if near is None else f"; did you mean {near!r}?"
