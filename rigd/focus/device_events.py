"""What devices and programs report, taken into the rig. Pure."""

from typing import assert_never

from rigd.devices.events import (
    CameraReport,
    DeviceGone,
    DeviceReport,
    DeviceSeen,
    DeviceSilent,
    EchoHeard,
    EchoLost,
    Event,
    FocuserCommanded,
    FocuserRenumbered,
    FocuserReport,
    FocuserStopped,
    GuiderReport,
    MountReport,
    OffsetsDeclared,
    ServerDown,
    ServerUp,
    WheelReport,
)
from rigd.devices.identity import DeviceRef
from rigd.focus.connecting import forget_connecting, note_connection
from rigd.focus.declared_offsets import forget_answers, store_answer
from rigd.focus.device_addresses import list_device, with_addresses
from rigd.focus.focuser_report import take_report
from rigd.focus.focuser_sharing import keep_device
from rigd.focus.foreign_commands import take_echo
from rigd.focus.guide_focuser import speak_for_guide
from rigd.focus.guider_pause import take_guider_report
from rigd.focus.state.effects import ConnectDevice, Step
from rigd.focus.state.focuser import FocuserRole
from rigd.focus.state.rig import Rig
from rigd.focus.state.settings import RigSettings
from rigd.focus.wheel_report import take_wheel_report
from rigd.frozen import replace


def handle_device_event(rig: Rig, event: Event) -> Step:
    """Take in what a driver reports; it may concern a device that is none of this rig's."""
    match event:
        case WheelReport():
            return _take_wheel_report(rig, event)
        case FocuserReport():
            return _take_focuser_report(rig, event)
        case CameraReport() | MountReport():
            return _note_connection(Step(_take_beside(rig, event)), event)
        case GuiderReport():
            return Step(take_guider_report(rig, event))
        case OffsetsDeclared():
            return Step(store_answer(rig, event))
        case ServerUp():
            return Step(_note_server(rig, event.server, None))
        case ServerDown():
            rig = forget_answers(rig, event.server)
            return Step(_note_server(rig, event.server, event.reason))
        case FocuserCommanded() | FocuserStopped() | FocuserRenumbered() | EchoLost() | EchoHeard():
            return Step(take_echo(rig, event))
        case DeviceSeen():
            return _take_identity(rig, event)
        case DeviceSilent():
            mine = event.ref == rig.settings.focuser
            return Step(replace(rig, focuser_silent=event.sentence) if mine else rig)
        case DeviceGone():
            return _forget_device(rig, event.ref, event.at_s)
        case _:
            assert_never(event)


def _take_identity(rig: Rig, seen: DeviceSeen) -> Step:
    """Take in that a device is there, or more of what it is."""
    rig, ref = keep_device(list_device(rig, seen), seen.identity), seen.identity.ref
    before, settings = rig.settings, with_addresses(rig.settings, rig.identities)
    step = _lose_ambiguous(replace(rig, settings=settings), before, seen.at_s)
    if _is_connected(step.rig, ref):
        return step
    return step.then(note_connection(step.rig, ref, connected=False, refusal=None, now_s=seen.at_s))


def _take_beside(rig: Rig, report: CameraReport | MountReport) -> Rig:
    """The rig with a report of its camera or its mount."""
    if isinstance(report, CameraReport):
        return replace(rig, camera=report) if report.ref == rig.settings.camera else rig
    return replace(rig, mount=report) if report.ref == rig.settings.mount else rig


def _take_wheel_report(rig: Rig, report: WheelReport) -> Step:
    """Take in a report of the wheel, or of another one."""
    step = Step(rig) if report.ref != rig.settings.wheel else take_wheel_report(rig, report)
    return _note_connection(step, report)


def _take_focuser_report(rig: Rig, report: FocuserReport) -> Step:
    """Take in a report of the main or the guide focuser."""
    if report.ref == rig.settings.guide_focuser:
        step = speak_for_guide(rig, take_report(rig, FocuserRole.GUIDE, report))
        return _note_connection(step, report)
    if report.ref != rig.settings.focuser:
        return Step(rig)
    if not report.connected:
        rig = replace(rig, focuser_silent=None)
    return _note_connection(take_report(rig, FocuserRole.MAIN, report), report)


def _note_connection(step: Step, report: DeviceReport) -> Step:
    """Take in whether a device is connected, beside what its report says."""
    refusal = report.fault if isinstance(report, WheelReport | FocuserReport) else None
    if report.connected:
        refusal = None
    return step.then(
        note_connection(
            step.rig,
            report.ref,
            connected=report.connected,
            refusal=refusal,
            now_s=report.at_s,
        )
    )


def _is_connected(rig: Rig, ref: DeviceRef) -> bool:
    """Whether a device was last seen connected, or no report of it says otherwise."""
    guide = rig.guide_focuser.report if rig.guide_focuser else None
    reports = (rig.wheel, rig.focuser, guide, rig.camera, rig.mount)
    return all(r.connected for r in reports if r is not None and r.ref == ref)


def _forget_device(rig: Rig, ref: DeviceRef, now_s: float) -> Step:
    """Take in that a device is gone; wheel and focuser count as disconnected."""
    rig = replace(rig, identities=tuple(i for i in rig.identities if i.ref != ref))
    step = Step(rig)
    if ref == rig.settings.wheel and rig.wheel is not None:
        step = _take_wheel_report(rig, WheelReport(at_s=now_s, ref=ref, connected=False))
    if ref == rig.settings.guide_focuser or (ref == rig.settings.focuser and rig.focuser):
        lost = FocuserReport(at_s=now_s, ref=ref, connected=False)
        step = step.then(_take_focuser_report(step.rig, lost))
    rig = step.rig
    if ref == rig.settings.camera:
        rig = replace(rig, camera=None)
    if ref == rig.settings.mount:
        rig = replace(rig, mount=None)
    if ref == rig.settings.guider:
        rig = replace(rig, guider=None)
    # The reports above may have asked for it, which is not there: it is asked when it next appears.
    told = tuple(e for e in step.effects if not (isinstance(e, ConnectDevice) and e.ref == ref))
    return Step(forget_connecting(rig, ref), told)


def _lose_ambiguous(rig: Rig, before: RigSettings, now_s: float) -> Step:
    """Take in that a name leads to no device any more: what was seen under it counts as gone."""
    step, now = Step(rig), rig.settings
    if now.ambiguous == before.ambiguous:
        return step
    if now.wheel is not None and now.wheel != before.wheel:
        gone = WheelReport(at_s=now_s, ref=now.wheel, connected=False)
        step = step.then(_take_wheel_report(step.rig, gone))
    for old, new in ((before.focuser, now.focuser), (before.guide_focuser, now.guide_focuser)):
        if new is not None and new != old:
            lost = FocuserReport(at_s=now_s, ref=new, connected=False)
            step = step.then(_take_focuser_report(step.rig, lost))
    lost_rig = step.rig
    if now.camera != before.camera:
        lost_rig = replace(lost_rig, camera=None)
    if now.mount != before.mount:
        lost_rig = replace(lost_rig, mount=None)
    return replace(step, rig=lost_rig)


def _note_server(rig: Rig, server: str, reason: str | None) -> Rig:
    """Keep which servers are down, and why; what was said of their echoes is past either way."""
    down = tuple(entry for entry in rig.servers_down if entry[0] != server)
    if reason is not None:
        down = (*down, (server, reason))
    lost = tuple(entry for entry in rig.echoes_lost if entry[0] != server)
    return replace(rig, servers_down=down, echoes_lost=lost)
