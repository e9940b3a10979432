"""What would spoil a night if nobody said it beforehand. Pure."""

from dataclasses import replace

from rigd.gates import closed_for_target
from rigd.mode import Mode
from rigd.offsets import SlotKind
from rigd.rig import Rig


def cautions(rig: Rig) -> tuple[str, ...]:
    """Sentences about the set-up as it is now, most important first."""
    mismatch = [] if rig.mismatch is None else [rig.mismatch]
    return (*mismatch, *_reach(rig), *_wheel(rig), *_focuser(rig), *_camera(rig))


def _reach(rig: Rig) -> list[str]:
    """Filters whose focus lies beyond the focuser's limits from today's base."""
    base, embodied = rig.ledger.base_steps, rig.ledger.embodied
    if rig.settings.mode is not Mode.APPLY or base is None or embodied is None:
        return []
    said = []
    for slot in rig.settings.slots:
        if slot.focus_offset_steps is None:
            continue
        terms = replace(embodied, filter_steps=slot.focus_offset_steps)
        gate = closed_for_target(rig, base + terms.total_steps, slot.name)
        if gate is not None:
            said.append(gate.sentence)
    return list(dict.fromkeys(said))


def _wheel(rig: Rig) -> list[str]:
    said = []
    report, named = rig.wheel, len(rig.settings.slots)
    count = (report.slots or len(report.names)) if report and report.connected else None
    if count and count != named:
        said.append(f"the filter wheel has {count} slots, the profile names {named}")
    unknown = [
        slot.name
        for slot in rig.settings.slots
        if slot.kind is not SlotKind.OPAQUE and slot.focus_offset_steps is None
    ]
    if unknown:
        said.append(f"no focus offset is known for {', '.join(unknown)}")
    return said


def _focuser(rig: Rig) -> list[str]:
    report = rig.focuser
    if report is None or not report.connected:
        return []
    said = []
    if report.temperature_compensation:
        said.append(
            "the focuser's own temperature compensation is on: rigd moves nothing beside it"
        )
    elif rig.settings.temperature is not None and report.temperature_c is None:
        said.append("the focuser says no temperature, so it does not follow the temperature")
    if report.driver_backlash and rig.settings.backlash is not None:
        said.append(
            "the focuser's driver takes up backlash itself, so rigd does not, although the profile "
            "makes it rigd's: switch one of the two off"
        )
    if report.position_steps is None:
        said.append("the focuser does not say where it is (a relative focuser cannot be kept)")
    return said


def _camera(rig: Rig) -> list[str]:
    if rig.settings.mode is not Mode.APPLY or rig.settings.camera_gate_if_visible:
        return []
    camera = rig.camera
    if camera is not None and camera.connected and camera.busy is not None:
        return []
    return ["the camera cannot be seen: filter changes made at the real wheel are not followed"]
