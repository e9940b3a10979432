"""A device's name, then the same without what drivers, programs and owners put behind it."""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from rigd.catalog.models.driver_names import Family, normalise
from rigd.catalog.name_index import NameIndex

_VARIANT_WORDS: Final = """
pro mini duo air cool cooled gt max lite plus ultra se ii iii iv v mk mark mkii
mkiii new mono color colour mm mc m c s l x xl us sr ph sbfl bsi eb lp sc ls
sqr usb wifi hs ex guide planetary camera ccd cmos evo neo seestar pcie
"""

VARIANTS: Final = frozenset(_VARIANT_WORDS.split())
"""Words that makers put behind a model's name: never read as somebody's nickname."""


class Reading(StrEnum):
    """How a name was read."""

    EXACT = "exact"
    NUMBERED = "numbered"
    SERIAL = "serial"
    REMARKED = "remarked"
    """With a remark behind it: the owner's words in brackets, a port, a version, its kind."""
    NICKNAMED = "nicknamed"
    CUT = "cut"
    UNLISTED = "unlisted"
    """A model that the driver knows and the catalog does not."""
    DRIVER_ONLY = "driver_only"
    """A driver's way of naming, with a model or nickname that is not known."""
    UNKNOWN = "unknown"


Spelling = tuple[Reading, str, str]
"""How it is read, the shorter name, and what was taken off."""


def spellings(name: str, index: NameIndex) -> tuple[Spelling, ...]:
    """Return the name, then what is left of it without one addition, and without two."""
    found: dict[str, Spelling] = {name: (Reading.EXACT, name, "")}
    for _ in range(2):
        for how, longer, _why in tuple(found.values()):
            for again, shorter, why in _shorter(longer, index):
                found.setdefault(shorter, (again if how is Reading.EXACT else how, shorter, why))
    return tuple(found.values())


def _shorter(name: str, index: NameIndex) -> Iterator[Spelling]:
    if bracketed := re.fullmatch(r"(.+?)\s*\(\d{1,2}\)", name):
        yield Reading.NUMBERED, bracketed[1], "without the driver's number"
    numbered = re.fullmatch(r"(.+\S) (\d{1,2})", name)
    if numbered and _is_of(name, [one for one in index.families if one.numbered]):
        yield Reading.NUMBERED, numbered[1], "without the number of a second device"
    if counted := re.fullmatch(r"(.+?) ?#[0-9a-fA-F]{1,8}", name):
        yield Reading.NUMBERED, counted[1], "without the number of the device"
    # QHY's names end in a dash and the serial number, whole or its first three digits.
    serial = re.fullmatch(r"(.+?)-([0-9a-fA-F]{3,32})", name)
    # A digit, or "-deadbeef" and "-cafe" of a nickname would pass for serial numbers.
    if (
        serial
        and any(letter.isdigit() for letter in serial[2])
        and _is_of(name, [one for one in index.families if one.serials])
    ):
        yield Reading.SERIAL, serial[1], "without the serial number"
    # N.I.N.A. logs "ASCOM ToupTek AAF" of the program that headers call "ASCOM.ToupTek.AAF".
    if program := re.fullmatch(r"ASCOM[ .](.+)", name):
        words = re.split(r"[ .]", program[1])
        yield Reading.REMARKED, ".".join(("ASCOM", *words)), "as the id of an ASCOM driver"
        yield Reading.REMARKED, " ".join(words), "without ASCOM's name before it"
    remark = re.fullmatch(r"(.+?)\s*\(([^()]+)\)", name)
    if remark and not any(word.casefold() in VARIANTS for word in remark[2].split()):
        yield Reading.REMARKED, remark[1], "without the remark in brackets"
    if versions := re.fullmatch(r"(.+?) (S/N|HW|FW) .+", name):
        yield Reading.REMARKED, versions[1], "without its versions"
    if kind := re.fullmatch(r"(.+?)( 3| Dual| Color Dual)? CCD Camera", name, re.IGNORECASE):
        yield Reading.REMARKED, kind[1], 'without "CCD Camera"'
    if kind := re.fullmatch(r"(.+) (Focuser|Filter ?Wheel)", name, re.IGNORECASE):
        yield Reading.REMARKED, kind[1], f'without "{kind[2]}"'


def _is_of(name: str, families: list[Family]) -> bool:
    return any(
        starts_with_any(name, family.prefixes + family.driver_names.all()) for family in families
    )


def starts_with_any(name: str, prefixes: tuple[str, ...]) -> bool:
    """Return whether a name begins with one of these, spelt in any way."""
    key = normalise(name)
    return any(key.startswith(normalise(prefix)) for prefix in prefixes)


def is_variant(word: str) -> bool:
    """Return whether a word behind a model may name another model, not an owner's liking."""
    plain = word.strip("-_()").casefold()
    return len(plain) < 2 or plain in VARIANTS or any(letter.isdigit() for letter in plain)
