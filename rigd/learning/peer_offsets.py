"""Filters whose offset against the reference filter is not sure, and among each other is. Pure.

A filter change needs the difference of two filters, and no third one: where L is of an unknown
glass, the offsets of Ha and OIII of one series are unknown, and their difference is sure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rigd.focus.state.settings import FilterSlot, PeerOffset
from rigd.learning.learnt_offsets import RANKS
from rigd.learning.sureness import find_largest_error
from rigd.optics.filter_offsets import SlotKind

_STATE = "modelled"


@dataclass(frozen=True, slots=True)
class Difference:
    """How much farther the focus of one filter lies than that of another, as glass says."""

    steps: int
    se_steps: float


Differences = Mapping[tuple[str, str], Difference]
"""By the keys of the filter that it counts from and of the other one."""


def add_peers(
    slots: Sequence[FilterSlot],
    differences: Differences,
    *,
    apply_from: str,
    run_scatter_steps: float | None = None,
) -> tuple[FilterSlot, ...]:
    """Return the slots, those without an offset that counts with the one against a peer.

    Peers are filters each of which is sure enough against every other one. The first of them is the
    one that all count from.

    Args:
        slots: With the offsets that count against the reference filter.
        differences: As far as glass says them.
        apply_from: The least state that is applied.
        run_scatter_steps: Standard deviation of one autofocus run of this rig, if it is known.
    """
    if RANKS[_STATE] < RANKS[apply_from]:
        return tuple(slots)
    groups: list[list[FilterSlot]] = []
    for slot in slots:
        if slot.focus_offset_steps is not None or slot.kind is not SlotKind.FILTER:
            continue
        for group in groups:
            if all(_are_peers(one, slot, differences, run_scatter_steps) for one in group):
                group.append(slot)
                break
        else:
            groups.append([slot])
    first = {one.key: group[0].key for group in groups if len(group) > 1 for one in group}
    return tuple(
        replace(slot, peer_offset=_offset(differences, first[slot.key], slot.key))
        if slot.key in first
        else slot
        for slot in slots
    )


def _are_peers(
    one: FilterSlot, other: FilterSlot, differences: Differences, run_scatter_steps: float | None
) -> bool:
    """Whether the focuser may move by the difference of two filters."""
    known = differences.get((one.key, other.key))
    zones = [zone for zone in (one.focus_zone_steps, other.focus_zone_steps) if zone is not None]
    largest = find_largest_error(run_scatter_steps, min(zones, default=None))
    return known is not None and largest is not None and known.se_steps <= largest


def _offset(differences: Differences, peer: str, key: str) -> PeerOffset:
    known = Difference(0, 0.0) if key == peer else differences[peer, key]
    return PeerOffset(peer=peer, steps=known.steps, se_steps=known.se_steps, state=_STATE)
