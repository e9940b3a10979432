"""Where the focuser belongs with a filter in the light, or why it stays. Pure."""

from dataclasses import dataclass

from rigd.focus.gates import find_compensation_gate, find_gate_for_target, find_unknown_gate
from rigd.focus.move import base_ahead
from rigd.focus.state.ledger import Terms
from rigd.focus.state.rig import Gate, Rig
from rigd.focus.state.settings import FilterSlot, Mode
from rigd.focus.state.temperature_term import term_steps
from rigd.frozen import replace
from rigd.optics.filter_offsets import SlotKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Where the focuser belongs with a filter in the light."""

    slot: FilterSlot
    terms: Terms
    target_steps: int


def plan(rig: Rig, filter_position: int, *, waits: bool = True) -> Plan | str | Gate:
    """Plan the focuser's part of a change.

    Args:
        rig: as it is now.
        filter_position: of the filter that will be in the light.
        waits: whether the change may wait until the focuser has been read at rest.

    Returns:
        A plan; or why there is no offset to apply, which declines; or a closed gate, which refuses.
    """
    slot = rig.slot(filter_position)
    if slot is None:
        return f"slot {filter_position + 1} has no filter in the profile"
    if slot.kind is SlotKind.OPAQUE:
        return f"slot {filter_position + 1} ({slot.name}) is opaque: dark frames need no focus"
    embodied = rig.ledger.embodied
    is_its_focus = embodied is not None and embodied.against == slot.key
    if slot.offset is None and not is_its_focus:
        return describe_missing_offset(slot)
    if rig.settings.mode is not Mode.APPLY:
        return (
            f"mode {rig.settings.mode}: rigd does not move the focuser of its own accord; the "
            f"offset of {slot.name} is {describe_offset(rig, slot)}"
        )
    if gate := find_compensation_gate(rig):
        return gate
    # A night does not stop over a focus that is unknown; its frames are named.
    if gate := find_unknown_gate(rig):
        if rig.settings.unknown_refuses or (waits and gate.opens_by_itself):
            return gate
        ends = f"; that ends when {gate.opens_when}" if gate.opens_by_itself else ""
        return gate.sentence + ends
    # A client's own move may be under way: the base counts as it will be when that has ended.
    base, raw = base_ahead(rig), rig.ledger.raw_steps
    if base is None or embodied is None or raw is None:
        msg = "an open ledger gate implies a known base"
        raise ValueError(msg)
    steps = rig.settings.offset_of(slot, embodied.against)
    if steps is None:
        return describe_other_group(rig, slot)
    terms = replace(
        embodied,
        filter_steps=steps,
        temperature_steps=term_steps(
            rig.settings.temperature, rig.ledger, rig.thermometer, slot.key
        ),
    )
    target = base + terms.total_steps
    # Exactly at the target there is no move to spare, and the filter's terms can be embodied.
    if 0 < abs(target - raw) <= rig.settings.dead_band_steps and rig.move is None:
        return (
            f"filter {slot.name} needs {target - raw:+d} steps, inside the dead-band of "
            f"{rig.settings.dead_band_steps} steps"
        )
    planned = Plan(slot=slot, terms=terms, target_steps=target)
    if target == raw and rig.move is None:
        return planned  # it stands there already, also beyond a limit that was set since
    return find_gate_for_target(rig, target, slot.name) or planned


def describe_offset(rig: Rig, slot: FilterSlot) -> str:
    """Say what offset of a slot counts, and from which filter on."""
    if slot.offset is None:
        return "not known"
    steps, against = slot.offset
    counted = "" if against is None else f" against {rig.settings.name_filter(against)}"
    return f"{steps:+d} steps{counted}"


def describe_other_group(rig: Rig, slot: FilterSlot) -> str:
    """Say that the offset of a slot does not count from the focus that is known."""
    ledger, name = rig.ledger, rig.settings.name_filter
    against = ledger.embodied.against if ledger.embodied else None
    because = f" ({slot.reason})" if slot.reason else ""
    return (
        f"the focus is that of {name(ledger.embodied_filter or against)}, and how far that of "
        f"{slot.name} lies from it is not known{because}; focus once with {slot.name}"
    )


def describe_missing_offset(slot: FilterSlot) -> str:
    """Say why no offset of a slot counts: it is declined, or not known."""
    if slot.declined_steps is not None:
        return f"the focus offset of {slot.name} is not applied: {slot.reason}"
    return f"filter {slot.name} has no focus offset: {slot.reason or 'it is not known'}"
