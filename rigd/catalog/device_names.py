"""Reading a device's name: which entry or family of the catalog it names, and how surely."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

from rigd.catalog.catalog import Catalog
from rigd.catalog.models.camera import Camera
from rigd.catalog.models.driver_names import Device, Family, normalise
from rigd.catalog.models.filter_wheel import FilterWheel
from rigd.catalog.models.focuser import Focuser
from rigd.devices.identity import DeviceKind

MODELS: Final[Mapping[DeviceKind, type[Device]]] = {
    DeviceKind.CAMERA: Camera,
    DeviceKind.FILTERWHEEL: FilterWheel,
    DeviceKind.FOCUSER: Focuser,
}
"""The kinds of device that the catalog knows."""

_VARIANTS: Final = frozenset(
    [
        "pro",
        "mini",
        "duo",
        "air",
        "cool",
        "cooled",
        "gt",
        "max",
        "lite",
        "plus",
        "ultra",
        "se",
        "ii",
        "iii",
        "iv",
        "v",
        "mk",
        "mark",
        "mkii",
        "mkiii",
        "new",
        "mono",
        "color",
        "colour",
        "mm",
        "mc",
        "m",
        "c",
        "s",
        "l",
        "x",
        "xl",
        "us",
        "sr",
        "ph",
        "sbfl",
        "bsi",
        "eb",
        "lp",
        "sc",
        "ls",
        "sqr",
        "usb",
        "wifi",
        "hs",
        "ex",
        "guide",
        "planetary",
        "camera",
        "ccd",
        "cmos",
        "evo",
        "neo",
    ]
)
"""Words that makers put behind a model's name: never read as somebody's nickname."""

_SHORTEST_CUT: Final = 8
"""A name cut shorter than this could be the beginning of anything; our choice."""


class Reading(StrEnum):
    """How a name was read."""

    EXACT = "exact"
    NUMBERED = "numbered"
    SERIAL = "serial"
    NICKNAMED = "nicknamed"
    CUT = "cut"
    UNLISTED = "unlisted"
    """A model that the driver knows and the catalog does not."""
    DRIVER_ONLY = "driver_only"
    """A driver's way of naming, with a model or nickname that is not known."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class NameReading:
    """What a name says: devices or a family of the catalog, and a line of evidence."""

    how: Reading
    devices: tuple[Device, ...] = ()
    family: Family | None = None
    longer: tuple[Device, ...] = ()
    """Other devices whose names go on where this one ends."""
    known_name: str = ""
    """The known name that was found in it."""
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NameIndex:
    """The names of one kind of device."""

    devices: tuple[Device, ...]
    families: tuple[Family, ...]
    by_name: Mapping[str, Device | Family]
    unlisted: Mapping[str, Family]
    """Names of models without an entry."""


@lru_cache(maxsize=16)
def name_index(catalog: Catalog, kind: DeviceKind) -> NameIndex:
    """Return the names that a catalog knows for one kind."""
    devices = tuple(catalog.all(MODELS[kind])) if kind in MODELS else ()
    families = tuple(family for family in catalog.all(Family) if family.kind is kind)
    by_name: dict[str, Device | Family] = {}
    things: tuple[Device | Family, ...] = (*devices, *families)
    for thing in things:
        for name in thing.driver_names.all():
            by_name.setdefault(normalise(name), thing)
    unlisted = {
        key: family
        for family in families
        for model in family.known_models
        for key in (normalise(model), *(normalise(start + model) for start in family.prefixes))
        if key not in by_name
    }
    return NameIndex(devices=devices, families=families, by_name=by_name, unlisted=unlisted)


def read_name(name: str, index: NameIndex) -> NameReading:
    """Return what a device's name says, by rules that drivers follow and never by similarity.

    The most certain reading comes first, and the first that finds something decides.
    """
    for how, shorter, why in _spellings(name, index):
        thing = index.by_name.get(normalise(shorter))
        if thing is not None:
            return _read_known_name(thing, index, how=how, name=name, known=shorter, why=why)
    unlisted = _read_unlisted(name, index)
    if unlisted is not None:
        return unlisted
    longer = (
        _devices_with_longer_names(name, index) if len(normalise(name)) >= _SHORTEST_CUT else ()
    )
    if longer:  # before nicknames: a cut "... Pro" must not read as the nickname "Pr"
        return NameReading(
            how=Reading.CUT,
            devices=longer,
            evidence=f"name: {name!r} begins the names of {len(longer)} known devices",
        )
    nicknamed = _read_nickname(name, index)
    if nicknamed is not None:
        return nicknamed
    return _read_driver_name(name, index)


def _spellings(name: str, index: NameIndex) -> Iterator[tuple[Reading, str, str]]:
    """Yield the name itself, then the name without what drivers append to it."""
    yield Reading.EXACT, name, ""
    bracketed = re.fullmatch(r"(.+?)\s*\(\d{1,2}\)", name)
    if bracketed:
        yield Reading.NUMBERED, bracketed[1], "without the driver's number"
    numbered = re.fullmatch(r"(.+\S) (\d{1,2})", name)
    if numbered and _is_numbered(numbered[1], index):
        yield Reading.NUMBERED, numbered[1], "without the number of a second device"
    serial = re.fullmatch(r"(.+?)-([0-9a-fA-F]{4,32})", name)
    # A digit, or "-deadbeef" and "-cafe" of a nickname would pass for serial numbers.
    if serial and any(letter.isdigit() for letter in serial[2]):
        yield Reading.SERIAL, serial[1], "without the serial number"


def _is_numbered(name: str, index: NameIndex) -> bool:
    return any(
        family.numbered and _starts_with_any(name, family.prefixes + family.driver_names.all())
        for family in index.families
    )


def _read_known_name(
    thing: Device | Family, index: NameIndex, *, how: Reading, name: str, known: str, why: str
) -> NameReading:
    said = f"name: {name!r}" + (f", {why}," if why else "")
    if isinstance(thing, Family):
        return NameReading(
            how=how, family=thing, evidence=f"{said} is reported by {thing.name}: no single model"
        )
    confidence = thing.driver_names.confidence
    doubt = f" ({confidence}, not seen yet)" if confidence else ""
    return NameReading(
        how=how,
        devices=(thing,),
        known_name=known,
        longer=tuple(one for one in _devices_with_longer_names(name, index) if one is not thing),
        evidence=f"name: {name!r}{', ' + why if why else ''} is the name of {thing}{doubt}",
    )


def _read_unlisted(name: str, index: NameIndex) -> NameReading | None:
    """Return a model that the driver is known to name and that has no entry."""
    for _, shorter, _ in _spellings(name, index):
        family = index.unlisted.get(normalise(shorter))
        if family is not None:
            return NameReading(
                how=Reading.UNLISTED,
                family=family,
                evidence=f"name: {name!r} is a model that {family.name} are known to report; "
                "the catalog has no entry for it",
            )
    return None


def _read_nickname(name: str, index: NameIndex) -> NameReading | None:
    """Read a known name with the owner's words behind it, where the driver allows such words."""
    words = name.split(" ")
    for end in range(len(words) - 1, 0, -1):  # the longest known name first
        start, tail = " ".join(words[:end]), words[end:]
        thing = index.by_name.get(normalise(start))
        if thing is None:
            continue
        if not any(
            family.nicknamed and _starts_with_any(name, family.prefixes + family.driver_names.all())
            for family in index.families
        ):
            return None
        if any(_is_variant(word) for word in tail):
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
            known_name=start,
            evidence=f"name: {name!r} reads as {thing} with the nickname {nickname!r}",
        )
    return None


def _is_variant(word: str) -> bool:
    plain = word.strip("-_()").casefold()
    return len(plain) < 2 or plain in _VARIANTS or any(letter.isdigit() for letter in plain)


def _devices_with_longer_names(name: str, index: NameIndex) -> tuple[Device, ...]:
    """Return devices with a name that begins with this one and goes on."""
    key = normalise(name)
    found: dict[str, Device] = {}
    for known, thing in index.by_name.items():
        if isinstance(thing, Device) and known != key and known.startswith(key):
            found.setdefault(thing.id, thing)
    return tuple(found.values())


def _read_driver_name(name: str, index: NameIndex) -> NameReading:
    best: tuple[int, Family] | None = None
    for family in index.families:
        for prefix in family.prefixes:
            if _starts_with_any(name, (prefix,)) and (best is None or len(prefix) > best[0]):
                best = len(prefix), family
    if best is None:
        return NameReading(
            how=Reading.UNKNOWN, evidence=f"name: {name!r} is not a name that the catalog knows"
        )
    length, family = best
    rest = name[length:].strip(" -_")
    return NameReading(
        how=Reading.DRIVER_ONLY,
        family=family,
        evidence=f"name: {name!r} is how {family.name} are named; {rest!r} is no known model",
    )


def _starts_with_any(name: str, prefixes: tuple[str, ...]) -> bool:
    key = normalise(name)
    return any(key.startswith(normalise(prefix)) for prefix in prefixes)
