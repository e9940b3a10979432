"""Which offset of a filter counts: given, learnt from autofocus runs, or predicted. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rigd.focus.state.settings import FilterSlot, LearntOffset
from rigd.learning.sureness import (
    MIN_RUNS,
    MOST_MORE_RUNS,
    count_missing_runs,
    describe_runs,
    find_largest_error,
)
from rigd.optics.filter_offsets import SlotKind
from rigd.units import round_half_away

RANKS = {"modelled": 0, "provisional": 1, "trusted": 2, "given": 3}
"""How much a state is worth; others have no steps to apply."""
_MEASURED = {"provisional", "trusted", "refused"}
"""States of an offset that runs have decided; of a refused one the numbers are not sure enough."""


def choose_offsets(
    slots: Sequence[FilterSlot],
    learnt: Mapping[str, LearntOffset],
    *,
    reference: str | None,
    apply_from: str,
    run_scatter_steps: float | None = None,
    scatter_limit_steps: float | None = None,
) -> tuple[FilterSlot, ...]:
    """Return the slots, each with the offset that counts, or with the reason why none does.

    An offset that the user gave wins over all; then what runs say, then what glass says, each only
    if it is sure enough. Where neither is, the better one is shown and declined.

    Args:
        slots: As profile and glass give them.
        learnt: By key of the physical filter.
        reference: Key of the filter that all offsets refer to; its own is 0 by definition.
        apply_from: The least state that is applied.
        run_scatter_steps: Standard deviation of one autofocus run of this rig, if it is known.
        scatter_limit_steps: The same, as far as the runs' curves support it; left alone, all of it.
    """
    if scatter_limit_steps is None:
        scatter_limit_steps = run_scatter_steps
    scatter = _Scatter(run_scatter_steps, scatter_limit_steps)
    name = next((slot.name for slot in slots if slot.key == reference), "the reference filter")
    return tuple(
        slot
        if slot.key == reference
        else _choose(slot, learnt.get(slot.key), name, apply_from, scatter)
        for slot in slots
    )


@dataclass(frozen=True, slots=True)
class _Scatter:
    """What one run scatters, and how much of it an offset's error may be."""

    steps: float | None
    limit_steps: float | None

    @property
    def that_counts_steps(self) -> float | None:
        """What one more run may be taken to scatter: runs that happen to agree show less."""
        return None if self.steps is None else max(self.steps, self.limit_steps or 0.0)


def _choose(
    slot: FilterSlot,
    learnt: LearntOffset | None,
    reference: str,
    apply_from: str,
    scatter: _Scatter,
) -> FilterSlot:
    if slot.kind not in {SlotKind.FILTER, SlotKind.EMPTY}:
        return slot
    slot = replace(slot, learnt=learnt)
    measured = _measured(slot, learnt)
    if slot.state == "given" or measured is None:
        candidates: tuple[FilterSlot, ...] = (slot,)
    else:
        candidates = (measured,) if _casts_doubt(learnt) else (measured, slot)
    declined: FilterSlot | None = None
    for one in candidates:
        if one.focus_offset_steps is None:
            continue
        reason = _find_doubt(one, reference, scatter) or _find_lack(one, apply_from)
        if reason is None:
            return one
        declined = declined or _decline(one, reason)
    return declined or _give_reason_of_runs(slot, learnt)


def _give_reason_of_runs(slot: FilterSlot, learnt: LearntOffset | None) -> FilterSlot:
    """Return a slot of which neither runs nor glass say an offset, with what stands against runs.

    Runs would do without glass: what they lack is what is missing, and glass alone says no more.
    """
    if learnt is None or learnt.state != "refused" or learnt.reason is None:
        return slot
    return slot if slot.focus_offset_steps is not None else replace(slot, reason=learnt.reason)


def _measured(slot: FilterSlot, learnt: LearntOffset | None) -> FilterSlot | None:
    """Return the slot with the offset that runs say; None if they say none."""
    if learnt is None or learnt.focus_offset_steps is None or learnt.state not in _MEASURED:
        return None
    return replace(
        slot,
        focus_offset_steps=round_half_away(learnt.focus_offset_steps),
        se_steps=learnt.se_steps,
        state="provisional" if learnt.state == "refused" else learnt.state,
        reason=None,
    )


def _casts_doubt(learnt: LearntOffset | None) -> bool:
    """Whether runs, too few to be believed, speak against what glass says: then neither counts."""
    return learnt is not None and learnt.state == "refused" and learnt.runs < MIN_RUNS


def _find_doubt(slot: FilterSlot, reference: str, scatter: _Scatter) -> str | None:
    """Return why an offset is not sure enough to move by; None if it is."""
    steps, se, learnt = slot.focus_offset_steps, slot.se_steps, slot.learnt
    if slot.state == "given" or steps is None or se is None:
        return None
    largest = find_largest_error(scatter.limit_steps, slot.focus_zone_steps)
    runs = learnt.runs if learnt else 0
    few = slot.state in _MEASURED and runs < MIN_RUNS
    if largest is not None and se <= largest and not few:
        return None
    missing = count_missing_runs(
        se, runs, largest_steps=largest, run_scatter_steps=scatter.that_counts_steps
    )
    offset = f"{steps:+d} ± {_figure(se)} steps"
    need = describe_runs(max(missing, 1), f"in turn with {reference}", scatter.that_counts_steps)
    more = f"{need} would do" if missing <= MOST_MORE_RUNS else f"it takes {need}"
    if largest is None:
        return (
            f"{offset}: how sure is sure enough is not known without the optic's focal ratio or "
            f"autofocus runs; {more}"
        )
    return f"{offset}: too unsure; {more} (± {_figure(largest)} or less is applied)"


def _find_lack(slot: FilterSlot, apply_from: str) -> str | None:
    """Return why an offset is not known well enough for this user; None if it is."""
    if RANKS.get(slot.state, 0) >= RANKS[apply_from]:
        return None
    return (
        f"its offset {slot.focus_offset_steps:+d} steps is {slot.state}; "
        f"apply_from demands {apply_from}"
    )


def _decline(slot: FilterSlot, reason: str) -> FilterSlot:
    return replace(
        slot,
        focus_offset_steps=None,
        declined_steps=slot.focus_offset_steps,
        state="none",
        reason=reason,
    )


def _figure(steps: float) -> str:
    return f"{steps:.0f}" if steps >= 9.95 else f"{steps:.1f}"
