"""The names of one kind of device: seen ones, and those that a driver's rule forms from a model."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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

_SHORTEST_MODEL: Final = 5
"""A model shorter than this is no name without its maker: "G1", "D750"; our choice."""

_PLAIN_MODEL: Final = re.compile(r"[\w.+-]+( [\w.+-]+){0,3}")
"""A designation as a driver has it: not "Hypercam 269C/26C etc.", not a camera with its wheel."""


_DESIGNATION: Final = re.compile(r"[A-Z0-9]\w*[A-Z0-9]")
"""A word with two capitals or digits: "AAF", "FocusCube", "CFW3-S", no "Midi filter wheel"."""


_COLOUR_BEHIND_A_DASH: Final = re.compile(r"\w{3,}-[CM]\b")
"""What a series is called in colour or mono: "Zeus-C Pro" is a name without a digit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NameIndex:
    """The names of one kind of device."""

    devices: tuple[Device, ...]
    families: tuple[Family, ...]
    by_name: Mapping[str, Device | Family]
    """Names that are on record."""
    derived: Mapping[str, Device]
    """Names that a driver forms from a model's name, not seen yet."""
    keys: tuple[str, ...]
    """The keys of every name on record or formed, sorted."""
    spelt: tuple[tuple[int, str, Device | Family], ...]
    """For each key: the place of the name in the catalog, how it is written, what it names."""
    unlisted: Mapping[str, Family]
    """Names of models without an entry."""

    def find(self, name: str) -> Device | Family | None:
        """Return what bears exactly this name, without regard to case, spaces and dashes."""
        key = normalise(name)
        return self.by_name.get(key) or self.derived.get(key)

    def longer(self, name: str) -> list[tuple[str, Device | Family]]:
        """Return the names that begin with this one and go on, in the order of the catalog."""
        key = normalise(name)
        found = []
        for at in range(bisect_right(self.keys, key), len(self.keys)):
            if not self.keys[at].startswith(key):
                break
            found.append(self.spelt[at])
        return [(known, thing) for _, known, thing in sorted(found, key=lambda one: one[0])]


@lru_cache(maxsize=16)
def name_index(catalog: Catalog, kind: DeviceKind) -> NameIndex:
    """Return the names that a catalog knows for one kind."""
    devices = tuple(catalog.all(MODELS[kind])) if kind in MODELS else ()
    families = tuple(family for family in catalog.all(Family) if family.kind is kind)
    by_name: dict[str, Device | Family] = {}
    things: tuple[Device | Family, ...] = (*devices, *families)
    spelt = [(name, thing) for thing in things for name in thing.driver_names.all()]
    for name, thing in spelt:
        by_name.setdefault(normalise(name), thing)
    formed = [
        (name, device)
        for device in devices
        if not (isinstance(device, Camera) and device.any_body)
        for name in (
            _names_by_rule(device, families, by_name)
            if isinstance(device, Camera)
            else _whole_names(device, by_name)
        )
    ]
    claims: dict[str, set[str]] = {}
    for name, device in formed:
        claims.setdefault(normalise(name), set()).add(device.id)
    # A name that two models would get says nothing, and a name on record is stronger.
    alone = [(name, one) for name, one in formed if len(claims[normalise(name)]) == 1]
    derived = {normalise(name): one for name, one in alone if normalise(name) not in by_name}
    everything = sorted(
        (
            (normalise(name), place, name, thing)
            for place, (name, thing) in enumerate((*spelt, *alone))
        ),
        key=lambda one: one[:2],
    )
    return NameIndex(
        devices=devices,
        families=families,
        by_name=by_name,
        derived=derived,
        keys=tuple(key for key, *_ in everything),
        spelt=tuple((place, name, thing) for _, place, name, thing in everything),
        unlisted={
            key: family
            for family in families
            for key in _unlisted_keys(family)
            if key not in by_name and key not in derived
        },
    )


def plain_models(device: Device) -> tuple[str, ...]:
    """Return the designations in a model's text, and its other ones: both of "ATR533 / ATR533C"."""
    texts = re.sub(r"\s*\(.*?\)", "", device.model).split(" / ")
    plain = tuple(text for text in texts if _PLAIN_MODEL.fullmatch(text) and " + " not in text)
    return (*plain, *device.aliases) if plain else ()


def _names_by_rule(
    device: Device, families: tuple[Family, ...], by_name: Mapping[str, Device | Family]
) -> Iterator[str]:
    prefixes = [
        one for family in families if family.id in device.families for one in family.prefixes
    ]
    behind_prefixes = [
        name.removeprefix(prefix)
        for name in device.driver_names.indi
        for prefix in prefixes
        if name.startswith(prefix)
    ]
    for model in dict.fromkeys((*plain_models(device), *device.driver_names.sdk, *behind_prefixes)):
        # Other models report this one's name: with a maker before it, it is still theirs too.
        if isinstance(by_name.get(normalise(model)), Family):
            continue
        if _may_stand_alone(model, device.maker):
            yield model
            yield f"{device.maker} {model}"
        yield from (prefix + model for prefix in prefixes)
    for name in device.driver_names.all():
        bare = re.sub(r"\s*\(.*?\)$", "", name)
        if bare != name:
            yield bare


def _whole_names(device: Device, by_name: Mapping[str, Device | Family]) -> Iterator[str]:
    """Yield maker and designation of a wheel or a focuser: "ToupTek AAF", not "TruTech wheel"."""
    for model in plain_models(device):
        named = by_name.get(normalise(model))
        # "Oasis Focuser" is words, but its driver calls it so: "Astroasis Oasis Focuser" is it too.
        if isinstance(named, Family) or not (named is device or _DESIGNATION.search(model)):
            continue
        yield f"{device.maker} {model}"
        if _may_stand_alone(model, device.maker):
            yield model


def _may_stand_alone(model: str, maker: str) -> bool:
    """Return whether a model's name is one without its maker: "QHY9" has its maker in it."""
    key, own = normalise(model), normalise(maker)
    if key.startswith(own) and key.removeprefix(own).isalnum():
        return True
    telling = any(one.isdigit() for one in model) or _COLOUR_BEHIND_A_DASH.search(model)
    return len(key) >= _SHORTEST_MODEL and bool(telling)


def _unlisted_keys(family: Family) -> Iterator[str]:
    for model in family.known_models:
        yield from (normalise(prefix + model) for prefix in family.prefixes)
        # "Saturn-C SQR" has no digit, and is the whole name in the maker's own software.
        if len(normalise(model)) >= _SHORTEST_MODEL:
            yield normalise(model)
