"""A length as a person says it, in mm whatever its unit; and numbers that are no length. Pure."""

import re

from rigd.units import mm_from_cm, mm_from_inches

_LENGTH = re.compile(
    r"(?P<number>\d+(?:[.,]\d+)?)\s*(?P<unit>mm|cm|in|inch|inches|\"|″)?", re.IGNORECASE
)
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


def is_odd_number(words: str) -> bool:
    """Whether words are a number that no length can be: below zero, not finite, with a power."""
    return _ODD.fullmatch(words.strip()) is not None
