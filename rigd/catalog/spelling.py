"""One spelling of what people write in several ways, for the search."""

import re

_INCHES = re.compile(r"""(?<=\d)\s*(?:inch(?:es)?\b|in\b|″|”|'')""", re.IGNORECASE)
_TIMES = re.compile(r"(?<=\d)\s*×\s*(?=\d)")  # noqa: RUF001 - the sign that makers write
_MILLIMETRES = re.compile(r"(?<=\d)\s+mm\b", re.IGNORECASE)
_FOCAL_RATIO = re.compile(r"\bf(?=\d+(?:\.\d+)?\b)", re.IGNORECASE)
_POSITIONS = re.compile(r"(?<=\d)[\s-]*(?:positions?|slots?)\s*(?:x\s*)?(?=\d)", re.IGNORECASE)


def spell(words: str) -> str:
    """Return words with inches as `"`, no space before mm, f/6.3, and a wheel's size as 8x1.25"."""
    plain = _FOCAL_RATIO.sub("f/", _TIMES.sub("x", _INCHES.sub('"', words)))
    return _MILLIMETRES.sub("mm", _POSITIONS.sub("x", plain))
