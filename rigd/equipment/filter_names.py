"""What the name of a filter says: "Lum", "L" and "Luminance" are one, "Ha 3nm" is an H-alpha. Pure.

Programs, wheels and people name one filter in many ways. A name is read by whole words and never by
similarity; one that reads as two filters ("Ha + OIII"), or as something else ("L-Pro"), as none.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

from rigd.files.text import comparable_name

_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "luminance": ("lum", "luminance", "luminanz"),
    "red": ("red", "rot", "rouge"),
    "green": ("green", "grün", "gruen", "vert"),
    "blue": ("blue", "blau", "bleu"),
    "h_alpha": ("ha", "halpha", "hydrogenalpha", "h\N{GREEK SMALL LETTER ALPHA}"),
    "h_beta": ("hb", "hbeta", "hydrogenbeta", "h\N{GREEK SMALL LETTER BETA}"),
    "oiii": ("oiii", "o3", "oxygen", "oxygeniii"),
    "sii": ("sii", "s2", "sulfur", "sulphur", "sulfurii", "sulphurii"),
    "nii": ("nii", "n2", "nitrogen", "nitrogenii"),
    "uv_ir_cut": ("uvir", "uvircut", "ircut"),
    "clear": ("clear",),
    "dark": ("dark", "opaque", "blank", "black"),
}
_MEANINGS: Final = {word: meaning for meaning, words in _WORDS.items() for word in words}
_LETTERS: Final[Mapping[str, str]] = {
    "l": "luminance",
    "r": "red",
    "g": "green",
    "b": "blue",
    "h": "h_alpha",
    "o": "oiii",
    "s": "sii",
}
"""Read only where nothing else is said: "L-Pro" and "R band" are other filters."""
_MAKERS: Final = frozenset(
    {"altair", "antlia", "astrodon", "astronomik", "baader", "chroma", "idas", "lumicon"}
    | {"omegon", "optolong", "orion", "qhy", "svbony", "touptek", "zwo"}
)
_NOT: Final = frozenset(["minus", "anti", "block", "blocker", "no"])
"""With one of these a name says which light does not pass."""
_SIZE = re.compile(r"\d+(?:[.,]\d+)?\s*(?:nm|mm|inch|in|Å|\")|\b\d+(?:[.,]\d+)?\b", re.IGNORECASE)
"""A bandwidth, a size, or a number."""
_WORD = re.compile(r"[^\W_]+")


def read_filter_name(name: str) -> str | None:
    """Return which filter a name means; None if it names none, or several."""
    words = _WORD.findall(_SIZE.sub(" ", name).casefold())
    if _NOT & set(words):
        return None
    meanings = {_MEANINGS[one] for one in _joined(words) if one in _MEANINGS}
    if meanings:
        return meanings.pop() if len(meanings) == 1 else None
    rest = [word for word in words if word not in _MAKERS]
    return _LETTERS.get(rest[0]) if len(rest) == 1 else None


def find_named(label: str, filters: Sequence[Sequence[str]]) -> frozenset[int]:
    """Return which filters a label names: by one of their own names, else by what it means.

    Args:
        label: as somebody wrote it.
        filters: the names of each filter.
    """
    word = comparable_name(label)
    if not word:
        return frozenset()
    exact = [n for n, names in enumerate(filters) if word in map(comparable_name, names)]
    if exact:
        return frozenset(exact)
    meaning = read_filter_name(label)
    if meaning is None:
        return frozenset()
    return frozenset(
        n for n, names in enumerate(filters) if meaning in map(read_filter_name, names)
    )


def _joined(words: Sequence[str]) -> Iterator[str]:
    """Yield every word, and two that belong together: "H alpha", "O III", "UV IR"."""
    yield from words
    for first, second in pairwise(words):
        yield first + second
