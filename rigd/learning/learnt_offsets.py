"""Puts offsets learnt from autofocus runs in place of those predicted from glass. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from rigd.focus.state.settings import FilterSlot, LearntOffset
from rigd.optics.filter_offsets import SlotKind
from rigd.units import round_half_away

RANKS = {"modelled": 0, "provisional": 1, "trusted": 2, "given": 3}
"""How much a state is worth; others have no steps to apply."""


def with_learnt(
    slots: Sequence[FilterSlot],
    learnt: Mapping[str, LearntOffset],
    *,
    reference: str | None,
    apply_from: str,
) -> tuple[FilterSlot, ...]:
    """Return the slots with learnt offsets; an offset that the user gave wins over all.

    Args:
        slots: As profile and glass give them.
        learnt: By key of the physical filter.
        reference: Key of the filter that all offsets refer to; its own is 0 by definition.
        apply_from: The least state that is applied; below it a slot has no steps, and says why.
    """
    taught = (_with_learnt_offset(slot, learnt.get(slot.key)) for slot in slots)
    return tuple(
        slot if slot.key == reference else _with_demanded_state(slot, apply_from) for slot in taught
    )


def _with_learnt_offset(slot: FilterSlot, learnt: LearntOffset | None) -> FilterSlot:
    if learnt is None or slot.kind not in {SlotKind.FILTER, SlotKind.EMPTY}:
        return slot
    mean_steps = learnt.focus_offset_steps
    if (
        slot.state == "given"
        or mean_steps is None
        or learnt.state not in {"provisional", "trusted"}
    ):
        return replace(slot, learnt=learnt)
    return replace(
        slot,
        focus_offset_steps=round_half_away(mean_steps),
        state=learnt.state,
        reason=None,
        learnt=learnt,
    )


def _with_demanded_state(slot: FilterSlot, apply_from: str) -> FilterSlot:
    steps = slot.focus_offset_steps
    if steps is None or RANKS.get(slot.state, 0) >= RANKS[apply_from]:
        return slot
    reason = f"its offset {steps:+d} steps is {slot.state}; apply_from demands {apply_from}"
    return replace(slot, focus_offset_steps=None, state="none", reason=reason)
