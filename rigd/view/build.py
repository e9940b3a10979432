"""Builds what the outside sees of a rig: pure, from one snapshot."""

from dataclasses import dataclass, field

from rigd.devices.identity import OWN_PREFIX, DeviceRef
from rigd.focus.obstacles import Obstacle
from rigd.focus.published_offsets import published_offsets
from rigd.focus.state.rig import Rig
from rigd.focus.virtual_focuser import logical_steps, shift_ahead
from rigd.view.contradictions import with_contradictions
from rigd.view.device_matches import DeviceMatches
from rigd.view.equipment import EquipmentSummary
from rigd.view.explanation import explain
from rigd.view.offsets import OffsetSources, offset_table
from rigd.view.questions import RigQuestions
from rigd.view.rig import FocuserView, RigIdentity, RigView, SafetyView, WheelView
from rigd.view.status import ModeChoice, summarise
from rigd.view.train import RigTrain
from rigd.view.trust import why_not_trusted


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewInputs:
    """What was derived of a rig beside its offsets."""

    match: DeviceMatches
    train: RigTrain
    train_svg: str | None = None
    questions: RigQuestions
    chosen: ModeChoice | None = None
    """Who chose the mode while running; None if the configuration says it."""
    profile: EquipmentSummary
    obstacles: tuple[Obstacle, ...] = ()
    watch_problems: tuple[str, ...] = ()
    """What is wrong with the directories that are watched for it."""
    sources: OffsetSources = field(default_factory=OffsetSources)
    """What is known of offsets beside what runs teach."""
    learning: str | None = None
    """What was learnt from its autofocus runs, or why nothing."""


def build_view(rig: Rig, identity: RigIdentity, inputs: ViewInputs) -> RigView:
    """What the outside sees of a rig now: a snapshot, its identity, and what was derived."""
    questions = with_contradictions(rig, inputs.questions)
    return RigView(
        name=rig.settings.name,
        number=identity.number,
        mode=rig.settings.mode,
        wheel=_wheel(rig, identity),
        focuser=_focuser(rig, identity, inputs.profile),
        safety=_safety(rig, identity),
        summary=summarise(
            rig,
            questions,
            inputs.chosen,
            inputs.obstacles,
            watch_problems=inputs.watch_problems,
            learning=inputs.learning,
        ),
        match=inputs.match,
        train=inputs.train,
        train_svg=inputs.train_svg,
        offsets=offset_table(rig, inputs.sources),
        explain=explain(rig),
        questions=questions,
        profile=inputs.profile,
    )


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
        name=f"{OWN_PREFIX}{rig.settings.name} wheel",
        description=f"rigd's filter wheel of rig {rig.settings.name}"[:64],
        connected=report is not None and report.connected,
        names=names,
        focus_offsets_steps=offsets,
        filter_position=rig.shown_filter_position,
        fault=rig.fault or (report.fault if report else None),
        halted=rig.fault is not None and rig.fault_halted,
        connect_error=_absent(rig, "filter wheel", rig.settings.wheel),
    )


def _absent(rig: Rig, what: str, ref: DeviceRef | None) -> str | None:
    return f"rig {rig.settings.name} has no {what}" if ref is None else None


def _focuser(rig: Rig, identity: RigIdentity, profile: EquipmentSummary) -> FocuserView:
    report, move = rig.focuser, rig.move
    by_client = (move is not None and move.by_client) or rig.queued is not None
    foreign = move is None and report is not None and report.moving
    position = logical_steps(rig)
    if move is not None and move.by_client and report and report.position_steps is not None:
        position = report.position_steps - shift_ahead(rig)
    return FocuserView(
        unique_id=identity.focuser_id,
        name=f"{OWN_PREFIX}{rig.settings.name} focuser",
        description=f"rigd's focuser of rig {rig.settings.name}"[:64],
        connected=report is not None and report.connected,
        position_steps=position,
        moving=by_client or foreign,
        max_steps=rig.max_steps,
        step_size_um=profile.focuser.step_size_um if profile.focuser else None,
        temperature_c=report.temperature_c if report else None,
        can_halt=report.can_halt is not False if report else True,
        fault=None if move is None and report is None else (report.fault if report else None),
        connect_error=_absent(rig, "focuser", rig.settings.focuser),
    )


def _safety(rig: Rig, identity: RigIdentity) -> SafetyView:
    reason = why_not_trusted(rig)
    return SafetyView(
        unique_id=identity.safety_id,
        name=f"{OWN_PREFIX}{rig.settings.name} focus trusted",
        description=f"whether the focus of rig {rig.settings.name} is known"[:64],
        focus_trusted=reason is None,
        reason=reason,
    )
