"""What clients may read as `FocusOffsets`, and that the diary says when that is nothing. Pure.

A wire without null must not carry a half-truth: one unknown offset makes all of them zero.
"""

from rigd.devices.events import Event
from rigd.focus.state.effects import DiaryLine, Severity, Step
from rigd.focus.state.requests import AnyEvent, ModeRequested
from rigd.focus.state.rig import Rig
from rigd.focus.state.settings import Mode
from rigd.frozen import replace
from rigd.optics.filter_offsets import SlotKind


def published_offsets(rig: Rig) -> tuple[tuple[int, ...], str | None]:
    """What clients may read as FocusOffsets in this mode, and why it is zeros if it is."""
    slots = rig.settings.slots
    zeros = (0,) * len(slots)
    if rig.settings.mode is not Mode.PUBLISH:
        return zeros, f"mode {rig.settings.mode} publishes zeros"
    if rig.mismatch is not None:
        return zeros, f"{rig.mismatch}. Until then all are zeros"
    for slot in slots:
        if slot.kind is not SlotKind.OPAQUE and slot.focus_offset_steps is None:
            how = "unknown" if slot.declined_steps is None else "not applied"
            because = f" ({slot.reason})" if slot.reason else ""
            return zeros, f"the offset of {slot.name} is {how}{because}, so all are zeros"
    count = rig.wheel_slots
    if count is not None and count != len(slots):
        return zeros, (
            f"the filter wheel has {count} slots, the profile names {len(slots)}, so all are zeros"
        )
    return tuple(slot.focus_offset_steps or 0 for slot in slots), None


def why_nothing_published(rig: Rig) -> str | None:
    """Why a rig whose mode is to publish its offsets publishes zeros; None in other modes."""
    return published_offsets(rig)[1] if rig.settings.mode is Mode.PUBLISH else None


def tell_zeros(_before: Rig, event: AnyEvent, step: Step) -> Step:
    """Warn, once, when the mode says `publish` and zeros are what a program would copy."""
    rig, because = step.rig, why_nothing_published(step.rig)
    if rig.settings.mode is not Mode.PUBLISH:
        return replace(step, rig=replace(rig, zeros_told=False)) if rig.zeros_told else step
    if (because is not None) == rig.zeros_told:
        return step
    # What a device has just said is first derived from; offsets follow from it a moment later. And
    # before its devices are there, what they are is not known, and nobody reads what follows.
    if isinstance(event, Event) or not (_has_devices(rig) or isinstance(event, ModeRequested)):
        return step
    step = replace(step, rig=replace(rig, zeros_told=because is not None))
    if because is None:
        line = "FocusOffsets are no zeros any more: a program that has copied those must read again"
        return step.also(DiaryLine(sentence=line))
    line = f"mode publish, but FocusOffsets are zeros: {because}"
    if rig.mismatch is not None and _is_said(rig.mismatch, step):
        line = "mode publish, but FocusOffsets are zeros until that is settled"
    return step.also(DiaryLine(sentence=line, severity=Severity.WARNING))


def _is_said(sentence: str, step: Step) -> bool:
    """Whether the diary says it in this step already."""
    return any(isinstance(e, DiaryLine) and sentence in e.sentence for e in step.effects)


def _has_devices(rig: Rig) -> bool:
    """Whether wheel and focuser are connected, as far as the rig has them."""
    pairs = ((rig.settings.wheel, rig.wheel), (rig.settings.focuser, rig.focuser))
    return all(ref is None or (one is not None and one.connected) for ref, one in pairs)
