"""Why the focuser is where it is, term by term: what `rigd explain` shows."""

from dataclasses import dataclass

from rigd.focus.cautions import cautions
from rigd.focus.change_plan import describe_missing_offset, describe_other_group
from rigd.focus.device_names import name_device
from rigd.focus.filter_change import describe_wait
from rigd.focus.filter_in_light import name_filter
from rigd.focus.state.focuser import FocuserRole
from rigd.focus.state.rig import Origin, Result, Rig
from rigd.focus.state.settings import Mode
from rigd.focus.state.thermometer import why_term_stays
from rigd.focus.unknown_place import find_place_gate
from rigd.focus.virtual_focuser import logical_steps
from rigd.optics.filter_offsets import SlotKind


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideFocuserExplanation:
    """Why the guide focuser is where it is."""

    name: str
    connected: bool
    steps_per_step: float | None
    raw_steps: int | None
    base_steps: int | None
    filter_steps: int | None
    filter_embodied: str | None
    unknown_because: str | None
    focus_checked: bool
    moving_to_steps: int | None
    stays_because: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeOutcome:
    """How the last filter change ended or stands, with its sentence."""

    result: Result
    sentence: str
    origin: Origin
    from_position: int | None
    to_position: int | None
    to: str | None
    """Name of the filter at `to_position`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FocusExplanation:
    """The position of the focuser term by term, in its own counts."""

    rig: str
    mode: Mode
    raw_steps: int | None
    base_steps: int | None
    filter_steps: int | None
    filter_against: str | None
    """Name of the filter that `filter_steps` count from; null for the reference filter."""
    filter_embodied: str | None
    """Key of the filter whose part is in the position."""
    filter_embodied_name: str | None
    temperature_steps: int | None
    temperature_c: float | None
    temperature_base_c: float | None
    temperature_held_because: str | None
    temperature_waits_for: str | None
    trim_steps: int | None
    embodied_steps: int | None
    logical_steps: int | None
    unknown_because: str | None
    known_when: str | None
    """What makes known again what is in the position, as the end of a sentence; null if it is."""
    focus_checked: bool
    filter_in_light: str | None
    offset_not_applied_because: str | None
    """Why the offset of the filter in the light does not count; null if it does."""
    moving_to_steps: int | None
    waiting_for: str | None
    hold_by: str | None
    last_change: ChangeOutcome | None
    guide_focuser: GuideFocuserExplanation | None
    cautions: tuple[str, ...]


def explain(rig: Rig) -> FocusExplanation:
    """Why the focuser is where it is, term by term."""
    ledger, waits = rig.ledger, rig.temperature_waits
    terms, base = ledger.embodied, ledger.temperature_base
    return FocusExplanation(
        rig=rig.settings.name,
        mode=rig.settings.mode,
        raw_steps=ledger.raw_steps,
        base_steps=ledger.base_steps,
        filter_steps=terms.filter_steps if terms else None,
        filter_against=rig.settings.name_filter(terms.against) if terms and terms.against else None,
        filter_embodied=ledger.embodied_filter,
        filter_embodied_name=(
            rig.settings.name_filter(ledger.embodied_filter) if ledger.embodied_filter else None
        ),
        temperature_steps=terms.temperature_steps if terms else None,
        temperature_c=rig.thermometer.celsius,
        temperature_base_c=base.celsius if base else None,
        temperature_held_because=why_term_stays(rig.settings.temperature, rig.thermometer),
        temperature_waits_for=waits.sentence if waits else None,
        trim_steps=terms.trim_steps if terms else None,
        embodied_steps=terms.total_steps if terms else None,
        logical_steps=logical_steps(rig),
        unknown_because=ledger.unknown_because,
        known_when=_what_makes_known(rig),
        focus_checked=rig.ledger_checked,
        filter_in_light=filter_name(rig, None if rig.wheel_turning else rig.filter_position),
        offset_not_applied_because=why_not_applied(rig),
        moving_to_steps=rig.move.goal.target_steps if rig.move else None,
        waiting_for=describe_wait(rig),
        hold_by=rig.hold_by,
        last_change=last_change(rig),
        guide_focuser=explain_guide_focuser(rig),
        cautions=_warn_of_old_numbers(rig) + cautions(rig),
    )


def _what_makes_known(rig: Rig) -> str | None:
    """What makes known again what is in the focuser's position; None if it is known."""
    gate = None if rig.ledger.embodied is not None else find_place_gate(rig)
    return gate.opens_when if gate else None


def why_not_applied(rig: Rig) -> str | None:
    """Why the offset of the filter in the light does not count; None if it does, or in the dark."""
    slot = rig.slot(rig.filter_position)
    terms = rig.ledger.embodied
    if slot is None or slot.kind is SlotKind.OPAQUE:
        return None
    if terms is not None and rig.settings.offset_of(slot, terms.against) is not None:
        return None
    if slot.offset is None:
        return describe_missing_offset(slot)
    return None if terms is None else describe_other_group(rig, slot)


def _warn_of_old_numbers(rig: Rig) -> tuple[str, ...]:
    """Say that the steps are not those of now, while nothing is heard of the focuser."""
    if rig.settings.focuser is None or rig.ledger.raw_steps is None:
        return ()
    if rig.focuser is not None and rig.focuser.connected:
        return ()
    return ("the focuser is not connected: the steps are from when it was last connected",)


def explain_guide_focuser(rig: Rig) -> GuideFocuserExplanation | None:
    """Why the guide focuser is where it is; None if the rig has none."""
    ref = rig.settings.guide_focuser
    if ref is None:
        return None
    guide = rig.focuser_of(FocuserRole.GUIDE)
    ledger, report = guide.ledger, guide.report
    return GuideFocuserExplanation(
        name=name_device(rig, ref),
        connected=report is not None and report.connected,
        steps_per_step=rig.settings.guide_steps_per_step,
        raw_steps=ledger.raw_steps,
        base_steps=ledger.base_steps,
        filter_steps=ledger.embodied.filter_steps if ledger.embodied else None,
        filter_embodied=ledger.embodied_filter,
        unknown_because=ledger.unknown_because,
        focus_checked=guide.ledger_checked,
        moving_to_steps=guide.move.target_steps if guide.move else None,
        stays_because=rig.guide_fault,
    )


def last_change(rig: Rig) -> ChangeOutcome | None:
    """How the last filter change ended or stands; None if there was none."""
    outcome = rig.outcome
    if outcome is None:
        return None
    return ChangeOutcome(
        result=outcome.result,
        sentence=outcome.sentence,
        origin=outcome.origin,
        from_position=outcome.from_position,
        to_position=outcome.to_position,
        to=filter_name(rig, outcome.to_position),
    )


def filter_name(rig: Rig, filter_position: int | None) -> str | None:
    """Name of the filter in a slot; of a slot that the profile does not name, its number."""
    return None if filter_position is None else name_filter(rig, filter_position)
