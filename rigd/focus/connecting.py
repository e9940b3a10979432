"""Devices that the profile tells rigd to connect: asked again until they are. Pure."""

from rigd.devices.identity import DeviceRef
from rigd.focus.device_names import name_device
from rigd.focus.state.connecting import LONGEST_PAUSE_S, Connecting
from rigd.focus.state.effects import ConnectDevice, DiaryLine, Severity, Step
from rigd.focus.state.rig import Rig
from rigd.frozen import replace


def note_connection(
    rig: Rig, ref: DeviceRef, *, connected: bool, refusal: str | None, now_s: float
) -> Step:
    """Take in whether a device is connected; one that rigd is to connect is asked for.

    Args:
        rig: which its device may be.
        ref: the device.
        connected: what it says.
        refusal: why its driver could not connect it, if it could not.
        now_s: when.
    """
    if ref not in rig.settings.connect:
        return Step(rig)
    known = _find(rig, ref) or Connecting(ref=ref)
    if connected:
        found = _with(rig, replace(known, refusal=None, was_connected=True))
        if known.refusal is None:
            return Step(found)
        return Step(found, (DiaryLine(sentence=f"{name_device(rig, ref)} is connected"),))
    if refusal is not None and known.was_connected:  # its driver lost it: nobody meant that
        attempts = max(known.attempts, 1)
        known = replace(known, was_connected=False, attempts=attempts, asked_at_s=now_s)
    step = ask_if_due(_with(rig, known), ref, now_s)
    return step if refusal is None else step.then(note_refusal(step.rig, ref, refusal))


def note_refusal(rig: Rig, ref: DeviceRef, refusal: str) -> Step:
    """Keep why a device could not be connected; the first time is warned of."""
    known = _find(rig, ref)
    failed = f"{name_device(rig, ref)} could not be connected: {refusal}"
    if known is None:  # a client has asked, once
        return Step(rig, (DiaryLine(sentence=failed, severity=Severity.WARNING),))
    if known.was_connected:
        return Step(rig)
    noted = _with(rig, replace(known, refusal=refusal))
    if known.refusal is not None:
        return Step(noted)
    line = f"{failed}; rigd tries again"
    return Step(noted, (DiaryLine(sentence=line, severity=Severity.WARNING),))


def ask_again(rig: Rig, now_s: float) -> Step:
    """Ask once more for every device whose time has come."""
    step = Step(rig)
    for one in rig.connecting:
        step = step.then(ask_if_due(step.rig, one.ref, now_s))
    return step


def ask_if_due(rig: Rig, ref: DeviceRef, now_s: float) -> Step:
    """Ask for a device if its time has come.

    Connecting aborts some focusers' motion: none is connected while a move of it is open.
    """
    known = _find(rig, ref)
    open_move = rig.move if ref == rig.settings.focuser else None
    if known is None or open_move is not None or not known.is_due(now_s):
        return Step(rig)
    asked = replace(known, attempts=known.attempts + 1, asked_at_s=now_s)
    return Step(_with(rig, asked), (ConnectDevice(ref=ref),))


def begin_anew(rig: Rig, ref: DeviceRef, now_s: float) -> Rig:
    """The rig after somebody has asked for a device: what was disconnected is wanted again."""
    known = _find(rig, ref)
    if known is None:
        return rig
    return _with(rig, replace(known, was_connected=False, attempts=1, asked_at_s=now_s))


def forget_connecting(rig: Rig, ref: DeviceRef) -> Rig:
    """The rig without what was asked of a device that is gone: it is asked when it next appears."""
    return replace(rig, connecting=tuple(c for c in rig.connecting if c.ref != ref))


def describe_connecting(rig: Rig, ref: DeviceRef) -> tuple[str, str]:
    """What follows "is not connected", and what ends it, after "ends when"."""
    known = _find(rig, ref)
    if known is None or ref not in rig.settings.connect:
        return "", "it is connected"
    if known.was_connected:
        return (
            " (it was disconnected, and rigd leaves that to whoever did it)",
            "it is connected again, by whoever disconnected it or by a program that connects "
            "rigd's device anew",
        )
    if known.attempts == 0 and rig.move is not None and ref == rig.settings.focuser:
        return (
            " (connecting it could stop the move that is under way)",
            "it is connected: rigd asks its driver once that move is given up, at the latest "
            f"{rig.settings.times.deadline_s:g} s after its driver was told",
        )
    ends_when = f"it is connected: rigd tries again, at least every {LONGEST_PAUSE_S:g} s"
    if known.refusal is None:
        return " (rigd has asked its driver)", ends_when
    return f" (its driver could not: {known.refusal})", ends_when


def _find(rig: Rig, ref: DeviceRef) -> Connecting | None:
    return next((one for one in rig.connecting if one.ref == ref), None)


def _with(rig: Rig, known: Connecting) -> Rig:
    others = tuple(one for one in rig.connecting if one.ref != known.ref)
    return replace(rig, connecting=(*others, known))
