"""The slots of a rig's wheel as rigd shows it: a filter each, or two behind each other. Pure.

Two wheels behind each other are one wheel with a slot for every pair of theirs, the first wheel's
slot changing slowest. A pair goes by the keys of both filters, optic side first: `lum+clear`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from rigd.equipment.profile import EquipmentProfile
from rigd.optics.filter_offsets import SlotKind

BEHIND = "+"
"""Joins the keys of two filters behind each other; no key of one has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WheelSlot:
    """What one slot puts in the light."""

    key: str
    name: str
    kind: SlotKind
    filters: tuple[str, ...]
    """Keys of the physical filters, optic side first."""


def wheel_slots(profile: EquipmentProfile) -> tuple[WheelSlot, ...]:
    """Return every slot in order; none without a wheel."""
    if profile.wheel is None:
        return ()
    if not profile.stacked:
        return tuple(_single(profile, key) for key in profile.wheel.slots)
    pairs = list(product(*(one.slots for one in profile.stacked)))
    short = [_short_name(profile, pair) for pair in pairs]
    return tuple(
        WheelSlot(
            key=BEHIND.join(pair),
            name=name if short.count(name) == 1 else _full_name(profile, pair),
            kind=_kind([profile.filters[key].kind for key in pair]),
            filters=pair,
        )
        for pair, name in zip(pairs, short, strict=True)
    )


def filters_of(key: str) -> tuple[str, ...]:
    """Return keys of the physical filters that a slot's key means."""
    return tuple(key.split(BEHIND))


def slot_names(profile: EquipmentProfile) -> tuple[tuple[str, str], ...]:
    """Return every name that a program may use for what is in the light, with its key."""
    if not profile.stacked:
        singles = profile.filters.items()
        return tuple(pair for key, part in singles for pair in ((key, key), (part.name, key)))
    named = [(name, slot.key) for slot in wheel_slots(profile) for name in (slot.key, slot.name)]
    pairs = dict.fromkeys(slot.filters for slot in wheel_slots(profile))
    if profile.reference_filter is not None:
        pairs |= {filters_of(profile.reference_filter): None}
    named += [(_full_name(profile, pair), BEHIND.join(pair)) for pair in pairs]
    return tuple(dict.fromkeys(named))


def _single(profile: EquipmentProfile, key: str) -> WheelSlot:
    part = profile.filters[key]
    return WheelSlot(key=key, name=part.name, kind=part.kind, filters=(key,))


def _kind(kinds: Sequence[SlotKind]) -> SlotKind:
    """Return the kind of a pair: opaque if either is, then unknown, then a filter; else empty."""
    for kind in (SlotKind.OPAQUE, SlotKind.UNKNOWN, SlotKind.FILTER):
        if kind in kinds:
            return kind
    return SlotKind.EMPTY


def _short_name(profile: EquipmentProfile, pair: Sequence[str]) -> str:
    """Return the name of the filter alone, if the other slot is empty."""
    parts = [profile.filters[key] for key in pair]
    glass = [part.name for part in parts if part.kind is not SlotKind.EMPTY]
    return " + ".join(glass) or parts[0].name


def _full_name(profile: EquipmentProfile, pair: Sequence[str]) -> str:
    return " + ".join(profile.filters[key].name for key in pair)
