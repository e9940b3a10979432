"""Reading a device's name: which entry or family of the catalog it names, and how surely."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rigd.catalog.models.camera import Camera
from rigd.catalog.models.driver_names import Device, Family, normalise
from rigd.catalog.name_index import NameIndex, plain_models
from rigd.catalog.name_spellings import (
    Reading,
    Spelling,
    is_variant,
    spellings,
    starts_with_any,
)
from rigd.catalog.provenance import is_marked

_SHORTEST_CUT: Final = 8
"""A name cut shorter than this could be the beginning of anything; our choice."""

SHORTEST_SEEN_CUT: Final = 16
"""Headers that were seen cut have names of 18 and more letters ("ZWO FilterWheel (1"); our choice.

A shorter name that is a model's whole name is that model.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class NameReading:
    """What a name says: devices or a family of the catalog, and a line of evidence."""

    how: Reading
    devices: tuple[Device, ...] = ()
    family: Family | None = None
    longer: tuple[Device, ...] = ()
    """Other devices whose names go on where this one ends."""
    inside_word: bool = False
    """Whether the name ends inside a word of the longer names: "SBIG STF-8300" and "-8300M"."""
    rest: str = ""
    """What stands behind a driver's way of naming."""
    model_words: frozenset[str] = frozenset()
    """The words of the name that must be a model's: a device without any of them is another."""
    evidence: str


def read_name(name: str, index: NameIndex, *, may_be_cut: bool = False) -> NameReading:
    """Return what a device's name says, by rules that drivers follow and never by similarity.

    The most certain reading comes first, and the first that finds something decides.
    """
    spelt = spellings(name, index)
    for spelling in spelt:
        thing = index.find(spelling[1])
        if thing is not None:
            return _read_known_name(thing, index, name=name, spelling=spelling)
    unlisted = _read_unlisted(name, spelt, index)
    if unlisted is not None:
        return unlisted
    cut = _read_cut_name(name, spelt, index, may_be_cut=may_be_cut)
    if cut is not None:
        return cut
    # In a header "Pr" may be the beginning of "Pro".
    if not (may_be_cut and _longer_names(name, index, inside_words=True)):
        nicknamed = _read_nickname(name, index)
        if nicknamed is not None:
            return nicknamed
    return _read_driver_name(name, spelt, index)


def _read_known_name(
    thing: Device | Family, index: NameIndex, *, name: str, spelling: Spelling
) -> NameReading:
    how, shorter, why = spelling
    said = f"name: {name!r}" + (f", {why}," if why else "")
    if isinstance(thing, Family):
        return NameReading(
            how=how, family=thing, evidence=f"{said} is reported by {thing.name}: no single model"
        )
    formed = normalise(shorter) in index.derived
    unseen = formed or is_marked(thing.derived, "driver_names")
    doubt = " (derived, not seen yet)" if unseen else ""
    longer = [one for one, _ in _longer_names(shorter, index, inside_words=True)]
    return NameReading(
        how=how,
        devices=(thing,),
        longer=tuple(
            one for one in dict.fromkeys(longer) if isinstance(one, Device) and one is not thing
        ),
        evidence=f"{said} is the name of {thing}{doubt}",
    )


def _read_unlisted(name: str, spelt: Sequence[Spelling], index: NameIndex) -> NameReading | None:
    """Return a model that the driver is known to name and that has no entry."""
    for _, shorter, _ in spelt:
        family = index.unlisted.get(normalise(shorter))
        if family is not None:
            return NameReading(
                how=Reading.UNLISTED,
                family=family,
                evidence=f"name: {name!r} is a model that {family.name} are known to report; "
                "the catalog has no entry for it",
            )
    return None


def _read_cut_name(
    name: str, spelt: Sequence[Spelling], index: NameIndex, *, may_be_cut: bool
) -> NameReading | None:
    """Read the beginning of known names; of one family's name too, where no device has it."""
    for _, shorter, _ in spelt:
        # "QHY600" is short, but ends with a model's whole number: M or C is left to say. A short
        # name that ends in a letter was not cut: "EOS 60D" is no "EOS 60Da".
        long_enough = len(normalise(shorter)) >= _SHORTEST_CUT or shorter[-3:].isdigit()
        if not long_enough:
            continue
        inside_words = may_be_cut and (len(shorter) >= SHORTEST_SEEN_CUT or shorter[-1:].isdigit())
        longer = _longer_names(shorter, index, inside_words=inside_words)
        devices = tuple(dict.fromkeys(one for one, _ in longer if isinstance(one, Device)))
        if devices:
            return NameReading(
                how=Reading.CUT,
                devices=devices,
                inside_word=any(inside for _, inside in longer),
                evidence=f"name: {name!r} begins the names of {len(devices)} known devices",
            )
        families = [one for one, _ in longer if isinstance(one, Family)]
        if may_be_cut and len(set(map(id, families))) == 1:
            says = f"name: {name!r} begins a name that is reported by {families[0].name}"
            return NameReading(how=Reading.CUT, family=families[0], evidence=says)
    return None


def _longer_names(
    name: str, index: NameIndex, *, inside_words: bool
) -> list[tuple[Device | Family, bool]]:
    """Return whatever has a name that begins with this one, and whether that ends inside a word."""
    letters = len(normalise(name))
    found = []
    for known, thing in index.longer(name):
        inside = not _ends_at_a_word(known, letters)
        if inside_words or not inside:
            found.append((thing, inside))
    return found


def _ends_at_a_word(name: str, letters: int) -> bool:
    """Return whether a word of a name ends after so many letters, separators not counted."""
    count = 0
    for place, letter in enumerate(name):
        count += bool(normalise(letter))
        if count == letters:
            return place + 1 < len(name) and not normalise(name[place + 1])
    return False


def _read_nickname(name: str, index: NameIndex) -> NameReading | None:
    """Read a known name with the owner's words behind it, where the driver allows such words."""
    words = name.split(" ")
    for end in range(len(words) - 1, 0, -1):  # the longest known name first
        start, tail = " ".join(words[:end]), words[end:]
        thing = index.find(start)
        if thing is None:
            continue
        if not any(
            family.nicknamed and starts_with_any(name, family.prefixes + family.driver_names.all())
            for family in index.families
        ):
            return None
        if any(is_variant(word) for word in tail):
            return None
        nickname = " ".join(tail)
        if isinstance(thing, Family):
            return NameReading(
                how=Reading.NICKNAMED,
                family=thing,
                evidence=f"name: {name!r} is {start!r} with the nickname {nickname!r}",
            )
        return NameReading(
            how=Reading.NICKNAMED,
            devices=(thing,),
            evidence=f"name: {name!r} reads as {thing} with the nickname {nickname!r}",
        )
    return None


def _read_driver_name(name: str, spelt: Sequence[Spelling], index: NameIndex) -> NameReading:
    shortest = min((shorter for _, shorter, _ in spelt), key=len)
    best: tuple[int, Family] | None = None
    for family in index.families:
        for prefix in family.prefixes:
            if starts_with_any(name, (prefix,)) and (best is None or len(prefix) > best[0]):
                best = len(prefix), family
    if best is None:
        return NameReading(
            how=Reading.UNKNOWN,
            model_words=_model_words(shortest),
            evidence=f"name: {name!r} is not a name that the catalog knows",
        )
    length, family = best
    rest = name[length:].strip(" -_")
    return NameReading(
        how=Reading.DRIVER_ONLY,
        family=family,
        rest=rest,
        model_words=_model_words(shortest[length:]) | _model_words(shortest),
        evidence=f"name: {name!r} is how {family.name} are named; {rest!r} is no known model",
    )


def _model_words(text: str) -> frozenset[str]:
    """Return the words that look like a model's: letters and digits, or three digits and more."""
    words = (normalise(word) for word in re.split(r"[\s()/,]+", text))
    return frozenset(
        word
        for word in words
        if any(one.isdigit() for one in word) and (len(word) > 2 or not word.isdigit())
    )


def is_known_body(device: Device, reading: NameReading) -> bool:
    """Return whether an entry for every body with one lens mount lists the body that is named."""
    if not isinstance(device, Camera) or not device.any_body:
        return False
    return any(
        normalise(alias) == normalise(reading.rest)
        or (_model_words(alias) and _model_words(alias) <= reading.model_words)
        for alias in device.aliases
    )


def may_be_named(device: Device, reading: NameReading) -> bool:
    """Return whether a name with a model's words in it can be this device's.

    Only cameras: a wheel behind a camera is named like the camera.
    """
    if not reading.model_words or not isinstance(device, Camera) or device.any_body:
        return True
    names = (*plain_models(device), device.model, *device.driver_names.all())
    own = {word for name in names for word in _model_words(name)}
    own |= {normalise(name) for name in names}
    return bool(reading.model_words & own)
