"""A length as a person says it, in mm whatever its unit; and numbers that are no length. Pure."""

import re
from dataclasses import dataclass

from rigd.units import mm_from_cm, mm_from_inches

_LENGTH = re.compile(
    r"(?P<number>\d+(?:[.,]\d+)?)\s*(?P<unit>mm|cm|in|inch|inches|\"|″)?", re.IGNORECASE
)
_NAMED = re.compile(
    r"(?P<name>\S.*?)(?:\s*(?P<comma>(?<!\d),|,(?!\d))\s*|\s+)"
    r"(?P<length>\d+(?:[.,]\d+)?\s*(?:mm|cm))",
    re.IGNORECASE,
)
"""A comma between two digits is a decimal comma."""
_DECIMAL = re.compile(r"\d+[.,]\d+")
_ODD = re.compile(
    r"(?:[+\-\u2212]\s*[\d.,]+|[+\-]?(?:nan|inf|infinity)|\d[\d.,]*e[+\-]?\d+)"
    r"\s*(?:mm|cm|in|inch|inches|\"|″)?",
    re.IGNORECASE,
)


def read_length_mm(words: str) -> float | None:
    """Return the length that words are, in mm, also where they have no unit; None if none."""
    said = _LENGTH.fullmatch(words.strip())
    if said is None:
        return None
    number, unit = float(said["number"].replace(",", ".")), (said["unit"] or "mm").casefold()
    if unit == "mm":
        return number
    return round(mm_from_cm(number) if unit == "cm" else mm_from_inches(number), 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedLength:
    """A length with the name before it, if there is one: `Baader UFC, 15 mm`."""

    name: str
    """Empty where the length stands alone."""
    text: str
    """The length as it is written."""
    length_mm: float
    is_apart: bool = False
    """Whether a comma stands between: of an optic `135 mm` may else be the focal length."""


def split_length(words: str) -> NamedLength | None:
    """Return the length that words are or end with; None if there is none.

    It has its unit, or is a number with a decimal alone.
    """
    text, name, is_apart = words.strip(), "", False
    if read_length_mm(text) is None and (named := _NAMED.fullmatch(text)) is not None:
        text, name, is_apart = named["length"], named["name"], named["comma"] is not None
    if not text or (text[-1].isdigit() and _DECIMAL.fullmatch(text) is None):
        return None
    if name and not _has_letter(name):
        return None
    length_mm = read_length_mm(text)
    if length_mm is None:
        return None
    return NamedLength(name=name, text=text, length_mm=length_mm, is_apart=is_apart)


def nameless_fault(words: str) -> str | None:
    """Return what is wrong with a number that is no length; None if nothing is.

    It is below zero, not finite or written with a power; or it has digits alone for a name.
    """
    _, comma, last = words.rpartition(",")
    if is_odd_number(words) or (comma and is_odd_number(last)):
        return f'{words!r}: {last.strip()!r} is no length; write it as "16.5 mm"'
    named = _NAMED.fullmatch(words.strip())
    if read_length_mm(words) is not None or named is None or _has_letter(named["name"]):
        return None
    return (
        f"{words!r} is neither one length nor a name with its length: digits alone are no name, and"
        ' a length is "16.5 mm" or "16,5 mm"'
    )


def _has_letter(name: str) -> bool:
    return any(letter.isalpha() for letter in name)


def is_odd_number(words: str) -> bool:
    """Whether words are a number that no length can be: below zero, not finite, with a power."""
    return _ODD.fullmatch(words.strip()) is not None
