"""A ring that its owner describes: `7.5 mm M48`, `M48F-M42M 10 mm`. Pure."""

import re
from collections.abc import Sequence

from rigd.setup.length_words import read_length_mm
from rigd.train.connection import Gender
from rigd.train.standards import find_standard, is_bare_metric, thread_name, threads_of_diameter

LONGEST_RING_MM = 300.0
"""No tube before a camera is longer; our choice: what is above is a slip of the unit."""
_LENGTH = re.compile(r"(?<![\w.,])(?P<length>\d+(?:[.,]\d+)?\s*(?:mm|cm))(?!\w)", re.IGNORECASE)
_NEGATIVE = re.compile(r"(?:^|\s)[\-\u2212]\s*\d")
_FILLING = re.compile(
    r"\b(?:extension|extender|spacer|ring|tube|adapter|adaptor|thread|threads|of|with|to|a|an|my|own"
    r"|telescope|camera|side)\b",
    re.IGNORECASE,
)
_GENDERS = {
    "m": Gender.MALE,
    "male": Gender.MALE,
    "f": Gender.FEMALE,
    "female": Gender.FEMALE,
}
_END = re.compile(
    r"(?P<thread>M\d{2,3}(?:\.\d+)?(?:\s*x\s*\d(?:\.\d+)?)?|T2|SCT)"
    r"(?:[\s(]*(?P<gender>male|female|m|f)\b\)?)?",
    re.IGNORECASE,
)
_BOTH = re.compile(r"\b(?P<one>m|f)\s*[-/]\s*(?P<other>m|f)\b", re.IGNORECASE)
"""`M48 M-F 10 mm`: one thread, its genders apart."""


def describe_ring(words: str) -> dict[str, object] | None:
    """Return the row of a train file for a ring of a stated length and stated threads.

    Of one thread alone it is a common ring, female at one side and male at the other. None: the
    words say something else, or leave a gender open.
    """
    length = _LENGTH.search(words)
    if length is None or _NEGATIVE.search(words):
        return None
    length_mm = read_length_mm(length["length"])
    if length_mm is None or not 0.0 < length_mm <= LONGEST_RING_MM:
        return None
    rest = f"{words[: length.start()]} {words[length.end() :]}"
    both = _BOTH.search(rest)
    if both is not None:
        rest = f"{rest[: both.start()]} {rest[both.end() :]}"
    ends = [(one["thread"], (one["gender"] or "").casefold()) for one in _END.finditer(rest)]
    left = _FILLING.sub(" ", _END.sub(" ", rest))
    if re.search(r"\w", left):
        return None
    genders = [_GENDERS[both[side].casefold()] for side in ("one", "other")] if both else []
    found = _two_ends(ends, genders)
    if found is None:
        return None
    front, back = found
    return {
        "name": words.strip(),
        "optical_length_mm": length_mm,
        "front": f"{front[0]} {front[1]}",
        "back": f"{back[0]} {back[1]}",
        "reversible": True,
    }


def usual_pitch(text: str) -> str | None:
    """Return the thread that a diameter of several pitches usually means at a telescope."""
    if not is_bare_metric(text):
        return None
    pitches = threads_of_diameter(text)
    return next((one for one in pitches if one.endswith("x0.75")), None) if pitches[1:] else None


def pitch_words(words: str) -> list[str]:
    """Return what is taken of each thread without a pitch that has several."""
    found = dict.fromkeys(one["thread"].upper() for one in _END.finditer(words))
    return [
        f"{words!r}: {text} is taken to be {thread}"
        for text in found
        if (thread := usual_pitch(text)) is not None
    ]


def _two_ends(
    ends: Sequence[tuple[str, str]], genders: Sequence[Gender]
) -> tuple[tuple[str, Gender], tuple[str, Gender]] | None:
    """Return both ends with thread and gender; None where one is open."""
    threads = [_thread(text) for text, _ in ends]
    said = [_GENDERS.get(gender) for _, gender in ends]
    match threads, said:
        case [str(thread)], [None]:
            one, other = genders or (Gender.FEMALE, Gender.MALE)
            return (thread, one), (thread, other)
        case [str(first), str(second)], [Gender() as one, Gender() as other] if not genders:
            return (first, one), (second, other)
        case [str(first), str(second)], [None, None] if genders:
            return (first, genders[0]), (second, genders[1])
        case _:
            return None


def _thread(text: str) -> str | None:
    """Return the exact name of a thread; None if none is meant, or several."""
    plain = re.sub(r"\s", "", text)
    known = find_standard(plain)
    if known is None and usual_pitch(plain):
        return usual_pitch(plain)
    try:
        return known.name if known is not None else thread_name(plain)
    except ValueError:
        return None
