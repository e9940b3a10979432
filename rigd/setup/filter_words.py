"""What a person says of a filter without its name: thickness, glass and size. Pure."""

import re
from dataclasses import dataclass

from rigd.setup.length_words import is_odd_number, read_length_mm
from rigd.train.filter_size import FilterSize, find_filter_size, size_words

_GLASS = re.compile(
    r"(?P<length>\d+(?:\.\d+)?\s*(?:mm\b|cm\b|in\b|inch(?:es)?\b|\"|″))(\s+(?P<glass>\S.*))?",
    re.IGNORECASE,
)

_NAMED_GLASS = re.compile(r"(?P<name>\S.*?)\s+(?P<mm>\d+(\.\d+)?)\s*mm", re.IGNORECASE)
_COMMA = re.compile(r"(?<!\d),|,(?!\d)")
"""But for that of `1,25 inch`."""
_DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d)")
_BARE_SIZES = {"1.25": "1.25 inch", "31": "31 mm", "36": "36 mm", "50": "50 mm"}
"""What a number alone can only be: no glass is so thick, and no filter so thin."""
_BARE_NUMBER = re.compile(r"(?!2(?:\.0*)?$)[1-7](?:\.\d+)?")
"""A thickness without its unit; 2 alone may be inches as well."""
MOST_GLASS_MM = 8.0
"""No filter is thicker; our choice: more millimetres beside a name are no thickness."""
MOST_SPELT_OUT_MM = 25.4
"""The same where a thickness stands alone: who writes it so may have a block of glass."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterWords:
    """The words for one filter, taken apart."""

    size: FilterSize | None
    rest: str
    """What is not its size: its thickness with its glass, its name, or nothing."""

    @property
    def is_spelt_out(self) -> bool:
        """Whether no name is left that the catalog would have to know."""
        return not self.rest or _GLASS.fullmatch(self.rest) is not None

    @property
    def is_measured(self) -> bool:
        """Whether a name stands there with its thickness: `Chroma 3 mm`."""
        return not self.is_spelt_out and "thickness_mm" in self.row()

    @property
    def fault(self) -> str | None:
        """What is wrong with a thickness that no glass has; None if nothing is."""
        if is_odd_number(self.rest):
            return f"{self.rest!r} is no thickness of glass"
        thickness_mm = self.row().get("thickness_mm")
        if isinstance(thickness_mm, float) and thickness_mm > MOST_SPELT_OUT_MM:
            sizes = ", ".join(size_words(size) for size in FilterSize)
            return f"no filter is {thickness_mm:g} mm thick; the sizes that are known: {sizes}"
        return None

    @property
    def name(self) -> str:
        """What it is called, without a thickness that stands behind it."""
        named = _NAMED_GLASS.fullmatch(self.rest)
        return named["name"] if named is not None and self.is_measured else self.rest

    def row(self) -> dict[str, object]:
        """Return the fields of a train file's filter; a name is not among them."""
        found: dict[str, object] = {} if self.size is None else {"size": self.size.value}
        plain = _GLASS.fullmatch(self.rest)
        if plain is not None:
            found["thickness_mm"] = read_length_mm(plain["length"])
            if plain["glass"]:
                found["glass"] = plain["glass"]
            return found
        named = _NAMED_GLASS.fullmatch(self.rest)
        if named is not None and float(named["mm"]) <= MOST_GLASS_MM:
            found["thickness_mm"] = float(named["mm"])
        return found


def take_apart(words: str) -> FilterWords:
    """Return the size that words begin or end with, and the rest: `1.25 inch, 3 mm`."""
    words = _DECIMAL_COMMA.sub(".", words)
    words = _BARE_SIZES.get(words.strip(), words)
    if _BARE_NUMBER.fullmatch(words.strip()):
        words = f"{words} mm"
    pieces = _COMMA.sub(" ", words).split()
    for count in range(len(pieces), 0, -1):
        for some, rest in (
            (pieces[:count], pieces[count:]),
            (pieces[len(pieces) - count :], pieces[: len(pieces) - count]),
        ):
            size = find_filter_size(" ".join(some))
            if size is not None:
                return FilterWords(size=size, rest=" ".join(rest))
    return FilterWords(size=None, rest=words.strip())


def is_filter_spelt_out(words: str) -> bool:
    """Whether words are the size or thickness of a filter instead of its name."""
    return take_apart(words).is_spelt_out
