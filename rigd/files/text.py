"""Text and numbers out of foreign files: any usual encoding, either decimal sign."""

import codecs
import math
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BYTES_A_CHARACTER = {"utf-16-le": 2, "utf-16-be": 2, "utf-32-le": 4, "utf-32-be": 4}
HEAD_BYTES = 4096
"""How much of a file tells its encoding."""
MOST_CONTROLS = 0.02
"""Share of control characters in a text beside zeros; our choice."""
_USUAL_CONTROLS = frozenset(b"\t\n\v\f\r\x1b")
_NUMBER = re.compile(r"[+-]?(\d{1,18}([.,]\d{0,20})?|[.,]\d{1,20})([eE][+-]?\d{1,3})?")


def decode(content: bytes) -> str | None:
    """Return the text of a file in UTF-8, UTF-16, UTF-32 or a Western code page; None if binary."""
    encoding = find_encoding(content[:HEAD_BYTES])
    if encoding is None:
        return None
    if encoding == "utf-8":
        content = content.replace(b"\0", b"")
    text = _try_decode(content, encoding)
    if text is not None:
        return text.removeprefix("\ufeff")
    return content.decode("cp1252", errors="replace") if encoding == "utf-8" else None


def find_encoding(head: bytes) -> str | None:
    """Return how a file is written, by its head; None if it is no text.

    "utf-8" stands for the Western code page too: each line tells which it is. A power cut may have
    left zeros in a text, which mean nothing.
    """
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    if head.count(0):
        # Without a mark, every other byte of Western UTF-16 is zero.
        for encoding, start in (("utf-16-le", 1), ("utf-16-be", 0)):
            zeros, letters = head[start::2], head[1 - start :: 2]
            if zeros.count(0) > 0.8 * len(zeros) and letters.count(0) < 0.2 * len(letters):
                return encoding
        rest = head.replace(b"\0", b"")
        strange = sum(byte < 32 and byte not in _USUAL_CONTROLS for byte in rest)
        if strange > MOST_CONTROLS * len(rest):
            return None
    return "utf-8"


def end_of_lines(content: bytes, encoding: str) -> int:
    """Return where the last line that is ended ends; 0 if none is."""
    width = _BYTES_A_CHARACTER.get(encoding, 1)
    newline = "\n".encode(encoding)
    at = content.rfind(newline)
    while at >= 0 and at % width:
        at = content.rfind(newline, 0, at + len(newline) - 1)
    return at + len(newline) if at >= 0 else 0


def decode_lines(content: bytes, encoding: str) -> str:
    """Return lines of a file as text; a line that is no UTF-8 is in the Western code page."""
    if encoding != "utf-8":
        return content.decode(encoding, errors="replace").removeprefix("\ufeff")
    content = content.replace(b"\0", b"")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = "\n".join(_decode_western(line) for line in content.split(b"\n"))
    return text.removeprefix("\ufeff")


def _decode_western(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("cp1252", errors="replace")


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


def make_printable(text: str) -> str:
    """Return a text, as a file's name, with a mark for each character that no line can show.

    A name on Linux is any bytes: line breaks, and what is no UTF-8, which no database takes.
    """
    return "".join(c if c.isprintable() else "\ufffd" for c in text)


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
