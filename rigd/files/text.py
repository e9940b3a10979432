"""Text and numbers out of foreign files: any usual encoding, either decimal sign."""

import codecs
import math
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NUMBER = re.compile(r"[+-]?(\d{1,18}([.,]\d{0,20})?|[.,]\d{1,20})([eE][+-]?\d{1,3})?")


def decode(content: bytes) -> str | None:
    """Return the text of a file in UTF-8, UTF-16, UTF-32 or a Western code page; None if binary."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _try_decode(content, encoding)
    head = content[:4096]
    if head.count(0):
        # Without a mark, every other byte of Western UTF-16 is zero.
        for encoding, start in (("utf-16-le", 1), ("utf-16-be", 0)):
            half = head[start::2]
            if half.count(0) > 0.8 * len(half):
                return _try_decode(content, encoding)
        return None
    text = _try_decode(content, "utf-8")
    return content.decode("cp1252", errors="replace") if text is None else text


def parse_number(value: object) -> float | None:
    """Return a finite number, from a number or its text with point or comma; else None."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return _finite(value)
    if not isinstance(value, str) or not _NUMBER.fullmatch(value.strip()):
        return None
    return _finite(float(value.strip().replace(",", ".")))


def parse_name(value: object) -> str | None:
    """Return a name on one line, at most 80 characters; None if there is none."""
    if not isinstance(value, str):
        return None
    clean = " ".join("".join(c if c.isprintable() else " " for c in value[:400]).split())
    return clean[:80] or None


def _try_decode(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        # A half-written file may end inside a character; a broken one breaks earlier.
        try:
            return codecs.getincrementaldecoder(encoding)().decode(content)
        except UnicodeDecodeError:
            return None


def _finite(value: float) -> float | None:
    try:
        result = float(value)
    except OverflowError:
        return None
    # 1e15: above, a double no longer holds every whole number, and no figure of ours is so large.
    return result if math.isfinite(result) and abs(result) < 1e15 else None


def comparable_name(name: str) -> str:
    """Return a name by which two spellings are compared: without case, spaces and punctuation.

    Programs write one filter as "H-alpha", "H alpha" and "halpha".
    """
    return "".join(letter for letter in name.casefold() if letter.isalnum())
