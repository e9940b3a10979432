"""The view of a rig that the doors show: pure, from one snapshot."""

from dataclasses import asdict, dataclass, field

from rigd.devices.identity import DeviceRef
from rigd.focus.cautions import cautions
from rigd.focus.change_plan import Plan, plan
from rigd.focus.declared_offsets import declared_applier
from rigd.focus.foreign_commands import why_unheard
from rigd.focus.guide_focuser import guide_rig_of
from rigd.focus.stand_down import missing_applier
from rigd.focus.state.rig import Rig
from rigd.focus.state.settings import FilterSlot, Mode
from rigd.focus.state.temperature import why_held
from rigd.focus.virtual_focuser import logical_steps, shift_ahead
from rigd.optics.filter_offsets import SlotKind
from rigd.view.rig import FocuserView, Json, ModeChoice, RigIdentity, RigView, SafetyView, WheelView


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewInputs:
    """What was worked out of a rig beside its offsets."""

    match: Json = field(default_factory=dict)
    train: Json = field(default_factory=dict)
    train_svg: str | None = None
    questions: Json = field(default_factory=dict)
    chosen: ModeChoice | None = None
    """Who chose the mode while running; None if the configuration says it."""
    profile: Json = field(default_factory=dict)


def build_view(rig: Rig, identity: RigIdentity, answers: ViewInputs) -> RigView:
    """What the outside sees of a rig now: a snapshot, its identity, and what was worked out."""
    return RigView(
        name=rig.settings.name,
        number=identity.number,
        mode=rig.settings.mode,
        wheel=_wheel(rig, identity),
        focuser=_focuser(rig, identity),
        safety=_safety(rig, identity),
        summary=_summary(rig, answers),
        match=answers.match,
        train=answers.train,
        train_svg=answers.train_svg,
        offsets=_offsets(rig),
        explain=explain(rig),
        questions=answers.questions,
        profile=answers.profile,
    )


def published_offsets(rig: Rig) -> tuple[tuple[int, ...], str | None]:
    """What clients may read as FocusOffsets in this mode, and why it is zeros if it is.

    A wire without null must not carry a half-truth: one unknown offset makes all of them zero.
    """
    slots = rig.settings.slots
    zeros = (0,) * len(slots)
    if rig.settings.mode is not Mode.PUBLISH:
        return zeros, f"mode {rig.settings.mode} publishes zeros"
    for slot in slots:
        if slot.kind is not SlotKind.OPAQUE and slot.focus_offset_steps is None:
            return zeros, f"the offset of {slot.name} is unknown ({slot.reason}), so all are zeros"
    count = rig.wheel_slots
    if count is not None and count != len(slots):
        return zeros, (
            f"the filter wheel has {count} slots, the profile names {len(slots)}, so all are zeros"
        )
    return tuple(slot.focus_offset_steps or 0 for slot in slots), None


def explain(rig: Rig) -> Json:
    """Why the focuser is where it is, term by term."""
    ledger = rig.ledger
    terms, base = ledger.embodied, ledger.temperature_base
    return {
        "rig": rig.settings.name,
        "mode": rig.settings.mode,
        "raw_steps": ledger.raw_steps,
        "base_steps": ledger.base_steps,
        "filter_steps": terms.filter_steps if terms else None,
        "filter_embodied": ledger.embodied_filter,
        "temperature_steps": terms.temperature_steps if terms else None,
        "temperature_c": rig.thermometer.celsius,
        "temperature_base_c": base.celsius if base else None,
        "temperature_held_because": why_held(rig.settings.temperature, ledger, rig.thermometer),
        "temperature_waits_for": rig.temperature_waits.sentence if rig.temperature_waits else None,
        "trim_steps": terms.trim_steps if terms else None,
        "embodied_steps": terms.total_steps if terms else None,
        "logical_steps": logical_steps(rig),
        "unknown_because": ledger.unknown_because,
        "focus_checked": rig.checked,
        "filter_in_light": _slot_name(rig, rig.filter_position),
        "moving_to_steps": rig.move.goal.target_steps if rig.move else None,
        "waiting_for": rig.outcome.sentence if rig.pending and rig.outcome else None,
        "hold_by": rig.hold_by,
        "last_change": _outcome(rig),
        "guide_focuser": _guide_focuser(rig),
        "cautions": list(cautions(rig)),
    }


def _guide_focuser(rig: Rig) -> Json | None:
    """Why the guide focuser is where it is; None if the rig has none."""
    ref = rig.settings.guide_focuser
    if ref is None:
        return None
    guide = guide_rig_of(rig)
    ledger, report = guide.ledger, guide.focuser
    return {
        "name": ref.key,
        "connected": report is not None and report.connected,
        "steps_per_step": rig.settings.guide_steps_per_step,
        "raw_steps": ledger.raw_steps,
        "base_steps": ledger.base_steps,
        "filter_steps": ledger.embodied.filter_steps if ledger.embodied else None,
        "filter_embodied": ledger.embodied_filter,
        "unknown_because": ledger.unknown_because,
        "focus_checked": guide.checked,
        "moving_to_steps": guide.move.target_steps if guide.move else None,
        "stays_because": guide.fault,
    }


def _summary(rig: Rig, answers: ViewInputs) -> Json:
    _, why_zeros = published_offsets(rig)
    return {
        "name": rig.settings.name,
        "mode": rig.settings.mode,
        "filter": _slot_name(rig, rig.filter_position),
        "filter_position": None if rig.wheel_turning else rig.filter_position,
        "focuser_position_steps": rig.ledger.raw_steps,
        "focuser_temperature_c": rig.focuser.temperature_c if rig.focuser else None,
        "focus_known": rig.ledger.embodied is not None and rig.checked,
        "unknown_because": rig.ledger.unknown_because,
        "last_change": _outcome(rig),
        "published_zeros_because": why_zeros,
        "hold_by": rig.hold_by,
        "guide_focuser": _guide_focuser(rig),
        "servers_down": [{"server": s, "reason": r} for s, r in rig.servers_down],
        "devices": [
            {
                "server": identity.ref.server,
                "name": identity.name,
                "kinds": sorted(identity.kinds),
                "protocol": identity.protocol,
                "driver": identity.driver,
            }
            for identity in sorted(rig.identities, key=lambda i: i.ref)
        ],
        "mount": {
            "focal_length_mm": rig.mount.focal_length_mm,
            "aperture_mm": rig.mount.aperture_mm,
            "altitude_deg": rig.mount.altitude_deg,
            "slewing": rig.mount.slewing,
        }
        if rig.mount
        else None,
        "cautions": list(cautions(rig)),
        "open_questions": _open_questions(answers),
        "mode_chosen_by": answers.chosen.by if answers.chosen else None,
        "mode_chosen_at": answers.chosen.at if answers.chosen else None,
        "second_applier": rig.foreign_moves.applier or declared_applier(rig),
        "programs": _programs(rig),
        "others": rig.foreign_moves.verdict,
        "echo_not_heard_because": why_unheard(rig),
        "nobody_applies": missing_applier(rig),
        "not_trusted_because": _mistrust(rig),
    }


def _programs(rig: Rig) -> list[Json]:
    """What each program of the rig says of its own offsets; null where it says nothing."""
    told = {one.server: one for one in rig.told}
    return [
        {
            "server": server,
            "program": one.program if one else None,
            "applies": one.applies if one else None,
            "offsets": [asdict(offset) for offset in one.offsets] if one else None,
        }
        for server in rig.settings.programs
        for one in (told.get(server),)
    ]


def _offsets(rig: Rig) -> Json:
    published, why_zeros = published_offsets(rig)
    return {
        "rig": rig.settings.name,
        "mode": rig.settings.mode,
        "offsets": [
            {
                "filter_position": slot.filter_position,
                "name": slot.name,
                "kind": slot.kind,
                "focus_offset_steps": slot.focus_offset_steps,
                "focus_offset_um": slot.focus_offset_um,
                "state": slot.state,
                "reason": slot.reason,
                "would_move_to_steps": _would_move_to(rig, slot),
                "learnt": asdict(slot.learnt) if slot.learnt else None,
            }
            for slot in rig.settings.slots
        ],
        "published_steps": list(published),
        "published_zeros_because": why_zeros,
    }


def _would_move_to(rig: Rig, slot: FilterSlot) -> int | None:
    planned = plan(rig, slot.filter_position)
    return planned.target_steps if isinstance(planned, Plan) else None


def _wheel(rig: Rig, identity: RigIdentity) -> WheelView:
    report = rig.wheel
    offsets, _ = published_offsets(rig)
    count = rig.wheel_slots
    names = tuple(slot.name for slot in rig.settings.slots)
    if count:
        extra = tuple(f"Filter {n + 1}" for n in range(len(names), count))
        names, offsets = (*names, *extra)[:count], (*offsets, *(0 for _ in extra))[:count]
    return WheelView(
        unique_id=identity.wheel_id,
        name=f"rigd {rig.settings.name} wheel",
        description=f"rigd's filter wheel of rig {rig.settings.name}"[:64],
        connected=report is not None and report.connected,
        names=names,
        focus_offsets_steps=offsets,
        filter_position=rig.shown_filter_position,
        fault=rig.fault or (report.fault if report else None),
        connect_error=_absent(rig, "filter wheel", rig.settings.wheel),
    )


def _absent(rig: Rig, what: str, ref: DeviceRef | None) -> str | None:
    return f"rig {rig.settings.name} has no {what}" if ref is None else None


def _focuser(rig: Rig, identity: RigIdentity) -> FocuserView:
    report, move = rig.focuser, rig.move
    by_client = (move is not None and move.by_client) or rig.queued is not None
    foreign = move is None and report is not None and report.moving
    position = logical_steps(rig)
    if move is not None and move.by_client and report and report.position_steps is not None:
        position = report.position_steps - shift_ahead(rig)
    return FocuserView(
        unique_id=identity.focuser_id,
        name=f"rigd {rig.settings.name} focuser",
        description=f"rigd's focuser of rig {rig.settings.name}"[:64],
        connected=report is not None and report.connected,
        position_steps=position,
        moving=by_client or foreign,
        max_steps=rig.max_steps,
        step_size_um=report.step_size_um if report else None,
        temperature_c=report.temperature_c if report else None,
        can_halt=report.can_halt is not False if report else True,
        fault=None if move is None and report is None else (report.fault if report else None),
        connect_error=_absent(rig, "focuser", rig.settings.focuser),
    )


def _safety(rig: Rig, identity: RigIdentity) -> SafetyView:
    reason = _mistrust(rig)
    return SafetyView(
        unique_id=identity.safety_id,
        name=f"rigd {rig.settings.name} focus trusted",
        description=f"whether the focus of rig {rig.settings.name} is known"[:64],
        focus_trusted=reason is None,
        reason=reason,
    )


def _mistrust(rig: Rig) -> str | None:
    """Why the focus cannot be trusted now, None if it can."""
    if alarm := missing_applier(rig):
        return alarm
    if rig.settings.mode is not Mode.APPLY:
        return f"mode {rig.settings.mode}: rigd does not keep the focus"
    if rig.fault is not None:
        return rig.fault
    if rig.focuser is None or not rig.focuser.connected:
        return "the focuser is not connected"
    if rig.ledger.embodied is None or not rig.checked:
        return rig.ledger.unknown_because or "the focuser was not seen at rest since it came back"
    if rig.pending is not None:
        return "a filter's offset waits to be applied"
    slot = rig.slot(rig.filter_position)
    if rig.settings.wheel is not None and (slot is None or not rig.in_focus_of(slot)):
        name = slot.name if slot else "the filter in the light"
        return f"the focus is not that of {name}"
    return None


def _outcome(rig: Rig) -> Json | None:
    if rig.outcome is None:
        return None
    described = asdict(rig.outcome)
    del described["at_s"]
    return {**described, "to": _slot_name(rig, rig.outcome.to_position)}


def _slot_name(rig: Rig, filter_position: int | None) -> str | None:
    slot = rig.slot(filter_position)
    if slot is not None:
        return slot.name
    return None if filter_position is None else f"slot {filter_position + 1}"


def _open_questions(answers: ViewInputs) -> list[str]:
    asked = answers.questions.get("questions")
    return [str(one["key"]) for one in asked] if isinstance(asked, list) else []
